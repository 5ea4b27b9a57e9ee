"""Serve the figures of an outbreak (page, drawings, files), the line list and its saved views."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from operator import itemgetter
from typing import Any, ClassVar, cast

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bluezone import vega
from bluezone.authority.epidemiology import drawing, effect, line_list, outbreaks, results, snapshots, texts
from bluezone.authority.epidemiology.figures import Found
from bluezone.authority.epidemiology.graph_texts import short_day
from bluezone.authority.epidemiology.line_list import PARQUET, Entry
from bluezone.authority.epidemiology.models import SavedView, Snapshot
from bluezone.authority.epidemiology.queries import Wanted
from bluezone.authority.epidemiology.results import Data, Result
from bluezone.authority.episodes import queries as episodes
from bluezone.authority.episodes.forms import SETTING_NAMES
from bluezone.authority.episodes.models import Episode, Exposure
from bluezone.authority.episodes.words import Classification, Role
from bluezone.authority.officers import confirming, scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.generic import FilePage, Filters, ListPage, OfficerPage, Sort, Step
from bluezone.authority.officers.jurisdiction import NATION, codes_of, directing_over, place_of
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import place_name
from bluezone.authority.site import clock
from bluezone.authority.site.fields import DayField
from bluezone.authority.site.language import number_text, page_language, unit_name
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode, nation_on
from bluezone.rollout import charts
from bluezone.rollout.numbers import NumberError, parse_date
from bluezone.tables import csv_text

#: shown without being asked for; at most
DAYS, MOST_DAYS = 28, 366
#: isolated so many days after the first symptoms is late
LATE_DAYS = 3
MOST_VIEWS = 20


def may_read(user: User | AnonymousUser) -> bool:
    """Return whether an officer may read health data, and so sees exact counts and persons."""
    return isinstance(user, User) and user.is_active and confirming.may_read_health(Issuer(officer=user))


def reading(user: User | AnonymousUser) -> object:
    """Return whether the officer reads health data, or the jurisdiction of one who directs a place and sees counts that
    tell of nobody. Raises PermissionDenied for all else."""
    return may_read(user) or scope.directing(user)


def parts_of(own: str, day: dt.date) -> list[tuple[str, str]]:
    """Return the places one level below a jurisdiction on a day, then the former units it inherits, by name."""
    codes = codes_of(own)
    if codes and ":" not in codes[-1]:
        return []
    code = UnitCode.parse(codes[-1]) if codes else nation_on(day).code
    gazetteer = catalogue.all_units() if codes else catalogue.provinces()
    parts = [(place_of(each.code), unit_name(each)) for each in gazetteer.children(code, day)]
    former = [(place, place_name(place, day)) for place in directing_over(own).inherited]
    return sorted(parts, key=itemgetter(1)) + former


class DayFilters(Filters):
    """Choose the days; what is none, or turned around, asks for the usual ones."""

    to = DayField(label=pgettext_lazy("days", "To"), required=False)

    def __init__(self, data: QueryDict, own: str, today: dt.date) -> None:
        self.own, self.today = own, today
        asked = data.copy()
        last = min(_day(asked.get("to")) or today, today)
        first = _day(asked.get("from")) or last - dt.timedelta(days=DAYS - 1)
        if first > last:
            first = last - dt.timedelta(days=DAYS - 1)
        self.first, self.last = max(first, last - dt.timedelta(days=MOST_DAYS - 1)), last
        asked["from"], asked["to"] = self.first.isoformat(), self.last.isoformat()
        super().__init__(asked)

    def prepare(self) -> None:
        """Offer the parts of the jurisdiction."""
        begin = DayField(label=pgettext_lazy("days", "From"), required=False)
        rest = {name: field for name, field in self.fields.items() if name != "to"}
        parts = parts_of(self.own, self.last)
        place = forms.ChoiceField(label=_("Place"), choices=[("", _("all")), *parts], required=False)
        self.fields = {"from": begin, "to": self.fields["to"], "place": place, **rest}

    def choice(self, name: str) -> str:
        """Return what is chosen of a field."""
        return str(self.data.get(name, "") or "")


def _day(text: str | None) -> dt.date | None:
    try:
        found = parse_date(text or "")
    except NumberError:
        return None
    return found if found.year > 1900 else None


class FigureFilters(DayFilters):
    """Choose of which cases the figures are."""

    state = forms.ChoiceField(
        label=_("Cases"), choices=[("", _("confirmed")), ("all", _("also suspected"))], required=False
    )


class OfFigures(OfficerPage):
    """Serve what is reckoned of the cases of an officer's jurisdiction."""

    access = reading
    nav = "outbreak"

    @cached_property
    def place(self) -> str:
        """Return the place of the jurisdiction; an account without a role works in the ministry's office."""
        own = scope.jurisdiction(self.request.user)
        return own.territory or own.place if own else NATION

    @cached_property
    def asked(self) -> FigureFilters:
        return FigureFilters(self.request.GET, self.place, clock.today())

    @cached_property
    def exact(self) -> bool:
        """Return whether counts are shown as they are: to who may read health data, unless a file is to be passed
        on."""
        return may_read(self.request.user) and "shared" not in self.request.GET

    @cached_property
    def result(self) -> Result | None:
        wanted = Wanted(self.asked.first, self.asked.last, self.asked.choice("place"), bool(self.asked.choice("state")))
        data = Data(outbreaks.of_officer(self.officer, Snapshot.objects.all()), wanted, self.place, clock.today())
        own = scope.jurisdiction(self.request.user)
        return results.result(data, (self.officer.role and own), clock.now())

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Return the rows of a figure as this officer may see them. Raises Http404 while there are none."""
        if name in results.OF_PERSONS and not self.exact:
            raise Http404
        if self.result is None or name not in results.FIGURES:
            raise Http404
        found = self.result.rows(name)
        return results.plain(found) if self.exact else results.disclosed(found)


class FiguresPage(OfFigures):
    """Show the figures of an outbreak."""

    template_name = "epidemiology/figures.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the figures in words and tables; their drawings have addresses of their own."""
        found: dict[str, Any] = {"filters": self.asked, "place": place_name(self.place, self.asked.last)}
        if (result := self.result) is not None:
            names = [name for name in texts.TEXTS if self.exact or name not in results.OF_PERSONS]
            shown = [texts.TEXTS[name](self.rows(name), self.asked.last) for name in names]
            cases = result.kept.cases if self.exact else effect.count(result.kept.cases)
            span = (self.asked.last - self.asked.first).days + 1
            found |= {
                "at": result.kept.at,
                "lead": texts.lead(cases, self.rows("reproduction"), span),
                "any": result.kept.cases > 0,
                "figures": shown if result.kept.cases else [],
                "doubts": self._doubts(result) if self.exact else [],
            }
        found |= {"exact": self.exact, "query": self.request.GET.urlencode(), "result": self.result}
        return super().get_context_data(**found | kwargs)

    def _doubts(self, result: Result) -> list[str]:
        """Return what in the data makes a figure less sure."""
        said = [
            (
                result.kept.no_onset,
                gettext("Cases without a day of first symptoms: %(n)s. They are filed by their sample."),
            ),
            (
                result.kept.late_onset,
                gettext("Cases with first symptoms after their report: %(n)s. Check their dates."),
            ),
        ]
        return [text % {"n": number_text(number)} for number, text in said if number]


class Drawing(OfFigures):
    """Send the drawing of a figure."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ARG002
        """Draw it, light or dark as the reader's screen."""
        name = self.kwargs["figure"]
        if name not in drawing.DRAWINGS:
            raise Http404
        part = request.GET.get("part", "")
        specification = drawing.specification(name, part, self.rows(name), page_language())
        return HttpResponse(charts.for_both_schemes(vega.svg(specification)), content_type="image/svg+xml")


class FigureFile(OfFigures, FilePage):
    """Send the rows of a figure as CSV."""

    content_type = "text/csv; charset=utf-8"
    disposition = "attachment"

    def draw(self) -> bytes | str:
        name = self.kwargs["figure"]
        if name not in results.FIGURES or name == "drawn":
            raise Http404
        rows = self.rows(name)
        heads = list(rows[0]) if rows else ["empty"]
        # nothing for what is not known or not shown, which no number equals
        cells = [["" if value is None or value != value else value for value in row.values()] for row in rows]
        return csv_text([heads, *cells])

    def file_name(self) -> str:
        return f"bluezone-{self.kwargs['figure']}-{self.asked.first}-{self.asked.last}.csv"


# --- the line list ----------------------------------------------------------------------------------------------------


class LineFilters(DayFilters):
    """Narrow the line list."""

    who = forms.ChoiceField(
        label=_("Cases or contacts"),
        choices=[("", _("cases")), ("contacts", _("contacts")), ("both", _("cases and contacts"))],
        required=False,
    )
    state = forms.ChoiceField(
        label=_("Classification"),
        choices=[
            ("", _("all")),
            (Classification.CONFIRMED.value, _("confirmed")),
            (Classification.PROBABLE.value, _("probable")),
            (Classification.SUSPECTED.value, _("to be decided")),
        ],
        required=False,
    )
    which = forms.ChoiceField(
        label=_("Only"),
        choices=[
            ("", _("all")),
            ("no-source", _("infected by nobody knows whom")),
            ("late", _("isolated after 3 days or not yet")),
            ("week", _("reported in the last 7 days")),
            ("no-onset", _("without a day of first symptoms")),
        ],
        required=False,
    )

    def prepare(self) -> None:
        super().prepare()
        ways = [(way.value, texts.found_name(way)) for way in Found]
        self.fields["found"] = forms.ChoiceField(label=_("Found"), choices=[("", _("all")), *ways], required=False)

    @property
    def is_asked(self) -> bool:
        """Return whether more than days is asked for."""
        return any(self.data.get(name) for name in self.fields if name not in ("from", "to", "sort"))

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Filter by days, who is meant, and all else."""
        rows = outbreaks.on_days(rows, self.first, self.last)
        who = self.data.get("who", "")
        if who != "both":
            rows = rows.exclude(role=Role.F0.value) if who == "contacts" else rows.filter(role=Role.F0.value)
        return super().narrow(rows)

    def by_place(self, rows: QuerySet[Any], place: str) -> QuerySet[Any]:
        return rows.filter(place__startswith=place)

    def by_state(self, rows: QuerySet[Any], state: str) -> QuerySet[Any]:
        return rows.filter(classification=state)

    def by_found(self, rows: QuerySet[Any], way: str) -> QuerySet[Any]:
        found: QuerySet[Any] = rows.alias(way=snapshots.found()).filter(way=way)
        return found

    def by_which(self, rows: QuerySet[Any], which: str) -> QuerySet[Any]:
        """Filter by what an epidemiologist looks for."""
        day = F("case__onset_date")
        if which == "no-source":
            return rows.filter(~Exists(Exposure.objects.filter(episode=OuterRef("pk"), source__isnull=False)))
        if which == "late":
            late = Q(isolated_on=None) | Q(isolated_on__gt=day + dt.timedelta(days=LATE_DAYS))
            return rows.filter(late, case__onset_date__isnull=False)
        if which == "week":
            since = clock.beginning_of(self.last - dt.timedelta(days=6))
            return rows.filter(Q(case__created_at__gte=since) | Q(case=None, opened_at__gte=since))
        return rows.filter(case__onset_date=None)


def readable(rows: QuerySet[Any], user: User | AnonymousUser, _field: str) -> QuerySet[Any]:
    """Filter episodes by those whose health part an officer may read."""
    return rows.filter(pk__in=episodes.readable(scope.officer(user)).values("pk"))


class LineListPage(ListPage):
    """List cases and contacts by pseudonym."""

    access = scope.reading_health
    model, nav, template_name = Episode, "lines", "epidemiology/line_list.html"
    reach = readable
    filters = LineFilters
    ordering = ("-opened_at", "-pk")
    sorts = (
        Sort("onset", _("First symptoms"), ("case__onset_date",)),
        Sort("reported", _("Case reported"), ("case__created_at",)),
        Sort("isolated", _("Isolated"), ("isolated_on",)),
        Sort("place", _("Lives in"), ("place",)),
    )

    def get_filters_kwargs(self) -> dict[str, Any]:
        own = scope.jurisdiction(self.request.user)
        return {"own": own.place if own else NATION, "today": clock.today()}

    def present(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Return a page's rows: pseudonym, dates, from whom, how found."""
        narrowed = Episode.objects.filter(pk__in=[row.pk for row in rows])
        outbreak = outbreaks.narrowed(outbreaks.of_officer(self.officer, Episode.objects.all()), narrowed)
        on = cast(LineFilters, self.asked).last
        place = {each: place_name(each, on) for each in {line.place for line in outbreak.lines}}
        entries = {one.line.key: one for one in line_list.entries(outbreak, place)}
        return [self._row(entries[str(row.pk)]) for row in rows if str(row.pk) in entries]

    def _row(self, one: Entry) -> dict[str, Any]:
        line = one.line
        delay = (line.isolated - line.onset).days if line.isolated and line.onset else None
        address = "episodes:episode" if line.level or not line.case else "diagnosis:detail"
        return {
            "line": line,
            "address": reverse(address, args=(line.case if address == "diagnosis:detail" else line.key,)),
            "age": line_list.age_group(line.birth_year, line.day),
            "sex": {"male": gettext("male"), "female": gettext("female")}.get(line.sex, ""),
            "location": one.location,
            "delay": "" if delay is None else number_text(delay),
            "is_late": delay is not None and delay > LATE_DAYS,
            "source": one.source,
            "guessed": one.link == "guessed",
            "setting": SETTING_NAMES[one.tie.setting] if one.tie else "",
            "found": texts.found_name(Found(line.found)) if line.found else "",
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the list, the officer's own views, and the days of the files."""
        query = self.request.GET.copy()
        query.pop("page", None)
        asked = cast(LineFilters, self.asked)
        found = {
            "views": list(SavedView.objects.filter(owner=self.officer).order_by("name")),
            "form": SaveForm(initial={"query": query.urlencode()}),
            "query": query.urlencode(),
            "span": f"{short_day(asked.first)} – {short_day(asked.last)}",
        }
        return super().get_context_data(**found | kwargs)


class SaveForm(forms.Form):
    """Name a view of the line list."""

    name = forms.CharField(label=_("Name of this view"), max_length=60)
    query = forms.CharField(max_length=400, required=False, widget=forms.HiddenInput)


class SaveView(Step, LineListPage):
    """Keep what the address asks for under a name; the same name again is replaced."""

    form_class = SaveForm
    done = _("The view is saved.")
    turn = "saved views"

    def act(self) -> HttpResponse | None:
        values = self.form.cleaned_data
        others = SavedView.objects.filter(owner=self.officer).exclude(name=values["name"])
        if others.count() >= MOST_VIEWS:
            raise ValidationError({"name": gettext("More than 20 views cannot be kept: delete one first.")})
        SavedView.objects.update_or_create(owner=self.officer, name=values["name"], defaults={"query": values["query"]})
        return None

    def way_back(self) -> str:
        return f"{reverse('epidemiology:lines')}?{self.form.cleaned_data['query']}"


class DeleteView(Step):
    """Delete one of the officer's own views."""

    access: ClassVar = scope.reading_health
    done = _("The view is deleted.")

    def act(self) -> HttpResponse | None:
        if not SavedView.objects.filter(owner=self.officer, pk=self.kwargs["view_id"]).delete()[0]:
            raise Http404
        return None

    def way_back(self) -> str:
        return reverse("epidemiology:lines")


class LineList(FilePage):
    """Send the line list of some days, or what is left of it by the filters of its page, as CSV or Parquet."""

    access = scope.reading_health
    content_type = "text/csv; charset=utf-8"
    disposition = "attachment"

    def prepare(self) -> None:
        own = scope.jurisdiction(self.request.user)
        self.asked = LineFilters(self.request.GET, own.place if own else NATION, clock.today())

    def draw(self) -> bytes | str:
        rows = readable(Episode.objects.all(), self.request.user, "") if self.asked.is_asked else None
        return outbreaks.take_line_list(
            self.officer,
            self.asked.first,
            self.asked.last,
            as_parquet=self.content_type == PARQUET,
            rows=None if rows is None else self.asked.narrow(rows),
        )

    def file_name(self) -> str:
        kind = "parquet" if self.content_type == PARQUET else "csv"
        return f"bluezone-line-list-{self.asked.first}-{self.asked.last}.{kind}"
