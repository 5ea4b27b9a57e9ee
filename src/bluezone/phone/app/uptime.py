"""Read how long the device has run since it was started, sleep included: what no wrong date changes.

Linux and Android count it (CLOCK_BOOTTIME) and give each start a random name. Where that name may not be read, starts
are not told apart for sure, and less is concluded from it (`stores.believed_time`).
"""

from __future__ import annotations

import time
from pathlib import Path

from bluezone.phone.stores.believed_time import Uptime

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class DeviceUptime:
    """Read the device's running time; the name of its start is read once."""

    def __init__(self, boot_id: Path = _BOOT_ID) -> None:
        try:
            self._boot = boot_id.read_text("ascii").strip()[:64]
        except (OSError, UnicodeDecodeError):
            self._boot = ""
        self._clock = getattr(time, "CLOCK_BOOTTIME", None)

    def __call__(self) -> Uptime:
        """Return the reading of this moment."""
        return Uptime(self._boot, time.monotonic() if self._clock is None else time.clock_gettime(self._clock))
