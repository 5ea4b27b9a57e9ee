"""Answer those who watch the server whether this installation can do its work: sign, store, write files, and whether a
worker does what is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from bluezone.authority.project import facts, health
from bluezone.authority.project.health import Finding, Level


def _look(now: dt.datetime) -> Mapping[str, Finding]:
    return health.judge(facts.gather(now, health.READY), health.READY)


last = facts.Lately(_look, every_s=2.0)


@csrf_exempt
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Report each part; 503 where one fails. `?part=` (once or more): of these parts alone."""
    found = last.get()
    wanted = request.GET.getlist("part")
    if unknown := sorted(set(wanted) - set(found)):
        message = f"there is no part {unknown[0]!a}; there are: {', '.join(found)}"
        return JsonResponse({"error": message}, status=HTTPStatus.BAD_REQUEST, headers={"Cache-Control": "no-store"})
    shown = {name: each for name, each in found.items() if not wanted or name in wanted}
    is_ready = health.worst(shown.values()) is Level.OK
    return JsonResponse(
        {"status": "ready" if is_ready else "failing", "parts": {name: each.text for name, each in shown.items()}},
        status=HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE,
        headers={"Cache-Control": "no-store"},
    )


@csrf_exempt
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Report that this process answers. (The edge does it before a request comes here: `edge.application`.)"""
    return JsonResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})
