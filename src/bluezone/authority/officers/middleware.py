"""Ask for what an officer needs beyond a password before pages are shown. Phones and the public never come by here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlencode, urlsplit, urlunsplit

from auditlog.middleware import AuditlogMiddleware
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from bluezone.authority.officers.jurisdiction import Role
from bluezone.authority.officers.second_factor import is_verified

_Handler = Callable[[HttpRequest], HttpResponse]
_View = TypeVar("_View", bound=Callable[..., HttpResponseBase])
_OFFICERS = "/officer/"
#: in a session: in which minute it was used last
_LAST_USED = "used"
#: what an officer with a password alone may reach
_BEFORE_IT = ("officers:login", "officers:logout", "officers:verify", "officers:enrol")


def require_second_factor(get_response: _Handler) -> _Handler:
    """Redirect an officer logged in by password alone to the page of the second factor.

    Whatever lies under /officer/ is closed unless named above: a page somebody forgets to guard is guarded. Machines
    with an officer token have no session, and none of this.
    """
    open_paths = {reverse(name) for name in _BEFORE_IT}

    def check(request: HttpRequest) -> HttpResponse:
        closed = request.path.startswith(_OFFICERS) and request.path not in open_paths
        if not (closed and settings.BLUEZONE.asks_second_factor):
            return get_response(request)
        if not request.user.is_authenticated or is_verified(request.user):
            return get_response(request)
        if request.path.startswith(f"{_OFFICERS}api/"):
            return JsonResponse({"detail": "second factor missing"}, status=403)
        return redirect(f"{reverse('officers:verify')}?{urlencode({'next': _page_of(request)}, safe='/')}")

    return check


def _page_of(request: HttpRequest) -> str:
    """Return the page to open after a login: the one asked for, or that on which the form stands which was sent. (The
    address to which a form is sent is mostly no page.)"""
    if request.method != "POST":
        return request.get_full_path()
    sender = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(sender, {request.get_host()}, require_https=request.is_secure()):
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    parts = urlsplit(sender)
    return urlunsplit(("", "", parts.path, parts.query, "")) or resolve_url(settings.LOGIN_REDIRECT_URL)


def back_to_the_form(get_response: _Handler) -> _Handler:
    """Lead an officer whose session had ended when a form was sent back to that form after the login, and say on the
    page of the login that it was not stored."""
    login = reverse("officers:login")

    def check(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_sent_away = response.status_code == 302 and response.headers["Location"].startswith(f"{login}?")
        if request.method == "POST" and request.path != login and is_sent_away:
            query = urlencode({"next": _page_of(request), "unsent": "1"}, safe="/")
            response.headers["Location"] = f"{login}?{query}"
        return response

    return check


#: pages of officers that an account at a checkpoint has: its own, and those of every account
_OF_CHECKPOINTS = tuple(f"{_OFFICERS}{path}" for path in ("checkpoint/", "login", "logout", "second-factor", "setup/"))


def keep_to_own_pages(get_response: _Handler) -> _Handler:
    """Refuse every page of officers to a laboratory's account, which has a token for one address and no session, and
    every page but its own to one at a checkpoint."""

    def check(request: HttpRequest) -> HttpResponse:
        role = getattr(request.user, "role", "") if request.path.startswith(_OFFICERS) else ""
        if role == Role.LAB:
            return HttpResponseForbidden("a laboratory sends results, and has no page")
        if role == Role.CHECKPOINT and not request.path.startswith(_OF_CHECKPOINTS):
            if request.path == _OFFICERS:
                return redirect(f"{_OFFICERS}checkpoint/")
            raise PermissionDenied
        return get_response(request)

    return check


def record_officer(get_response: _Handler) -> _Handler:
    """Tell the audit log which officer makes a request. Only on officers' pages: elsewhere it would open the session of
    every request, and mark files for CDNs as different for every cookie."""
    tracked = AuditlogMiddleware(get_response)

    def choose(request: HttpRequest) -> HttpResponse:
        return (tracked if request.path.startswith(_OFFICERS) else get_response)(request)

    return choose


def not_a_use(view: _View) -> _View:
    """Mark a view that open pages ask by themselves, so that an officer who has gone home is not kept logged in by
    one."""
    view.not_a_use = True  # type: ignore[attr-defined]
    return view


def session_use(get_response: _Handler) -> _Handler:
    """End a session after half an hour without use; whatever an officer does begins the half hour again, to a minute:
    so not every page waits for a turn to write."""

    def renew(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        match, session = request.resolver_match, request.session
        if session.accessed and not session.is_empty() and not (match and getattr(match.func, "not_a_use", False)):
            # as Django reckons when a session ends
            minute = int(timezone.now().timestamp() // 60)  # noqa: TID251 (beside the sessions' own time)
            if session.get(_LAST_USED) != minute:
                session[_LAST_USED] = minute
        return response

    return renew
