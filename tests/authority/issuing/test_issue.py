"""The admin API: codes for the machines of health offices."""

from __future__ import annotations

import json
import uuid

import pytest
from auditlog.models import LogEntry
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bluezone.authority.diagnosis.models import Case, CodeCount, CodeMessage, OneTimeCode, RanOut
from bluezone.authority.diagnosis.sending import job
from bluezone.authority.issuing.models import ExternalIssuerDay
from bluezone.authority.messages.models import SendingFailure
from bluezone.authority.messages.sms import SmsError
from bluezone.authority.officers import api_keys
from bluezone.authority.officers.models import ApiKey

from .conftest import PHONE, PROVINCE

HANDLE = "8f5c1a52-0a3b-4f5e-9d29-3a3f6f0c9c11"


def test_a_machine_issues_a_code_that_a_phone_redeems(machine, phone):
    answer = machine(PROVINCE).issue()
    body = answer.json()
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert set(body) == {
        *("uuid", "code", "expiresAt", "expiresAtTimestamp", "longExpiresAt", "longExpiresAtTimestamp", "padding")
    }
    case = Case.objects.get(id=body["uuid"])
    assert (case.place, case.report_type, str(case.onset_date)) == (PROVINCE, "confirmed", "2020-08-16")
    row = case.codes.get()
    assert body["expiresAtTimestamp"] == int(row.expires_at.timestamp()) == body["longExpiresAtTimestamp"]
    assert body["expiresAt"] == "Tue, 18 Aug 2020 13:00:00 UTC"
    assert phone.verify(body["code"]).token


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"testType": "sure"}, 400, "invalid_test_type"),
        ({"symptomDate": None}, 400, "missing_date"),
        ({"symptomDate": "2020-08-20"}, 400, "invalid_date"),
        ({"phone": "+49 1512 3456789"}, 400, "phone_number_invalid"),
        ({"phone": PHONE}, 400, ""),  # no gateway
        ({"onlyGenerateSMS": True}, 400, ""),  # no number
        ({"uuid": "case 12"}, 400, "unparsable_request"),
        ({"tzOffset": 5_000}, 400, "unparsable_request"),
        ({"unknown": 1}, 400, "unparsable_request"),
        ({"externalIssuerID": "x" * 256}, 400, "unparsable_request"),
        ({"phone": PHONE, "onlyGenerateSMS": True, "smsTemplateLabel": "de"}, 400, "sms_failure"),
    ],
)
def test_what_cannot_be_is_refused_in_the_words_of_the_reference(machine, fields, status, code):
    answer = machine().issue(**fields)
    body = answer.json()
    assert (answer.status_code, body["errorCode"]) == (status, code), body
    assert body["error"]
    assert not Case.objects.exists()


@pytest.mark.parametrize("body", [b"{", b"[]"])
def test_what_is_no_request_is_unparsable(machine, body):
    answer = machine().post("/api/issue", body)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "unparsable_request")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["testType", "symptomDate", "phone", "uuid", "codes", "tzOffset", "x"]), inner
            )
        ),
        max_leaves=8,
    )
)
def test_garbage_never_breaks_it(machine, garbage):
    sender = machine()
    for path in ("issue", "batch-issue", "checkcodestatus", "expirecode"):
        assert sender.post(f"/api/{path}", json.dumps(garbage).encode()).status_code in {200, 400, 404}


def test_the_same_uuid_issues_one_code(machine):
    sender = machine()
    assert sender.issue(uuid=HANDLE).json()["uuid"] == HANDLE
    again = sender.issue(uuid=HANDLE.upper())
    assert (again.status_code, again.json()["errorCode"]) == (409, "uuid_already_exists")
    assert machine(PROVINCE).issue(uuid=HANDLE).status_code == 409
    assert OneTimeCode.objects.count() == 1


# --- keys, rights, quota ----------------------------------------------------------------------------------------------


def test_only_a_good_admin_key_opens_it(machine, phone):
    good = machine()
    for path in ("issue", "batch-issue", "checkcodestatus", "expirecode"):
        for role in (ApiKey.Role.DEVICE, ApiKey.Role.STATISTICS):
            other = machine("/", role)
            other.client = good.client
            answer = other.post(f"/api/{path}", {})
            assert (answer.status_code, answer.json()["errorCode"]) == (401, "unauthorized")
        for secret in ("", "wrong"):
            assert good.post(f"/api/{path}", {}, **{"X-API-Key": secret}).status_code == 401
    api_keys.revoke(good.key, phone.clock.now)
    assert good.issue().status_code == 401
    assert not Case.objects.exists()


def test_an_office_without_the_right_issues_nothing(machine):
    answer = machine(PROVINCE, may_confirm=False).issue()
    assert (answer.status_code, answer.json()["errorCode"]) == (403, "forbidden")
    assert not Case.objects.exists()


def test_the_quota_of_the_day_bounds_a_key(machine, phone):
    sender = machine(PROVINCE)
    assert [sender.issue().status_code for _ in range(11)] == [200] * 10 + [429]
    assert sender.issue().json()["errorCode"] == "quota_exceeded"
    assert CodeCount.objects.get(holder=f"key {sender.key.pk}").issued == 10
    phone.clock.forward(days=1)
    assert sender.issue().status_code == 200


def test_the_audit_log_names_the_key_and_not_the_code(machine):
    sender = machine(PROVINCE)
    code = sender.issue().json()["code"]
    entries = LogEntry.objects.filter(content_type__model="onetimecode")
    assert [each.additional_data for each in entries] == [{"place": PROVINCE, "key": sender.key.label}]
    assert code not in repr(list(LogEntry.objects.values_list()))


def test_neither_key_nor_code_nor_number_is_kept_in_clear(machine, messages, database_text):
    sender = machine()
    code = sender.issue(phone=PHONE).json()["code"]
    kept = database_text()
    for secret in (sender.secret, code, PHONE, PHONE[3:]):
        assert secret not in kept


# --- messages ---------------------------------------------------------------------------------------------------------


def test_a_code_goes_to_the_number(machine, phone, messages):
    body = machine().issue(phone="0912 345 678").json()
    [(number, text)] = messages.sent
    assert number == PHONE
    assert "https://ma.example.vn/v?c=" in text
    assert body["longExpiresAtTimestamp"] == body["expiresAtTimestamp"] + 23 * 3_600
    assert "generatedSMS" not in body
    assert phone.verify(text.rsplit("c=", 1)[1]).token, "the link's code is good, too"


def test_a_code_that_was_sent_is_reminded_of_once_and_its_number_forgotten(machine, phone, messages):
    machine().issue(phone="0912 345 678", smsTemplateLabel="en")
    used = machine().issue(phone="0987654321").json()["code"]
    phone.verify(used)
    phone.clock.forward(hours=12)  # seven in the morning where people are
    for _ in range(2):
        job.look_after(phone.clock.now)
    [reminder] = messages.sent[2:]
    assert reminder[0] == PHONE
    assert "still waits" in reminder[1]
    phone.clock.forward(hours=12)
    job.look_after(phone.clock.now)
    assert sorted(CodeMessage.objects.values_list("state", "number_digest")) == [("ran-out", ""), ("used", "")]
    assert RanOut.objects.count() == 1  # a task of the office


def test_whose_own_gateway_sends_or_who_reports_alone_leaves_no_number(machine, messages):
    assert machine().issue(phone=PHONE, onlyGenerateSMS=True).status_code == 200
    assert machine().issue(phone=PHONE, testType="user-report").status_code == 200
    assert not CodeMessage.objects.exists()


def test_a_machine_with_a_gateway_of_its_own_gets_the_text(machine, messages):
    body = machine().issue(phone=PHONE, onlyGenerateSMS=True, smsTemplateLabel="en").json()
    assert messages.sent == []
    assert body["phone"] == PHONE
    assert body["generatedSMS"].startswith("Bluezone: your code ")


def test_a_code_whose_message_fails_is_withdrawn(machine, messages):
    messages.failure = SmsError("the gateway answered HTTP 503", "http_503")
    answer = machine(PROVINCE).issue(phone=PHONE)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "sms_failure")
    assert not Case.objects.exists()
    assert SendingFailure.objects.values_list("place", "code", "count").get() == (PROVINCE, "http_503", 1)


# --- batches ----------------------------------------------------------------------------------------------------------

ONE = {"testType": "confirmed", "symptomDate": "2020-08-16"}


def test_a_batch_issues_each_code_as_if_alone(machine, phone):
    answer = machine().post("/api/batch-issue", {"codes": [ONE, {"testType": "likely"}, ONE, {}]})
    body = answer.json()
    assert (answer.status_code, body["errorCode"]) == (400, "missing_date")
    assert body["error"].startswith("Failed to issue 2 codes. Issued 2 codes successfully.")
    assert [each.get("errorCode", "") for each in body["codes"]] == ["", "missing_date", "", "invalid_test_type"]
    assert all(phone.verify(body["codes"][place]["code"]).token for place in (0, 2))
    assert all("padding" not in each for each in body["codes"])


def test_a_batch_of_good_ones_is_good(machine):
    answer = machine().post("/api/batch-issue", {"codes": [ONE] * 10})
    assert answer.status_code == 200
    assert len({each["uuid"] for each in answer.json()["codes"]}) == 10
    assert "error" not in answer.json()


def test_a_batch_has_ten_at_most(machine):
    answer = machine().post("/api/batch-issue", {"codes": [ONE] * 11})
    assert (answer.status_code, answer.json()["error"]) == (400, "batch size limit [10] exceeded")
    assert not Case.objects.exists()


def test_a_batch_beyond_the_quota_gives_what_there_is(machine):
    sender = machine()
    sender.post("/api/batch-issue", {"codes": [ONE] * 8})
    answer = sender.post("/api/batch-issue", {"codes": [ONE] * 4})
    assert answer.status_code == 429
    assert [each.get("errorCode", "") for each in answer.json()["codes"]] == ["", "", *["quota_exceeded"] * 2]


# --- what became of a code --------------------------------------------------------------------------------------------


def test_the_state_of_a_code_is_asked_for_by_its_uuid(machine, phone):
    sender = machine(PROVINCE)
    issued = sender.issue().json()
    asked = {"uuid": issued["uuid"]}
    before = sender.post("/api/checkcodestatus", asked).json()
    assert (before["claimed"], before["expiresAtTimestamp"]) == (False, issued["expiresAtTimestamp"])
    phone.verify(issued["code"])
    assert sender.post("/api/checkcodestatus", asked).json()["claimed"] is True


@pytest.mark.parametrize("path", ["/api/checkcodestatus", "/api/expirecode"])
def test_of_other_offices_nobody_learns_which_codes_there_are(machine, path):
    handle = machine(PROVINCE).issue().json()["uuid"]
    for sender, asked in ((machine("/63:92/"), handle), (machine(), handle), (machine(PROVINCE), str(uuid.uuid4()))):
        answer = sender.post(path, {"uuid": asked})
        assert (answer.status_code, answer.json()["errorCode"]) == (404, "code_not_found")


def test_an_ended_code_opens_nothing(machine, phone):
    sender = machine()
    issued = sender.issue().json()
    phone.clock.forward(minutes=1)
    answer = sender.post("/api/expirecode", {"uuid": issued["uuid"]})
    now = int(phone.clock.now.timestamp())
    assert answer.json() | {"padding": ""} == {
        "uuid": issued["uuid"],
        "expiresAtTimestamp": now,
        "longExpiresAtTimestamp": now,
        "padding": "",
    }
    assert phone.verify(issued["code"]).error_code == "code_expired"
    phone.clock.forward(minutes=1)
    again = sender.post("/api/expirecode", {"uuid": issued["uuid"]})
    assert (again.status_code, again.json()["expiresAtTimestamp"]) == (200, now)


def test_a_used_code_cannot_be_ended(machine, phone):
    sender = machine()
    issued = sender.issue().json()
    phone.verify(issued["code"])
    answer = sender.post("/api/expirecode", {"uuid": issued["uuid"]})
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "code_already_claimed")


def test_who_a_machine_names_is_counted_and_not_kept_with_the_case(machine, database_text):
    sender = machine(PROVINCE)
    for name in ("ward 3", "ward 3", "ward 4"):
        sender.issue(externalIssuerID=name)
    rows = ExternalIssuerDay.objects.order_by("issuer").values_list("place", "issuer", "issued")
    assert list(rows) == [(PROVINCE, "ward 3", 2), (PROVINCE, "ward 4", 1)]
    assert database_text().count("ward 3") == 1


def test_every_answer_has_one_size(machine):
    sender = machine()
    sizes = {
        len(sender.issue().content),
        len(sender.issue(testType="x").content),
        len(sender.post("/api/checkcodestatus", {"uuid": HANDLE}).content),
        len(sender.post("/api/issue", b"{").content),
    }
    assert sizes == {4_096}
