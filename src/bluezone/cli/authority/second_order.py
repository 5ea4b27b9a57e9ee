"""Turn warnings of second order on and off, and show whether they are on."""

from __future__ import annotations

from typing import Annotated

import click

from bluezone.cli.authority.common import Json, say, utc
from bluezone.cli.options import Opt, options

Reason = Annotated[str, Opt("The decision or letter that it follows; it stands in the log.")]


@click.group("second-order")
def second_order_command() -> None:
    """Let contacts (F1) warn the people they met (F2), or stop it. Off until the ministry turns it on."""


@second_order_command.command("show")
@options
def second_order_show(
    *,
    as_json: Json = False,
) -> None:
    """Say whether contacts may warn others, and since when."""
    from bluezone.authority.keys.second_order import services
    from bluezone.authority.site import clock

    row = services.newest(clock.now())
    facts = {"on": row is not None and row.on, "since": row.since if row else None, "reason": row.reason if row else ""}
    since = f" since {utc(row.since)}: {row.reason}" if row else ": nobody has turned it on"
    say(as_json, facts, f"warnings of second order are {'on' if facts['on'] else 'off'}{since}")


@second_order_command.command("on")
@options
def second_order_on(
    *,
    reason: Reason,
    as_json: Json = False,
) -> None:
    """Let contacts whom an officer asks warn others."""
    _turn(True, reason, as_json)


@second_order_command.command("off")
@options
def second_order_off(
    *,
    reason: Reason,
    as_json: Json = False,
) -> None:
    """Stop it: no code for a contact is issued, and phones forget what they fetched of contacts."""
    _turn(False, reason, as_json)


def _turn(on: bool, reason: str, as_json: bool) -> None:
    from bluezone.authority.keys.second_order import services
    from bluezone.authority.site import clock

    row = services.turn(on, reason, None, clock.now())
    facts = {"on": row.on, "since": row.since, "reason": row.reason}
    say(as_json, facts, f"warnings of second order are {'on' if on else 'off'} from now on: {row.reason}")
