"""Tell what a bare number counts, `Số lượng` or `Lũy kế`, from the texts above it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bluezone.rollout.reading import terms
from bluezone.rollout.reading.people import group_of, without_people
from bluezone.rollout.reading.vocabulary import (
    ACTIVE,
    HEADCOUNT,
    INCREASE,
    INSTALLS,
    POPULATION,
    SMARTPHONES,
    TOTAL,
    UNKNOWN,
    WITH_PHONE,
    Guess,
    has,
)


def _are_all(leaf: str) -> bool:
    """Return whether a header under or with a word for people counts all of them: `Tổng số`, `Số lượng giáo viên`."""
    bare = terms.BEING.sub(" ", leaf)
    if group_of([leaf]):
        return not has(without_people(bare), *terms.ACTING)
    return all(word in terms.FILLING or word.isdigit() for word in bare.split())


def by_parents(
    leaf: str, of: str, exact: str | None, keys: Sequence[str], guess: Callable[[tuple[str, ...]], Guess]
) -> Guess:
    """Return what a leaf such as `Số lượng` or `Lũy kế` counts, from the texts above it."""
    above = " ".join(keys[:-1])
    if exact == INSTALLS or has(above, *terms.INSTALL):
        if has(above, *terms.INCREASE) and not has(above, *terms.CUMULATIVE) and not has(leaf, *terms.CUMULATIVE):
            return Guess(INCREASE, of)
        return Guess(INSTALLS, of)
    if has(above, *terms.SMART):
        of_all = has(above, *terms.SUBSCRIBED) and not has(above, *terms.SMARTER)
        return Guess(UNKNOWN, of, named=True) if of_all else Guess(SMARTPHONES, of)
    if has(above, *terms.POPULATION):
        all_ = guess(tuple(keys[:-1])).kind in {POPULATION, TOTAL}
        return Guess(POPULATION) if all_ else Guess(UNKNOWN, of, sure=False, doubt=POPULATION)
    if exact in {POPULATION, SMARTPHONES, HEADCOUNT, WITH_PHONE, ACTIVE}:
        return Guess(exact, of)
    if group_of([leaf]) and _are_all(leaf):
        return Guess(HEADCOUNT, of)
    if has(leaf, *terms.CUMULATIVE):
        return Guess(INSTALLS, of, sure=False)
    if of:
        return Guess(HEADCOUNT, of) if _are_all(leaf) else Guess(UNKNOWN, of, sure=False)
    if exact == TOTAL:
        return Guess(TOTAL, of, sure=False)
    return _number(leaf, of)


def _number(leaf: str, of: str) -> Guess:
    """Return what a leaf counts of which nothing is known but that it is a number: no more where it says what people
    did or got, `Số người nhận thư ngỏ`."""
    if not has(leaf, "tong so", "so luong", "so nguoi", "tong", "so may", "ket qua", "kq"):
        return Guess(UNKNOWN, of, sure=False)
    leaf = terms.SINCE_A_DAY.sub(" ", leaf)
    some = terms.SOME_PEOPLE.search(leaf) or terms.OWNING.search(leaf)
    if some or all(word in terms.BARE or word.isdigit() for word in leaf.split()):
        return Guess(TOTAL, of, sure=False)
    return Guess(UNKNOWN)
