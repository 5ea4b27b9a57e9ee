"""Draft what the owner may give the health office: a report of a day that was warned of, what this phone heard, and
check-ins after publishing keys.

A draft holds every word that would leave, and stays as it is from the screen that shows it to the yes. Nothing is sent
here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from bluezone.exposure.policies.explain import Explanation, explain_evidence
from bluezone.i18n import midnight_s
from bluezone.phone.app.engine import Phone
from bluezone.phone.app.schedule import knows_authority
from bluezone.phone.matching import reporting
from bluezone.phone.stores.diary_store import Visit
from bluezone.phone.stores.exposure_store import Alert, Receiver
from bluezone.phone.stores.records import RETENTION_S, Stage
from bluezone.phone.stores.report_store import StoredHeard, StoredReport
from bluezone.phone.stores.timekeeper import FUTURE_S
from bluezone.protocol.exposure_notification import rolling_proximity_identifier_key
from bluezone.protocol.heard import OpenedKey, heard_list
from bluezone.protocol.intervals import DAY_S, INTERVAL_S, day_start_s
from bluezone.protocol.keys import ReportType
from bluezone.protocol.reports import MAX_OPENED, MAX_QUARTERS, REPORT_BYTES, ExposureReport
from bluezone.protocol.shared_check_ins import MAX_CHECK_INS, CheckInUpload, SharedCheckIn, whole_minutes


class Lacking(StrEnum):
    """Name what a report needs and is not there."""

    OFFER = "offer"
    KEYS = "keys"
    COMMUNE = "commune"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Draft:
    """Hold a report as it would be sent, and a mark of its content, by which the yes names what was read."""

    message: ExposureReport
    day_start_s: int

    @property
    def mark(self) -> str:
        return hashlib.sha256(self.message.to_json()).hexdigest()


def explained(alert: Alert, zone: dt.tzinfo) -> Explanation:
    """Return the one story of a warning: its day, how long, how long near, how sure. Every screen, the text message and
    the report to the health office say it. `zone`: of whom it is told."""
    day = dt.datetime.fromtimestamp(alert.met_at_s, zone).date()
    return explain_evidence(day, alert.evidence, alert.policy, alert.policy_version)


def draft(phone: Phone, alert: Alert) -> Draft | Lacking:
    """Draft the report of a day; else say what is lacking, the first thing first."""
    if not knows_authority(phone) or phone.scheme.name != "en":
        return Lacking.OFFER
    keys = _keys(phone, alert.day_start_s)
    if not keys:  # what was heard is gone after 14 days
        return Lacking.KEYS
    commune, number = phone.stores.preferences.read().commune, phone.stores.number.read()
    if not commune:
        return Lacking.COMMUNE
    if number is None or not number.is_confirmed:
        return Lacking.NUMBER
    said = explained(alert, phone.settings.zone)
    message = ExposureReport(
        report=phone.entropy(REPORT_BYTES),
        receipt=number.receipt,
        commune=commune,
        day=said.day,
        keys=tuple(keys),
        quarters=min(said.quarters, MAX_QUARTERS),
        near_minutes=said.near_minutes,
        certainty=said.certainty,
        policy=alert.policy,
        policy_version=alert.policy_version,
        opened=_opened(phone, alert.met_at_s),
    )
    return Draft(message, alert.day_start_s)


def _keys(phone: Phone, day_start_s: int) -> list[bytes]:
    own, now_s = phone.stores.keys.all_keys(), phone.clock()
    matched = [entry.key for entry in phone.stores.exposures.matched_keys(now_s)]
    active = [key for key in matched if key.report_type is not ReportType.REVOKED and key.key not in own]
    zone = phone.settings.zone
    sightings = phone.stores.contacts.sightings(day_start_s, midnight_s(day_start_s, zone, 1))
    receiver = Receiver(phone.correction().rx_db, phone.settings.receiver.assumed_tx_power_dbm)
    return reporting.keys_near(phone.scheme, active, sightings, receiver, zone, day_start_s)


def _opened(phone: Phone, met_at_s: float) -> tuple[OpenedKey, ...]:
    """Return the RPIKs of this phone's keys of the UTC day of the meeting alone, the longest in use first, three at
    most."""
    start_s = day_start_s(met_at_s)
    keys = [
        key
        for key in phone.stores.keys.recent(phone.clock())
        if start_s <= key.start_s
        and key.end_s <= start_s + DAY_S
        and key.start_s % INTERVAL_S == key.end_s % INTERVAL_S == 0
    ]
    keys.sort(key=lambda key: key.start_s - key.end_s)
    return tuple(
        OpenedKey(
            rolling_proximity_identifier_key(key.key),
            key.start_s // INTERVAL_S,
            (key.end_s - key.start_s) // INTERVAL_S,
        )
        for key in keys[:MAX_OPENED]
    )


def agree(phone: Phone, read: Draft) -> StoredReport:
    """Write down a report that its owner read and said yes to; it waits to be sent."""
    written = StoredReport(
        day_start_s=read.day_start_s,
        report=read.message.report.hex(),
        message=read.message.to_json().decode("ascii"),
        stage=Stage.WAITING,
        written_at_s=phone.clock(),
    )
    phone.stores.reports.add(written)
    return written


def take_back(phone: Phone, row: int) -> bool:
    """Note that a report is taken back; return whether the authority has to be told."""
    report = phone.stores.reports.get(row)
    if report is None or report.stage is Stage.GOING_BACK:
        return report is not None
    if report.stage is Stage.REFUSED:  # it never was there
        phone.stores.reports.remove(row)
        return False
    phone.stores.reports.change(row, stage=Stage.GOING_BACK, message="")
    return True


def may_give_heard(phone: Phone) -> bool:
    """Return whether the owner can be asked for what this phone heard: keys are published, and it was not given."""
    if not knows_authority(phone) or phone.scheme.name != "en":
        return False
    token, given = phone.stores.publications.revision_token(), phone.stores.heard.read()
    return bool(token) and (given is None or given.stage is Stage.REFUSED)


def give_heard(phone: Phone) -> None:
    """Write down what this phone heard in 14 days, as a list to be sent under the revision token of today."""
    now_s = phone.clock()
    first_s = int((now_s - RETENTION_S) // DAY_S * DAY_S)
    days = (
        phone.stores.contacts.sightings(max(start_s, now_s - RETENTION_S), min(start_s + DAY_S, now_s + FUTURE_S))
        for start_s in range(first_s, int(now_s) + 1, int(DAY_S))
    )
    found = reporting.heard_of_days(days, phone.receiver_of_neighbours())
    phone.stores.heard.write(
        StoredHeard(
            heard_list(found, phone.entropy).hex(), phone.stores.publications.revision_token(), Stage.WAITING, now_s
        )
    )


def offered_check_ins(phone: Phone) -> list[Visit]:
    """Return the visits that can be given, newest first: over, of ten minutes or more, at a place with a code, on an
    infectious day whose keys are published, and not given before. None while a request waits to be sent."""
    shared = phone.stores.check_ins.read()
    if shared is None or shared.stage is Stage.WAITING or not knows_authority(phone):
        return []
    if not phone.stores.publications.revision_token():
        return []
    now_s, first = phone.clock(), dt.date.fromisoformat(shared.first_day)
    days = {day for day, is_shared in phone.stores.keys.publishable_days(now_s).items() if is_shared and day >= first}
    return [
        visit
        for visit in phone.stores.diary.visits()
        if visit.number not in shared.visits
        and now_s - RETENTION_S <= visit.came_at_s
        and dt.datetime.fromtimestamp(visit.came_at_s, dt.UTC).date() in days
        and not visit.goes_on(now_s)
        and _check_in(visit, now_s) is not None
    ]


def _check_in(visit: Visit, now_s: float) -> SharedCheckIn | None:
    if not visit.place.location_id:
        return None
    return whole_minutes(bytes.fromhex(visit.place.location_id), visit.came_at_s, visit.end_s(now_s))


def give_check_ins(phone: Phone, numbers: Collection[int]) -> int:
    """Write down the visits with these numbers, of those offered, to be sent under the revision token; return how many.
    The owner has ticked each and said yes."""
    now_s, shared = phone.clock(), phone.stores.check_ins.read()
    chosen = [visit for visit in offered_check_ins(phone) if visit.number in numbers][:MAX_CHECK_INS]
    if shared is None or not chosen:
        return 0
    found = dict.fromkeys(found for visit in chosen if (found := _check_in(visit, now_s)) is not None)
    upload = CheckInUpload(phone.stores.publications.revision_token(), tuple(found))
    phone.stores.check_ins.write(
        replace(
            shared,
            visits=(*shared.visits, *(visit.number for visit in chosen)),
            message=upload.to_json().decode("ascii"),
            stage=Stage.WAITING,
            written_at_s=now_s,
        )
    )
    return len(chosen)
