from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from bluezone.protocol import exposure_notification as en
from bluezone.protocol.errors import ProtocolError

# Published test vectors of the v1.2 cryptography: google/exposure-notifications-internals, TestVectors.java (a copy of
# the TestVectors.h that Apple and Google published in 2020): one key, one metadata, the RPI and AEM of every interval.
TEK = bytes.fromhex("75c734c6dd1a782de7a965da5eb93125")
START = 2_642_976
METADATA = bytes.fromhex("40080000")
RPIK = bytes.fromhex("185ad91db69ec7dd048960f1f3ba6175")
AEMK = bytes.fromhex("d57c46af7a1d83965b9bed8bd152936a")
PUBLISHED = {
    0: ("8be6cd371c5c891604bfbe49df845096", "72033874"),
    1: ("3c9a1de5dd6b02afa7fded7b570b3e56", "c29211b1"),
    2: ("243ffe9a3b08bded3094bac8630bb8ad", "6adfad03"),
    3: ("dfc3ed265e97d0eabb630e168b4214ed", "f1e2f80b"),
    4: ("b3b85a69ebaec78db739852d1f34e0fa", "5668c474"),
    5: ("298abd6fdad29efbf0f85a63956cf188", "f7b97e84"),
    10: ("f60123c67bd2fc4b62002b4b7d595ba6", "e0a7f9f2"),
    20: ("c742dd9c96a3e6fa7c4f22621dacc24d", "06390ded"),
    30: ("341162551c29319bc53538edfcf23040", "8009b2aa"),
    40: ("baf789f550946b431064450771b2a143", "438999b6"),
}
#: of the last interval those who cite the vectors give the RPI
LAST_RPI = bytes.fromhex("f431b62ecf443102ce4ed0407de54bd4")

teks = st.binary(min_size=16, max_size=16)


def rpi_of(identifiers: bytes, index: int) -> bytes:
    return identifiers[16 * index : 16 * index + 16]


def test_the_published_keys_follow_from_the_published_tek() -> None:
    assert en.rolling_proximity_identifier_key(TEK) == RPIK
    assert en.associated_encrypted_metadata_key(TEK) == AEMK


@pytest.mark.parametrize(("index", "rpi", "aem"), [(index, *pair) for index, pair in PUBLISHED.items()])
def test_the_published_identifiers_and_metadata_follow(index: int, rpi: str, aem: str) -> None:
    identifiers = en.rolling_proximity_identifiers(TEK, START)
    assert len(identifiers) == 144 * 16
    assert rpi_of(identifiers, index).hex() == rpi
    assert en.crypt_metadata(TEK, bytes.fromhex(rpi), METADATA).hex() == aem
    assert en.crypt_metadata(TEK, bytes.fromhex(rpi), bytes.fromhex(aem)) == METADATA


def test_the_last_published_identifier_of_the_day_follows() -> None:
    assert rpi_of(en.rolling_proximity_identifiers(TEK, START), 143) == LAST_RPI


@given(tek=teks, start=st.integers(0, 2**32 - 145), metadata=st.binary(min_size=4, max_size=4))
def test_any_key_agrees_with_the_specification_written_out(tek: bytes, start: int, metadata: bytes) -> None:
    """Against an implementation of its own: cryptography's HKDF, one AES block at a time."""

    def hkdf(info: bytes) -> bytes:
        return HKDF(hashes.SHA256(), 16, salt=None, info=info).derive(tek)

    block = b"EN-RPI" + bytes(6) + (start + 1).to_bytes(4, "little")
    rpi = Cipher(algorithms.AES128(hkdf(b"EN-RPIK")), modes.ECB()).encryptor().update(block)
    aem = Cipher(algorithms.AES128(hkdf(b"EN-AEMK")), modes.CTR(rpi)).encryptor().update(metadata)

    assert rpi_of(en.rolling_proximity_identifiers(tek, start, 2), 1) == rpi
    assert en.crypt_metadata(tek, rpi, metadata) == aem


@given(power=st.integers(-127, 127), major=st.integers(0, 3), minor=st.integers(0, 3))
def test_metadata_survives_its_four_bytes(power: int, major: int, minor: int) -> None:
    metadata = en.Metadata(power, major, minor)
    assert en.Metadata.from_bytes(metadata.to_bytes()) == metadata
    assert metadata.to_bytes()[2:] == bytes(2)


def test_metadata_has_its_fields_where_the_specification_puts_them() -> None:
    assert en.Metadata(tx_power_dbm=8).to_bytes() == METADATA
    assert en.Metadata(tx_power_dbm=-20, major=2, minor=1).to_bytes() == bytes.fromhex("90ec0000")


@pytest.mark.parametrize("fields", [{"tx_power_dbm": 128}, {"tx_power_dbm": -128}, {"major": 4}, {"minor": -1}])
def test_metadata_that_does_not_fit_is_refused(fields: dict[str, int]) -> None:
    with pytest.raises(ProtocolError, match="metadata"):
        en.Metadata(**fields).to_bytes()


@pytest.mark.parametrize(
    "call",
    [
        lambda: en.rolling_proximity_identifiers(TEK[:15], START),
        lambda: en.crypt_metadata(TEK + b"x", bytes(16), METADATA),
        lambda: en.crypt_metadata(TEK, bytes(15), METADATA),
        lambda: en.crypt_metadata(TEK, bytes(16), METADATA[:3]),
        lambda: en.Metadata.from_bytes(METADATA + b"x"),
        lambda: en.rolling_proximity_identifiers(TEK, -1),
        lambda: en.rolling_proximity_identifiers(TEK, START, 0),
        lambda: en.rolling_proximity_identifiers(TEK, 2**32 - 10, 11),
    ],
)
def test_bytes_of_a_wrong_length_and_intervals_out_of_range_are_refused(call) -> None:
    with pytest.raises(ProtocolError):
        call()


def test_the_last_interval_of_all_still_has_an_identifier() -> None:
    assert len(en.rolling_proximity_identifiers(TEK, 2**32 - 1, 1)) == 16
