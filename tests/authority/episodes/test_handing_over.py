"""Handing people over: alone or with chosen contacts; who lives elsewhere is followed there."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.test import Client
from tests.authority.episodes.conftest import BACKEND, HERE, MAI, NOW, THERE, ago, case, met

from bluezone.authority.diagnosis import services as cases
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.episodes import handing_over, queries, services, warning
from bluezone.authority.episodes.models import Episode, Handover
from bluezone.authority.episodes.rules import ContactError
from bluezone.authority.episodes.words import Decision
from bluezone.authority.issuing.models import LabResult
from bluezone.authority.issuing.results import rules
from bluezone.authority.keys import second_order
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import place_today
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.rules import Identity
from bluezone.authority.signing import services as signing
from bluezone.authority.work import services as work
from bluezone.authority.work.models import Task

DISTRICT = "/63:93/63:930/"
WARD = "/63:93/63:930/63:31318/"


@pytest.fixture
def ward(officers, set_clock) -> User:
    """An officer of ward I of Vị Thanh."""
    return User.objects.create_user("ward", role="commune", place=WARD, may_confirm=True)


def near(source: Case | Episode, name: str, by: Issuer, place: str = "") -> Episode:
    return services.enter(source, Identity(name=name), met(0), by, NOW, place)


def hand_over(row: Episode, by: Issuer, *along: Episode, to: str = THERE) -> Handover:
    assert by.officer is not None
    asked = handing_over.ask(row, to, by.officer, NOW, along)
    handing_over.decide(asked, Handover.State.ACCEPTED, None, NOW)
    return asked


def places(*rows: Episode) -> list[tuple[str, str]]:
    found = []
    for each in rows:
        row = Episode.objects.select_related("person").get(pk=each.pk)
        found.append((row.place, row.person.place if row.person is not None else ""))
    return found


def f0(name: str = "An", **more: object) -> Episode:
    return services.of_case(case(tested=1, person=persons.enter(Identity(name=name), HERE, NOW), **more), NOW)


def tasks(place: str) -> set[str]:
    return set(Task.objects.filter(state="open", place=place).exclude(kind="rollout").values_list("kind", flat=True))


def test_the_wife_who_isolates_in_another_commune_stays_there_when_the_case_goes(by, ward, officers, client):
    """LM-001 went to another province, and took the wife along whom its commune cared for."""
    sick = f0(file_number="LM-001")
    wife = near(sick, "Mai", by, WARD)
    assert places(wife) == [(WARD, WARD)]
    assert tasks(WARD) == {"call"}
    asked = handing_over.ask(sick, THERE, officers[HERE], NOW)
    assert tasks(THERE) == {"handover"}
    handing_over.decide(asked, Handover.State.ACCEPTED, officers[THERE], NOW)
    assert places(sick, wife) == [(THERE, THERE), (WARD, WARD)]
    sick.case.refresh_from_db()
    assert sick.case.place == THERE
    assert tasks(THERE) == {"order"}  # the handing over is done, and what is due of the case is due there
    assert tasks(WARD) == {"call"}
    client.force_login(ward, BACKEND)
    own = f"/officer/contacts/people/{wife.pk}"
    page = client.get(own, headers={"accept-language": "en"}, follow=True)
    assert page.status_code == 200
    assert "a case of another office" in page.content.decode()
    assert client.post(f"{own}/call", {"reached": "reached"}).status_code == 302
    there = Client(headers={"accept-language": "en"})
    there.force_login(officers[THERE], BACKEND)
    listed = there.get(f"/officer/contacts/of-case/{sick.case_id}").content.decode()
    assert "F1" in listed
    assert wife.person.pseudonym not in listed
    assert str(wife.pk) not in listed
    assert there.get(own).status_code == 404


def test_chosen_contacts_go_along_and_the_others_stay(by, officers):
    sick = f0()
    mai, tu = near(sick, "Mai", by), near(sick, "Tú", by)
    chi = near(mai, "Chi", by)
    asked = hand_over(sick, by, mai, chi)
    assert places(mai, chi, tu) == [(THERE, THERE), (THERE, THERE), (HERE, HERE)]
    assert set(asked.others.values_list("episode", flat=True)) == {mai.pk, chi.pk}
    identity = persons.open_identity(Episode.objects.get(pk=mai.pk).person, Issuer(officer=officers[THERE]), "to call")
    assert identity.name == "Mai"
    assert set(queries.editable(officers[HERE])) == {tu}


def test_in_a_shift_who_goes_along_is_chosen_by_name_and_relation(browser_of, by):
    sick = f0()
    wife = services.enter(sick.case, Identity(name="Mai"), replace(met(0), relation="vợ"), by, NOW)
    address = f"/officer/contacts/people/{sick.pk}/hand-over"
    here = browser_of()
    assert f"F1 {wife.person.pseudonym} · vợ" in here.get(address).content.decode()
    persons.open_shift(by.officer, "follow-up", NOW)
    assert "F1 Mai · vợ" in here.get(address).content.decode()


def test_a_contact_is_handed_over_alone(by):
    sick = f0()
    mai = near(sick, "Mai", by)
    hand_over(mai, by)
    assert places(sick, mai) == [(HERE, HERE), (THERE, THERE)]
    assert tasks(THERE) == {"call"}


def result(of: Person, place: str, **more: object) -> LabResult:
    """A laboratory's result that waits for an officer, of somebody with the same number."""
    lab, _ = User.objects.get_or_create(username="lab", role="lab", place="/63:93/")
    day = {"sampled_on": NOW.date(), "reported_on": NOW.date(), "received_at": NOW}
    row = LabResult.objects.create(
        laboratory=lab, external_id=f"L-{of.pk}", result="positive", person=of, place=place, is_task=True, **day, **more
    )
    work.settle("result", row.pk, [rules.wanted(rules.Result.POSITIVE, place, of.pk, NOW)], NOW)
    return row


def test_what_a_laboratory_sent_goes_along_with_whom_it_can_only_be_of(by):
    """The task of a result stayed with who had given the person away, and nobody could decide on it."""
    an, tu, home = Identity(name="An", telephone="+84912345678"), Identity(telephone="+84912345678"), by.place
    sick, brother = f0(), services.enter(None, an, met(0), by, NOW)
    services.enter(sick, Identity(name="Tú", telephone="+84912345678"), met(0), by, NOW)
    of_case, waits = result(sick.person, home, case=sick.case), result(persons.enter(tu, home, NOW), home)
    hand_over(sick, by)
    hand_over(brother, by)

    def places_of_results() -> list[tuple[str, str]]:
        rows = LabResult.objects.filter(pk__in=[of_case.pk, waits.pk]).order_by("pk").select_related("person")
        return [(row.place, row.person.place) for row in rows]

    assert places_of_results() == [(THERE, THERE), (home, home)]  # Tú, with the same number, is still followed here
    hand_over(Episode.objects.get(place=HERE, role="f1"), by)
    assert places_of_results() == [(THERE, THERE), (THERE, THERE)]
    assert set(Task.objects.filter(state="open", kind="result").values_list("place", flat=True)) == {THERE}


def test_what_turned_out_to_be_the_case_goes_along(by):
    kept, twin = f0(), f0("An hai")
    cases.merge(kept.case, twin.case, NOW)
    hand_over(kept, by)
    assert places(kept, twin) == [(THERE, THERE)] * 2
    assert set(Case.objects.values_list("place", flat=True)) == {THERE}


def test_a_case_that_is_merged_meanwhile_is_not_handed_over(by, officers):
    kept, gone = f0(), f0("An hai")
    asked = handing_over.ask(gone, THERE, officers[HERE], NOW)
    cases.merge(kept.case, gone.case, NOW)
    asked.refresh_from_db()
    assert asked.state == Handover.State.TAKEN_BACK
    assert "handover" not in tasks(THERE)
    with pytest.raises(ContactError):
        handing_over.decide(asked, Handover.State.ACCEPTED, officers[THERE], NOW)


def test_a_commune_that_was_merged_stands_for_the_one_it_went_to(by, set_clock):
    now = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)
    went = place_today(WARD, now.date())
    assert went.startswith("/34:")
    assert place_today(WARD, NOW.date()) == WARD
    assert place_today("/63:93/@12/", now.date()) == "/63:93/@12/"
    User.objects.create_user("today", role="commune", place=went, may_confirm=True)
    sick = f0()
    asked = handing_over.ask(sick, WARD, by.officer, now)
    assert asked.to_place == went


def test_what_was_declined_or_taken_back_changes_nothing(by, browser_of):
    sick = f0()
    for decision, place in (("declined", THERE), ("taken-back", HERE)):
        asked = handing_over.ask(sick, THERE, by.officer, NOW)
        address = f"/officer/contacts/handovers/{asked.pk}"
        assert browser_of(THERE).post(f"{address}/waiting").status_code == 404
        assert browser_of(place).post(f"{address}/{decision}").status_code == 302
        assert browser_of(THERE).post(f"{address}/accepted").status_code == 409
        assert tasks(THERE) == set()
    assert places(sick) == [(HERE, HERE)]


def test_a_case_changes_hands_with_who_it_is_when_the_other_office_accepts(browser_of, by):
    sick = f0(file_number="HG-1")
    address, here, there = f"/officer/cases/{sick.case_id}", browser_of(), browser_of(THERE)
    way = f"/officer/contacts/of-case/{sick.case_id}/hand-over"
    assert way in here.get(address).content.decode()
    near(sick, "Mai", by)
    assert "F1 P-" in here.get(way).content.decode()
    assert here.post(way, {"to_place": THERE}).status_code == 302
    assert there.get(address).status_code == 404  # until it accepts
    assert "HG-1" in there.get("/officer/contacts/handovers").content.decode()
    accept = f"/officer/contacts/handovers/{Handover.objects.get().pk}/accepted"
    for other in (HERE, "/"):
        assert browser_of(other).post(accept).status_code == 404
    assert there.post(accept).headers["Location"] == address
    assert there.get(f"/officer/persons/{sick.person.pseudonym}").status_code == 200
    assert here.get(address).status_code == here.post(f"{address}/code").status_code == 404
    left = here.get(f"/officer/persons/{sick.person.pseudonym}", headers={"accept-language": "en"})
    assert "Handed over to" in left.context["standing"].said
    assert [event.what for day in left.context["days"] for event in day["events"]] == [
        "Another office was asked to take over"
    ]
    assert there.post(accept).status_code == 409


def test_only_the_owning_office_hands_over_and_only_to_one_that_confirms_cases(browser_of, by):
    sick = f0()
    near(sick, "Mai", by)
    address = f"/officer/contacts/people/{sick.pk}/hand-over"
    for other in ("/", THERE):  # to see it does not mean to dispose of it
        assert browser_of(other).post(address, {"to_place": THERE}).status_code == 404
    here = browser_of()
    for place in ("/63:01/", HERE, "<script>", ""):
        assert here.post(address, {"to_place": place}).status_code == 400
    assert here.post(address, {"to_place": THERE, "along": ["x"]}).status_code == 400
    assert here.post(address, {"to_place": THERE}).status_code == 302
    assert here.post(address, {"to_place": "/"}).status_code == 400  # one at a time
    assert Handover.objects.count() == 1


def test_no_office_is_asked_by_default_and_the_nearest_stand_first(browser_of, ward):
    address = f"/officer/contacts/people/{f0().pk}/hand-over"
    choices = browser_of().get(address).context["form"].fields["to_place"].choices
    assert choices[0] == ("", "–")
    assert choices[1][0] == WARD, "the nearest, and not the ministry"
    assert browser_of().post(address, {}).status_code == 400
    assert not Handover.objects.exists()


def test_the_code_to_warn_others_goes_with_its_contact(by, officers, browser_of):
    signing.ensure(NOW)
    second_order.turn(True, "an exercise of this test", None, NOW)
    mai = near(f0(), "Mai", by)
    services.decide(mai, Decision.CONTACT, by.officer, NOW)
    warning.ask(mai, by, NOW)
    hand_over(mai, by)
    assert warning.warns(mai)
    here, there, own = browser_of(), browser_of(THERE), f"/officer/contacts/people/{mai.pk}"
    for path in ("/warn", "/note/negative"):
        assert here.post(own + path).status_code == 404
    assert there.post(f"{own}/note/negative").status_code == 302
    assert not warning.warns(mai)  # the new office takes its warnings back


# --- where a contact lives --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "place"),
    [("", HERE), ("Phường I, Vị Thanh", WARD), ("63:31318", WARD), ("Nowhere", None), ("<script>", None)],
)
def test_the_commune_is_asked_where_a_contact_lives(browser_of, ward, typed, place):
    sick, office = f0(), browser_of()
    sent = {"day": ago(0), "setting": "household", "name": "Mai", "commune": typed, "relation": "vợ"}
    answer = office.post(f"/officer/contacts/of-case/{sick.case_id}/new", sent)
    assert answer.status_code == (400 if place is None else 302)
    found = Episode.objects.exclude(contact_role="")
    assert [(row.place, row.exposures.get().relation) for row in found] == ([] if place is None else [(place, "vợ")])
    if place is not None:
        assert "vợ" in office.get(f"/officer/contacts/people/{found.get().pk}", follow=True).content.decode()


def test_who_entered_a_contact_of_another_commune_reads_role_and_state_alone(officers, ward, browser_of):
    """A commune's officer has no other commune's people."""
    sick = services.of_case(case(place=WARD, tested=1), NOW)
    client = Client(headers={"accept-language": "en"})
    client.force_login(ward, BACKEND)
    sent = {"day": ago(0), "setting": "work", "name": MAI.name, "commune": "63:31321"}
    answer = client.post(f"/officer/contacts/of-case/{sick.case_id}/new", sent)
    assert answer.headers["Location"] == f"/officer/contacts/of-case/{sick.case_id}"
    listed = client.get(answer.headers["Location"]).content.decode()
    assert "followed by" in listed
    assert "to be decided" in listed
    row = Episode.objects.get(contact_role="f1")
    assert row.person.pseudonym not in listed
    assert row.place == "/63:93/63:930/63:31321/"
    assert row.person.place == HERE  # no officer of that ward may open it: the province does
