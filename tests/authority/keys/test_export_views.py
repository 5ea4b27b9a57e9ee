"""Which part of a file a Range header asks for."""

from __future__ import annotations

import pytest

from bluezone.authority.keys.export_views import RangeError, byte_range


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("", None),
        ("bytes=0-", (0, 99)),
        ("bytes=0-0", (0, 0)),
        ("bytes=10-19", (10, 19)),
        ("bytes=10-1000", (10, 99)),
        ("BYTES=99-", (99, 99)),
        ("bytes=-1", (99, 99)),
        ("bytes=-1000", (0, 99)),
        ("bytes = 5 - 6", (5, 6)),
        ("bytes=20-10", None),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("lines=0-1", None),
        ("bytes=a-b", None),
        ("bytes=٠-١", None),
        ("bytes=" + "9" * 5_000 + "-", None),
    ],
)
def test_a_range_is_the_part_asked_for(header, part):
    assert byte_range(header, 100) == part


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=100-", 100), ("bytes=100-200", 100), ("bytes=-0", 100), ("bytes=0-", 0)]
)
def test_a_range_outside_the_file_is_refused(header, size):
    with pytest.raises(RangeError):
        byte_range(header, size)
