"""Speak HTTP as a phone may: send nothing that identifies, follow nothing blindly, read nothing without end.

The `httpx.Client` is handed in (a real one, one over a test's transport); retries are its caller's business.
"""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import httpx

from bluezone.phone.clock import Clock
from bluezone.phone.errors import PhoneError
from bluezone.protocol.errors import ProtocolError

A = TypeVar("A")

#: the same for every phone and version: a rare User-Agent is a mark
_HEADERS = {"User-Agent": "Bluezone", "Accept-Language": "*", "Accept-Encoding": "identity"}

_GOOD = (200, 201, 202)
_TIMEOUT_S = 30.0
#: the longest that one answer may take from its first byte on: 16 MB at 27 kB a second
MAX_ANSWER_S = 600.0

#: OpenSSL's X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED
_OF_ANOTHER_TIME = (9, 10)

OnDate = Callable[[float], None]
Client = httpx.Client

_STEADY: Clock = time.monotonic  # the edge: it measures a wait for the net

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class ConnectionFailedError(PhoneError):
    """Say that the authority cannot be reached or did not answer as it should. Trying again later may help."""


class UnavailableError(ConnectionFailedError):
    """Say that the authority was reached, and cannot answer now."""


class UnreadableError(ConnectionFailedError):
    """Say that something answered, and not as the authority does: a hotspot's page that asks to log in, say."""


class WrongClockError(ConnectionFailedError):
    """Say that the authority's certificate is of another time than this device's clock: one of the two is wrong, and
    it is hardly ever the certificate."""


class RefusedError(PhoneError):
    """Say that the authority answered that it will not: trying the same again does not help."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status


class TooLargeError(RefusedError):
    """Say that the answer is longer than anything that is meant."""


def checked_base_url(url: str) -> str:
    """Return the authority's address without a trailing slash. Raises PhoneError unless it is https, or http on this
    machine: whoever listens on the way could else see who publishes."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError as error:
        raise PhoneError(f"the authority's address {url!r} is not an address ({error})") from error
    if not host or parts.query or parts.fragment or parts.username:
        raise PhoneError(f"the authority's address {url!r} is not of the form https://host/path")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
        raise PhoneError(f"the authority's address {url!r} must begin with https:// (http:// only on this machine)")
    return url.rstrip("/")


def new_client() -> Client:
    """Return a client whose every wait for the net ends; its caller closes it."""
    return httpx.Client(timeout=_TIMEOUT_S, verify=_trust())


def _trust() -> ssl.SSLContext:
    """Trust whom the environment names (SSL_CERT_FILE, SSL_CERT_DIR), else this machine's folder of authorities, of
    which OpenSSL reads only those it needs; else, as httpx does, the file of certifi, which takes 2 MB."""
    folder = ssl.get_default_verify_paths().openssl_capath
    is_named = os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR")
    if is_named or not any(Path(folder).glob("*.0")):  # the names that OpenSSL looks for
        return httpx.create_ssl_context()
    return ssl.create_default_context(capath=folder)


def get(client: httpx.Client, url: str, limit: int, steady: Clock = _STEADY, *, last: int = 0) -> bytes:
    """Return the body of a GET, at most `limit` bytes in MAX_ANSWER_S by the clock `steady`. `last`: ask for so many
    bytes of its end (a server may send all). Raises ConnectionFailedError or RefusedError."""
    headers = {**_HEADERS, "Range": f"bytes=-{last}"} if last else _HEADERS
    return _send(client, client.build_request("GET", url, headers=headers), limit, steady=steady)


def post(
    client: httpx.Client,
    url: str,
    body: bytes,
    limit: int,
    headers: dict[str, str] | None = None,
    *,
    says_why_later: bool = False,
    on_date: OnDate | None = None,
) -> bytes:
    """Return the body of the answer to a POST of JSON, whatever the status below 500: the device API explains itself
    there. `says_why_later`: also that of a 429, which else raises ConnectionFailedError. `on_date` is told the
    authority's time, in Unix seconds, where the answer names it."""
    all_headers = {**_HEADERS, "Content-Type": "application/json", **(headers or {})}
    request = client.build_request("POST", url, content=body, headers=all_headers)
    return _send(client, request, limit, explained=True, says_why_later=says_why_later, on_date=on_date)


def understood(read: Callable[[bytes], A], content: bytes, path: str) -> A:
    """Return an answer as `read` reads it. Raises UnreadableError where that raises ProtocolError."""
    try:
        return read(content)
    except ProtocolError as error:
        raise UnreadableError(f"{path}: the authority's answer cannot be read ({error})") from error


def _send(
    client: httpx.Client,
    request: httpx.Request,
    limit: int,
    *,
    explained: bool = False,
    says_why_later: bool = False,
    steady: Clock = _STEADY,
    on_date: OnDate | None = None,
) -> bytes:
    request.headers.pop("Cookie", None)  # no session ties one request to the next
    path = request.url.path
    try:
        response = client.send(request, stream=True, follow_redirects=False)
        try:
            body = _read(response, limit, steady)
        finally:
            response.close()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        failed = WrongClockError if _is_of_another_time(error) else ConnectionFailedError
        raise failed(f"{path}: no answer from the authority ({type(error).__name__})") from error
    finally:
        client.cookies.clear()
    if on_date is not None:
        with suppress(ValueError, TypeError, OverflowError):
            on_date(parsedate_to_datetime(response.headers.get("Date", "")).timestamp())
    status = response.status_code
    if status >= 500 or (status == HTTPStatus.TOO_MANY_REQUESTS and not says_why_later):
        raise UnavailableError(f"{path}: the authority cannot answer now (HTTP {status})")
    is_part = status == HTTPStatus.PARTIAL_CONTENT and "Range" in request.headers
    if status in _GOOD or is_part or (explained and 400 <= status < 500):
        return body
    raise RefusedError(f"{path}: the authority answered HTTP {status}", status)


def _is_of_another_time(error: BaseException) -> bool:
    """Tell whether a connection failed because a certificate is not valid yet, or no longer."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause.verify_code in _OF_ANOTHER_TIME
        cause = cause.__cause__ or cause.__context__
    return False


def _read(response: httpx.Response, limit: int, steady: Clock) -> bytes:
    until_s = steady() + MAX_ANSWER_S
    path, status = response.request.url.path, response.status_code
    if response.headers.get("Content-Encoding", "identity") != "identity":  # a kilobyte could become a gigabyte
        raise RefusedError(f"{path}: the answer is compressed, which was not asked for", status)
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > limit:
            raise TooLargeError(f"{path}: more than the {limit} bytes allowed", status)
        if steady() > until_s:  # a byte a minute is an answer without end too, and checks wait for it
            raise ConnectionFailedError(f"{path}: the answer took longer than {MAX_ANSWER_S:.0f} s")
    return bytes(body)
