"""How good are the forecasts on the real curves of 2020-21? Prints the tables of docs/measurements/forecast.md.

`--write` puts them into the document between its two markers.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bluezone.rollout.backtest import METHODS, coverage, scores, trials
from bluezone.rollout.history import reported_series

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "measurements" / "forecast.md"
START, END = "<!-- bench_forecast: start -->\n", "<!-- bench_forecast: end -->\n"
LEVELS = (0.5, 0.8, 0.95)


def tables() -> str:
    """The error of every method at every horizon, and how often the bands held the truth, as Markdown."""
    parts = []
    for least_points in (2, 4):
        made = trials(reported_series(), least_points=least_points)
        heads = {
            horizon: f"{'all' if not horizon else f'{horizon} days'} ({score.trials})"
            for horizon, score in sorted(scores(METHODS["persistence"], made).items())
        }
        order = [*sorted(horizon for horizon in heads if horizon), 0]
        header = " | ".join(heads[horizon] for horizon in order)
        parts.append(
            f"Origins with at least {least_points} figures: mean / median absolute error, % of the true total.\n"
        )
        parts.append(f"| method | {header} |\n|---|{'---|' * len(order)}")
        for name, method in METHODS.items():
            result = scores(method, made)
            cells = " | ".join(f"{result[h].mean_error:.2f} / {result[h].median_error:.2f}" for h in order)
            parts.append(f"| {name} | {cells} |")
        parts.append("\nBands: how often they held the truth / their median width in % of it.\n")
        parts.append(f"| band | {header} |\n|---|{'---|' * len(order)}")
        for level in LEVELS:
            held = coverage(made, level)
            cells = " | ".join(f"{held[h].share:.0%} / {held[h].median_width:.1f}" for h in order)
            parts.append(f"| {level:.0%} | {cells} |")
        parts.append("")
    return "\n".join(parts)


def main() -> None:
    text = tables()
    sys.stdout.write(text)
    if "--write" in sys.argv:
        document = DOCUMENT.read_text(encoding="utf-8")
        before, _, rest = document.partition(START)
        _, _, after = rest.partition(END)
        DOCUMENT.write_text(f"{before}{START}{text}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
