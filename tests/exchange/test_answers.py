"""What other systems answer, and what becomes of what was sent."""

from __future__ import annotations

import json

import pytest
from tests.exchange.conftest import CASE, TURNED

from bluezone.exchange import answers, dhis2
from bluezone.exchange.answers import Verdict

T, A, R = Verdict.TAKEN, Verdict.AGAIN, Verdict.REFUSED
ERROR = {"resourceType": "OperationOutcome", "issue": [
    {"severity": "information", "diagnostics": "all is well"},
    {"severity": "error", "diagnostics": "HAPI-0389: no such code"}]}  # fmt: skip


def entries(*statuses, **outcome):
    told = [{"response": {"status": each} | outcome} for each in statuses]
    return {"resourceType": "Bundle", "type": "transaction-response", "entry": told}


@pytest.mark.parametrize(
    ("status", "body", "verdicts", "text"),
    [
        (200, entries("200 OK", "201 Created"), [T, T], ""),
        (200, entries("201", "422 Unprocessable", outcome=None), [T, R], "422 Unprocessable"),
        # one that accepts half, and says nothing of the rest
        (200, entries("201 Created"), [T, A], "1 answers to 2 entries"),
        (200, entries("201 Created", "503"), [T, A], "503"),
        # 200, and errors inside
        (200, ERROR, [R, R], "HAPI-0389: no such code"),
        (200, entries("200", "200", outcome=ERROR), [R, R], "HAPI-0389"),
        (200, {"resourceType": "Patient"}, [R, R], "Patient"),
        (200, b"<html>it works", [A, A], "it works"),
        (200, b"", [A, A], "HTTP 200"),
        (422, ERROR, [R, R], "HTTP 422: HAPI-0389"),
        (400, b"no", [A, A], "HTTP 400: no"),
        (401, ERROR, [A, A], "HTTP 401"),
        (403, b"", [A, A], "HTTP 403"),
        (429, b"slow down", [A, A], "slow down"),
        (500, ERROR, [A, A], "HAPI-0389"),
        (503, b"\xff\xfe", [A, A], "HTTP 503"),
        (301, b"", [R, R], "HTTP 301"),
    ],
)
def test_a_bundle(status, body, verdicts, text):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    found = answers.of_bundle(status, data, 2)
    assert [each.verdict for each in found] == verdicts
    assert text in " ".join(each.text for each in found)
    assert all(len(each.text) <= answers.MOST_TEXT for each in found)


def tracker(*errors, status="OK"):
    return {"status": status, "stats": {}, "validationReport": {"errorReports": list(errors)}}


WRONG = {"uid": dhis2.uid("person", CASE.person), "errorCode": "E1064", "message": "Non-unique attribute"}


@pytest.mark.parametrize(
    ("status", "body", "verdicts", "text"),
    [
        (200, tracker(), [T, T], ""),
        (200, tracker(WRONG, status="WARNING"), [R, T], "E1064 Non-unique attribute"),
        (409, tracker(WRONG, status="ERROR"), [R, T], "E1064"),
        (409, tracker(status="ERROR"), [R, R], "ERROR"),
        (200, {"status": "OK"}, [A, A], "OK"),
        (404, {"message": "no program"}, [R, R], "no program"),
        (503, b"", [A, A], "HTTP 503"),
    ],
)
def test_a_tracker_import(status, body, verdicts, text):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    found = answers.of_tracker(status, data, [dhis2.uids(CASE), dhis2.uids(TURNED)])
    assert [each.verdict for each in found] == verdicts
    assert text in " ".join(each.text for each in found)


@pytest.mark.parametrize(
    ("status", "body", "verdict", "text"),
    [
        (200, {"response": {"status": "SUCCESS", "importCount": {"updated": 3}}}, T, ""),
        (409, {"response": {"status": "WARNING", "conflicts": [{"object": "31441", "value": "no unit"}]}}, R,
         "31441: no unit"),
        (200, {"status": "ERROR"}, R, "ERROR"),
        (200, b"hello", A, "hello"),
        (502, b"", A, "HTTP 502"),
    ],
)  # fmt: skip
def test_data_values(status, body, verdict, text):
    found = answers.of_data_values(status, body if isinstance(body, bytes) else json.dumps(body).encode())
    assert (found.verdict, text in found.text) == (verdict, True)


@pytest.mark.parametrize(
    ("status", "body", "verdicts", "text"),
    [
        (207, [{"statusCode": 200}, {"statusCode": 200}], [T, T], ""),
        (207, [{"statusCode": 200}, {"statusCode": 422, "body": "no region"}], [T, R], "HTTP 422: no region"),
        (207, [{"statusCode": 500}, {}], [A, A], "HTTP 500"),
        (207, [{"statusCode": 200}], [A, A], "HTTP 207"),
        (400, b"not valid", [R, R], "not valid"),
        (401, b"", [A, A], "HTTP 401"),
    ],
)
def test_a_list_of_entities(status, body, verdicts, text):
    found = answers.of_list(status, body if isinstance(body, bytes) else json.dumps(body).encode(), 2)
    assert [each.verdict for each in found] == verdicts
    assert text in " ".join(each.text for each in found)
