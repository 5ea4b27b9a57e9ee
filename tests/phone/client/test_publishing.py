from __future__ import annotations

import base64
import json
import os
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import httpx
import numpy as np
import pytest
from tests.phone.doubles import client_of, no_net
from tests.phone.settings import phone_settings

from bluezone.phone.app.engine import Phone
from bluezone.phone.client.http import ConnectionFailedError
from bluezone.phone.client.publishing import ConsentError, PublishError
from bluezone.phone.client.sender import PUBLISH_BODY_BYTES, BusyError, Pace, padded
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.key_store import KeyStore
from bluezone.phone.stores.phone_stores import PHONE, open_database
from bluezone.phone.stores.publication_store import PublicationStore
from bluezone.phone.stores.timekeeper import Uptime
from bluezone.protocol.keys import DailyKey, TemporaryExposureKey
from bluezone.protocol.messages import TOKEN_LIFE_S, PublishRequest, PublishResponse, VerifyCode, VerifyResponse
from bluezone.protocol.schemes import scheme_named
from bluezone.protocol.verification import CertifiedReport

DAY0, DAY, HOUR = 1_597_276_800, 86_400, 3_600
TODAY = DAY0 + 20 * DAY
NOW = TODAY + 10 * HOUR + 100
CODE = "12345678"


def answer(code: str) -> httpx.Response:
    return httpx.Response(400, content=PublishResponse(error="no", code=code).to_json())


def answering(authority: Any, path: str, answer: httpx.Response | None = None) -> httpx.Client:
    """Return an authority's client that answers one path so; None: that request never arrives."""

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path != path:
            return authority.handle(request)
        return no_net(request) if answer is None else answer

    return client_of(handle)


class Owner:
    """A phone with twenty days behind it, and its owner's clock."""

    def __init__(self, directory, authority, entropy, url=None, **settings) -> None:
        self.now_s = float(NOW)
        self.authority = authority
        self.settings = phone_settings(
            directory, url or authority.URL, authority.trusted, **({"health_authority_id": "vn.test"} | settings)
        )
        self.entropy = entropy
        self.open()

    def open(self) -> None:
        self.phone = Phone(
            self.settings,
            None,
            lambda: self.now_s,
            self.entropy,
            np.random.default_rng(1),
            uptime=lambda: Uptime("", self.now_s - NOW),
        )

    def restart(self) -> None:
        self.phone.close()
        self.open()

    def publish(self, code: str = CODE, consent: bool = True, client=None):
        return self.phone.publisher(client or self.authority.client()).publish(code, consent=consent)


@pytest.fixture(scope="session")
def keys_of_three_weeks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    store = KeyStore(open_database(PHONE, folder), scheme_named("en"), os.urandom)
    for day in range(21):
        store.key_at(DAY0 + day * DAY)
    store.database.close()
    return folder / PHONE


@pytest.fixture
def owner(tmp_path, authority, virtual, keys_of_three_weeks):
    authority.codes.add(CODE)
    shutil.copy(keys_of_three_weeks, tmp_path)
    one = Owner(tmp_path, authority, virtual.entropy(1))
    yield one
    one.phone.close()


def paths(authority) -> list[str]:
    return [request.url.path for request in authority.requests]


def test_the_keys_of_fourteen_days_are_published_and_todays_up_to_now(authority, owner):
    held = owner.phone.stores.keys.recent(NOW)
    report = owner.publish()
    assert (report.keys_sent, report.inserted, report.already, report.warnings) == (15, 15, False, ())
    assert paths(authority) == ["/api/verify", "/api/certificate", "/v1/publish"]
    published = sorted(authority.stored.values(), key=lambda key: key.rolling_start_interval)
    assert [key.key for key in published] == [key.key for key in held]
    assert [key.rolling_period for key in published] == [144] * 14 + [61]
    # The rest of today goes on under a key of which the published one says nothing.
    rest = owner.phone.stores.keys.key_at(TODAY + 10 * HOUR + 600)
    assert (rest.start_s, rest.end_s) == (TODAY + 10 * HOUR + 600, TODAY + DAY)
    assert rest.key not in authority.stored


def test_no_two_keys_of_a_phone_that_publishes_twice_overlap(authority, owner):
    owner.publish()
    owner.now_s += 3 * HOUR
    owner.phone.stores.keys.key_at(owner.now_s)
    authority.codes.add("87654321")
    report = owner.publish("87654321")
    assert (report.keys_sent, report.inserted) == (16, 1)
    spans = sorted((key.rolling_start_interval, key.end_interval) for key in authority.stored.values())
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert json.loads(authority.requests[-1].content)["revisionToken"] == "revision"


def day(back: int) -> date:
    """Return the day (UTC) so many days before today."""
    return datetime.fromtimestamp(TODAY, UTC).date() - timedelta(days=back)


def days_sent(authority) -> list[date]:
    """Return the days whose keys the authority has, without repeating one."""
    starts = {key.rolling_start_interval * 600 for key in authority.stored.values()}
    return sorted({datetime.fromtimestamp(start, UTC).date() for start in starts})


def test_days_that_the_owner_leaves_out_are_not_published_until_another_yes(authority, owner):
    left_out = {day(3), day(0)}
    publisher = owner.phone.publisher(authority.client())
    assert publisher.publish(CODE, consent=True, left_out=left_out).keys_sent == 13
    assert not left_out & set(days_sent(authority))
    known = owner.phone.stores.keys.publishable_days(owner.now_s)
    assert [one for one, is_shared in known.items() if not is_shared] == sorted(left_out)
    # Later, under another code and the token of the first time, the owner shares one of them.
    authority.codes.add("87654321")
    publisher = owner.phone.publisher(authority.client())
    assert publisher.publish("87654321", consent=True, left_out={day(0), day(5)}).inserted == 1
    assert day(3) in days_sent(authority)
    assert day(0) not in days_sent(authority)
    assert day(5) in days_sent(authority), "what is known already cannot be left out"
    assert json.loads(authority.requests[-1].content)["revisionToken"] == "revision"


@pytest.mark.parametrize("path", ["/api/certificate", "/v1/publish"])
def test_a_publication_that_goes_on_later_keeps_to_the_days_that_were_chosen(authority, owner, path):
    with pytest.raises(PhoneError):
        owner.phone.publisher(answering(authority, path, httpx.Response(503))).publish(
            CODE, consent=True, left_out={day(3)}
        )
    owner.restart()
    assert owner.publish().keys_sent == 14
    assert day(3) not in days_sent(authority)


def test_a_phone_that_dies_before_the_yes_is_noted_asks_again(authority, owner, monkeypatch):
    def dies(*_):
        raise KeyboardInterrupt

    owner.phone.publisher(authority.client()).verify(CODE)
    monkeypatch.setattr(PublicationStore, "agree", dies)
    with pytest.raises(KeyboardInterrupt):
        owner.phone.publisher(authority.client()).publish(consent=True, left_out={day(3)})
    monkeypatch.undo()
    owner.restart()
    assert not owner.phone.stores.publications.waiting(owner.now_s).agreed
    owner.phone.publisher(authority.client()).publish(consent=True, left_out={day(4)})
    assert day(4) not in days_sent(authority)
    assert day(3) in days_sent(authority)


def test_with_every_day_left_out_there_is_nothing_to_publish(authority, owner):
    every = set(owner.phone.stores.keys.publishable_days(owner.now_s))
    with pytest.raises(PublishError, match="nothing to publish"):
        owner.phone.publisher(authority.client()).publish(CODE, consent=True, left_out=every)
    assert "/v1/publish" not in paths(authority)


@pytest.mark.parametrize("consent", [False, None, "yes", 1])
def test_without_the_owners_yes_nothing_is_sent(authority, owner, consent):
    with pytest.raises(ConsentError, match="not said yes"):
        owner.publish(consent=consent)
    assert authority.requests == []
    assert owner.phone.stores.keys.recent(NOW)[-1].end_s == TODAY + DAY


def test_a_wrong_code_is_refused_and_changes_nothing(authority, owner):
    with pytest.raises(PublishError, match=r"mistyped, used or expired \(code_invalid\)"):
        owner.publish("00000000")
    assert owner.phone.stores.keys.recent(NOW)[-1].end_s == TODAY + DAY
    assert not owner.phone.status().publication_under_way
    assert owner.publish().keys_sent == 15


def test_a_code_typed_with_blanks_around_it_is_the_code(owner):
    assert owner.publish(f" {CODE}\n").keys_sent == 15


@pytest.mark.parametrize("path", ["/api/certificate", "/v1/publish"])
@pytest.mark.parametrize("restart", [False, True])
def test_a_step_that_could_not_be_reached_is_taken_again(authority, owner, path, restart):
    """The request never arrived: the phone goes on from there, with the same code, and asks no step twice."""
    with pytest.raises(ConnectionFailedError, match="no answer"):
        owner.publish(client=answering(authority, path))
    assert owner.phone.status().publication_under_way
    if restart:
        owner.restart()
    owner.now_s += HOUR  # meanwhile the day went on; what is published is what was frozen
    assert owner.publish().inserted == 15
    assert paths(authority) == ["/api/verify", "/api/certificate", "/v1/publish"]
    assert max(key.end_interval for key in authority.stored.values()) == (NOW // 600) + 1
    assert not owner.phone.status().publication_under_way


def test_a_publication_whose_answer_was_lost_is_sent_again_and_stored_once(authority, owner):
    authority.lose_answer_to.add("/v1/publish")
    with pytest.raises(ConnectionFailedError):
        owner.publish()
    owner.restart()
    report = owner.publish()
    assert (report.keys_sent, report.inserted) == (15, 0)
    bodies = [json.loads(request.content) for request in authority.requests if request.url.path == "/v1/publish"]
    for body in bodies:
        body.pop("padding")
    assert bodies[0] == bodies[1]
    assert len(authority.stored) == 15


def test_a_server_that_wants_a_revision_token_for_keys_it_already_has_has_them(authority, owner):
    """Google's server answers so to a publication sent twice."""
    authority.lose_answer_to.add("/v1/publish")
    with pytest.raises(ConnectionFailedError):
        owner.publish()
    authority.uploads.clear()
    report = owner.publish()
    assert report.already
    assert not owner.phone.status().publication_under_way


def test_that_answer_to_a_first_publication_is_an_error(authority, owner):
    authority.stored[owner.phone.stores.keys.recent(NOW)[0].key] = None
    with pytest.raises(PublishError, match="missing_revision_token"):
        owner.publish()


@pytest.mark.parametrize("restart", [False, True])
def test_a_code_whose_answer_was_lost_gives_it_again(authority, owner, restart):
    authority.lose_answer_to.add("/api/verify")
    with pytest.raises(ConnectionFailedError):
        owner.publish()
    if restart:
        owner.restart()
    assert owner.publish().keys_sent == 15
    first, again = (json.loads(request.content) for request in authority.requests[:2])
    assert first["nonce"] == again["nonce"]
    assert len(base64.b64decode(first["nonce"])) == 256


def test_no_two_codes_are_asked_about_with_one_nonce(authority, owner):
    """It would tie two codes to one phone."""
    authority.codes.add("87654321")
    owner.publish()
    owner.publish("87654321")
    first, second = (
        json.loads(request.content)["nonce"] for request in authority.requests if request.url.path == "/api/verify"
    )
    assert first != second


def test_where_the_authority_gives_it_once_the_code_is_spent_and_the_next_one_works(authority, owner):
    authority.lose_answer_to.add("/api/verify")
    with pytest.raises(ConnectionFailedError):
        owner.publish()
    authority.given.clear()
    with pytest.raises(PublishError, match="code_invalid"):
        owner.publish()
    authority.codes.add("87654321")
    assert owner.publish("87654321").keys_sent == 15


@pytest.mark.parametrize("code", ["1234 5678 9012", "1234567", "7K3M Q2XD 7K3M Q2XE", "x"])
def test_what_cannot_be_a_code_is_not_sent(authority, owner, code):
    with pytest.raises(PublishError, match="this is no code"):
        owner.publish(code)
    assert authority.requests == []


@pytest.mark.parametrize(
    ("code", "error"),
    [("quota_exceeded", PublishError), ("too_many_requests", BusyError), ("maintenance_mode", BusyError)],
)
def test_an_authority_that_says_later_says_why(authority, owner, code, error):
    later = httpx.Response(429, content=VerifyResponse(error="later", error_code=code).to_json())
    with pytest.raises(error) as refused:
        owner.publish(client=answering(authority, "/api/verify", later))
    assert refused.value.code == code
    assert owner.publish().keys_sent == 15  # the code is still good


def test_a_token_whose_answer_was_lost_is_spent_and_the_next_code_works(authority, owner):
    authority.lose_answer_to.add("/api/certificate")
    with pytest.raises(ConnectionFailedError):
        owner.publish()
    with pytest.raises(PublishError, match=r"ask for a new code \(token_invalid\)"):
        owner.publish()
    authority.codes.add("87654321")
    assert owner.publish("87654321").inserted == 15


@pytest.mark.parametrize("arrived", [True, False])
def test_where_the_certificate_lapsed_first_the_next_code_settles_the_same_keys(authority, owner, arrived):
    """A certificate lives for minutes; the phone was without a network for longer than that."""
    if arrived:
        authority.lose_answer_to.add("/v1/publish")
    client = authority.client() if arrived else answering(authority, "/v1/publish")
    with pytest.raises(ConnectionFailedError):
        owner.publish(client=client)
    authority.certified.clear()
    with pytest.raises(PublishError, match="certificate_invalid"):
        owner.publish()
    owner.now_s += 5 * HOUR
    authority.codes.add("87654321")
    assert owner.publish("87654321").inserted == (0 if arrived else 15)
    assert len(authority.stored) == 15
    assert owner.phone.stores.publications.revision_token() == "revision"


def test_another_code_first_settles_what_may_have_been_sent(authority, owner):
    authority.lose_answer_to.add("/v1/publish")
    with pytest.raises(ConnectionFailedError):
        owner.publish()
    authority.codes.add("87654321")
    owner.now_s += 2 * HOUR
    owner.phone.stores.keys.key_at(owner.now_s)
    report = owner.publish("87654321")
    assert (report.keys_sent, report.inserted) == (16, 1)


def test_another_code_replaces_one_that_led_to_nothing_yet(authority, owner):
    with pytest.raises(ConnectionFailedError):
        owner.publish(client=answering(authority, "/api/certificate"))
    authority.codes.add("87654321")
    assert owner.publish("87654321").inserted == 15


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (httpx.Response(503), ConnectionFailedError),
        (httpx.Response(200, content=b"<html>captive portal</html>"), ConnectionFailedError),
        (answer("internal_error"), ConnectionFailedError),
        (answer("bad_request"), PublishError),
    ],
    ids=["503", "captive portal", "internal error", "refused"],
)
def test_answers_that_may_change_leave_the_publication_under_way_and_refusals_end_it(authority, owner, response, error):
    with pytest.raises(error):
        owner.publish(client=answering(authority, "/v1/publish", response))
    assert owner.phone.status().publication_under_way == (error is ConnectionFailedError)


def test_a_partial_success_is_a_success_with_a_warning(authority, owner):
    answer = PublishResponse(revision_token="r", inserted_exposures=14, error="key 3 too old", code="partial_failure")
    partly = httpx.Response(200, content=answer.to_json())
    report = owner.publish(client=answering(authority, "/v1/publish", partly))
    assert (report.inserted, report.warnings) == (14, ("key 3 too old",))
    assert owner.phone.stores.publications.revision_token() == "r"


def test_bodies_of_a_kind_have_one_size(authority, owner, tmp_path, virtual):
    """Who watches the line learns nothing of how many keys there are, nor whether a code was right."""
    owner.publish()
    with pytest.raises(PublishError):
        owner.publish("1")
    authority.codes.add(CODE)
    new = Owner(tmp_path / "new", authority, virtual.entropy(2))  # one key, no history
    new.phone.stores.keys.key_at(NOW)
    assert new.publish().keys_sent == 1
    new.phone.close()
    sizes: dict[str, set[int]] = {}
    for request in authority.requests:
        sizes.setdefault(request.url.path, set()).add(len(request.content))
    assert sizes == {"/api/verify": {1024}, "/api/certificate": {1024}, "/v1/publish": {8192}}


def test_the_api_key_goes_with_each_request_where_there_is_one(tmp_path, authority, virtual):
    authority.codes.add(CODE)
    one = Owner(tmp_path, authority, virtual.entropy(1), api_key="for this app")
    one.phone.stores.keys.key_at(NOW)
    one.publish()
    assert {request.headers["X-API-Key"] for request in authority.requests} == {"for this app"}
    one.phone.close()


def test_what_was_published_is_forgotten_but_for_the_revision_token(authority, owner, tmp_path):
    owner.publish()
    owner.phone.close()
    content = b"".join(path.read_bytes() for path in tmp_path.glob("phone.sqlite3*"))
    for trace in (b"token-", b"certificate-", next(iter(authority.stored)).hex().encode(), CODE.encode()):
        assert trace not in content
    owner.open()
    assert owner.phone.stores.publications.revision_token() == "revision"


def test_a_phone_that_never_sent_has_nothing_to_publish(tmp_path, authority, virtual):
    authority.codes.add(CODE)
    one = Owner(tmp_path, authority, virtual.entropy(1))
    with pytest.raises(PublishError, match="nothing to publish"):
        one.publish()
    one.phone.close()


def test_a_publication_killed_at_any_moment_is_finished_by_the_next_and_stored_once(authority, tmp_path, virtual):
    """Real processes over a real socket, killed by SIGKILL: each key arrives once, each upload has one HMAC."""
    rng = np.random.default_rng(2)
    kills = 0
    with authority.served() as url:
        for turn in range(4):
            directory = tmp_path / str(turn)
            first = Owner(directory, authority, os.urandom, url)
            for day in range(6, 21):
                first.phone.stores.keys.key_at(DAY0 + day * DAY)
            held: list[DailyKey] = first.phone.stores.keys.recent(NOW)
            first.phone.close()
            before, kills_now = len(authority.stored), 0
            codes = [f"{turn:08}"]
            authority.codes.add(codes[0])

            def work(pipe: int, directory=directory, codes=codes) -> None:
                one = Owner(directory, authority, os.urandom, url)
                with httpx.Client(verify=False) as client:
                    os.write(pipe, b".")
                    for code in codes[-3:]:  # where the last one was spent, the officer gives another
                        with suppress(PublishError):
                            one.publish(code, client=client)
                            return

            while True:
                one = Owner(directory, authority, os.urandom, url)
                finished = one.phone.stores.publications.revision_token() == "revision"
                one.phone.close()
                if finished:
                    break
                # Longer and longer, so that a busy machine gets there too.
                virtual.kill_child(work, rng.uniform(0, 0.02 * (1 + kills_now / 5)))
                kills_now += 1
                if codes[-1] not in authority.codes:
                    codes.append(f"{turn:04}{kills_now:04}")
                    authority.codes.add(codes[-1])
            kills += kills_now
            assert len(authority.stored) - before == len(held) == 15
            assert {key.key for key in held} <= authority.stored.keys()
    assert kills >= 4


# --- the result before the question -----------------------------------------------------------------------------------


def test_a_result_is_shown_before_anything_is_asked_and_nothing_of_the_phone_leaves_it(authority, owner):
    result = owner.phone.publisher(authority.client()).verify(CODE)
    assert (result.report, result.agreed) == (CertifiedReport.CONFIRMED, False)
    assert result.ends_at_s == NOW + TOKEN_LIFE_S
    assert paths(authority) == ["/api/verify"]
    assert set(json.loads(authority.requests[0].content)) == {"code", "accept", "nonce", "padding"}
    assert owner.phone.stores.keys.recent(NOW)[-1].end_s == TODAY + DAY  # today's key was not ended
    status = owner.phone.status()
    assert (status.result_waiting, status.publication_under_way) == (True, False)


def test_the_dates_of_a_result_come_with_it(authority, owner):
    body = VerifyResponse("likely", date(2020, 8, 30), date(2020, 9, 1), "token").to_json()
    client = answering(authority, "/api/verify", httpx.Response(200, content=body))
    result = owner.phone.publisher(client).verify(CODE)
    assert (result.report, result.symptom_date, result.test_date) == (
        CertifiedReport.LIKELY,
        date(2020, 8, 30),
        date(2020, 9, 1),
    )


@pytest.mark.parametrize("code", ["", CODE])
def test_after_not_now_the_yes_comes_hours_later_in_another_run_without_asking_the_code_again(authority, owner, code):
    owner.phone.publisher(authority.client()).verify(CODE)
    owner.restart()
    owner.now_s += 13 * HOUR
    waiting = owner.phone.stores.publications.waiting(owner.now_s)
    assert waiting is not None
    assert owner.phone.publisher(authority.client()).verify(CODE) == waiting
    report = owner.publish(code)
    assert report.inserted == 15
    assert paths(authority).count("/api/verify") == 1
    assert owner.phone.stores.publications.waiting(owner.now_s) is None


@pytest.mark.parametrize("late_s", [TOKEN_LIFE_S, -TOKEN_LIFE_S])
def test_a_result_nobody_answered_to_is_over_when_its_token_is_or_the_clock_makes_no_sense(authority, owner, late_s):
    owner.phone.publisher(authority.client()).verify(CODE)
    owner.now_s += late_s
    assert owner.phone.stores.publications.waiting(owner.now_s) is None
    with pytest.raises(PublishError, match="ask for a new code") as caught:
        owner.publish("")
    assert caught.value.code == VerifyCode.TOKEN_EXPIRED


def test_a_result_that_is_over_is_purged(authority, owner, tmp_path):
    owner.phone.publisher(authority.client()).verify(CODE)
    for _ in range(27):
        owner.phone.purge()
        owner.now_s += HOUR
    assert owner.phone.stores.publications.attempt() is None
    owner.phone.close()
    with closing(sqlite3.connect(tmp_path / PHONE)) as db, db:
        assert db.execute("SELECT count(*) FROM attempt").fetchone() == (0,)
    db.close()
    owner.open()


def test_a_no_forgets_the_result_and_a_yes_after_it_publishes_nothing(authority, owner):
    owner.phone.publisher(authority.client()).verify(CODE)
    owner.phone.stores.publications.abandon()
    assert owner.phone.stores.publications.waiting(owner.now_s) is None
    with pytest.raises(PublishError, match="ask for a new code"):
        owner.publish("")
    assert authority.stored == {}


def test_a_publication_that_was_agreed_to_waits_longer_than_its_result(authority, owner):
    client = answering(authority, "/v1/publish", httpx.Response(503))
    owner.phone.publisher(client).verify(CODE)
    with pytest.raises(ConnectionFailedError):
        owner.publish("", client=client)
    waiting = owner.phone.stores.publications.waiting(owner.now_s)
    assert waiting is not None
    assert waiting.agreed
    assert owner.phone.status().publication_under_way
    owner.now_s += 2 * DAY
    assert owner.publish("").inserted == 15


def test_without_the_yes_a_verified_code_publishes_nothing(authority, owner):
    owner.phone.publisher(authority.client()).verify(CODE)
    with pytest.raises(ConsentError):
        owner.publish("", consent=False)
    assert paths(authority) == ["/api/verify"]


def test_a_new_code_needs_a_new_yes_for_keys_that_may_have_been_sent_under_the_first(authority, owner):
    authority.lose_answer_to = {"/v1/publish"}
    with pytest.raises(ConnectionFailedError):
        owner.publish()
    authority.codes.add("87654321")
    lapsed = answering(authority, "/v1/publish", answer("health_authority_verification_certificate_invalid"))
    result = owner.phone.publisher(lapsed).verify("87654321")
    assert not result.agreed
    sent = len(authority.requests)
    with pytest.raises(ConsentError):
        owner.publish("", consent=False)
    assert len(authority.requests) == sent


def test_the_longest_publication_fits_into_its_size():
    """Thirty keys, a revision token of four blocks and a certificate: else its size would tell it from a decoy."""
    request = PublishRequest(
        keys=tuple(TemporaryExposureKey(bytes(16), 2_662_272) for _ in range(30)),
        health_authority_id="v" * 60,
        verification_payload="c" * 900,
        hmac_key=bytes(32),
        revision_token=base64.b64encode(bytes(4 * 30 * 21 + 28)).decode(),
    )
    assert len(padded(request.to_json, PUBLISH_BODY_BYTES, os.urandom)) == PUBLISH_BODY_BYTES


def test_with_a_pace_it_waits_after_the_yes_and_for_the_mark_before_the_keys(owner, authority):
    waits = []

    class Half:
        def uniform(self, low, high):
            return (low + high) / 2

    owner.phone.settings = replace(owner.phone.settings, pace=Pace(Half(), waits.append, lambda: 0.0))
    publisher = owner.phone.publisher(authority.client())
    publisher.verify(CODE)
    assert waits == []  # before the yes nobody waits
    publisher.publish(consent=True)
    assert waits == [2.5, 2.25]
