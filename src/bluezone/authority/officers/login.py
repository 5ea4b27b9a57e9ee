"""Log officers in; ask before a password is looked at whether one more may be: a hash costs a third of a second.

A browser from which an officer has logged in is known by a signed cookie. So who sends an officer's name from
everywhere makes strangers wait, not the officer.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.module_loading import import_string

from bluezone.authority.officers.forms import LoginForm

_COOKIE = "bluezone_known_browser"
_COOKIE_AGE_S = 180 * 86_400
_SALT = "bluezone.officers.known-browser"
#: as long as a name may be (`models.User.username`)
_LONGEST_NAME = 150


class Login(LoginView):
    """Ask for name and password. The setting LOGIN_GUARD names the function that says who has to wait:
    `(request, name, is_known_browser) -> seconds`."""

    template_name = "officers/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Log in, or say how long to wait; then no password is looked at."""
        name = written_alike(request.POST.get("username", ""))
        try:
            known = signing.loads(request.COOKIES.get(_COOKIE, ""), salt=_SALT, max_age=_COOKIE_AGE_S)
        except signing.BadSignature:
            known = None
        wait_s = import_string(settings.LOGIN_GUARD)(request, name, is_known_browser=known == name)
        if wait_s:
            page = render(request, "officers/wait.html", {"wait_s": wait_s}, status=429)
            page["Retry-After"] = str(wait_s)
            return page
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Log in, and remember the browser."""
        response: HttpResponse = super().form_valid(form)
        name = written_alike(form.cleaned_data["username"])
        response.set_cookie(
            _COOKIE, signing.dumps(name, salt=_SALT), _COOKIE_AGE_S, path=self.request.path, httponly=True,
            secure=settings.SESSION_COOKIE_SECURE, samesite="Lax",
        )  # fmt: skip
        return response


def written_alike(name: str) -> str:
    """Return a login name so that all ways to write it count as one: Django compares names in this normal form, too."""
    return unicodedata.normalize("NFKC", name).strip().casefold()[:_LONGEST_NAME]
