"""Papers of units."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.fixture
def pages_of() -> Callable[[bytes], int]:
    """How many pages a PDF has."""
    import re

    def count(pdf: bytes) -> int:
        assert pdf.startswith(b"%PDF-")
        return max(int(each) for each in re.findall(rb"/Count (\d+)", pdf))

    return count
