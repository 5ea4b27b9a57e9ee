"""Reckon how likely a cause of a misfit is, beside a fit by chance.

A share printed with two digits fits one count in thirteen after some slip of a hand: a slip that fits says nothing by
itself. So each cause has odds: how often it happens and in how many ways it could have (`PRIORS`, `ways`), against how
often a mistake of which we know nothing would land where this one did. Of such a mistake we take that half lie near the
true share (people estimated otherwise), the others anywhere; but few lie near it where the unit's rows of other days
fit the people as known (`NEAR_SHARE`). Those rows also bound what the true count can have been.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from bluezone.errors import N_
from bluezone.rollout.findings import Slip, fits
from bluezone.rollout.numbers import Printed, count_of

#: Odds under which no cause is named.
LEAST_ODDS = 4.0
#: A kind of slip that would explain more than one in so many pairs picked at random says nothing.
_ONE_IN = 60
MAX_SLIPS = 5
#: how far from the true share a mistake lies that is near it (of the logarithm of their ratio)
_NEAR = 0.03
#: how many of the mistakes of unknown cause lie near it; and where rows of other days fit the people as known
NEAR_SHARE, NEAR_SHARE_KNOWN = 0.5, 0.05
UNBOUND = (0.0, math.inf)
#: a mistake anywhere lies within a factor of thirty
_FAR_DENSITY = 1 / (2 * math.log(30))
#: whether a count and a share belong together on so many people
Agrees = Callable[[Printed, Printed, int], bool]


class Cause(enum.StrEnum):
    """Name a kind of mistake; those of slips are what happened to the digits."""

    SWAPPED = N_("two digits swapped")
    DECIMAL = N_("the decimal mark misplaced")
    THOUSANDS = N_("thousands and units mixed up")
    WRONG_DIGIT = N_("one digit wrong")
    MISSING_DIGIT = N_("one digit missing")
    EXTRA_DIGIT = N_("one digit too many")
    OTHER_ROW = "other row"
    OTHER_DAY = "other day"


#: How often a misfit comes from each, as far as a guess goes; what is left is UNKNOWN.
PRIORS = {
    Cause.SWAPPED: 0.08,
    Cause.DECIMAL: 0.06,
    Cause.THOUSANDS: 0.05,
    Cause.WRONG_DIGIT: 0.10,
    Cause.MISSING_DIGIT: 0.05,
    Cause.EXTRA_DIGIT: 0.05,
    Cause.OTHER_ROW: 0.24,
    Cause.OTHER_DAY: 0.15,
}
UNKNOWN = 1 - sum(PRIORS.values())
SLIPS = (
    Cause.SWAPPED,
    Cause.DECIMAL,
    Cause.THOUSANDS,
    Cause.WRONG_DIGIT,
    Cause.MISSING_DIGIT,
    Cause.EXTRA_DIGIT,
)


@dataclass(frozen=True, slots=True)
class Misfit:
    """Hold a count and a share that do not fit the people (or phones) they should be of.

    `near_share` is how many mistakes of unknown cause lie near the true share; `true_counts` the range in which the
    unit's rows of other days say that the true count lies.
    """

    count: Printed
    percent: Printed
    base: int
    near_share: float = NEAR_SHARE
    true_counts: tuple[float, float] = UNBOUND

    @property
    def chance(self) -> float:
        """Return the probability that a mistake of unknown cause gives exactly this share of this count."""
        if self.percent.value <= 0 or self.count.value <= 0:
            return 1.0
        distance = abs(math.log(float(self.percent.value * self.base / (100 * self.count.value))))
        near = math.exp(-distance / _NEAR) / (2 * _NEAR)
        return (self.near_share * near + (1 - self.near_share) * _FAR_DENSITY) * self._window

    def by_chance(self, ways: float) -> float:
        """Return the probability that some of so many ways explains a count and a share that have nothing to do with
        each other."""
        return ways * _FAR_DENSITY / 2 * self._window

    def can_be(self, count: Printed) -> bool:
        """Return whether a count can be the true one beside the unit's rows of other days."""
        low, high = self.true_counts
        return low <= count.high and count.low <= high

    def cell(self, slip: Slip, meant: Printed) -> int:
        """Return which true ratios a correction explains: those within the same window have the same number."""
        was = self.count if slip.corrects == "count" else self.percent
        ratio = math.log(float(meant.value / was.value)) if was.value > 0 and meant.value > 0 else 0.0
        return round((-ratio if slip.corrects == "count" else ratio) / self._window)

    @property
    def _window(self) -> float:
        """Return how far the true ratio may lie around the printed one: its logarithm's range."""
        return _range_of(self.percent) + _range_of(self.count)

    def odds(self, cause: Cause, ways: float) -> float:
        """Return the odds of a cause that could have gone wrong in so many ways, one of which fits."""
        return PRIORS[cause] / ways / (UNKNOWN * min(1.0, self.chance))


def _range_of(number: Printed) -> float:
    low, high = max(number.low, number.value / 4), number.high
    if number.exact:
        low, high = number.value - Decimal("0.5"), number.value + Decimal("0.5")
    return math.log(float(high / low)) if low > 0 else 1.0


def slips(misfit: Misfit, agrees: Agrees = fits) -> list[tuple[float, Slip]]:
    """Return the slips that explain a misfit, with their odds, the likeliest first; `agrees` as the table rounds.

    The odds are those of the kind of slip: of several corrections of one kind that fit, nobody knows which it was.
    """
    found: dict[Cause, list[Slip]] = {cause: [] for cause in SLIPS}
    ways = dict.fromkeys(SLIPS, 0)
    shares: dict[Cause, set[int]] = {cause: set() for cause in SLIPS}  # of the people, that some way explains
    for cause, slip, meant in _corrections(misfit):
        count, percent = (meant, misfit.percent) if slip.corrects == "count" else (misfit.count, meant)
        if not misfit.can_be(count):
            continue
        ways[cause] += 1
        shares[cause].add(misfit.cell(slip, meant))
        if agrees(count, percent, misfit.base) and slip not in found[cause]:
            found[cause].append(slip)
    made = [
        (misfit.odds(cause, ways[cause]) * len(own), slip)
        for cause, own in found.items()
        if misfit.by_chance(len(shares[cause])) * _ONE_IN < 1
        for slip in own[:MAX_SLIPS]
    ]
    return sorted(made, key=lambda pair: -pair[0])


def _corrections(misfit: Misfit) -> Iterator[tuple[Cause, Slip, Printed]]:
    """Yield what may have been meant by the share and by the count, by kind of slip."""
    count, percent = misfit.count, misfit.percent
    exponent = int(percent.step.as_tuple().exponent)
    for cause, digits in _mistyped(str(int(percent.value.scaleb(-exponent)))):
        meant = Printed(Decimal(digits or "0").scaleb(exponent), percent.step)
        if 0 < meant.value <= 100:
            yield cause, Slip("percent", meant.value, cause.value), meant
    for places in (2, 1, -1, -2):  # 0.0754 or 75.4 instead of 7.54
        meant = Printed(percent.value.scaleb(places), percent.step.scaleb(places))
        if 0 < meant.value <= 100:
            yield Cause.DECIMAL, Slip("percent", meant.value, Cause.DECIMAL.value), meant
    for places in (3, -3):  # 55 thousand read as 55; 55.289 read as a decimal
        value = count.value.scaleb(places)
        # 55 thousand may be anything from 54,000 to 56,000: cut off, rounded, or raised
        whole = Decimal(int(value))
        meant = Printed(value, Decimal(2000)) if places > 0 and count.step >= 1 else count_of(int(whole))
        if value >= 1:
            yield Cause.THOUSANDS, Slip("count", whole, Cause.THOUSANDS.value), meant
    if count.value == count.value.to_integral_value():
        for cause, digits in _mistyped(str(int(count.value))):
            if digits[:1] not in ("", "0"):
                meant = count_of(int(digits))
                yield cause, Slip("count", meant.value, cause.value), meant


def _mistyped(digits: str) -> Iterator[tuple[Cause, str]]:
    """Yield what may have been meant: two neighbours swapped, one digit wrong, one missing, one too many."""
    for at in range(len(digits) - 1):
        if digits[at] != digits[at + 1]:
            yield Cause.SWAPPED, digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    for at, digit in enumerate(digits):
        yield from ((Cause.WRONG_DIGIT, digits[:at] + new + digits[at + 1 :]) for new in "0123456789" if new != digit)
    for at in range(len(digits) + 1):
        yield from ((Cause.MISSING_DIGIT, digits[:at] + new + digits[at:]) for new in "0123456789")
    for at in range(len(digits)):
        yield Cause.EXTRA_DIGIT, digits[:at] + digits[at + 1 :]
