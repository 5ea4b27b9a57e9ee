"""Turn warnings of second order on and off, and show whether they are on."""

from __future__ import annotations

from typing import Annotated

import click

from bluezone.cli.answers import Answer
from bluezone.cli.authority.common import utc
from bluezone.cli.options import Opt, command

Reason = Annotated[str, Opt("The decision or letter that it follows; it stands in the log.")]


@click.group("second-order")
def second_order_command() -> None:
    """Let contacts (F1) warn the people they met (F2), or stop it. Off until the ministry turns it on."""


@command("show", second_order_command)
def second_order_show() -> Answer:
    """Say whether contacts may warn others, and since when."""
    from bluezone.authority.keys.second_order import services
    from bluezone.authority.site import clock

    row = services.newest(clock.now())
    facts = {"on": row is not None and row.on, "since": row.since if row else None, "reason": row.reason if row else ""}
    since = f" since {utc(row.since)}: {row.reason}" if row else ": nobody has turned it on"
    return Answer(facts, f"warnings of second order are {'on' if facts['on'] else 'off'}{since}")


@command("on", second_order_command)
def second_order_on(*, reason: Reason) -> Answer:
    """Let contacts whom an officer asks warn others."""
    return _turn(True, reason)


@command("off", second_order_command)
def second_order_off(*, reason: Reason) -> Answer:
    """Stop it: no code for a contact is issued, and phones forget what they fetched of contacts."""
    return _turn(False, reason)


def _turn(on: bool, reason: str) -> Answer:
    from bluezone.authority.keys.second_order import services
    from bluezone.authority.site import clock

    row = services.turn(on, reason, None, clock.now())
    facts = {"on": row.on, "since": row.since, "reason": row.reason}
    return Answer(facts, f"warnings of second order are {'on' if on else 'off'} from now on: {row.reason}")
