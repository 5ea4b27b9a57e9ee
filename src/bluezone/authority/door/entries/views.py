"""Serve the officers' pages of entries at a door: counts by hour, and openings for a case."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bluezone.authority.diagnosis.queries import visible_cases
from bluezone.authority.door.entries import rules, services
from bluezone.authority.door.models import DoorOpening
from bluezone.authority.door.unit_views import OfDoor
from bluezone.authority.messages import sms
from bluezone.authority.officers import confirming, scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.generic import DetailPage, Step
from bluezone.authority.officers.jurisdiction import Jurisdiction
from bluezone.authority.site import clock, registries
from bluezone.authority.site.fields import MomentField
from bluezone.authority.site.language import number_text, page_language
from bluezone.authority.site.registries import Link
from bluezone.i18n import format_date, format_moment


class OpeningForm(forms.Form):
    """Ask for the case and the window."""

    file_number = forms.CharField(
        label=gettext_lazy("File number of the case"), max_length=40, widget=forms.TextInput({"autocomplete": "off"})
    )
    start = MomentField(label=pgettext_lazy("time", "From"))
    end = MomentField(label=pgettext_lazy("time", "To"))


class EntriesPage(OfDoor, DetailPage):
    """Show how many entries a door has by hour, and to the province's health authority its openings."""

    template_name = "door/entries.html"

    @property
    def may_open(self) -> bool:
        return self.may_open_at(self.object.place)

    def may_open_at(self, place: str) -> bool:
        """Return whether the officer may open the doors of a place."""
        reads_health = confirming.may_read_health(Issuer(officer=self.officer))
        return rules.may_open(self.own, place, reads_health=reads_health)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        openings = DoorOpening.objects.filter(organisation=self.object).select_related("case").order_by("-asked_at")
        found: dict[str, Any] = {
            "days": [_day(day, hours) for day, hours in services.counts(self.object).items()],
            "may_open": self.may_open,
            "openings": [_opening(each, self.officer.pk) for each in openings] if self.may_open else [],
        }
        found = super().get_context_data(**found | kwargs)
        found["form"] = found.get("form") or OpeningForm()
        return found


def _day(day: dt.date, hours: list[int]) -> dict[str, Any]:
    most = max(hours)
    busy = [(hour, count) for hour, count in enumerate(hours) if count]
    return {
        "day": format_date(day, page_language()),
        "sum": number_text(sum(hours)),
        "hours": [{"hour": hour, "count": number_text(count)} for hour, count in busy],
        "points": " ".join(
            f"{10 + hour * 20},{90 - (80 * count // most if most else 0)}" for hour, count in enumerate(hours)
        ),
        "busiest": max(busy, key=lambda each: each[1])[0] if busy else 0,
    }


def _moment(at: dt.datetime) -> str:
    return format_moment(timezone.localtime(at), page_language())


def _opening(opening: DoorOpening, officer: int) -> dict[str, Any]:
    return {
        "id": opening.pk,
        "case": opening.case.file_number,
        "start": _moment(opening.start_at),
        "end": _moment(opening.end_at),
        "state": opening.get_state_display(),
        "waits": opening.state == DoorOpening.State.WAITING,
        "opened": opening.state == DoorOpening.State.OPENED,
        "own": opening.asked_by_id == officer,
    }


class EntriesStep(Step, EntriesPage):
    """Do one thing with the entries of a door, for the province's health authority."""

    done = ""

    def way_back(self) -> str:
        return reverse("door:entries", args=[self.object.code])


class AskOpening(EntriesStep):
    """Ask that a window be opened for a case."""

    right = Jurisdiction.may_edit
    form_class = OpeningForm
    form: OpeningForm

    def prepare(self) -> None:
        super().prepare()
        if not self.may_open:
            raise PermissionDenied

    def act(self) -> HttpResponse | None:
        facts = self.form.cleaned_data
        case = visible_cases(self.officer).filter(file_number__iexact=facts["file_number"].strip()).first()
        if case is None:
            self.form.add_error("file_number", _("You have no case of this file number."))
            return self.show(400)
        services.ask(self.object, case, facts["start"], facts["end"], self.officer, clock.now())
        return None


class OpeningStep(EntriesStep):
    """Do one thing with an opening of the officer's province."""

    opening: DoorOpening

    def prepare(self) -> None:
        """Find the opening and its door. Raises Http404 for one of another place, PermissionDenied without the
        right."""
        openings = scope.editable(DoorOpening.objects.select_related("organisation__door", "case"), self.officer)
        self.opening = get_object_or_404(openings, pk=self.kwargs["opening_id"])
        if not self.may_open_at(self.opening.place):
            raise PermissionDenied
        self.object = self.opening.organisation


class DecideOpening(OpeningStep):
    """Agree to an opening, or refuse it."""

    def act(self) -> None:
        agrees = self.request.POST.get("act") == "open"
        services.decide(self.opening, self.officer, clock.now(), agrees=agrees)


class ReadOpening(OpeningStep):
    """Show the entries of an opened window. That they were read is noted; nothing of them is stored."""

    def act(self) -> HttpResponse:
        visitors, unread = services.read(self.opening, self.officer)
        context = {
            "nav": self.nav,
            "unit": self.object,
            "opening": _opening(self.opening, self.officer.pk),
            "visitors": [
                {
                    "hour": _moment(dt.datetime.fromtimestamp(each.hour * rules.HOUR_S, dt.UTC)),
                    "telephone": each.telephone,
                    "pass_number": each.pass_number,
                    "links": self._ways(each.pass_number),
                }
                for each in visitors
            ],
            "unread": unread,
            "texts": sms.sender() is not None,
        }
        return render(self.request, "door/opened.html", context)

    def _ways(self, number: str) -> list[Link]:
        """Return the links to the pages of a pass."""
        ways = (link(self.request.user, number) for link in registries.pass_links) if number else ()
        return [way for way in ways if way]
