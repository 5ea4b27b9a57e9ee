"""Serve the pages on which an office hands people over and takes them over."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluezone.authority.diagnosis.case_rules import nearest_first
from bluezone.authority.diagnosis.pages import confirmers_page, issuer_of
from bluezone.authority.episodes import handing_over, queries
from bluezone.authority.episodes.models import Episode, Handover
from bluezone.authority.episodes.rules import ContactError
from bluezone.authority.officers import confirming, scope
from bluezone.authority.officers.pages import office_name
from bluezone.authority.site import clock, registries
from bluezone.authority.site.language import sentence_of

_DECISIONS = {each.value: each for each in Handover.State if each is not Handover.State.WAITING}


class HandoverForm(forms.Form):
    """Ask which office is to take a person over, of those where somebody may confirm cases, and which contacts go
    along."""

    to_place = forms.ChoiceField(label=_("To which office"), widget=forms.Select)
    along = forms.MultipleChoiceField(
        label=_("Who goes along"),
        help_text=_("All others stay with who follows them now."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, offices: list[tuple[str, str]], contacts: list[tuple[str, str]], *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        # none is chosen beforehand: whoever is asked by mistake learns of a person who is none of theirs
        cast(forms.ChoiceField, self.fields["to_place"]).choices = [("", "–"), *offices]
        cast(forms.ChoiceField, self.fields["along"]).choices = contacts
        if not contacts:
            del self.fields["along"]


@confirmers_page
@require_http_methods(["GET", "POST"])
def hand_over(
    request: HttpRequest, episode_id: uuid.UUID | None = None, case_id: uuid.UUID | None = None
) -> HttpResponse:
    """Ask another office to take a person over, alone or with chosen contacts."""
    officer, now, own = scope.officer(request.user), clock.now(), issuer_of(request).place
    rows = queries.editable(officer).select_related("person", "case__person")
    found = {"pk": episode_id} if episode_id is not None else {"case": case_id, "case__merged_into": None}
    row = get_object_or_404(rows, **found)
    if not handing_over.owns(row, own):
        raise Http404
    day = clock.date_of(now)
    names = {place: office_name(place, day) for place in confirming.all_offices_with_right() - {own}}
    contacts = {str(each.pk): each for each in _contacts(row, rows, own)}
    form = HandoverForm(
        [(place, names[place]) for place in nearest_first(own, names)],
        [(key, f"{each.role.upper()} {each.name}") for key, each in contacts.items()],
        request.POST if request.method == "POST" else None,
    )
    if request.method == "POST" and form.is_valid():
        along = [contacts[key] for key in form.cleaned_data.get("along", ())]
        try:
            handing_over.ask(row, form.cleaned_data["to_place"], officer, now, along)
            return redirect("episodes:handovers")
        except ContactError as error:
            form.add_error("to_place", sentence_of(error))
    context = {"nav": "handovers", "row": row, "form": form, "nobody": not names}
    return render(request, "episodes/hand_over.html", context, status=400 if form.errors else 200)


def _contacts(row: Episode, rows: Any, own: str) -> list[Episode]:
    """Return the contacts of a person, and theirs, that the same office follows."""
    near = list(rows.filter(exposures__source=row).distinct())
    further = rows.filter(exposures__source__in=[each.pk for each in near]).distinct().exclude(pk=row.pk)
    found = {each.pk: each for each in (*near, *further)}
    return [each for each in found.values() if handing_over.owns(each, own)]


@confirmers_page
@require_GET
def handovers(request: HttpRequest) -> HttpResponse:
    """List who waits to be taken over by the officer's office, and whom it asked others to take."""
    return _handovers_page(request)


def _handovers_page(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    office, day = issuer_of(request).place, clock.today()
    lines = [
        {
            "row": row,
            "person": row.episode,
            "role": row.episode.role.upper(),
            "incoming": row.to_place == office,
            "office": office_name(row.from_place if row.to_place == office else row.to_place, day),
            "along": [
                f"{each.episode.role.upper()} {each.episode.name}"
                for each in row.others.select_related("episode__person", "episode__case__person")
            ],
        }
        for row in handing_over.waiting(office)
    ]
    context = {"nav": "handovers", "lines": lines, "problem": problem}
    return render(request, "episodes/handovers.html", context, status=status)


@confirmers_page
@require_POST
def decide_handover(request: HttpRequest, handover_id: int, decision: str) -> HttpResponse:
    """Accept or decline what another office asks; take back what the own one asked."""
    state, office = _DECISIONS.get(decision), issuer_of(request).place
    if state is None:
        raise Http404
    rows = Handover.objects.filter(asked_with=None).select_related("episode")
    row = get_object_or_404(rows, pk=handover_id)
    is_own = handing_over.owns(Episode(place=row.from_place), office)
    if not (is_own if state is Handover.State.TAKEN_BACK else row.to_place == office):
        raise Http404
    try:
        handing_over.decide(row, state, scope.officer(request.user), clock.now())
    except ContactError as error:
        return _handovers_page(request, sentence_of(error), 409)
    if state is not Handover.State.ACCEPTED:
        return redirect("episodes:handovers")
    case = row.episode.case_id
    return redirect("diagnosis:detail", case) if case else redirect("episodes:episode", row.episode_id)


def link_of_case(case_id: str) -> registries.Link:
    """Return the way from a case to where it is handed over."""
    asked = Handover.objects.filter(episode__case=uuid.UUID(case_id), state=Handover.State.WAITING).exists()
    said = _("Another office has been asked.") if asked else _("To another office, alone or with chosen contacts.")
    address = reverse("episodes:handovers") if asked else reverse("episodes:hand-over-case", args=(case_id,))
    return registries.Link(address, str(_("Hand over")), str(said))
