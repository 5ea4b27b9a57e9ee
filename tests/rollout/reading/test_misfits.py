"""Hold that a cell which contradicts the others of its row is named, where most rows agree and rounding explains
nothing; and that columns of estimated numbers are left out by name."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

TITLE = ["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN NGÀY 20/8/2020"]
#: communes of Tây Hòa: people, installed before, added since
ROWS = {
    "Thị trấn Phú Thứ": (13018, 1493, 933), "Xã Hòa Bình 1": (8254, 655, 215), "Xã Hòa Đồng": (9720, 802, 377),
    "Xã Hòa Mỹ Đông": (10263, 911, 402), "Xã Hòa Mỹ Tây": (7715, 512, 241), "Xã Hòa Phong": (11820, 1204, 590),
    "Xã Hòa Phú": (9446, 705, 468), "Xã Hòa Tân Tây": (8033, 618, 299), "Xã Hòa Thịnh": (9971, 744, 355),
}  # fmt: skip
SLIP = "Xã Hòa Phú"


def share(count: int, people: int, step: str, rounding: str = ROUND_HALF_UP) -> float:
    return float((Decimal(100 * count) / people).quantize(Decimal(step), rounding))


def table(head: list[str], slip: int, *, step: str = "0.01", rounding: str = ROUND_HALF_UP, rows: int = 9) -> bytes:
    """Return a form of communes; one count of all was typed as `slip`, its share is that of the right one."""
    lines = []
    for name, (people, before, added) in list(ROWS.items())[-rows:]:
        count = slip if name == SLIP else before + added
        values = {"Dân số": people, "Lũy kế kỳ trước": before, "Thực hiện trong kỳ": added, "Đã cài": count,
                  "Tỷ lệ/dân số (%)": share(before + added, people, step, rounding),
                  "Lũy kế đến 16/8": before, "Lũy kế đến 20/8": count}  # fmt: skip
        lines.append([name, *(values[each] for each in head)])
    return book(("S", [TITLE, ["Đơn vị", *head], *lines]))


def said(data: bytes) -> list[tuple[str, str]]:
    reading = read_rows(data, within="63:54")
    assert not asked(reading)
    return [(each.kind, str(each.text)) for each in reading.notices if each.kind in {"share", "sum"}]


SHARED = ["Dân số", "Đã cài", "Tỷ lệ/dân số (%)"]
SUMMED = ["Lũy kế kỳ trước", "Thực hiện trong kỳ", "Đã cài"]


@pytest.mark.parametrize(
    ("head", "slip", "step", "kinds"),
    [
        (SHARED, 1713, "0.01", {"share"}),  # digits exchanged: not half as much again
        (SHARED, 1300, "0.01", {"share"}),
        (SHARED, 1175, "0.01", {"share"}),
        (SHARED, 640, "0.01", {"share"}),
        (SHARED, 11730, "0.01", {"share"}),
        (SHARED, 1713, "0.1", {"share"}),
        (SHARED, 1713, "1", {"share"}),
        (SHARED, 1173, "0.01", set()),
        (SHARED, 1180, "0.1", set()),  # 12.49 % may be written so
        (SHARED, 1220, "1", set()),
        (SUMMED, 1713, "1", {"sum"}),
        (SUMMED, 1174, "1", {"sum"}),
        (SUMMED, 1173, "1", set()),
        (["Lũy kế đến 16/8", "Thực hiện trong kỳ", "Lũy kế đến 20/8"], 1713, "1", {"sum"}),
        (["Dân số", *SUMMED, "Tỷ lệ/dân số (%)"], 1713, "0.01", {"share", "sum"}),
        (["Dân số", *SUMMED, "Tỷ lệ/dân số (%)"], 1173, "0.01", set()),
    ],
)
def test_a_cell_that_contradicts_its_row_is_named(head: list[str], slip: int, step: str, kinds: set[str]) -> None:
    found = said(table(head, slip, step=step))
    assert {kind for kind, _ in found} == kinds
    assert all(text.startswith(SLIP) for _, text in found)
    assert len(found) == len(kinds)


@pytest.mark.parametrize("step", ["1", "0.1", "0.01"])
@pytest.mark.parametrize("rounding", [ROUND_DOWN, ROUND_HALF_UP])
def test_a_share_cut_or_rounded_is_no_misfit(step: str, rounding: str) -> None:
    assert said(table(SHARED, 1173, step=step, rounding=rounding)) == []


def test_few_rows_that_agree_say_nothing() -> None:
    assert said(table(SUMMED, 1713, rows=4)) == []


@pytest.mark.parametrize(
    "head",
    [
        "Khách được tuyên truyền (ước)",
        "Số người dân được tuyên truyền (ước khoảng)",
        "Người dân được vận động (ước tính)",
        "Dân số (ước)",
        "Số người có điện thoại thông minh (ước tính)",
        "Số người được vận động (dự kiến)",
        "Ước đạt",
    ],
)
def test_estimated_numbers_are_left_out_by_name(head: str) -> None:
    rows = [[name, before + added, people] for name, (people, before, added) in ROWS.items()]
    reading = read_rows(book(("S", [TITLE, ["Đơn vị", "Đã cài", head], *rows])), within="63:54")
    assert not asked(reading)
    assert {kind for kind, _, _ in taken(reading)} == {"installs"}
    assert f"column C (“{head}”): its numbers are estimated: it was left out" in map(
        str, (each.text for each in reading.notices)
    )


@pytest.mark.parametrize("head", ["Đơn vị ký giao ước thi đua đã cài", "Đã cài theo công ước"])
def test_a_pledge_or_a_treaty_is_no_estimate(head: str) -> None:
    rows = [[name, before + added] for name, (_, before, added) in ROWS.items()]
    reading = read_rows(book(("S", [TITLE, ["Đơn vị", head], *rows])), within="63:54")
    assert not any("estimated" in str(each.text) for each in reading.notices)
