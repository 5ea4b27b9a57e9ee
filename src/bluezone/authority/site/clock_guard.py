"""Read the clocks, judge them (`time_guard`), and keep what was believed. Jobs that publish or delete ask first."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable
from pathlib import Path

from auditlog.context import set_actor
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.errors import AuthorityError
from bluezone.authority.site import clock, registries, time_guard
from bluezone.authority.site.locks import take_turns
from bluezone.authority.site.models import ClockGap, ClockMark
from bluezone.authority.site.registries import Alert, Trust, Visitor
from bluezone.authority.site.time_guard import REHEARSAL, Doubt, Finding, Gap, Mark, Reading, Verdict

#: longer than anything asks for (`doubt`)
_GAP_LIFE = dt.timedelta(days=60)
#: of a machine that was started anew since, or is gone
_MARK_LIFE = dt.timedelta(days=60)


class ClockError(AuthorityError):
    """Report that the clock is not believed, and what to do."""


class UnsettledClockError(AuthorityError):
    """Report that nothing is deleted yet, because the clock was first read a short while ago."""


def read(now: dt.datetime) -> Reading:
    """Return what the clocks say, `now` being what the machine's clock (or the rehearsal's) says."""
    if clock.rehearsing():
        return Reading(now, REHEARSAL)
    machine, uptime_s = _uptime()
    return Reading(now, machine, uptime_s, _database_time())


@functools.cache
def _machine() -> str:
    """Return what the kernel calls itself since its last start; nothing where it does not say."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _uptime() -> tuple[str, float]:
    """Return the machine and how long it has run, sleep included, as the kernel counts it."""
    try:
        return _machine(), float(Path("/proc/uptime").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):
        return "", 0.0


def _database_time() -> dt.datetime | None:
    """Return the database server's time. SQLite has the machine's own."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: dt.datetime = cursor.fetchone()[0]
    return moment


def look(now: dt.datetime) -> Verdict:
    """Judge the clock and change nothing."""
    return time_guard.judge(read(now), _marks(), _stored())


def _marks() -> list[Mark]:
    return [
        Mark(
            row.machine,
            row.uptime_s,
            row.moment,
            unproven=dt.timedelta(seconds=row.unproven_s),
            database_ahead=dt.timedelta(seconds=row.database_ahead_s),
        )
        for row in ClockMark.objects.all()
    ]


def _stored() -> list[dt.datetime]:
    return [moment for newest in registries.newest_moments for moment in newest()]


def require(now: dt.datetime, trust: Trust) -> None:
    """Judge the clock for a job and keep the reading where it is believed. Raises ClockError where it is not.

    For what deletes it raises UnsettledClockError where a silence ended less than an hour ago: a machine that starts
    with a wrong clock is set right by then.
    """
    if trust is Trust.NONE:
        return
    reading = read(now)
    with transaction.atomic():
        take_turns("clock")
        verdict = time_guard.judge(reading, _marks(), _stored())
        if verdict.is_believed:
            _keep(reading, verdict)
    if not verdict.is_believed:
        raise ClockError(sentence(verdict))
    mark = ClockMark.objects.get(machine=reading.machine)
    if trust is Trust.DELETES and reading.uptime_s < mark.settled_at_uptime_s:
        wait_s = mark.settled_at_uptime_s - reading.uptime_s
        raise UnsettledClockError(
            f"nothing is deleted yet: the server was silent; its clock is watched for {wait_s / 60:.0f} more minutes"
        )


def _keep(reading: Reading, verdict: Verdict) -> None:
    facts: dict[str, object] = {"uptime_s": reading.uptime_s, "moment": reading.moment}
    if verdict.finding is Finding.SILENCE:
        # bulk_create: nobody accepted it, so the audit log has nothing to tell
        ClockGap.objects.bulk_create([ClockGap(at=reading.moment, length_s=verdict.ahead.total_seconds())])
        if reading.machine != REHEARSAL:
            facts["unproven_s"] = verdict.ahead.total_seconds()
            facts["settled_at_uptime_s"] = reading.uptime_s + time_guard.SETTLING.total_seconds()
    if verdict.finding is Finding.CORRECTED:
        row = ClockMark.objects.get(machine=reading.machine)
        facts["unproven_s"] = max(0.0, row.unproven_s + verdict.ahead.total_seconds())
    ClockMark.objects.update_or_create(machine=reading.machine, defaults=facts)
    ClockMark.objects.filter(moment__lt=reading.moment - _MARK_LIFE).exclude(machine=reading.machine).delete()
    ClockGap.objects.filter(at__lt=reading.moment - _GAP_LIFE, expected=None).delete()


@transaction.atomic
def accept(now: dt.datetime, officer: object) -> Verdict:
    """Believe the clock as it is from now on, in an officer's name, and return what was the matter with it.

    The audit log says who did it, and when by the clock before. What the step leaves in doubt goes to the bin before it
    is deleted.
    """
    take_turns("clock")
    reading = read(now)
    verdict = time_guard.judge(reading, _marks(), _stored())
    if verdict.is_believed:
        return verdict
    length = max(verdict.ahead, dt.timedelta())
    with set_actor(officer):
        ClockGap.objects.create(at=now, length_s=length.total_seconds(), expected=now - verdict.ahead)
    ClockMark.objects.all().delete()  # none of them may say any more what time it is
    ClockMark.objects.create(
        machine=reading.machine,
        uptime_s=reading.uptime_s,
        moment=now,
        unproven_s=length.total_seconds(),
        database_ahead_s=reading.database_ahead.total_seconds(),
    )
    return verdict


def doubt(now: dt.datetime, memory: dt.timedelta) -> Doubt | None:
    """Return what the clock's gaps of the last `memory` leave in doubt about the age of what is stored."""
    gaps = [Gap(row.at, dt.timedelta(seconds=row.length_s)) for row in ClockGap.objects.all()]
    return time_guard.doubt_of(gaps, now, memory)


def sentence(verdict: Verdict) -> str:
    """Say what is the matter with the clock and what to do, for an operator."""
    span, side = span_text(verdict.ahead), "ahead of" if verdict.ahead > dt.timedelta() else "behind"
    what = "the database server's clock" if verdict.finding is Finding.DATABASE_DIFFERS else "what it should say"
    return (
        f"the clock is {span} {side} {what}: nothing is published or deleted. Put the clock right; "
        "or, if it is right, run `bluezone authority accept-clock`"
    )


def span_text(span: dt.timedelta) -> str:
    """Write a span as an operator reads it: days, hours or minutes."""
    seconds = abs(span.total_seconds())
    for unit, length_s in (("days", 86_400), ("hours", 3_600)):
        if seconds >= 2 * length_s:
            return f"{seconds / length_s:.0f} {unit}"
    return f"{seconds / 60:.0f} minutes"


def alerts(visitor: Visitor) -> Iterable[Alert]:
    """Return the alert about the clock, for officers of the ministry, where jobs refuse to run by it."""
    if visitor.role != "ministry":
        return
    verdict = look(clock.now())
    if verdict.is_believed:
        return
    hours = round(abs(verdict.ahead.total_seconds()) / 3_600)
    if hours < 1:
        by = _("less than an hour")
    elif hours < 48:
        by = ngettext("{number} hour", "{number} hours", hours).format(number=hours)
    else:
        by = ngettext("{number} day", "{number} days", round(hours / 24)).format(number=round(hours / 24))
    if verdict.finding is Finding.DATABASE_DIFFERS:
        what = _("The clocks of the server and of its database differ by {span}.")
    else:
        what = _("The server's clock has leapt by {span}.")
    advice = _(
        "Until that is settled no keys are published and nothing is deleted; what phones send is kept. "
        "Ask whoever runs the server to put the clock right, or to accept it with "
        "`bluezone authority accept-clock`."
    )
    yield Alert(what.format(span=by), advice)
