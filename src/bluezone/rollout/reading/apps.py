# ruff: noqa: E501 - lists of words
"""Say of which app a table counts: Bluezone, NCOVI, or another one that its title names. Pure.

`Số người cài đặt ứng dụng VssID` counts no installations of Bluezone, however its columns are headed.
"""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass

from bluezone.rollout.reading.vocabulary import has, key_of


@dataclass(frozen=True, slots=True)
class Apps:
    """Hold what titles say of the apps: `ncovi` is the title that names NCOVI alone, `both` one that names both apps
    where no other says which of them is counted, `other` one that names an app that is neither; all empty: Bluezone, or
    nothing. `bluezone`: a title or a name says Bluezone."""

    ncovi: str = ""
    both: str = ""
    other: str = ""
    bluezone: bool = False


def apps_of(titles: Iterable[str], names: Iterable[str] = ()) -> Apps:
    """Return of which app titles say that a table counts, the nearest that names an app; the `names` of sheet and file
    decide where it names both, and where titles name none."""
    both = ""
    for line in titles:
        apps = apps_in(line)
        if apps == {_OTHER} and not _COUNTS.search(key_of(line)):
            continue
        if apps:
            both = line if len(apps) > 1 else ""
            if not both:
                return _one(apps, line)
            break
    for name in names:
        apps = apps_in(name)
        if len(apps) == 1 and (not both or apps != {_OTHER}):
            return _one(apps, name)
    return Apps(both=both)


#: a line that counts what was done with an app; `Gửi về nhóm Zalo` only names one
_COUNTS = re.compile(
    r"^(?!(?:gui|lien he|mooi|moi (?:thac|y|thong)|de nghi|luu y|ghi chu|dau mooi|hotline|tai (?:bieu|mau|file)))"
    r".*\b(?:cai|cai dat|dang ki|tai|su dung|dung|so nguoi|so luong|so luot|ket qua|kq|tien do|lap dat|kich hoat|tich hop)\b"
)
_BLUEZONE, _NCOVI, _OTHER = "bluezone", "ncovi", "other"


def _one(apps: set[str], line: str) -> Apps:
    app = next(iter(apps))
    return Apps(ncovi=line if app == _NCOVI else "", other=line if app == _OTHER else "", bluezone=app == _BLUEZONE)


def apps_in(text: str) -> set[str]:
    """Return the apps a text names; another one only where it names neither Bluezone nor NCOVI, which may be spread by
    Zalo or described as an app against the epidemic."""
    key = key_of(text)
    found = {_BLUEZONE} if has(key, "bluezone", "bluezon", "blue zone", "bluezoner", "bz") else set()
    found |= {_NCOVI} if has(key, "ncovi") else set()
    if found:
        return found
    return {_OTHER} if other_app(text) else set()


#: other apps and services that offices counted in those years, as plain keys
_KNOWN = (
    "vssid", "vneid", "vnid", "zalo", "hue s", "pc covid", "pccovid", "so suc khoe dien tu", "so suc khoe", "ho so suc khoe",
    "dich vu cong", "khai bao i te", "khai bao y te", "to khai i te", "vietnam health declaration", "health declaration",
    "antoan covid", "an toan covid", "ihanoi", "egov", "smart city", "chinh quyen dien tu", "chinh quyen so", "viettelpay",
    "vnpt pay", "momo", "mobile money", "vi dien tu", "ngan hang so", "internet banking", "can cuoc cong dan", "dinh danh dien tu",
    "quan li van ban", "quan ly van ban", "ioffice", "i office", "chung thu so", "chu ki so", "chu ky so", "diet virus", "bkav",
    "misa", "hoa don dien tu", "mot cua dien tu", "hop truc tuyen", "truyen hinh truc tuyen",
    "e learning", "vnedu", "smas", "hoc truc tuyen", "camera", "facebook", "lotus", "gapo", "1022", "phan anh hien truong",
)  # fmt: skip
_ANY_KNOWN = re.compile(rf"(?<![^ ])(?:{'|'.join(map(re.escape, _KNOWN))})(?![^ ])")
#: after which an app is named
_APP = re.compile(r"\b(?:ung dung|app|apps|phan mem|application)\b(?P<rest>.*)")
#: before which it is: `Smart Quảng Ninh`, `Hậu Giang App`
_NAMED_BEFORE = re.compile(r"\b(?P<name>\w+) (?:app|smart)\b|\bsmart \w+")
#: what follows the word for an app and is no name: where and when, whom it serves, and what Bluezone itself does
_NO_NAME = frozenset(
    [
     "den", "tai", "cua", "tren", "trong", "cho", "ngai", "tinh", "theo", "tuan", "thang", "la", "duoc", "nai", "phong", "chong",
     "truy", "vet", "khau", "trang", "canh", "bao", "phat", "hien", "di", "dong", "dien", "thoai", "smartphone", "va", "cac", "so",
     "ket", "qua", "dich", "covid", "cong", "nghe", "cntt", "de", "nham", "phuc", "vu", "huyen", "xa", "phuong", "tp", "thanh",
     "thi", "quan", "ap", "thon", "khu", "o", "tu", "luc", "vao", "het", "cap", "bo", "i", "te", "do", "voi", "tiep", "xuc", "theo",
     "nguoi", "dan", "hoc", "can", "bo", "vien", "thong", "tin", "nguy", "co", "lai", "nhiem", "toan", "qui", "dot", "ki", "nam",
     "hom", "cai", "tai", "su", "tren", "cua", "bang", "qua", "thuoc", "nguoi", "nhan", "cong", "co", "da", "chua", "moi", "truoc",
     "sau", "nhu", "khi", "tro", "y", "nay", "ngay", "huyen", "quy", "ky", "dia", "don", "ca", "gom", "thuc", "nghi", "duyet",
     "mien", "phi", "ho", "giup", "khoanh", "kiem", "giam", "sat", "an", "qlkcb", "covid19", "ncov", "khong", "lam",
    ]
)  # fmt: skip


#: `Bluzone`, `Buezone`
_A_SLIP = 0.75


def other_app(text: str) -> str:
    """Return the app that a text names which is neither Bluezone nor NCOVI, as a key: one of a list, or whatever name
    follows the word for an app; empty where it names none."""
    key = key_of(text)
    if any(map(_is_meant_for_ours, key.split())):
        return ""
    if _ANY_KNOWN.search(key):
        return next(name for name in _KNOWN if has(key, name))
    if found := _APP.search(key):
        first = found["rest"].split()[:1]
        if first and first[0] not in _NO_NAME and not first[0].isdigit() and len(first[0]) > 1:
            return " ".join(found["rest"].split()[:3])
    before = _NAMED_BEFORE.search(key)
    if before and (before["name"] is None or before["name"] not in _VERBS | _NO_NAME):
        return before[0]
    return ""


#: words of a header beside the name of an app that say no more than that it is installed
_INSTALLING = frozenset(
    [
     "so", "luong", "luot", "nguoi", "may", "khach", "ung", "dung", "app", "phan", "mem", "cai", "dat", "tai", "ve", "da", "su",
     "duoc", "moi", "dang", "ki", "kich", "hoat", "tai", "khoan", "tich", "hop", "ti", "le", "percent", "tong", "cong", "ket", "qua",
     "ve", "cho", "cua", "tren", "thue", "bao", "dien", "thoai", "co", "ca", "nhan", "dan",
    ]
)  # fmt: skip
#: which name a way to report, not what is installed
_NO_APPS = (
    "khai bao i te",
    "khai bao y te",
    "to khai i te",
    "to khai y te",
    "health declaration",
    "phan anh hien truong",
)


@functools.lru_cache(maxsize=20_000)
def app_alone(text: str) -> str:
    """Return the app other than Bluezone that a text of a header names as what is installed, as it is written: `NCOVI`,
    `Số người cài VssID`; empty where it names none, or one by which people are reached, `Nhóm Zalo`."""
    key = key_of(text)
    if has(key, "ncovi"):
        return "NCOVI"
    found = _ANY_KNOWN.search(key)
    if found is None or found[0] in _NO_APPS:
        return ""
    around = [*key[: found.start()].split(), *key[found.end() :].split()]
    return _as_written(text, found[0]) if set(around) <= _INSTALLING else ""


def _as_written(text: str, name: str) -> str:
    written = text.split()
    spans = ((start, end) for start in range(len(written)) for end in range(start + 1, len(written) + 1))
    return next(
        (" ".join(written[start:end]) for start, end in spans if key_of(" ".join(written[start:end])) == name), text
    )


@functools.lru_cache(maxsize=20_000)
def _is_meant_for_ours(word: str) -> bool:
    """Return whether a word is Bluezone or NCOVI with a slip of the pen."""
    return difflib.SequenceMatcher(None, word, "bluezone").ratio() >= _A_SLIP or word == "ncov"


#: with which `app` is only the thing that is installed
_VERBS = frozenset(
    [
     "cai", "dat", "tai", "ve", "dung", "so", "luot", "cua", "cac", "va", "bc", "kq", "bao", "cao", "ket", "qua", "nguoi", "may",
     "theo", "doi", "moi", "da", "co",
    ]
)  # fmt: skip
