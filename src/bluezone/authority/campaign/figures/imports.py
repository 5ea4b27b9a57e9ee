"""Read, judge and store an officer's table of figures, for the pipeline of uploads."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Collection
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext_noop

from bluezone.authority.campaign.figures import reader, store
from bluezone.authority.campaign.figures.store import FigureError
from bluezone.authority.officers.jurisdiction import LEVEL_OF_ROLE, Role, code_of
from bluezone.authority.site import clock
from bluezone.authority.site.models import Upload
from bluezone.authority.site.uploads import pipeline, spreadsheets
from bluezone.authority.site.uploads.pipeline import Kind, Stored
from bluezone.authority.units.models import Organisation
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.rollout.checks import Member
from bluezone.rollout.counts import DEVICES, OrganisationCode
from bluezone.rollout.imports import Preview, ReadFile, Scope, judge, of_file
from bluezone.rollout.problems import Problem, Severity
from bluezone.rollout.sectors import codes_among
from bluezone.rollout.sources import REPORTED
from bluezone.spreadsheets.draft import Context
from bluezone.spreadsheets.results import Proposal
from bluezone.spreadsheets.roles import FIGURES


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
    if source.startswith(("=", "+", "-", "@")):
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
    understand(upload, clock.now())


def understand(upload: Upload, now: dt.datetime) -> Proposal:
    """Return what the columns and rows of a table are taken for. Raises TableError."""
    return spreadsheets.proposal_of(upload, context_of(upload, now), FIGURES)


def context_of(upload: Upload, now: dt.datetime) -> Context:
    """Return what is known beside a file of an officer: the units of the place, their people, their organisations."""

    def organisations(codes: Collection[str]) -> dict[str, str]:
        written = {code: OrganisationCode(read) for code in codes for read in codes_among([code])}
        found = _organisations(upload.place, set(written.values()))
        return {code: found[read].name for code, read in written.items() if read in found}

    today, place = clock.date_of(now), code_of(upload.place)
    return Context(catalogue.all_units(), today, place, reader.denominators(), organisations)


def read(upload: Upload, now: dt.datetime) -> Preview:
    """Judge a table with all its problems, against the database as it is now."""
    scope = Scope(
        today=clock.date_of(now),
        within=code_of(upload.place),
        source=" ".join(upload.options.get("source", "").split()) or REPORTED,  # `check` has looked at it
        origin=store.origin_of(upload.place),
        organisations=functools.partial(_organisations, upload.place),
        before=lambda units, day: reader.neighbours(units, day, day),
    )
    return judged(of_file(understand(upload, now), catalogue.all_units(), scope))


def judged(file: ReadFile) -> Preview:
    """Judge figures beside those that are stored of the same units."""
    counts = [row.count for row in file.rows if row.count is not None]
    dates = [count.date for count in counts]
    stored = reader.neighbours({count.unit for count in counts}, min(dates), max(dates)) if counts else []
    return judge(_not_ours(file), reader.denominators(), stored, reader.beside(counts))


def _not_ours(file: ReadFile) -> ReadFile:
    """Return figures with an error at each whose row passes for our own count."""
    template = gettext_noop("“devices” is what this server counts itself; name another source")
    header = file.headers.get("source", "")
    ours = [row for row in file.rows if row.count is not None and row.count.source.lower() == DEVICES]
    problems = [Problem(row.claim.line, header, "devices", Severity.ERROR, template) for row in ours]
    return replace(file, problems=(*file.problems, *problems))


def store_rows(upload: Upload, preview: Preview, confirmed: Collection[int], now: dt.datetime) -> Stored:  # noqa: ARG001
    """Store the good rows of a table, and those in doubt that are confirmed, each of these with the reason."""
    assert upload.officer is not None
    sure, why = set(preview.to_store()), upload.options.get(pipeline.WHY, "")
    taken = [count for count in preview.to_store(confirmed=confirmed) if count not in sure]
    with transaction.atomic():
        one = store.write(sure, upload.officer, log_new=False, why=str(upload))
        other = store.write(taken, upload.officer, log_new=True, why=f"{why} ({upload})")
    return Stored(added=one.added + other.added, changed=one.changed + other.changed)


def _organisations(place: str, codes: Collection[OrganisationCode]) -> dict[OrganisationCode, Member]:
    """Return those of some organisations that are open and in a jurisdiction, by code."""
    rows = Organisation.objects.filter(place__startswith=place, closed_on=None, code__in=codes) if codes else ()
    return {OrganisationCode(row.code): Member(row.name, row.people) for row in rows}


KIND = Kind("figures", check, read, store_rows, understand, asks_why=True)
