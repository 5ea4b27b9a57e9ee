"""Open a phone for one command: the edge where time, chance and key material enter `bluezone phone`."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from bluezone.cli.errors import CommandError
from bluezone.phone.app import config as configuration
from bluezone.phone.app.config import Config
from bluezone.phone.app.engine import Phone
from bluezone.phone.app.uptime import DeviceUptime
from bluezone.phone.stores.encryption import device_cipher

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")


def wall_clock() -> float:
    """Return the present moment in Unix seconds, by the machine's clock."""
    return time.time()  # noqa: TID251 (the edge)


@contextmanager
def opened(config: Config, folder: Path) -> Iterator[Phone]:
    settings = replace(config.settings(folder), cipher=device_cipher(folder, secrets.token_bytes))
    phone = Phone(settings, None, wall_clock, secrets.token_bytes, secrets.SystemRandom(), uptime=DeviceUptime())
    try:
        yield phone
    finally:
        phone.close()


def with_authority(folder: Path) -> Config:
    config = configuration.load(folder)
    if not config.authority_url:
        raise CommandError(f"{folder}: no authority is set; `bluezone phone init` sets one")
    return config
