"""Define `bluezone town seeds`: rehearse many days and say how well the warnings fit."""

from __future__ import annotations

import dataclasses
import json
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import click
from rich.console import Console
from rich.table import Table

from bluezone.cli.options import Json, Opt, options
from bluezone.cli.town.options import Days, Hours, Notices, People, PolicyName, Scene
from bluezone.town.delivery import summary
from bluezone.town.run import MAX_HOURS, Options
from bluezone.town.seeds import SeedScore, Shares, parse_seeds, precision, rehearse_seeds, sensitivity
from bluezone.town.world import TOWN


@click.command()
@options
def seeds(
    *,
    people: People = 12,
    hours: Hours = MAX_HOURS,
    policy: PolicyName = None,
    scene: Scene = TOWN,
    days: Days = 1,
    notices: Notices = False,
    seeds: Annotated[str, Opt("Which, for example 1-50 or 3,7,10-12.")] = "1-50",
    as_json: Json = False,
) -> None:
    """Rehearse a day of each seed; count sensitivity and precision: each day's, their median, and the worst.

    Each is a whole `bluezone town run`; a day of twelve people takes some 15 seconds of CPU, four hours take five.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends the authority's processes like Ctrl-C does
    chosen = parse_seeds(seeds)
    errors = Console(stderr=True)

    def progress(done: int, count: int) -> None:
        if errors.is_terminal:
            errors.print(f"{done} of {count} days", end="\r")
        elif done % 10 == 0:
            errors.print(f"{done} of {count} days ...")

    wanted = Options(people, chosen[0], Path(), hours, policy, scene=scene, days=days, notices=notices)
    scores = list(rehearse_seeds(chosen, wanted, progress))
    if as_json:
        click.echo(json.dumps(document(wanted, scores), ensure_ascii=False))
    else:
        _tell(wanted, scores)


def document(options: Options, scores: list[SeedScore]) -> dict[str, Any]:
    """Return each day's counts, and the summaries."""
    plain = [one.score for one in scores]
    return {
        "people": options.people,
        "scene": options.scene,
        "lived_days": options.days,
        "hours": options.hours,
        "policy": {"name": scores[0].policy, "version": scores[0].policy_version},
        "days": [
            {
                "seed": one.seed,
                "close_contacts": one.score.true_contacts,
                "warned": one.score.warned,
                "rightly_warned": one.score.rightly_warned,
                "sensitivity": _rounded(one.score.sensitivity),
                "precision": _rounded(one.score.precision),
                "notice_delays_h": [round(delay_s / 3_600, 4) for delay_s in one.delays_s],
            }
            for one in scores
        ],
        "sensitivity": _summary(sensitivity(plain)),
        "precision": _summary(precision(plain)),
        "notices": None if (delay := summary(_delays_s(scores))) is None else dataclasses.asdict(delay),
    }


def _delays_s(scores: list[SeedScore]) -> list[float]:
    return [delay_s for one in scores for delay_s in one.delays_s]


def _summary(shares: Shares) -> dict[str, Any]:
    return {
        name: _rounded(value) if isinstance(value, float) else value
        for name, value in dataclasses.asdict(shares).items()
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _tell(options: Options, scores: list[SeedScore]) -> None:
    table = Table("seed", "close contacts", "warned", "sensitivity", "precision", *(_TOLD if options.notices else ()))
    for column in table.columns:
        column.justify = "right"
    for one in scores:
        score = one.score
        shares = (_share(score.sensitivity), _share(score.precision))
        told = _told_of(one.delays_s) if options.notices else ()
        table.add_row(str(one.seed), str(score.true_contacts), str(score.warned), *shares, *told)
    Console().print(table)
    plain = [one.score for one in scores]
    hours, policy = options.duration_s / 3600, f"{scores[0].policy} {scores[0].policy_version}"
    click.echo(
        f"{options.people} people, {options.scene}, {hours:g} hours, {policy}\n"
        f"sensitivity: {_line(sensitivity(plain))}\nprecision:   {_line(precision(plain))}"
    )
    if options.notices:
        median, worst = _told_of(_delays_s(scores))
        click.echo(f"from the export to the notice: median {median}, worst {worst} of {len(_delays_s(scores))}")


_TOLD = ("told after, median", "worst")


def _told_of(delays_s: Sequence[float]) -> tuple[str, str]:
    delay = summary(delays_s)
    return ("-", "-") if delay is None else (f"{delay.median_h:.1f} h", f"{delay.worst_h:.1f} h")


def _line(shares: Shares) -> str:
    if shares.median is None:
        return "no day has anything to divide by"
    return (
        f"median {_share(shares.median)}, lower quartile {_share(shares.lower_quartile)}, worst {_share(shares.worst)} "
        f"of {shares.days} days, {shares.perfect_days} of them 1; all persons together {_share(shares.pooled)} "
        f"({_share(shares.pooled_low)} to {_share(shares.pooled_high)})"
    )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
