"""Scan for other phones as the plan says (`duty_cycle`), and store what each scan heard.

The original listened 40 s in 300 s, and so knew nothing of four minutes in five. The start of each scan varies, so that
two phones that happen to scan at the same moment (and so hear each other worse, with one radio each) do not keep doing
so.

What happens in a packet's time is one look-up by its bytes: an advertisement is read when it is new to the scan, and
its neighbours' hundreds of repetitions only add a strength.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque

from bluezone.phone.air.duty_cycle import DeviceState, DutyCycle, Sense, plan
from bluezone.phone.air.radio.port import Radio, ScanResult
from bluezone.phone.clock import Chance, Clock, ClockWatch
from bluezone.phone.stores.contact_store import ContactStore, ScanTally, Sighting
from bluezone.phone.stores.database import StorageError
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.intervals import day_start_s
from bluezone.protocol.schemes import Broadcast, IdentifierScheme

#: identifiers followed in one scan; three times a full stadium stand's worth of phones within reach of one
MAX_TRACKED = 15_000
#: what of a scan is written down: the strongest so many. The near ones, who alone matter, are among them.
MAX_KEPT = 5_000
#: from so many sightings a day on (24 bytes each), only the strongest MAX_KEPT_WHEN_FULL of a scan: a bound for the
#: file even where somebody fills the air with made-up identifiers
FULL_DAY = 500_000
MAX_KEPT_WHEN_FULL = 250

#: while the disk is full, so many sightings (some 10 MiB) and scans (of a day and a half) wait in memory, the latest
MAX_WAITING, MAX_WAITING_SCANS = 50_000, 5_000

_MAX_GARBAGE_TRACKED = 4_096
_MAX_STRENGTHS = 64  # of one identifier; four times what one sender makes in a scan

_log = logging.getLogger(__name__)


class _Track:
    """Hold one identifier of the scan under way."""

    __slots__ = ("broadcast", "count", "strengths")

    def __init__(self, broadcast: Broadcast) -> None:
        self.broadcast = broadcast
        self.strengths: list[int] = []
        self.count = 0

    def sighting(self) -> Sighting:
        strengths = sorted(self.strengths)
        return Sighting(
            self.broadcast.identifier,
            self.broadcast.encrypted_metadata,
            self.count,
            strengths[-1],
            strengths[len(strengths) // 2],
            strengths[0],
        )


class ScanCollector:
    """Make of one scan's advertisements at most one sighting an identifier, in bounded memory."""

    def __init__(self, scheme: IdentifierScheme, before: ScanCollector | None = None) -> None:
        """`before`: the scan before, whose advertisements need not be read again."""
        self._parse = scheme.parse
        self._before = before._tracks if before is not None else {}
        self._tracks: dict[bytes, _Track] = {}  # by advertisement
        self._garbage: set[bytes] = set()
        self.garbage = 0  # advertisements that are not of our scheme
        self.overflow = 0  # advertisements of ours there was no room to follow

    @property
    def count(self) -> int:
        """Return the number of identifiers heard."""
        return len(self._tracks)

    def forget_before(self) -> None:
        """Let go of the scan before, at the end of this one."""
        self._before = {}

    def hear(self, heard: ScanResult) -> None:
        """Take one advertisement. Never raises: what is on the air is anybody's."""
        times = 1 + len(heard.more_dbm)
        track = self._tracks.get(heard.data)
        if track is None:
            track = self._new_track(heard.data, times)
            if track is None:
                return
        track.count += times
        room = _MAX_STRENGTHS - len(track.strengths)
        if room > 0:
            track.strengths.append(max(-127, min(127, heard.rssi_dbm)))
            track.strengths += [max(-127, min(127, rssi_dbm)) for rssi_dbm in heard.more_dbm[: room - 1]]

    def _new_track(self, data: bytes, times: int) -> _Track | None:
        if data in self._garbage:
            self.garbage += times
            return None
        known = self._before.get(data)
        try:
            broadcast = self._parse(data) if known is None else known.broadcast
        except ProtocolError:
            self.garbage += times
            if len(self._garbage) < _MAX_GARBAGE_TRACKED:
                self._garbage.add(data)
            return None
        if len(self._tracks) >= MAX_TRACKED:
            self.overflow += times
            return None
        track = self._tracks[data] = _Track(broadcast)
        return track

    def strongest(self, limit: int) -> tuple[list[Sighting], int]:
        """Return the strongest `limit` sightings, in the order first heard, and how many were left out."""
        sightings = [track.sighting() for track in self._tracks.values()]
        left_out = max(len(sightings) - limit, 0)
        if left_out:  # of those alike in strength the first heard stay: sorting keeps their order
            by_strength = sorted(range(len(sightings)), key=lambda place: -sightings[place].strongest_dbm)
            sightings = [sightings[place] for place in sorted(by_strength[:limit])]
        return sightings, left_out


class Scanner:
    """Scan until cancelled; what was heard of a scan that is cut short is kept.

    `duty` fixes how; without one, each scan follows the plan for what `sense` says of the device and for what the scans
    before have heard.
    """

    def __init__(
        self,
        radio: Radio,
        scheme: IdentifierScheme,
        store: ContactStore,
        clock: Clock,
        chance: Chance,
        duty: DutyCycle | None = None,
        sense: Sense = DeviceState,
        watch: ClockWatch | None = None,
    ) -> None:
        self._watch = watch or ClockWatch(clock)
        self._radio, self._scheme, self._store, self._clock, self._chance = radio, scheme, store, clock, chance
        self._fixed, self._sense = duty, sense
        #: how the scan under way is made, and the pause after it
        self.duty = duty or plan(sense())
        self._neighbours = 0
        self._before: ScanCollector | None = None
        # By the loop's clock, which does not jump with the wall's:
        self._last_start: float | None = None
        self._quiet_since: float | None = None
        self._day_s, self._kept_today = -1, 0
        # Scans there was no room for, to be written when there is: arguments of `ContactStore.add_scan`, oldest first.
        self._waiting: deque[tuple[float, float, list[Sighting], int, int]] = deque()
        self._waiting_sightings = 0
        #: why contacts could not be written just now
        self.trouble = ""
        #: when the last scan ended, by the wall clock
        self.scanned_at_s: float | None = None

    async def run(self) -> None:
        """Scan until cancelled. Raises RadioError where the radio fails."""
        await asyncio.sleep(self._chance.uniform(0, self.duty.jitter_s))
        while True:
            started = asyncio.get_running_loop().time()
            before, self.duty = self.duty, self._next_duty(started)
            await self._scan(started, 2 * before.period_s)
            rest_s = self.duty.period_s - self._chance.uniform(0, self.duty.jitter_s)
            await self._watch.sleep(max(started + rest_s - asyncio.get_running_loop().time(), 0))

    def _next_duty(self, now: float) -> DutyCycle:
        if self._fixed is not None:
            return self._fixed
        if self._neighbours or self._quiet_since is None:
            self._quiet_since = now
        return plan(self._sense(), self._neighbours, now - self._quiet_since)

    async def _scan(self, started: float, longest_s: float) -> None:
        collector, at_s = ScanCollector(self._scheme, self._before), self._clock()
        since_s = self._time_stood_for(started, longest_s)
        await self._radio.start_scanning(collector.hear)
        try:
            try:
                await asyncio.sleep(self.duty.window_s)
            finally:  # also where it is cut short: a radio may hand over at the end what it has heard until then
                await self._radio.stop_scanning()
        finally:
            self._neighbours, self.scanned_at_s = collector.count, self._clock()
            collector.forget_before()
            self._before = collector
            self._write(at_s, since_s, collector)

    def _time_stood_for(self, started: float, longest_s: float) -> float:
        """Return the seconds this scan speaks for: since the one before, but never more than two periods. A phone that
        was off for a night did not spend the night beside whom it meets in the morning."""
        last, self._last_start = self._last_start, started
        return self.duty.window_s if last is None or started < last else min(started - last, longest_s)

    def _write(self, at_s: float, since_s: float, collector: ScanCollector) -> None:
        self._turn_day(at_s)
        sightings, left_out = collector.strongest(MAX_KEPT if self._kept_today < FULL_DAY else MAX_KEPT_WHEN_FULL)
        self._waiting.append((at_s, since_s, sightings, collector.garbage, collector.overflow + left_out))
        self._waiting_sightings += len(sightings)
        self._kept_today += len(sightings)
        try:
            while self._waiting:
                self._store.add_scan(*self._waiting[0])
                self._waiting_sightings -= len(self._waiting.popleft()[2])
        except StorageError as error:
            # A scanner that died of a full disk would lose what can still be written later.
            self.trouble = str(error)
            _log.error("%d scans wait in memory to be written: %s", len(self._waiting), error)
            while self._waiting_sightings > MAX_WAITING or len(self._waiting) > MAX_WAITING_SCANS:
                self._waiting_sightings -= len(self._waiting.popleft()[2])
        else:
            self.trouble = ""

    def _turn_day(self, at_s: float) -> None:
        today_s = day_start_s(at_s)
        if today_s != self._day_s:
            self._day_s = today_s
            self._kept_today = self._store.tallies().get(today_s, ScanTally()).sightings
