"""Every page, command, address and setting is listed with a test that shows it: `inventory.txt`.

Whoever adds one adds its line; whoever takes one away, or the test, decides so knowingly.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import tests.authority.conftest  # noqa: F401 (sets Django up, whose addresses are listed)
from tests.authority.project.addresses import addresses

from bluezone.authority.site.environment import Environment
from bluezone.cli.main import bluezone
from bluezone.phone.web import server
from bluezone.phone.web.handlers.home import HomeScreens

REPOSITORY = Path(__file__).resolve().parents[1]
LIST = Path(__file__).with_name("inventory.txt")


def listed() -> dict[tuple[str, str], str]:
    """The test of each thing, by kind and name."""
    rows = [line.split("\t") for line in LIST.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {(kind, name): test for kind, name, test in rows}


def commands(command: click.Command = bluezone, path: tuple[str, ...] = ("bluezone",)) -> Iterator[str]:
    if not isinstance(command, click.Group):
        yield " ".join(path)
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        assert below is not None
        yield from commands(below, (*path, name))


def screens() -> Iterator[str]:
    for group in (HomeScreens, *server._MORE):
        yield from (each.address.path for each in vars(group).values() if hasattr(each, "address"))


@pytest.mark.parametrize(
    ("kind", "there"),
    [
        ("address", lambda: {f"/{route}" for route in addresses()}),
        ("command", lambda: set(commands())),
        ("screen", lambda: set(screens())),
        ("setting", lambda: {str(field.validation_alias) for field in Environment.model_fields.values()}),
    ],
)
def test_everything_that_can_be_used_is_listed_and_nothing_else(kind, there):
    known = {name for each, name in listed() if each == kind}
    found = there()
    assert (sorted(found - known), sorted(known - found)) == ([], []), (
        f"give each its line in {LIST.name}, or take it out"
    )


def test_the_tests_that_are_named_are_there():
    assert [test for test in set(listed().values()) if not (REPOSITORY / test).is_file()] == []
