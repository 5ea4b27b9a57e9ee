"""Serve the pages on which an owner registers a place: no account, no cookie, no script needed.

Nothing is kept between two pages but in the page itself: what was typed travels as hidden fields until the telephone
number is confirmed. The receipt travels in bodies, never in an address.
"""

from __future__ import annotations

import functools
import secrets
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from bluezone.authority.device_api.callers import origin
from bluezone.authority.device_api.limits import seconds_to_wait_there
from bluezone.authority.messages import phone_numbers
from bluezone.authority.places import printing
from bluezone.authority.places.registrations import services
from bluezone.authority.places.registrations.forms import RegistrationForm
from bluezone.authority.places.rules import PlaceRefusedError
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language, sentence_of
from bluezone.authority.units.queries import path_of_code
from bluezone.i18n import format_moment
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.one_time_codes import groups
from bluezone.protocol.text import base64_bytes, base64_text

#: in ten minutes: of one address, behind which a whole market may be; of the network around it
_REQUESTS, _NETWORKS_REQUESTS = 100, 1_000
_ID_BYTES = 16
_LONGEST = 200


def _public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Guard a page: a limit on what is sent, nothing stored by browsers, nothing said to other sites."""

    @csrf_exempt  # no cookie stands for anybody here: what is in the body does
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        wait_s = 0
        if request.method == "POST":
            wait_s = seconds_to_wait_there("places", origin(request), clock.now(), _REQUESTS, _NETWORKS_REQUESTS)
        if wait_s:
            said = _("Very many requests came from here. Please try again in some minutes.")
            response = _page(request, "said", {"said": said}, HTTPStatus.TOO_MANY_REQUESTS)
            response["Retry-After"] = str(wait_s)
        else:
            response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


def _page(request: HttpRequest, name: str, context: dict[str, object], status: int = HTTPStatus.OK) -> HttpResponse:
    return render(request, f"places/register_{name}.html", context | {"nav": "register-place"}, status=status)


@_public_page
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Show the form, and take what an owner asks for once the telephone number is confirmed."""
    if request.method != "POST":
        initial = {"usual_stay_min": 60}
        return _form_page(request, RegistrationForm(initial=initial), secrets.token_bytes(_ID_BYTES))
    form, request_id, now = RegistrationForm(request.POST), _posted_id(request), clock.now()
    if not form.is_valid() or "_back" in request.POST:
        status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
        return _form_page(request, form, request_id, status)
    wish, confirmed = form.wish(), False
    if phone_numbers.are_offered():
        code, bound_to = request.POST.get("_code"), services.number_bound_to(request_id)
        if code is None or "_again" in request.POST:
            on_its_way = phone_numbers.ask_to_show(wish.telephone, bound_to, page_language().value, now)
            return _code_page(request, form, request_id, wish.telephone, on_its_way=on_its_way)
        if not phone_numbers.is_right(wish.telephone, bound_to, code[:_LONGEST], now):
            return _code_page(request, form, request_id, wish.telephone, on_its_way=True, is_wrong=True)
        confirmed = True
    try:
        receipt = services.register(request_id, wish, now, confirmed=confirmed)
    except PlaceRefusedError as error:
        form.add_error(None, sentence_of(error))
        return _form_page(request, form, request_id, HTTPStatus.FORBIDDEN)
    context: dict[str, object] = {
        "name": wish.name,
        "receipt": receipt,
        "receipt_groups": " ".join(groups(receipt)),
        "is_told": phone_numbers.are_offered(),
    }
    return _page(request, "done", context)


def _posted_id(request: HttpRequest) -> bytes:
    try:
        found = base64_bytes(request.POST.get("_request", "")[:_LONGEST], "id")
    except ProtocolError:
        found = b""
    return found if len(found) == _ID_BYTES else secrets.token_bytes(_ID_BYTES)


def _form_page(
    request: HttpRequest, form: RegistrationForm, request_id: bytes, status: int = HTTPStatus.OK
) -> HttpResponse:
    context: dict[str, object] = {
        "form": form,
        "request_id": base64_text(request_id),
        "found": form.found if "commune" in form.errors else (),
    }
    return _page(request, "form", context, status)


def _code_page(
    request: HttpRequest,
    form: RegistrationForm,
    request_id: bytes,
    number: str,
    *,
    on_its_way: bool,
    is_wrong: bool = False,
) -> HttpResponse:
    names = list(form.fields)
    context: dict[str, object] = {
        "request_id": base64_text(request_id),
        "carried": [(name, request.POST.get(name, "")) for name in names],
        "number": number,
        "on_its_way": on_its_way,
        "is_wrong": is_wrong,
    }
    return _page(request, "code", context, HTTPStatus.BAD_REQUEST if is_wrong else HTTPStatus.OK)


@_public_page
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """Show what became of a registration, to who has its receipt; delete it where nobody has decided."""
    typed = request.POST.get("receipt", "")[:_LONGEST]
    if not typed:
        return _page(request, "receipt", {})
    found = services.of_receipt(typed)
    if found is None:
        return _page(request, "receipt", {"is_unknown": True}, HTTPStatus.FORBIDDEN)
    if request.POST.get("act") == "withdraw" and services.withdraw(found):
        return _page(request, "said", {"said": _("Your registration is deleted. Nothing of it is kept.")})
    at = timezone.localtime(found.decided_at or found.asked_at)
    context = {
        "typed": typed,
        "row": found,
        "within": path_of_code(found.within),
        "at": format_moment(at, page_language()),
        "can_print": services.printed_of(found) is not None,
    }
    return _page(request, "seen", context)


@_public_page
@require_POST
def posters(request: HttpRequest) -> HttpResponse:
    """Draw the posters of a confirmed place for who has the receipt of its registration."""
    found = services.of_receipt(request.POST.get("receipt", "")[:_LONGEST])
    place = services.printed_of(found) if found is not None else None
    entrances = printing.entrances_of([place]) if place is not None else []
    if not entrances:
        return _page(request, "receipt", {"is_unknown": True}, HTTPStatus.FORBIDDEN)
    paper = printing.paper_of(request.POST.get("paper", ""))
    return printing.pdf_of(request, entrances, paper, entrances[0].at.organisation.code)
