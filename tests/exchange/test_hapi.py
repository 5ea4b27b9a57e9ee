"""Answers that HAPI FHIR JPA 8.8.0 gave, with its validation on, to resources of ours: recorded, and read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bluezone.exchange import answers
from bluezone.exchange.answers import Verdict

ANSWERS = json.loads(Path(__file__).with_name("hapi-8.8.0.json").read_text("utf-8"))
T, R = Verdict.TAKEN, Verdict.REFUSED


def said(name):
    status, body = ANSWERS[name]["status"], ANSWERS[name]["body"]
    sent = len(body.get("entry", [0] * 6))
    return body, answers.of_bundle(status, json.dumps(body).encode(), sent)


@pytest.mark.parametrize(("name", "status"), [("sent 1", "201 Created"), ("sent 2", "200 OK")])
def test_a_transaction_is_taken_and_sent_again_changes_nothing(name, status):
    body, outcomes = said(name)
    assert len(outcomes) == 22
    assert {each.verdict for each in outcomes} == {T}
    assert {(each["response"]["status"], each["response"]["etag"]) for each in body["entry"]} == {(status, "1")}


def test_what_changed_is_a_second_version_of_the_same_resource():
    body, outcomes = said("changed")
    assert {each.verdict for each in outcomes} == {T}
    assert {each["response"]["status"] for each in body["entry"]} == {"200 OK"}
    assert {each["response"]["etag"] for each in body["entry"]} == {"1", "2"}


@pytest.mark.parametrize(
    ("name", "verdicts", "text"),
    [
        ("wrong", [R] * 6, "woman"),
        ("unknown", [R] * 6, "Unrecognized property 'shoe'"),
        ("dangling", [R] * 6, "HAPI-1094: Resource Patient/999999 not found"),
        ("half", [T, R, R, R, R, R], "HAPI-0541: Unable to satisfy placeholder ID"),
    ],
)
def test_a_refusal_is_told_in_its_own_words(name, verdicts, text):
    _body, outcomes = said(name)
    assert [each.verdict for each in outcomes] == verdicts
    assert text in " ".join(each.text for each in outcomes)
