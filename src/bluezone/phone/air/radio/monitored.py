"""Remember how a radio fares, so that a screen can say so. One that can only hear is no failure here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from bluezone.phone.air.radio.port import Radio, ScanHandler
from bluezone.phone.errors import CannotSendError, RadioError


class RadioState(StrEnum):
    """Name how a radio fares. `ABSENT`: none is configured. `OFF`: it is there and does not answer, or was
    unplugged."""

    ABSENT = "absent"
    RESTING = "resting"
    WORKING = "working"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class RadioHealth:
    """Hold how a radio fares, and why. `sends`: whether it can send at all; one that cannot still hears."""

    state: RadioState
    reason: str = ""
    sends: bool = True


class MonitoredRadio:
    """Wrap a `port.Radio` and keep its `health`."""

    def __init__(self, radio: Radio) -> None:
        self._radio = radio
        self.tx_power_dbm = radio.tx_power_dbm
        self.health = RadioHealth(RadioState.RESTING)

    async def open(self) -> None:
        await self._watch(self._radio.open)

    async def close(self) -> None:
        if self.health.state is RadioState.WORKING:
            self.health = RadioHealth(RadioState.RESTING)
        await self._radio.close()

    async def advertise(self, address: bytes, data: bytes) -> None:
        """Send; where the device never can, note it and let the rest go on."""
        try:
            await self._radio.advertise(address, data)
        except CannotSendError as error:
            self.health = RadioHealth(RadioState.WORKING, str(error), sends=False)
        except RadioError as error:
            self.health = RadioHealth(RadioState.OFF, str(error))
            raise
        else:
            self.health = RadioHealth(RadioState.WORKING)

    async def stop_advertising(self) -> None:
        await self._watch(self._radio.stop_advertising)

    async def start_scanning(self, handler: ScanHandler) -> None:
        await self._watch(lambda: self._radio.start_scanning(handler))

    async def stop_scanning(self) -> None:
        await self._watch(self._radio.stop_scanning)

    async def _watch(self, act: Callable[[], Awaitable[None]]) -> None:
        try:
            await act()
        except RadioError as error:
            self.health = RadioHealth(RadioState.OFF, str(error))
            raise
        if self.health.state is not RadioState.WORKING:  # else what is known of its sending stays
            self.health = RadioHealth(RadioState.WORKING)
