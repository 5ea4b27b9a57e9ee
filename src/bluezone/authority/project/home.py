"""What an officer sees after signing in: where the own place stands today, what is due, and the way to everything."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bluezone.authority.campaign.bulletins import services
from bluezone.authority.campaign.bulletins.models import IssuedBulletin
from bluezone.authority.campaign.figures import reader, reports
from bluezone.authority.campaign.figures.imports import KIND
from bluezone.authority.campaign.figures.pages import own_organisation
from bluezone.authority.campaign.figures.presenters import count_text, order_text, source_text
from bluezone.authority.campaign.figures.report_rules import State
from bluezone.authority.campaign.orders.models import Kind, Target
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role, own_unit
from bluezone.authority.officers.pages import officers_page
from bluezone.authority.site import clock
from bluezone.authority.site.clock import today
from bluezone.authority.site.language import number_text, page_language, unit_name
from bluezone.authority.site.models import Upload
from bluezone.authority.units.models import Organisation
from bluezone.geography.units import Level, Unit
from bluezone.rollout.bulletin import Wanted
from bluezone.rollout.counts import Count, OrganisationCode, Origin
from bluezone.rollout.language import say_date, say_share
from bluezone.rollout.suppression import Extent, disclose
from bluezone.rollout.wording import words


@officers_page
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The officer's first page."""
    own = scope.required(request.user)
    day = today(clock.now())
    if own.role is Role.UNIT_HEAD:
        return render(request, "figures/own_home.html", _of_organisation(own_organisation(own), day))
    unit = own_unit(own, day)
    return render(request, "figures/home.html", _of_unit(request, own, unit, day))


def _of_unit(request: HttpRequest, own: Jurisdiction, unit: Unit, day: dt.date) -> dict[str, Any]:
    language = page_language()
    wanted = services.with_target(unit.code, day, Wanted(base_date=day - services.WEEK, forecast=False))
    bulletin = services.made_of(unit, day, wanted)
    text = words(bulletin, language)
    group = reports.groups(unit, day)[0]
    lines = reports.lines(reports.reporters(unit, own.place, group, day), day)
    reported_today = reader.last_reports([unit.code], day).get(unit.code) == day
    pending = Upload.objects.filter(kind=KIND.name, officer=scope.officer(request.user), state=Upload.State.PENDING)
    return {
        "nav": "home",
        "unit": unit_name(unit),
        "code": str(unit.code),
        "ended": "" if unit.in_force(day) or unit.until is None else say_date(unit.until, language),
        "today": say_date(day, language),
        "day": day,
        "lead": text.sentence,
        "highlights": text.highlights,
        "facts": text.facts,
        "sources": text.sources,
        "has_figure": bulletin.figure is not None,
        "reported_today": reported_today,
        "issued": IssuedBulletin.objects.filter(unit=str(unit.code), date=day).exists(),
        "group": group.value,
        "all": len(lines),
        "received": sum(line.seen.state is State.RECEIVED for line in lines),
        "due": sum(line.due for line in lines),
        "pending": list(pending.order_by("received_at")),
        "is_commune": unit.level is Level.COMMUNE,
    }


def _of_organisation(organisation: Organisation, day: dt.date) -> dict[str, Any]:
    language = page_language()
    code, people = OrganisationCode(organisation.code), organisation.people
    series = reader.series_of([code], day).get(code)
    counted = reader.series_of([code], day, among=(Origin.COUNTED,)).get(code)
    figure = series.figure if series else None
    reached = _at_least(figure, people) if figure else 0
    target = (
        Target.objects.filter(kind=Kind.ORGANISATION, organisation=organisation, directive__deadline__gte=day)
        .filter(directive__ended_on=None)
        .select_related("directive")
        .order_by("directive__deadline")
        .first()
    )
    return {
        "nav": "home",
        "organisation": organisation,
        "today": say_date(day, language),
        "lead": _organisation_sentence(figure, people),
        "source": source_text(figure.origin, figure.source) if figure else "",
        "order": order_text(),
        "reported_today": reader.last_reports([code], day).get(code) == day,
        "people": number_text(people),
        "counted": count_text(counted.total, people) if counted else "",
        "target": number_text(target.installs) if target else "",
        "number": target.directive.number if target else "",
        "deadline": say_date(target.directive.deadline, language) if target else "",
        "missing": number_text(max(0, target.installs - reached)) if target else "",
    }


def _at_least(figure: Count, people: int | None) -> int:
    """Return what a head may read of a figure: what it reported as it is, of a poster's count what is disclosed."""
    installs = figure.installs or 0
    return disclose(installs, people).at_least if figure.origin is Origin.COUNTED else installs


def _organisation_sentence(figure: Count | None, people: int | None) -> str:
    if figure is None or figure.installs is None:
        return _("There is no figure yet.")
    if figure.origin is Origin.COUNTED and disclose(figure.installs, people).extent is not Extent.EXACT:
        return _("The count is not told exactly: it could tell who has the app, or who has not.")
    language = page_language()
    facts = {"installs": number_text(figure.installs), "date": say_date(figure.date, language)}
    if not people:
        return _("%(installs)s people had the app on %(date)s.") % facts
    facts |= {"people": number_text(people), "share": say_share(figure.installs / people, language, 1)}
    return _("%(installs)s of %(people)s people had the app on %(date)s: %(share)s.") % facts
