"""Officers' pages to bring many units at once: a file, its preview, and only then what is stored."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Jurisdiction, place_of
from bluezone.authority.site import clock
from bluezone.authority.site.clock import today as day_of
from bluezone.authority.site.language import page_language, sentence_of
from bluezone.authority.site.uploads import MAX_UPLOAD_BYTES, too_big
from bluezone.authority.units import services
from bluezone.authority.units.forms import sector_choices
from bluezone.authority.units.imports import Draft, Preview, UploadError
from bluezone.authority.units.imports import preview as read_preview
from bluezone.authority.units.models import Organisation, Upload
from bluezone.authority.units.places import find_unit, path_of_code
from bluezone.authority.units.rules import OrganisationError
from bluezone.authority.units.services import Facts, facts_of
from bluezone.errors import TranslatableError
from bluezone.geography.units import Unit
from bluezone.rollout.language import speaker, translator
from bluezone.rollout.tables import read_lines

_KEPT = dt.timedelta(days=1)
#: so many rows and problems stand on the page
_SHOWN = 200


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file; it is read and shown, nothing is stored."""
    own = scope.directing(request.user)
    if request.method == "GET":
        return render(request, "units/upload.html", {"nav": "units"})
    try:
        found = _read(request, own)
    except TranslatableError as error:
        return render(request, "units/upload.html", {"nav": "units", "problem": sentence_of(error)}, status=400)
    now = clock.now()
    Upload.objects.filter(at__lt=now - _KEPT).delete()
    rows = {
        "drafts": [draft.to_json() for draft in found.drafts],
        "problems": [
            {"line": each.line, "column": each.column, "text": each.sentence(_say, speaker(page_language()))}
            for each in found.problems
        ],
    }
    name = request.FILES["file"].name or ""
    row = Upload.objects.create(officer=request.user, name=name[:200], rows=rows, at=now)
    return redirect("units:preview", row.pk)


def _say(template: str) -> str:
    """A row's problem may be this room's or one of the roll-out's: each has a catalogue of its own."""
    said = _(template)
    return said if said != template else translator(page_language())(template)


def _read(request: HttpRequest, own: Jurisdiction) -> Preview:
    sent = request.FILES.get("file")
    if too_big(request):
        raise UploadError(gettext_noop("the file is larger than {most} MB"), most=MAX_UPLOAD_BYTES // 1_000_000)
    if sent is None:
        raise UploadError(gettext_noop("choose a file first"))
    day = day_of(clock.now())

    def find(text: str) -> Unit:
        unit = find_unit(text, own, day)
        if not own.may_direct(place_of(unit.code)):
            raise OrganisationError(gettext_noop("{unit} lies outside your jurisdiction"), unit=unit.full_name)
        return unit

    return read_preview(read_lines(sent.read(), sent.name or ""), find, _stored)


def _stored(keys: Iterable[tuple[str, str, str]]) -> Mapping[tuple[str, str, str], Facts]:
    wanted = set(keys)
    rows = Organisation.objects.filter(within__in={within for within, _, _ in wanted}, closed_on=None)
    return {key: facts_of(row) for row in rows if (key := (row.within, row.sector, row.name)) in wanted}


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, key: int) -> HttpResponse:
    """What a file would do; on POST it is done, all or nothing. Rows with problems stay out if the officer says so."""
    own = scope.directing(request.user)
    row = get_object_or_404(Upload, pk=key, officer=request.user)
    if request.method == "POST":
        problem = _store(row, own, leave_out=request.POST.get("leave_out") == "yes")
        if not problem:
            return redirect("units:list")
        return _preview_page(request, row, problem, status=400)
    return _preview_page(request, row)


def _drafts(row: Upload) -> list[Draft]:
    return [Draft(**values) for values in row.rows["drafts"]]


def _preview_page(request: HttpRequest, row: Upload, problem: str = "", status: int = 200) -> HttpResponse:
    drafts, problems = _drafts(row), row.rows["problems"]
    kinds = Counter(draft.change for draft in drafts)
    names = dict(sector_choices())
    changes = {"new": _("new"), "changed": _("changed"), "unchanged": _("unchanged")}
    context = {
        "nav": "units",
        "upload": row,
        "problem": problem,
        "problems": problems[:_SHOWN],
        "bad_rows": len({each["line"] for each in problems}),
        "more_problems": max(0, len(problems) - _SHOWN),
        "kinds": kinds,
        "to_store": kinds["new"] + kinds["changed"],
        "rows": [
            {
                "draft": each,
                "sector": names[each.sector],
                "within": path_of_code(each.within),
                "change": changes[each.change],
            }
            for each in drafts[:_SHOWN]
        ],
        "more_rows": max(0, len(drafts) - _SHOWN),
    }
    return render(request, "units/preview.html", context, status=status)


@transaction.atomic
def _store(row: Upload, own: Jurisdiction, *, leave_out: bool) -> str:
    """Store the rows; what is wrong if they cannot be. The rights are asked again: they may have changed since."""
    if row.rows["problems"] and not leave_out:
        return _("There are rows with problems. Nothing was stored: decide on them first.")
    day = day_of(clock.now())
    try:
        with transaction.atomic():
            for draft in _drafts(row):
                _store_one(draft, own, day)
    except OrganisationError as error:
        return sentence_of(error)
    row.delete()
    return ""


def _store_one(draft: Draft, own: Jurisdiction, day: dt.date) -> None:
    facts = draft.facts()
    if not own.may_direct(place_of(facts.within)):
        raise OrganisationError(gettext_noop("{unit} lies outside your jurisdiction"), unit=path_of_code(draft.within))
    held = Organisation.objects.filter(
        within=draft.within, sector=draft.sector, name=draft.name, closed_on=None
    ).first()
    if held is None:
        services.found(facts, day)
    elif facts_of(held) != facts:
        services.change(held, facts)
