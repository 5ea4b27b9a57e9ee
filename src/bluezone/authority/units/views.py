"""Serve the officers' pages of the register of organisations: the list, an organisation, its form, its poster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Case, F, FloatField, Q, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import DetailPage, FilePage, FormPage, ListPage, OfObject, Sort, Step
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role, codes_of
from bluezone.authority.officers.models import User
from bluezone.authority.site import clock
from bluezone.authority.site.registries import Found
from bluezone.authority.units import parts, posters, queries, sectors, services
from bluezone.authority.units.forms import OrganisationForm, UnitFilters
from bluezone.authority.units.models import Organisation
from bluezone.geography.names import plain_key
from bluezone.rollout.cascade import PERSONS_PER_HOUSEHOLD
from bluezone.rollout.documents import poster_qr_svg
from bluezone.rollout.sectors import UnitCodeError, read_code

#: letters of a name that a search begins with
_LEAST_SEARCHED = 3


class OfUnit(OfObject):
    """Serve a page of one organisation, found by the code on its poster."""

    model = Organisation
    by = "code"
    nav = "units"
    #: rows that are read with it
    related: Sequence[str] = ()
    object: Organisation

    def rows(self) -> QuerySet[Organisation]:
        return Organisation.objects.select_related(*self.related) if self.related else Organisation.objects.all()

    def prepare(self) -> None:
        """Read the code as people write it. Raises Http404 for what is none."""
        try:
            self.kwargs["code"] = read_code(self.kwargs["code"])
        except UnitCodeError:
            raise Http404 from None
        super().prepare()

    def address(self) -> str:
        """Return the address of the organisation's page."""
        return reverse("units:unit", args=[self.object.code])


class UnitRows(ListPage):
    """Serve the organisations that an address asks for (`?q=`, `?sector=`, `?within=`, `?state=`, `?in=`)."""

    model = Organisation
    nav = "units"
    filters = UnitFilters
    ordering = ("name", "pk")

    def rows(self) -> QuerySet[Organisation]:
        return Organisation.objects.select_related("parent")

    def get_filters_kwargs(self) -> dict[str, Any]:
        return {"own": self.own, "today": clock.today()}


class UnitList(UnitRows):
    """List the organisations of the officer's jurisdiction; a head sees the own one.

    Those that lie in another one are listed with it, on its page, and here where they are looked for by name or `?in=`.
    """

    template_name = "units/list.html"
    sorts = (
        Sort("name", _("Name"), ("name",)),
        Sort("within", _("In"), ("within",)),
        Sort("people", _("people"), ("meant",)),
    )

    def rows(self) -> QuerySet[Organisation]:
        """Return the rows with how many people each means, to sort by."""
        with_families = F("headcount") * Value(float(PERSONS_PER_HOUSEHOLD))
        people = Case(When(with_families=True, then=with_families), default=F("headcount"), output_field=FloatField())
        return super().rows().annotate(meant=people)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.own.role is Role.UNIT_HEAD and not request.GET.get("in"):
            return redirect("units:unit", codes_of(self.own.place)[-1])
        return super().get(request, *args, **kwargs)

    def narrowed(self) -> QuerySet[Organisation]:
        rows = super().narrowed()
        return rows if self.request.GET.get("q") or self.request.GET.get("in") else queries.tops(rows, self.own)

    def present(self, rows: Sequence[Organisation]) -> Sequence[dict[str, Any]]:
        counts, held = parts.counts(rows, clock.today()), queries.numbers_in(rows)
        among = sectors.below(self.own)
        return [
            queries.row(each, among) | {"newest": counts.get(each.code), "held": held.get(each.pk)} for each in rows
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(most=posters.MOST_IN_ONE_FILE, **kwargs)


class PosterSheets(UnitRows):
    """Draw the posters of the organisations that are ticked (`?code=…&code=…`), or of all that the filters leave, as
    one PDF."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ARG002
        rows = self.narrowed().filter(closed_on=None)
        if ticked := request.GET.getlist("code"):
            rows = rows.filter(code__in=ticked[: posters.MOST_IN_ONE_FILE])
        if not rows.exists():
            return redirect(f"{reverse('units:list')}?{request.GET.urlencode()}")
        return posters.pdf_of(request, rows[: posters.MOST_IN_ONE_FILE], clock.today(), "bluezone-posters")


class UnitPage(OfUnit, DetailPage):
    """Show an organisation: its newest count, its target, its code and poster, and those in it."""

    template_name = "units/unit.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if kwargs["code"] != self.object.code:
            return redirect(self.address())
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own, unit, day = self.own, self.object, clock.today()
        inside = queries.inside(unit, own, day, self.request.GET.get("page"))
        may_add = own.may_manage_in(unit.place, unit.sectors) and queries.has_room(unit)
        has_inside = inside["total"] or inside["closed"] or may_add
        found = {
            "unit": unit,
            "facts": queries.row(unit),
            "within": queries.path_of_code(unit.within),
            "above": queries.above(unit, own),
            "inside": inside,
            "sections": parts.sections(unit, day, parts.Section("units/inside.html") if has_inside else None),
            "actions": parts.actions(unit, own),
            "address": posters.address_of(self.request, unit.code),
            "taken_in": unit.merged.filter(people_brought__gt=0).order_by("closed_on", "name"),
            "may_manage": own.may_manage(unit.place, unit.sectors),
            "may_add": may_add,
            "may_appoint": unit.closed_on is None and own.may_appoint(Role.UNIT_HEAD, unit.place),
            "is_head": own.role is Role.UNIT_HEAD,
            "typed": self.request.POST.get("into", ""),
        }
        return super().get_context_data(**found | kwargs)


class UnitStep(Step, UnitPage):
    """Change an organisation by a button of its page."""

    right = Jurisdiction.may_manage
    way_back = OfUnit.address


class CloseUnit(UnitStep):
    """Close an organisation and those in it; their posters count nobody from now on."""

    done = _("Closed.")

    def act(self) -> None:
        services.close(self.object, clock.today())


class ReopenUnit(UnitStep):
    """Reopen an organisation, unless another has taken its name and place since."""

    done = _("Opened again.")

    def act(self) -> None:
        services.reopen(self.object)


class MergeUnit(UnitStep):
    """Put those in an organisation into another one of the officer's, and close it."""

    done = _("Merged.")

    def act(self) -> None:
        sent = self.request.POST
        into = queries.find_organisation(sent.get("into", ""), self.own)
        services.merge(self.object, into, clock.today(), with_people=sent.get("with_people") == "yes")


class NewUnit(FormPage):
    """Register an organisation, in another one with `?in=`, of a sector with `?sector=`; it gets a code, and so a
    poster."""

    access = scope.required
    nav = "units"
    form_class = OrganisationForm
    wrong_at = "name"
    lead = _("It gets a code of its own, and a poster with it.")
    button = _("Found the unit")
    holder: Organisation | None = None
    made: Organisation

    def prepare(self) -> None:
        """Find the organisation into which it is to be put. Raises PermissionDenied for who may put none there."""
        if code := self.request.GET.get("in", ""):
            self.holder = holder = queries.seen(self.request, code)
            if not self.own.may_manage_in(holder.place, holder.sectors):
                raise PermissionDenied
        else:
            scope.directing_units(self.request.user)

    def get_form_kwargs(self) -> dict[str, Any]:
        asked = self.request.GET.get("sector", "")
        is_asked = self.request.method == "GET" and asked in sectors.offered_to(self.own)
        initial = {"sector": asked} if is_asked else {}
        return {"own": self.own, "today": clock.today(), "initial": initial, "holder": self.holder}

    def act(self) -> None:
        self.made = services.register(self.form.facts(), clock.today())

    def way_back(self) -> str:
        return reverse("units:unit", args=[self.made.code])

    def way_out(self) -> str:
        return reverse("units:unit", args=[self.holder.code]) if self.holder is not None else reverse("units:list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        into = gettext("New unit in %(name)s") % {"name": self.holder.name} if self.holder is not None else ""
        return super().get_context_data(title=into or gettext("New unit"), **kwargs)


class EditUnit(OfUnit, FormPage):
    """Change an organisation; its code stays."""

    right = Jurisdiction.may_manage
    turn = "facts of units"
    form_class = OrganisationForm
    wrong_at = "name"
    lead = _("Its code stays: posters that hang go on counting.")
    button = _("Store the change")
    way_back = OfUnit.address

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"own": self.own, "today": clock.today(), "unit": self.object}

    def act(self) -> None:
        services.change(self.object, self.form.facts())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        title = gettext("Change %(name)s") % {"name": self.object.name}
        return super().get_context_data(title=title, **kwargs)


class UnitPoster(OfUnit):
    """Draw the organisation's poster, A4."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        return posters.pdf_of(request, [self.object], clock.today(), f"bluezone-{self.object.code}")


class UnitQr(OfUnit, FilePage):
    """Draw the QR code of the poster alone."""

    content_type = "image/svg+xml"

    def draw(self) -> str:
        return poster_qr_svg(posters.address_of(self.request, self.object.code))


def find(text: str, officer: User) -> list[Found]:
    """Find units for the one search: by the code on the poster, whole, or a word of the name."""
    key = plain_key(text)
    if len(key) < _LEAST_SEARCHED:
        return []
    asked = Q(code=text.upper()) | Q(search_key__contains=key)
    rows = scope.visible(Organisation.objects.filter(asked, closed_on=None), officer).order_by("name", "pk")[:10]
    return [Found(each.name, each.code, reverse("units:unit", args=[each.code])) for each in rows]
