"""Serve the officers' pages for news and for guidance, and the endpoints by which a phone leaves a number and deletes
it."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluezone.authority.device_api.endpoint import device_endpoint
from bluezone.authority.documents.rules import area_of
from bluezone.authority.messages import guidance, news, phone_numbers
from bluezone.authority.messages.forms import GuidanceForm, NewsForm, place_name
from bluezone.authority.messages.models import GuidanceEntry, NewsItem
from bluezone.authority.messages.phone_numbers import NumberRefusedError
from bluezone.authority.messages.sms import SmsError, sender
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Jurisdiction, places_above
from bluezone.authority.site import clock
from bluezone.protocol.documents import DocumentError
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.phone_numbers import CodeRequest, Confirmation, Forgetting, Refusal
from bluezone.protocol.text import MessageTooLargeError

log = logging.getLogger(__name__)

PAGE_SIZE = 30


@never_cache
@login_required
@require_GET
def news_list(request: HttpRequest) -> HttpResponse:
    """List the news for the people of the officer's jurisdiction, newest first."""
    own, now = scope.directing(request.user), clock.now()
    visible = scope.visible(NewsItem.objects.select_related("written_by"), request.user).order_by(
        "-published_at", "-id"
    )
    page = Paginator(visible, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = news.ids_in_documents(area_of(item.place) for item in page)
    rows = [_news_listed(item, item.id in shown, own, now) for item in page]
    context = {"page": page, "rows": rows, "may_write": True, "write_at": reverse("news:new"), "nav": "news"}
    return render(request, "news/list.html", context | {"row_template": "news/row.html"})


def _news_listed(item: NewsItem, in_document: bool, own: Jurisdiction, now: dt.datetime) -> dict[str, object]:
    state = news.state(news.facts(item), in_document, now)
    may_withdraw = own.may_direct(item.place) and state in (news.State.SHOWN, news.State.CROWDED)
    return {
        "item": item,
        "heading": item.title_vi,
        "state": state,
        "place_name": place_name(item.place),
        "may_withdraw": may_withdraw,
        "withdraw_at": reverse("news:withdraw", args=[item.id]),
    }


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def new_news(request: HttpRequest) -> HttpResponse:
    """Show the form for news, and publish what it brings."""
    own, now = scope.directing(request.user), clock.now()
    form = NewsForm(own, clock.date_of(now), request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        place = values.pop("unit")
        news.write(scope.officer(request.user), place, values.pop("form_id"), values.pop("days"), now, **values)
        return redirect("news:list")
    return render(request, "news/new.html", {"form": form, "nav": "news"}, status=400 if form.errors else 200)


@never_cache
@login_required
@require_POST
def withdraw_news(request: HttpRequest, item_id: int) -> HttpResponse:
    """Withdraw an item."""
    scope.directing(request.user)
    item = get_object_or_404(scope.editable(NewsItem.objects.all(), request.user), id=item_id)
    news.withdraw(item, clock.now())
    return redirect("news:list")


# --- guidance ---------------------------------------------------------------------------------------------------------


def _writing(request: HttpRequest) -> Jurisdiction:
    """Return the jurisdiction of an officer who writes guidance. Raises PermissionDenied for all others."""
    own = scope.directing(request.user)
    try:
        guidance.may_write(own, own.place)
    except guidance.GuidanceRefusedError as error:
        raise PermissionDenied from error
    return own


@never_cache
@login_required
@require_GET
def guidance_list(request: HttpRequest) -> HttpResponse:
    """List what holds for the people of the officer's jurisdiction, newest first: their own entries and those of the
    places above."""
    own, today = scope.directing(request.user), clock.date_of(clock.now())
    rows = GuidanceEntry.objects.select_related("written_by")
    seen = scope.visible(rows, request.user) | rows.filter(place__in=places_above(own.place))
    page = Paginator(seen.distinct().order_by("-published_at", "-id"), PAGE_SIZE).get_page(request.GET.get("page"))
    listed = []
    for row in page:
        state = guidance.state(guidance.facts(row), today)
        holds = state in (guidance.State.HOLDS, guidance.State.LATER)
        may_withdraw = holds and guidance.PUBLISHED_GUIDANCE.may_edit(own, row.place)
        listed.append(
            {
                "row": row,
                "heading": row.version,
                "entry": row.entry,
                "state": state,
                "place_name": place_name(row.place),
                "may_withdraw": may_withdraw,
                "withdraw_at": reverse("guidance:withdraw", args=[row.id]),
            }
        )
    may_write = own.role in guidance.PUBLISHED_GUIDANCE.editors
    context = {"page": page, "rows": listed, "may_write": may_write, "write_at": reverse("guidance:new")}
    return render(request, "guidance/list.html", context | {"row_template": "guidance/row.html", "nav": "guidance"})


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def new_guidance(request: HttpRequest) -> HttpResponse:
    """Show the form for an entry, and publish what it brings."""
    own, now = _writing(request), clock.now()
    form = GuidanceForm(own, clock.date_of(now), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            guidance.write(own, scope.officer(request.user), form.entry(), form.cleaned_data["form_id"], now)
        except guidance.GuidanceRefusedError as error:
            form.add_error(None, error.sentence(gettext))
        except DocumentError:  # signs that no form field knows of
            form.add_error(None, gettext("The texts hold signs that cannot be sent. Please type them anew."))
        else:
            return redirect("guidance:list")
    return render(request, "guidance/new.html", {"form": form, "nav": "guidance"}, status=400 if form.errors else 200)


@never_cache
@login_required
@require_POST
def withdraw_guidance(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Withdraw an entry."""
    _writing(request)
    row = get_object_or_404(scope.editable(GuidanceEntry.objects.all(), request.user), id=entry_id)
    guidance.withdraw(row, clock.now())
    return redirect("guidance:list")


# --- telephone numbers ------------------------------------------------------------------------------------------------

_STATUS = {
    Refusal.TOO_MANY: HTTPStatus.FORBIDDEN,  # not 429, which says to try again in minutes
    Refusal.UNAVAILABLE: HTTPStatus.BAD_GATEWAY,
    Refusal.NOT_OFFERED: HTTPStatus.NOT_FOUND,
}


def _answer(text: str, code: str, status: int) -> HttpResponse:
    return JsonResponse({"error": text, "code": code}, status=status, headers={"Cache-Control": "no-store"})


def _done(status: int, **fields: object) -> HttpResponse:
    return JsonResponse(fields, status=status, headers={"Cache-Control": "no-store"})


def _refused(error: NumberRefusedError) -> HttpResponse:
    return _answer(str(error), error.refusal, _STATUS.get(error.refusal, HTTPStatus.BAD_REQUEST))


_Handler = Callable[[bytes, dt.datetime], HttpResponse]


def _endpoint(name: str) -> Callable[[_Handler], Callable[[HttpRequest], HttpResponse]]:
    """Make a device endpoint whose refusals have the form of this API."""

    def decorate(handler: _Handler) -> Callable[[HttpRequest], HttpResponse]:
        @device_endpoint(name, _answer, Refusal.BAD_REQUEST, Refusal.INTERNAL)
        @wraps(handler)
        def view(request: HttpRequest, body: bytes, now: dt.datetime) -> HttpResponse:  # noqa: ARG001
            try:
                return handler(body, now)
            except MessageTooLargeError:
                raise
            except ProtocolError as error:
                return _answer(str(error), Refusal.BAD_REQUEST, HTTPStatus.BAD_REQUEST)
            except NumberRefusedError as error:
                return _refused(error)
            except SmsError as error:
                log.error("no text message: %s", error)  # noqa: TRY400 (its text says all)
                return _answer("no message can be sent now", Refusal.UNAVAILABLE, HTTPStatus.BAD_GATEWAY)

        return view

    return decorate


@_endpoint("phone-number-code")
def code(body: bytes, now: dt.datetime) -> HttpResponse:
    """Send a code to a number in a text message."""
    asked = CodeRequest.from_json(body)
    send = sender()
    if send is None:
        raise NumberRefusedError("this authority takes no telephone numbers", Refusal.NOT_OFFERED)
    phone_numbers.ask(asked, send, now)
    return _done(HTTPStatus.ACCEPTED, expires_in_s=int(phone_numbers.CODE_LIFE.total_seconds()))


@_endpoint("phone-number-confirm")
def confirm(body: bytes, now: dt.datetime) -> HttpResponse:
    """Store a number whose code is right, and answer with a receipt by which the phone can delete it."""
    return _done(HTTPStatus.CREATED, receipt=phone_numbers.confirm(Confirmation.from_json(body), now))


@_endpoint("phone-number-forget")
def forget(body: bytes, now: dt.datetime) -> HttpResponse:  # noqa: ARG001
    """Delete the number of a receipt; the answer is one whether it was there or not."""
    phone_numbers.forget(Forgetting.from_json(body).receipt)
    return _done(HTTPStatus.OK)
