"""Serve the officers' pages of forms: which there are, one as a citizen sees it, a new version read before it counts.

A version that waits for its officer's yes is stored nowhere: the preview carries the document, compressed, and what
comes back with the yes is read and judged anew.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import zlib
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluezone.authority.declarations import known_forms, publishing, rules
from bluezone.authority.declarations.models import PublishedForm
from bluezone.authority.declarations.publishing import NotPublishedError, Proposal
from bluezone.authority.declarations.services import own_country
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Jurisdiction, codes_of
from bluezone.authority.officers.pages import officers_page, place_name
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language
from bluezone.authority.site.uploads.forms import too_big
from bluezone.forms import words
from bluezone.forms.answers import Reading
from bluezone.forms.definition import NATION, Form, said
from bluezone.forms.errors import FormError
from bluezone.forms.reading import MOST_BYTES
from bluezone.forms.rendering import render_fields
from bluezone.forms.versions import Difference, differences

NAV = "forms"
_LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English"), ("ko", "한국어")]


def _reading(request: HttpRequest) -> Jurisdiction:
    """Return the jurisdiction of who may read forms: who answers for a place. Raises PermissionDenied."""
    return scope.directing(request.user)


def _writing(request: HttpRequest) -> Jurisdiction:
    """Return the jurisdiction of who may publish forms. Raises PermissionDenied for all others."""
    own = _reading(request)
    if not publishing.PUBLISHED_FORMS.may_edit(own, own.place):
        raise PermissionDenied
    return own


def _own_code(own: Jurisdiction) -> str:
    """Return the area whose forms an officer publishes: of the ministry the country and every province."""
    return codes_of(own.place)[0] if codes_of(own.place) else NATION


def area_name(area: str, day: dt.date) -> str:
    """Return the name of a form's area."""
    return place_name("/" if area == NATION else f"/{area}/", day)


@officers_page
@require_GET
def form_list(request: HttpRequest) -> HttpResponse:
    """List every form, its newest version first, and which may be filled in today."""
    own, today, language = _reading(request), clock.date_of(clock.now()), page_language()
    every = known_forms.every()
    areas = {NATION} | ({each.area for each in every} if _own_code(own) == NATION else {_own_code(own)})
    offered = {(each.form, each.version) for area in areas for each in known_forms.offered(today, {area})}
    published = {(row.form, row.version): row for row in PublishedForm.objects.select_related("published_by")}
    rows = [
        {
            "form": each,
            "title": said(each.title, language),
            "area": area_name(each.area, today),
            "is_offered": (each.form, each.version) in offered,
            "is_later": each.valid_from > today,
            "published": published.get((each.form, each.version)),
        }
        for each in sorted(every, key=lambda each: (each.form, -each.version))
        if each.area in areas
    ]
    context = {"nav": NAV, "rows": rows, "may_publish": publishing.PUBLISHED_FORMS.may_edit(own, own.place)}
    return render(request, "declarations/officer_forms.html", context)


@officers_page
@require_GET
def form_page(request: HttpRequest, form: str, version: int) -> HttpResponse:
    """Show a version as a citizen sees it, and what differs from the one before."""
    _reading(request)
    shown = _version(form, version)
    before = [each for each in known_forms.every() if each.form == form and each.version < version]
    own_area = [each for each in before if each.area in (shown.area, NATION)] or before
    last = max(own_area, key=lambda each: each.version, default=None)
    context = _shown(request, shown, last, differences(last, shown) if last else ())
    return render(request, "declarations/officer_form.html", context)


@officers_page
@require_GET
def form_document(request: HttpRequest, form: str, version: int) -> HttpResponse:
    """Give the document of a version, to change and publish it as the next."""
    _reading(request)
    _version(form, version)
    text = json.dumps(json.loads(known_forms.documents()[form, version]), ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{form}-{version}.form.json"'
    return response


def _version(name: str, version: int) -> Form:
    found = known_forms.version(name, version) if version < 2**31 else None
    if found is None:
        raise Http404
    return found


def _shown(request: HttpRequest, form: Form, before: Form | None, found: tuple[Difference, ...]) -> dict[str, Any]:
    """Return what a page needs to draw a form with every question it can ask."""
    language = words.language_of(request.GET.get("lang") or request.POST.get("lang") or page_language())
    every = Reading(asked=tuple(each.name for each in form.fields))
    ask_later = [said(each.label, language) for each in form.fields if each.when is not None]
    return {
        "nav": NAV,
        "form": form,
        "language": language,
        "languages": _LANGUAGES,
        "title": said(form.title, language),
        "intro": said(form.intro, language),
        "law": said(form.law, language),
        "area": area_name(form.area, clock.date_of(clock.now())),
        "fields": mark_safe(render_fields(form, language, {}, every, own_country())),  # noqa: S308 (it escapes)
        "ask_later": ask_later,
        "rules": [
            {"level": words.say(language, f"level_{rule.level.value}"), "reason": said(rule.reason, language)}
            for rule in form.triage
        ],
        "before": before,
        "differences": [_said(each, before, form, language) for each in found],
    }


def _said(each: Difference, before: Form | None, after: Form, language: str) -> dict[str, str]:
    """Return a difference in words: what kind of part, how it is called, what became of it."""
    what = {"form": gettext("the form itself"), "field": gettext("question"), "rule": gettext("rule of triage")}
    change = {"new": gettext("new"), "gone": gettext("no longer there"), "changed": gettext("changed")}
    labels: dict[str, str] = {}
    for form in filter(None, (before, after)):
        labels |= {field.name: said(field.label, language) for field in form.fields} if each.what == "field" else {}
        labels |= {rule.name: said(rule.reason, language) for rule in form.triage} if each.what == "rule" else {}
    return {"what": what[each.what], "name": labels.get(each.name, each.name), "change": change[each.change]}


# --- publishing -------------------------------------------------------------------------------------------------------


@officers_page
@require_http_methods(["GET", "POST"])
def new_form(request: HttpRequest) -> HttpResponse:
    """Take a form's file, and show what publishing it would do."""
    own = _writing(request)
    if request.method == "GET":
        return _file_page(request, own)
    file = request.FILES.get("file")
    if too_big(request):
        return _file_page(request, own, words.say(page_language(), "form_too_large", bytes="…", most=MOST_BYTES))
    if file is None:
        return _file_page(request, own, gettext("Choose the file of the form."))
    document = file.read(MOST_BYTES + 1)
    proposal, problem = _judged(own, document)
    if proposal is None:
        return _file_page(request, own, problem)
    return _preview(request, proposal, document)


@officers_page
@require_POST
def publish_form(request: HttpRequest) -> HttpResponse:
    """Publish the form of a preview, or show the preview in another language."""
    own = _writing(request)
    document = _unpacked(request.POST.get("document", ""))
    proposal, problem = _judged(own, document)
    if proposal is None:
        return _file_page(request, own, problem)
    if "lang" in request.POST:
        return _preview(request, proposal, document)
    try:
        publishing.publish(document, scope.officer(request.user), clock.now())
    except (FormError, NotPublishedError) as error:
        return _file_page(request, own, str(error))
    return redirect("forms:form", proposal.form.form, proposal.form.version)


def _judged(own: Jurisdiction, document: bytes) -> tuple[Proposal | None, str]:
    """Return what publishing would do; else why it cannot be, in the page's language."""
    try:
        proposal = publishing.propose(document)
    except FormError as error:
        return None, error.text(page_language())
    except NotPublishedError as error:
        return None, str(error)
    if not rules.may_publish_form(own, proposal.form):
        return None, gettext("Your office publishes forms of its own province only: “area” has to be %(code)s.") % {
            "code": _own_code(own)
        }
    return proposal, ""


def _file_page(request: HttpRequest, own: Jurisdiction, problem: str = "") -> HttpResponse:
    context = {"nav": NAV, "problem": problem, "area": _own_code(own), "is_nation": _own_code(own) == NATION}
    status = HTTPStatus.BAD_REQUEST if problem else HTTPStatus.OK
    return render(request, "declarations/officer_form_new.html", context, status=status)


def _preview(request: HttpRequest, proposal: Proposal, document: bytes) -> HttpResponse:
    context = _shown(request, proposal.form, proposal.before, proposal.differences)
    packed = base64.b64encode(zlib.compress(document, 9)).decode("ascii")
    return render(request, "declarations/officer_form_preview.html", context | {"document": packed})


def _unpacked(text: str) -> bytes:
    """Return the document that a preview carried; nothing for what is none, or would be larger than a form."""
    try:
        return zlib.decompressobj().decompress(base64.b64decode(text, validate=True), MOST_BYTES + 1)
    except (ValueError, zlib.error):
        return b""
