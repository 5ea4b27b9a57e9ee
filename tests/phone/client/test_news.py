"""News on the phone: what it keeps, what it refuses, and what it says of that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from bluezone.phone.client.http import ConnectionFailedError
from bluezone.phone.client.news import fetch_news
from bluezone.phone.stores.databases import open_phone_database
from bluezone.phone.stores.news_store import NewsStore
from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.protocol.exports import ExportSigner, TrustedKey
from bluezone.protocol.news import News, NewsItem, path_of, sign_news
from bluezone.protocol.signed import Fault

NOW_S, DAY_S = 1_600_000_000, 86_400
KEY, STRANGER = (SigningKey(ec.derive_private_key(number, ec.SECP256R1())) for number in (5, 6))
TRUSTED = (TrustedKey(KEY.public_key(), "452", "v1"),)
URL = "https://authority.example"
ITEM = NewsItem("1", "news", NOW_S - 60, NOW_S + 7 * DAY_S, (), {"vi": "Tin"}, {"vi": "Nội dung"})
NEWS = News("452", "", 1, NOW_S - 60, NOW_S + 14 * DAY_S, (ITEM,))


def signed(news: News = NEWS, key: SigningKey = KEY) -> bytes:
    return sign_news(news, [ExportSigner(key, "452", "v1")])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[NewsStore]:
    opened = NewsStore(open_phone_database(tmp_path))
    yield opened
    opened.database.close()


def fetch(store: NewsStore, bodies: dict[str, bytes | int], areas: tuple[str, ...] = ("",), now_s: float = NOW_S):
    def answer(request: httpx.Request) -> httpx.Response:
        found = bodies.get(request.url.path, 404)
        if found == 0:
            raise httpx.ConnectError("no net", request=request)
        return httpx.Response(found) if isinstance(found, int) else httpx.Response(200, content=found)

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        return fetch_news(client, store, URL, "452", areas, TRUSTED, now_s)


def titles(store: NewsStore, places: tuple[str, ...] = (), now_s: float = NOW_S) -> list[str]:
    return [received.item.title["vi"] for received in store.items("452", TRUSTED, places, now_s)]


def test_good_news_are_kept_and_remember_when_they_came(store: NewsStore) -> None:
    assert fetch(store, {path_of("452", ""): signed()}).changed == ("",)
    newer = replace(NEWS, serial=2, items=(replace(ITEM, id="2", title={"vi": "Mới"}, published_at_s=NOW_S), ITEM))
    fetch(store, {path_of("452", ""): signed(newer)}, now_s=NOW_S + 3_600)
    found = store.items("452", TRUSTED, (), NOW_S + 3_600)
    assert [(one.item.id, one.first_at_s) for one in found] == [("2", NOW_S + 3_600), ("1", NOW_S)]
    assert store.fault("452", TRUSTED, NOW_S) == ""


def test_news_are_for_their_place(store: NewsStore) -> None:
    province = replace(NEWS, area="34:92", items=(replace(ITEM, places=("34:31471",)),))
    bodies = {path_of("452", "34:92"): signed(province)}
    fetch(store, bodies, ("", "34:92"))
    assert titles(store, ("34:31471", "34:92")) == ["Tin"]
    assert titles(store, ("34:31321", "34:92")) == []
    fetch(store, {path_of("452", "34:01"): 404}, ("", "34:01"))
    assert titles(store, ("34:31471", "34:92")) == [], "who moved hears no more of the old province"


def test_news_that_ran_out_or_were_withdrawn_are_not_shown(store: NewsStore) -> None:
    fetch(store, {path_of("452", ""): signed()})
    assert titles(store, now_s=NOW_S + 7 * DAY_S) == []
    fetch(store, {path_of("452", ""): signed(replace(NEWS, serial=2, items=()))})
    assert titles(store) == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        pytest.param(signed(replace(NEWS, serial=2), STRANGER), Fault.UNTRUSTED, id="wrong key"),
        pytest.param(signed(replace(NEWS, serial=2, valid_until_s=NOW_S)), Fault.STALE, id="run out"),
        pytest.param(signed(replace(NEWS, issued_at_s=NOW_S - 90)), Fault.STALE, id="played back"),
        pytest.param(b"x" * 2_000_000, Fault.TOO_LARGE, id="endless"),
        pytest.param(b"<html>welcome to our hotspot</html>", Fault.MALFORMED, id="a hotspot"),
        pytest.param(403, Fault.MALFORMED, id="forbidden"),
    ],
)
def test_what_is_refused_is_noted_and_the_last_good_stays(store: NewsStore, body: bytes | int, fault: Fault) -> None:
    fetch(store, {path_of("452", ""): signed()})
    report = fetch(store, {path_of("452", ""): body})
    assert [area for area, _ in report.refused] == [""]
    assert store.fault("452", TRUSTED, NOW_S) == fault
    assert titles(store) == ["Tin"]
    fetch(store, {path_of("452", ""): signed(replace(NEWS, serial=3))})
    assert store.fault("452", TRUSTED, NOW_S) == ""


def test_news_nobody_renewed_are_said_to_be_old(store: NewsStore) -> None:
    fetch(store, {path_of("452", ""): signed()})
    assert store.fault("452", TRUSTED, NOW_S + 14 * DAY_S) == Fault.STALE


def test_an_authority_that_never_had_news_is_no_fault(store: NewsStore) -> None:
    assert fetch(store, {}).refused == ()
    assert store.fault("452", TRUSTED, NOW_S) == ""


def test_without_a_net_nothing_changes(store: NewsStore) -> None:
    fetch(store, {path_of("452", ""): signed()})
    with pytest.raises(ConnectionFailedError):
        fetch(store, {path_of("452", ""): 0})
    assert titles(store) == ["Tin"]


def test_a_file_that_was_changed_is_as_good_as_none(store: NewsStore) -> None:
    fetch(store, {path_of("452", ""): signed()})
    store.database.write("UPDATE news_document SET document = ?", (signed(key=STRANGER),))
    assert titles(store) == []
    assert store.fault("452", TRUSTED, NOW_S) == Fault.UNTRUSTED
