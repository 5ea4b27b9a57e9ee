"""Serve the ministry's pages of partners: agreements, what was handed over and refused; and of results in files."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from django.db.models import Count, Model, Q, QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bluezone.authority.officers import scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.generic import DetailPage, FilePage, FormPage, ListPage, OfJurisdiction, Step
from bluezone.authority.officers.jurisdiction import Role
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import place_name
from bluezone.authority.partners import results, services
from bluezone.authority.partners.forms import AgreementForm, DeliveryFilters, ResultsForm
from bluezone.authority.partners.models import Agreement, Delivery
from bluezone.authority.partners.rules import AgreementError, Format, State
from bluezone.authority.site import clock
from bluezone.authority.site.configuration import disease
from bluezone.authority.site.language import page_language, sentence_of
from bluezone.authority.site.uploads.forms import too_big
from bluezone.exchange import dhis2
from bluezone.exchange.errors import ExchangeError
from bluezone.geography.country import country
from bluezone.geography.units import Level
from bluezone.tables import XLSX

_TYPES = {
    Format.WHO: ("text/csv; charset=utf-8", "csv"),
    Format.EPICONTACTS: ("text/csv; charset=utf-8", "csv"),
    Format.MINISTRY: (XLSX, "xlsx"),
    Format.NDJSON: ("application/fhir+ndjson", "ndjson"),
}


class OfAgreements(OfJurisdiction):
    """Serve agreements to officers of the ministry."""

    access = scope.ministry
    nav = "partners"
    model: ClassVar[type[Model]] = Agreement


class AgreementList(OfAgreements, ListPage):
    """List agreements: what holds first."""

    template_name = "partners/list.html"
    ordering = ("stopped_at", "-ends_at", "pk")

    def rows(self) -> QuerySet[Agreement]:
        counts = {state.value: Count("deliveries", Q(deliveries__state=state.value)) for state in State}
        return Agreement.objects.annotate(**counts)

    def present(self, rows: Sequence[Any]) -> Sequence[dict[str, Any]]:
        now, day = clock.now(), clock.today()
        return [{"row": row, "place": place_name(row.place, day), "tag": _tag(row, now)} for row in rows]


def _tag(row: Agreement, now: dt.datetime) -> tuple[str, str, str]:
    """Return tone, icon and word of an agreement's state."""
    if row.stopped_at is not None or row.ends_at <= now:
        return "", "off", _("ended")
    if row.begins_at > now:
        return "watch", "wait", _("not begun")
    if row.failures:
        return "act", "alert", _("does not answer")
    return "safe", "done", _("holds")


class AgreementPage(OfAgreements, DetailPage):
    """Show an agreement, and how handing over goes."""

    template_name = "partners/agreement.html"
    named = "agreement_id"
    object: Agreement

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, now = self.object, clock.now()
        terms = services.terms_of(row)
        try:
            services.terms_in_force(row, now)
            refusal = ""
        except AgreementError as error:
            refusal = sentence_of(error)
        counts = dict(row.deliveries.values_list("state").annotate(Count("pk")))
        found = {
            "terms": terms,
            "units": country().system(terms.units).names[page_language()] if terms.units else "",
            "place": place_name(terms.place, clock.today()),
            "tag": _tag(row, now),
            "refusal": refusal,
            "is_file": terms.format.is_file,
            "is_dhis2": terms.format in (Format.TRACKER, Format.FIGURES),
            **{each.value: counts.get(each.value, 0) for each in State},
        }
        return super().get_context_data(**found | kwargs)


class NewAgreement(FormPage):
    """Make and sign an agreement."""

    access = scope.ministry
    nav = "partners"
    form_class = AgreementForm
    title = gettext_lazy("New agreement")
    lead = gettext_lazy("What it says is signed with the key of this authority. Without an agreement nothing leaves.")
    button = gettext_lazy("Sign")
    done = gettext_lazy("Signed.")

    @property
    def trail(self) -> Sequence[Any]:  # type: ignore[override]
        return [(reverse("partners:list"), _("Partners"))]

    def act(self) -> None:
        said, now = self.form.cleaned_data, clock.now()
        self.made = services.agree(
            self.form.terms(), clock.today(), said["ends_on"], said["secret"].strip(), self.officer, now
        )

    def way_back(self) -> str:
        return reverse("partners:agreement", args=[self.made.pk])

    def way_out(self) -> str:
        return reverse("partners:list")


class EndAgreement(Step, AgreementPage):
    """End an agreement before its time."""

    done = gettext_lazy("Ended: nothing leaves any more.")

    def act(self) -> None:
        services.end(self.object, clock.now())

    def way_back(self) -> str:
        return reverse("partners:agreement", args=[self.object.pk])


class TakeFile(Step, AgreementPage):
    """Give the officer the file that goes to the partner; who is in it is noted."""

    def act(self) -> HttpResponse:
        kind = Format(self.object.format)
        if not kind.is_file:
            raise Http404
        made = services.take_file(self.object, self.officer, clock.now())
        media, ending = _TYPES[kind]
        headers = {"Content-Disposition": f'attachment; filename="{kind.value}-{clock.today()}.{ending}"'}
        return HttpResponse(made, content_type=media, headers=headers)


class OfOneAgreement(OfAgreements):
    """Serve what belongs to one agreement, or a file of it."""

    def agreement(self) -> Agreement:
        found = Agreement.objects.filter(pk=self.kwargs["agreement_id"]).first()
        if found is None:
            raise Http404
        return found


class DocumentFile(OfOneAgreement, FilePage):
    """Send the signed document of an agreement."""

    content_type = "application/json"
    disposition: Literal["inline", "attachment"] = "attachment"

    def draw(self) -> str:
        return self.agreement().document

    def file_name(self) -> str:
        return f"agreement-{self.kwargs['agreement_id']}.json"


class MetadataFile(OfOneAgreement, FilePage):
    """Send the package that a DHIS2 server imports before data comes."""

    content_type = "application/json"
    disposition: Literal["inline", "attachment"] = "attachment"

    def draw(self) -> str:
        terms, today = services.terms_of(self.agreement()), clock.today()
        made = dhis2.metadata(
            today, terms.units or country().on(today).id, disease(), Level.COMMUNE, identities=terms.named
        )
        return json.dumps(made, ensure_ascii=False)

    def file_name(self) -> str:
        return "bluezone-dhis2.json"


class DeliveryList(OfOneAgreement, ListPage):
    """List what was refused, with the partner's words; or what waits, or was handed over."""

    template_name = "partners/deliveries.html"
    model = Delivery
    place_field = "agreement__place"
    filters = DeliveryFilters
    ordering = ("-pk",)

    def rows(self) -> QuerySet[Delivery]:
        return Delivery.objects.filter(agreement=self.agreement()).select_related("episode__case", "episode__person")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        dead = self.rows().filter(state=State.DEAD.value).count()
        return super().get_context_data(**{"agreement": self.agreement(), "dead": dead} | kwargs)


class SendAgain(Step, OfOneAgreement):
    """Send again what was refused: one, or all of an agreement."""

    done = gettext_lazy("It is sent again within a minute.")

    def act(self) -> None:
        rows = self.agreement().deliveries.all()
        if "delivery_id" in self.kwargs:
            rows = rows.filter(pk=self.kwargs["delivery_id"])
            if not rows.exists():
                raise Http404
        services.replay(rows, clock.now())

    def way_back(self) -> str:
        return reverse("partners:deliveries", args=[self.kwargs["agreement_id"]])


class BringResults(FormPage):
    """Take a laboratory's file of results, all of it or nothing."""

    access = scope.confirming_cases
    nav = "results-file"
    form_class = ResultsForm
    title = gettext_lazy("Bring results of a laboratory")
    lead = gettext_lazy("A result that came before is told by its id: bringing a file twice changes nothing.")
    button = gettext_lazy("Take them")
    done = ""

    @property
    def trail(self) -> Sequence[Any]:  # type: ignore[override]
        return [(reverse("issuing:results"), _("Results of laboratories"))]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"laboratories": self._laboratories(), "is_too_big": too_big(self.request)}

    def _laboratories(self) -> QuerySet[User]:
        """Return the laboratories' accounts of the officer's province, of the ministry's office all."""
        place = Issuer(officer=self.officer).place
        province = "/".join(place.split("/")[:2]) + "/" if place != "/" else place
        rows = User.objects.filter(role=Role.LAB, is_active=True, place__startswith=province)
        return rows.order_by("full_name", "username")

    def act(self) -> None:
        said = self.form.cleaned_data
        try:
            taken = results.take(said["laboratory"], results.read(said["file"]), clock.now())
        except ExchangeError as error:
            error.field = "file"  # type: ignore[attr-defined]
            raise
        self.done = ngettext(
            "%(new)s result taken, %(known)s known already.",
            "%(new)s results taken, %(known)s known already.",
            taken.new,
        ) % {"new": taken.new, "known": taken.known}
        if taken.unknown_places:
            unknown = _("%(place)s: no such place is known") % {"place": ", ".join(taken.unknown_places)}
            self.done = f"{self.done} {unknown}."

    def way_back(self) -> str:
        return reverse("issuing:results")
