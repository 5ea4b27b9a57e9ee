"""Serve the pages of sectors and of the offices that answer for them: what there is in a place, and who answers."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import DetailPage, FormPage, OfficerPage, Step
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role, office_number
from bluezone.authority.officers.models import Office, User
from bluezone.authority.officers.pages import place_name
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language
from bluezone.authority.units import offices, parts, sectors
from bluezone.authority.units.forms import InChargeForm, OfficeNameForm, SectorForm
from bluezone.authority.units.models import Organisation, OwnSector
from bluezone.rollout.sectors import Sector

_ABOVE = ("units:list", _("Units")), ("units:sectors", _("Sectors and offices"))


def adding(user: User | AnonymousUser) -> Jurisdiction:
    """Return the jurisdiction of an officer who may add sectors. Raises PermissionDenied for all else."""
    own = scope.directing(user)
    if not sectors.may_add(own):
        raise PermissionDenied
    return own


class SectorList(OfficerPage):
    """List the sectors of the officer's place: what is counted, who is asked, how many units, which office answers."""

    access = scope.directing
    nav = "sectors"
    template_name = "units/sectors.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        place = self.own.place
        units = scope.visible(Organisation.objects.filter(closed_on=None), self.request.user)
        numbers = dict(units.order_by().values_list("sector").annotate(Count("pk")))
        in_charge, tasks = offices.in_charge([place]), offices.tasks_of(place)
        rows = [
            _row(sector)
            | {"units": numbers.get(key, 0), "office": in_charge.of_sector(place, key), "assigned": tasks.get(key)}
            for key, sector in sectors.of_place(place).items()
        ]
        return super().get_context_data(
            place=place_name(place, clock.today()),
            rows=rows,
            closed=OwnSector.objects.filter(place=place).exclude(closed_on=None).order_by("name"),
            may_add=sectors.may_add(self.own),
            **kwargs,
        )


def _row(sector: Sector) -> dict[str, Any]:
    language = page_language()
    return {
        "key": sector.key,
        "name": sector.name_in(language),
        "counted": sector.counted_in(language),
        "asked": sector.asked_in(language),
        "families": sector.families,
    }


class NewSector(FormPage):
    """Add a sector to the officer's place."""

    access = adding
    nav = "sectors"
    template_name = "units/sector_form.html"
    form_class = SectorForm
    wrong_at = "name"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"instance": OwnSector(place=self.own.place, created_on=clock.today())}

    def act(self) -> None:
        sectors.store(self.form.instance)

    def way_back(self) -> str:
        return reverse("units:sector", args=[self.form.instance.key])

    def way_out(self) -> str:
        return reverse("units:sectors")


class SectorPage(FormPage):
    """Show a sector and which office answers for it in the officer's place; change one that the place has added."""

    access = scope.directing
    nav = "sectors"
    template_name = "units/sector_form.html"
    turn = "sectors"
    form_class = SectorForm
    wrong_at = "name"
    sector: Sector
    #: the sector as the officer's place has added it; None where it has not, or the officer may not change it
    row: OwnSector | None

    def prepare(self) -> None:
        """Find the sector; one of the own place that was closed is found, too."""
        place, key = self.own.place, self.kwargs["key"]
        row = OwnSector.objects.filter(place=place, key=key).first()
        found = sectors.of_place(place).get(key) or (sectors.find(key) if row is not None else None)
        if found is None:
            raise Http404
        self.sector, self.row = found, row if sectors.may_add(self.own) else None

    def get_form(self) -> SectorForm | None:
        return super().get_form() if self.row is not None else None

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"instance": self.row}

    def act(self) -> None:
        if self.row is None:
            raise PermissionDenied
        sectors.store(self.form.instance)

    def way_back(self) -> str:
        return reverse("units:sectors")

    def in_charge_form(self, **sent: Any) -> InChargeForm:
        """Return the form about the office that answers."""
        place, key = self.own.place, self.sector.key
        return InChargeForm(
            **sent,
            initial={"office": offices.in_charge([place]).of_sector(place, key)},
            place=place_name(place, clock.today()),
            offices=[each.name for each in offices.open_offices(place)],
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {
            "sector": _row(self.sector),
            "row": self.row,
            "in_charge": self.in_charge_form(),
            "assigned": offices.tasks_of(self.own.place).get(self.sector.key),
        }
        return super().get_context_data(**found | kwargs)


class AssignOffice(SectorPage):
    """Make a sector of the officer's place the task of an office; the running orders say so from now on."""

    http_method_names = Step.http_method_names
    form_name = "in_charge"
    wrong_at = "office"

    def get_form(self) -> Any:
        return self.in_charge_form(data=self.request.POST)

    def act(self) -> None:
        offices.assign_as_ordered(self.own.place, self.sector.key, self.form.cleaned_data["office"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own_form = SectorForm(instance=self.row) if self.row is not None else None
        return super().get_context_data(form=own_form, **kwargs)


class CloseSector(SectorPage):
    """Close a sector that the officer's place has added: units and orders that have it keep it."""

    access = adding
    http_method_names = Step.http_method_names
    done = _("Closed.")

    def prepare(self) -> None:
        super().prepare()
        self.row = get_object_or_404(OwnSector, place=self.own.place, key=self.kwargs["key"])

    def get_form(self) -> None:
        return None

    def act(self) -> None:
        if self.row is not None:
            sectors.close(self.row, clock.today())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(form=SectorForm(instance=self.row), **kwargs)


class ReopenSector(CloseSector):
    """Offer a closed sector again, unless another one has its name by now."""

    done = _("Opened again.")

    def act(self) -> None:
        if self.row is not None:
            sectors.reopen(self.row)


def offices_seen(rows: QuerySet[Office], user: User | AnonymousUser, field: str) -> QuerySet[Office]:
    """Filter offices by what an officer may see: those of the place and below; of an office the own one."""
    own = scope.required(user)
    return rows.filter(pk=office_number(own.place) or 0) if own.is_office else scope.visible(rows, user, field)


class OfficePage(DetailPage):
    """Show an office: its sectors and units, who is silent, who lags, and its officers."""

    access = scope.directing_units
    model = Office
    reach = offices_seen
    named = "number"
    place_field = "territory"
    template_name = "units/office.html"
    object: Office

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own, office, day = self.own, self.object, clock.today()
        over = scope.jurisdiction_over(office.place)
        known = sectors.every()
        units = scope.within(Organisation.objects.filter(closed_on=None), over)
        officers = User.objects.filter(role=Role.DEPARTMENT, place=office.place, is_active=True)
        found = {
            "nav": "units" if own.is_office else "sectors",
            "office": office,
            "place": place_name(office.territory, day),
            "sectors": [
                (key, sectors.name_of(key, known), units.filter(sector=key).count())
                for key in known
                if key in over.sectors
            ],
            "sections": [section for part in parts.office_parts for section in part(office, over, day)],
            "officers": officers.order_by("full_name"),
            "may_change": own.directs_places and own.may_edit(office.territory) and office.closed_on is None,
            "is_own": own.is_office,
            "name_form": OfficeNameForm(initial={"name": office.name}),
        }
        return super().get_context_data(**found | kwargs)


class OfficeStep(Step, OfficePage):
    """Change an open office of the place or below by a button of its page."""

    access = scope.directing
    reach = scope.editable

    def rows(self) -> QuerySet[Office]:
        return Office.objects.filter(closed_on=None)


class RenameOffice(OfficeStep):
    """Rename an office; the running orders name it so from now on."""

    form_class = OfficeNameForm
    form_name = "name_form"
    wrong_at = "name"

    def act(self) -> None:
        offices.rename(self.object, self.form.cleaned_data["name"])

    def way_back(self) -> str:
        return reverse("units:office", args=[self.object.pk])


class CloseOffice(OfficeStep):
    """Close an office: nothing is its task any more, and its officers see nothing."""

    done = _("Closed.")

    def act(self) -> None:
        offices.close(self.object, clock.today())

    def way_back(self) -> str:
        return reverse("units:sectors")
