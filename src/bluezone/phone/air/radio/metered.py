"""Count what a radio does, so that its cost can be told. It changes nothing of what the other does."""

from __future__ import annotations

from bluezone.phone.air.energy import RadioCurrents, advertising_events
from bluezone.phone.air.radio.port import ADVERTISING_INTERVAL_MS, Radio, ScanHandler
from bluezone.phone.clock import Clock


class MeteredRadio:
    """Wrap a `port.Radio` and count. `monotonic`: a clock in seconds that never jumps."""

    def __init__(self, radio: Radio, monotonic: Clock) -> None:
        self._radio, self._monotonic = radio, monotonic
        self.tx_power_dbm = radio.tx_power_dbm
        self.scans = 0
        self._listening_s = self._advertising_s = 0.0
        self._listening_since: float | None = None
        self._advertising_since: float | None = None

    @property
    def listening_s(self) -> float:
        """Return the seconds with the receiver on."""
        return self._listening_s + self._since(self._listening_since)

    @property
    def advertising_s(self) -> float:
        """Return the seconds with an identifier on the air."""
        return self._advertising_s + self._since(self._advertising_since)

    def charge_mah(self, device: RadioCurrents) -> float:
        """Return what that takes from the battery of a device."""
        events = advertising_events(self.advertising_s, ADVERTISING_INTERVAL_MS)
        return device.charge_mah(self.listening_s, events)

    def _since(self, moment: float | None) -> float:
        return 0.0 if moment is None else self._monotonic() - moment

    # --- the port ---------------------------------------------------------------------------------

    async def open(self) -> None:
        await self._radio.open()

    async def close(self) -> None:
        self._stop_listening()
        self._stop_advertising()
        await self._radio.close()

    async def advertise(self, address: bytes, data: bytes) -> None:
        await self._radio.advertise(address, data)
        if self._advertising_since is None:
            self._advertising_since = self._monotonic()

    async def stop_advertising(self) -> None:
        await self._radio.stop_advertising()
        self._stop_advertising()

    async def start_scanning(self, handler: ScanHandler) -> None:
        await self._radio.start_scanning(handler)
        self.scans += 1
        if self._listening_since is None:
            self._listening_since = self._monotonic()

    async def stop_scanning(self) -> None:
        await self._radio.stop_scanning()
        self._stop_listening()

    def _stop_listening(self) -> None:
        self._listening_s += self._since(self._listening_since)
        self._listening_since = None

    def _stop_advertising(self) -> None:
        self._advertising_s += self._since(self._advertising_since)
        self._advertising_since = None
