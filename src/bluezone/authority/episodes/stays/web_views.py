"""Serve the page on which people in isolation declare how they are: by the link of a message, or by typing its code. No
account, no cookie.

The code stands behind `#`, which browsers never send; a small script puts it into the form. Without scripts it is typed
in. Which codes are in force is told only to who sends a whole one, and one answer stands for all that are not.
"""

from __future__ import annotations

from http import HTTPStatus

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from bluezone.authority.device_api.callers import caller, origin
from bluezone.authority.device_api.limits import seconds_to_wait
from bluezone.authority.episodes.stays import checks
from bluezone.authority.episodes.stays.forms import SaidForm
from bluezone.authority.episodes.stays.rules import IsolationError, Severity, Way
from bluezone.authority.site import clock
from bluezone.authority.site.language import sentence_of

#: in ten minutes: of one address, behind which a whole site may be; of the network around it
_REQUESTS, _NETWORKS_REQUESTS = 600, 6_000
_LONGEST_CODE = 60
_POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}


@csrf_exempt  # no cookie stands for anybody here: the code in the body does
@require_http_methods(["GET", "POST"])
@csp_replace(_POLICY)
def declare(request: HttpRequest) -> HttpResponse:
    """Show the form, the same for all, and take what is declared."""
    if request.method == "GET":
        return _page(request, SaidForm())
    now = clock.now()
    wait_s = seconds_to_wait("isolation", caller(request), now, _REQUESTS) or seconds_to_wait(
        "isolation network", origin(request).network, now, _NETWORKS_REQUESTS
    )
    if wait_s:
        response = _page(request, SaidForm(), problem="later", status=HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = str(wait_s)
        return response
    form, code = SaidForm(request.POST), request.POST.get("code", "")[:_LONGEST_CODE]
    if form.is_valid():
        try:
            said = form.said()
            checks.declare(code, form.cleaned_data["declaration_id"].bytes, said, Way.WEB, now)
            return _page(request, form, taken=said.severity)
        except checks.NotInForceError:
            return _page(request, form, code=code, problem="code", status=HTTPStatus.FORBIDDEN)
        except IsolationError as error:
            form.add_error(error.field if error.field in form.fields else None, sentence_of(error))
    return _page(request, form, code=code, status=HTTPStatus.BAD_REQUEST)


def _page(
    request: HttpRequest,
    form: SaidForm,
    *,
    code: str = "",
    problem: str = "",
    taken: Severity | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "form": form,
        "code": code,
        "problem": problem,
        "taken": taken,
        "emergency": taken is Severity.EMERGENCY,
        "symptoms": taken is Severity.SYMPTOMS,
    }
    response = render(request, "stays/web.html", context, status=status)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
