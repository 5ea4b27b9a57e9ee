"""Tell the marks before the names of rows, how high they stand, letters above Roman numbers above others, and which
names are those of groups. Pure."""

from __future__ import annotations

import re

from bluezone.rollout.reading import vocabulary as words

_ROMAN = re.compile(r"[IVXL]{1,6}")
_LETTER = re.compile(r"[A-ZĐ]")
#: the rank of a number, and that of a row with another mark or none
NUMBERED, UNMARKED = 2, 3
NAME_MARK = re.compile(
    r"^\s*(?P<mark>(?:[IVXL]{1,6}|[A-ZĐ])\s*[.)\-/:]|\(?\d{1,3}\s*[.)\-:]|[a-zđ]\s*\)|[-+–*•])\s*(?=\D)"
)


def rank_of(mark: str) -> int:
    """Return how high a mark stands, 0 for a letter, the highest."""
    bare = mark.strip(" .)(-/:")
    if _ROMAN.fullmatch(bare):
        return 1
    return 0 if _LETTER.fullmatch(bare) else NUMBERED if is_number(mark) else UNMARKED


def is_number(mark: str) -> bool:
    """Return whether a mark is a number: `1`, `(2)`."""
    return mark.strip(" .)(-:").isdigit()


#: how the name of a group begins; a school or company may begin so too
_GROUP_NAMES = ("khoi", "cac", "khu vuc", "nhom", "cum", "vung", "bac", "cap", "loai", "mien", "dia ban", "noi o",
                "ngoai o", "noi thanh", "ngoai thanh", "thanh thi", "nong thon")  # fmt: skip
_BARE_KINDS = frozenset(["phuong", "xa", "thi tran", "huyen", "quan", "thi xa", "thanh pho", "phuong thi tran",
                         "cac don vi", "truong", "co quan", "doanh nghiep", "khac"])  # fmt: skip


def is_group_name(name: str) -> bool:
    """Return whether a name is that of a group of units: `Khối phường`, `Các xã`, `Khu vực ngoại ô`."""
    key = words.key_of(NAME_MARK.sub("", name))
    return key in _BARE_KINDS or any(key == word or key.startswith(f"{word} ") for word in _GROUP_NAMES)
