"""Define `bluezone rollout read`: a spreadsheet as offices send it, as rows, with the one question it leaves open."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import click
from rich.console import Console
from rich.table import Table

from bluezone.cli.languages import own_language
from bluezone.cli.options import Answers, Arg, Json, Opt, options
from bluezone.cli.rollout.common import DATE, LAST_CAMPAIGN_DAY
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.i18n import Language, Translator
from bluezone.rollout.reading.combining import READINGS
from bluezone.rollout.reading.context import Context
from bluezone.rollout.reading.describing import LABELS
from bluezone.rollout.reading.errors import TableError
from bluezone.rollout.reading.interpret import read_file
from bluezone.rollout.reading.meanings import meaning_of
from bluezone.rollout.reading.results import Figure, Question, Reading, Saying
from bluezone.rollout.texts import translator

#: exit status of a file with an open question, and of one that is refused
ASKS, REFUSED = 3, 2


@click.command("read")
@options
@click.pass_context
def read_command(
    ctx: click.Context,
    *,
    file: Annotated[Path, Arg()],
    within: Annotated[str | None, Opt("The place of the sender: a name or a code such as 63:93.")] = None,
    date: Annotated[dt.date | None, Opt("The day of figures that have none.", type=DATE)] = None,
    today: Annotated[dt.date, Opt("The day the file is read on.", type=DATE)] = LAST_CAMPAIGN_DAY,
    answers: Answers = (),
    language: Annotated[Language | None, Opt("Of the sentences. [default: vi where LANG begins so, else en]")] = None,
    as_json: Json = False,
) -> None:
    """Read FILE (.xlsx, .xls, .ods, .csv) as an upload does: rows, or one question, or why it is refused.

    Nothing is stored. Exit status: 0 read, 3 a question is open, 2 refused.
    """
    words = translator(language or own_language())
    gazetteer = catalogue.all_units()
    own = _place(within, min(today, dt.date(2025, 6, 30)) if within and within.startswith("63:") else today)
    context = Context(gazetteer, today, own, date, dict(answers), catalogue.figures())
    try:
        reading = read_file(file.read_bytes(), file.name, context)
    except TableError as error:
        sentence = words.sentence(error)
        if as_json:
            click.echo(json.dumps(_refusal(file.name, sentence), ensure_ascii=False, indent=2))
        else:
            click.echo(words.gettext(LABELS["refused"]).format(reason=sentence))
        ctx.exit(REFUSED)
    if as_json:
        click.echo(json.dumps(facts(reading, words), ensure_ascii=False, indent=2))
    else:
        _print(reading, words)
    ctx.exit(ASKS if reading.question else 0)


def _place(text: str | None, on: dt.date) -> UnitCode | None:
    return catalogue.all_units().find(text, on=on).code if text else None


def _refusal(name: str, sentence: str) -> dict[str, Any]:
    return {"file": name, "form": "", "rows": [], "question": None, "columns": [], "ignored": [], "warnings": [],
            "refusal": sentence}  # fmt: skip


def facts(reading: Reading, words: Translator) -> dict[str, Any]:
    """Return what a file says, for machines."""
    said = _speaker(words)
    return {
        "file": reading.name,
        "form": reading.form,
        "rows": [_row(figure) for figure in reading.figures],
        "question": _question(reading.question, said) if reading.question else None,
        "columns": [
            {
                "sheet": column.sheet,
                "column": column.column,
                "header": column.header,
                "kind": column.kind or None,
                "of": column.of or None,
                "meaning": said(column.meaning),
                "date": column.date.isoformat() if column.date else None,
                "values": list(column.values),
                "why": said(column.why),
            }
            for column in reading.columns
        ],
        "ignored": [
            {"sheet": each.sheet, "where": each.where, "text": each.text, "why": said(each.why)}
            for each in reading.ignored
        ],
        "warnings": [
            {"sheet": each.sheet, "line": each.line or None, "kind": each.kind, "text": said(each.text)}
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
        "bound": figure.bound,
    }


def _question(question: Question, said: Callable[[Saying], str]) -> dict[str, Any]:
    return {
        "key": question.key,
        "text": said(question.text),
        "choices": [{"value": choice.value, "text": said(choice.text)} for choice in question.choices],
        "free": question.free or None,
    }


def _speaker(words: Translator) -> Callable[[Saying], str]:
    """Return what says a sentence in a language."""
    return lambda saying: saying.text(words.gettext, words.value)


def _print(reading: Reading, words: Translator) -> None:
    said = _speaker(words)
    label = {key: words.gettext(text) for key, text in LABELS.items()}
    console = Console(width=_WIDTH, highlight=False)
    columns = Table(*(label[key] for key in ("sheet", "column", "header", "taken for", "day", "values", "because of")),
                    box=None)  # fmt: skip
    for column in reading.columns:
        meaning = said(column.meaning)
        shown = meaning if column.kind else label["left out"].format(meaning=meaning)
        day = words.value(column.date) if column.date and column.kind else ""
        columns.add_row(column.sheet, column.column, tail(column.header), shown, day, " · ".join(column.values),
                        said(column.why))  # fmt: skip
    console.print(columns)
    if reading.figures:
        grid = Table(*(label[key] for key in ("line", "unit", "code", "day", "taken for", "value")), box=None)
        for figure in reading.figures:
            grid.add_row(str(figure.line), figure.name, str(figure.unit.code) if figure.unit else "",
                         words.value(figure.date), said(meaning_of(figure.kind, figure.of)),
                         (">" if figure.bound else "") + words.number(figure.value, 2, trim=True))  # fmt: skip
        console.print(grid)
    for each in reading.notices:
        place = f"{each.sheet} {each.line or ''}".strip()  # a file of comma-separated values has no sheet
        click.echo(f"{place}: {said(each.text)}" if place else said(each.text))
    if reading.question:
        click.echo(f"\n{said(reading.question.text)}")
        for choice in reading.question.choices:
            click.echo(f"  --answer '{reading.question.key}={choice.value}'  {said(choice.text)}")
        if reading.question.free and reading.question.key == READINGS:
            click.echo(label["or another day"])
        elif reading.question.free:
            click.echo(label["or another"].format(key=reading.question.key))


_WIDTH = 160
_LONGEST_HEADER = 44


def tail(header: str) -> str:
    """Return a header short enough for a line: its end, which tells it from those beside it."""
    return header if len(header) <= _LONGEST_HEADER else "…" + header[-_LONGEST_HEADER + 1 :].lstrip()
