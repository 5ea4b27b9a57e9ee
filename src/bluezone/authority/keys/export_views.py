"""Serve the exports folder: the index cached for a minute, files for ever. Any web server or CDN can do it instead."""

from __future__ import annotations

import re
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from whitenoise.responders import SlicedFile  # type: ignore[import-untyped]

from bluezone.authority.keys.export_store import FILE_CACHING, INDEX_CACHING, export_store

_INDEX = re.compile(r"[A-Za-z0-9_]{1,16}(?:-out|-f2|-probe)?/index\.txt", re.ASCII)
_FILE = re.compile(r"[A-Za-z0-9_]{1,16}(?:-out|-f2|-probe)?/[0-9]{1,12}-[0-9]{1,12}-[0-9]{1,6}\.zip", re.ASCII)
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII | re.IGNORECASE)


class RangeError(ValueError):
    """Report a range that lies outside the file."""


def byte_range(header: str, size: int) -> tuple[int, int] | None:
    """Return the first and the last byte of the range, both included; None where the whole file is meant.

    None also for what is no range of bytes, or several: RFC 9110 lets a server ignore these. Raises RangeError where no
    byte of the file is asked for.
    """
    found = _RANGE.fullmatch(header.replace(" ", ""))
    if found is None or found.groups() == ("", ""):
        return None
    first_text, last_text = found.groups()
    if not first_text:  # the last so many
        first, last = max(0, size - int(last_text)), size - 1
    else:
        first, last = int(first_text), min(int(last_text or size - 1), size - 1)
        if last_text and int(last_text) < first:
            return None
    if first > last:
        raise RangeError
    return first, last


@csrf_exempt
@require_safe
def export(request: HttpRequest, name: str) -> HttpResponseBase:
    """Serve a file of the exports folder by a path of exactly our two forms; so no other file can be asked for."""
    is_index, is_file = _INDEX.fullmatch(name), _FILE.fullmatch(name)
    if not (is_index or is_file):
        return _not_found()
    path = export_store(settings.BLUEZONE).local_copy(name)
    try:
        facts = path.stat()
        etag = f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"'
        response: HttpResponseBase | None = get_conditional_response(request, etag, int(facts.st_mtime))
        if response is None:
            kind = "text/plain; charset=utf-8" if is_index else "application/zip"
            # A range counts while the file is the one that the caller has a part of.
            is_the_same = request.headers.get("If-Range") in (None, etag, http_date(facts.st_mtime))
            asked = request.headers.get("Range", "") if is_the_same else ""
            response = _file(path, kind, facts.st_size, asked)
    except OSError:
        return _not_found()
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = INDEX_CACHING if is_index else FILE_CACHING
    response["ETag"] = etag
    response["Last-Modified"] = http_date(facts.st_mtime)
    return response


def _file(path: Path, kind: str, size: int, asked: str) -> HttpResponseBase:
    """Answer with a file, or the part of it that is asked for (RFC 9110, section 14)."""
    try:
        wanted = byte_range(asked, size)
    except RangeError:
        return HttpResponse(
            status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers={"Content-Range": f"bytes */{size}"}
        )
    if wanted is None:
        return FileResponse(path.open("rb"), content_type=kind)
    first, last = wanted
    headers = {"Content-Range": f"bytes {first}-{last}/{size}", "Content-Length": str(last - first + 1)}
    part = SlicedFile(path.open("rb"), first, last)
    return FileResponse(part, content_type=kind, status=HTTPStatus.PARTIAL_CONTENT, headers=headers)


def _not_found() -> HttpResponse:
    response = HttpResponse("not found\n", status=HTTPStatus.NOT_FOUND, content_type="text/plain")
    response["Cache-Control"] = "no-store"
    return response
