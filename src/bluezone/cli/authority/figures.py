"""Import figures of the roll-out and counts of people: a table, the history, or an example."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import click

from bluezone.cli.answers import Answer
from bluezone.cli.authority import uploads
from bluezone.cli.authority.group import authority
from bluezone.cli.authority.uploads import Officer, Said, Table
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Arg, Opt, command


@command("import-figures", authority)
def import_figures_command(
    *,
    file: Table,
    officer: Officer,
    source: Annotated[str, Opt("The source of rows without one: an address, the number of a letter.")] = "",
    why: Annotated[str, Opt("Why the lines in doubt are right; kept with what is stored of them.")] = "",
    said: Said,
) -> None:
    """Show what a table of figures (.xlsx, .xls, .ods, .csv) would be stored as, and store it: all of it, or nothing.

    With --yes or --mapping it is stored at once; else you are asked. Exit status 3: nothing was stored, something is
    left to decide; 2: refused.
    """
    from bluezone.authority.campaign.figures.imports import KIND

    uploads.store(KIND, file, officer, replace(said, about={"source": source}, why=why))


@command("national-table", authority)
def national_table_command(
    *,
    file: Annotated[Path | None, Arg()] = None,
    officer: Annotated[
        str | None, Opt("Login name of the officer of the Ministry, or of a province, who enters the table.")
    ] = None,
    source: Annotated[str, Opt("Where it was printed: an address, the number of a letter.")] = "",
    wording: Annotated[str, Opt("The words of the source: up to which hour, of what.")] = "",
    said: Said,
) -> None:
    """Enter FILE as the table of provinces that was printed for the day --date; without FILE, show that of this day,
    else the newest, beside our ranks."""
    from bluezone.authority.campaign.figures.national import KIND

    if file is None:
        _show_national(said.date, as_json=said.as_json)
        return
    if officer is None or said.date is None:
        raise CommandError("a table takes --officer and --date")
    uploads.store(KIND, file, officer, replace(said, about={"source": source, "wording": wording}))


def _show_national(day: dt.date | None, *, as_json: bool) -> None:
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
    about = {"date": table.date, "source": table.source, "wording": table.wording}
    lines = [f"{table.date}, {table.source}", "printed, ours, province, count, % of people, % of smartphones: notes"]
    lines += [
        f"{each['printed_rank'] or '–'}, {each['our_rank'] or '–'}, {each['unit']}, {each['count'] or '–'}, "
        f"{each['percent_population'] or '–'}, {each['percent_smartphones'] or '–'}: {'; '.join(each['notes'])}"
        for each in facts
    ]
    Answer(about | {"rows": facts}, lines).show(as_json=as_json)


@command("import-populations", authority)
def import_populations_command(
    *,
    file: Table,
    officer: Officer,
    source: Annotated[str, Opt("The source of rows without one: who counted, in which paper.")] = "",
    look: Annotated[bool, Opt("Store nothing: print what is wrong, and which shares and ranks would change.")] = False,
    said: Said,
) -> None:
    """Store a CSV or XLSX list of how many people units have: all of it, or nothing, with a list of its problems.

    It prints which shares and ranks of today it changes. Shares of days gone by stay as they are.
    """
    from bluezone.authority.campaign.figures import populations
    from bluezone.authority.site import clock

    said = replace(said, about={"source": source})
    proposal, preview = uploads.looked_at(populations.KIND, file, officer, said)
    effects = [
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
        for each in populations.effects(preview.rows, clock.today())
    ]
    lines = [_effect_line(each) for each in effects]
    if look:
        uploads.say_problems(proposal, preview)
        Answer({"effects": effects}, lines or "no share of a place would change").show(as_json=said.as_json)
        return
    uploads.store(populations.KIND, file, officer, said)
    for line in lines:
        click.echo(line, err=True)


def _effect_line(effect: dict[str, Any]) -> str:
    def share_and_rank(when: str) -> str:
        share, rank = effect[f"share_{when}"], effect[f"rank_{when}"]
        place = f" ({rank} of {effect[f'ranked_{when}']})" if rank else ""
        return "no share" if share is None else f"{share:.2%}{place}"

    return f"{effect['name']} ({effect['unit']}): {share_and_rank('before')} -> {share_and_rank('after')}"


@command("load-history", authority)
def load_history_command() -> None:
    """Load the figures that newspapers and portals printed in 2020-21. Run again, it changes nothing."""
    from bluezone.authority.campaign.figures.store import store
    from bluezone.rollout.history import reported_counts

    click.echo(f"{store(reported_counts())} figures added or changed")


@command("load-example", authority)
def load_example_command(
    *,
    remove: Annotated[bool, Opt("Remove the made-up units and their orders.")] = False,
    whole: Annotated[
        bool,
        Opt("In a rehearsal: also figures of all provinces, an outbreak, and officers; prints their password."),
    ] = False,
) -> Answer:
    """Load an example to look around in: Hậu Giang, its order of August 2020 and made-up units, marked as such."""
    from bluezone.authority.campaign.orders import example

    if remove and whole:
        raise CommandError("--whole is of a rehearsal, which is thrown away as a whole: without --remove")
    if remove:
        count = example.remove()
        return Answer({"removed_units": count}, f"{count} made-up units and their orders are gone")
    if whole:
        from bluezone.authority.project.example import fill

        filled = fill()
        counts = f"{filled.figures} figures, {filled.units} units, {filled.orders} orders, {filled.cases} cases"
        lines = [
            f"{counts}, {filled.contacts} contacts, {len(filled.officers)} officers added",
            *(f"{each.login:<8}{each.post}" for each in filled.officers),
            f"password of all: {filled.password}",
        ]
        return Answer(asdict(filled), lines)
    made = example.load()
    return Answer(
        {"figures": made.figures, "units": made.units, "orders": made.orders},
        f"{made.figures} printed figures, {made.units} made-up units, {made.orders} orders added; "
        "their days are those of August 2020 (pages take ?date=2020-08-20)",
    )
