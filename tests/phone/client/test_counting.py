"""Being counted: once a day, under an id of its own, again where the authority forgot, never without sense."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.phone.doubles import client_of, no_net

from bluezone.phone.client import http
from bluezone.phone.client.counting import report_active
from bluezone.phone.stores.phone_stores import PHONE, open_database
from bluezone.phone.stores.preference_store import PreferenceStore
from bluezone.protocol.installations import Activity, Registration

#: 13 August 2020, 11:20 in Vietnam
NOW_S, DAY_S = 1_597_292_400.0, 86_400.0
COUNTED = httpx.Response(200, json={"status": "counted"})


class Authority:
    """Answers by a list of words, then counts; notes what it was told."""

    def __init__(self) -> None:
        self.told: list[Registration | Activity] = []
        self.refusals: list[str] = []
        self.down = False
        self.client = client_of(self.answer)

    def answer(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            return no_net(request)
        kind = Registration if request.url.path == "/v1/installations" else Activity
        self.told.append(kind.from_json(request.content))
        refusal = self.refusals.pop(0) if self.refusals else ""
        if refusal:
            status = 404 if refusal == "unknown_installation" else 400
            return httpx.Response(status, json={"error": "no", "code": refusal})
        return httpx.Response(201 if kind is Registration else 200, json={"status": "counted"})


@pytest.fixture
def authority() -> Authority:
    return Authority()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PreferenceStore]:
    opened = PreferenceStore(open_database(PHONE, tmp_path))
    opened.change(counted=True, commune="34:31471", unit="7K3M-Q2XD")
    yield opened
    opened.database.close()


@pytest.fixture
def count(authority: Authority, store: PreferenceStore):
    numbers = iter(range(1, 100))

    def entropy(size: int) -> bytes:
        return bytes([next(numbers)]) * size

    def turn(now_s: float = NOW_S) -> None:
        report_active(authority.client, "https://authority.example", store, "linux", "1.0", entropy, now_s)

    turn.entropy = entropy
    return turn


def test_a_phone_registers_once_and_says_once_a_day_that_it_is_in_use(authority, count) -> None:
    for hours in (0, 4, 8, 24, 28):
        count(now_s=NOW_S + hours * 3_600)
    mine = bytes([1]) * 16
    assert authority.told == [Registration(mine, "linux", "1.0", "34:31471", "7K3M-Q2XD"), Activity(mine)]


def test_the_day_is_that_of_vietnam(authority, count) -> None:
    count()
    count(now_s=NOW_S + 12 * 3_600)
    count(now_s=NOW_S + 13 * 3_600)
    assert len(authority.told) == 2


def test_a_move_is_told_and_keeps_the_id(authority, count, store) -> None:
    count()
    store.change(commune="34:31321")
    count()
    assert [(one.installation, one.commune) for one in authority.told] == [
        (bytes([1]) * 16, "34:31471"),
        (bytes([1]) * 16, "34:31321"),
    ]


def test_where_the_authority_forgot_it_registers_again(authority, count) -> None:
    count()
    authority.refusals = ["unknown_installation"]
    count(now_s=NOW_S + DAY_S)
    assert [type(one) for one in authority.told] == [Registration, Activity, Registration]


def test_a_restored_phone_takes_a_new_id_in_place_of_the_old(authority, count, store) -> None:
    count()
    store.renew_installation(count.entropy)
    count()
    count(now_s=NOW_S + DAY_S)
    assert authority.told[1] == Registration(bytes([2]) * 16, "linux", "1.0", "34:31471", "7K3M-Q2XD", bytes([1]) * 16)
    assert authority.told[2] == Activity(bytes([2]) * 16)


def test_restored_twice_before_it_could_say_so_it_still_names_the_id_that_was_counted(authority, count, store) -> None:
    count()
    store.renew_installation(count.entropy)
    store.renew_installation(count.entropy)
    count()
    assert authority.told[1].replaces == bytes([1]) * 16


def test_a_commune_the_authority_does_not_know_is_left_out(authority, count) -> None:
    authority.refusals = ["unknown_commune"]
    count()
    assert [one.commune for one in authority.told] == ["34:31471", ""]
    count()
    assert len(authority.told) == 2


def test_without_a_net_it_is_tried_again_with_the_same_id(authority, count) -> None:
    authority.down = True
    with pytest.raises(http.ConnectionFailedError):
        count()
    authority.down = False
    count()
    assert authority.told[0].installation == bytes([1]) * 16


@pytest.mark.parametrize("refusal", ["not_attested", "bad_request"])
def test_another_refusal_is_an_error_and_asked_again(authority, count, refusal) -> None:
    authority.refusals = [refusal]
    with pytest.raises(http.RefusedError, match=refusal):
        count()
    count()
    assert len(authority.told) == 2


def test_an_answer_that_is_none_counts_for_nothing(count, authority) -> None:
    authority.client = client_of(httpx.Response(200, text="<html>"))
    with pytest.raises(http.ConnectionFailedError):
        count()


def test_what_is_told_holds_nothing_else(authority, count, store) -> None:
    store.change(commune="", unit="")
    bodies = []
    authority.client = client_of(lambda request: bodies.append(json.loads(request.content)) or COUNTED)
    count()
    assert set(bodies[0]) == {"installation", "platform", "version"}
