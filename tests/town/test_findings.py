"""Truth in minutes, recordings, scores, and levels by the system against the truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluezone.phone.air.advertiser import identity_at
from bluezone.phone.stores.contact_store import ContactStore, Sighting
from bluezone.phone.stores.phone_stores import CONTACTS, open_database
from bluezone.protocol.keys import DailyKey
from bluezone.protocol.schemes import scheme_named
from bluezone.town.errors import TownError
from bluezone.town.findings import (
    REPORT_SHARE,
    Level,
    Recordings,
    Report,
    Traced,
    Verdict,
    choose_case,
    is_contact,
    known_levels,
    minutes_within,
    recorded_minutes,
    recordings,
    reports,
    score,
    seconds_within,
    table,
    true_levels,
)
from bluezone.town.paths import OUTDOORS, Path
from bluezone.town.world import make_world


def path(*waypoints):
    times, xs, ys = zip(*waypoints, strict=True)
    return Path(np.array(times, float), np.column_stack((xs, ys)).astype(float), np.full(len(times), OUTDOORS))


STILL = path((0, 0, 0), (1000, 0, 0))


@pytest.mark.parametrize(
    ("other", "seconds"),
    [
        (path((0, 2, 0), (1000, 2, 0)), 1000),  # exactly two metres away all the time
        (path((0, 2.001, 0), (1000, 2.001, 0)), 0),
        (path((0, -10, 0), (20, 10, 0)), 4),  # walks through at 1 m/s: four metres of chord, then stands away
        (path((0, -10, 1), (20, 10, 1)), 2 * np.sqrt(3)),  # chord one metre off the middle
        (path((0, -10, 2), (20, 10, 2)), 0),  # touches in one point
        (path((0, -10, 3), (20, 10, 3)), 0),
        (path((0, 0, 0), (10, 10, 0)), 2 + 0),  # leaves at 1 m/s from the very place
        (path((0, 5, 0), (5, 0, 0), (10, 5, 0)), 4),  # comes to two metres and goes away again
    ],
)
def test_seconds_within_two_metres(other, seconds):
    assert seconds_within(STILL, other, 2.0, 0, 1000) == pytest.approx(seconds, abs=1e-6)
    assert seconds_within(other, STILL, 2.0, 0, 1000) == pytest.approx(seconds, abs=1e-6)


def test_two_who_walk_side_by_side_are_close_all_the_way():
    assert seconds_within(path((0, 0, 0), (100, 90, 0)), path((0, 0, 1), (100, 90, 1)), 2.0, 0, 100) == 100


def test_only_the_time_asked_for_counts():
    near = path((0, 1, 0), (1000, 1, 0))
    assert seconds_within(STILL, near, 2.0, 250, 400) == pytest.approx(150)


@settings(max_examples=10, deadline=None)
@given(people=st.integers(2, 10), seed=st.integers(0, 10_000))
def test_minutes_are_symmetric_bounded_and_grow_with_the_radius(people, seed):
    world = make_world(people, seed)
    close, wider = (minutes_within(world.paths, 0, 86_400, radius_m) for radius_m in (2.0, 4.0))
    assert (close == close.T).all()
    assert (np.diag(close) == 0).all()
    assert ((close >= 0) & (close <= 1440 + 1e-6)).all()
    assert (close <= wider + 1e-9).all()


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_exact_minutes_agree_with_sampling_each_second(seed):
    world = make_world(6, seed)
    close = minutes_within(world.paths, 0, 86_400)
    seconds = np.arange(0, 86_400) + 0.5
    places = np.array([one.at(seconds) for one in world.paths])
    for i in range(6):
        for j in range(i):
            sampled = np.sum(np.hypot(*(places[i] - places[j]).T) <= 2.0) / 60
            assert close[i, j] == pytest.approx(sampled, abs=1.0)


DAY_S = 18_486 * 86_400


def minutes(**pairs):
    """A symmetric matrix of four people from `ab=20`."""
    matrix = np.zeros((4, 4))
    for (a, b), value in pairs.items():
        i, j = "abcd".index(a), "abcd".index(b)
        matrix[i, j] = matrix[j, i] = value
    return matrix


@pytest.mark.parametrize(
    ("warned", "sensitivity", "precision"),
    [
        ({1, 3}, 1.0, 1.0),
        ({1}, 0.5, 1.0),
        ({1, 2}, 0.5, 0.5),
        ({2}, 0.0, 0.0),
        (set(), 0.0, None),
        ({1, 2, 3}, 1, 2 / 3),
    ],
)
def test_warnings_are_judged_by_the_contacts_of_the_case_only(warned, sensitivity, precision):
    found = score(frozenset({1, 3}), frozenset(warned))
    assert found.sensitivity == sensitivity
    assert found.precision == precision


def test_without_contacts_and_warnings_nothing_can_be_said():
    found = score(frozenset(), frozenset())
    assert found.sensitivity is None
    assert found.precision is None


@pytest.mark.parametrize("seed", range(20))
def test_the_case_has_a_close_contact_where_anybody_has(seed):
    assert choose_case(minutes(ab=16, cd=14), seed) in {0, 1}
    assert choose_case(minutes(cd=3), seed) in {2, 3}
    assert choose_case(minutes(), seed) in {0, 1, 2, 3}


def test_every_candidate_can_become_the_case():
    assert {choose_case(minutes(ab=16, cd=15), seed) for seed in range(40)} == {0, 1, 2, 3}


def test_the_phone_that_decides_is_the_one_that_counts():
    near = np.arange(16.0).reshape(4, 4)
    found = Recordings(heard=near, near=near)
    assert recorded_minutes(found, 0, 0, 2) == recorded_minutes(found, 0, 2, 0) == near[2, 0]
    assert recorded_minutes(found, 0, 1, 3) == (near[1, 3] + near[3, 1]) / 2


def test_recordings_are_told_apart_by_whose_key_was_heard(tmp_path):
    """Person 0 heard 1 near for three scans and 2 far away in one; nobody else heard anybody."""
    scheme = scheme_named("en")
    keys = [[DailyKey(bytes([person]) * 16, DAY_S, DAY_S + 86_400)] for person in range(3)]
    contact_store = ContactStore(open_database(CONTACTS, tmp_path), scheme)
    for scan in range(3):
        at_s = DAY_S + 3600 + 60 * scan
        sightings = [heard(scheme, keys[1][0], at_s, -50)]
        if scan == 1:
            sightings.append(heard(scheme, keys[2][0], at_s, -90))
        contact_store.add_scan(at_s, 60.0, sightings)
    nothing = ContactStore(open_database(CONTACTS, tmp_path / "nothing"), scheme)
    found = recordings([contact_store.sightings(), nothing.sightings(), nothing.sightings()], keys, scheme)
    contact_store.database.close()
    nothing.database.close()
    assert found.heard.tolist() == [[0, 3, 1], [0, 0, 0], [0, 0, 0]]
    assert found.near.tolist() == [[0, 3, 0], [0, 0, 0], [0, 0, 0]]


def heard(scheme, key, at_s, rssi_dbm):
    broadcast = scheme.parse(identity_at(scheme, key, at_s, 0).advertisement)
    return Sighting(broadcast.identifier, broadcast.encrypted_metadata, 5, rssi_dbm, rssi_dbm, rssi_dbm)


def test_somebody_who_is_a_case_already_is_not_drawn_again():
    near = minutes(ab=20, cd=20)
    drawn = {choose_case(near, seed, 1, {0, 2}) for seed in range(20)}
    assert drawn == {1, 3}
    with pytest.raises(TownError, match="case already"):
        choose_case(near, 1, 1, set(range(len(near))))


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
