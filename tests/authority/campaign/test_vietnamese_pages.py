"""Check that Vietnamese pages hold no English, and that their numbers are written as Vietnamese are."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
from fractions import Fraction

import pytest
from django.test import Client
from openpyxl import load_workbook

from bluezone.authority.campaign.figures.store import store
from bluezone.authority.campaign.orders import services, tree
from bluezone.authority.campaign.orders.rules import plan
from bluezone.authority.officers.models import User
from bluezone.authority.units import services as organisations
from bluezone.authority.units.services import Facts
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import UnitCode
from bluezone.rollout.cascade import Split
from bluezone.rollout.counts import Count, Origin
from bluezone.rollout.directives import Base, Letter
from bluezone.rollout.history import reported_counts

DAY = dt.date(2020, 8, 20)
#: words that no Vietnamese text has; names of files, formats and programs are none of them
ENGLISH = (
    "the", "of", "and", "with", "have", "has", "installs", "installed", "rank", "share", "figure", "figures", "unit",
    "units", "report", "reported", "population", "census", "smartphones", "missing", "needed", "date", "day", "days",
    "district", "province", "since", "from", "order", "deadline", "source", "rows", "line", "file", "not", "yet",
)  # fmt: skip
PAGES = (
    "/rollout/?date=2020-08-20",
    "/rollout/?date=2020-08-13&by=smartphones",
    "/rollout/63:93?date=2020-08-20",
    "/rollout/63:930?date=2020-08-20",
    "/officer/rollout/",
    "/officer/rollout/figures/new",
    "/officer/rollout/figures/of/63:93",
    "/officer/rollout/import",
    "/officer/rollout/national/",
    "/officer/rollout/national/import",
    "/officer/rollout/populations/",
    "/officer/rollout/populations/new",
    "/officer/rollout/reports",
    "/officer/directives/",
    "/officer/directives/new",
    "/officer/directives/{order}",
    "/officer/bulletins/",
    "/officer/bulletins/63:93/2020-08-20.txt",
    "/officer/units/",
)


@pytest.fixture
def campaign(db: None, set_clock: object) -> int:
    """Hậu Giang with its order, districts of which two are old, a school, and apps in use. Gives the order's key."""
    set_clock.now = dt.datetime(2020, 8, 20, 5, tzinfo=dt.UTC)  # type: ignore[attr-defined]
    store(reported_counts())
    province = UnitCode.parse("63:93")
    unit = catalogue.all_units().unit(province, DAY)
    districts = catalogue.all_units().children(province, DAY)
    days = [DAY - dt.timedelta(days=6)] * 2 + [DAY] * 6
    store([Count(each.code, day, installs=5_001, source="report") for each, day in zip(districts, days, strict=True)])
    store([Count(province, DAY, installs=60_000, active=30_001, source="12/BC", origin=Origin.MINISTRY)])
    organisations.register(Facts("Trường THPT Vị Thanh", "schools", UnitCode.parse("63:31318"), headcount=900), DAY)
    letter = Letter(
        number="1234/UBND-KGVX", issued=dt.date(2020, 8, 14), issuer="UBND tỉnh Hậu Giang", scope=unit,
        base=Base.POPULATION, target=Fraction(3, 10), deadline=dt.date(2020, 8, 30),
        responsible="Chủ tịch UBND tỉnh Hậu Giang",
    )  # fmt: skip
    root = tree.territory(unit, Measure.POPULATION, tree.Depth.ONE, DAY, {})
    made = plan(root, letter.target, Split.EQUALISE)
    return services.give(letter, made, DAY, how=Split.EQUALISE).pk


@pytest.fixture
def client_of_province(campaign: int) -> Client:
    officer = User.objects.create_user("lan", full_name="Lan", role="province", place="/63:93/")
    client = Client(headers={"accept-language": "vi"})
    client.force_login(officer)
    return client


def said(content: str) -> str:
    """Return what a page shows: its text, without scripts, addresses and what is in another language."""
    content = re.sub(r"<(script|style)\b.*?</\1>", " ", content, flags=re.DOTALL)
    content = re.sub(r'<(\w+)[^>]*\blang="en"[^>]*>.*?</\1>', " ", content, flags=re.DOTALL)
    content = re.sub(r"<[^>]+>", " ", content)
    return re.sub(r"https?://\S+", " ", html.unescape(content))


def english_in(text: str) -> list[str]:
    """Return the English words of a text, each with what stands around it."""
    found = re.finditer(rf"(?<![\w/.:-])(?:{'|'.join(ENGLISH)})(?![\w/:-])", text)
    return [text[max(0, each.start() - 30) : each.end() + 30].strip() for each in found]


def unsaid_in(text: str) -> list[str]:
    """Return counts that do not say of what they are, as pages had them: “Còn thiếu 1 điều”, “bản in: 1”, “được 1.684”
    at the end of a sentence."""
    return re.findall(r"thiếu \d+ điều\b|bản in: ?\d+|\bđược \d[\d.]*(?=\s*(?:[.;)]\s|$))", text, flags=re.MULTILINE)


@pytest.mark.parametrize("sentence", ["Còn thiếu 1 điều", "bản in: 1", "cả tuần được 1.684. Hết"])
def test_a_count_of_nothing_is_noticed(sentence: str) -> None:
    assert unsaid_in(sentence) != []


def test_english_is_noticed() -> None:
    assert english_in("Tỷ lệ of the population") != []
    assert english_in("Tỷ lệ trên dân số, tệp so-lieu.csv, /officer/units/new") == []


@pytest.mark.parametrize("page", PAGES)
def test_a_vietnamese_page_has_no_english_and_writes_numbers_as_vietnamese(
    client_of_province: Client, campaign: int, page: str
) -> None:
    response = client_of_province.get(page.replace("{order}", str(campaign)))
    assert response.status_code == 200
    text = said(response.content.decode())
    assert english_in(text) == []
    assert unsaid_in(text) == []
    assert re.findall(r"\d\.\d{1,2}\s?%|\d\.\d{3}\s?%", text) == []  # 7.54 %: a point stands between thousands
    assert re.findall(r"\d[\d.]*,\d+ (?:lượt|người|máy)", text) == []  # no 4.400,8 people


def test_a_workbook_has_numbers_as_numbers_and_shares_as_percent(client_of_province: Client) -> None:
    response = client_of_province.get("/officer/bulletins/63:93/2020-08-20.xlsx")
    book = load_workbook(io.BytesIO(response.content))
    formats = set()
    for sheet in book:
        assert english_in(sheet.title.replace("_", " ")) == []
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    assert english_in(cell.value) == [], cell.coordinate
                    bare = cell.value.replace("\u00a0", "").strip()
                    in_table = sheet is not book.worksheets[0]
                    assert not (in_table and re.fullmatch(r"[\d.,]+ ?%?", bare)), (sheet.title, cell.coordinate, bare)
                elif isinstance(cell.value, int | float):
                    formats.add(cell.number_format)
    assert "0.00%" in formats
    assert "#,##0" in formats
