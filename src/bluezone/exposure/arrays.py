"""Run the policies' plain functions over a table of many encounters' scans, compiled by numba.

What a phone computes on lists (`arithmetic`, `policies`) is here compiled as it stands: this module holds loops over
encounters and days, and no formula. It belongs to the extra `evaluation`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray

from bluezone import jit
from bluezone.exposure.arithmetic import MAX_GAP_S, Day, Scans, Windows, heard_s, window_starts
from bluezone.exposure.policies import Policy
from bluezone.exposure.policies.base import KeyFacts
from bluezone.exposure.policies.near_minutes import SHORTEST_MINUTES, level_db, log_of_levels
from bluezone.exposure.scan_table import FloatArray, IntArray, ScanTable
from bluezone.exposure.windows import MAX_WINDOW_S
from bluezone.protocol.intervals import DAY_S

_ROOM = Path(__file__).parent
#: where plain functions, and constants that they take, are
_SOURCES = ("arithmetic.py", "arrays.py", "windows.py", "policies/*.py")
_FIELDS = len(Day._fields)


# --- compiling plain functions ----------------------------------------------------------------------------------------


@cache
def _folder() -> str:
    sources = sorted(file for pattern in _SOURCES for file in _ROOM.glob(pattern))
    return jit.cache_folder("exposure", [*sources, Path(jit.__file__)])


@cache
def _may_be_called(function: FunctionType) -> None:
    """Let compiled code call a plain function and all plain functions of this room that it calls."""
    register_jitable(function)
    for name in _names(function.__code__):
        called = function.__globals__.get(name)
        if isinstance(called, FunctionType) and called.__module__.startswith(f"{__package__}."):
            _may_be_called(called)


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):  # a comprehension
            yield from _names(constant)


def _compiled(loop: Callable[..., Any], *called: Any) -> Callable[..., Any]:
    for function in called:
        _may_be_called(function)
    return jit.compiled(loop, _folder())


@cache
def _each_day(judge: Any) -> Callable[..., FloatArray]:
    """Compile the loop over the days of a table for one policy's `judge`."""

    def days(scans: Any, windows: Any, firsts: Any, lasts: Any, numbers: Any) -> Any:
        found = np.empty((len(firsts), _FIELDS))
        for day in range(len(firsts)):
            said = judge(scans, windows, firsts[day], lasts[day], numbers)
            for field in range(_FIELDS):
                found[day, field] = said[field]
        return found

    return _compiled(days, judge)


@cache
def _each_encounter(function: Any, width: int) -> Callable[..., FloatArray]:
    """Compile the loop over the encounters that have scans, for a function of `scans, start, stop, numbers` that
    returns `width` numbers; NaN for the others."""

    def encounters(scans: Any, offsets: Any, numbers: Any) -> Any:
        found = np.full((len(offsets) - 1, width), np.nan)
        for encounter in range(len(offsets) - 1):
            if offsets[encounter] < offsets[encounter + 1]:
                said = function(scans, offsets[encounter], offsets[encounter + 1], numbers)
                for field in range(width):
                    found[encounter, field] = said[field]
        return found

    return _compiled(encounters, function)


@cache
def _all_windows() -> Callable[..., tuple[IntArray, IntArray]]:
    """Compile the loop that cuts each encounter's scans into windows: their bounds, and the encounter of each."""

    def cut(at_s: Any, offsets: Any, max_window_s: float, max_gap_s: float, day_s: float) -> Any:
        bounds = np.empty(len(at_s) + 1, np.int64)
        owners = np.empty(len(at_s), np.int64)
        windows = 0
        for encounter in range(len(offsets) - 1):
            for start in window_starts(
                at_s, offsets[encounter], offsets[encounter + 1], max_window_s, max_gap_s, day_s
            ):
                bounds[windows], owners[windows] = start, encounter
                windows += 1
        bounds[windows] = len(at_s)
        return bounds[: windows + 1], owners[:windows]

    return _compiled(cut, window_starts)


def _columns(table: ScanTable) -> Scans:
    columns = (table.at_s, table.since_last_scan_s, table.typical_db, table.min_db, table.readings)
    contiguous: list[Any] = [np.ascontiguousarray(column) for column in columns]
    return Scans(*contiguous)


def _numbers(numbers: Any) -> Any:
    """Return parameters for compiled code: its sequences as arrays, whatever their length."""
    if hasattr(numbers, "_fields"):
        return type(numbers)(*map(_numbers, numbers))
    if isinstance(numbers, tuple):
        return np.array(numbers, dtype=np.float64)
    return float(numbers)


# --- what the evaluation asks -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judged:
    """Hold what a policy says of each encounter: one entry an encounter in all arrays.

    `score`: of its worst day; 0 where never heard. `share`: the worst day's share of what the policy warns from.
    `alert`: whether any day is warned of. `probability` of its most probable day, the policy's `unheard` where never
    heard, None where the policy gives none; `near_minutes` over all days, None likewise.
    """

    score: FloatArray
    share: FloatArray
    alert: NDArray[np.bool_]
    probability: FloatArray | None
    near_minutes: FloatArray | None


def judge(policy: Policy, table: ScanTable, keys: Sequence[KeyFacts]) -> Judged:
    """Judge each encounter of a table by itself, as `Policy.assess` does a phone's windows. `keys`: one an
    encounter."""
    table = table.in_order()
    bounds, owners = _all_windows()(table.at_s, table.offsets, MAX_WINDOW_S, MAX_GAP_S, float(DAY_S))
    factor = np.array([policy.factor(key) for key in keys], dtype=np.float64)
    windows: Any = Windows(bounds, owners, factor[owners])  # type: ignore[arg-type]
    day = table.at_s[bounds[:-1]] // DAY_S if owners.size else np.empty(0)
    firsts = np.flatnonzero(np.diff(owners, prepend=-1).astype(bool) | np.diff(day, prepend=np.nan).astype(bool))
    lasts = np.append(firsts[1:], owners.size)[: firsts.size]
    said = _each_day(policy.judge)(_columns(table), windows, firsts, lasts, _numbers(policy.numbers()))
    days = Day(*said.T)
    size, owner = len(table), owners[firsts]
    score, share = (_highest(values, owner, size) for values in (days.score, days.share))
    unheard, near = policy.unheard, np.bincount(owner, days.near_minutes, size).astype(np.float64)
    return Judged(
        score,
        share,
        share >= 1,
        None if unheard is None else np.where(table.heard, _highest(days.probability, owner, size), unheard),
        None if np.isnan(near).any() else near,
    )


def judge_as_phones(policy: Policy, table: ScanTable, keys: Sequence[KeyFacts], phones: Sequence[str]) -> Judged:
    """Judge each encounter as its receiving phone would, which knows the log of its own meetings and no label.
    `phones`: the name of the receiving phone of each encounter."""
    if not policy.learns:
        return judge(policy, table, keys)
    # of each encounter the level, NaN of those too short to be in a phone's log
    found, names = _each_encounter(_level_and_minutes, 2)(_columns(table), table.offsets, 0.0), np.array(phones)
    levels = np.where(found[:, 1] >= SHORTEST_MINUTES, found[:, 0], np.nan)
    groups = [np.flatnonzero(names == name).astype(np.int64) for name in np.unique(names)]
    parts = []
    for rows in groups:
        own = policy.knowing(log_of_levels([each for each in levels[rows].tolist() if not np.isnan(each)]))
        parts.append(judge(own, table.subset(rows), [keys[row] for row in rows.tolist()]))
    order = np.argsort(np.concatenate(groups))

    def joined(name: str) -> Any:
        values = [getattr(part, name) for part in parts]
        return None if values[0] is None else np.concatenate(values)[order]

    return Judged(**{field.name: joined(field.name) for field in fields(Judged)})


def _level_and_minutes(scans: Scans, start: int, stop: int, _numbers: float) -> tuple[float, float]:
    return level_db(scans, start, stop), heard_s(scans, start, stop) / 60


def _highest(values: Any, owner: IntArray, size: int) -> FloatArray:
    highest = np.zeros(size)
    np.maximum.at(highest, owner, values)
    return highest
