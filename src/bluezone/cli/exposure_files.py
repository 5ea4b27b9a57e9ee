"""Read what `bluezone exposure` is given besides recordings: tables of models, and an authority's policy documents."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import click

from bluezone.cli.errors import CommandError
from bluezone.exposure.calibration import Calibration, default_calibration
from bluezone.exposure.errors import ExposureError
from bluezone.exposure.policies import Policy


def calibration_of(file: Path | None) -> Calibration:
    """Read a table of models, the package's where none is given; what this version does not know in it is said and left
    out. Raises CommandError naming the file."""
    if file is None:
        return default_calibration()
    data = file.read_bytes()
    try:
        found = Calibration.from_json(data)
    except ExposureError as error:
        raise CommandError(f"{file}: {error}") from None
    unknown = sorted(set(json.loads(data)) - {field.name for field in fields(Calibration)})
    if unknown:
        names = ", ".join(ascii(name)[:80] for name in unknown)
        click.echo(f"bluezone: {file}: table {found.version} has {names} besides; not known here, left out", err=True)
    return found


def policy_of(file: Path) -> Policy:
    """Read the policy of an authority's document (`/v1/documents/policy/...`, as phones fetch it); its signatures are
    not looked at. Raises CommandError naming the file."""
    from bluezone.exposure.policies.document import policy_in  # brings cryptography: not for a look at the help

    try:
        return policy_in(file.read_bytes()).policy
    except ExposureError as error:
        raise CommandError(f"{file}: {error}") from None
