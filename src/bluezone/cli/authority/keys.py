"""Print and rotate signing keys."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import click

from bluezone.cli.answers import Answer
from bluezone.cli.authority.common import utc
from bluezone.cli.options import Arg, Opt, command


@command("public-keys")
def public_keys_command() -> Answer:
    """Print what phones and other servers need to trust this one."""
    from bluezone.authority.signing.services import public_material

    facts = public_material()
    lines = [
        f"{purpose} {key['key_id']} {key['key_version']} from {key['from']}"
        + (f" to {key['thru']}" if key["thru"] else "")
        + f"\n{key['public_key_pem']}"
        for purpose in ("export", "certificate", "pass")
        for key in facts[purpose]  # type: ignore[attr-defined]
    ]
    return Answer(facts, lines)


@click.group("keys")
def keys_command() -> None:
    """Rotate signing keys."""


Purpose = Annotated[str, Arg(choices=["export", "certificate", "pass"])]
_moment = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"])


@command("create", keys_command)
def keys_create(
    *,
    purpose: Purpose,
    from_at: Annotated[
        dt.datetime | None, Opt("When it starts to sign (UTC); now if not given.", "--from", type=_moment)
    ] = None,
) -> None:
    """Make the next version of a key. It signs beside the old one, until that is retired."""
    from bluezone.authority.signing import services as signing
    from bluezone.authority.site import clock

    made = signing.create(purpose, from_at.replace(tzinfo=dt.UTC) if from_at else clock.now())
    click.echo(f"made {made}, signing from {utc(made.from_at)}; ship `bluezone authority public-keys` to the phones")


@command("retire", keys_command)
def keys_retire(
    *,
    purpose: Purpose,
    version: Annotated[str, Arg()],
    thru_at: Annotated[
        dt.datetime | None, Opt("When it stops signing (UTC); now if not given.", "--thru", type=_moment)
    ] = None,
) -> None:
    """Retire an old key."""
    from bluezone.authority.signing import services as signing
    from bluezone.authority.site import clock

    end = thru_at.replace(tzinfo=dt.UTC) if thru_at else clock.now()
    key = signing.retire(purpose, version, end)
    click.echo(f"{key} stops signing at {utc(end)}")


@command("distrust", keys_command)
def keys_distrust(
    *,
    versions: Annotated[tuple[str, ...], Arg(nargs=-1, required=True)],
) -> None:
    """Believe no pass of these keys any more: they may be stolen. Checkpoints with a network know it in five minutes;
    whoever carries a pass of theirs declares again."""
    from bluezone.authority.passes import services as passes
    from bluezone.authority.site import clock

    for version in versions:
        key, made = passes.distrust_key(version, None, clock.now())
        click.echo(f"{key} is believed no more" + (f"; made {made}, signing from now" if made else ""))
