"""Small counts are not shown where a person could be told from them.

In a hamlet of 40 people, "2 installs" names two neighbours, and "38 of 40" names the two who have not. And a hidden
count must not follow

- from the total and the others: with one hidden, another is hidden too;
- from one day and the next: which other one is no matter of the day's counts (that of the fewest people, else the first
  by code), or the hidden pair would change, and two days together would give both counts away;
- from small steps: among few people "12, then 13" names who was seen installing. There, counts are cut to fives.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

LEAST_SHOWN = 5
#: counts among few people are shown cut to a multiple of it
STEP = 5
#: Among so many people nobody can be told from a small count.
MANY_PEOPLE = 1000


def is_telling(count: int, people: int | None) -> bool:
    """Whether a count of a unit could tell who did, or who did not, install."""
    if people is not None and people >= MANY_PEOPLE:
        return False
    return count < LEAST_SHOWN or (people is not None and 0 <= people - count < LEAST_SHOWN)


def shown(count: int, people: int | None) -> int | None:
    """The count, cut to fives where it is one of few people, or None where it must not be shown."""
    if is_telling(count, people):
        return None
    return count - count % STEP if people is not None and people < MANY_PEOPLE else count


def shown_children(counts: Mapping[str, tuple[int, int | None]], *, total_shown: bool = True) -> dict[str, int | None]:
    """The counts of all parts of a total (`key -> (count, people)`), None where hidden.

    If the total is shown and a single part is hidden, another part is hidden with it, the same one on every day.
    """
    result = {key: shown(count, people) for key, (count, people) in counts.items()}
    hidden = [key for key, value in result.items() if value is None]
    if total_shown and len(hidden) == 1 and len(result) > 1:
        others = (key for key in result if key not in hidden)
        result[min(others, key=lambda key: (counts[key][1] or math.inf, key))] = None
    return result
