"""A health centre, a market board or the like that a title names may count its visitors, not those of its place."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading.results import Reading

DAYS = ("17/8/2020", "18/8/2020", "19/8/2020")
COUNTED = ["Ngày", "Số người cài mới", "Lũy kế"]
VISITORS = ["Ngày", "Người bệnh được khuyến nghị", "Đã có Bluezone", "Cài mới tại chốt"]
CENTRE = "TRUNG TÂM Y TẾ HUYỆN PHỤNG HIỆP"


def read_days(*titles: str, head: list[str], within: str = "63:93", answers: dict[str, str] | None = None) -> Reading:
    """Return a form with a day a row below some titles."""
    rows = [[day, *(40 + 10 * at + n for at in range(len(head) - 1))] for n, day in enumerate(DAYS)]
    return read_rows(book(("Sheet1", [*([title] for title in titles), head, *rows])), within=within, answers=answers)


def units(reading: Reading) -> set[tuple[str, str]]:
    """Return of which units figures were read: (code, name)."""
    return {(str(figure.unit.code) if figure.unit else "", figure.name) for figure in reading.figures}


@pytest.mark.parametrize(
    ("titles", "head", "named"),
    [
        ((CENTRE, "Khuyến nghị người bệnh cài Bluezone"), VISITORS, CENTRE),
        ((CENTRE, "KHOA NGOẠI", "Kết quả cài Bluezone"), COUNTED, f"KHOA NGOẠI, {CENTRE}"),
        (("UBND HUYỆN PHỤNG HIỆP", "TRẠM Y TẾ XÃ HIỆP HƯNG", "Khuyến nghị người bệnh cài Bluezone"), VISITORS,
         "TRẠM Y TẾ XÃ HIỆP HƯNG"),
        (("BAN QUẢN LÝ CHỢ KINH CÙNG", "Tiểu thương cài Bluezone"), COUNTED, "BAN QUẢN LÝ CHỢ KINH CÙNG"),
    ],
)  # fmt: skip
def test_visitors_and_staff_are_the_organisations(titles: tuple[str, ...], head: list[str], named: str) -> None:
    reading = read_days(*titles, head=head)
    assert not asked(reading)
    assert units(reading) == {("", named)}


def test_a_column_with_a_word_for_the_gate_keeps_the_titles_people() -> None:
    reading = read_days(CENTRE, "Khuyến nghị người bệnh, thân nhân cài Bluezone", head=VISITORS)
    assert {of for _, of, _ in taken(reading)} <= {"patients", "Người bệnh, thân nhân"}
    assert {kind for kind, _, _ in taken(reading)} == {"asked", "had", "increase"}


def test_a_column_that_an_officer_explains_keeps_its_neighbours_people() -> None:
    head = ["Ngày", "Được khuyến nghị", "Đã có Bluezone", "Cài mới xyz"]
    reading = read_days(CENTRE, "Khuyến nghị người bệnh cài Bluezone", head=head, answers={"column:D": "increase"})
    assert {of for _, of, _ in taken(reading)} == {"patients"}


@pytest.mark.parametrize("name", [CENTRE, "TRẠM Y TẾ XÃ HIỆP HƯNG"])
@pytest.mark.parametrize("within", ["63:93", "63:934"])
def test_all_who_installed_below_a_services_name_are_asked_about(name: str, within: str) -> None:
    reading = read_days(name, "Kết quả cài Bluezone", head=COUNTED, within=within)
    assert asked(reading) == "unit"
    assert not reading.figures
    assert reading.question is not None
    choices = [choice.value for choice in reading.question.choices]
    assert name in choices
    of_service = read_days(name, "Kết quả cài Bluezone", head=COUNTED, within=within, answers={"unit": name})
    assert units(of_service) == {("", name)}
    place = read_days(name, "Kết quả cài Bluezone", head=COUNTED, within=within, answers={"unit": choices[0]})
    assert {code for code, _ in units(place)} == {choices[0]}


@pytest.mark.parametrize(
    "name",
    [
        "ỦY BAN NHÂN DÂN HUYỆN PHỤNG HIỆP",
        "BAN CHỈ ĐẠO PHÒNG, CHỐNG DỊCH HUYỆN PHỤNG HIỆP",
        "PHÒNG VĂN HÓA VÀ THÔNG TIN HUYỆN PHỤNG HIỆP",
    ],
)
def test_who_governs_a_place_reports_for_it(name: str) -> None:
    reading = read_days(name, "Kết quả cài Bluezone", head=COUNTED)
    assert not asked(reading)
    assert {code for code, _ in units(reading)} == {"63:934"}


def test_a_health_centre_that_sends_a_table_of_places_is_no_unit() -> None:
    rows = [[n, name, 400 + n] for n, name in enumerate(("Hiệp Hưng", "Tân Long", "Hòa Mỹ"), 1)]
    data = book(("Sheet1", [[CENTRE], ["KẾT QUẢ CÀI BLUEZONE ĐẾN 20/8/2020"], ["TT", "Xã", "Đã cài"], *rows]))
    reading = read_rows(data, within="63:934")
    assert not asked(reading)
    assert all(figure.unit for figure in reading.figures)
