"""Say how many of the installed apps are in use: an order asks to install and to use, and these are two counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from bluezone.i18n import Language, format_day, format_number
from bluezone.rollout.series import Series
from bluezone.rollout.suppression import Extent
from bluezone.rollout.texts import translator


@dataclass(frozen=True, slots=True)
class InUse:
    """Hold how many of the installed apps were in use, and on which day that was counted; `extent` says how exactly
    the count is disclosed."""

    count: int
    date: dt.date
    extent: Extent = Extent.EXACT

    def missing(self, target: int) -> int:
        """Return how many more have to be in use for so many to be."""
        return max(0, target - self.count)


def in_use(series: Series) -> InUse | None:
    """Return the newest count of apps in use of a unit's series, else that of another class of source: the Ministry's
    table has none, which a province may report. None where nobody has counted them."""
    counts = (*reversed(series.counts), series.in_use_elsewhere)
    return next(
        (InUse(each.active, each.date) for each in counts if each is not None and each.active is not None), None
    )


def sum_in_use(parts: Iterable[InUse | None]) -> InUse | None:
    """Return the sum over parts, as of the oldest day of them; None where it is not known of every part."""
    known = list(parts)
    counts = [each for each in known if each is not None]
    if not counts or len(counts) < len(known):
        return None
    exact = all(each.extent is Extent.EXACT for each in counts)
    extent = Extent.EXACT if exact else Extent.AT_LEAST
    return InUse(sum(each.count for each in counts), min(each.date for each in counts), extent)


def use_text(use: InUse | None, language: Language, target: int | None = None) -> str:
    """Return how many are in use, on which day, and how many are missing of a target: `12,345 (13 Aug), 207,561
    missing`; where nobody has counted, that it is not known yet."""
    _ = translator(language).gettext
    if use is None:
        return _("not known yet")
    said = f"{format_number(use.count, language)} ({format_day(use.date, language)})"
    if target is None:
        return said
    missing = use.missing(target)
    return _("{said}, {missing} missing").format(said=said, missing=format_number(missing, language))
