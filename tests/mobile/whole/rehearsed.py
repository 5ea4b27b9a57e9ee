"""The part of the whole app that a desktop lacks: the time of a script, and who is near. Loaded in the app's Python."""

from __future__ import annotations

import json
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

_plan: dict[str, Any] = {}
_started_s = time.monotonic()


def prepare(path: str) -> None:
    """Read the script, refuse what a telephone does not have, and let time go as fast as the script says."""
    _plan.update(json.loads(Path(path).read_text("utf-8")))
    for name in _plan["absent"]:
        sys.modules[name] = None  # type: ignore[assignment]
    from bluezone_mobile import service

    from bluezone.phone.clock import AcceleratedLoop
    from bluezone.phone.stores.timekeeper import Uptime

    service._clock = now_s
    service.DeviceUptime = lambda: lambda: Uptime(_plan["start_of_device"], now_s() - _plan["start_s"])
    service.Engine = partial(service.Engine, loop_factory=lambda: AcceleratedLoop(_plan["speed"]))


def now_s() -> float:
    """Return the time of the script, in Unix seconds."""
    return _plan["start_s"] + (time.monotonic() - _started_s) * _plan["speed"]


def on_air() -> list[str]:
    """Return what is heard now, each as address, strength in dBm and advertisement in hexadecimal."""
    from bluezone.phone.air.advertiser import identity_at
    from bluezone.protocol.keys import DailyKey
    from bluezone.protocol.schemes import scheme_named

    scheme, now, heard = scheme_named("en"), now_s(), []
    for near in _plan["near"]:
        key = DailyKey(bytes.fromhex(near["key"]), near["start_s"], near["end_s"])
        identity = identity_at(scheme, key, now, near["tx_power_dbm"])
        heard.append(f"{identity.address.hex(':').upper()} {near['rssi_dbm']} {identity.advertisement.hex()}")
    return heard
