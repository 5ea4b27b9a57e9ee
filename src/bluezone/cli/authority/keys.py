"""Print and rotate signing keys."""

from __future__ import annotations

import datetime as dt

import click

from bluezone.cli.authority.common import json_option, say, utc


@click.command("public-keys")
@json_option
def public_keys_command(as_json: bool) -> None:
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
    say(as_json, facts, "\n".join(lines))


@click.group("keys")
def keys_command() -> None:
    """Rotate signing keys."""


_purpose = click.argument("purpose", type=click.Choice(["export", "certificate", "pass"]))
_moment = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"])


@keys_command.command("create")
@_purpose
@click.option("--from", "from_at", type=_moment, help="When it starts to sign (UTC); now if not given.")
def keys_create(purpose: str, from_at: dt.datetime | None) -> None:
    """Make the next version of a key. It signs beside the old one, until that is retired."""
    from bluezone.authority.signing import services as signing
    from bluezone.authority.site import clock

    made = signing.create(purpose, from_at.replace(tzinfo=dt.UTC) if from_at else clock.now())
    click.echo(f"made {made}, signing from {utc(made.from_at)}; ship `bluezone authority public-keys` to the phones")


@keys_command.command("retire")
@_purpose
@click.argument("version")
@click.option("--thru", "thru_at", type=_moment, help="When it stops signing (UTC); now if not given.")
def keys_retire(purpose: str, version: str, thru_at: dt.datetime | None) -> None:
    """Retire an old key."""
    from bluezone.authority.signing import services as signing
    from bluezone.authority.site import clock

    end = thru_at.replace(tzinfo=dt.UTC) if thru_at else clock.now()
    key = signing.retire(purpose, version, end)
    click.echo(f"{key} stops signing at {utc(end)}")


@keys_command.command("distrust")
@click.argument("versions", nargs=-1, required=True)
def keys_distrust(versions: tuple[str, ...]) -> None:
    """Believe no pass of these keys any more: they may be stolen. Checkpoints with a network know it in five minutes;
    whoever carries a pass of theirs declares again."""
    from bluezone.authority.passes import services as passes
    from bluezone.authority.site import clock

    for version in versions:
        key, made = passes.distrust_key(version, None, clock.now())
        click.echo(f"{key} is believed no more" + (f"; made {made}, signing from now" if made else ""))
