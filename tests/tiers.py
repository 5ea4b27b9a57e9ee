"""Leave cases of a parametrised test to `make thorough`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def first(count: int, cases: Iterable[Any]) -> list[Any]:
    """Return the cases of a parametrised test, all but the first `count` of them marked `thorough`."""
    return [case if at < count else _thorough(case) for at, case in enumerate(cases)]


def also(*cases: Any) -> list[Any]:
    """Return cases of a parametrised test that are all marked `thorough`."""
    return first(0, cases)


def _thorough(case: Any) -> Any:
    return pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.thorough)
