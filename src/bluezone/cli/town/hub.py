"""Define `bluezone town hub`: virtual Bluetooth controllers for phones in processes of their own."""

from __future__ import annotations

import asyncio
import json
import signal
import sys

import click

from bluezone.cli.parameters import NumberRange
from bluezone.town.hub import MAX_PHONES, Hub, HubSettings


class _Place(click.ParamType[tuple[float, float]]):
    name = "X,Y"

    def convert(
        self, value: str | tuple[float, float], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, float]:
        if not isinstance(value, str):
            return value
        parts = value.split(",")
        try:
            x, y = map(float, parts)
        except ValueError:
            self.fail(f"{value!r} is not two numbers of metres, for example 0,1.5", param, ctx)
        return x, y


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; elsewhere others can join.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default="any free", help="Where phones connect.")
@click.option(
    "--distance-m", type=NumberRange(0.01, 10_000), default=1.5, show_default=True, help="Of every two phones."
)
@click.option("--place", "places", type=_Place(), multiple=True, help="In m; once for each phone, in order of coming.")
@click.option("--walls-db", type=NumberRange(0, 200), default=0.0, show_default=True, help="Between every two.")
@click.option("--phones", type=click.IntRange(1, MAX_PHONES), default=50, show_default=True, help="At once.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of fading.")
@click.option("--old", is_flag=True, help="Controllers of Bluetooth 4, without extended advertising.")
@click.option("--json", "as_json", is_flag=True, help="Address as one JSON document on standard output.")
def hub(
    host: str,
    port: int,
    distance_m: float,
    places: tuple[tuple[float, float], ...],
    walls_db: float,
    phones: int,
    seed: int,
    old: bool,
    as_json: bool,
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
    if as_json:
        click.echo(json.dumps({"host": host, "port": chosen, "radio": radio}))
    else:
        click.echo(f"phones meet here: bluezone phone --folder FOLDER run --radio {radio}\nCtrl-C ends it")
    sys.stdout.flush()
    try:
        await stop.wait()
    finally:
        await served.close()
