"""Give a phone of the town a radio without a Bluetooth stack in between: the fast way.

`AirRadio` is the engine's radio port straight on the air of the town. It hears what a controller in its place would
have reported, packet for packet, because both read the same `Air`; what it spares is Bumble's host, an HCI event a
packet and a timer a packet. A test holds whole days of both ways against each other. What only the stack can show
(commands refused, old controllers, resets) is the business of `controllers` and `--hci`.
"""

from __future__ import annotations

import asyncio
import itertools
import operator

import numpy as np
from numpy.typing import NDArray

from bluezone.phone.air.radio.hci_packets import SCAN_SLICE_S
from bluezone.phone.air.radio.port import ADVERTISING_INTERVAL_MS, ScanHandler, ScanResult
from bluezone.phone.clock import Clock
from bluezone.town.air import Air, Emission, Floats, PacketHeard, Receptions
from bluezone.town.controllers import channels_in_turn
from bluezone.town.radio_model import blocks

_LOOK_BACK_S = 10.0


class AirRadio:
    """Implement `phone.air.radio.port.Radio` for phone number `station`. Packets are handed over together, at the end
    of a scan; a long one's every ten seconds. `clock`: Unix seconds; `tell` hears of each packet.
    """

    def __init__(
        self, air: Air, station: int, clock: Clock, tx_power_dbm: int, tell: PacketHeard | None = None
    ) -> None:
        self.station, self.tx_power_dbm = station, tx_power_dbm
        self._air, self._clock, self._tell = air, clock, tell
        self._emission: Emission | None = None
        self._handler: ScanHandler | None = None
        self._scan_start_s = self._since_s = 0.0
        self._timer: asyncio.TimerHandle | None = None

    async def open(self) -> None: ...

    async def close(self) -> None:
        await self.stop_scanning()
        await self.stop_advertising()

    # --- sending ----------------------------------------------------------------------------------

    async def advertise(self, address: bytes, data: bytes) -> None:
        await asyncio.sleep(0)  # as any controller, it lets others run: they draw their chance in the same order
        self._stop_advertising()
        interval_s = ADVERTISING_INTERVAL_MS / 1000
        self._emission = self._air.begin(self.station, float(self.tx_power_dbm), interval_s, (address, data))

    async def stop_advertising(self) -> None:
        self._stop_advertising()

    def _stop_advertising(self) -> None:
        emission, self._emission = self._emission, None
        if emission is not None:
            self._air.end(emission)

    # --- receiving --------------------------------------------------------------------------------

    async def start_scanning(self, handler: ScanHandler) -> None:
        loop = asyncio.get_running_loop()
        if self._handler is None:
            self._scan_start_s = self._since_s = loop.time()
            self._timer = loop.call_at(self._since_s + _LOOK_BACK_S, self._go_on)
        else:
            self._hand_over(loop.time())
        self._handler = handler

    async def stop_scanning(self) -> None:
        if self._handler is not None:
            self._hand_over(asyncio.get_running_loop().time())
        self._handler = None
        if self._timer is not None:
            self._timer.cancel()

    def channels_at(self, times_s: Floats) -> NDArray[np.int64]:
        """Return the channel the receiver is on; it is always open, as `BumbleRadio` asks of a controller."""
        return channels_in_turn(times_s - self._scan_start_s, SCAN_SLICE_S)

    def _go_on(self) -> None:
        now_s = asyncio.get_running_loop().time()
        self._hand_over(now_s)
        self._timer = asyncio.get_running_loop().call_at(now_s + _LOOK_BACK_S, self._go_on)

    def _hand_over(self, now_s: float) -> None:
        handler = self._handler
        assert handler is not None
        for piece in blocks(self._since_s, now_s):
            self._report(handler, self._air.receptions(self, *piece), self._clock() - now_s)
        self._since_s = now_s

    def _report(self, handler: ScanHandler, found: Receptions, epoch_s: float) -> None:
        if not len(found.times_s):
            return
        times_s, strengths = found.times_s.tolist(), found.rssi_dbm.tolist()
        ends = found.owners.searchsorted(np.arange(len(found.emissions) + 1)).tolist()
        spans = [
            (times_s[first], first, end, emission)
            for emission, (first, end) in zip(found.emissions, itertools.pairwise(ends), strict=True)
            if end > first
        ]
        for first_s, first, end, emission in sorted(spans, key=operator.itemgetter(0)):  # in the order first heard
            address, data = emission.source
            handler(ScanResult(address, strengths[first], data, epoch_s + first_s, tuple(strengths[first + 1 : end])))
        if self._tell is not None:
            for rssi_dbm, owner in zip(strengths, found.owners.tolist(), strict=True):
                self._tell(self.station, found.emissions[owner].station, rssi_dbm)
