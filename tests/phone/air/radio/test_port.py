from __future__ import annotations

import pytest

from bluezone.phone.air.radio.port import Parts, parts_of
from bluezone.phone.errors import RadioError
from bluezone.protocol.advertisements import build_bluezone_v1, build_en

RPI, AEM = bytes(range(16)), bytes(range(4))


def test_both_schemes_come_apart():
    assert parts_of(build_en(RPI, AEM)) == Parts("0000fd6f-0000-1000-8000-00805f9b34fb", RPI + AEM)
    old = Parts("00004e56-0000-1000-8000-00805f9b34fb", b"", 8885, bytes(12))
    assert parts_of(build_bluezone_v1(bytes(12))) == old


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        b"\x05\x01",
        b"\x02\x0a\x08",
        b"\x02\x03\x6f",
        b"\x03\x03\x6f\xfd\x02\x0a\x08",
        b"\x03\x03\x6f\xfd\x04\x16\x56\x4e\x00",
    ],
)
def test_what_such_a_system_cannot_send_is_refused(data):
    with pytest.raises(RadioError):
        parts_of(data)
