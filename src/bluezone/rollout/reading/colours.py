"""Understand remarks that speak of the colour of cells: `Ô tô màu vàng là số liệu cũ ngày 18/8`. Pure."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Mapping

from bluezone.rollout.reading.cells import Cell

#: `ô đỏ: số cũ`
_SHORTEST = 8

#: the colours of which remarks speak, by the hue in degrees up to which a fill is called so
_HUES = ((18, "đỏ"), (40, "cam"), (72, "vàng"), (255, "xanh"), (292, "tím"), (342, "hồng"), (360, "đỏ"))
#: the least saturation and brightness of a fill that has a colour
_LEAST_SATURATION = 0.15
_LEAST_BRIGHTNESS = 0.25
_NAMES = {"vang": "vàng", "do": "đỏ", "xanh": "xanh", "cam": "cam", "tim": "tím", "hong": "hồng"}
_COLOUR = "vàng|đỏ|xanh|cam|tím|hồng"
#: `ô màu vàng`, `tô đỏ`, `nền xanh`, `mau vang`; `Vàng`, `Cam Ranh` alone are names
_SAID = re.compile(
    rf"(?:(?:những|các|nhung|cac|số|dòng|hàng|ô)\s+)*\b(?:"
    rf"(?:màu|tô|tô màu|bôi|bôi màu|nền|ô|chữ|số)\s+(?:{_COLOUR})"
    r"|(?:mau|to mau|boi mau|nen mau)\s+(?:vang|do|xanh|cam|tim|hong)"
    r")\b(?:\s+(?:nhạt|đậm|lá|dương|da trời|chanh))*",
    re.IGNORECASE,
)
_LEAD = re.compile(r"^[\W]*(?:(?:ghi chú|ghi chu|lưu ý|luu y|chú thích|chu thich)\W*)?", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\([^()]*\)")


def name_of(red: int, green: int, blue: int) -> str:
    """Return the Vietnamese name of the colour of a fill, whose parts are 0 to 255; empty for white, grey and black."""
    hue, saturation, brightness = colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)
    if saturation < _LEAST_SATURATION or brightness < _LEAST_BRIGHTNESS:
        return ""
    return next(name for upto, name in _HUES if hue * 360 <= upto)


def name_of_hex(written: str) -> str:
    """Return the name of a colour that is written as six or eight hexadecimal digits, the last six of which are red,
    green and blue; empty for anything else."""
    digits = written.lstrip("#")[-6:]
    if not re.fullmatch(r"[0-9A-Fa-f]{6}", digits):
        return ""
    return name_of(*(int(digits[at : at + 2], 16) for at in (0, 2, 4)))


def speaks_of_colours(cells: Mapping[tuple[int, int], Cell]) -> bool:
    """Return whether a text of a sheet speaks of the colour of cells."""
    return any(cell.number is None and len(cell.text) >= _SHORTEST and _SAID.search(cell.text)
               for cell in cells.values())  # fmt: skip


def colours_said(text: str) -> set[str]:
    """Return the colours of cells of which a text speaks."""
    found: set[str] = set()
    for said in _SAID.finditer(text):
        for word in said[0].lower().split():
            found |= {_NAMES.get(word, word)} & set(_NAMES.values())
    return found


def without_colour(text: str) -> str:
    """Return what a remark says of the cells of a colour, without the words for these: `số liệu cũ ngày 18/8`."""
    brackets = [found[0][1:-1] for found in _IN_BRACKETS.finditer(text) if _SAID.search(found[0])]
    said = brackets[0] if brackets else text
    return _LEAD.sub("", " ".join(_SAID.sub(" ", said).split())).strip(" :;,.-–")


def without_remarks(text: str) -> str:
    """Return a line without what it says of the cells of a colour, which is of these only: what stands in brackets,
    else all of it."""
    if not _SAID.search(text):
        return text
    bare = _IN_BRACKETS.sub(lambda found: " " if _SAID.search(found[0]) else found[0], text)
    return "" if _SAID.search(bare) else bare
