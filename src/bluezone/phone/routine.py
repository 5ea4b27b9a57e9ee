"""A phone left to itself: it sends and listens, and every few hours fetches and checks."""

from __future__ import annotations

import asyncio
import fcntl
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from bluezone.phone.checks import CheckReport
from bluezone.phone.engine import Phone, all_or_none
from bluezone.phone.errors import PhoneError
from bluezone.protocol.errors import ProtocolError

SYNC_EVERY_S = 4 * 3_600.0
_FIRST_SYNC_WITHIN_S = 600.0

_log = logging.getLogger(__name__)


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """One radio loop a folder: two would send two identifiers at once. Raises PhoneError while another holds it."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (directory / "running").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise PhoneError(f"{directory}: another program runs this phone already") from error
        yield  # the lock goes with the file, also where the process is killed


async def live(phone: Phone, make_client: Callable[[], httpx.Client], on_check: Callable[[CheckReport], None]) -> None:
    """Run the phone until cancelled; where it knows an authority, fetch and check every four hours.

    The first time comes at a random moment within ten minutes, so that phones that start together do not ask together.
    A failure is logged and the next turn awaited.
    """
    if not phone.settings.authority_url:
        await phone.run()
        return
    await all_or_none(phone.run(), _keep_checking(phone, make_client, on_check))


async def _keep_checking(
    phone: Phone, make_client: Callable[[], httpx.Client], on_check: Callable[[CheckReport], None]
) -> None:
    await asyncio.sleep(phone.random_delay_s(_FIRST_SYNC_WITHIN_S))
    while True:
        try:
            report = await asyncio.to_thread(_sync_and_check, phone, make_client)
        except (PhoneError, ProtocolError) as error:
            _log.warning("fetching or checking failed, next try in four hours: %s", error)
        else:
            on_check(report)
        await asyncio.sleep(SYNC_EVERY_S - phone.random_delay_s(_FIRST_SYNC_WITHIN_S))


def _sync_and_check(phone: Phone, make_client: Callable[[], httpx.Client]) -> CheckReport:
    try:
        with make_client() as client:
            phone.sync(client)
    except (PhoneError, ProtocolError) as error:
        _log.warning("fetching failed, checking what there is: %s", error)
    return phone.check()
