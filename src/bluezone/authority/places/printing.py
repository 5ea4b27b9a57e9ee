"""Draw the posters of places, on A4 or A6, one page an entrance or vehicle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import HttpRequest, HttpResponse

from bluezone.authority.officers.letterheads import letterheads_of, unit_place
from bluezone.authority.places.models import Entrance, Place
from bluezone.authority.site import clock
from bluezone.authority.units.posters import MOST_IN_ONE_FILE, public_address
from bluezone.authority.units.queries import path_of_code
from bluezone.protocol.check_ins import place_address
from bluezone.rollout.documents import Paper, Poster, PosterKind, posters_pdf
from bluezone.rollout.texts import own_language


def paper_of(text: str) -> Paper:
    """Return the paper that is asked for; A4 for anything else."""
    return Paper.A6 if text == Paper.A6 else Paper.A4


def entrances_of(places: Iterable[Place]) -> list[Entrance]:
    """Return the rooms, entrances and vehicles of open, confirmed places that show a code, place by place; one
    more than fit into a file where there are too many."""
    rows = Entrance.objects.filter(at__in=[each.pk for each in places], at__closed_at=None, ended_at=None)
    rows = rows.exclude(at__confirmed_at=None).select_related("at__organisation")
    return list(rows.order_by("at__organisation__name", "at__pk", "name")[: MOST_IN_ONE_FILE + 1])


def pdf_of(request: HttpRequest, entrances: Sequence[Entrance], paper: Paper, name: str) -> HttpResponse:
    """Draw the posters of entrances in one file, in Vietnamese: the code of each checks in and installs. Raises
    DocumentError without any."""
    today = clock.today()
    heads = letterheads_of([unit_place(each.at.organisation.place) for each in entrances], today)
    origin = public_address(request, "/").rstrip("/")
    posters = []
    for each in entrances:
        unit = each.at.organisation
        if each.at.moves and each.name:
            title, below = each.name, unit.name
        else:
            title = f"{unit.name} – {each.name}" if each.name else unit.name
            below = each.at.address or path_of_code(unit.within)
        posters.append(
            Poster(
                unit=title,
                above=below,
                code=unit.code,
                url=place_address(origin, unit.code, bytes(each.payload)),
                issuer=heads[unit_place(unit.place)].issuer,
                hotline=heads[unit_place(unit.place)].hotline,
                kind=PosterKind.VEHICLE if each.at.moves else PosterKind.PLACE,
            )
        )
    drawn = posters_pdf(posters, today, own_language(), paper)
    headers = {"Content-Disposition": f'inline; filename="{name}-{paper}.pdf"'}
    return HttpResponse(drawn, content_type="application/pdf", headers=headers)
