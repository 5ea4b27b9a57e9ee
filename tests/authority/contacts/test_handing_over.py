"""Contacts of a case that another office takes over: who goes along, who stays, who may open whom."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bluezone.authority.contacts import contact_queries, tracing
from bluezone.authority.contacts.contact_rules import Setting
from bluezone.authority.contacts.models import Contact
from bluezone.authority.contacts.tracing import Met
from bluezone.authority.diagnosis import case_services
from bluezone.authority.diagnosis.models import Case, Handover
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.rules import Identity

NOW = dt.datetime(2020, 8, 18, 5, tzinfo=dt.UTC)
HERE, THERE = "/63:93/", "/63:92/"


@pytest.fixture
def officers(db, set_clock) -> dict[str, User]:
    set_clock.now = NOW
    return {
        place: User.objects.create_user(f"officer {place}", role="province", place=place, may_confirm=True)
        for place in (HERE, THERE)
    }


@pytest.fixture
def by(officers) -> Issuer:
    return Issuer(officer=officers[HERE])


def case(name: str = "", place: str = HERE, **more: Any) -> Case:
    values = {"report_type": "confirmed", "status": "confirmed", "test_date": NOW.date() - dt.timedelta(days=1)} | more
    who = persons.enter(Identity(name=name), place, NOW) if name else None
    return Case.objects.create(place=place, created_at=NOW, person=who, **values)


def near(source: Case | Contact, who: str | Any, by: Issuer) -> Contact:
    met = Met(NOW.date(), Setting.HOUSEHOLD)
    return tracing.enter(source, Identity(name=who) if isinstance(who, str) else who, met, by, NOW)


def hand_over(row: Case) -> None:
    asked = case_services.hand_over(row, THERE, NOW)
    case_services.decide(asked, Handover.State.ACCEPTED, NOW)


def places(*rows: Contact) -> list[tuple[str, str]]:
    found = []
    for row in rows:
        row = Contact.objects.select_related("person").get(pk=row.pk)
        found.append((row.place, row.person.place if row.person is not None else ""))
    return found


def test_contacts_go_with_their_case_and_so_do_theirs_and_who_they_are(by, officers):
    f0 = case("An")
    mai = near(f0, "Mai", by)
    chi = near(mai, "Chi", by)
    assert not contact_queries.editable_contacts(officers[THERE]).exists()
    hand_over(f0)
    assert places(mai, chi) == [(THERE, THERE)] * 2
    assert set(contact_queries.editable_contacts(officers[THERE])) == {mai, chi}
    assert not contact_queries.visible_contacts(officers[HERE]).exists()
    assert persons.open_identity(mai.person.__class__.objects.get(pk=mai.person_id),
                                 Issuer(officer=officers[THERE]), "to call her").name == "Mai"  # fmt: skip


def test_a_contact_of_another_case_of_the_office_stays_and_so_does_who_met_it(by):
    gone, kept = case("An"), case("Ba")
    shared = near(gone, "Mai", by)
    near(kept, shared.person, by)
    own, after = near(gone, "Tú", by), near(shared, "Chi", by)
    hand_over(gone)
    assert places(shared, own, after) == [(HERE, HERE), (THERE, THERE), (HERE, HERE)]
    hand_over(kept)  # the other follows: nothing holds them any more
    assert places(shared, after) == [(THERE, THERE)] * 2


def test_a_withdrawn_case_holds_nobody_and_one_that_was_merged_holds_by_what_it_is(by):
    gone, no_case, kept, twin = case("An"), case("Ba"), case("Tư"), case("Tư hai")
    one, other = near(gone, "Mai", by), near(gone, "Chi", by)
    near(no_case, one.person, by)
    near(twin, other.person, by)
    Case.objects.filter(pk=no_case.pk).update(status="withdrawn")
    case_services.merge(kept, twin, NOW)
    hand_over(gone)
    assert places(one, other) == [(THERE, THERE), (HERE, HERE)]


def test_contacts_of_a_case_that_turned_out_to_be_this_one_go_along(by):
    kept, twin = case("An"), case("An hai")
    mai = near(twin, "Mai", by)
    case_services.merge(kept, twin, NOW)
    hand_over(kept)
    assert places(mai) == [(THERE, THERE)]


def test_who_became_a_case_stays_with_the_office_that_has_the_case_or_goes_with_it(by):
    f0 = case("An")
    mai = near(f0, "Mai", by)
    ill = tracing.open_case(mai, by, NOW)
    hand_over(f0)
    assert places(mai) == [(HERE, HERE)]
    Case.objects.filter(pk=ill.pk).update(status="confirmed")
    hand_over(Case.objects.get(pk=ill.pk))
    assert places(mai) == [(THERE, THERE)]


def test_the_new_office_reads_that_the_first_one_still_follows_a_contact(by, officers, client):
    row, other = case("Mai"), case("Tư")
    stays = near(row, "An", by)
    near(other, stays.person, by)
    hand_over(row)
    assert Contact.objects.get().place == HERE
    client.force_login(officers[THERE], "django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/officer/contacts/of-case/{row.pk}", headers={"accept-language": "en"}).content.decode()
    assert "Another office follows 1 contact of this case" in page
    assert "No contact is entered yet" not in page
    assert str(stays.pk) not in page


def test_contacts_of_other_offices_are_left_alone_and_declining_moves_nobody(by, officers):
    f0 = case("An")
    theirs = near(f0, "Mai", Issuer(officer=officers[THERE]))
    mine = near(f0, "Chi", by)
    Contact.objects.filter(pk=theirs.pk).update(place="/63:94/")
    asked = case_services.hand_over(f0, THERE, NOW)
    case_services.decide(asked, Handover.State.DECLINED, NOW)
    assert places(mine) == [(HERE, HERE)]
    hand_over(f0)
    assert [place for place, _ in places(theirs, mine)] == ["/63:94/", THERE]
