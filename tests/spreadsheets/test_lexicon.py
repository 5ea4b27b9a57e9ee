"""Words of headers name topics, with and without diacritics; names of rows tell totals, notes and offices."""

from __future__ import annotations

import pytest

from bluezone.spreadsheets import lexicon
from bluezone.spreadsheets.roles import ALL_ROLES


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("Số lượt cài đặt", "count installs"),
        ("So luot cai dat", "count installs"),
        ("Tỷ lệ/dân số (%)", "share people"),
        ("Tỉ lệ", "share"),
        ("Số người chưa cài đặt", "missing"),
        ("Chùa", "organisation"),  # not `chưa`
        ("STT", "order"),
        ("Stt dự án", ""),  # a word that counts alone only
        ("% / ĐTTM", "share smartphones"),
        ("Tăng so với hôm trước", "increase"),  # `before` says nothing beside it
        ("BLUEZONE_INSTALLS", "bluezone installs"),
        ("Quân số", "headcount"),
        ("", ""),
    ],
)
def test_a_header_names_topics(text: str, topics: str) -> None:
    named = [topic.name for topic in lexicon.topics_in(text)]
    assert [name for name in named if not lexicon.topics()[name].unless & set(named)] == topics.split()


def test_topics_speak_of_roles_that_there_are() -> None:
    for topic in lexicon.topics().values():
        assert set(topic.speaks) <= set(ALL_ROLES), topic.name
        assert topic.unless <= {*lexicon.topics(), "own_day"}


@pytest.mark.parametrize(
    ("name", "total"),
    [
        ("TỔNG CỘNG", True),
        ("Toàn tỉnh", True),
        ("Cộng huyện Vị Thủy", True),
        ("Tổng (I+II)", True),
        ("Grand Total", True),
        ("Σ", True),
        ("Công an huyện", False),
        ("Xã Cộng Hòa", False),
        ("Huyện Vị Thủy", False),
    ],
)
def test_a_row_of_totals_is_known_by_its_name(name: str, total: bool) -> None:
    assert lexicon.is_total(name) is total


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        ("Kết quả đến ngày", "as_of", True),
        ("(Kèm theo Báo cáo số 12 ngày", "letter", True),
        ("Hậu Giang, ngày", "letter", False),
    ],
)
def test_what_stands_before_a_day_says_what_it_is(text: str, kind: str, says: bool) -> None:
    assert lexicon.says_of_day(text, kind) is says


@pytest.mark.parametrize(
    ("text", "factor"),
    [("ĐVT: nghìn người", 1000), ("Đơn vị tính: 1.000 người", 1000), ("Số người", 1), ("nghìn năm văn hiến", 1)],
)
def test_numbers_may_be_given_in_thousands(text: str, factor: int) -> None:
    assert lexicon.factor_in(text) == factor


@pytest.mark.parametrize(("name", "no_place"), [("Công an huyện Châu Thành", True), ("Huyện Châu Thành", False)])
def test_an_office_is_no_place(name: str, no_place: bool) -> None:
    assert lexicon.names_no_place(name) is no_place
