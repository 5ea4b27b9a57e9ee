"""Poster codes, and counts that must not be shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.rollout.sectors import ENTROPY_BYTES, NAMES, Sector, UnitCodeError, make_code, read_code
from bluezone.rollout.suppression import is_telling, shown, shown_children

entropy = st.binary(min_size=ENTROPY_BYTES, max_size=ENTROPY_BYTES)


@given(entropy)
def test_a_code_is_read_back_as_people_type_it(data: bytes) -> None:
    code = make_code(data)
    assert read_code(code) == code
    assert read_code(code.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == code


@given(entropy, st.integers(0, 7), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_every_wrong_letter_is_noticed(data: bytes, at: int, letter: str) -> None:
    letters = make_code(data).replace("-", "")
    wrong = letters[:at] + letter + letters[at + 1 :]
    if wrong != letters:
        with pytest.raises(UnitCodeError):
            read_code(wrong)


@pytest.mark.parametrize("text", ["", "ABC", "7K3M-Q2X", "7K3M-Q2XDD", "7K3M-Q2X!", "úúúúúúúú"])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(UnitCodeError):
        read_code(text)


def test_every_sector_has_a_name() -> None:
    assert set(NAMES) == set(Sector)


@pytest.mark.parametrize(
    ("count", "people", "telling"),
    [
        (0, 40, True),
        (4, 40, True),
        (5, 40, False),
        (35, 40, False),
        (36, 40, True),
        (40, 40, True),
        (4, None, True),
        (5, None, False),
        (4, 8000, False),
    ],
)
def test_a_count_is_hidden_where_a_person_could_be_told(count: int, people: int | None, telling: bool) -> None:
    assert is_telling(count, people) is telling
    assert (shown(count, people) is None) is telling


def test_a_single_hidden_part_takes_the_next_smallest_with_it() -> None:
    assert shown_children({"a": (2, 40), "b": (20, 60), "c": (30, 60)}) == {"a": None, "b": None, "c": 30}
    assert shown_children({"a": (2, 40), "b": (3, 60), "c": (30, 60)}) == {"a": None, "b": None, "c": 30}
    assert shown_children({"a": (2, 40), "b": (20, 60)}, total_shown=False) == {"a": None, "b": 20}


counts = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=2),
    st.integers(1, 3000).flatmap(lambda people: st.tuples(st.integers(0, people), st.just(people))),
    min_size=2,
)


@given(counts)
def test_no_hidden_count_follows_from_the_total(parts: dict[str, tuple[int, int | None]]) -> None:
    hidden = [key for key, value in shown_children(parts).items() if value is None]
    assert len(hidden) != 1
    assert all(key in hidden for key, (count, people) in parts.items() if is_telling(count, people))
