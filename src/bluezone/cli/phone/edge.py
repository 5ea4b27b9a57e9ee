"""Open a phone for one command: the edge where time, chance and key material enter `bluezone phone`."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bluezone.cli.errors import CommandError
from bluezone.phone.air.radio.port import Radio
from bluezone.phone.app import config as configuration
from bluezone.phone.app.config import Config
from bluezone.phone.app.engine import Phone, PhoneSettings
from bluezone.phone.app.host import DeviceUptime
from bluezone.phone.app.loop import Runner
from bluezone.phone.client.http import Client
from bluezone.phone.clock import Clock
from bluezone.phone.matching.exposure_check import CheckReport
from bluezone.phone.notices.port import Notifier
from bluezone.phone.stores.encryption import device_cipher


def wall_clock() -> float:
    """Return the present moment in Unix seconds, by the machine's clock."""
    return time.time()  # noqa: TID251 (the edge)


def with_authority(folder: Path) -> Config:
    """Return the settings of a phone. Raises CommandError where they name no authority."""
    config = configuration.load(folder)
    if not config.authority_url:
        raise CommandError(f"{folder}: no authority is set; `bluezone phone init` sets one")
    return config


def _settings(config: Config, folder: Path) -> PhoneSettings:
    return replace(config.settings(folder), cipher=device_cipher(folder, secrets.token_bytes))


@contextmanager
def opened(config: Config, folder: Path) -> Iterator[Phone]:
    """Open a phone without its radio."""
    phone = Phone(
        _settings(config, folder), None, wall_clock, secrets.token_bytes, secrets.SystemRandom(), uptime=DeviceUptime()
    )
    try:
        yield phone
    finally:
        phone.close()


@contextmanager
def running(
    config: Config,
    folder: Path,
    radio: Radio | None,
    client: Client | None,
    notifier: Notifier,
    *,
    clock: Clock = wall_clock,
    on_check: Callable[[CheckReport], None] | None = None,
) -> Iterator[Runner]:
    """Open a phone that runs with a radio. The clock of a replay is right by definition."""
    uptime = DeviceUptime() if clock is wall_clock else None
    runner = Runner(
        _settings(config, folder),
        radio,
        client,
        clock,
        secrets.token_bytes,
        secrets.SystemRandom(),
        on_check=on_check,
        notifier=notifier,
        uptime=uptime,
    )
    with runner.closing():
        yield runner
