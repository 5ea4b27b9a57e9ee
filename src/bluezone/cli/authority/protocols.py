"""Sign, look at, add and list the rules of how long an isolation lasts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import click

from bluezone.cli.answers import Answer
from bluezone.cli.authority.common import utc
from bluezone.cli.options import Arg, Opt, command

if TYPE_CHECKING:
    from bluezone.protocol.exports import TrustedKey

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("protocols")
def protocols_command() -> None:
    """Sign, add and list the rules of how long an isolation lasts and when tests are due."""


@command("example", protocols_command)
def protocols_example() -> None:
    """Print a file with one rule, to be changed and signed."""
    from importlib import resources

    text = resources.files("bluezone.authority.isolation").joinpath("protocols-example.json").read_text("utf-8")
    click.echo(text, nl=False)


@command("sign", protocols_command)
def protocols_sign(
    *,
    source: Annotated[Path, Arg(metavar="FILE")],
    target: Annotated[Path, Arg(metavar="SIGNED", type=click.Path(dir_okay=False, path_type=Path))],
) -> None:
    """Check the rules in FILE and sign them with this server's keys, as of now, into SIGNED."""
    from bluezone.authority.isolation import protocol_files
    from bluezone.authority.signing import services as signing
    from bluezone.authority.site import clock

    now = clock.now()
    target.write_bytes(protocol_files.sign(source.read_bytes(), now, signing.export_signers(now)))
    click.echo(f"signed: {target}")


@command("add", protocols_command)
def protocols_add(
    *,
    source: Annotated[Path, Arg(metavar="SIGNED")],
    pem: Annotated[
        Path | None,
        Opt(
            "PEM file of the ministry's key, where another server signed the file; without it this server's keys "
            "count.",
            "--public-key",
        ),
    ] = None,
    dry_run: Annotated[bool, Opt("Say what would change, and store nothing.")] = False,
) -> Answer:
    """Take the rules of a signed file, all or none, and say what they change. Stays keep the rule they were decided
    under."""
    from bluezone.authority.isolation import protocol_store
    from bluezone.authority.site import clock

    data, trusted = source.read_bytes(), _trusted(pem)
    changes = protocol_store.preview(data, trusted)[1]
    if not dry_run:
        protocol_store.add(data, clock.now(), trusted)
    first = "would change, nothing is stored:" if dry_run else "added:"
    return Answer({"stored": not dry_run, "changes": changes}, [first, *changes])


@command("list", protocols_command)
def protocols_list() -> Answer:
    """List every rule that is known, and the files that were added."""
    from bluezone.authority.isolation import protocol_files, protocol_store
    from bluezone.authority.isolation.models import ProtocolEdition

    rules = sorted(protocol_store.known(), key=lambda each: (each.first, each.name))
    files = [f"{row}, added {utc(row.added_at)}" for row in ProtocolEdition.objects.order_by("pk")]
    lines = [protocol_files.described(each) for each in rules]
    return Answer({"protocols": lines, "files": files}, [*lines, *files])


def _trusted(pem: Path | None) -> list[TrustedKey]:
    if pem is None:
        return []
    from bluezone.authority.isolation import protocol_files

    return [protocol_files.trusted_key(pem.read_bytes())]
