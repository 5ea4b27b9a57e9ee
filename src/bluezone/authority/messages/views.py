"""Serve the officers' pages for news and for guidance, and the endpoints by which a phone leaves a number and deletes
it."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Collection, Sequence
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext

from bluezone.authority.device_api.endpoint import device_endpoint
from bluezone.authority.documents.rules import area_of
from bluezone.authority.messages import guidance, news, phone_numbers
from bluezone.authority.messages.forms import GuidanceForm, NewsForm, place_name
from bluezone.authority.messages.models import GuidanceEntry, NewsItem
from bluezone.authority.messages.phone_numbers import NumberRefusedError
from bluezone.authority.messages.sms import SmsError, sender
from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import Access, FormPage, ListPage, OfficerPage, OfObject, Step
from bluezone.authority.officers.jurisdiction import places_above
from bluezone.authority.officers.models import User
from bluezone.authority.site import clock
from bluezone.protocol.documents import DocumentError
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.phone_numbers import CodeRequest, Confirmation, Forgetting, Refusal
from bluezone.protocol.text import MessageTooLargeError

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

log = logging.getLogger(__name__)


class Publishing(OfficerPage):
    """Serve a page about what phones are to show; its menu item names addresses and templates."""

    access: ClassVar[Access | None] = scope.directing
    done: StrOrPromise = ""
    wrong_at: str | None = "__all__"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"own": self.own, "today": clock.today()}

    def way_back(self) -> str:
        return reverse(f"{self.nav}:list")


class PublishedList(Publishing, ListPage):
    """List what the phones of the officer's jurisdiction show, newest first."""

    paginate_by = 30
    ordering = ("-published_at", "-id")
    may_write = True
    #: the field that names a row, and the states in which it can be withdrawn
    heading: str
    stands: Collection[str]

    def rows(self) -> QuerySet[Any]:
        return super().rows().select_related("written_by")

    def states(self, rows: Sequence[Any]) -> list[Any]:
        """Return the state of each row."""
        raise NotImplementedError

    def present(self, rows: Sequence[Any]) -> list[dict[str, Any]]:
        return [
            {
                "row": row,
                "heading": getattr(row, self.heading),
                "state": state,
                "place_name": place_name(row.place),
                "may_withdraw": self.may_write and state in self.stands and self.own.may_direct(row.place),
                "withdraw_at": reverse(f"{self.nav}:withdraw", args=[row.pk]),
            }
            for row, state in zip(rows, self.states(rows), strict=True)
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at, template = reverse(f"{self.nav}:new"), f"{self.nav}/row.html"
        return super().get_context_data(may_write=self.may_write, write_at=at, row_template=template, **kwargs)


# --- news -------------------------------------------------------------------------------------------------------------


class NewsList(PublishedList):
    """List the news for the people of the officer's jurisdiction."""

    model, nav, template_name, heading = NewsItem, "news", "news/list.html", "title_vi"
    stands = (news.State.SHOWN, news.State.CROWDED)

    def states(self, rows: Sequence[NewsItem]) -> list[news.State]:
        shown, now = news.ids_in_documents(area_of(row.place) for row in rows), clock.now()
        return [news.state(row, row.pk in shown, now) for row in rows]


class NewNews(Publishing, FormPage):
    """Write a piece of news."""

    nav, template_name, form_class = "news", "news/new.html", NewsForm

    def act(self) -> None:
        values = dict(self.form.cleaned_data)
        place, form_id, days = (values.pop(name) for name in ("unit", "form_id", "days"))
        news.write(self.officer, place, form_id, days, clock.now(), **values)


class WithdrawNews(Publishing, Step, OfObject):
    """Withdraw an item."""

    model, nav, named, reach = NewsItem, "news", "item_id", scope.editable

    def act(self) -> None:
        news.withdraw(self.object, clock.now())


# --- guidance ---------------------------------------------------------------------------------------------------------


def _writing(user: User | AnonymousUser) -> None:
    """Refuse who does not write guidance. Raises PermissionDenied."""
    own = scope.directing(user)
    try:
        guidance.may_write(own, own.place)
    except guidance.GuidanceRefusedError as error:
        raise PermissionDenied from error


def _holding(rows: QuerySet[GuidanceEntry], user: User | AnonymousUser, field: str) -> QuerySet[Any]:
    """Filter entries by what holds for the officer's people: their own and those of the places above."""
    above = rows.filter(place__in=places_above(scope.required(user).place))
    return (scope.visible(rows, user, field) | above).distinct()


class GuidanceList(PublishedList):
    """List what holds for the people of the officer's jurisdiction."""

    model, nav, template_name, heading = GuidanceEntry, "guidance", "guidance/list.html", "version"
    reach = _holding
    stands = (guidance.State.HOLDS, guidance.State.LATER)

    @property
    def may_write(self) -> bool:  # type: ignore[override]
        return self.own.role in guidance.PUBLISHED_GUIDANCE.editors

    def states(self, rows: Sequence[GuidanceEntry]) -> list[guidance.State]:
        return [guidance.state(row, clock.today()) for row in rows]


class NewGuidance(Publishing, FormPage):
    """Write what is to be done after a warning."""

    access = _writing
    nav, template_name, form_class = "guidance", "guidance/new.html", GuidanceForm

    def act(self) -> HttpResponse | None:
        try:
            guidance.write(self.own, self.officer, self.form.entry(), self.form.cleaned_data["form_id"], clock.now())
        except DocumentError:  # signs that no form field knows of
            self.form.add_error(None, gettext("The texts hold signs that cannot be sent. Please type them anew."))
            return self.show(400)
        return None


class WithdrawGuidance(Publishing, Step, OfObject):
    """Withdraw an entry."""

    access = _writing
    model, nav, named, reach = GuidanceEntry, "guidance", "entry_id", scope.editable

    def act(self) -> None:
        guidance.withdraw(self.object, clock.now())


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
                return _answer(str(error), error.refusal, _STATUS.get(error.refusal, HTTPStatus.BAD_REQUEST))
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
