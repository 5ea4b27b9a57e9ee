"""Hold that a number with a remark in brackets is that number, one with another value in brackets is not, and that
telephones of any kind are said to be no smartphones."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows

from bluezone.rollout.reading.results import Reading

TITLE = ["TRƯỜNG THPT NGUYỄN HUỆ", "PHỤ HUYNH CÀI ĐẶT BLUEZONE ĐẾN NGÀY 20/8/2020"]
CLASSES = [["11A1", 41, 35], ["11A2", 42, 33], ["11A3", 40, 31]]


def of_class(cell: object, head: str = "PH đã cài") -> Reading:
    rows = [[text] for text in TITLE]
    return read_rows(book(("S", [*rows, ["Lớp", "Sĩ số", head], *CLASSES, ["11A4", 43, cell]])))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("38 (2 PH ở xa)", 38),
        ("27 (cả ông bà)", 27),
        ("38 (trong đó 1 bà nội)", 38),
        ("1.038 (vắng 2 em lớp khác)", 1038),
        ("38 (có cả cô chủ nhiệm)", 38),
        ("38 (số cũ)", None),
        ("38 (số mới 40)", None),
        ("38 (sửa thành 40)", None),
        ("38 (40 phụ huynh trong lớp)", None),
        ("38 (30 PH đã cài xong)", None),
        ("38 (ước)", None),
        ("38 (khoảng chừng)", None),
        ("38 (ngày 18/8)", None),
        ("38 (18/8)", None),
        ("38 (kế hoạch)", None),
        ("38 (chưa tính 2 PH ở xa)", None),
        ("38 (nghìn)", None),
        ("38 (40)", None),
        ("38 (40 em)", None),
        ("38 (-2 em ở xa)", None),
        ("38 (thiếu 2 em ở xa)", None),
    ],
)
def test_a_number_with_a_remark(cell: str, value: int | None) -> None:
    reading = of_class(cell)
    assert not asked(reading)
    taken = [figure.value for figure in reading.figures if figure.kind == "installs" and figure.written == "11A4"]
    assert taken == ([value] if value else [])
    said = [str(each.text) for each in reading.notices if each.kind in {"remark", "bad-number", "ambiguous-number"}]
    assert len(said) == 1
    assert cell in said[0]


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("HS có điện thoại", "counts telephones of any kind, not smartphones"),
        ("HS sử dụng ĐTDĐ", "counts telephones of any kind, not smartphones"),
        ("HS nữ có điện thoại", "counts some of the people only"),
        ("HS có điện thoại thông minh", ""),
    ],
)
def test_a_telephone_of_any_kind(head: str, said: str) -> None:
    rows = [[name, installs, pupils - 4] for name, pupils, installs in CLASSES]
    reading = read_rows(book(("S", [*([text] for text in TITLE), ["Lớp", "HS đã cài", head], *rows])))
    texts = [str(each.text) for each in reading.notices if each.kind == "column"]
    assert len(texts) == bool(said)
    assert all(said in text for text in texts)
    assert ("smartphones" in {figure.kind for figure in reading.figures}) is not bool(said)
