"""The page by HTTP, before and during a rehearsal that a test leads by hand."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from bluezone.i18n import Language
from bluezone.phone.web.security import Access
from bluezone.town.show.app import create_app
from bluezone.town.show.doors import Doors
from bluezone.town.show.pace import SPEEDS

PORT = 8730
ORIGIN = f"http://127.0.0.1:{PORT}"
ACCESS = Access(PORT, "token-of-this-run")


class Visitor:
    """A browser without a window, of the owner or (`known=False`) of somebody else."""

    def __init__(self, chronicle, *, known=True) -> None:
        self.app = create_app(
            chronicle, Doors(chronicle, ORIGIN), ACCESS, Language.VIETNAMESE, "bluezone town show --seed 13"
        )
        self.cookies = {ACCESS.cookie: ACCESS.token} if known else {}

    def request(self, method, path, **options) -> httpx.Response:
        return asyncio.run(self._request(method, path, options))

    async def _request(self, method, path, options) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, cookies=self.cookies) as client:
            return await client.request(method, path, **options)

    def get(self, path) -> httpx.Response:
        return self.request("GET", path)

    def send_form(self, path, **fields) -> httpx.Response:
        return self.request("POST", path, data=fields, headers={"Origin": ORIGIN})


@pytest.fixture
def visitor(chronicle) -> Visitor:
    return Visitor(chronicle)


def test_before_there_are_phones_the_page_is_there_and_says_so(visitor):
    page = visitor.get("/")
    assert page.status_code == 200
    assert "Cơ quan y tế đang khởi động" in page.text
    assert visitor.get("/phone/0").status_code == 503
    assert visitor.get("/findings").text == ""


def test_everybody_is_in_the_list_with_a_link_to_their_phone(visitor, chronicle):
    text = visitor.get("/").text
    for number, person in enumerate(chronicle.world.people):
        assert f'href="/phone/{number}"' in text
        assert f"<b>{person.name}</b>" in text


@pytest.mark.parametrize("path", ["/", "/plan.json", "/events", "/heard/0.json", "/phone/0", "/findings"])
def test_strangers_see_nothing(chronicle, path):
    answer = Visitor(chronicle, known=False).get(path)
    assert answer.status_code == 403
    assert chronicle.world.people[0].name not in answer.text


def test_only_phones_on_loopback_may_be_framed_and_nobody_else_frames_the_page(visitor):
    policy = visitor.get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-src 'self' http://127.0.0.1:*" in policy
    assert "frame-ancestors 'self'" in policy


@pytest.mark.parametrize("speed", SPEEDS)
def test_the_page_sets_the_pace(visitor, chronicle, speed):
    assert visitor.send_form("/control", speed=speed).status_code == 204
    assert visitor.send_form("/control", paused="yes").status_code == 204
    assert (chronicle.pacer.pace.speed, chronicle.pacer.pace.paused) == (speed, True)
    visitor.send_form("/control", paused="no")
    assert not chronicle.pacer.pace.paused


@pytest.mark.parametrize("speed", ["0", "-1", "7", "1e99", "nan", "x" * 1000])
def test_a_speed_nobody_offered_is_refused(visitor, chronicle, speed):
    before = chronicle.pacer.pace
    assert visitor.send_form("/control", speed=speed).status_code == 422
    assert chronicle.pacer.pace == before


def test_another_page_cannot_set_the_pace(visitor, chronicle):
    answer = visitor.request(
        "POST", "/control", data={"paused": "yes"}, headers={"Origin": "https://elsewhere.example"}
    )
    assert answer.status_code == 403
    assert not chronicle.pacer.pace.paused


@pytest.mark.parametrize("path", ["/heard/-1.json", "/heard/99.json", "/phone/4", "/phone/-1", "/phone/x", "/nothing"])
def test_what_is_not_there_is_a_page_that_leads_back(visitor, path):
    answer = visitor.get(path)
    assert answer.status_code == 404
    assert 'href="/"' in answer.text


def test_an_hour_is_given_minute_by_minute(visitor, hand):
    hand.hears(61, 2, 0, -80)
    hand.hears(121, 2, 0, -60)
    minutes = visitor.get("/heard/0.json").json()
    assert len(minutes) == 60
    assert minutes[:3] == [[], [[0, 2, -80]], []]


def test_the_language_holds_for_page_and_plan(visitor):
    assert visitor.get("/").text.count('lang="vi"') == 1
    assert visitor.send_form("/language", language="en").status_code == 303
    assert "The town: a rehearsal" in visitor.get("/").text
    assert visitor.get("/plan.json").json()["texts"]["buildings"]["market"] == "Market"
    visitor.send_form("/language", language="tlh")
    assert "The town: a rehearsal" in visitor.get("/").text


def test_the_stream_tells_time_pace_and_story(chronicle):
    """The first thing it says, read as a browser would."""
    visitor = Visitor(chronicle)
    said: list[bytes] = []
    cookie = f"{ACCESS.cookie}={ACCESS.token}".encode()

    async def listen() -> None:
        scope = {
            "type": "http", "method": "GET", "path": "/events", "raw_path": b"/events", "query_string": b"",
            "headers": [(b"host", f"127.0.0.1:{PORT}".encode()), (b"cookie", cookie)],
        }  # fmt: skip

        async def receive() -> dict[str, object]:
            while not any(b"event: now" in one for one in said):
                await asyncio.sleep(0.01)
            return {"type": "http.disconnect"}

        async def send(message: dict[str, object]) -> None:
            said.append(bytes(message.get("body", b"")))  # type: ignore[arg-type]

        await visitor.app(scope, receive, send)

    asyncio.run(listen())
    data = next(one for one in said if b"event: now" in one).decode().split("data: ", 1)[1]
    now = json.loads(data)
    assert now["phase"] == "preparing"
    assert now["clock"] == "06:00"
    assert now["roles"] == ["", "", "", ""]
    assert now["phones"] == now["minutes"] == now["story"] == []
