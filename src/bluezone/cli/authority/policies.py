"""Publish and list the policies by which phones decide whom to warn."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import click

from bluezone.cli.authority.common import Json, say, utc
from bluezone.cli.options import Arg, Opt, options

if TYPE_CHECKING:
    from bluezone.authority.keys.policies.models import PublishedPolicy
    from bluezone.exposure.policies.published_table import Calibration


@click.group("policy")
def policy_command() -> None:
    """Publish and list the policies by which phones decide whom to warn."""


@policy_command.command("publish")
@options
def policy_publish(
    *,
    name: Annotated[str, Arg()],
    version: Annotated[str | None, Opt("Version of a policy with changed parameters; an alert names it.")] = None,
    parameters: Annotated[
        IO[bytes] | None,
        Opt(
            "JSON object of the parameters to change (`bluezone exposure policies --json` prints them all).",
            type=click.File("rb"),
        ),
    ] = None,
    table: Annotated[
        str,
        Opt(
            "Corrections by phone model that go with it: a JSON table, the one that comes with the package, the one "
            "published last, or none.",
            "--calibration",
            metavar="FILE|package|keep|none",
        ),
    ] = "keep",
    valid_days: Annotated[int, Opt("Days for which phones follow it.", limits=(1, 366))] = 90,
    valid_from: Annotated[
        dt.datetime | None, Opt("UTC; now if not given.", "--from", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]))
    ] = None,
    as_json: Json = False,
) -> None:
    """Sign and publish policy NAME. Phones fetch, verify and try it, and refuse one that is absurd, as this command
    does."""
    from bluezone.authority.keys.policies import rules, services
    from bluezone.authority.site import clock
    from bluezone.protocol.text import json_object

    changes = {} if parameters is None else json_object(parameters.read(), parameters.name)
    row = services.publish(
        rules.chosen(name, version, changes),
        clock.now(),
        days=valid_days,
        valid_from=valid_from.replace(tzinfo=dt.UTC) if valid_from else None,
        calibration=_calibration_named(table),
    )
    say(as_json, _policy_row(row), f"published {row}, valid from {utc(row.valid_from)} until {utc(row.valid_until)}")


def _calibration_named(table: str) -> Calibration | None:
    from django.conf import settings

    from bluezone.authority.keys.policies import services
    from bluezone.exposure.policies.published_table import table_from_file, table_of_the_package

    if table == "none":
        return None
    if table == "keep":
        return services.last_calibration(settings.BLUEZONE.region)
    return table_of_the_package() if table == "package" else table_from_file(Path(table).read_bytes())


@policy_command.command("list")
@options
def policy_list(
    *,
    as_json: Json = False,
) -> None:
    """List every policy published, and which is in force."""
    from bluezone.authority.keys.policies import services
    from bluezone.authority.keys.policies.models import PublishedPolicy
    from bluezone.authority.site import clock

    rows = list(PublishedPolicy.objects.all())
    now = clock.now()
    current = {region: services.in_force(region, now) for region in {row.region for row in rows}}
    lines = [
        f"{row}, valid from {utc(row.valid_from)} until {utc(row.valid_until)}"
        + (" (in force)" if current[row.region] == row else "")
        for row in rows
    ]
    facts = {"policies": [_policy_row(row) | {"rules": current[row.region] == row} for row in rows]}
    say(as_json, facts, "\n".join(lines) or "no policy has been published; phones decide by the one they came with")


def _policy_row(row: PublishedPolicy) -> dict[str, object]:
    names = ("region", "serial", "name", "version", "calibration_version", "issued_at", "valid_from", "valid_until")
    return {name: getattr(row, name) for name in names}
