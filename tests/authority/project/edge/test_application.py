"""The edge without a server: what a request becomes, what is sent, and when."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.http import FileResponse, HttpResponse
from whitenoise.responders import SlicedFile

from bluezone.authority.project.edge import application, routes, rsgi, views
from bluezone.authority.project.edge.application import BusyError, Edge, Pool
from bluezone.authority.project.edge.rsgi import Answer, FilePart, environ_of


class Headers:
    """A request's headers, as granian gives them."""

    def __init__(self, *items: tuple[str, str]) -> None:
        self._items = list(items)

    def get(self, name: str, default: str | None = None) -> str | None:
        return next((value for key, value in self._items if key == name), default)

    def items(self) -> list[tuple[str, str]]:
        return self._items


@dataclass
class Request:
    """What granian says of a request."""

    method: str = "GET"
    path: str = "/"
    headers: Headers = field(default_factory=Headers)
    query_string: str = ""
    client: str = "203.0.113.5:50000"
    server: str = "127.0.0.1:8000"
    scheme: str = "http"
    http_version: str = "1.1"
    authority: str | None = None


@dataclass
class Exchange:
    """Bring a body, and note what is sent and when."""

    body: bytes = b""
    now: Callable[[], float] = lambda: 0.0
    sent: list[Any] = field(default_factory=list)
    is_broken: bool = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.body
        yield b""

    async def __call__(self) -> bytes:
        if self.is_broken:
            raise RuntimeError("RSGI transport is closed")
        return self.body

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.sent = [status, dict(headers), body, self.now()]

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.response_bytes(status, headers, b"")

    def response_file_range(self, status: int, headers: Any, file: str, start: int, end: int) -> None:
        self.sent = [status, dict(headers), (file, start, end), self.now()]


def asked(method: str, path: str, body: bytes = b"", **headers: str) -> tuple[Request, Exchange]:
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Request(method, path, Headers(("content-length", str(len(body))), *named)), Exchange(body)


def answered(edge: Edge, request: Request, exchange: Exchange) -> Exchange:
    async def run() -> None:
        await edge.__rsgi__(request, exchange)

    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(run())
    return exchange


@pytest.fixture
def edge(environment, monkeypatch) -> Edge:
    """An edge without Django behind it: each test says what answers."""
    environment(answer_at_ms=0)
    monkeypatch.setattr(views, "page", lambda environ: Answer(200, [], json.dumps(environ["PATH_INFO"]).encode()))
    monkeypatch.setattr(views, "direct", lambda path, _environ: Answer(200, [], f"the view of {path}".encode()))
    return Edge()


def test_whether_it_lives_is_answered_without_a_thread_or_a_database(edge, monkeypatch):
    monkeypatch.setattr(views, "page", None)
    for method in ("GET", "HEAD"):
        status, headers, body, _ = answered(edge, *asked(method, "/healthz")).sent
        assert (status, headers["content-length"]) == (200, "16")
        assert body == (b'{"status": "ok"}' if method == "GET" else b"")


def test_whether_it_lives_is_no_answer_to_another_method(edge):
    assert answered(edge, *asked("TRACE", "/healthz")).sent[2] == b'"/healthz"'  # Django's, which refuses it


def test_phones_are_answered_by_their_view_and_people_by_django(edge):
    assert answered(edge, *asked("POST", "/v1/activity")).sent[2] == b"the view of /v1/activity"
    assert answered(edge, *asked("GET", "/rollout/")).sent[2] == b'"/rollout/"'


def test_a_rehearsal_says_so_on_every_answer_once(edge, environment, tmp_path):
    (tmp_path / "clock").write_text("1597752000")
    environment(rehearsal_clock=tmp_path / "clock")
    for path in ("/healthz", "/v1/activity", "/"):
        assert answered(edge, *asked("GET", path)).sent[1]["x-bluezone-rehearsal"] == "1597752000"


def test_half_a_request_reaches_no_view_and_is_told_so(edge, monkeypatch):
    monkeypatch.setattr(views, "direct", lambda *_: pytest.fail("half a request is no request"))
    request, exchange = asked("POST", "/v1/publish", b"half")
    request.headers, exchange.is_broken = Headers(("content-length", "100")), True
    assert answered(edge, request, exchange).sent[0] == 400  # who sends no body, as a broken chunk, is there still


def test_a_failure_is_answered_and_logged_without_the_address(edge, monkeypatch, caplog):
    monkeypatch.setattr(views, "page", lambda _environ: 1 / 0)
    assert answered(edge, *asked("GET", "/d/secret-code")).sent[0] == 500
    assert "ZeroDivisionError" in caplog.text
    assert "secret-code" not in caplog.text


class Moments:
    """A clock that goes on only where a test or a sleeper says so."""

    def __init__(self) -> None:
        self.now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s

    async def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.now_s += seconds


WHO_ASKS = {
    "real": ("POST", b"{}", {}),
    "decoy": ("POST", b"{}", {"x_chaff": "1"}),
    "wrong method": ("GET", b"", {}),
    "head alone": ("HEAD", b"", {}),
    "nothing": ("POST", b"", {}),
    "too much": ("POST", b"a" * 100_000, {}),
}


@pytest.mark.parametrize("path", ["/api/verify", "/api/certificate", "/api/user-report", "/v1/publish"])
@pytest.mark.parametrize(("took_s", "leaves_s"), [(0.0, 0.25), (0.0009, 0.25), (0.039, 0.25), (0.26, 0.5)])
@pytest.mark.parametrize("asks", WHO_ASKS)
def test_every_answer_about_a_diagnosis_leaves_at_the_mark(
    edge, environment, monkeypatch, path, asks, took_s, leaves_s
):
    environment(answer_at_ms=250)
    moments = Moments()

    def answer(*_: object) -> Answer:
        moments.now_s += took_s
        return Answer(200, [], b"any")

    monkeypatch.setattr(views, "direct", answer)
    monkeypatch.setattr(views, "page", answer)
    method, body, headers = WHO_ASKS[asks]
    _, exchange = request = asked(method, path, body, **headers)
    exchange.now = moments
    answered(Edge(moments, moments.sleep), *request)
    assert exchange.sent[3] == pytest.approx(1_000 + leaves_s)


def test_a_failure_and_a_full_server_too_leave_at_the_mark(edge, environment, monkeypatch):
    environment(answer_at_ms=250)
    for broken, status in ((ZeroDivisionError, 500), (BusyError, 503)):
        moments = Moments()

        def fail(*_: object, error: type[Exception] = broken) -> None:
            raise error

        monkeypatch.setattr(views, "direct", fail)
        _, exchange = request = asked("POST", "/v1/publish", b"{}")
        exchange.now = moments
        answered(Edge(moments, moments.sleep), *request)
        assert (exchange.sent[0], exchange.sent[3]) == (status, 1_000.25)


def test_what_tells_nothing_leaves_at_once(edge, environment):
    environment(answer_at_ms=250)
    moments = Moments()
    _, exchange = request = asked("POST", "/v1/activity", b"{}")
    exchange.now = moments
    answered(Edge(moments, moments.sleep), *request)
    assert exchange.sent[3] == 1_000


def test_a_full_server_says_so_in_both_languages(edge, monkeypatch):
    def full(_environ: object) -> None:
        raise BusyError

    monkeypatch.setattr(views, "page", full)
    status, headers, body, _ = answered(edge, *asked("GET", "/rollout/")).sent
    assert (status, headers["retry-after"]) == (503, "5")
    assert "Xin thử lại sau vài giây" in body.decode()
    assert "try again in a few seconds" in body.decode()


def test_a_pool_that_is_full_says_so_at_once():
    async def fill() -> None:
        pool = Pool("test", threads=1, waiting=1)
        done = asyncio.Event()
        loop = asyncio.get_running_loop()
        release = [asyncio.run_coroutine_threadsafe(done.wait(), loop) for _ in range(2)]
        tasks = [asyncio.create_task(pool.run(each.result)) for each in release]
        await asyncio.sleep(0)
        with pytest.raises(BusyError):
            await pool.run(int)
        done.set()
        assert await asyncio.gather(*tasks) == [True, True]
        assert await pool.run(int) == 0

    asyncio.run(fill())


def test_django_reads_a_request_as_it_was_sent():
    request = Request(
        "POST", "/đường", Headers(
            ("content-type", "text/plain"), ("x-api-key", "k"), ("x_api_key", "stolen"), ("cookie", "a=1"),
            ("cookie", "b=2"), ("x-forwarded-for", "203.0.113.1"), ("x-forwarded-for", "203.0.113.2"),
            ("transfer-encoding", "chunked"),
        ),
        query_string="a=b%20c", client="[2001:db8::1]:50000", server="[::1]:8000", authority="example.vn",
    )  # fmt: skip
    environ = environ_of(request, b"body")
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/đường"
    assert (environ["REMOTE_ADDR"], environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("2001:db8::1", "::1", "8000")
    assert (environ["HTTP_X_API_KEY"], environ["HTTP_COOKIE"]) == ("k", "a=1; b=2")
    assert environ["HTTP_X_FORWARDED_FOR"] == "203.0.113.1,203.0.113.2"
    assert (environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"]) == ("text/plain", "4")
    assert (environ["HTTP_HOST"], environ["QUERY_STRING"]) == ("example.vn", "a=b%20c")
    assert "HTTP_TRANSFER_ENCODING" not in environ
    assert environ["wsgi.input"].read() == b"body"


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large.zip"
    path.write_bytes(bytes(300_000))
    return path


def test_a_large_file_is_left_to_the_server(large):
    with large.open("rb") as opened:
        answer = rsgi.from_django(FileResponse(opened, content_type="application/zip"))
    assert answer.body == FilePart(str(large), 0, 300_000)
    exchange = Exchange()
    answer.send(exchange)
    assert exchange.sent[:3] == [
        200, {"content-type": "application/zip", "content-length": "300000",
              "content-disposition": 'inline; filename="large.zip"'}, (str(large), 0, 300_000),
    ]  # fmt: skip
    answer.send(exchange, head=True)
    assert (exchange.sent[1]["content-length"], exchange.sent[2]) == ("300000", b"")


def test_a_part_of_a_large_file_too(large):
    with SlicedFile(large.open("rb"), 10_000, 289_999) as sliced:
        answer = rsgi.from_django(FileResponse(sliced, status=206))
    assert answer.body == FilePart(str(large), 10_000, 290_000)


@pytest.mark.parametrize("content", [io.BytesIO(b"abc"), [b"a", b"bc"]])
def test_what_is_no_large_file_is_read_at_once(content):
    assert rsgi.from_django(FileResponse(content)).body == b"abc"


def test_cookies_and_lengths_are_kept():
    response = HttpResponse(b"abc", headers={"X-One": "1"})
    response.set_cookie("a", "1")
    response.set_cookie("b", "2")
    answer = rsgi.from_django(response)
    assert [value.split(";")[0] for name, value in answer.headers if name == "set-cookie"] == ["a=1", "b=2"]
    exchange = Exchange()
    answer.send(exchange)
    assert (exchange.sent[1]["content-length"], exchange.sent[1]["x-one"]) == ("3", "1")
    Answer(304).send(exchange)
    assert exchange.sent[:3] == [304, {}, b""]


def test_what_every_worker_needs_is_loaded_before_they_are_forked():
    for loaded in (views._handler, views._view):
        loaded.cache_clear()
    application.prepare()
    assert views._handler.cache_info().currsize == 1
    assert views._view.cache_info().currsize == len(routes.DIRECT) > 5
