"""Put BluetoothLeAdvertiser and BluetoothLeScanner behind the engine's radio port.

What is different from a controller of one's own:

* Android draws the address, a private one, anew at each start of an advertisement. So a rotation stops and starts, and
  the new identifier has a new address; but Android may also change the address by its own timer in between.
* An app may start five scans in 30 s, and is then silently given nothing (Android 7 and later). The plan never starts
  more than three; a test holds that.
* Results come on a thread of Android's. They are handed to the engine's loop, at most `MAX_PENDING` at a time, so that
  a crowd cannot fill the memory of a loop that is busy.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

from bluezone.phone.air.radio.port import ScanHandler, ScanResult, parts_of
from bluezone.phone.clock import Clock
from bluezone.phone.errors import CannotSendError, RadioError
from bluezone.protocol.advertisements import (
    BLUEZONE_SERVICE_UUID,
    EN_SERVICE_UUID,
    MAX_ADVERTISEMENT_BYTES,
    uuid_text,
)
from bluezone_mobile.java_layer import Ble, MakeBle

Answer = TypeVar("Answer")

MAX_PENDING = 20_000
_ANSWER_WITHIN_S = 10.0

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

    def __init__(self, make_ble: MakeBle, clock: Clock, tx_power_dbm: int) -> None:
        self.tx_power_dbm = tx_power_dbm
        self._make_ble, self._clock = make_ble, clock
        self._ble: Ble | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._advertised: asyncio.Future[int] | None = None
        self._scan_trouble = ""
        self._handler: ScanHandler | None = None
        self._scanning = False
        self._pending: list[ScanResult] = []
        self._guard = threading.Lock()

    # --- power ------------------------------------------------------------------------------------

    async def open(self) -> None:
        if self._ble is not None:
            return
        self._loop, self._scan_trouble = asyncio.get_running_loop(), ""
        ble = self._call(lambda: self._make_ble(self))
        if not ble.is_present():
            raise RadioError("this telephone has no Bluetooth")
        self._check_on(ble)
        self._ble = ble

    def _check_on(self, ble: Ble) -> None:
        if not self._call(ble.is_on):
            raise RadioError("Bluetooth is switched off; the telephone's settings switch it on")

    async def close(self) -> None:
        ble, self._ble = self._ble, None
        self._handler = None
        self._scanning = False
        if ble is not None:
            for stop in (ble.stop_scanning, ble.stop_advertising):
                try:
                    self._call(stop)
                except RadioError:
                    break  # Bluetooth is off, and with it what was sent

    def _ready(self) -> Ble:
        if self._ble is None:
            raise RadioError("the radio is not open")
        self._check_on(self._ble)
        return self._ble

    @staticmethod
    def _call(java: Callable[[], Answer]) -> Answer:
        try:
            return java()
        except RadioError:
            raise
        except Exception as error:  # Java's: SecurityException, IllegalStateException, a dead Bluetooth process
            name = type(error).__name__
            if "SecurityException" in name or "SecurityException" in str(error):
                raise RadioError("the permission for Bluetooth is missing; the app's screens ask for it") from error
            raise RadioError(f"Android's Bluetooth failed ({name}); switching it off and on may help") from error

    # --- sending ----------------------------------------------------------------------------------

    async def advertise(self, address: bytes, data: bytes) -> None:  # noqa: ARG002 (Android draws the address)
        ble, parts = self._ready(), parts_of(data)
        if not self._call(ble.can_advertise):
            raise CannotSendError("this telephone cannot send identifiers; it hears others, and they do not notice it")
        assert self._loop is not None
        self._call(ble.stop_advertising)
        answer = self._advertised = self._loop.create_future()
        self._call(
            lambda: ble.start_advertising(parts.uuid, parts.service_data, parts.company, parts.manufacturer_data)
        )
        try:
            async with asyncio.timeout(_ANSWER_WITHIN_S):
                code = await answer
        except TimeoutError as error:
            raise RadioError("Android did not say whether it sends; switching Bluetooth off and on may help") from error
        finally:
            self._advertised = None
        if code:
            raise RadioError(_ADVERTISE_ERRORS.get(code, f"Android refused to advertise (code {code})"))

    async def stop_advertising(self) -> None:
        if self._ble is not None:
            self._call(self._ble.stop_advertising)

    # --- receiving --------------------------------------------------------------------------------

    async def start_scanning(self, handler: ScanHandler) -> None:
        ble = self._ready()
        if self._scan_trouble:
            trouble, self._scan_trouble, self._scanning = self._scan_trouble, "", False
            raise RadioError(trouble)
        self._handler = handler
        if not self._scanning:
            self._call(lambda: ble.start_scanning([uuid_text(EN_SERVICE_UUID), uuid_text(BLUEZONE_SERVICE_UUID)]))
            self._scanning = True

    async def stop_scanning(self) -> None:
        self._hand_over()
        self._handler = None
        if self._ble is not None and self._scanning:
            self._scanning = False
            self._call(self._ble.stop_scanning)

    # --- what Java calls, on its own threads --------------------------------------------------------

    def heard(self, address: str, rssi_dbm: int, record: bytes) -> None:
        try:
            octets = bytes.fromhex(address.replace(":", ""))
        except ValueError:
            return
        heard = ScanResult(octets, rssi_dbm, data_of(record), self._clock())
        with self._guard:
            first = not self._pending
            if len(self._pending) < MAX_PENDING:
                self._pending.append(heard)
        if first:
            self._on_loop(self._hand_over)

    def advertised(self, code: int) -> None:
        self._on_loop(lambda: self._answer(code))

    def scan_failed(self, code: int) -> None:
        self._scan_trouble = _SCAN_ERRORS.get(code, f"Android's scan failed (code {code})")

    def _answer(self, code: int) -> None:
        if self._advertised is not None and not self._advertised.done():
            self._advertised.set_result(code)

    def _on_loop(self, act: Callable[[], None]) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(act)

    def _hand_over(self) -> None:
        with self._guard:
            pending, self._pending = self._pending, []
        if self._handler is not None:
            for heard in pending:
                self._handler(heard)
