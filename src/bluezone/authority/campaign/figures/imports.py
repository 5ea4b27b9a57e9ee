"""Read, judge and store an officer's table of figures, for the pipeline of uploads."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Collection

from django.utils.translation import gettext_noop

from bluezone.authority.campaign.figures import reader, store
from bluezone.authority.campaign.figures.store import FigureError
from bluezone.authority.officers.jurisdiction import LEVEL_OF_ROLE, Role, code_of
from bluezone.authority.site import clock
from bluezone.authority.site.models import Upload
from bluezone.authority.site.uploads import spreadsheets
from bluezone.authority.site.uploads.pipeline import Kind, Stored
from bluezone.authority.units.models import Organisation
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.rollout.checks import Member
from bluezone.rollout.counts import DEVICES, OrganisationCode
from bluezone.rollout.imports import Preview, Scope, judge, read_rows
from bluezone.rollout.numbers import is_formula
from bluezone.rollout.reading.results import Reading
from bluezone.rollout.reading.tables import table_of
from bluezone.rollout.sources import REPORTED
from bluezone.rollout.tables import Table


def within(role: str, place: str) -> UnitCode | None:
    """Return the unit a jurisdiction is bounded by, None for the country. Raises FigureError for the head of a school
    or office, who reports one figure, no tables."""
    if not role or Role(role) not in LEVEL_OF_ROLE:
        raise FigureError(
            gettext_noop("tables of figures are for officers of a commune, district, province or the ministry")
        )
    return code_of(place)


def check_source(source: str) -> str:
    """Return a source as it may be stored. Raises FigureError for what a spreadsheet would run, or what passes for our
    own count."""
    source = " ".join(source.split())
    if is_formula("source", source):
        raise FigureError(
            gettext_noop("a source is an address or the number of a letter; it may not begin with = + - or @")
        )
    if source.lower() == DEVICES:
        raise FigureError(gettext_noop("“devices” is what this server counts itself; name another source"))
    return source


def check(upload: Upload) -> None:
    """Refuse what is no table of figures. Raises FigureError, TableError."""
    assert upload.officer is not None
    within(upload.officer.role, upload.place)
    check_source(upload.options.get("source", ""))
    checked_table(understand(upload, clock.now()))


def read(upload: Upload, now: dt.datetime) -> Preview:
    """Read a table with all its problems, against the database as it is now."""
    table = checked_table(spreadsheets.settled(understand(upload, now)))
    scope = Scope(
        today=clock.date_of(now),
        within=code_of(upload.place),
        default_date=_default_date(upload),
        source=" ".join(upload.options.get("source", "").split()) or REPORTED,  # `check` has looked at it
        origin=store.origin_of(upload.place),
        organisations=functools.partial(_organisations, upload.place),
    )
    file = read_rows(table, catalogue.all_units(), scope)
    counts = [row.count for row in file.rows if row.count is not None]
    dates = [count.date for count in counts]
    stored = reader.neighbours({count.unit for count in counts}, min(dates), max(dates)) if counts else []
    return judge(file, reader.denominators(), stored, reader.beside(counts))


def understand(upload: Upload, now: dt.datetime) -> Reading:
    """Return what the file says, with the question it leaves open. Raises TableError."""
    return spreadsheets.reading_of(upload, now, code_of(upload.place), _default_date(upload), reader.denominators())


def _default_date(upload: Upload) -> dt.date | None:
    day = upload.options.get("default_date")
    return dt.date.fromisoformat(day) if day else None


def store_rows(upload: Upload, preview: Preview, confirmed: Collection[int], now: dt.datetime) -> Stored:  # noqa: ARG001
    """Store the good rows of a table, and those in doubt that are confirmed."""
    assert upload.officer is not None
    counts = preview.to_store(leave_out_errors=True, confirmed=confirmed)
    written = store.write(counts, upload.officer, log_new=False, why=str(upload))
    return Stored(added=written.added, changed=written.changed)


def checked_table(reading: Reading) -> Table:
    """Return the table of a reading. Raises TableError, and FigureError where a row passes for our own count."""
    table = table_of(reading)
    for row in table.rows:
        if row.get("source").strip().lower() == DEVICES:
            raise FigureError(
                gettext_noop("line {line}: “devices” is what this server counts itself; name another source"),
                line=row.line,
            )
    return table


def _organisations(place: str, codes: Collection[OrganisationCode]) -> dict[OrganisationCode, Member]:
    """Return those of some organisations that are open and in a jurisdiction, by code."""
    rows = Organisation.objects.filter(place__startswith=place, closed_on=None, code__in=codes) if codes else ()
    return {OrganisationCode(row.code): Member(row.name, row.people) for row in rows}


KIND = Kind("figures", check, read, store_rows, understand)
