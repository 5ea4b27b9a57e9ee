"""Say what a phone does by itself, and when: every half hour fetch keys and check, every few hours its tasks at the
authority.

Here are the rules, the tasks and one run of the work; `loop` repeats it. A run never raises what a person can do
nothing about: what failed is in what it returns. No task is needed to be warned. All go with the checks, so that the
phone has no further times of its own by which it could be known.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from bluezone.forms.communes import commune_of
from bluezone.phone.app.engine import Phone, Waiting
from bluezone.phone.client.counting import report_active
from bluezone.phone.client.declarations import send_declarations
from bluezone.phone.client.downloads import fetch_places
from bluezone.phone.client.http import ConnectionFailedError, WrongClockError
from bluezone.phone.client.reports import answer_warned, send_check_ins, send_reports
from bluezone.phone.client.telephone import fetch_services
from bluezone.phone.clock import Chance, Clock, ClockWatch
from bluezone.phone.errors import PhoneError
from bluezone.phone.matching.exposure_check import CheckReport
from bluezone.phone.stores.database import StorageError
from bluezone.phone.stores.preference_store import Choices
from bluezone.protocol.documents import COUNTRY, Kind, is_province
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.intervals import DAY_S
from bluezone.protocol.kinds import KINDS

#: Keys are fetched so often: published a quarter of an hour after the yes at most, they warn within the hour.
CHECK_EVERY_S = 1_800.0

#: signed documents, and the whole index of the exports, change seldom or can wait
TASKS_EVERY_S = 4 * 3_600.0

#: the first check comes at a random moment within so long, so that phones that start together do not ask together
FIRST_CHECK_WITHIN_S = 600.0

#: checks are spread by this share around their time, for the same reason
SPREAD = 0.2

_FIRST_RETRY_S = 15 * 60.0
_AFTER_WAKING_S = (5.0, 60.0)

_log = logging.getLogger(__name__)


def next_check_s(failures: int, chance: Chance) -> float:
    """Draw the seconds to wait after a check: half an hour, or a quarter after the first failure in a row."""
    return (_FIRST_RETRY_S if failures == 1 else CHECK_EVERY_S) * chance.uniform(1 - SPREAD, 1 + SPREAD)


async def sleep_until(due_s: float, clock: Clock, watch: ClockWatch, chance: Chance) -> None:
    """Sleep until `clock` says `due_s`, or could not have said it: where it was put back, never longer than was meant.
    A machine that wakes up late does so with many others, and its net needs a moment."""
    meant_s = due_s - clock()
    while 0 < due_s - clock() <= meant_s + 1:
        if await watch.sleep(due_s - clock()) and due_s <= clock():
            await asyncio.sleep(chance.uniform(*_AFTER_WAKING_S))


@dataclass(frozen=True, slots=True)
class Task:
    """Describe what a phone has to say to the authority, or to ask of it, once in `every_s` and with the checks only:
    it has no time of its own, by which a phone could be known. What it raises of the phone's or protocol's errors is
    noted without its text (which may hold what is nobody's business) and tried with the next check. `name` goes into
    logs."""

    name: str
    run: Callable[[Phone, httpx.Client], object]
    every_s: float = float(DAY_S)

    def is_due(self, done_at_s: float | None, now_s: float) -> bool:
        """Tell whether it is due; so it is where the clock went back, and a little early rather than a whole check
        late."""
        return done_at_s is None or not 0 <= now_s - done_at_s < self.every_s - CHECK_EVERY_S / 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """Report a run. `trouble`: why nothing could be fetched; `unreachable`: for want of a connection,
    `wrong_clock`: because the authority's certificate is of another time;
    `storage_trouble`: a store that failed. `checked`: what was fetched and what was there is compared."""

    checked: CheckReport | None = None
    trouble: str = ""
    unreachable: bool = False
    storage_trouble: str = ""
    wrong_clock: bool = False

    @property
    def failed(self) -> bool:
        """Tell whether the next run is to come sooner."""
        return bool(self.trouble or self.storage_trouble)


def knows_authority(phone: Phone) -> bool:
    """Tell whether there is somebody to ask, and a key to believe them by."""
    return bool(phone.settings.authority_url and phone.settings.trusted_keys)


def fetch_and_check(phone: Phone, client: httpx.Client | None, tasks: Sequence[Task] = ()) -> Outcome:
    """Fetch, compare, run tasks. Where the net fails, what was fetched before is compared all the same. Where all has
    been fetched lately, keys alone are, and compared if some came."""
    trouble, unreachable, wrong_clock = "", False, False
    preferences = phone.stores.preferences
    try:
        keys_only = not _ALL.is_due(preferences.done_at_s(_ALL.name), phone.clock())
        if client is not None and not knows_authority(phone):
            client = None  # nobody to ask
        if client is not None:
            try:
                report = phone.sync(client, keys_only=keys_only)
            except StorageError:
                raise
            except (PhoneError, ProtocolError) as error:
                trouble, unreachable = str(error), isinstance(error, ConnectionFailedError)
                wrong_clock = isinstance(error, WrongClockError)
                _log.warning("fetching failed, checking what there is: %s", error)
            else:
                if report.bad:
                    _log.warning("%d lists of keys could not be trusted", len(report.bad))
        nothing_new = keys_only and not phone.stores.exposures.unchecked_exports()
        checked = None if nothing_new else phone.check()
        if client is not None and not trouble:
            preferences.change(checked_at_s=phone.clock())
            if not keys_only:
                preferences.mark_done(_ALL.name, phone.clock())
            _run(tasks, phone, client)
    except PhoneError as error:  # a store that fails, above all; whatever it is, the next run comes
        return Outcome(None, trouble, unreachable, str(error), wrong_clock)
    return Outcome(checked, trouble, unreachable, wrong_clock=wrong_clock)


def _run(tasks: Sequence[Task], phone: Phone, client: httpx.Client) -> None:
    preferences = phone.stores.preferences
    for task in tasks:
        if not task.is_due(preferences.done_at_s(task.name), phone.clock()):
            continue
        try:
            task.run(phone, client)
        except (PhoneError, ProtocolError) as error:
            _log.warning("%s: not done, next try with the next check (%s)", task.name, type(error).__name__)
        else:
            preferences.mark_done(task.name, phone.clock())


@contextmanager
def running_alone(directory: Path) -> Iterator[None]:
    """Let one loop run a folder: two would send two identifiers at once. Raises PhoneError while another does."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (directory / "running").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise PhoneError(f"{directory}: another program runs this phone already") from error
        yield  # the lock goes with the file, also where the process is killed


# --- tasks --------------------------------------------------------------------------------------------

#: all that the authority publishes for every phone: beside keys its policy and settings, and the whole index of keys
_ALL = Task("all that is published", Phone.sync, TASKS_EVERY_S)

COUNTING, SERVICES = "counting", "services"
REPORTS, WARNED, PLACES, HEALTH_DECLARATIONS = "reports", "warned", "places", "health declarations"


def places_of(choices: Choices) -> tuple[str, ...]:
    """Return the codes that documents for this person may name, the narrowest first: commune, district and province of
    before July 2025, province."""
    commune = commune_of(choices.commune)
    return (commune.code, *commune.within, commune.province) if commune is not None else ()


def areas_of(kind: Kind[Any], choices: Choices) -> tuple[str, ...]:
    """Return the areas whose documents to fetch: the country and, where they have their own, the provinces of today and
    of before."""
    places = places_of(choices) if kind.has_provinces else ()
    return (COUNTRY, *filter(is_province, places))


def version() -> str:
    """Return the version of this program; "0" where it runs from a checkout."""
    from importlib import metadata  # not for the start: it reads e-mail

    try:
        return metadata.version("bluezone")
    except metadata.PackageNotFoundError:
        return "0"


def platform_name() -> str:
    """Return the platform as a registration names it."""
    return "android" if hasattr(sys, "getandroidapilevel") else "linux"


def fetch(kind: Kind[Any], phone: Phone, client: httpx.Client) -> None:
    """Fetch the documents of a kind for the owner's places."""
    phone.fetch(client, kind, areas_of(kind, phone.stores.preferences.read()))


def _report_active(phone: Phone, client: httpx.Client) -> None:
    url, store = phone.settings.authority_url, phone.stores.preferences
    report_active(client, url, store, platform_name(), version(), phone.entropy, phone.clock())


def _answer_warned(phone: Phone, client: httpx.Client) -> None:
    """Answer, once a week and by randomised response, whether this phone warned: with the owner's yes alone."""
    if phone.stores.preferences.read().warnings_counted:
        answer_warned(phone.sender(client), phone.stores, phone.clock())


def _ask_services(phone: Phone, client: httpx.Client) -> None:
    offered, preferences = fetch_services(client, phone.settings.authority_url), phone.stores.preferences
    preferences.change(offers_user_reports=offered.user_reports, keys_go_abroad=offered.keys_go_abroad)


def _sending(*waiting: Waiting) -> Callable[[Phone, httpx.Client], object]:
    """Return what sends what the owner said yes to and had no network for."""
    return lambda phone, client: [phone.send(each, client) for each in waiting]


def _fetch_places(phone: Phone, client: httpx.Client) -> None:
    """Compare the diary with the places that are warned of."""
    fetch_places(client, phone.stores, phone.settings.authority_url, phone.clock())


#: what goes with every check
TASKS = (
    *(Task(kind.name, partial(fetch, kind), kind.every.total_seconds()) for kind in KINDS if kind.every),
    Task(PLACES, _fetch_places, TASKS_EVERY_S),
    Task(COUNTING, _report_active, every_s=0.0),
    Task(SERVICES, _ask_services, TASKS_EVERY_S),
    Task(REPORTS, _sending(send_reports, send_check_ins), every_s=0.0),
    Task(WARNED, _answer_warned, every_s=0.0),
    Task(HEALTH_DECLARATIONS, _sending(send_declarations), every_s=0.0),
)
