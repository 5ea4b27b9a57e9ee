# ruff: noqa: E501 - lists of words
"""Tell rows and notes that correct an earlier row: `Vị Đông (báo lại)`, `Đính chính: Vị Đông`. Pure."""

from __future__ import annotations

import re

_CORRECTION = (
    r"(?:(?:đã|da|số liệu|so lieu|sl|số|so)\s+)*(?:báo(?:\s+cáo)?|bao(?:\s+cao)?|gửi|gui|nhập|nhap|sửa|sua|điều chỉnh|dieu chinh|"
    r"cập nhật|cap nhat|chỉnh sửa|chinh sua|bc)\s+(?:lại|lai)|(?:bản |ban |số |so )?(?:đính chính|dinh chinh)|(?:đã )?sửa|(?:số )?thay thế"
)
_CORRECTS_BEHIND = re.compile(
    rf"^(?P<name>.+?)\s*(?:[(\[]\s*(?:{_CORRECTION})[^()\[\]]*[)\]]|[-–—:,]\s*(?:{_CORRECTION}))\s*$", re.IGNORECASE
)
_CORRECTS_BEFORE = re.compile(rf"^(?:{_CORRECTION})\s*[-–—:]\s*(?P<name>\S.+)$", re.IGNORECASE)


def is_correction(note: str) -> bool:
    """Return whether a note says no more than that its row corrects an earlier one."""
    return bool(_CORRECTS_ALONE.match(note))


_CORRECTS_ALONE = re.compile(
    rf"^\s*(?:{_CORRECTION})(?:\s+(?:số liệu|so lieu|sl|lần \d|lan \d))?\s*[.;]?\s*$", re.IGNORECASE
)


def without_correction(name: str) -> tuple[str, bool]:
    """Return a row's name without the words that say that it corrects an earlier one, and whether it has them: `Vị Đông
    (báo lại)`, `Đính chính: Vị Đông`."""
    found = _CORRECTS_BEHIND.match(name) or _CORRECTS_BEFORE.match(name)
    return (found["name"].strip(), True) if found else (name, False)
