"""Contacts of cases: entered by hand, one person one open episode, the own jurisdiction alone."""

from __future__ import annotations

import datetime as dt

import pytest
from auditlog.models import LogEntry
from tests.authority.episodes.conftest import HERE, MAI, NOW, THERE, TODAY, ago, case, met

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.episodes import queries, retention, services
from bluezone.authority.episodes.models import Episode, Exposure
from bluezone.authority.episodes.rules import ContactError
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.rules import Identity

#: who was ever a contact: cases have episodes, too
CONTACTS = Episode.objects.exclude(contact_role="")


# --- entering ---------------------------------------------------------------------------------------------------------


def test_a_contact_of_two_cases_is_one_person(by):
    first, second = case(), case()
    mai = services.enter(first, MAI, met(1), by, NOW)
    again = services.enter(second, Identity(name="Mai", document="093 123 456".replace(" ", "")), met(2), by, NOW)
    assert again == mai
    assert Person.objects.count() == CONTACTS.count() == 1
    assert {row.source.case_id for row in mai.exposures.all()} == {first.pk, second.pk}
    services.enter(first, mai.person, met(1), by, NOW)  # the same said twice
    assert Exposure.objects.count() == 2


def test_a_telephone_number_makes_nobody_the_same_person(by):
    f0 = case()
    one = services.enter(f0, Identity(name="Mai", telephone=MAI.telephone), met(), by, NOW)
    other = services.enter(f0, Identity(name="Bình", telephone=MAI.telephone), met(), by, NOW)
    assert one != other


def test_a_person_known_to_another_office_is_not_found_by_this_one(by, officers):
    mai = services.enter(case(), MAI, met(), by, NOW)
    theirs = services.enter(case(THERE), MAI, met(), Issuer(officer=officers[THERE]), NOW)
    assert mai.person != theirs.person


def test_whoever_is_near_a_contact_is_second_order_until_a_case_is_met(by):
    f0 = case()
    mai = services.enter(f0, MAI, met(1), by, NOW)
    binh = services.enter(mai, Identity(name="Bình", document="093999999"), met(1), by, NOW)
    assert (mai.role, binh.role) == ("f1", "f2")
    with pytest.raises(ContactError):
        services.enter(binh, Identity(name="An"), met(0), by, NOW)
    assert services.enter(f0, binh.person, met(0), by, NOW).role == "f1"


@pytest.mark.parametrize("days", [20, 5, -1])
def test_a_meeting_on_a_day_on_which_nobody_was_infectious_is_none(by, days):
    with pytest.raises(ContactError):
        services.enter(case(tested=2), MAI, met(days), by, NOW)
    assert not CONTACTS.exists()
    assert not Person.objects.exists()


def test_nobody_is_a_contact_of_their_own(by):
    f0 = case(person=persons.enter(MAI, HERE, NOW))
    with pytest.raises(ContactError):
        services.enter(f0, MAI, met(), by, NOW)


# --- the pages --------------------------------------------------------------------------------------------------------


def test_a_contact_is_entered_called_decided_isolated_and_becomes_a_case(browser_of):
    office, f0 = browser_of(), case()
    page = office.get(f"/officer/cases/{f0.pk}").content.decode()
    assert f"/officer/contacts/of-case/{f0.pk}" in page
    sent = {"day": ago(1).isoformat(), "setting": "household", "name": "Trần Thị Mai", "telephone": "0912345678"}
    answer = office.post(f"/officer/contacts/of-case/{f0.pk}/new", sent)
    assert answer.status_code == 302
    mai = CONTACTS.get()
    own = f"/officer/contacts/people/{mai.pk}"
    assert answer["Location"] == own
    assert "our call" in office.get(own, follow=True).content.decode()
    assert office.post(f"{own}/call", {"reached": "reached"}).status_code == 302
    stay = f"/officer/isolation/new?pseudonym={mai.person.pseudonym}"
    assert stay not in office.get(own, follow=True).content.decode()  # nobody is isolated undecided
    for what, more in (("decide", {"decision": "contact"}), ("isolated", {"isolated_on": ago(0)})):
        assert office.post(f"{own}/note/{what}", more).status_code == 302, what
        assert (stay in office.get(own, follow=True).content.decode()) is (what == "decide")
    assert office.get(stay).status_code == 200
    mai.refresh_from_db()
    assert (mai.decision, mai.isolated_on) == ("contact", TODAY)
    assert "a test" in office.get(own, follow=True).content.decode()
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
    assert not CONTACTS.exists()


def test_what_somebody_else_decided_meanwhile_is_said(browser_of, by):
    office, mai = browser_of(), services.enter(case(), MAI, met(), by, NOW)
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
    row = CONTACTS.get()
    assert (row.role, row.place, row.decision, row.exposures.get().found_by) == ("f1", HERE, "waiting", "hand")


# --- whose it is ------------------------------------------------------------------------------------------------------


def test_another_province_sees_neither_contact_nor_case(browser_of, by):
    f0 = case()
    mai = services.enter(f0, MAI, met(), by, NOW)
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
    mai = services.enter(theirs, MAI, met(), by, NOW)
    page = browser_of().get(f"/officer/contacts/people/{mai.pk}", follow=True).content.decode()
    assert "a case of another office" in page
    assert theirs.person.pseudonym not in page
    assert str(theirs.pk) not in page
    assert "CT-9" not in page


def test_who_lost_the_right_sees_no_contact(officers, by):
    services.enter(case(), MAI, met(), by, NOW)
    assert queries.visible(officers[HERE]).count() == 2
    User.objects.update(may_confirm=False)
    assert queries.visible(officers[HERE]).count() == 0
    assert queries.editable(officers[HERE]).count() == 0


def test_contacts_go_after_half_a_year_with_their_meetings(by):
    services.enter(case(), MAI, met(), by, NOW)
    assert retention.purge_episodes(NOW + dt.timedelta(days=180)) == {"episodes": 0}
    assert retention.purge_episodes(NOW + dt.timedelta(days=181)) == {"episodes": 2}
    assert not Exposure.objects.exists()


def test_the_identity_goes_first_and_the_contact_stays_without_one(by, browser_of):
    mai = services.enter(case(), MAI, met(), by, NOW)
    Person.objects.all().delete()
    page = browser_of().get(f"/officer/contacts/people/{mai.pk}", follow=True).content.decode()
    assert f"#{str(mai.pk)[:6]}" in page
