"""The main job from end to end: real engines, a real server, real HTTP."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from types import SimpleNamespace

import httpx
import numpy as np
import pytest
from rich.console import Console
from tests.tiers import first

from bluezone.cli.town.results import day_text
from bluezone.exposure.errors import ExposureError
from bluezone.i18n import LANGUAGES
from bluezone.phone.web.presenters.common import translator
from bluezone.phone.web.presenters.exposure import advice
from bluezone.town.country import ZONE
from bluezone.town.errors import TownError
from bluezone.town.findings import Score, reports
from bluezone.town.fleet import Fleet
from bluezone.town.market import where_was
from bluezone.town.report import document
from bluezone.town.run import (
    REHEARSAL_DATE,
    Options,
    Outcome,
    parse_seeds,
    precision,
    rehearsal,
    rehearse_seeds,
    sensitivity,
    start_of_day_s,
)
from bluezone.town.server import Net
from bluezone.town.show.pages import translator as words_of
from bluezone.town.show.words import findings, sentences


@pytest.mark.parametrize(
    ("text", "seeds"), [("7", [7]), ("1-3", [1, 2, 3]), (" 3, 1-2 ,2", [1, 2, 3]), ("0", [0]), ("5-5", [5])]
)
def test_seeds_are_numbers_and_spans(text, seeds):
    assert parse_seeds(text) == seeds


@pytest.mark.parametrize("text", ["", "x", "1-", "-3", "5-1", "1--2", "1,,2", "1-5000", "0-999,2000", "99999999999"])
def test_other_seeds_are_refused_in_a_sentence(text):
    with pytest.raises(TownError, match="seeds"):
        parse_seeds(text)


def test_shares_have_median_worst_and_the_persons_of_all_days_together():
    scores = [Score(4, 4, 4), Score(4, 8, 2), Score(1, 1, 1), Score(0, 3, 0), Score(2, 0, 0)]
    share = sensitivity(scores)
    assert (share.days, share.median, share.worst, share.perfect_days) == (4, 0.75, 0.0, 2)
    assert share.pooled == pytest.approx(7 / 11)
    assert (share.pooled_low, share.pooled_high) == pytest.approx((0.354, 0.848), abs=0.001)
    share = precision(scores)
    assert (share.days, share.median, share.worst, share.perfect_days) == (4, 0.625, 0.0, 2)
    assert share.lower_quartile == pytest.approx(0.1875)


def test_without_a_contact_or_a_warning_there_is_nothing_to_say():
    assert sensitivity([Score(0, 0, 0)]).median is None
    assert precision([]).days == 0


@pytest.mark.thorough
def test_each_seed_is_a_rehearsal_of_its_own(tmp_path):
    options, seen = Options(4, 0, tmp_path, 0.6, "en-v1-buckets"), []
    scores = list(rehearse_seeds([5, 13], options, lambda *news: seen.append(news)))
    assert [one.seed for one in scores] == [5, 13]
    assert {one.policy for one in scores} == {"en-v1-buckets"}
    assert seen == [(0, 2), (1, 2), (2, 2)]
    assert scores[1].score.true_contacts > 0
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def rehearse(prepared):
    """Rehearses with a copy of one authority."""

    def run(directory, people, seed, hours, policy=None, **more):
        stages = []
        options = Options(people, seed, directory, hours, policy, **more)
        with rehearsal(options, lambda *news: stages.append(news), like=prepared) as (outcome, authority):
            assert authority.url
        return outcome, stages

    return run


@pytest.fixture(scope="module")
def morning(tmp_path_factory, rehearse):
    """Six people of two homes from six to ten. The case sits beside somebody of the other home at the office."""
    return rehearse(tmp_path_factory.mktemp("town"), people=6, seed=1, hours=4, policy="en-v1-buckets")


def test_who_was_near_for_long_is_warned_and_who_was_never_near_is_not(morning):
    outcome, _ = morning
    within = outcome.minutes_within_2m[outcome.case]
    long = set(np.flatnonzero(within > 60).tolist())
    assert {outcome.world.people[number].home for number in long} != {outcome.world.people[outcome.case].home}
    assert long
    assert long <= outcome.warned
    unheard = set(np.flatnonzero(outcome.recorded.heard[:, outcome.case] < 1).tolist()) - {outcome.case}
    assert unheard
    assert not unheard & outcome.warned
    assert outcome.score.sensitivity is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_and_minutes_stay_whole_on_80_columns(morning, language):
    outcome, _ = morning
    long = tuple(
        replace(one, id=f"p{901 + at}", name=f"Quỳnh {at + 10}") for at, one in enumerate(outcome.world.people)
    )
    outcome = replace(outcome, world=replace(outcome.world, people=long), near_case_min=outcome.near_case_min + 1000.5)
    console = Console(width=80, record=True, file=StringIO())
    for part in day_text(outcome, language):
        console.print(part)
    lines = console.export_text().splitlines()
    for row in findings(outcome, words_of(language)).rows:
        line = next(one for one in lines if f"{row.name} p{901 + row.number} " in one)
        assert [each.strip() for each in line.split("│")][3:] == [row.within, row.heard, row.recorded]
        assert len(line) <= 80


def test_warnings_follow_from_what_the_town_read_in_the_logbooks(morning):
    """The phones decided from exports over HTTP. The four hours lie in two UTC days, and the policy judges each by
    itself: under 15 minutes in both together warns nobody, 30 or more in both together must warn."""
    outcome, _ = morning
    near = outcome.recorded.near[:, outcome.case]
    others = set(range(6)) - {outcome.case}
    assert outcome.warned <= set(np.flatnonzero(near >= 15).tolist())
    assert others & set(np.flatnonzero(near >= 30).tolist()) <= outcome.warned


def test_who_reports_is_f1_and_with_second_order_off_nobody_further_is_told(morning):
    outcome, _ = morning
    traced = outcome.traced
    assert {report.person for report in traced.reports} == {one for one in outcome.warned if reports(1, one)}
    assert traced.contacts
    assert not traced.isolated_s, "the rehearsal ends before the next day"
    assert traced.told == frozenset()
    for language, says in (("en", "second order is off"), ("vi", "vòng hai đang tắt")):
        assert says in sentences(outcome, words_of(language))[2]


def test_who_is_warned_reads_what_to_do_from_the_authority_s_signed_document(morning, prepared):
    outcome, _ = morning
    fleet = Fleet(outcome.options.directory / "phones", outcome.world, 1, "en-v1-buckets")
    assert outcome.warned
    with httpx.Client() as client:
        net = Net(client, "http://authority.invalid", prepared.trusted_keys)
        for number in outcome.warned:
            with fleet.open_in_hand(number, lambda: outcome.published_at_s, net).closing() as phone:
                said = advice(phone.facts(), REHEARSAL_DATE, "raised", translator("vi", ZONE), "19009095")
            assert (said.days_total, said.note) == (14, "")
            assert said.steps
            assert said.source is not None
            assert "F1" in said.source.text


def test_a_place_warns_by_its_code_alone_and_only_of_the_same_time(morning):
    """The case was at the company from seven on; who passed through was there with them, and on the day before."""
    outcome, _ = morning
    story = outcome.place
    assert story is not None
    assert story.was == where_was(outcome.world, outcome.case, 0.0, 4 * 3_600.0)
    assert story.was.place == "company"
    assert story.confirmed == 1
    assert [visit.is_warned for visit in story.visits] == [True, False]
    assert document(outcome)["place"]["visits"][0]["warned"] is True
    assert "công ty" in sentences(outcome, words_of("vi"))[4]


def test_every_pair_is_listed_once_with_what_was_true_and_what_was_recorded(morning):
    outcome, _ = morning
    facts = document(outcome)
    ids = [person["id"] for person in facts["people"]]
    assert len(facts["pairs"]) == 15
    assert {(pair["a"], pair["b"]) for pair in facts["pairs"]} == {(a, b) for a in ids for b in ids if a < b}
    for pair in facts["pairs"]:
        assert 0 <= pair["minutes_within_2m"] <= 240
        assert 0 <= pair["recorded_by_a"] <= pair["heard_by_a"] <= 250
        assert pair["warned"] in (True, False)
        assert pair["warned"] == (
            facts["case"] in (pair["a"], pair["b"]) and bool({pair["a"], pair["b"]} & set(facts["warned"]))
        )
    assert json.loads(json.dumps(facts)) == facts


def test_who_is_close_is_heard(morning):
    """Nobody within 2 m for a quarter of an hour goes unheard, in either direction."""
    outcome, _ = morning
    close = outcome.minutes_within_2m >= 15
    assert close.any()
    assert (outcome.recorded.heard[close] >= 15).all()


def test_progress_runs_through_every_stage_to_its_end(morning):
    _, stages = morning
    names = list(dict.fromkeys(name for name, _, _ in stages))
    assert names[0] == "living through the day"
    assert len(names) == 8
    for name in names:
        done = [done / total for stage, done, total in stages if stage == name]
        assert done == sorted(done)
        assert done[-1] == 1


@pytest.mark.parametrize(("people", "hours", "place"), first(1, [(2, 0.1, None), (4, 2.7, "market")]))
def test_the_same_seed_gives_the_same_facts_to_the_byte(tmp_path, rehearse, people, hours, place):
    once, again = (
        json.dumps(document(rehearse(tmp_path / name, people=people, seed=5, hours=hours, second_order=True)[0]))
        for name in ("once", "again")
    )
    assert once == again
    assert (json.loads(once)["place"] or {}).get("name") == place


@pytest.fixture(scope="module")
def two_days(tmp_path_factory, prepared):
    """Four people from six to half past six on the next day; the phones reach the authority all the time."""
    options = Options(4, 13, tmp_path_factory.mktemp("days"), 0.5, "en-v1-buckets", days=2)
    with rehearsal(options, lambda *news: None, like=prepared) as (outcome, _):
        return outcome


@pytest.mark.thorough
def test_on_the_first_evening_somebody_tests_positive_and_somebody_else_at_the_end(two_days):
    first, last = two_days.cases
    assert first.person != last.person == two_days.case
    assert (first.confirmed_at_s, last.confirmed_at_s) == (
        start_of_day_s() + 14 * 3600,
        start_of_day_s() + 24.5 * 3600,
    )
    assert 2 <= first.keys <= last.keys  # keys change at seven in the morning, midnight UTC
    assert two_days.keys_published == first.keys + last.keys
    assert two_days.files_published >= 2


@pytest.mark.thorough
def test_warnings_of_both_cases_are_judged_together(two_days):
    cases = {case.person for case in two_days.cases}
    assert not cases & (two_days.warned | two_days.contacts)
    assert two_days.contacts <= two_days.warned
    facts = document(two_days)
    assert facts["days"] == 2
    assert [case["id"] for case in facts["cases"]] == [f"p{case.person + 1:02d}" for case in two_days.cases]
    of_a_case = [pair for pair in facts["pairs"] if {pair["a"], pair["b"]} & {case["id"] for case in facts["cases"]}]
    assert any(pair["warned"] for pair in of_a_case)


@pytest.mark.thorough
def test_who_is_f1_stays_at_home_on_the_days_after(two_days):
    """Who is warned in the night reports before the day begins."""
    traced = two_days.traced
    assert traced.isolated_s
    assert set(traced.isolated_s) <= traced.contacts
    assert traced.apart_min < 0.2
    home = two_days.world.town.homes
    for person, from_s in traced.isolated_s.items():
        place = two_days.world.paths[person].at(np.array([from_s + 60.0, 86_400.0 + 900.0]))
        near, _ = home[two_days.world.people[person].home].apart(0)
        assert np.hypot(*(place - near).T).max() < 0.1
    assert str(len(traced.isolated_s)) in sentences(two_days, words_of("en"))[3]


def test_more_days_than_people_are_refused_before_anything_is_started(tmp_path):
    with pytest.raises(TownError, match="choose more people"):
        Options(3, 1, tmp_path, days=3)
    assert Options(4, 1, tmp_path, days=3).duration_s == 3 * 86_400


@pytest.mark.parametrize(("people", "seed"), first(1, [(2, 0), (3, 11)]))
def test_the_smallest_towns_work_and_say_null_where_nothing_can_be_said(tmp_path, rehearse, people, seed):
    outcome, _ = rehearse(tmp_path, people=people, seed=seed, hours=0.2)
    facts = document(outcome)
    assert len(facts["people"]) == people
    assert (facts["sensitivity"] is None) == (not facts["contacts"])
    assert (facts["precision"] is None) == (not facts["warned"])


def test_no_process_is_left_behind_when_it_goes_wrong_in_the_middle(tmp_path, prepared, processes_of):
    def fail(stage, done, total):
        if stage == "fetching, matching, deciding":
            assert processes_of(tmp_path)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), rehearsal(Options(2, 1, tmp_path, 0.1), fail, like=prepared):
        pass
    assert not processes_of(tmp_path)


def test_an_authority_that_cannot_start_is_told_before_the_day_is_over(tmp_path):
    (tmp_path / "authority").mkdir()
    (tmp_path / "authority" / "db.sqlite3").write_bytes(b"this is no database" * 100)
    stages = []
    with (
        pytest.raises(TownError, match="bluezone authority install"),
        rehearsal(Options(12, 1, tmp_path), lambda *news: stages.append(news)),
    ):
        pass
    assert {stage for stage, _, _ in stages} <= {"living through the day"}


def test_an_unknown_policy_is_refused(tmp_path):
    with pytest.raises(ExposureError, match="wishful-thinking"):
        Options(4, 1, tmp_path, policy="wishful-thinking")


@pytest.mark.parametrize("hours", [0, -1, 24.5])
def test_an_impossible_length_is_refused(tmp_path, hours):
    with pytest.raises(TownError, match="hours"):
        Options(4, 1, tmp_path, hours)


def test_fifteen_minutes_beside_a_case_make_a_close_contact_who_is_no_case() -> None:
    asked = Outcome.contacts.fget
    assert asked is not None
    cases = (SimpleNamespace(person=0), SimpleNamespace(person=4))
    near_case_min = np.array([999.0, 15.0, 14.99, 300.0, 60.0])
    assert asked(SimpleNamespace(cases=cases, near_case_min=near_case_min)) == {1, 3}
