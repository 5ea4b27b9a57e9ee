"""Serve the descriptions of the APIs."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from bluezone.authority.diagnosis.api import api as officer_api
from bluezone.authority.issuing.api import api as admin_api
from bluezone.authority.partners import machine_views

_CACHING = "public, max-age=3600"
_APIS: dict[str, tuple[NinjaAPI, str]] = {"admin": (admin_api, "/api/"), "officer": (officer_api, "/officer/api/")}


@lru_cache
def _document(name: str) -> dict[str, Any]:
    if name == "device":
        from bluezone.authority.project.openapi import device  # a fifth of a second, for what few ask

        return device.document()
    api, prefix = _APIS[name]
    made = dict(api.get_openapi_schema(path_prefix=prefix))
    if name == "officer":
        made["paths"] |= machine_views.DESCRIPTION
    return made


@csrf_exempt
@require_safe
def document(request: HttpRequest, name: str) -> JsonResponse:  # noqa: ARG001
    """Serve the description of an API: `device`, `admin` or `officer`."""
    return JsonResponse(_document(name), headers={"Cache-Control": _CACHING})
