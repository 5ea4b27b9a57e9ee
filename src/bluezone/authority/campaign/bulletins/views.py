"""Serve the daily bulletins of a jurisdiction, each as a page of PDF, a workbook or a message."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from bluezone.authority.campaign.bulletins import services
from bluezone.authority.campaign.bulletins.models import IssuedBulletin
from bluezone.authority.campaign.bulletins.services import ISSUE_TIME
from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import FilePage, ListPage, OfficerPage, Step
from bluezone.authority.officers.jurisdiction import own_unit, place_of
from bluezone.authority.site import clock
from bluezone.authority.site.gazetteer import unit_of, unit_or_404
from bluezone.authority.site.language import page_language, unit_name
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Unit, UnitCode
from bluezone.i18n import format_date
from bluezone.rollout.bulletin import Wanted
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.pace import parse_share

_ASKED = ("target", "deadline", "since")


class BulletinList(ListPage):
    """List the bulletins issued, newest first: of the own unit, or of one below (`?unit=`), or of all (`?unit=all`)."""

    template_name = "bulletins/list.html"
    access, model, nav = scope.directing_units, IssuedBulletin, "bulletins"
    ordering, paginate_by = ("-date", "place"), 60

    @cached_property
    def unit(self) -> Unit:
        wanted, day = self.request.GET.get("unit", ""), clock.today()
        return unit_or_404(wanted, day) if wanted not in ("", "all") else own_unit(self.own, day)

    def prepare(self) -> None:
        if not self.own.may_see(place_of(self.unit.code)):
            raise PermissionDenied

    def narrowed(self) -> QuerySet[IssuedBulletin]:
        rows = super().narrowed()
        return rows if self.request.GET.get("unit") == "all" else rows.filter(unit=str(self.unit.code))

    def present(self, rows: Sequence[IssuedBulletin]) -> Sequence[dict[str, Any]]:
        return [
            {
                "row": row,
                "unit": unit_name(unit_of(UnitCode.parse(row.unit), row.date)),
                "date": format_date(row.date, page_language()),
            }
            for row in rows
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        unit, day = self.unit, clock.today()
        found = {
            "unit": unit_name(unit),
            "code": str(unit.code),
            "own_code": str(own_unit(self.own, day).code),
            "everything": self.request.GET.get("unit") == "all",
            "day": day,
            "in_force": unit.in_force(day),
            "hour": ISSUE_TIME,
            "may_make": self.own.may_direct(place_of(unit.code)),
        }
        return super().get_context_data(**found | kwargs)


class OfBulletin(OfficerPage):
    """Serve the bulletin of a unit and day, for the unit's own officers and those above."""

    access = scope.required
    unit: Unit
    date: dt.date

    def prepare(self) -> None:
        """Find the unit and the day of the address. Raises Http404 for none such, PermissionDenied for another
        jurisdiction."""
        try:
            self.date = dt.date.fromisoformat(self.kwargs["day"])
            self.unit = catalogue.all_units().unit(UnitCode.parse(self.kwargs["code"]), self.date)
        except (GeographyError, ValueError):
            raise Http404 from None
        if not self.own.may_see(place_of(self.unit.code)):
            raise PermissionDenied
        if self.date > clock.today():
            raise Http404


class BulletinFile(OfBulletin, FilePage):
    """Send a bulletin as it was issued; where it was not, or something else is asked
    (`?target=30%&deadline=2020-08-30`), made now."""

    def prepare(self) -> None:
        super().prepare()
        if self.kwargs["kind"] not in services.MAKERS:
            raise Http404
        self.content_type = services.MAKERS[self.kwargs["kind"]][0]

    def draw(self) -> bytes | str:
        unit, date, language = self.unit, self.date, page_language()
        kept = services.file_of(unit.code, date, language, self.kwargs["kind"])
        asked = any(self.request.GET.get(name) for name in _ASKED)
        if not asked and IssuedBulletin.objects.filter(unit=str(unit.code), date=date).exists() and kept.is_file():
            return kept.read_bytes()
        _content_type, make = services.MAKERS[self.kwargs["kind"]]
        return make(services.report_of(unit, date, self._wanted()), language)

    def file_name(self) -> str:
        code = self.unit.code
        return f"bluezone-{code.system}-{code.digits}-{self.date}.{self.kwargs['kind']}"

    def _wanted(self) -> Wanted:
        """Return the target the address asks for; without one, that of the orders. Raises Http404."""
        target, deadline, base_date = (self.request.GET.get(name) for name in _ASKED)
        try:
            wanted = Wanted(
                base_date=dt.date.fromisoformat(base_date) if base_date else self.date - services.WEEK,
                target=parse_share(target) if target else None,
                deadline=dt.date.fromisoformat(deadline) if deadline else None,
            )
        except (RolloutError, ValueError):
            raise Http404 from None
        return wanted if wanted.target else services.with_target(self.unit.code, self.date, wanted)


class NewEdition(Step, OfBulletin):
    """Issue a new edition, with today's figures."""

    done = _("The new edition is made.")

    def prepare(self) -> None:
        super().prepare()
        if not self.own.may_direct(place_of(self.unit.code)):
            raise PermissionDenied

    def act(self) -> None:
        services.issue(self.unit, self.date, clock.now())

    def way_back(self) -> str:
        return f"{reverse('bulletins:list')}?unit={self.unit.code}"
