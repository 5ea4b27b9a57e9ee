"""Turn Django's answers into what the edge sends: bytes, or a part of a file that the server sends by itself."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.http import HttpResponseBase
from whitenoise.responders import SlicedFile  # type: ignore[import-untyped]

from bluezone.authority.project.edge.rsgi import Exchange, Headers

#: up to this size a file is read at once: the list of exports may be replaced before it is sent
_READ_AT_ONCE_BYTES = 256 * 1024
_WITHOUT_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


@dataclass(frozen=True, slots=True)
class FilePart:
    """Name the bytes of a file from `start` up to, not including, `end`."""

    path: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold an answer that is ready to be sent."""

    status: int
    headers: Headers = field(default_factory=list)
    body: bytes | FilePart = b""

    def send(self, exchange: Exchange, *, head: bool = False) -> None:
        """Send it. `head`: the headers alone, with the length of what GET would bring."""
        if isinstance(self.body, FilePart):
            part = self.body
            headers = [*self.headers, ("content-length", str(part.end - part.start))]
            if head:
                exchange.response_empty(self.status, headers)
            else:
                exchange.response_file_range(self.status, headers, part.path, part.start, part.end)
            return
        headers = self.headers
        if self.status not in _WITHOUT_BODY and not any(name == "content-length" for name, _ in headers):
            headers = [*headers, ("content-length", str(len(self.body)))]
        if head or not self.body:
            exchange.response_empty(self.status, headers)
        else:
            exchange.response_bytes(self.status, headers, self.body)


def text(status: HTTPStatus, sentence: str, **headers: str) -> Answer:
    """Return the edge's own answer to what reached no view."""
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Answer(
        status, [("content-type", "text/plain; charset=utf-8"), ("cache-control", "no-store"), *named],
        f"{sentence}\n".encode(),
    )  # fmt: skip


def from_django(response: HttpResponseBase) -> Answer:
    """Take over an answer of Django. Closing it is left to the caller."""
    headers = [(name.lower(), value) for name, value in response.items()]
    headers += [("set-cookie", morsel.OutputString()) for morsel in response.cookies.values()]
    if not response.streaming:
        return Answer(response.status_code, headers, response.content)  # type: ignore[attr-defined]
    part = _file_part(getattr(response, "file_to_stream", None))
    if part is None:
        return Answer(response.status_code, headers, b"".join(response))
    return Answer(response.status_code, [each for each in headers if each[0] != "content-length"], part)


def _file_part(stream: Any) -> FilePart | None:
    """Return which part of which file this is; None where it is small, or no file."""
    opened = stream.fileobj if isinstance(stream, SlicedFile) else stream
    if not isinstance(opened, io.BufferedReader) or not isinstance(opened.name, str | Path):
        return None
    start = opened.tell()
    end = start + stream.remaining if isinstance(stream, SlicedFile) else Path(opened.name).stat().st_size
    return FilePart(str(opened.name), start, end) if end - start > _READ_AT_ONCE_BYTES else None
