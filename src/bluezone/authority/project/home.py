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
from bluezone.authority.campaign.figures import reports
from bluezone.authority.campaign.figures.models import OWN_COUNT, DailyCount, FigureImport, OrganisationCount
from bluezone.authority.campaign.figures.organisation_presenters import count_text
from bluezone.authority.campaign.figures.pages import own_organisation
from bluezone.authority.campaign.figures.report_rules import State
from bluezone.authority.campaign.orders.models import Kind, Target
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role, own_unit
from bluezone.authority.officers.pages import officers_page
from bluezone.authority.site import clock
from bluezone.authority.site.clock import today
from bluezone.authority.site.language import number_text, page_language, unit_name
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.rules import Extent, told
from bluezone.geography.units import Level, Unit
from bluezone.rollout.bulletin import Wanted
from bluezone.rollout.language import say_date, say_share
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
    reported_today = DailyCount.objects.filter(unit=str(unit.code), date=day).exclude(source=OWN_COUNT).exists()
    pending = FigureImport.objects.filter(officer=request.user, state=FigureImport.State.PENDING)
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
    rows = OrganisationCount.objects.filter(organisation=organisation, date__lte=day)
    own = rows.exclude(source=OWN_COUNT).order_by("-date").first()
    counted = rows.filter(source=OWN_COUNT).order_by("-date").first()
    newest = own or counted
    people = organisation.people
    standing = _told_to_its_head(newest, people) if newest else 0
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
        "lead": _organisation_sentence(newest, people),
        "reported_today": own is not None and own.date == day,
        "people": number_text(people),
        "counted": count_text(told(counted.installs, people), language) if counted else "",
        "target": number_text(target.installs) if target else "",
        "number": target.directive.number if target else "",
        "deadline": say_date(target.directive.deadline, language) if target else "",
        "missing": number_text(max(0, target.installs - standing)) if target else "",
    }


def _told_to_its_head(row: OrganisationCount, people: int | None) -> int:
    """What a head reported it may read; of what the poster counted what may be told of so few people."""
    return told(row.installs, people).installs if row.source == OWN_COUNT else row.installs


def _organisation_sentence(newest: OrganisationCount | None, people: int | None) -> str:
    if newest is None:
        return _("There is no figure yet.")
    if newest.source == OWN_COUNT and told(newest.installs, people).extent is not Extent.EXACT:
        return _("The count is not told exactly: it could tell who has the app, or who has not.")
    language = page_language()
    facts = {"installs": number_text(newest.installs), "date": say_date(newest.date, language)}
    if not people:
        return _("%(installs)s people had the app on %(date)s.") % facts
    facts |= {"people": number_text(people), "share": say_share(newest.installs / people, language, 1)}
    return _("%(installs)s of %(people)s people had the app on %(date)s: %(share)s.") % facts
