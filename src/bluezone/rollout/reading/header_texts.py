"""Bring the texts of a header to what is compared: without those who act, units and words that say nothing. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bluezone.rollout.reading import terms
from bluezone.rollout.reading.people import group_of, without_actor
from bluezone.rollout.reading.vocabulary import key_of

#: the people of places, in whose place the staff of offices stands: `Tổng số người/CBCCVC`, `Số người/CB có ĐTTM`
_PEOPLE_OR_STAFF = re.compile(
    r"\b(?:người|nguoi)(?: dân| dan)?\s*(?:/|hoặc|hoac)\s*(?:tổng số|tong so|số|so)?\s*"
    r"(?:cbccvc|cbcc|ccvc|cbvc|cb|cán bộ|can bo|công chức|cong chuc|viên chức|vien chuc)(?=\W|$)(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
#: those who are left, not children (`Con`), which look alike as keys
_REMAINING = re.compile(
    r"^\s*(?:số )?còn(?= *$| (?:hội viên|đoàn viên|cán bộ|công nhân|nhân viên|giáo viên)\b)", re.IGNORECASE
)
#: says who helped, not who is counted: `Đồng ý cài (có NV hỗ trợ)`
_HELPER_IN_BRACKETS = re.compile(
    r"(?<=\w)\s*\(\s*(?:có|co|do|nhờ|nho|với|voi|qua)\s[^()]*(?:hỗ trợ|ho tro|giúp|giup|hướng dẫn|huong dan)[^()]*\)",
    re.IGNORECASE,
)
#: `(3)=(1)/dân số` is a share of the people, not their number
_DIVIDED = re.compile(r"^\s*\(?\d{1,2}\)?\s*=\s*\(?\d{1,2}\)?\s*[/:]\s*(?=[^\W\d])")
#: `Đã cài (hộ)` counts households, not those whom others helped, `cài hộ`
_IN_HOUSEHOLDS = re.compile(
    r"^(?P<what>.*?)\s*\((?:đvt|đv|đơn vị)?\s*:?\s*(?:số\s+)?hộ\)\s*$", re.IGNORECASE | re.DOTALL
)
#: in what a column is counted, which leaves its sense as it is: `Thực hiện (người)`
_COUNTED_IN = re.compile(
    r"(?<=\w)\s*[(\[]\s*(?:người|nguoi|lượt|luot|máy|may|đvt: người|đvt: máy)\s*[)\]]\s*$", re.IGNORECASE
)
#: texts over several columns that say nothing of what these count
_FILLERS = frozenset(["gom", "bao gom", "chia ra", "cu the", "chi tiet", "phan ra", "chia theo"])
#: the same over columns of several people, each named below
_KINDS_OF_PEOPLE = re.compile(
    r"(?:(?:chia|theo|cac|nhom|loai|phan) )*(?:doi tuong|thanh phan)"
    r"(?: (?:ap dung|cai dat|cai|van dong|bao cao|thong ke))?"
)


def as_meant(path: Sequence[str]) -> list[str]:
    """Return the texts above a column, with those that mean two things by their place or signs said out: `Còn` are
    those who are left, `Số người/CBCCVC` people of places."""
    return [_REMAINING.sub(r"\g<0> lại", _PEOPLE_OR_STAFF.sub(_of_places, text)) for text in path]


def keys_in(path: Sequence[str]) -> tuple[str, ...]:
    """Return the keys of the texts above a column that say something of what it counts."""
    texts = (_HELPER_IN_BRACKETS.sub(" ", text) for text in path)
    texts = (_DIVIDED.sub("tỷ lệ/", _IN_HOUSEHOLDS.sub(r"số hộ \g<what>", text)) for text in texts)
    keys = tuple(without_actor(terms.WITHOUT_NCOVI.sub(" ", key).strip()) for text in texts if (key := key_of(text)))
    return (*(key for at, key in enumerate(keys[:-1]) if not says_nothing(key, keys[at + 1 :])), *keys[-1:])


def without_unit(text: str) -> str:
    """Return a text without in what it counts: `Thực hiện (người)`."""
    return _COUNTED_IN.sub("", text)


def says_nothing(key: str, below: Sequence[str]) -> bool:
    """Return whether a text above others leaves their sense as it is: `Chia ra`, `Đối tượng` over `Học sinh`."""
    return key in _FILLERS or bool(_KINDS_OF_PEOPLE.fullmatch(key) and group_of(below))


def _of_places(found: re.Match[str]) -> str:
    """Return what a header of places and offices says of places: how many live there, or what people there did."""
    return f"người{found['rest']}" if found["rest"].strip() else "dân"
