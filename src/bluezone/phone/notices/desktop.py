"""Show notices on a Linux desktop, by org.freedesktop.Notifications on the session bus. Thin, on dbus-fast.

Source: Desktop Notifications Specification 1.3 (specifications.freedesktop.org/notification-spec). Servers differ: one
without actions gets none (then a notice is read by opening Bluezone), and the text has no mark-up, so that it reads the
same where mark-up is shown as it is. Bodies are escaped all the same.
"""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import threading
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from typing import Any

from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio.message_bus import MessageBus

from bluezone.phone.notices.port import Notice, NoticeError, NotifierHealth, Way

SERVICE = INTERFACE = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"

_log = logging.getLogger(__name__)

_ANSWER_WITHIN_S = 10.0
_NOTHING = subprocess.DEVNULL
_DEFAULT = "default"  # the action of a click on the notice itself
_FOR_EVER, _BY_SERVER = 0, -1
_NORMAL, _CRITICAL = 1, 2


def has_session_bus(environment: Mapping[str, str]) -> bool:
    """Tell whether this program has a session bus to ask."""
    if environment.get("DBUS_SESSION_BUS_ADDRESS"):
        return True
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    return bool(runtime) and Path(runtime, "bus").exists()


class DesktopNotifier:
    """Show one notice on the desktop. `open_screen` is called with the path of the screen when its owner clicks it;
    None where there are no screens to open."""

    def __init__(self, open_screen: Callable[[str], None] | None = None) -> None:
        self._open_screen = open_screen
        self._bus: MessageBus | None = None
        self._acts = False
        self._id, self._path = 0, ""
        self._trouble = ""

    async def show(self, notice: Notice) -> None:
        """Show it in the place of the one before. Raises NoticeError where nobody shows it."""
        try:
            await self._connect()
            actions = [_DEFAULT, notice.action] if self._acts and self._open_screen is not None else []
            hints = {
                "urgency": Variant("y", _CRITICAL if notice.urgent else _NORMAL),
                "category": Variant("s", "im.received"),
                "suppress-sound": Variant("b", not notice.rings),
                "desktop-entry": Variant("s", "bluezone"),
            }
            lasts_ms = _FOR_EVER if notice.urgent else _BY_SERVER
            body = ["Bluezone", self._id, "", notice.title, escape(notice.text), actions, hints, lasts_ms]
            [self._id] = await self._call("Notify", "susssasa{sv}i", *body)
        except NoticeError as error:
            self._trouble = str(error)
            raise
        self._path, self._trouble = notice.path, ""

    async def withdraw(self) -> None:
        """Close what is shown. A server that knows it no longer has closed it."""
        if self._id and self._bus is not None and self._bus.connected:
            shown, self._id = self._id, 0
            await self._call("CloseNotification", "u", shown)

    def shown_since_s(self) -> float | None:
        return None

    def health(self) -> NotifierHealth:
        return NotifierHealth(Way.DESKTOP, reason=self._trouble)

    async def close(self) -> None:
        if self._bus is not None:
            self._bus.disconnect()
            self._bus = None

    # --- the bus ----------------------------------------------------------------------------------

    async def _connect(self) -> None:
        if self._bus is not None and self._bus.connected:
            return
        self._id = 0  # another server, perhaps, whose numbers are others
        try:
            bus = MessageBus(bus_type=BusType.SESSION)
            async with asyncio.timeout(_ANSWER_WITHIN_S):
                await bus.connect()
        except Exception as error:  # dbus-fast lets pass what the address, the socket and the authentication raise
            raise NoticeError(f"there is no D-Bus session bus ({error or type(error).__name__})") from error
        self._bus = bus
        bus.add_message_handler(self._heard)
        rule = f"type='signal',interface='{INTERFACE}',path='{PATH}'"
        try:
            await self._call("AddMatch", "s", rule, to="org.freedesktop.DBus", path="/org/freedesktop/DBus")
            [capabilities] = await self._call("GetCapabilities", "")
        except NoticeError:
            await self.close()
            raise
        self._acts = "actions" in capabilities

    async def _call(self, member: str, signature: str, *body: Any, to: str = SERVICE, path: str = PATH) -> list[Any]:
        assert self._bus is not None
        interface = INTERFACE if to == SERVICE else to
        message = Message(
            destination=to, path=path, interface=interface, member=member, signature=signature, body=list(body)
        )
        try:
            async with asyncio.timeout(_ANSWER_WITHIN_S):
                reply = await self._bus.call(message)
        except Exception as error:  # the bus that went away raises what its socket did
            await self.close()
            raise NoticeError(f"the desktop did not answer to {member} ({type(error).__name__})") from error
        if reply is None or reply.message_type is MessageType.ERROR:
            name = (reply.error_name if reply is not None else "") or "no answer"
            raise NoticeError(f"nothing on this desktop shows notices ({member}: {name})")
        return list(reply.body)

    def _heard(self, message: Message) -> None:
        """Open the screen of a notice that was clicked; forget one that was closed."""
        if message.message_type is not MessageType.SIGNAL or message.interface != INTERFACE:
            return
        if not message.body or message.body[0] != self._id or not self._id:
            return
        if message.member == "ActionInvoked" and self._open_screen is not None:
            self._open_screen(self._path)
        elif message.member == "NotificationClosed":
            self._id = 0


def open_in_browser(folder: Path, address: str) -> None:
    """Open an address of the screens in the owner's browser. It holds the token of this run, so it is on no command
    line, which other users could list: a page for the owner's eyes only leads there."""
    page = folder / "open-screen.html"
    page.unlink(missing_ok=True)
    target = escape(address, quote=True)
    with os.fdopen(os.open(page, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(f'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={target}">\n')
    _start_browser(page)


def _start_browser(page: Path) -> None:
    try:
        process = subprocess.Popen(["xdg-open", str(page)], stdin=_NOTHING, stdout=_NOTHING, stderr=_NOTHING)
    except OSError as error:
        _log.warning("the browser could not be started: %s", error)
        return
    threading.Thread(target=process.wait, daemon=True).start()  # so that no dead process is left behind
