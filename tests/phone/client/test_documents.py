"""Signed documents on the phone, the same of every kind: what it keeps, what it refuses, and what it says of that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from tests.phone.doubles import client_of, no_net
from tests.phone.settings import phone_settings
from tests.protocol.signed_documents import (
    ALL_KINDS,
    CONTENTS,
    DAY_S,
    ITEM,
    NOW_S,
    STRANGER,
    TRUSTED,
    document,
    resigned,
    signed,
)

from bluezone.exposure.policies import BLUEZONE, DEFAULT_POLICY, EN_V1_BUCKETS
from bluezone.exposure.policies.document import POLICY, PublishedPolicy
from bluezone.phone.app.engine import Phone
from bluezone.phone.app.schedule import areas_of, places_of
from bluezone.phone.client.downloads import DocumentsReport, fetch_documents
from bluezone.phone.client.http import ConnectionFailedError
from bluezone.phone.stores.documents import DocumentStore
from bluezone.phone.stores.phone_stores import PHONE, open_database
from bluezone.phone.stores.preference_store import Choices
from bluezone.protocol.documents import Fault, Kind, content_of
from bluezone.protocol.guidance import GUIDANCE
from bluezone.protocol.kinds import DISEASE
from bluezone.protocol.news import NEWS

URL = "https://authority.example"
every_kind = pytest.mark.parametrize("kind", ALL_KINDS, ids=lambda kind: kind.name)
TO_ALL = replace(ITEM, places=())


def opened_at(directory: Path) -> DocumentStore:
    store = DocumentStore(open_database(PHONE, directory))
    store.trust("452", TRUSTED)
    return store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DocumentStore]:
    opened = opened_at(tmp_path)
    yield opened
    opened.database.close()


def fetch(
    store: DocumentStore, kind: Kind[Any], *bodies: bytes | int, areas: tuple[str, ...] = ("",), now_s: float = NOW_S
) -> DocumentsReport:
    """Fetch from an authority that has a body for each area, or answers with a status; 0: there is no net."""
    served = {kind.address("452", area): body for area, body in zip(areas, bodies, strict=False)}

    def answer(request: httpx.Request) -> httpx.Response:
        found = served.get(request.url.path, 404)
        if found == 0:
            return no_net(request)
        return httpx.Response(found) if isinstance(found, int) else httpx.Response(200, content=found)

    with client_of(answer) as client:
        return fetch_documents(client, store, URL, kind, now_s, areas)


@every_kind
def test_a_good_document_is_kept_and_a_newer_one_takes_its_place(store, kind, tmp_path):
    assert (store.kept(kind), store.content(kind, NOW_S)) == (None, None)
    data = signed(kind)
    assert fetch(store, kind, data) == DocumentsReport((document(kind),))
    assert fetch(store, kind, data) == DocumentsReport(), "it is held already"
    assert fetch(store, kind, signed(kind, serial=5)).changed[0].serial == 5
    assert (store.content(kind, NOW_S), store.mark(kind)) == (CONTENTS[kind], (("", 5),))
    assert [other.name for other in ALL_KINDS if store.kept(other)] == [kind.name]
    again = opened_at(tmp_path)
    assert again.kept(kind) == document(kind, serial=5), "it outlives the program"
    again.database.close()


#: what comes after a good one of serial 3, and why it is refused
REFUSED = {
    "of another key": (lambda kind: signed(kind, STRANGER, serial=9), Fault.UNTRUSTED),
    "of another kind": (lambda kind: next(signed(each, serial=9) for each in ALL_KINDS if each is not kind), None),
    "of another region": (lambda kind: signed(kind, region="262", serial=9), Fault.ELSEWHERE),
    "older": (lambda kind: signed(kind, serial=2), Fault.STALE),
    "played back": (lambda kind: signed(kind, issued_at_s=NOW_S - 90), Fault.STALE),
    "expired": (lambda kind: signed(kind, valid_until_s=NOW_S, serial=9), Fault.STALE),
    "too large": (lambda kind: b"x" * (kind.max_bytes + 1), Fault.TOO_LARGE),
    "cut": (lambda kind: signed(kind, serial=9)[:-20], Fault.MALFORMED),
    "empty": (lambda _: b"", Fault.MALFORMED),
    "a hotspot's page": (lambda _: b"<html>welcome to our hotspot</html>", Fault.MALFORMED),
    "forbidden": (lambda _: 403, Fault.MALFORMED),
    "gone": (lambda _: 404, Fault.MALFORMED),
}


@every_kind
@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_is_noted_and_the_last_good_one_stays(store, kind, what):
    make, fault = REFUSED[what]
    fetch(store, kind, signed(kind))
    report = fetch(store, kind, make(kind))
    assert ([area for area, _ in report.refused], report.changed) == ([""], ())
    assert "\n" not in report.refused[0][1]
    assert store.fault(kind, NOW_S) == (fault or store.fault(kind, NOW_S)) != ""
    assert store.content(kind, NOW_S) == CONTENTS[kind]
    fetch(store, kind, signed(kind, serial=10))
    assert store.fault(kind, NOW_S) == ""


@every_kind
@pytest.mark.parametrize("status", [0, 500, 429])
def test_no_answer_is_an_error_that_says_so_and_changes_nothing(store, kind, status):
    fetch(store, kind, signed(kind))
    with pytest.raises(ConnectionFailedError):
        fetch(store, kind, status)
    assert store.content(kind, NOW_S) == CONTENTS[kind]


@every_kind
def test_where_none_was_ever_published_nothing_is_missing(store, kind):
    assert fetch(store, kind, 404) == DocumentsReport()
    assert store.fault(kind, NOW_S) == ""


@every_kind
def test_a_document_that_ran_out_is_old_and_used_as_its_kind_says(store, kind):
    fetch(store, kind, signed(kind))
    later_s = NOW_S + 14 * DAY_S
    assert store.fault(kind, later_s) == Fault.STALE
    assert store.content(kind, later_s) == (None if kind.ends else CONTENTS[kind])
    assert store.kept(kind) == document(kind)


def test_which_kinds_end():
    assert {kind.name for kind in ALL_KINDS if kind.ends} == {"settings", "place-policy", "revoked-passes"}


@every_kind
def test_what_was_changed_or_is_signed_by_no_pinned_key_is_as_good_as_none(store, kind):
    fetch(store, kind, signed(kind))
    for region, keys in (("452", ()), ("262", TRUSTED)):
        store.trust(region, keys)
        assert (store.kept(kind), store.content(kind, NOW_S), store.fault(kind, NOW_S)) == (None, None, "untrusted")
    store.trust("452", TRUSTED)
    store.database.write("UPDATE document SET document = ?", (signed(kind, STRANGER),))
    assert (store.content(kind, NOW_S), store.fault(kind, NOW_S)) == (None, Fault.UNTRUSTED)


@pytest.mark.parametrize("kind", [kind for kind in ALL_KINDS if kind.has_provinces], ids=lambda kind: kind.name)
def test_provinces_have_documents_of_their_own_and_those_of_before_are_dropped(store, kind):
    areas, country, province = ("", "34:92"), signed(kind), signed(kind, area="34:92", serial=7)
    assert [each.area for each in fetch(store, kind, country, province, areas=areas).changed] == ["", "34:92"]
    assert fetch(store, kind, country, province, areas=areas) == DocumentsReport()
    assert len(list(store.contents(kind))) == 2
    moved = fetch(store, kind, country, signed(kind, area="34:92", serial=9), areas=("", "34:01"))
    assert [area for area, _ in moved.refused] == ["34:01"]
    assert store.mark(kind) == (("", 3),)


# --- news -------------------------------------------------------------------------------------------------------------


def news(*items: Any, **changes: Any) -> bytes:
    return signed(NEWS, content=items, **changes)


def test_news_remember_when_they_came(store):
    fetch(store, NEWS, news(TO_ALL))
    newer = replace(TO_ALL, id="18", published_at_s=NOW_S)
    fetch(store, NEWS, news(newer, TO_ALL, serial=4), now_s=NOW_S + 3_600)
    found = store.news((), NOW_S + 3_600)
    assert [(one.item.id, one.first_at_s) for one in found] == [("18", NOW_S + 3_600), ("17", NOW_S)]


def test_news_are_for_their_place_until_they_run_out_or_are_withdrawn(store):
    fetch(store, NEWS, 404, news(replace(ITEM, places=("34:31471",)), area="34:92"), areas=("", "34:92"))
    assert len(store.news(("34:31471", "34:92"), NOW_S)) == 1
    assert store.news(("34:31321", "34:92"), NOW_S) == ()
    assert store.news(("34:31471", "34:92"), ITEM.valid_until_s) == ()
    fetch(store, NEWS, 404, news(area="34:92", serial=4), areas=("", "34:92"))
    assert store.news(("34:31471", "34:92"), NOW_S) == ()


@pytest.mark.parametrize(
    ("commune", "places", "areas"),
    [
        ("", (), ("",)),
        ("34:31321", ("34:31321", "63:930", "63:93", "34:92"), ("", "63:93", "34:92")),
        ("34:31453", ("34:31453", "63:93", "34:92"), ("", "63:93", "34:92")),
        ("34:99999", (), ("",)),
    ],
)
def test_a_person_has_the_places_of_today_and_of_before(commune, places, areas):
    choices = Choices(commune=commune)
    assert (places_of(choices), areas_of(NEWS, choices), areas_of(DISEASE, choices)) == (places, areas, ("",))


# --- the policy -------------------------------------------------------------------------------------------------------


def make_phone(directory: Path, url: str = URL, keys: Any = TRUSTED) -> Phone:
    settings = phone_settings(directory, url, tuple(keys))
    return Phone(settings, None, lambda: float(NOW_S), lambda count: bytes(count), np.random.default_rng(1))


def test_a_phone_decides_by_the_authoritys_policy_once_it_has_one(tmp_path):
    phone = make_phone(tmp_path)
    assert phone.policy == DEFAULT_POLICY
    assert phone.sync_policy(
        client_of(httpx.Response(200, content=signed(POLICY, content=PublishedPolicy(EN_V1_BUCKETS))))
    ).changed
    assert phone.policy == EN_V1_BUCKETS
    phone.sync_policy(client_of(httpx.Response(200, content=b"garbage")))
    assert phone.policy == EN_V1_BUCKETS
    phone.close()
    again = make_phone(tmp_path)
    assert again.policy == EN_V1_BUCKETS
    again.close()


def test_a_sync_brings_exports_and_policy_and_a_bad_policy_does_not_stop_it(authority, tmp_path, caplog):
    name = authority.export([])
    settings = phone_settings(tmp_path, authority.URL, authority.trusted)
    now_s = 1_597_276_800 + DAY_S
    phone = Phone(settings, None, lambda: float(now_s), lambda count: bytes(count), np.random.default_rng(1))
    assert phone.sync(authority.client()).stored == (name,)
    asked = [each.url.path for each in authority.requests][-2:]
    assert asked == ["/v1/documents/policy/452.json", "/v1/documents/settings/452.json"]
    assert phone.status().policy == f"{DEFAULT_POLICY.name} {DEFAULT_POLICY.version}"
    assert not caplog.records  # no policy published: nothing to say

    def garbled(request: httpx.Request) -> httpx.Response:
        if request.url.path == POLICY.address("452"):
            return httpx.Response(200, content=b"garbage")
        return authority.client().send(request)

    assert phone.sync(client_of(garbled)).listed == 1
    assert "the policy stays as it is" in caplog.text
    phone.close()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"family": "near-hours", "name": "bluezone", "version": "4"},
            "policy family 'near-hours' is not known here",
        ),
        ({"parameters": {"later": 1.0}}, "has 'later' besides"),
        ({"parameters": {"near_db": None}}, "lacks near_db"),
        ({"parameters": {"slope": -2.8}}, "slope -2.8 is not"),
        ({"parameters": {"near_db": 160.0}}, "is absurd"),
        ({"parameters": {"even_minutes": 0.1}}, "is absurd"),
    ],
)
def test_a_policy_of_a_version_to_come_leaves_the_last_one_that_is_understood_and_says_why(store, changes, said):
    good = signed(POLICY, content=PublishedPolicy(BLUEZONE))
    fetch(store, POLICY, good)
    parameters = dict(BLUEZONE.parameters()) | changes.get("parameters", {})
    kept = {name: value for name, value in parameters.items() if value is not None}
    content = content_of(good, POLICY) | {"version": "2"} | changes | {"parameters": kept}
    report = fetch(store, POLICY, resigned(good, POLICY, content=content, serial=4))
    [(_, why)] = report.refused
    assert said in why
    assert "\n" not in why
    assert store.content(POLICY, NOW_S).policy == BLUEZONE


def test_guidance_of_all_areas_is_read_together(store):
    fetch(store, GUIDANCE, signed(GUIDANCE), signed(GUIDANCE, area="34:92"), areas=("", "34:92"))
    assert [entry for content in store.contents(GUIDANCE) for entry in content] == [*CONTENTS[GUIDANCE] * 2]
