"""Import figures of the roll-out and counts of people: a table, the history, or an example."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import click

from bluezone.cli.authority.common import Json, active_officer, say
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Answers, Arg, Opt, options

if TYPE_CHECKING:
    from bluezone.authority.site.uploads.pipeline import Kind


_OFFICER = "Login name of the officer who stores it; only rows of that officer's jurisdiction are taken."
_LEAVE_OUT = "Store the good rows and leave those with problems out."
Table = Annotated[Path, Arg()]
Officer = Annotated[str, Opt(_OFFICER)]
Day = Annotated[str | None, Opt("The day of rows without a date.")]
LeaveOut = Annotated[bool, Opt(_LEAVE_OUT)]
Confirm = Annotated[tuple[int, ...], Opt("Number of a line in doubt that is right as it is.", metavar="LINE")]


@click.command("import-figures")
@options
def import_figures_command(
    *,
    file: Table,
    officer: Officer,
    date: Day = None,
    source: Annotated[str, Opt("The source of rows without one: an address, the number of a letter.")] = "",
    leave_out: LeaveOut = False,
    confirm: Confirm = (),
    answers: Answers = (),
    as_json: Json = False,
) -> None:
    """Store a table of figures (.xlsx, .xls, .ods, .csv): all of it, or nothing, with a list of its problems.

    A question that the file leaves open is said with its choices; --answer answers it.
    """
    from bluezone.authority.campaign.figures.imports import KIND

    about = {"default_date": _day(date), "source": source, "answers": dict(answers)}
    _store(KIND, file, officer, about, leave_out=leave_out, confirm=confirm, as_json=as_json)


@click.command("national-table")
@options
def national_table_command(
    *,
    file: Annotated[Path | None, Arg()] = None,
    officer: Annotated[
        str | None, Opt("Login name of the officer of the Ministry, or of a province, who enters the table.")
    ] = None,
    date: Annotated[str | None, Opt("The day of the table; without FILE: the day to show, else the newest.")] = None,
    source: Annotated[str, Opt("Where it was printed: an address, the number of a letter.")] = "",
    wording: Annotated[str, Opt("The words of the source: up to which hour, of what.")] = "",
    leave_out: Annotated[bool, Opt("Store the good rows as figures and leave those with problems out.")] = False,
    confirm: Confirm = (),
    answers: Answers = (),
    as_json: Json = False,
) -> None:
    """Enter FILE as the table of provinces that was printed for a day; without FILE, show it beside our ranks."""
    from bluezone.authority.campaign.figures.national import KIND

    day = _day(date)
    if file is None:
        _show_national(day, as_json=as_json)
        return
    if officer is None or day is None:
        raise CommandError("a table takes --officer and --date")
    about = {"default_date": day, "source": source, "wording": wording, "answers": dict(answers)}
    _store(KIND, file, officer, about, leave_out=leave_out, confirm=confirm, as_json=as_json)


def _day(text: str | None) -> str | None:
    from bluezone.rollout.numbers import parse_date

    return parse_date(text).isoformat() if text else None


def _show_national(day: str | None, *, as_json: bool) -> None:
    from bluezone.authority.campaign.figures import national
    from bluezone.authority.campaign.figures.models import PrintedTable

    tables = PrintedTable.objects.order_by("-date", "place", "source")
    table = (tables.filter(date=day) if day else tables).first()
    if table is None:
        raise CommandError("no national table is stored" + (f" of {day}" if day else ""))
    facts: list[dict[str, Any]] = [
        {
            "printed_rank": each.row.rank,
            "unit": each.unit.name,
            "code": str(each.unit.code),
            "count": each.row.count,
            "percent_population": each.row.population or None,
            "percent_smartphones": each.row.smartphones or None,
            "our_rank": each.ours.rank if each.ours else None,
            "our_share": float(each.ours.share) if each.ours and each.ours.share is not None else None,
            "notes": [note.sentence() for note in each.notes],
        }
        for each in national.beside_ours(table)
    ]
    about = {"date": table.date.isoformat(), "source": table.source, "wording": table.wording}
    lines = [f"{table.date}, {table.source}", "printed, ours, province, count, % of people, % of smartphones: notes"]
    lines += [
        f"{each['printed_rank'] or '–'}, {each['our_rank'] or '–'}, {each['unit']}, {each['count'] or '–'}, "
        f"{each['percent_population'] or '–'}, {each['percent_smartphones'] or '–'}: {'; '.join(each['notes'])}"
        for each in facts
    ]
    say(as_json, about | {"rows": facts}, "\n".join(lines))


@click.command("import-populations")
@options
def import_populations_command(
    *,
    file: Table,
    officer: Officer,
    date: Day = None,
    source: Annotated[str, Opt("The source of rows without one: who counted, in which paper.")] = "",
    leave_out: LeaveOut = False,
    confirm: Confirm = (),
    look: Annotated[bool, Opt("Store nothing: print what is wrong, and which shares and ranks would change.")] = False,
    answers: Answers = (),
    as_json: Json = False,
) -> None:
    """Store a CSV or XLSX list of how many people units have: all of it, or nothing, with a list of its problems.

    It prints which shares and ranks of today it changes. Shares of days gone by stay as they are.
    """
    from bluezone.authority.campaign.figures.populations import KIND

    about = {"as_of": _day(date), "source": source, "answers": dict(answers)}
    effects = _effects_of(KIND, file, officer, about)
    lines = [_effect_line(each) for each in effects]
    if look:
        say(as_json, {"effects": effects}, "\n".join(lines) or "no share of a place would change")
        return
    _store(KIND, file, officer, about, leave_out=leave_out, confirm=confirm, as_json=as_json, problems_said=True)
    for line in lines:
        click.echo(line, err=True)


def _effects_of(kind: Kind[Any], file: Path, officer: str, options: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a list would change, and say what is wrong with its rows; nothing is stored."""
    from django.db import transaction

    from bluezone.authority.campaign.figures.populations import effects
    from bluezone.authority.site import clock
    from bluezone.authority.site.uploads import pipeline

    with transaction.atomic():
        upload = pipeline.receive(kind, file.read_bytes(), file.name, active_officer(officer), clock.now(), options)
        preview = pipeline.look(kind, upload, clock.now())
        transaction.set_rollback(True)
    _say_problems(preview)
    return [
        {
            "unit": str(each.unit.code),
            "name": each.unit.full_name,
            "measure": each.measure.value,
            "share_before": None if each.before.share is None else float(each.before.share),
            "share_after": None if each.after.share is None else float(each.after.share),
            "rank_before": each.before.rank,
            "rank_after": each.after.rank,
            "ranked_before": each.ranked_before,
            "ranked_after": each.ranked_after,
        }
        for each in effects(preview.rows, clock.today())
    ]


def _say_problems(preview: Any) -> None:
    for problem in preview.problems:
        click.echo(f"line {problem.line}, {problem.column or 'row'}: {problem.sentence()}", err=True)


def _effect_line(effect: dict[str, Any]) -> str:
    def share_and_rank(when: str) -> str:
        share, rank = effect[f"share_{when}"], effect[f"rank_{when}"]
        place = f" ({rank} of {effect[f'ranked_{when}']})" if rank else ""
        return "no share" if share is None else f"{share:.2%}{place}"

    return f"{effect['name']} ({effect['unit']}): {share_and_rank('before')} -> {share_and_rank('after')}"


def _store(
    kind: Kind[Any],
    file: Path,
    officer: str,
    options: dict[str, Any],
    *,
    leave_out: bool,
    confirm: tuple[int, ...],
    as_json: bool,
    problems_said: bool = False,
) -> None:
    """Store a file in an officer's name, and say what is wrong with its rows and what became of it."""
    from bluezone.authority.site import clock
    from bluezone.authority.site.uploads import pipeline

    done, preview = pipeline.at_once(
        kind,
        file.read_bytes(),
        file.name,
        active_officer(officer),
        clock.now(),
        options=options,
        leave_out=leave_out,
        confirmed=frozenset(confirm),
    )
    if not problems_said:
        _say_problems(preview)
    facts = {"added": done.added, "changed": done.changed, "left_out": done.left_out, "import": str(done.pk)}
    say(as_json, facts, f"{done.added} new, {done.changed} changed, {done.left_out} rows left out")


@click.command("load-history")
def load_history_command() -> None:
    """Load the figures that newspapers and portals printed in 2020-21. Run again, it changes nothing."""
    from bluezone.authority.campaign.figures.store import store
    from bluezone.rollout.history import reported_counts

    click.echo(f"{store(reported_counts())} figures added or changed")


@click.command("load-example")
@options
def load_example_command(
    *,
    remove: Annotated[bool, Opt("Remove the made-up units and their orders.")] = False,
    as_json: Json = False,
) -> None:
    """Load an example to look around in: Hậu Giang, its order of August 2020 and made-up units, marked as such."""
    from bluezone.authority.campaign.orders import example

    if remove:
        count = example.remove()
        say(as_json, {"removed_units": count}, f"{count} made-up units and their orders are gone")
        return
    made = example.load()
    say(
        as_json,
        {"figures": made.figures, "units": made.units, "orders": made.orders},
        f"{made.figures} printed figures, {made.units} made-up units, {made.orders} orders added; "
        "their days are those of August 2020 (pages take ?date=2020-08-20)",
    )
