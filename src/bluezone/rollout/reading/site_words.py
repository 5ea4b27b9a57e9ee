# ruff: noqa: E501 - lists of words
"""List what heads a column of houses, shops, schools and others that lie in places and are none. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bluezone.rollout.reading import vocabulary as words

#: headings, as plain keys, below which no row is a place, whatever it is called: each place has several, or none
SITES = (
    "truong", "diem truong", "ten truong", "lop", "cho", "sieu thi", "khach san", "nha hang", "nha tro", "nha nghi", "nha xe",
    "co so kinh doanh", "co so luu tru", "co so giao duc", "co so ton giao", "co so san xuat", "co so cach li", "noi cach li", "dia diem cach li", "co so dich vu",
    "ten co so", "co so", "cong ty", "cong ti", "cty", "cti", "doanh nghiep", "xi nghiep", "nha may", "hop tac xa", "htx", "benh vien",
    "phong kham", "phong giao dich", "ben xe", "ben tau", "ben pha", "khu cach ly", "khu cach li", "diem cach ly", "diem cach li",
    "chua", "chufa", "nha tho", "giao xu", "thanh that", "tinh that", "chi bo", "chi doan", "chi hoi", "cum cn", "cum cong nghiep",
    "nha thuoc", "hieu thuoc", "quan an", "quan ca phe", "quan cafe", "quan nuoc", "quan net", "quan karaoke", "karaoke", "tiem",
    "cay xang", "cua hang xang dau", "bach hoa", "phong tap", "cong trinh", "cau lac bo", "clb", "to hoi", "to hop tac", "nhom tre",
    "ben do", "homestay", "resort", "tau ca", "tram thu phi", "chung cu", "hang taxi", "haxng taxi", "haxng xe", "ho kinh doanh", "trang trai", "xuong",
    "co so tho tu", "chu co so", "chu nha tro", "tram xang",
    "khu cong nghiep", "kcn", "chi nhanh", "ngan hang", "qui tin dung", "cua hang", "dai li", "chot", "diem du lich", "khu du lich",
)  # fmt: skip
#: what stands before the kind in a heading or a title
LEADS = re.compile(r"^(?:(?:ten|cac|danh sach|he thong|khoi|tung|so lieu|ds|tt|don vi) )+(?=\w)")


def begins_with(key: str, phrases: Sequence[str]) -> bool:
    """Return whether a key is one of some phrases or begins with it."""
    return any(key == phrase or key.startswith(f"{phrase} ") for phrase in phrases)


def is_of_sites(heading: str) -> bool:
    """Return whether a heading says that no row below it is a place: `Khu cách ly`, `Trường`."""
    return begins_with(LEADS.sub("", words.key_of(heading)), SITES)
