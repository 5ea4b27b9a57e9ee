"""Small counts are not shown where a person could be told from them.

In a hamlet of 40 people, "2 installs" names two neighbours, and "38 of 40" names the two who have not. And a hidden
count must not follow from the total and the others: with one hidden, the next smallest is hidden too.
"""

from __future__ import annotations

from collections.abc import Mapping

LEAST_SHOWN = 5
#: Among so many people nobody can be told from a small count.
MANY_PEOPLE = 1000


def is_telling(count: int, people: int | None) -> bool:
    """Whether a count of a unit could tell who did, or who did not, install."""
    if people is not None and people >= MANY_PEOPLE:
        return False
    return count < LEAST_SHOWN or (people is not None and 0 <= people - count < LEAST_SHOWN)


def shown(count: int, people: int | None) -> int | None:
    """The count, or None where it must not be shown."""
    return None if is_telling(count, people) else count


def shown_children(counts: Mapping[str, tuple[int, int | None]], *, total_shown: bool = True) -> dict[str, int | None]:
    """The counts of all parts of a total (`key -> (count, people)`), None where hidden.

    If the total is shown and a single part is hidden, the smallest other part is hidden with it.
    """
    result = {key: shown(count, people) for key, (count, people) in counts.items()}
    hidden = [key for key, value in result.items() if value is None]
    if total_shown and len(hidden) == 1 and len(result) > 1:
        smallest = min((key for key in result if key not in hidden), key=lambda key: (counts[key][0], key))
        result[smallest] = None
    return result
