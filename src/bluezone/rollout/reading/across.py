"""Tell hamlets and classes that head columns by their names, which no list holds: `Ngày | Ấp 1 | Ấp 2 | Cộng`. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from bluezone.geography.names import plain_key
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.headers import guess

#: what stands before the name of a hamlet and of nothing else, what does so among hamlets, and what only before its
#: number
_KINDS = ("ấp", "thôn", "khóm", "khu phố", "khu dân cư", "tổ dân phố", "tổ nhân dân", "tổ tự quản", "bản",
          "buôn", "bon", "làng", "sóc", "xóm", "phum", "tiểu khu", "khối phố", "cụm dân cư")  # fmt: skip
_AREAS = ("khu vực",)
_NUMBERED = ("tổ", "khu", "đội", "khối phố")
_SHORT = re.compile(r"(?:kv|kp|tdp|kdc|tk)\.?\s?\d{1,2}\w?", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?:số\s+|so\s+)?(?:\d{1,3}(?:[/.-]?[a-hđ]|[/.-]\d{1,3})?|[ivx]{1,5}|[a-hđ]\d{0,2})", re.IGNORECASE
)
#: `Lớp 6A`, `10A1`; 3G is no class but a network
_CLASS = re.compile(
    r"(?:[Ll]ớp|[Ll]op|LỚP|LOP)\s+\d{1,2}\s?[./]?\s?\w.*|(?![2-5]G$)\d{1,2}\s?[./]?\s?[A-ZĐ]{1,3}\d{0,2}"
)
#: what may head the names, over all of them: `Ấp`, `Các thôn`, `Chia theo ấp`
_OVER = re.compile(r"^(?:(?:chia|theo|ten|cac|so lieu|tung|ket qua) )+(?=\w)")
_CLASSES = frozenset(["lop", "lop hoc"])
_LONGEST_NAME = 60
#: beside a word for the day in the corner of a table: `Ngày/Ấp`
_KIND_KEYS = "|".join(sorted({plain_key(kind) for kind in (*_KINDS, *_AREAS, *_NUMBERED)}, key=len, reverse=True))
_UNITS = rf"(?:{_KIND_KEYS}|huyen|quan|xa|phuong|don vi|dia phuong|dia ban|lop|truong)"
_CORNER = re.compile(rf"(?:ngay|ngai|thoi gian)(?: slash)? {_UNITS}|{_UNITS}(?: slash)? (?:ngay|ngai|thoi gian)")


def is_corner(text: str) -> bool:
    """Return whether a text stands in the corner between days and names: `Ngày/Ấp`, `Thôn \\ Ngày`. Which of them the
    cells below hold, they say themselves."""
    return bool(_CORNER.fullmatch(words.key_of(text)))


def units_in_corner(text: str) -> str:
    """Return the kind of the units that a corner names, `Ngày/Huyện`, unknown where it names none."""
    key = re.sub(r"\b(?:ngay|ngai|thoi gian|slash)\b", " ", words.key_of(text))
    return words.EXACT.get(" ".join(key.split()), words.UNKNOWN) if is_corner(text) else words.UNKNOWN


def part_named(path: Sequence[str]) -> str:
    """Return the hamlet or class that the texts above a column name, empty where they name none: its kind stands before
    its name, or over it, `Ấp` over `Hội Thành`."""
    leaf = " ".join(path[-1].split()) if path else ""
    if not leaf or len(leaf) > _LONGEST_NAME or words.is_total(leaf) or guess([leaf]).kind != words.UNKNOWN:
        return ""
    if is_hamlet_named(leaf) or _CLASS.fullmatch(leaf):
        return leaf
    over = path[-2] if len(path) > 1 else ""
    if heads_names(over) and guess(path).kind == words.UNKNOWN and not _says_else(leaf):
        kind = re.sub(r"^\W*(?:(?:chia|theo|tên|các|tung|từng)\s+)+", "", " ".join(over.split()), flags=re.IGNORECASE)
        return f"{kind[:1].upper()}{kind[1:].lower()} {leaf}" if leaf.isdigit() else leaf
    return ""


def is_of_hamlet(path: Sequence[str]) -> bool:
    """Return whether the texts above a column name a hamlet, not a class."""
    return is_hamlet_named(" ".join(path[-1].split())) or (
        len(path) > 1 and heads_names(path[-2]) and _OVER.sub("", words.key_of(path[-2])) not in _CLASSES
    )


def heads_names(text: str) -> bool:
    """Return whether a text says that names of hamlets or classes stand below it: `Ấp`, `Chia theo thôn`."""
    key = _OVER.sub("", words.key_of(text))
    return words.EXACT.get(key) == words.HAMLET or key in _CLASSES


def is_hamlet_named(text: str, *, surely: bool = False) -> bool:
    """Return whether a text is the kind of a hamlet and its name, or its number; signs tell `Bản` from `Ban`. `surely`:
    wherever it stands, as `Tổ 1` and `Khu A`, which a factory has too, do not."""
    if _SHORT.fullmatch(text):
        return True
    low = unicodedata.normalize("NFC", text).lower()
    for kinds, name in ((_KINDS, _ANY_NAME), (_AREAS, _ANY_NAME), (_NUMBERED, _NUMBER)):
        for kind in kinds if kinds is _KINDS or not surely else ():
            for written in {kind, plain_key(kind)} if low.isascii() else {kind}:
                if low.startswith(f"{written} ") and name.fullmatch(low.removeprefix(written).strip()):
                    return not _says_else(low.removeprefix(written))
    return False


_ANY_NAME = re.compile(r"[\w\"“'].*")


def _says_else(text: str) -> bool:
    """Return whether a text goes on with what is done or counted: `Ấp văn hóa đã cài`, `Thôn chưa báo cáo`."""
    key = words.key_of(text)
    return words.has(key, "cai", "cai dat", "bluezone", "ncovi", "so", "nguoi", "ho", "bao cao", "percent") and not (
        _NUMBER.fullmatch(text.strip())
    )
