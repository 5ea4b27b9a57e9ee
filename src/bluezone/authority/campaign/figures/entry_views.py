"""Serve the pages of single figures: those of a unit, a new one, a correction, a withdrawal."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from bluezone.authority.campaign.figures import entry, reader, store
from bluezone.authority.campaign.figures.entry import Judged
from bluezone.authority.campaign.figures.forms import CorrectionForm, EntryForm, TableForm
from bluezone.authority.campaign.figures.imports import KIND
from bluezone.authority.campaign.figures.models import DailyCount
from bluezone.authority.campaign.figures.presenters import change_text, installs_text, order_text, source_text
from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import Access, FilePage, FormPage, OfficerPage, OfObject, Reach, Step
from bluezone.authority.officers.jurisdiction import Role, own_unit, place_of
from bluezone.authority.officers.upload_pages import UploadPages
from bluezone.authority.site import clock, registries
from bluezone.authority.site.gazetteer import unit_of, unit_or_404
from bluezone.authority.site.language import number_text, page_language, percent_text, problem_text, unit_name
from bluezone.geography import catalogue
from bluezone.geography.units import Level, Unit, UnitCode
from bluezone.i18n import format_date, percent_mark
from bluezone.rollout import reconcile
from bluezone.rollout.counts import COUNT_FIELDS, SERIES_BREAKS, SHARE_FIELDS, Count, Origin
from bluezone.rollout.imports import Preview
from bluezone.rollout.workbooks import template

PAGE_SIZE = 60


class UnitFigures(OfficerPage):
    """Show what each source says of a unit and which one speaks, and every figure, newest first, with the days on which
    their meaning changed and how they were corrected."""

    access: ClassVar[Access | None] = scope.required
    nav = "figures"
    template_name = "figures/unit.html"
    unit: Unit

    def prepare(self) -> None:
        self.unit = unit_or_404(self.kwargs["code"], clock.today())
        if not self.own.may_see(place_of(self.unit.code)):
            raise PermissionDenied

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        unit, day = self.unit, clock.today()
        page = Paginator(reader.rows_of(unit.code), PAGE_SIZE).get_page(self.request.GET.get("page"))
        series, people = reader.whole_series(unit.code, day), reader.people_of(unit, day)
        context = {
            "unit": unit_name(unit),
            "code": str(unit.code),
            "links": [link(unit) for link in registries.unit_links],
            "page": page,
            "order": order_text(),
            "sources": reconcile.lines(series, people.value if people else None, page_language()),
            "doubts": [problem_text(each) for each in reader.doubts_between_levels(unit, series)],
            "lines": self._lines(list(page), {(each.date, each.source, each.origin): each for each in series.counts}),
            "taken_back": [change_text(each) for each in store.taken_back(unit.code)],
            "may_edit": self.own.may_edit(place_of(unit.code)) and self.own.role is not Role.UNIT_HEAD,
        }
        return super().get_context_data(**context | kwargs)

    def _lines(self, rows: list[DailyCount], chosen: dict[tuple[dt.date, str, str], Count]) -> list[dict[str, Any]]:
        """Return table rows, with series breaks between the figures they part. Those that pages use today are
        marked."""
        language, correctable = page_language(), store.correctable_origins(self.own.place)
        approved = reader.approved([(row.place, row.date) for row in rows])
        changes: dict[int | None, list[LogEntry]] = defaultdict(list)
        for each in store.entries_of(rows):
            changes[each.object_id].append(each)
        lines: list[dict[str, Any]] = []
        for row, older in itertools.zip_longest(rows, rows[1:]):
            count = chosen.get((row.date, row.source, row.origin))
            installs = installs_text(row.installs, bound=row.bound)
            if count is not None and count.derived:
                installs = f"≈\u00a0{number_text(count.installs)}"  # what the printed share makes
            lines.append(
                {
                    "id": row.pk,
                    "date": format_date(row.date, language),
                    "installs": installs,
                    "with_phone": number_text(row.with_phone),
                    "active": number_text(row.active),
                    "percent": row.percent_population and percent_text(row.percent_population) + percent_mark(language),
                    "source": source_text(row.origin, row.source),
                    "linked": row.source.startswith(("https://", "http://")),
                    "address": row.source,
                    "correctable": row.origin in correctable,
                    "counts": count is not None,
                    "approval": approved.get((row.place, row.date)),
                    "changes": [change_text(each) for each in changes[row.pk]],
                }
            )
            lines += [
                {
                    "break": format_date(each.date, language),
                    "why": _(
                        "From this day only subscribers with 3G or 4G data are counted: no gain is told across it."
                    ),
                }
                for each in SERIES_BREAKS
                if older is not None and older.date < each.date <= row.date
            ]
        return lines


class JudgedFigure(FormPage):
    """Take one figure: what is wrong with it stands at its field, and what is odd is confirmed with a reason."""

    turn = "figures"
    done = ""
    judged: Judged

    def judge(self) -> Judged:
        """Return what was typed, judged against what is stored."""
        raise NotImplementedError

    def enter(self, judged: Judged, reason: str) -> None:
        """Store the figure."""
        entry.enter(judged, self.officer, reason)

    def act(self) -> HttpResponse | None:
        judged = self.judge()
        confirmed, reason = (self.request.POST.get(name, "").strip() for name in ("confirm", "reason"))
        if judged.is_settled(confirmed, reason):
            self.judged = judged
            self.enter(judged, reason)
            return None
        for problem in judged.errors:
            self.form.add_error(problem.column if problem.column in self.form.fields else None, problem_text(problem))
        asked = {} if self.form.errors or judged.count is None else self.to_confirm(judged)
        return self.show(400, **asked, reason=reason, reason_missing=bool(confirmed) and not reason)

    def to_confirm(self, judged: Judged) -> dict[str, Any]:
        """Return what its officer is asked to look at once more."""
        return {
            "confirm": judged.to_confirm,
            "doubts": [problem_text(problem) for problem in judged.doubts],
            "replaces": installs_text(judged.others.installs, bound=judged.others.bound) if judged.others else "",
            "is_correction": judged.others is not None,
        }


class NewFigure(JudgedFigure):
    """Enter a figure of a unit of the officer's jurisdiction; the head of an organisation has a page of its own."""

    access: ClassVar[Access | None] = scope.required
    nav = "enter"
    template_name = "figures/entry.html"
    form_class = EntryForm
    wrong_at = "source"
    title = gettext_lazy("Enter a figure")
    lead = gettext_lazy(
        "The total of a unit on a day, as it was reported. It is checked like a row of a table, and nothing is stored "
        "before you have seen what is odd about it."
    )
    button = gettext_lazy("Store the figure")

    def prepare(self) -> None:
        if self.own.role is not Role.UNIT_HEAD:
            scope.directing(self.request.user)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return redirect("figures:own") if self.own.role is Role.UNIT_HEAD else super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return redirect("figures:own") if self.own.role is Role.UNIT_HEAD else super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        asked = self.request.GET
        day = asked.get("date", "")[:20] or say_day(clock.today())
        return {"initial": {"unit": asked.get("unit", "")[:160], "date": day}}

    def judge(self) -> Judged:
        return entry.judge_entry(self.form.cleaned_data, self.form.cleaned_data["source"], self.officer, clock.now())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(units=self._suggestions(), **kwargs)

    def _suggestions(self) -> list[str]:
        """List names to choose from: the own unit and those right below it."""
        day = clock.today()
        unit = own_unit(self.own, day)
        below = catalogue.all_units().children(unit.code, day) if unit.level < Level.COMMUNE else ()
        return [each.full_name for each in (unit, *below)]

    def way_back(self) -> str:
        assert self.judged.count is not None
        return reverse("figures:unit", args=[str(self.judged.count.unit)])

    def way_out(self) -> str:
        return reverse("home")


def say_day(day: dt.date) -> str:
    """Write a day as forms take it, in both languages: 13/8/2020."""
    return f"{day.day}/{day.month}/{day.year}"


class OfFigure(OfObject):
    """Serve a page of one stored figure that the officer may correct."""

    access: ClassVar[Access | None] = scope.directing
    reach: ClassVar[Reach] = scope.editable
    nav = "enter"
    named = "row_id"
    object: DailyCount

    def rows(self) -> QuerySet[DailyCount]:
        return reader.rows_officers_entered().filter(origin__in=store.correctable_origins(self.own.place))

    def address(self) -> str:
        return reverse("figures:unit", args=[self.object.key])


class CorrectFigure(OfFigure, JudgedFigure):
    """Correct the numbers of a stored figure."""

    template_name = "figures/entry.html"
    form_class: type[CorrectionForm] | None = CorrectionForm
    button = gettext_lazy("Store the correction")

    def get_form_kwargs(self) -> dict[str, Any]:
        row = self.object
        shown = {name: number_text(getattr(row, name)) for name in ("with_phone", "active")}
        shown |= {"installs": installs_text(row.installs, bound=row.bound)}
        return {"initial": shown | {"percent_population": percent_text(row.percent_population)}}

    def judge(self) -> Judged:
        row = self.object
        fixed = {"unit": row.key, "date": row.date.isoformat()}
        read, origin = self.request.POST.get("read", ""), Origin(row.origin)
        cells = self.form.cleaned_data | fixed
        return entry.judge_entry(cells, row.source, self.officer, clock.now(), origin, read=read)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.object
        words = {"unit": unit_name(unit_of(UnitCode.parse(row.key), row.date)), "date": say_day(row.date)}
        source = {"source": source_text(row.origin, row.source)}
        context = {
            "title": _("Correct the figure of %(unit)s of %(date)s") % words,
            "lead": _("Source: %(source)s. What stood there before is kept among the changes.") % source,
            "read": store.numbers(row),
            "approval": reader.approved([(row.place, row.date)]).get((row.place, row.date)),
        }
        return super().get_context_data(**context | kwargs)

    def way_back(self) -> str:
        return self.address()


class WithdrawFigure(CorrectFigure):
    """Withdraw a figure that should never have been entered; an approved one with a reason."""

    http_method_names: Sequence[str] = Step.http_method_names
    form_class = None

    def act(self) -> HttpResponse | None:
        if self.request.POST.get("sure") != "yes":
            return redirect("figures:correct", self.object.pk)
        store.withdraw(self.object, self.officer, self.request.POST.get("reason", "").strip())
        return None

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        return super().show(status, **{"form": CorrectionForm(**self.get_form_kwargs())} | context)


_OF_LEVEL = {
    Level.NATION: ngettext_lazy("%(count)s figure of the country", "%(count)s figures of the country", "count"),
    Level.PROVINCE: ngettext_lazy("%(count)s province", "%(count)s provinces", "count"),
    Level.DISTRICT: ngettext_lazy("%(count)s district", "%(count)s districts", "count"),
    Level.COMMUNE: ngettext_lazy("%(count)s commune", "%(count)s communes", "count"),
}
_ORGANISATIONS = ngettext_lazy(
    "%(count)s school, office or company", "%(count)s schools, offices or companies", "count"
)
_KINDS = {
    "installs": gettext_lazy("installations in all"),
    "with_phone": gettext_lazy("with a telephone number"),
    "active": gettext_lazy("active phones"),
    "percent_population": gettext_lazy("shares of the people"),
    "percent_smartphones": gettext_lazy("shares of the smartphones"),
}


def to_be_stored(preview: Preview, lines: Collection[int]) -> str:
    """Return in one sentence what storing some lines of a table means: how many units, which figures of which days, and
    their sum where it is one of units of one level on one day."""
    counts = [row.count for row in preview.rows if row.count and row.line in lines and row.change != "unchanged"]
    if not counts:
        return ""
    language = page_language()
    units = {count.unit for count in counts}
    levels = Counter(unit.level if isinstance(unit, UnitCode) else None for unit in units)
    named = [_OF_LEVEL[level] if level is not None else _ORGANISATIONS for level in levels]
    says = [str(text % {"count": number}) for text, number in zip(named, levels.values(), strict=True)]
    days = sorted({count.date for count in counts})
    said_days = " – ".join(format_date(day, language) for day in dict.fromkeys((days[0], days[-1])))
    for kind, name in _KINDS.items():
        values = [value for count in counts if (value := getattr(count, kind)) is not None]
        if values and kind in COUNT_FIELDS and len(days) == len(levels) == 1:
            says.append(_("%(kind)s, %(sum)s together") % {"kind": name, "sum": number_text(sum(values))})
        elif values:
            says.append(str(name))
    return _("To be stored: %(what)s; of %(days)s.") % {"what": ", ".join(says), "days": said_days}


def replaced(preview: Preview) -> list[str]:
    """Return which stored figures a table would replace, each with both numbers."""
    found = []
    for row in preview.rows:
        if row.change == "changed" and row.count is not None and row.held is not None:
            day = format_date(row.count.date, page_language())
            if row.held.installs == row.count.installs:
                found.append(_("%(unit)s, %(day)s: another column changes") % {"unit": row.text, "day": day})
                continue
            before, after = (installs_text(each.installs, bound=each.bound) or "–" for each in (row.held, row.count))
            values = {"unit": row.text, "day": day, "before": before, "after": after}
            found.append(_("%(unit)s, %(day)s: %(before)s becomes %(after)s") % values)
    return found


class EmptyForm(FilePage):
    """Send the form that an officer fills in: the units right below the own place, read back without a choice."""

    access: ClassVar[Access | None] = scope.directing
    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    disposition = "attachment"

    def draw(self) -> bytes:
        day = clock.today()
        unit = own_unit(scope.directing(self.request.user), day)
        below = catalogue.all_units().children(unit.code, day) if unit.level < Level.COMMUNE else ()
        return template(unit, below or [unit], day, page_language())

    def file_name(self) -> str:
        return f"bluezone-{clock.today():%Y-%m-%d}.xlsx"


PAGES = UploadPages(
    kind=KIND,
    form=TableForm,
    namespace="figures",
    nav="import",
    title=gettext_lazy("Import a table"),
    lead=gettext_lazy(
        "First you see what is wrong with each row; nothing is stored before you decide. Only units of your "
        "jurisdiction are taken. The same table again changes nothing."
    ),
    onward=("home", gettext_lazy("Where we stand")),
    names=lambda preview: {row.line: row.text for row in preview.rows},
    effects_template="figures/import_effects.html",
    empty_form="figures:empty-form",
    says=to_be_stored,
    replaces=replaced,
    stored=(*COUNT_FIELDS, *SHARE_FIELDS, "gain", "rank", "value", "source"),
)
