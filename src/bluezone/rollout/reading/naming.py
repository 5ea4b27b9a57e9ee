"""Tell from its cells whether a column may name the rows of a table, whatever its header says. Pure.

`Đầu mối` heads the units of a regiment, or those who answer the telephone; `Lớp GVCN` classes, or teachers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.cells import Cell
from bluezone.rollout.reading.context import is_institution, is_office
from bluezone.rollout.reading.days import Said, days_in
from bluezone.rollout.reading.filled import is_figure

#: most people of Vietnam bear one of these family names
_FAMILIES = frozenset(
    [
     "nguyễn", "trần", "lê", "phạm", "huỳnh", "hoàng", "phan", "vũ", "võ", "đặng", "bùi", "đỗ", "hồ", "ngô",
     "dương", "lý", "đinh", "trịnh", "đào", "trương", "lâm", "tạ", "lương", "châu", "tô", "đoàn", "quách",
     "triệu", "phùng", "vương", "tăng", "nông", "giàng", "thào", "sùng", "kiều", "thạch", "danh", "lò",
     "vàng", "hà", "mai", "cao", "thái", "từ", "nghiêm", "chu", "tống", "lưu", "nguyen", "tran", "pham",
     "huynh", "hoang", "vu", "vo", "dang", "bui", "dinh", "trinh", "truong", "luong",
    ]
)  # fmt: skip
_TITLES = frozenset(["cô", "thầy", "anh", "chị", "ông", "bà", "đ/c", "bs", "ths", "em"])
#: `B. Loan`, `C. Mai`: Mrs and Ms, in short
_TITLE_IN_SHORT = re.compile(r"[ABCÔOT]\.", re.IGNORECASE)
_PERSON_WORDS = (2, 6)
#: `6A1`, `Lớp 10 Toán 2`, `CNTT K45`
_CLASS = re.compile(r"(?:lớp|lop)\b.*|\d{1,2}\s?[./]?\s?[A-ZĐa-zđ]{1,5}\d{0,2}|[A-ZĐ]{2,6}\s?-?[A-Z]?\d{1,3}[A-Z]?\d?")
_REACHED_BY = re.compile(r"\S+@\S+|(?:\+84|0)[\d .-]{8,}|https?:.*")
#: who is named by a header, not what
_OF_PERSONS = re.compile(
    r"\b(?:nguoi|can bo|cb|hoj|ho (?:va )?ten|gvcn|gv|giao vien|nhan vien|nv|ctv|cong tac vien|tinh nguyen vien|tnv|"
    r"doan vien|hoi vien|dang vien|truong (?:ap|thon|khoa|phong|ban|khu|doan)|giam doc|giasm doc|lanh dao|dai dien|"
    r"(?:to|khu|thon|ap|nhom|doi|hieu|ban|lop) truong|chu (?:ho|nhiem|tich)|chuc (?:vu|danh)|email|e mail|sdt|"
    r"dien thoai|so dt|zalo)\b"
)
_LONGEST_NAME = 80


#: how hamlets are called, also in short: `KP 3`
_HAMLET = re.compile(
    r"(?:ap|thon|khom|khu vuc|khu pho|to dan pho|ban|buon|lang|bon|soc|khu|xom|to|phum|tieu khu|khoi pho|cum dan cu)\b"
    r"|(?:kv|kp|tdp) ?\d|khoi \d"
)
_PART = re.compile(r"(?:khoi|lop|doi|phong|day|khoa)\b|\d{1,2} ?[a-z]\d{0,2}\b")


def is_hamlet(text: str) -> bool:
    """Return whether a name is that of a hamlet: `Ấp 1`, `KV2`."""
    return bool(_HAMLET.match(words.key_of(text)))


def is_part(text: str) -> bool:
    """Return whether a name is that of a hamlet, or of a part of a school, office or site: `Lớp 6A`, `Dãy nhà B`."""
    return is_hamlet(text) or bool(_PART.match(words.key_of(text)))


def is_of_persons(header: str) -> bool:
    """Return whether a header names persons or how to reach them; `Lớp chủ nhiệm` names classes."""
    return bool(_OF_PERSONS.search(words.key_of(header)))


def are_persons(texts: Sequence[str]) -> bool:
    """Return whether most texts are names of persons: `Nguyễn Thị Hoa`."""
    return sum(map(_is_person, texts)) * 2 > len(texts)


#: `Hà, Tú`, `Mai - Lan`: given names of several persons
_GIVEN_NAMES = re.compile(r"[A-ZĐÀ-Ỹ]\w*(?:\s*[,;/&+–-]\s*[A-ZĐÀ-Ỹ]\w*)+")


def names_persons(header: str, texts: Sequence[str]) -> bool:
    """Return whether texts below a header of persons name these, by their whole names or several given names."""
    given = sum(bool(_GIVEN_NAMES.fullmatch(text)) for text in texts)
    return is_of_persons(header) and (are_persons(texts) or given * 2 > len(texts))


def are_classes(texts: Sequence[str]) -> bool:
    """Return whether most texts are names of classes: `6A1`."""
    return sum(bool(_CLASS.fullmatch(text)) for text in texts) * 2 > len(texts)


def are_organisations(texts: Sequence[str]) -> bool:
    """Return whether most texts are names of offices, schools or classes."""
    return sum(bool(_CLASS.fullmatch(text)) or is_office(text) or is_institution(text) for text in texts) * 2 > len(
        texts
    )


def may_name_rows(header: str, cells: Sequence[Cell], *, most: float = 1.0) -> bool:
    """Return whether cells tell rows apart and name no persons: texts that differ, `most` of them at least (a part),
    neither numbers nor days nor addresses. Below a header of persons they must be organisations."""
    named = [cell for cell in cells if not words.is_total(cell.text)]
    texts = [cell.text for cell in named]
    if len(texts) < _FEWEST_NAMES or not all(map(_is_name, named)):
        return False
    differ = len({words.key_of(text) for text in texts}) >= most * len(texts)
    return differ and not are_persons(texts) and (not is_of_persons(header) or are_organisations(texts))


_FEWEST_NAMES = 2


def _is_name(cell: Cell) -> bool:
    if not cell.text or is_figure(cell) or cell.date is not None or len(cell.text) > _LONGEST_NAME:
        return False
    return not _REACHED_BY.fullmatch(cell.text) and not days_in(cell.text, Said.TITLE)


def _is_person(text: str) -> bool:
    parts = text.split()
    few, many = _PERSON_WORDS
    return (
        few <= len(parts) <= many
        and (parts[0].lower().rstrip(".") in _FAMILIES | _TITLES or _TITLE_IN_SHORT.fullmatch(parts[0]) is not None)
        and all(part[0].isupper() for part in parts[1:])
        and not any(sign.isdigit() for sign in text)
    )
