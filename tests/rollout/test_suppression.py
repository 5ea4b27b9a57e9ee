"""Counts that must not be disclosed, in Python and in SQL."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.rollout.suppression import (
    LEAST_DISCLOSED,
    MANY_PEOPLE,
    Extent,
    at_least_sql,
    disclose,
    disclosed,
    disclosed_parts,
    is_suppressed,
    suppressed_ranges,
    suppressed_sql,
)

#: every number of people around a threshold, and every count among them
PEOPLE = (None, 1, 4, 5, 8, 9, 10, 11, 40, 999, 1000, 1001)
CASES = [(count, people) for people in PEOPLE for count in range((people or 20) + 7)]


@pytest.mark.parametrize(
    ("count", "people", "suppressed"),
    [
        (0, 40, True),
        (4, 40, True),
        (5, 40, False),
        (35, 40, False),
        (36, 40, True),
        (40, 40, True),
        (41, 40, False),  # more installs than people: nobody can be told, and the figure is questioned elsewhere
        (4, None, True),
        (5, None, False),
        (4, 999, True),
        (995, 999, True),
        (4, 1000, False),
        (1000, 1000, False),
    ],
)
def test_a_count_is_suppressed_where_a_person_could_be_told(count: int, people: int | None, suppressed: bool) -> None:
    assert is_suppressed(count, people) is suppressed
    assert (disclosed(count, people) is None) is suppressed


@pytest.mark.parametrize(
    ("count", "people", "shown"), [(12, 40, 10), (13, 40, 10), (15, 40, 15), (1013, 1200, 1013), (13, None, 13)]
)
def test_a_count_of_few_people_is_cut_to_fives(count: int, people: int | None, shown: int) -> None:
    assert disclosed(count, people) == shown


@pytest.mark.parametrize(
    ("count", "people", "at_least", "extent"),
    [
        (12, 40, 12, Extent.EXACT),
        (3, 40, 0, Extent.FEW),
        (3, None, 0, Extent.FEW),
        (38, 40, 36, Extent.NEARLY_ALL),
        (8, 9, 0, Extent.SUPPRESSED),
        (2, 9, 0, Extent.SUPPRESSED),
        (3, 5000, 3, Extent.EXACT),
    ],
)
def test_a_suppressed_count_is_disclosed_as_far_as_it_tells_nobody(
    count: int, people: int | None, at_least: int, extent: Extent
) -> None:
    made = disclose(count, people)
    assert (made.at_least, made.extent) == (at_least, extent)


def test_what_is_disclosed_fits_at_least_five_counts() -> None:
    for people in range(1, 60):
        said = [disclose(count, people) for count in range(people + 1)]
        for count, made in enumerate(said):
            assert made.at_least <= count
            if made.extent is not Extent.EXACT:
                assert said.count(made) >= min(LEAST_DISCLOSED, people + 1)


def test_the_ranges_are_the_rule() -> None:
    for count, people in CASES:
        assert is_suppressed(count, people) is any(count in counts for counts in suppressed_ranges(people))
    assert suppressed_ranges(40) == (range(5), range(36, 41))
    assert suppressed_ranges(MANY_PEOPLE) == ()


def test_sql_says_what_python_says() -> None:
    query = f"SELECT c, p, {suppressed_sql('c', 'p')}, {at_least_sql('c', 'p')} FROM t"
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE t (c INTEGER NOT NULL, p INTEGER)")
        database.executemany("INSERT INTO t VALUES (?, ?)", CASES)
        rows = database.execute(query).fetchall()
    assert len(rows) == len(CASES) > 3000
    for count, people, suppressed, at_least in rows:
        assert suppressed == is_suppressed(count, people), (count, people)
        assert at_least == disclose(count, people).at_least, (count, people)


def test_a_single_suppressed_part_takes_the_one_of_the_fewest_people_with_it() -> None:
    assert disclosed_parts({"a": (2, 40), "b": (20, 60), "c": (30, 60)}) == {"a": None, "b": None, "c": 30}
    assert disclosed_parts({"a": (2, 40), "b": (3, 60), "c": (30, 60)}) == {"a": None, "b": None, "c": 30}
    assert disclosed_parts({"a": (2, 40)}) == {"a": None}


counts = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=2),
    st.integers(1, 3000).flatmap(lambda people: st.tuples(st.integers(0, people), st.just(people))),
    min_size=2,
)


@given(counts)
def test_no_suppressed_count_follows_from_the_total(parts: dict[str, tuple[int, int | None]]) -> None:
    suppressed = [key for key, value in disclosed_parts(parts).items() if value is None]
    assert len(suppressed) != 1
    assert all(key in suppressed for key, (count, people) in parts.items() if is_suppressed(count, people))
