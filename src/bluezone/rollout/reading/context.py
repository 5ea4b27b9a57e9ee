"""Hold what is known beside a file, and which of its numbers are figures. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from bluezone.geography.figures import Figures
from bluezone.geography.gazetteer import Gazetteer
from bluezone.geography.units import UnitCode
from bluezone.rollout.reading import vocabulary as words

#: kinds that are figures of a unit; others are said in the preview and not taken
TAKEN = (words.INSTALLS, words.WITH_PHONE, words.ACTIVE, words.INCREASE, words.NCOVI, words.POPULATION,
         words.SMARTPHONES, words.HEADCOUNT, words.HOUSEHOLDS, words.TARGET, words.ASKED, words.ASKED_NCOVI, words.RANK,
         words.HAD, words.HELPED, words.REFUSED, words.HOUSEHOLDS_WITH_APP,
         words.PERCENT_POPULATION, words.PERCENT_SMARTPHONES)  # fmt: skip
#: counts of people, which may be older than the app
OF_PEOPLE = {words.POPULATION, words.SMARTPHONES, words.HEADCOUNT, words.HOUSEHOLDS}
OLDEST = dt.date(1990, 1, 1)


@dataclass(frozen=True, slots=True)
class Context:
    """Hold what is known beside the file: the units of the country, the day it is read on, the place of its sender
    (None: the country), the day of figures without one, and what the sender answered."""

    gazetteer: Gazetteer
    today: dt.date
    within: UnitCode | None = None
    default_date: dt.date | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    #: how many people units have, to tell of what a share is one; None: not known
    figures: Figures | None = None


#: how the names of offices, schools, companies and hamlets begin
_OFFICES = (
    "so", "phong", "ban", "cong an", "truong", "trung tam", "hoi", "doan", "cong ti", "chi cuc", "van phong",
    "benh vien", "bch", "bo chi huy", "quan su", "vien", "kho bac", "ngan hang", "chi nhanh", "toa an", "tram",
    "thanh tra", "dai", "bao", "mttq", "uy ban mat tran", "lien doan", "cuc", "tinh doan", "huyen doan", "kh",
    "khach san", "nha hang", "lop", "khoi", "cty", "cti", "doanh nghiep", "hop tac xa", "htx", "don bien phong", "khac",
    "cac", "vien kiem sat", "ubmttq", "tong cong ti", "xi nghiep", "nha may", "cho", "ben xe", "chua", "chufa",
    "nha tho", "thanh that", "ttyt", "bvdk", "tyt", "bv", "nhom", "ap", "khu vuc",
    "thcs", "thpt", "th", "mn", "mam non", "mau giao", "tieu hoc", "trung hoc", "ptdt", "ttgdtx", "thon", "to",
    "khu pho", "khom", "ban quan li", "bql", "dang uy", "khu cach li", "kcl", "diem cach li",
)  # fmt: skip


#: words that differ by their signs from such a beginning: `Số` (number) from `Sở` (department), `Tờ` from `Tổ`
_NO_OFFICE = frozenset(["số", "tờ", "bạn", "bán", "bản", "bán", "hỏi", "áp", "lợp", "chợt", "chưa", "chứa", "đại"])
_INSTITUTIONS = (
    "truong", "cong ty", "cong ti", "cty", "khach san", "nha hang", "benh vien", "ben xe", "cho", "sieu thi",
    "ben pha", "ben do", "ben cang", "ben thuyen", "ben thuy", "cang ca", "cang bien", "nha xe", "nha may", "xi nghiep",
    "hop tac xa", "htx", "nha nghi", "doanh nghiep", "dai hoc", "cao dang", "nha khach",
    "chi nhanh", "ngan hang", "ben tau", "trung tam thuong mai", "nha thuoc", "hieu thuoc", "cua hang", "khu du lich",
    "diem du lich", "rap chieu phim", "phong tap", "san bay", "cang hang khong", "nha ga", "bao tang", "resort",
    "homestay", "karaoke", "tiem", "bach hoa", "nha sach", "showroom", "dai li", "nha tro", "khu nghi duong",
    "khu vui choi", "be boi",
)  # fmt: skip
#: which stand behind the name in English: `MŨI NÉ BAY RESORT`
_INSTITUTIONS_BEHIND = (
    "resort",
    "hotel",
    "homestay",
    "hostel",
    "villa",
    "villas",
    "restaurant",
    "plaza",
    "mart",
    "spa",
)
_BEGIN_INSTITUTIONS = tuple(f"{words.key_of(word)} " for word in _INSTITUTIONS)
_END_INSTITUTIONS = tuple(f" {word}" for word in _INSTITUTIONS_BEHIND)

#: organisations that count those who come to them or work there, and report for the place too that they are of
_SERVICES = (
    "trung tam", "ttyt", "tram", "tyt", "khoa", "phong kham", "phong giao dich", "ban quan li", "bql", "chot",
    "don bien phong", "kho bac", "toa an", "buu dien", "buu cuc", "dien luc", "bhxh", "bao hiem xa hoi", "bv", "bvdk",
    "khu cach li", "kcl", "diem cach li", "thu vien", "nha van hoa", "chua", "chufa", "nha tho", "thanh that",
    "cong an", "ban chi huy quan su", "bo chi huy quan su", "bch quan su", "ban chqs", "bo chqs", "hat kiem lam",
    "tinh doan", "huyen doan", "thanh doan", "thi doan", "quan doan", "lien doan lao dong", "ldld",
    "vuon quoc gia", "khu di tich", "khu bao ton", "chi cuc", "cua khau", "hai quan",
)  # fmt: skip
_NO_SERVICE = ("khoa hoc", "chot so", "chot den", "trung tam huyen", "trung tam tinh")


def is_service(text: str) -> bool:
    """Return whether a line of a title names a health centre, a market's board or the like and nothing else, which may
    count its own visitors and staff or report for its place. Those who govern a place do not count: `UBND`, `Phòng
    VHTT`, `Ban Chỉ đạo`."""
    key = words.key_of(text)
    begins = any(key == word or key.startswith(f"{word} ") for word in _SERVICES)
    return (
        begins
        and len(text) <= _LONGEST_NAME
        and text.strip(" -+*").split(" ")[0].lower() not in _NO_OFFICE
        and not key.startswith(_NO_SERVICE)
        and not words.has(key, "cai", "bluezone", "ncovi", "ket qua", "bao cao", "tien do", "so lieu", "danh sach")
    )


_LONGEST_NAME = 80


def is_institution(text: str) -> bool:
    """Return whether a line of a title names a school, company, hotel or the like, and nothing else."""
    key = words.key_of(text)
    return len(text) <= _LONGEST_NAME and (key.startswith(_BEGIN_INSTITUTIONS) or key.endswith(_END_INSTITUTIONS))


def is_office(text: str) -> bool:
    """Return whether a name is that of an office, school or company, not of a place."""
    key = words.key_of(text)
    first = text.strip(" -+*").split(" ")[0].lower()
    if first in _NO_OFFICE:
        return False
    return any(key == word or key.startswith(f"{word} ") for word in _OFFICES)
