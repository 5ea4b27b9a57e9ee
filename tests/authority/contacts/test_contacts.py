"""Contacts of cases: entered by hand or from a report, one person one row, the own jurisdiction alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.test import Client

from bluezone.authority.contacts import contact_queries, retention, tracing
from bluezone.authority.contacts.contact_rules import ContactError, Decision, FoundBy, Setting
from bluezone.authority.contacts.models import Contact, Meeting, Report
from bluezone.authority.contacts.tracing import Met
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.rules import Identity
from bluezone.authority.site import encryption

NOW = dt.datetime(2020, 8, 18, 5, tzinfo=dt.UTC)
TODAY = NOW.date()
HERE, THERE = "/63:93/", "/63:92/"
BACKEND = "django.contrib.auth.backends.ModelBackend"
MAI = Identity(name="Trần Thị Mai", telephone="+84912345678", document="093123456")


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def met(days: int = 1, **more: Any) -> Met:
    return Met(ago(days), **{"setting": Setting.OTHER} | more)


@pytest.fixture
def officers(db, set_clock) -> dict[str, User]:
    """Officers who may confirm cases, of two provinces and the ministry."""
    set_clock.now = NOW
    return {
        place: User.objects.create_user(f"officer {place}", role=role, place=place, may_confirm=True)
        for place, role in ((HERE, "province"), (THERE, "province"), ("/", "ministry"))
    }


@pytest.fixture
def browser_of(officers) -> Callable[..., Client]:
    def log_in(place: str = HERE, language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        client.force_login(officers[place], BACKEND)
        return client

    return log_in


@pytest.fixture
def by(officers) -> Issuer:
    return Issuer(officer=officers[HERE])


def case(place: str = HERE, tested: int = 2, **more: Any) -> Case:
    values = {"report_type": "confirmed", "status": "confirmed", "test_date": ago(tested)} | more
    return Case.objects.create(place=place, created_at=NOW, **values)


# --- entering ---------------------------------------------------------------------------------------------------------


def test_a_contact_of_two_cases_is_one_person(by):
    first, second = case(), case()
    mai = tracing.enter(first, MAI, met(1), by, NOW)
    again = tracing.enter(second, Identity(name="Mai", document="093 123 456".replace(" ", "")), met(2), by, NOW)
    assert again == mai
    assert Person.objects.count() == Contact.objects.count() == 1
    assert {row.case_id for row in mai.meetings.all()} == {first.pk, second.pk}
    tracing.enter(first, mai.person, met(1), by, NOW)  # the same said twice
    assert Meeting.objects.count() == 2


def test_a_telephone_number_makes_nobody_the_same_person(by):
    f0 = case()
    one = tracing.enter(f0, Identity(name="Mai", telephone=MAI.telephone), met(), by, NOW)
    other = tracing.enter(f0, Identity(name="Bình", telephone=MAI.telephone), met(), by, NOW)
    assert one != other


def test_a_person_known_to_another_office_is_not_found_by_this_one(by, officers):
    mai = tracing.enter(case(), MAI, met(), by, NOW)
    theirs = tracing.enter(case(THERE), MAI, met(), Issuer(officer=officers[THERE]), NOW)
    assert mai.person != theirs.person


def test_whoever_is_near_a_contact_is_second_order_until_a_case_is_met(by):
    f0 = case()
    mai = tracing.enter(f0, MAI, met(1), by, NOW)
    binh = tracing.enter(mai, Identity(name="Bình", document="093999999"), met(1), by, NOW)
    assert (mai.level, binh.level) == (1, 2)
    with pytest.raises(ContactError):
        tracing.enter(binh, Identity(name="An"), met(0), by, NOW)
    assert tracing.enter(f0, binh.person, met(0), by, NOW).level == 1


@pytest.mark.parametrize("days", [20, 5, -1])
def test_a_meeting_on_a_day_on_which_nobody_was_infectious_is_none(by, days):
    with pytest.raises(ContactError):
        tracing.enter(case(tested=2), MAI, met(days), by, NOW)
    assert not Contact.objects.exists()
    assert not Person.objects.exists()


def test_nobody_is_a_contact_of_their_own(by):
    f0 = case(person=persons.enter(MAI, HERE, NOW))
    with pytest.raises(ContactError):
        tracing.enter(f0, MAI, met(), by, NOW)


def test_a_reporter_who_was_decided_to_be_a_contact_is_found_by_the_app(by, browser_of):
    f0 = case(file_number="HG-1")
    fields = {"quarters": 2, "nearness": "near", "policy": "bluezone", "policy_version": "3", "evidence": b""}
    number = encryption.encrypt("number of an exposure report", MAI.telephone)
    report = Report.objects.create(
        id_digest="0" * 64, place=HERE, day=ago(2), received_at=NOW, number=number, number_digest="n",
        verdict="consistent", **fields,
    )  # fmt: skip
    office = browser_of()
    address = f"/officer/contacts/{report.pk}/enter"
    assert office.post(address, {"setting": "work"}).status_code == 400  # not decided yet
    assert "Enter among the contacts" not in office.get(f"/officer/contacts/{report.pk}").content.decode()
    Report.objects.update(outcome="f1")
    assert address in office.get(f"/officer/contacts/{report.pk}").content.decode()
    for wrong in ("HG-2", "<script>", "P-0000-000"):
        assert office.post(address, {"setting": "work", "case": wrong}).status_code == 400
    assert office.post(address, {"setting": "work", "case": "HG-1"}).status_code == 302
    found = Contact.objects.get()
    assert (found.decision, found.warned_at, found.called_at) == (Decision.CONTACT, NOW, NOW)
    meeting = found.meetings.get()
    assert (meeting.case, meeting.found_by, meeting.setting) == (f0, FoundBy.APP, Setting.WORK)
    assert persons.telephone_of(found.person) == MAI.telephone


def test_a_reporter_whose_source_nobody_knows_is_a_contact_all_the_same(by):
    mai = tracing.enter(None, MAI, met(1, found_by=FoundBy.APP), by, NOW, NOW)
    row = mai.meetings.get()
    assert row.case is None
    assert row.near is None


# --- the pages --------------------------------------------------------------------------------------------------------


def test_a_contact_is_entered_called_decided_isolated_and_becomes_a_case(browser_of):
    office, f0 = browser_of(), case()
    page = office.get(f"/officer/cases/{f0.pk}").content.decode()
    assert f"/officer/contacts/of-case/{f0.pk}" in page
    sent = {"day": ago(1).isoformat(), "setting": "household", "name": "Trần Thị Mai", "telephone": "0912345678"}
    answer = office.post(f"/officer/contacts/of-case/{f0.pk}/new", sent)
    assert answer.status_code == 302
    mai = Contact.objects.get()
    own = f"/officer/contacts/people/{mai.pk}"
    assert answer["Location"] == own
    assert "our call" in office.get(own).content.decode()
    assert office.post(f"{own}/call", {"reached": "reached"}).status_code == 302
    stay = f"/officer/isolation/new?pseudonym={mai.person.pseudonym}"
    assert stay not in office.get(own).content.decode()  # nobody is isolated undecided
    for what, more in (("decide", {"decision": "contact"}), ("isolated", {"isolated_on": ago(0)})):
        assert office.post(f"{own}/note/{what}", more).status_code == 302, what
        assert (stay in office.get(own).content.decode()) is (what == "decide")
    assert office.get(stay).status_code == 200
    mai.refresh_from_db()
    assert (mai.decision, mai.isolated_on) == ("contact", TODAY)
    assert "a test" in office.get(own).content.decode()
    opened = office.post(f"{own}/note/case")
    suspected = Case.objects.get(person=mai.person)
    assert opened["Location"] == f"/officer/cases/{suspected.pk}"
    assert suspected.status == "suspected"
    assert office.post(f"{own}/note/case")["Location"] == opened["Location"]  # not twice
    page = office.get(f"/officer/contacts/of-case/{f0.pk}").content.decode()
    assert mai.person.pseudonym in page
    assert "Trần Thị Mai" not in page
    assert "Mai" not in str(list(LogEntry.objects.values_list("changes", "object_repr")))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"day": "2020-08-01"}, "Select a valid choice|could not infect"),
        ({"name": ""}, "Give a name"),
        ({"setting": "moon"}, "Select a valid choice"),
        ({"site": "<script>alert(1)</script>"}, "No organisation of your register"),
        ({"pseudonym": "P-7K3M-Q2X"}, "Nobody of your office"),
        ({"telephone": "12"}, "no such telephone number"),
    ],
)
def test_a_mistake_is_said_and_nothing_is_stored(browser_of, fields, said):
    office, f0 = browser_of(), case()
    sent = {"day": ago(1).isoformat(), "setting": "other", "name": "Mai"} | fields
    answer = office.post(f"/officer/contacts/of-case/{f0.pk}/new", sent)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert any(each.casefold() in page.casefold() for each in said.split("|")), page
    assert "<script>alert" not in page
    assert not Contact.objects.exists()


def test_what_somebody_else_decided_meanwhile_is_said(browser_of, by):
    office, mai = browser_of(), tracing.enter(case(), MAI, met(), by, NOW)
    own = f"/officer/contacts/people/{mai.pk}/note"
    assert office.post(f"{own}/decide", {"decision": "not"}).status_code == 302
    for wrong in ("lost", "waiting", "nonsense", ""):
        assert office.post(f"{own}/decide", {"decision": wrong}).status_code == 409
    assert office.post(f"{own}/isolated", {"isolated_on": "2020-01-01"}).status_code == 409
    assert office.post(f"{own}/nothing").status_code == 404


def test_fields_that_no_form_has_change_nothing(browser_of):
    f0 = case()
    sent = {"day": ago(1).isoformat(), "setting": "other", "name": "Mai", "level": "2", "place": THERE,
            "decision": "contact", "found_by": "app"}  # fmt: skip
    assert browser_of().post(f"/officer/contacts/of-case/{f0.pk}/new", sent).status_code == 302
    row = Contact.objects.get()
    assert (row.level, row.place, row.decision, row.meetings.get().found_by) == (1, HERE, "waiting", "hand")


# --- whose it is ------------------------------------------------------------------------------------------------------


def test_another_province_sees_neither_contact_nor_case(browser_of, by):
    f0 = case()
    mai = tracing.enter(f0, MAI, met(), by, NOW)
    there = browser_of(THERE)
    own = f"/officer/contacts/people/{mai.pk}"
    for address in (own, f"/officer/contacts/of-case/{f0.pk}", f"{own}/new", f"/officer/contacts/of-case/{f0.pk}/new"):
        assert there.get(address).status_code == 404, address
    assert there.post(f"{own}/call", {"reached": "reached"}).status_code == 404
    for what in ("decide", "isolated", "negative", "case"):
        assert there.post(f"{own}/note/{what}", {"decision": "not"}).status_code == 404, what
    mai.refresh_from_db()
    assert (mai.decision, mai.called_at) == ("waiting", None)


def test_of_another_offices_case_a_contacts_page_says_nothing_but_that_it_is_one(browser_of, by):
    theirs = case(THERE, file_number="CT-9", person=persons.enter(Identity(name="Bình"), THERE, NOW))
    mai = tracing.enter(theirs, MAI, met(), by, NOW)
    page = browser_of().get(f"/officer/contacts/people/{mai.pk}").content.decode()
    assert "a case of another office" in page
    assert theirs.person.pseudonym not in page
    assert str(theirs.pk) not in page
    assert "CT-9" not in page


def test_who_lost_the_right_sees_no_contact(officers, by):
    tracing.enter(case(), MAI, met(), by, NOW)
    assert contact_queries.visible_contacts(officers[HERE]).count() == 1
    User.objects.update(may_confirm=False)
    assert contact_queries.visible_contacts(officers[HERE]).count() == 0
    assert contact_queries.editable_contacts(officers[HERE]).count() == 0


def test_contacts_go_after_half_a_year_with_their_meetings(by):
    tracing.enter(case(), MAI, met(), by, NOW)
    assert retention.purge_contacts(NOW + dt.timedelta(days=180)) == {"contacts": 0}
    assert retention.purge_contacts(NOW + dt.timedelta(days=181)) == {"contacts": 1}
    assert not Meeting.objects.exists()


def test_the_identity_goes_first_and_the_contact_stays_without_one(by, browser_of):
    mai = tracing.enter(case(), MAI, met(), by, NOW)
    Person.objects.all().delete()
    page = browser_of().get(f"/officer/contacts/people/{mai.pk}").content.decode()
    assert f"#{str(mai.pk)[:6]}" in page
