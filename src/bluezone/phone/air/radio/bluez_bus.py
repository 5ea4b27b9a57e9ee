"""Speak to bluetoothd over the D-Bus system bus. Thin, on dbus-fast.

Names and shapes are those of the D-Bus API of BlueZ (bluez.git, doc/: org.bluez.Adapter.rst,
org.bluez.LEAdvertisingManager.rst, org.bluez.LEAdvertisement.rst).
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from dbus_fast import BusType, DBusError, Message, MessageType, unpack_variants
from dbus_fast.aio.message_bus import MessageBus

from bluezone.phone.air.radio.port import Bluez, BluezAdapter
from bluezone.phone.errors import RadioError

SERVICE = "org.bluez"
ADAPTER, ADVERTISING_MANAGER = "org.bluez.Adapter1", "org.bluez.LEAdvertisingManager1"
OBJECT_MANAGER, PROPERTIES = "org.freedesktop.DBus.ObjectManager", "org.freedesktop.DBus.Properties"
DBUS = "org.freedesktop.DBus"

_ANSWER_WITHIN_S = 10.0
_SOCKETS = (Path("/run/dbus/system_bus_socket"), Path("/var/run/dbus/system_bus_socket"))
_NO_OWNER = {
    "org.freedesktop.DBus.Error.ServiceUnknown",
    "org.freedesktop.DBus.Error.NameHasNoOwner",
    "org.freedesktop.DBus.Error.Spawn.ChildExited",
}
_DENIED = {"org.freedesktop.DBus.Error.AccessDenied", "org.bluez.Error.NotAuthorized"}


class NoAnswerError(RadioError):
    """Say that bluetoothd refused or is not there. `name`: the D-Bus name of the error."""

    def __init__(self, text: str, name: str = "") -> None:
        super().__init__(text)
        self.name = name


async def connect() -> MessageBus:
    """Connect to the system bus. Raises RadioError where there is none."""
    try:
        bus = MessageBus(bus_type=BusType.SYSTEM)
    except Exception as error:  # the address is parsed and the socket opened here
        raise RadioError(f"there is no D-Bus system bus ({error or type(error).__name__})") from error
    try:
        async with asyncio.timeout(_ANSWER_WITHIN_S):
            await bus.connect()
    except (FileNotFoundError, ConnectionRefusedError) as error:
        bus.disconnect()
        raise RadioError("there is no D-Bus system bus; `apt install dbus bluez` brings it and bluetoothd") from error
    except Exception as error:  # dbus-fast lets pass what the socket and the authentication raise
        bus.disconnect()
        raise RadioError(f"the D-Bus system bus lets nobody in ({error or type(error).__name__})") from error
    return bus


async def call(
    bus: MessageBus, path: str, interface: str, member: str, signature: str = "", *body: Any, to: str = SERVICE
) -> list[Any]:
    """Call a method and give its answer. Raises NoAnswerError, whose text says what to do."""
    message = Message(
        destination=to, path=path, interface=interface, member=member, signature=signature, body=list(body)
    )
    try:
        async with asyncio.timeout(_ANSWER_WITHIN_S):
            reply = await bus.call(message)
    except (TimeoutError, OSError, EOFError, DBusError) as error:
        raise NoAnswerError(f"bluetoothd did not answer to {member} ({error or type(error).__name__})") from error
    if reply is None or reply.message_type is MessageType.ERROR:
        name = (reply.error_name if reply is not None else "") or ""
        raise NoAnswerError(_refusal(member, name, reply.body if reply is not None else []), name)
    return list(reply.body)


def _refusal(member: str, name: str, body: list[Any]) -> str:
    if name in _NO_OWNER:
        return "bluetoothd is not running; `systemctl start bluetooth` starts it"
    if name in _DENIED:
        return "you may not use Bluetooth on this machine; join the group bluetooth, or log in at the machine itself"
    if name == "org.bluez.Error.NotReady":
        return "Bluetooth is switched off; `bluetoothctl power on` switches it on"
    return f"bluetoothd refused {member}: {body[0] if body else name}"


async def managed_objects(bus: MessageBus) -> dict[str, dict[str, dict[str, Any]]]:
    """Return everything bluetoothd shows: path -> interface -> property -> value."""
    [objects] = await call(bus, "/", OBJECT_MANAGER, "GetManagedObjects")
    result: dict[str, dict[str, dict[str, Any]]] = unpack_variants(objects)
    return result


async def adapters() -> Bluez:
    """Return the adapters of bluetoothd, for `bluezone phone radios`. Never raises."""
    if not (os.environ.get("DBUS_SYSTEM_BUS_ADDRESS") or any(map(Path.exists, _SOCKETS))):
        return Bluez(trouble="there is no D-Bus system bus on this machine", next_step="apt install dbus bluez")
    try:
        bus = await connect()
    except RadioError as error:
        return Bluez(trouble=str(error), next_step="start it: systemctl start dbus")
    try:
        objects = await managed_objects(bus)
    except NoAnswerError as error:
        return Bluez(trouble=str(error), next_step="apt install bluez; systemctl start bluetooth")
    finally:
        bus.disconnect()
    found = [
        BluezAdapter(
            path.rsplit("/", 1)[-1], bool(interfaces[ADAPTER].get("Powered")), ADVERTISING_MANAGER in interfaces
        )
        for path, interfaces in sorted(objects.items())
        if ADAPTER in interfaces
    ]
    return Bluez(tuple(found))
