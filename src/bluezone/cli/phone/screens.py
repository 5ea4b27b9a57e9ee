"""Run a phone with its screens: `bluezone phone serve` and `address`."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path
from typing import Annotated
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from bluezone.cli.answers import announcer
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Json, Opt, command
from bluezone.cli.phone.edge import running, wall_clock
from bluezone.phone.app import config as configuration
from bluezone.phone.app.schedule import running_alone
from bluezone.phone.client.http import new_client
from bluezone.protocol import one_time_codes

DEFAULT_PORT = 8720


@command("serve")
@click.pass_obj
def serve(
    folder: Path,
    /,
    *,
    radio: Annotated[str, Opt("usb:0, bluez, ... (see `bluezone phone radios`), or none.")] = "none",
    port: Annotated[int, Opt("0: any free.", limits=(0, 65535))] = DEFAULT_PORT,
    time_zone: Annotated[str, Opt("IANA name; this machine's if not given.")] = "",
    hotline: Annotated[str, Opt("The number that the screens offer to call; the country's if not given.")] = "",
    invite_url: Annotated[str, Opt("Where others get Bluezone; the authority's address if not given.")] = "",
    notify: Annotated[
        str,
        Opt(
            "How notices reach the owner; auto: the desktop's own, else an open page.",
            choices=["auto", "desktop", "browser", "none"],
        ),
    ] = "auto",
    as_json: Json = False,
) -> None:
    """Run the phone with its screens, for this machine's owner alone, until Ctrl-C.

    Prints the address that opens them; it holds a token of this run.
    """
    from bluezone.phone.air.radio.machine import radio_named
    from bluezone.phone.notices.announcer import notifier_named
    from bluezone.phone.web.handlers.base import WebSettings
    from bluezone.phone.web.server import serve as run

    config = configuration.load(folder)
    if hotline:
        config = replace(config, hotline=configuration.checked_of_country("hotline", hotline, "--hotline"))
    invites = invite_url or config.authority_url
    web = WebSettings(_zone(time_zone, config.zone), invites, link_host=config.own_host)
    device = radio_named(radio, wall_clock, config.tx_power_dbm) if radio != "none" else None

    notifier = notifier_named(notify, os.environ, lambda path: _open_screen(folder, path), pages=True)
    alone, opened = running_alone(folder), new_client()
    with alone, opened as client, running(config, folder, device, client, notifier) as runner:
        asyncio.run(run(runner, web, port, announcer("the screens answer at {url}", as_json=as_json)))


@command()
@click.pass_obj
def address(
    folder: Path,
    *,
    link: Annotated[str, Opt("Open them at the code of this link of the health authority (.../v?c=CODE).")] = "",
    opens: Annotated[bool, Opt("Open them in the browser, and print nothing.", "--open")] = False,
) -> None:
    """Print the address of the screens that run now, with the token that opens them.

    With a link they show its code, to be looked up with one press. What cannot be a code is refused: here, or by the
    screens where they are opened.
    """
    from bluezone.phone.web.server import ADDRESS_FILE

    if link and opens:  # who has tapped it sees the screens, and nothing that is printed here
        at = f"&{urlencode({'to': '/link?text=' + quote(link, safe='')})}"
    else:
        at = f"&{urlencode({'c': code_in_link(link)})}" if link else ""
    try:
        found = (folder / ADDRESS_FILE).read_text().strip() + at
    except FileNotFoundError as error:
        raise CommandError(f"{folder}: no screens are running; `bluezone phone serve` starts them") from error
    if not opens:
        click.echo(found)
        return
    from bluezone.phone.notices.desktop import open_in_browser  # it needs dbus-fast, the extra bluez

    open_in_browser(folder, found)


def _open_screen(folder: Path, path: str) -> None:
    """Open a screen of the phone that runs in this folder in the owner's browser, as a click on a notice asks."""
    from bluezone.phone.notices.desktop import open_in_browser
    from bluezone.phone.web.server import ADDRESS_FILE

    with suppress(OSError):
        address = (folder / ADDRESS_FILE).read_text().strip()
        open_in_browser(folder, f"{address}&{urlencode({'to': path})}")


def code_in_link(link: str) -> str:
    """Return the code of a link of the health authority. Raises CommandError where it holds none."""
    read = one_time_codes.read_link(link)
    if read.problem is not None:
        raise CommandError(f"this link holds no code of the health authority: {read.problem.value}")
    return read.text


def _zone(name: str, otherwise: tzinfo) -> tzinfo:
    if name or os.environ.get("TZ"):
        name = name or os.environ["TZ"].removeprefix(":")
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise CommandError(f"time zone {name!r} is not known; for example Asia/Ho_Chi_Minh") from error
    try:
        with Path("/etc/localtime").open("rb") as file:
            return ZoneInfo.from_file(file)
    except (OSError, ValueError):
        return otherwise
