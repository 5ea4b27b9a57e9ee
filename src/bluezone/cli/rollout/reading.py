"""Define `bluezone rollout read`: a spreadsheet as offices send it, as rows, with the one question it leaves open."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from bluezone.cli.rollout.common import DATE, FILE, LAST_CAMPAIGN_DAY, json_option
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.rollout.reading.context import Context
from bluezone.rollout.reading.errors import TableError
from bluezone.rollout.reading.interpret import read_file
from bluezone.rollout.reading.results import Figure, Question, Reading

#: exit status of a file with an open question, and of one that is refused
ASKS, REFUSED = 3, 2


@click.command("read")
@click.argument("file", type=FILE)
@click.option("--within", help="The place of the sender: a name or a code such as 63:93.")
@click.option("--date", "date", type=DATE, help="The day of figures that have none.")
@click.option("--today", type=DATE, default=LAST_CAMPAIGN_DAY, show_default=True, help="The day the file is read on.")
@click.option("--answer", "answers", multiple=True, metavar="KEY=VALUE", help="Answer a question. May be repeated.")
@json_option
@click.pass_context
def read_command(
    ctx: click.Context,
    file: Path,
    within: str | None,
    date: dt.date | None,
    today: dt.date,
    answers: tuple[str, ...],
    as_json: bool,
) -> None:
    """Read FILE (.xlsx, .xls, .ods, .csv) as an upload does: rows, or one question, or why it is refused.

    Nothing is stored. Exit status: 0 read, 3 a question is open, 2 refused.
    """
    given = {}
    for answer in answers:
        key, equals, value = answer.partition("=")
        if not equals:
            raise click.BadParameter(f"“{answer}” is not KEY=VALUE", param_hint="--answer")
        given[key.strip()] = value.strip()
    gazetteer = catalogue.all_units()
    own = _place(within, min(today, dt.date(2025, 6, 30)) if within and within.startswith("63:") else today)
    context = Context(gazetteer, today, own, date, given, catalogue.figures())
    try:
        reading = read_file(file.read_bytes(), file.name, context)
    except TableError as error:
        if as_json:
            click.echo(json.dumps(_refusal(file.name, str(error)), ensure_ascii=False, indent=2))
        else:
            click.echo(f"refused: {error}")
        ctx.exit(REFUSED)
    if as_json:
        click.echo(json.dumps(facts(reading), ensure_ascii=False, indent=2))
    else:
        _print(reading)
    ctx.exit(ASKS if reading.question else 0)


def _place(text: str | None, on: dt.date) -> UnitCode | None:
    return catalogue.all_units().find(text, on=on).code if text else None


def _refusal(name: str, sentence: str) -> dict[str, Any]:
    return {"file": name, "form": "", "rows": [], "question": None, "columns": [], "ignored": [], "warnings": [],
            "refusal": sentence}  # fmt: skip


def facts(reading: Reading) -> dict[str, Any]:
    """Return what a file says, for machines."""
    return {
        "file": reading.name,
        "form": reading.form,
        "rows": [_row(figure) for figure in reading.figures],
        "question": _question(reading.question) if reading.question else None,
        "columns": [
            {
                "sheet": column.sheet,
                "column": column.column,
                "header": column.header,
                "kind": column.kind or None,
                "meaning": column.meaning.text(),
                "date": column.date.isoformat() if column.date else None,
                "values": list(column.values),
                "why": column.why.text(),
            }
            for column in reading.columns
        ],
        "ignored": [
            {"sheet": each.sheet, "where": each.where, "text": each.text, "why": each.why.text()}
            for each in reading.ignored
        ],
        "warnings": [
            {"sheet": each.sheet, "line": each.line or None, "kind": each.kind, "text": each.text.text()}
            for each in reading.notices
        ],
        "refusal": None,
    }


def _row(figure: Figure) -> dict[str, Any]:
    whole = figure.value == figure.value.to_integral_value()
    return {
        "sheet": figure.sheet,
        "line": figure.line,
        "column": figure.column,
        "unit": str(figure.unit.code) if figure.unit else None,
        "name": figure.name,
        "written": figure.written,
        "date": figure.date.isoformat() if figure.date else None,
        "kind": figure.kind,
        "of": figure.of or None,
        "value": int(figure.value) if whole else float(figure.value),
    }


def _question(question: Question) -> dict[str, Any]:
    return {
        "key": question.key,
        "text": question.text.text(),
        "choices": [{"value": choice.value, "text": choice.text.text()} for choice in question.choices],
        "free": question.free or None,
    }


def _print(reading: Reading) -> None:
    console = Console(width=160, highlight=False)
    columns = Table("sheet", "column", "header", "taken for", "values", "because of", box=None)
    for column in reading.columns:
        taken = column.meaning.text() + (f", {column.date}" if column.date else "")
        shown = taken if column.kind else f"left out ({taken})"
        values = " · ".join(column.values)
        columns.add_row(column.sheet, column.column, column.header[:50], shown, values, column.why.text())
    console.print(columns)
    if reading.figures:
        grid = Table("line", "unit", "code", "date", "kind", "value", box=None)
        for figure in reading.figures:
            kind = f"{figure.kind} of {figure.of}" if figure.of else figure.kind
            grid.add_row(str(figure.line), figure.name, str(figure.unit.code) if figure.unit else "", str(figure.date),
                         kind, f"{figure.value:,}")  # fmt: skip
        console.print(grid)
    for each in reading.notices:
        click.echo(f"{each.sheet} {each.line or ''}: {each.text.text()}")
    if reading.question:
        click.echo(f"\n{reading.question.text.text()}")
        for choice in reading.question.choices:
            click.echo(f"  --answer '{reading.question.key}={choice.value}'  {choice.text.text()}")
        if reading.question.free:
            click.echo(f"  or --answer '{reading.question.key}=…' with another {reading.question.free}")
