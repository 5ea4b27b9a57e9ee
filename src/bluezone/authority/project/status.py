"""Answer whether this installation can do its work: those who watch the server part by part, and the public on a page
without an account or a detail, with when keys went out last."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from bluezone.authority.project import facts, health
from bluezone.authority.project.health import Facts, Level

ready = facts.Lately(lambda now: health.judge(facts.gather(now, health.READY), health.READY), every_s=2.0)


@csrf_exempt
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Report each part; 503 where one fails. `?part=` (once or more): of these parts alone."""
    found = ready.get()
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


# --- the page --------------------------------------------------------------------------------------------------------

_PARTS = (*health.READY, "clock", "probe")


@dataclass(frozen=True, slots=True)
class Said:
    """Hold what the page says. `late_since`: since when keys are late; None where they are not. `knows_batch`: whether
    the database could be asked when keys went out."""

    works: bool
    knows_batch: bool
    published_at: dt.datetime | None
    tried_at: dt.datetime | None
    late_since: dt.datetime | None
    looked_at: dt.datetime


def said_of(found: Facts) -> Said:
    """Return what the public is told of what was measured."""
    worst = health.worst(health.judge(found, _PARTS).values())
    is_late = health.batch(found).level is not Level.OK
    due_at = found.last_batch_end and found.last_batch_end + dt.timedelta(seconds=found.period_s)
    late_since, knows_batch = due_at if is_late else None, "batch" not in found.unknown
    return Said(worst is Level.OK, knows_batch, found.last_batch_end, found.probe_seen_at, late_since, found.at)


public = facts.Lately(lambda now: said_of(facts.gather(now, _PARTS)), every_s=20.0)


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the state of the service, in the reader's language."""
    return render(request, "status.html", {"said": public.get(), "nav": "status"})
