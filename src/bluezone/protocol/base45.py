"""Write and read base45 (RFC 9285): bytes in the 45 signs of a QR code's alphanumeric mode."""

from __future__ import annotations

import struct

from bluezone.protocol.errors import ProtocolError

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_PLACE = {sign: place for place, sign in enumerate(ALPHABET)}


class Base45Error(ProtocolError):
    """Report a text that is no base45."""


def encode(data: bytes) -> str:
    """Write bytes: three signs for two bytes, two for a last single one."""
    pairs = memoryview(data)[: len(data) // 2 * 2]
    numbers = struct.unpack(f">{len(pairs) // 2}H", pairs)
    signs = [ALPHABET[n % 45] + ALPHABET[n // 45 % 45] + ALPHABET[n // 2025] for n in numbers]
    if len(data) % 2:
        signs.append(ALPHABET[data[-1] % 45] + ALPHABET[data[-1] // 45])
    return "".join(signs)


def decode(text: str) -> bytes:
    """Read bytes. Raises Base45Error on any other sign, length or number."""
    if len(text) % 3 == 1:
        raise Base45Error("base45: a sign is missing at the end")
    data = bytearray()
    for at in range(0, len(text), 3):
        group = text[at : at + 3]
        number = 0
        for sign in reversed(group):
            if sign not in _PLACE:
                raise Base45Error(f"base45: {sign!a} is none of its 45 signs")
            number = 45 * number + _PLACE[sign]
        size = len(group) - 1
        if number >= 1 << (8 * size):
            raise Base45Error(f"base45: {group!a} is too great a number")
        data += number.to_bytes(size, "big")
    return bytes(data)
