"""Signed documents: what a phone takes, and what it does not, the same of every kind."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.protocol.signed_documents import (
    ALL_KINDS,
    CONTENTS,
    DAY_S,
    ENTRY,
    ITEM,
    NOW_S,
    OTHER,
    SIGNER,
    STRANGER,
    TRUSTED,
    document,
    resigned,
    signed,
)

from bluezone.protocol.documents import DocumentError, Fault, Kind, content_of, sign, sign_text, verify
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.exports import ExportSigner, TrustedKey
from bluezone.protocol.guidance import GUIDANCE, MAX_ENTRIES
from bluezone.protocol.kinds import FORMS, MAX_FORM_BYTES, MAX_FORMS, PLACE_POLICY, SETTINGS, second_order_region
from bluezone.protocol.news import MAX_ITEMS, NEWS
from bluezone.protocol.passes import MAX_REVOKED, REVOKED_PASSES

every_kind = pytest.mark.parametrize("kind", ALL_KINDS, ids=lambda kind: kind.name)
OF_PROVINCES = [kind for kind in ALL_KINDS if kind.has_provinces]


def read(data: bytes, kind: Kind, area: str = "", now_s: float | None = NOW_S, newer_than: int = 2):
    return verify(data, kind, TRUSTED, "452", area, now_s, newer_than)


@every_kind
def test_what_was_signed_is_read_again(kind):
    assert read(signed(kind), kind) == document(kind)
    assert kind.read(content_of(signed(kind), kind)) == CONTENTS[kind]
    assert document(kind, region="4" * 100)


@pytest.mark.parametrize("kind", OF_PROVINCES, ids=lambda kind: kind.name)
def test_a_province_has_a_document_of_its_own(kind):
    assert read(signed(kind, area="34:92"), kind, "34:92") == document(kind, area="34:92")
    assert kind.address("452") == f"/v1/documents/{kind.name}/452.json"
    assert kind.address("452", "34:92") == f"/v1/documents/{kind.name}/452/34-92.json"


@every_kind
def test_either_key_of_a_rotation_will_do(kind):
    both = sign(document(kind), [SIGNER, ExportSigner(OTHER, "452", "v2")])
    for key in (*TRUSTED, TrustedKey(OTHER.public_key(), "452", "v2")):
        assert verify(both, kind, [key], "452", "", NOW_S) == document(kind)


@every_kind
def test_one_kept_from_before_is_read_at_any_time(kind):
    assert read(signed(kind), kind, now_s=None) == document(kind)


def of_another_kind(kind: Kind) -> bytes:
    """Sign the text of a document as one of every other kind."""
    text = json.loads(signed(kind))["document"]
    names = [other.name for other in ALL_KINDS if other is not kind]
    signatures = [json.loads(sign_text(text, name, 10**7, [SIGNER]))["signatures"][0] for name in names]
    return json.dumps({"document": text, "signatures": signatures}).encode()


#: what is sent, when, and the serial held: of any kind none of it is taken
REFUSED = {
    "of another kind": (of_another_kind, NOW_S, 2, Fault.UNTRUSTED),
    "of another key": (lambda kind: signed(kind, STRANGER), NOW_S, 2, Fault.UNTRUSTED),
    "of the key of another name": (lambda kind: signed(kind, replace(SIGNER, key_version="v2")), NOW_S, 2,
                                   Fault.UNTRUSTED),
    "signed by nobody": (lambda kind: json.dumps(json.loads(signed(kind)) | {"signatures": []}).encode(), NOW_S, 2,
                         Fault.UNTRUSTED),
    "changed": (lambda kind: signed(kind).replace(b'serial\\":3', b'serial\\":4'), NOW_S, 2, Fault.UNTRUSTED),
    "older": (signed, NOW_S, 4, Fault.STALE),
    "played back": (signed, NOW_S, 3, Fault.STALE),
    "expired": (signed, NOW_S + 14 * DAY_S, 2, Fault.STALE),
    "of the future": (signed, NOW_S - 2 * DAY_S, 2, Fault.STALE),
    "of a later time": (lambda kind: signed(kind, valid_from_s=NOW_S + 1), NOW_S, 2, Fault.STALE),
    "of another region": (lambda kind: signed(kind, region="262"), NOW_S, 2, Fault.ELSEWHERE),
    "cut": (lambda kind: signed(kind)[:-20], NOW_S, 2, Fault.MALFORMED),
    "too large": (lambda kind: b" " * (kind.max_bytes + 1), NOW_S, 2, Fault.TOO_LARGE),
    "a web page": (lambda _: b"<html>", NOW_S, 2, Fault.MALFORMED),
    "of nothing": (lambda _: b"{}", NOW_S, 2, Fault.MALFORMED),
    "of no text": (lambda _: b"\xff", NOW_S, 2, Fault.MALFORMED),
    "nested": (lambda _: b"[" * 10_000, NOW_S, 2, Fault.MALFORMED),
    "without a region": (lambda kind: resigned(signed(kind), kind, region=None), NOW_S, 2, Fault.MALFORMED),
    "with a word for a serial": (lambda kind: resigned(signed(kind), kind, serial="7"), NOW_S, 2, Fault.MALFORMED),
    "with true for a serial": (lambda kind: resigned(signed(kind), kind, serial=True), NOW_S, 2, Fault.MALFORMED),
    "that ends first": (lambda kind: resigned(signed(kind), kind, valid_until=0), NOW_S, 2, Fault.MALFORMED),
    "without content": (lambda kind: resigned(signed(kind), kind, content=None), NOW_S, 2, Fault.MALFORMED),
}  # fmt: skip


@every_kind
@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_taken_says_why(kind, what):
    make, now_s, newer_than, fault = REFUSED[what]
    data = make(kind)
    assert data != signed(kind) or what in ("older", "played back", "expired", "of the future")
    with pytest.raises(DocumentError) as refused:
        read(data, kind, "", now_s, newer_than)
    assert refused.value.fault is fault


@pytest.mark.parametrize("kind", OF_PROVINCES, ids=lambda kind: kind.name)
@pytest.mark.parametrize(("signed_for", "area"), [("34:92", ""), ("", "34:92"), ("34:01", "34:92")])
def test_a_document_of_another_area_is_not_taken(kind, signed_for, area):
    with pytest.raises(DocumentError) as refused:
        read(signed(kind, area=signed_for), kind, area)
    assert refused.value.fault is Fault.ELSEWHERE


@every_kind
@pytest.mark.parametrize(
    "change",
    [
        {"area": "34:921"},
        {"area": "VN"},
        {"region": ""},
        {"region": "4" * 101},
        {"region": "a\0b"},
        {"serial": 0},
        {"serial": 2**31 + 1},
        {"issued_at_s": -1},
        {"issued_at_s": NOW_S + 20 * DAY_S},
        {"valid_from_s": NOW_S + 14 * DAY_S},
        {"valid_until_s": 2**53 + 1},
    ],
)
def test_a_document_that_cannot_be_is_refused(kind, change):
    with pytest.raises(DocumentError):
        document(kind, **change)


def test_where_no_province_has_one_an_area_is_refused():
    for kind in {*ALL_KINDS} - {*OF_PROVINCES}:
        with pytest.raises(DocumentError, match="none is meant"):
            document(kind, area="34:92")


@pytest.mark.parametrize(
    ("valid_from_s", "now_s", "holds"),
    [
        (NOW_S - 60, NOW_S - DAY_S, True),  # the phone's clock is behind
        (NOW_S - 60, NOW_S - 61 - DAY_S, False),
        (NOW_S + 60, NOW_S + 59, False),  # one for later begins then
        (NOW_S + 60, NOW_S + 60, True),
        (NOW_S - 60, NOW_S + 14 * DAY_S - 1, True),
        (NOW_S - 60, NOW_S + 14 * DAY_S, False),
    ],
)
def test_when_a_document_holds(valid_from_s, now_s, holds):
    assert document(NEWS, valid_from_s=valid_from_s).holds(now_s) is holds


LARGE_FORM = '{"a":"' + "x" * (MAX_FORM_BYTES - 100) + '"}'


@pytest.mark.parametrize(
    ("kind", "content", "fault"),
    [
        (NEWS, (ITEM,) * (MAX_ITEMS + 1), Fault.MALFORMED),
        (GUIDANCE, (ENTRY,) * (MAX_ENTRIES + 1), Fault.MALFORMED),
        (FORMS, ("{}",) * (MAX_FORMS + 1), Fault.MALFORMED),
        (FORMS, ('{"a":"' + "x" * MAX_FORM_BYTES + '"}',), Fault.MALFORMED),
        (FORMS, ("[]",), Fault.MALFORMED),
        (FORMS, (LARGE_FORM,) * 5, Fault.TOO_LARGE),
        (REVOKED_PASSES, frozenset({"0123"}), Fault.MALFORMED),
        (REVOKED_PASSES, frozenset(f"{n:016x}" for n in range(MAX_REVOKED + 1)), Fault.MALFORMED),
    ],
)
def test_what_phones_would_not_take_is_not_signed(kind, content, fault):
    with pytest.raises(DocumentError) as refused:
        signed(kind, content=content)
    assert refused.value.fault is fault


def test_as_many_passes_as_a_list_holds_are_signed():
    signed(REVOKED_PASSES, content=frozenset(f"{n:016x}" for n in range(MAX_REVOKED)))


@pytest.mark.parametrize("signers", [0, 9])
def test_a_document_has_one_to_eight_signatures(signers):
    with pytest.raises(ProtocolError, match=f"{signers} signers"):
        sign(document(NEWS), [SIGNER] * signers)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (SETTINGS, {"second_order": "yes"}),
        (SETTINGS, {"second_order": 1}),
        (SETTINGS, {}),
        (PLACE_POLICY, {"version": 1, "min_overlap_min": 0, "watch_days": 7}),
        (PLACE_POLICY, {"version": 1, "min_overlap_min": 1_441, "watch_days": 7}),
        (PLACE_POLICY, {"version": 1, "min_overlap_min": 10, "watch_days": 61}),
        (PLACE_POLICY, {"version": 1, "min_overlap_min": "10", "watch_days": 7}),
        (PLACE_POLICY, {"version": 2, "min_overlap_min": 10, "watch_days": 7}),
        (FORMS, ["population"]),
        (REVOKED_PASSES, [1]),
        (REVOKED_PASSES, ["0123456789ABCDEF"]),
    ],
)
def test_signed_content_that_means_nothing_is_malformed(kind, content):
    with pytest.raises(DocumentError):
        read(resigned(signed(kind), kind, content=content), kind)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "title", "vi", "place", "second_order", "version", "x"]), inner)
    ),
    max_leaves=6,
)


@every_kind
@given(content=JSON, other=JSON, name=st.sampled_from(["region", "area", "serial", "issued_at", "valid_until"]))
def test_whatever_a_trusted_key_signs_is_read_or_refused(kind, content, other, name):
    data = signed(kind)
    for changes in ({"content": content}, {name: other}):
        with suppress(DocumentError):
            read(resigned(data, kind, **changes), kind)


@given(JSON, JSON, JSON)
def test_whatever_nobody_signed_is_refused(text, signatures, whole):
    for body in ({"document": text, "signatures": signatures}, {"document": "x", "signatures": [signatures]}, whole):
        with pytest.raises(DocumentError):
            read(json.dumps(body).encode(), NEWS)


def test_contacts_have_a_region_of_their_own():
    assert second_order_region("452") == "452-f2"
