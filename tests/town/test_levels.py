"""Who reports, what the scripted officer decides, and levels by the system against the truth."""

from __future__ import annotations

import numpy as np
import pytest

from bluezone.town.levels import (
    REPORT_SHARE,
    Level,
    Report,
    Traced,
    Verdict,
    is_contact,
    known_levels,
    reports,
    table,
    true_levels,
)

F0, F1, F2, WARNED, NONE = Level.F0, Level.F1, Level.F2, Level.WARNED, Level.NONE


def test_who_reports_belongs_to_seed_and_person_alone():
    chosen = [reports(seed, person) for seed in range(40) for person in range(100)]
    assert chosen == [reports(seed, person) for seed in range(40) for person in range(100)]
    assert np.mean(chosen) == pytest.approx(REPORT_SHARE, abs=0.03)
    assert [reports(1, person) for person in range(60)] != [reports(2, person) for person in range(60)]


@pytest.mark.parametrize(
    ("verdict", "was_near", "expected"),
    [
        (Verdict.CORROBORATED, True, True),
        (Verdict.CORROBORATED, False, True),
        (Verdict.CONSISTENT, True, True),
        (Verdict.CONSISTENT, False, False),
        (Verdict.REFUSED, True, False),
        (Verdict.REFUSED, False, False),
    ],
)
def test_the_officer_s_decision_follows_from_the_report(verdict, was_near, expected):
    assert is_contact(verdict, was_near=was_near) is expected


def day(people: int, *pairs: tuple[int, int, float]) -> np.ndarray:
    """Minutes of a day: of these pairs so many, of others none."""
    minutes = np.zeros((people, people))
    for a, b, value in pairs:
        minutes[a, b] = minutes[b, a] = value
    return minutes


@pytest.mark.parametrize(
    ("days", "cases", "expected"),
    [
        # 0 is the case, 1 was near it, 2 near 1, 3 near 2
        ([day(4, (0, 1, 15), (1, 2, 15), (2, 3, 60))], {0}, (F0, F1, F2, NONE)),
        # a minute less than a quarter of an hour is none, and two days are not added up
        ([day(4, (0, 1, 14), (1, 2, 15)), day(4, (0, 1, 14))], {0}, (F0, NONE, NONE, NONE)),
        # whom an F1 met before it was near a case is no F2; later and on the same day it is
        ([day(4, (1, 2, 90)), day(4, (0, 1, 20), (1, 3, 20))], {0}, (F0, F1, NONE, F2)),
        ([day(4, (0, 1, 20)), day(4, (1, 2, 90))], {0}, (F0, F1, F2, NONE)),
        # near a case and near an F1: F1; a case stays one
        ([day(4, (0, 1, 20), (0, 2, 20), (1, 2, 20), (1, 3, 20))], {0, 3}, (F0, F1, F1, F0)),
    ],
)
def test_true_levels(days, cases, expected):
    near = [np.max([minutes[case] for case in cases], axis=0) for minutes in days]
    assert true_levels(days, near, cases) == expected


def traced(*f1: int, refused: int = -1, told: frozenset[int] = frozenset()) -> Traced:
    found = tuple(Report(person, Verdict.CORROBORATED, is_f1=True, at_s=0.0) for person in f1)
    return Traced(True, 1, (*found, Report(refused, Verdict.REFUSED, is_f1=False, at_s=0.0)), told=told)


def test_the_system_s_level_is_the_nearest_to_a_case_that_is_known():
    found = known_levels(6, {0}, {1, 2, 3}, traced(0, 1, refused=2, told=frozenset({3, 4})))
    assert found == (F0, F1, WARNED, WARNED, F2, NONE)


def test_the_table_counts_people_once():
    counts = table((F0, F1, F1, F2, NONE, NONE), (F0, F1, WARNED, NONE, NONE, F1))
    assert counts[F1, F1] == counts[F1, WARNED] == counts[F2, NONE] == counts[NONE, F1] == 1
    assert counts.total() == 6


def test_verdicts_and_contacts_are_counted():
    found = traced(4, 5, refused=6)
    assert found.contacts == {4, 5}
    assert [found.count(verdict) for verdict in Verdict] == [1, 0, 2]
