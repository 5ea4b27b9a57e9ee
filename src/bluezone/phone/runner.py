"""Keeps a phone going: radio, checks, pauses, and the troubles of a real machine. The screens talk to this.

The engine (`engine.Phone`) does the work. This decides when, survives what fails, and remembers what to tell the owner:
no yes, no radio; a radio that is gone is tried again; checks come every few hours, and sooner after a failure; a
damaged store is set aside, never deleted, and a clean one begun.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import numpy as np

from bluezone.phone.clock import Clock
from bluezone.phone.encounters import Presence, around, presences
from bluezone.phone.engine import Phone, PhoneSettings
from bluezone.phone.errors import PhoneError, RadioError
from bluezone.phone.facts import PhoneFacts
from bluezone.phone.http import ConnectionFailedError
from bluezone.phone.ledger import Alert
from bluezone.phone.logbook import ScanTally
from bluezone.phone.preferences import Choices, Preferences
from bluezone.phone.publishing import PublishReport
from bluezone.phone.radio.port import Radio
from bluezone.phone.radio.watched import RadioHealth, RadioState, WatchedRadio
from bluezone.phone.sealing import SealError, device_sealer, forget_key
from bluezone.phone.storage import StorageError
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.intervals import day_start_s
from bluezone.protocol.schemes import Entropy

CHECK_EVERY_S = 4 * 3_600.0
_FIRST_RETRY_S = 15 * 60.0
_RADIO_RETRY_S = 30.0
_RADIO_STOP_S = 30.0
_PURGE_EVERY_S = 3_600.0
_LATEST_SCAN_S = 75.0  # a scan a minute; one older than this says nothing of now

STORES = (
    "logbook.sqlite3",
    "keys.sqlite3",
    "ledger.sqlite3",
    "publishing.sqlite3",
    "policy.sqlite3",
    "preferences.sqlite3",
)
SEALED_STORES = ("logbook.sqlite3", "keys.sqlite3", "publishing.sqlite3")
_SIDE_FILES = ("", "-wal", "-shm")

_log = logging.getLogger(__name__)


def next_check_s(failures: int) -> float:
    """Seconds to wait after a check: a quarter of an hour after a failure, doubling up to the usual four hours."""
    return CHECK_EVERY_S if failures == 0 else min(_FIRST_RETRY_S * 2 ** min(failures - 1, 10), CHECK_EVERY_S)


def set_aside_damaged(directory: Path, now_s: float) -> list[Path]:
    """Move every store that SQLite cannot read out of the way, under a name that ends in `.damaged-<time>`."""
    damaged = [name for name in STORES if (directory / name).exists() and not _is_whole(directory / name)]
    return set_aside(directory, damaged, now_s)


def set_aside(directory: Path, names: Iterable[str], now_s: float) -> list[Path]:
    """Move these stores out of the way; the new names."""
    moved = []
    for name in names:
        path = directory / name
        for suffix in _SIDE_FILES:
            with suppress(FileNotFoundError):
                target = path.with_name(f"{name}{suffix}.damaged-{now_s:.0f}")
                path.with_name(name + suffix).rename(target)
                moved.append(target)
    return moved


def _is_whole(path: Path) -> bool:
    try:
        with sqlite3.connect(path) as db:
            whole: bool = db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
        db.close()
    except sqlite3.OperationalError:  # no rights, a full disk, locked by another process: not a damage of the file
        return True
    except sqlite3.DatabaseError:
        return False
    return whole


@dataclass(slots=True)
class _Progress:
    """What the runner remembers from check to check; lost when it ends, found again by the next check."""

    checking: bool = False
    failures: int = 0
    trouble: str = ""
    unreachable: bool = False
    storage_trouble: str = ""
    days: dict[tuple[float, float], tuple[ScanTally, tuple[Presence, ...]]] = field(default_factory=dict)


class Runner:
    """One phone, running. Methods that are not coroutines may wait for the disk or the net: call them in a thread."""

    def __init__(
        self,
        settings: PhoneSettings,
        radio: Radio | None,
        client: httpx.Client,
        clock: Clock,
        entropy: Entropy,
        rng: np.random.Generator,
    ) -> None:
        self.settings, self.clock = settings, clock
        self._client, self._entropy, self._rng = client, entropy, rng
        self._radio = WatchedRadio(radio) if radio is not None else None
        self._lock = threading.RLock()  # checks, publications and deletions do not overlap
        self._progress = _Progress()
        self._changed: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._radio_idle = asyncio.Event()
        self._radio_idle.set()
        moved = set_aside_damaged(settings.directory, clock())
        try:
            self._open()
        except SealError:  # the key is lost, and with it what it sealed
            moved += set_aside(settings.directory, SEALED_STORES, clock())
            self._open()
        if moved:
            _log.error("a store was damaged and set aside: %s", ", ".join(path.name for path in moved))
            self._preferences.change(database_set_aside_at_s=clock())

    def _open(self) -> None:
        self._preferences = Preferences(self.settings.directory / "preferences.sqlite3")
        try:
            self.phone = Phone(self.settings, self._radio, self.clock, self._entropy, self._rng)
        except BaseException:
            self._preferences.close()
            raise

    # --- choices ----------------------------------------------------------------------------------

    def choices(self) -> Choices:
        return self._preferences.read()

    def choose(self, **values: object) -> Choices:
        """Store a choice; the radio follows at once."""
        with self._lock:
            choices = self._preferences.change(**values)
        self._wake()
        return choices

    def _wake(self) -> None:
        if self._loop is not None and self._changed is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._changed.set)

    # --- running ----------------------------------------------------------------------------------

    async def run(self) -> None:
        """Radio and checks until cancelled."""
        self._loop, self._changed = asyncio.get_running_loop(), asyncio.Event()
        tasks = [asyncio.create_task(self._run_radio()), asyncio.create_task(self._run_checks())]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._changed = None

    def _may_send(self) -> bool:
        choices = self.choices()
        return self._radio is not None and choices.agreed_at_s is not None and not choices.paused

    async def _run_radio(self) -> None:
        assert self._changed is not None
        while True:
            self._changed.clear()
            if not self._may_send():
                await self._purge()
                await self._until_changed(_PURGE_EVERY_S)
                continue
            radio_task = asyncio.create_task(self.phone.run())
            try:
                await self._run_until_changed(radio_task)
            except (RadioError, StorageError) as error:
                _log.warning("the radio stopped, next try in %.0f s: %s", _RADIO_RETRY_S, error)
                await self._until_changed(_RADIO_RETRY_S)

    async def _run_until_changed(self, task: asyncio.Task[None]) -> None:
        assert self._changed is not None
        self._radio_idle.clear()
        waiting = asyncio.create_task(self._changed.wait())
        try:
            await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                task.result()
        finally:
            for one in (task, waiting):
                one.cancel()
            await asyncio.gather(task, waiting, return_exceptions=True)
            self._radio_idle.set()

    async def _until_changed(self, timeout_s: float) -> None:
        assert self._changed is not None
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):  # wait_for of Python 3.11 can lose a cancellation
                await self._changed.wait()

    async def _purge(self) -> None:
        try:
            await asyncio.to_thread(self._purge_now)
        except StorageError as error:
            _log.error("what is older than 14 days could not be purged: %s", error)

    def _purge_now(self) -> None:
        with self._lock:
            self.phone.purge()

    async def _run_checks(self) -> None:
        while True:
            if self.choices().agreed_at_s is not None:
                await asyncio.to_thread(self.check)
            # Spread, so that the phones of a country do not ask all at once.
            await asyncio.sleep(next_check_s(self._progress.failures) * self._rng.uniform(0.9, 1.1))

    # --- the authority's side ---------------------------------------------------------------------

    def check(self) -> None:
        """Fetch and match. Never raises what a person can do nothing about: what failed is in `facts`."""
        if not self._lock.acquire(blocking=False):
            return
        progress = self._progress
        progress.checking = True
        try:
            progress.trouble = progress.storage_trouble = ""
            progress.unreachable = False
            if self._knows_authority:
                self._fetch()
            self.phone.check()
            if self._knows_authority and not progress.trouble:
                self._preferences.change(checked_at_s=self.clock())
        except StorageError as error:
            progress.storage_trouble = str(error)
        finally:
            progress.failures = progress.failures + 1 if progress.trouble or progress.storage_trouble else 0
            progress.checking = False
            self._lock.release()

    @property
    def _knows_authority(self) -> bool:
        return bool(self.settings.authority_url and self.settings.trusted_keys)

    def _fetch(self) -> None:
        try:
            report = self.phone.sync(self._client)
        except StorageError:
            raise
        except (PhoneError, ProtocolError) as error:
            self._progress.trouble = str(error)
            self._progress.unreachable = isinstance(error, ConnectionFailedError)
            _log.warning("no new lists could be fetched: %s", error)
        else:
            if report.bad:
                _log.warning("%d lists of keys could not be trusted", len(report.bad))

    def publish(self, code: str, *, consent: bool) -> PublishReport:
        """As `Phone.publish`, and remember that it was done."""
        with self._lock:
            report = self.phone.publish(self._client, code, consent=consent)
            self._preferences.change(published_at_s=self.clock())
            return report

    # --- what screens are drawn from --------------------------------------------------------------

    def facts(self) -> PhoneFacts:
        """The present moment."""
        now_s, progress, logbook = self.clock(), self._progress, self.phone.logbook
        latest = logbook.sightings(now_s - _LATEST_SCAN_S, now_s + 1)
        return PhoneFacts(
            now_s=now_s,
            choices=self.choices(),
            radio=self._radio.health if self._radio is not None else RadioHealth(RadioState.ABSENT),
            around=around(latest, self.settings.receiver),
            tally=logbook.tallies().get(day_start_s(now_s), ScanTally()),
            last_scan_s=float(latest.at_s.max()) if len(latest) else None,
            alerts=tuple(self.phone.ledger.alerts(withdrawn=True)),
            checking=progress.checking,
            authority_known=self._knows_authority,
            trouble=progress.trouble,
            unreachable=progress.unreachable,
            storage_trouble=progress.storage_trouble,
        )

    def facts_with_today(self, day_from_s: float) -> PhoneFacts:
        """`facts`, and who was met since `day_from_s`, the owner's midnight."""
        facts = self.facts()
        return replace(facts, today=self.met(day_from_s, day_from_s + 86_400))

    def met(self, from_s: float, until_s: float) -> tuple[Presence, ...]:
        """Presences of a span; kept in memory until another scan of it comes or one is purged."""
        tallies = self.phone.logbook.tallies()
        mark = ScanTally(
            sum(tallies.get(day, ScanTally()).scans for day in (day_start_s(from_s), day_start_s(until_s - 1))),
            len(tallies),
        )
        cached = self._progress.days.get((from_s, until_s))
        if cached is None or cached[0] != mark:
            heard = self.phone.logbook.sightings(from_s, until_s)
            cached = mark, presences(heard, self.settings.receiver)
            while len(self._progress.days) > 16:
                self._progress.days.pop(next(iter(self._progress.days)))
            self._progress.days[(from_s, until_s)] = cached
        return cached[1]

    def alert(self, day: int) -> Alert | None:
        """The standing alert of a UTC day."""
        return next((alert for alert in self.phone.ledger.alerts() if alert.day_start_s == day), None)

    def pulse(self) -> tuple[object, ...]:
        """Changes whenever the home screen would; cheap enough to ask every few seconds."""
        now_s, progress = self.clock(), self._progress
        scans = self.phone.logbook.tallies().get(day_start_s(now_s), ScanTally()).scans
        health = self._radio.health if self._radio is not None else None
        return scans, health, progress.checking, progress.trouble, self.choices(), len(self.phone.ledger.alerts())

    # --- the end ----------------------------------------------------------------------------------

    async def delete_all(self) -> None:
        """Forget everything, now: keys, logbook, alerts, choices. The phone is as on its first day."""
        self._preferences.change(agreed_at_s=None)
        self._wake()
        async with asyncio.timeout(_RADIO_STOP_S):
            await self._radio_idle.wait()
        await asyncio.to_thread(self._delete_files)

    def _delete_files(self) -> None:
        with self._lock:
            self.close()
            forget_key(self.settings.directory)  # first: from here on nothing can be read, whatever comes between
            for name in STORES:
                for path in self.settings.directory.glob(f"{name}*"):
                    path.unlink(missing_ok=True)
            if self.settings.sealer is not None:
                sealer = device_sealer(self.settings.directory, self._entropy)
                self.settings = replace(self.settings, sealer=sealer)
            self._progress = _Progress()
            self._open()

    @contextmanager
    def closing(self) -> Iterator[Runner]:
        try:
            yield self
        finally:
            self.close()

    def close(self) -> None:
        self.phone.close()
        self._preferences.close()
