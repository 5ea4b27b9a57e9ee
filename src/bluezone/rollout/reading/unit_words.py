"""Tell a word behind a number that says only what is counted: `8,580 ng`, `120 LĐ`, `95 em`. Pure."""

from __future__ import annotations

import re

from bluezone.geography.names import plain_key

_NUMBER = r"\d[\d.,' \u00a0\u202f]*"
_COUNTED = re.compile(
    rf"(?P<number>(?:{_NUMBER})?\d)\s*(?P<words>[^\W\d_]{{2,7}}\.?|(?:thiết bị|lao động|công nhân|nhân viên|"
    r"giáo viên|tài khoản|điện thoại|hội viên|đoàn viên))\s*",
    re.IGNORECASE,
)
#: words that change the number, deny it, or count no people
_NO_UNIT = frozenset(
    [
     "nghin", "ngan", "trieu", "tr", "ty", "ti", "van", "chuc", "tram", "muoi", "ruoi", "chua", "khong", "ko", "con",
     "thieu", "giam", "tang", "am", "uoc", "hon", "gan", "khoang", "buoi", "loa", "cum", "phut", "gio", "ngay", "tuan",
     "thang", "nam", "lan", "cuoc", "dong", "xa", "ap", "thon", "huyen", "phuong", "truong", "lop", "diem", "km", "tin",
     "bai", "to", "quyen", "cai", "phan", "nha", "nu", "th", "ca", "cac", "va", "den", "tu",
    ]
)  # fmt: skip
#: bare numbers below it stand in names too: `10 Toán`, `Thị trấn 7 Ngàn`
_LARGE = 100
_SURE = frozenset(["ng", "nguoi", "luot", "may", "hs", "em", "ld", "cnv", "nv", "cn", "dt", "tk", "tbi", "tb"])


def without_unit_word(text: str) -> str:
    """Return a number without the word behind it that says what it counts; any other text as it is."""
    found = _found(text)
    return found["number"] if found else text


def is_counted(text: str) -> bool:
    """Return whether a text is a number with such a word behind it, and no name that begins with a number."""
    found = _found(text)
    if found is None:
        return False
    digits = int("".join(sign for sign in found["number"] if sign.isdecimal()))
    return digits >= _LARGE or plain_key(found["words"]) in _SURE


def _found(text: str) -> re.Match[str] | None:
    found = _COUNTED.fullmatch(text.strip())
    return found if found and plain_key(found["words"]) not in _NO_UNIT else None
