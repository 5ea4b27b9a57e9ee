"""The national table as printed: entered, checked, kept, and shown beside what is reckoned here."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.figures.models import DailyCount, PrintedTable
from bluezone.authority.campaign.figures.store import store
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import Level, UnitCode
from bluezone.rollout.counts import Count, Origin

UPLOAD = "/officer/rollout/national/import"
PAGE = "/officer/rollout/national/"
DAY = dt.date(2020, 8, 13)
PROVINCES = catalogue.provinces().of_level(Level.PROVINCE, DAY)
SOURCE = "https://example.org/bang-63-tinh"


def vietnamese(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def rows(day: dt.date = DAY, wrong: dict[str, str] | None = None) -> list[tuple[str, str, str, str]]:
    """Name, count and both shares of all 63, by share; `wrong` shares by name."""
    made = []
    for place, unit in enumerate(PROVINCES):
        people = catalogue.figures().on(unit, Measure.POPULATION, day)
        assert people is not None
        installs = 55_289 if unit.name == "Hậu Giang" else int(people.value * (0.05 + 0.005 * (place % 50)))
        share = f"{installs * 100 / people.value:.2f}".replace(".", ",")
        stated = next(iter(catalogue.figures().every(unit, Measure.SMARTPHONES)[-1:]), None)
        phones = stated.value if stated and stated.vintage.as_of < day else people.value * 0.9
        of_phones = f"{installs * 100 / phones:.2f}".replace(".", ",")
        made.append((unit.name, vietnamese(installs), (wrong or {}).get(unit.name, share), of_phones))
    return sorted(made, key=lambda row: -float(row[2].replace(",", ".")))


def text(of: list[tuple[str, str, str, str]]) -> str:
    head = "Thứ hạng\tĐịa phương\tSố lượt cài đặt\tTỷ lệ dân số\tTrên smartphone\n"
    return head + "".join("\t".join((str(rank), *row)) + "\n" for rank, row in enumerate(of, start=1))


def form(**more: object) -> dict[str, object]:
    wording = "Tính đến 11h ngày 13/8, theo số điện thoại"
    return {"default_date": "13/8/2020", "source": SOURCE, "wording": wording} | more


def decide(client, response, **fields):
    shown = re.search(r'name="shown" value="(\w+)"', client.get(response.url).content.decode())[1]
    return client.post(f"{response.url}/store", {"shown": shown, **fields})


def test_the_ministry_s_table_is_kept_as_printed_and_counts_as_the_ministry_s(signed_in, text_of):
    client = signed_in("ministry")
    response = client.post(UPLOAD, form(pasted=text(rows())))
    assert response.status_code == 302, text_of(response)
    assert not DailyCount.objects.exists()
    decide(client, response)
    assert DailyCount.objects.filter(origin="ministry", date=DAY).count() == 63
    table = PrintedTable.objects.get()
    assert (len(table.rows), table.entered_by.username) == (63, "ministry")
    page = text_of(client.get(PAGE))
    assert "Tính đến 11h ngày 13/8" in page
    assert "Officer ministry nhập ngày" in page
    assert "55.289" in page
    assert "7,54%" in page
    assert "Mọi tỷ lệ đều khớp với số lượt." in page
    rank = next(each["rank"] for each in table.rows if each["unit"] == "63:93")
    public = text_of(client.get(f"/rollout/63:93?date={DAY}"))
    assert f"Xếp hạng {rank} trong 63 theo Bộ công bố ngày 13/8/2020" in public
    country = client.get(f"/rollout/?date={DAY}")
    assert next(row for row in country.context["rows"] if row["code"] == "63:93")["printed"] == rank


def test_a_row_whose_share_is_another_s_is_named_and_asked_about(signed_in, text_of):
    client = signed_in("ministry")
    first = rows()
    above = first[[row[0] for row in first].index("Hậu Giang") - 1][2]
    wrong = [(name, count, above if name == "Hậu Giang" else share, phones) for name, count, share, phones in first]
    response = client.post(UPLOAD, form(pasted=text(wrong)))
    page = text_of(client.get(response.url))
    assert "đây là tỷ lệ của dòng" in page
    decide(client, response)
    assert DailyCount.objects.count() == 63  # as published, with the doubt
    shown = next(line for line in client.get(PAGE).context["lines"] if line["code"] == "63:93")
    assert shown["population"] == f"{above}%"  # as it was printed
    assert "đây là tỷ lệ của dòng" in shown["notes"][0]


def test_yesterday_s_share_is_known_by_the_table_of_the_day_before(signed_in, text_of):
    store([Count(UnitCode.parse("63:93"), DAY - dt.timedelta(days=1), 52_001, source="x", origin=Origin.MINISTRY)])
    client = signed_in("ministry")
    response = client.post(UPLOAD, form(pasted=text(rows(wrong={"Hậu Giang": "7,09"}))))
    assert "tỷ lệ này thuộc về số lượt của ngày 12/8/2020" in text_of(client.get(response.url))


def test_missing_provinces_and_rows_of_another_day_are_named(signed_in, text_of):
    client = signed_in("ministry")
    few = "Ngày;Địa phương;Số lượt cài đặt\n13/8/2020;Hậu Giang;55.289\n12/8/2020;Cần Thơ;100.001\n"
    response = client.post(UPLOAD, form(file=SimpleUploadedFile("bảng.csv", few.encode())))
    page = text_of(client.get(response.url))
    assert "Thiếu 61 trên 63 tỉnh, thành phố" in page
    assert "Dòng này của ngày 12/8/2020, còn bảng là của ngày 13/8/2020" in page
    decide(client, response)
    assert list(DailyCount.objects.values_list("key", flat=True)) == ["63:93"]


def test_a_province_keeps_the_table_but_writes_only_its_own_row_and_not_in_the_ministry_s_name(signed_in, text_of):
    client = signed_in("province")
    decide(client, client.post(UPLOAD, form(pasted=text(rows()))))
    assert list(DailyCount.objects.values_list("key", "origin")) == [("63:93", "reported")]
    assert len(PrintedTable.objects.get().rows) == 63
    assert "Chỉ dòng của tỉnh thành số liệu" in text_of(client.get(PAGE))
    assert "Chưa có bảng nào" in text_of(signed_in("neighbour").get(PAGE))
    assert "55.289" in text_of(signed_in("district").get(PAGE))  # in the same province


@pytest.mark.parametrize("name", ["district", "commune"])
def test_below_a_province_nobody_enters_it(signed_in, text_of, name):
    response = signed_in(name).post(UPLOAD, form(pasted=text(rows())))
    assert response.status_code == 400
    assert "do Bộ hoặc một tỉnh" in text_of(response)


def test_the_day_is_that_of_the_table_s_title_where_the_officer_gives_none(signed_in, text_of):
    client = signed_in("ministry")
    titled = "Kết quả cài đặt Bluezone đến ngày 13/8/2020\n" + text(rows())
    response = client.post(UPLOAD, form(pasted=titled, default_date=""))
    assert response.status_code == 302, text_of(response)
    decide(client, response)
    assert PrintedTable.objects.get().date == DAY


def test_a_head_does_not_see_it(signed_in):
    assert signed_in("head").get(PAGE).status_code == 403


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Vui lòng chọn tệp hoặc dán bảng."),
        ({"pasted": "x\ty\n", "default_date": "32/8/2020"}, "32/8/2020"),
        ({"pasted": "Địa phương\tSố lượt cài đặt\nHậu Giang\t55.289", "source": ""}, ""),
    ],
)
def test_bad_input_is_said_and_nothing_is_lost(signed_in, text_of, fields, said):
    response = signed_in("ministry").post(UPLOAD, form(**fields))
    page = text_of(response)
    assert response.status_code == 400
    assert said in page
    assert "Tính đến 11h ngày 13/8" in page


def test_a_pasted_table_without_its_head_is_read_by_its_columns(signed_in):
    client = signed_in("ministry")
    body = "\n".join("\t".join((str(n), *row)) for n, row in enumerate(rows(), start=1))
    decide(client, client.post(UPLOAD, form(pasted=body)))
    assert reader.series_of([UnitCode.parse("63:93")], DAY)[UnitCode.parse("63:93")].total == 55_289


def test_the_same_table_again_changes_nothing_and_a_corrected_one_replaces_it(signed_in):
    client = signed_in("ministry")
    decide(client, client.post(UPLOAD, form(pasted=text(rows()))))
    decide(client, client.post(UPLOAD, form(pasted=text(rows()[:60]))))
    assert (PrintedTable.objects.count(), len(PrintedTable.objects.get().rows)) == (1, 60)
    assert DailyCount.objects.count() == 63


@pytest.mark.django_db(transaction=True)
def test_the_command_enters_and_shows_it(officer, run_bluezone, tmp_path):
    officer("ministry")
    file = tmp_path / "bang.tsv"
    file.write_text(text(rows()), encoding="utf-8")
    options = ("--officer", "ministry", "--date", "13/8/2020", "--source", SOURCE)
    assert run_bluezone("authority", "national-table", file, *options, "--yes").code == 0
    shown = json.loads(run_bluezone("authority", "national-table", "--date", "13/8/2020", "--json").out)
    hau_giang = next(row for row in shown["rows"] if row["code"] == "63:93")
    assert (hau_giang["count"], hau_giang["percent_population"], hau_giang["notes"]) == (55_289, "7.54", [])
    assert hau_giang["our_rank"] is not None
    assert run_bluezone("authority", "national-table", file).code == 2
    assert run_bluezone("authority", "national-table", "--date", "1/8/2020").code == 2
