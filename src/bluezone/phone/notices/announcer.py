"""Keep the owner informed while the phone runs: ask the rules, show, remember, and try again what failed.

Nothing that a notifier or a store does can end this or hold up anything else of the phone.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from bluezone.extras import install_command
from bluezone.phone.clock import Clock, ClockWatch
from bluezone.phone.errors import PhoneError
from bluezone.phone.notices import rules
from bluezone.phone.notices.browser import BrowserNotifier
from bluezone.phone.notices.port import NoNotifier, NoticeError, Notifier, NotifierHealth, notice
from bluezone.phone.stores.diary_store import PlaceAlert
from bluezone.phone.stores.documents import Received
from bluezone.phone.stores.exposure_store import Alert
from bluezone.phone.stores.preference_store import Choices, NoticeState
from bluezone.phone.stores.records import Records

LOOK_EVERY_S = 3_600.0  # another program may have checked, and a telephone may have slept through what was due
FIRST_RETRY_S, LAST_RETRY_S = 30.0, 1_800.0
SHOW_WITHIN_S = 20.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """Hold what a look at the stores found. `alerts` has those taken back too."""

    alerts: tuple[Alert, ...]
    news: tuple[Received, ...]
    choices: Choices
    store: Records[NoticeState]
    places: tuple[PlaceAlert, ...] = ()


NoticeStore = Records[NoticeState]
Change = Callable[[NoticeState], NoticeState]


class Announcer:
    """Run one phone's notices."""

    def __init__(self, notifier: Notifier, look: Callable[[], NoticeFacts], clock: Clock, watch: ClockWatch) -> None:
        """Begin with nothing to do. `look` may wait for the disk: it is called in a thread."""
        self._notifier, self._look, self._clock, self._watch = notifier, look, clock, watch
        self._woken: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._unwritten: list[Change] = []  # what was done and could not be stored yet: it must not be done again
        self._failures = 0
        #: why the last notice could not be shown, "" where all is well
        self.trouble = ""

    @property
    def health(self) -> NotifierHealth:
        """Return whether notices reach the owner, by what the notifier says and by how the last one fared."""
        health = self._notifier.health()
        return health if health.reason or not self.trouble else replace(health, reason=self.trouble)

    def wake(self) -> None:
        """Look at once: something has changed. From any thread."""
        if self._loop is not None and self._woken is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)

    async def run(self) -> None:
        """Give notice until cancelled."""
        self._loop, self._woken = asyncio.get_running_loop(), asyncio.Event()
        try:
            while True:
                self._woken.clear()
                await self._rest(await self._tried())
        finally:
            self._woken = None

    async def take_back(self) -> None:
        """Take back what is shown, before everything is deleted. It is tried once."""
        try:
            await self._within(self._notifier.withdraw())
        except Exception as error:  # noqa: BLE001 (a notifier's own; the deletion must go on)
            _log.warning("what is shown could not be taken back: %s", type(error).__name__)

    async def _tried(self) -> float:
        """Do what is due; return the seconds until the next look."""
        try:
            due_s = await self._once()
        except PhoneError as error:
            self._failed(str(error))
        except TimeoutError:
            self._failed(f"no answer within {SHOW_WITHIN_S:.0f} s")
        except Exception as error:  # noqa: BLE001 (a notifier's own; matching and radio must go on)
            self._failed(type(error).__name__)
        else:
            self._failures, self.trouble = 0, ""
            return LOOK_EVERY_S if due_s is None else min(max(due_s - self._clock(), 1.0), LOOK_EVERY_S)
        return min(FIRST_RETRY_S * 2.0 ** min(self._failures - 1, 10), LAST_RETRY_S)

    def _failed(self, why: str) -> None:
        self._failures, self.trouble = self._failures + 1, why
        _log.warning("a notice could not be given, next try later: %s", why)

    async def _once(self) -> float | None:
        facts, now_s = await asyncio.to_thread(self._look), self._clock()
        self._unwritten.append(
            lambda state: rules.forget(rules.by_now(state, now_s), facts.alerts, facts.news, facts.places)
        )
        state = await asyncio.to_thread(self._write, facts.store)
        unread = rules.subjects(facts.alerts, facts.news, facts.choices, state, facts.places)
        wanted = facts.choices.agreed_at_s is not None and facts.choices.notifications is True
        plan = rules.plan(unread, state, now_s, self._notifier.shown_since_s(), wanted=wanted)
        if plan.path:
            said = notice(facts.choices.language, plan.path, urgent=plan.urgent, rings=bool(plan.rings))
            await self._within(self._notifier.show(said))
            shown_s = self._clock()
            self._unwritten.append(lambda state: rules.after_showing(state, plan, shown_s))
        elif plan.withdraw:
            await self._within(self._notifier.withdraw())
            self._unwritten.append(rules.after_withdrawing)
        await asyncio.to_thread(self._write, facts.store)
        return plan.due_s

    @staticmethod
    async def _within(act: Awaitable[None]) -> None:
        async with asyncio.timeout(SHOW_WITHIN_S):
            await act

    def _write(self, store: NoticeStore) -> NoticeState:
        """Store what was done and is not stored yet; return the state. Where it cannot be stored, the state is as if it
        were: a full disk is no reason to ring every minute."""
        waiting = list(self._unwritten)
        try:
            state = change_state(store, lambda now: _applied(now, waiting))
        except PhoneError as error:
            _log.error("what was given notice of cannot be stored yet: %s", error)
            return _applied(store.read() or NoticeState(), waiting)
        del self._unwritten[: len(waiting)]
        return state

    async def _rest(self, seconds: float) -> None:
        """Wait until the next look, or until woken. A jump of the clock is a reason to look, too."""
        assert self._woken is not None
        tasks = [asyncio.ensure_future(self._woken.wait()), asyncio.ensure_future(self._watch.sleep(seconds))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def _applied(state: NoticeState, changes: list[Change]) -> NoticeState:
    for change in changes:
        state = change(state)
    return state


def change_state(store: NoticeStore, change: Change) -> NoticeState:
    """Change what is remembered, in one transaction; return it. Raises StorageError."""
    return store.update(lambda state: change(state or NoticeState()))


# --- the ways -----------------------------------------------------------------------------------------

AUTO, DESKTOP, BROWSER, NONE = "auto", "desktop", "browser", "none"


def notifier_named(
    name: str, environment: Mapping[str, str], open_screen: Callable[[str], None] | None, *, pages: bool
) -> Notifier:
    """Return the notifier of that name. `auto`: the desktop's where this session has a bus and dbus-fast is installed,
    else the browser's where there are `pages`, else none. Raises NoticeError where a package is missing."""
    if name in {AUTO, DESKTOP}:
        try:
            from bluezone.phone.notices.desktop import DesktopNotifier, has_session_bus
        except ModuleNotFoundError as missing:
            if name == DESKTOP:
                command = install_command("bluez")
                raise NoticeError(
                    f"--notify desktop needs the package {missing.name}; {command} brings it"
                ) from missing
        else:
            if name == DESKTOP or has_session_bus(environment):
                return DesktopNotifier(open_screen)
    return BrowserNotifier() if pages and name in {AUTO, BROWSER} else NoNotifier()
