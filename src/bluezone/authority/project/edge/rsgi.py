"""Translate between granian's interface RSGI (its `docs/spec/RSGI.md`, version 1.6) and Django: a request becomes the
environ of WSGI (PEP 3333), Django's response an answer of bytes or of a part of a file that granian sends by itself."""

from __future__ import annotations

import io
import sys
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol

from django.http import HttpResponseBase
from whitenoise.responders import SlicedFile  # type: ignore[import-untyped]

#: names and values of an answer's headers
Headers = list[tuple[str, str]]


class RequestHeaders(Protocol):
    """Read the headers of a request; names are in lower case."""

    def get(self, name: str, default: str | None = None) -> str | None: ...

    def items(self) -> list[tuple[str, str]]: ...


class Scope(Protocol):
    """Describe a request. `path` is decoded, `client` and `server` are `address:port`."""

    @property
    def http_version(self) -> str: ...
    @property
    def scheme(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def query_string(self) -> str: ...
    @property
    def client(self) -> str: ...
    @property
    def server(self) -> str: ...
    @property
    def authority(self) -> str | None: ...
    @property
    def headers(self) -> RequestHeaders: ...


class Exchange(Protocol):
    """Receive a body, in chunks or as a whole, and send one answer; a file without a Python thread."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    def __call__(self) -> Awaitable[bytes]: ...

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None: ...

    def response_empty(self, status: int, headers: Headers) -> None: ...

    def response_file_range(self, status: int, headers: Headers, file: str, start: int, end: int) -> None: ...


# --- requests -------------------------------------------------------------------------------------------------------

_WITHOUT_PREFIX = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
#: how the values of a header that comes more than once are joined
_JOINED = {"cookie": "; "}
_VERSIONS = {"1": "HTTP/1.0", "1.1": "HTTP/1.1", "2": "HTTP/2"}


def environ_of(scope: Scope, body: bytes) -> dict[str, Any]:
    """Return the environ of a request whose body is there.

    A header with an underscore in its name is left out: it would take the place of the one with a hyphen, which proxies
    watch over.
    """
    server, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode("utf-8").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": _VERSIONS.get(scope.http_version, "HTTP/1.1"),
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            continue
        key = _WITHOUT_PREFIX.get(name) or "HTTP_" + name.upper().replace("-", "_")
        environ[key] = f"{environ[key]}{_JOINED.get(name, ',')}{value}" if key in environ else value
    if scope.authority and "HTTP_HOST" not in environ:
        environ["HTTP_HOST"] = scope.authority
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ


# --- answers --------------------------------------------------------------------------------------------------------

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
