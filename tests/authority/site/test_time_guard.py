"""Which readings of a clock are believed."""

from __future__ import annotations

import datetime as dt

import pytest

from bluezone.authority.site.time_guard import (
    LONGEST_REHEARSAL_STEP,
    LONGEST_SILENCE,
    REHEARSAL,
    SHORT_SILENCE,
    TOLERANCE,
    Doubt,
    Finding,
    Gap,
    Mark,
    Reading,
    doubt_of,
    judge,
)

NOON = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
STEADY, SILENCE, LEAPT, CORRECTED = Finding.STEADY, Finding.SILENCE, Finding.LEAPT, Finding.CORRECTED
DATABASE_DIFFERS = Finding.DATABASE_DIFFERS


@pytest.mark.parametrize(
    ("passed_by_uptime", "passed_by_clock", "finding"),
    [
        (MINUTE, MINUTE, STEADY),
        (30 * DAY, 30 * DAY, STEADY),  # nobody asked for a month, and the machine ran on
        (MINUTE, MINUTE + TOLERANCE, STEADY),
        (MINUTE, MINUTE - TOLERANCE, STEADY),
        (MINUTE, 2 * MINUTE + TOLERANCE, LEAPT),
        (MINUTE, -TOLERANCE, LEAPT),
        (MINUTE, 400 * DAY, LEAPT),
        (MINUTE, -400 * DAY, LEAPT),
        (2 * HOUR, DAY, LEAPT),
    ],
)
def test_on_a_machine_that_runs_the_kernels_uptime_says_how_much_time_has_passed(
    passed_by_uptime, passed_by_clock, finding
):
    mark = Mark("boot 1", 1_000.0, NOON)
    reading = Reading(NOON + passed_by_clock, "boot 1", 1_000.0 + passed_by_uptime.total_seconds())
    assert judge(reading, [mark]).finding is finding


@pytest.mark.parametrize(
    ("machine", "uptime_s"),
    [("boot 2", 30.0), ("", 0.0), ("boot 1", 30.0)],  # started anew; unknown; a container's uptime that began anew
)
@pytest.mark.parametrize(
    ("silence", "finding"),
    [
        (MINUTE, STEADY),
        (SHORT_SILENCE, STEADY),
        (SHORT_SILENCE + MINUTE, SILENCE),
        (LONGEST_SILENCE, SILENCE),
        (LONGEST_SILENCE + MINUTE, LEAPT),
        (400 * DAY, LEAPT),
        (-TOLERANCE, STEADY),
        (-TOLERANCE - MINUTE, LEAPT),
        (-400 * DAY, LEAPT),
    ],
)
def test_on_a_machine_started_anew_a_silence_may_last_a_weekend(machine, uptime_s, silence, finding):
    verdict = judge(Reading(NOON + silence, machine, uptime_s), [Mark("boot 1", 1_000.0, NOON)])
    assert verdict.finding is finding
    assert verdict.ahead == silence


@pytest.mark.parametrize(
    ("back", "finding"),
    [(HOUR, CORRECTED), (2 * DAY, CORRECTED), (2 * DAY + TOLERANCE, CORRECTED), (2 * DAY + HOUR, LEAPT)],
)
def test_a_clock_put_back_within_an_unproven_silence_is_believed(back, finding):
    mark = Mark("boot 2", 60.0, NOON, unproven=2 * DAY)
    assert judge(Reading(NOON + HOUR - back, "boot 2", 3_660.0), [mark]).finding is finding


@pytest.mark.parametrize(
    ("ahead", "accepted", "finding"),
    [
        (MINUTE, dt.timedelta(), STEADY),
        (TOLERANCE + MINUTE, dt.timedelta(), DATABASE_DIFFERS),
        (-400 * DAY, dt.timedelta(), DATABASE_DIFFERS),
        (-400 * DAY, -400 * DAY, STEADY),
        (dt.timedelta(), -400 * DAY, DATABASE_DIFFERS),
    ],
)
def test_the_databases_clock_must_agree_or_differ_as_accepted(ahead, accepted, finding):
    mark = Mark("boot 1", 1_000.0, NOON, database_ahead=accepted)
    now = NOON + MINUTE
    assert judge(Reading(now, "boot 1", 1_060.0, now + ahead), [mark]).finding is finding


def test_where_the_database_differs_the_verdict_says_by_how_much_the_machine_is_ahead():
    verdict = judge(Reading(NOON + DAY, "boot 1", 60.0, NOON), [])
    assert (verdict.finding, verdict.ahead) == (DATABASE_DIFFERS, DAY)


def test_the_newest_mark_of_any_machine_counts_for_a_new_one():
    marks = [Mark("boot 1", 9.0, NOON - 30 * DAY), Mark("boot 2", 9.0, NOON - MINUTE)]
    assert judge(Reading(NOON, "boot 3", 9.0), marks).finding is STEADY


@pytest.mark.parametrize(("stored", "finding"), [(-DAY, SILENCE), (-400 * DAY, LEAPT), (400 * DAY, LEAPT)])
def test_without_a_mark_what_was_published_last_says_the_time(stored, finding):
    assert judge(Reading(NOON, "boot 1", 9.0), [], [NOON - 500 * DAY, NOON + stored]).finding is finding


def test_the_first_reading_of_all_is_believed():
    assert judge(Reading(NOON, "boot 1", 9.0), []).finding is STEADY


@pytest.mark.parametrize(
    ("step", "finding"),
    [
        (MINUTE, STEADY),
        (DAY, SILENCE),
        (LONGEST_REHEARSAL_STEP, SILENCE),
        (-DAY, STEADY),
        (LONGEST_REHEARSAL_STEP + MINUTE, LEAPT),
        (-400 * DAY, LEAPT),
    ],
)
def test_a_rehearsals_clock_is_moved_by_days_whatever_the_machine_says(step, finding):
    marks = [Mark(REHEARSAL, 0.0, NOON), Mark("boot 1", 9.0, NOON + 900 * DAY)]
    assert judge(Reading(NOON + step, REHEARSAL), marks).finding is finding


@pytest.mark.parametrize(
    ("gaps", "doubt"),
    [
        ([], None),
        ([Gap(NOON - 30 * DAY, DAY)], None),  # nothing is left of before
        ([Gap(NOON + DAY, DAY)], None),  # the clock has gone back since
        ([Gap(NOON - DAY, dt.timedelta())], None),
        ([Gap(NOON - 9 * DAY, HOUR), Gap(NOON - DAY, 2 * DAY), Gap(NOON, HOUR)], Doubt(NOON - DAY, 2 * DAY)),
    ],
)
def test_the_longest_gap_of_the_last_weeks_is_in_doubt(gaps, doubt):
    assert doubt_of(gaps, NOON, 21 * DAY) == doubt
