"""Send and listen: `bluezone phone run`, on a radio or through a recording; and `service`, which runs it by systemd."""

from __future__ import annotations

import asyncio
import math
import os
import signal
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Annotated

import click

from bluezone.cli.errors import CommandError
from bluezone.cli.options import Opt, command
from bluezone.cli.parameters import NEW_FILE, NumberRange
from bluezone.cli.phone.edge import running, wall_clock
from bluezone.cli.phone.radios import BTSNOOP_HELP
from bluezone.cli.phone.state import tell_check, tell_today
from bluezone.phone.air.radio.port import Radio
from bluezone.phone.app import config as configuration
from bluezone.phone.app.config import FILE_NAME, Config
from bluezone.phone.app.engine import all_or_none
from bluezone.phone.app.loop import Runner
from bluezone.phone.app.schedule import running_alone
from bluezone.phone.app.systemd import UNIT_NAME, Manager, unit_path, unit_text
from bluezone.phone.client.http import new_client
from bluezone.phone.errors import RadioError
from bluezone.phone.notices.announcer import notifier_named

MAX_SPEED = 1_000
_REPLAY_TAIL_S = 60.0  # so that the scan that hears the last sighting is over


@command()
@click.pass_obj
def run(
    folder: Path,
    *,
    radio: Annotated[str, Opt("usb:0, hci-socket:0, bluez, trace:FILE.csv, ...: see `radios`.")],
    minutes: Annotated[
        float | None, Opt("Stop after so long. [default: at Ctrl-C]", type=NumberRange(0, min_open=True))
    ] = None,
    speed: Annotated[float, Opt("Of time, for a trace: 600 plays ten minutes a second.", limits=(1, MAX_SPEED))] = 1,
    btsnoop: Annotated[Path | None, Opt("R" + BTSNOOP_HELP[1:], type=NEW_FILE)] = None,
    wait_for_radio: Annotated[bool, Opt("Where the radio is not there yet, wait for it.")] = False,
) -> None:
    """Send and listen until Ctrl-C; every half hour fetch and check, where an authority is set.

    `bluezone phone radios` lists what RADIO can be. A trace ends the run by itself.
    """
    from bluezone.phone.air.radio.machine import radio_named

    config = configuration.load(folder)
    if btsnoop is None and (speed != 1 or radio.startswith("trace:")):
        _replay(folder, config, radio, minutes, speed)
        return
    device = radio_named(radio, wall_clock, config.tx_power_dbm, btsnoop)
    notifier = notifier_named("auto", os.environ, None, pages=False)
    alone, opened = running_alone(folder), new_client()
    told = partial(tell_check, zone=config.zone)
    with alone, opened as client, running(config, folder, device, client, notifier, on_check=told) as runner:
        _agree(runner)
        seconds = None if minutes is None else minutes * 60
        asyncio.run(_run(runner, device, radio, seconds, wait_for_radio=wait_for_radio))
        tell_today(runner.phone)


def _agree(runner: Runner) -> None:
    """Note the yes of whoever starts the phone here, who wants to be told, too."""
    choices = runner.choices()
    if choices.agreed_at_s is None:
        wanted = True if choices.notifications is None else choices.notifications
        runner.choose(agreed_at_s=runner.clock(), notifications=wanted)


def _replay(folder: Path, config: Config, radio: str, minutes: float | None, speed: float) -> None:
    """Live through a recording, on a clock that ends at the present moment; the authority is left alone meanwhile."""
    from bluezone.phone.air.radio.trace_radio import TraceRadio, read_trace
    from bluezone.phone.clock import AcceleratedLoop

    kind, _, file = radio.partition(":")
    if kind != "trace":
        raise CommandError("--speed is for --radio trace:FILE.csv: nothing else goes faster than it does")
    trace = read_trace(file)
    duration_s = min(trace.duration_s + _REPLAY_TAIL_S, math.inf if minutes is None else minutes * 60)
    with running_alone(folder), asyncio.Runner(loop_factory=lambda: AcceleratedLoop(speed)) as loops:
        loop, started_s = loops.get_loop(), wall_clock() - duration_s

        def clock() -> float:
            return started_s + loop.time()

        device = TraceRadio(trace, clock, config.tx_power_dbm)
        notifier = notifier_named("none", os.environ, None, pages=False)
        with running(config, folder, device, None, notifier, clock=clock) as runner:
            _agree(runner)
            status = runner.phone.status()
            if status.days or status.days_with_keys:
                raise CommandError(
                    f"{folder}: a phone has been used here, and a replay would mix its recording with what that phone "
                    "heard; give the replay a folder of its own: bluezone phone --folder NEW run ..."
                )
            loops.run(_run(runner, device, radio, duration_s))
            tell_today(runner.phone)


async def _run(
    runner: Runner, device: Radio, name: str, seconds: float | None, *, wait_for_radio: bool = False
) -> None:
    choices = runner.choices()
    if choices.paused or choices.background is False:
        click.echo("its owner has chosen a pause, or nothing in the background: it does not send (`serve`)", err=True)
    try:
        await device.open()
        click.echo(f"sending and listening on {name}; Ctrl-C ends it")
    except RadioError as error:
        if not wait_for_radio:
            raise
        click.echo(f"waiting for the radio: {error}", err=True)
    task = asyncio.ensure_future(all_or_none(Manager(os.environ).keep_alive(), runner.run()))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    with suppress(TimeoutError, asyncio.CancelledError):
        async with asyncio.timeout(seconds):
            await task


@command()
@click.pass_obj
def service(
    folder: Path,
    *,
    radio: Annotated[str, Opt("As `run` takes it: usb:0, bluez, ...: see `radios`.")],
    install: Annotated[bool, Opt("Write the unit file to where systemd looks for it.")] = False,
) -> None:
    """Print a systemd unit that runs this phone in the background of your session.

    It starts with the session, comes back whatever ends it, and waits for a radio that is not there.
    """
    folder = folder.resolve()
    run_it = [sys.executable, "-m", "bluezone", "phone", "--folder", str(folder), "run", "--radio", radio]
    text = unit_text([*run_it, "--wait-for-radio"])
    if not install:
        click.echo(text, nl=False)
        return
    if not (folder / FILE_NAME).exists():
        raise CommandError(f"{folder}: no phone is set up there; `bluezone phone init` sets one up")
    path = unit_path(os.environ)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    click.echo(f"{path} is written. Start it now and with every session:")
    click.echo(f"  systemctl --user daemon-reload && systemctl --user enable --now {UNIT_NAME}")
    click.echo("Also while you are not logged in: loginctl enable-linger")
