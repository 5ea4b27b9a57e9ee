from __future__ import annotations

import json
from dataclasses import replace

import httpx
import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from bluezone.exposure.policies import BLUEZONE, BLUEZONE_2, DEFAULT_POLICY, EN_V1_BUCKETS
from bluezone.exposure.policies.document import _KIND as POLICY_KIND
from bluezone.exposure.policies.document import PolicyDocument, sign_document
from bluezone.phone.app.engine import Phone, PhoneSettings
from bluezone.phone.client.http import ConnectionFailedError
from bluezone.phone.client.policy import PolicyReport, fetch_policy
from bluezone.phone.stores.databases import open_phone_database
from bluezone.phone.stores.policy_store import PolicyStore
from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.protocol.exports import ExportSigner, TrustedKey
from bluezone.protocol.signed import sign_text

DAY = 86_400
NOW = 1_597_276_800 + DAY
KEY, STRANGER = (SigningKey(ec.generate_private_key(ec.SECP256R1())) for _ in range(2))
SIGNER = ExportSigner(KEY, "452", "v1")
TRUSTED = (TrustedKey(KEY.public_key(), "452", "v1"),)
URL = "https://authority.example"


def signed(serial: int, policy=BLUEZONE, signer=SIGNER, **changes) -> bytes:
    document = PolicyDocument(policy, "452", serial, NOW - DAY, NOW - DAY, NOW + 30 * DAY)
    return sign_document(replace(document, **changes), [signer])


class Server:
    """Answers with what it holds; counts how often it was asked."""

    def __init__(self, body: bytes = b"", status: int = 200) -> None:
        self.body, self.status, self.asked = body, status, []

    def client(self) -> httpx.Client:
        def answer(request: httpx.Request) -> httpx.Response:
            self.asked.append(request.url.path)
            if self.status == 0:
                raise httpx.ConnectError("no network")
            return httpx.Response(self.status, content=self.body)

        return httpx.Client(transport=httpx.MockTransport(answer))


@pytest.fixture
def store(tmp_path):
    opened = PolicyStore(open_phone_database(tmp_path))
    yield opened
    opened.database.close()


def fetch(store: PolicyStore, server: Server, now_s: float = NOW, trusted=TRUSTED) -> PolicyReport:
    return fetch_policy(server.client(), store, URL, "452", trusted, now_s)


def test_a_good_document_is_fetched_and_kept(store):
    server = Server(signed(1))
    assert store.kept("452", TRUSTED) is None
    assert fetch(store, server) == PolicyReport(1, changed=True)
    assert server.asked == ["/policies/452.json"]
    assert store.kept("452", TRUSTED).policy == BLUEZONE
    assert fetch(store, server) == PolicyReport(1)


def test_a_newer_one_takes_its_place_and_an_older_one_does_not(store):
    fetch(store, Server(signed(5)))
    assert fetch(store, Server(signed(6, EN_V1_BUCKETS))).changed
    report = fetch(store, Server(signed(5)))
    assert (report.serial, report.changed) == (6, False)
    assert "not newer" in report.refused
    assert store.kept("452", TRUSTED).policy == EN_V1_BUCKETS


@pytest.mark.parametrize(
    ("server", "why"),
    [
        (Server(signed(9, signer=ExportSigner(STRANGER, "452", "v1"))), "no trusted key"),
        (Server(signed(9, region="262")), "for region"),
        (Server(signed(9, valid_until_s=NOW)), "valid from"),
        (Server(b"garbage"), "not JSON"),
        (Server(b""), "not JSON"),
        (Server(b"x" * 70_000), "more than the 64000 bytes"),
        (Server(status=404), "HTTP 404"),
    ],
)
def test_what_is_not_good_is_reported_and_the_last_good_one_stays(store, server, why):
    fetch(store, Server(signed(3)))
    report = fetch(store, server)
    assert (report.serial, report.changed) == (3, False)
    assert why in report.refused
    assert store.kept("452", TRUSTED).serial == 3


@pytest.mark.parametrize("status", [0, 500, 429])
def test_no_answer_is_an_error_that_says_so_and_changes_nothing(store, status):
    fetch(store, Server(signed(3)))
    with pytest.raises(ConnectionFailedError):
        fetch(store, Server(status=status))
    assert store.kept("452", TRUSTED).serial == 3


def test_a_document_that_ran_out_is_kept_until_a_newer_one_comes(store):
    fetch(store, Server(signed(3)))
    report = fetch(store, Server(signed(4)), now_s=NOW + 400 * DAY)
    assert "valid from" in report.refused
    assert store.kept("452", TRUSTED).serial == 3


def test_a_document_whose_key_is_no_longer_pinned_is_as_good_as_none(store):
    fetch(store, Server(signed(3)))
    assert store.kept("452", (TrustedKey(STRANGER.public_key(), "452", "v1"),)) is None
    assert store.kept("452", ()) is None
    assert store.kept("262", TRUSTED) is None


def test_no_policy_published_is_nothing_to_report_unless_there_was_one(store):
    assert fetch(store, Server(status=404)) == PolicyReport(None)
    fetch(store, Server(signed(3)))
    assert "HTTP 404" in fetch(store, Server(status=404)).refused


def test_what_is_kept_outlives_the_phone(store, tmp_path):
    fetch(store, Server(signed(3)))
    other = PolicyStore(open_phone_database(tmp_path))
    assert other.kept("452", TRUSTED).serial == 3
    other.database.close()


def make_phone(directory) -> Phone:
    settings = PhoneSettings(directory, URL, TRUSTED)
    return Phone(settings, None, lambda: float(NOW), lambda count: bytes(count), np.random.default_rng(1))


def test_a_phone_decides_by_the_authoritys_policy_once_it_has_one(tmp_path):
    phone = make_phone(tmp_path)
    assert phone.policy == DEFAULT_POLICY
    assert phone.sync_policy(Server(signed(1, EN_V1_BUCKETS)).client()).changed
    assert phone.policy == EN_V1_BUCKETS
    phone.sync_policy(Server(b"garbage").client())
    assert phone.policy == EN_V1_BUCKETS
    phone.close()
    again = make_phone(tmp_path)
    assert again.policy == EN_V1_BUCKETS
    again.close()


def test_a_sync_brings_exports_and_policy_and_a_bad_policy_does_not_stop_it(authority, tmp_path, caplog):
    name = authority.export([])
    settings = PhoneSettings(tmp_path, authority.URL, authority.trusted)
    phone = Phone(settings, None, lambda: float(NOW), lambda count: bytes(count), np.random.default_rng(1))
    assert phone.sync(authority.client()).stored == (name,)
    assert [each.url.path for each in authority.requests][-2:] == ["/policies/452.json", "/v1/settings/452.json"]
    assert phone.status().policy == f"{DEFAULT_POLICY.name} {DEFAULT_POLICY.version}"
    assert not caplog.records  # no policy published: nothing to say

    def garbled(request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/policies/"):
            return httpx.Response(200, content=b"garbage")
        return authority.client().send(request)

    assert phone.sync(httpx.Client(transport=httpx.MockTransport(garbled))).listed == 1
    assert "the policy stays as it is" in caplog.text
    phone.close()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"family": "nearness-3", "name": "bluezone-3", "version": "3"},
            "policy family 'nearness-3' is not known here",
        ),
        ({"parameters": {"later": 1.0}}, "has 'later' besides"),
        ({"parameters": {"level_db": None}}, "lacks level_db"),
        ({"parameters": {"level_slope": -2.8}}, "level_slope -2.8 is not positive"),
        ({"parameters": {"level_db": 160.0}}, "is absurd"),
        ({"parameters": {"fine": [1.34, 0.28, 4.44, 100.0, 0.9, 3.6]}}, "covariance"),
        ({"parameters": {"dose_alert_minutes": 1e-9}}, "is absurd"),
    ],
)
def test_a_policy_of_a_version_to_come_leaves_the_last_one_that_is_understood_and_says_why_in_a_sentence(
    store, changes, said
):
    fetch(store, Server(signed(1, BLUEZONE_2)))
    parameters = dict(BLUEZONE_2.parameters()) | changes.get("parameters", {})
    body = {
        "region": "452",
        "serial": 2,
        "issued_at": NOW,
        "valid_from": NOW - DAY,
        "valid_until": NOW + DAY,
        "family": "nearness",
        "name": "bluezone-2",
        "version": "2",
        "source": "",
    }
    kept = {name: value for name, value in parameters.items() if value is not None}
    report = fetch(store, Server(sign_text(json.dumps(body | changes | {"parameters": kept}), POLICY_KIND, [SIGNER])))
    assert (report.serial, report.changed) == (1, False)
    assert said in report.refused
    assert "\n" not in report.refused
    document = store.kept("452", TRUSTED)
    assert document is not None
    assert document.policy == BLUEZONE_2
