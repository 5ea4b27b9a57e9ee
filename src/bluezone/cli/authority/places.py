"""Show the QR codes of a place, and publish the stays that are due."""

from __future__ import annotations

from typing import Annotated

import click

from bluezone.cli.answers import Answer
from bluezone.cli.authority.jobs import believed_now
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Arg, Opt, command

_ANYWHERE = "https://bluezone.example"


@click.group("places")
def places_command() -> None:
    """Show the QR codes of a place, and publish the stays of cases that are due."""


@command("codes", places_command)
def places_codes(
    *,
    code: Annotated[str, Arg()],
    origin: Annotated[
        str, Opt("https://HOST that the codes lead to.  [default: BLUEZONE_PUBLIC_URL, else an example]")
    ] = "",
) -> Answer:
    """Print what the QR codes of the unit CODE say, one an entrance: as on its posters, for a sign of its own."""
    from django.conf import settings

    from bluezone.authority.places import queries
    from bluezone.protocol.check_ins import place_address
    from bluezone.rollout.sectors import read_code

    found = queries.open_entrances(read_code(code))
    if not found:
        raise CommandError(f"{code}: no confirmed place shows a QR code under it")
    lead = origin or settings.BLUEZONE.public_url or _ANYWHERE
    codes = [
        {"entrance": each.name, "text": place_address(lead, each.at.organisation.code, bytes(each.payload))}
        for each in found
    ]
    lines = [f"{each['entrance'] or 'the whole place'}: {each['text']}" for each in codes]
    return Answer({"codes": codes}, lines)


@command("publish", places_command)
def places_publish() -> Answer:
    """Publish this hour's package of place warnings, where a confirmed stay waits. The worker does it by itself."""
    from bluezone.authority.places import services
    from bluezone.authority.site import job_runs

    now = believed_now("PUBLISHES")
    done = services.publish(now)
    job_runs.note("publish-places", now, None, succeeded=True)  # a scheduler may do the worker's work
    return Answer({"published": done is not None}, done or "no stay is due, or this hour has its package")
