"""Publish and list the policies by which phones decide whom to warn."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import click

from bluezone.cli.answers import Answer
from bluezone.cli.authority.common import utc
from bluezone.cli.options import Arg, Opt, command

if TYPE_CHECKING:
    from bluezone.authority.documents.models import SignedDocument
    from bluezone.exposure.policies.published_table import Calibration


@click.group("policy")
def policy_command() -> None:
    """Publish and list the policies by which phones decide whom to warn."""


@command("publish", policy_command)
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
) -> Answer:
    """Sign and publish policy NAME. Phones fetch, verify and try it, and refuse one that is absurd, as this command
    does."""
    from bluezone.authority.keys import policies
    from bluezone.authority.site import clock
    from bluezone.protocol.text import json_object

    changes = {} if parameters is None else json_object(parameters.read(), parameters.name)
    row = policies.publish(
        policies.chosen(name, version, changes),
        clock.now(),
        days=valid_days,
        valid_from=valid_from.replace(tzinfo=dt.UTC) if valid_from else None,
        calibration=_calibration_named(table),
    )
    holds = f"valid from {utc(row.valid_from)} until {utc(row.valid_until)}"
    return Answer(_policy_row(row), f"published {policies.title(row)}, {holds}")


def _calibration_named(table: str) -> Calibration | None:
    from bluezone.authority.keys import policies
    from bluezone.exposure.policies.published_table import table_from_file, table_of_the_package

    if table == "none":
        return None
    if table == "keep":
        return policies.last_calibration()
    return table_of_the_package() if table == "package" else table_from_file(Path(table).read_bytes())


@command("list", policy_command)
def policy_list() -> Answer:
    """List every policy published, and which is in force."""
    from bluezone.authority.documents import services as documents
    from bluezone.authority.keys import policies
    from bluezone.authority.site import clock
    from bluezone.exposure.policies.document import POLICY

    rows = policies.every()
    current = documents.in_force(POLICY.name, "", clock.now())
    lines = [
        f"{policies.title(row)}, valid from {utc(row.valid_from)} until {utc(row.valid_until)}"
        + (" (in force)" if row == current else "")
        for row in rows
    ]
    facts = {"policies": [_policy_row(row) | {"rules": row == current} for row in rows]}
    return Answer(facts, lines or "no policy has been published; phones decide by the one they came with")


def _policy_row(row: SignedDocument) -> dict[str, object]:
    from bluezone.authority.keys import policies

    published = policies.content_of(row)
    return {
        "region": row.region,
        "serial": row.serial,
        "name": published.policy.name,
        "version": published.policy.version,
        "calibration_version": published.calibration_version,
        "issued_at": row.issued_at,
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
    }
