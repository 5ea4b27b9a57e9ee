"""Show who declared a journey on which a case was, those who sat near first, and lead from the stay to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from bluezone.authority.declarations import journeys, private, queries, rules, services
from bluezone.authority.declarations.journeys import Nearness
from bluezone.authority.declarations.models import HealthDeclaration
from bluezone.authority.declarations.views import level_tag, reading
from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import OfficerPage
from bluezone.authority.officers.jurisdiction import codes_of
from bluezone.authority.officers.pages import place_name
from bluezone.authority.places import queries as places
from bluezone.authority.places.models import RiskyWindow, SharedStay
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language
from bluezone.authority.site.registries import Link
from bluezone.forms.definition import Use
from bluezone.i18n import format_moment
from bluezone.protocol.check_ins import VEHICLES, read_payload

_MOST = 1_000


@dataclass(frozen=True, slots=True)
class _Passenger:
    """Hold a declaration of the journey: whose it is stands on its sheet alone."""

    row: HealthDeclaration
    seat: str
    order: tuple[Nearness, int, str]


def link_of_stay(user: Any, stay: RiskyWindow | SharedStay) -> Link | None:
    """Return the way from a stay in a vehicle to those who declared the journey, for who may read both."""
    own = scope.jurisdiction(user)
    if own is None or not rules.sees_people(own) or not isinstance(stay, RiskyWindow) or not stay.entrance.at.moves:
        return None
    return Link(reverse("declarations:journey", args=[stay.pk]), gettext("Who travelled"))


class Journey(OfficerPage):
    """List who declared the journey of a marked stay: the same row, two rows before and behind, then the others."""

    access = reading
    nav, template_name = "declarations", "declarations/journey.html"

    def prepare(self) -> None:
        if not self.officer.may_confirm:
            raise PermissionDenied
        windows = places.windows_seen(self.officer).filter(entrance__at__kind__in=[*VEHICLES])
        self.window = get_object_or_404(windows, pk=self.kwargs["window_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        window, language = self.window, page_language()
        text = self.request.GET.get("across", "")
        wanted = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else journeys.USUAL_ACROSS
        across = min(max(wanted, 1), journeys.MOST_ACROSS)
        passengers = sorted(
            (_passenger(row, window.seat, across) for row in _rows_of(window)),
            key=lambda each: (each.order, each.row.pk),
        )
        visible = queries.visible(self.officer).filter(pk__in=[each.row.pk for each in passengers])
        own = set(visible.values_list("pk", flat=True))
        found = {
            "code": window.entrance.at.organisation.code,
            "vehicle": read_payload(bytes(window.entrance.payload)).description,
            "company": window.entrance.at.organisation.name,
            "from": format_moment(timezone.localtime(window.start_at), language),
            "to": format_moment(timezone.localtime(window.end_at), language),
            "seat": window.seat,
            "seat_is_read": journeys.read_seat(window.seat, across) is not None,
            "across": across,
            "near": sum(each.order[0] <= Nearness.NEAR for each in passengers),
            "rows": [_shown(each, is_own=each.row.pk in own) for each in passengers],
        }
        return super().get_context_data(**found | kwargs)


def _rows_of(window: RiskyWindow) -> list[HealthDeclaration]:
    """Return the declarations of the journey of a stay, in whatever place its passengers live."""
    names = (window.entrance.name, read_payload(bytes(window.entrance.payload)).description)
    boarded = timezone.localtime(window.start_at).date()
    digests = private.journey_digests(journeys.journeys_of(names, boarded))
    rows = HealthDeclaration.objects.filter(journey_digest__in=digests)
    return list(rows.exclude(journey_digest="").exclude(state=rules.State.WITHDRAWN.value).order_by("pk")[:_MOST])


def _passenger(row: HealthDeclaration, case: str, across: int) -> _Passenger:
    seen = services.seen(row)
    field = seen.form.used(Use.SEAT)
    answer = seen.answers.get(field.name, "") if field is not None else ""
    seat = answer if isinstance(answer, str) else ""
    return _Passenger(row, seat, journeys.order_of(seat, case, across))


def _shown(passenger: _Passenger, *, is_own: bool) -> dict[str, Any]:
    row, nearness = passenger.row, passenger.order[0]
    texts = {
        Nearness.SAME_ROW: ("act", gettext("same row")),
        Nearness.NEAR: ("watch", gettext("one or two rows away")),
        Nearness.UNKNOWN: ("", gettext("not known")),
        Nearness.FARTHER: ("", gettext("farther away")),
    }
    tone, text = texts[nearness]
    place = row.place if is_own else f"/{'/'.join(codes_of(row.place)[:1])}/"
    return {
        "pk": row.pk if is_own else None,
        "seat": passenger.seat or "–",
        "tone": tone,
        "near": text,
        "place": place_name(place, clock.date_of(clock.now())),
        "tag": level_tag(row),
        "state": row.get_state_display() if is_own else "",
    }
