"""Asking for a code by text message: what is sent, what is kept, and what each answer means."""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
from collections.abc import Callable
from functools import partial

import httpx
import pytest
from tests.phone.doubles import client_of

from bluezone.phone.client.http import ConnectionFailedError
from bluezone.phone.client.sender import BusyError, Endpoint, Sender
from bluezone.phone.client.telephone import UserReportRefusedError, ask_for_code, fetch_services
from bluezone.phone.stores.phone_stores import PHONE, open_database
from bluezone.phone.stores.publication_store import UserReportStore
from bluezone.protocol.user_reports import NONCE_BYTES, IssueCode, Services, UserReportResponse

NOW = 1_597_752_000.0
NUMBER = "+84912345678"
DAY = dt.date(2020, 8, 17)


class Gate:
    """An authority that notes what it is asked and gives one answer."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []
        self.answer = httpx.Response(200, content=UserReportResponse(expires_at_s=int(NOW) + 3_600).to_json())

    def client(self) -> httpx.Client:
        return client_of(self._handle)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self.answer

    def nonces(self) -> list[bytes]:
        return [base64.b64decode(json.loads(request.content)["nonce"]) for request in self.asked]


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def store(tmp_path) -> UserReportStore:
    return UserReportStore(open_database(PHONE, tmp_path))


@pytest.fixture
def ask(gate, store) -> Callable[[str, dt.date, int], None]:
    sender = Sender(gate.client(), Endpoint("https://authority.test", "vn.test", "device-key"), os.urandom)
    return partial(ask_for_code, sender, store, NOW)


def test_number_day_and_nonce_go_in_one_request_and_only_the_nonce_stays(gate, store, ask, tmp_path):
    ask(NUMBER, DAY, 420)
    body = json.loads(gate.asked[0].content)
    assert gate.asked[0].url.path == "/api/user-report"
    assert gate.asked[0].headers["X-API-Key"] == "device-key"
    assert (body["phone"], body["testDate"], body["tzOffset"]) == (NUMBER, "2020-08-17", 420)
    assert gate.nonces() == [store.pending(NOW)]
    assert len(store.pending(NOW)) == NONCE_BYTES
    store.database.shrink_log()
    for path in tmp_path.iterdir():
        assert NUMBER[1:].encode() not in path.read_bytes(), path.name


def test_every_request_has_one_size(gate, ask):
    for number in ("+8491234567", NUMBER, "+849123456789012"):
        ask(number, DAY, 0)
    assert len({len(request.content) for request in gate.asked}) == 1


def test_asked_again_the_code_that_is_under_way_stays_good(gate, ask):
    gate.answer = httpx.Response(503)
    with pytest.raises(ConnectionFailedError):
        ask(NUMBER, DAY, 420)
    gate.answer = httpx.Response(200, content=UserReportResponse(expires_at_s=int(NOW)).to_json())
    ask(NUMBER, DAY, 420)
    first, second = gate.nonces()
    assert first == second


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (400, IssueCode.PHONE_INVALID, UserReportRefusedError),
        (400, IssueCode.UNSUPPORTED_TEST_TYPE, UserReportRefusedError),
        (429, IssueCode.QUOTA_EXCEEDED, UserReportRefusedError),
        (429, IssueCode.TOO_MANY_REQUESTS, BusyError),
        (400, "a word of later", UserReportRefusedError),
    ],
)
def test_a_refusal_says_why(gate, ask, status, code, error):
    gate.answer = httpx.Response(status, content=UserReportResponse(error="no", error_code=code).to_json())
    with pytest.raises(error) as raised:
        ask(NUMBER, DAY, 420)
    assert raised.value.code == code
    assert NUMBER not in str(raised.value)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"expiresAtTimestamp": "soon"}'])
def test_an_answer_that_cannot_be_read_is_tried_again_later(gate, ask, content):
    gate.answer = httpx.Response(200, content=content)
    with pytest.raises(ConnectionFailedError):
        ask(NUMBER, DAY, 420)


@pytest.mark.parametrize(
    ("answer", "offered"),
    [
        (httpx.Response(200, content=Services(user_reports=True).to_json()), True),
        (httpx.Response(200, content=Services().to_json()), False),
        (httpx.Response(200, content=b'{"another service": 1}'), False),
        (httpx.Response(404), False),  # of before that address
    ],
)
def test_the_authority_says_whether_it_sends_codes(gate, answer, offered):
    gate.answer = answer
    assert fetch_services(gate.client(), "https://authority.test").user_reports is offered


@pytest.mark.parametrize("going", [True, False])
def test_the_authority_says_whether_keys_go_abroad(gate, going):
    gate.answer = httpx.Response(200, content=Services(keys_go_abroad=going).to_json())
    assert fetch_services(gate.client(), "https://authority.test") == Services(False, going)
