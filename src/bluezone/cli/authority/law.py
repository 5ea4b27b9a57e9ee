"""Account for personal data: the record of processing, the impact assessment, and the end of the service."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import click

from bluezone.cli.answers import Answer
from bluezone.cli.authority.common import believed_now, now
from bluezone.cli.authority.group import authority
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Arg, Opt, command

_MAX_BYTES = 65_536
Language = Annotated[str, Opt("Language of the text.", choices=["vi", "en"])]


@authority.group("law")
def law_command() -> None:
    """Account for personal data: record of processing, impact assessment, proof of the end."""


@command("record", law_command)
def law_record(*, language: Language = "vi") -> None:
    """Print the record of processing, made from the models: purpose, ground, readers, end, what deletes it, tests."""
    _print("record", language)


@command("assessment", law_command)
def law_assessment(*, language: Language = "vi") -> None:
    """Print the impact assessment of this installation, by its settings; what only you know is marked."""
    _print("assessment", language)


def _print(name: str, language: str) -> None:
    from django.conf import settings
    from django.utils import translation

    from bluezone.authority.privacy import report

    with translation.override(language):
        click.echo(getattr(report, name)(settings.BLUEZONE, now()), nl=False)


@command("verify-proof", law_command)
def law_verify_proof(*, file: Annotated[Path, Arg()]) -> Answer:
    """Verify FILE, the signed proof that the service has ended, by this server's keys."""
    from bluezone.authority.privacy import ending
    from bluezone.authority.signing.services import trusted_export_keys

    data = file.read_bytes()
    if len(data) > _MAX_BYTES:
        raise CommandError(f"{file}: longer than a proof is")
    content = ending.opened(data, trusted_export_keys()).content
    rows, accounts = sum(content["deleted"].values()), content["accounts_erased"]
    said = f"genuine: the service ended on {content['ended_at'][:10]}, {rows} rows and {accounts} accounts are deleted"
    return Answer(content, said)


@command("sunset", authority)
def sunset_command(
    *,
    date: Annotated[dt.date, Arg(metavar="DATE")],
    at_once: Annotated[bool, Opt("Also a day that has begun and was not announced: delete without a delay.")] = False,
    withdraw: Annotated[bool, Opt("Take the announcement back; DATE is the day that was announced.")] = False,
) -> Answer:
    """End the service on DATE (as 2027-03-31): announce it now, refuse new data from that day on, delete all personal
    data, and leave a signed proof at /v1/documents/ending/. From that day the command itself deletes, too."""
    from bluezone.authority.privacy import ending
    from bluezone.authority.site import clock

    if withdraw:
        ending.withdraw()
        return Answer({"ends_on": None}, "the service goes on; nothing was deleted")
    at = believed_now("DELETES")
    if date <= clock.date_of(at) and not at_once and not ending.is_over(at):
        raise CommandError(f"{date} has begun, and no such end was announced: to delete everything now, add --at-once")
    if ending.announced() is None or not ending.is_begun():
        ending.announce(date, at)
    said = ending.go_on(at)
    row = ending.proof()
    if row is None:
        text = f"announced: the service ends on {date}; /privacy says so"
        return Answer({"ends_on": date, "proof": None}, said or text)
    return Answer(
        {"ends_on": date, "proof": row.document}, said or f"the service has ended; its proof:\n{row.document}"
    )
