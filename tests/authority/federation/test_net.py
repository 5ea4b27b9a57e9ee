"""Fetch indexes and key files of another authority over real HTTP: sizes, redirects and addresses that are refused."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bluezone.authority.federation import net
from bluezone.authority.federation.rules import Trouble, UnfitError


class Strange(BaseHTTPRequestHandler):
    """Answer by the path in strange ways."""

    seen: list[tuple[str, dict[str, str]]]

    def do_GET(self) -> None:
        type(self).seen.append((self.path, dict(self.headers)))
        getattr(self, self.path.strip("/").replace("-", "_"), self.missing)()

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def missing(self) -> None:
        self.answer(404, b"not here")

    def fine(self) -> None:
        self.answer(200, b"text", Set_Cookie="who=me")

    def redirect(self) -> None:
        self.answer(302, b"", Location="/fine")

    def broken(self) -> None:
        self.answer(503, b"")

    def compressed(self) -> None:
        self.answer(200, gzip.compress(bytes(1_000_000)), Content_Encoding="gzip")

    def endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(bytes(65_536))
        except OSError:
            pass

    def short(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"half")


@pytest.fixture
def server() -> Iterator[str]:
    Strange.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Strange) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()


@pytest.fixture
def fetched(server):
    def get(path: str, limit: int = 1_000) -> bytes:
        with net.client() as client:
            return net.HttpNet(client).get(f"{server}/{path}", limit)

    return get


def test_a_file_is_fetched_and_no_cookie_goes_with_the_next(server):
    with net.client() as client:
        got = [net.HttpNet(client).get(f"{server}/fine", 4) for _ in range(2)]
    assert got == [b"text", b"text"]
    assert [("Cookie" in headers, headers["User-Agent"]) for _, headers in Strange.seen] == [(False, "Bluezone")] * 2


@pytest.mark.parametrize(
    ("path", "trouble"),
    [
        ("missing", Trouble.ANSWER),
        ("redirect", Trouble.ANSWER),
        ("broken", Trouble.ANSWER),
        ("compressed", Trouble.ANSWER),
        ("short", Trouble.ANSWER),
        ("endless", Trouble.TOO_LARGE),
    ],
)
def test_an_answer_that_is_not_the_plain_file_is_refused(fetched, path, trouble):
    with pytest.raises(UnfitError) as met:
        fetched(path)
    assert met.value.trouble is trouble


def test_a_redirect_is_not_followed(fetched):
    with pytest.raises(UnfitError, match="HTTP 302"):
        fetched("redirect")
    assert [path for path, _ in Strange.seen] == ["/redirect"]


def test_an_answer_may_take_ten_minutes_and_no_more(server):
    seconds = iter([0.0, 601.0])
    with net.client() as client, pytest.raises(UnfitError, match="longer than 600 s"):
        net.HttpNet(client, lambda: next(seconds)).get(f"{server}/fine", 1_000)


def test_a_host_inside_the_network_is_not_asked_and_the_reason_is_said(server, fetched, environment):
    environment(internal_hosts=())
    with pytest.raises(UnfitError, match="BLUEZONE_INTERNAL_HOSTS") as met:
        fetched("fine")
    assert met.value.trouble is Trouble.UNREACHABLE
    assert Strange.seen == []


def test_nobody_there_is_told_from_a_bad_answer():
    with net.client() as client, pytest.raises(UnfitError) as met:
        net.HttpNet(client).get("http://127.0.0.1:9/index.txt", 1_000)
    assert met.value.trouble is Trouble.UNREACHABLE
