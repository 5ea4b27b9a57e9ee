"""An officer's file of figures: read, shown with every problem, stored only as decided, and then whole or not at all.

The file itself is kept until then, so that what is stored is judged against what stands in the database at that moment,
not at the moment it was shown.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection

from auditlog.context import set_actor
from django.db import transaction
from django.utils.translation import gettext_noop

from bluezone.authority.campaign.figures import reader, store
from bluezone.authority.campaign.figures.errors import FigureError
from bluezone.authority.campaign.figures.models import FigureImport
from bluezone.authority.officers.jurisdiction import NATION, Role, codes_of
from bluezone.authority.officers.models import User
from bluezone.authority.site.clock import today
from bluezone.authority.units.models import Organisation
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.rollout.checks import Member
from bluezone.rollout.counts import DEVICES, OrganisationCode
from bluezone.rollout.imports import Preview, Scope, is_formula, judge, organisation_codes, read_rows
from bluezone.rollout.problems import Problem, Severity
from bluezone.rollout.sources import REPORTED
from bluezone.rollout.tables import Table, read_table

#: ten thousand communes with a long source each are about 2 MB
MAX_BYTES = 5_000_000
#: so long a file waits for its decision
LIFE = dt.timedelta(days=1)
#: and so many of one officer do
MAX_PENDING = 5


def within(role: str, place: str) -> UnitCode | None:
    """The unit a jurisdiction is bounded by, None for the country. Raises FigureError for the head of a school or
    office, who reports one figure, no tables."""
    if role == Role.UNIT_HEAD or not role:
        raise FigureError(
            gettext_noop("tables of figures are for officers of a commune, district, province or the ministry")
        )
    return None if place == NATION else UnitCode.parse(codes_of(place)[-1])


def check_source(source: str) -> str:
    """A source as it may be stored. Raises FigureError for what a spreadsheet would run, or what passes for our own
    count."""
    source = " ".join(source.split())
    if is_formula("source", source):
        raise FigureError(
            gettext_noop("a source is an address or the number of a letter; it may not begin with = + - or @")
        )
    if source.lower() == DEVICES:
        raise FigureError(gettext_noop("“devices” is what this server counts itself; name another source"))
    return source


def receive(
    data: bytes, name: str, officer: User, now: dt.datetime, *, default_date: dt.date | None = None, source: str = ""
) -> FigureImport:
    """Keep a file until its officer decides. Raises FigureError, TableError (a file that is no table)."""
    within(officer.role, officer.place)
    if len(data) > MAX_BYTES:
        raise FigureError(
            gettext_noop("the file has {size} bytes; at most {limit} are taken: split it by province or month"),
            size=len(data),
            limit=MAX_BYTES,
        )
    _no_own_count(read_table(data, name))
    if FigureImport.objects.filter(officer=officer, state=FigureImport.State.PENDING).count() >= MAX_PENDING:
        raise FigureError(gettext_noop("{count} files wait for your decision: decide on them first"), count=MAX_PENDING)
    return FigureImport.objects.create(
        officer=officer,
        place=officer.place,
        file_name=name[-120:] or "?",
        sha256=hashlib.sha256(data).hexdigest(),
        data=data,
        default_date=default_date,
        source=check_source(source) or REPORTED,
        received_at=now,
    )


def _no_own_count(table: Table) -> Table:
    for row in table.rows:
        if row.get("source").strip().lower() == DEVICES:
            raise FigureError(
                gettext_noop("line {line}: “devices” is what this server counts itself; name another source"),
                line=row.line,
            )
    return table


def look(pending: FigureImport, now: dt.datetime) -> Preview:
    """The file with all its problems, as things stand now. Raises FigureError where it is decided on."""
    if pending.state != FigureImport.State.PENDING:
        raise FigureError(gettext_noop("this file has been decided on"))
    table = _no_own_count(read_table(bytes(pending.data), pending.file_name))
    scope = Scope(
        today=today(now),
        within=None if pending.place == NATION else UnitCode.parse(codes_of(pending.place)[-1]),
        default_date=pending.default_date,
        source=pending.source,
        origin=store.origin_of(pending.place),
        organisations=_organisations(table, pending.place),
    )
    file = read_rows(table, catalogue.all_units(), scope)
    counts = [row.count for row in file.rows if row.count is not None]
    dates = [count.date for count in counts]
    stored = reader.neighbours({count.unit for count in counts}, min(dates), max(dates)) if counts else []
    return judge(file, reader.denominators(), stored)


def _organisations(table: Table, place: str) -> dict[OrganisationCode, Member]:
    """Return the open organisations of a jurisdiction that a table's rows name by their code."""
    codes = organisation_codes(table)
    rows = Organisation.objects.filter(place__startswith=place, closed_on=None, code__in=codes) if codes else ()
    return {OrganisationCode(row.code): Member(row.name, row.people) for row in rows}


def fingerprint(preview: Preview) -> str:
    """What an officer was shown: a decision counts only for that."""
    said = [(p.line, p.column, p.kind, p.sentence()) for p in preview.problems]
    said += [(row.line, row.change, "", "") for row in preview.rows]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def decide(
    import_id: object, officer: User, now: dt.datetime, *, shown: str, confirmed: Collection[int] = ()
) -> FigureImport:
    """Store the good rows of a file and those in doubt that the officer confirms. Raises FigureError where it is
    decided on, or where more has changed than was `shown` (see `fingerprint`)."""
    with transaction.atomic():
        pending = FigureImport.objects.select_for_update().get(pk=import_id)
        preview = look(pending, now)
        if fingerprint(preview) != shown:
            raise FigureError(
                gettext_noop("the figures have changed since you saw this page: look again, nothing was stored")
            )
        counts = preview.to_store(leave_out_errors=True, confirmed=confirmed)
        written = store.write(counts, officer, log_new=False, why=str(pending))
        bad = preview.lines(Severity.ERROR) | (preview.lines(Severity.DOUBT) - set(confirmed))
        pending.added, pending.changed, pending.left_out = written.added, written.changed, len(bad)
        _close(pending, FigureImport.State.STORED, now)
    return pending


def at_once(
    data: bytes,
    name: str,
    officer: User,
    now: dt.datetime,
    *,
    default_date: dt.date | None = None,
    source: str = "",
    leave_out: bool = False,
    confirmed: Collection[int] = (),
) -> tuple[FigureImport, tuple[Problem, ...]]:
    """The same in one step, for the command line. Raises UndecidedError, and stores nothing, where a problem is open
    and the rows with problems are not to be left out."""
    with transaction.atomic(), set_actor(officer):
        pending = receive(data, name, officer, now, default_date=default_date, source=source)
        preview = look(pending, now)
        preview.to_store(leave_out_errors=leave_out, confirmed=confirmed)
        shown = fingerprint(preview)
        return decide(pending.pk, officer, now, shown=shown, confirmed=confirmed), preview.problems


def cancel(import_id: object, now: dt.datetime) -> FigureImport:
    """Throw a file away."""
    with transaction.atomic():
        pending = FigureImport.objects.select_for_update().get(pk=import_id)
        if pending.state == FigureImport.State.PENDING:
            _close(pending, FigureImport.State.CANCELLED, now)
    return pending


def forget(now: dt.datetime) -> int:
    """Throw away the files nobody decided on within a day; how many."""
    old = FigureImport.objects.filter(state=FigureImport.State.PENDING, received_at__lt=now - LIFE)
    with transaction.atomic():
        rows = list(old.select_for_update())
        for pending in rows:
            _close(pending, FigureImport.State.EXPIRED, now)
    return len(rows)


def _close(pending: FigureImport, state: str, now: dt.datetime) -> None:
    pending.state, pending.decided_at, pending.data = state, now, b""
    pending.save()
