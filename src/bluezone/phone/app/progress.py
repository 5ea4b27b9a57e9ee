"""Remember a phone's checks while its program runs, and tell whether its screens would look different."""

from __future__ import annotations

from dataclasses import dataclass, field

from bluezone.phone.app.engine import Phone
from bluezone.phone.app.schedule import Outcome
from bluezone.phone.matching.presences import PresenceCache
from bluezone.phone.stores.contact_store import ScanTally
from bluezone.protocol.intervals import day_start_s
from bluezone.protocol.news import NEWS


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
