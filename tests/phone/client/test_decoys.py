"""Decoys: requests that look like those of a publication, and carry nothing."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

import httpx
import numpy as np
import pytest
from tests.phone.doubles import client_of, no_net

from bluezone.phone.client.decoys import (
    CHECK_INS_SHARE,
    DECLARATION,
    HEARD_SHARE,
    PUBLICATION,
    READING_S,
    REPORT,
    decoy_body,
    send_decoys,
)
from bluezone.phone.client.http import ConnectionFailedError
from bluezone.phone.client.sender import MARK_S, SPREAD_S, TAP_S, Endpoint, Pace, Sender

ENDPOINT = Endpoint("https://authority.example", "vn.test", "device-key")


@dataclass
class Waits:
    """A clock that stands still but for what is slept."""

    now_s: float = 100.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.slept.append(seconds)
        self.now_s += seconds

    def steady(self) -> float:
        return self.now_s

    def pace(self, seed: int = 1) -> Pace:
        return Pace(np.random.default_rng(seed), self.sleep, self.steady)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def seen() -> list[httpx.Request]:
    return []


@pytest.fixture
def client(seen, waits) -> httpx.Client:
    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        waits.now_s += 0.25
        return httpx.Response(200, content=b"{}")

    return client_of(answer)


def test_a_sequence_is_that_of_a_publication(client, seen, waits):
    assert send_decoys(Sender(client, ENDPOINT, secrets.token_bytes, waits.pace())) == 3
    assert [request.url.path for request in seen] == ["/api/verify", "/api/certificate", "/v1/publish"]
    assert {request.headers["X-Chaff"] for request in seen} == {"1"}
    assert {request.headers["X-API-Key"] for request in seen} == {"device-key"}
    reading_s, tap_s, mark_s = waits.slept
    assert 0 <= reading_s + tap_s <= READING_S
    assert 0 <= tap_s <= TAP_S
    assert MARK_S <= mark_s <= MARK_S + SPREAD_S


@pytest.mark.parametrize("size", [1_024, 8_192])
def test_a_request_is_as_long_as_a_real_one_although_it_has_a_header_more(size):
    plain, marked = (
        httpx.Request("POST", "https://a.example/x", headers=headers, content=body)
        for headers, body in (({}, bytes(size)), ({"X-Chaff": "1"}, decoy_body(size, secrets.token_bytes)))
    )

    def wire(request: httpx.Request) -> int:
        return sum(len(name) + len(value) + 4 for name, value in request.headers.raw) + len(request.content)

    assert wire(plain) == wire(marked)


def test_waits_are_spread_over_three_minutes(client, waits):
    pace = waits.pace()
    gaps = []
    for _ in range(300):
        waits.slept.clear()
        send_decoys(Sender(client, ENDPOINT, secrets.token_bytes, pace))
        gaps.append(waits.slept[0] + waits.slept[1])
    assert min(gaps) < 10
    assert max(gaps) > 170
    assert 80 < sum(gaps) / len(gaps) < 100


def test_what_a_phone_heard_follows_the_keys_now_and_then_after_the_owner_has_read(client, seen, waits):
    pace = waits.pace()
    for _ in range(200):
        waits.slept.clear()
        sent = send_decoys(Sender(client, ENDPOINT, secrets.token_bytes, pace), PUBLICATION)
        assert len(waits.slept) == {3: 3, 4: 5, 5: 7}[sent]  # before the list and the check-ins: reading, and the tap
    paths = [request.url.path for request in seen]
    assert paths.count("/v1/publish") == 200
    assert paths.count("/v1/heard") == pytest.approx(200 * HEARD_SHARE, abs=20)
    assert paths.count("/v1/check-ins") == pytest.approx(200 * CHECK_INS_SHARE, abs=20)


@pytest.mark.parametrize(
    ("steps", "path", "size"),
    [(REPORT, "/v1/exposure-reports", 4_096), (DECLARATION, "/v1/declarations", 32_768)],
)
def test_a_report_and_a_declaration_are_one_request_as_long_as_a_real_one(client, seen, waits, steps, path, size):
    assert send_decoys(Sender(client, ENDPOINT, secrets.token_bytes, waits.pace()), steps) == 1
    [request] = seen
    assert (request.url.path, request.headers["X-Chaff"]) == (path, "1")
    assert len(request.content) + len("X-Chaff: 1\r\n") == size


def test_without_a_net_the_rest_is_left_out(waits):
    asked = []

    def fail(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return no_net(request)

    client = client_of(fail)
    with pytest.raises(ConnectionFailedError):
        send_decoys(Sender(client, ENDPOINT, secrets.token_bytes, waits.pace()))
    assert len(asked) == 1


@pytest.mark.parametrize(("elapsed", "wait"), [(0.0, 2.0), (0.04, 1.96), (1.999, 0.001), (2.25, 1.75), (4.0, 2.0)])
def test_keys_leave_at_a_mark_however_long_the_phone_wrote(waits, elapsed, wait):
    waits.now_s += elapsed
    waits.pace().until_mark(100.0)
    assert wait - 1e-9 <= waits.slept[0] <= wait + SPREAD_S + 1e-9


def test_after_a_tap_up_to_five_seconds_pass(waits):
    pace = waits.pace()
    for _ in range(200):
        pace.after_tap()
    assert 0 <= min(waits.slept) < 0.2
    assert TAP_S - 0.2 < max(waits.slept) <= TAP_S
