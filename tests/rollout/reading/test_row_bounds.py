"""Hold that a row with more installations than its own row has people is left out by name, a little more is named."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows

TITLE = ["CÀI ĐẶT BLUEZONE ĐẾN NGÀY 20/8/2020"]
STAFF = ["CÁN BỘ CÁC PHÒNG CÀI ĐẶT BLUEZONE ĐẾN NGÀY 20/8/2020"]
HAMLETS = [["Thôn 1", 480, 61], ["Thôn 2", 610, 92], ["Thôn 3", 733, 101]]
OFFICES = [["Phòng Nội vụ", 12, 12], ["Phòng Kinh tế", 14, 11], ["Văn phòng HĐND và UBND", 31, 31]]


@pytest.mark.parametrize(("people", "installs", "taken", "said"), [
    (502, 1_000, False, "it was left out"),
    (8_052, 13_420, False, "it was left out"),
    (8_052, 8_500, True, "look whether both are right"),
    (8_052, 8_052, True, ""),
])  # fmt: skip
@pytest.mark.parametrize("table", ["hamlets", "offices"])
def test_more_installs_than_people_in_the_row(table: str, people: int, installs: int, taken: bool, said: str) -> None:
    hamlets = table == "hamlets"
    head = ["Thôn", "Dân số", "Số người cài đặt"] if hamlets else ["Cơ quan", "Tổng số cán bộ", "Đã cài"]
    last = ["Thôn 4" if hamlets else "Phòng Tư pháp", people, installs]
    reading = read_rows(book(("S", [TITLE if hamlets else STAFF, head, *(HAMLETS if hamlets else OFFICES), last])))
    assert not asked(reading)
    assert (installs in {figure.value for figure in reading.figures if figure.kind == "installs"}) is taken
    texts = [str(notice.text) for notice in reading.notices if notice.kind == "too-many"]
    assert len(texts) == bool(said)
    assert all(said in text for text in texts)


def test_a_column_above_another_in_most_rows_is_no_slip_of_a_row() -> None:
    rows = [[name, installs, people] for name, people, installs in HAMLETS]
    reading = read_rows(book(("S", [TITLE, ["Thôn", "Dân số", "Số người cài đặt"], *rows])))
    assert not any(notice.kind == "too-many" for notice in reading.notices)
