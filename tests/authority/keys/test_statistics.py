"""The key server's statistics: what is counted, and when a day may be read."""

from __future__ import annotations

import datetime as dt
import json

import jwt
import pytest

from bluezone.authority.device_api.callers import Platform, platform_of
from bluezone.authority.keys import statistics
from bluezone.authority.keys.models import PublishHour, PublishNote
from bluezone.authority.keys.statistics import Sums
from bluezone.authority.signing import remembered

NOON = dt.datetime(2020, 8, 18, 12, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("user_agent", "platform"),
    [
        ("", Platform.UNKNOWN),
        ("Mozilla/5.0 (Linux; Android 10; Pixel 3)", Platform.ANDROID),
        ("vn.bluezone/4.0 (iPhone; iOS 13.7)", Platform.IOS),
        ("bluetoothd (unknown version) CFNetwork/1197 Darwin/20.0.0", Platform.IOS),
        ("bluetoothd", Platform.UNKNOWN),
        ("curl/7.88", Platform.UNKNOWN),
    ],
)
def test_a_platform_is_told_by_the_words_of_the_reference(user_agent, platform):
    assert platform_of(user_agent) is platform


def request(**values) -> PublishNote:
    facts = {"platform": Platform.ANDROID, "keys": 14, "revision": False, "oldest_days": 14, "onset_days": 3}
    return PublishNote(**(facts | values))


@pytest.mark.parametrize(
    ("values", "changed"),
    [
        ({}, {"keys": 14, "platforms": [0, 1, 0], "oldest": 14, "onset": 3}),
        ({"platform": Platform.IOS}, {"keys": 14, "platforms": [0, 0, 1], "oldest": 14, "onset": 3}),
        ({"oldest_days": 15}, {"keys": 14, "platforms": [0, 1, 0], "oldest": 15, "onset": 3}),
        ({"oldest_days": 40}, {"keys": 14, "platforms": [0, 1, 0], "oldest": 15, "onset": 3}),
        ({"onset_days": 99}, {"keys": 14, "platforms": [0, 1, 0], "oldest": 14, "onset": 29}),
        ({"onset_days": None}, {"keys": 14, "platforms": [0, 1, 0], "oldest": 14, "missing": 1}),
        ({"revision": True}, {"keys": 14, "platforms": [0, 1, 0], "revisions": 1}),
    ],
)
def test_a_request_is_counted_once_in_each_distribution(values, changed):
    sums = Sums()
    sums.add(request(**values))
    found = {"keys": sums.keys, "platforms": sums.platforms}
    found |= {"revisions": sums.revisions} if sums.revisions else {}
    found |= {"missing": sums.missing_onset} if sums.missing_onset else {}
    found |= {"oldest": sums.oldest_days.index(1)} if any(sums.oldest_days) else {}
    found |= {"onset": sums.onset_days.index(1)} if any(sums.onset_days) else {}
    assert found == changed


def hours(*counts: tuple[dt.datetime, int]):
    for hour, count in counts:
        sums = Sums()
        for _ in range(count):
            sums.add(request())
        yield hour, sums


MIDNIGHT = dt.datetime(2020, 8, 18, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("counts", "now", "shown"),
    [
        ([(MIDNIGHT, 10)], MIDNIGHT + dt.timedelta(hours=1), {MIDNIGHT.date(): 10}),
        ([(MIDNIGHT, 10)], MIDNIGHT + dt.timedelta(minutes=59), {}),
        ([(MIDNIGHT, 9)], MIDNIGHT + dt.timedelta(hours=23), {}),
        ([(MIDNIGHT, 9)], MIDNIGHT + dt.timedelta(days=3), {}),
        ([(MIDNIGHT, 9)], MIDNIGHT + dt.timedelta(days=3, seconds=1), {MIDNIGHT.date(): 9}),
        (
            [(MIDNIGHT, 6), (MIDNIGHT + dt.timedelta(hours=1), 6)],
            MIDNIGHT + dt.timedelta(hours=2),
            {MIDNIGHT.date(): 12},
        ),
        ([(MIDNIGHT, 6), (MIDNIGHT + dt.timedelta(hours=1), 6)], MIDNIGHT + dt.timedelta(hours=1, minutes=59), {}),
    ],
)
def test_a_day_is_read_by_the_hour_from_ten_requests_on_and_else_after_two_days(counts, now, shown):
    assert {day: sums.requests for day, sums in statistics.by_day(hours(*counts), now).items()} == shown


def ask(phone, **claims):
    now = int(phone.clock.now.timestamp())
    payload = {"iss": "vn.bluezone.verification", "aud": "vn.bluezone.keys.statistics", "iat": now, "exp": now + 300}
    private, key_id = remembered.certificate_signer(phone.clock.now)
    token = jwt.encode(payload | claims, private, algorithm="ES256", headers={"kid": key_id})
    return phone.post("/v1/stats", b'{"padding": "eA=="}', headers={"Authorization": f"Bearer {token}"})


def published(phone, issue, count: int, **fields) -> None:
    for _ in range(count):
        phone.publish(issue(), phone.keys(), **fields)


def test_what_phones_published_is_counted_and_read_after_its_hour(phone, issue):
    published(phone, issue, 10)
    assert ask(phone).json().get("days") is None, "nothing of the current hour"
    phone.clock.forward(hours=1)
    assert statistics.sum_up(phone.clock.now) == "10 publish requests counted"
    assert not PublishNote.objects.exists()
    [day] = ask(phone).json()["days"]
    assert day["day"] == "2020-08-18T00:00:00Z"
    assert day["publish_requests"] == {"unknown": 10, "android": 0, "ios": 0}
    assert day["total_teks_published"] == 140
    assert day["tek_age_distribution"] == [0] * 14 + [10, 0]
    assert day["onset_to_upload_distribution"][3] == 10
    assert (day["requests_with_revisions"], day["requests_missing_onset_date"]) == (0, 0)


def test_the_same_upload_again_is_counted_once_and_a_revision_by_itself(phone, issue):
    keys = phone.keys()
    code = issue("clinical")
    first = phone.publish(code, keys)
    assert first.inserted_exposures == 14
    assert PublishNote.objects.count() == 1
    again = phone.publish(issue(), keys, revision_token=first.revision_token)
    assert again.error == ""
    [_, note] = PublishNote.objects.order_by("id")
    assert (note.revision, note.keys) == (True, 14)


def test_a_refused_upload_is_not_counted(phone, issue):
    phone.publish(issue(), phone.keys(ending_days_ago=30))
    assert not PublishNote.objects.exists()


def test_summing_up_twice_counts_nothing_twice(phone, issue):
    published(phone, issue, 3)
    phone.clock.forward(hours=1)
    published(phone, issue, 2)
    statistics.sum_up(phone.clock.now)
    statistics.sum_up(phone.clock.now)
    assert [Sums.from_json(row.sums).requests for row in PublishHour.objects.all()] == [3]
    assert PublishNote.objects.count() == 2


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "vn.bluezone.keys"},
        {"iss": "somebody"},
        {"exp": int(NOON.timestamp()) - 3_600},
        {"iat": int(NOON.timestamp()) + 3_600},
        {"tekmac": "AAAA"},
    ],
)
def test_only_a_token_for_statistics_opens_them(phone, claims):
    answer = ask(phone, **claims)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


def test_a_patients_certificate_opens_nothing(phone, issue):
    certificate = phone.certify(issue(), b"m" * 32)
    answer = phone.post("/v1/stats", b"{}", headers={"Authorization": f"Bearer {certificate}"})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("body", "header", "status", "code"),
    [
        (b"{", "Bearer x", 400, "bad_request"),
        (b"[]", "Bearer x", 400, "bad_request"),
        (b"{}", "", 401, "unauthorized"),
        (b"{}", "Basic x", 401, "unauthorized"),
        (b"{}", "Bearer x", 401, "unauthorized"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_the_words_of_the_reference(phone, body, header, status, code):
    answer = phone.post("/v1/stats", body, headers={"Authorization": header} if header else {})
    assert (answer.status_code, json.loads(answer.content)["code"]) == (status, code)


def test_sums_go_after_ninety_days(phone, issue):
    published(phone, issue, 1)
    phone.clock.forward(hours=1)
    statistics.sum_up(phone.clock.now)
    assert statistics.purge(phone.clock.forward(days=89)) == {"publish_hours": 0}
    assert statistics.purge(phone.clock.forward(days=2)) == {"publish_hours": 1}


def test_certificates_and_statistics_have_audiences_of_their_own(read_with):
    with pytest.raises(Exception, match="BLUEZONE_STATISTICS_AUDIENCE"):
        read_with(BLUEZONE_AUDIENCE="one", BLUEZONE_STATISTICS_AUDIENCE="one")
