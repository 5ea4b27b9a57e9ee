"""Name the people of a header whom no list knows: `Người đến giao dịch cài mới`, `Giáo dân / Được nhắc`. Pure.

They are no part of those whom a row of the table stands for: what they did is counted of them, in the header's own
words, and never as the unit's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from bluezone.rollout.reading import plain_words, terms
from bluezone.rollout.reading.people import group_of, who_comes, without_doing
from bluezone.rollout.reading.vocabulary import has, key_of
from bluezone.rollout.reading.whom import OTHERS

#: of which a second word with a capital makes the name of a place: `Cát Nhân`
_ANY_NAME = re.compile(r"\w+ (?:vien|sinh|nhan|si)\b")
#: what is done, where words for it stand right behind those for people: `Giáo dân tự cài`
_DONE = re.compile(r"\s(?:tự|đều|cùng|hiện|nhờ|do|xin|muốn|sẽ|phải|trực tiếp)(?:\s.*)?$", re.IGNORECASE)
#: people whose name has a word in it that otherwise begins what they did or where: `Người ở trọ`, `Người có đạo`
_WHOLE_NAMES = re.compile(
    r"^(?:(?:tổng|tong|số|so|lượng|luong|lượt|luot)\s+)*(?P<who>(?:người|nguoi|dân|dan)\s+"
    r"(?:(?:ở|o|tạm trú|tam tru|thuê|thue)\s+(?:trọ|tro|thuê|thue|nhờ|nho)|"
    r"(?:có|co)\s+(?:công|cong|đạo|dao)(?!\s+ty)))\b",
    re.IGNORECASE,
)
#: a body, or words that say what is done and not by whom
_NO_PEOPLE = (
    "doanh nghiep", "luc luong", "nganh", "cong doan", "thanh vien", "dien thoai", "huong ung", "bat", "thong minh",
    "khai", "nhap", "thao tac", "quet", "biet", "quan tam", "tham gia", "hoan thanh", "nhan tin", "tin nhan", "tiem",
    "xet nghiem", "dat", "thuc hien", "trien khai", "dai dien", "phu trach", "bao cao", "tong hop", "theo doi",
    "phat hien", "truc tiep", "zalo", "facebook", "mang xa hoi", "qr", "loa",
)  # fmt: skip
#: whose errand it is, not what they did in the app: `Người khai hải quan`
_DECLARING = re.compile(r"^nguoi khai (?:hai quan|thue|bao thue)\b")
_SAYS_MORE = (*_NO_PEOPLE, *terms.INSTALL, *terms.SMART, *terms.ASKED, *terms.URGED, *terms.REFUSED, *terms.DECLARED,
              *terms.HAS_NUMBER, *terms.ACTIVE, *plain_words.HELPS_PLAIN, *terms.SHARE, *terms.BEFORE)  # fmt: skip


def named_in(text: str) -> str:
    """Return the people that one text of a header names in words of its own, as it is written; empty for none."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if whole := _WHOLE_NAMES.match(text):
        return _as_a_name(whole["who"])
    who = _DONE.sub("", without_doing(text))
    key = key_of(who)
    if (
        not key
        or has(_DECLARING.sub(" ", key), *_SAYS_MORE, *terms.RESIDENTS)
        or len(key.split()) > plain_words.MOST_WORDS
        or group_of([key])
    ):
        return ""
    if _ANY_NAME.match(key) and not who.isupper() and who.split()[1][:1].isupper():
        return ""
    if not (who_comes(key) or OTHERS.match(key)):
        return ""
    return _as_a_name(who)


def _as_a_name(who: str) -> str:
    """Return people as a name for them is written: with one capital where all were."""
    return who[:1].upper() + (who[1:].lower() if who.isupper() else who[1:])


def names_surely(who: str) -> bool:
    """Return whether words name people for sure: those behind `người` may say what people did, `Số người hứa cài`."""
    key = key_of(who)
    return who_comes(key) or not key.startswith(("nguoi ", "f0", "f1", "f2", "f3", "ca "))


def names_others(who: str) -> bool:
    """Return whether words for some of the people, `nước ngoài`, stand only beside a name of people who are no part of
    those a row stands for: `Chuyên gia nước ngoài`."""
    key = key_of(who)
    rest = terms.SOME_PEOPLE.sub(" ", key).strip()
    return names_surely(who) and not who_comes(key) and rest != key and bool(OTHERS.match(rest))


def strangers_in(path: Sequence[str]) -> str:
    """Return the people whom the lowest text with a word for people names, where no list knows them."""
    for text in reversed(path):
        if found := named_in(text):
            return found
        if group_of([key_of(text)]) or has(key_of(text), *terms.RESIDENTS):
            return ""
    return ""
