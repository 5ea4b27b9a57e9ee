from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.protocol import advertisements as adv
from bluezone.protocol.errors import ProtocolError

RPI, AEM = bytes(range(16)), b"\xa0\xa1\xa2\xa3"
IDENTIFIER = bytes(range(12))

EN = bytes.fromhex("02011a03036ffd17166ffd") + RPI + AEM
BLUEZONE = bytes.fromhex("0201060303564e0fffb522") + IDENTIFIER  # 8885 = 0x22b5


def test_the_en_advertisement_is_that_of_the_bluetooth_specification() -> None:
    assert adv.build_en(RPI, AEM) == EN
    assert len(EN) == adv.MAX_ADVERTISEMENT_BYTES


def test_the_bluezone_advertisement_is_that_of_the_app() -> None:
    assert adv.build_bluezone_v1(IDENTIFIER) == BLUEZONE


@given(rpi=st.binary(min_size=16, max_size=16), aem=st.binary(min_size=4, max_size=4))
def test_an_en_advertisement_reads_back(rpi: bytes, aem: bytes) -> None:
    assert adv.parse_en(adv.build_en(rpi, aem)) == adv.EnPayload(rpi, aem)


@given(st.binary(min_size=12, max_size=12))
def test_a_bluezone_advertisement_reads_back(identifier: bytes) -> None:
    assert adv.parse_bluezone_v1(adv.build_bluezone_v1(identifier)) == identifier


@pytest.mark.parametrize("data", [EN[3:], EN[7:] + EN[3:7], EN[3:] + bytes(3)])
def test_flags_may_be_missing_structures_may_change_places_and_zeros_may_follow(data: bytes) -> None:
    assert adv.parse_en(data) == adv.EnPayload(RPI, AEM)


def test_the_service_may_stand_in_a_list_of_several() -> None:
    assert adv.parse_en(bytes.fromhex("05030f186ffd") + EN[7:]).aem == AEM


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not listed"),
        (BLUEZONE, "not listed"),
        (EN + b"\x00", "32 bytes"),
        (EN[:-1], "runs past the end"),
        (EN[:7], "no service data"),
        (EN[3:7] + bytes.fromhex("16166ffd") + RPI + AEM[:3], "no service data"),
        (EN[3:7] + bytes.fromhex("17160f18") + RPI + AEM, "no service data"),
        (EN[3:7] + EN[3:7], "2 structures"),
        (EN[3:] + b"\x00\x01", "terminating"),
        (bytes.fromhex("04036ffd00") + EN[7:], "not listed"),
    ],
)
def test_what_is_not_an_en_advertisement_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(ProtocolError, match=words):
        adv.parse_en(data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (EN, "not listed"),
        (BLUEZONE[:7], "no manufacturer data"),
        (BLUEZONE[:7] + bytes.fromhex("0fffb622") + IDENTIFIER, "no manufacturer data"),
        (BLUEZONE[:7] + bytes.fromhex("0effb522") + IDENTIFIER[1:], "no manufacturer data"),
        (BLUEZONE[:-1], "runs past the end"),
    ],
)
def test_what_is_not_a_bluezone_advertisement_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(ProtocolError, match=words):
        adv.parse_bluezone_v1(data)


@pytest.mark.parametrize(("rpi", "aem"), [(RPI[1:], AEM), (RPI, AEM + b"x"), (b"", b"")])
def test_nothing_of_a_wrong_length_goes_on_the_air(rpi: bytes, aem: bytes) -> None:
    with pytest.raises(ProtocolError):
        adv.build_en(rpi, aem)


@pytest.mark.parametrize("length", [0, 11, 13])
def test_no_bluezone_identifier_of_a_wrong_length_goes_on_the_air(length: int) -> None:
    with pytest.raises(ProtocolError):
        adv.build_bluezone_v1(bytes(length))


#: bytes near the truth break parsers more often than bytes far from it
near_misses = st.one_of(
    st.binary(max_size=40),
    st.builds(
        lambda base, at, change: base[:at] + change + base[at + len(change) :],
        st.sampled_from([EN, BLUEZONE]),
        st.integers(0, 31),
        st.binary(max_size=4),
    ),
    st.builds(lambda base, length: base[:length], st.sampled_from([EN, BLUEZONE]), st.integers(0, 31)),
)


@given(near_misses)
def test_any_bytes_give_a_payload_or_a_protocol_error_and_nothing_else(data: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        payload = adv.parse_en(data)
        assert (len(payload.rpi), len(payload.aem)) == (16, 4)
    with contextlib.suppress(ProtocolError):
        assert len(adv.parse_bluezone_v1(data)) == 12
