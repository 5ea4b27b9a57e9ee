"""Warnings of places: published vectors, what they hide, and which packages are taken."""

from __future__ import annotations

import base64
import secrets
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from bluezone.protocol.check_ins import PlaceError, location_id_hash
from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.protocol.export_archive import pack, unpack
from bluezone.protocol.exports import Export, ExportError, ExportSigner, TrustedKey, build_export, verify_export
from bluezone.protocol.place_warnings import (
    HEADER,
    PlacePackage,
    PlaceWarning,
    Window,
    build_package,
    decrypt_warning,
    encrypt_warning,
    made_up_warnings,
    open_package,
    window_of,
)

KEY, OTHER = (SigningKey(ec.derive_private_key(number, ec.SECP256R1())) for number in (5, 6))
SIGNER, TRUSTED = ExportSigner(KEY, "452", "v1"), [TrustedKey(KEY.public_key(), "452", "v1")]
NOW_S = 1_598_000_000
MARKET, SCHOOL = b"m" * 32, b"s" * 32
WINDOW = Window(NOW_S // 600, 9, 6)


def bytes_of(text: str) -> bytes:
    return base64.b64decode(text)


#: github.com/corona-warn-app/cwa-app-ios, CheckinEncryptionTests: id, record, mac, iv and what they hold
@pytest.mark.parametrize(
    ("location_id", "record", "mac", "iv", "window"),
    [
        ("m686QDEvOYSfRtrRBA8vA58c/6EjjEHp22dTFc+tObY=", "t5TWYYc/kn4vbWRd677L3g==",
         "BJX/KwAXo3vQBMlycMxNxiwlrNyzWdD2LeF9KCrzt/I=", "+VNLZEr+j6qotkv8v1ASlQ==", Window(2710445, 28, 7)),
        ("A61rMz1EUJnH3+D/dF7FzBMw0UnvdS82w67U7+oT9yU=", "axfEwnDGz7r4c/n65DVDaw==",
         "vfjGr8pJ2F+IhGfHl4Audcrjhhcgr9qJ9hl176S/Il8=", "SM6n2ApMmwWCEVwex9yrmA==", Window(2710117, 10, 8)),
    ],
)  # fmt: skip
def test_published_warnings_are_read_and_written(location_id, record, mac, iv, window):
    id_ = bytes_of(location_id)
    warning = PlaceWarning(location_id_hash(id_), bytes_of(iv), bytes_of(record), bytes_of(mac))
    assert decrypt_warning(id_, warning) == window
    assert encrypt_warning(id_, window, bytes_of(iv)) == warning


def test_who_was_not_there_reads_nothing():
    warning = encrypt_warning(MARKET, WINDOW, b"i" * 16)
    with pytest.raises(PlaceError):
        decrypt_warning(SCHOOL, warning)
    for part in ("iv", "record", "mac"):
        changed = bytes([getattr(warning, part)[0] ^ 1]) + getattr(warning, part)[1:]
        with pytest.raises(PlaceError):
            decrypt_warning(MARKET, replace(warning, **{part: changed}))


@given(st.integers(0, 2**27), st.integers(1, 144), st.integers(1, 8))
def test_all_warnings_have_the_lengths_of_made_up_ones(start, period, risk):
    real = encrypt_warning(MARKET, Window(start, period, risk), b"i" * 16)
    (made_up,) = made_up_warnings(1, secrets.token_bytes)
    for part in ("location_id_hash", "iv", "record", "mac"):
        assert len(getattr(real, part)) == len(getattr(made_up, part))


T0_S = 1_598_000_400  # the beginning of an interval


@pytest.mark.parametrize(
    ("start_s", "end_s", "window"),
    [
        (T0_S, T0_S + 600, (0, 2)),  # prolonged by its own ten minutes
        (T0_S, T0_S + 3_600, (0, 9)),  # by half an hour at most
        (T0_S + 599, T0_S + 601, (0, 2)),
        (T0_S - 1, T0_S + 1, (-1, 2)),
    ],
)
def test_a_window_is_prolonged_by_its_own_length_and_half_an_hour_at_most(start_s, end_s, window):
    first, period = window
    assert window_of(start_s, end_s, 5) == Window(T0_S // 600 + first, period, 5)


@pytest.mark.parametrize(("start_s", "end_s", "risk"), [(T0_S, T0_S, 5), (T0_S, T0_S - 60, 5), (T0_S, T0_S + 90_000, 5),
                                                        (T0_S, T0_S + 600, 0), (T0_S, T0_S + 600, 9)])  # fmt: skip
def test_stays_that_cannot_be_are_refused(start_s, end_s, risk):
    with pytest.raises(PlaceError):
        window_of(start_s, end_s, risk)


def package_of(*warnings: PlaceWarning, region: str = "452") -> bytes:
    return build_package(PlacePackage(region, NOW_S // 3_600, warnings), [SIGNER])


REAL = encrypt_warning(MARKET, WINDOW, b"i" * 16)


def test_a_package_gives_the_warnings_of_asked_places_only():
    opened = open_package(package_of(REAL, *made_up_warnings(20, secrets.token_bytes)), TRUSTED, "452")
    assert (opened.hour, len(opened)) == (NOW_S // 3_600, 21)
    assert opened.of_places([location_id_hash(MARKET)]) == [REAL]
    assert opened.of_places([location_id_hash(SCHOOL)]) == []


def test_the_order_in_a_package_says_nothing():
    others = made_up_warnings(5, secrets.token_bytes)
    first, second = (unpack(package_of(*each))[0] for each in ([REAL, *others], [*reversed(others), REAL]))
    assert first == second


def test_packages_that_are_not_taken():
    good = package_of(REAL)
    content, signed = unpack(good)
    for data in (
        b"",
        b"x" * 100,
        build_package(PlacePackage("452", 1, ()), [ExportSigner(OTHER, "452", "v1")]),
        package_of(REAL, region="453"),
        pack(content[:-1] + b"\0", signed),
        build_export(Export("452", 0, 1), [SIGNER]),
        pack(HEADER + b"\xff", signed),
    ):
        with pytest.raises(ExportError):
            open_package(data, TRUSTED, "452")
    with pytest.raises(ExportError, match="16777217 bytes, more than the 16777216 allowed"):
        open_package(bytes(16 * 2**20 + 1), TRUSTED, "452")
    with pytest.raises(ExportError):  # and it passes for no export of keys
        verify_export(good, TRUSTED)


def test_nobody_signs_nothing():
    with pytest.raises(PlaceError):
        build_package(PlacePackage("452", 1, ()), [])
