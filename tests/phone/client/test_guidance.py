"""Guidance on the phone: what it keeps, what it refuses, and that the last good document stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from bluezone.phone.app.tasks import guidance_areas_of, guidance_places_of
from bluezone.phone.client.guidance import fetch_guidance
from bluezone.phone.client.http import ConnectionFailedError
from bluezone.phone.stores.databases import open_phone_database
from bluezone.phone.stores.guidance_store import GuidanceStore
from bluezone.phone.stores.preference_store import Choices
from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.protocol.exports import ExportSigner, TrustedKey
from bluezone.protocol.guidance import MAX_DOCUMENT_BYTES, Entry, Guidance, path_of, sign_guidance
from bluezone.protocol.signed import Fault

NOW_S, DAY_S = 1_600_000_000, 86_400
KEY, STRANGER = (SigningKey(ec.derive_private_key(number, ec.SECP256R1())) for number in (5, 6))
TRUSTED = (TrustedKey(KEY.public_key(), "452", "v1"),)
URL = "https://authority.example"
FIRST, LAST = dt.date(2020, 8, 1), dt.date(2020, 12, 31)
ENTRY = Entry("", FIRST, LAST, ("raised",), {"vi": ("Gọi trạm y tế.",)}, 14, (), (), "Bộ Y tế", "1")
GUIDANCE = Guidance("452", "", 1, NOW_S - 60, NOW_S + 14 * DAY_S, (ENTRY,))


def signed(guidance: Guidance = GUIDANCE, key: SigningKey = KEY) -> bytes:
    return sign_guidance(guidance, [ExportSigner(key, "452", "v1")])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GuidanceStore]:
    opened = GuidanceStore(open_phone_database(tmp_path))
    yield opened
    opened.database.close()


def fetch(store: GuidanceStore, bodies: dict[str, bytes | int], areas: tuple[str, ...] = ("",), now_s: float = NOW_S):
    def answer(request: httpx.Request) -> httpx.Response:
        found = bodies.get(request.url.path, 404)
        if found == 0:
            raise httpx.ConnectError("no net", request=request)
        return httpx.Response(found) if isinstance(found, int) else httpx.Response(200, content=found)

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        return fetch_guidance(client, store, URL, "452", areas, TRUSTED, now_s)


def versions(store: GuidanceStore) -> list[str]:
    return [entry.version for entry in store.entries("452", TRUSTED)]


def test_a_newer_document_replaces_the_last_and_other_areas_are_dropped(store: GuidanceStore) -> None:
    country, province = path_of("452", ""), path_of("452", "34:92")
    local = replace(GUIDANCE, area="34:92", entries=(replace(ENTRY, place="34:92", version="cần thơ"),))
    bodies: dict[str, bytes | int] = {country: signed(), province: signed(local)}
    assert fetch(store, bodies, ("", "34:92")).changed == ("", "34:92")
    assert versions(store) == ["1", "cần thơ"]
    assert fetch(store, bodies, ("", "34:92")).changed == ()
    newer = replace(GUIDANCE, serial=2, entries=(replace(ENTRY, version="2"),))
    assert fetch(store, {country: signed(newer)}, ("",)).changed == ("",)
    assert versions(store) == ["2"]
    assert store.fault("452", TRUSTED, NOW_S) == ""


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        pytest.param(signed(replace(GUIDANCE, serial=2), STRANGER), Fault.UNTRUSTED, id="of a stranger"),
        pytest.param(signed(replace(GUIDANCE, valid_until_s=NOW_S)), Fault.STALE, id="run out"),
        pytest.param(signed(replace(GUIDANCE, issued_at_s=NOW_S - 120)), Fault.STALE, id="played back"),
        pytest.param(signed(replace(GUIDANCE, serial=2, area="34:01")), Fault.ELSEWHERE, id="elsewhere"),
        pytest.param(b"x" * (MAX_DOCUMENT_BYTES + 1), Fault.TOO_LARGE, id="without end"),
        pytest.param(b"<html>log in</html>", Fault.MALFORMED, id="a hotspot's page"),
        pytest.param(500, None, id="broken down"),
    ],
)
def test_a_bad_document_leaves_the_last_good_one(store: GuidanceStore, body: bytes | int, fault: Fault | None) -> None:
    fetch(store, {path_of("452", ""): signed()})
    if fault is None:
        with pytest.raises(ConnectionFailedError):
            fetch(store, {path_of("452", ""): body})
    else:
        assert [area for area, _ in fetch(store, {path_of("452", ""): body}).refused] == [""]
        assert store.fault("452", TRUSTED, NOW_S) == fault
    assert versions(store) == ["1"]
    fetch(store, {path_of("452", ""): signed(replace(GUIDANCE, serial=3))})
    assert store.fault("452", TRUSTED, NOW_S) == ""


def test_without_a_net_what_was_kept_stays_and_old_documents_say_so(store: GuidanceStore) -> None:
    fetch(store, {path_of("452", ""): signed()})
    with pytest.raises(ConnectionFailedError):
        fetch(store, {path_of("452", ""): 0})
    assert versions(store) == ["1"]
    assert store.fault("452", TRUSTED, NOW_S + 15 * DAY_S) == Fault.STALE


def test_what_an_unpinned_key_signed_is_as_good_as_none(store: GuidanceStore) -> None:
    fetch(store, {path_of("452", ""): signed()})
    assert store.entries("452", ()) == ()
    assert store.fault("452", (), NOW_S) == Fault.UNTRUSTED


@pytest.mark.parametrize(
    ("commune", "places", "areas"),
    [
        ("", (), ("",)),
        ("34:31321", ("34:31321", "63:930", "63:93", "34:92"), ("", "63:93", "34:92")),
        ("34:31453", ("34:31453", "63:93", "34:92"), ("", "63:93", "34:92")),
        ("34:99999", (), ("",)),
    ],
)
def test_a_person_has_the_places_of_today_and_of_before(
    commune: str, places: tuple[str, ...], areas: tuple[str, ...]
) -> None:
    choices = Choices(commune=commune)
    assert guidance_places_of(choices) == places
    assert guidance_areas_of(choices) == areas
