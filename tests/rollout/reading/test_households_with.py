"""Test which columns count the households in which somebody has installed the app."""

from __future__ import annotations

from typing import Any

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading import households_with, of_households
from bluezone.rollout.reading import vocabulary as words

TITLE = ["KẾT QUẢ CÀI BLUEZONE NGÀY 20/8/2020"]
HAMLETS = ["Ấp 1", "Ấp 2", "Ấp 3"]


def _table(head: list[str], *more: int) -> bytes:
    rows: list[list[Any]] = [[name, 200 + n, *(each + n for each in more)] for n, name in enumerate(HAMLETS)]
    return book(("S", [TITLE, ["XÃ VỊ THẮNG, HUYỆN VỊ THỦY"], head, *rows]))


@pytest.mark.parametrize(
    ("header", "with_app"),
    [
        ("Số hộ có ít nhất 01 người cài", True),
        ("Số hộ có người cài Bluezone", True),
        ("Hộ / Có người cài", True),
        ("BLUEZONE / Số hộ", True),
        ("Lũy kế số hộ có người cài", True),
        ("Số gia đình hội viên có người cài", True),
        ("Hộ có cài", True),
        ("Households with the app", True),
        ("Số hộ chưa có người cài", False),
        ("Số hộ có 2 người cài trở lên", False),
        ("Số hộ cam kết cài", False),
        ("Số hộ có nhu cầu cài", False),
        ("Số hộ được hướng dẫn cài", False),
        ("Số hộ cài mới trong ngày", False),
        ("Số hộ có cài NCOVI", False),
        ("Số hộ đã đến", False),
        ("Số hộ kinh doanh đã cài", False),
        ("Số cửa hàng đã cài", False),
        ("Số người đã cài", False),
    ],
)
def test_headers_tell_households_with_the_app(header: str, with_app: bool) -> None:
    assert households_with.have_the_app([words.key_of(text) for text in header.split(" / ")]) is with_app


def test_they_are_a_figure_of_their_own_beside_people() -> None:
    reading = read_rows(_table(["Ấp", "Số hộ", "Số hộ có người cài", "Số người đã cài"], 90, 130))
    assert not asked(reading)
    assert not reading.notices
    day = "2020-08-20"
    assert taken(reading) == {("households", "", day), ("households_with_app", "", day), ("installs", "", day)}


def test_more_than_the_households_are_left_out_and_said() -> None:
    reading = read_rows(_table(["Ấp", "Số hộ", "Số hộ có người cài", "Số người đã cài"], 300, 330))
    assert {kind for kind, _, _ in taken(reading)} == {"households", "installs"}
    (said,) = reading.notices
    assert households_with.MORE_THAN_ALL in str(said.text)


def test_cumulated_households_are_no_installations() -> None:
    reading = read_rows(_table(["Ấp", "Số hộ", "Lũy kế số hộ có người cài"], 90))
    assert {kind for kind, _, _ in taken(reading)} == {"households", "households_with_app"}


def test_stalls_of_traders_are_no_homes() -> None:
    reading = read_rows(_table(["Chợ", "Số hộ tiểu thương", "Số hộ đã cài", "Số người đã cài"], 90, 130))
    assert "households_with_app" not in {kind for kind, _, _ in taken(reading)}
    alone = read_rows(_table(["Chợ", "Số hộ kinh doanh", "Số hộ đã cài"], 90))
    assert sum(notice.text.template == of_households.TRADING for notice in alone.notices) == 2


def test_a_share_of_the_households_is_none_of_people() -> None:
    rows = [[name, 200, 90 + n, round((90 + n) / 2, 1), 130] for n, name in enumerate(HAMLETS)]
    head = ["Ấp", "Số hộ", "Số hộ có người cài", "Tỷ lệ (%)", "Số người đã cài"]
    reading = read_rows(book(("S", [TITLE, ["XÃ VỊ THẮNG, HUYỆN VỊ THỦY"], head, *rows])))
    assert not asked(reading)
    assert not any(kind.startswith("percent") for kind, _, _ in taken(reading))
