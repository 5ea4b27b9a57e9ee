"""Describe what granian hands to an application of its interface RSGI (its `docs/spec/RSGI.md`, version 1.6)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

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
    """Receive a body in chunks, and send one answer. A file is sent by the server, without a Python thread."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None: ...

    def response_empty(self, status: int, headers: Headers) -> None: ...

    def response_file(self, status: int, headers: Headers, file: str) -> None: ...

    def response_file_range(self, status: int, headers: Headers, file: str, start: int, end: int) -> None: ...
