"""Publish and list the forms of health declarations."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Annotated

import click

from bluezone.cli.answers import Answer
from bluezone.cli.options import Arg, Opt, command

if TYPE_CHECKING:
    from bluezone.authority.declarations.publishing import Proposal


@click.group("forms")
def forms_command() -> None:
    """Publish and list the forms of health declarations."""


@command("publish", forms_command)
def forms_publish(
    *,
    file: Annotated[IO[bytes], Arg(type=click.File("rb"))],
    dry_run: Annotated[bool, Opt("Only read the form, and say what differs from the version before.")] = False,
) -> Answer:
    """Publish the form in FILE (JSON). Its version is above every version before; declarations keep theirs."""
    from bluezone.authority.declarations import publishing
    from bluezone.authority.site import clock

    document = file.read()
    proposal = publishing.propose(document) if dry_run else publishing.publish(document, None, clock.now())
    return Answer(_facts(proposal), _lines(proposal, dry_run))


def _lines(proposal: Proposal, dry_run: bool) -> list[str]:
    form, before = proposal.form, proposal.before
    done = "would publish" if dry_run else "published"
    first = f"{done} {form.form} {form.version} for {form.area}, from {form.valid_from.isoformat()}"
    against = f"; against version {before.version}:" if before else ": the first version"
    return [first + against, *(f"  {each.what} {each.name}: {each.change}" for each in proposal.differences)]


def _facts(proposal: Proposal) -> dict[str, object]:
    form, before = proposal.form, proposal.before
    return {
        "form": form.form,
        "version": form.version,
        "area": form.area,
        "before": before.version if before else None,
        "differences": [{"what": each.what, "name": each.name, "change": each.change} for each in proposal.differences],
    }


@command("list", forms_command)
def forms_list() -> Answer:
    """List every version of every form, and which may be filled in today."""
    from bluezone.authority.declarations import known_forms
    from bluezone.authority.site import clock

    offered = {(each.form, each.version) for each in known_forms.offered(clock.date_of(clock.now()))}
    rows = [
        {"form": each.form, "version": each.version, "area": each.area, "offered": (each.form, each.version) in offered}
        for each in known_forms.every()
    ]
    lines = [f"{row['form']} {row['version']} {row['area']}{' (offered)' if row['offered'] else ''}" for row in rows]
    return Answer({"forms": rows}, lines)
