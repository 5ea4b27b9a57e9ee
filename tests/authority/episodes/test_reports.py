"""People whose phone warned: a report that is to be called opens an episode with a task; there is no second queue."""

from __future__ import annotations

import datetime as dt

import pytest
from auditlog.models import LogEntry
from tests.authority.episodes.conftest import HERE, MAI, NOW, THERE, ago, case

from bluezone.authority.episodes import services
from bluezone.authority.episodes.models import Episode
from bluezone.authority.episodes.rules import ContactError
from bluezone.authority.episodes.words import Decision, Setting
from bluezone.authority.officers import audit_log
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.models import Person
from bluezone.authority.reports import retention, signals
from bluezone.authority.reports.models import Report
from bluezone.authority.work.models import Task

SPOKEN = "0912 345 678"


def tasks() -> list[tuple[str, int]]:
    return list(Task.objects.filter(state="open").order_by("-urgency", "due_at", "pk").values_list("kind", "urgency"))


def test_who_reported_is_to_be_called_the_corroborated_first_whatever_phones_say(reported):
    rows = [
        reported(risk=2, number="+84911111111"),
        reported(risk=0, number="+84922222222"),
        reported("corroborated", risk=0, number="+84933333333"),
        reported("corroborated", risk=2, number="+84944444444"),
    ]
    assert tasks() == [("call", 2), ("call", 1), ("call", 0), ("call", 0)]
    assert [row.decision for row in rows] == ["waiting"] * 4
    first = Task.objects.order_by("-urgency")[0]
    assert (first.source_key, first.place) == (str(rows[3].pk), HERE)
    assert (rows[0].role, rows[0].warned_at) == ("f1", NOW)
    assert persons.telephone_of(rows[0].person) == "+84911111111"


def test_of_one_number_there_is_one_call_and_a_day_more(reported):
    first, again = reported(day=ago(3)), reported(day=ago(1))
    assert first == again
    again.refresh_from_db()
    assert (again.first_contact_on, again.last_contact_on, again.exposures.count()) == (ago(3), ago(1), 2)
    assert tasks() == [("call", 0)]
    assert reported(number="+84955555555") != first
    assert reported(place=THERE) != first


def test_a_late_list_makes_the_call_more_urgent(reported):
    row = reported(risk=2)
    report = Report.objects.get()
    report.verdict = "corroborated"
    report.save()
    signals.corroborated.send(sender=Report, report=report, now=NOW)
    assert tasks() == [("call", 2)]
    assert Episode.objects.get() == row


def test_the_page_says_what_the_phone_said_and_no_number(reported, browser_of):
    row = reported("corroborated", day=ago(3))
    page = browser_of().get(f"/officer/contacts/people/{row.pk}", follow=True).content.decode()
    for said in (
        f"<small>{ago(3):%-d %b %Y}, ",
        "corroborated",
        "near for about 25 minutes",
        "a close contact is likely",
    ):
        assert said in page, said
    assert "nobody knows whom" in page
    listed = browser_of().get("/officer/work/").content.decode()
    assert row.person.pseudonym in listed
    for text in (page, listed):
        assert "912345678" not in text


def test_a_number_is_opened_for_a_reason_that_stands_in_the_log(reported, browser_of):
    row, office = reported(), browser_of()
    address = f"/officer/persons/{row.person.pseudonym}"
    refused = office.post(address, {"reason": " "})
    assert refused.status_code == 400
    assert "912345678" not in refused.content.decode()
    opened = office.post(address, {"reason": "first call"})
    assert MAI.telephone in opened.content.decode()
    assert "no-store" in opened["Cache-Control"]
    entry = LogEntry.objects.filter(content_type__model="person", additional_data__has_key="typed").get()
    assert (entry.actor.place, audit_log.typed(entry)) == (HERE, {"opened": "first call"})
    assert "912345678" not in str(entry.changes_dict) + entry.object_repr


@pytest.mark.parametrize(("place", "sees"), [(HERE, True), (THERE, False)])
def test_only_those_of_the_jurisdiction_are_seen_and_decided(reported, browser_of, place, sees):
    row, office = reported(place="/63:93/63:930/63:31318/"), browser_of(place)
    own = f"/officer/contacts/people/{row.pk}"
    assert (own in office.get("/officer/work/?whose=all").content.decode()) is sees
    assert office.get(own, follow=True).status_code == (200 if sees else 404)
    assert office.post(f"{own}/note/decide", {"decision": "contact"}).status_code == (302 if sees else 404)


def test_who_cares_for_a_place_opens_the_number(reported, browser_of, officers):
    """The nearest office that may confirm cases, there or above."""
    assert reported(place="/63:93/63:930/63:31318/", number="+84911111111").person.place == HERE
    assert reported(place="/63:12/", number="+84922222222").person.place == "/"
    User.objects.create_user("commune", role="commune", place="/63:93/63:930/63:31318/", may_confirm=True)
    assert reported(place="/63:93/63:930/63:31318/", number="+84933333333").person.place == "/63:93/63:930/63:31318/"
    User.objects.update(may_confirm=False)
    assert reported(place="/63:12/", number="+84944444444").person.place == "/63:12/"


def test_of_who_is_no_contact_the_number_is_deleted_at_once(reported, officers):
    row = reported()
    services.decide(row, Decision.NOT, officers[HERE], NOW)
    assert not Person.objects.exists()
    assert tasks() == []
    row.refresh_from_db()
    assert (row.person, row.decision) == (None, "not")
    assert reported() != row  # a report of another day is looked at anew


def test_of_two_officers_at_once_the_second_is_told(reported, officers, browser_of):
    row = reported()
    services.decide(row, Decision.NOT, officers[HERE], NOW)
    with pytest.raises(ContactError):
        services.decide(row, Decision.LOST, officers[HERE], NOW)
    answer = browser_of().post(f"/officer/contacts/people/{row.pk}/note/decide", {"decision": "lost"})
    assert answer.status_code == 409


def test_whose_contact_it_is_the_call_may_tell(reported, browser_of, by):
    f0, row, office = case(file_number="HG-1"), reported(), browser_of()
    own = f"/officer/contacts/people/{row.pk}"
    assert f"{own}/source" in office.get(own, follow=True).content.decode()
    for wrong in ("HG-2", "<script>", "P-0000-000", ""):
        assert office.post(f"{own}/source", {"setting": "work", "case": wrong}).status_code == 400
    assert office.post(f"{own}/source", {"setting": "work", "case": "HG-1"}).status_code == 302
    exposure = row.exposures.get()
    assert (exposure.source.case, exposure.found_by, exposure.setting) == (f0, "app", Setting.WORK)
    assert f"{own}/source" not in office.get(own, follow=True).content.decode()
    with pytest.raises(ContactError):  # somebody was quicker
        services.name_source(row, services.of_case(f0, NOW), Setting.WORK, "", by, NOW)


def test_a_report_that_is_taken_back_takes_the_number_and_the_task_along(reported):
    reported()
    report = Report.objects.get()
    signals.taken_back.send(sender=Report, report=report, now=NOW)
    assert not Episode.objects.exists()
    assert not Person.objects.exists()
    assert tasks() == []


def test_a_report_that_is_taken_back_leaves_who_was_decided_to_be_a_contact(reported, officers):
    row = reported()
    services.decide(row, Decision.CONTACT, officers[HERE], NOW)
    signals.taken_back.send(sender=Report, report=Report.objects.get(), now=NOW)
    Report.objects.get().delete()
    row.refresh_from_db()
    assert row.decision == "contact"
    assert row.exposures.get().report is None


def test_one_of_two_reports_that_is_taken_back_leaves_the_other(reported):
    row = reported(day=ago(3))
    reported(day=ago(1))
    signals.taken_back.send(sender=Report, report=Report.objects.get(day=ago(3)), now=NOW)
    row.refresh_from_db()
    assert (row.first_contact_on, row.exposures.count()) == (ago(1), 1)
    assert tasks() == [("call", 0)]


def test_the_number_goes_three_weeks_after_the_report_unless_it_is_a_contacts(reported, officers):
    row = reported()
    assert row.person.expires_on == (NOW + dt.timedelta(days=21)).date()
    services.decide(row, Decision.CONTACT, officers[HERE], NOW)
    row.person.refresh_from_db()
    assert row.person.expires_on == (NOW + dt.timedelta(days=90)).date()
    retention.purge_reports(NOW + dt.timedelta(days=22))
    row.refresh_from_db()
    assert row.exposures.get().report is None


@pytest.mark.parametrize(
    ("role", "place"), [("", ""), ("unit-head", HERE + "7K3M-Q2XD/"), ("department", "/63:93/@1/"), ("commune", HERE)]
)
def test_who_may_not_confirm_cases_sees_no_contacts(reported, client, role, place):
    row = reported()
    client.force_login(User.objects.create_user("x", role=role, place=place))
    assert client.get(f"/officer/contacts/people/{row.pk}").status_code == 403
