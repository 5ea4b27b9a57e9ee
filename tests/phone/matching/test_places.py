"""Matching of a diary: whom a package warns, for how long, and whom not."""

from __future__ import annotations

import secrets

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from bluezone.phone.matching.places import RiskyStay, Stay, overlap_s, risky_stays
from bluezone.protocol.check_ins import location_id_hash
from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.protocol.exports import ExportSigner, TrustedKey
from bluezone.protocol.place_warnings import (
    OpenedPackage,
    PlacePackage,
    PlaceWarning,
    Window,
    build_package,
    encrypt_warning,
    made_up_warnings,
    open_package,
)

KEY = SigningKey(ec.derive_private_key(5, ec.SECP256R1()))
T0_S = 1_598_000_400
MARKET, SCHOOL = b"m" * 32, b"s" * 32
HOUR = Window(T0_S // 600, 6, 5)


def package(*warnings: PlaceWarning) -> OpenedPackage:
    padded = (*warnings, *made_up_warnings(20, secrets.token_bytes))
    data = build_package(PlacePackage("452", 1, padded), [ExportSigner(KEY, "452", "v1")])
    return open_package(data, [TrustedKey(KEY.public_key())], "452")


def warning(location_id: bytes, window: Window) -> PlaceWarning:
    return encrypt_warning(location_id, window, secrets.token_bytes(16))


@pytest.mark.parametrize(
    ("start", "end", "overlap"),
    [
        (0, 3_600, 3_600),
        (-600, 0, 0),
        (3_600, 7_200, 0),
        (-600, 599, 599),
        (3_000, 9_000, 600),
        (-9_000, 9_000, 3_600),
        (60, 60, 0),
        (600, 0, 0),  # a check-in that ends before it starts
    ],
)
def test_how_long_a_stay_overlaps(start, end, overlap):
    assert overlap_s(Stay(1, MARKET, T0_S + start, T0_S + end), HOUR) == overlap


@pytest.mark.parametrize(("minutes", "warned"), [(9, False), (10, True), (60, True)])
def test_ten_minutes_warn_and_nine_do_not(minutes, warned):
    stays = [Stay(7, MARKET, T0_S - 1_800, T0_S + 60 * minutes)]
    assert bool(risky_stays(stays, package(warning(MARKET, HOUR)), 600)) is warned


def test_only_who_was_there_is_warned_and_by_the_longest_overlap():
    stays = [Stay(1, MARKET, T0_S, T0_S + 1_800), Stay(2, SCHOOL, T0_S, T0_S + 1_800), Stay(3, MARKET, 0, 600)]
    short = Window(T0_S // 600, 2, 8)
    found = risky_stays(stays, package(warning(MARKET, short), warning(MARKET, HOUR)), 600)
    assert found == [RiskyStay(1, 1_800, HOUR)]


def test_a_made_up_warning_of_a_known_place_is_passed_over():
    """Hold what somebody files under a place's hash without knowing the place."""
    fake = PlaceWarning(location_id_hash(MARKET), bytes(16), bytes(16), bytes(32))
    stays = [Stay(1, MARKET, T0_S, T0_S + 1_800)]
    assert risky_stays(stays, package(fake), 600) == []
    assert len(risky_stays(stays, package(fake, warning(MARKET, HOUR)), 600)) == 1
