"""Run a phone on any radio (`phone_radios` lists them): `bluezone phone`. Its screens are in `phone_screens`."""

from __future__ import annotations

import asyncio
import math
import os
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from bluezone.cli import phone_radios, phone_screens, phone_service, phone_sharing
from bluezone.cli.errors import CommandError
from bluezone.cli.parameters import FILE, NumberRange, read_at_most
from bluezone.cli.phone_opened import json_option, opened, wall_clock, with_authority
from bluezone.cli.phone_reports import (
    alert_document,
    counted,
    day_text,
    print_json,
    status_document,
    tell_check,
    tell_status,
    tell_today,
)
from bluezone.phone.air.radio.port import Radio
from bluezone.phone.app import config as configuration
from bluezone.phone.app.config import Config, ConfigError
from bluezone.phone.app.logs import start_logging
from bluezone.phone.app.loop import Runner
from bluezone.phone.app.on_air import all_or_none
from bluezone.phone.app.schedule import running_alone
from bluezone.phone.app.systemd import Manager
from bluezone.phone.app.uptime import DeviceUptime
from bluezone.phone.client.http import Client, new_client
from bluezone.phone.clock import Clock
from bluezone.phone.errors import RadioError
from bluezone.phone.notices import rules
from bluezone.phone.notices.announcer import change_state
from bluezone.phone.notices.factory import notifier_named
from bluezone.phone.stores.database import StorageError
from bluezone.phone.stores.encryption import device_cipher
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.text import json_object

_MAX_PUBLIC_KEYS_BYTES = 2**20
MAX_SPEED = 1_000
_REPLAY_TAIL_S = 60.0  # so that the scan that hears the last sighting is over


@click.group("phone")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=lambda: os.environ.get("BLUEZONE_PHONE", "var/phone"),
    show_default="$BLUEZONE_PHONE or var/phone",
    help="Where this phone keeps its keys, its contacts and its settings.",
)
@click.pass_context
def command(context: click.Context, folder: Path) -> None:
    """Run a phone: send, listen, fetch, check, publish; with screens (`serve`) or without."""
    context.obj = Path(folder)
    start_logging()


@command.command()
@click.option("--authority-url", required=True, help="https://host of the authority (http:// on this machine).")
@click.option(
    "--public-keys",
    type=FILE,
    required=True,
    help="Keys to trust: what `bluezone authority public-keys --json` prints.",
)
@click.option("--health-authority-id", help="As whom to publish.")
@click.option("--api-key", help="Sent as X-API-Key, where the authority wants one.")
@click.option("--scheme", type=click.Choice(["en", "bluezone-v1"]), help="Of its identifiers.")
@click.option("--policy", help="What decides about an alert (see `bluezone exposure policies`).")
@click.option("--model", help="This device's name in the authority's table of models, which corrects for it.")
@click.option("--tx-power-dbm", type=click.IntRange(-127, 20), help="What this device radiates, by its calibration.")
@click.option("--rx-correction-db", type=NumberRange(-60, 60), help="What to add to its readings.")
@click.option("--link-host", help="Host of the authority's links and posters, where it is not that of its address.")
@click.pass_obj
def init(folder: Path, /, authority_url: str, public_keys: Path, **changes: Any) -> None:
    """Write the settings: the authority, and the keys of it that are trusted. Again to change them."""
    body = _public_keys(public_keys)
    if changes["link_host"] is not None:
        changes["link_host"] = configuration.checked_link_host(changes["link_host"].lower(), "--link-host")
    given = {name: value for name, value in changes.items() if value is not None}
    config = replace(
        configuration.load(folder),
        authority_url=authority_url,
        region=body["region"],
        export_keys=configuration.pinned_keys(body.get("export"), str(public_keys)),
        **given,
    )
    with opened(config, folder):  # refuses what makes no sense before it is written
        configuration.save(config, folder)
    keys = counted(len(config.export_keys), "key")
    click.echo(f"{folder}: trusts {keys} of {authority_url}, region {config.region}")


def _public_keys(path: Path) -> dict[str, Any]:
    try:
        body = json_object(read_at_most(path, _MAX_PUBLIC_KEYS_BYTES), str(path), _MAX_PUBLIC_KEYS_BYTES)
    except ProtocolError as error:
        raise ConfigError(str(error)) from error
    if not isinstance(body.get("region"), str) or not body.get("export"):
        raise ConfigError(f"{path}: lacks `region` or `export`; `bluezone authority public-keys --json` prints both")
    return body


@command.command()
@click.option("--radio", required=True, help="usb:0, hci-socket:0, bluez, trace:FILE.csv, ...: see `radios`.")
@click.option("--minutes", type=NumberRange(0, min_open=True), help="Stop after so long. [default: at Ctrl-C]")
@click.option(
    "--speed",
    type=NumberRange(1, MAX_SPEED),
    default=1,
    show_default=True,
    help="Of time, for a trace: 600 plays ten minutes a second.",
)
@click.option("--btsnoop", type=click.Path(dir_okay=False, path_type=Path), help="R" + phone_radios.BTSNOOP_HELP[1:])
@click.option("--wait-for-radio", is_flag=True, help="Where the radio is not there yet, wait for it.")
@click.pass_obj
def run(
    folder: Path, radio: str, minutes: float | None, speed: float, btsnoop: Path | None, wait_for_radio: bool
) -> None:
    """Send and listen until Ctrl-C; every four hours fetch and check, where an authority is set.

    `bluezone phone radios` lists what RADIO can be. A trace ends the run by itself.
    """
    from bluezone.phone.air.radio.factory import radio_named

    config = configuration.load(folder)
    if btsnoop is None and (speed != 1 or radio.startswith("trace:")):
        _replay(folder, config, radio, minutes, speed)
        return
    device = radio_named(radio, wall_clock, config.tx_power_dbm, btsnoop)
    with running_alone(folder), new_client() as client, _runner(config, folder, device, wall_clock, client) as runner:
        seconds = None if minutes is None else minutes * 60
        asyncio.run(_run(runner, device, radio, seconds, wait_for_radio=wait_for_radio))
        tell_today(runner.phone)


@contextmanager
def _runner(config: Config, folder: Path, device: Radio, clock: Clock, client: Client | None) -> Iterator[Runner]:
    settings = replace(config.settings(folder), cipher=device_cipher(folder, secrets.token_bytes))
    chance = secrets.SystemRandom()
    uptime = DeviceUptime() if clock is wall_clock else None  # the clock of a replay is right by definition
    notifier = notifier_named("auto" if client is not None else "none", os.environ, None, pages=False)
    runner = Runner(
        settings,
        device,
        client,
        clock,
        secrets.token_bytes,
        chance,
        on_check=tell_check,
        notifier=notifier,
        uptime=uptime,
    )
    with runner.closing():
        choices = runner.choices()
        if choices.agreed_at_s is None:  # whoever starts it here has said yes by that, and wants to be told
            wanted = True if choices.notifications is None else choices.notifications
            runner.choose(agreed_at_s=runner.clock(), notifications=wanted)
        yield runner


def _replay(folder: Path, config: Config, radio: str, minutes: float | None, speed: float) -> None:
    """Live through a recording, on a clock that ends at the present moment; the authority is left alone meanwhile."""
    from bluezone.phone.air.radio.trace_radio import TraceRadio, read_trace
    from bluezone.phone.app.accelerated_time import AcceleratedLoop

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
        with _runner(config, folder, device, clock, None) as runner:
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


@command.command()
@json_option
@click.pass_obj
def status(folder: Path, as_json: bool) -> None:
    """Show what this phone knows of itself."""
    with opened(configuration.load(folder), folder) as phone:
        facts = phone.status()
        with suppress(StorageError):  # who reads the warnings here has opened them, and need not be rung for again
            change_state(phone.stores.notices, lambda state: rules.after_opening(state, facts.alerts))
    if as_json:
        print_json(status_document(facts))
    else:
        tell_status(facts)


@command.command()
@json_option
@click.pass_obj
def sync(folder: Path, as_json: bool) -> None:
    """Fetch the key exports this phone has not yet."""
    with opened(with_authority(folder), folder) as phone, new_client() as client:
        report = phone.sync(client)
    if as_json:
        print_json(asdict(report))
        return
    click.echo(
        f"{counted(report.listed, 'file')} listed, {len(report.stored)} new, {len(report.resting)} refused before"
    )
    for name, why in report.bad:
        click.echo(f"refused {name}: {why}", err=True)


@command.command()
@json_option
@click.pass_obj
def check(folder: Path, as_json: bool) -> None:
    """Compare what was fetched with what was heard, on this phone alone."""
    with opened(configuration.load(folder), folder) as phone:
        report = phone.check()
        alerts = phone.stores.exposures.alerts(phone.clock())
    if not as_json:
        tell_check(report)
        return
    print_json(
        {
            "exports_checked": report.exports_checked,
            "exports_bad": report.exports_bad,
            "keys_checked": report.keys_checked,
            "keys_matched": report.keys_matched,
            "windows": len(report.windows),
            "policy": report.assessment.policy,
            "policy_version": report.assessment.version,
            "days": [asdict(day) | {"day": day_text(day.day_start_s)} for day in report.assessment.days],
            "new_alerts": [alert_document(alert) for alert in report.new_alerts],
            "new_watch_alerts": [alert_document(alert) for alert in report.new_watch_alerts],
            "withdrawn": [day_text(day) for day in report.withdrawn_days],
            "alerts": [alert_document(alert) for alert in alerts],
        }
    )


for _made in phone_screens.commands(wall_clock):
    command.add_command(_made)
command.add_command(phone_radios.radios)
command.add_command(phone_service.service)
for _made in (phone_sharing.publish, phone_sharing.withdraw):
    command.add_command(_made)
