"""Define what the machine under a phone can say of itself, and show, so that the phone is let run; how long it has run;
and what may go into its log.

The host port's implementation is Android's, in `mobile/`: a computer has none of it.
"""

from __future__ import annotations

import logging
import time
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from bluezone.phone.stores.timekeeper import Uptime


class Panel(StrEnum):
    """Name a screen of the system's own settings."""

    NOTICES = "notices"
    BATTERY = "battery"


class Host(Protocol):
    """Answer for the machine. No method raises; each may be called from any thread."""

    def maker(self) -> str:
        """Return the machine's maker as it names itself, in small letters; "" where it does not."""

    def spares_battery(self) -> bool | None:
        """Tell whether the system may put the phone to sleep to spare the battery; None where it has no such thing."""

    def ask_for_notices(self) -> None:
        """Have the system ask the owner whether notices may be shown, where it wants to be asked."""

    def open_panel(self, panel: Panel) -> None:
        """Show a screen of the system's settings."""


class NoHost:
    """Stand for a machine that has none of it."""

    def maker(self) -> str:
        return ""

    def spares_battery(self) -> bool | None:
        return None

    def ask_for_notices(self) -> None: ...

    def open_panel(self, panel: Panel) -> None: ...


_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class DeviceUptime:
    """Read how long the device has run since it was started, sleep included: what no wrong date changes.

    Linux and Android count it (CLOCK_BOOTTIME) and give each start a random name, read once. Where that name may not be
    read, starts are not told apart for sure, and less is concluded from it (`stores.timekeeper`).
    """

    def __init__(self, boot_id: Path = _BOOT_ID) -> None:
        try:
            self._boot = boot_id.read_text("ascii").strip()[:64]
        except (OSError, UnicodeDecodeError):
            self._boot = ""
        self._clock = getattr(time, "CLOCK_BOOTTIME", None)

    def __call__(self) -> Uptime:
        """Return the reading of this moment."""
        return Uptime(self._boot, time.monotonic() if self._clock is None else time.clock_gettime(self._clock))


#: libraries that log what they carry when asked to: packets with identifiers and addresses, requests with their heads
_CARRIERS = ("bumble", "bleak", "dbus_fast", "httpcore", "httpx", "hpack", "keyring", "usb", "asyncio")


def start_logging(level: int = logging.WARNING) -> None:
    """Log to standard error from `level` on, never an identifier, a key, an address, a code, a name or a number: of
    what carries them only what goes wrong, whatever the level."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(message)s")
    for name in _CARRIERS:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    # It prints packets it does not like, and tracebacks of what we tell once as a RadioError.
    logging.getLogger("bumble").setLevel(logging.CRITICAL)
