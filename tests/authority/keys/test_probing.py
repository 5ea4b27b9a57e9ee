"""A made-up case goes the way of a patient's, is found as phones find, and is in no count and no file of phones."""

from __future__ import annotations

import httpx
import pytest
from auditlog.models import LogEntry

from bluezone.authority.diagnosis.models import Case, CodeCount, OneTimeCode, VerificationToken
from bluezone.authority.keys import batches, probing
from bluezone.authority.keys.models import Probe, PublishedKey, PublishNote
from bluezone.authority.keys.probing import ProbeError
from bluezone.authority.project import facts, health
from bluezone.authority.signing import services as signing
from bluezone.protocol.messages import PublishRequest, PublishResponse
from bluezone.protocol.verification import tek_mac


@pytest.fixture
def play(db, client, set_clock, environment):
    """Play a made-up case through this installation; `broken`: an address that fails."""
    environment(public_url="https://bluezone.example.vn")
    signing.ensure(set_clock.now)

    def run(broken: str = "") -> None:
        def answer(request: httpx.Request) -> httpx.Response:
            if broken and request.url.path.startswith(broken):
                return httpx.Response(500, json={"code": "internal"})
            kind = request.headers.get("Content-Type", "")
            done = client.generic(request.method, request.url.path, request.content, content_type=kind)
            return httpx.Response(done.status_code, content=b"".join(done) if done.streaming else done.content)

        probing.probe(set_clock.now, httpx.MockTransport(answer))

    return run


def test_it_comes_through_and_is_in_no_count_and_no_file_of_phones(play, set_clock, settings):
    conf = settings.BLUEZONE
    logged = LogEntry.objects.count()
    play()
    assert set(PublishedKey.objects.values_list("region", flat=True)) == {"452-probe"}
    assert LogEntry.objects.count() == logged
    for model in (Case, OneTimeCode, VerificationToken, CodeCount, PublishNote):
        assert not model.objects.exists(), model
    set_clock.forward(minutes=20)
    report = batches.publish(set_clock.now)
    assert (report.keys, report.waiting) == (0, 0)
    assert not list((conf.exports / "452").glob("*.zip"))
    play()
    first, second = Probe.objects.order_by("begun_at")
    assert (first.published_at, first.seen_at) == (first.begun_at, second.begun_at)
    assert second.seen_at is None
    measured = facts.gather(set_clock.now, ["probe", "batch"])
    assert (measured.probe_seen_at, measured.probe_unseen_at) == (second.begun_at, second.published_at)
    assert measured.keys_waiting == 0
    assert not health.probe(measured).level


@pytest.mark.parametrize("address", ["/api/verify", "/api/certificate", "/v1/publish"])
def test_a_step_that_fails_is_named_without_a_code(play, set_clock, address):
    with pytest.raises(ProbeError, match=f"{address}: HTTP 500 internal"):
        play(broken=address)
    assert not Case.objects.exists()
    assert health.probe(facts.gather(set_clock.now, ["probe"])).text == (
        f"a made-up case came to a stop: {address}: HTTP 500 internal; none ever came through"
    )


def test_one_that_is_in_no_file_in_time_is_late_and_old_ones_are_forgotten(play, set_clock):
    play()
    assert not health.probe(facts.gather(set_clock.forward(minutes=35), ["probe"])).level
    assert health.probe(facts.gather(set_clock.forward(minutes=1), ["probe"])).level
    set_clock.forward(days=3)
    play()
    assert Probe.objects.count() == 1


def test_without_a_public_address_none_is_played(db, now):
    assert probing.probe(now) is None
    assert not Probe.objects.exists()
    assert health.probe(facts.gather(now, ["probe"])).level == health.Level.OK


@pytest.mark.parametrize("under_way", [False, True])
def test_a_patients_phone_that_names_itself_the_made_up_case_warns_all_the_same(phone, issue, under_way):
    if under_way:
        Probe.objects.create(begun_at=phone.clock.now, identifier=bytes(16), heard_at=2_650_000)
    keys = phone.keys(1)
    certificate = phone.certify(issue(), tek_mac(keys, phone.hmac_key))
    request = PublishRequest(tuple(keys), probing.HEALTH_AUTHORITY, certificate, phone.hmac_key)
    assert PublishResponse.from_json(phone.post("/v1/publish", request.to_json()).content).inserted_exposures == 1
    assert PublishedKey.objects.get(made_up=False).region == "452"


def test_a_named_list_of_health_authorities_has_no_made_up_one(phone, issue, environment):
    environment(health_authorities=("vn.bluezone",))
    keys = phone.keys(1)
    certificate = phone.certify(issue(), tek_mac(keys, phone.hmac_key))
    request = PublishRequest(tuple(keys), probing.HEALTH_AUTHORITY, certificate, phone.hmac_key)
    assert phone.post("/v1/publish", request.to_json()).status_code == 401
