"""Take files of organisations: read them, store them, and serve their pages."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import code_over, place_of
from bluezone.authority.officers.upload_pages import UploadPages, first
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text
from bluezone.authority.site.models import Upload
from bluezone.authority.site.uploads import spreadsheets
from bluezone.authority.site.uploads.forms import UploadForm
from bluezone.authority.site.uploads.pipeline import Kind, Stored, UploadError
from bluezone.authority.units import sectors, services
from bluezone.authority.units.imports import (
    MOST_ROWS,
    Draft,
    Key,
    Preview,
    Register,
    key_in,
    preview,
    top_key,
)
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.queries import find_organisation, find_unit, path_of_code
from bluezone.authority.units.rules import OrganisationError
from bluezone.authority.units.services import Facts, facts_of
from bluezone.geography import catalogue
from bluezone.geography.units import Unit
from bluezone.rollout.sectors import Sector
from bluezone.spreadsheets.draft import Context
from bluezone.spreadsheets.results import Proposal
from bluezone.spreadsheets.roles import ORGANISATIONS


class OrganisationsForm(UploadForm):
    """Ask for a file of organisations."""

    file_help = _(
        "At most 2,000 rows. Columns: name, sector, commune (district, province), headcount, families, head, part of; "
        "in Vietnamese: tên đơn vị, lĩnh vực, xã (huyện, tỉnh), số người, gia đình, người đứng đầu, thuộc đơn vị. "
        "A school may come with its classes, a zone with its companies: write its name in the last column."
    )


def check(upload: Upload) -> None:
    """Raise UploadError or TableError for what is no list of organisations."""
    found = understand(upload, clock.now())
    if len(found.rows) > MOST_ROWS:
        template = gettext_noop("the list has {count} rows; at most {most} are taken at once")
        raise UploadError(template, count=len(found.rows), most=MOST_ROWS)


def read(upload: Upload, now: dt.datetime) -> Preview:
    """Read the file as things stand now, within the jurisdiction it was brought for."""
    own, day = scope.jurisdiction_over(upload.place), clock.date_of(now)

    def find(text: str) -> Unit:
        unit = find_unit(text, own, day)
        if not own.may_direct(place_of(unit.code), own.sectors):
            raise OrganisationError(gettext_noop("{unit} lies outside your jurisdiction"), unit=unit.full_name)
        return unit

    def holder(text: str) -> tuple[str, Facts]:
        row = find_organisation(text, own)
        return row.code, facts_of(row)

    known = list(sectors.of_place(own.territory or own.place).values())
    register = Register(find, holder, _stored, known, sectors.offered_to(own),
                        sectors.closed_in(own.territory or own.place))  # fmt: skip
    return preview(understand(upload, now), register)


def store(upload: Upload, found: Preview, confirmed: Collection[int], now: dt.datetime) -> Stored:  # noqa: ARG001
    """Add and change organisations. No row of such a file is in doubt. Raises OrganisationError."""
    changed = [draft for draft in found.rows if draft.change == "changed"]
    new = [draft for draft in found.rows if draft.change == "new"]
    rows = {row.code: row for row in Organisation.objects.filter(code__in=[draft.code for draft in changed])}
    codes: dict[int, str] = {}
    with services.together():
        for draft in sorted((*new, *changed), key=lambda each: (_depth(each, found), each.line)):
            facts = replace(draft.facts, parent=codes[draft.holder]) if draft.holder else draft.facts
            if draft.change == "new":
                codes[draft.line] = services.register(facts, clock.date_of(now)).code
            else:
                rows[draft.code].refresh_from_db()  # what it lies in may have moved with an earlier row
                services.change(rows[draft.code], facts)
    return Stored(added=len(new), changed=len(changed))


def _depth(draft: Draft, found: Preview) -> int:
    """Return how many new units of the file a row's lies in: they are stored before it."""
    by_line, depth = {each.line: each for each in found.rows}, 0
    while draft.holder:
        draft, depth = by_line[draft.holder], depth + 1
    return depth


def understand(upload: Upload, now: dt.datetime) -> Proposal:
    """Return what the list's columns and rows are taken for. Raises TableError."""
    context = Context(catalogue.all_units(), clock.date_of(now), code_over(upload.place))
    return spreadsheets.proposal_of(upload, context, ORGANISATIONS)


def _stored(keys: Iterable[Key]) -> Mapping[Key, tuple[str, Facts]]:
    wanted = set(keys)
    holders = {holder for _within, _sector, _name, holder in wanted if holder}
    units = {within for within, _sector, _name, _holder in wanted if within}
    rows = Organisation.objects.filter(closed_on=None).select_related("parent")
    found: dict[Key, tuple[str, Facts]] = {}
    inside: dict[Key, list[tuple[str, Facts]]] = defaultdict(list)
    for row in rows.filter(Q(within__in=units) | Q(parent__code__in=holders)):
        facts = facts_of(row)
        if row.parent is None:
            found[top_key(facts)] = row.code, facts
        else:
            found[key_in(row.name, row.parent.code)] = row.code, facts
            inside[top_key(facts)].append((row.code, facts))
    for key, several in inside.items():
        if len(several) == 1:  # a list without the column means it; of several classes 6A nobody knows which
            found.setdefault(key, several[0])
    return {key: each for key, each in found.items() if key in wanted}


def _context(found: Preview) -> dict[str, Any]:
    among = sectors.every()
    shown, more = first(found.rows)
    return {"sample": [_sample(draft, among) for draft in shown], "more_rows": more}


def _sample(draft: Draft, among: Mapping[str, Sector]) -> dict[str, Any]:
    held = draft.held.headcount if draft.held else None
    return {
        "draft": draft,
        "headcount": number_text(draft.facts.headcount),
        "held": number_text(held) if held != draft.facts.headcount else "",
        "sector": sectors.name_of(draft.facts.sector, among),
        "within": path_of_code(str(draft.facts.within)),
    }


KIND = Kind("organisations", check, read, store, understand)
PAGES = UploadPages(
    kind=KIND,
    form=OrganisationsForm,
    namespace="units",
    nav="units",
    title=_("Upload a list of units"),
    lead=_("A spreadsheet, a row a unit. You see what it would do before anything is stored."),
    onward=("units:list", _("The units")),
    names=lambda found: found.names,
    context=_context,
    rows_template="units/upload_rows.html",
    of_units=False,
    allowed=scope.directing_units,
)
