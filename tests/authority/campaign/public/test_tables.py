"""Test what a public table and the small figures below it are made of: pure functions, by cases."""

from __future__ import annotations

import datetime as dt

import pytest
from django.http import QueryDict
from django.utils.translation import override

from bluezone.authority.campaign.public import curves, maps, sentences
from bluezone.authority.campaign.public.listing import PER_PAGE, Listing
from bluezone.geography import catalogue
from bluezone.geography.names import without_marks
from bluezone.geography.units import Level, UnitCode
from bluezone.rollout.counts import Count
from bluezone.rollout.series import Series
from bluezone.rollout.suppression import disclosed_by_day

DAY = dt.date(2020, 8, 20)


ALL = Listing(QueryDict(""))


def _row(code: str, bar: str = "", **more: object) -> dict[str, object]:
    empty = {"count": "", "share": "", "hidden": False, "printed": "", "class": "", "old": "", "name": code}
    return {"code": code, "bar": bar, **empty, **more}


def test_those_without_a_figure_are_folded_and_those_hidden_or_printed_are_not():
    rows = [_row("b", "20.0", count="1"), _row("d"), _row("a", hidden=True), _row("e", printed=50), _row("c")]
    made = sentences.table(rows, DAY, ALL)
    assert [row["code"] for row in made["rows"]] == ["b", "a", "e"]
    assert [row["code"] for row in made["silent"]] == ["c", "d"]


@pytest.mark.parametrize(
    ("bars", "mark", "longest"),
    [((), 94.3, None), (("7.5",), 94.3, 23.6), (("60.0",), 47.2, 94.3), (("100.0",), 30.0, 100.0)],
)
def test_bars_share_a_scale_that_leaves_room_for_the_mark(bars, mark, longest):
    made = sentences.table([_row(str(n), bar, count="1") for n, bar in enumerate(bars)], DAY, ALL)
    assert float(made["bar_mark"]) == pytest.approx(mark, abs=0.1)
    if longest:
        assert float(made["rows"][0]["bar"]) == pytest.approx(longest, abs=0.1)


def test_the_class_of_most_is_said_once_and_others_at_their_row():
    rows = [_row(code, count="1", **{"class": each}) for code, each in (("a", "x"), ("b", "x"), ("c", "y"))]
    made = sentences.table(rows, DAY, ALL)
    assert (made["most_class"], made["mixed"]) == ("x", True)
    assert [row["other_class"] for row in made["rows"]] == ["", "", "y"]
    assert sentences.table([], DAY, ALL)["most_class"] == ""


def _listed(asked: str, rows: list[dict[str, object]]) -> list[object]:
    return [row["name"] for row in Listing(QueryDict(asked)).page(rows)]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("", ["Bắc Ninh", "Đà Nẵng", "An Giang", "Hậu Giang"]),
        ("sort=name", ["An Giang", "Bắc Ninh", "Đà Nẵng", "Hậu Giang"]),
        ("sort=count", ["Bắc Ninh", "An Giang", "Đà Nẵng", "Hậu Giang"]),
        ("sort=-count", ["Đà Nẵng", "An Giang", "Bắc Ninh", "Hậu Giang"]),
        ("sort=colour", ["Bắc Ninh", "Đà Nẵng", "An Giang", "Hậu Giang"]),
        ("name=GIANG", ["An Giang", "Hậu Giang"]),
        ("name=da+nang", ["Đà Nẵng"]),
        ("name=giang&sort=-name", ["Hậu Giang", "An Giang"]),
        ("name=Giang+Giang+b", []),
        ("page=9", ["Bắc Ninh", "Đà Nẵng", "An Giang", "Hậu Giang"]),
    ],
)
def test_a_list_is_filtered_and_sorted_and_what_is_hidden_comes_last(asked: str, names: list[str]) -> None:
    counts = {"Bắc Ninh": 1, "Đà Nẵng": 3, "An Giang": 2, "Hậu Giang": None}
    rows = [{"name": name, "values": {"name": without_marks(name), "count": count}} for name, count in counts.items()]
    assert _listed(asked, rows) == names


def test_a_long_list_is_paged() -> None:
    rows: list[dict[str, object]] = [{"name": str(number)} for number in range(PER_PAGE + 1)]
    assert (len(_listed("", rows)), _listed("page=2", rows)) == (PER_PAGE, [str(PER_PAGE)])


A, B, C = (UnitCode.parse(code) for code in ("63:930", "63:931", "63:932"))


def _series(code: UnitCode, **totals: int) -> Series:
    counts = [Count(code, dt.date(2020, 8, int(day[1:])), installs=n, source="x") for day, n in totals.items()]
    return Series(DAY, counts=tuple(counts))


def test_of_parts_a_day_on_which_one_is_suppressed_shows_none_that_tells_it():
    series = {"A": _series(A, d13=3, d14=300), "B": _series(B, d13=50, d14=60), "C": _series(C, d13=70, d14=80)}
    people = {"A": None, "B": 600, "C": 800}
    shown = disclosed_by_day({key: own.totals() for key, own in series.items()}, people)
    assert set(shown["A"]) == {dt.date(2020, 8, 14)}
    assert set(shown["B"]) == {dt.date(2020, 8, 14)}, "the smallest other is hidden with it"
    assert set(shown["C"]) == {dt.date(2020, 8, 13), dt.date(2020, 8, 14)}


def test_a_hidden_district_is_hidden_on_the_map_too():
    drawn = maps.districts(UnitCode.parse("63:93"), DAY)
    rows = [
        {"code": f"63:{each.digits}", "name": each.digits, "short": "x", "hidden": each.digits == "930", "shade": 0,
         "share": "" if each.digits == "930" else "7%", "missing": "", "count": "9"}
        for each in drawn.shapes
    ]  # fmt: skip
    with override("en"):
        titles = [each["title"] for each in sentences.district_shapes(drawn, rows)]
    assert "930: hidden" in titles
    assert titles.count("930: hidden") == 1
    assert sentences.district_shapes(drawn, rows[1:]) == [], "a district without a row would be a hole in the map"


def test_a_frame_holds_all_lines_and_the_mark():
    first, last = dt.date(2020, 8, 1), dt.date(2020, 8, 11)
    frame = curves.frame_of([{first: 0.0, last: 0.2}, {last: 0.1}])
    assert frame.path({first: 0.0, last: frame.top}) == "M0.0,48.0L120.0,0.0"
    assert frame.top > 0.3
    assert curves.frame_of([{first: 0.1}]) is None


def test_every_province_of_2020_but_one_has_shapes_for_its_districts():
    without = []
    for province in catalogue.provinces().of_level(Level.PROVINCE, DAY):
        drawn = maps.districts(province.code, DAY)
        if drawn is None:
            without.append(province.name)
            continue
        children = {each.code.digits for each in catalogue.all_units().children(province.code, DAY)}
        assert children - {each.digits for each in drawn.shapes} <= {"498", "576"}, province.name
        assert all("nan" not in each.path for each in drawn.shapes)
    assert len(without) <= 1, "Ho Chi Minh City before Thủ Đức"


def test_districts_change_with_the_day():
    city = UnitCode("63", "79")
    assert maps.districts(city, dt.date(2020, 12, 31)) is None
    assert "769" in {each.digits for each in maps.districts(city, dt.date(2022, 1, 1)).shapes}
    assert maps.districts(UnitCode.parse("34:79"), dt.date(2025, 8, 1)) is None


def test_shapes_of_a_province_do_not_overlap_much_and_names_stand_inside():
    drawn = maps.districts(UnitCode.parse("63:93"), DAY)
    west, north, width, height = (float(each) for each in drawn.box.split())
    for x, y in drawn.centres.values():
        assert west < x < west + width
        assert north < y < north + height
    assert max(width, height) == pytest.approx(404, abs=2)
