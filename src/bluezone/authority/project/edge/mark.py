"""Decide when an answer leaves that must not tell by its time what was found."""

from __future__ import annotations

import math


def leaves_at(arrived_s: float, ready_s: float, mark_s: float) -> float:
    """Return when an answer leaves: the first multiple of `mark_s` after the request's arrival at which it is ready.

    All are seconds of one clock. A mark of 0 means at once. An answer that took longer than the mark says only how many
    marks it took.
    """
    if mark_s <= 0:
        return ready_s
    return arrived_s + max(1, math.ceil((ready_s - arrived_s) / mark_s)) * mark_s
