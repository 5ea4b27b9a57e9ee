"""A code is sent from a case's page, kept no longer than needed, reminded of once, stopped with a reason."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from auditlog.models import LogEntry

from bluezone.authority.diagnosis import services as cases
from bluezone.authority.diagnosis.models import Case, CodeMessage, OneTimeCode, RanOut
from bluezone.authority.diagnosis.sending import job, rules
from bluezone.authority.diagnosis.sending.rules import State, Why
from bluezone.authority.persons.rules import Identity
from bluezone.protocol.one_time_codes import read_code, read_link
from bluezone.protocol.verification import tek_mac

NUMBER = "+84912345678"


@pytest.fixture
def case(issuer, phone) -> Case:
    made, _code, _row = cases.open_case(
        cases.NewCase("confirmed", test_date=dt.date(2020, 8, 18), file_number="HG-114"), issuer, phone.clock.now
    )
    return made


def code_in(text: str) -> str:
    """Return the long code of a message's link, else its digits."""
    if link := re.search(r"https://\S+", text):
        return read_link(link[0]).text
    return read_code("".join(re.findall(r"\d{4}", text)[:3])).text


def send(lan, case, number="0912 345 678", language="vi"):
    return lan.post(f"/officer/cases/{case.pk}/send", {"number": number, "language": language})


def test_a_code_is_sent_by_the_worker_and_its_link_works(lan, case, gateway, phone):
    assert send(lan, case).status_code == 302
    assert gateway.sent == []  # the page does not wait for the gateway
    assert job.send_due(phone.clock.now) == "1 codes sent"
    [(number, text)] = gateway.sent
    assert number == NUMBER
    assert phone.verify(code_in(text)).token
    assert CodeMessage.objects.get().state == State.SENT


@pytest.mark.parametrize(("language", "word"), [("vi", "mã của bạn"), ("en", "your code")])
def test_the_officer_chooses_the_language(lan, case, gateway, phone, language, word):
    send(lan, case, language=language)
    job.send_due(phone.clock.now)
    assert word in gateway.sent[0][1]


@pytest.mark.parametrize("number", ["", "12", "+1 202 555 0101"])
def test_a_number_that_takes_no_message_is_refused_and_issues_nothing(lan, case, gateway, number):
    before = OneTimeCode.objects.count()
    assert send(lan, case, number).status_code == 400
    assert OneTimeCode.objects.count() == before
    assert not CodeMessage.objects.exists()


def test_no_number_and_no_code_can_be_read_in_the_database(lan, case, gateway, phone, database_text):
    send(lan, case)
    code = None
    for _ in range(2):  # while it waits, and when it is sent
        text = database_text()
        assert "912345678" not in text
        job.send_due(phone.clock.now)
        code = code_in(gateway.sent[0][1])
        assert code not in database_text()
    assert code


def test_the_number_goes_when_the_code_is_used(lan, case, gateway, phone):
    send(lan, case)
    job.send_due(phone.clock.now)
    phone.verify(code_in(gateway.sent[0][1]))
    job.look_after(phone.clock.forward(minutes=1))
    row = CodeMessage.objects.get()
    assert (row.state, bytes(row.sealed), row.number_digest) == (State.USED, b"", "")


def test_the_number_goes_when_the_code_has_run_out_and_the_officer_has_a_task(lan, case, gateway, phone, officer):
    send(lan, case)
    job.send_due(phone.clock.now)
    job.look_after(phone.clock.forward(hours=24))
    row = CodeMessage.objects.get()
    assert (row.state, bytes(row.sealed), row.number_digest) == (State.RAN_OUT, b"", "")
    assert RanOut.objects.get().case == case
    lan.force_login(officer, "django.contrib.auth.backends.ModelBackend")  # a day later
    home = lan.get("/officer/", follow=True).content.decode()
    assert "/officer/cases/codes" in home
    page = lan.get("/officer/cases/codes").content.decode()
    assert "HG-114" in page
    job.look_after(phone.clock.forward(minutes=1))  # noted once
    assert RanOut.objects.count() == 1
    assert lan.post(f"/officer/cases/codes/{RanOut.objects.get().pk}/leave").status_code == 302
    job.look_after(phone.clock.forward(minutes=1))
    assert "HG-114" not in lan.get("/officer/cases/codes").content.decode()


def test_a_code_that_was_read_out_is_a_task_too_until_another_is_issued(case, issuer, phone, gateway):
    job.look_after(phone.clock.forward(hours=25))
    assert RanOut.objects.get().done_at is None
    cases.new_code(case, issuer, phone.clock.now)
    job.look_after(phone.clock.forward(minutes=1))
    assert RanOut.objects.get().done_at is not None
    job.look_after(phone.clock.forward(hours=25))  # that one ran out as well
    assert RanOut.objects.get().done_at is None


def test_without_a_worker_the_number_is_purged_after_a_day(lan, case, gateway, phone, environment):
    environment(public_url="https://ma.example.vn", long_code_life_s=7 * 86_400)
    send(lan, case)
    job.send_due(phone.clock.now)
    assert job.purge(phone.clock.forward(hours=23))["numbers_of_codes"] == 0
    assert job.purge(phone.clock.forward(hours=1))["numbers_of_codes"] == 1
    assert CodeMessage.objects.get().number_digest == ""
    assert job.purge(phone.clock.forward(days=14))["code_messages"] == 1


def test_there_is_one_reminder_and_it_comes_by_day(lan, case, gateway, phone):
    send(lan, case)  # 19:00 in Viet Nam
    job.send_due(phone.clock.now)
    for _ in range(11 * 60 // 20):  # until 06:00
        job.look_after(phone.clock.forward(minutes=20))
    assert len(gateway.sent) == 1
    job.look_after(phone.clock.forward(minutes=61))
    job.look_after(phone.clock.forward(minutes=1))
    [_, reminder] = gateway.to(NUMBER)
    assert "19:00 18/8" in reminder
    assert CodeMessage.objects.get().reminded_at == phone.clock.now - dt.timedelta(minutes=1)


def test_a_reminder_that_fails_is_not_sent_again(lan, case, gateway, phone):
    send(lan, case)
    job.send_due(phone.clock.now)
    gateway.refuses = lambda number: "http_500"
    job.look_after(phone.clock.forward(hours=13))
    gateway.refuses = lambda number: ""
    job.look_after(phone.clock.forward(minutes=1))
    assert len(gateway.sent) == 1


def test_sending_again_stops_the_code_before_and_uses_its_number(lan, case, gateway, phone):
    send(lan, case)
    job.send_due(phone.clock.now)
    assert "78" in lan.get(f"/officer/cases/{case.pk}").content.decode()
    assert send(lan, case, number="").status_code == 302
    job.send_due(phone.clock.now)
    first, second = (code_in(text) for text in gateway.to(NUMBER))
    assert not phone.verify(first).token
    assert phone.verify(second).token
    assert [row.state for row in CodeMessage.objects.order_by("pk")] == [State.STOPPED, State.SENT]


def test_the_number_of_who_it_is_serves_without_being_shown(lan, case, gateway, phone):
    cases.name_person(case, Identity(telephone=NUMBER), phone.clock.now)
    page = lan.get(f"/officer/cases/{case.pk}").content.decode()
    assert "345678" not in page
    assert send(lan, case, number="").status_code == 302
    job.send_due(phone.clock.now)
    assert gateway.to(NUMBER)


@pytest.mark.parametrize(
    ("button", "state", "word"), [("stop", "stopped", "invalid"), ("run_out", "ran-out", "expired")]
)
def test_a_code_is_ended_with_a_reason_that_stands_in_the_audit_log(lan, case, gateway, phone, button, state, word):
    send(lan, case)
    job.send_due(phone.clock.now)
    answer = lan.post(f"/officer/cases/{case.pk}/stop", {"reason": "wrong-number", button: ""})
    assert answer.status_code == 302
    row = CodeMessage.objects.get()
    assert (row.state, row.number_digest) == (state, "")
    assert word in phone.verify(code_in(gateway.sent[0][1])).error_code
    entry = LogEntry.objects.filter(content_type__model="onetimecode").order_by("-pk")[0]
    assert entry.changes_dict["stopped"] == ["None", "wrong-number"]
    again = lan.post(f"/officer/cases/{case.pk}/stop", {"reason": "wrong-number", button: ""})
    assert again.status_code == 409


def test_a_code_is_not_ended_without_a_reason(lan, case, gateway):
    assert lan.post(f"/officer/cases/{case.pk}/stop", {"reason": "because"}).status_code == 400
    assert not OneTimeCode.objects.exclude(burnt_at=None).exists()


def test_a_stopped_message_that_waits_is_not_sent(lan, case, gateway, phone):
    send(lan, case)
    lan.post(f"/officer/cases/{case.pk}/stop", {"reason": "wrong-number", "stop": ""})
    job.send_due(phone.clock.now)
    assert gateway.sent == []


def test_a_gateway_that_refuses_is_asked_five_times_and_the_code_is_stopped(lan, case, gateway, phone):
    gateway.refuses = lambda number: "http_400"
    send(lan, case)
    for _ in range(20):
        job.send_due(phone.clock.now)
        phone.clock.forward(minutes=1)
    row = CodeMessage.objects.get()
    assert (gateway.tries, row.state, row.why) == (rules.MAX_TRIES, State.REFUSED, Why.GATEWAY)
    assert OneTimeCode.objects.order_by("-pk")[0].burnt_at is not None


def test_where_no_messages_are_sent_the_page_says_how_else(lan, case, phone, environment):
    environment(sms="off")
    assert "/send" not in lan.get(f"/officer/cases/{case.pk}").content.decode()
    assert send(lan, case).status_code == 409


def test_without_an_address_of_the_server_the_message_is_good_as_long_as_its_digits(
    lan, case, gateway, phone, environment
):
    environment(public_url=None)
    send(lan, case)
    row = OneTimeCode.objects.order_by("-pk")[0]
    assert row.long_expires_at == row.expires_at
    assert CodeMessage.objects.get().keep_until == row.expires_at


def test_every_code_keeps_the_hours_of_issue_use_and_publication(lan, case, gateway, phone):
    from bluezone.authority.diagnosis import retention

    phone.clock.forward(minutes=7, seconds=9)
    send(lan, case)
    job.send_due(phone.clock.now)
    keys = phone.keys()
    certificate = phone.certify(code_in(gateway.sent[0][1]), tek_mac(keys, phone.hmac_key))
    phone.clock.forward(minutes=10)
    assert phone.upload(keys, certificate).inserted_exposures == len(keys)
    row = OneTimeCode.objects.order_by("-pk")[0]
    assert row.published_at == dt.datetime(2020, 8, 18, 12, tzinfo=dt.UTC)
    assert row.issued_at.minute == 7
    for rule in retention.RULES:
        if rule.purge is not None:
            rule.purge(phone.clock.now + dt.timedelta(days=4))
    row.refresh_from_db()
    assert {row.issued_at, row.used_at, row.published_at} == {dt.datetime(2020, 8, 18, 12, tzinfo=dt.UTC)}
