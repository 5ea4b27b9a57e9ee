"""Signed documents of forms: what a phone takes, and what it does not."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.exports import ExportSigner, TrustedKey
from bluezone.protocol.form_documents import (
    MAX_DOCUMENT_BYTES,
    MAX_FORM_BYTES,
    MAX_FORMS,
    FormsDocument,
    FormsError,
    path_of,
    sign_forms,
    verify_forms,
)
from bluezone.protocol.guidance import Guidance, sign_guidance
from bluezone.protocol.signed import DocumentKind, Fault, sign_text
from bluezone.protocol.text import MessageTooLargeError

NOW_S, DAY_S = 1_600_000_000, 86_400
KEY, OTHER = (SigningKey(ec.derive_private_key(number, ec.SECP256R1())) for number in (5, 6))
SIGNER = ExportSigner(KEY, "452", "v1")
TRUSTED = [TrustedKey(KEY.public_key(), "452", "v1")]
DOCUMENT = FormsDocument(
    "452", "", 3, NOW_S - 60, NOW_S + 14 * DAY_S, ('{"form":"population","title":"Khai báo"}', "{}")
)
KIND = DocumentKind("forms", "forms", b"Bluezone forms of health declarations v1\n", MAX_DOCUMENT_BYTES)


def read(data: bytes, area: str = "", now_s: float | None = NOW_S, newer_than: int = 0) -> FormsDocument:
    return verify_forms(data, TRUSTED, "452", area, now_s, newer_than)


@pytest.mark.parametrize("area", ["", "34:92", "63:93"])
def test_what_was_signed_is_read(area: str) -> None:
    document = replace(DOCUMENT, area=area)
    assert read(sign_forms(document, [SIGNER]), area) == document


@pytest.mark.parametrize(
    ("data", "now_s", "newer_than", "fault"),
    [
        (sign_forms(DOCUMENT, [ExportSigner(OTHER, "452", "v1")]), NOW_S, 0, Fault.UNTRUSTED),
        (sign_forms(DOCUMENT, [SIGNER]), NOW_S, 3, Fault.STALE),
        (sign_forms(DOCUMENT, [SIGNER]), NOW_S + 14 * DAY_S, 0, Fault.STALE),
        (sign_forms(replace(DOCUMENT, region="453"), [SIGNER]), NOW_S, 0, Fault.ELSEWHERE),
        (sign_forms(replace(DOCUMENT, area="34:92"), [SIGNER]), NOW_S, 0, Fault.ELSEWHERE),
        (sign_guidance(Guidance("452", "", 3, NOW_S - 60, NOW_S + DAY_S, ()), [SIGNER]), NOW_S, 0, Fault.MALFORMED),
        (b"x" * (MAX_DOCUMENT_BYTES + 1), NOW_S, 0, Fault.TOO_LARGE),
    ],
)
def test_what_is_not_taken(data: bytes, now_s: float, newer_than: int, fault: Fault) -> None:
    with pytest.raises(FormsError) as refused:
        read(data, now_s=now_s, newer_than=newer_than)
    assert refused.value.fault is fault


def test_one_kept_from_before_is_read_at_any_time() -> None:
    assert read(sign_forms(DOCUMENT, [SIGNER]), now_s=None) == DOCUMENT


@pytest.mark.parametrize(
    "change",
    [
        {"area": "34:921"},
        {"area": "VN"},
        {"region": ""},
        {"serial": 0},
        {"issued_at_s": NOW_S + 20 * DAY_S},
        {"forms": ("{}",) * (MAX_FORMS + 1)},
        {"forms": ('{"a":"' + "x" * MAX_FORM_BYTES + '"}',)},
    ],
)
def test_a_document_that_cannot_be_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(FormsError):
        replace(DOCUMENT, **change)  # type: ignore[arg-type]


def test_what_is_no_form_or_too_much_is_not_signed() -> None:
    with pytest.raises(ProtocolError):
        sign_forms(replace(DOCUMENT, forms=("[]",)), [SIGNER])
    large = '{"a":"' + "x" * (MAX_FORM_BYTES - 100) + '"}'
    with pytest.raises(MessageTooLargeError):
        sign_forms(replace(DOCUMENT, forms=(large,) * 5), [SIGNER])


_NAMES = ["region", "area", "serial", "issued_at", "valid_until", "forms"]


@given(st.dictionaries(st.sampled_from(_NAMES), st.none() | st.integers() | st.text() | st.lists(st.integers())))
def test_any_object_is_read_or_refused(body: dict[str, object]) -> None:
    with contextlib.suppress(FormsError):
        read(sign_text(json.dumps(body), KIND, [SIGNER]))


def test_the_country_and_each_province_have_an_address() -> None:
    assert path_of("452", "") == "/v1/forms/452.json"
    assert path_of("452", "34:92") == "/v1/forms/452/34-92.json"
