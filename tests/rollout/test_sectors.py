"""Poster codes and sectors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.rollout.sectors import (
    ENTROPY_BYTES,
    NAMES,
    Sector,
    UnitCodeError,
    codes_among,
    is_code,
    make_code,
    read_code,
)

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
    ("text", "meant"),
    [
        ("7K3M-Q2XD", True),
        ("7k3mq2xd", True),
        ("ABCD-EFGH", True),
        ("VinhLong", False),
        ("Vĩnh Long", False),
        ("", False),
    ],
)
def test_a_code_is_told_from_the_name_of_a_place(text: str, meant: bool) -> None:
    assert is_code(text) is meant


def test_codes_are_picked_from_cells_in_their_one_written_form() -> None:
    code = make_code(bytes(range(ENTROPY_BYTES)))
    mistyped = code[:-1] + ("Z" if code[-1] != "Z" else "Y")
    assert codes_among(["", "Hậu Giang", code.lower(), code, mistyped]) == {code}
