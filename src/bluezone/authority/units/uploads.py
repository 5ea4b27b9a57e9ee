"""Take files of organisations: read them, store them, and serve their pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bluezone.authority.officers.jurisdiction import directing_over, place_of
from bluezone.authority.officers.upload_pages import UploadPages, first
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text
from bluezone.authority.site.models import Upload
from bluezone.authority.site.uploads.forms import UploadForm
from bluezone.authority.site.uploads.pipeline import Kind, Stored
from bluezone.authority.units import sectors, services
from bluezone.authority.units.imports import Draft, Key, Lines, Preview, check_header, preview
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.places import find_unit, path_of_code
from bluezone.authority.units.rules import OrganisationError
from bluezone.authority.units.services import Facts, facts_of
from bluezone.geography.units import Unit
from bluezone.rollout.sectors import Sector
from bluezone.rollout.tables import read_lines


class OrganisationsForm(UploadForm):
    """Ask for a file of organisations."""

    file_help = _(
        "At most 2,000 rows. Columns: name, sector, commune (district, province), headcount, families, head; in "
        "Vietnamese: tên đơn vị, lĩnh vực, xã (huyện, tỉnh), số người, gia đình, người đứng đầu."
    )


def check(upload: Upload) -> None:
    """Raise UploadError or TableError for what is no list of organisations."""
    check_header(_lines(upload))


def read(upload: Upload, now: dt.datetime) -> Preview:
    """Read the file as things stand now, within the jurisdiction it was brought for."""
    own, day = directing_over(upload.place), clock.date_of(now)

    def find(text: str) -> Unit:
        unit = find_unit(text, own, day)
        if not own.may_direct(place_of(unit.code)):
            raise OrganisationError(gettext_noop("{unit} lies outside your jurisdiction"), unit=unit.full_name)
        return unit

    return preview(_lines(upload), find, _stored, list(sectors.of_place(upload.place).values()))


def store(upload: Upload, found: Preview, confirmed: Collection[int], now: dt.datetime) -> Stored:  # noqa: ARG001
    """Add and change organisations. No row of such a file is in doubt. Raises OrganisationError."""
    changed = [draft for draft in found.rows if draft.change == "changed"]
    new = [draft for draft in found.rows if draft.change == "new"]
    rows = _rows(draft.key for draft in changed)
    for draft in changed:
        services.change(rows[draft.key], draft.facts)
    for draft in new:
        services.register(draft.facts, clock.date_of(now))
    return Stored(added=len(new), changed=len(changed))


def _lines(upload: Upload) -> Lines:
    return read_lines(bytes(upload.data), upload.file_name)


def _stored(keys: Iterable[Key]) -> Mapping[Key, Facts]:
    return {key: facts_of(row) for key, row in _rows(keys).items()}


def _rows(keys: Iterable[Key]) -> dict[Key, Organisation]:
    wanted = set(keys)
    rows = Organisation.objects.filter(within__in={within for within, _sector, _name in wanted}, closed_on=None)
    return {key: row for row in rows if (key := (row.within, row.sector, row.name)) in wanted}


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


KIND = Kind("organisations", check, read, store)
PAGES = UploadPages(
    kind=KIND,
    form=OrganisationsForm,
    namespace="units",
    nav="units",
    title=_("Upload a list of units"),
    lead=_("A CSV or XLSX file, a row a unit. You see what it would do before anything is stored."),
    onward=("units:list", _("The units")),
    names=lambda found: found.names,
    context=_context,
    rows_template="units/upload_rows.html",
)
