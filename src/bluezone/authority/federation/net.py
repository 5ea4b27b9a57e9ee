"""Fetch files of another authority as a phone fetches ours: no redirect, no cookie, nothing without end."""

from __future__ import annotations

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Protocol

import httpx

from bluezone.authority.federation.rules import Trouble, UnfitError
from bluezone.authority.site import outgoing

#: the longest that one answer may take from its first byte on
MAX_ANSWER_S = 600.0
_TIMEOUT = httpx.Timeout(20.0, connect=10.0)
_HEADERS = {"User-Agent": "Bluezone", "Accept-Encoding": "identity"}


class Net(Protocol):
    """Fetch files by their address."""

    def get(self, url: str, limit: int) -> bytes:
        """Return a file of at most `limit` bytes. Raises UnfitError: UNREACHABLE where nobody answers at all."""


class HttpNet:
    """Fetch files over HTTP."""

    def __init__(self, client: httpx.Client, steady: Callable[[], float] = time.monotonic) -> None:
        self._client, self._steady = client, steady

    def get(self, url: str, limit: int) -> bytes:
        request = self._client.build_request("GET", url, headers=_HEADERS)
        try:
            response = self._client.send(request, stream=True, follow_redirects=False)
        except outgoing.RefusedError as error:
            raise UnfitError(Trouble.UNREACHABLE, f"{url}: {error}") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UnfitError(Trouble.UNREACHABLE, f"{url}: no answer ({type(error).__name__})") from error
        try:
            return self._body(response, limit)
        except httpx.HTTPError as error:
            text = f"{url}: the answer broke off ({type(error).__name__})"
            raise UnfitError(Trouble.ANSWER, text) from error
        finally:
            response.close()
            self._client.cookies.clear()

    def _body(self, response: httpx.Response, limit: int) -> bytes:
        url = response.request.url
        if response.status_code != HTTPStatus.OK:
            raise UnfitError(Trouble.ANSWER, f"{url}: HTTP {response.status_code}")
        if response.headers.get("Content-Encoding", "identity") != "identity":  # a kilobyte could become a gigabyte
            raise UnfitError(Trouble.ANSWER, f"{url}: the answer is compressed, which was not asked for")
        until_s, body = self._steady() + MAX_ANSWER_S, bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > limit:
                raise UnfitError(Trouble.TOO_LARGE, f"{url}: more than the {limit} bytes allowed")
            if self._steady() > until_s:
                raise UnfitError(Trouble.ANSWER, f"{url}: the answer took longer than {MAX_ANSWER_S:.0f} s")
        return bytes(body)


def client() -> httpx.Client:
    """Return a client for the files of other authorities."""
    return outgoing.client(_TIMEOUT)
