"""The course of a person as events of the episode, and follow-ups that end by rule."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation
from tests.authority.episodes.conftest import HERE, MAI, NOW, THERE, TODAY, ago, case, met

from bluezone.authority.diagnosis import services as diagnosis
from bluezone.authority.diagnosis.case_rules import Status
from bluezone.authority.episodes import calls, course, person_part, services
from bluezone.authority.episodes.course import Noted
from bluezone.authority.episodes.models import Episode, EpisodeTest
from bluezone.authority.episodes.stays import services as stays
from bluezone.authority.episodes.words import Course, Reached, Role, Setting, Travel
from bluezone.authority.issuing.models import LabResult
from bluezone.authority.issuing.results import services as results
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.work.models import Task


def tasks(row: Episode) -> list[str]:
    return sorted(Task.objects.filter(person=row.person, state="open").values_list("kind", flat=True))


@pytest.fixture
def sick(by) -> Episode:
    """Return the episode of a confirmed case."""
    return services.of_case(case(person=persons.enter(MAI, HERE, NOW), file_number="HG-1"), NOW)


def test_a_course_is_noted_by_a_form_and_stands_in_the_time_line(sick, browser_of):
    client, address = browser_of(language="vi"), f"/officer/contacts/people/{sick.pk}"
    person = f"/officer/persons/{sick.person.pseudonym}"
    page = client.get(person).content.decode()
    assert f"{address}/course" in page
    assert f"{address}/travel" in page
    noted = {"day": ago(1).isoformat(), "symptoms": ["fever", "cough"], "hospital": "admitted"}
    assert client.post(f"{address}/course", noted).url == person
    journey = {"origin": "Đà Nẵng", "day": ago(3).isoformat(), "vehicle": "coach", "number": "51B-123 ghế 7"}
    assert client.post(f"{address}/travel", journey).url == person
    page = client.get(person).content.decode()
    for said in ("Sốt, ho", "nhập viện", "Đà Nẵng", "51B-123 ghế 7"):
        assert said.lower() in page.lower(), said
    sick.refresh_from_db()
    assert (sick.isolated_on, tasks(sick)) == (ago(1), [])  # in hospital is apart: no order is due
    assert client.post(f"{address}/course", {"day": TODAY.isoformat()}).status_code == 400
    assert client.post(f"{address}/travel", journey | {"vehicle": "ufo"}).status_code == 400
    assert browser_of(THERE).get(f"{address}/course").status_code == 404


@pytest.mark.parametrize(
    ("outcome", "found"),
    [
        (Course.WELL, ("recovered", "completed", True, "recovered")),
        (Course.DIED, ("died", "completed", True, "confirmed")),
        (Course.MOVED, ("moved", "completed", True, "confirmed")),
        (Course.LOST, ("", "lost", False, "confirmed")),
    ],
)
def test_an_outcome_ends_the_follow_up_and_stays_when_the_case_is_corrected(by, sick, outcome, found):
    assert tasks(sick) == ["order"]
    course.note(sick, Noted(TODAY, outcome=outcome), by.officer, NOW)
    diagnosis.change_case(sick.case, ago(3), ago(2), "HG-2", NOW)
    sick.refresh_from_db()
    assert (sick.outcome, sick.follow_up, sick.ended_on is not None, sick.case.status) == found
    assert tasks(sick) == []


def test_who_was_noted_as_well_too_early_is_ill_again(by, sick):
    course.note(sick, Noted(TODAY, outcome=Course.WELL), by.officer, NOW)
    diagnosis.change_status(sick.case, Status.CONFIRMED)
    sick.refresh_from_db()
    assert (sick.outcome, sick.follow_up, sick.ended_on) == ("", "running", None)


def test_symptoms_and_journeys_are_encrypted(by, sick, database_text):
    course.note(sick, Noted(TODAY, ["breathless"]), by.officer, NOW)
    course.note_travel(sick, Travel("Guangzhou", ago(2), "plane", "CZ371"), by.officer, NOW)
    text = database_text()
    assert not [each for each in ("breathless", "Guangzhou", "CZ371") if each in text]
    assert [each.facts.get("origin") for each in sick.events.filter(kind="travel")] == ["Guangzhou"]


def test_of_a_merged_case_the_course_stands_with_the_one_it_is_until_they_are_parted(by, sick, browser_of):
    twin = services.of_case(case(person=persons.enter(MAI, HERE, NOW), file_number="HG-2"), NOW)
    course.note(twin, Noted(TODAY, hospital=Course.INTENSIVE), by.officer, NOW)
    address = f"/officer/persons/{sick.person.pseudonym}"
    for is_one in (False, True, False):
        if is_one:
            diagnosis.merge(sick.case, twin.case, NOW)
        elif twin.case.merges.exists():
            diagnosis.undo_merge(twin.case, NOW)
        assert ("in intensive care" in browser_of().get(address).content.decode()) is is_one


def test_what_was_noted_of_a_case_can_be_read_after_its_person_is_known_to_be_a_contact(by):
    mai = services.enter(None, persons.enter(MAI, HERE, NOW), met(1), by, NOW)
    row = case(file_number="HG-4")
    course.note_travel(services.of_case(row, NOW), Travel("Guangzhou", TODAY, "plane", "VN1"), by.officer, NOW)
    row.person = mai.person
    row.save()
    kept = services.follow_case(row, NOW)
    assert kept.pk == mai.pk
    assert [each.facts for each in kept.events.filter(kind="travel")] == [{"origin": "Guangzhou", "number": "VN1"}]


def test_a_case_of_nobody_entered_has_its_course_on_a_page_of_its_own(by, browser_of):
    row = services.of_case(case(file_number="HG-3"), NOW)
    page = browser_of().get(f"/officer/cases/{row.case_id}").content.decode()
    assert f"/officer/contacts/people/{row.pk}" in page
    course.note(row, Noted(TODAY, hospital=Course.ADMITTED), by.officer, NOW)
    assert "taken to hospital" in browser_of().get(f"/officer/contacts/people/{row.pk}").content.decode()


# --- how follow-up ends -----------------------------------------------------------------------------------------------


def later(days: int) -> dt.datetime:
    return NOW + dt.timedelta(days=days)


def test_a_follow_up_is_completed_after_its_last_day_and_its_tasks_go(by, browser_of):
    row = services.enter(case(tested=0), MAI, met(), by, NOW)
    services.call(row, calls.Said(Reached.YES), by.officer, NOW)
    assert course.job(later(13)) is None
    assert tasks(row) == ["decide"]
    assert course.job(later(14)) == "1 ended"
    row.refresh_from_db()
    assert (row.follow_up, row.outcome, row.ended_on, tasks(row)) == ("completed", "well", later(14).date(), [])
    assert (
        "under follow-up became completed"
        in browser_of().get(f"/officer/persons/{row.person.pseudonym}").content.decode()
    )
    again = services.enter(case(tested=0), row.person, met(), by, NOW)
    assert again.pk != row.pk


def test_who_told_signs_is_called_and_not_completed(by):
    row = services.enter(case(tested=0), MAI, met(), by, NOW)
    course.note(row, Noted(TODAY, ["fever"]), by.officer, NOW)
    assert course.end_follow_ups(later(14)) == 0
    row.refresh_from_db()
    assert (row.follow_up, "call" in tasks(row)) == ("running", True)
    course.note(row, Noted(later(14).date(), [course.NONE]), by.officer, later(14))
    assert course.end_follow_ups(later(14)) == 1
    row.refresh_from_db()
    assert (row.follow_up, tasks(row)) == ("completed", [])


@pytest.mark.parametrize(("reached", "follow_up"), [(Reached.NO_ANSWER, "lost"), (Reached.YES, "running")])
def test_whom_a_week_of_calls_did_not_reach_is_lost(by, reached, follow_up):
    row = services.enter(case(tested=0), MAI, met(), by, NOW)
    for day in (0, 3):
        services.call(row, calls.Said(Reached.NO_ANSWER), by.officer, later(day))
    services.call(row, calls.Said(reached), by.officer, later(6))
    course.end_follow_ups(later(7))
    row.refresh_from_db()
    assert (row.follow_up, row.ended_on) == (follow_up, None)


# --- results of laboratories ------------------------------------------------------------------------------------------


@pytest.fixture
def isolated(by) -> Episode:
    """Return a contact at home since yesterday, of whom the first test is due."""
    row = services.enter(case(tested=0), MAI, met(), by, NOW)
    spot = stays.Spot(HERE, address="ấp 3")
    stays.enter(stays.Entry(spot, Role.F1, ago(1), person=row.person), by.officer, NOW)
    row.refresh_from_db()
    return row


def due_tests() -> object:
    return Task.objects.filter(kind="test", state="open", opens_at__lte=NOW)


def content(result: str, who: object) -> results.Content:
    return results.Content(results.Result(result), ago(1), TODAY, who)


def test_a_negative_result_fills_the_test_that_was_due_and_one_taken_back_leaves_it_due(isolated):
    assert due_tests().exists()
    lab = User.objects.create_user("CDC", role="lab", place=HERE)
    results.receive(lab, "HG-1", content("negative", MAI), NOW)
    test = EpisodeTest.objects.get(sample="HG-1")
    assert (test.episode, test.result, test.taken_on) == (isolated, "negative", ago(1))
    assert LabResult.objects.get().person == isolated.person
    assert not due_tests().exists()
    results.receive(lab, "HG-1", content("withdrawn", MAI), NOW)
    test.refresh_from_db()
    assert (test.result, test.taken_on) == ("", None)
    assert due_tests().exists()


def test_a_result_known_by_a_familys_telephone_alone_is_attached_by_an_officer(isolated, by):
    lab = User.objects.create_user("CDC", role="lab", place=HERE)
    row = results.receive(lab, "HG-1", content("negative", persons.Identity(telephone=MAI.telephone)), NOW)
    assert not EpisodeTest.objects.exclude(result="").exists()
    assert row.is_task
    results.attach(row, isolated.person, by.officer, NOW)
    assert EpisodeTest.objects.get(sample="HG-1").result == "negative"


def test_the_person_reads_once_where_others_were_met_and_what_they_are_to_them(by):
    for at, number in enumerate(("HG-5", "HG-6", "HG-7")):
        said = met(1, setting=Setting.HOUSEHOLD, relation="vợ" if at else "chị")
        mai = services.enter(case(file_number=number), MAI, said, by, NOW)
    with translation.override("en"):
        (held,) = person_part.held_of(mai.person.pseudonym)
        told = dict(held.facts)["Near whom, where"].split("; ")
    assert [each.rpartition(", ")[2] for each in told] == ["chị", "vợ"]


def test_the_person_reads_what_is_held_of_the_episode_and_by_which_rule(isolated, by):
    course.note(isolated, Noted(TODAY, ["cough"], hospital=Course.ADMITTED), by.officer, NOW)
    services.found_negative(isolated, NOW, by.officer)
    (held,) = person_part.held_of(isolated.person.pseudonym)
    told = {str(label): str(value) for label, value in held.facts}
    assert len(told) == 6, told  # no phone reported anything
    assert held.until == later(180).date()
    assert "HG-1" not in str(told)  # nobody else's case
