"""Calls: which questions, which answers, the sheet on its page, what is noted, who is to be called."""

from __future__ import annotations

import copy
import datetime as dt
import json
from importlib import resources

import pytest
from tests.authority.episodes.conftest import HERE, MAI, NOW, THERE, TODAY

from bluezone.authority.episodes import calls, retention, services
from bluezone.authority.episodes.calls import Said
from bluezone.authority.episodes.models import Episode, Event
from bluezone.authority.episodes.rules import ContactError
from bluezone.authority.episodes.words import Reached
from bluezone.authority.officers.models import User
from bluezone.disease.shipped import shipped

SHIPPED = json.loads(
    resources.files("bluezone.authority.episodes").joinpath("call_sheets.json").read_text(encoding="utf-8")
)


# --- the questions ----------------------------------------------------------------------------------------------------


def test_what_is_asked_stands_in_order_and_no_answer_is_free_text():
    sheet = calls.in_force(TODAY)
    assert [each.name for each in sheet.questions] == ["symptoms", "where", "when", "household", "isolate", "app"]
    assert {each.kind for each in sheet.questions} <= {"one", "several", "day"}
    assert calls.by_name(sheet.name) == sheet
    assert calls.by_name("of another year") is None


def test_the_newest_sheet_that_holds_is_in_force_and_before_the_first_there_is_none():
    made = [
        {"from": "2020-02-01", "until": "2020-06-30", "name": "a"},
        {"from": "2020-06-01", "until": None, "name": "b"},
    ]
    sheets = [calls.read(SHIPPED[0] | each, shipped()) for each in made]
    found = {each: calls.in_force(dt.date(2020, *each), sheets).name for each in ((2, 1), (6, 1), (7, 1))}
    assert found == {(2, 1): "a", (6, 1): "b", (7, 1): "b"}
    with pytest.raises(ContactError):
        calls.in_force(dt.date(2020, 1, 31), sheets)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["attempts"], 0),
        (["questions", 0, "kind"], "text"),
        (["questions", 0, "words"], {}),
        (["questions", 0, "text"], {"en": "How are you?"}),
        (["questions", 0, "words", "fever"], {"vi": "sốt"}),
        (["questions", 0, "alone"], ["nothing"]),
        (["questions", 2, "words"], {"today": {"en": "today", "vi": "hôm nay"}}),
        (["questions", 0, "name"], "where"),
    ],
)
def test_a_file_with_free_text_a_language_less_or_a_question_twice_is_no_sheet(path, value):
    fields = copy.deepcopy(SHIPPED[0])
    at = fields
    for each in path[:-1]:
        at = at[each]
    at[path[-1]] = value
    with pytest.raises(ValueError, match=r"sheet|question"):
        calls.read(fields, shipped())


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"symptoms": ["fever", "cough"], "where": ["work"], "when": ["2020-08-17"], "app": ["no"]},
        {"symptoms": ["none"]},
        {"when": ["2020-08-18"]},
        {"when": ["2020-07-21"]},
    ],
)
def test_answers_are_words_of_the_sheet(answers):
    calls.check_answers(calls.in_force(TODAY), answers, TODAY)


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"symptoms": ["Trần Thị Mai"]}, "symptoms"),
        ({"symptoms": []}, "symptoms"),
        ({"symptoms": ["none", "fever"]}, "symptoms"),
        ({"symptoms": ["fever", "fever"]}, "symptoms"),
        ({"isolate": ["yes", "no"]}, "isolate"),
        ({"when": ["2020-08-19"]}, "when"),
        ({"when": ["2020-07-20"]}, "when"),
        ({"when": ["yesterday"]}, "when"),
        ({"when": ["2020-08-17", "2020-08-16"]}, "when"),
        ({"name": ["Mai"]}, ""),
    ],
)
def test_anything_else_is_no_answer(answers, field):
    with pytest.raises(ContactError) as error:
        calls.check_answers(calls.in_force(TODAY), answers, TODAY)
    assert error.value.field == field


# --- the sheet on its page --------------------------------------------------------------------------------------------


def sheet_of(row: Episode) -> str:
    return f"/officer/contacts/people/{row.pk}/call"


def test_a_call_is_noted_with_its_answers_and_the_next_one(mai, browser_of):
    office = browser_of()
    page = office.get(sheet_of(mai)).content.decode()
    assert f"/officer/persons/{mai.person.pseudonym}" in page  # the number is seen with a reason alone
    assert MAI.telephone not in page
    sent = {"reached": "reached", "q-symptoms": ["fever", "cough"], "q-when": "2020-08-17", "q-isolate": "shared",
            "q-app": "", "again_day": "2020-08-19", "again_hour": "9"}  # fmt: skip
    assert office.post(sheet_of(mai), sent).url == f"/officer/contacts/people/{mai.pk}"  # there it is decided
    call = mai.events.get()
    assert call.facts["answers"] == {"symptoms": ["fever", "cough"], "when": ["2020-08-17"], "isolate": ["shared"]}
    assert (call.what, call.at, call.by.place) == ("reached", NOW, HERE)
    assert b"fever" not in bytes(call.sealed)  # what says how somebody feels is encrypted
    mai.refresh_from_db()
    assert (mai.called_at, mai.call_again_at) == (NOW, dt.datetime(2020, 8, 19, 2, tzinfo=dt.UTC))
    page = browser_of(language="vi").get(sheet_of(mai)).content.decode()
    for told in ("Sốt, Ho", "không có phòng riêng", "gặp được", f"officer {HERE}"):
        assert told in page, told


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "This field is required"),
        ({"reached": "perhaps"}, "Select a valid choice"),
        ({"reached": "reached", "q-symptoms": ["none", "fever"]}, "do not go together"),
        ({"reached": "reached", "q-symptoms": ["<script>alert(1)</script>"]}, "Select a valid choice"),
        ({"reached": "no-answer", "again_day": "2020-08-19"}, "both the day and the hour"),
    ],
)
def test_a_mistake_is_said_and_nothing_is_noted(mai, browser_of, fields, said):
    answer = browser_of().post(sheet_of(mai), fields)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert said.casefold() in page.casefold()
    assert "<script>alert" not in page
    assert not Event.objects.filter(kind="call").exists()
    mai.refresh_from_db()
    assert (mai.called_at, mai.call_again_at) == (None, None)


def test_fields_that_no_sheet_has_are_stored_nowhere(mai, browser_of):
    sent = {"reached": "reached", "q-name": "Trần Thị Mai", "note": "Mai", "called_at": "2020-01-01", "decision": "not"}
    assert browser_of().post(sheet_of(mai), sent).status_code == 302
    call = mai.events.get()
    assert (call.facts, call.at) == ({}, NOW)
    mai.refresh_from_db()
    assert mai.decision == "waiting"


def test_after_three_calls_that_reached_nobody_the_sheet_offers_that_somebody_cannot_be_found(mai, browser_of):
    office = browser_of()
    for reached in ("no-answer", "wrong-number"):
        office.post(sheet_of(mai), {"reached": reached})
        assert "Cannot be found" not in office.get(sheet_of(mai)).content.decode()
    office.post(sheet_of(mai), {"reached": "no-answer"})
    assert "3 calls in a row reached nobody" in office.get(sheet_of(mai)).content.decode()
    assert office.post(f"/officer/contacts/people/{mai.pk}/note/decide", {"decision": "lost"}).status_code == 302
    assert "Cannot be found" not in office.get(sheet_of(mai)).content.decode()  # it is noted
    mai.refresh_from_db()
    assert (mai.decision, mai.called_at) == ("lost", None)  # nobody was heard
    office.post(sheet_of(mai), {"reached": "refused"})
    mai.refresh_from_db()
    assert mai.called_at == NOW


def test_a_call_has_words_of_the_day(mai, officers):
    with pytest.raises(ContactError):
        services.call(mai, Said(Reached.YES, {"symptoms": ["Mai"]}), officers[HERE], NOW)
    with pytest.raises(ContactError):
        services.call(mai, Said(Reached.NO_ANSWER, {"app": ["on"]}), officers[HERE], NOW)
    assert not Event.objects.exists()


def test_a_word_that_no_sheet_knows_any_more_is_shown_as_it_was_stored(mai, browser_of):
    for sheet, answers in (("of 2019", {"mood": ["<b>good"]}), ("contact-2020", {"app": ["gone"]})):
        call = Event(episode=mai, kind="call", day=TODAY, at=NOW, what="reached")
        call.seal({"sheet": sheet, "answers": answers})
        call.save()
    page = browser_of().get(sheet_of(mai)).content.decode()
    assert "mood <strong>&lt;b&gt;good</strong>" in page
    assert "<strong>gone</strong>" in page


def test_calls_go_with_the_episode(mai, officers):
    services.call(mai, Said(Reached.YES), officers[HERE], NOW)
    retention.purge_episodes(NOW + dt.timedelta(days=181))
    assert not Event.objects.exists()


# --- whose it is, and what is due -------------------------------------------------------------------------------------


def test_another_province_and_who_lost_the_right_call_nobody(mai, browser_of, officers):
    there = browser_of(THERE)
    assert there.get(sheet_of(mai)).status_code == 404
    assert there.post(sheet_of(mai), {"reached": "reached"}).status_code == 404
    assert mai.person.pseudonym not in there.get("/officer/work/").content.decode()
    here = browser_of()
    User.objects.update(may_confirm=False)
    assert here.get(sheet_of(mai)).status_code == 403
    assert not Event.objects.filter(kind="call").exists()
