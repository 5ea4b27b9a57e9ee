"""Call sheets: which questions, which answers, when to call again, when somebody cannot be found, who is called now."""

from __future__ import annotations

import copy
import datetime as dt
import json
from importlib import resources
from zoneinfo import ZoneInfo

import pytest

from bluezone.authority.contacts import call_rules, call_sheets
from bluezone.authority.contacts.call_rules import Reached
from bluezone.authority.contacts.contact_rules import ContactError, Decision

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = dt.datetime(2020, 8, 18, 5, tzinfo=dt.UTC)  # noon where the officers are
TODAY = NOW.date()
YES, NONE, WRONG, REFUSED = Reached.YES, Reached.NO_ANSWER, Reached.WRONG_NUMBER, Reached.REFUSED
SHIPPED = json.loads(
    resources.files("bluezone.authority.contacts").joinpath("call_sheets.json").read_text(encoding="utf-8")
)


def day(ahead: int) -> dt.date:
    return TODAY + dt.timedelta(days=ahead)


# --- the questions ----------------------------------------------------------------------------------------------------


def test_what_is_asked_stands_in_order_and_no_answer_is_free_text():
    sheet = call_sheets.in_force(TODAY)
    assert [each.name for each in sheet.questions] == ["symptoms", "where", "when", "household", "isolate", "app"]
    assert {each.kind for each in sheet.questions} <= {"one", "several", "day"}
    assert call_sheets.by_name(sheet.name) == sheet
    assert call_sheets.by_name("of another year") is None


def test_the_newest_sheet_that_holds_is_in_force_and_before_the_first_there_is_none():
    made = [
        {"from": "2020-02-01", "until": "2020-06-30", "name": "a"},
        {"from": "2020-06-01", "until": None, "name": "b"},
    ]
    sheets = [call_sheets.read(SHIPPED[0] | each) for each in made]
    found = {each: call_sheets.in_force(dt.date(2020, *each), sheets).name for each in ((2, 1), (6, 1), (7, 1))}
    assert found == {(2, 1): "a", (6, 1): "b", (7, 1): "b"}
    with pytest.raises(ContactError):
        call_sheets.in_force(dt.date(2020, 1, 31), sheets)


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
        call_sheets.read(fields)


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
    call_sheets.check_answers(call_sheets.in_force(TODAY), answers, TODAY)


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
        call_sheets.check_answers(call_sheets.in_force(TODAY), answers, TODAY)
    assert error.value.field == field


@pytest.mark.parametrize("reached", list(Reached))
def test_answers_are_noted_of_who_was_reached_alone(reached):
    call_rules.check_call(reached, answered=False)
    if reached is YES:
        call_rules.check_call(reached, answered=True)
    else:
        with pytest.raises(ContactError):
            call_rules.check_call(reached, answered=True)


# --- calling again ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "hour", "moment"),
    [
        (None, None, None),
        (day(0), 13, dt.datetime(2020, 8, 18, 6, tzinfo=dt.UTC)),
        (day(1), 6, dt.datetime(2020, 8, 18, 23, tzinfo=dt.UTC)),
        (day(14), 21, dt.datetime(2020, 9, 1, 14, tzinfo=dt.UTC)),
    ],
)
def test_the_hour_of_the_next_call_is_one_where_the_officers_are(when, hour, moment):
    assert call_rules.again_at(when, hour, NOW, ZONE) == moment


@pytest.mark.parametrize(
    ("when", "hour", "field"),
    [
        (day(1), None, "again_day"),
        (None, 9, "again_day"),
        (day(0), 12, "again_hour"),  # this very moment
        (day(0), 9, "again_hour"),
        (day(-1), 20, "again_hour"),
        (day(1), 5, "again_hour"),
        (day(1), 22, "again_hour"),
        (day(16), 9, "again_hour"),
    ],
)
def test_an_hour_that_is_over_at_night_or_far_away_is_none(when, hour, field):
    with pytest.raises(ContactError) as error:
        call_rules.again_at(when, hour, NOW, ZONE)
    assert error.value.field == field


@pytest.mark.parametrize(
    ("calls", "in_a_row"),
    [
        ([], 0),
        ([NONE], 1),
        ([NONE, WRONG], 2),
        ([WRONG, NONE, NONE], 3),
        ([NONE, NONE, YES, NONE], 2),
        ([YES, NONE, NONE, NONE], 0),
        ([REFUSED, NONE, NONE, NONE], 0),
    ],
)
def test_after_three_calls_in_a_row_that_reached_nobody_somebody_may_be_given_up(calls, in_a_row):
    assert call_rules.unanswered(calls) == in_a_row
    assert call_rules.may_give_up(calls, 3) is (in_a_row >= 3)


EARLIER, LATER = NOW - dt.timedelta(hours=1), NOW + dt.timedelta(hours=1)
#: decision, heard, call again at, and whether a contact is called now
DUE = [
    (Decision.WAITING, False, None, True),
    (Decision.WAITING, False, LATER, False),
    (Decision.WAITING, False, EARLIER, True),
    (Decision.WAITING, False, NOW, True),
    (Decision.WAITING, True, None, False),
    (Decision.WAITING, True, EARLIER, True),
    (Decision.CONTACT, True, None, False),
    (Decision.CONTACT, False, None, False),
    (Decision.CONTACT, True, EARLIER, True),
    (Decision.CONTACT, True, LATER, False),
    (Decision.NOT, False, EARLIER, False),
    (Decision.LOST, False, EARLIER, False),
    (Decision.LOST, False, None, False),
]


@pytest.mark.parametrize(("decision", "heard", "again", "due"), DUE)
def test_who_is_called_now(decision, heard, again, due):
    assert call_rules.is_due(decision, heard=heard, again=again, now=NOW) is due
