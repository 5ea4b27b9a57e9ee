"""Hamlets and classes that are called alike in tables of several places are named after theirs; those of several days
of one place are not."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows

HEAD = ["Stt", "Ấp", "Số hộ", "Số người đã cài Bluezone"]
DAY = ["Tính đến ngày 22/8/2020"]


def hamlets(more: int) -> list[list[object]]:
    return [[at, f"Ấp {at}", 200 + at + more, 100 + at + 3 * more] for at in (1, 2, 3)]


@pytest.mark.parametrize(
    ("sheets", "titles"),
    [
        (("Sheet1", "Sheet2"), ("UBND XÃ VỊ THỦY", "UBND XÃ VỊ THẮNG")),
        (("Xã Vị Thủy", "Xã Vị Thắng"), ("KẾT QUẢ CÀI BLUEZONE", "KẾT QUẢ CÀI BLUEZONE")),
        (("Vị Thủy", "Vị Thắng"), ("XÃ VỊ THỦY", "XÃ VỊ THẮNG")),
    ],
)
def test_sheets_of_communes(sheets: tuple[str, str], titles: tuple[str, str]) -> None:
    data = book(*((sheet, [[title], DAY, HEAD, *hamlets(9 * at)])
                  for at, (sheet, title) in enumerate(zip(sheets, titles, strict=True))))  # fmt: skip
    reading = read_rows(data, within="63:935")
    assert not asked(reading)
    assert sorted({figure.name for figure in reading.figures}) == sorted(
        f"Ấp {at} (Xã {commune})" for commune in ("Vị Thủy", "Vị Thắng") for at in (1, 2, 3)
    )


def test_two_tables_of_one_sheet() -> None:
    rows = [["XÃ VỊ THỦY"], DAY, HEAD, *hamlets(0), [], ["XÃ VỊ THẮNG"], DAY, HEAD, *hamlets(9)]
    reading = read_rows(book(("Sheet1", rows)), within="63:935")
    assert len({figure.name for figure in reading.figures}) == 6


@pytest.mark.parametrize("titles", [("XÃ VỊ THỦY", "XÃ VỊ THỦY"), ("KẾT QUẢ", "KẾT QUẢ")])
def test_sheets_of_days_stay_as_they_are(titles: tuple[str, str]) -> None:
    days = (["Tính đến ngày 21/8/2020"], DAY)
    data = book(*((f"Ngày {21 + at}", [[title], days[at], HEAD, *hamlets(9 * at)]) for at, title in enumerate(titles)))
    reading = read_rows(data, within="63:935")
    assert {figure.name for figure in reading.figures} == {"Ấp 1", "Ấp 2", "Ấp 3"}
    assert {figure.date.day for figure in reading.figures if figure.date} == {21, 22}
