"""News: what a phone takes, and what it does not."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.exports import ExportSigner, TrustedKey
from bluezone.protocol.news import MAX_DOCUMENT_BYTES, MAX_ITEMS, MAX_TEXT, MAX_TITLE, News, NewsError, NewsItem
from bluezone.protocol.news import sign_news as sign
from bluezone.protocol.news import verify_news as verify
from bluezone.protocol.signed import DocumentKind, Fault, sign_text

NOW_S = 1_600_000_000
DAY_S = 86_400
KEY, OTHER = (SigningKey(ec.derive_private_key(number, ec.SECP256R1())) for number in (5, 6))
SIGNER = ExportSigner(KEY, "452", "v1")
TRUSTED = [TrustedKey(KEY.public_key(), "452", "v1")]
ITEM = NewsItem(
    "17",
    "advice",
    NOW_S - 60,
    NOW_S + 7 * DAY_S,
    ("34:92",),
    {"vi": "Xét nghiệm tại Long Mỹ", "en": "Testing in Long Mỹ"},
    {"vi": "Từ 8 giờ sáng mai.", "en": "From 8 tomorrow."},
)
NEWS = News("452", "34:92", 3, NOW_S - 60, NOW_S + 14 * DAY_S, (ITEM,))


def test_what_was_signed_is_read_again() -> None:
    assert verify(sign(NEWS, [SIGNER]), TRUSTED, "452", "34:92", NOW_S, newer_than=2) == NEWS


def test_either_key_of_a_rotation_will_do() -> None:
    both = sign(NEWS, [SIGNER, ExportSigner(OTHER, "452", "v2")])
    assert verify(both, [TrustedKey(OTHER.public_key(), "452", "v2")], "452", "34:92", NOW_S) == NEWS


@pytest.mark.parametrize(
    ("data", "now_s", "newer_than", "fault"),
    [
        pytest.param(sign(NEWS, [ExportSigner(OTHER, "452", "v1")]), NOW_S, 0, Fault.UNTRUSTED, id="wrong key"),
        pytest.param(sign(NEWS, [SIGNER]).replace(b"sang mai", b"x").replace(b"17", b"18"), NOW_S, 0, Fault.UNTRUSTED,
                     id="changed"),
        pytest.param(sign(NEWS, [SIGNER]), NOW_S + 15 * DAY_S, 0, Fault.STALE, id="run out"),
        pytest.param(sign(NEWS, [SIGNER]), NOW_S - 2 * DAY_S, 0, Fault.STALE, id="of the future"),
        pytest.param(sign(NEWS, [SIGNER]), NOW_S, 3, Fault.STALE, id="played back"),
        pytest.param(sign(replace(NEWS, region="262"), [SIGNER]), NOW_S, 0, Fault.ELSEWHERE, id="elsewhere"),
        pytest.param(sign(replace(NEWS, area=""), [SIGNER]), NOW_S, 0, Fault.ELSEWHERE, id="of the whole country"),
        pytest.param(b" " * (MAX_DOCUMENT_BYTES + 1), NOW_S, 0, Fault.TOO_LARGE, id="endless"),
        pytest.param(b"<html>", NOW_S, 0, Fault.MALFORMED, id="a web page"),
        pytest.param(b"{}", NOW_S, 0, Fault.MALFORMED, id="empty"),
    ],
)  # fmt: skip
def test_what_is_not_taken_says_why(data: bytes, now_s: float, newer_than: int, fault: Fault) -> None:
    with pytest.raises(NewsError) as refused:
        verify(data, TRUSTED, "452", "34:92", now_s, newer_than)
    assert refused.value.fault is fault


def test_a_policy_of_the_same_key_is_no_news() -> None:
    text = json.loads(sign(NEWS, [SIGNER]))["news"]
    other_kind = sign_text(text, DocumentKind("x", "news", b"Bluezone policy document v1\n", 10**6), [SIGNER])
    with pytest.raises(NewsError, match="no trusted key"):
        verify(other_kind, TRUSTED, "452", "34:92", NOW_S)


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
    with pytest.raises(NewsError):
        replace(ITEM, **change)


def test_the_longest_news_that_may_be_written_stay_below_the_bound() -> None:
    longest = replace(
        ITEM, title=dict.fromkeys(("vi", "en"), "ậ" * MAX_TITLE), text=dict.fromkeys(("vi", "en"), "ậ" * MAX_TEXT)
    )
    data = sign(replace(NEWS, items=(longest,) * MAX_ITEMS), [SIGNER] * 8)
    assert len(data) < MAX_DOCUMENT_BYTES


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


NESTED = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda part: (
        st.lists(part, max_size=3)
        | st.dictionaries(st.sampled_from(["region", "area", "serial", "items", "id", "title", "vi"]), part)
    ),
    max_leaves=8,
)


@given(NESTED)
def test_whatever_a_trusted_key_signs_ends_in_one_error(body: object) -> None:
    data = sign_text(json.dumps(body), DocumentKind("x", "news", b"Bluezone news document v1\n", 10**6), [SIGNER])
    with pytest.raises(ProtocolError):
        verify(data, TRUSTED, "452", "34:92", NOW_S)


def test_news_in_vietnamese_alone_will_do() -> None:
    alone = replace(ITEM, title={"vi": "Tin"}, text={"vi": "Nội dung"})
    assert verify(sign(replace(NEWS, items=(alone,)), [SIGNER]), TRUSTED, "452", "34:92", NOW_S).items == (alone,)
