"""Rehearse many days, one a seed, and say how well the warnings fit: one day says little, a good one nothing."""

from __future__ import annotations

import math
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bluezone.town.errors import TownError
from bluezone.town.findings import Score
from bluezone.town.run import Options, rehearsal, start_of_day_s
from bluezone.town.server import TownAuthority

MAX_SEEDS = 1_000
_Z95 = 1.96

#: (seeds done, of how many)
SeedProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class SeedScore:
    """Hold how the warnings of one seed fit, and what the phones decided by; `delays_s`: from export to notice, one
    for each owner who was told, empty where that was not asked for."""

    seed: int
    score: Score
    policy: str
    policy_version: str
    delays_s: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Shares:
    """Summarise a share (0..1) over seeds. `days`: seeds in which there was something to divide by; `pooled`: of all
    persons of all days together, with its 95 % interval (Wilson 1927). None where there was no such day."""

    days: int
    median: float | None
    worst: float | None
    lower_quartile: float | None
    perfect_days: int
    pooled: float | None
    pooled_low: float | None
    pooled_high: float | None


def parse_seeds(text: str) -> list[int]:
    """Return the seeds of a text like `1-50` or `3,7,10-12`, each once, ascending. Raises TownError."""
    seeds: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        try:
            low = int(first)
            high = int(last) if dash else low
        except ValueError:
            raise TownError(f"seeds {text!r}: write numbers and spans, for example 1-50 or 3,7,10-12") from None
        if not 0 <= low <= high < 2**32 or high - low >= MAX_SEEDS:
            raise TownError(f"seeds {part.strip()!r}: a span ascends, from 0 on, and holds at most {MAX_SEEDS}")
        seeds.update(range(low, high + 1))
    if len(seeds) > MAX_SEEDS:
        raise TownError(f"{len(seeds)} seeds: choose at most {MAX_SEEDS}")
    return sorted(seeds)


def rehearse_seeds(seeds: Sequence[int], options: Options, progress: SeedProgress) -> Iterator[SeedScore]:
    """Yield the score of each seed as it is done, each with an authority of its own. All of `options`
    but seed and directory is used; the files of a seed are deleted before the next."""
    with tempfile.TemporaryDirectory(prefix="bluezone-seeds-") as folder:
        with TownAuthority(Path(folder) / "authority", start_of_day_s()) as authority:
            prepared = authority.prepare()
        for number, seed in enumerate(seeds):
            progress(number, len(seeds))
            with tempfile.TemporaryDirectory(dir=folder) as directory:
                of_seed = replace(options, seed=seed, directory=Path(directory))
                with rehearsal(of_seed, lambda *_: None, like=prepared) as (outcome, _):
                    delays_s = tuple((outcome.notice_delays_s or {}).values())
                    yield SeedScore(seed, outcome.score, outcome.policy, outcome.policy_version, delays_s)
        progress(len(seeds), len(seeds))


def sensitivity(scores: Sequence[Score]) -> Shares:
    """Summarise which share of the close contacts was warned."""
    return _shares([(score.rightly_warned, score.true_contacts) for score in scores])


def precision(scores: Sequence[Score]) -> Shares:
    """Summarise which share of the warned were close contacts."""
    return _shares([(score.rightly_warned, score.warned) for score in scores])


def _shares(counts: Sequence[tuple[int, int]]) -> Shares:
    shares = sorted(part / whole for part, whole in counts if whole)
    if not shares:
        return Shares(0, None, None, None, 0, None, None, None)
    part, whole = sum(part for part, _ in counts), sum(whole for _, whole in counts)
    low, high = _wilson(part, whole)
    return Shares(
        days=len(shares),
        median=statistics.median(shares),
        worst=shares[0],
        lower_quartile=statistics.quantiles(shares, n=4, method="inclusive")[0] if len(shares) > 1 else shares[0],
        perfect_days=sum(share == 1 for share in shares),
        pooled=part / whole,
        pooled_low=low,
        pooled_high=high,
    )


def _wilson(part: int, whole: int) -> tuple[float, float]:
    share, z2 = part / whole, _Z95**2
    middle = share + z2 / (2 * whole)
    half = _Z95 * math.sqrt(share * (1 - share) / whole + z2 / (4 * whole**2))
    scale = 1 + z2 / whole
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)
