"""Serve the pages of stays: the places, a place's own page, a new stay, and the steps of a stay."""

from __future__ import annotations

import contextlib
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.episodes import handing_over
from bluezone.authority.episodes.models import Bed, Stay
from bluezone.authority.episodes.stays import checks, letters, presenters, queries, services
from bluezone.authority.episodes.stays.forms import (
    AskMoveForm,
    BedsForm,
    EndForm,
    NewStayForm,
    ReasonForm,
    ResultForm,
    SaidForm,
    SpotForm,
)
from bluezone.authority.episodes.stays.letter_views import letters_file
from bluezone.authority.episodes.stays.pages import (
    NAV,
    OfStay,
    StayForm,
    StayStep,
    may_enter_home,
    place_of_page,
    reading_rules,
    seeing_health,
    seeing_stays,
    site_choices,
    spot_of,
)
from bluezone.authority.episodes.stays.person_part import missing_texts, reads_health
from bluezone.authority.episodes.stays.roster_rules import Fact
from bluezone.authority.episodes.stays.rosters import RosterPlace
from bluezone.authority.episodes.stays.rules import Ending, IsolationError, may_open_private
from bluezone.authority.episodes.stays.services import Ended, Entry
from bluezone.authority.episodes.words import Role, StayKind
from bluezone.authority.messages.phone_numbers import spoken_number
from bluezone.authority.officers import scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.generic import FilePage, FormPage, OfficerPage, Step
from bluezone.authority.officers.jurisdiction import Role as OfficerRole
from bluezone.authority.officers.jurisdiction import place_of
from bluezone.authority.officers.pages import place_name
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.rules import read_pseudonym
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text
from bluezone.authority.units.queries import find_unit
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Level
from bluezone.tables import csv_text

PAGE_SIZE = 100


class PlaceList(OfficerPage):
    """List the sites with their beds and the communes with people at home, and what is due in all of them. The
    ministry, which sees no single stay, is led to the rules that it makes, the head of a site to it."""

    access = reading_rules
    nav = NAV
    template_name = "stays/list.html"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if self.own.role is OfficerRole.MINISTRY:
            return redirect("isolation:protocols")
        sites = queries.sites(self.officer)
        if not self.own.directs_places and len(sites) == 1:
            return redirect("isolation:place", sites[0].code)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = clock.now()
        today, seen = clock.date_of(now), queries.visible(self.officer)
        # whoever was not released is there still, and is to be found where it says that somebody is to be released
        at_home = seen.filter(organisation=None, ended_on=None)
        homes = [
            {
                "code": place.strip("/").split("/")[-1],
                "name": place_name(place, today),
                "count": at_home.filter(place=place).count(),
            }
            for place in sorted(set(at_home.values_list("place", flat=True)))
        ]
        counts = queries.standing(seen, now)
        sites = queries.with_beds(queries.sites(self.officer))
        found = {
            "sites": sites,
            "homes": homes,
            "counts": counts,
            "reads": reads_health(self.officer),
            "sentence": sentence_of(counts),
            "may_enter": bool(sites) or may_enter_home(self.own),
        }
        return super().get_context_data(**found | kwargs)


def sentence_of(counts: queries.Standing) -> str:
    """Say how many people are in isolation and how many of them were heard today."""
    if not counts.running:  # of whoever is to be released the page says so below
        return "" if counts.overdue else gettext("Nobody is in isolation now.")
    text = ngettext(
        "%(n)s person is in isolation, %(declared)s declared today.",
        "%(n)s people are in isolation, %(declared)s declared today.",
        counts.running,
    )
    return text % {"n": number_text(counts.running), "declared": number_text(counts.declared)}


# --- a place ----------------------------------------------------------------------------------------------------------


class OfPlace(OfficerPage):
    """Serve a page of a site, or of the people at home in a commune."""

    access = seeing_stays
    nav = NAV
    found: RosterPlace

    def prepare(self) -> None:
        self.found = place_of_page(self.officer, self.kwargs["code"])

    def there(self) -> QuerySet[Stay]:
        """Return the stays of who is in the place."""
        rows = queries.visible(self.officer).filter(place=self.found.place, ended_on=None)
        return rows.filter(organisation=self.found.organisation).order_by("bed__number_key", "hamlet", "house", "pk")


class PlacePage(OfPlace):
    """Show who is in a place, who was heard today, which tests are due, which orders are to be signed."""

    template_name = "stays/place.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now, there, site = clock.now(), self.there(), self.found.organisation
        page = Paginator(there, PAGE_SIZE).get_page(self.request.GET.get("page"))
        persons.open_for((each.episode.person for each in page), self.officer, now)
        counts = queries.standing(there, now)
        reads = reads_health(self.officer)
        rows = presenters.rows(page, queries.dues(there, now), now, reads=reads)
        found: dict[str, Any] = {
            "reads": reads,
            "found": self.found,
            "within": place_name(self.found.place, clock.date_of(now)) if site is None else "",
            "counts": counts,
            "sentence": sentence_of(counts),
            "page": page,
            "rows": rows,
            "to_order": any(not row["ordered"] for row in rows),
            "beds": BedsForm(),
            "is_head": not self.own.directs_places,
        }
        if site is not None:
            found |= {"free": list(queries.free_beds(site)), "bed_count": site.beds.count()}
        return super().get_context_data(**found | kwargs)


class _BedStep(Step, PlacePage):
    """Change the beds of a site of the own area."""

    done = ""

    def prepare(self) -> None:
        super().prepare()
        if self.found.organisation is None or not self.own.may_edit(self.found.place):
            raise Http404

    def way_back(self) -> str:
        return reverse("isolation:place", args=[self.found.code])


class AddBeds(_BedStep):
    """Add beds to a site."""

    form_class = BedsForm
    form_name = "beds"

    def act(self) -> None:
        assert self.found.organisation is not None
        services.add_beds(self.found.organisation, self.form.numbers())


class RemoveBed(_BedStep):
    """Remove a bed that nobody is in."""

    form_name = "step"

    def act(self) -> None:
        services.remove_bed(get_object_or_404(Bed, pk=self.kwargs["bed_id"], organisation=self.found.organisation))


class SignOrders(Step, PlacePage):
    """Issue the orders of chosen people as one act, and return them in one PDF."""

    form_name = "step"

    def act(self) -> HttpResponse:
        chosen = [int(each) for each in self.request.POST.getlist("stay") if each.isascii() and each.isdigit()]
        rows = scope.editable(self.there(), self.officer).filter(pk__in=chosen[: letters.MOST_AT_ONCE + 1])
        return letters_file(self.request, letters.issue_orders(list(rows), self.officer, clock.now()), "orders")

    def way_back(self) -> str:
        return reverse("isolation:place", args=[self.found.code])


class Export(OfPlace, FilePage):
    """Write who is in a place as CSV: beds and pseudonyms, no address and no number."""

    content_type = "text/csv; charset=utf-8"
    disposition = "attachment"

    def draw(self) -> str:
        now = clock.now()
        table: list[tuple[object, ...]] = [
            ("stay", "bed", "person", "role", "since", "until", "declaration", "next test")
        ]
        for row in presenters.rows(there := self.there(), queries.dues(there, now), now, reads=False):
            stay: Stay = row["stay"]
            person = stay.episode.person
            cells = (
                stay.pk,
                stay.bed.number if stay.bed else "",
                person.pseudonym if person else "",
                stay.episode.role,
                stay.since.isoformat(),
                stay.until.isoformat(),
                row["due"][2],
                row["test"].due_on.isoformat() if row["test"] else "",
            )
            table.append(cells)
        return "\ufeff" + csv_text(table)

    def file_name(self) -> str:
        return f"isolation-{clock.today():%Y%m%d}.csv"


# --- a new stay -------------------------------------------------------------------------------------------------------


class NewStay(FormPage):
    """Enter a stay."""

    access = seeing_stays
    nav = NAV
    template_name = "stays/new.html"
    form_class = NewStayForm
    done = _("Entered.")
    title = _("New stay")
    lead = _("The last day and the days of tests follow from the rule of that day and place.")
    button = _("Enter the stay")
    stay: Stay

    def get_form_kwargs(self) -> dict[str, Any]:
        asked = self.request.GET
        given = {name: asked[name][:40] for name in ("site", "pseudonym", "role") if name in asked}
        sites, home = site_choices(self.officer), may_enter_home(self.own)
        return {"sites": sites, "today": clock.today(), "home": home, "initial": given}

    def act(self) -> None:
        values, person = self.form.cleaned_data, None
        if values["pseudonym"].strip():
            read = read_pseudonym(values["pseudonym"])
            above = self.own.place if self.own.directs_places else self.own.place.rstrip("/").rsplit("/", 1)[0] + "/"
            rows = Person.objects.filter(pseudonym=read) if read else Person.objects.none()
            within = rows.filter(place__startswith=above)
            person = within.first() or rows.filter(episodes__place__startswith=above).first()
            if person is None:
                template = gettext_noop("there is no such pseudonym in your area: look at it again")
                raise IsolationError(template, "pseudonym")
        entry = Entry(
            spot=spot_of(self.officer, values, self.own.place),
            role=Role(values["role"]),
            since=values["since"],
            vaccinated=values["vaccinated"],
            telephone=values["telephone"],
            person=person,
        )
        self.stay = services.enter(entry, self.officer, clock.now())

    def way_back(self) -> str:
        person = self.stay.episode.person
        assert person is not None
        return reverse("persons:person", args=[person.pseudonym])

    def way_out(self) -> str:
        return reverse("isolation:list")


# --- the steps of a stay ----------------------------------------------------------------------------------------------


class NoteCheck(StayForm):
    """Note what somebody said on the telephone, or what a visit found."""

    form_class = SaidForm
    title = _("How is the person today?")

    def act(self) -> None:
        sent = self.form.cleaned_data["declaration_id"].bytes
        checks.note(self.object, sent, self.form.said(), self.officer, clock.now())


class Answer(StayStep):
    """Note that somebody has called, or seen to it."""

    access = seeing_health

    def act(self) -> None:
        found = get_object_or_404(self.object.episode.events, pk=self.kwargs["declaration_id"], kind="check")
        checks.answer(found, self.officer, clock.now())


class NoteTest(StayStep):
    """Note that a sample was taken, or its result."""

    def act(self) -> None:
        now = clock.now()
        test = get_object_or_404(self.object.episode.tests, pk=self.kwargs["test_id"])
        form = ResultForm(self.request.POST)
        if not form.is_valid():
            raise IsolationError(gettext_noop("choose the result and the day of the test"))
        result = form.cleaned_data["result"].replace("taken", "")
        if result and not reads_health(self.officer):
            raise PermissionDenied
        services.note_test(test, result, form.cleaned_data["taken_on"], self.officer, now)


class NoteFact(StayStep):
    """Note whether the person has a phone, was asked, has the app, was helped (`set=fact:value`)."""

    done = ""

    def act(self) -> None:
        fact, _colon, value = self.request.POST.get("set", "").partition(":")
        if fact not in set(Fact) or value not in ("0", "1"):
            raise Http404
        services.note_fact(self.object, Fact(fact), value=value == "1", now=clock.now())


class LookAfter(StayStep):
    """Note that the officer looks after the person, or no longer (`set=1`, `set=0`)."""

    def act(self) -> None:
        services.look_after(self.object, self.officer if self.request.POST.get("set") == "1" else None)


class GiveMedicine(StayStep):
    """Note that the person got the medicine bag."""

    access = seeing_health

    def act(self) -> None:
        services.give_medicine(self.object, self.officer, clock.now())


class MovePage(OfStay):
    """Ask where somebody is to be: in the own area, or in another commune."""

    template_name = "stays/move.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked: dict[str, Any] = {
            "asking": AskMoveForm(),
            "form": SpotForm(**self.spots()),
            "name": self.called,
        }
        asked |= {"stay": self.object, "back": self.address()} | kwargs
        failed = asked["form"] if asked["form"].errors else asked["asking"]
        return super().get_context_data(**asked | {"failed": failed})

    def spots(self) -> dict[str, Any]:
        """Return what the form of the own area needs to know."""
        chosen = {"where": self.request.GET["to"]} if self.request.GET.get("to") else {}
        return {
            "sites": site_choices(self.officer),
            "home": may_enter_home(self.own),
            "prefix": "spot",
            "initial": chosen,
        }


class Move(Step, MovePage):
    """Move somebody to another bed, site or home of the own area, or to hospital."""

    http_method_names = FormPage.http_method_names
    form_class = SpotForm
    get_form_kwargs = MovePage.spots
    way_back = OfStay.address

    def act(self) -> None:
        spot = spot_of(self.officer, self.form.cleaned_data, self.own.place)
        services.move(self.object, spot, clock.now(), self.officer)


class AskMove(Step, MovePage):
    """Ask the commune of another place to take somebody over."""

    form_class = AskMoveForm
    form_name = "asking"
    wrong_at = "to_place"
    way_back = OfStay.address

    def act(self) -> None:
        now, unit = clock.now(), None
        with contextlib.suppress(GeographyError):
            unit = find_unit(self.form.cleaned_data["to_place"], self.own, clock.date_of(now))
        if unit is None or unit.level is not Level.COMMUNE:
            raise IsolationError(gettext_noop("name a commune or a ward: it takes the person over"), "to_place")
        handing_over.ask(self.object.episode, place_of(unit.code), self.officer, now, staying=self.object.place)


class End(StayForm):
    """End a stay: released on the last day or early, death, mistake; a release says what is missing."""

    template_name = "stays/end.html"
    form_class = EndForm
    title = _("End the stay")
    button = _("End the stay")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"stay": self.object, "today": clock.today()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, reads = self.object, reads_health(self.officer)
        missing = missing_texts(row, clock.today(), reads=reads) if row.ended_on is None else ()
        return super().get_context_data(**kwargs | {"missing": missing})

    def act(self) -> None:
        values = self.form.cleaned_data
        how = Ended(Ending(values["ending"]), values["because"], values["reason"].strip())
        services.end(self.object, how, self.officer, clock.now())


class Agree(StayStep):
    """Agree, as the second officer, to a release against what was missing."""

    access = seeing_health

    def act(self) -> None:
        services.agree(self.object, self.officer, clock.now())


class TakeBackEnd(StayStep):
    """Take an end of today back, where the person was."""

    reach = scope.editable

    def act(self) -> None:
        services.take_back_end(self.object, self.officer, clock.now())


class OpenCase(StayStep):
    """Open a case for somebody whose test was positive."""

    def act(self) -> HttpResponse:
        case = services.open_case(self.object, Issuer(officer=self.officer), clock.now())
        return redirect("diagnosis:detail", case.pk)


class OpenPrivate(StayStep):
    """Show an address or a telephone number once, in the answer to a reason; the audit log has who opened it and
    why."""

    form_class = ReasonForm
    form_name = "opening"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"auto_id": "opening-%s"}

    def prepare(self) -> None:
        super().prepare()
        kind = StayKind(self.object.kind)
        if self.kwargs["opened"] not in ("address", "telephone") or not may_open_private(
            self.own, self.object.place, kind
        ):
            raise Http404

    def act(self) -> HttpResponse:
        what = self.kwargs["opened"]
        text = services.open_private(self.object, what, self.form.cleaned_data["reason"], self.officer)
        return self.show(opened=text, opened_kind=what, spoken=spoken_number(text))


class SendLink(StayStep):
    """Send the link by text message, to the number that is known; nobody reads the number for it."""

    done = _("The link is on its way.")

    def act(self) -> None:
        person = self.object.episode.person
        if person is None or not person.telephone_digest:
            raise IsolationError(gettext_noop("no telephone number is known of this person"))
        if self.object.ended_on is not None:
            raise IsolationError(gettext_noop("the stay has ended, and its link with it"))
        if not checks.send_link(self.object, clock.now()):
            raise IsolationError(
                gettext_noop("this server sends no text messages: give the person the letter, or call")
            )


class IssueLetter(StayStep):
    """Issue a letter and return its PDF."""

    def act(self) -> HttpResponse:
        kind = self.kwargs["letter_kind"]
        if kind not in (letters.ORDER, letters.RELEASE):
            raise Http404
        made = letters.issue(self.object, kind, self.officer, clock.now())
        return letters_file(self.request, [made], f"{kind}-{self.object.pk}")
