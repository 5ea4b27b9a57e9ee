"""Decide which check-ins the owner may give after publishing keys, and write down what they chose. Nothing is sent
here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace

from bluezone.phone.app.engine import Phone
from bluezone.phone.app.schedule import knows_authority
from bluezone.phone.stores.diary_store import Visit
from bluezone.phone.stores.report_store import Stage
from bluezone.phone.stores.retention import RETENTION_S
from bluezone.protocol.shared_check_ins import MAX_CHECK_INS, CheckInUpload, SharedCheckIn, whole_minutes


def offered(phone: Phone) -> list[Visit]:
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


def give(phone: Phone, numbers: Collection[int]) -> int:
    """Write down the visits with these numbers, of those offered, to be sent under the revision token; return how many.
    The owner has ticked each and said yes."""
    now_s, shared = phone.clock(), phone.stores.check_ins.read()
    chosen = [visit for visit in offered(phone) if visit.number in numbers][:MAX_CHECK_INS]
    if shared is None or not chosen:
        return 0
    found = dict.fromkeys(found for visit in chosen if (found := _check_in(visit, now_s)) is not None)
    upload = CheckInUpload(phone.stores.publications.revision_token(), tuple(found))
    phone.stores.check_ins.keep(
        replace(
            shared,
            visits=(*shared.visits, *(visit.number for visit in chosen)),
            message=upload.to_json().decode("ascii"),
            stage=Stage.WAITING,
            written_at_s=now_s,
        )
    )
    return len(chosen)
