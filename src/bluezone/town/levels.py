"""Set what tracing knows of everybody against the truth of the air: F0, F1, F2.

True F1: within two metres of a case for a quarter of an hour or more on one day, before that case was confirmed.
True F2: the same beside a true F1, on the day on which that one was first exposed or later. The system's levels are
what officers decided and phones told; nobody but the town can compare.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from bluezone.town.truth import CLOSE_CONTACT_MIN

Minutes = NDArray[np.float64]

#: of those warned, how many are taken to report it: a choice of the script, no finding
REPORT_SHARE = 0.75
_CHOICE = 14  # what chance is for: never the same numbers twice


class Level(StrEnum):
    """Name a level. WARNED: by the own phone, and no office knows of it. NONE: of nobody."""

    F0 = "F0"
    F1 = "F1"
    WARNED = "warned"
    F2 = "F2"
    NONE = "none"


#: the levels that somebody can truly have
TRUE_LEVELS = (Level.F0, Level.F1, Level.F2, Level.NONE)


class Verdict(StrEnum):
    """Name what the authority says a report is worth."""

    REFUSED = "refused"
    CONSISTENT = "consistent"
    CORROBORATED = "corroborated"


@dataclass(frozen=True, slots=True)
class Report:
    """Hold one exposure report: who sent it, its verdict, whether the officer decided F1, and when (Unix seconds)."""

    person: int
    verdict: Verdict
    is_f1: bool
    at_s: float


@dataclass(frozen=True, slots=True)
class Traced:
    """Hold what tracing did. `lists`: heard lists that cases gave; `isolated_s`: by person, from when on (seconds of
    the town) an F1 stayed at home; `apart_min`: minutes within two metres of anybody that F1 had since; `told`: whose
    phones say that they were near an F1; `second_order`: whether F1 could warn others."""

    second_order: bool
    lists: int = 0
    reports: tuple[Report, ...] = ()
    isolated_s: Mapping[int, float] = field(default_factory=dict)
    apart_min: float = 0.0
    told: frozenset[int] = frozenset()

    @property
    def contacts(self) -> frozenset[int]:
        """Return who is F1 by the officer's decision."""
        return frozenset(report.person for report in self.reports if report.is_f1)

    @property
    def isolated(self) -> int:
        """Return how many F1 stayed at home within the rehearsed days."""
        return len(self.isolated_s)

    def count(self, verdict: Verdict) -> int:
        """Return how many reports have a verdict."""
        return sum(report.verdict is verdict for report in self.reports)


def reports(seed: int, person: int) -> bool:
    """Draw whether somebody who is warned reports it: the same for a seed and person, whoever else is warned."""
    return bool(np.random.default_rng([seed, _CHOICE, person]).random() < REPORT_SHARE)


def is_contact(verdict: Verdict, *, was_near: bool) -> bool:
    """Decide as the scripted officer does: F1 is whose report is corroborated, and whose is consistent and says that
    they were within two metres for a quarter of an hour."""
    return verdict is Verdict.CORROBORATED or (verdict is Verdict.CONSISTENT and was_near)


def true_levels(by_day: Sequence[Minutes], near_case: Sequence[Minutes], cases: Collection[int]) -> tuple[Level, ...]:
    """Return everybody's true level. `by_day`: for each day the minutes (n, n) within two metres; `near_case`: for each
    day the minutes (n,) beside one of the cases before it was confirmed."""
    people = len(near_case[0])
    exposed: dict[int, int] = {}
    for day, minutes in enumerate(near_case):
        for person in np.flatnonzero(minutes >= CLOSE_CONTACT_MIN).tolist():
            if person not in cases:
                exposed.setdefault(person, day)
    second = {
        person
        for contact, first in exposed.items()
        for minutes in by_day[first:]
        for person in np.flatnonzero(minutes[contact] >= CLOSE_CONTACT_MIN).tolist()
    }
    return tuple(
        Level.F0 if person in cases else Level.F1 if person in exposed else Level.F2 if person in second else Level.NONE
        for person in range(people)
    )


def known_levels(people: int, cases: Collection[int], warned: Collection[int], traced: Traced) -> tuple[Level, ...]:
    """Return everybody's level by the system: the nearest to a case that office or phone says."""
    of = (
        (Level.F0, frozenset(cases)),
        (Level.F1, traced.contacts),
        (Level.WARNED, frozenset(warned)),
        (Level.F2, traced.told),
    )
    return tuple(next((level for level, who in of if person in who), Level.NONE) for person in range(people))


def table(true: Sequence[Level], known: Sequence[Level]) -> Counter[tuple[Level, Level]]:
    """Count people by (true level, level by the system)."""
    return Counter(zip(true, known, strict=True))
