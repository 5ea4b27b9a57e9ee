"""A list of units offers for its columns only what it holds."""

from __future__ import annotations

from tests.rollout.reading.building import book

from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.lists import Wanted, read_list
from bluezone.rollout.reading.opening import open_book

WANTED = Wanted(
    words={"name": ("ten",), "headcount": ("so nguoi",)},
    kinds={"name": (words.UNIT, words.HAMLET), "headcount": (words.HEADCOUNT, words.TOTAL)},
    named_by=("name",),
    single=("headcount",),
)


def test_columns_of_a_list_are_mapped_to_what_it_holds_only() -> None:
    data = book(("Sheet1", [["Đơn vị", "Quân số"], ["Sở Y tế", 40], ["Sở Nội vụ", 31]]))
    reading, lines = read_list(open_book(data, "a.xlsx"), WANTED, {})
    assert reading.kinds == (words.UNIT, words.HEADCOUNT, words.UNKNOWN)
    assert [cells for _, cells in lines] == [["ten", "so nguoi"], ["Sở Y tế", "40"], ["Sở Nội vụ", "31"]]
