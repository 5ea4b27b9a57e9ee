"""Run a phone on any radio (`phone_radios` lists them): `bluezone phone`. Its screens are in `phone_screens`."""

from __future__ import annotations

import asyncio
import datetime as dt
import math
import os
import secrets
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from bluezone.cli import phone_radios, phone_screens, phone_service
from bluezone.cli.errors import CommandError
from bluezone.cli.parameters import FILE, NumberRange, read_at_most
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
from bluezone.phone.app.engine import Phone
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
from bluezone.phone.stores.publication_store import VerifiedResult
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.text import json_object
from bluezone.protocol.verification import CertifiedReport

_MAX_PUBLIC_KEYS_BYTES = 2**20
MAX_SPEED = 1_000
_REPLAY_TAIL_S = 60.0  # so that the scan that hears the last sighting is over
_CONSENT = (
    "The keys of this phone's last 14 days will be published, so that phones that were near it can warn their owners. "
    "No name, place or telephone number is published, nor whom you met. Published keys stay known; "
    "`bluezone phone withdraw` makes them warn nobody any more. Publish?"
)
_TAKE_BACK = (
    "What this phone published in the last 14 days will warn nobody any more, and whoever was warned by it reads so. "
    "It cannot be published again. Take it back?"
)

_RESULTS = {
    CertifiedReport.CONFIRMED: "The health authority confirms: a positive test.",
    CertifiedReport.LIKELY: "The health authority confirms: ill with this disease by a doctor's judgement.",
    CertifiedReport.NEGATIVE: "The health authority confirms: not ill with it. Keys shared before are taken back.",
    CertifiedReport.USER_REPORT: "The health authority takes your own report of a positive test.",
    CertifiedReport.RECURSIVE: "The health authority asks you, a contact (F1), to let those you met since know.",
}

_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")


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
@click.pass_obj
def init(folder: Path, /, authority_url: str, public_keys: Path, **changes: Any) -> None:
    """Write the settings: the authority, and the keys of it that are trusted. Again to change them."""
    body = _public_keys(public_keys)
    given = {name: value for name, value in changes.items() if value is not None}
    config = replace(
        configuration.load(folder),
        authority_url=authority_url,
        region=body["region"],
        export_keys=configuration.pinned_keys(body.get("export"), str(public_keys)),
        **given,
    )
    with _opened(config, folder):  # refuses what makes no sense before it is written
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
    device = radio_named(radio, _clock, config.tx_power_dbm, btsnoop)
    with running_alone(folder), new_client() as client, _runner(config, folder, device, _clock, client) as runner:
        seconds = None if minutes is None else minutes * 60
        asyncio.run(_run(runner, device, radio, seconds, wait_for_radio=wait_for_radio))
        tell_today(runner.phone)


@contextmanager
def _runner(config: Config, folder: Path, device: Radio, clock: Clock, client: Client | None) -> Iterator[Runner]:
    settings = replace(config.settings(folder), cipher=device_cipher(folder, secrets.token_bytes))
    chance = secrets.SystemRandom()
    uptime = DeviceUptime() if clock is _clock else None  # the clock of a replay is right by definition
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
        loop, started_s = loops.get_loop(), _clock() - duration_s

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
@_json_option
@click.pass_obj
def status(folder: Path, as_json: bool) -> None:
    """Show what this phone knows of itself."""
    with _opened(configuration.load(folder), folder) as phone:
        facts = phone.status()
        with suppress(StorageError):  # who reads the warnings here has opened them, and need not be rung for again
            change_state(phone.stores.notices, lambda state: rules.after_opening(state, facts.alerts))
    if as_json:
        print_json(status_document(facts))
    else:
        tell_status(facts)


@command.command()
@_json_option
@click.pass_obj
def sync(folder: Path, as_json: bool) -> None:
    """Fetch the key exports this phone has not yet."""
    with _opened(_with_authority(folder), folder) as phone, new_client() as client:
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
@_json_option
@click.pass_obj
def check(folder: Path, as_json: bool) -> None:
    """Compare what was fetched with what was heard, on this phone alone."""
    with _opened(configuration.load(folder), folder) as phone:
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


@command.command()
@click.argument("code", default="")
@click.option("--consent", is_flag=True, help="The phone's owner has said yes: do not ask.")
@click.option(
    "--leave-out",
    "left_out",
    type=click.DateTime(["%Y-%m-%d"]),
    multiple=True,
    metavar="DAY",
    help="A day (UTC) of which the owner keeps the key; may be given several times. Chosen before the yes, once.",
)
@_json_option
@click.pass_obj
def publish(folder: Path, code: str, consent: bool, left_out: tuple[dt.datetime, ...], as_json: bool) -> None:
    """Publish this phone's keys under the one-time CODE an officer has given; the link of a text message will do.

    First it says what the code confirms, then it asks. After a no, and where it was cut off in the middle, the same
    command goes on where it was, for a day also without the CODE.
    """
    code = phone_screens.code_in_link(code) if "://" in code else code
    with _opened(_with_authority(folder), folder) as phone, new_client() as client:
        publisher = phone.publisher(client)
        result = publisher.verify(code) if code.strip() else phone.stores.publications.waiting(phone.clock())
        if result is None:
            raise CommandError("no result is waiting; give the code of the health authority")
        click.echo(_RESULTS[result.report] + (f" (test of {result.test_date})" if result.test_date else ""), err=True)
        days = _left_out(phone, result, [day.date() for day in left_out])
        consent = consent or click.confirm(_CONSENT, err=True)
        if not consent:
            raise CommandError("nothing is published")
        report = publisher.publish(code, consent=consent, left_out=days)
    if as_json:
        print_json(asdict(report))
        return
    one = report.keys_sent == 1
    already = f" ({'it was' if one else 'they were'} already)" if report.already else ""
    click.echo(f"{counted(report.keys_sent, 'key')} {'is' if one else 'are'} with the authority{already}")
    for warning in report.warnings:
        click.echo(f"warning: {warning}", err=True)


def _left_out(phone: Phone, result: VerifiedResult, days: list[dt.date]) -> list[dt.date]:
    """Return the days that the owner keeps. Raises CommandError for one that cannot be kept, and where none is left."""
    known = phone.stores.keys.publishable_days(phone.clock()) if days else {}
    if days and result.agreed:
        raise CommandError("the days were chosen with the yes: go on without --leave-out")
    for day in days:
        if day not in known:
            raise CommandError(f"--leave-out {day}: this phone has no key of that day to publish")
        if known[day]:
            raise CommandError(f"--leave-out {day}: the key of that day is published already")
    if known and set(days) == set(known):
        raise CommandError("every day is left out: nothing would be published")
    return days


@command.command("withdraw")
@click.option("--yes", is_flag=True, help="The phone's owner has said so: do not ask.")
@_json_option
@click.pass_obj
def withdraw(folder: Path, yes: bool, as_json: bool) -> None:
    """Take back what this phone has published: its keys warn nobody any more. Asked again, it does no harm."""
    with _opened(_with_authority(folder), folder) as phone, new_client() as client:
        if not (yes or click.confirm(_TAKE_BACK, err=True)):
            raise CommandError("nothing is taken back")
        phone.withdraw(client)
    if as_json:
        print_json({"taken_back": True})
        return
    click.echo("what this phone shared is taken back: it warns nobody any more")


# --- the edge: here time, chance and the network enter ----------------------------------------------------------------


def _clock() -> float:
    return time.time()  # noqa: TID251 (the edge)


for _screens in phone_screens.commands(_clock):
    command.add_command(_screens)
command.add_command(phone_radios.radios)
command.add_command(phone_service.service)


@contextmanager
def _opened(config: Config, folder: Path) -> Iterator[Phone]:
    settings = replace(config.settings(folder), cipher=device_cipher(folder, secrets.token_bytes))
    phone = Phone(settings, None, _clock, secrets.token_bytes, secrets.SystemRandom(), uptime=DeviceUptime())
    try:
        yield phone
    finally:
        phone.close()


def _with_authority(folder: Path) -> Config:
    config = configuration.load(folder)
    if not config.authority_url:
        raise CommandError(f"{folder}: no authority is set; `bluezone phone init` sets one")
    return config
