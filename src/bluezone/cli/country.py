"""Define `bluezone country`: the packages that say what a country is, and whether one is whole."""

from __future__ import annotations

from importlib.resources.abc import Traversable

import click

from bluezone.cli.answers import Answer
from bluezone.cli.options import command
from bluezone.cli.packages import Name, New, checked, copy
from bluezone.geography.checks import problems
from bluezone.geography.country import CODES, MAIN, chosen, read


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
def check_command(*, name: Name) -> Answer:
    """Say what a package lacks, one sentence each."""
    return checked(name, chosen(name), problems_of(chosen(name)))


@command("copy", country_group)
def copy_command(*, name: Name, target: New) -> None:
    """Copy a package, to be changed into another."""
    copy(chosen(name), target, MAIN, read(chosen(name)).code, target.name)


def problems_of(place: Traversable) -> list[str]:
    """Return what a package lacks, one sentence each."""
    if found := problems(place):
        return found
    import phonenumbers  # knows each region's calling code

    told = read(place).telephone
    right = phonenumbers.country_code_for_region(told.region)
    if right and str(right) == told.calling_code:
        return []
    meant = f"numbers of {told.region} begin with +{right}" if right else f"there is no region {told.region}"
    return [f"telephone.calling_code is {told.calling_code!r}, but {meant}"]
