"""Signed documents of every kind: who edits one, when it is signed anew, and what phones are served."""

from __future__ import annotations

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from tests.authority.documents.fetched import fetched, trusted
from tests.protocol.signed_documents import ALL_KINDS, CONTENTS, ITEM

from bluezone.authority.documents import rules, services
from bluezone.authority.documents.models import SignedDocument
from bluezone.authority.documents.rules import OF_PLACES, PublishedKind, published_kinds
from bluezone.authority.errors import AuthorityError
from bluezone.authority.officers.jurisdiction import Role, jurisdiction_of
from bluezone.authority.signing import services as signing
from bluezone.protocol.documents import DocumentError, verify
from bluezone.protocol.kinds import KINDS, SETTINGS
from bluezone.protocol.news import NEWS

NOW = dt.datetime(2020, 9, 13, 12, 26, 40, tzinfo=dt.UTC)
DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
HAU_GIANG, DISTRICT, CAN_THO = "/63:93/", "/63:93/63:937/", "/63:92/"
BY_NAME = {each.kind.name: each for each in published_kinds}
PAGE = (Path(__file__).parents[3] / "docs/why/authority.md").read_text()
every_kind = pytest.mark.parametrize("name", sorted(BY_NAME))
#: two contents of each kind are needed where one replaces another
OTHERS = {kind.name: kind.empty if kind.empty is not None else CONTENTS[kind] for kind in ALL_KINDS}


@pytest.fixture
def ready(db, environment, set_clock):
    environment()
    set_clock.now = NOW
    signing.ensure(NOW)
    return set_clock


# --- rules ------------------------------------------------------------------------------------------------------------


def test_every_kind_is_published_and_says_who_edits_it():
    assert {each.name for each in ALL_KINDS} == set(BY_NAME) == set(re.findall(r"^\| \[?`([a-z-]+)`", PAGE, re.M))
    assert {name: set(each.editors) for name, each in BY_NAME.items()} == {
        "news": set(OF_PLACES),
        "guidance": {Role.MINISTRY, Role.PROVINCE},
        "forms": {Role.MINISTRY, Role.PROVINCE},
        "settings": {Role.MINISTRY},
        "policy": set(),
        "place-policy": set(),
        "revoked-passes": set(),
        "disease": set(),
    }


@pytest.mark.parametrize(
    ("role", "own", "place", "may"),
    [
        (Role.MINISTRY, "/", DISTRICT, True),
        (Role.PROVINCE, HAU_GIANG, DISTRICT, True),
        (Role.PROVINCE, HAU_GIANG, "/", False),
        (Role.PROVINCE, HAU_GIANG, CAN_THO, False),
        (Role.DISTRICT, DISTRICT, DISTRICT, False),
        (None, "", "/", False),
    ],
)
def test_an_editor_writes_by_role_within_the_own_jurisdiction(role, own, place, may):
    published = PublishedKind(NEWS, frozenset({Role.MINISTRY, Role.PROVINCE}))
    assert published.may_edit(jurisdiction_of(role, own) if role else None, place) is may


@pytest.mark.parametrize(
    ("sign_anew", "issued_at", "held", "must"),
    [
        (DAY, None, "", True),
        (DAY, NOW, "a", False),
        (DAY, NOW, "b", True),
        (DAY, NOW - DAY + MINUTE, "a", False),
        (DAY, NOW - DAY, "a", True),
        (30 * MINUTE, NOW - 29 * MINUTE, "a", False),
        (30 * MINUTE, NOW - 30 * MINUTE, "a", True),
    ],
)
def test_a_document_is_signed_anew_when_it_changes_or_is_old(sign_anew, issued_at, held, must):
    published = PublishedKind(NEWS, sign_anew=sign_anew)
    assert rules.must_sign(published, issued_at, held, "a", NOW) is must


# --- what phones are served -------------------------------------------------------------------------------------------


@every_kind
def test_phones_get_what_was_published_under_a_serial_that_rises(ready, name):
    published = BY_NAME[name]
    kind = published.kind
    assert Client().get(kind.address("452")).status_code == 404
    services.publish(published, CONTENTS[kind], NOW)
    first = fetched(kind, NOW)
    assert (first.content, first.serial) == (CONTENTS[kind], 1)
    assert first.valid_until_s == (NOW + kind.life).timestamp()
    services.publish(published, OTHERS[name], NOW)
    second = fetched(kind, NOW, newer_than=1)
    assert (second.content, second.serial) == (OTHERS[name], 2)
    assert SignedDocument.objects.count() == (2 if published.keeps_all else 1)
    for other in {*ALL_KINDS} - {kind}:
        assert Client().get(other.address("452")).status_code == 404


@every_kind
def test_a_document_is_sent_once_and_to_readers_alone(ready, name):
    published = BY_NAME[name]
    services.publish(published, CONTENTS[published.kind], NOW)
    address = published.kind.address("452")
    first = Client().get(address)
    assert (first["Content-Type"], first["Cache-Control"]) == ("application/json", "public, max-age=300")
    again = Client().get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert Client().head(address).status_code == 200
    assert Client().post(address).status_code == 405
    for missing in (published.kind.address("453"), published.kind.address("452", "34:92"), f"{address}x"):
        assert Client().get(missing).status_code == 404


@pytest.mark.parametrize("path", ["news/..%2f452.json", "rumours/452.json", "news/", "news/452/34-921.json"])
def test_what_is_no_document_is_not_found(ready, path):
    assert Client().get(f"/v1/documents/{path}").status_code == 404


def test_a_province_has_documents_of_its_own(ready):
    for kind in (each for each in KINDS if each.has_provinces):
        services.publish(BY_NAME[kind.name], CONTENTS[kind], NOW, area="34:92")
        assert fetched(kind, NOW, "34:92").content == CONTENTS[kind]
        assert Client().get(kind.address("452")).status_code == 404


def test_while_keys_rotate_a_document_carries_both_signatures(ready):
    signing.create(signing.EXPORT, NOW)
    services.publish(BY_NAME["news"], CONTENTS[NEWS], NOW)
    for key in trusted():
        assert verify(Client().get(NEWS.address("452")).content, NEWS, [key], "452", "", NOW.timestamp()).serial == 1


# --- publishing -------------------------------------------------------------------------------------------------------


def test_an_area_is_signed_anew_as_its_content_changes(ready):
    said: dict[str, tuple] = {"": (ITEM,)}
    published = PublishedKind(NEWS, content=lambda area, _: said.get(area))
    assert services.issue(published, "34:92", NOW) is None, "nothing was ever said there"
    assert services.issue(published, "", NOW).serial == 1
    assert services.issue(published, "", NOW + DAY - MINUTE) is None
    assert services.issue(published, "", NOW + DAY).serial == 2
    said[""] = (replace(ITEM, id="18"),)
    assert services.issue(published, "", NOW + DAY).serial == 3
    said.clear()
    assert services.issue(published, "", NOW + DAY).serial == 4
    assert fetched(NEWS, NOW + DAY).content == ()


def test_one_that_cannot_be_signed_keeps_no_other_from_it(ready, monkeypatch):
    def broken(area, now):
        raise DocumentError("settings: out of order")

    kinds = (PublishedKind(SETTINGS, content=broken), PublishedKind(NEWS, content=lambda *_: (ITEM,)))
    monkeypatch.setattr(services, "published_kinds", kinds)
    with pytest.raises(AuthorityError, match=r"^settings: out of order"):
        services.refresh(NOW)
    assert fetched(NEWS, NOW).content == (ITEM,)


def test_without_a_key_nothing_is_published(ready):
    signing.SigningKey.objects.all().delete()
    with pytest.raises(Exception, match="0 signers"):
        services.publish(BY_NAME["news"], CONTENTS[NEWS], NOW)
    assert not SignedDocument.objects.exists()


_PUBLISH = """
import django; django.setup()
from bluezone.authority.documents import services
from bluezone.authority.documents.rules import PublishedKind
from bluezone.authority.site import clock
from bluezone.protocol.kinds import SETTINGS, Settings
rows = [services.publish(PublishedKind(SETTINGS, keeps_all=True), Settings(True), clock.now()) for _ in range(5)]
print(*(row.serial for row in rows))
"""


def test_serials_rise_by_one_whoever_publishes_at_the_same_time(prepared):
    with ThreadPoolExecutor(3) as pool:
        serials = [list(map(int, said.split())) for said in pool.map(prepared.python, [_PUBLISH] * 3)]
    assert sorted(serial for each in serials for serial in each) == list(range(1, 16))
    assert all(each == sorted(each) for each in serials)
