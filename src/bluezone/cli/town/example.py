"""Define `bluezone town authority`: an authority as on 20 August 2020, filled, to look around in."""

from __future__ import annotations

import contextlib
import html
import json
import re
import signal
import socket
from pathlib import Path
from typing import Annotated

import click

from bluezone.cli.answers import announce
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Json, Opt, command
from bluezone.cli.parameters import NEW_FOLDER
from bluezone.cli.town.rehearsal import own_folder

#: Thursday, 20 August 2020, 9:40 in Viet Nam
_MOMENT_S = 1_597_891_200.0


@command("authority")
def authority_command(
    *,
    port: Annotated[int, Opt("0: any free one.", limits=(0, 65535))] = 8000,
    folder: Annotated[Path | None, Opt("Keep all files here (a new folder).", type=NEW_FOLDER)] = None,
    stay: Annotated[bool, Opt("Keep it up until Ctrl-C; without, only see that it can be filled and answers.")] = False,
    as_json: Json = False,
) -> None:
    """Fill an authority with the example of August 2020 and serve it on a rehearsal's clock, to look around in.

    Real are the server, its database and its pages, and what papers printed of the time. Made up, and marked so, are
    the other figures, units, officers, and a small outbreak. No phone takes part: that is `bluezone town show`.
    """
    import httpx

    from bluezone.town.server import TownAuthority

    if port and _answers(port):  # the server would share the port with what listens there
        raise CommandError(f"--port {port}: something answers there already; choose another, or 0 for any free one")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends the authority's processes like Ctrl-C does
    with own_folder(folder) as directory, TownAuthority(directory / "authority", _MOMENT_S) as authority:
        authority.command("install")
        authority.command("guidance", "publish", "package")
        made = json.loads(authority.command("load-example", "--whole", "--json"))
        url = authority.serve(port)
        page = httpx.get(f"{url}/rollout/", timeout=60.0).raise_for_status().text
        for curve in dict.fromkeys(re.findall(r'="(/rollout/[^"]+/curve\.svg[^"]*)', page)):
            httpx.get(url + html.unescape(curve), timeout=60.0)  # drawn before somebody looks
        if stay:  # said after it: an interrupt while a process starts would lose it
            authority.start("worker")
        counts = ", ".join(f"{made[each]} {each}" for each in ("figures", "units", "orders", "cases", "contacts"))
        lines = [
            f"An authority on 20 August 2020, a rehearsal: {counts}.",
            f"  everybody   {url}/",
            f"  officers    {url}/officer/login",
            f"Officers, all made up; the password of each is {made['password']}",
            *(f"  {each['login']:<8}{each['post']}" for each in made["officers"]),
        ]
        announce({"url": url, **made}, "\n".join(lines), as_json=as_json)
        if stay:
            if not as_json:
                click.echo("Ctrl-C ends it." if folder is not None else "Ctrl-C ends it and deletes the files.")
            with contextlib.suppress(KeyboardInterrupt):
                authority.stay(_MOMENT_S)


def _answers(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0
