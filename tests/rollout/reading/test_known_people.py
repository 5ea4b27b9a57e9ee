"""Populations far from the known ones, places of organisations, stalls, officials among those who installed, and pairs
without a header."""

from __future__ import annotations

from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked_together, read_rows, taken

from bluezone.rollout.reading import known_people
from bluezone.rollout.reading.results import Reading

TITLE = ["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN NGÀY 25/8/2020"]


def read(*rows: list[object], **more: object) -> Reading:
    return read_rows(book(("Sheet1", list(rows))), **more)  # type: ignore[arg-type]


def said(reading: Reading, template: str) -> list[object]:
    return [notice.text.values.get("names") for notice in reading.notices if notice.text.template == template]


def test_populations_far_from_the_known_ones_are_named() -> None:
    rows: list[list[object]] = [
        ["TP Vị Thanh", 720_000, 9000],
        ["TP Ngã Bảy", 60_000, 7000],
        ["H. Vị Thủy", 90_000, 900],
    ]
    reading = read(TITLE, ["Đơn vị", "Dân số", "Đã cài"], *rows)
    assert said(reading, known_people.ODD) == ["TP Vị Thanh"]
    assert ("population", "", "2020-08-25") in taken(reading)


def test_the_place_of_an_organisation_is_said_not_to_be_kept() -> None:
    rows: list[list[object]] = [["KS Bông Sen", "Phường I", 12, 10], ["KS Xà No", "Phường III", 20, 18]]
    reading = read(TITLE, ["Tên cơ sở", "Địa bàn (phường, xã)", "Số nhân viên", "NV đã cài"], *rows)
    assert len(said(reading, known_people.NOT_KEPT_WHERE)) == 1


def test_stalls_beside_traders_are_no_people() -> None:
    head: list[object] = ["Chợ", "Số hộ tiểu thương", "Số hộ đã cài", "Số người bán hàng", "Người bán hàng đã cài"]
    reading = read(TITLE, head, ["Chợ Ngã Bảy", 220, 100, 300, 180], ["Chợ Cái Côn", 80, 30, 120, 50])
    assert {(kind, of) for kind, of, _ in taken(reading)} == {("headcount", "traders"), ("installs", "traders")}
    assert {int(figure.value) for figure in reading.figures} == {300, 180, 120, 50}
    assert sum("households or things" in notice.text.template for notice in reading.notices) == 2


def test_stalls_are_the_traders_where_nothing_else_counts_these() -> None:
    head: list[object] = ["Chợ", "Số hộ tiểu thương", "Số tiểu thương đã cài"]
    reading = read(TITLE, head, ["Chợ Ngã Bảy", 220, 100], ["Chợ Cái Côn", 80, 30])
    assert {(kind, of) for kind, of, _ in taken(reading)} == {("headcount", "traders"), ("installs", "traders")}


def test_officials_among_those_who_installed_are_read() -> None:
    head: list[object] = ["Đơn vị", "Số người đã cài", "Trong đó: CBCC", "Trong đó: người dân"]
    reading = read(TITLE, head, ["TP Vị Thanh", 9000, 400, 8600], ["TP Ngã Bảy", 7000, 300, 6700])
    assert taken(reading) == {("installs", "", "2020-08-25"), ("installs", "staff", "2020-08-25")}


def test_pairs_without_a_header_are_what_the_title_says_or_asked() -> None:
    rows: list[list[object]] = [["TP Vị Thanh", "9.200/72.000"], ["TP Ngã Bảy", "7.100/60.000"]]
    reading = read(["BLUEZONE 25/8/2020 (đã cài/dân số)"], *rows)
    assert {(kind, day) for kind, _, day in taken(reading)} == {
        ("installs", "2020-08-25"),
        ("population", "2020-08-25"),
    }
    assert asked_together(read(*rows)) == {"pair:B", "date"}
