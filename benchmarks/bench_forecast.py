"""How good are the forecasts? Prints tables, of which docs/measurements/forecast.md has the rows that matter.

    python benchmarks/bench_forecast.py                    # Vietnam's printed figures, with the pool that ships
    python benchmarks/bench_forecast.py --series FOLDER    # each country's series by a pool that never saw it
    python benchmarks/bench_forecast.py --unseen FOLDER    # series that the pool that ships has not learnt

FOLDER: see fit_forecast.py; some minutes of one core.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bluezone.rollout import backtest
from bluezone.rollout.backtest import BAND, Bands, Score, Trial
from bluezone.rollout.history import reported_series

if TYPE_CHECKING:
    from forecast_pool.leaving_out import Run

#: So many origins of each country's series, in so many printed forms that the pool was not fitted on.
ORIGINS, PRINTS, SEED = 120, 24, 77
LONE_ORIGINS = 120
UNSEEN_ORIGINS, UNSEEN_PRINTS = 40, 10

Found = Mapping[str, Sequence[tuple[float, Bands]]]


def vietnam() -> str:
    """The tables of Vietnam's printed figures."""
    made = backtest.trials(reported_series())
    found = {
        name: backtest.with_own_errors(made, [rule(t.known, t.horizon_days) for t in made])
        for name, rule in backtest.RULES.items()
    }
    return table(made, {**found, "pool": [backtest.pooled(trial) for trial in made]})


def abroad(folder: Path) -> str:
    """The tables of other countries' series, each forecast by a pool without it."""
    from forecast_pool.leaving_out import leave_one_out

    return _tables(*leave_one_out(folder, ORIGINS, PRINTS, LONE_ORIGINS, SEED))


def unseen(folder: Path) -> str:
    """The tables of series that the pool that ships has not learnt."""
    from forecast_pool.leaving_out import by_shipped

    return _tables(*by_shipped(folder, UNSEEN_ORIGINS, UNSEEN_PRINTS, UNSEEN_ORIGINS, SEED))


def _tables(made: Run, lone: Run) -> str:
    """Every table of some trials, and of those from a single figure."""
    parts = [table(made.trials, made.found), "Mean error / share held, by country, of the pool:\n"]
    by_country: dict[str, list[int]] = defaultdict(list)
    for index, trial in enumerate(made.trials):
        by_country[trial.name].append(index)
    parts.append(
        rows(
            "country",
            {
                name: backtest.scores([made.trials[i] for i in own], [made.found["pool"][i] for i in own])
                for name, own in by_country.items()
            },
            lambda score: f"{score.mean_error:.2f} / {score.coverage:.0%}",
        )
    )
    parts.append("\nFrom a single figure: share held / mean error.\n")
    parts.append(
        rows(
            "known besides",
            {name: backtest.scores(lone.trials, found) for name, found in lone.found.items()},
            lambda score: f"{score.coverage:.0%} / {score.mean_error:.1f}",
        )
    )
    return "\n".join(parts) + "\n"


def table(made: Sequence[Trial], found: Found) -> str:
    """Every method's results at every horizon, as Markdown."""
    results = {name: backtest.scores(made, values) for name, values in found.items()}
    parts = [
        "Mean / median absolute error, % of the true total (trials in brackets).\n",
        rows("method", results, lambda score: f"{score.mean_error:.2f} / {score.median_error:.2f}"),
        f"\nInterval score, % of the true total / how often the {BAND:.0%} band held it.\n",
        rows("method", results, lambda score: f"{score.interval_score:.2f} / {score.coverage:.0%}"),
        "",
    ]
    return "\n".join(parts) + "\n"


def rows(head: str, results: Mapping[str, Mapping[int, Score]], cell: Callable[[Score], str]) -> str:
    """One row a method, one column a horizon and one over all."""
    first = next(iter(results.values()))
    order = [*sorted(horizon for horizon in first if horizon), 0]
    heads = [f"{f'{h} days' if h else 'all'} ({first[h].trials})" for h in order]
    lines = [f"| {head} | {' | '.join(heads)} |", f"|---|{'---|' * len(order)}"]
    lines += [
        f"| {name} | {' | '.join(cell(result[h]) if h in result else '-' for h in order)} |"
        for name, result in results.items()
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", type=Path, help="a folder of other countries' series")
    parser.add_argument("--unseen", type=Path, help="a folder of series that the pool has not learnt")
    given = parser.parse_args()
    if given.unseen:
        sys.stdout.write(unseen(given.unseen))
    elif given.series:
        sys.stdout.write(abroad(given.series))
    else:
        sys.stdout.write(vietnam())


if __name__ == "__main__":
    main()
