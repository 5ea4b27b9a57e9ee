"""Keep a phone going: radio, checks, pauses, and the troubles of a real machine. This is the one loop of `bluezone
phone run`, of `bluezone phone serve` (the screens talk to it) and of the town.

The engine (`engine.Phone`) does the work. This decides when, survives what fails, and remembers what to tell the owner:
no yes, no radio; checks come every half hour, and sooner after a failure; a damaged database is set aside, never
deleted, and a clean one begun.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace

import httpx

from bluezone.phone.air.duty_cycle import DeviceState
from bluezone.phone.air.radio.monitored import MonitoredRadio, RadioHealth, RadioState
from bluezone.phone.air.radio.port import Radio
from bluezone.phone.app.decoy_schedule import may_be_awake, run_all_decoys
from bluezone.phone.app.engine import Phone, PhoneSettings, all_or_none
from bluezone.phone.app.facts import PhoneFacts, Progress, facts_for_notices, facts_of, pulse_of
from bluezone.phone.app.host import Host, NoHost
from bluezone.phone.app.schedule import (
    FIRST_CHECK_WITHIN_S,
    TASKS,
    Task,
    fetch_and_check,
    knows_authority,
    next_check_s,
    sleep_until,
)
from bluezone.phone.client.decoys import send_decoys
from bluezone.phone.client.telephone import PhoneNumberClient
from bluezone.phone.clock import LOOK_EVERY_S, Chance, Clock, ClockWatch
from bluezone.phone.errors import PhoneError
from bluezone.phone.matching.exposure_check import CheckReport
from bluezone.phone.matching.presences import Presence
from bluezone.phone.notices import rules
from bluezone.phone.notices.announcer import Announcer, change_state
from bluezone.phone.notices.port import NoNotifier, Notifier
from bluezone.phone.stores.database import StorageError
from bluezone.phone.stores.diary_store import PlaceAlert
from bluezone.phone.stores.encryption import device_cipher, forget_key
from bluezone.phone.stores.exposure_store import Alert
from bluezone.phone.stores.phone_stores import Stores, damaged_databases, open_healed_stores, open_stores
from bluezone.phone.stores.preference_store import Choices
from bluezone.phone.stores.timekeeper import UptimeSource
from bluezone.protocol.kinds import KINDS
from bluezone.protocol.schemes import Entropy, scheme_named

#: a running phone looks for damaged databases only while something cannot be read or written, and seldomer the longer
#: that lasts, for a full disk is such a trouble too
FIRST_LOOK_S, LAST_LOOK_S = 60.0, 3_600.0
_OPEN_S = 15.0  # a screen that is open asks every few seconds
_RECENT_S = 600.0  # who does not want Bluezone in the background looks at it for so long after the last page


class Attention:
    """Remember when the owner last looked."""

    def __init__(self, clock: Clock, device: Callable[[], DeviceState], *, minds_screens: bool = True) -> None:
        """Begin with nobody looking. `device`: its own state, without the screens; `minds_screens`: whether open
        screens are a screen that is on, and so change how it listens (in a rehearsal they are a window for others)."""
        self._clock, self._device, self._minds_screens = clock, device, minds_screens
        self._looked_at_s = float("-inf")

    def looked_at(self) -> bool:
        """Note that the owner looks. True if it is the first look for a while."""
        first = not self.is_recent
        self._looked_at_s = self._clock()
        return first

    @property
    def is_recent(self) -> bool:
        return 0 <= self._clock() - self._looked_at_s < _RECENT_S

    def state(self) -> DeviceState:
        """Return the device's own state; screens that are looked at are a screen that is on."""
        state = self._device()
        looked_at = self._minds_screens and abs(self._clock() - self._looked_at_s) < _OPEN_S
        return replace(state, screen_on=True) if looked_at else state


_RADIO_STOP_S = 30.0
_PURGE_EVERY_S = 3_600.0
_ATTENTION_EVERY_S = 30.0

_log = logging.getLogger(__name__)


class Runner:
    """Run one phone. Methods that are not coroutines may wait for the disk or the net: call them in a thread."""

    def __init__(
        self,
        settings: PhoneSettings,
        radio: Radio | None,
        client: httpx.Client | None,
        clock: Clock,
        entropy: Entropy,
        chance: Chance,
        tasks: Sequence[Task] = (),
        on_check: Callable[[CheckReport], None] | None = None,
        look_at_clock_s: float = LOOK_EVERY_S,
        *,
        notifier: Notifier | None = None,
        host: Host | None = None,
        uptime: UptimeSource | None = None,
        minds_screens: bool = True,
    ) -> None:
        """Open the phone. `clock`: the wall's; `uptime`: the running time that it is held against, None where it is
        right by definition. `client`: the net, None where there is none. `tasks` go with each check beside the usual
        ones; `on_check` is told, in a thread, what a check found; `look_at_clock_s`: how often to look whether the
        clock has jumped; `minds_screens`: as in `Attention`."""
        self._attention = Attention(self.clock, settings.sense, minds_screens=minds_screens)
        self.settings, self._wall, self._uptime = replace(settings, sense=self._attention.state), clock, uptime
        self._tasks, self._on_check = (*TASKS, *tasks), on_check
        self._watch = ClockWatch(self.clock, look_at_clock_s)
        self.notifier, self.host = notifier or NoNotifier(), host or NoHost()
        self._announcer = Announcer(self.notifier, lambda: facts_for_notices(self.phone), self.clock, self._watch)
        self._running_since_s: float | None = None
        self._client, self._entropy, self._chance = client, entropy, chance
        self._radio = MonitoredRadio(radio) if radio is not None else None
        self._lock = threading.RLock()  # checks, publications and deletions do not overlap
        self._progress = Progress()
        self._sending = False
        self._last_choices = Choices()
        self._changed: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._radio_idle = asyncio.Event()
        self._radio_idle.set()
        self._mending = False
        self.phone = self._open(heal=True)

    def _open(self, *, heal: bool) -> Phone:
        settings = self.settings
        arguments = (settings.directory, scheme_named(settings.scheme), self._entropy, settings.cipher)
        stores = open_healed_stores(*arguments, self._wall()) if heal else open_stores(*arguments)
        return Phone(settings, self._radio, self._wall, self._entropy, self._chance, self._watch, stores, self._uptime)

    def clock(self) -> float:
        """Return what the phone takes for the time, in Unix seconds."""
        return self.phone.clock()

    @property
    def stores(self) -> Stores:
        """Return what the phone keeps."""
        return self.phone.stores

    @property
    def client(self) -> httpx.Client:
        """Return the net. Raises PhoneError where there is none."""
        if self._client is None:
            raise PhoneError("this phone was opened without a net")
        return self._client

    @contextmanager
    def exclusive(self) -> Iterator[Phone]:
        """Hold off checks and deletion while the owner does something that must not overlap with them."""
        with self._lock:
            yield self.phone

    # --- choices ----------------------------------------------------------------------------------

    def choices(self) -> Choices:
        """Return what the owner has chosen."""
        self._last_choices = self.stores.preferences.read()
        return self._last_choices

    def choose(self, **values: object) -> Choices:
        """Store a choice; the radio follows at once."""
        with self._lock:
            choices = self.stores.preferences.change(**values)
        self._wake()
        self._announcer.wake()
        return choices

    def choose_place(self, **values: object) -> Choices:
        """Store commune or unit; the documents of the new place come with the next check."""
        choices = self.choose(**values)
        for kind in KINDS:
            if kind.has_provinces:
                self.stores.preferences.mark_done(kind.name, 0.0)
        return choices

    def _wake(self) -> None:
        if self._loop is not None and self._changed is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._changed.set)

    # --- running ----------------------------------------------------------------------------------

    async def run(self) -> None:
        """Run radio and checks until cancelled."""
        self._loop, self._changed = asyncio.get_running_loop(), asyncio.Event()
        self._running_since_s = self.clock()
        try:
            await all_or_none(
                self._watch.run(),
                self._run_radio(),
                self._run_checks(),
                self._run_mending(),
                self._announcer.run(),
                self._run_decoys(),
            )
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

    def looked_at(self) -> None:
        """Note that the owner looks at the screens: the phone listens more often, and the radio of who does not want it
        in the background starts."""
        if self._attention.looked_at() and self.choices().background is False:
            self._wake()

    async def _run_radio(self) -> None:
        assert self._changed is not None
        while True:
            self._changed.clear()
            if not self._may_send():
                await asyncio.to_thread(self._purge)
                await self._until_changed(_PURGE_EVERY_S)
                continue
            await self._run_while_allowed(asyncio.create_task(self.phone.run()))

    async def _run_while_allowed(self, task: asyncio.Task[None]) -> None:
        """Run the radio while its owner allows it; another language, say, is no reason to stop and start it again."""
        assert self._changed is not None
        self._radio_idle.clear()
        waiting = asyncio.create_task(self._changed.wait())
        try:
            while True:
                # every choice wakes; that the owner has looked away does not
                look_again_s = _ATTENTION_EVERY_S if self._last_choices.background is False else _PURGE_EVERY_S
                await asyncio.wait({task, waiting}, timeout=look_again_s, return_when=asyncio.FIRST_COMPLETED)
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

    def _purge(self) -> None:
        try:
            with self._lock:
                self.phone.purge()
        except StorageError as error:
            _log.error("what is older than 14 days could not be purged: %s", error)

    async def _run_checks(self) -> None:
        wait_s = self._chance.uniform(0, FIRST_CHECK_WITHIN_S)
        while True:
            await sleep_until(self.clock() + wait_s, self.clock, self._watch, self._chance)
            if self._client is not None and knows_authority(self.phone) and self._agreed():
                await asyncio.to_thread(self.check)
            wait_s = next_check_s(self._progress.failures, self._chance)

    async def _run_decoys(self) -> None:
        if self._client is not None and self.settings.pace is not None:
            client = self._client
            await run_all_decoys(
                self._watch.sleep,
                self._chance,
                self._wants_decoys,
                lambda steps: send_decoys(self.phone.sender(client), steps),
            )

    def _wants_decoys(self) -> bool:
        """Tell whether this is a phone, and a moment, of which a publication could come."""
        could = knows_authority(self.phone) and self.phone.scheme.name == "en" and self._agreed()
        return could and may_be_awake(self._attention.state(), self.clock(), self.phone.settings.zone)

    def _agreed(self) -> bool:
        try:
            return self.choices().agreed_at_s is not None
        except StorageError as error:
            _log.error("the owner's choices cannot be read: %s", error)
            return False

    # --- damage while running ---------------------------------------------------------------------

    async def _run_mending(self) -> None:
        """Look for damage until cancelled, and heal it as at the start."""
        wait_s = FIRST_LOOK_S
        while True:
            await asyncio.sleep(wait_s)
            if not (self.phone.storage_trouble or self._progress.last.storage_trouble):
                wait_s = FIRST_LOOK_S
                continue
            if await asyncio.to_thread(damaged_databases, self.settings.directory):
                await self._mend()
            wait_s = min(2 * wait_s, LAST_LOOK_S)

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
            last = self._last_choices
            self.close()
            self._progress = Progress()
            self.phone = self._open(heal=True)
            preferences = self.stores.preferences
            if preferences.read().agreed_at_s is None and last.agreed_at_s is not None:  # lost with the rest
                preferences.change(**asdict(last) | {"database_set_aside_at_s": self.clock()})

    # --- the authority's side ---------------------------------------------------------------------

    def check(self) -> None:
        """Fetch and match. Never raises what a person can do nothing about: what failed is in `facts`."""
        if not self._lock.acquire(blocking=False):
            return
        progress = self._progress
        progress.checking = True
        try:
            outcome = fetch_and_check(self.phone, self._client, self._tasks)
            with suppress(StorageError):  # the outcome says so, or the next will
                self.phone.purge()
            progress.last, progress.failures = outcome, progress.failures + 1 if outcome.failed else 0
        finally:
            progress.checking = False
            self._lock.release()
        self._announcer.wake()
        if outcome.checked is not None and self._on_check is not None:
            self._on_check(outcome.checked)

    def number_client(self) -> PhoneNumberClient:
        """Return what leaves the owner's telephone number with the authority, and takes it back."""
        return PhoneNumberClient(
            self.client, self.settings.authority_url, self.stores.number, self._entropy, self.clock
        )

    def forget_number(self) -> None:
        """Have the owner's telephone number deleted at the authority, then here, if one was left."""
        if self.stores.number.read() is not None:
            self.number_client().forget()

    # --- notices ----------------------------------------------------------------------------------

    def place_warning_was_opened(self, alert: PlaceAlert) -> None:
        """Note that the owner has opened the screen of a warning of a place: it rings no more."""
        self._was_opened([alert])

    def warning_was_opened(self) -> None:
        """Note that the owner has opened the screen of a warning: those that stand ring no more."""
        exposures, now_s = self.stores.exposures, self.clock()
        standing = exposures.alerts(now_s) or exposures.watch_alerts(now_s)
        self._was_opened(standing)

    def _was_opened(self, alerts: Sequence[Alert | PlaceAlert]) -> None:
        with suppress(StorageError):  # a full disk must not keep the screen from its owner; the warning rings once more
            change_state(self.stores.notices, lambda state: rules.after_opening(state, alerts))
        self._announcer.wake()

    def give_notice(self) -> None:
        """Try at once what could not be shown before: the way to the owner is open now."""
        self._announcer.wake()

    # --- what screens are drawn from --------------------------------------------------------------

    def facts(self) -> PhoneFacts:
        """Gather the facts of the present moment."""
        radio = self._radio.health if self._radio is not None else RadioHealth(RadioState.ABSENT)
        return facts_of(
            self.phone,
            self.choices(),
            radio,
            self._progress.last,
            checking=self._progress.checking,
            has_net=self._client is not None,
            notices=self._announcer.health,
            running_since_s=self._running_since_s,
            spares_battery=self.host.spares_battery(),
        )

    def facts_with_today(self, day_from_s: float) -> PhoneFacts:
        """Gather the facts, and the presences since `day_from_s`, the owner's midnight."""
        facts = self.facts()
        return replace(facts, today=self.presences(day_from_s, day_from_s + 86_400))

    def presences(self, from_s: float, until_s: float) -> tuple[Presence, ...]:
        """Return the presences of a span; kept in memory until another scan of it comes or one is purged."""
        receiver = self.phone.receiver_of_neighbours()
        return self._progress.presences.between(self.stores.contacts, receiver, from_s, until_s)

    def alert(self, day: int) -> Alert | None:
        """Return the alert of a UTC day, if it has one that was not taken back."""
        return next((alert for alert in self.stores.exposures.alerts(self.clock()) if alert.day_start_s == day), None)

    def watch_alert(self, day: int) -> Alert | None:
        """Return the alert of having been near a contact on a UTC day, if it counts."""
        found = self.stores.exposures.watch_alerts(self.clock())
        return next((alert for alert in found if alert.day_start_s == day), None)

    def pulse(self) -> tuple[object, ...]:
        """Return what changes whenever the home screen would; cheap enough to ask every few seconds."""
        health = self._radio.health if self._radio is not None else None
        return (health, self.choices(), *pulse_of(self.phone, self._progress))

    # --- the end ----------------------------------------------------------------------------------

    async def delete_all(self) -> None:
        """Delete everything, now: keys, contacts, alerts, choices. The phone is as on its first day."""
        self.stores.preferences.change(agreed_at_s=None)
        self._wake()
        async with asyncio.timeout(_RADIO_STOP_S):
            await self._radio_idle.wait()
        await self._announcer.take_back()
        await asyncio.to_thread(self._delete_files)

    def _delete_files(self) -> None:
        with self._lock:
            self.close()
            forget_key(self.settings.directory)  # first: from here on nothing can be read, whatever comes between
            for path in self.settings.directory.glob("*.sqlite3*"):  # every database, and what was set aside
                path.unlink(missing_ok=True)
            if self.settings.cipher is not None:
                cipher = device_cipher(self.settings.directory, self._entropy)
                self.settings = replace(self.settings, cipher=cipher)
            self._progress, self._last_choices = Progress(), Choices()
            self.phone = self._open(heal=False)

    @contextmanager
    def closing(self) -> Iterator[Runner]:
        """Close the phone when the block ends."""
        try:
            yield self
        finally:
            self.close()

    def close(self) -> None:
        """Close the phone's databases."""
        self.phone.close()
