"""Count the text messages that a text takes (3GPP TS 23.038): a citizen pays for each."""

from __future__ import annotations

#: the basic character set of GSM, and what takes two places in it
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")

_BASIC_ONE, _BASIC_PART, _WIDE_ONE, _WIDE_PART = 160, 153, 70, 67


def segments(text: str) -> int:
    """Return the number of messages: of 160 places, or of 70 where a letter (most of Vietnamese) is not GSM's; a longer
    text is sent in parts of 153 and 67, of which none ends within a character."""
    if all(letter in _BASIC or letter in _EXTENSION for letter in text):
        return _parts([1 + (letter in _EXTENSION) for letter in text], _BASIC_ONE, _BASIC_PART)
    return _parts([len(letter.encode("utf-16-be")) // 2 for letter in text], _WIDE_ONE, _WIDE_PART)


def _parts(widths: list[int], one: int, part: int) -> int:
    if sum(widths) <= one:
        return 1
    count, room = 1, part
    for width in widths:
        if width > room:
            count, room = count + 1, part
        room -= width
    return count
