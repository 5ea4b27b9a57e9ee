"""Keep how each place heads and signs its documents, for bulletins and posters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from bluezone.authority.officers.jurisdiction import Jurisdiction, code_of, codes_of, office_number, places_above
from bluezone.authority.officers.models import Office, OfficeLetterhead
from bluezone.authority.site.gazetteer import unit_of
from bluezone.geography.units import UnitCode, nation_on
from bluezone.rollout.letterhead import Letterhead, default_letterhead, office_letterhead


def letterhead_of(place: str, day: dt.date) -> Letterhead:
    """Return the letterhead of a place of the gazetteer, or of an office there: its own, or the common one of its kind
    with the hotline of the nearest place above that has written one."""
    return letterheads_of([place], day)[place]


def letterheads_of(places: Iterable[str], day: dt.date) -> dict[str, Letterhead]:
    """Return the letterheads of many places as `letterhead_of` does, with one query."""
    wanted = set(places)
    above = {each for place in wanted for each in places_above(place)}
    rows = {row.place: row for row in OfficeLetterhead.objects.filter(place__in=above)}
    found = {place: as_letterhead(rows[place]) for place in wanted & set(rows)}
    for place in wanted - set(rows):
        found[place] = _common(place, day)
        nearest = next((rows[each] for each in reversed(places_above(place)) if each in rows), None)
        if nearest is not None:
            found[place] = replace(found[place], hotline=nearest.hotline)
    return found


def _common(place: str, day: dt.date) -> Letterhead:
    """Return the letterhead of a place, or of an office, that has not written its own."""
    if (number := office_number(place)) is not None:
        office = Office.objects.get(pk=number)
        code = code_of(office.territory)
        return office_letterhead(office.name, unit_of(code, day) if code else nation_on(day))
    code = code_of(place)
    return default_letterhead(unit_of(code, day) if code else nation_on(day))


def place_of_letterhead(own: Jurisdiction) -> str:
    """Return the place whose letterhead an officer's documents bear: an office's own, else the place's."""
    return own.place if own.is_office else unit_place(own.place)


def row_of(place: str, day: dt.date) -> OfficeLetterhead:
    """Return the row of a place's letterhead as it is in force: the own one, or a new one with what all of its kind
    have."""
    row = OfficeLetterhead.objects.filter(place=place).first()
    if row is not None:
        return row
    common = letterhead_of(place, day)
    return OfficeLetterhead(
        place=place,
        body=common.body,
        above=common.above,
        written_at=common.place,
        number=common.number,
        signs_for=common.signs_for,
        signer=common.signer,
        recipients="\n".join(common.recipients),
        hotline=common.hotline,
    )


def forget(place: str) -> None:
    """Go back to the letterhead that every place of its kind has."""
    for row in OfficeLetterhead.objects.filter(place=place):  # each by itself: the audit log sees no deletion in bulk
        row.delete()


def as_letterhead(row: OfficeLetterhead) -> Letterhead:
    """Return a stored letterhead as documents use it."""
    return Letterhead(
        body=row.body,
        place=row.written_at,
        number=row.number,
        signer=row.signer,
        above=row.above,
        signs_for=row.signs_for,
        recipients=tuple(row.recipients.split("\n")) if row.recipients else (),
        hotline=row.hotline,
    )


def unit_place(place: str) -> str:
    """Return the place of the gazetteer that a place is or lies in: an organisation's, that of its commune."""
    codes = [each for each in codes_of(place) if ":" in each]
    return "/" + "".join(f"{UnitCode.parse(each)}/" for each in codes)
