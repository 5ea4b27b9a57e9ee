"""CBOR of signed tokens: what RFC 8949 writes, what another reader makes of ours, and what is refused."""

from __future__ import annotations

import contextlib

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.protocol.cbor import CborError, Tag, dumps, loads

#: RFC 8949, appendix A
EXAMPLES = [
    (0, "00"),
    (23, "17"),
    (24, "1818"),
    (1000, "1903e8"),
    (1_000_000, "1a000f4240"),
    (1_000_000_000_000, "1b000000e8d4a51000"),
    (18_446_744_073_709_551_615, "1bffffffffffffffff"),
    (-1, "20"),
    (-100, "3863"),
    (-1000, "3903e7"),
    (b"", "40"),
    (b"\x01\x02\x03\x04", "4401020304"),
    ("", "60"),
    ("ü", "62c3bc"),
    ("水", "63e6b0b4"),
    ([], "80"),
    ([1, [2, 3], [4, 5]], "8301820203820405"),
    ({}, "a0"),
    ({1: 2, 3: 4}, "a201020304"),
    ({"a": 1, "b": [2, 3]}, "a26161016162820203"),
    (Tag(32, "http://www.example.com"), "d82076687474703a2f2f7777772e6578616d706c652e636f6d"),
]
values = st.recursive(
    st.integers(-(2**64), 2**64 - 1) | st.binary(max_size=40) | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.integers(-(2**64), 2**64 - 1) | st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(("value", "hexadecimal"), EXAMPLES)
def test_the_examples_of_the_standard_are_written_and_read(value, hexadecimal):
    assert dumps(value).hex() == hexadecimal
    assert loads(bytes.fromhex(hexadecimal)) == value


@given(values)
def test_another_library_writes_and_reads_the_same(value):
    with contextlib.suppress(CborError):  # deeper than tokens are
        assert loads(dumps(value)) == value
    assert cbor2.loads(dumps(value)) == value
    assert dumps(value) == cbor2.dumps(value, canonical=True) or isinstance(value, dict | list)


@pytest.mark.parametrize(
    "hexadecimal",
    ["", "18", "1817", "190017", "f5", "f6", "fb3ff199999999999a", "5f4101ff", "9fff", "bfff", "62c328", "44010203",
     "a201010102", "a1f501", "a18001", "0000", "9bffffffffffffffff", "81" * 9 + "00", "a1" * 400,
     "1c"],
)  # fmt: skip
def test_all_else_is_refused(hexadecimal):
    with pytest.raises(CborError):
        loads(bytes.fromhex(hexadecimal))


@pytest.mark.parametrize("value", [True, 1.5, None, 2**64, -(2**64) - 1])
def test_other_values_are_not_written(value):
    with pytest.raises(CborError):
        dumps(value)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    with contextlib.suppress(CborError):
        assert dumps(loads(data))
