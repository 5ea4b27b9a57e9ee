"""Run the phone as a service of systemd: its unit file, and what it tells the manager (sd_notify(3),
systemd.unit(5))."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

from bluezone.phone.errors import PhoneError

UNIT_NAME = "bluezone-phone.service"

_COMMAND = "@COMMAND@"


def unit_text(command: Sequence[str]) -> str:
    """Return the unit file that runs `command`. Raises PhoneError on what a unit file cannot say."""
    template = resources.files("bluezone.phone.app").joinpath(UNIT_NAME).read_text(encoding="utf-8")
    return template.replace(_COMMAND, " ".join(map(_quoted, command)))


def _quoted(word: str) -> str:
    """Quote one word of ExecStart=, so that nothing in it is expanded."""
    if any(ord(character) < 32 for character in word):
        raise PhoneError(f"{word!a}: a unit file cannot hold a name with a line break or a control character")
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


def unit_path(environment: Mapping[str, str]) -> Path:
    """Return where systemd looks for units of this user."""
    home = environment.get("HOME", "")
    base = environment.get("XDG_CONFIG_HOME") or (f"{home}/.config" if home else "")
    if not base.startswith("/"):
        raise PhoneError("neither XDG_CONFIG_HOME nor HOME says where the units of this user are")
    return Path(base) / "systemd" / "user" / UNIT_NAME


class Manager:
    """Report to the service manager that started this program, if one did; without one, nothing happens.

    It is told that the phone runs, and while the event loop turns, that it is alive.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        usec = environment.get("WATCHDOG_USEC", "")
        mine = environment.get("WATCHDOG_PID") in (None, "", str(os.getpid()))
        self._alive_every_s = int(usec) / 2e6 if usec.isascii() and usec.isdigit() and mine else None

    def tell(self, *lines: str) -> None:
        """Send lines such as READY=1. A manager that does not listen is no reason to stop."""
        if not self._address.startswith(("/", "@")):
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
                sock.sendto("\n".join(lines).encode(), address)
        except OSError:
            return

    async def keep_alive(self) -> None:
        """Report until cancelled that the event loop turns."""
        self.tell("READY=1")
        try:
            while True:
                if self._alive_every_s:
                    self.tell("WATCHDOG=1")
                await asyncio.sleep(self._alive_every_s or 3_600.0)
        finally:
            self.tell("STOPPING=1")
