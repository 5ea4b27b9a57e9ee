"""News: which items can be, and for whom they are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.protocol.signed_documents import ITEM, NOW_S, SIGNER, document, sign

from bluezone.protocol.documents import DocumentError
from bluezone.protocol.news import MAX_ITEMS, MAX_TEXT, MAX_TITLE, NEWS


@pytest.mark.parametrize(
    "change",
    [
        {"id": "../x"},
        {"kind": "rumour"},
        {"valid_until_s": NOW_S - 60},
        {"places": ("Hậu Giang",)},
        {"places": ("34:92",) * 41},
        {"title": {"vi": "chỉ một thứ tiếng"}},
        {"title": {"en": "x"}, "text": {"en": "x"}},
        {"title": {"vi": "x", "fr": "x"}, "text": {"vi": "x", "fr": "x"}},
        {"title": {"vi": "x" * (MAX_TITLE + 1), "en": "x"}},
        {"text": {"vi": " ", "en": "x"}},
        {"text": {"vi": "x" * 10_000, "en": "x"}},
        {"text": {"vi": "\0", "en": "x"}},
    ],
)
def test_an_item_that_cannot_be_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(DocumentError):
        replace(ITEM, **change)


def test_the_longest_news_that_may_be_written_stay_below_the_bound() -> None:
    longest = replace(
        ITEM, title=dict.fromkeys(("vi", "en"), "ậ" * MAX_TITLE), text=dict.fromkeys(("vi", "en"), "ậ" * MAX_TEXT)
    )
    data = sign(document(NEWS, content=(longest,) * MAX_ITEMS), [SIGNER] * 8)
    assert len(data) < NEWS.max_bytes


@pytest.mark.parametrize(
    ("places", "mine", "reaches"),
    [
        ((), [], True),
        (("34:92",), [], False),
        (("34:92",), ["34:31471", "34:92"], True),
        (("34:01",), ["34:92"], False),
    ],
)
def test_whom_news_are_for(places: tuple[str, ...], mine: list[str], reaches: bool) -> None:
    assert replace(ITEM, places=places).is_for(mine) is reaches


def test_news_in_vietnamese_alone_will_do() -> None:
    assert replace(ITEM, title={"vi": "Tin"}, text={"vi": "Nội dung"}).title == {"vi": "Tin"}
