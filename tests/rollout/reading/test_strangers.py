"""People whom no list knows are counted in a header's own words, and never as those a row stands for."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading.certainty import guess_surely
from bluezone.rollout.reading.people import who_comes
from bluezone.rollout.reading.strangers import named_in
from bluezone.rollout.reading.vocabulary import key_of

DAY = "2020-08-21"
STATIONS = ("Trạm y tế xã Vị Bình", "Trạm y tế xã Vị Đông", "Trạm y tế xã Vị Trung")


def rows(*columns: tuple[str, int]) -> list[list[object]]:
    """Return a form of three health stations with a column of numbers, each a bit larger, under each header."""
    head: list[object] = ["TT", "Đơn vị", *[header for header, _ in columns]]
    lines: list[list[object]] = [[n, name, *[first + n for _, first in columns]] for n, name in enumerate(STATIONS, 1)]
    return [["Số liệu cài Bluezone đến ngày 21/8/2020"], head, *lines]


@pytest.mark.parametrize(
    ("header", "kind", "of"),
    [
        ("Người đến giao dịch cài mới", "increase", "Người đến giao dịch"),
        ("NGƯỜI ĐẾN GIAO DỊCH CÀI MỚI", "increase", "Người đến giao dịch"),
        ("Người đến khám cài mới", "increase", "patients"),
        ("Người đến khám|Được tư vấn", "asked", "patients"),
        ("Người đến giao dịch|Cài mới", "increase", "Người đến giao dịch"),
        ("Người đến giao dịch|Tổng số", "headcount", "Người đến giao dịch"),
        ("Công dân đến liên hệ được nhắc", "asked", "Công dân đến liên hệ"),
        ("Công dân về từ Đà Nẵng cài mới", "increase", "Công dân về từ Đà Nẵng"),
        ("Số lượt người qua chốt được nhắc", "asked", "Người qua chốt"),
        ("Giáo dân|Cài mới", "increase", "Giáo dân"),
        ("Số người ở trọ cài mới", "increase", "Người ở trọ"),
        ("Người có công được nhắc", "asked", "Người có công"),
        ("Phật tử cài mới", "increase", "Phật tử"),
        ("Thuyền viên được nhắc", "asked", "Thuyền viên"),
    ],
)
def test_a_header_names_them(header: str, kind: str, of: str) -> None:
    found = guess_surely(header.split("|"))
    assert (found.kind, found.of) == (kind, of)


@pytest.mark.parametrize(
    "header",
    [
        "Người cài mới",
        "Số người ở xã cài mới",
        "Số người có công ty cài mới",
        "Người dùng mới",
        "Người tự cài mới",
        "Số người qua Zalo cài mới",
        "Số người trực tiếp cài mới",
        "Người đến nay đã cài",
        "Số người đến hết ngày 20/8 cài mới",
        "Công dân cài mới",
        "Bệnh viện cài mới",
        "Cát Nhân|Cài mới",
        "Doanh nghiệp|Cài mới",
        "Số người hứa cài",
        "Số F1 phát hiện qua Bluezone",
    ],
)
def test_other_words_name_nobody(header: str) -> None:
    assert not guess_surely(header.split("|")).of


@pytest.mark.parametrize("text", ["Người từ chối", "Người dân đến khám", "Số người quét QR", "Khách đến liên hệ"])
def test_what_people_did_and_people_of_the_lists_are_no_strangers(text: str) -> None:
    assert named_in(text) == ""


@pytest.mark.parametrize(
    ("header", "comes"),
    [
        ("Người đến liên hệ công tác", True),
        ("Số người vào chợ", True),
        ("Người qua lại", True),
        ("Người đến ngày 20/8", False),
        ("Người tuân thủ", False),
        ("Người liên hệ", False),
    ],
)
def test_who_comes_is_nobody_to_be_reached(header: str, comes: bool) -> None:
    assert who_comes(key_of(header)) is comes


@pytest.mark.parametrize("header", ["Người đến giao dịch cài mới", "Công dân đến liên hệ cài mới", "Giáo dân cài mới"])
def test_beside_staff_they_are_not_the_stations_own(header: str) -> None:
    reading = read_rows(book(("Sheet1", rows(("Số viên chức", 8), ("Viên chức đã cài", 5), (header, 32)))))
    assert not asked(reading)
    assert taken(reading) == {
        ("headcount", "staff", DAY),
        ("installs", "staff", DAY),
        ("increase", header.removesuffix(" cài mới"), DAY),
    }


@pytest.mark.parametrize(
    ("whole", "part", "of"),
    [
        ("Người đến liên hệ công tác", "Trong đó đã cài", "Người đến liên hệ công tác"),
        ("Khách đến liên hệ", "Trong đó đã cài", "guests"),
        ("Số giáo dân", "Trong đó đã cài", "Giáo dân"),
    ],
)
def test_the_part_of_those_who_come_is_theirs(whole: str, part: str, of: str) -> None:
    columns = (("Số cán bộ", 22), ("Cán bộ đã cài", 20), (whole, 140), (part, 31))
    reading = read_rows(book(("Sheet1", rows(*columns))))
    assert not asked(reading)
    assert taken(reading) == {(kind, people, DAY) for kind in ("headcount", "installs") for people in ("staff", of)}


def test_a_bare_number_of_installations_beside_them_is_theirs() -> None:
    reading = read_rows(book(("Sheet1", rows(("Số người vào chợ", 140), ("Đã cài", 31)))))
    assert taken(reading) == {(kind, "Người vào chợ", DAY) for kind in ("headcount", "installs")}
