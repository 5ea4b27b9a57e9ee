"""The public figures as files, and places in one chart: what the pages show, no more, for everybody."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import Any
from urllib.parse import quote

import pytest

from bluezone.authority.campaign.figures.store import store
from bluezone.authority.campaign.public.data import TABLES
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.rollout.counts import Count, Origin
from bluezone.rollout.history import reported_counts

DAY = dt.date(2020, 8, 20)
HAU_GIANG = UnitCode.parse("63:93")
COMMUNES = catalogue.all_units().children(UnitCode.parse("63:930"), DAY)


@pytest.fixture(autouse=True)
def history(db: None, set_clock: Any) -> None:
    set_clock.now = dt.datetime(2020, 8, 20, 12, tzinfo=dt.UTC)
    store(each for each in reported_counts() if each.date <= DAY)


def rows_of(client: Any, address: str) -> list[dict[str, Any]]:
    """Return the rows of the JSON, after a look that the CSV has the same."""
    answer = client.get(address.replace(".csv", ".json")).json()
    text = client.get(address.replace(".json", ".csv")).content.decode()
    table = list(csv.DictReader(io.StringIO(text)))
    written = [{name: "" if value is None else str(value) for name, value in row.items()} for row in answer["rows"]]
    for row in written:
        row |= {name: row[name].lower() for name in ("at_least", "hidden")}
    assert table == written
    return answer["rows"]


def test_the_table_of_a_day_is_that_of_the_page_and_of_the_map(client: Any) -> None:
    page = client.get("/rollout/?date=2020-08-20").content.decode().replace("\u00a0", " ")
    rows = rows_of(client, "/rollout/data/day.json?date=2020-08-20")
    assert len(rows) == 63
    titles = dict(re.findall(r'<path class="m\d[^>]*><title>([^<]*): ([^<]*)</title>', page))
    shades = dict(re.findall(r'<path class="m(\d)[^>]*><title>([^<:]*):', page))
    assert shades
    for row in (each for each in rows if each["rank"]):
        share = f"{row['share'] * 100:.2f}%".replace(".", ",")
        assert titles[row["name"]] == share
        assert f"/rollout/{row['unit']}?date=2020-08-20" in page
        line = page[page.rindex(f'<a href="/rollout/{row["unit"]}?') :].split("</tr>")[0]
        assert share in line
        assert f"{row['installs']:,}".replace(",", ".") in line
    assert [row["source_class"] for row in rows[:3]] == ["ministry"] * 3
    assert {row["as_of"] for row in rows} == {"2020-08-20"}


def test_figures_over_time_have_their_source_and_the_people_their_share_is_of(client: Any) -> None:
    rows = rows_of(client, "/rollout/data/series.csv?unit=63:93&unit=63:01&unit=63:93")
    assert [row["unit"] for row in rows] == ["63:93", "63:01", "63:01"]
    first = rows[0]
    assert (first["date"], first["installs"], first["people"], first["share"]) == (
        "2020-08-13", 55_289, 733_017, 0.075427,
    )  # fmt: skip
    assert "Báo Hậu Giang" in first["source"]
    assert "1/4/2019" in first["people_source"]
    assert {row["unit"] for row in rows_of(client, "/rollout/data/series.csv")} > {"63:VN", "63:93", "63:01"}


def test_what_a_page_hides_a_file_hides(client: Any) -> None:
    store(Count(each.code, DAY, installs=3 if at == 0 else 900 + at, source="a") for at, each in enumerate(COMMUNES))
    day = rows_of(client, "/rollout/data/day.csv?within=63:930")
    hidden = [row for row in day if row["hidden"]]
    assert len(hidden) == 2  # a second one, or the first would follow from the sum
    for row in hidden:
        assert (row["installs"], row["share"], row["rank"], row["source"]) == (None, None, None, None)
        (only,) = rows_of(client, f"/rollout/data/series.csv?unit={row['unit']}")
        assert (only["hidden"], only["installs"], only["share"]) == (True, None, None)


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_any_page_may_read_the_files_and_no_other_page_of_ours(client: Any, kind: str) -> None:
    answer = client.get(f"/rollout/data/day.{kind}")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    again = client.get(f"/rollout/data/day.{kind}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.headers["Access-Control-Allow-Origin"]) == (304, "*")
    for page in ("/rollout/", "/rollout/63:93", "/rollout/data/", "/rollout/compare", "/officer/login"):
        assert "Access-Control-Allow-Origin" not in client.get(page).headers


@pytest.mark.parametrize(
    "address",
    [
        "day.csv?date=2020-02-31",
        "day.csv?date=2031-01-01",
        "day.csv?within=63:999",
        "series.json?unit=hau+giang",
        "series.json?" + "&".join(f"unit=63:{at}" for at in range(100)),
        "week.csv",
        "day.xml",
    ],
)
def test_what_there_is_not_is_said_in_one_sentence(client: Any, address: str) -> None:
    answer = client.get(f"/rollout/data/{address}")
    assert (answer.status_code, list(answer.json())) == (404, ["error"])
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_too_many_requests_of_one_caller_wait(client: Any, environment: Any) -> None:
    environment(rate_limit=2)
    codes = [client.get("/rollout/data/dictionary.json") for _ in range(3)]
    assert [each.status_code for each in codes] == [200, 200, 429]
    assert int(codes[-1].headers["Retry-After"]) > 0


def test_the_dictionary_has_every_column_and_a_sentence_for_each(client: Any) -> None:
    found = client.get("/rollout/data/dictionary.json").json()
    page = client.get("/rollout/data/").content.decode()
    for name in TABLES:
        header = client.get(f"/rollout/data/{name}.csv").content.decode().splitlines()[0].split(",")
        assert [each["name"] for each in found[name]["columns"]] == header
        for each in found[name]["columns"]:
            assert each["meaning"].endswith(".")
            assert f"<code>{each['name']}</code>" in page


def test_places_chosen_stand_in_one_chart_with_their_day_and_source(client: Any) -> None:
    store([Count(HAU_GIANG, DAY, installs=84_630, origin=Origin.MINISTRY, source="https://www.example.org/a")])
    page = client.get("/rollout/compare?unit=63:93&unit=63:01&add=" + quote("Đà Nẵng")).content.decode()
    assert '<h1 class="sentence">Tỉnh Hậu Giang, Thành phố Hà Nội, Thành phố Đà Nẵng</h1>' in page
    link = "unit=63:93&amp;unit=63:01&amp;unit=63:48&amp;date=2020-08-20"
    assert f'href="?{link}"' in page
    assert f"/rollout/data/series.csv?{link}" in page
    assert "Tính đến 20/8/2020" in page
    assert '<a href="https://www.example.org/a" rel="noopener">Bộ (example.org)</a>' in page
    svg = client.get(f"/rollout/compare.svg?{link}".replace("&amp;", "&"))
    assert svg.headers["Content-Type"] == "image/svg+xml"
    for name in ("Tỉnh Hậu Giang", "Thành phố Hà Nội", "Thành phố Đà Nẵng"):
        assert name in svg.content.decode()
    assert client.get("/rollout/compare.svg").status_code == 404
    assert "xyz" in client.get("/rollout/compare?add=xyz").content.decode()
    many = "&".join(f"unit=63:{code}" for code in ("01", "48", "93", "79", "22", "27"))
    assert "tối đa 6 nơi" in client.get(f"/rollout/compare?{many}&add=Hue").content.decode()


def test_a_day_that_is_asked_for_is_kept_from_the_front_door_on(client: Any) -> None:
    front = client.get("/?date=2020-08-13")
    assert front.headers["Location"] == "/rollout/?date=2020-08-13"
    for address in (
        "/rollout/?date=2020-08-13",
        "/rollout/63:93?date=2020-08-13",
        "/rollout/compare?unit=63:93&date=2020-08-13",
    ):
        page = client.get(address).content.decode()
        links = re.findall(r'href="(/rollout/(?:compare|data/|\d\d:)[^"]*)"', page)
        assert links
        assert [each for each in links if "date=2020-08-13" not in each] == []
