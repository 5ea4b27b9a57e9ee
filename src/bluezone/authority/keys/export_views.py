"""Serve the exports folder: the index cached for a minute, files for ever. Any web server or CDN can do it instead."""

from __future__ import annotations

import re
from http import HTTPStatus

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

_INDEX = re.compile(r"[A-Za-z0-9_]{1,16}/index\.txt", re.ASCII)
_FILE = re.compile(r"[A-Za-z0-9_]{1,16}/[0-9]{1,12}-[0-9]{1,12}-[0-9]{1,6}\.zip", re.ASCII)
_INDEX_CACHING = "public, max-age=60"
#: a file never changes under its name, and is gone after 14 days
_FILE_CACHING = f"public, max-age={14 * 86_400}, immutable"


@csrf_exempt
@require_safe
def export(request: HttpRequest, name: str) -> HttpResponseBase:
    """Serve a file of the exports folder by a path of exactly our two forms; so no other file can be asked for."""
    is_index, is_file = _INDEX.fullmatch(name), _FILE.fullmatch(name)
    if not (is_index or is_file):
        return _not_found()
    path = settings.BLUEZONE.exports / name
    try:
        facts = path.stat()
        etag = f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"'
        response: HttpResponseBase | None = get_conditional_response(request, etag, int(facts.st_mtime))
        if response is None:
            kind = "text/plain; charset=utf-8" if is_index else "application/zip"
            response = FileResponse(path.open("rb"), content_type=kind)
    except OSError:
        return _not_found()
    response["Cache-Control"] = _INDEX_CACHING if is_index else _FILE_CACHING
    response["ETag"] = etag
    response["Last-Modified"] = http_date(facts.st_mtime)
    return response


def _not_found() -> HttpResponse:
    response = HttpResponse("not found\n", status=HTTPStatus.NOT_FOUND, content_type="text/plain")
    response["Cache-Control"] = "no-store"
    return response
