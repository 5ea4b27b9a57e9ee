"""Choose the language of public pages by a link: a form would need a cookie, and those pages have none."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET


@require_GET
def choose(request: HttpRequest, code: str) -> HttpResponse:
    """Remember a language in this browser and go back to the page."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    back = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, code, samesite="Lax", secure=settings.LANGUAGE_COOKIE_SECURE, httponly=True
    )
    response.headers["Cache-Control"] = "no-store"
    return response
