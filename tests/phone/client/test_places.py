"""Fetching of place warnings: all phones ask alike, compare once, and take nothing that is not signed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from tests.phone.doubles import client_of
from tests.protocol.signed_documents import issued

from bluezone.phone.client.downloads import fetch_places
from bluezone.phone.stores.diary_store import DiaryPlace
from bluezone.phone.stores.phone_stores import Stores, open_stores
from bluezone.protocol.check_ins import PlaceKind
from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.protocol.documents import sign
from bluezone.protocol.exports import ExportError, ExportSigner, TrustedKey
from bluezone.protocol.kinds import PLACE_POLICY, PlacePolicy
from bluezone.protocol.place_warnings import PlacePackage, Window, build_package, encrypt_warning, made_up_warnings
from bluezone.protocol.schemes import scheme_named

KEY, OTHER = (SigningKey(ec.derive_private_key(number, ec.SECP256R1())) for number in (5, 6))
SIGNER = ExportSigner(KEY, "452", "v1")
TRUSTED = (TrustedKey(KEY.public_key(), "452", "v1"),)
T0_S = 1_598_000_400
HOUR, MARKET = T0_S // 3_600 + 2, b"m" * 32
NAME = f"452/places/{HOUR}.zip"
NOW_S = T0_S + 7_200.0


def opened_at(directory: Path) -> Stores:
    opened = open_stores(directory, scheme_named("en"), secrets.token_bytes)
    opened.documents.trust("452", TRUSTED)
    return opened


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    opened = opened_at(tmp_path)
    yield opened
    opened.close()


class Authority:
    """Serve files, and remember what was asked."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []

    def publish(self, name: str = NAME, hour: int = HOUR, signer: ExportSigner = SIGNER, **window: Any) -> None:
        """Publish a package that warns of the market, among made-up warnings."""
        warned = Window(**{"start_interval": T0_S // 600, "period": 6, "risk": 5} | window)
        warnings = [encrypt_warning(MARKET, warned, secrets.token_bytes(16)), *made_up_warnings(9, secrets.token_bytes)]
        self.files[f"/exports/{name}"] = build_package(PlacePackage("452", hour, tuple(warnings)), [signer])
        names = sorted(path.removeprefix("/exports/") for path in self.files if path.endswith(".zip"))
        self.files["/exports/452/places/index.txt"] = "\n".join(names).encode()

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        data = self.files.get(request.url.path)
        return httpx.Response(404) if data is None else httpx.Response(200, content=data)

    def fetched(self, stores: Stores, now_s: float = NOW_S) -> Any:
        return fetch_places(client_of(self.answer), stores, "https://a.test", now_s)


@pytest.fixture
def authority() -> Authority:
    return Authority()


def stay(stores: Stores, minutes: int = 45, location_id: str = MARKET.hex()) -> int:
    return stores.diary.add(DiaryPlace("Chợ", "Phường I", location_id), T0_S, T0_S + 60 * minutes)


def test_who_was_there_is_warned_once(stores, authority):
    number = stay(stores)
    authority.publish()
    assert authority.fetched(stores).new_alerts == 1
    [alert] = stores.places.alerts()
    assert (alert.visit, alert.description, alert.overlap_s, alert.created_at_s) == (number, "Chợ", 2_700, NOW_S)
    assert authority.fetched(stores).compared == ()
    assert authority.asked.count(f"/exports/{NAME}") == 1


def test_a_warning_says_that_the_place_was_a_vehicle(stores, authority):
    bus = DiaryPlace("65B-012.34", "", MARKET.hex(), kind=PlaceKind.BUS)
    stores.diary.add(bus, T0_S, T0_S + 2_700)
    authority.publish()
    authority.fetched(stores)
    assert [(alert.kind, alert.on_vehicle) for alert in stores.places.alerts()] == [(PlaceKind.BUS, True)]


def test_an_empty_diary_asks_for_the_same_files(stores, authority, tmp_path):
    authority.publish()
    assert authority.fetched(stores).new_alerts == 0
    empty = list(authority.asked)
    authority.asked.clear()
    other = opened_at(tmp_path / "other")
    stay(other)
    authority.fetched(other)
    other.close()
    assert authority.asked == empty


@pytest.mark.parametrize(("minutes", "location_id"), [(9, MARKET.hex()), (45, "ab" * 32), (45, "")])
def test_who_was_there_for_less_or_elsewhere_is_not(stores, authority, minutes, location_id):
    stay(stores, minutes, location_id)
    authority.publish()
    assert authority.fetched(stores).new_alerts == 0


def test_the_signed_policy_says_from_when_on(stores, authority):
    stay(stores, 15)
    policy = issued(PLACE_POLICY, PlacePolicy(20, 7), NOW_S, valid_until_s=int(NOW_S) + 86_400)
    authority.files[PLACE_POLICY.address("452")] = sign(policy, [SIGNER])
    authority.publish()
    assert authority.fetched(stores).new_alerts == 0
    assert stores.documents.content(PLACE_POLICY, NOW_S) == PlacePolicy(20, 7)
    assert stores.documents.content(PLACE_POLICY, NOW_S + 90_000) is None  # it has run out: the default is the rule
    assert (PlacePolicy().min_overlap_min, PlacePolicy().watch_days) == (10, 14)


def test_what_is_not_signed_or_misnamed_is_refused_and_tried_again(stores, authority):
    stay(stores)
    authority.publish(signer=ExportSigner(OTHER, "452", "v1"))
    authority.publish(name=f"452/places/{HOUR + 1}.zip")  # of the hour before
    report = authority.fetched(stores)
    assert ([name for name, _ in report.bad], report.compared, report.new_alerts) == (
        [NAME, f"452/places/{HOUR + 1}.zip"], (), 0,
    )  # fmt: skip
    authority.publish()
    assert authority.fetched(stores).new_alerts == 1


def test_an_authority_without_places_is_no_trouble_and_a_strange_index_is(stores, authority):
    assert authority.fetched(stores).compared == ()
    authority.files["/exports/452/places/index.txt"] = b"../../etc/passwd.zip"
    with pytest.raises(ExportError):
        authority.fetched(stores)
