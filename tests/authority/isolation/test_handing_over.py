"""A case that another office takes over: the stays that belong to it are asked for, and go when they are accepted."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.authority.isolation.conftest import ADDRESS, COMMUNE, DAY, MORNING, OTHER_COMMUNE

from bluezone.authority.contacts import contact_queries, tracing, warning
from bluezone.authority.contacts.contact_rules import Decision, Setting
from bluezone.authority.contacts.models import Contact
from bluezone.authority.contacts.tracing import Met
from bluezone.authority.diagnosis import case_services
from bluezone.authority.diagnosis.models import Case, Handover
from bluezone.authority.isolation import queries, services
from bluezone.authority.isolation.models import Move, Stay
from bluezone.authority.isolation.rules import Reason
from bluezone.authority.isolation.services import Entry, Spot
from bluezone.authority.keys.second_order import services as second_order
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.persons.rules import Identity
from bluezone.authority.signing import services as signing

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def health(db, morning) -> dict[str, User]:
    """Officers of two communes who may confirm cases."""
    return {
        place: User.objects.create_user(f"health {place}", role="commune", place=place, may_confirm=True)
        for place in (COMMUNE, OTHER_COMMUNE)
    }


@pytest.fixture
def f1(health) -> Contact:
    """A contact of a case of the first commune."""
    case = Case.objects.create(
        place=COMMUNE, created_at=MORNING, report_type="confirmed", status="confirmed", test_date=DAY
    )
    contact = tracing.enter(case, Identity(name="Mai"), Met(DAY, Setting.HOUSEHOLD), by(health), MORNING)
    tracing.decide(contact, Decision.CONTACT, MORNING)
    return contact


def by(health: dict[str, User]) -> Issuer:
    return Issuer(officer=health[COMMUNE])


def isolated(contact: Contact, officer: User) -> Stay:
    entry = Entry(Spot(COMMUNE, address=ADDRESS), Reason.F1, DAY, person=contact.person)
    return services.enter(entry, officer, MORNING)


def hand_over(contact: Contact, state: Handover.State = Handover.State.ACCEPTED) -> None:
    case = contact.meetings.get().case
    assert case is not None
    case_services.decide(case_services.hand_over(case, OTHER_COMMUNE, MORNING), state, MORNING)


def seen(officer: User) -> set[int]:
    return set(queries.visible(officer).values_list("pk", flat=True))


def test_stays_of_who_goes_along_are_asked_for_and_go_when_accepted(health, f1):
    stay = isolated(f1, health[COMMUNE])
    hand_over(f1)
    [asked] = Move.objects.all()
    assert (asked.stay, asked.from_place, asked.to_place) == (stay, COMMUNE, OTHER_COMMUNE)
    assert (seen(health[COMMUNE]), seen(health[OTHER_COMMUNE])) == ({stay.pk}, set())
    there = Client()
    there.force_login(health[OTHER_COMMUNE], BACKEND)
    assert there.get(f"/officer/isolation/stays/{stay.pk}").status_code == 404
    services.accept_move(asked, Spot(OTHER_COMMUNE, address="2 Lê Lợi"), MORNING)
    assert (seen(health[COMMUNE]), seen(health[OTHER_COMMUNE])) == (set(), {stay.pk})
    here = Client()
    here.force_login(health[COMMUNE], BACKEND)
    assert here.get(f"/officer/isolation/stays/{stay.pk}").status_code == 404
    assert there.get(f"/officer/isolation/stays/{stay.pk}").status_code == 200


def test_nothing_is_asked_for_where_the_case_is_declined_the_stay_ended_or_the_contact_stays(health, f1):
    stay = isolated(f1, health[COMMUNE])
    hand_over(f1, Handover.State.DECLINED)
    assert not Move.objects.exists()
    other = Case.objects.create(
        place=COMMUNE, created_at=MORNING, report_type="confirmed", status="confirmed", test_date=DAY
    )
    tracing.enter(other, f1.person, Met(DAY, Setting.WORK), by(health), MORNING)
    first = f1.meetings.exclude(case=other).get().case
    case_services.decide(case_services.hand_over(first, OTHER_COMMUNE, MORNING), Handover.State.ACCEPTED, MORNING)
    assert not Move.objects.exists()  # who was near another case of the office stays with it
    Stay.objects.filter(pk=stay.pk).update(ended_on=DAY, ending=Stay.Ending.EARLY)
    case_services.decide(case_services.hand_over(other, OTHER_COMMUNE, MORNING), Handover.State.ACCEPTED, MORNING)
    assert not Move.objects.exists()


def test_a_move_that_waits_already_is_left_alone(health, f1):
    stay = isolated(f1, health[COMMUNE])
    services.ask_move(stay, "/63:94/", health[COMMUNE], MORNING)
    hand_over(f1)
    assert [each.to_place for each in Move.objects.all()] == ["/63:94/"]


def test_the_code_to_warn_others_goes_with_its_contact(health, f1):
    signing.ensure(MORNING)
    second_order.turn(True, "an exercise of this test", None, MORNING)
    warning.ask(f1, by(health), MORNING)
    hand_over(f1)
    f1.refresh_from_db()
    assert f1.place == OTHER_COMMUNE
    assert warning.warns(f1)
    assert not contact_queries.visible_contacts(health[COMMUNE]).exists()
    here, there = Client(), Client()
    here.force_login(health[COMMUNE], BACKEND)
    there.force_login(health[OTHER_COMMUNE], BACKEND)
    for path, method in (("", "get"), ("/warn", "post"), ("/note/negative", "post")):
        assert getattr(here, method)(f"/officer/contacts/people/{f1.pk}{path}").status_code == 404
    assert there.post(f"/officer/contacts/people/{f1.pk}/note/negative").status_code == 302
    assert not warning.warns(Contact.objects.get(pk=f1.pk))  # the new office takes its warnings back
