"""The owner's number: asked, confirmed, taken back; and nothing ever changes places."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.phone.doubles import client_of

from bluezone.phone.client.http import ConnectionFailedError
from bluezone.phone.client.telephone import PhoneNumberClient, PhoneNumberError
from bluezone.phone.stores.encryption import Cipher
from bluezone.phone.stores.phone_stores import PHONE, open_database
from bluezone.phone.stores.preference_store import NUMBER as NUMBERS
from bluezone.phone.stores.preference_store import PhoneNumber
from bluezone.phone.stores.records import Records
from bluezone.protocol.errors import ProtocolError

NOW_S = 1_597_292_400.0
NUMBER, OTHER, CODE, RECEIPT = "+84912345678", "+84987654321", "123456", "r" * 32


class Authority:
    """Knows one code; loses every answer whose turn is in `lost`."""

    def __init__(self, lost: list[bool] | None = None) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.lost, self.refusal = list(lost or []), ""
        self.client = client_of(self.answer)

    def answer(self, request: httpx.Request) -> httpx.Response:
        what = request.url.path.rsplit("/", 1)[1]
        body = json.loads(request.content)
        self.asked.append((what, body))
        if self.lost and self.lost.pop(0):
            raise httpx.ReadTimeout("lost", request=request)
        if self.refusal:
            return httpx.Response(400, json={"error": "no", "code": self.refusal})
        if what == "confirm" and body["code"] != CODE:
            return httpx.Response(400, json={"error": "no", "code": "code_invalid"})
        return {
            "code": httpx.Response(202, json={"expires_in_s": 300}),
            "confirm": httpx.Response(201, json={"receipt": RECEIPT}),
            "forget": httpx.Response(200, json={}),
        }[what]


class Numbers:
    """Entropy that counts, so that ids can be told apart."""

    def __init__(self) -> None:
        self.next = 0

    def __call__(self, size: int) -> bytes:
        self.next += 1
        return self.next.to_bytes(size, "big")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Records[PhoneNumber]]:
    opened = Records(open_database(PHONE, tmp_path, Cipher(bytes(32), Numbers())), NUMBERS)
    yield opened
    opened.database.close()


def number_client(store: Records[PhoneNumber], authority: Authority) -> PhoneNumberClient:
    return PhoneNumberClient(authority.client, "https://authority.example", store, Numbers(), lambda: NOW_S)


def test_a_number_is_asked_confirmed_and_forgotten(store: Records[PhoneNumber]) -> None:
    authority = Authority()
    one = number_client(store, authority)
    one.ask(NUMBER, "vi", "34:31471")
    one.confirm(CODE)
    kept = store.read()
    assert kept is not None
    assert (kept.number, kept.ending, kept.receipt, kept.request) == ("678", "678", RECEIPT, b"")
    one.forget()
    assert store.read() is None
    assert authority.asked[-1] == ("forget", {"receipt": RECEIPT})


@given(st.lists(st.tuples(st.sampled_from([NUMBER, OTHER, CODE, "000000"]), st.booleans()), max_size=12))
def test_no_order_of_failures_and_retries_swaps_number_and_code(
    tmp_path_factory: pytest.TempPathFactory, tries: list[tuple[str, bool]]
) -> None:
    """Fault 7 of the original. And each request has one number for ever."""
    store = Records(open_database(PHONE, tmp_path_factory.mktemp("numbers")), NUMBERS)
    authority = Authority([lost for _, lost in tries])
    one = number_client(store, authority)
    try:
        for text, _ in tries:
            for step in (lambda: one.ask(text, "vi", ""), lambda: one.confirm(text)):  # noqa: B023
                try:
                    step()
                except (PhoneNumberError, ConnectionFailedError, ProtocolError):
                    continue
    finally:
        store.database.close()
    numbers: dict[str, str] = {}
    for what, body in authority.asked:
        if what == "code":
            assert body["number"] in (NUMBER, OTHER)
            assert numbers.setdefault(body["request"], body["number"]) == body["number"]
        if what == "confirm":
            assert body["code"] in (CODE, "000000")


def test_the_same_number_again_is_the_same_request(store: Records[PhoneNumber]) -> None:
    authority = Authority([True])
    one = number_client(store, authority)
    with pytest.raises(ConnectionFailedError):
        one.ask(NUMBER, "vi", "")
    one.ask(NUMBER, "vi", "")
    one.ask(OTHER, "vi", "")
    requests = [body["request"] for _, body in authority.asked]
    assert requests[0] == requests[1] != requests[2]


def test_another_number_takes_the_first_back_before_it_is_asked_for(store: Records[PhoneNumber]) -> None:
    authority = Authority()
    one = number_client(store, authority)
    one.ask(NUMBER, "vi", "")
    one.confirm(CODE)
    one.ask(OTHER, "vi", "")
    assert [what for what, _ in authority.asked] == ["code", "confirm", "forget", "code"]


def test_a_number_the_authority_still_has_is_not_forgotten_here(store: Records[PhoneNumber]) -> None:
    authority = Authority([False, False, True])
    one = number_client(store, authority)
    one.ask(NUMBER, "vi", "")
    one.confirm(CODE)
    with pytest.raises(ConnectionFailedError):
        one.forget()
    kept = store.read()
    assert kept is not None
    assert kept.receipt == RECEIPT


@pytest.mark.parametrize("refusal", ["number_unsupported", "too_many_requests", "not_offered"])
def test_a_refusal_is_told_by_its_word(store: Records[PhoneNumber], refusal: str) -> None:
    authority = Authority()
    authority.refusal = refusal
    with pytest.raises(PhoneNumberError) as refused:
        number_client(store, authority).ask(NUMBER, "vi", "")
    assert refused.value.refusal == refusal
