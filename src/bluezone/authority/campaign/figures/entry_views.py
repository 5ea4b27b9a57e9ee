"""Serve the pages of single figures: those of a unit, a new one, a correction, a withdrawal."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluezone.authority.campaign.figures import entry, reader, store
from bluezone.authority.campaign.figures.entry import Judged
from bluezone.authority.campaign.figures.forms import EntryForm, TableForm
from bluezone.authority.campaign.figures.imports import KIND
from bluezone.authority.campaign.figures.models import DailyCount
from bluezone.authority.campaign.figures.presenters import installs_text, order_text, source_text
from bluezone.authority.campaign.figures.store import FigureError
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Role, own_unit, place_of
from bluezone.authority.officers.pages import officers_page
from bluezone.authority.officers.upload_pages import UploadPages, first
from bluezone.authority.site import clock, registries
from bluezone.authority.site.gazetteer import unit_of, unit_or_404
from bluezone.authority.site.language import number_text, page_language, percent_text, sentence_of, unit_name
from bluezone.geography import catalogue
from bluezone.geography.units import Level, UnitCode
from bluezone.i18n import format_date, formatter, percent_mark
from bluezone.rollout.counts import SERIES_BREAKS, Origin
from bluezone.rollout.imports import Preview, PreviewRow
from bluezone.rollout.problems import Problem, Severity
from bluezone.rollout.reading.tables import STORED
from bluezone.rollout.series import Series
from bluezone.rollout.texts import translator

PAGE_SIZE = 60
_FIXED = ("unit", "date", "source")


@officers_page
@require_GET
def unit_figures(request: HttpRequest, code: str) -> HttpResponse:
    """List every figure of a unit, newest first, with the days on which their meaning changed."""
    day = clock.today()
    unit = unit_or_404(code, day)
    place = place_of(unit.code)
    own = scope.required(request.user)
    if not own.may_see(place):
        raise PermissionDenied
    page = Paginator(reader.rows_of(unit.code), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "nav": "figures",
        "unit": unit_name(unit),
        "code": code,
        "links": [link(unit) for link in registries.unit_links],
        "page": page,
        "order": order_text(),
        "lines": _lines(list(page), reader.whole_series(unit.code, day), store.correctable_origins(own.place)),
        "may_edit": own.may_edit(place) and own.role is not Role.UNIT_HEAD,
    }
    return render(request, "figures/unit.html", context)


def _lines(rows: list[DailyCount], series: Series, correctable: Collection[Origin]) -> list[dict[str, Any]]:
    """Return table rows, with series breaks between the figures they part. Those that pages use today are marked."""
    language = page_language()
    chosen = {(count.date, count.source) for count in series.counts}
    lines: list[dict[str, Any]] = []
    for row, older in itertools.zip_longest(rows, rows[1:]):
        lines.append(
            {
                "id": row.pk,
                "date": format_date(row.date, language),
                "installs": installs_text(row.installs, bound=row.bound),
                "with_phone": number_text(row.with_phone),
                "active": number_text(row.active),
                "percent": row.percent_population and percent_text(row.percent_population) + percent_mark(language),
                "source": source_text(row.origin, row.source),
                "linked": row.source.startswith(("https://", "http://")),
                "address": row.source,
                "correctable": row.origin in correctable,
                "counts": row.origin == series.origin and (row.date, row.source) in chosen,
            }
        )
        lines += [
            {"break": format_date(each.date, language), "why": _break_reason()}
            for each in SERIES_BREAKS
            if older is not None and older.date < each.date <= row.date
        ]
    return lines


def _break_reason() -> str:
    return _("From this day only subscribers with 3G or 4G data are counted: no gain is told across it.")


@officers_page
@require_http_methods(["GET", "POST"])
def new_figure(request: HttpRequest) -> HttpResponse:
    """Enter a figure of a unit of the officer's jurisdiction."""
    if scope.required(request.user).role is Role.UNIT_HEAD:
        return redirect("figures:own")
    scope.directing(request.user)
    now = clock.now()
    if request.method == "GET":
        day = request.GET.get("date", "")[:20] or say_day(clock.date_of(now))
        form = EntryForm(initial={"unit": request.GET.get("unit", "")[:160], "date": day})
        return _form_page(request, form)
    form = EntryForm(request.POST)
    if not form.is_valid():
        return _form_page(request, form, status=400)
    return _judge_and_store(request, form, form.cleaned_data, form.cleaned_data["source"])


def say_day(day: dt.date) -> str:
    """Write a day as forms take it, in both languages: 13/8/2020."""
    return f"{day.day}/{day.month}/{day.year}"


@officers_page
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, row_id: int) -> HttpResponse:
    """Correct the numbers of a stored figure."""
    row = _correctable(request, row_id)
    unit = unit_of(UnitCode.parse(row.key), row.date)
    fixed = {"unit": row.key, "date": row.date.isoformat(), "source": row.source}
    shown = {name: number_text(getattr(row, name)) for name in ("with_phone", "active")} | {
        "installs": installs_text(row.installs, bound=row.bound)
    }
    initial = fixed | shown | {"percent_population": percent_text(row.percent_population)}
    form = EntryForm((request.POST.dict() | fixed) if request.method == "POST" else None, initial=initial)
    for name in _FIXED:
        del form.fields[name]
    about = {
        "row": row,
        "unit": unit_name(unit),
        "date": say_day(row.date),
        "source": source_text(row.origin, row.source),
        "numbers": store.numbers(row),
    }
    if request.method == "GET" or not form.is_valid():
        return _form_page(request, form, about, status=400 if form.errors else 200)
    return _judge_and_store(request, form, form.cleaned_data | fixed, row.source, about, Origin(row.origin))


@officers_page
@require_POST
def withdraw(request: HttpRequest, row_id: int) -> HttpResponse:
    """Withdraw a figure that should never have been entered."""
    row = _correctable(request, row_id)
    if request.POST.get("sure") != "yes":
        return redirect("figures:correct", row.pk)
    key = row.key
    store.withdraw(row, scope.officer(request.user))
    return redirect("figures:unit", key)


def _correctable(request: HttpRequest, row_id: int) -> DailyCount:
    own = scope.directing(request.user)
    rows = reader.rows_officers_entered().filter(origin__in=store.correctable_origins(own.place))
    return get_object_or_404(scope.editable(rows, request.user), pk=row_id)


def _judge_and_store(
    request: HttpRequest,
    form: EntryForm,
    cells: dict[str, Any],
    source: str,
    about: dict[str, Any] | None = None,
    origin: Origin | None = None,
) -> HttpResponse:
    officer = scope.officer(request.user)
    try:
        with entry.turn():
            read = request.POST.get("read", "") if about is not None else ""
            judged = entry.judge_entry(cells, source, officer, clock.now(), origin, read=read)
            if judged.count is not None and judged.is_settled(request.POST.get("confirm", "")):
                entry.enter(judged, officer)
                return redirect("figures:unit", str(judged.count.unit))
    except FigureError as error:
        form.add_error("source" if "source" in form.fields else None, sentence_of(error))
        return _form_page(request, form, about, status=400)
    for problem in judged.errors:
        form.add_error(problem.column if problem.column in form.fields else None, say_problem(problem))
    if judged.errors or judged.count is None:
        return _form_page(request, form, about, status=400)
    return _form_page(request, form, about, judged, status=400)


def say_problem(problem: Problem) -> str:
    """Write a problem in the reader's language, as a sentence of its own."""
    language = page_language()
    sentence = problem.sentence(translator(language).gettext, formatter(language))
    return sentence[:1].upper() + sentence[1:]


def _form_page(
    request: HttpRequest,
    form: EntryForm,
    about: dict[str, Any] | None = None,
    judged: Judged | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"nav": "enter", "form": form, "about": about, "units": _suggestions(request)}
    if judged is not None:
        context |= to_confirm(judged)
    return render(request, "figures/entry.html", context, status=status)


def to_confirm(judged: Judged) -> dict[str, Any]:
    """Return what a form asks its officer to look at once more."""
    return {
        "confirm": judged.to_confirm,
        "doubts": [say_problem(problem) for problem in judged.doubts],
        "replaces": installs_text(judged.others.installs, bound=judged.others.bound) if judged.others else "",
        "is_correction": judged.others is not None,
    }


def _suggestions(request: HttpRequest) -> list[str]:
    """List names to choose from: the own unit and those right below it."""
    day = clock.today()
    unit = own_unit(scope.directing(request.user), day)
    below = catalogue.all_units().children(unit.code, day) if unit.level < Level.COMMUNE else ()
    return [each.full_name for each in (unit, *below)]


#: the kind of problem of a row whose unit is not known
_UNKNOWN = "unknown-unit"


def _context(preview: Preview) -> dict[str, Any]:
    wrong = preview.lines(Severity.ERROR) | preview.lines(Severity.DOUBT)
    shown, more = first(row for row in preview.rows if row.count and row.line not in wrong)
    return {
        "ignored": preview.ignored_headers,
        "sample": [_sample(row) for row in shown],
        "more_rows": more,
        "unregistered": sum(each.kind == _UNKNOWN for each in preview.problems),
    }


def _sample(row: PreviewRow) -> dict[str, Any]:
    assert row.count is not None
    assert row.unit is not None
    return {
        "line": row.line,
        "unit": unit_name(row.unit),
        "date": format_date(row.count.date, page_language()),
        "installs": installs_text(row.count.installs, bound=row.count.bound),
        "with_phone": number_text(row.count.with_phone),
        "change": row.change,
        "held": installs_text(row.held.installs, bound=row.held.bound) if row.held and row.change == "changed" else "",
    }


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
    context=_context,
    rows_template="figures/import_rows.html",
    effects_template="figures/import_effects.html",
    stored=STORED,
)
