"""Model the air of the town: what is on it, and which phone hears which packet how strongly.

Modelled is what a chip and the room do: the times of advertising events (`EventTrain`) and their way to the listener
(`radio_model`). Not modelled: collisions of packets (at 12 phones 0.4 ms in 250 ms each: under 2 % lost), scan
responses and connections.

What a listener receives is a function of the seed, of who sends and listens, and of time alone. So it makes no
difference who asks, in which order and for how long a time at once, and there are two ways to the same results:

- `receptions` computes, after a scan, all that was received in it: one calculation and no timer a packet (`radios`);
- `listen` computes ahead of time what a controller will receive and delivers each packet in its moment
  (`controllers`), so that Bumble's host gets an HCI event for each, as from a real chip.

An advertising event that nobody is listening for is never computed.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Protocol

import numpy as np
from bumble.controller import Controller
from bumble.link import LocalLink
from numpy.typing import NDArray

from bluezone.town.clock import JumpingLoop
from bluezone.town.radio_model import (
    RadioModel,
    SlowFading,
    blocks,
    chance_key,
    mean_rssi_dbm,
    packet_chance,
    reception_probability,
    rician_db,
    standard_normals,
)

MAX_ADV_DELAY_S = 0.010
_BLOCK = 2560  # a little more than the ten minutes for which an identifier is on the air, at 250 ms


class EventTrain:
    """Draw event times from `start_s` on, for an advertiser that was enabled then. Events are numbered from 0."""

    def __init__(self, rng: np.random.Generator, start_s: float, interval_s: float) -> None:
        self._rng = rng
        self._interval_s = interval_s
        #: when the advertiser was disabled: no event comes at that time or later
        self.end_s = inf
        # the first event comes after a delay of its own, so phones enabled together do not collide for ever
        self._times_s: list[float] = [start_s + float(rng.uniform(0.0, MAX_ADV_DELAY_S))]

    def _reach(self, time_s: float) -> None:
        while self._times_s[-1] < time_s:
            gaps = self._interval_s + self._rng.uniform(0.0, MAX_ADV_DELAY_S, _BLOCK)
            self._times_s += (self._times_s[-1] + np.cumsum(gaps)).tolist()

    def span(self, start_s: float, until_s: float) -> tuple[int, list[float]]:
        """Return the number of the first event in [start_s, until_s), and the times of all of them, ascending."""
        if until_s > self.end_s:
            until_s = self.end_s
        times_s = self._times_s
        if times_s[-1] < until_s:
            self._reach(until_s)
        first = bisect_left(times_s, start_s)
        return first, times_s[first : bisect_left(times_s, until_s, first)]

    def count_until(self, end_s: float) -> int:
        """Return how many events there were before `end_s`."""
        self._reach(end_s)
        return bisect_left(self._times_s, end_s)


Floats = NDArray[np.float64]

_ENDED_KEPT_S = 30.0  # as long as the longest time for which `receptions` looks back, and more


#: (listener, sender, strength in dBm): a packet that was received
PacketHeard = Callable[[int, int, int], None]


class Scene(Protocol):
    """Say where the phones are. Phones are numbered from 0."""

    def in_earshot(self, station: int, at_s: float) -> Sequence[int]:
        """Return the ascending numbers of the phones worth a calculation for a listener within ten seconds."""

    def geometry(self, one: int, others: NDArray[np.int64], times_s: Floats) -> tuple[Floats, Floats]:
        """Return the distance in m (n,) of a phone from `others` (n,) at the given times (n,), and the loss through
        walls in dB (n,)."""


class Listener(Protocol):
    """Receive as a phone that is scanning."""

    @property
    def station(self) -> int: ...

    def channels_at(self, times_s: Floats) -> NDArray[np.int64]:
        """Return the index 0..2 of the advertising channel it listens to at each time, -1 where it does not."""


class Receiver(Listener, Protocol):
    """Take packets one by one."""

    def receive(self, emission: Emission, rssi_dbm: int) -> None:
        """Take a packet that arrives now."""


@dataclass(slots=True, eq=False)
class Emission:
    """Describe what is sent by one train of events: `source` is what the sender makes of it (address, data)."""

    station: int
    tx_power_dbm: float
    train: EventTrain
    source: Any
    key: int = 0  # of its packets' chance


@dataclass(frozen=True, slots=True)
class Receptions:
    """Hold packets received, emission by emission, each one's in order of time: when (n,), how strongly in whole dBm
    (n,), and the place of their emission in `emissions` (n,). `audible_s`, `audible_of`: times and emissions of all
    that were strong enough to be computed.
    """

    emissions: Sequence[Emission]
    times_s: Floats
    rssi_dbm: NDArray[np.int64]
    owners: NDArray[np.int64]
    audible_s: Floats
    audible_of: NDArray[np.int64]


_NO_INDEX = np.empty(0, dtype=np.int64)
_NOTHING = Receptions((), np.empty(0), _NO_INDEX, _NO_INDEX, np.empty(0), _NO_INDEX)


@dataclass(slots=True)
class _Reception:
    """Hold the packets a receiver will get, latest first."""

    receiver: Receiver
    planned: Receptions
    packets: list[tuple[float, int, Emission]]
    timer: asyncio.TimerHandle | None = None

    def audible(self, until_s: float) -> int:
        """Count the packets in earshot that were really sent before `until_s`."""
        planned = self.planned
        ends = np.minimum([emission.train.end_s for emission in planned.emissions], until_s)
        return int((planned.audible_s < ends[planned.audible_of]).sum()) if len(planned.audible_s) else 0


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
        self.seed = seed
        self.statistics = AirStatistics()
        self._fading = SlowFading(model, seed)
        self._faintest_dbm = model.faintest_mean_dbm
        # dicts keep their order; Bumble's own set of controllers does not
        self._emissions: dict[int, list[Emission]] = {}
        self._begun: dict[int, int] = {}  # trains so far, by station
        self._listener_keys: dict[int, int] = {}
        self._receivers: dict[int, tuple[Receiver, float, list[_Reception]]] = {}

    # --- senders ----------------------------------------------------------------------------------

    def begin(self, station: int, tx_power_dbm: float, interval_s: float, source: Any) -> Emission:
        """Begin a train of events of this phone now; all who listen hear it from now on."""
        now_s = asyncio.get_running_loop().time()
        number = self._begun.get(station, 0)
        self._begun[station] = number + 1
        train = EventTrain(np.random.default_rng([self.seed, 5, station, number]), now_s, interval_s)
        emission = Emission(station, tx_power_dbm, train, source, chance_key(self.seed, 6, station, number))
        kept = (one for one in self._emissions.get(station, ()) if one.train.end_s > now_s - _ENDED_KEPT_S)
        self._emissions[station] = [*kept, emission]
        for receiver, until_s, receptions in self._receivers.values():
            if receiver.station != station and until_s > now_s:
                receptions += [self._plan(receiver, (emission,), *piece) for piece in blocks(now_s, until_s)]
        return emission

    def end(self, emission: Emission) -> None:
        """End a train of events now."""
        emission.train.end_s = asyncio.get_running_loop().time()
        self.statistics.events += emission.train.count_until(emission.train.end_s)

    def remove_controller(self, controller: Controller) -> None:
        """Remove a controller whose phone has been switched off."""
        super().remove_controller(controller)
        station: int = controller.station  # type: ignore[attr-defined]
        self.listener_stopped(station)
        self._emissions.pop(station, None)

    # --- listeners: after the scan ----------------------------------------------------------------

    def receptions(self, listener: Listener, start_s: float, until_s: float) -> Receptions:
        """Return what `listener` received in [start_s, until_s), which is past, no longer than ten seconds, and within
        one block (`radio_model.blocks`)."""
        found = self._receptions(listener, self._heard_by(listener, start_s), start_s, until_s)
        self.statistics.audible += len(found.audible_s)
        self.statistics.received += len(found.times_s)
        return found

    def _heard_by(self, listener: Listener, start_s: float) -> Iterable[Emission]:
        emissions = self._emissions
        return (
            emission
            for station in self.scene.in_earshot(listener.station, start_s)
            if station != listener.station
            for emission in emissions.get(station, ())
        )

    # --- listeners: packet by packet --------------------------------------------------------------

    def listen(self, receiver: Receiver, start_s: float, until_s: float) -> None:
        """Work out what `receiver` will get in [start_s, until_s), and deliver each packet at its time."""
        self.listener_stopped(receiver.station)
        plans = [self._plan(receiver, self._heard_by(receiver, piece[0]), *piece) for piece in blocks(start_s, until_s)]
        self._receivers[receiver.station] = (receiver, until_s, plans)

    def listener_stopped(self, station: int) -> None:
        """Drop what was planned for a receiver that is off now."""
        _, until_s, receptions = self._receivers.pop(station, (None, 0.0, []))
        if not receptions:
            return
        until_s = min(until_s, asyncio.get_running_loop().time())
        for reception in receptions:
            self.statistics.audible += reception.audible(until_s)
            reception.packets.clear()
            if reception.timer is not None:
                reception.timer.cancel()

    def _plan(self, receiver: Receiver, emissions: Iterable[Emission], start_s: float, until_s: float) -> _Reception:
        planned = self._receptions(receiver, emissions, start_s, until_s)
        latest_first = np.argsort(planned.times_s, kind="stable")[::-1]
        packets = [
            (time_s, rssi_dbm, planned.emissions[owner])
            for time_s, rssi_dbm, owner in zip(
                planned.times_s[latest_first].tolist(),
                planned.rssi_dbm[latest_first].tolist(),
                planned.owners[latest_first].tolist(),
                strict=True,
            )
        ]
        reception = _Reception(receiver, planned, packets)
        self._arm(reception)
        return reception

    def _arm(self, reception: _Reception) -> None:
        if reception.packets:
            loop = asyncio.get_running_loop()
            reception.timer = loop.call_at(reception.packets[-1][0], self._deliver, reception)

    def _deliver(self, reception: _Reception) -> None:
        loop, packets = asyncio.get_running_loop(), reception.packets
        while packets:
            time_s, strength, emission = packets.pop()
            if time_s < emission.train.end_s:  # else it was stopped meanwhile
                self.statistics.received += 1
                reception.receiver.receive(emission, strength)
            if packets and not (isinstance(loop, JumpingLoop) and loop.jump_to(packets[-1][0])):
                self._arm(reception)
                return

    # --- between them -----------------------------------------------------------------------------

    def _receptions(
        self, listener: Listener, emissions: Iterable[Emission], start_s: float, until_s: float
    ) -> Receptions:
        heard: list[Emission] = []
        times: list[float] = []
        counts: list[int] = []
        firsts: list[int] = []
        for emission in emissions:
            if emission.train.end_s <= start_s:
                continue
            first, span = emission.train.span(start_s, until_s)
            if span:
                heard.append(emission)
                counts.append(len(span))
                firsts.append(first - len(times))
                times += span
        if not times:
            return _NOTHING
        times_s = np.array(times)
        owner = np.arange(len(heard)).repeat(counts)
        channels = listener.channels_at(times_s)
        others = [emission.station for emission in heard]
        distance_m, walls_db = self.scene.geometry(listener.station, np.array(others)[owner], times_s)
        powers_dbm = np.array([emission.tx_power_dbm for emission in heard])[owner]
        mean_dbm = mean_rssi_dbm(self.model, powers_dbm, distance_m, walls_db)
        computed = ((mean_dbm >= self._faintest_dbm) & (channels >= 0)).nonzero()[0]
        if not len(computed):
            return _NOTHING
        numbers = (np.arange(len(times_s)) + np.array(firsts)[owner])[computed]
        times_s, owner, channels = times_s[computed], owner[computed], channels[computed]
        distance_m = distance_m[computed]
        slow_dbm = (
            mean_dbm[computed]
            + self._fading.channels_db(listener.station, others, owner, channels)
            + self._fading.pairs_db(listener.station, others, owner, times_s, distance_m)
        )
        keys = np.array([emission.key for emission in heard], dtype=np.uint64)[owner]
        rssi_dbm, received = self._fade(
            slow_dbm, distance_m, packet_chance(self._key_of(listener.station), keys, numbers)
        )
        return Receptions(heard, times_s[received], rssi_dbm[received], owner[received], times_s, owner)

    def _key_of(self, station: int) -> int:
        key = self._listener_keys.get(station)
        if key is None:
            key = self._listener_keys[station] = chance_key(self.seed, 4, station)
        return key

    def _fade(
        self, slow_dbm: Floats, distance_m: Floats, chance: Floats
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the RSSI (n,) of each packet as a controller reports it, in whole dBm, and the indices of those
        received.
        """
        rssi_dbm = slow_dbm + rician_db(self.model.rician_k.at(distance_m), *standard_normals(chance[0], chance[1]))
        received = chance[2] < reception_probability(self.model, rssi_dbm)
        return np.minimum(np.maximum(np.rint(rssi_dbm).astype(np.int64), -127), 20), received.nonzero()[0]
