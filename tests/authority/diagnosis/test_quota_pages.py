"""What offices issue and use: the page of it, the ministry's factor, the alarm."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest
from tests.authority.due import due

from bluezone.authority.diagnosis import code_use, quota, retention
from bluezone.authority.diagnosis.models import Case, CodeCount, CodeUse, OneTimeCode, QuotaFactor
from bluezone.authority.officers import tokens
from bluezone.authority.officers.models import User

pytestmark = pytest.mark.django_db
PROVINCE = "/63:93/"
TODAY = dt.date(2020, 8, 18)


@pytest.fixture
def log_in(client, set_clock):
    """Logs an officer in: `log_in("province", PROVINCE, may_confirm=True)`."""

    def as_officer(role: str, place: str, *, may_confirm: bool = False) -> User:
        user = User.objects.create_user(f"{role or 'none'}-by", role=role, place=place, may_confirm=may_confirm)
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        return user

    return as_officer


def uses(place: str, *shares: int, until: dt.date = TODAY - dt.timedelta(days=1)) -> None:
    """Store days of ten codes each, of which so many were used; the last day is `until`."""
    for back, used in enumerate(reversed(shares)):
        CodeUse.objects.create(place=place, day=until - dt.timedelta(days=back), issued=10, used=used)


def new_case(**values: str) -> dict[str, str]:
    return {"case_id": str(uuid.uuid4()), "report_type": "confirmed", "test_date": "2020-08-18"} | values


# --- the right, in pages and API --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/officer/cases/"),
        ("get", "/officer/cases/new"),
        ("post", "/officer/cases/new"),
        ("get", "/officer/cases/{case}"),
        ("post", "/officer/cases/{case}/code"),
        ("post", "/officer/cases/{case}/result"),
    ],
)
def test_without_the_right_every_page_of_cases_says_who_gives_it(client, log_in, now, method, path):
    officer = log_in("unit-head", "/63:93/63:930/63:31318/7K3M-Q2XD/")
    case = Case.objects.create(report_type="clinical", test_date=TODAY, created_at=now, created_by=officer)
    answer = getattr(client, method)(path.format(case=case.pk), new_case())
    assert answer.status_code == 403
    assert "Bộ Y tế trao quyền" in answer.content.decode()
    assert not OneTimeCode.objects.exists()


def test_without_the_right_a_token_opens_no_case(client, set_clock):
    head = User.objects.create_user("head", role="unit-head", place="/63:93/63:930/63:31318/7K3M-Q2XD/")
    token = tokens.issue(head, set_clock.now)[0]
    body = json.dumps({"report_type": "confirmed", "test_date": "2020-08-18"})
    answer = client.post(
        "/officer/api/cases", body, content_type="application/json", HTTP_AUTHORIZATION=f"Bearer {token}"
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert not Case.objects.exists()


def test_the_eleventh_case_of_a_day_is_refused_in_words_and_the_form_keeps_what_was_typed(client, log_in):
    log_in("province", PROVINCE, may_confirm=True)
    for _ in range(10):
        assert client.post("/officer/cases/new", new_case()).status_code == 200
    answer = client.post("/officer/cases/new", new_case(file_number="HG-114"))
    text = answer.content.decode()
    assert answer.status_code == 429
    assert "đã cấp đủ 10 mã của hôm nay" in text
    assert "Bộ Y tế có thể nâng" in text
    assert 'value="HG-114"' in text
    assert "còn cấp được 0 mã" in text
    assert Case.objects.count() == 10
    again = client.post(f"/officer/cases/{Case.objects.first().pk}/code")
    assert again.status_code == 429
    assert OneTimeCode.objects.filter(burnt_at=None).count() == 10, "the code before still works"


def test_a_machine_past_the_quota_gets_429(client, set_clock):
    officer = User.objects.create_user("lab", role="province", place=PROVINCE, may_confirm=True)
    token = tokens.issue(officer, set_clock.now)[0]
    CodeCount.objects.create(holder=f"office {PROVINCE}", day=TODAY, issued=10)
    body = json.dumps({"report_type": "confirmed", "test_date": "2020-08-18"})
    answer = client.post(
        "/officer/api/cases", body, content_type="application/json", HTTP_AUTHORIZATION=f"Bearer {token}"
    )
    assert (answer.status_code, answer.json()["code"]) == (429, "quota_exceeded")


# --- the ministry's factor --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "factor"),
    [("5", 5), ("1,5", 1.5), ("0.1", 0.1), ("1000", 1_000), ("0", None), ("1001", None), ("x", None), ("1.555", None)],
)
def test_the_ministry_sets_the_factor(client, log_in, text, factor):
    log_in("ministry", "/")
    answer = client.post("/officer/cases/quota", {"place": "/", "factor": text})
    assert answer.status_code == (302 if factor else 400)
    assert quota.factor_of(PROVINCE) == (factor or 1)


def test_a_factor_of_one_province_is_that_provinces_and_can_be_removed(client, log_in):
    log_in("ministry", "/")
    client.post("/officer/cases/quota", {"place": PROVINCE, "factor": "20"})
    assert (quota.factor_of(PROVINCE), quota.factor_of("/63:92/")) == (20, 1)
    assert "× 20" in client.get("/officer/cases/quota").content.decode()
    client.post(f"/officer/cases/quota/{QuotaFactor.objects.get().pk}/remove")
    assert quota.factor_of(PROVINCE) == 1


def test_a_province_sees_its_factor_and_changes_none(client, log_in):
    log_in("province", PROVINCE, may_confirm=True)
    quota.set_factor(PROVINCE, 3)
    assert "Đặt hệ số" not in client.get("/officer/cases/quota").content.decode()
    client.post("/officer/cases/quota", {"place": PROVINCE, "factor": "500"})
    client.post(f"/officer/cases/quota/{QuotaFactor.objects.get().pk}/remove")
    assert quota.factor_of(PROVINCE) == 3


# --- the alarm --------------------------------------------------------------------------------------------------------


def test_codes_whose_fate_is_open_are_not_counted_yet(issue, phone):
    for _ in range(4):
        issue()
    phone.verify(issue())
    phone.clock.forward(hours=20)  # a day on in Viet Nam, and the codes live for four more hours
    code_use.job(phone.clock.now)
    assert list(CodeUse.objects.values_list("place", "issued", "used")) == [("/", 1, 1)]
    phone.clock.forward(hours=4)
    code_use.job(phone.clock.now)
    assert list(CodeUse.objects.values_list("day", "issued", "used")) == [(TODAY, 5, 1)]


def test_counts_outlive_the_codes_and_end_in_their_time(issue, phone):
    issue()
    phone.clock.forward(hours=25)
    code_use.job(phone.clock.now)
    OneTimeCode.objects.all().delete()
    code_use.job(phone.clock.now)
    assert CodeUse.objects.get().issued == 1
    for rule in retention.RULES:
        rule.purge(phone.clock.now + dt.timedelta(days=89))
    assert CodeUse.objects.exists()
    for rule in retention.RULES:
        rule.purge(phone.clock.now + dt.timedelta(days=91))
    assert not CodeUse.objects.exists()


def test_the_alarm_is_logged_once(now, caplog):
    uses(PROVINCE, *[6, 8] * 10)
    case = Case.objects.create(report_type="confirmed", test_date=TODAY, created_at=now, place=PROVINCE)
    yesterday = now - dt.timedelta(days=1)
    CodeUse.objects.filter(day=TODAY - dt.timedelta(days=1)).delete()
    for number in range(10):
        forms = {"digest": str(number), "long_digest": f"long {number}"}
        OneTimeCode.objects.create(case=case, **forms, issued_at=yesterday, expires_at=now, long_expires_at=now)
    caplog.set_level("WARNING")
    code_use.job(now)
    assert "codes of /63:93/: 0 of yesterday's 10 were used, 0 % where 69 % is usual" in caplog.text
    caplog.clear()
    code_use.job(now)
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("role", "place", "holds", "told"),
    [
        ("ministry", "/", False, True),
        ("province", PROVINCE, True, True),
        ("province", PROVINCE, False, False),
        ("province", "/63:92/", True, False),
        ("district", "/63:93/63:930/", True, False),
    ],
)
def test_the_alarm_is_a_task_of_the_ministry_and_of_the_provinces_health_authority(
    client, log_in, role, place, holds, told
):
    uses(PROVINCE, *[6, 8] * 10, 2)
    log_in(role, place, may_confirm=holds)
    text = due(client)
    assert ("được dùng ít hơn thường lệ" in text) is told
    if told:
        assert "Trong 10 mã của hôm qua có 2 mã được dùng: 20" in text
        assert "thường lệ" in client.get("/officer/cases/quota").content.decode()


def test_an_office_without_codes_yesterday_raises_no_alarm(now):
    uses(PROVINCE, *[6, 8] * 10, 0, until=TODAY - dt.timedelta(days=2))
    assert code_use.drops(now) == []


def test_the_page_lists_who_may_and_who_did(client, log_in):
    User.objects.create_user("cdc", role="district", place="/63:93/63:930/", may_confirm=True)
    CodeCount.objects.create(holder="office /63:93/63:935/", day=TODAY - dt.timedelta(days=3), issued=4)
    CodeCount.objects.create(holder="office /63:92/", day=TODAY, issued=10)
    log_in("ministry", "/")
    text = client.get("/officer/cases/quota").content.decode()
    assert text.split("</table>")[0].count("<tr>") == 4  # the head, and three offices
    assert "đã hết hạn mức" in text
