"""Signed settings: what a phone takes, and what it does not."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.protocol.exports import ExportSigner, TrustedKey
from bluezone.protocol.guidance import Guidance, sign_guidance
from bluezone.protocol.settings import (
    Settings,
    SettingsError,
    path_of,
    second_order_region,
    sign_settings,
    verify_settings,
)
from bluezone.protocol.signed import DocumentKind, Fault, sign_text

NOW_S, DAY_S = 1_600_000_000, 86_400
KEY, OTHER = (SigningKey(ec.derive_private_key(number, ec.SECP256R1())) for number in (5, 6))
SIGNER = ExportSigner(KEY, "452", "v1")
TRUSTED = [TrustedKey(KEY.public_key(), "452", "v1")]
SETTINGS = Settings("452", "", 3, NOW_S - 60, NOW_S + 14 * DAY_S, True)
KIND = DocumentKind("settings", "settings", b"Bluezone settings document v1\n", 16_384)


def read(data: bytes, now_s: float | None = NOW_S, newer_than: int = 0) -> Settings:
    return verify_settings(data, TRUSTED, "452", "", now_s, newer_than)


@pytest.mark.parametrize("on", [True, False])
def test_what_was_signed_is_read(on):
    settings = replace(SETTINGS, second_order=on)
    assert read(sign_settings(settings, [SIGNER])) == settings


@pytest.mark.parametrize(
    ("data", "now_s", "newer_than", "fault"),
    [
        (sign_settings(SETTINGS, [ExportSigner(OTHER, "452", "v1")]), NOW_S, 0, Fault.UNTRUSTED),
        (sign_settings(SETTINGS, [SIGNER]), NOW_S, 3, Fault.STALE),
        (sign_settings(SETTINGS, [SIGNER]), NOW_S + 14 * DAY_S, 0, Fault.STALE),
        (sign_settings(replace(SETTINGS, region="453"), [SIGNER]), NOW_S, 0, Fault.ELSEWHERE),
        (sign_guidance(Guidance("452", "", 3, NOW_S - 60, NOW_S + DAY_S, ()), [SIGNER]), NOW_S, 0, Fault.MALFORMED),
        (b"x" * 20_000, NOW_S, 0, Fault.TOO_LARGE),
    ],
)
def test_what_is_not_taken(data, now_s, newer_than, fault):
    with pytest.raises(SettingsError) as refused:
        read(data, now_s, newer_than)
    assert refused.value.fault is fault


def test_one_kept_from_before_is_read_at_any_time():
    assert read(sign_settings(SETTINGS, [SIGNER]), None) == SETTINGS


@pytest.mark.parametrize(
    "change",
    [{"second_order": "yes"}, {"second_order": 1}, {"serial": 0}, {"serial": None}, {"area": "34:92"}, {"region": ""}],
)
def test_a_signed_text_that_means_nothing_is_malformed(change):
    body = {
        "region": "452",
        "area": "",
        "serial": 1,
        "issued_at": NOW_S,
        "valid_until": NOW_S + 1,
        "second_order": True,
    }
    with pytest.raises(SettingsError):
        read(sign_text(json.dumps(body | change), KIND, [SIGNER]))


@given(st.dictionaries(st.sampled_from(["region", "area", "serial", "issued_at", "valid_until", "second_order"]),
                       st.none() | st.booleans() | st.integers() | st.text()))  # fmt: skip
def test_any_object_is_read_or_refused(body):
    with contextlib.suppress(SettingsError):
        read(sign_text(json.dumps(body), KIND, [SIGNER]))


def test_contacts_have_a_region_of_their_own():
    assert second_order_region("452") == "452-f2"
    assert path_of("452") == "/v1/settings/452.json"
