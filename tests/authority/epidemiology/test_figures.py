"""Test what is reckoned of cases and links: curves, delays, follow-up, chains, clusters, the app's part."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from bluezone.authority.epidemiology import figures, results
from bluezone.authority.epidemiology.figures import (
    Basis,
    Chain,
    Completeness,
    Contact,
    Delay,
    Exposed,
    Found,
    Patient,
    Step,
)
from bluezone.authority.episodes.words import FollowUp, Setting

HOME, WORK = Setting.HOUSEHOLD, Setting.WORK


def day(number: int) -> dt.date:
    return dt.date(2020, 8, number)


def ill(key: str, onset: int | None = 11, found: Found = Found.NOT_TRACED, **more) -> Patient:
    return Patient(key, f"P-{key}", "/63:93/", found, **{"confirmed": True, "onset": onset and day(onset)} | more)


def near(source: str, target: str, on: int = 11, setting: Setting = HOME, site: str = "") -> Contact:
    return Contact(source, target, day(on), setting, site)


def infections(people, met):
    return figures.infectors({one.key: one.day for one in people if one.confirmed}, met)


def test_curves_count_by_onset_sample_and_report_without_a_gap_and_by_how_cases_were_found():
    people = [
        ill("a", 11, Found.APP, report=day(13)),
        ill("b", 11, Found.BOTH, sample=day(12), report=day(14)),
        ill("c", None, report=day(14)),
        ill("before", 9, report=day(10)),
    ]
    rows = figures.incidence(people, day(10), day(14))
    counts = {basis: [row.cases for row in rows if row.basis == basis] for basis in Basis}
    assert counts == {Basis.ONSET: [0, 2, 0, 0, 0], Basis.SAMPLE: [0, 0, 1, 0, 0], Basis.REPORT: [1, 0, 0, 1, 2]}
    onset = next(row for row in rows if row.cases == 2 and row.basis == Basis.ONSET)
    assert (onset.app, onset.hand, onset.both, onset.none) == (1, 0, 1, 0)
    # of seven days, those before the first one shown among them
    assert [row.mean7 for row in rows if row.basis == Basis.ONSET] == [round(n / 7, 4) for n in (1, 3, 3, 3, 3)]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({}, Delay(0, 0, math.nan, math.nan, math.nan, 0)),
        ({None: 3}, Delay(0, 0, math.nan, math.nan, math.nan, 3)),
        ({2: 1}, Delay(1, 0, 2.0, 2.0, 2.0, 0)),
        ({0: 1, 2: 1}, Delay(2, 1, 0.0, 1.0, 2.0, 0)),
        ({-1: 1, 0: 8, 9: 1}, Delay(10, 9, -1.0, 0.0, 0.0, 0)),  # before symptoms, as who is traced well is
    ],
)
def test_a_delay_is_told_by_quantiles(counts, expected):
    assert repr(figures.delay(counts)) == repr(expected)


def test_delays_are_counted_by_week_and_way_and_keep_onsets_after_the_report():
    people = [
        ill("a", 11, sample=day(12), result=day(14), isolated=day(13), report=day(14)),
        ill("b", 13, sample=day(12), report=day(12)),
        ill("c", None, sample=day(18)),
    ]
    found = {(row.step, row.week.day, row.days): row.cases for row in figures.delay_counts(people)}
    assert found == {
        (Step.ONSET_REPORT, 10, 3): 1, (Step.ONSET_REPORT, 10, -1): 1,
        (Step.ONSET_SAMPLE, 10, 1): 1, (Step.ONSET_SAMPLE, 10, -1): 1,
        (Step.SAMPLE_RESULT, 10, 2): 1, (Step.SAMPLE_RESULT, 10, None): 1, (Step.SAMPLE_RESULT, 17, None): 1,
        (Step.RESULT_ISOLATION, 10, -1): 1,
        (Step.ONSET_ISOLATION, 10, 2): 1, (Step.ONSET_ISOLATION, 10, None): 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([], 50, math.nan),
        ([3], 50, 3),
        ([3], 90, 3),
        ([1, 2], 50, 1.5),
        ([5, 1, 3], 50, 3),
        (range(1, 11), 90, 9),
        (range(1, 12), 90, 10),
        ([4, 4, 4, 9], 90, 9),
    ],
)
def test_percentiles_are_by_nearest_rank(values, percent, expected):
    found = figures.percentile(values, percent)
    assert found == expected or (math.isnan(expected) and math.isnan(found))


@pytest.mark.parametrize(
    ("follow_ups", "expected", "share"),
    [
        ([], None, math.nan),
        # the last day is one of follow-up still
        ([("running", 12), ("running", 11), ("completed", 10)], Completeness("p", 2, 1, 1, 0, 0), 0.5),
        ([("completed", 9), ("completed", 9), ("completed", 9), ("lost", 14)], Completeness("p", 0, 0, 3, 1, 0), 0.75),
        ([("cancelled", 9)], Completeness("p", 0, 0, 0, 0, 1), math.nan),
        ([("running", None)], Completeness("p", 1, 0, 0, 0, 0), math.nan),
    ],
)
def test_follow_up_is_complete_where_what_should_be_over_was_completed(follow_ups, expected, share):
    counts: dict = {}
    for state, until in follow_ups:
        key = ("p", FollowUp(state), until and day(until))
        counts[key] = counts.get(key, 0) + 1
    found = figures.completeness(counts, day(12))
    assert found == ([expected] if expected else [])
    assert not expected or repr(found[0].share) == repr(share)


@pytest.mark.parametrize(
    ("met", "expected"),
    [
        # a met b, who met c: two generations; d stands alone
        ([("a", "b", 11), ("b", "c", 13)], [Chain(1, "P-a", 3, 2, day(11), day(16), 2, 0, 2.5)]),
        ([("a", "b", 11), ("a", "c", 12)], [Chain(1, "P-a", 3, 1, day(11), day(16), 2, 0, 4.0)]),
        # of two who can have infected each other the one who fell ill first did
        ([("a", "b", 10), ("b", "a", 10)], [Chain(1, "P-a", 2, 1, day(11), day(14), 1, 0, 3.0)]),
        ([("a", "b", 11), ("c", "d", 17)], [Chain(1, "P-a", 2, 1, day(11), day(14), 1, 0, 3.0),
                                            Chain(2, "P-c", 2, 1, day(16), day(18), 1, 0, 2.0)]),
        ([("a", "b", 15)], []),
        # c met two: the one met last is a guess, and not one of the known days between
        ([("a", "b", 11), ("a", "c", 11), ("b", "c", 13)], [Chain(1, "P-a", 3, 2, day(11), day(16), 1, 1, 3.0)]),
        # somebody outside the days infected b
        ([("x", "b", 11)], []),
    ],
)  # fmt: skip
def test_chains_go_from_infector_to_infected_and_never_in_a_circle(met, expected):
    people = [ill("a"), ill("b", 14), ill("c", 16), ill("d", None, sample=day(18)), ill("e", 12, confirmed=False)]
    links = figures.chains(people, infections(people, [near(*each) for each in met]))
    assert figures.chains_of(links) == expected


def test_what_is_known_and_what_is_guessed_stay_apart_in_every_link():
    people = [ill("a"), ill("b", 14), ill("c", 16, Found.APP)]
    met = [near("a", "b"), near("a", "c"), near("b", "c", 13, WORK), near("b", "c", 15, WORK)]
    links = figures.chains(people, infections(people, met))
    assert [(one.name, one.infector, one.link, one.generation, one.setting, one.found) for one in links] == [
        ("P-a", "", "", 0, "", "none"),
        ("P-b", "P-a", "known", 1, "household", "none"),
        ("P-c", "P-b", "guessed", 2, "work", "app"),
    ]


def test_clusters_are_by_setting_site_household_and_part():
    site = "/63:93/KQ7M-2PXA/"
    people = [ill("a"), ill("b", 13), ill("c", 14), ill("d", 15), ill("e", 12, confirmed=False)]
    met = [near("a", "b"), near("b", "c", 13), near("a", "d", 12, WORK, site)]
    exposed = {(HOME, ""): Exposed(10, 8, 2), (WORK, site): Exposed(9, 4, 1), (WORK, ""): Exposed(1, 0, 0)}
    rows = figures.clusters(people, infections(people, met), exposed, {"/63:93/": Exposed(20, 12, 3)})
    found = {(row.kind, row.place): (row.cases, row.contacts, row.followed, row.infected) for row in rows}
    assert found == {
        ("setting", "household"): (2, 10, 8, 2),
        ("setting", "work"): (1, 10, 4, 1),
        ("setting", ""): (1, 0, 0, 0),  # nobody knows whom a had it from
        ("company", site): (1, 9, 4, 1),
        ("household", "P-a"): (3, None, None, None),
        ("part", "/63:93/"): (4, 20, 12, 3),
    }
    home = next(row for row in rows if row.place == "household")
    assert (home.first, home.last) == (day(13), day(14))
    assert (home.low, home.high) == figures.wilson(8, 2)


def test_the_part_of_the_app_is_contacts_cases_and_days_gained():
    people = [ill(f"n{at}", 11, isolated=day(16)) for at in range(3)]
    people += [ill("a", 11, Found.APP, isolated=day(12), exposed=day(8)), ill("b", 12, Found.APP)]
    rows = {row.found: row for row in figures.app_part(people, {Found.APP: 7, Found.ASKING: 20, Found.BOTH: 2})}
    app, alone, both = rows["app"], rows["none"], rows["both"]
    assert (app.contacts, app.cases, app.isolated, app.onset_to_isolation, app.gained) == (9, 2, 1, 1.0, 4.0)
    assert (app.exposure_to_isolation, alone.onset_to_isolation, alone.gained) == (4.0, 5.0, 0.0)
    assert (both.contacts, both.cases) == (2, 0)
    assert math.isnan(both.gained)


@pytest.mark.parametrize("people", [[], [ill("a", None)], [ill("a", 11, report=day(11))]])
def test_no_case_or_one_gives_figures_without_a_number_too_many(people):
    first, last = day(1), day(20)
    assert sum(row.cases for row in figures.incidence(people, first, last)) == sum(bool(p.onset) for p in people) * 2
    assert figures.chains_of(figures.chains(people, {})) == []
    assert all(row.mean < 5 for row in figures.reproduction_of(people, first, first, last))
    assert len(figures.app_part(people, {})) == len(Found)


def test_small_counts_are_suppressed_and_others_cut_to_fives_with_what_is_reckoned_of_them():
    rows = figures.incidence([ill(f"{at}", 11, Found.APP) for at in range(13)], day(11), day(12))
    first, *rest = [row for row in results.disclosed(rows) if row["basis"] == Basis.ONSET]
    assert (first["cases"], first["app"], first["none"], first["mean7"]) == (10, 10, None, None)
    assert rest == []  # of a day without a case nothing is said
    spread = figures.Spread(day(11), 12, 1.23456, 0.98765, 1.5)
    few = figures.Spread(day(12), 4, 1.23456, 0.98765, 1.5)
    assert results.disclosed([spread, few]) == [
        {"day": day(11), "cases": 10, "mean": 1.2, "low": 1.0, "high": 1.5},
    ]
    assert results.plain([few])[0]["cases"] == 4
