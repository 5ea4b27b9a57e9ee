"""Model the air of the town: what is on it, and which phone hears which packet how strongly.

Real in the rehearsal: the phone's whole engine, Bumble's host, HCI commands and events byte by byte, advertising and
scanning as the host configured them. Modelled: what a chip and the room do, i.e. the times of advertising events
(`events`), their way to the listener (`radio_model`) and the rules by which a controller accepts commands
(`controllers`). Not modelled: collisions of packets (at 12 phones 0.4 ms in 250 ms each: under 2 % lost), scan
responses and connections.

An advertising event that nobody is listening for is never computed. When a controller starts to listen, the air works
out at once, for all advertisers in earshot, which of their next events it will receive, and puts a timer on each.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from bumble.controller import Controller
from bumble.link import LocalLink
from numpy.typing import NDArray

from bluezone.town.clock import JumpingLoop
from bluezone.town.events import EventTrain
from bluezone.town.radio_model import RadioModel, SlowFading, mean_rssi_dbm, reception_probability, rician_db

Floats = NDArray[np.float64]


class Scene(Protocol):
    """Say where the phones are. Phones are numbered from 0."""

    def in_earshot(self, station: int, at_s: float) -> Sequence[int]:
        """Return the ascending numbers of the phones worth a calculation for a listener at this time."""

    def geometry(self, a: int, b: int, times_s: Floats) -> tuple[Floats, float]:
        """Return the distance in m (n,) of two phones at the given times (n,), and the loss through walls in dB."""


class Advertiser(Protocol):
    """Send as one advertising set (or the one legacy advertiser) of a controller."""

    #: times of its events while it is enabled, None while it is not
    train: EventTrain | None

    @property
    def station(self) -> int: ...

    @property
    def tx_power_dbm(self) -> float: ...

    @property
    def event_type(self) -> int:
        """Return the bits of the extended advertising report: connectable, scannable, directed, legacy."""

    def on_air(self) -> tuple[bytes, int, bytes]:
        """Return (address as in HCI, address type, data) of a packet sent now."""


class Listener(Protocol):
    """Receive as a controller that is scanning."""

    @property
    def station(self) -> int: ...

    def open_at(self, times_s: Floats) -> NDArray[np.bool_]:
        """Return whether the receiver is open at the given times."""

    def channel_at(self, times_s: Floats) -> NDArray[np.int64]:
        """Return the index 0..2 of the advertising channel it is on."""

    def receive(self, advertiser: Advertiser, rssi_dbm: int) -> None:
        """Take a packet of `advertiser` that arrives now."""


@dataclass(slots=True)
class _Reception:
    """Hold the packets a listener will receive, latest first, from advertisers whose train of events is still the
    same.
    """

    listener: Listener
    packets: list[tuple[float, int, Advertiser, EventTrain]]
    timer: asyncio.TimerHandle | None = None


@dataclass
class AirStatistics:
    """Count advertising events sent, those that fell into an open window in earshot, and those received."""

    events: int = 0
    audible: int = 0
    received: int = 0


class Air(LocalLink):
    """Extend Bumble's link bus by places, distances and time between its controllers. Chance comes from `seed`."""

    def __init__(self, scene: Scene, model: RadioModel, seed: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.scene = scene
        self.model = model
        self.statistics = AirStatistics()
        self._fading = SlowFading(model, seed)
        self._rng = np.random.default_rng([seed, 4])
        # dicts keep their order; Bumble's own set of controllers does not
        self._advertisers: dict[int, dict[int, Advertiser]] = {}
        self._listeners: dict[int, tuple[Listener, float, list[_Reception]]] = {}

    # --- advertisers ------------------------------------------------------------------------------

    def advertiser_started(self, advertiser: Advertiser, handle: int) -> None:
        """Take note that `advertiser` has a new train of events from now on."""
        self._advertisers.setdefault(advertiser.station, {})[handle] = advertiser
        now_s = asyncio.get_running_loop().time()
        for listener, until_s, receptions in self._listeners.values():
            if listener.station != advertiser.station and until_s > now_s:
                receptions.append(self._plan(listener, (advertiser,), now_s, until_s))

    def advertiser_stopped(self, advertiser: Advertiser, handle: int, train: EventTrain) -> None:
        """Take note that `advertiser` has sent the last event of `train`."""
        self._advertisers.get(advertiser.station, {}).pop(handle, None)
        self.statistics.events += train.count_until(asyncio.get_running_loop().time())

    def remove_controller(self, controller: Controller) -> None:
        """Remove a controller whose phone has been switched off."""
        super().remove_controller(controller)
        station: int = controller.station  # type: ignore[attr-defined]
        self.listener_stopped(station)
        self._advertisers.pop(station, None)

    # --- listeners --------------------------------------------------------------------------------

    def listen(self, listener: Listener, start_s: float, until_s: float) -> None:
        """Work out what `listener` receives in [start_s, until_s), and deliver each packet at its time."""
        heard = (
            advertiser
            for station in self.scene.in_earshot(listener.station, start_s)
            if station != listener.station
            for advertiser in self._advertisers.get(station, {}).values()
        )
        self._listeners[listener.station] = (listener, until_s, [self._plan(listener, heard, start_s, until_s)])

    def listener_stopped(self, station: int) -> None:
        """Drop what was planned for a receiver that is off now."""
        _, _, receptions = self._listeners.pop(station, (None, 0.0, []))
        for reception in receptions:
            reception.packets.clear()
            if reception.timer is not None:
                reception.timer.cancel()

    # --- between them -----------------------------------------------------------------------------

    def _plan(
        self, listener: Listener, advertisers: Iterable[Advertiser], start_s: float, until_s: float
    ) -> _Reception:
        heard: list[tuple[Advertiser, EventTrain]] = []
        times: list[Floats] = []
        slow: list[Floats] = []
        for advertiser in advertisers:
            train = advertiser.train
            if train is None:
                continue
            times_s = train.between(start_s, until_s)
            times_s = times_s[listener.open_at(times_s)]
            if len(times_s) and (slow_dbm := self._slow(listener, advertiser, times_s)) is not None:
                heard.append((advertiser, train))
                times.append(times_s)
                slow.append(slow_dbm)
        reception = _Reception(listener, [])
        if not heard:
            return reception
        all_times_s = np.concatenate(times)
        rssi_dbm, received = self._fade(np.concatenate(slow))
        received = received[np.argsort(all_times_s[received], kind="stable")[::-1]]
        senders = np.repeat(np.arange(len(heard)), [len(one) for one in times])[received]
        reception.packets = [
            (time_s, strength, *heard[sender])
            for time_s, strength, sender in zip(
                all_times_s[received].tolist(), rssi_dbm[received].tolist(), senders.tolist(), strict=True
            )
        ]
        self._arm(reception)
        return reception

    def _arm(self, reception: _Reception) -> None:
        if reception.packets:
            loop = asyncio.get_running_loop()
            reception.timer = loop.call_at(reception.packets[-1][0], self._deliver, reception)

    def _deliver(self, reception: _Reception) -> None:
        loop, packets = asyncio.get_running_loop(), reception.packets
        while packets:
            _, strength, advertiser, train = packets.pop()
            if advertiser.train is train:  # else it was stopped, or started again with other times
                self.statistics.received += 1
                reception.listener.receive(advertiser, strength)
            if packets and not (isinstance(loop, JumpingLoop) and loop.jump_to(packets[-1][0])):
                self._arm(reception)
                return

    def _slow(self, listener: Listener, advertiser: Advertiser, times_s: Floats) -> Floats | None:
        """Return the RSSI (n,) before the fading of each packet; None where all of them are far too weak."""
        a, b, model = listener.station, advertiser.station, self.model
        distance_m, walls_db = self.scene.geometry(a, b, times_s)
        mean_dbm = mean_rssi_dbm(model, advertiser.tx_power_dbm, distance_m, walls_db)
        if float(mean_dbm.max()) < model.faintest_mean_dbm:
            return None
        self.statistics.audible += len(times_s)
        channels_db = self._fading.channels_db(a, b)[listener.channel_at(times_s)]
        return np.asarray(mean_dbm + channels_db + self._fading.pair_db(a, b, times_s))

    def _fade(self, slow_dbm: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the RSSI (n,) of each packet as a controller reports it, in whole dBm, and the indices of those
        received.
        """
        count = len(slow_dbm)
        rssi_dbm = slow_dbm + rician_db(self.model.rician_k_db, *self._rng.standard_normal((2, count)))
        received = self._rng.random(count) < reception_probability(self.model, rssi_dbm)
        return np.rint(rssi_dbm).astype(np.int64).clip(-127, 20), np.flatnonzero(received)
