"""Define `bluezone country`: the packages that say what a country is, and whether one is whole."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

import click

from bluezone.cli.answers import Answer
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Arg, command
from bluezone.geography.checks import problems
from bluezone.geography.country import CODES, MAIN, chosen, read
from bluezone.packages import SIGNATURE

_NAME = "NAME|DIR"


@click.group("country")
def country_group() -> None:
    """Packages of countries."""


@command("list", country_group)
def list_command() -> Answer:
    """List the packages that come with the program."""
    every = [read(chosen(code)) for code in CODES]
    lines = [f"{of.code}: {of.name('en')}; pages in {', '.join(of.languages)}" for of in every]
    return Answer([{"code": of.code, "names": dict(of.names), "languages": list(of.languages)} for of in every], lines)


@command("check", country_group)
def check_command(*, name: Annotated[str, Arg(metavar=_NAME)]) -> Answer:
    """Say what a package lacks, one sentence each."""
    found, is_signed = problems_of(chosen(name)), chosen(name).joinpath(SIGNATURE).is_file()
    lines = found or [f"{name} can be used ({'signed' if is_signed else 'not signed'})"]
    return Answer({"problems": found, "signed": is_signed}, lines, status=1 if found else 0)


@command("copy", country_group)
def copy_command(
    *,
    name: Annotated[str, Arg(metavar=_NAME)],
    target: Annotated[Path, Arg(metavar="NEW", type=click.Path(path_type=Path))],
) -> None:
    """Copy a package, to be changed into another."""
    source = chosen(name)
    if target.exists():
        raise CommandError(f"{target} is there already: name a new folder")
    target.mkdir(parents=True)
    own, new = f'code = "{read(source).code}"\n'.encode(), f'code = "{target.name}"\n'.encode()
    for each in source.iterdir():
        if each.is_file() and each.name != SIGNATURE:
            data = each.read_bytes()
            target.joinpath(each.name).write_bytes(data.replace(own, new, 1) if each.name == MAIN else data)
    click.echo(f"copied to {target}; change it, then: bluezone country check {target}")


def problems_of(place: Traversable) -> list[str]:
    """Return what a package lacks, one sentence each."""
    return problems(place) or _of_telephones(place)


def _of_telephones(place: Traversable) -> list[str]:
    """Compare the region of telephone numbers with its calling code."""
    import phonenumbers

    told = read(place).telephone
    right = phonenumbers.country_code_for_region(told.region)
    if right and str(right) == told.calling_code:
        return []
    meant = f"numbers of {told.region} begin with +{right}" if right else f"there is no region {told.region}"
    return [f"telephone.calling_code is {told.calling_code!r}, but {meant}"]
