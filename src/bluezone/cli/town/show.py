"""Define `bluezone town show`: show the rehearsal on a page."""

from __future__ import annotations

import asyncio
import json
import shlex
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import click

from bluezone.cli.options import Opt, options
from bluezone.cli.town.options import Days, Hours, PolicyName, Scene, Seed
from bluezone.i18n import Language
from bluezone.town.run import MAX_HOURS, Options
from bluezone.town.show.pace import DEFAULT_SPEED, SPEEDS
from bluezone.town.world import MIN_PEOPLE, TOWN

#: more people than can be told apart in a drawing, and each phone is two databases
MAX_SHOWN = 60
DEFAULT_PORT = 8730


@click.command()
@options
def show(
    *,
    people: Annotated[int, Opt("How many.", limits=(MIN_PEOPLE, MAX_SHOWN))] = 12,
    seed: Seed = 1,
    hours: Hours = MAX_HOURS,
    policy: PolicyName = None,
    scene: Scene = TOWN,
    days: Days = 1,
    speed: Annotated[
        str,
        Opt(
            "Minutes of the town in a second, at first; the page can change it.",
            choices=[str(speed // 60) for speed in SPEEDS],
        ),
    ] = str(DEFAULT_SPEED // 60),
    language: Annotated[Language, Opt("Of the page, at first.")] = Language.VIETNAMESE,
    port: Annotated[int, Opt("0: any free.", limits=(0, 65535))] = DEFAULT_PORT,
    as_json: Annotated[bool, Opt("Say the address as one JSON document.", "--json")] = False,
) -> None:
    """Show the rehearsal on a page of this machine, until Ctrl-C.

    Town, phones and authority are those of `bluezone town run`, at a pace to follow. Prints the address that opens the
    page; it holds a token of this run. No browser is opened.
    """
    from bluezone.town.show.serve import ShowOptions, serve

    def announce(url: str, chosen: int) -> None:
        if as_json:
            click.echo(json.dumps({"url": url, "port": chosen}))
        else:
            click.echo(f"The town is to be seen at {url}\nCtrl-C ends it.")
        sys.stdout.flush()

    again = shlex.join(["bluezone", "town", "show", "--people", str(people), "--seed", str(seed)])
    again += "" if scene == TOWN else f" --scene {scene}"
    again += "" if days == 1 else f" --days {days}"
    with tempfile.TemporaryDirectory(prefix="bluezone-town-") as directory:
        # on HCI, where each packet is seen in its moment
        options = Options(people, seed, Path(directory), hours, policy, hci=True, scene=scene, days=days)
        asyncio.run(serve(options, ShowOptions(60.0 * int(speed), port, language, again), announce))
