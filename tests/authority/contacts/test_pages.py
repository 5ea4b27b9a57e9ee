"""The queue of exposure reports: the own communes alone, in order, with every opened number and decision in the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.test import Client

from bluezone.authority.contacts import queries, rules, services
from bluezone.authority.contacts.models import Report
from bluezone.authority.contacts.rules import Outcome, Verdict
from bluezone.authority.officers.jurisdiction import place_of
from bluezone.authority.officers.models import User
from bluezone.authority.site import encryption
from bluezone.geography.units import UnitCode

NOW = dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC)
COMMUNE = place_of(UnitCode.parse("34:31471"))
PROVINCE = "/" + COMMUNE.split("/")[1] + "/"
NUMBER = "+84912345678"
SPOKEN = "0912 345 678"


@pytest.fixture
def reported(db: None, set_clock: Any) -> Callable[..., Report]:
    """Stores a judged report: `reported(verdict, risk=2, hours=30, place="/34:01/...")`."""
    set_clock.now = NOW

    def store(verdict: Verdict = Verdict.CONSISTENT, risk: int = 0, hours: int = 1, **fields: Any) -> Report:
        values = {
            "id_digest": f"{Report.objects.count():064d}",
            "place": COMMUNE,
            "day": NOW.date() - dt.timedelta(days=3),
            "quarters": 2,
            "nearness": "near",
            "probability": 80,
            "policy": "bluezone",
            "policy_version": "3",
            "received_at": NOW - dt.timedelta(hours=hours),
            "number": encryption.encrypt("number of an exposure report", NUMBER),
            "number_digest": "n",
            "evidence": b"",
            "verdict": verdict.value,
            "reason": "",
            "rank": rules.RANKS[verdict],
            "risk": risk,
        }
        return Report.objects.create(**values | fields)

    return store


@pytest.fixture
def as_officer(db: None, set_clock: Any) -> Callable[..., Client]:
    """A browser of an officer: `as_officer("commune", COMMUNE)`."""
    set_clock.now = NOW

    def log_in(role: str, place: str, language: str = "en") -> Client:
        name = f"{role}{place}".replace("/", ".")
        user, _ = User.objects.get_or_create(username=name, defaults={"role": role, "place": place})
        client = Client(headers={"accept-language": language})
        client.force_login(user)
        return client

    return log_in


def text(answer: Any) -> str:
    assert answer.status_code in (200, 400), answer.status_code
    return answer.content.decode()


def test_the_queue_is_by_verdict_then_risk_then_age(reported, as_officer):
    reported(risk=2, hours=40)
    young = reported(risk=2, hours=2)
    dull = reported(risk=0, hours=90)
    sure = reported(Verdict.CORROBORATED, risk=0, hours=1)
    reported(Verdict.REFUSED, hours=9, number=b"")
    rows = list(queries.judged(User(role="commune", place=COMMUNE, is_active=True)).order_by(*queries.ORDER))
    assert rows[0] == sure
    assert rows[-1] == dull
    assert rows[2] == young
    page = text(as_officer("commune", COMMUNE).get("/officer/contacts/"))
    assert page.index(f"/officer/contacts/{sure.pk}") < page.index(f"/officer/contacts/{dull.pk}")
    assert "4 people wait for a call, 2 longer than 24 hours." in page
    assert "1 refused report is not in the queue." in page


def test_no_number_is_in_the_queue_nor_on_a_reports_page(reported, as_officer):
    row = reported()
    officer = as_officer("commune", COMMUNE)
    for path in ("/officer/contacts/", f"/officer/contacts/{row.pk}"):
        assert "912345678" not in text(officer.get(path))


@pytest.mark.parametrize(
    ("role", "place", "sees"),
    [
        ("commune", COMMUNE, True),
        ("province", PROVINCE, True),
        ("ministry", "/", True),
        ("province", "/34:01/", False),
        ("commune", "/34:01/34:00004/", False),
    ],
)
def test_only_the_communes_of_the_jurisdiction_are_seen_and_decided(reported, as_officer, role, place, sees):
    row = reported()
    officer = as_officer(role, place)
    assert (f"/officer/contacts/{row.pk}" in text(officer.get("/officer/contacts/"))) is sees
    assert officer.get(f"/officer/contacts/{row.pk}").status_code == (200 if sees else 404)
    for path, sent in (("number", {"reason": "to call"}), ("decide", {"outcome": "f1"})):
        answer = officer.post(f"/officer/contacts/{row.pk}/{path}", sent)
        assert (answer.status_code != 404) is sees
        assert NUMBER in answer.content.decode() or path != "number" or not sees
    assert LogEntry.objects.filter(content_type__model="report").exists() is sees


def test_an_officer_reads_the_day_that_the_phone_names_and_goes_on_with_a_close_contact(reported, as_officer):
    row = reported()
    officer = as_officer("commune", COMMUNE)
    page = f"/officer/contacts/{row.pk}"
    day, next_day = (f"{each:%-d %b %Y}" for each in (row.day, row.day + dt.timedelta(days=1)))
    assert f"07:00, {day} to 07:00, {next_day}" in text(officer.get(page))
    assert officer.post(f"{page}/decide", {"outcome": "lost"}).headers["location"] == "/officer/contacts/"
    assert officer.post(f"{page}/decide", {"outcome": "f1"}).headers["location"] == page


@pytest.mark.parametrize(
    ("role", "place"), [("", ""), ("unit-head", COMMUNE + "7K3M-Q2XD/"), ("department", "/34:92/@1/")]
)
def test_who_directs_no_place_sees_no_contacts(reported, as_officer, role, place):
    row = reported()
    officer = as_officer(role, place)
    assert officer.get("/officer/contacts/").status_code in (403, 404)
    assert officer.get(f"/officer/contacts/{row.pk}").status_code in (403, 404)


def test_a_number_is_opened_for_a_reason_that_stands_in_the_log(reported, as_officer):
    row = reported()
    officer = as_officer("commune", COMMUNE)
    refused = officer.post(f"/officer/contacts/{row.pk}/number", {"reason": " "})
    assert refused.status_code == 400
    assert NUMBER not in refused.content.decode()
    assert not LogEntry.objects.filter(content_type__model="report").exists()
    opened = officer.post(f"/officer/contacts/{row.pk}/number", {"reason": "first call"})
    assert f'<a class="button" href="tel:{NUMBER}">{SPOKEN}</a>' in text(opened)
    assert "no-store" in opened["Cache-Control"]
    [entry] = LogEntry.objects.filter(content_type__model="report")
    assert (entry.actor.role, entry.additional_data["place"]) == ("commune", COMMUNE)
    assert entry.changes_dict["number"][1] == "first call"
    assert NUMBER not in str(entry.changes_dict) + entry.object_repr


@pytest.mark.parametrize(
    ("before", "outcome", "may"),
    [
        ("", Outcome.F1, True),
        ("", Outcome.NOT, True),
        ("", Outcome.LOST, True),
        (Outcome.LOST, Outcome.F1, True),
        (Outcome.LOST, Outcome.NOT, True),
        (Outcome.F1, Outcome.NOT, True),
        (Outcome.F1, Outcome.F1, False),
        (Outcome.F1, Outcome.LOST, False),
        (Outcome.LOST, Outcome.LOST, False),
        (Outcome.NOT, Outcome.F1, False),
        (Outcome.NOT, Outcome.NOT, False),
    ],
)
def test_what_may_be_decided_after_what(before, outcome, may):
    assert rules.may_decide(Verdict.CONSISTENT, before, outcome) is may
    assert not rules.may_decide(Verdict.REFUSED, before, outcome)
    assert not rules.may_decide("", before, outcome)


def test_a_decision_is_logged_and_no_contact_forgets_the_number(reported, as_officer):
    row = reported()
    officer = as_officer("commune", COMMUNE)
    assert officer.post(f"/officer/contacts/{row.pk}/decide", {"outcome": "f1"}).status_code == 302
    row.refresh_from_db()
    assert (row.outcome, row.decided_by.role) == ("f1", "commune")
    assert bytes(row.number) != b""
    assert officer.post(f"/officer/contacts/{row.pk}/decide", {"outcome": "not"}).status_code == 302
    row.refresh_from_db()
    assert bytes(row.number) == b""
    changes = [entry.changes_dict["outcome"] for entry in LogEntry.objects.filter(content_type__model="report")]
    assert sorted(changes) == [["", "f1"], ["f1", "not"]]
    assert "decided" in text(officer.get("/officer/changes"))


def test_of_two_officers_at_once_the_second_is_told(reported, as_officer):
    row = reported()
    stale = Report.objects.get(pk=row.pk)
    officer = User.objects.create_user("lan", role="commune", place=COMMUNE)
    services.decide(row, Outcome.NOT, officer, NOW)
    with pytest.raises(services.DecisionError):
        services.decide(stale, Outcome.F1, officer, NOW)
    answer = as_officer("commune", COMMUNE).post(f"/officer/contacts/{row.pk}/decide", {"outcome": "f1"})
    assert "Something else was decided" in text(answer)


@pytest.mark.parametrize("outcome", ["", "F1", "corroborated", "<script>", "f1' OR 1=1"])
def test_what_is_no_decision_changes_nothing(reported, as_officer, outcome):
    row = reported()
    officer = as_officer("commune", COMMUNE)
    assert officer.post(f"/officer/contacts/{row.pk}/decide", {"outcome": outcome}).status_code == 400
    row.refresh_from_db()
    assert row.outcome == ""


def test_a_report_that_is_refused_or_not_yet_judged_has_no_page(reported, as_officer):
    officer = as_officer("commune", COMMUNE)
    for fields in ({"verdict": Verdict.REFUSED}, {"verdict": Verdict.CONSISTENT}):
        row = reported(**fields)
        if fields["verdict"] is Verdict.CONSISTENT:
            Report.objects.filter(pk=row.pk).update(verdict="")
        assert officer.get(f"/officer/contacts/{row.pk}").status_code == 404


@pytest.mark.parametrize(
    ("verdict", "outcome", "found"), [("", "", 2), ("corroborated", "", 1), ("", "f1", 1), ("x", "y", 2)]
)
def test_the_queue_is_filtered_by_verdict_and_decision(reported, as_officer, verdict, outcome, found):
    reported()
    reported(Verdict.CORROBORATED)
    reported(outcome="f1")
    page = text(as_officer("commune", COMMUNE).get(f"/officer/contacts/?verdict={verdict}&outcome={outcome}"))
    assert page.count('<th scope="row"') == found


def test_who_waits_stands_on_the_home_page(reported, as_officer):
    reported(hours=30)
    home = text(as_officer("commune", COMMUNE).get("/officer/rollout/"))
    assert "1 person who reported an exposure waits for a call." in home
    assert "who reported an exposure" not in text(as_officer("province", "/34:01/").get("/officer/rollout/"))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_empty_queue_says_what_comes_here(as_officer, language):
    page = text(as_officer("commune", COMMUNE, language).get("/officer/contacts/"))
    assert ("Nobody here" if language == "en" else "Không có ai ở đây") in page
