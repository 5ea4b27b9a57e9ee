"""Find the organisation that a whole table is of in the lines above it: the issuer stands below its superior. Pure.

`XÍ NGHIỆP PHÀ SÓC TRĂNG` above `BẾN PHÀ ĐẠI NGÃI`, `BỆNH VIỆN ĐA KHOA TỈNH` above `KHOA KHÁM BỆNH`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bluezone.errors import N_
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.context import is_institution, is_service
from bluezone.rollout.reading.days import days_in
from bluezone.rollout.reading.layout import Block
from bluezone.rollout.reading.results import Notice, saying

#: a part of a school, hospital or company that has people of its own; departments that report for the whole are none
_PART = re.compile(
    r"(?:khoa(?! hoc\b)|bo mon|doi|to|nhom|phan xuong|xuong|lop|khoi|phan hieu|trung tam|tram|cum|quay|cua hang|khu|"
    r"cang|ben|nha|bai|kho|nong truong|lam truong|phong kham|phan doi|phan tram|ca|chi doan|co so|diem|ga|tau|pha)\b"
)
#: a health centre reports for its place too, by stations in it
_PART_OF_SERVICE = re.compile(r"(?:khoa(?! hoc\b)|doi|to|phong kham|(?:tram |chot |phong )?kiem dich)\b")
#: what is said in a letterhead that names nobody
_NO_NAME = re.compile(
    r"\b(?:cong hoa|doc lap|mau|bieu|phu luc|bao cao|ket qua|danh sach|tong hop|thong ke|theo doi|so theo doi|"
    r"tinh hinh|bluezone|ncovi|cai dat|ngai|ngay|kinh gui|dvt)\b"
)
#: with which a title goes on behind the name of who sends the form
_GOES_ON = re.compile(
    r"\b(?:so (?:truc|ghi|nhat ki|theo doi)|nhat k[iy]|bao cao|bc|ket qua|kq|danh sach|tong hop|thong ke|theo doi|"
    r"tinh hinh|tien do|so lieu|bang|bieu|phu luc|bluezone|ncovi|cai dat|cai|ngai|ngay|thang|tuan)\b"
)
#: what parts the two; a title that begins so in a line of its own needs no mark
_PARTED = re.compile(
    r"\s+[-–—|]+\s+|\s*[:;|]\s*|\s*[-–—]+\s+|"
    r"\s+(?=(?:sổ (?:trực|theo dõi|ghi|nhật ký)|báo cáo|kết quả|tổng hợp|danh sách|tình hình|theo dõi|tiến độ)\b)",
    re.IGNORECASE,
)


def name_in(title: str) -> str:
    """Return the name at the beginning of a title that goes on with what it is about, `KHÁCH SẠN SEN VÀNG - SỔ TRỰC`
    or `Trạm Y tế xã Hải Ba: báo cáo Bluezone`; any other title as it is."""
    for mark in _PARTED.finditer(title):
        name, rest = title[: mark.start()], words.key_of(title[mark.end() :])
        if _GOES_ON.search(rest) and not _GOES_ON.search(words.key_of(name)):
            return name
    return title


OF_ALL = N_("all rows are of {name}, which stands below {other} at the head of the form")
_LONGEST = 80


def issuer_of(block: Block, texts: list[str]) -> str:
    """Return the school, company or the like that titles name, that nearest to the table first, and of two at its head
    the lower, a part with the name of its whole behind it; empty where there is none."""
    found = next((text for text in texts if is_institution(name_in(text))), "")
    if found:
        below = _below(block, found, _PART)
    else:
        found = next((text for text in texts if is_service(text) and _below(block, text, _PART_OF_SERVICE)), "")
        below = _below(block, found, _PART_OF_SERVICE)
    whole = name_in(found).strip(" .:")
    return f"{below.strip(' .:')}, {whole}" if below else whole


def _below(block: Block, name: str, parts: re.Pattern[str]) -> str:
    """Return the part of an organisation, in capitals, that a title names in the line right below its own."""
    rows: dict[int, list[str]] = {}
    for row, text in block.titles:
        rows.setdefault(row, []).append(text)
    row = next((row for row, each in rows.items() if name and name in each), 0)
    if not row:
        return ""
    at = rows[row].index(name)
    below = next((rows[each] for each in (row + 1, row + 2) if each in rows), list[str]())
    text = below[at] if at < len(below) else ""
    key = words.key_of(text)
    named = len(text) <= _LONGEST and text.isupper() and bool(parts.match(key)) and not is_institution(text)
    return text if named and not _NO_NAME.search(key) and not days_in(text) else ""


def say_issuer(block: Block, name: str) -> Iterator[Notice]:
    """Yield that all rows are of the lower of two organisations at the head of a form."""
    titles = [name_in(text) for _, text in block.titles]
    above = [text for text in titles if is_institution(text) and not name.startswith(text.strip(" .:"))]
    above = above or [text for _, text in block.titles if name.endswith(f", {text.strip(' .:')}")]
    if name and above:
        part = name.removesuffix(f", {above[0].strip(' .:')}")
        yield Notice(block.sheet.name, 0, "note", saying(OF_ALL, name=part, other=above[0]))
