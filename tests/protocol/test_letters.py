"""Codes of posters, as the phone reads them and the roll-out makes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.letters import MistypedError, read_unit_code
from bluezone.rollout.sectors import ENTROPY_BYTES, make_code

CODE = make_code(bytes(range(1, ENTROPY_BYTES + 1)))


@given(st.binary(min_size=ENTROPY_BYTES, max_size=ENTROPY_BYTES))
def test_every_code_of_a_poster_is_read_also_as_people_type_it(entropy: bytes) -> None:
    code = make_code(entropy)
    for text in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} ", code.replace("0", "o")):
        assert read_unit_code(text) == code
    assert read_unit_code(f"https://bluezone.example/{code}") == code


@given(st.integers(0, 7), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_a_wrong_letter_is_found(place: int, letter: str) -> None:
    letters = list(CODE.replace("-", ""))
    if letters[place] == letter:
        return
    letters[place] = letter
    with pytest.raises(MistypedError):
        read_unit_code("".join(letters))


@pytest.mark.parametrize(
    "text", ["", "7K3M", "12345678X", "U" * 8, "x" * 10_000, "https://[", "https://shop.example/", "七"]
)
def test_what_is_no_code_is_one_error(text: str) -> None:
    with pytest.raises(ProtocolError):
        read_unit_code(text)
