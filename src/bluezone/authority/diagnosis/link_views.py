"""Answer who follows a link with a code, and phones that ask which apps may open it."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from bluezone.authority.diagnosis import links
from bluezone.authority.site.environment import Environment
from bluezone.authority.units.posters import public_address
from bluezone.protocol.one_time_codes import groups

#: a code is a secret: no shop, cache or search engine gets to know the address
_SECRET = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
_CACHING = {"Cache-Control": "public, max-age=3600"}


class _ToApp(HttpResponseRedirectBase):
    status_code = HTTPStatus.SEE_OTHER
    allowed_schemes = ["intent"]  # noqa: RUF012 (Django's own field)


@csrf_exempt
@require_safe
def follow(request: HttpRequest) -> HttpResponse:
    """Open the app with the code of a link, or show the code on a page. Nothing is looked up and nothing changes."""
    conf: Environment = settings.BLUEZONE
    code = links.code_in(request.GET.get("c", ""))
    page = f"{public_address(request, request.path)}?c={code}&page=1"
    user_agent = "" if "page" in request.GET else request.headers.get("User-Agent", "")
    target = links.intent(code, conf.region, conf.android_apps, user_agent, page)
    if target is None:
        spaced = " ".join(groups(code))  # in fours, as it is read out; an app ignores the blanks
        context = {"code": spaced, "app_url": conf.app_url, "public": True, "keeps_language": True}
        response = render(request, "diagnosis/link.html", context)
    else:
        response = _ToApp(target)
    for name, value in _SECRET.items():
        response[name] = value
    return response


@csrf_exempt
@require_safe
def asset_links(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Serve what binds Android apps to this host."""
    return _association(links.asset_links(settings.BLUEZONE.android_apps), settings.BLUEZONE.android_apps)


@csrf_exempt
@require_safe
def apple_association(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Serve what binds iOS apps to this host."""
    return _association(links.apple_association(settings.BLUEZONE.ios_apps), settings.BLUEZONE.ios_apps)


def _association(document: object, apps: tuple[str, ...]) -> HttpResponse:
    if not apps:
        return JsonResponse({"error": "no apps are registered"}, status=HTTPStatus.NOT_FOUND)
    return JsonResponse(document, safe=False, headers=_CACHING)
