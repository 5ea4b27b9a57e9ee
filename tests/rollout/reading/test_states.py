"""Tell by the columns and blocks beside a column of installations that it counts all of them up to its day, not those
added; read shares that are written as quotients, and arrows for what grew or fell."""

from __future__ import annotations

from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading.results import Reading

NAMES = ["TP Vị Thanh", "TP Ngã Bảy", "H. Vị Thủy"]


def read(*rows: list[object]) -> Reading:
    return read_rows(book(("Sheet1", list(rows))))


def weekly(share: float, header: str = "Số đã cài") -> Reading:
    rows = [[name, 80_000 + at * 1000, 20_000 + at * 250, share] for at, name in enumerate(NAMES)]
    return read(["BÁO CÁO TUẦN (từ 17/8 đến 23/8/2020) - BLUEZONE"], ["Đơn vị", "Dân số", header, "Tỷ lệ %"], *rows)


def test_a_share_of_the_people_is_one_of_all_installations() -> None:
    assert not asked(weekly(25))
    assert asked(weekly(12.3)) == "flow"
    assert "installs" not in {kind for kind, _, _ in taken(weekly(25, "Số cài trong tuần"))}


def test_a_block_beside_that_counts_all_and_what_was_added_says_what_the_period_is() -> None:
    first = [[name, 900 + at, 80] for at, name in enumerate(NAMES)]
    second = [["Phòng Nội vụ", 12, 11], ["Phòng Tư pháp", 6, 5]]
    title = ["BÁO CÁO TUẦN (từ 17/8 đến 23/8/2020) - BLUEZONE"]
    blocks = [title, ["Đơn vị", "Số máy đã cài đến 23/8", "Tăng trong tuần"], *first, []]
    reading = read(*blocks, ["II. CƠ QUAN"], ["Đơn vị", "Tổng số CBCC", "Số đã cài"], *second)
    assert not asked(reading)
    assert ("installs", "staff", "2020-08-23") in taken(reading)
    reading = read(*blocks, ["II. CƠ QUAN: CÀI MỚI TRONG TUẦN"], ["Đơn vị", "Tổng số CBCC", "Số đã cài"], *second)
    assert ("installs", "staff", "2020-08-23") not in taken(reading)


def test_a_quotient_in_the_header_of_percents_is_a_share() -> None:
    rows = [[name, 6000 + at, 1200 - at, f"{19.9 + at / 10:.1f}%"] for at, name in enumerate(NAMES)]
    reading = read(["Đến 25/8/2020"], ["Đơn vị", "Dân số", "Đã cài", "Đã cài/ĐTTM"], *rows)
    assert ("percent_smartphones", "", "2020-08-25") in taken(reading)


def test_arrows_are_signs() -> None:
    rows = [
        [name, 9000 + at, sign] for at, (name, sign) in enumerate(zip(NAMES, ("▲ 1.200", "▼ 80", "▲300"), strict=True))
    ]
    reading = read(["Đến 25/8/2020"], ["Đơn vị", "Đã cài", "So với hôm qua"], *rows)
    assert {figure.value for figure in reading.figures if figure.kind == "increase"} >= {1200, 300}


def test_families_beside_people_are_households() -> None:
    rows = [[f"Hội LHPN xã {name}", 300, 120, 70 + at] for at, name in enumerate(("Vị Thủy", "Vị Thắng"))]
    reading = read(["Đến 25/8/2020"], ["Cơ sở Hội", "Hội viên", "Hội viên đã cài", "Số gia đình đã cài"], *rows)
    assert not asked(reading)
    assert any("households or things" in notice.text.template for notice in reading.notices)


def test_a_title_says_of_what_shares_are() -> None:
    rows: list[list[object]] = [[name, 12.5 + at] for at, name in enumerate(NAMES)]
    head: list[object] = ["Đơn vị", "Tỷ lệ (%)"]
    assert not asked(read(["TỶ LỆ CÀI ĐẶT BLUEZONE TRÊN DÂN SỐ ĐẾN 25/8/2020"], head, *rows))
    assert asked(read(["TỶ LỆ CÀI ĐẶT BLUEZONE ĐẾN 25/8/2020"], head, *rows))
