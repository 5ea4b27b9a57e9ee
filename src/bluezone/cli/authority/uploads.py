"""Bring a spreadsheet in an officer's name: show what it would be stored as, ask, and store it. The commands for lists
of persons stand here; those for figures beside the figures."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import click

from bluezone.cli import mapping
from bluezone.cli.answers import Answer, show
from bluezone.cli.authority.common import active_officer
from bluezone.cli.authority.group import authority
from bluezone.cli.errors import CommandError
from bluezone.cli.languages import own_language
from bluezone.cli.options import Arg, Json, Opt, command
from bluezone.rollout.texts import translator
from bluezone.spreadsheets.results import LEFT_OUT, PROBLEM, PROBLEM_OF_ROW, saying

if TYPE_CHECKING:
    from bluezone.authority.officers.upload_pages import UploadPages
    from bluezone.authority.site.uploads.pipeline import Kind
    from bluezone.spreadsheets.results import Proposal

_OFFICER = "Login name of the officer who stores it; only rows of that officer's jurisdiction are taken."
Table = Annotated[Path, Arg()]
Officer = Annotated[str, Opt(_OFFICER)]


@dataclass(frozen=True)
class Said(mapping.Decisions):
    """Hold what is said about a file on the command line. `about` and `why`: what its kind asks beside, by commands of
    its own."""

    leave_out_problems: Annotated[bool, Opt("Store the good rows and leave those with problems out.")] = False
    confirm: Annotated[tuple[int, ...], Opt("Number of a line in doubt that is right as it is.", metavar="LINE")] = ()
    yes: Annotated[bool, Opt("Store what is shown, without a question.")] = False
    as_json: Json = False
    about: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""

    @property
    def options(self) -> dict[str, Any]:
        """Return what an upload is told beside its file."""
        return {**self.about, "mapping": self.decided().to_dict()}


def looked_at(kind: Kind[Any], file: Path, officer: str, said: Said) -> tuple[Proposal, Any]:
    """Return what a file would be stored as, and its preview; nothing is stored."""
    from django.db import transaction

    from bluezone.authority.site import clock
    from bluezone.authority.site.uploads import pipeline

    assert kind.understand is not None
    now, data = clock.now(), file.read_bytes()
    with transaction.atomic():
        upload = pipeline.receive(kind, data, file.name, active_officer(officer), now, said.options, at_once=True)
        found = kind.understand(upload, now), pipeline.look(kind, upload, now)
        transaction.set_rollback(True)
    return found


def store(
    kind: Kind[Any],
    file: Path,
    officer: str,
    said: Said,
    stored_as: Callable[[Any], dict[int, str]] = lambda _: {},
) -> None:
    """Show what a file would be stored as, and store it in an officer's name once that is said to be right.
    `stored_as`: as what each row of a list of persons would be."""
    from bluezone.authority.site import clock
    from bluezone.authority.site.uploads import pipeline

    proposal, preview = looked_at(kind, file, officer, said)
    if not said.as_json:
        show(*mapping.text(proposal, translator(own_language()), stored_as(preview)))
    say_problems(proposal, preview)
    if said.mapping is None:
        _ask(proposal, said)
    done, _preview = pipeline.at_once(
        kind,
        file.read_bytes(),
        file.name,
        active_officer(officer),
        clock.now(),
        options=said.options,
        leave_out=said.leave_out_problems,
        confirmed=frozenset(said.confirm),
        why=said.why,
    )
    facts = {"added": done.added, "changed": done.changed, "left_out": done.left_out, "import": str(done.pk)}
    Answer(facts, f"{done.added} new, {done.changed} changed, {done.left_out} rows left out").show(as_json=said.as_json)


def _ask(proposal: Proposal, said: Said) -> None:
    """Ask whether what is shown is right; end where nobody can say so, or where most rows would be left out."""
    most = next((doubt for doubt in proposal.unsure if doubt.about == "table"), None)
    if most is not None:
        click.echo(f"{most.text}; nothing was stored: say what its columns and rows are, or give --mapping", err=True)
        raise click.exceptions.Exit(mapping.ASKS)
    if said.yes:
        return
    if said.as_json or not sys.stdin.isatty():
        click.echo("nothing was stored: look at it, then store it with --yes or --mapping", err=True)
        raise click.exceptions.Exit(mapping.ASKS)
    click.confirm("Store this?", abort=True)


def say_problems(proposal: Proposal, preview: Any) -> None:
    """Print what keeps rows from being stored, or is to be looked at."""
    from django.utils.translation import override

    from bluezone.authority.site.language import problem_text, said
    from bluezone.authority.site.uploads import spreadsheets

    unsaid = spreadsheets.left_out(proposal)
    with override(own_language()):
        for row in proposal.rows:
            if row.line in unsaid and row.left_out is not None:
                click.echo(said(saying(LEFT_OUT, line=str(row.line), written=row.written, why=row.left_out)), err=True)
        for problem in preview.problems:
            words = {"line": str(problem.line), "column": problem.column, "why": problem_text(problem)}
            click.echo(said(saying(PROBLEM if problem.column else PROBLEM_OF_ROW, **words)), err=True)


# --- lists of persons -------------------------------------------------------------------------------------------------


@command("import-cases", authority)
def import_cases_command(
    *,
    file: Table,
    officer: Officer,
    otherwise: Annotated[
        str,
        Opt("What diagnoses stand on whose rows do not say.", choices=["confirmed", "clinical", "suspected"]),
    ] = "suspected",
    said: Said,
) -> None:
    """Show which cases a list (.xlsx, .ods, .csv) would open, ask, and open them without codes: all, or none."""
    from bluezone.authority.diagnosis.case_uploads import PAGES

    _store_persons(PAGES, file, officer, replace(said, about={"otherwise": otherwise}))


@command("import-contacts", authority)
def import_contacts_command(
    *,
    file: Table,
    officer: Officer,
    case: Annotated[str, Opt("Whose contacts: the case's pseudonym or file number.")],
    otherwise: Annotated[
        str,
        Opt("Where people met whose rows do not say.", choices=["household", "work", "school", "other"]),
    ] = "other",
    said: Said,
) -> None:
    """Show whom a list of a case's contacts would enter, ask, and enter them: all, or none. --row gives a commune,
    --date the day of rows without one."""
    from bluezone.authority.episodes.contact_uploads import PAGES

    _store_persons(PAGES, file, officer, replace(said, about={"case": case, "otherwise": otherwise}))


def _store_persons(pages: UploadPages[Any], file: Path, officer: str, said: Said) -> None:
    """Store a list as the page of an officer does, with what is asked there beside the file. Raises CommandError."""
    from django.core.exceptions import PermissionDenied
    from django.utils.translation import override

    user = active_officer(officer)
    try:
        pages.allowed(user)
    except PermissionDenied:
        raise CommandError(f"{officer} may not confirm cases") from None
    form = pages.form(said.about)
    del form.fields["file"]
    form.for_officer(user, {})
    with override(own_language()):
        if not form.is_valid():
            raise CommandError("; ".join(str(each) for errors in form.errors.values() for each in errors))
        assert pages.stored_as is not None
        store(pages.kind, file, officer, replace(said, about=form.options()), pages.stored_as)
