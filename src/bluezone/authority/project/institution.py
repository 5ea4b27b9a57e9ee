"""Name the institution that runs the server on every page: emblem, contact, imprint, privacy, accessibility. All of
it is in the settings (`BLUEZONE_INSTITUTION` and those beside it)."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from bluezone.authority.site.language import page_language
from bluezone.geography.country import country

_TYPES = {".svg": "image/svg+xml", ".png": "image/png"}


def institution(_request: HttpRequest | None) -> dict[str, Any]:
    """Give templates `institution`: what the settings say of who runs the server; and of its country the name and the
    calling code."""
    of = settings.BLUEZONE
    facts = {"name": of.institution, "contact": of.contact, "responsible": of.responsible}
    return {
        "institution": {**facts, "has_emblem": (of.emblem or country().emblem) is not None},
        "country": country().name(page_language()),
        "calling_code": country().telephone.calling_code,
    }


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """Say who answers for these pages, how to reach them, what happens to data, and for whom the pages work."""
    return render(request, "about.html", {"nav": "about"})


@require_GET
@cache_control(public=True, max_age=3_600)
def emblem(_request: HttpRequest) -> HttpResponseBase:
    """Send the institution's emblem, else the country's; where there is none pages draw a placeholder."""
    file: Traversable | None = settings.BLUEZONE.emblem or country().emblem
    if file is None or not file.is_file():
        raise Http404
    return FileResponse(file.open("rb"), content_type=_TYPES[PurePath(file.name).suffix])
