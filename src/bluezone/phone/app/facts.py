"""Gather what a phone knows of itself at one moment: what screens are drawn from, and what notices are decided by. It
names nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bluezone.phone.air.duty_cycle import plan
from bluezone.phone.air.radio.monitored import RadioHealth
from bluezone.phone.app.engine import Phone
from bluezone.phone.app.schedule import Outcome, knows_authority, places_of
from bluezone.phone.matching.presences import Nearby, Presence, PresenceCache, nearby
from bluezone.phone.notices.announcer import NoticeFacts
from bluezone.phone.notices.port import NotifierHealth, Way
from bluezone.phone.stores.contact_store import ScanTally
from bluezone.phone.stores.diary_store import PlaceAlert
from bluezone.phone.stores.documents import Received
from bluezone.phone.stores.exposure_store import Alert
from bluezone.phone.stores.preference_store import Choices
from bluezone.phone.stores.publication_store import VerifiedResult
from bluezone.phone.stores.timekeeper import ClockTrouble, trouble
from bluezone.protocol.guidance import GUIDANCE, Entry
from bluezone.protocol.intervals import day_start_s
from bluezone.protocol.news import NEWS

STALE_CHECK_S = 2 * 86_400.0

_SCAN_LATE_S = 18.0  # a scan that is older than the plan's period and this says nothing of now


@dataclass(frozen=True, slots=True)
class PhoneFacts:
    """Hold the facts. All times are Unix seconds. `alerts` has those taken back too. `checking`: a check is under
    way."""

    now_s: float
    choices: Choices
    radio: RadioHealth
    nearby: Nearby = field(default_factory=Nearby)
    today: tuple[Presence, ...] = ()
    watched: Mapping[int, float] = field(default_factory=dict)  # seconds listened to, by hour (its start)
    last_scan_s: float | None = None
    alerts: tuple[Alert, ...] = ()
    watch_alerts: tuple[Alert, ...] = ()  # near a contact (F1) who warned others; none while a warning stands
    place_alerts: tuple[PlaceAlert, ...] = ()  # places of the diary where somebody infected was
    checking: bool = False
    authority_known: bool = True
    trouble: str = ""  # why the last check failed, as the engine says it
    unreachable: bool = False  # it failed for want of a connection
    storage_trouble: str = ""
    clock_trouble: ClockTrouble = ClockTrouble.NONE
    news: tuple[Received, ...] = ()  # those for this person's place, the newest first
    news_fault: str = ""  # why there may be more: a word of `protocol.documents.Fault`
    guidance: tuple[Entry, ...] = ()  # what the authority asks of who was warned, of all places that were fetched
    guidance_fault: str = ""  # why there may be newer: a word of `protocol.documents.Fault`
    places: tuple[str, ...] = ()  # where this person lives, the narrowest first
    result: VerifiedResult | None = None  # of a code, waiting for the owner's answer
    notices: NotifierHealth = field(default_factory=lambda: NotifierHealth(Way.NONE))
    running_since_s: float | None = None  # this program; None: it does not run by itself
    listened_at_s: float | None = None  # when its last scan ended, whether or not anybody was heard
    spares_battery: bool | None = None  # the system may put the phone to sleep; None: it has no such thing

    @property
    def current_alerts(self) -> tuple[Alert, ...]:
        """Return the alerts not taken back, the latest day first."""
        alerts = [alert for alert in self.alerts if alert.withdrawn_at_s is None]
        return tuple(sorted(alerts, key=lambda alert: -alert.day_start_s))


def facts_of(
    phone: Phone,
    choices: Choices,
    radio: RadioHealth,
    outcome: Outcome,
    *,
    checking: bool,
    has_net: bool,
    notices: NotifierHealth,
    running_since_s: float | None,
    spares_battery: bool | None,
) -> PhoneFacts:
    """Gather the facts of the present moment. `outcome`: of the last check; `checking`: another is under way."""
    now_s, settings, stores = phone.clock(), phone.settings, phone.stores
    documents = stores.documents
    duty = settings.duty or plan(settings.sense())
    latest = stores.contacts.sightings(now_s - duty.period_s - _SCAN_LATE_S, now_s + 1)
    return PhoneFacts(
        now_s=now_s,
        choices=choices,
        radio=radio,
        nearby=nearby(latest, phone.receiver_of_neighbours()),
        watched=stores.contacts.watched(),
        last_scan_s=max(latest.at_s, default=None),
        alerts=tuple(stores.exposures.alerts(now_s, withdrawn=True)),
        watch_alerts=tuple(stores.exposures.watch_alerts(now_s)),
        place_alerts=tuple(stores.places.alerts()),
        checking=checking,
        authority_known=has_net and knows_authority(phone),
        trouble=outcome.trouble,
        unreachable=outcome.unreachable,
        storage_trouble=phone.storage_trouble or outcome.storage_trouble,
        clock_trouble=trouble(phone.time.track(), refused=outcome.wrong_clock),
        news=documents.news(places_of(choices), now_s),
        news_fault=documents.fault(NEWS, now_s),
        guidance=tuple(entry for content in documents.contents(GUIDANCE) for entry in content),
        guidance_fault=documents.fault(GUIDANCE, now_s),
        places=places_of(choices),
        result=stores.publications.waiting(now_s),
        notices=notices,
        running_since_s=running_since_s,
        listened_at_s=phone.scanned_at_s,
        spares_battery=spares_battery,
    )


def facts_for_notices(phone: Phone) -> NoticeFacts:
    """Return what notices are decided by. It waits for the disk."""
    stores, choices = phone.stores, phone.stores.preferences.read()
    news = stores.documents.news(places_of(choices), phone.clock())
    exposures, now_s = stores.exposures, phone.clock()
    alerts = (*exposures.alerts(now_s, withdrawn=True), *exposures.watch_alerts(now_s))
    return NoticeFacts(alerts, news, choices, stores.notices, tuple(stores.places.alerts()))


@dataclass(slots=True)
class Progress:
    """Hold what is remembered from check to check; lost when the program ends, made again by the next check."""

    checking: bool = False
    failures: int = 0
    last: Outcome = field(default_factory=Outcome)
    presences: PresenceCache = field(default_factory=PresenceCache)


def pulse_of(phone: Phone, progress: Progress) -> tuple[object, ...]:
    """Return what changes whenever the screens would, of what the phone and its checks know; cheap enough to ask every
    few seconds."""
    now_s, stores = phone.clock(), phone.stores
    return (
        stores.contacts.tallies().get(day_start_s(now_s), ScanTally()).scans,
        progress.checking,
        progress.last.trouble,
        phone.storage_trouble or progress.last.storage_trouble,
        len(stores.exposures.alerts(now_s)),
        len(stores.exposures.watch_alerts(now_s)),
        stores.documents.mark(NEWS),
    )
