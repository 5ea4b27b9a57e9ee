"""Take a header for sure only where each of its words is known. Pure."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence

from bluezone.geography.names import plain_key
from bluezone.rollout.reading import plain_words, terms
from bluezone.rollout.reading.header_texts import says_nothing
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.languages import in_one_language
from bluezone.rollout.reading.people import group_of, without_actor
from bluezone.rollout.reading.strangers import names_others, names_surely, strangers_in
from bluezone.rollout.reading.vocabulary import (
    ACTIVE,
    ASKED,
    ASKED_NCOVI,
    EXACT,
    HAD,
    HEADCOUNT,
    HELPED,
    INCREASE,
    INSTALLS,
    NCOVI,
    POPULATION,
    REFUSED,
    SMARTPHONES,
    TOTAL,
    UNKNOWN,
    WITH_PHONE,
    Guess,
    has,
    key_of,
)


@functools.lru_cache(maxsize=1)
def _known_phrases() -> tuple[frozenset[tuple[str, ...]], int]:
    """Return the words and phrases that are known, and the number of words of the longest."""
    lists = (
        terms.SMART, terms.POPULATION, terms.TARGETS, terms.INSTALL, terms.SHARE, terms.INCREASE, terms.CUMULATIVE,
        terms.MISSING, terms.ACTIVE, terms.HAS_NUMBER, terms.DECLARED, terms.ASKED, terms.URGED, terms.REFUSED,
        terms.DIFFERENCE, terms.TIMES, terms.HOUSES, terms.RESIDENTS, terms.PHONES, terms.BEFORE_ASKED, terms.BEFORE,
        terms.HOUSEHOLDS,
        *terms.GROUPS.values(), EXACT, plain_words.PLAIN_WORDS, terms.FILLING, ("dong i", "dong y"),
    )  # fmt: skip
    phrases = frozenset(tuple(phrase.split()) for words in lists for phrase in words)
    return phrases, max(map(len, phrases))


@functools.lru_cache(maxsize=20_000)
def unexplained(text: str) -> tuple[str, ...]:
    """Return the words of a header that are not known; what stands in brackets explains and need not be."""
    found = without_actor(key_of(re.sub(r"\([^()]*\)|\[[^\]]*\]", " ", text))).split()
    phrases, longest = _known_phrases()
    known = {
        at + number
        for at in range(len(found))
        for length in range(1, longest + 1)
        if tuple(found[at : at + length]) in phrases
        for number in range(length)
    }
    return tuple(word for at, word in enumerate(found) if at not in known and not any(sign.isdigit() for sign in word))


_NOT_WHO_PLAIN = frozenset(map(plain_key, plain_words.NOT_WHO)) - {""}


def _says_doing(text: str) -> bool:
    """Return whether a text has a word of something done: by its signs where it has any, `từ` but not `phật tử`."""
    written = unicodedata.normalize("NFC", text.lower())
    found = set(re.split(r"[\s,;.()]+", written.replace("/", " / ").replace("%", " % ")))
    return bool(found & (_NOT_WHO_PLAIN | {"%", "/"} if written.isascii() else set(plain_words.NOT_WHO)))


def who_installed(text: str) -> str:
    """Return the people that a header names in words that are not known before `đã cài`, as it is written: `Tín đồ đã
    cài`; empty where it names none."""
    found = plain_words.WHO_INSTALLED.match(unicodedata.normalize("NFC", " ".join(text.split())))
    if not found or unexplained(found["did"]):
        return ""
    who = found["who"].strip(" ,:-–")
    key = key_of(who)
    if (
        _says_doing(who)
        or has(key, *terms.ASKED, *terms.URGED, *plain_words.HELPS_PLAIN, *terms.REFUSED, *_SAYS_SO)
        or len(key.split()) > plain_words.MOST_WORDS
        or not plain_words.NOBODY.sub(" ", key).strip()
        or group_of([key])
    ):
        return ""
    return who[:1].upper() + who[1:]


#: who says so, and is not counted: `Xã báo cáo đã cài`, `Hệ thống ghi nhận đã cài`
_SAYS_SO = ("bao cao", "ghi nhan", "he thong", "cung cap", "thong ke")


def people_named(path: Sequence[str]) -> str:
    """Return the people that a header of installations names, as it is written: what stands before `đã cài`, else its
    lowest text."""
    leaf = " ".join(path[-1].split()) if path else ""
    found = plain_words.WHO_INSTALLED.match(unicodedata.normalize("NFC", leaf))
    who = found["who"].strip(" ,:-–") if found else leaf
    return who[:1].upper() + who[1:]


#: kinds that are taken for sure only where every word of a header is known
_TO_BE_SURE = frozenset([INSTALLS, WITH_PHONE, ACTIVE, INCREASE, NCOVI, POPULATION, SMARTPHONES, HEADCOUNT, ASKED,
                         ASKED_NCOVI, REFUSED, HAD, HELPED])  # fmt: skip


def guess_surely(path: Sequence[str]) -> Guess:
    """Return what the column below these texts holds; in doubt where words of the lowest are not known."""
    path = in_one_language(path, guess)
    found = guess(path)
    leaf = next((text for text in reversed(path) if key_of(text)), "")
    if found.kind == INSTALLS and not found.of and (who := who_installed(leaf)):
        return Guess(INSTALLS, who)
    if of_others := _of_strangers(found, path, leaf):
        return of_others
    if not found.of and found.kind in {*_DONE, HEADCOUNT} and _unexplained_above(path, leaf):
        return Guess(UNKNOWN, sure=False, doubt=found.kind)
    if found.kind == SMARTPHONES and not found.of and (owners := _IN_SHORT.match(leaf.strip())):
        return Guess(SMARTPHONES, owners["who"].upper())
    if found.kind not in _TO_BE_SURE or not unexplained(leaf):
        return found
    if found.of and (_of_all(found, leaf) or _are_initials(unexplained(leaf), found.of)):
        return found
    if found.kind == HEADCOUNT and key_of(leaf).startswith(("so ho ", "tong so ho ", "ho kd ", "ho kinh doanh ")):
        return Guess(UNKNOWN, named=True)  # stalls of some kind
    return Guess(UNKNOWN, found.of, sure=False, doubt=found.kind)


def _unexplained_above(path: Sequence[str], leaf: str) -> bool:
    """Return whether a text above the lowest has words that are not known: it may say that others are counted, `Bạn
    hàng` over `Được nhắc`. A day of the week says when."""
    above = path[: max((at for at, text in enumerate(path) if text == leaf), default=0)]
    return any(
        not says_nothing(key_of(text), [key_of(leaf)]) and key_of(text) not in _WEEKDAYS and unexplained(text)
        for text in above
    )


_WEEKDAYS = frozenset(["cn", "chu nhat", *(f"thu {day}" for day in ("hai", "ba", "tu", "nam", "sau", "bay"))])
#: people in short whom several of the lists may mean, a member or a learner, before what they own: `HV có smartphone`
_IN_SHORT = re.compile(
    r"(?:(?:tổng|tong|số|so|lượng|luong)\s+)*(?P<who>hv|đv|dv|cn|pn|ccb|nct|tnv|hvpn|hvnd)\s+"
    r"(?:đã |hiện |đang )?(?:có|co|dùng|dung|sử dụng|su dung)\b",
    re.IGNORECASE,
)
#: what people do, of whom a header may name others than those a row stands for
_DONE = _TO_BE_SURE - {POPULATION, SMARTPHONES, HEADCOUNT}


def _of_strangers(found: Guess, path: Sequence[str], leaf: str) -> Guess | None:
    """Return what a column holds whose header names people of whom no list knows: of these, in its own words; None
    where it names none, or says more that is not known."""
    if found.of or not (who := strangers_in(path)):
        return None
    if found.doubt in _DONE and names_others(who):
        found = guess([key_of(text).replace(key_of(who), "so nguoi") for text in path])
    if found.kind not in {*_DONE, TOTAL}:
        return None
    if found.kind == TOTAL:
        return Guess(HEADCOUNT, who) if not unexplained(leaf) and not strangers_in([leaf]) else None
    left = set(unexplained(leaf))
    if left and not (names_surely(who) and left <= set(key_of(who).split())):
        return None
    return Guess(found.kind, who, found.sure)


#: where people work, behind a word for them that leaves the number that of all of them: `Nhân viên bến`
_WORKPLACES = re.compile(
    r"\b(?:bql|ban quan l[iy]|ben(?: xe| tau| pha| do| cang| thuyen| thuy)?|cang(?: ca| bien| song| hang khong)?|"
    r"(?:nha )?ga|san bay|cho|sieu thi|khach san|nha hang|nha nghi|nha khach|nha xe|nha may|xuong|xi nghiep|cong t[iy]|"
    r"chi nhanh|ngan hang|benh vien|phong kham|nha thuoc|cua hang|trung tam|resort|homestay|khu du lich|"
    r"htx|hop tac xa)\b"
)


def _are_initials(left: Sequence[str], of: str) -> bool:
    """Return whether the words that are not known are those initials of a group's name which a text above spells out:
    `Hội viên` over `Số HV có ĐTTM`."""
    short = {"".join(word[0] for word in phrase.split()) for phrase in terms.GROUPS.get(of, ()) if " " in phrase}
    return bool(left) and set(left) <= short


def _of_all(found: Guess, leaf: str) -> bool:
    """Return whether words that are not known say only who the people are: `Tổng số cán bộ hưu trí`, `Nhân viên bếp đã
    cài`, not what was done to them."""
    if found.kind == HEADCOUNT:
        workplace = found.of == "staff" and not unexplained(_WORKPLACES.sub(" ", key_of(leaf)))
        return workplace or key_of(leaf).startswith(("tong", "ts ", "quan so", "si so"))
    split = plain_words.WHO_INSTALLED.match(unicodedata.normalize("NFC", " ".join(leaf.split())))
    if split is None or found.kind != INSTALLS:
        return False
    return not _says_doing(split["who"]) and not unexplained(split["did"])
