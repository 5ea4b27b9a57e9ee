"""Write and read base45 (RFC 9285): bytes in the 45 signs of a QR code's alphanumeric mode."""

from __future__ import annotations

from bluezone.protocol.errors import ProtocolError

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_PLACE = {sign: place for place, sign in enumerate(ALPHABET)}


class Base45Error(ProtocolError):
    """Report a text that is no base45."""


def encode(data: bytes) -> str:
    """Write bytes: three signs for two bytes, two for a last single one."""
    signs = []
    for at in range(0, len(data), 2):
        pair = data[at : at + 2]
        number = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            number, place = divmod(number, 45)
            signs.append(ALPHABET[place])
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
