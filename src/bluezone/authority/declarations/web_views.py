"""Serve the pages on which people declare without the app: no account, no cookie, no script needed.

Nothing is kept between two pages but in the page itself: answers travel as hidden fields until they are sent. What is
asked stands in the form; the words around it in `bluezone.forms`, in each of its languages. The receipt travels in
bodies, never in an address.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from bluezone.authority.declarations import known_forms, queries, services
from bluezone.authority.declarations.rules import RefusedError, State, Way
from bluezone.authority.declarations.services import Taken
from bluezone.authority.device_api.callers import caller, origin
from bluezone.authority.device_api.limits import seconds_to_wait_there
from bluezone.authority.messages import phone_numbers
from bluezone.authority.officers.pages import place_name
from bluezone.authority.passes import services as passes
from bluezone.authority.passes.cards import card
from bluezone.authority.site import clock
from bluezone.forms import communes, words
from bluezone.forms.answers import Reading, read_answers
from bluezone.forms.definition import NATION, Form, Kind, Telephone, Use, said
from bluezone.forms.prefilling import health_only, remembered_fields, with_masked_documents, with_whole_documents
from bluezone.forms.rendering import SHOWN, given_of, has_more_questions, render_answers, render_fields
from bluezone.forms.shipped import DAILY
from bluezone.forms.triage import advice
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.health_declarations import DECLARATION_BYTES, MOST_VALUES, HealthDeclarationRefusal
from bluezone.protocol.one_time_codes import groups
from bluezone.protocol.text import base64_bytes, base64_text
from bluezone.tables import csv_text

#: in ten minutes: of one address, behind which a whole factory may be; of the network around it
_REQUESTS, _NETWORKS_REQUESTS = 600, 6_000
_LONGEST = 200
#: of public counts
_MAX_AGE_S = 3_600
_PROVINCE = re.compile(r"[0-9]{2}-[0-9]{2}", re.ASCII)
_POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "connect-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],  # the code of a pass: at an address of its own it would be in a log
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
Given = Mapping[str, list[str]]


def _web_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Guard a page: a policy of its own, a limit on what is sent, nothing stored by browsers."""

    @csrf_exempt  # no cookie stands for anybody here: what is in the body does
    @require_http_methods(["GET", "POST"])
    @csp_replace(_POLICY)
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        wait_s = 0
        if request.method == "POST":
            wait_s = seconds_to_wait_there("declare", origin(request), clock.now(), _REQUESTS, _NETWORKS_REQUESTS)
        if wait_s:
            response = _plain(request, "later", HTTPStatus.TOO_MANY_REQUESTS)
            response["Retry-After"] = str(wait_s)
            return response
        return view(request, *args, **kwargs)

    return guarded


def _language(request: HttpRequest) -> str:
    posted = request.POST.get("_switch") or request.POST.get("_language")
    return words.language_of(posted or request.GET.get("lang") or getattr(request, "LANGUAGE_CODE", "") or "")


def _page(request: HttpRequest, template: str, context: dict[str, object], status: int = HTTPStatus.OK) -> HttpResponse:
    """Draw a page for who has no account, in the language it was asked for."""
    language = _language(request)
    context |= {
        "province": _province(request),
        "language": language,
        "w": words.plain(language),
        "languages": [("vi", "Tiếng Việt"), ("en", "English"), ("ko", "한국어")],
    }
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _plain(request: HttpRequest, word: str, status: int = HTTPStatus.OK) -> HttpResponse:
    return _page(request, "declarations/plain.html", {"text": words.say(_language(request), word)}, status)


@_web_page
def forms(request: HttpRequest) -> HttpResponse:
    """List the forms that may be filled in today."""
    language, today, province = _language(request), clock.today(), _province(request)
    rows = [
        {"form": each.form, "title": said(each.title, language), "intro": said(each.intro, language)}
        for each in known_forms.offered(today, _areas(province))
    ]
    areas = {each.area for each in known_forms.every() if each.is_valid_on(today)} - {NATION, *_areas(province)}
    # provinces that have forms of their own today, but the chosen one: how an address writes it, and the name
    provinces = [(area.replace(":", "-"), place_name(f"/{area}/", today)) for area in sorted(areas)]
    return _page(request, "declarations/forms.html", {"rows": rows, "provinces": provinces})


def _province(request: HttpRequest) -> str:
    """Return the province whose forms are asked for, as an address writes it (`34-92`); nothing for none."""
    text = request.POST.get("_province") or request.GET.get("province") or ""
    return text if _PROVINCE.fullmatch(text) else ""


def _areas(province: str) -> tuple[str, ...]:
    return (province.replace("-", ":"),) if province else ()


@require_GET
def commune_names(request: HttpRequest) -> JsonResponse:
    """Return the names of communes that a text may mean, for a page that offers them while somebody types."""
    found = communes.search(request.GET.get("q", ""))
    response = JsonResponse({"names": [each.full_name for each in found]})
    response["Cache-Control"] = "public, max-age=86400"
    return response


# --- a form -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Draft:
    """Hold a form as somebody fills it in; between two pages it lies in the page."""

    form: Form
    declaration_id: bytes
    given: Given = field(default_factory=dict)
    reading: Reading = field(default_factory=Reading)
    other: bool = False
    receipt: str = ""
    problem: str = ""
    #: of the daily declaration: the code as it was typed, or came by the link
    link: str = ""
    is_daily: bool = False

    @property
    def asked(self) -> Form:
        """Return what is asked of the form."""
        return health_only(self.form) if self.is_daily else self.form


@_web_page
def fill_in(request: HttpRequest, name: str) -> HttpResponse:
    """Show a form, and take what is declared, after more questions where these are needed."""
    now = clock.now()
    form = _form_of(request, name, clock.date_of(now))
    if form is None:
        return _plain(request, "form_gone", HTTPStatus.NOT_FOUND)
    if request.method == "GET":
        return _form_page(request, _empty(form, _first_given(form, _language(request))), now)
    return _filled(request, _posted(request, form), now)


@_web_page
def by_link(request: HttpRequest) -> HttpResponse:
    """Ask somebody in isolation how they are today, by the code of their letter or message. It stands behind `#` in a
    link, which browsers never send; a script puts it into the form, and without one it is typed."""
    now = clock.now()
    form = next((each for each in known_forms.offered(clock.date_of(now)) if each.form == DAILY), None)
    if form is None:
        return _plain(request, "form_gone", HTTPStatus.NOT_FOUND)
    if request.method == "GET":
        return _form_page(request, replace(_empty(form, {}), is_daily=True), now)
    return _filled(
        request, replace(_posted(request, form), link=request.POST.get("code", "")[:_LONGEST], is_daily=True), now
    )


def _filled(request: HttpRequest, draft: _Draft, now: dt.datetime) -> HttpResponse:
    """Take a form that was filled in, or show it again with what is missing."""
    if "_switch" in request.POST:
        return _form_page(request, draft, now)
    reading = read_answers(draft.asked, draft.given, services.edge_on(clock.date_of(now)))
    draft = replace(draft, reading=reading)
    if not reading.is_whole:
        problem = words.say(_language(request), "faults", count=len(reading.faults))
        return _form_page(request, replace(draft, problem=problem), now, HTTPStatus.BAD_REQUEST)
    if has_more_questions(draft.given, reading):
        return _form_page(request, replace(draft, problem=words.say(_language(request), "more_questions")), now)
    return _send(request, draft, now)


def _form_of(request: HttpRequest, name: str, day: dt.date) -> Form | None:
    """Return the form of a page: the version it was opened with, else the one that is offered."""
    version = request.POST.get("_version", "")
    if version.isascii() and version.isdecimal() and len(version) < 8:
        found = known_forms.version(name, int(version))
        if found is not None and (found.is_valid_on(day) or request.POST.get("_receipt")):
            return found
    return next((each for each in known_forms.offered(day, _areas(_province(request))) if each.form == name), None)


def _first_given(form: Form, language: str) -> Given:
    """Return that who reads the country's own language is of it, until they say otherwise."""
    field = form.used(Use.NATIONALITY) if language == settings.LANGUAGE_CODE else None
    return {field.name: [services.own_country().iso]} if field is not None else {}


def _empty(form: Form, given: Given) -> _Draft:
    return _Draft(form, secrets.token_bytes(DECLARATION_BYTES), given)


def _posted(request: HttpRequest, form: Form) -> _Draft:
    names = [each.name for each in form.fields] + [SHOWN]
    given = {name: request.POST.getlist(name)[:MOST_VALUES] for name in names if name in request.POST}
    receipt = request.POST.get("_receipt", "")[:_LONGEST]
    return _Draft(
        form,
        _posted_id(request),
        _with_hidden(form, given, receipt),
        other=bool(request.POST.get("_other")),
        receipt=receipt,
        is_daily=bool(receipt) and services.is_daily(receipt),
    )


def _posted_id(request: HttpRequest) -> bytes:
    try:
        found = base64_bytes(request.POST.get("_declaration", "")[:_LONGEST], "id")
    except ProtocolError:
        found = b""
    return found if len(found) == DECLARATION_BYTES else secrets.token_bytes(DECLARATION_BYTES)


def _with_hidden(form: Form, given: dict[str, list[str]], receipt: str) -> Given:
    """Put the numbers of documents back of which a page that corrects shows the last signs only."""
    documents = [each.name for each in form.fields if each.kind is Kind.DOCUMENT]
    if not receipt or not any("*" in "".join(given.get(name, ())) for name in documents):
        return given
    try:
        return with_whole_documents(form, given, services.of_receipt(receipt).answers)
    except RefusedError:
        return given


def _form_page(request: HttpRequest, draft: _Draft, now: dt.datetime, status: int = HTTPStatus.OK) -> HttpResponse:
    language, form = _language(request), draft.form
    reading = draft.reading
    if not reading.asked:  # nothing was read: show what is asked, and no faults
        found = read_answers(draft.asked, draft.given, services.edge_on(clock.date_of(now)))
        reading = Reading(found.answers, {}, found.asked)
    context: dict[str, object] = _context(draft, language) | {
        "law": said(form.law, language),
        "intro": said(form.intro, language),
        "fields": mark_safe(render_fields(draft.asked, language, draft.given, reading, services.own_country())),  # noqa: S308 (it escapes)
        "kept": words.say(language, "kept_days", days=form.retention_days),
        "for_another": draft.asked.for_another and not draft.receipt,
        "known_fields": "" if draft.receipt or draft.is_daily else json.dumps(remembered_fields(form)),
        "is_error": status != HTTPStatus.OK,
    }
    return _page(request, "declarations/fill_in.html", context, status)


def _context(draft: _Draft, language: str) -> dict[str, object]:
    return {
        "form": draft.form,
        "title": said(draft.form.title, language),
        "declaration": base64_text(draft.declaration_id),
        "other": draft.other,
        "receipt": draft.receipt,
        "problem": draft.problem,
        "by_link": draft.is_daily and not draft.receipt,
        "link": draft.link,
    }


def _send(request: HttpRequest, draft: _Draft, now: dt.datetime) -> HttpResponse:
    """Take a whole declaration. Its number is confirmed afterwards: what to do is said at once."""
    form, answers, day = draft.form, draft.reading.answers, clock.date_of(now)
    try:
        if draft.receipt:
            taken = services.correct(draft.receipt, form, answers, now)
        elif draft.is_daily:
            taken = services.declare_daily(draft.declaration_id, draft.link, form, answers, Way.WEB, now, day=day)
        else:
            taken = services.declare(draft.declaration_id, form, answers, Way.WEB, now, day=day, other=draft.other)
    except RefusedError as error:
        if error.refusal is HealthDeclarationRefusal.LINK_UNKNOWN:
            problem = words.say(_language(request), "link_unknown")
            return _form_page(request, replace(draft, problem=problem), now, HTTPStatus.FORBIDDEN)
        word = "too_many" if error.refusal is HealthDeclarationRefusal.TOO_MANY else "receipt_unknown"
        return _plain(request, word, HTTPStatus.FORBIDDEN)
    return _result(request, draft, taken, now)


def _result(request: HttpRequest, draft: _Draft, taken: Taken, now: dt.datetime) -> HttpResponse:
    language, form = _language(request), draft.form
    again = {Use.COMMUNE, Use.ADDRESS, Use.TELEPHONE, Use.EMAIL, Use.NATIONALITY}
    context = _context(draft, language) | _leads_to(form, taken, language)
    asks = taken.is_unconfirmed or (form.telephone is Telephone.CONFIRMED and not taken.is_confirmed)
    if asks and phone_numbers.are_offered():
        context |= _code_sent(request, taken.receipt, now)
    context |= {
        "receipt": taken.receipt,
        "receipt_groups": " ".join(groups(taken.receipt)),
        "card": card(taken.pass_text, language),
        "is_corrected": bool(draft.receipt),
        "carried": [
            (each.name, value) for each in form.fields if each.use in again for value in draft.given.get(each.name, ())
        ],
    }
    return _page(request, "declarations/result.html", context)


def _leads_to(form: Form, taken: Taken, language: str) -> dict[str, object]:
    """Return what somebody is to do, with the reasons."""
    level, wanted = taken.outcome.level, "code" if phone_numbers.are_offered() else "call"
    title, text = advice(form, level, language, unconfirmed=wanted if taken.is_unconfirmed else "")
    reasons = taken.outcome.reasons(language)
    return {"level": level.value, "level_title": title, "outcome": text, "reasons": reasons}


def _code_sent(request: HttpRequest, receipt: str, now: dt.datetime) -> dict[str, object]:
    """Send a code to the number of a declaration, and return what the page says of it."""
    language = _language(request)
    asked = services.ask_code(receipt, language, caller(request), now)
    word = "code_sent" if asked.is_on_its_way else "code_not_sent"
    sent = words.say(language, word, number=phone_numbers.spoken_number(asked.number))
    return {"asks_code": True, "on_its_way": asked.is_on_its_way, "sent": sent}


# --- with the receipt -------------------------------------------------------------------------------------------------


@_web_page
def receipt(request: HttpRequest) -> HttpResponse:
    """Show the declaration of a receipt; confirm its number, withdraw it, or open it for correction."""
    typed, now, action = request.POST.get("_receipt", "")[:_LONGEST], clock.now(), request.POST.get("_action", "")
    if not typed:
        return _page(request, "declarations/receipt.html", {"typed": ""})
    try:
        if action == "withdraw-yes":
            services.withdraw(typed, now)
            return _plain(request, "withdrawn")
        if action == "confirm":
            return _confirmed(request, typed, now)
        if action == "correct":
            seen = services.of_receipt(typed)
            draft = _empty(seen.form, with_masked_documents(seen.form, given_of(seen.answers)))
            draft = replace(draft, receipt=typed, is_daily=seen.row.state == State.FOLLOWED)
            return _form_page(request, draft, now)
        code = _code_sent(request, typed, now) if action == "code" else {}
        return _seen_page(request, typed, {"is_withdrawing": action == "withdraw", **code})
    except RefusedError:
        context: dict[str, object] = {"typed": typed, "is_unknown": True}
        return _page(request, "declarations/receipt.html", context, HTTPStatus.FORBIDDEN)


def _confirmed(request: HttpRequest, typed: str, now: dt.datetime) -> HttpResponse:
    """Take the code of a text message."""
    try:
        services.confirm(typed, request.POST.get("_code", "")[:_LONGEST], now)
    except RefusedError as error:
        if error.refusal is not HealthDeclarationRefusal.CODE_WRONG:
            raise
        wrong: dict[str, object] = {"asks_code": True, "on_its_way": True, "is_wrong": True}
        return _seen_page(request, typed, wrong, HTTPStatus.BAD_REQUEST)
    return _seen_page(request, typed, {"is_confirmed": True})


def _seen_page(request: HttpRequest, typed: str, more: dict[str, object], status: int = HTTPStatus.OK) -> HttpResponse:
    seen, language = services.of_receipt(typed), _language(request)
    taken = Taken.of(seen.row, typed, seen.outcome)
    context: dict[str, object] = _leads_to(seen.form, taken, language) | {
        "receipt": typed,
        "title": said(seen.form.title, language),
        "answers": mark_safe(render_answers(seen.form, language, seen.answers)),  # noqa: S308 (it escapes)
        "may_confirm": taken.is_unconfirmed and phone_numbers.are_offered(),
        "card": card(passes.text_of(seen.row.id_digest), language),
    }
    return _page(request, "declarations/seen.html", context | more, status)


# --- public counts ----------------------------------------------------------------------------------------------------


@require_GET
def counts(request: HttpRequest) -> HttpResponse:
    """Show the counts."""
    today = clock.today()
    rows = [
        {"name": place_name(f"/{each.province}/", today), "declared": each.declared, "to_call": each.to_call}
        for each in queries.public_counts(today)
    ]
    context: dict[str, object] = {"rows": rows, "first": today - dt.timedelta(days=queries.PUBLIC_DAYS)}
    response = _page(request, "declarations/counts.html", context)
    response["Cache-Control"] = f"public, max-age={_MAX_AGE_S}"
    return response


@require_GET
def counts_table(_request: HttpRequest) -> HttpResponse:
    """Send the counts as CSV; an empty value is one that is not disclosed."""
    counts = queries.public_counts(clock.today())
    rows = (("province", "declared", "to_call"), *((each.province, each.declared, each.to_call) for each in counts))
    headers = {
        "Content-Disposition": 'attachment; filename="bluezone-declarations.csv"',
        "Cache-Control": f"public, max-age={_MAX_AGE_S}",
    }
    return HttpResponse(csv_text(rows), content_type="text/csv; charset=utf-8", headers=headers)
