"""Publish, list and withdraw what phones tell people who were warned."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import click

from bluezone.cli.answers import Answer
from bluezone.cli.options import Arg, Opt, command
from bluezone.errors import BluezoneError

if TYPE_CHECKING:
    from bluezone.authority.messages.models import GuidanceEntry
    from bluezone.protocol.guidance import Entry

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group("guidance")
def guidance_command() -> None:
    """Publish, list and withdraw what phones tell people who were warned."""


@command("publish", guidance_command)
def guidance_publish(
    *,
    source: Annotated[str, Arg(metavar="FILE|package")],
    like: Annotated[
        dt.datetime | None, Opt("package: its rules as of this day.  [default: 2020-08-15]", type=_DAY)
    ] = None,
    first: Annotated[
        dt.datetime | None, Opt("package: the first day on which they hold; today if not given.", "--from", type=_DAY)
    ] = None,
    days: Annotated[int, Opt("package: for how many days they hold.", limits=(1, 731))] = 90,
) -> Answer:
    """Sign and publish the entries of FILE, all or none; or those of 2020 and 2021 that come with the package, dated
    anew, for a first start or an exercise. `guidance example` prints the form of FILE."""
    from bluezone.authority.messages import guidance
    from bluezone.authority.officers.jurisdiction import Role, jurisdiction_of
    from bluezone.authority.site import clock

    now = clock.now()
    rows = guidance.publish(
        jurisdiction_of(Role.MINISTRY, "/"), _entries(source, like, first, days, clock.date_of(now)), now
    )
    lines = [f"published {_line(row)}" for row in rows]
    return Answer({"entries": [_facts(row) for row in rows]}, lines)


def _entries(
    source: str, like: dt.datetime | None, first: dt.datetime | None, days: int, today: dt.date
) -> list[Entry]:
    from bluezone.authority.messages import guidance

    if source != "package":
        return guidance.read(Path(source).read_bytes(), source)
    found = guidance.like(like.date() if like else guidance.LIKE)
    return guidance.dated(found, first.date() if first else today, days)


@command("example", guidance_command)
def guidance_example() -> None:
    """Print the entries of 2020 and 2021 with their sources, to be copied and changed."""
    from bluezone.authority.messages import guidance

    click.echo(guidance.text_of_the_package().decode("utf-8"), nl=False)


@command("list", guidance_command)
def guidance_list() -> Answer:
    """List every entry published, and which hold."""
    from bluezone.authority.messages.models import GuidanceEntry

    rows = list(GuidanceEntry.objects.order_by("published_at", "id"))
    lines = [_line(row) for row in rows]
    empty = "nothing has been published; phones ask people who were warned to call their health station"
    return Answer({"entries": [_facts(row) for row in rows]}, lines or empty)


@command("withdraw", guidance_command)
def guidance_withdraw(*, number: Annotated[int, Arg()]) -> Answer:
    """Take entry NUMBER out of what phones fetch."""
    from bluezone.authority.messages import guidance
    from bluezone.authority.messages.models import GuidanceEntry
    from bluezone.authority.site import clock

    row = GuidanceEntry.objects.filter(id=number).first()
    if row is None:
        raise BluezoneError(f"there is no entry {number}; `bluezone authority guidance list` shows them")
    guidance.withdraw(row, clock.now())
    return Answer(_facts(row), f"withdrawn: {_line(row)}")


def _facts(row: GuidanceEntry) -> dict[str, object]:
    from bluezone.authority.messages import guidance
    from bluezone.authority.site import clock

    state = guidance.state(guidance.facts(row), clock.date_of(clock.now()))
    return {"number": row.id, "state": str(state), **row.body}


def _line(row: GuidanceEntry) -> str:
    facts = _facts(row)
    place = facts["place"] or "the whole country"
    return (
        f"{row.id}: {row.version}, for {place}, from {row.from_day} until {row.until_day}, "
        f"{facts['watch_days']} days of watching ({facts['state']})"
    )
