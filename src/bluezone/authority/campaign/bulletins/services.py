"""Make the daily bulletins by the clock, from what the database holds, and keep them as files.

Nobody types one: figures, peers and parts come from the database, the target from the orders in force. Once issued, a
bulletin stays as it is, whatever is corrected later.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from auditlog.context import disable_auditlog
from django.conf import settings
from django.db import transaction

from bluezone.authority.campaign.bulletins.assigned import assigned_of
from bluezone.authority.campaign.bulletins.models import IssuedBulletin
from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.figures.reader import Code
from bluezone.authority.campaign.orders.queries import denominators_of, share_asked, targets_of_unit
from bluezone.authority.officers.jurisdiction import Role, codes_of, place_of
from bluezone.authority.officers.letterheads import letterhead_of
from bluezone.authority.officers.models import User
from bluezone.authority.site.files import write_atomically
from bluezone.authority.site.locks import job_lock
from bluezone.errors import BluezoneError
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.figures import Figures
from bluezone.geography.units import Level, Unit, UnitCode
from bluezone.i18n import Language
from bluezone.rollout import documents
from bluezone.rollout.bulletin import Bulletin, Wanted, compose
from bluezone.rollout.report import Report, compose_report
from bluezone.rollout.report_words import short_message
from bluezone.rollout.series import Series
from bluezone.rollout.workbooks import report_xlsx
from bluezone.tables import XLSX

log = logging.getLogger(__name__)

#: the base date of a movement: a week before
WEEK = dt.timedelta(days=7)
#: so many a run: a run of minutes would keep the worker from publishing keys
MOST_A_RUN = 20
MAKERS: dict[str, tuple[str, Callable[[Report, Language], str | bytes]]] = {
    "pdf": ("application/pdf", documents.bulletin_pdf),
    "xlsx": (XLSX, report_xlsx),
    "txt": ("text/plain; charset=utf-8", short_message),
}


@dataclass(frozen=True, slots=True)
class Issued:
    """Report what a run did: bulletins made, and whether others wait for the next."""

    made: int
    waiting: int
    forgotten: int


def made_of(unit: Unit, date: dt.date, wanted: Wanted) -> Bulletin:
    """Return the bulletin of a unit and day, from what the database holds of it, its peers and its parts."""
    return _composed(unit, date, wanted)[0]


def report_of(unit: Unit, date: dt.date, wanted: Wanted) -> Report:
    """Return the bulletin with all that its paper says beside: the parts' table, the sectors, the letterhead."""
    bulletin, series, figures = _composed(unit, date, wanted)
    head = letterhead_of(place_of(unit.code), date)
    return compose_report(bulletin, series, figures, assigned_of(bulletin), head)


def _composed(unit: Unit, date: dt.date, wanted: Wanted) -> tuple[Bulletin, Mapping[Code, Series], Figures]:
    """Return a bulletin with the series and the denominators that it was composed from."""
    around = catalogue.all_units().around(unit, date)
    figures = denominators_of((unit, *around.peers, *around.parts), date)
    others = [each.code for each in (*around.peers, *around.parts) if each.code != unit.code]
    since = wanted.base_date - reader.WINDOW if wanted.base_date else None
    series = reader.series_of(others, date, since=since) | {unit.code: reader.whole_series(unit.code, date)}
    wanted, printed = replace(wanted, order=reader.order()), reader.printed_ranks([unit.code], date)
    return compose(unit, date, series, around, figures, wanted, printed), series, figures


def with_target(unit: UnitCode, date: dt.date, wanted: Wanted) -> Wanted:
    """Compose the bulletin with the nearest target of the day under the orders in force for the unit."""
    target = targets_of_unit(unit, date).first()
    if target is None:
        return wanted
    order = target.directive
    share, people = share_asked(target), target.people
    return replace(wanted, target=share, deadline=order.deadline, people=people, orders=(order.issued,))


def issue_due(now: dt.datetime, most: int = MOST_A_RUN) -> Issued:
    """Make the bulletins that are due and not yet made, from the country down, `most` of them; delete the oldest.

    Run again, it makes none twice. Raises JobBusyError where another process is at it.
    """
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    with job_lock("bulletins"), disable_auditlog():
        due = [(unit, date) for date in due_days(local) for unit in _missing(date)]
        made = 0
        for unit, date in due[:most]:
            try:
                issue(unit, date, now)
                made += 1
            except BluezoneError:
                log.exception("the bulletin of %s for %s could not be made", unit.code, date)
        forgotten = forget(local.date())
    return Issued(made, len(due) - made, forgotten)


def issue(unit: Unit, date: dt.date, now: dt.datetime) -> IssuedBulletin:
    """Make a bulletin and keep it, in both languages; one of the same day is replaced by a new edition."""
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    wanted = with_target(unit.code, date, Wanted(base_date=date - WEEK, time=as_of(date, local)))
    report = report_of(unit, date, wanted)
    # First the files, then the row: what is listed is there.
    for language in Language:
        for kind, (_, make) in MAKERS.items():
            made = make(report, language)
            data = made.encode("utf-8") if isinstance(made, str) else made
            write_atomically(file_of(unit.code, date, language, kind), data)
    with transaction.atomic():
        row = IssuedBulletin.objects.select_for_update().filter(unit=str(unit.code), date=date).first()
        if row is None:
            values = {"unit": str(unit.code), "place": place_of(unit.code), "date": date}
            return IssuedBulletin.objects.create(**values, issued_at=now)
        row.edition, row.issued_at = row.edition + 1, now
        row.save()
    return row


def file_of(unit: UnitCode, date: dt.date, language: Language, kind: str) -> Path:
    """Return the path of a bulletin: one folder a day, so that a day is deleted at once."""
    folder = settings.BLUEZONE.bulletins / date.isoformat()
    return folder / f"bluezone-{unit.system}-{unit.digits}-{date}.{language.value}.{kind}"


def forget(today: dt.date) -> int:
    """Delete the bulletins of days longer ago than they are kept; return how many. They can still be made from the
    figures."""
    oldest = today - dt.timedelta(days=settings.BLUEZONE.bulletin_days)
    gone, _ = IssuedBulletin.objects.filter(date__lt=oldest).delete()
    folder: Path = settings.BLUEZONE.bulletins
    for day in sorted(folder.iterdir()) if folder.is_dir() else ():
        with contextlib.suppress(ValueError):  # it is no folder of a day
            if dt.date.fromisoformat(day.name) < oldest:
                shutil.rmtree(day)
    return gone


def _missing(date: dt.date) -> Iterable[Unit]:
    """Return the units with a figure of a day, or with a part that has one, that have no bulletin of it yet: from the
    country down."""
    gazetteer = catalogue.all_units()
    done = set(IssuedBulletin.objects.filter(date=date).values_list("unit", flat=True))
    places = User.objects.filter(role=Role.COMMUNE, is_active=True).values_list("place", flat=True)
    staffed = {codes_of(place)[-1] for place in places}
    found: dict[str, Unit] = {}
    for code in reader.units_with_figures(date):
        try:
            unit = gazetteer.unit(code, date)
            above = [gazetteer.unit(unit.parent, date)] if unit.parent else []
        except GeographyError:
            continue  # a figure of a day on which the unit did not stand
        for each in (unit, *above):
            if str(each.code) not in done and is_issued(each.level, has_officer=str(each.code) in staffed):
                found[str(each.code)] = each
    return sorted(found.values(), key=lambda unit: (unit.level, unit.code))


#: the hour (in Viet Nam) at which a day's bulletin is made, as the Ministry's were in 2021
ISSUE_TIME = dt.time(17, 0)
#: figures that come this many days late still get a bulletin: our own count of a day comes after midnight
LATE_DAYS = 2


def due_days(now: dt.datetime) -> list[dt.date]:
    """Return the days whose bulletins are due at a local time, the newest first."""
    late = [now.date() - dt.timedelta(days=back) for back in range(1, LATE_DAYS + 1)]
    return [now.date(), *late] if now.time() >= ISSUE_TIME else late


def as_of(date: dt.date, now: dt.datetime) -> dt.time | None:
    """Return the hour up to which a bulletin counts: that of its making for today, none for a day gone by, which is
    whole."""
    return now.time().replace(second=0, microsecond=0) if date == now.date() else None


def is_issued(level: Level, *, has_officer: bool) -> bool:
    """Decide whether a unit gets a bulletin of its own each day: communes only where an officer is there to read it."""
    return level is not Level.COMMUNE or has_officer
