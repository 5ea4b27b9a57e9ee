"""Tell headers of households and things from those of people. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bluezone.rollout.reading import terms
from bluezone.rollout.reading.people import group_of
from bluezone.rollout.reading.vocabulary import EXACT, HOUSEHOLDS, TOTAL, UNKNOWN, Guess, has


def _is_of_households(key: str) -> bool:
    return bool(terms.OF_HOUSEHOLDS.fullmatch(key))


def _are_all_households(key: str) -> bool:
    found = terms.OF_HOUSEHOLDS.fullmatch(key)
    return found is not None and all(
        word in terms.ALL_HOUSEHOLDS or word.isdigit()
        for word in f"{found['rest'] or ''} {found['more'] or ''}".split()
    )


def of_households(leaf: str, keys: Sequence[str]) -> Guess | None:
    """Return what a column of households or things holds: how many households there are, or what is no figure:
    households that were visited or have somebody who installed. None for a column of people."""
    if _is_of_households(leaf):
        under_the_app = any(has(key, "bluezone", "ncovi", "cai dat", "da cai") for key in keys[:-1])
        all_of_them = _are_all_households(leaf) and not under_the_app
        return Guess(HOUSEHOLDS) if all_of_them else Guess(UNKNOWN, named=True)
    if terms.THINGS_DONE.fullmatch(leaf) and not has(leaf, "nguoi", "nhan vien"):
        return Guess(UNKNOWN, named=True)
    things = terms.OF_THINGS.fullmatch(leaf)
    if (
        things
        and not leaf.startswith(terms.PEOPLE_AFTER_ALL)
        and has(things["rest"].strip(), *terms.DOING)
        and not has(leaf, "nguoi", "nhan vien")
    ):
        return Guess(UNKNOWN, named=True)
    if terms.FAMILIES_WITH_SOMEBODY.match(leaf):
        return Guess(UNKNOWN, named=True)
    if terms.WITH_SOMEBODY.match(leaf) and any(map(_are_all_households, keys[:-1])):
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
