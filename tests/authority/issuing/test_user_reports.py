"""Codes by text message for people who report by themselves."""

from __future__ import annotations

import datetime as dt
import secrets

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bluezone.authority.diagnosis.models import Case, OneTimeCode
from bluezone.authority.issuing import user_reports
from bluezone.authority.issuing.models import UserReport, UserReportRequest
from bluezone.authority.issuing.user_reports import Budget, NumberFacts
from bluezone.authority.messages import sms as outbox
from bluezone.authority.messages.models import OutgoingMessage, SendingFailure
from bluezone.authority.messages.sms import SmsError
from bluezone.protocol.messages import VerifyRequest, VerifyResponse
from bluezone.protocol.user_reports import UserReportRequest as Asked
from bluezone.protocol.user_reports import UserReportResponse

from .conftest import PHONE

NOON = dt.datetime(2020, 8, 18, 12, tzinfo=dt.UTC)
TODAY = NOON.date()
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("facts", "allowed"),
    [
        (NumberFacts(), True),
        (NumberFacts(reported_on=TODAY), False),
        (NumberFacts(reported_on=TODAY - 89 * DAY), False),
        (NumberFacts(reported_on=TODAY - 90 * DAY), True),
        (NumberFacts(sent_at=(NOON,)), False),
        (NumberFacts(sent_at=(NOON - 89 * MINUTE,)), False),
        (NumberFacts(sent_at=(NOON - 90 * MINUTE,)), True),
        (NumberFacts(sent_at=(NOON - 300 * MINUTE, NOON - 200 * MINUTE)), True),
        (NumberFacts(sent_at=(NOON - 400 * MINUTE, NOON - 300 * MINUTE, NOON - 200 * MINUTE)), False),
        (NumberFacts(sent_at=(NOON - 1 * DAY, NOON - 300 * MINUTE, NOON - 200 * MINUTE)), True),
    ],
)
def test_a_number_reports_once_in_90_days_and_gets_few_messages(facts, allowed):
    assert user_reports.may_send(facts, NOON, TODAY) is allowed


@pytest.mark.parametrize(
    ("address", "everywhere", "spent"),
    [
        (0, 0, None),
        (4, 9, None),
        (5, 9, Budget.ADDRESS),
        (4, 10, Budget.ALL),
        (5, 10, Budget.ALL),
    ],
)
def test_budgets_of_a_day(address, everywhere, spent):
    assert user_reports.spent(address, everywhere, 5, 10) is spent


def asked(**fields) -> Asked:
    facts = {"phone": PHONE, "nonce": secrets.token_bytes(256), "test_date": TODAY - 2 * DAY}
    return Asked(**(facts | fields))


def ask(phone, request: Asked, **headers) -> UserReportResponse:
    return UserReportResponse.from_json(phone.post("/api/user-report", request.to_json("x" * 500), **headers).content)


def code_sent(messages, at: dt.datetime) -> str:
    """The digits of the newest message."""
    outbox.send_due(at)
    text = messages.sent[-1][1]
    return text.split("bạn ")[1].split(" (")[0].replace(" ", "")


def redeem(phone, code: str, nonce: bytes = b"") -> VerifyResponse:
    request = VerifyRequest(code, ("user-report",), nonce=nonce)
    return VerifyResponse.from_json(phone.post("/api/verify", request.to_json()).content)


def test_a_person_reports_without_a_health_office(phone, messages):
    request = asked()
    answer = ask(phone, request)
    assert (answer.error, answer.error_code) == ("", "")
    assert answer.expires_at_s == int(phone.clock.now.timestamp()) + 3_600
    assert messages.sent == [], "the answer waits for no gateway"
    code = code_sent(messages, phone.clock.now)
    assert messages.sent[0][0] == PHONE
    assert redeem(phone, code).error_code == "code_invalid", "only the phone that asked"
    assert redeem(phone, code, secrets.token_bytes(256)).error_code == "code_invalid"
    done = redeem(phone, code, request.nonce)
    assert (done.test_type, done.test_date) == ("user-report", TODAY - 2 * DAY)
    assert done.token


def test_the_answer_is_one_whether_a_number_is_known_or_not(phone, messages):
    first = phone.post("/api/user-report", asked().to_json())
    second = phone.post("/api/user-report", asked().to_json())
    assert OutgoingMessage.objects.count() == 1, "the second gets no message"
    assert (first.status_code, len(first.content)) == (second.status_code, len(second.content))
    assert first.json() | {"padding": ""} == second.json() | {"padding": ""}
    assert Case.objects.count() == OneTimeCode.objects.count() == UserReport.objects.count() == 1


def test_the_database_does_the_same_whether_a_number_is_known_or_not(phone, messages):
    def statements(number: str) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            ask(phone, asked(phone=number))
        kinds = [query["sql"].split(" ")[0] for query in captured]
        return [kind for kind in kinds if kind not in {"RELEASE", "ROLLBACK"}]

    statements("+84912345670")  # the first request of a window counts more
    unknown = statements(PHONE)
    assert statements(PHONE) == statements(PHONE) == unknown
    assert unknown.count("INSERT") >= 5


def test_a_number_that_reported_gets_no_message_for_90_days(phone, messages):
    request = asked()
    ask(phone, request)
    assert redeem(phone, code_sent(messages, phone.clock.now), request.nonce).token
    user_reports.settle(phone.clock.now)
    report = UserReport.objects.get()
    assert (report.reported_on, report.code) == (TODAY, None), "nothing leads from the number to the case"
    for days in (1, 30, 58):
        phone.clock.forward(days=days)
        user_reports.settle(phone.clock.now)
        assert ask(phone, asked(test_date=phone.clock.now.date())).error == ""
        assert not OutgoingMessage.objects.exists()
    phone.clock.forward(days=1)
    user_reports.settle(phone.clock.now)
    ask(phone, asked(test_date=phone.clock.now.date()))
    assert OutgoingMessage.objects.count() == 1


def test_a_code_that_nobody_used_leaves_the_number_free_and_no_case(phone, messages):
    ask(phone, asked())
    phone.clock.forward(minutes=91)
    ask(phone, asked())
    assert OutgoingMessage.objects.count() == 2
    user_reports.settle(phone.clock.forward(hours=23))
    assert UserReport.objects.count() == 1
    user_reports.settle(phone.clock.forward(days=1))
    assert not UserReport.objects.exists()
    assert not Case.objects.exists()


def test_a_number_is_known_in_whatever_form_it_is_given(phone, messages):
    ask(phone, asked())
    ask(phone, asked(phone="0912 345 678"))
    ask(phone, asked(phone="84 912345678".replace("84 ", "+84 ")))
    assert OutgoingMessage.objects.count() == 1


def test_neither_number_nor_code_nor_nonce_is_kept_in_clear(phone, messages, database_text):
    request = asked()
    ask(phone, request)
    kept = database_text()
    code = code_sent(messages, phone.clock.now)
    for secret in (PHONE, PHONE[3:], code, request.nonce.hex(), repr(request.nonce)[2:-1]):
        assert secret not in kept


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "unparsable_request"),
        (b"[]", 400, "unparsable_request"),
        (b"{}", 400, "missing_nonce"),
        (b'{"nonce": "AAAA", "phone": "+84912345678"}', 400, "unparsable_request"),
        (b'{"nonce": "?", "phone": "+84912345678"}', 400, "unparsable_request"),
        (asked().to_json().replace(PHONE.encode(), b""), 400, "missing_phone"),
        (asked(phone="12").to_json(), 400, "phone_number_invalid"),
        (asked(phone="+4915123456789").to_json(), 400, "phone_number_invalid"),
        (asked(phone="+842838291234").to_json(), 400, "phone_number_invalid"),
        (asked(test_date=None).to_json(), 400, "missing_date"),
        (asked(test_date=TODAY + 2 * DAY).to_json(), 400, "invalid_date"),
        (asked(test_date=TODAY - 30 * DAY).to_json(), 400, "invalid_date"),
        (asked(symptom_date=TODAY - 30 * DAY).to_json(), 400, "invalid_date"),
        (asked().to_json().replace(b'"2020-08-16"', b'"yesterday"'), 400, "unparsable_request"),
    ],
)
def test_what_cannot_be_is_refused_in_the_words_of_the_reference(phone, messages, body, status, code):
    answer = phone.post("/api/user-report", body)
    assert (answer.status_code, answer.json()["errorCode"]) == (status, code)
    assert not OutgoingMessage.objects.exists()


def test_it_is_off_until_the_ministry_turns_it_on(phone, messages, environment):
    environment(user_reports=False)
    assert ask(phone, asked()).error_code == "unsupported_test_type"
    assert not Case.objects.exists()


def test_it_cannot_be_turned_on_without_a_gateway(read_with):
    with pytest.raises(Exception, match="BLUEZONE_SMS is off"):
        read_with(BLUEZONE_USER_REPORTS="on")
    assert read_with(BLUEZONE_USER_REPORTS="on", BLUEZONE_SMS="file").user_reports


def test_a_budget_counts_requests_of_known_numbers_like_others(phone, messages, environment):
    environment(user_reports_of_address=3, user_reports_a_day=5)
    same = [ask(phone, asked()).error_code for _ in range(4)]
    assert same == ["", "", "", "quota_exceeded"]
    others = [ask(phone, asked(), REMOTE_ADDR=f"198.51.100.{n}").error_code for n in range(4)]
    assert others == ["", "", "quota_exceeded", "quota_exceeded"], "five in all"
    phone.clock.forward(days=1, seconds=1)
    assert ask(phone, asked(test_date=TODAY)).error_code == ""


def test_a_decoy_sends_nothing_and_uses_nothing_up(phone, messages):
    answer = phone.post("/api/user-report", asked().to_json(), headers={"X-Chaff": "1"})
    real = phone.post("/api/user-report", asked().to_json())
    assert (answer.status_code, len(answer.content), set(answer.json())) == (
        real.status_code,
        len(real.content),
        set(real.json()),
    )
    assert OutgoingMessage.objects.count() == UserReportRequest.objects.count() == Case.objects.count() == 1


# --- the machine's way to it ------------------------------------------------------------------------------------------


def test_a_machine_asks_for_a_user_report_without_a_nonce(machine, phone, messages):
    sender = machine()
    body = sender.issue(testType="user-report", phone=PHONE).json()
    assert messages.sent[0][0] == PHONE
    assert body["longExpiresAtTimestamp"] == body["expiresAtTimestamp"]
    assert (
        VerifyResponse.from_json(phone.post("/api/verify", VerifyRequest(body["code"]).to_json()).content).test_type
        == "user-report"
    )
    again = sender.issue(testType="user-report", phone=PHONE)
    assert again.status_code == 200
    assert set(again.json()) == {"expiresAt", "expiresAtTimestamp", "padding"}


@pytest.mark.parametrize(("fields", "code"), [({}, "missing_phone"), ({"phone": "12"}, "phone_number_invalid")])
def test_a_machines_user_report_needs_a_number(machine, messages, fields, code):
    assert machine().issue(testType="user-report", **fields).json()["errorCode"] == code


def test_a_number_may_ask_again_when_the_machines_message_failed(machine, messages):
    messages.failure = SmsError("down", "unreachable")
    assert machine().issue(testType="user-report", phone=PHONE).json()["errorCode"] == "sms_failure"
    assert not UserReport.objects.exists()


# --- the outbox -------------------------------------------------------------------------------------------------------


def test_a_gateway_that_fails_is_asked_three_times_and_counted(phone, messages):
    ask(phone, asked())
    messages.failure = SmsError("down", "http_503")
    now = phone.clock.now
    for wait_s in (0, 29, 1, 59, 1, 600):
        outbox.send_due(now := now + dt.timedelta(seconds=wait_s))
    assert SendingFailure.objects.values_list("code", "count").get() == ("http_503", 3)
    assert not OutgoingMessage.objects.exists()


def test_a_message_is_sent_once_and_forgotten(phone, messages):
    ask(phone, asked())
    assert outbox.send_due(phone.clock.now) == "1 codes sent"
    assert outbox.send_due(phone.clock.forward(minutes=5)) is None
    assert (len(messages.sent), OutgoingMessage.objects.count()) == (1, 0)


def test_a_message_whose_code_has_run_out_is_dropped(phone, messages):
    ask(phone, asked())
    outbox.send_due(phone.clock.forward(hours=1))
    assert (messages.sent, OutgoingMessage.objects.count()) == ([], 0)


def test_a_killed_worker_sends_a_message_three_times_at_most(phone, messages, monkeypatch):
    class Killed(BaseException):
        pass

    def killed(number: str, text: str) -> None:
        messages.sent.append((number, text))
        raise Killed

    monkeypatch.setattr("bluezone.authority.messages.sms.sender", lambda: killed)
    ask(phone, asked())
    for _ in range(3):
        with pytest.raises(Killed):
            outbox.send_due(phone.clock.forward(minutes=5))
    outbox.send_due(phone.clock.forward(minutes=5))
    assert len(messages.sent) == 3
    assert not OutgoingMessage.objects.exists()
