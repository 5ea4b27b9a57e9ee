"""Columns headed with people and nothing else, and what stands beside them."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.results import Reading

NAMES = ("Vị Thủy", "Phụng Hiệp", "Châu Thành")
DAY = "2020-08-20"


def read(head: tuple[str, ...], *columns: tuple[object, ...], unit: str = "Huyện", **answers: str) -> Reading:
    """Return a form of three units with some columns, read with some answers."""
    names = NAMES if unit == "Huyện" else tuple(f"{unit} {name}" for name in "ABC")
    rows = [[name, *values] for name, values in zip(names, zip(*columns, strict=True), strict=True)]
    title = ["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN NGÀY 20/8/2020"]
    return read_rows(book(("Sheet1", [title, [unit, *head], *rows])), answers=answers)


def test_people_only_are_asked_about_in_a_form_about_installations() -> None:
    columns = (500, 600, 400), (620, 412, 410)
    assert asked(read(("HS", "PH"), *columns, unit="Trường")) == "groups"
    found = taken(read(("HS", "PH"), *columns, unit="Trường", groups="installs"))
    assert found == {("installs", "pupils", DAY), ("installs", "parents", DAY)}
    assert not read(("HS", "PH"), *columns, unit="Trường", groups="none").figures
    found = taken(read(("CB, CCVC", "Người dân"), *columns, groups="installs"))
    assert found == {("installs", "staff", DAY), ("installs", "residents", DAY)}


@pytest.mark.parametrize("head", [("Số HS", "HS đã cài"), ("HS", "Đã cài"), ("Sĩ số HS", "Số HS cài")])
def test_people_beside_those_of_them_who_installed_are_all_of_them(head: tuple[str, ...]) -> None:
    found = taken(read(head, (500, 600, 400), (300, 200, 100), unit="Trường"))
    assert found == {("headcount", "pupils", DAY), ("installs", "pupils", DAY)}


def test_people_whose_sum_is_all_installations_installed() -> None:
    reading = read(("CB, CCVC", "Người dân", "Tổng"), (500, 600, 400), (5620, 8412, 4410), (6120, 9012, 4810))
    assert taken(reading) == {("installs", "staff", DAY), ("installs", "", DAY)}


@pytest.mark.parametrize("header", ["Tổng số cán bộ", "Cán bộ", "Số cán bộ, công chức"])
def test_officials_need_nothing(header: str) -> None:
    """The first syllable of `cán bộ` is no `cần`, which people have yet to do."""
    assert (guess([header]).kind, guess([header]).of) == ("headcount", "staff")


def test_people_or_telephones_is_asked() -> None:
    columns = (6120, 9012, 4810), (7000, 9900, 5000)
    assert asked(read(("Số người", "Số máy"), *columns)) == "installs"
    found = {int(figure.value) for figure in read(("Số người", "Số máy"), *columns, installs="B").figures}
    assert found == {6120, 9012, 4810}


@pytest.mark.parametrize(
    "header", ["Tỷ lệ so với dân số trưởng thành (%)", "Tỷ lệ/dân số từ 15 tuổi trở lên", "Tỷ lệ/người trong độ tuổi"]
)
def test_a_share_of_some_people_is_none_of_all(header: str) -> None:
    assert guess([header]).kind == "percent_other"


@pytest.mark.parametrize("header", ["Tăng/giảm hạng", "Tăng bậc", "Thay đổi vị trí"])
def test_how_a_rank_changed_is_no_gain(header: str) -> None:
    assert guess([header]).kind == "unknown"


@pytest.mark.parametrize("header", ["Tổng số lượt cài (bao gồm NCOVI)", "Số người cài cả NCOVI"])
def test_both_apps_together_are_neither(header: str) -> None:
    assert guess([header]).kind == "unknown"


def test_a_period_has_a_beginning_a_gain_and_an_end() -> None:
    head = ("Lũy kế trước", "Phát sinh", "Lũy kế sau")
    reading = read(head, (5000, 8000, 4000), (1120, 1012, 810), (6120, 9012, 4810))
    assert taken(reading) == {("increase", "", DAY), ("installs", "", DAY)}
    assert {int(figure.value) for figure in reading.figures if figure.kind == "installs"} == {6120, 9012, 4810}


def test_a_row_of_the_share_of_all_is_a_note() -> None:
    rows = [["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN NGÀY 20/8/2020"], ["Huyện", "Đã cài"], ["Vị Thủy", 6120],
            ["Phụng Hiệp", 9012], ["Tỷ lệ bình quân toàn tỉnh", 7.2]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)))
    assert not asked(reading)
    assert len(reading.figures) == 2


def test_each_count_is_of_the_people_named_before_it() -> None:
    columns = (30, 40, 20), (30, 38, 20), (400, 500, 300), (150, 400, 100), (100, 300, 90)
    head = ("Tổng số CB-GV-NV", "Số đã cài", "Tổng số HS", "Số có ĐTTM", "Số đã cài")
    found = taken(read(head, *columns, unit="Trường"))
    assert found == {("headcount", "staff", DAY), ("installs", "staff", DAY), ("headcount", "pupils", DAY),
                     ("smartphones", "pupils", DAY), ("installs", "pupils", DAY)}  # fmt: skip


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Lao động nam", "some"),
        ("Lao động nữ", "some"),
        ("Tổng số lao động", "headcount"),
        ("(3)=(1)/dân số", "percent_population"),
        ("(4) = (2)/ĐTTM", "percent_smartphones"),
        ("Tổng dân số Việt Nam", "population"),
    ],
)
def test_some_of_the_staff_and_a_quotient_are_no_number_of_all(header: str, kind: str) -> None:
    assert guess([header]).kind == kind


def test_a_column_of_numbers_does_not_name_the_rows() -> None:
    """Below `Xã | CBCC xã | Ấp | Cộng` the third counts what the hamlets installed."""
    rows = [["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN NGÀY 20/8/2020"], ["TT", "Xã", "CBCC xã", "Ấp", "Đoàn thể", "Cộng"],
            [1, "Vị Trung", 20, 10, 30, 60], [2, "Vị Thủy", 20, 11, 30, 61],
            [3, "Vị Thắng", 22, 12, 30, 64]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)), within="63:935")
    assert {str(figure.unit.code) for figure in reading.figures if figure.unit} == {"63:31444", "63:31447", "63:31450"}
    assert {int(figure.value) for figure in reading.figures if figure.kind == "installs" and not figure.of} == {
        60,
        61,
        64,
    }
