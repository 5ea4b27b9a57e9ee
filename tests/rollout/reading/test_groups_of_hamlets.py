"""Groups of neighbours below a group of hamlets are hamlets, not organisations; teams of a factory or a class are."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows

from bluezone.rollout.reading.results import Reading


def read(head: str, people: str, group: str, part: str, *, sums: bool = True, again: bool = False,
         share: str = "Tỷ lệ (%)") -> Reading:  # fmt: skip
    """Return a form of three groups with three parts each as read, its groups with or without their sums; `again`:
    parts are numbered from 1 in each."""
    rows: list[list[object]] = [
        ["TIẾN ĐỘ CÀI ĐẶT BLUEZONE (đến 23/08/2020)"],
        [],
        [head, people, "Số người đã cài", share],
    ]
    for at in range(3):
        parts = [(number if again else 3 * at + number, 200 + 31 * at + 7 * number, 60 + 11 * at + number)
                 for number in (1, 2, 3)]  # fmt: skip
        whole, done = sum(each[1] for each in parts), sum(each[2] for each in parts)
        rows.append([f"{group} {at + 1}", *([whole, done, round(100 * done / whole, 2)] if sums else [])])
        rows += [[f"{part} {number}", here, of_them, round(100 * of_them / here, 2)] for number, here, of_them in parts]
    return read_rows(book(("Sheet1", rows)))


@pytest.mark.parametrize("sums", [True, False])
@pytest.mark.parametrize("again", [True, False])
@pytest.mark.parametrize(
    ("head", "group", "part"),
    [("Khu phố/ Tổ dân phố", "KHU PHỐ", "Tổ"), ("Tổ dân phố", "KHU PHỐ", "Tổ dân phố"), ("Ấp", "Ấp", "Tổ"),
     ("Đơn vị", "Khu phố", "Tổ"), ("Đơn vị", "Thôn", "Xóm"), ("Đơn vị", "Cụm", "Ấp"), ("Ấp", "Khu vực", "Ấp"),
     ("Tổ dân phố", "Cụm", "Tổ"), ("Khóm, tổ", "Khóm", "Tổ tự quản")],
)  # fmt: skip
def test_parts_of_hamlets_have_residents(head: str, group: str, part: str, again: bool, sums: bool) -> None:
    reading = read(head, "Số nhân khẩu", group, part, sums=sums, again=again, share="% trên nhân khẩu")
    assert not asked(reading)
    assert {(figure.kind, figure.of) for figure in reading.figures} == {
        ("population", ""), ("installs", ""), ("percent_population", ""),
    }  # fmt: skip
    assert len({figure.name for figure in reading.figures}) == 9
    assert len(reading.figures) == 27
    assert not reading.notices


@pytest.mark.parametrize(
    ("head", "people", "group", "of"),
    [("Tổ", "Số lao động", "Phân xưởng", "staff"), ("Bộ phận", "Số công nhân", "Công ty", "staff"),
     ("Đơn vị", "Số công nhân", "Khu", "staff"), ("Lớp, tổ", "Sĩ số", "Lớp 6A", "pupils"),
     ("Lớp", "Số học sinh", "Lớp 6A", "pupils")],
)  # fmt: skip
def test_teams_stay_organisations(head: str, people: str, group: str, of: str) -> None:
    reading = read(head, people, group, "Tổ")
    assert not asked(reading)
    assert {(figure.kind, figure.of) for figure in reading.figures} == {("headcount", of), ("installs", of)}
    assert len(reading.figures) == 18


def test_offices_below_a_heading_of_offices_have_no_residents() -> None:
    rows = [["KẾT QUẢ CÀI BLUEZONE ĐẾN NGÀY 20/8/2020"], ["Đơn vị", "Dân số", "Đã cài"], ["I. Khu phố", None, None],
            ["Khu phố 1", 900, 300], ["Khu phố 2", 800, 200], ["II. Cơ quan, ban ngành", None, None],
            ["Công an phường", 20, 19], ["Trạm Y tế", 12, 12]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)))
    kinds = {figure.name: set() for figure in reading.figures}  # type: dict[str, set[tuple[str, str]]]
    for figure in reading.figures:
        kinds[figure.name].add((figure.kind, figure.of))
    assert kinds["Khu phố 1"] == {("population", ""), ("installs", "")}
    assert kinds["Trạm Y tế"] == {("headcount", "staff"), ("installs", "staff")}
