"""Serve the pages on which an office hands people over and takes them over."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.diagnosis.case_rules import nearest_first
from bluezone.authority.episodes import handing_over, queries
from bluezone.authority.episodes.models import Episode, Exposure, Handover, Stay
from bluezone.authority.episodes.stays.forms import SpotForm
from bluezone.authority.episodes.stays.pages import seeing_stays, site_choices, spot_of
from bluezone.authority.officers import confirming, scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.generic import FormPage, OfficerPage
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import office_name
from bluezone.authority.persons import services as persons
from bluezone.authority.site import clock, registries
from bluezone.authority.site.language import sentence_of
from bluezone.errors import TranslatableError

_DECISIONS = {each.value: each for each in Handover.State if each is not Handover.State.WAITING}


def taking_part(user: User | AnonymousUser) -> User:
    """Return the officer, who may confirm cases or keeps stays. Raises PermissionDenied for all else."""
    officer = scope.officer(user)
    if not confirming.may_confirm(Issuer(officer=officer)):
        seeing_stays(officer)
    return officer


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


class HandOver(FormPage):
    """Ask another office to take a person over, alone or with chosen contacts."""

    access = scope.confirming_cases
    nav = "handovers"
    template_name = "episodes/hand_over.html"
    form_class = HandoverForm
    done = ""
    wrong_at = "to_place"
    row: Episode

    def prepare(self) -> None:
        """Find the person, whom the own office follows. Raises Http404 for any other."""
        rows = queries.editable(self.officer).select_related("person", "case__person")
        found = {"pk": key} if (key := self.kwargs.get("episode_id")) else {"case": self.kwargs["case_id"]}
        self.row = get_object_or_404(rows.exclude(case__merged_into__isnull=False), **found)
        if not handing_over.owns(self.row, self.office):
            raise Http404
        # the contacts of the person, and theirs, that the same office follows
        near = list(rows.filter(exposures__source=self.row).distinct())
        further = rows.filter(exposures__source__in=[each.pk for each in near]).distinct().exclude(pk=self.row.pk)
        self.contacts = {str(each.pk): each for each in (*near, *further) if handing_over.owns(each, self.office)}
        people = (each.person for each in (self.row, *self.contacts.values()))
        persons.open_for(people, self.officer, clock.now())

    @property
    def office(self) -> str:
        return Issuer(officer=self.officer).place

    def get_form(self) -> HandoverForm:
        day = clock.today()
        names = {place: office_name(place, day) for place in confirming.all_offices_with_right() - {self.office}}
        met = Exposure.objects.filter(episode__in=self.contacts.values(), source=self.row).order_by("day")
        relations = {row.episode_id: row.relation for row in met}
        along = [  # in a shift by name, with what they are to the person handed over
            (key, " · ".join(filter(None, (f"{each.role.upper()} {each.called}", relations.get(each.pk, "")))))
            for key, each in self.contacts.items()
        ]
        return HandoverForm(
            [(place, names[place]) for place in nearest_first(self.office, names)],
            along,
            self.request.POST if self.request.method == "POST" else None,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        nobody = len(kwargs["form"].fields["to_place"].choices) == 1
        return super().get_context_data(**{"row": self.row, "nobody": nobody} | kwargs)

    def act(self) -> None:
        along = [self.contacts[key] for key in self.form.cleaned_data.get("along", ())]
        handing_over.ask(self.row, self.form.cleaned_data["to_place"], self.officer, clock.now(), along)

    def way_back(self) -> str:
        return reverse("episodes:handovers")


class HandoverList(OfficerPage):
    """List who waits to be taken over by the officer's office, and whom it asked others to take."""

    access = taking_part
    nav = "handovers"
    template_name = "episodes/handovers.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        both = ((handing_over.incoming, True), (handing_over.outgoing, False))
        waiting: dict[int, tuple[Handover, bool]] = {}  # whose area holds both places is asked, and does not ask
        for rows, is_incoming in both:
            for row in rows(self.officer).filter(state=Handover.State.WAITING):
                waiting.setdefault(row.pk, (row, is_incoming))
        lines: list[dict[str, Any]] = []
        for row, is_incoming in waiting.values():
            others = row.others.filter(state=Handover.State.WAITING)
            stay = Stay.objects.filter(episode=row.episode, ended_on=None).first()
            found: dict[str, Any] = {
                "row": row,
                "person": row.episode,
                "role": row.episode.get_role_display().upper(),
                "incoming": is_incoming,
                "office": office_name(row.from_place if is_incoming else row.to_place, clock.today()),
                "along": [each.episode for each in others.select_related("episode__person", "episode__case__person")],
                "until": stay.until if stay is not None else None,
                "moves": is_incoming and bool(handing_over.staying(row)),
            }
            lines.append(found)
        people = (each.person for line in lines for each in (line["person"], *line["along"]))
        persons.open_for(people, self.officer, clock.now())
        return super().get_context_data(**{"lines": lines} | kwargs)


class Decide(FormPage, HandoverList):
    """Accept or decline what another office asks; take back what the own one asked. Who accepts somebody in isolation
    says where they are to be."""

    form_class = SpotForm
    title = _("Take somebody over")
    button = _("Take over")
    done = ""
    state: Handover.State
    row: Handover

    def prepare(self) -> None:
        """Find the hand-over. Raises Http404 for one that this office does not decide of."""
        state = _DECISIONS.get(self.kwargs["decision"])
        if state is None:
            raise Http404
        rows = handing_over.outgoing if state is Handover.State.TAKEN_BACK else handing_over.incoming
        self.state, self.row = state, get_object_or_404(rows(self.officer), pk=self.kwargs["handover_id"])
        if self.request.method != "POST" and not self._asks_where:
            raise Http404

    @property
    def _asks_where(self) -> bool:
        """Return whether somebody goes along who is apart from others, so that a place for them is asked."""
        return self.state is Handover.State.ACCEPTED and bool(handing_over.staying(self.row))

    def get_form(self) -> SpotForm | None:
        if not self._asks_where or self.row.state != Handover.State.WAITING:
            return None
        home = self.own.place == self.row.to_place
        data = self.request.POST if self.request.method == "POST" else None
        return SpotForm(site_choices(self.officer), data, home=home)

    def get_template_names(self) -> list[str]:
        return ["pages/form.html" if self.form is not None else HandoverList.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = gettext("From %(place)s.") % {"place": office_name(self.row.from_place, clock.today())}
        trail = [(self.way_out(), gettext("Handing over"))]
        return super().get_context_data(**{"lead": text, "trail": trail} | kwargs)

    def act(self) -> None:
        values = self.form.cleaned_data if self.form is not None else None
        spot = spot_of(self.officer, values, self.own.place) if values else None
        handing_over.decide(self.row, self.state, self.officer, clock.now(), spot)

    def refused(self, error: TranslatableError) -> HttpResponse:
        """Say that it was decided meanwhile, or what is wrong with the place."""
        if self.form is not None:
            return super().refused(error)
        return self.show(409, problem=sentence_of(error))

    def way_back(self) -> str:
        """Return the address of whom the office has now, else of the list."""
        row = Episode.objects.get(pk=self.row.episode_id)
        if self.state is not Handover.State.ACCEPTED:
            return reverse("episodes:handovers")
        if not queries.visible(self.officer).filter(pk=row.pk).exists():
            return reverse("isolation:stay", args=[row.stays.get(ended_on=None).pk])
        return (
            reverse("diagnosis:detail", args=[row.case_id])
            if row.case_id
            else reverse("episodes:episode", args=[row.pk])
        )

    def way_out(self) -> str:
        return reverse("episodes:handovers")


def link_of_case(case_id: str) -> registries.Link:
    """Return the way from a case to where it is handed over."""
    asked = Handover.objects.filter(episode__case=uuid.UUID(case_id), state=Handover.State.WAITING).exists()
    said = _("Another office has been asked.") if asked else _("To another office, alone or with chosen contacts.")
    address = reverse("episodes:handovers") if asked else reverse("episodes:hand-over-case", args=(case_id,))
    return registries.Link(address, str(_("Hand over")), str(said))
