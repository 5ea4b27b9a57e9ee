"""Say what a column holds, from the texts above it, without looking at its values. Pure.

The leaf, the lowest text above a column, speaks first; the texts above it say of whom and of what.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import replace

from bluezone.rollout.reading import terms
from bluezone.rollout.reading.aims import aim_of
from bluezone.rollout.reading.bare_numbers import by_parents
from bluezone.rollout.reading.doings import declined_above, done_above
from bluezone.rollout.reading.header_texts import as_meant, keys_in, without_unit
from bluezone.rollout.reading.household_headers import FAMILIES_COUNTED, of_households
from bluezone.rollout.reading.joined import is_of_places_and_offices, said_twice, two_things
from bluezone.rollout.reading.languages import in_one_language
from bluezone.rollout.reading.no_results import is_no_result
from bluezone.rollout.reading.people import (
    group_of,
    guides_others,
    helps_others,
    mixed_in,
    who_comes,
    whom,
    without_people,
)
from bluezone.rollout.reading.ranks import rank_in
from bluezone.rollout.reading.shares import is_share, is_share_alone, share_of
from bluezone.rollout.reading.vocabulary import (
    ACTIVE,
    ASKED,
    ASKED_NCOVI,
    CODE,
    CONTACT,
    COUNTS,
    DATE,
    EXACT,
    FAMILIES,
    HAD,
    HAMLET,
    HEAD,
    HEADCOUNT,
    HELPED,
    INCREASE,
    INDICATOR,
    INSTALLS,
    MEASURE,
    MISSING,
    NCOVI,
    NOTE,
    ORDER,
    PERCENT_OTHER,
    PLACE,
    PLATFORM,
    POPULATION,
    RANK,
    REFUSED,
    SECTOR,
    SMARTPHONES,
    SOME,
    SOURCE,
    TARGET,
    TOTAL,
    UNIT,
    UNIT_KINDS,
    UNITLESS,
    UNKNOWN,
    WITH_PHONE,
    Guess,
    has,
)
from bluezone.rollout.reading.without_phone import is_without


def guess(path: Sequence[str]) -> Guess:
    """Return what the column below these texts holds; the last text stands nearest to the values."""
    path = in_one_language(path, guess)
    path = as_meant(path)
    keys = keys_in(path)
    if path and "‰" in path[-1]:
        return Guess(PERCENT_OTHER)  # a share of a thousand
    if keys and is_of_places_and_offices(keys[-1]):
        return Guess(POPULATION)
    found = _guess(keys)
    if found.kind in {SMARTPHONES, INSTALLS, WITH_PHONE, TOTAL} and is_without(keys):
        found = Guess(MISSING, found.of)
    if found.kind == UNKNOWN and not (found.named or found.doubt or found.of) and (either := said_twice(path, guess)):
        return two_things(path, either, guess) or either
    if found == Guess(UNKNOWN, sure=False) and path and (bare := without_unit(path[-1])) != path[-1]:
        return guess([*path[:-1], bare])
    if {found.kind, found.doubt} & _PEOPLE_DOING and terms.PER_DAY.search(keys[-1]):
        return Guess(UNKNOWN)
    if (
        found.kind in _WHOLES | _PEOPLE_DOING
        and path
        and terms.OF_MEN.search(path[-1].lower())
        and not path[-1].isascii()
    ):
        return (
            Guess(SOME, found.of) if found.kind in _WHOLES else Guess(UNKNOWN, found.of, sure=False, doubt=found.kind)
        )
    if (two := two_things(path, found, guess)) is not None:
        return two
    if found.of in terms.GROUPS and found.kind in _WHOLES | _PEOPLE_DOING and (mixed := mixed_in(path)):
        return replace(found, of=mixed)
    return found


_PLAIN = {ORDER, *UNIT_KINDS, CODE, NOTE, SOURCE, RANK, HEAD, UNITLESS, INDICATOR, SECTOR, FAMILIES, MEASURE, PLACE}


@functools.lru_cache(maxsize=20_000)
def _guess(keys: tuple[str, ...]) -> Guess:  # noqa: C901
    if not keys:
        return Guess(UNKNOWN, sure=False)
    leaf, whole = keys[-1], " ".join(keys)
    exact = EXACT.get(leaf) or EXACT.get(_without_app(leaf))
    if exact is None and (named := EXACT.get(leaf.removeprefix("ten "))) in UNIT_KINDS:
        exact = named
    if exact is None and terms.CLASS_OF_TEACHER.fullmatch(leaf):
        exact = UNIT
    if exact == PLATFORM:
        above = _guess(keys[:-1]) if len(keys) > 1 else Guess(TOTAL, sure=False)
        return above if above.kind in COUNTS else Guess(TOTAL, sure=False)
    if (ranked := rank_in(keys)) is not None:
        return ranked
    if terms.BOTH_APPS.search(leaf):
        return Guess(UNKNOWN)
    if terms.SINCE_BEFORE.fullmatch(leaf):
        return Guess(INCREASE)
    below_a_share = any(map(is_share_alone, keys[:-1]))
    if (over := done_above(keys, _guess)) is not None:
        return over
    if is_no_result(f"ti le {leaf}" if below_a_share else leaf, whole, exact):
        return Guess(UNKNOWN, named=leaf.startswith(("so ho ", "ho da ", "ho co ")) and not below_a_share)
    if terms.NEGATED.search(leaf) and not has(leaf, *terms.SHARE, *terms.REFUSED):
        return Guess(MISSING if has(leaf, "khong cai", "chua cai") else UNKNOWN)
    if terms.YET_TO_DO.search(leaf) and not terms.PASSIVE_DONE.search(leaf):
        return Guess(MISSING)
    if aim := aim_of(leaf, exact):
        return aim
    if exact in _PLAIN or (exact in {DATE, CONTACT} and len(keys) == 1):
        return Guess(exact or UNKNOWN)
    if _is_contact(leaf, whole):
        return Guess(CONTACT)
    if not has(leaf, *terms.SHARE) and not below_a_share and (households := of_households(leaf, keys)):
        return households
    of = group_of(keys)
    if is_share(keys, exact):
        return share_of(leaf, whole, of)
    if _is_part(keys):
        return Guess(UNKNOWN)
    found = declined_above(
        _of_some(_plainly(leaf, exact, of, keys) or _count(leaf, whole, of, exact, keys), keys), keys
    )
    if found.kind == INCREASE and not has(leaf, *terms.INSTALL) and any(aim_of(key, None) for key in keys[:-1]):
        return Guess(UNKNOWN)  # what was added to a target
    if found.kind in {INSTALLS, ASKED, HELPED, HAD, REFUSED, INCREASE}:
        return Guess(found.kind, whom(keys, found.of), found.sure)
    return found


_WHOLES = {POPULATION, HEADCOUNT, SMARTPHONES, TOTAL}


_PEOPLE_DOING = {INSTALLS, WITH_PHONE, ACTIVE, INCREASE, NCOVI, ASKED, ASKED_NCOVI, HAD, HELPED, REFUSED}


def _of_some(found: Guess, keys: Sequence[str]) -> Guess:
    """Return what a column holds where words say that it counts some of the people only, `Số người trong độ tuổi`: a
    whole is none then, and what people did is to be asked."""
    if found.kind == POPULATION:
        keys = [terms.REGISTERED.sub(" ", terms.MEAN_OF_YEAR.sub(" ", key)) for key in keys]
    some = any(
        terms.SOME_PEOPLE.search(terms.GRADES_UP.sub(" ", key.replace("hoi vien phu nu", "hoi vien"))) for key in keys
    )
    some = some and EXACT.get(keys[-1]) != HEADCOUNT
    if found.kind in _WHOLES and (some or (found.kind != SMARTPHONES and terms.OWNING.search(keys[-1]))):
        return Guess(SOME, found.of)
    if found.kind == POPULATION and terms.SOME_CAME.search(keys[-1]):
        return Guess(UNKNOWN, found.of, sure=False, doubt=POPULATION)
    if found.kind in _PEOPLE_DOING and some:
        return Guess(UNKNOWN, found.of, sure=False, doubt=found.kind)
    return found


def _others_at_work(leaf: str) -> bool:
    """Return whether somebody or something else than the app is said to be at work: `Dân quân đang hoạt động`."""
    found = terms.AT_WORK.match(leaf)
    return (
        found is not None
        and not has(leaf, *terms.INSTALL)
        and any(word not in terms.BARE and word not in {"thue", "khoan"} for word in found["who"].split())
    )


def _is_contact(leaf: str, whole: str) -> bool:
    """Return whether a column names a person or how to reach one: `Số ĐT cán bộ phụ trách`, `Đầu mối`."""
    counted = has(
        leaf, *terms.INSTALL, *terms.ASKED, *terms.MISSING, *terms.ACTIVE, *terms.HOUSEHOLDS, *terms.SHARE,
        "thong minh", "da", "co", "tong so", "so nguoi", "so luot", "so luong", "khai bao", "xac thuc", "dang ki",
    )  # fmt: skip
    if counted or who_comes(leaf):
        return False
    phone = leaf in terms.PHONES or any(leaf.startswith(f"{word} ") for word in terms.PHONES)
    return has(leaf, *terms.PERSONS) or (phone and leaf not in EXACT and not has(whole, *terms.INSTALL))


def _is_part(keys: Sequence[str]) -> bool:
    """Return whether a column gives a part of another, of whom is all it says: `Trong đó: cán bộ`, `Người dân`."""
    leaf = keys[-1]
    if any(key.startswith("trong do") for key in keys) and has(leaf, "tu cai", "tu cai dat"):
        return True
    says_what = has(
        leaf,
        *terms.INSTALL,
        *terms.SMART,
        *terms.MISSING,
        *terms.ACTIVE,
        *terms.INCREASE,
        *terms.DECLARED,
        *terms.REFUSED,
        *terms.ASKED,
        "lui ke",
        "luy ke",
        "tong so",
        "so luong",
    )
    if says_what or _is_had(leaf) or has(leaf, "dan so", "nhan khau", "tong dan"):
        return False
    if any(key.startswith("trong do") for key in keys):
        return True
    bare = leaf.removeprefix("so ")
    return bare in {"nguoi dan", "dan cu", "nhan dan", "nam", "nu", "khac", "nguoi dan khac"}


def _plainly(leaf: str, exact: str | None, of: str, keys: Sequence[str]) -> Guess | None:
    """Return what a header says by itself, None where the texts above it are needed."""
    if not exact and _looks_like_unit(leaf):
        return Guess(UNIT, sure=False)
    if not exact and terms.HAMLETS_NAMED.fullmatch(leaf):
        return Guess(HAMLET, sure=False)
    if not exact and has(leaf, "ghi chu", "nguyen nhan", "ly do", "li do", "kho khan"):
        return Guess(NOTE)
    if not exact and has(leaf, *terms.RANKS):
        return Guess(RANK)
    if exact in {POPULATION, SMARTPHONES, HEADCOUNT, WITH_PHONE, ACTIVE} and len(keys) == 1:
        return Guess(exact or UNKNOWN, of if exact == HEADCOUNT else "")
    return None


def _without_app(key: str) -> str:
    return " ".join(_APP.sub(" ", key).split()) if key != "bluezone" else key


_APP = re.compile(r"\b(?:ung dung|app|bluezone)\b")


def _looks_like_unit(leaf: str) -> bool:
    if leaf.startswith(("ten ", "don vi ")) or leaf in {"don vi"}:
        return not has(leaf, *terms.INSTALL, *terms.SHARE, "ung dung", "tinh")
    kinds = {"xa", "phuong", "tran", "huyen", "quan", "tinh", "thanh", "pho", "thi", "tx", "tp", "tt", "slash",
             "va", "cac", "don", "vi", "dia", "ban", "cap", "ten", "co", "thuoc", "truc", "trung", "uong"}  # fmt: skip
    words = set(leaf.split())
    return bool(words & {"xa", "phuong", "huyen", "quan", "tinh"}) and words <= kinds


_SAYS_INSTALLED = ("cai", "cai dat", "da cai", "bluezone", "tai ve", "luot tai", "tai app", "ung dung")


def _count(leaf: str, whole: str, of: str, exact: str | None, keys: Sequence[str]) -> Guess:  # noqa: C901
    installs = has(whole, *terms.INSTALL)
    about = leaf if exact is None else whole
    app_ncovi, app_bluezone = has(whole, "ncovi"), has(whole, "bluezone", "bluezon", "blue zone", "bluezoner")
    of_ncovi = (has(leaf, "ncovi") and not has(leaf, "bluezone")) or (app_ncovi and not app_bluezone)
    if has(leaf, *terms.REFUSED):
        return Guess(UNKNOWN if of_ncovi else REFUSED, of)
    if _is_had(leaf):
        return Guess(UNKNOWN if of_ncovi else HAD, of)
    if has(leaf, *terms.MISSING):
        return Guess(MISSING, of)
    urged = bool(terms.PASSIVE.search(leaf)) or has(leaf, "giao nhiem vu")
    if (
        not urged and has(leaf, "chi tieu", "muc tieu", "ke hoach", "duoc giao", "phan dau", "target", "chi tieu giao")
    ) or (exact == TOTAL and has(whole, "chi tieu", "muc tieu", "ke hoach") and not installs):
        return Guess(TARGET)
    if re.search(r"\b(?:cai|cai dat|tai) (?:sau khi|sau)\b", leaf):
        return Guess(UNKNOWN if of_ncovi else INCREASE, of)
    if helps_others(leaf):
        return Guess(UNKNOWN, sure=False)
    whom = of or has(leaf, *terms.RESIDENTS)
    if terms.WON.search(leaf):
        return Guess(UNKNOWN if of_ncovi else INSTALLS, of)
    if terms.PERSUADED.search(leaf):
        return Guess(UNKNOWN, "" if of_ncovi else of, sure=False, doubt="" if of_ncovi else INSTALLS)
    if of in {"staff", "members"} and terms.OF_OTHERS.search(leaf) and not has(leaf, "duoc", "luot"):
        return Guess(UNKNOWN)
    if terms.HELPED.search(leaf) and (whom or not has(terms.CAI_GIUP.sub(" ", leaf), "da cai", "va cai")):
        return Guess(UNKNOWN if of_ncovi else HELPED, of)
    if guides_others(leaf, of=of, urged=urged):
        return Guess(UNKNOWN) if of else Guess(UNKNOWN, sure=False, doubt=ASKED)
    if has(about, *terms.ASKED) or urged:
        if has(leaf, "thanh cong", "va cai", "va da cai"):
            return Guess(NCOVI if of_ncovi else INSTALLS, of, sure=False)
        if re.search(r"\b(?:da|va) (?:cai|tai)\b", leaf):
            return Guess(UNKNOWN, of, sure=False, doubt=NCOVI if of_ncovi else INSTALLS)
        return Guess(ASKED_NCOVI if of_ncovi else ASKED, of)
    if (
        of_ncovi
        and has(leaf, "moi", "tang", "them", "phat sinh", "tai cho", *terms.TIMES)
        and not has(leaf, *terms.CUMULATIVE)
    ):
        return Guess(UNKNOWN)  # what NCOVI gained is no figure
    if of_ncovi and terms.AND_NCOVI.search(leaf):
        return Guess(UNKNOWN, sure=False)
    if of_ncovi:
        return Guess(NCOVI, of)
    if app_ncovi and app_bluezone and has(leaf, "ncovi"):
        return Guess(UNKNOWN, sure=False)
    if has(leaf, *terms.DECLARED) and not has(leaf, "chua", "khong"):
        return Guess(WITH_PHONE, of)
    if installs and has(terms.MOBILES.sub(" ", whole), *terms.HAS_NUMBER) and not has(leaf, "khong co"):
        return Guess(WITH_PHONE, of)
    smart = has(about, *terms.SMART)
    subscribers = has(about, *terms.SUBSCRIBED) and not has(whole, *terms.SMARTER)
    installed = has(leaf, *_SAYS_INSTALLED) or leaf.endswith(" da tai")
    if subscribers and not installed:
        summed = _guess(keys[:-1]) if exact == TOTAL else Guess(UNKNOWN)
        return summed if summed.kind == INSTALLS else Guess(UNKNOWN, of, named=True)
    if smart and not installed:
        return Guess(SMARTPHONES, of)
    if any(key == "tang" or has(key, *terms.DIFFERENCE) for key in keys[:-1]) and not has(leaf, "luy ke", "lui ke"):
        return Guess(INCREASE, of)
    if not installs and group_of([leaf]) and has(leaf, *terms.TIMES) and not has(leaf, "tang", "them", "moi"):
        return Guess(HEADCOUNT, of)
    if terms.OF_DAYS.search(f"{leaf} ") and not has(leaf, *_SUMMED, *terms.ACTIVE):
        return Guess(INCREASE, of)
    if terms.TOTAL_TODAY.search(leaf) and not of_ncovi:
        return Guess(INSTALLS, of, sure=False)
    if has(leaf, *terms.INCREASE) and not has(leaf, "luy ke", "lui ke", "den nay", "den nai", "tong so da"):
        sure = not has(leaf, *terms.CUMULATIVE) and not (has(leaf, "moi") and has(leaf, "tong"))
        return Guess(INCREASE, of, sure=sure)
    if _others_at_work(leaf):
        return Guess(UNKNOWN, of, sure=False, doubt=ACTIVE if of else "")
    if has(leaf, *terms.ACTIVE) and (installs or not smart) and not (smart and not installed):
        return Guess(ACTIVE, of)
    if has(terms.PLACES_OF_PEOPLE.sub(" ", leaf), *terms.POPULATION) and not installed:
        return Guess(POPULATION)
    if installed or has(leaf, *terms.INSTALL):
        other = terms.OTHER_DOINGS.search(terms.WHO_IS_QUARANTINED.sub(" ", leaf))
        agreed = other and of and other[0].startswith("dong")  # guests who agreed when they were asked
        if of == "families" and FAMILIES_COUNTED.match(leaf):
            return Guess(UNKNOWN, of, sure=False, doubt=INSTALLS)  # so many families, or people of them
        return Guess(UNKNOWN) if other and not agreed else Guess(INSTALLS, of)
    if has(" , ".join(keys[:-1]), *_STILL_TO_DO):
        return Guess(MISSING, of)
    return by_parents(leaf, of, exact, keys, _guess)


#: over `Tổng`, `Số người`: what is missing, not what was done
_STILL_TO_DO = tuple(set(terms.MISSING) - {"chua", "khong co", "con lai"})
#: with which a count is of all, though it names a period too
_SUMMED = ("luy ke", "lui ke", "cong don", "den nay", "den nai", "tong so da", "tu dau")


def _is_had(leaf: str) -> bool:
    """Return whether a column counts those who had the app already: `Đã có`, `Số khách đã cài sẵn`."""
    if re.search(r"\b(?:cai|cai dat|co|tai) truoc khi\b", leaf):
        return True
    bare = without_people(_without_app(leaf))
    return bool(terms.HAD.fullmatch(bare)) and (
        bare in {"da co", "san co", "tu truoc"} or bare.endswith(" truoc") or has(bare, *terms.BEFORE_ASKED)
    )
