"""Handing over: at least once, never twice at the partner, nothing without an agreement."""

from __future__ import annotations

import datetime as dt
import json

import httpx
import pytest
from auditlog.models import LogEntry
from tests.authority.partners.conftest import HERE, NOW, case

from bluezone.authority.campaign.figures.models import DailyCount
from bluezone.authority.episodes.models import Episode
from bluezone.authority.partners import records, rules, sending, services
from bluezone.authority.partners.models import Agreement, Delivery
from bluezone.authority.partners.rules import AgreementError, Format, State
from bluezone.authority.persons import services as persons
from bluezone.authority.signing.models import SigningKey
from bluezone.exchange import dhis2
from bluezone.exchange.records import Measure

MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


def states(row: Agreement) -> dict[str, int]:
    return {each.value: row.deliveries.filter(state=each.value).count() for each in State}


def people(count: int) -> list[Episode]:
    made = []
    for number in range(count):
        row = case(tested=1)
        row.person = persons.enter(persons.identity_from(f"Người {number}", 1990), HERE, NOW)
        row.save()
        made.append(row.episode)
    return made


def test_who_is_known_is_handed_over_once_and_again_when_something_changed(agree, outbreak, partner, hand_over):
    row = agree()
    assert hand_over() == "2 handed over"
    assert states(row) == {"waiting": 0, "sent": 2, "dead": 0}
    assert partner.asked[0].headers["Authorization"] == "Bearer xyz"
    assert len(partner.of_kind("Patient")) == 2
    assert len(partner.of_kind("Condition")) == len(partner.of_kind("Task")) == 1
    assert "Mai" not in json.dumps(partner.kept, ensure_ascii=False)  # pseudonymous by default
    before = dict(partner.kept)
    assert hand_over(NOW + MINUTE) is None  # nothing changed
    _case, contact = outbreak
    contact.follow_up = "completed"
    contact.save()
    assert hand_over(NOW + 2 * MINUTE) == "1 handed over"
    assert partner.kept.keys() == before.keys()
    assert [each["status"] for each in partner.of_kind("Task")] == ["completed"]


def test_without_an_agreement_that_holds_nothing_leaves(agree, outbreak, partner, hand_over):
    row = agree(days=1)
    stopped = agree()
    services.end(stopped, NOW)
    assert (bytes(stopped.secret), services.terms_of(stopped).partner) == (b"", "HIS")
    assert hand_over(NOW + 3 * DAY) is None
    assert partner.asked == []
    row.refresh_from_db()
    assert row.trouble == "the agreement does not hold today"


@pytest.mark.parametrize("how", ["changed", "another key"])
def test_an_agreement_that_this_authority_did_not_sign_is_none(agree, outbreak, partner, hand_over, how):
    row = agree()
    if how == "changed":
        row.document = row.document.replace("partner.example", "thief.example")
    else:
        SigningKey.objects.filter(purpose="export").update(version="v9")
    row.save()
    with pytest.raises(AgreementError, match="not one that this authority signed"):
        services.terms_in_force(row, NOW)
    assert hand_over() is None
    assert partner.asked == []


def test_an_agreement_says_of_which_unit_and_of_whom(agree, outbreak, partner, hand_over):
    agree(place="/63:92/")
    agree(contents=("cases",))
    agree(contents=("contacts",), named=True)
    hand_over()
    sent = [json.loads(each.content) for each in partner.asked]
    kinds = [{entry["resource"]["resourceType"] for entry in each["entry"]} for each in sent]
    assert [("Condition" in each, "Task" in each) for each in kinds] == [(True, False), (False, True)]
    assert "Trần Thị Mai" in json.dumps(sent[1], ensure_ascii=False)
    assert LogEntry.objects.filter(changes__has_key="handed over", content_type__model="person").count() == 1


def test_a_partner_that_is_down_for_a_day_costs_time_and_nothing_else(agree, outbreak, partner, hand_over):
    row, down = agree(), [True]

    def answer(_request):
        if down[0]:
            raise httpx.ConnectError("refused")

    partner.answer = answer
    for minutes in range(0, 24 * 60, 5):
        hand_over(NOW + minutes * MINUTE)
    row.refresh_from_db()
    assert row.trouble == "ConnectError: refused"
    assert len(partner.asked) < 40  # asked more and more seldom
    assert states(row) == {"waiting": 2, "sent": 0, "dead": 0}
    down[0] = False
    assert hand_over(NOW + 26 * 60 * MINUTE) == "2 handed over"
    row.refresh_from_db()
    assert (row.failures, row.trouble, row.next_try_at) == (0, "", None)


def refusing(request, wrong: str):
    if wrong in request.content.decode():
        issue = {"severity": "error", "diagnostics": "HAPI-1094: wrong"}
        return httpx.Response(422, json={"resourceType": "OperationOutcome", "issue": [issue]})
    return None


def outcome(severity: str) -> dict[str, object]:
    return {"resourceType": "OperationOutcome", "issue": [{"severity": severity, "diagnostics": "HAPI-1094: wrong"}]}


def answered(request: httpx.Request, response: dict[str, object]) -> dict[str, object]:
    entries = [{"response": response}] * len(json.loads(request.content)["entry"])
    return {"resourceType": "Bundle", "type": "transaction-response", "entry": entries}


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        (lambda _request: outcome("error"), 0),
        (lambda request: answered(request, {"status": "200 OK", "outcome": outcome("error")}), 0),
        (lambda request: answered(request, {"status": "200 OK", "outcome": outcome("warning")}), 3),
    ],
    ids=["alone", "of each entry", "warnings"],
)
def test_200_with_errors_is_a_refusal_in_the_partners_words(agree, ministry, partner, hand_over, body, sent):
    row, _found = agree(), people(3)
    partner.answer = lambda request: httpx.Response(200, json=body(request))
    hand_over()
    assert states(row) == {"waiting": 0, "sent": sent, "dead": 3 - sent}
    assert all("HAPI-1094: wrong" in each.answer for each in row.deliveries.filter(state=State.DEAD.value))
    assert hand_over(NOW + MINUTE) is None


def test_the_one_that_is_wrong_is_found_and_sent_again_when_it_is_mended(agree, ministry, partner, hand_over):
    row, found = agree(), people(9)
    wrong = found[4].person.pseudonym
    partner.answer = lambda request: refusing(request, wrong)
    assert hand_over() == "8 handed over"
    [dead] = row.deliveries.filter(state=State.DEAD.value)
    assert (dead.episode, dead.answer) == (found[4], "HTTP 422: HAPI-1094: wrong")
    assert len(partner.asked) <= 9
    assert hand_over(NOW + MINUTE) is None  # until somebody sends it again
    partner.answer = lambda _request: None
    assert services.replay(row.deliveries.all(), NOW + 2 * MINUTE) == 1
    assert hand_over(NOW + 2 * MINUTE) == "1 handed over"
    assert len(partner.of_kind("Patient")) == 9


def test_a_server_that_accepts_half_gets_the_other_half_again(agree, ministry, partner, hand_over):
    row, first = agree(), [True]
    people(4)

    def half(request):
        if not first.pop() if first else True:
            return None
        sent = len(json.loads(request.content)["entry"])
        told = [{"response": {"status": "201 Created"}}] * (sent // 2)
        return httpx.Response(200, json={"resourceType": "Bundle", "entry": told})

    partner.answer = half
    assert hand_over() == "2 handed over"
    assert states(row)["waiting"] == 2
    assert hand_over(NOW + 2 * MINUTE) == "2 handed over"
    assert states(row) == {"waiting": 0, "sent": 4, "dead": 0}


def test_one_that_breaks_the_server_each_time_does_not_hold_up_the_others(agree, ministry, partner, hand_over):
    row, found = agree(), people(5)
    bad = found[0].person.pseudonym
    partner.answer = lambda request: httpx.Response(500) if bad in request.content.decode() else None
    for hours in range(40):
        hand_over(NOW + hours * 60 * MINUTE)
    assert states(row) == {"waiting": 0, "sent": 4, "dead": 1}
    assert row.deliveries.get(state="dead").episode == found[0]


def test_who_is_killed_between_sending_and_noting_sends_again_and_nothing_is_doubled(
    agree, outbreak, partner, hand_over, monkeypatch
):
    row = agree()

    def killed(*_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sending, "_settle", killed)
        with pytest.raises(KeyboardInterrupt):
            hand_over()
    kept = dict(partner.kept)
    assert states(row) == {"waiting": 2, "sent": 0, "dead": 0}
    assert hand_over(NOW + MINUTE) == "2 handed over"
    assert partner.kept == kept


def test_dhis2_gets_people_and_says_who_is_wrong(agree, outbreak, partner, hand_over):
    row = agree(Format.TRACKER, url="https://partner.example")
    wrong = dhis2.uid("enrolment", str(outbreak[1].pk))

    def answer(request):
        assert request.url.path == "/api/tracker"
        assert request.url.params["orgUnitIdScheme"] == "CODE"
        errors = [{"uid": wrong, "errorCode": "E1029", "message": "no such unit"}]
        return httpx.Response(200, json={"status": "WARNING", "validationReport": {"errorReports": errors}})

    partner.answer = answer
    hand_over()
    assert states(row) == {"waiting": 0, "sent": 1, "dead": 1}
    assert row.deliveries.get(state="dead").answer == "E1029 no such unit"


def test_dhis2_gets_the_figures_of_days_and_a_day_again_that_changed(agree, outbreak, partner, hand_over):
    row, yesterday = agree(Format.FIGURES, url="https://partner.example"), (NOW - DAY).date()
    DailyCount.objects.create(key="63:93", date=yesterday, origin="counted", source="devices", installs=70)
    told = []

    def answer(request):
        told.append(json.loads(request.content))
        return httpx.Response(200, json={"response": {"status": "SUCCESS"}})

    partner.answer = answer
    assert hand_over() == f"{rules.FIGURE_DAYS} handed over"
    values = [each for said in told for each in said["dataValues"]]
    element = dhis2.uid("data element", "figure installs")
    assert values == [{"dataElement": element, "period": f"{yesterday:%Y%m%d}", "orgUnit": "93", "value": "70"}]
    DailyCount.objects.update(installs=71)
    assert hand_over(NOW + MINUTE) == "1 handed over"
    assert states(row)["waiting"] == 0
    assert told[-1]["dataValues"][0]["value"] == "71"
    found = {each.measure: each.value for each in records.counts_of(services.terms_of(row), NOW.date())}
    assert found == {Measure.CASES: 1, Measure.CONTACTS: 1, Measure.FOLLOWED: 0}


def test_sormas_gets_persons_cases_and_contacts_in_this_order(agree, outbreak, partner, hand_over):
    row = agree(Format.SORMAS, url="https://partner.example/sormas-rest", account="U" * 20)
    paths = []

    def answer(request):
        paths.append(request.url.path.removeprefix("/sormas-rest"))
        if request.method == "GET":
            level = {"/regions/all/0": "93"}.get(paths[-1])
            return httpx.Response(200, json=[{"uuid": "R" * 20, "externalID": level}] if level else [])
        return httpx.Response(207, json=[{"statusCode": 200}] * len(json.loads(request.content)))

    partner.answer = answer
    hand_over()
    assert paths[3:] == ["/persons/push", "/cases/push", "/contacts/push"]
    assert states(row) == {"waiting": 0, "sent": 2, "dead": 0}


def test_what_was_handed_over_goes_with_the_episode(agree, outbreak, hand_over):
    row = agree()
    hand_over()
    outbreak[1].delete()
    assert Delivery.objects.filter(agreement=row).count() == 1
