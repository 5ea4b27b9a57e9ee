"""What is remembered of a day: who heard whom, minute by minute, and what everybody is to the case."""

from __future__ import annotations

import numpy as np
import pytest

from bluezone.i18n import Language
from bluezone.town.findings import Recordings
from bluezone.town.show.chronicle import Kind, Phase, second_order
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


NEAR = np.array(
    [
        # case, warned, near the warned, near the case only, long with the warned by one phone's log, nobody
        [0, 300, 0, 200, 0, 0],
        [300, 0, 20, 0, 0, 0],
        [0, 20, 0, 0, 0, 0],
        [200, 0, 0, 0, 0, 0],
        [0, 15, 0, 0, 0, 0],
        [0, 14, 0, 0, 0, 0],
    ],
    dtype=float,
)


def test_f2_is_who_was_near_somebody_warned_for_a_quarter_of_an_hour():
    assert second_order(Recordings(NEAR, NEAR), cases={0}, warned=frozenset({1})) == [2, 4]


def test_where_nobody_is_warned_there_is_no_f2():
    assert second_order(Recordings(NEAR, NEAR), cases={0}, warned=frozenset()) == []
