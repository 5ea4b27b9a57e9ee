"""Send and listen on a radio that may be missing, fail and come back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from bluezone.phone.air.advertiser import Advertiser
from bluezone.phone.air.radio.port import Radio
from bluezone.phone.air.scanner import Scanner
from bluezone.phone.clock import ClockWatch
from bluezone.phone.errors import RadioError
from bluezone.phone.stores.database import StorageError

_RADIO_RETRY_S = 30.0

_log = logging.getLogger(__name__)


async def stay_on_air(radio: Radio, advertiser: Advertiser, scanner: Scanner, watch: ClockWatch) -> None:
    """Send and listen until cancelled, then close the radio. A radio that is not there, or fails, is tried again every
    half minute; so is one whose sightings cannot be written."""
    try:
        while True:
            try:
                await radio.open()
                await all_or_none(advertiser.run(), scanner.run())
            except (RadioError, StorageError) as error:
                _log.warning("sending and listening stopped, next try in %.0f s: %s", _RADIO_RETRY_S, error)
                await radio.close()
                await watch.sleep(_RADIO_RETRY_S)
    finally:
        await radio.close()


async def all_or_none(*coroutines: Coroutine[Any, Any, None]) -> None:
    """Run all until one raises, then stop the others and raise that. (A TaskGroup would wrap it in a group.)"""
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
