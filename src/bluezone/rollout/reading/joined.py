"""Tell headers that join two things by a comma, a stroke or a word: said twice, or counted together. Pure.

`Headcount/Tổng số CNV` says one thing in two languages. `Từ chối, không có ĐTTM` counts those of two kinds together,
which is neither of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from bluezone.rollout.reading import terms
from bluezone.rollout.reading.vocabulary import (
    ACTIVE,
    ASKED,
    EXACT,
    HAD,
    HEADCOUNT,
    HELPED,
    HOUSEHOLDS,
    INCREASE,
    INSTALLS,
    JOINED,
    MISSING,
    POPULATION,
    REFUSED,
    SMARTPHONES,
    TARGET,
    TOTAL,
    UNKNOWN,
    WITH_PHONE,
    Guess,
    has,
    key_of,
)

_Guesser = Callable[[Sequence[str]], Guess]


def said_twice(path: Sequence[str], guess: _Guesser) -> Guess | None:
    """Return what a header holds that says it in two languages or words, `Headcount/Tổng số CNV`, `No. (STT)`; None
    where its halves say different things, or one of them nothing that is known in the language of the other."""
    parted, joined = terms.halves(path[-1] if path else "")
    for halves in (*parted, *(pair for pair in joined if key_of(pair[0]) in EXACT)):
        found = [guess([*path[:-1], half]) for half in halves]
        kinds = {each.kind for each in found}
        if halves in parted:
            unknown = [half for half, each in zip(halves, found, strict=True) if each.kind == UNKNOWN]
            foreign = halves[0].isascii() != halves[1].isascii()
            kinds -= {TOTAL} | ({UNKNOWN} if foreign and all(half.isascii() for half in unknown) else set())
        if len(kinds) == 1 and UNKNOWN not in kinds:
            return max((each for each in found if each.kind in kinds), key=lambda each: bool(each.of))
    return None


_JOINER = re.compile(
    r"\s*(?:(?<!\d)/|/(?!\d)|[;+&\n]|,(?!\d)|\b(?:và|va|hoặc|hoac|hay|cùng|cung|kèm|kem|and|or)\b)\s*", re.IGNORECASE
)
_IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\]]*\]")
#: joined by these, the second is something else than the first, or stands in its place: no more is said of the first
_APART = re.compile(r"[/;\n+]|hoặc|hoac|hay|or", re.IGNORECASE)
#: joined by these, the second may stand in the place of the first
_INSTEAD = re.compile(r"[/\n]|hoặc|hoac|or", re.IGNORECASE)
#: a part that begins with what was done: `đã cài`, `số cài`, not `thiết bị đã cài`
_DONE_FIRST = re.compile(
    r"(?:(?:tong|so|luong|luot|nguoi|ng) )*(?:da|cai|tai|duoc|dang|co cai|thuc hien|dat|kq|ket qua|th)\b"
)
#: what the same people did, behind their downloading it
_SAME_DOING = re.compile(
    r"(?:da )?(?:cai|cai dat|tai|tai ve)(?: dat)?(?: thanh cong| xong)?(?: (?:ung dung|app|phan mem|bluezone))*"
)
_DOWNLOADED = (" tai", " tai ve", " tai app", " tai ung dung", " cai", " cai dat")
_NUMBER_FIRST = re.compile(r"(?:tong |ts |sl )?(?:so|luot|luong)\b|sl\b|ts\b")
_BARE_TOTAL = re.compile(r"(?:tong|tong so|ts|sl|so luong|tong cong)")
#: how those are named who declined: what else is said of them does not make them others
_DECLINING = frozenset(
    [
     "so", "nguoi", "luong", "luot", "khach", "tong", "cong", "dan", "can", "bo", "tu", "choi", "khong", "chua",
     "dong", "i", "y", "chiu", "hop", "tac", "tham", "gia", "chap", "nhan", "ung", "ho", "muon", "phan", "doi",
     "cai", "dat", "tai", "ve", "su", "dung", "thuc", "hien", "app", "mem", "bluezone", "giup", "tro", "duoc",
     "huong", "van", "tuien", "tuyen", "truien", "truyen", "yeu", "ieu", "cau", "theo", "loi",
    ]
)  # fmt: skip
_WHOLES = {POPULATION, HOUSEHOLDS, SMARTPHONES, TARGET}
_DOINGS = {INSTALLS, WITH_PHONE, ACTIVE, INCREASE, ASKED, HAD, HELPED, REFUSED}
#: pairs that are two things however they are joined, with the kind they may mean together: to be asked
_TWO = {
    frozenset([INCREASE, INSTALLS]): "",
    frozenset([HAD, INCREASE]): INSTALLS,
    frozenset([HAD, INSTALLS]): INSTALLS,
    frozenset([HAD, HELPED]): INSTALLS,
    frozenset([MISSING, INSTALLS]): "",
    frozenset([MISSING, INCREASE]): "",
    frozenset([ASKED, REFUSED]): "",
    frozenset([ASKED, INSTALLS]): ASKED,
    frozenset([REFUSED, INSTALLS]): "",
    frozenset([REFUSED, HAD]): "",
    frozenset([REFUSED, HELPED]): "",
    frozenset([POPULATION, HEADCOUNT]): "",
}
#: pairs that are two things where a stroke or `hoặc` parts them: `cài và bật` is one
_TWO_APART = {
    frozenset([HELPED, INSTALLS]): "",
    frozenset([ACTIVE, INSTALLS]): INSTALLS,
    frozenset([WITH_PHONE, INSTALLS]): INSTALLS,
    frozenset([HELPED, ASKED]): ASKED,
}


#: `Dân số/biên chế` above places and offices: the people of the one, the staff of the other
_PEOPLE_OR_POSTS = re.compile(
    r"(?:tong )?(?:so )?(?:dan so|dan|ds|nhan khau)(?: slash| hoac(?: la)?)? (?:tong )?(?:so )?"
    r"(?:bien che|quan so|dinh bien|nhan su)|"
    r"(?:tong )?(?:so )?(?:dan so|dan|ds|nhan khau) (?:slash|hoac) (?:tong )?(?:so )?(?:cbccvc|cbcc|ccvc|cb|can bo)"
)


def is_of_places_and_offices(leaf: str) -> bool:
    """Return whether a text joins the people of places with those of offices, each for its rows: `Dân số/biên chế`."""
    return bool(_PEOPLE_OR_POSTS.fullmatch(leaf))


def two_things(path: Sequence[str], found: Guess, guess: _Guesser) -> Guess | None:
    """Return what a column holds whose lowest text joins things of two kinds, `Chỉ tiêu/thực hiện`: neither, or what
    they may be together, to be asked. None where it names one thing, or several kinds of people who did the same."""
    leaf = path[-1] if path else ""
    if found.kind not in _WHOLES | _DOINGS | {MISSING, HEADCOUNT, TOTAL} and not found.named:
        return None
    if found.doubt or has(key_of(leaf), *terms.SHARE):
        return None
    for first, mark, second in _pairs_of(_IN_BRACKETS.sub(" ", leaf)):
        doubt = _together(path, first, mark, second, guess)
        if doubt is not None:
            return Guess(UNKNOWN, found.of, sure=False, doubt=doubt) if doubt else Guess(JOINED, found.of)
    return None


def _pairs_of(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield each two neighbours of a text with what joins them."""
    marks = list(_JOINER.finditer(text))
    parts = _JOINER.split(text)
    for at, mark in enumerate(marks):
        if key_of(parts[at]) and key_of(parts[at + 1]):
            yield parts[at], mark[0], parts[at + 1]


def _together(path: Sequence[str], first: str, mark: str, second: str, guess: _Guesser) -> str | None:
    """Return what two parts of a header may mean together, empty where that is no figure; None where they are no two
    things."""
    one, other = (guess([*path[:-1], part]) for part in (first, second))
    kinds = frozenset([_kind(one), _kind(other)])
    keys = key_of(first), key_of(second)
    apart = bool(_APART.search(mark)) or bool(_NUMBER_FIRST.match(keys[0]) and _NUMBER_FIRST.match(keys[1]))
    if REFUSED in kinds:
        if HEADCOUNT in kinds and not apart and one.of == other.of:
            return None  # `Đoàn viên, thanh niên từ chối`: who declined, in two words
        return "" if len(kinds) > 1 and _is_not_declining(keys, first=one.kind != REFUSED) else None
    if INSTALLS in kinds and keys[0].endswith(_DOWNLOADED) and _SAME_DOING.fullmatch(keys[1]):
        return None  # downloaded and installed is installed
    if len(kinds) == 1:
        return "" if kinds <= _DOINGS and one.of != other.of and _each_done(keys, one.of, other.of) else None
    if "+" in mark and kinds <= _DOINGS - {REFUSED, ASKED}:
        return INSTALLS
    if kinds == {ASKED, INSTALLS} and not apart and has(keys[1], "da cai", "da tai"):
        return None  # of those who were asked
    if kinds == {POPULATION, HEADCOUNT} and _INSTEAD.search(mark):
        return None  # the people of places, the staff of the offices beside them
    if kinds in _TWO or (apart and kinds in _TWO_APART):
        return _TWO.get(kinds, _TWO_APART.get(kinds))
    return "" if _are_two_numbers(kinds, keys, one.kind, mark, apart=apart) else None


def _are_two_numbers(kinds: frozenset[str], keys: tuple[str, str], first: str, mark: str, *, apart: bool) -> bool:
    """Return whether two parts of a header are a number of people, phones, households or a target and another number:
    how many of them did something, or of another such kind."""
    if kinds <= _WHOLES | {TOTAL} and kinds & {POPULATION, HOUSEHOLDS, TARGET} and kinds != {TOTAL, POPULATION}:
        return True
    whole = kinds & (_WHOLES | {HEADCOUNT})
    done = bool(_DONE_FIRST.match(keys[1] if first in whole else keys[0])) and (apart or TARGET in kinds)
    done = done or (bool(_APART.search(mark)) and all(map(_NUMBER_FIRST.match, keys)))
    if whole and kinds & (_DOINGS | {TOTAL}) and done:
        return True
    if TOTAL in kinds and kinds & _DOINGS and any(map(_BARE_TOTAL.fullmatch, keys)):
        return True
    others = ("thuong", "pho thong", "phim", "cuc gach", "khong thong minh")
    return SMARTPHONES in kinds and has(" ".join(keys), *others)


def _each_done(keys: tuple[str, str], *of: str) -> bool:
    """Return whether each part says by itself what people did: `Cán bộ đã cài, người thân đã cài`, or the second what
    people beside those of the row did."""
    if all(of):
        return all(has(key, *terms.INSTALL) for key in keys)
    return bool(_DONE_FIRST.match(keys[1]))


def _is_not_declining(keys: tuple[str, str], *, first: bool) -> bool:
    """Return whether what is said beside those who declined is something else: they had no phone, had not been asked,
    or agreed; `first` where it stands before them."""
    rest = keys[0] if first else keys[1]
    if not set(rest.split()) <= _DECLINING or has(rest, "chua cai", "chua dong i", "chua dong y"):
        return True
    return first and bool(_AGREED.search(rest)) and not has(rest, "khong", "chua")


_AGREED = re.compile(r"\b(?:dong [iy]|cai|tai|chap nhan)\b")


def _kind(found: Guess) -> str:
    return HOUSEHOLDS if found.named else found.kind
