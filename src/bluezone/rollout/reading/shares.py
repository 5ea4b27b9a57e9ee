"""Tell which headers are those of shares, and of what. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bluezone.rollout.reading import terms
from bluezone.rollout.reading.vocabulary import (
    CODE,
    DATE,
    NOTE,
    ORDER,
    OWNERSHIP,
    PERCENT,
    PERCENT_HEADCOUNT,
    PERCENT_INCREASE,
    PERCENT_OTHER,
    PERCENT_POPULATION,
    PERCENT_SMARTPHONES,
    PERCENT_TARGET,
    RANK,
    SHARES,
    TOTAL,
    UNITLESS,
    Guess,
    has,
)


def is_share(keys: Sequence[str], exact: str | None) -> bool:
    if exact in SHARES:
        return True
    leaf = keys[-1]
    if has(leaf, *terms.RANKS):
        return False
    if has(leaf, *terms.SHARE):
        return True
    if any(map(is_share_alone, keys[:-1])) and exact not in {TOTAL, RANK, ORDER, NOTE, DATE, CODE, UNITLESS}:
        return True
    if any(_stands_over(key, leaf) for key in keys[:-1]):
        return True
    if exact is not None or has(leaf, "so luong", "so nguoi", "so luot", "tong so", "so may", "lui ke", "luy ke"):
        return False
    above = any(has(key, *terms.SHARE) for key in keys[:-1])
    return (above and not has(leaf, *terms.INCREASE)) or (has(leaf, "so voi", "tren") and above)


#: over what the shares below it are of, and nothing else: `Tỷ lệ cài đặt trên` over `Dân số | Smartphone`
_SHARE_OVER = re.compile(
    r"(?:(?:dat|ti le|tile|tl|percent|cai dat|cai|da|bluezone|app|ung dung|tren|so voi|tong so|tong) ?)+"
)
_WHOLES = frozenset([
    "dan so", "tong dan so", "tong so dan", "nhan khau", "smartphone", "smartphones", "dttm", "so dttm",
    "thue bao smartphone", "dien thoai thong minh", "nguoi dung smartphone", "so nguoi dung smartphone", "smp",
])  # fmt: skip


def _stands_over(key: str, leaf: str) -> bool:
    return leaf in _WHOLES and bool(_SHARE_OVER.fullmatch(key)) and has(key, *terms.SHARE)


_SHARE_ALONE = re.compile(r"(?:(?:dat|ti le|tile|tl|ti trong|percent|so sanh|tinh|theo|bluezone)(?: |$))+")


def is_share_alone(key: str) -> bool:
    """Return whether a text says that all columns below it are shares: `Tỷ lệ (%)` over `Trên dân số`."""
    return bool(_SHARE_ALONE.fullmatch(key)) and has(key, *terms.SHARE)


#: a share that is asked for, not reached, or of rooms, nets and the like
_TO_BE_REACHED = (
    "cong suat",
    "hao hut",
    "do phu",
    "che phu",
    "toi thieu",
    "phai dat",
    "can dat",
    "du kien",
    "phan dau",
)


def _is_of_else(leaf: str, whole: str) -> bool:
    """Return whether a share is none that is kept: NCOVI's, one asked for, of those who do not, of subscribers, some of
    whom have no smartphone, or of some people only, `Tỷ lệ so với dân số trưởng thành`."""
    of_ncovi = has(whole, "ncovi") and not has(whole, "bluezone")
    some = terms.SOME_PEOPLE.search(terms.NOT_SOME_SHARE.sub(" ", leaf))
    subscribers = has(leaf, *terms.SUBSCRIBED) and not has(leaf, *terms.SMARTER)
    return of_ncovi or has(leaf, *_TO_BE_REACHED) or bool(some or subscribers or terms.NEGATED.search(leaf))


def share_of(leaf: str, whole: str, of: str) -> Guess:
    if _is_of_else(leaf, whole):
        return Guess(PERCENT_OTHER)
    if has(leaf, "tang", "giam", "tang them", "chenh lech", "diem percent", "diem phan tram") or has(
        whole, *terms.DIFFERENCE
    ):
        return Guess(PERCENT_INCREASE)
    for text in (leaf, whole):
        found = _denominators(text)
        if len(found) == 1:
            return Guess(found[0], of if found[0] in _OF_SOME else "")
        if len(found) > 1:
            last = _after_mark(text)
            if last:
                narrowed = [kind for kind in _denominators(last) if kind in found]
                if len(narrowed) == 1:
                    sure = has(text, *terms.INSTALL)
                    if narrowed[0] == PERCENT_POPULATION and PERCENT_SMARTPHONES in found and not sure:
                        return Guess(OWNERSHIP)
                    return Guess(narrowed[0], of if narrowed[0] in _OF_SOME else "", sure=False)
            return Guess(PERCENT, of, sure=False)
    if of:
        return Guess(PERCENT_HEADCOUNT, of, sure=False)
    return Guess(PERCENT, sure=False)


#: which may be of some people: of the pupils, or of the pupils who have a smartphone
_OF_SOME = {PERCENT_HEADCOUNT, PERCENT_SMARTPHONES}


def _after_mark(text: str) -> str:
    parts = re.split(r" slash | so voi | tren (?:tong )?| cua | of ", f" {text} ")
    return parts[-1] if len(parts) > 1 else ""


def _denominators(text: str) -> list[str]:
    found = []
    if has(text, *terms.SMART) or has(text, "slash dien thoai", "slash dt", "tren dien thoai", "so voi dien thoai"):
        found.append(PERCENT_SMARTPHONES)
    if has(text, *terms.POPULATION) or has(
        text, "slash dan", "slash ds", "so voi dan", "ti le ds", "ti le dan", "percent ds", "tl ds"
    ):
        found.append(PERCENT_POPULATION)
    if has(text, *terms.TARGETS):
        found.append(PERCENT_TARGET)
    if has(text, "slash ho", "ho dan", "so ho", "ho gia dinh", "ti le ho", "percent ho", "tren ho"):
        found.append(PERCENT_OTHER)
    if any(has(text, *words) for words in terms.GROUPS.values()) or has(
        text, "slash tong so", "tong so nguoi", "quan so"
    ):
        found.append(PERCENT_HEADCOUNT)
    if has(text, *terms.MISSING):
        return [PERCENT_OTHER]
    return found
