"""Share a Linux desktop's adapter through bluetoothd: bleak scans, dbus-fast advertises.

Not yet verified on hardware: tested against python3-dbusmock, which keeps BlueZ's D-Bus API as documented (bluez.git,
doc/org.bluez.LEAdvertisingManager.rst, org.bluez.LEAdvertisement.rst, org.bluez.Adapter.rst).

What is different from a controller of one's own:

* The kernel chooses the address: for an advertisement of the type broadcast a non-resolvable private address, drawn
  when it is enabled. So each rotation takes the old advertisement off the air and registers a new one, and address and
  data change together; but an identifier that is registered again (after a restart) has another address.
* bluetoothd writes the advertising data and leaves the flags out, which receivers must put up with (ours does).
* Scanning is active, since passive scanning in BlueZ wants an experimental interface: the adapter asks advertisers that
  can be scanned for more, and so is seen to be there. The filter of duplicates is the kernel's: a scan may give one
  reading of an identifier where a controller of one's own gives eight.
* A device that bluetoothd announces in the moment in which bleak connects (another program is scanning) is lost to
  bleak until bluetoothd forgets it: a phone is heard again under its next address, some quarter of an hour later.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

from bleak import BleakScanner
from bleak.exc import BleakError
from dbus_fast import Message, MessageType, PropertyAccess, Variant
from dbus_fast.aio.message_bus import MessageBus
from dbus_fast.annotations import DBusSignature, DBusStr, DBusUInt32
from dbus_fast.errors import DBusFastError
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property

from bluezone.phone.air.radio import bluez_bus
from bluezone.phone.air.radio.bluez_bus import ADAPTER, ADVERTISING_MANAGER, DBUS, PROPERTIES, SERVICE, NoAnswerError
from bluezone.phone.air.radio.port import ADVERTISING_INTERVAL_MS, ScanHandler, ScanResult, parts_of
from bluezone.phone.clock import Clock
from bluezone.phone.errors import RadioError
from bluezone.protocol.advertisements import (
    BLUEZONE_COMPANY,
    BLUEZONE_SERVICE_UUID,
    EN_SERVICE_UUID,
    build_bluezone_v1,
    build_en,
    uuid_text,
)
from bluezone.protocol.errors import ProtocolError

if TYPE_CHECKING:
    from bleak.backends.device import BLEDevice
    from bleak.backends.scanner import AdvertisementData

ADVERTISEMENT = "org.bluez.LEAdvertisement1"

_NO_RSSI = -127  # bleak's word for it
_ANSWER_WITHIN_S = 15.0
_SCAN_ERRORS = (BleakError, DBusFastError, OSError, EOFError, TimeoutError)

_numbers = itertools.count(1)

UINT16_VARIANTS = Annotated[dict[int, Variant], DBusSignature("a{qv}")]
STRING_VARIANTS = Annotated[dict[str, Variant], DBusSignature("a{sv}")]
STRINGS = Annotated[list[str], DBusSignature("as")]


async def _within(act: Coroutine[Any, Any, None]) -> None:
    """Wait for bleak, which itself waits for ever."""
    async with asyncio.timeout(_ANSWER_WITHIN_S):
        await act


class Advertisement(ServiceInterface):
    """Serve `org.bluez.LEAdvertisement1`, which bluetoothd reads to put these bytes on the air. Raises RadioError on
    data that there is no property for."""

    def __init__(self, data: bytes) -> None:
        super().__init__(ADVERTISEMENT)
        self.path = f"/vn/bluezone/advertisement{next(_numbers)}"
        self.released = False
        self._parts = parts_of(data)

    @dbus_method()
    def Release(self):  # type: ignore[no-untyped-def]  # noqa: N802 (BlueZ's name; its annotation would be a signature)
        self.released = True

    @dbus_property(PropertyAccess.READ)
    def Type(self) -> DBusStr:  # noqa: N802
        return "broadcast"  # not connectable

    @dbus_property(PropertyAccess.READ)
    def ServiceUUIDs(self) -> STRINGS:  # noqa: N802
        return [self._parts.uuid]

    @dbus_property(PropertyAccess.READ)
    def ServiceData(self) -> STRING_VARIANTS:  # noqa: N802
        data = self._parts.service_data
        return {self._parts.uuid: Variant("ay", data)} if data else {}

    @dbus_property(PropertyAccess.READ)
    def ManufacturerData(self) -> UINT16_VARIANTS:  # noqa: N802
        data = self._parts.manufacturer_data
        return {self._parts.company: Variant("ay", data)} if data else {}

    @dbus_property(PropertyAccess.READ)
    def MinInterval(self) -> DBusUInt32:  # noqa: N802
        return ADVERTISING_INTERVAL_MS

    @dbus_property(PropertyAccess.READ)
    def MaxInterval(self) -> DBusUInt32:  # noqa: N802
        return ADVERTISING_INTERVAL_MS


def advertisement_of(heard: AdvertisementData) -> bytes:
    """Put the advertising data together again that bluetoothd took apart; empty where it is not of our kinds."""
    with suppress(ProtocolError):
        service_data = heard.service_data.get(uuid_text(EN_SERVICE_UUID))
        if service_data is not None:
            return build_en(service_data[:16], service_data[16:])
        identifier = heard.manufacturer_data.get(BLUEZONE_COMPANY)
        if identifier is not None and uuid_text(BLUEZONE_SERVICE_UUID) in heard.service_uuids:
            return build_bluezone_v1(identifier)
    return b""


class BluezRadio:
    """Implement `port.Radio` on an adapter of bluetoothd. `adapter`: hci0, ..., or empty for the first that is on."""

    def __init__(self, adapter: str, clock: Clock, tx_power_dbm: int) -> None:
        self.tx_power_dbm = tx_power_dbm
        self._wanted, self._clock = adapter, clock
        self._bus: MessageBus | None = None
        self._adapter = ""
        self._lost = ""
        self._advertisement: Advertisement | None = None
        self._scanner: BleakScanner | None = None
        self._handler: ScanHandler | None = None
        self._lock = asyncio.Lock()

    # --- power ------------------------------------------------------------------------------------

    async def open(self) -> None:
        if self._bus is not None:
            return
        bus = self._bus = await bluez_bus.connect()
        try:
            self._adapter = self._choose(await bluez_bus.managed_objects(bus))
            self._lost = ""
            bus.add_message_handler(self._notice)
            for rule in (
                f"type='signal',interface='{PROPERTIES}',member='PropertiesChanged',path='{self._adapter}'",
                f"type='signal',sender='{DBUS}',member='NameOwnerChanged',arg0='{SERVICE}'",
                f"type='signal',sender='{SERVICE}',member='InterfacesRemoved'",
            ):
                await bluez_bus.call(bus, "/org/freedesktop/DBus", DBUS, "AddMatch", "s", rule, to=DBUS)
        except RadioError:
            await self.close()
            raise

    def _choose(self, objects: dict[str, dict[str, dict[str, Any]]]) -> str:
        found = {path: interfaces for path, interfaces in sorted(objects.items()) if ADAPTER in interfaces}
        if self._wanted:
            found = {path: interfaces for path, interfaces in found.items() if path.endswith(f"/{self._wanted}")}
        if not found:
            raise RadioError(f"bluetoothd has no adapter {self._wanted or 'at all'}; is the dongle plugged in?")
        path = next((path for path, one in found.items() if one[ADAPTER].get("Powered")), next(iter(found)))
        if not found[path][ADAPTER].get("Powered"):
            raise RadioError("Bluetooth is switched off; `bluetoothctl power on` switches it on")
        if ADVERTISING_MANAGER not in found[path]:
            raise RadioError(f"{path.rsplit('/', 1)[-1]} or this bluetoothd cannot advertise; it takes Bluetooth 4.0")
        return path

    def _notice(self, message: Message) -> None:
        """Note whether the adapter was switched off or pulled out, or bluetoothd ended."""
        if message.message_type is not MessageType.SIGNAL:
            return
        if message.member == "NameOwnerChanged" and message.body[0] == SERVICE:
            self._lost = "bluetoothd has ended or was started anew"
        elif message.member == "InterfacesRemoved" and message.body[0] == self._adapter:
            self._lost = f"the adapter {self._adapter.rsplit('/', 1)[-1]} is gone"
        elif message.member == "PropertiesChanged" and message.path == self._adapter and message.body[0] == ADAPTER:
            powered = message.body[1].get("Powered")
            if powered is not None and not powered.value:
                self._lost = "Bluetooth was switched off"

    def _ready(self) -> MessageBus:
        """Return the bus, where all is well. Raises RadioError where the radio was lost since it was opened."""
        bus = self._bus
        if bus is None:
            raise RadioError("the radio is not open")
        if not bus.connected:
            raise RadioError("the D-Bus system bus is gone")
        if self._lost:
            raise RadioError(self._lost)
        if self._advertisement is not None and self._advertisement.released:
            raise RadioError("bluetoothd took the identifier off the air")
        return bus

    async def close(self) -> None:
        self._handler = None
        for stop in (self._stop_scanning, self._stop_advertising):
            with suppress(RadioError):
                await stop()
        bus, self._bus = self._bus, None
        self._advertisement = self._scanner = None
        if bus is not None:
            bus.disconnect()

    # --- sending ----------------------------------------------------------------------------------

    async def advertise(self, address: bytes, data: bytes) -> None:  # noqa: ARG002 (the kernel draws the address)
        async with self._lock:
            bus, new = self._ready(), Advertisement(data)
            await self._stop_advertising()
            bus.export(new.path, new)
            self._advertisement = new
            try:
                await bluez_bus.call(
                    bus, self._adapter, ADVERTISING_MANAGER, "RegisterAdvertisement", "oa{sv}", new.path, {}
                )
            except NoAnswerError as error:
                bus.unexport(new.path, new)
                self._advertisement = None
                if error.name == "org.bluez.Error.NotPermitted":
                    raise RadioError("the adapter has no advertisement left; another program has taken all") from error
                raise

    async def stop_advertising(self) -> None:
        async with self._lock:
            await self._stop_advertising()

    async def _stop_advertising(self) -> None:
        old, self._advertisement = self._advertisement, None
        bus = self._bus
        if old is None or bus is None or not bus.connected:
            return
        try:
            if not old.released:
                await bluez_bus.call(bus, self._adapter, ADVERTISING_MANAGER, "UnregisterAdvertisement", "o", old.path)
        except NoAnswerError as error:
            if error.name != "org.bluez.Error.DoesNotExist" and not self._lost:
                raise
        finally:
            bus.unexport(old.path, old)

    # --- receiving --------------------------------------------------------------------------------

    async def start_scanning(self, handler: ScanHandler) -> None:
        async with self._lock:
            self._ready()
            self._handler = handler
            if self._scanner is not None:
                return
            scanner = BleakScanner(
                self._hear,
                [uuid_text(EN_SERVICE_UUID), uuid_text(BLUEZONE_SERVICE_UUID)],
                bluez={"adapter": self._adapter.rsplit("/", 1)[-1], "filters": {"DuplicateData": True}},
            )
            starting = asyncio.ensure_future(_within(scanner.start()))
            try:
                await asyncio.shield(starting)
            except _SCAN_ERRORS as error:
                self._handler = None
                raise RadioError(f"bluetoothd does not scan ({error or type(error).__name__})") from error
            except asyncio.CancelledError:
                # Not left half begun: bluetoothd would refuse the next scan, since one is under way.
                with suppress(*_SCAN_ERRORS):
                    await starting
                    await _within(scanner.stop())
                raise
            self._scanner = scanner

    async def stop_scanning(self) -> None:
        self._handler = None
        async with self._lock:
            await self._stop_scanning()

    async def _stop_scanning(self) -> None:
        scanner, self._scanner = self._scanner, None
        if scanner is None:
            return
        try:
            await _within(scanner.stop())
        except _SCAN_ERRORS as error:
            raise RadioError(f"bluetoothd does not stop scanning ({error or type(error).__name__})") from error

    def _hear(self, device: BLEDevice, heard: AdvertisementData) -> None:
        if self._handler is None or heard.rssi == _NO_RSSI:
            return
        try:
            address = bytes.fromhex(device.address.replace(":", ""))
        except ValueError:
            return
        self._handler(ScanResult(address, heard.rssi, advertisement_of(heard), self._clock()))
