"""Put BluetoothLeAdvertiser and BluetoothLeScanner behind the engine's radio port.

What is different from a controller of one's own:

* Android draws the address, a private one, anew at each start of an advertisement. So a rotation stops and starts, and
  the new identifier has a new address; but Android may also change the address by its own timer in between.
* An app may start five scans in 30 s, and is then silently given nothing (Android 7 and later). The plan never starts
  more than three; a test holds that.
* Results come on the thread that reads the link. They are handed to the engine's loop, at most `MAX_PENDING` at a
  time, so that a crowd cannot fill the memory of a loop that is busy.
"""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from bluezone.phone.air.radio.port import ScanHandler, ScanResult, parts_of
from bluezone.phone.clock import Clock
from bluezone.phone.errors import CannotSendError, RadioError
from bluezone.protocol.advertisements import (
    BLUEZONE_SERVICE_UUID,
    EN_SERVICE_UUID,
    MAX_ADVERTISEMENT_BYTES,
    uuid_text,
)
from bluezone_mobile.link import Link, LinkError

MAX_PENDING = 20_000

#: android.bluetooth.le.AdvertiseCallback
_ADVERTISE_ERRORS = {
    1: "the advertisement is too long",
    2: "this telephone has no advertisement left; another app has taken all",
    3: "it was advertising already",
    4: "Android's Bluetooth failed; switching it off and on may help",
    5: "this telephone cannot advertise",
}
#: android.bluetooth.le.ScanCallback
_SCAN_ERRORS = {
    1: "a scan was under way already",
    2: "Android refused to register the scan; switching Bluetooth off and on may help",
    3: "Android's Bluetooth failed; switching it off and on may help",
    4: "this telephone cannot scan so",
    5: "this telephone has no scan left; another app has taken all",
    6: "too many scans in a short time",
}


def data_of(record: bytes) -> bytes:
    """Return the advertising data in an Android scan record, which is padded with zeros to 62 bytes or more."""
    at = 0
    while at < len(record) and record[at] and at + 1 + record[at] <= MAX_ADVERTISEMENT_BYTES:
        at += 1 + record[at]
    return record[:at]


class AndroidRadio:
    """Implement `bluezone.phone.air.radio.port.Radio` on Android."""

    def __init__(self, link: Link, clock: Clock, tx_power_dbm: int) -> None:
        self.tx_power_dbm = tx_power_dbm
        self._link, self._clock = link, clock
        self._loop: asyncio.AbstractEventLoop | None = None
        self._scan_trouble = ""
        self._handler: ScanHandler | None = None
        self._opened = self._scanning = False
        self._pending: list[ScanResult] = []
        self._guard = threading.Lock()
        link.handlers |= {"heard": self._heard, "scan_failed": self._scan_failed}

    # --- power ------------------------------------------------------------------------------------

    async def open(self) -> None:
        if self._opened:
            return
        self._loop, self._scan_trouble = asyncio.get_running_loop(), ""
        await self._ask_state()
        self._opened = True

    async def close(self) -> None:
        opened, self._opened = self._opened, False
        self._handler = None
        self._scanning = False
        if opened:
            for stop in ("stop_scanning", "stop_advertising"):
                try:
                    await self._ask(stop)
                except RadioError:
                    break  # Bluetooth is off, and with it what was sent

    async def _ask_state(self) -> dict[str, Any]:
        state = await self._ask("radio")
        if not state["present"]:
            raise RadioError("this telephone has no Bluetooth Low Energy")
        if not state["on"]:
            raise RadioError("Bluetooth is switched off; the telephone's settings switch it on")
        return state

    async def _ready(self) -> dict[str, Any]:
        if not self._opened:
            raise RadioError("the radio is not open")
        return await self._ask_state()

    async def _ask(self, name: str, **fields: object) -> dict[str, Any]:
        try:
            return await self._link.wait(name, **fields)
        except LinkError as error:  # what Java throws: SecurityException, IllegalStateException, a dead process
            if "SecurityException" in str(error):
                raise RadioError("the permission for Bluetooth is missing; the app's screens ask for it") from error
            raise RadioError(f"Android's Bluetooth failed ({error}); switching it off and on may help") from error

    # --- sending ----------------------------------------------------------------------------------

    async def advertise(self, address: bytes, data: bytes) -> None:  # noqa: ARG002 (Android draws the address)
        if not (await self._ready())["advertises"]:
            raise CannotSendError("this telephone cannot send identifiers; it hears others, and they do not notice it")
        parts = parts_of(data)
        answer = await self._ask(
            "advertise",
            uuid=parts.uuid,
            service_data=parts.service_data.hex(),
            company=parts.company,
            manufacturer_data=parts.manufacturer_data.hex(),
        )
        if code := answer["code"]:
            raise RadioError(_ADVERTISE_ERRORS.get(code, f"Android refused to advertise (code {code})"))

    async def stop_advertising(self) -> None:
        if self._opened:
            await self._ask("stop_advertising")

    # --- receiving --------------------------------------------------------------------------------

    async def start_scanning(self, handler: ScanHandler) -> None:
        await self._ready()
        if self._scan_trouble:
            trouble, self._scan_trouble, self._scanning = self._scan_trouble, "", False
            raise RadioError(trouble)
        self._handler = handler
        if not self._scanning:
            await self._ask("scan", uuids=[uuid_text(EN_SERVICE_UUID), uuid_text(BLUEZONE_SERVICE_UUID)])
            self._scanning = True

    async def stop_scanning(self) -> None:
        self._hand_over()
        self._handler = None
        if self._opened and self._scanning:
            self._scanning = False
            await self._ask("stop_scanning")

    # --- what Java tells, on the thread that reads it -----------------------------------------------

    def _heard(self, address: str, rssi_dbm: int, record: str) -> None:
        try:
            octets = bytes.fromhex(address.replace(":", ""))
        except ValueError:
            return
        heard = ScanResult(octets, rssi_dbm, data_of(bytes.fromhex(record)), self._clock())
        with self._guard:
            first = not self._pending
            if len(self._pending) < MAX_PENDING:
                self._pending.append(heard)
        if first and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._hand_over)

    def _scan_failed(self, code: int) -> None:
        self._scan_trouble = _SCAN_ERRORS.get(code, f"Android's scan failed (code {code})")

    def _hand_over(self) -> None:
        with self._guard:
            pending, self._pending = self._pending, []
        if self._handler is not None:
            for heard in pending:
                self._handler(heard)
