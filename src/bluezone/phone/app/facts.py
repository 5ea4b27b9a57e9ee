"""What a phone knows of itself at one moment: the one thing that screens are drawn from. Nothing in it names anyone."""

from __future__ import annotations

from dataclasses import dataclass, field

from bluezone.phone.air.radio.monitored import RadioHealth
from bluezone.phone.client.news import Received
from bluezone.phone.matching.presences import Around, Presence
from bluezone.phone.stores.contact_store import ScanTally
from bluezone.phone.stores.exposure_store import Alert
from bluezone.phone.stores.preferences import Choices
from bluezone.phone.stores.publication_store import VerifiedResult

STALE_CHECK_S = 2 * 86_400.0
ISOLATION_DAYS = 14  # of F1 in Vietnam in 2020; the authority's present rule is configuration


@dataclass(frozen=True, slots=True)
class PhoneFacts:
    """All times are Unix seconds. `alerts` has those taken back too. `checking`: a check is under way."""

    now_s: float
    choices: Choices
    radio: RadioHealth
    around: Around = field(default_factory=Around)
    today: tuple[Presence, ...] = ()
    tally: ScanTally = field(default_factory=ScanTally)
    last_scan_s: float | None = None
    alerts: tuple[Alert, ...] = ()
    checking: bool = False
    authority_known: bool = True
    trouble: str = ""  # why the last check failed, as the engine says it
    unreachable: bool = False  # it failed for want of a connection
    storage_trouble: str = ""
    news: tuple[Received, ...] = ()  # those for this person's place, the newest first
    news_fault: str = ""  # why there may be more: a word of `protocol.news.Fault`
    result: VerifiedResult | None = None  # of a code, waiting for the owner's answer

    @property
    def standing(self) -> tuple[Alert, ...]:
        """Alerts not taken back, the latest day first."""
        alerts = [alert for alert in self.alerts if alert.withdrawn_at_s is None]
        return tuple(sorted(alerts, key=lambda alert: -alert.day_start_s))
