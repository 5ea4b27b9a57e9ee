"""Check the rows of episodes and hand-overs in the list of work, and the tasks that each change leaves open."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.authority.episodes.conftest import BACKEND, HERE, MAI, NOW, THERE, TODAY, case, met

from bluezone.authority.diagnosis import services as cases
from bluezone.authority.episodes import handing_over, services
from bluezone.authority.episodes.calls import Said
from bluezone.authority.episodes.models import Episode
from bluezone.authority.episodes.words import Decision, Reached
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.models import Opening
from bluezone.authority.persons.rules import Identity
from bluezone.authority.work.models import Task


def tasks(row: Episode) -> list[str]:
    return sorted(Task.objects.filter(state="open", source_key=str(row.pk)).values_list("kind", flat=True))


def test_each_step_leaves_the_tasks_that_are_still_to_be_done(mai, officers):
    office = officers[HERE]
    assert tasks(mai) == ["call"]
    again = NOW + dt.timedelta(hours=3)
    services.call(mai, Said(Reached.NO_ANSWER, again_at=again), office, NOW)
    assert Task.objects.get(source_key=str(mai.pk), state="open").opens_at == again
    services.call(mai, Said(Reached.YES), office, again)
    assert tasks(mai) == ["decide"]
    services.decide(mai, Decision.CONTACT, office, again)
    assert tasks(mai) == ["order"]
    services.isolate(mai, TODAY, again, office)
    assert tasks(mai) == []
    services.release(mai, again)
    assert tasks(mai) == ["order"]
    services.decide(mai, Decision.NOT, office, again)
    assert tasks(mai) == []
    done = Task.objects.filter(source_key=str(mai.pk), state="done").values_list("kind", "closed_by__place")
    assert sorted(done) == [("call", HERE), ("decide", HERE), ("order", HERE), ("order", HERE)]


def test_a_positive_test_turns_a_contact_into_a_case_and_its_contacts_into_first_ones(mai, by):
    chi = services.enter(mai, Identity(name="Chi"), met(0), by, NOW)
    assert (mai.role, chi.role) == ("f1", "f2")
    opened = services.open_case(mai, by, NOW)
    mai.refresh_from_db()
    assert (mai.role, mai.case) == ("f1", opened)  # the result is awaited
    cases.change_result(opened, "confirmed", None, by, NOW)
    mai.refresh_from_db()
    chi.refresh_from_db()
    assert (mai.role, mai.classification, mai.contact_role, chi.role) == ("f0", "confirmed", "f1", "f1")
    assert tasks(mai) == ["order"]
    assert Task.objects.get(source_key=str(mai.pk), state="open").urgency == 2
    assert [each.what for each in mai.events.all()] == ["f1>f0"]
    assert Episode.objects.filter(person=mai.person).count() == 1
    cases.change_result(opened, "negative", None, by, NOW)  # it was a mistake
    mai.refresh_from_db()
    chi.refresh_from_db()
    assert (mai.role, mai.decision, chi.role) == ("f1", "waiting", "f2")
    assert tasks(mai) == ["call"]


def test_a_contact_of_three_cases_is_one_episode_with_three_exposures(by):
    rows = {services.enter(case(file_number=str(each)), MAI, met(each % 3), by, NOW) for each in range(3)}
    (row,) = rows
    assert row.exposures.count() == 3
    assert tasks(row) == ["call"]


def test_a_family_with_one_telephone_is_six_people(by):
    f0 = case()
    family = [Identity(name=f"Nguyễn Văn {each}", telephone=MAI.telephone) for each in "ABCDEF"]
    rows = [services.enter(f0, each, met(), by, NOW) for each in family]
    assert len({row.pk for row in rows}) == len({row.person_id for row in rows}) == 6


def test_who_is_well_again_has_no_tasks_and_a_new_illness_is_a_new_episode(by):
    sick = case(person=persons.enter(MAI, HERE, NOW))
    row = services.of_case(sick, NOW)
    assert tasks(row) == ["order"]
    cases.change_status(sick, cases.Status.RECOVERED)
    row.refresh_from_db()
    assert (row.outcome, row.follow_up, row.ended_on, tasks(row)) == ("recovered", "completed", TODAY, [])
    again = services.of_case(case(person=sick.person), NOW)
    assert again.pk != row.pk
    cases.change_status(sick, cases.Status.CONFIRMED)  # noted too early: the new one runs, and stays the only one
    assert Episode.objects.filter(person=sick.person, ended_on=None).get() == again


@pytest.mark.parametrize("place", [HERE, THERE])
def test_the_list_of_work_says_of_whom_somebody_is_a_contact(by, officers, client, place, database_text):
    f0 = case(file_number="LM-002")
    said = met(3, relation="vợ")
    row = services.enter(f0, Identity(name="Mai"), said, by, NOW, place)
    services.call(row, Said(Reached.NO_ANSWER), by.officer, NOW)
    client.force_login(officers[place], BACKEND)
    page = client.get("/officer/work/", headers={"accept-language": "en"}).content.decode()
    assert "Call F1" in page
    assert f"/officer/contacts/people/{row.pk}/call" in page
    assert ("vợ of LM-002" in page) is (place == HERE)
    assert ("vợ of a case of another office" in page) is (place == THERE)
    translated = client.get("/officer/work/", headers={"accept-language": "vi"}).content.decode()
    assert ("vợ của ca bệnh của cơ quan khác" in translated) is (place == THERE)
    assert "3/14" in page
    assert "no answer" in page
    assert "vợ" not in database_text()
    User.objects.filter(place=place).update(may_confirm=False)  # who may not read health data learns where they met
    assert "vợ" not in client.get("/officer/work/", headers={"accept-language": "en"}).content.decode()


def test_the_list_of_work_opens_in_a_shift_nobody_whom_it_does_not_name(by, officers, client):
    older, newer = (case(person=persons.enter(Identity(name=name), HERE, NOW)) for name in ("Lan", "Hoa"))
    services.enter(older, MAI, met(2), by, NOW)
    services.enter(newer, MAI, met(1), by, NOW)
    client.force_login(officers[HERE], BACKEND)
    client.post("/officer/persons/shift", {"purpose": "letters", "next": "/officer/work/"})
    page = client.get("/officer/work/?kind=call").content.decode()
    assert ("Hoa" in page, "Lan" in page) == (True, False)
    opened = Opening.objects.values_list("person", flat=True)
    assert newer.person_id in opened
    assert older.person_id not in opened


def test_the_list_of_work_says_who_is_to_be_taken_over(officers, client):
    row = services.of_case(case(file_number="LM-001"), NOW)
    handing_over.ask(row, THERE, officers[HERE], NOW)
    client.force_login(officers[THERE], BACKEND)
    page = client.get("/officer/work/", headers={"accept-language": "en"}).content.decode()
    assert "Take over F0" in page
    assert "/officer/contacts/handovers" in page
