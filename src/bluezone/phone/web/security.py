"""Keep the screens to the owner of this machine's session.

The server listens on the loopback address only; that alone keeps out neither another user of the machine nor a web page
that resolves its own name to 127.0.0.1 (DNS rebinding) or posts a form across origins. So:

- every request must name this server as its host;
- every page wants a cookie that only the address with this run's token gives (file and terminal of the owner);
- everything that changes something must come from a page of this origin;
- pages may load and run only what this server serves, and nobody may frame them.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = "127.0.0.1"
MAX_BODY_BYTES = 16_384
#: a form of health declarations with the longest answers, each letter of which is written as nine signs
MAX_FORM_BYTES = 128_000

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with no-referrer, browsers give the origin of our own forms as null
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}

#: nothing of the owner's is in these, and the browser fetches some of them without the cookie
_PUBLIC = ("/static/", "/sw.js", "/manifest.webmanifest", "/gone")
_SAFE_METHODS = ("GET", "HEAD")
_SCREEN = re.compile(r"(/[a-z0-9][a-z0-9-]*)+|/link\?text=[\w%.~!*'()-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Access:
    """Say who may come in: `port` the server listens on, `token` of this run."""

    port: int
    token: str

    @property
    def hosts(self) -> tuple[str, ...]:
        return f"{LOOPBACK}:{self.port}", f"localhost:{self.port}"

    @property
    def cookie(self) -> str:
        return f"bluezone-{self.port}"  # cookies are not kept apart by port

    @property
    def address(self) -> str:
        """Return what the owner opens."""
        return f"http://{LOOPBACK}:{self.port}/enter?token={self.token}"

    def address_of(self, path: str) -> str:
        """Return what opens one screen, as a notice does."""
        return f"{self.address}&{urlencode({'to': path})}"

    def is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.token.encode())


class Guard:
    """Guard all the screens, as ASGI middleware. `strangers` answers those who have no cookie.

    The rehearsal shows phones within a page: `framed_by` is the one origin that may frame these screens, `frames` the
    sources that they may frame. Nobody and none, if not said.
    """

    def __init__(self, app: ASGIApp, access: Access, strangers: ASGIApp, framed_by: str = "", frames: str = "") -> None:
        self._app, self._access, self._strangers = app, access, strangers
        self._headers = _headers(framed_by, frames)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            raise RuntimeError(f"the screens speak HTTP, not {scope['type']}")
        answer = self._judge(scope)
        await answer(scope, receive, _with_headers(send, scope["path"], self._headers))

    def _judge(self, scope: Scope) -> ASGIApp:
        headers, path, method = Headers(scope=scope), scope["path"], scope["method"]
        host = headers.get("host", "")
        if host not in self._access.hosts:
            return PlainTextResponse("This is not the address of this phone.", 421)
        if path == "/enter":
            return self._enter(scope)
        if path == "/favicon.ico" and method in _SAFE_METHODS:  # asked for by a browser where no page has named an icon
            return RedirectResponse("/static/icon.svg", 308)
        if path.startswith(_PUBLIC) and method in _SAFE_METHODS:
            return self._app
        if not self._access.is_token(_cookie(headers.get("cookie", ""), self._access.cookie)):
            return self._strangers
        if method not in _SAFE_METHODS:
            if headers.get("origin") != f"http://{host}":
                return PlainTextResponse("This came from another page and was not carried out.", 403)
            length, longest = headers.get("content-length", ""), MAX_BODY_BYTES
            if path.startswith("/declare/"):
                longest = MAX_FORM_BYTES
            if not (length.isascii() and length.isdigit()) or int(length) > longest:
                return PlainTextResponse("This is longer than anything a screen sends.", 413)
        return self._app

    def _enter(self, scope: Scope) -> ASGIApp:
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        given = asked.get("token", [""])[0]
        if not self._access.is_token(given):
            return self._strangers
        # Not a redirect: the cookie is a strict one, and who comes from a file or another program would be sent on
        # without it. From this answer the browser goes on by itself, as a visitor of this origin.
        code = asked.get("c", [""])[0]
        path = f"/v?{urlencode({'c': code})}" if code else _screen(asked.get("to", [""])[0])
        answer = PlainTextResponse("Bluezone", headers={"Refresh": f"0; url={path}"})
        answer.set_cookie(self._access.cookie, self._access.token, httponly=True, samesite="strict", path="/")
        return answer


def _screen(path: str) -> str:
    """Return the path of a screen as given, the home screen for what is none: it goes into a header. Of queries only
    that of a link that was tapped elsewhere is one, as Android's app writes it."""
    return path if _SCREEN.fullmatch(path) else "/"


def _cookie(header: str, name: str) -> str:
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return found.value if found is not None else ""


def _headers(framed_by: str, frames: str) -> dict[str, str]:
    headers, policy = dict(_HEADERS), POLICY
    if framed_by:
        del headers["X-Frame-Options"]  # it knows no origins
        policy = policy.replace("frame-ancestors 'none'", f"frame-ancestors {framed_by}")
    if frames:
        policy += f"; frame-src {frames}"
    return headers | {"Content-Security-Policy": policy}


def _with_headers(send: Send, path: str, headers_for_all: dict[str, str]) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in headers_for_all.items():
                headers[name] = value
            headers.setdefault("Cache-Control", "no-cache" if path.startswith(_PUBLIC) else "no-store")
        await send(message)

    return send_with_headers
