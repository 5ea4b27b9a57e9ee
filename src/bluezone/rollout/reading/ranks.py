"""Tell which headers are those of ranks, whatever the ranks are made by: `Hạng theo smartphone`. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bluezone.rollout.reading import terms
from bluezone.rollout.reading.vocabulary import EXACT, RANK, UNKNOWN, Guess, has, key_of

_WORD = (
    r"(?:(?:tang|giam|thay doi|chenh lech|bien dong|len|xuong|slash) ?)*(?:so )?"
    r"(?:vi tri xep hang|vi tri xep|thu tu xep hang|xep hang|"
    r"xep thu tu|xep vi thu|xep thu|xep loai|xep|thu hang|thu bac|"
    r"thu tu|hang thu|hang|vi tri|vi thu|dung thu|rank|ranking|top)"
)
_BY = r"(?:(?:tinh|xet|dua|xep) )?(?:theo(?! doi\b)|ve|tren|by)\b"
#: `Vị trí theo smartphone`
_RANK_BY = re.compile(rf"{_WORD} {_BY} ?(?P<by>.*)")
#: `Hạng smartphone`, `Hạng/dân số`; `Hàng ngày`, `Vị trí cài đặt` and `Thứ tự thuê bao` are none
_RANK_NEXT_TO = re.compile(
    r"(?:xep hang|xep thu|thu hang|hang|rank|ranking) (?:slash )?"
    r"(?P<by>(?:percent|ti le|tile|tl|so luot|luot cai|so nguoi cai|so cai|cai dat|smartphone|smartphones|dttm|"
    r"dien thoai thong minh|dt thong minh|dan so)\b.*)"
)
_CHANGED = re.compile(r"(?:tang|giam|thay doi|chenh lech|bien dong|len|xuong)\b")
_MEASURES = (
    *terms.INSTALL, *terms.SMART, *terms.POPULATION, *terms.SHARE, *terms.TARGETS, *terms.HOUSEHOLDS, *terms.ACTIVE,
    *terms.INCREASE, "ncovi", "luot", "so nguoi", "so luong", "nguoi dung", "nguoi", "ho", "quan so", "si so",
)  # fmt: skip


def rank_in(keys: Sequence[str]) -> Guess | None:
    """Return what a header holds, by its keys from the top, where it begins with a word of rank and names a day or what
    is measured: a rank, or nothing that is kept where it is one of before or how it changed; None for other headers.
    The word may stand above: `Xếp hạng` over `Theo dân số`."""
    leaf = keys[-1]
    if terms.RANK_OF_A_DAY.fullmatch(leaf):
        return Guess(UNKNOWN if has(leaf, *terms.BEFORE, "hom truoc") else RANK)
    above = [key for key in keys[:-1] if EXACT.get(key) == RANK or re.fullmatch(rf"{_WORD}(?: {_BY})?", key)]
    whole = f"{above[-1]} {leaf}" if above else leaf
    found = _RANK_BY.fullmatch(whole) or _RANK_NEXT_TO.fullmatch(whole)
    if found is None or not has(found["by"], *_MEASURES):
        return None
    of_gain = has(found["by"], *terms.INCREASE)
    return Guess(UNKNOWN if of_gain or _CHANGED.match(whole) or has(leaf, *terms.BEFORE, "hom truoc") else RANK)


def is_rank_alone(header: str) -> bool:
    """Return whether a header says that a column is the rank, and by nothing: `Hạng`, `Xếp thứ`."""
    return bool(re.fullmatch(_WORD, key_of(header)))
