"""Watched or not, a seed gives the same day: what the page shows is what `bluezone town run` does."""

from __future__ import annotations

import json
import time

import httpx
import pytest

from bluezone.i18n import Language
from bluezone.town.day import Watcher, live_through
from bluezone.town.fleet import Fleet
from bluezone.town.radio_model import RadioModel
from bluezone.town.report import document
from bluezone.town.run import Options, rehearsal, start_of_day_s
from bluezone.town.show import words
from bluezone.town.show.chronicle import Chronicle, Kind, Phase
from bluezone.town.show.pace import Pacer, StoppedError
from bluezone.town.show.pages import translator
from bluezone.town.world import make_world

PEOPLE, SEED, HOURS, POLICY = 4, 13, 1.0, "en-v1-buckets"


class Onlooker(Chronicle):
    """Has every phone's screens open all the time."""

    def time_is(self, town_s):
        for phone in self.phones:
            phone.looked_at()
            phone.pulse()
            phone.facts()
        self.phones[0].choose(language="en")
        return min(super().time_is(town_s), 30.0)


def rehearse(directory, prepared, watcher=None):
    options = Options(PEOPLE, SEED, directory, HOURS, POLICY, hci=watcher is not None)
    with rehearsal(options, lambda *news: None, watcher, prepared) as (outcome, authority):
        if watcher is not None:
            watcher.finish(outcome)
            assert httpx.get(authority.url + "/exports/452/index.txt").status_code == 200
        return outcome


@pytest.fixture(scope="module")
def watched(tmp_path_factory, prepared):
    """The chronicle of a small day, its phones still open."""
    pacer = Pacer(1e9, time.monotonic)
    chronicle = Onlooker(make_world(PEOPLE, SEED), HOURS, pacer, patience=0.0)
    rehearse(tmp_path_factory.mktemp("watched"), prepared, chronicle)
    yield chronicle
    chronicle.close()


@pytest.mark.thorough
def test_the_same_seed_gives_the_same_bytes_watched_or_not_on_hci_or_not(watched, prepared, tmp_path):
    alone = rehearse(tmp_path, prepared)
    assert json.dumps(document(watched.outcome)) == json.dumps(document(alone))


def test_the_story_is_told_in_order_and_in_both_languages(watched):
    kinds = [event.kind for event in watched.story]
    assert kinds[:4] == [Kind.DAY, Kind.DAY_OVER, Kind.CONFIRMED, Kind.PUBLISHED]
    assert kinds[-1] is Kind.OVER
    assert kinds.count(Kind.WARNED) == len(watched.outcome.warned) > 0
    assert [event.at_s for event in watched.story] == sorted(event.at_s for event in watched.story)
    for language in Language:
        told = [words.sentence(event, watched, translator(language)) for event in watched.story]
        assert all(told)
        assert watched.world.people[watched.outcome.case].name in told[2]


def test_roles_are_those_of_the_outcome(watched):
    assert watched.phase is Phase.OVER
    assert watched.roles[watched.outcome.case] == "F0"
    f1 = {number for number, role in enumerate(watched.roles) if role == "F1"}
    assert f1 == watched.outcome.warned


def test_who_slept_in_one_bed_is_seen_to_hear_each_other(watched):
    assert watched.minutes == 60
    heard = {(a, b) for minute in range(5) for a, b, _ in watched.pairs(minute).tolist()}
    assert (0, 1) in heard


def test_each_phone_knows_afterwards_what_concerns_it(watched):
    """Their own stores say so, as their screens would."""
    for number, phone in enumerate(watched.phones):
        facts = phone.facts()
        assert bool(facts.current_alerts) == (number in watched.outcome.warned)
        assert (facts.choices.published_at_s is not None) == (number == watched.outcome.case)
        assert facts.authority_known


@pytest.mark.thorough
def test_two_days_are_told_with_both_cases(prepared, tmp_path):
    pacer = Pacer(1e9, time.monotonic)
    chronicle = Chronicle(make_world(PEOPLE, SEED, days=2), 24.5, pacer, patience=0.0)
    options = Options(PEOPLE, SEED, tmp_path, 0.5, POLICY, days=2)
    with rehearsal(options, lambda *news: None, chronicle, prepared) as (watched, _):
        chronicle.finish(watched)
    kinds = [event.kind for event in chronicle.story]
    assert kinds[:4] == [Kind.DAY, Kind.CONFIRMED, Kind.PUBLISHED, Kind.EXPORTED]  # the first evening
    assert kinds.count(Kind.CONFIRMED) == 2
    assert kinds[-1] is Kind.OVER
    told = [event.person for event in chronicle.story if event.kind is Kind.WARNED]
    assert len(told) == len(set(told))
    assert chronicle.minutes == 24.5 * 60
    cases = {case.person for case in watched.cases}
    assert {number for number, role in enumerate(chronicle.roles) if role == "F0"} == cases
    assert {number for number, role in enumerate(chronicle.roles) if role == "F1"} == watched.warned
    found = words.findings(watched, translator(Language.ENGLISH))
    assert {row.number for row in found.rows} == set(range(PEOPLE)) - cases
    assert words.page_texts(chronicle, translator(Language.ENGLISH))["dates"][2] == "15 August 2020"
    chronicle.close()


class Meddler(Chronicle):
    """The owner of the first phone pauses it from the fifth to the tenth minute, and changes the language besides."""

    def time_is(self, town_s):
        super().time_is(town_s)
        if town_s == 120.0:
            self.phones[0].choose(language="en")
        if town_s in (300.0, 600.0):
            self.phones[0].choose(paused=town_s == 300.0)
        return 60.0


def test_a_phone_that_its_owner_pauses_is_silent_and_deaf_until_it_goes_on(tmp_path):
    meddler = Meddler(make_world(PEOPLE, SEED), 0.25, Pacer(1e9, time.monotonic), patience=0.0)
    fleet = Fleet(tmp_path, meddler.world, SEED)
    live_through(fleet, RadioModel(), start_of_day_s(), 0.2, lambda done, total: None, DayOnly(meddler), hci=True)
    with_first = [bool((meddler.pairs(minute)[:, 0] == 0).any()) for minute in range(12)]
    assert with_first == [True] * 5 + [False] * 5 + [True] * 2


class DayOnly(Watcher):
    """Hands on what there is of a day without an authority."""

    def __init__(self, to: Chronicle) -> None:
        self.day_begins, self.heard, self.time_is = to.day_begins, to.heard, to.time_is  # type: ignore[method-assign]
        self.day_is_over = to.time_is  # type: ignore[method-assign,assignment]


def test_a_rehearsal_that_is_stopped_leaves_no_process_behind(tmp_path, prepared, processes_of):
    pacer = Pacer(1e9, time.monotonic)
    pacer.stop()
    with pytest.raises(StoppedError):
        rehearse(tmp_path, prepared, Chronicle(make_world(PEOPLE, SEED), HOURS, pacer, patience=0.0))
    assert processes_of(tmp_path) == []
