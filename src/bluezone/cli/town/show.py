"""Define `bluezone town show`: show the rehearsal on a page."""

from __future__ import annotations

import asyncio
import json
import shlex
import sys
import tempfile
from pathlib import Path

import click

from bluezone.cli.languages import LanguageName
from bluezone.cli.town.options import scene_options, town_options
from bluezone.i18n import Language
from bluezone.town.run import Options
from bluezone.town.show.pace import DEFAULT_SPEED, SPEEDS
from bluezone.town.world import TOWN

#: more people than can be told apart in a drawing, and each phone is two databases
MAX_SHOWN = 60
DEFAULT_PORT = 8730


@click.command()
@town_options(MAX_SHOWN)
@scene_options
@click.option(
    "--speed",
    type=click.Choice([str(speed // 60) for speed in SPEEDS]),
    default=str(DEFAULT_SPEED // 60),
    show_default=True,
    help="Minutes of the town in a second, at first; the page can change it.",
)
@click.option("--language", type=LanguageName(), default="vi", show_default=True, help="Of the page, at first.")
@click.option("--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True, help="0: any free.")
@click.option("--json", "as_json", is_flag=True, help="Say the address as one JSON document.")
def show(
    people: int,
    seed: int,
    hours: float,
    policy: str | None,
    scene: str,
    days: int,
    speed: str,
    language: Language,
    port: int,
    as_json: bool,
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
