"""Tell headers of households and things from those of people. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bluezone.rollout.reading import terms
from bluezone.rollout.reading.people import group_of
from bluezone.rollout.reading.vocabulary import EXACT, HOUSEHOLDS, TOTAL, UNKNOWN, Guess, has

#: a header that counts households, with what is said of them
_OF_HOUSEHOLDS = re.compile(
    r"(?:tong |ts |sl |luy ke |lui ke |cong don )*(?:so )?(?:luong )?(?:luot )?ho(?: dan| gia dinh| gd)?\b"
    r"(?! (?:ten|va ten|so|tro|hang|kinh doanh|kd|tieu thuong)\b)(?P<rest>.*)|(?:tong )?(?:so )?hgd\b(?P<more>.*)"
)
#: what leaves the number of households that of all of them
_ALL_HOUSEHOLDS = frozenset(
    [
     "dan", "gia", "dinh", "khau", "so", "luong", "toan", "xa", "ap", "thon", "phuong", "huyen", "tinh", "cua",
     "trong", "tren", "dia", "ban", "hien", "co", "nai", "nay", "thuong", "tru", "tong", "cong", "tai", "khu", "vuc",
     "pho", "to", "va", "theo", "danh", "sach", "quan", "li", "thuc", "te", "bo", "thi", "tran", "dang", "sinh",
     "song", "cac",
    ]
)  # fmt: skip
#: of households, in which somebody did something
_WITH_SOMEBODY = re.compile(
    r"(?:so |da )*co (?:it nhat )?(?:\d+ |mot )?(?:nguoi|thanh vien|nhan khau)"
    r"(?: (?:da|duoc|dang|trong|nha|ho|tham gia))* (?:cai|tai|su dung|dung|co)\b"
)
#: `Số gia đình đã cài`
FAMILIES_COUNTED = re.compile(r"(?:tong )?(?:so )(?:luong )?gia dinh\b")
#: the same in English: `Households with the app`
_HOUSEHOLDS_WITH = re.compile(r"(?:number of |total )?(?:households|families) (?:with|that|having|who|in which)\b.*")
#: what of families is said as of households: `Gia đình HV có cài Bluezone`
_FAMILIES_WITH = re.compile(
    r"(?:tong )?(?:so )?(?:luong )?gia dinh\b(?! (?:da|duoc)\b).*\bco (?:cai|tai|su dung|dung)\b"
)
#: families counted, of which somebody did: `Số gia đình hội viên có người cài`
_FAMILIES_WITH_SOMEBODY = re.compile(rf"(?:tong )?(?:so )?(?:luong )?gia dinh\b.*\b{_WITH_SOMEBODY.pattern}")
_WITH_THE_APP = (_FAMILIES_WITH_SOMEBODY, _FAMILIES_WITH, _HOUSEHOLDS_WITH)
#: things that have the app or do not, counted in place of people
_OF_THINGS = re.compile(
    r"(?:tong )?so (?:co so|cua hang|quai|quay|sap|phong|xe|tau|diem|don vi|phuong tien|chuyen|nha|"
    r"khu|chot|loa|van ban|to|doi|toa nha|can ho|quan an|tru so|chufa|thanh that|tinh that|giao xu|"
    r"may tinh(?: bang)?)\b"
    r"(?P<rest>.*)"
)
#: the same without a word for their number: `Chùa đã cài`, `Trường có nhóm`
_THINGS_DONE = re.compile(
    r"(?:co so|cua hang|chufa|nha tho|thanh that|tinh that|giao xu|khach san|nha hang|truong|lop|doanh nghiep|cong ti|"
    r"don vi|co quan) (?:da|co|chua|duoc)\b.*"
)
_DOING = ("da", "co", "duoc", "chua", "cai", "cai dat", "bluezone", "tham gia", "dat", "bao cao", "trien khai")


def _is_of_households(key: str) -> bool:
    return bool(_OF_HOUSEHOLDS.fullmatch(key))


def _are_all_households(key: str) -> bool:
    found = _OF_HOUSEHOLDS.fullmatch(key)
    return found is not None and all(
        word in _ALL_HOUSEHOLDS or word.isdigit() for word in f"{found['rest'] or ''} {found['more'] or ''}".split()
    )


def counts_of_households(keys: Sequence[str]) -> bool:
    """Return whether a header, with those above it, counts households or families, not things: `Số hộ có người cài`."""
    leaf = keys[-1]
    if _is_of_households(leaf) or any(each.match(leaf) for each in _WITH_THE_APP):
        return True
    return any(map(_are_all_households, keys[:-1]))


def of_households(leaf: str, keys: Sequence[str]) -> Guess | None:
    """Return what a column of households or things holds: how many households there are, or what is no figure:
    households that were visited or have somebody who installed. None for a column of people."""
    if _is_of_households(leaf):
        under_the_app = any(has(key, "bluezone", "ncovi", "cai dat", "da cai") for key in keys[:-1])
        all_of_them = _are_all_households(leaf) and not under_the_app
        return Guess(HOUSEHOLDS) if all_of_them else Guess(UNKNOWN, named=True)
    if _THINGS_DONE.fullmatch(leaf) and not has(leaf, "nguoi", "nhan vien"):
        return Guess(UNKNOWN, named=True)
    things = _OF_THINGS.fullmatch(leaf)
    if (
        things
        and not leaf.startswith(terms.PEOPLE_AFTER_ALL)
        and has(things["rest"].strip(), *_DOING)
        and not has(leaf, "nguoi", "nhan vien")
    ):
        return Guess(UNKNOWN, named=True)
    if any(each.match(leaf) for each in _WITH_THE_APP):
        return Guess(UNKNOWN, named=True)
    if _WITH_SOMEBODY.match(leaf) and any(map(_are_all_households, keys[:-1])):
        return Guess(UNKNOWN, named=True)  # `Có người cài` below `Hộ`
    above = next((key for key in reversed(keys[:-1]) if key_says_what(key)), "")
    if (
        above
        and _are_all_households(above)
        and not group_of([leaf])
        and not has(leaf, *terms.RESIDENTS, "nguoi", "nhan khau")
    ):
        bare = EXACT.get(leaf) == TOTAL or leaf in {"hien co", "toan bo", "ca ap", "ca xa"}
        return Guess(HOUSEHOLDS) if bare else Guess(UNKNOWN, named=True)
    return None


def key_says_what(key: str) -> bool:
    """Return whether a key is more than a word for a number or a day."""
    return EXACT.get(key) != TOTAL and not all(word.isdigit() for word in key.split())
