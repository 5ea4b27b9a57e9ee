"""Tell a remark in brackets behind a number, `38 (2 PH ở xa)`, from what gives it another value. Pure."""

from __future__ import annotations

import re

from bluezone.rollout.reading import terms
from bluezone.rollout.reading import vocabulary as words

_BEHIND = re.compile(r"^\s*(?P<number>\d[\d.,' \u00a0\u202f]*?)\s*\((?P<said>[^()]+)\)\s*$")
#: a percentage, a sign, a day, a part of a whole
_ANOTHER_VALUE = re.compile(r"[%+=~≈<>*/]|[-–]\s*\d|\d\s*[-–.,]|\bn(?:ă|a)m 20\d\d")
#: with which the number is planned, estimated, corrected, of another day, of more or fewer, or in thousands
_NOT_THE_NUMBER = re.compile(
    r"\b(?:cu|moi|sua|chinh|dinh|lai|dung|sai|nham|ngai|hom|tuan|ki|thang|truoc|sau|ke hoach|kh|chi tieu|muc tieu|se|"
    r"cam|dang ki|tam|so bo|gan|hon|tren|duoi|toi|it nhat|nghin|ngan|trieu|tram|chuc|tang|giam|dat|ti le|chiem|bo|"
    r"khong|ko|thay|tong|chua|thieu|con|tru|ngoai|moi|them|bao cao|xac nhan|kiem tra)\b"
)
#: with which a number inside counts those who did what the one before it counts
_DOING = re.compile(r"\b(?:da|cai|tai|co|thuc te|duoc|hien|la)\b")
_FEWEST_LETTERS = 3


def remark_behind(text: str) -> tuple[str, str] | None:
    """Return a number and the remark in brackets behind it; None where the brackets may give another value of it. A
    number inside is of a part, less than half, and stands among other words."""
    found = _BEHIND.match(text)
    if found is None or _ANOTHER_VALUE.search(found["said"]):
        return None
    said = words.key_of(found["said"])
    letters = re.sub(r"[\d\W]", "", said)
    if len(letters) < _FEWEST_LETTERS or _NOT_THE_NUMBER.search(said) or terms.ESTIMATED.search(said):
        return None
    inside = re.findall(r"\d+", said)
    if not inside:
        return found["number"], found["said"].strip()
    whole = int(re.sub(r"\D", "", found["number"]))
    few = len(inside) == 1 and int(inside[0]) * 2 < whole and len(said.split()) > _FEWEST_LETTERS
    return (found["number"], found["said"].strip()) if few and not _DOING.search(said) else None
