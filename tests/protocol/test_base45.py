"""Base45: the examples of RFC 9285, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.protocol.base45 import Base45Error, decode, encode


#: RFC 9285, sections 4.3 and 4.4
@pytest.mark.parametrize(
    ("data", "text"),
    [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0"), (b"", "")],
)
def test_the_examples_of_the_standard(data, text):
    assert encode(data) == text
    assert decode(text) == data


@pytest.mark.parametrize("text", ["GGW", ":::", "A", "ABCD", "ab8", "::", "B\n8", "ÄB8"])
def test_what_is_refused(text):
    with pytest.raises(Base45Error):
        decode(text)


@given(st.binary(max_size=300))
def test_what_is_written_is_read(data):
    assert decode(encode(data)) == data
