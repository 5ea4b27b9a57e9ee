"""Suppress small counts, from which it could be told who has installed the app and who has not.

In a hamlet of 40 people, "2 installs" names two neighbours, and "38 of 40" names the two who have not. A suppressed
count must not follow

- from the total and the other parts: with one part suppressed, another is suppressed too;
- from one day and the next: which other part is no matter of the day's counts (that of the fewest people, else the
  first by code), or the pair would change, and two days together would give both counts away;
- from small steps: among few people "12, then 13" names who was seen installing. There, counts are cut to fives.

The rule stands here alone: `suppressed_ranges` gives it as numbers for a query's conditions, `suppressed_sql` and
`at_least_sql` as SQL; tests hold all of them against `is_suppressed` and `disclose`.
"""

from __future__ import annotations

import datetime as dt
import enum
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

#: A count under it is suppressed, and so is one that leaves fewer people than it out.
LEAST_DISCLOSED = 5
#: Counts among few people are cut to a multiple of it.
STEP = 5
#: Among so many people no count tells who is meant.
MANY_PEOPLE = 1000


class Extent(enum.StrEnum):
    """Say how exactly a count is disclosed."""

    EXACT = "exact"
    #: fewer than `LEAST_DISCLOSED`
    FEW = "few"
    #: all but fewer than `LEAST_DISCLOSED`
    NEARLY_ALL = "nearly all"
    #: so many or more: a sum over units some of which are not disclosed exactly
    AT_LEAST = "at least"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Hold a count as it is disclosed: itself, or the least that "fewer than 5" and "all but fewer than 5" say.

    What is shown of a unit and of sums over several (paces, what is missing, a sector's total) comes from `at_least`.
    So nothing that is shown can be subtracted from something else that is shown to find a suppressed count.
    """

    at_least: int
    extent: Extent


def suppressed_ranges(people: int | None) -> tuple[range, ...]:
    """Return the counts that are suppressed among so many people (None: the number is not known)."""
    if people is None:
        return (range(LEAST_DISCLOSED),)
    if people >= MANY_PEOPLE:
        return ()
    return range(LEAST_DISCLOSED), range(max(0, people - LEAST_DISCLOSED + 1), people + 1)


def is_suppressed(count: int, people: int | None) -> bool:
    """Decide whether a count of so many people could tell who did, or who did not, install."""
    return any(count in counts for counts in suppressed_ranges(people))


def disclosed(count: int, people: int | None) -> int | None:
    """Return the count, cut to fives where it is one of few people, or None where it is suppressed."""
    if is_suppressed(count, people):
        return None
    return count - count % STEP if people is not None and people < MANY_PEOPLE else count


def disclosed_parts(counts: Mapping[str, tuple[int, int | None]]) -> dict[str, int | None]:
    """Return the counts of all parts of a disclosed total (`key -> (count, people)`), None where suppressed.

    If a single part is suppressed, another part is suppressed with it, the same one on every day.
    """
    result = {key: disclosed(count, people) for key, (count, people) in counts.items()}
    suppressed = [key for key, value in result.items() if value is None]
    if len(suppressed) == 1 and len(result) > 1:
        others = (key for key in result if key not in suppressed)
        result[min(others, key=lambda key: (counts[key][1] or math.inf, key))] = None
    return result


def disclosed_by_day(
    totals: Mapping[str, Iterable[tuple[dt.date, int]]], people: Mapping[str, int | None]
) -> dict[str, dict[dt.date, int]]:
    """Return the totals of all parts of one unit (`key -> [(day, total)]`) that may be shown, each on each of its days.

    A day on which a part is suppressed beside its sisters, each with its newest total by then as the table of that day
    shows them, is left out.
    """
    changes: dict[dt.date, dict[str, int]] = defaultdict(dict)
    for key, own in totals.items():
        for day, total in own:
            changes[day][key] = total
    newest: dict[str, int] = {}
    shown: dict[str, dict[dt.date, int]] = defaultdict(dict)
    for day in sorted(changes):
        newest |= changes[day]
        parts = disclosed_parts({key: (total, people.get(key)) for key, total in newest.items()})
        for key in changes[day]:
            if (may := parts[key]) is not None:
                shown[key][day] = may
    return shown


def disclose(count: int, people: int | None) -> Disclosure:
    """Return the most that may be said of a count among so many people: exact, few, nearly all, or nothing."""
    if not is_suppressed(count, people):
        return Disclosure(count, Extent.EXACT)
    if people is not None and people < 2 * LEAST_DISCLOSED:  # "few" and "nearly all" would each tell
        return Disclosure(0, Extent.SUPPRESSED)
    if people is None or count < LEAST_DISCLOSED:
        return Disclosure(0, Extent.FEW)
    return Disclosure(people - LEAST_DISCLOSED + 1, Extent.NEARLY_ALL)


def disclose_sum(count: int, people: int | None, *, at_least: bool) -> Disclosure:
    """Return the most that may be said of a sum; with `at_least` it is made of what may be disclosed of its parts, and
    is a lower bound."""
    if not at_least:
        return disclose(count, people)
    return Disclosure(count, Extent.AT_LEAST) if count else Disclosure(0, Extent.SUPPRESSED)


def suppressed_sql(count: str, people: str) -> str:
    """Return an SQL expression, 1 where `is_suppressed` and else 0; count, people: SQL expressions, people may be NULL.

    The text is made of the arguments as they are: pass names of columns, never a value from outside.
    """
    return (
        f"CASE WHEN {people} >= {MANY_PEOPLE} THEN 0 WHEN {count} < {LEAST_DISCLOSED} THEN 1 "
        f"WHEN {people} - {count} BETWEEN 0 AND {LEAST_DISCLOSED - 1} THEN 1 ELSE 0 END"
    )


def at_least_sql(count: str, people: str) -> str:
    """Return an SQL expression for `disclose(count, people).at_least`; arguments as of `suppressed_sql`."""
    return (
        f"CASE WHEN {suppressed_sql(count, people)} = 0 THEN {count} "
        f"WHEN {count} < {LEAST_DISCLOSED} OR {people} < {2 * LEAST_DISCLOSED} THEN 0 "
        f"ELSE {people} - {LEAST_DISCLOSED - 1} END"
    )
