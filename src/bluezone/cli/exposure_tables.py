"""Print what `bluezone exposure` finds: tables for people, JSON for machines."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

# What evaluates needs the extra `evaluation`: it is imported by what prints its results.
if TYPE_CHECKING:
    from bluezone.exposure.evaluate import Evaluation, PolicyResult, Transfer

_TABLE_WIDTH = 126


def _plain(value: Any) -> Any:
    """Return the value with what JSON does not know (NaN, infinity) as null, and a point's nDCF beside its parts."""
    if isinstance(value, dict):
        plain = {str(key): _plain(item) for key, item in value.items()}
        if "p_miss" in value:
            plain["ndcf"] = _plain(value["p_miss"] + value["p_false_alarm"])
        return plain
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):  # numpy's too
        return float(value) if math.isfinite(value) else None
    return value


def print_json(value: Any) -> None:
    click.echo(json.dumps(_plain(value), indent=2, ensure_ascii=False, allow_nan=False))


def _console() -> Console:
    """Return a console wide enough for the tables: into a pipe rich would fold them at 80 columns."""
    console = Console()
    return console if console.width >= _TABLE_WIDTH else Console(width=_TABLE_WIDTH)


def print_evaluation(result: Evaluation) -> None:
    from bluezone.exposure.evaluate import merged

    console = _console()
    how = "both directions pooled" if result.pooled else "one direction"
    close = "close by its label" if result.label_minutes is None else f"within 2 m for {result.label_minutes} minutes"
    click.echo(
        f"{result.set}: {result.encounters} encounters in {result.sessions} sessions, {result.positives} {close} "
        f"(base rate {result.base_rate:.1%}), {result.unheard} never heard; {how}"
    )
    if result.population_db is not None:
        click.echo(
            "aligned: without labels, phones and models laid over each other, "
            f"the whole set shifted by {result.population_db:+.1f} dB; as recorded: nothing of it"
        )
    elif result.as_recorded:
        click.echo(
            "aligned: each receiving phone by the table of models and by its own log; as recorded: nothing of it"
        )
    table = Table(show_edge=False)
    table.add_column("policy", no_wrap=True)
    for name in ("AUC (95 %)", "nDCF (95 %)", "best", "missed", "false alarms", "precision", "Brier"):
        table.add_column(name, justify="right", no_wrap=True)
    recorded = {(row.policy, row.version): row for row in result.as_recorded}
    for names, row in merged(result.policies):
        table.add_row(f"{names}{', aligned' if row.aligned else ''}", *_figures(row))
        if (row.policy, row.version) in recorded:
            table.add_row(f"{names}, as recorded", *_figures(recorded[row.policy, row.version]))
    console.print(table)
    for sentence in result.caveats:
        click.echo(sentence)


def _figures(row: PolicyResult) -> list[str]:
    return [
        _number(row.auc, ".3f") + _span(row.auc_interval, ".3f"),
        _number(row.own.ndcf, ".3f") + _span(row.ndcf_interval, ".2f"),
        _number(row.best.ndcf, ".3f"),
        _number(row.own.p_miss, ".0%"),
        _number(row.own.p_false_alarm, ".0%"),
        _number(row.own.precision, ".0%"),
        "" if row.brier is None else _number(row.brier, ".3f"),
    ]


def _number(value: float, form: str) -> str:
    """Return the figure, or a dash where there is none."""
    return format(value, form) if math.isfinite(value) else "-"


def _span(interval: tuple[float, float], form: str) -> str:
    low, high = interval
    return f" ({low:{form}}-{high:{form}})" if math.isfinite(low) and math.isfinite(high) else ""


def print_transfers(rows: Sequence[Transfer]) -> None:
    from bluezone.exposure.evaluate import merged

    console = _console()
    table = Table(show_edge=False, title=f"learned on {rows[0].learned_on}, measured on {rows[0].measured_on}")
    for name in ("policy", "AUC", "nDCF, frozen", "nDCF, best", "missed", "false alarms", "Brier"):
        table.add_column(name, justify="left" if name == "policy" else "right")
    for names, row in merged(rows):
        table.add_row(
            names,
            _number(row.auc, ".3f"),
            _number(row.frozen.ndcf, ".3f"),
            _number(row.best.ndcf, ".3f"),
            _number(row.frozen.p_miss, ".0%"),
            _number(row.frozen.p_false_alarm, ".0%"),
            "" if row.brier is None else _number(row.brier, ".3f"),
        )
    console.print(table)
