"""Test what a roster says of a person, which counts leave the place, and how beds and houses are numbered."""

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
    disclosed,
    exactly,
    read_hamlet,
    read_number,
    read_numbers,
    read_state,
    takes_back,
    total,
    with_fact,
    written,
)
from bluezone.authority.episodes.stays.rules import IsolationError
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


# --- numbers of beds and houses, in which names and telephone numbers have no room ------------------------------------


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("A12", "A12"), ("a 12", "A12"), ("A-12", "A12"), ("12", "12"), ("P3G2", "P3G2"), ("P3-G2", "P3G2"),
        ("1-12", "1-12"), ("1.12", "1-12"), ("2/014", "2-014"), (" b05 ", "B05"), ("A1-203", "A1-203"), ("KV5", "KV5"),
        ("12A", "12A"), ("12345", "12345"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_it_is_written_on_beds(written, text):
    assert read_number(written).text == text


@pytest.mark.parametrize(("one", "other"), [("A5", "a-05"), ("P3G2", "p3 g02"), ("7", "007"), ("1-12", "01/12")])
def test_two_ways_of_writing_one_bed_are_one_bed(one, other):
    assert read_number(one).key == read_number(other).key


@pytest.mark.parametrize(("one", "other"), [("1-12", "11-2"), ("1-12", "112"), ("A1", "A11"), ("A1", "1A")])
def test_two_beds_are_two(one, other):
    assert read_number(one).key != read_number(other).key


def test_beds_sort_by_number():
    beds = ["A10", "A9", "B1", "A2-10", "A2-9", "A1"]
    assert sorted(beds, key=lambda text: read_number(text).key) == ["A1", "A2-9", "A2-10", "A9", "A10", "B1"]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "missing"), ("   ", "missing"),
        ("Nguyễn Văn An", "could be a name"), ("An", "could be a name"), ("Lan 2", "could be a name"),
        ("HUNG12", "could be a name"), ("A", "could be a name"), ("chị Ba", "could be a name"),
        ("giường 12", "could be a name"),
        ("0912345678", "telephone"), ("0912 345 678", "telephone"), ("+84 912 345 678", "telephone"),
        ("878123", "telephone"), ("091-234-5", "telephone"), ("A0912345678", "telephone"),
        ("An 0912345678", "telephone"),
        ("A12345B67X", "telephone"), ("AB12CD34E", "at most 8"), ("Đ5", "no number"), ("A12!", "no number"),
        ("A12<b>", "no number"), ("١٢", "could be a name"),
    ],
)  # fmt: skip
def test_a_name_or_a_telephone_number_is_refused_with_a_sentence(written, why):
    with pytest.raises(IsolationError, match=why) as caught:
        read_number(written)
    assert caught.value.field == "number"


@given(st.text(max_size=40))
def test_whatever_is_typed_gives_a_short_number_or_a_sentence(text):
    try:
        number = read_number(text)
    except IsolationError:
        return
    bare = number.text.replace("-", "")
    assert 1 <= len(bare) <= 8
    assert bare.isascii()
    assert bare.isalnum()
    assert any(letter.isdigit() for letter in bare)
    assert read_number(number.text) == number


def test_several_beds_and_rows_of_beds():
    assert [each.text for each in read_numbers("A1, a2;A2\nA7")] == ["A1", "A2", "A7"]
    assert [each.text for each in read_numbers("A8", "A11")] == ["A8", "A9", "A10", "A11"]
    assert [each.text for each in read_numbers("B08", "B11")] == ["B08", "B09", "B10", "B11"]
    assert [each.text for each in read_numbers("2-1", "2-2")] == ["2-1", "2-2"]


@pytest.mark.parametrize(("first", "last"), [("A1", "B9"), ("A9", "A1"), ("A1", "A1B"), ("1", "301"), ("A1", "A1-5")])
def test_a_row_that_cannot_be_counted_is_refused(first, last):
    with pytest.raises(IsolationError, match="cannot be counted") as caught:
        read_numbers(first, last)
    assert caught.value.field == "up_to"


def test_more_beds_than_anybody_types_are_refused():
    with pytest.raises(IsolationError, match="300"):
        read_numbers(",".join(str(number) for number in range(301)))


@pytest.mark.parametrize(
    ("written", "hamlet"),
    [
        ("3", "3"), ("Ấp 3", "3"), ("ấp 03", "3"), ("Khu vực 5A", "5A"), ("KV 4", "4"), ("khu phố B", "B"),
        ("ap my phu", "Ấp Mỹ Phú"), ("Ấp Mỹ Phú", "Ấp Mỹ Phú"),
    ],
)  # fmt: skip
def test_a_hamlet_is_registered_or_a_number(written, hamlet):
    assert read_hamlet(written, ["Ấp Mỹ Phú", "Ấp Mỹ Thạnh"]) == hamlet


@pytest.mark.parametrize("written", ["", "Ấp", "Nguyễn Văn An", "Ấp Mỹ", "0912345678", "3 An", "12345"])
def test_any_other_hamlet_could_be_a_name(written):
    with pytest.raises(IsolationError, match="hamlet"):
        read_hamlet(written, ["Ấp Mỹ Phú"])
