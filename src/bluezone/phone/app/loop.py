"""Keeps a phone going: radio, checks, pauses, and the troubles of a real machine. The one loop of `bluezone phone run`,
of `bluezone phone serve` (the screens talk to this) and of the town.

The engine (`engine.Phone`) does the work. This decides when, survives what fails, and remembers what to tell the owner:
no yes, no radio; checks come every few hours, and sooner after a failure; a damaged store is set aside, never deleted,
and a clean one begun.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace

import httpx
import numpy as np

from bluezone.phone.air.duty_cycle import plan
from bluezone.phone.air.radio.monitored import RadioHealth, RadioState, WatchedRadio
from bluezone.phone.air.radio.port import Radio
from bluezone.phone.app.attention import Attention
from bluezone.phone.app.engine import Phone, PhoneSettings, all_or_none
from bluezone.phone.app.facts import PhoneFacts
from bluezone.phone.app.opening import open_belongings, open_or_set_aside
from bluezone.phone.app.schedule import (
    FIRST_CHECK_WITHIN_S,
    SPREAD,
    Errand,
    Turn,
    knows_authority,
    next_check_s,
    take_turn,
)
from bluezone.phone.app.services import NEWS, Services
from bluezone.phone.client.phone_number import NumberDesk, OwnNumber
from bluezone.phone.client.publishing import PublishReport
from bluezone.phone.clock import Clock
from bluezone.phone.clock_watch import LOOK_EVERY_S, ClockWatch
from bluezone.phone.errors import PhoneError
from bluezone.phone.matching.exposure_check import CheckReport
from bluezone.phone.matching.presences import MetBefore, Presence, around
from bluezone.phone.stores.contact_store import ScanTally
from bluezone.phone.stores.damage import damaged_stores
from bluezone.phone.stores.database import StorageError
from bluezone.phone.stores.encryption import device_sealer, forget_key
from bluezone.phone.stores.exposure_store import Alert
from bluezone.phone.stores.preferences import Choices, Preferences
from bluezone.phone.stores.publication_store import VerifiedResult
from bluezone.protocol.intervals import day_start_s
from bluezone.protocol.schemes import Entropy

_RADIO_STOP_S = 30.0
_MEND_FIRST_S = 60.0
_AFTER_WAKING_S = (5.0, 60.0)
_PURGE_EVERY_S = 3_600.0
_ATTENTION_EVERY_S = 30.0
_SCAN_LATE_S = 18.0  # a scan that is older than the plan's period and this says nothing of now

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Progress:
    """What the runner remembers from check to check; lost when it ends, found again by the next check."""

    checking: bool = False
    failures: int = 0
    last: Turn = field(default_factory=Turn)
    met: MetBefore = field(default_factory=MetBefore)


class Runner:
    """One phone, running. Methods that are not coroutines may wait for the disk or the net: call them in a thread."""

    def __init__(
        self,
        settings: PhoneSettings,
        radio: Radio | None,
        client: httpx.Client | None,
        clock: Clock,
        entropy: Entropy,
        rng: np.random.Generator,
        errands: Sequence[Errand] = (),
        on_check: Callable[[CheckReport], None] | None = None,
        look_at_clock_s: float = LOOK_EVERY_S,
        *,
        minds_screens: bool = True,
    ) -> None:
        """`client`: the net, None where there is none. `errands` go with each turn of checks; `on_check` is told, in a
        thread, what a check found; `look_at_clock_s`: how often to look whether the clock has jumped; `minds_screens`:
        as in `Attention`."""
        self._attention = Attention(clock, settings.sense, minds_screens=minds_screens)
        self.settings, self.clock = replace(settings, sense=self._attention.state), clock
        self._errands, self._on_check = tuple(errands), on_check
        self._watch = ClockWatch(clock, look_at_clock_s)
        self._client, self._entropy, self._rng = client, entropy, rng
        self._radio = WatchedRadio(radio) if radio is not None else None
        self._lock = threading.RLock()  # checks, publications and deletions do not overlap
        self._progress = _Progress()
        self._sending = False
        self._changed: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._radio_idle = asyncio.Event()
        self._radio_idle.set()
        self._mending = False
        self._belongings = open_or_set_aside(self.settings, entropy, self._engine, clock)

    def _engine(self) -> Phone:
        return Phone(self.settings, self._radio, self.clock, self._entropy, self._rng, self._watch)

    @property
    def phone(self) -> Phone:
        return self._belongings.phone

    @property
    def services(self) -> Services:
        return self._belongings.services

    @property
    def _preferences(self) -> Preferences:
        return self._belongings.preferences

    # --- choices ----------------------------------------------------------------------------------

    def choices(self) -> Choices:
        return self._preferences.read()

    def choose(self, **values: object) -> Choices:
        """Store a choice; the radio follows at once."""
        with self._lock:
            choices = self._preferences.change(**values)
        self._wake()
        return choices

    def choose_place(self, **values: object) -> Choices:
        """The same for commune and unit; news of the new place come with the next check."""
        choices = self.choose(**values)
        self._preferences.mark_done(NEWS, 0.0)
        return choices

    def _wake(self) -> None:
        if self._loop is not None and self._changed is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._changed.set)

    # --- running ----------------------------------------------------------------------------------

    async def run(self) -> None:
        """Radio and checks until cancelled."""
        self._loop, self._changed = asyncio.get_running_loop(), asyncio.Event()
        try:
            await all_or_none(self._watch.run(), self._run_radio(), self._run_checks(), self._run_mending())
        finally:
            self._changed = None

    def _may_send(self) -> bool:
        if self._radio is None or self._mending:
            return False
        try:
            choices = self.choices()
        except StorageError:  # what was last chosen holds
            return self._sending
        wanted = choices.agreed_at_s is not None and not choices.paused
        self._sending = wanted and (choices.background is not False or self._attention.is_recent)
        return self._sending

    def look(self) -> None:
        """The owner looks at the screens: the phone listens more often, and the radio of who does not want it in the
        background starts."""
        if self._attention.look() and self.choices().background is False:
            self._wake()

    async def _run_radio(self) -> None:
        assert self._changed is not None
        while True:
            self._changed.clear()
            if not self._may_send():
                await self._purge()
                await self._until_changed(_PURGE_EVERY_S)
                continue
            await self._run_while_allowed(asyncio.create_task(self.phone.run()))

    async def _run_while_allowed(self, task: asyncio.Task[None]) -> None:
        """Another language, say, is no reason to stop the radio and start it again."""
        assert self._changed is not None
        self._radio_idle.clear()
        waiting = asyncio.create_task(self._changed.wait())
        try:
            while True:
                await asyncio.wait({task, waiting}, timeout=_ATTENTION_EVERY_S, return_when=asyncio.FIRST_COMPLETED)
                if task.done():
                    task.result()
                if task.done() or not self._may_send():
                    return
                if waiting.done():
                    self._changed.clear()
                    waiting = asyncio.create_task(self._changed.wait())
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
            self.services.purge(self.clock())

    async def _run_checks(self) -> None:
        wait_s = self._rng.uniform(0, FIRST_CHECK_WITHIN_S)
        while True:
            await self._until(self.clock() + wait_s)
            if self._knows_authority and self._agreed():
                await asyncio.to_thread(self.check)
            wait_s = next_check_s(self._progress.failures) * self._rng.uniform(1 - SPREAD, 1 + SPREAD)

    async def _until(self, due_s: float) -> None:
        """Sleep until the wall clock says `due_s`, or could not have said it: where it was put back, never longer than
        was meant. A machine that wakes up late does so with many others, and its net needs a moment."""
        meant_s = due_s - self.clock()
        while 0 < due_s - self.clock() <= meant_s + 1:
            if await self._watch.sleep(due_s - self.clock()) and due_s <= self.clock():
                await asyncio.sleep(self._rng.uniform(*_AFTER_WAKING_S))

    def _agreed(self) -> bool:
        try:
            return self.choices().agreed_at_s is not None
        except StorageError as error:
            _log.error("the owner's choices cannot be read: %s", error)
            return False

    # --- damage while running ---------------------------------------------------------------------

    async def _run_mending(self) -> None:
        """While something cannot be read or written: is a store damaged? Then it is set aside, as at the start."""
        wait_s = _MEND_FIRST_S
        while True:
            await asyncio.sleep(wait_s)
            trouble = self.phone.storage_trouble or self._progress.last.storage_trouble
            if not trouble:
                wait_s = _MEND_FIRST_S
                continue
            if await asyncio.to_thread(damaged_stores, self.settings.directory):
                await self._mend()
            wait_s = min(2 * wait_s, _PURGE_EVERY_S)

    async def _mend(self) -> None:
        self._mending = True
        self._wake()
        try:
            async with asyncio.timeout(_RADIO_STOP_S):
                await self._radio_idle.wait()
            await asyncio.to_thread(self._open_again)
        finally:
            self._mending = False
            self._wake()

    def _open_again(self) -> None:
        with self._lock:
            self.close()
            self._progress = _Progress()
            self._belongings = open_or_set_aside(self.settings, self._entropy, self._engine, self.clock)

    # --- the authority's side ---------------------------------------------------------------------

    def check(self) -> None:
        """Fetch and match. Never raises what a person can do nothing about: what failed is in `facts`."""
        if not self._lock.acquire(blocking=False):
            return
        progress = self._progress
        progress.checking = True
        try:
            errands = (*self.services.errands(self.choices), *self._errands)
            turn = take_turn(self.phone, self._client, self._preferences, errands)
            with suppress(StorageError):  # the turn says so, or the next will
                self.services.purge(self.clock())
            progress.last, progress.failures = turn, progress.failures + 1 if turn.failed else 0
        finally:
            progress.checking = False
            self._lock.release()
        if turn.checked is not None and self._on_check is not None:
            self._on_check(turn.checked)

    @property
    def _knows_authority(self) -> bool:
        return self._client is not None and knows_authority(self.phone)

    @property
    def _net(self) -> httpx.Client:
        if self._client is None:
            raise PhoneError("this phone was opened without a net")
        return self._client

    def verify(self, code: str) -> VerifiedResult:
        """As `Phone.verify`: what the code confirms, before anything is asked or shared."""
        with self._lock:
            return self.phone.verify(self._net, code)

    def waiting_result(self) -> VerifiedResult | None:
        """As `Phone.waiting_result`: for "not now", and for after a restart."""
        return self.phone.waiting_result()

    def decline_result(self) -> None:
        """As `Phone.decline_result`: no, and not later either."""
        with self._lock:
            self.phone.decline_result()

    def publish(self, code: str = "", *, consent: bool) -> PublishReport:
        """As `Phone.publish` (without a code: under the one that was verified), and remember that it was done."""
        with self._lock:
            report = self.phone.publish(self._net, code, consent=consent)
            self._preferences.change(published_at_s=self.clock())
            return report

    # --- the owner's number -----------------------------------------------------------------------

    def own_number(self) -> OwnNumber | None:
        return self.services.number.read()

    def leave_number(self, number: str) -> None:
        """Have a code sent to a number (E.164). Raises as `NumberDesk.ask`."""
        choices = self.choices()
        self._number_desk().ask(number, choices.language, choices.commune, self._entropy, self.clock())

    def confirm_number(self, code: str) -> None:
        self._number_desk().confirm(code)

    def forget_number(self) -> None:
        """Raises ConnectionFailedError: then the authority still has it, and this phone the receipt."""
        if self.own_number() is not None:
            self._number_desk().forget()

    def _number_desk(self) -> NumberDesk:
        return NumberDesk(self._net, self.settings.authority_url, self.services.number)

    # --- what screens are drawn from --------------------------------------------------------------

    def facts(self) -> PhoneFacts:
        """The present moment."""
        now_s, progress, logbook = self.clock(), self._progress, self.phone.logbook
        duty = self.settings.duty or plan(self.settings.sense())
        latest = logbook.sightings(now_s - duty.period_s - _SCAN_LATE_S, now_s + 1)
        choices = self.choices()
        return PhoneFacts(
            now_s=now_s,
            choices=choices,
            radio=self._radio.health if self._radio is not None else RadioHealth(RadioState.ABSENT),
            around=around(latest, self.settings.receiver),
            tally=logbook.tallies().get(day_start_s(now_s), ScanTally()),
            last_scan_s=float(latest.at_s.max()) if len(latest) else None,
            alerts=tuple(self.phone.ledger.alerts(withdrawn=True)),
            checking=progress.checking,
            authority_known=self._knows_authority,
            trouble=progress.last.trouble,
            unreachable=progress.last.unreachable,
            storage_trouble=self.phone.storage_trouble or progress.last.storage_trouble,
            news=self.services.received(choices, now_s),
            news_fault=self.services.news_fault(now_s),
            result=self.waiting_result(),
        )

    def facts_with_today(self, day_from_s: float) -> PhoneFacts:
        """`facts`, and who was met since `day_from_s`, the owner's midnight."""
        facts = self.facts()
        return replace(facts, today=self.met(day_from_s, day_from_s + 86_400))

    def met(self, from_s: float, until_s: float) -> tuple[Presence, ...]:
        """Presences of a span; kept in memory until another scan of it comes or one is purged."""
        return self._progress.met(self.phone.logbook, self.settings.receiver, from_s, until_s)

    def alert(self, day: int) -> Alert | None:
        """The standing alert of a UTC day."""
        return next((alert for alert in self.phone.ledger.alerts() if alert.day_start_s == day), None)

    def pulse(self) -> tuple[object, ...]:
        """Changes whenever the home screen would; cheap enough to ask every few seconds."""
        now_s, progress = self.clock(), self._progress
        scans = self.phone.logbook.tallies().get(day_start_s(now_s), ScanTally()).scans
        health = self._radio.health if self._radio is not None else None
        return (
            scans,
            health,
            progress.checking,
            progress.last.trouble,
            self.phone.storage_trouble or progress.last.storage_trouble,
            self.choices(),
            len(self.phone.ledger.alerts()),
            self.services.news.mark(),
        )

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
            for path in self.settings.directory.glob("*.sqlite3*"):  # every store, and what was set aside
                path.unlink(missing_ok=True)
            if self.settings.sealer is not None:
                sealer = device_sealer(self.settings.directory, self._entropy)
                self.settings = replace(self.settings, sealer=sealer)
            self._progress = _Progress()
            self._belongings = open_belongings(self.settings, self._entropy, self._engine)

    @contextmanager
    def closing(self) -> Iterator[Runner]:
        try:
            yield self
        finally:
            self.close()

    def close(self) -> None:
        self._belongings.close()
