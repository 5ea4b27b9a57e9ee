"""Define `bluezone town hub`: virtual Bluetooth controllers for phones in processes of their own."""

from __future__ import annotations

import asyncio
import signal
from typing import Annotated

import click

from bluezone.cli.answers import announce
from bluezone.cli.options import Json, Opt, command
from bluezone.town.hub import MAX_PHONES, Hub, HubSettings


def _place(text: str) -> tuple[float, float]:
    try:
        x, y = map(float, text.split(","))
    except ValueError:
        raise ValueError(f"{text!r} is not two numbers of metres, for example 0,1.5") from None
    return x, y


@command("hub")
def hub(
    *,
    host: Annotated[str, Opt("Where to listen; elsewhere others can join.")] = "127.0.0.1",
    port: Annotated[int, Opt("Where phones connect.", show_default="any free", limits=(0, 65535))] = 0,
    distance_m: Annotated[float, Opt("Of every two phones.", limits=(0.01, 10_000))] = 1.5,
    places: Annotated[
        tuple[tuple[float, float], ...],
        Opt("In m; once for each phone, in order of coming.", "--place", read=_place, metavar="X,Y"),
    ] = (),
    walls_db: Annotated[float, Opt("Between every two.", limits=(0, 200))] = 0.0,
    phones: Annotated[int, Opt("At once.", limits=(1, MAX_PHONES))] = 50,
    seed: Annotated[int, Opt("Of fading.", limits=(0,))] = 1,
    old: Annotated[bool, Opt("Controllers of Bluetooth 4, without extended advertising.")] = False,
    as_json: Json = False,
) -> None:
    """Serve virtual controllers on TCP, in real time, until Ctrl-C.

    Each `bluezone phone run --radio tcp-client:HOST:PORT` that connects is a phone that the others hear.
    """
    settings = HubSettings(tuple(places), distance_m, walls_db, phones, seed, not old)
    asyncio.run(_serve(Hub(settings, lambda line: click.echo(line, err=True)), host, port, as_json))


async def _serve(served: Hub, host: str, port: int, as_json: bool) -> None:
    chosen = await served.open(host, port)
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    radio = f"tcp-client:{host}:{chosen}"
    said = f"phones meet here: bluezone phone --folder FOLDER run --radio {radio}\nCtrl-C ends it"
    announce({"host": host, "port": chosen, "radio": radio}, said, as_json=as_json)
    try:
        await stop.wait()
    finally:
        await served.close()
