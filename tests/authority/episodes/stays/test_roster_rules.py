"""Test what a roster says of a person, and which counts leave the place."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.authority.episodes.stays.roster_rules import (
    SHOWN,
    Counts,
    Fact,
    State,
    count,
    disclosed,
    exactly,
    read_state,
    takes_back,
    total,
    with_fact,
    written,
)
from bluezone.rollout.suppression import Extent

NEW = State()
ALL = State(has_phone=True, asked=True, has_app=True, helped=True)
states = st.builds(State, st.booleans(), *(st.booleans() for _ in Fact))


@pytest.mark.parametrize(
    ("before", "fact", "value", "after"),
    [
        (NEW, Fact.HAS_PHONE, True, State(has_phone=True)),
        (NEW, Fact.ASKED, True, State(asked=True)),
        (NEW, Fact.HAS_APP, True, State(has_phone=True, asked=True, has_app=True)),
        (NEW, Fact.HELPED, True, State(has_phone=True, asked=True, helped=True)),
        (ALL, Fact.HELPED, False, State(has_phone=True, asked=True, has_app=True)),
        (ALL, Fact.HAS_APP, False, State(has_phone=True, asked=True, helped=True)),
        (ALL, Fact.ASKED, False, State(has_phone=True)),
        (ALL, Fact.HAS_PHONE, False, State(asked=True)),
        (State(away=True), Fact.ASKED, True, State(away=True, asked=True)),
    ],
)
def test_a_fact_brings_and_takes_what_follows_from_it(before, fact, value, after):
    assert with_fact(before, fact, value=value) == after


@given(states, st.permutations(list(Fact)), st.sets(st.sampled_from(Fact)))
def test_facts_that_are_added_give_the_same_in_every_order(state, order, added):
    """Two people at once: whatever each adds is there in the end, whoever was first."""
    result = state
    for fact in order:
        if fact in added:
            result = with_fact(result, fact, value=True)
            assert not takes_back(state, result)
    assert all(getattr(result, fact) for fact in added)
    other = state
    for fact in reversed(order):
        other = with_fact(other, fact, value=True) if fact in added else other
    assert other == result


@pytest.mark.parametrize(
    ("before", "after", "back"),
    [
        (NEW, ALL, False),
        (ALL, ALL, False),
        (ALL, NEW, True),
        (ALL, with_fact(ALL, Fact.HELPED, value=False), True),
        (NEW, State(away=True), True),
    ],
)
def test_what_takes_something_back(before, after, back):
    assert takes_back(before, after) is back


@given(st.lists(states))
def test_only_who_is_present_is_counted(listed):
    counts = count(listed)
    here = [each for each in listed if not each.away]
    assert counts.present == len(here)
    assert counts.not_yet_asked == sum(not each.asked for each in here)
    assert counts.has_app == sum(each.has_app for each in here)
    assert all(0 <= getattr(counts, name) <= counts.present for name in SHOWN)


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        (Counts(42, 30, 38, 25, 6), "42 30 all-4 few 25 6"),
        (Counts(42, 42, 42, 25, 6), "42 all-4 all-4 few 25 6"),
        (Counts(9, 9, 4, 0, 0), "9 hidden hidden hidden hidden hidden"),
        (Counts(3, 2, 1, 0, 0), "few hidden hidden hidden hidden hidden"),
        (Counts(0), "few hidden hidden hidden hidden hidden"),
        (Counts(1200, 3, 1199, 3, 3), "1200 3 1199 1 3 3"),
    ],
)
def test_what_an_officer_above_reads(counts, shown):
    words = {Extent.FEW: "few", Extent.NEARLY_ALL: "all-4", Extent.SUPPRESSED: "hidden"}
    made = disclosed(counts)
    assert " ".join(words.get(made[name].extent, str(made[name].at_least)) for name in SHOWN) == shown


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=6))
def test_a_sum_over_places_never_tells_more_than_its_parts(sizes):
    places = [Counts(present, min(asked, present), min(asked, present)) for present, asked in sizes]
    summed = total(disclosed(each) for each in places)
    for name in SHOWN:
        truth = sum(getattr(each, name) for each in places)
        assert summed[name].number <= truth
        assert not summed[name].exact or summed[name].number == truth
    whole = total(exactly(each) for each in places)
    assert all(whole[name].exact and whole[name].number == sum(getattr(p, name) for p in places) for name in SHOWN)


@given(states)
def test_a_page_sends_back_what_its_reader_saw(state):
    assert read_state(written(state)) == state


@pytest.mark.parametrize("digits", ["", "0000", "000000", "0000x", "00002", "٠٠٠٠٠"])
def test_nothing_else_is_a_state(digits):
    assert read_state(digits) is None


def test_every_fact_is_a_field_of_the_state():
    assert {*Fact} < {name for name, _ in itertools.chain((each, None) for each in State.__dataclass_fields__)}
