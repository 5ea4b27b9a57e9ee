"""Serve the rosters: the list of places, and a place's people with the buttons by which facts are noted fast.

Everything works without scripts; `roster.js` sends one tap at a time and puts the answer's row in place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Length
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse

from bluezone.authority.episodes.models import Roster, Stay
from bluezone.authority.episodes.stays import presenters, rosters, services
from bluezone.authority.episodes.stays.forms import BedsArriveForm, HouseForm
from bluezone.authority.episodes.stays.roster_rules import (
    MOST_IN_HOUSEHOLD,
    Fact,
    exactly,
    read_number,
    read_state,
)
from bluezone.authority.episodes.stays.rosters import RosterPlace
from bluezone.authority.episodes.stays.rules import Ending, IsolationError
from bluezone.authority.episodes.stays.services import Ended, Spot
from bluezone.authority.episodes.words import Role
from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import OfficerPage, Step
from bluezone.authority.persons import services as persons
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language, sentence_of
from bluezone.errors import TranslatableError
from bluezone.i18n import format_date

PAGE_SIZE = 100
_LONGEST_SEARCH = 16


class RosterList(OfficerPage):
    """List the places with people in quarantine in the officer's jurisdiction; who keeps a single roster is sent to
    it."""

    access = scope.required
    nav = "quarantine"
    template_name = "rosters/list.html"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        kept = rosters.own_places(self.own, clock.today())
        if len(kept) == 1 and self.own.place == kept[0].place and not kept[0].at_home:
            return redirect("quarantine:roster", kept[0].code)
        scope.directing(request.user)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        day = clock.today()
        standings = rosters.standings(self.own, day)
        summary = rosters.summary(standings, day)
        waiting = {each.place: each.counts["not_yet_asked"].at_least for each in standings if each.counts}
        standings.sort(key=lambda each: (each.day == day, -waiting.get(each.place, 0)))
        page = Paginator(standings, PAGE_SIZE)
        kept = rosters.own_places(self.own, day)
        found = {
            "today": format_date(day, page_language()),
            "sentence": presenters.must_sentence(summary),
            "totals": presenters.totals(summary) if summary.places else (),
            "kept": [presenters.kept(each, rosters.newest_of(each.place, day)) for each in kept],
            "page": (shown := page.get_page(self.request.GET.get("page"))),
            "rows": [presenters.standing(each, day) for each in shown],
            "names": [presenters.COUNTS[name] for name in ("present", "not_yet_asked", "has_app")],
            "day": day,
        }
        return super().get_context_data(**found | kwargs)


class RosterPage(OfficerPage):
    """Show who is in a place today with what is noted of each; of an earlier day its counts."""

    access = scope.required
    nav = "quarantine"
    template_name = "rosters/roster.html"
    place: RosterPlace
    #: the counts of an earlier day; None: today
    past: Roster | None = None

    def prepare(self) -> None:
        """Find the place and day. Raises Http404 where the officer does not see the place's rows, or there is none of
        that day."""
        today, asked = clock.today(), self.kwargs.get("day", "")
        place = rosters.find(self.request.user, self.kwargs["code"], today)
        if place is None:
            raise Http404
        self.place = place
        try:
            day = dt.date.fromisoformat(asked) if asked else today
        except ValueError:
            raise Http404 from None
        if day != today:
            self.past = rosters.roster_of(place.place, day)
            if self.past is None:
                raise Http404

    def there(self) -> QuerySet[Stay]:
        """Return the stays of who is in the place, by hamlet, house and bed."""
        rows = rosters.there(self.place.place, self.place.organisation, clock.today())
        rows = rows.select_related("bed", "organisation", "episode__person")
        return rows.order_by("hamlet", Length("house"), "house", "bed__number_key", "pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        place, today, language = self.place, clock.today(), page_language()
        made = self.past or rosters.today_of(place, today)
        history = [each for each in rosters.history(place.place, today) if each.day != made.day]
        found: dict[str, Any] = {
            "place": place,
            "name": place.name(),
            "within": place.within(today),
            "roster": made,
            "day": format_date(made.day, language),
            "is_open": self.past is None,
            "form": self.new_form(),
            "hamlets": rosters.hamlets_of(place) if place.at_home else (),
            "history": [presenters.past(each, exactly(rosters.counts_of(each))) for each in history],
        }
        found |= _tally(made) | (self._rows() if self.past is None else {})
        return super().get_context_data(**found | kwargs)

    def new_form(self, data: Any = None) -> BedsArriveForm | HouseForm:
        """Return the form for those who arrive."""
        return HouseForm(rosters.hamlets_of(self.place), data) if self.place.at_home else BedsArriveForm(data)

    def _rows(self) -> dict[str, Any]:
        asked, there = self.request.GET, self.there()
        text, unasked = asked.get("q", "").strip()[:_LONGEST_SEARCH], asked.get("only") == "unasked"
        found = there
        if text:
            numbers = Q(bed__number__icontains=text) | Q(house__icontains=text)
            found = found.filter(numbers | Q(episode__person__pseudonym__istartswith=text))
        if unasked:
            found = found.filter(asked=False, away=False)
        page = Paginator(found, PAGE_SIZE).get_page(asked.get("page"))
        left = Stay.objects.filter(place=self.place.place, organisation=self.place.organisation)
        left = left.filter(ended_on=clock.today()).select_related("bed", "episode__person", "episode__case")
        persons.open_for((each.episode.person for each in left), self.officer, clock.now())
        return {
            "page": page,
            "rows": self.described(page),
            "left": [{"id": each.pk, "label": presenters.label_of(each)} for each in left],
            "q": text,
            "unasked": unasked,
            "query": self.query(),
            "any_rows": there.exists() or bool(left),
        }

    def described(self, rows: Iterable[Stay]) -> list[dict[str, Any]]:
        """Return people as rows of the page, each by name in a shift."""
        rows = list(rows)
        persons.open_for((each.episode.person for each in rows), self.officer, clock.now())
        houses = self.there().exclude(house="").order_by().values_list("hamlet", "house").annotate(people=Count("pk"))
        return presenters.roster_rows(rows, {(hamlet, house): people for hamlet, house, people in houses})

    def query(self) -> str:
        """Return the part of the address that says what of the list is shown."""
        kept = {name: self.request.GET[name] for name in ("q", "only", "page") if name in self.request.GET}
        return f"?{urlencode(kept)}" if kept else ""


def _tally(made: Roster) -> dict[str, Any]:
    counts = rosters.counts_of(made)
    return {
        "tally": presenters.tally(exactly(counts)),
        "sentence": presenters.asked_sentence(counts.present, counts.not_yet_asked),
    }


class RosterStep(Step, RosterPage):
    """Write in today's roster."""

    form_name = "step"
    done = ""

    def prepare(self) -> None:
        super().prepare()
        if self.past is not None:
            raise Http404

    def way_back(self) -> str:
        return reverse("quarantine:roster", args=[self.place.code])


class Confirm(RosterStep):
    """Note that a roster is complete."""

    def act(self) -> None:
        rosters.confirm(self.place, self.officer, clock.now())


class Arrive(RosterStep):
    """Add those who have arrived: beds of a site, people of a house."""

    form_name = "form"
    first: Stay

    def get_form(self) -> Any:
        return self.new_form(self.request.POST)

    def act(self) -> None:
        form, place = self.form, self.place
        if place.organisation is not None:
            numbers = form.numbers()
            spots = [Spot.at(place.organisation, each.key) for each in numbers]
        else:
            numbers, house = [], read_number(form.cleaned_data["number"]).text
            spot = Spot(place.place, hamlet=form.cleaned_data["hamlet"], house=house)
            spots = [spot] * form.cleaned_data["people"]
        self.first = services.arrive(spots, numbers, form.role_of_all, self.officer, clock.now())[0]

    def way_back(self) -> str:
        return f"{super().way_back()}#row-{self.first.pk}"


class Note(RosterStep):
    """Note one thing of one person (`set=row:seen:fact:value`); to the page's script the row as it is now."""

    row_id: int

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if "application/json" not in request.headers.get("Accept", ""):
            return super().post(request, *args, **kwargs)
        try:
            self.act()
        except TranslatableError as error:
            return self._fragment(sentence_of(error), 409)
        return self._fragment("", 200)

    def act(self) -> None:
        parts = self.request.POST.get("set", "")[:80].split(":")
        seen = read_state(parts[1]) if len(parts) == 4 else None
        if seen is None or not (parts[0].isascii() and parts[0].isdigit() and len(parts[0]) < 19):
            raise Http404
        self.row_id = int(parts[0])
        row = Stay.objects.filter(place=self.place.place, organisation=self.place.organisation, pk=self.row_id).first()
        if row is None:
            raise Http404
        fact, value, now = parts[2], parts[3], clock.now()
        if fact == "remove":
            services.end(row, Ended(Ending.MISTAKE), self.officer, now)
        elif fact == "back":
            services.take_back_end(row, self.officer, now)
        elif fact == "one_more" and row.house and value.isascii() and value.isdigit():
            self._one_more(row, int(value[:4]), now)
        elif fact == "here" and value in ("0", "1"):
            services.note_away(row, away=value == "0", now=now, seen=seen)
        elif fact in set(Fact) and value in ("0", "1"):
            services.note_fact(row, Fact(fact), value=value == "1", now=now, seen=seen)
        else:
            raise Http404

    def _one_more(self, row: Stay, people: int, now: dt.datetime) -> None:
        """Add one more person to a house, as its `people`th: two who press at once add one."""
        here = self.there().filter(hamlet=row.hamlet, house=row.house).count()
        if people > MOST_IN_HOUSEHOLD:
            raise IsolationError("a house has at most {most} people here", most=MOST_IN_HOUSEHOLD)
        if people == here + 1:
            spot = Spot(row.place, hamlet=row.hamlet, house=row.house)
            services.arrive([spot], [], Role(row.episode.role), self.officer, now)

    def way_back(self) -> str:
        return f"{super().way_back()}{self.query()}#row-{self.row_id}"

    def _fragment(self, problem: str, status: int) -> HttpResponse:
        """Answer the page's script: the row and the counts as they are now; no row where it is no longer in the list,
        and `reload` where more than the row has changed."""
        row = self.there().filter(pk=self.row_id).first()
        made = rosters.today_of(self.place, clock.today())
        near = self.there().filter(hamlet=row.hamlet, house=row.house) if row and row.house else [row] if row else []
        shown = next((each for each in self.described(near) if each["id"] == self.row_id), None)
        context = {"row": shown, "is_open": True}
        facts = {
            "problem": problem,
            "row": render_to_string("rosters/row.html", context, self.request) if row else "",
            "tally": render_to_string("rosters/tally.html", _tally(made), self.request),
            "reload": row is None or ":one_more:" in self.request.POST.get("set", ""),
        }
        return JsonResponse(facts, status=status)
