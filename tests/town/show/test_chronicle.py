"""What is remembered of a day: who heard whom, minute by minute, and what everybody is to the case."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from bluezone.i18n import Language
from bluezone.town.findings import Level
from bluezone.town.show.chronicle import Kind, Phase
from bluezone.town.show.pages import translator
from bluezone.town.show.words import sentence


def test_a_minute_keeps_each_pair_once_at_its_strongest(chronicle, hand):
    hand.hears(61, 2, 0, -80)
    hand.hears(75, 0, 2, -58)
    hand.hears(80, 2, 0, -70)
    hand.hears(119, 3, 1, -90)
    chronicle.time_is(120.0)
    assert chronicle.minutes == 2
    assert chronicle.pairs(0).tolist() == []
    assert chronicle.pairs(1).tolist() == [[0, 2, -58], [1, 3, -90]]


def test_a_minute_in_which_nothing_was_heard_is_there_and_empty(chronicle, hand):
    hand.hears(10, 0, 1, -60)
    hand.hears(200, 0, 1, -61)
    assert [chronicle.pairs(minute).tolist() for minute in range(3)] == [[[0, 1, -60]], [], []]


@pytest.mark.parametrize("minute", [-1, 5, 10_000])
def test_of_minutes_not_lived_through_nothing_is_known(chronicle, hand, minute):
    assert len(chronicle.pairs(minute)) == 0


def test_the_clock_shown_is_the_one_the_rehearsal_has_reached(chronicle, hand):
    chronicle.time_is(600.0)
    assert chronicle.town_s == 600.0
    assert chronicle.phase is Phase.DAY
    assert [event.kind for event in chronicle.story] == [Kind.DAY]


@pytest.mark.parametrize(
    ("contacts", "vietnamese", "english"),
    [
        (0, "không có người tiếp xúc mới", "nobody new"),
        (1, "1 người là F1", "1 person is F1"),
        (2, "2 người", "2 people"),
    ],
)
def test_the_officer_s_decision_is_told_and_the_plan_may_be_another(chronicle, contacts, vietnamese, english):
    chronicle.traced(contacts)
    assert chronicle.rounds == 1
    event = chronicle.story[-1]
    assert event.kind is Kind.TRACED
    for language, said in ((Language.VIETNAMESE, vietnamese), (Language.ENGLISH, english)):
        assert said in sentence(event, chronicle, translator(language))


def test_at_the_end_f2_is_who_truly_was_and_who_was_warned_stays_f1(chronicle):
    chronicle.phase = Phase.DAY
    chronicle.checked(1, warned=True)
    levels = (Level.F0, Level.F2, Level.F2, Level.NONE)
    chronicle.finish(SimpleNamespace(true_levels=levels, ended_at_s=chronicle.epoch_s + 86_400.0))
    assert chronicle.roles[1:4] == ("F1", "F2", "")
    assert chronicle.phase is Phase.OVER
