"""The rules of episodes: decisions, roles, who waits for what, calls, what a case makes of them, tasks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bluezone.authority.diagnosis.case_rules import Status
from bluezone.authority.episodes import rules
from bluezone.authority.episodes.rules import ContactError, Facts, Standing, State, Wait
from bluezone.authority.episodes.words import Classification, Course, Decision, FollowUp, Outcome, Reached, Role
from bluezone.authority.work.rules import Kind, Urgency
from bluezone.disease.shipped import shipped

WINDOWS = shipped().windows

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = dt.datetime(2020, 8, 18, 5, tzinfo=dt.UTC)  # noon where the officers are
TODAY = NOW.date()
PLACE = "/63:93/"
YES, NONE, WRONG, REFUSED = Reached.YES, Reached.NO_ANSWER, Reached.WRONG_NUMBER, Reached.REFUSED
F0, F1, F2 = Role.F0, Role.F1, Role.F2
CONTACT, WAITING, NOT, LOST = Decision.CONTACT, Decision.WAITING, Decision.NOT, Decision.LOST


def day(back: int) -> dt.date:
    return TODAY - dt.timedelta(days=back)


@pytest.mark.parametrize(
    ("standing", "wait"),
    [
        (Standing(F0, WAITING, called=True), Wait.TEST),
        (Standing(F0, CONTACT), Wait.ISOLATION),
        (Standing(F0, CONTACT, isolated=True), Wait.NOTHING),
        (Standing(F1, WAITING), Wait.CALL),
        (Standing(F1, WAITING, called=True), Wait.DECISION),
        (Standing(F1, CONTACT, called=True), Wait.ISOLATION),
        (Standing(F1, CONTACT, called=True, isolated=True), Wait.TEST),
        (Standing(F1, CONTACT, called=True, isolated=True, tested=True), Wait.NOTHING),
        (Standing(F1, CONTACT, tested=True), Wait.ISOLATION),
        (Standing(F1, NOT), Wait.NOTHING),
        (Standing(F1, LOST, called=True), Wait.NOTHING),
        (Standing(F2, WAITING), Wait.CALL),
        (Standing(F2, CONTACT), Wait.NOTHING),
    ],
)
def test_who_waits_for_what(standing, wait):
    assert rules.waits_for(standing) is wait


def test_every_rule_of_waiting_says_why_and_the_last_takes_all():
    assert all(rule.why for rule in rules.WAITS)
    assert rules.WAITS[-1].applies(Standing(F0, CONTACT))


@pytest.mark.parametrize("before", list(Decision))
@pytest.mark.parametrize("after", list(Decision))
def test_only_the_steps_of_the_table_can_be_decided(before, after):
    if (before, after) in rules.TRANSITIONS:
        rules.check_decision(before, after)
        assert after in rules.decisions_from(before)
    else:
        with pytest.raises(ContactError):
            rules.check_decision(before, after)
    assert before is not after or (before, after) not in rules.TRANSITIONS


def test_contacts_of_contacts_are_the_last_ones_traced():
    assert [rules.contact_of(role) for role in (None, F0, F1)] == [F1, F1, F2]
    with pytest.raises(ContactError):
        rules.contact_of(F2)


@pytest.mark.parametrize(
    ("sources", "role"), [([F0], F1), ([None], F1), ([F1], F2), ([F1, F1], F2), ([F1, F0], F1), ([F1, None], F1)]
)
def test_a_contact_is_of_the_nearest_whom_they_met(sources, role):
    assert rules.nearest(sources) is role


@pytest.mark.parametrize(
    ("met", "first", "last", "good"),
    [
        (0, 5, 0, True),
        (5, 5, 0, True),
        (6, 5, 0, False),  # before the first infectious day
        (1, 5, 2, False),  # after the last
        (-1, 5, -9, False),  # has not come yet
        (28, 40, 0, True),
        (29, 40, 0, False),
    ],
)
def test_a_meeting_lies_on_an_infectious_day_of_the_last_four_weeks(met, first, last, good):
    if good:
        rules.check_meeting(day(met), day(first), day(last), TODAY, WINDOWS.look_back)
        return
    with pytest.raises(ContactError) as refused:
        rules.check_meeting(day(met), day(first), day(last), TODAY, WINDOWS.look_back)
    assert refused.value.field == "day"


@pytest.mark.parametrize(("began", "good"), [(4, True), (0, True), (5, False), (-1, False)])
def test_an_isolation_begins_between_the_first_meeting_and_today(began, good):
    if good:
        rules.check_isolation(day(began), day(4), TODAY)
        return
    with pytest.raises(ContactError):
        rules.check_isolation(day(began), day(4), TODAY)


# --- calls ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reached", list(Reached))
def test_answers_are_noted_of_who_was_reached_alone(reached):
    rules.check_call(reached, answered=False)
    if reached is YES:
        rules.check_call(reached, answered=True)
    else:
        with pytest.raises(ContactError):
            rules.check_call(reached, answered=True)


# --- calling again ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "hour", "moment"),
    [
        (None, None, None),
        (day(0), 13, dt.datetime(2020, 8, 18, 6, tzinfo=dt.UTC)),
        (day(-1), 6, dt.datetime(2020, 8, 18, 23, tzinfo=dt.UTC)),
        (day(-14), 21, dt.datetime(2020, 9, 1, 14, tzinfo=dt.UTC)),
    ],
)
def test_the_hour_of_the_next_call_is_one_where_the_officers_are(when, hour, moment):
    assert rules.again_at(when, hour, NOW, ZONE, WINDOWS.follow_up) == moment


@pytest.mark.parametrize(
    ("when", "hour", "field"),
    [
        (day(-1), None, "again_day"),
        (None, 9, "again_day"),
        (day(0), 12, "again_hour"),  # this very moment
        (day(0), 9, "again_hour"),
        (day(1), 20, "again_hour"),
        (day(-1), 5, "again_hour"),
        (day(-1), 22, "again_hour"),
        (day(-16), 9, "again_hour"),
    ],
)
def test_an_hour_that_is_over_at_night_or_far_away_is_none(when, hour, field):
    with pytest.raises(ContactError) as error:
        rules.again_at(when, hour, NOW, ZONE, WINDOWS.follow_up)
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
    assert rules.unanswered(calls) == in_a_row
    assert rules.may_give_up(calls, 3) is (in_a_row >= 3)


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
    facts = Facts(F1, decision, PLACE, EARLIER, called_at=EARLIER if heard else None, call_again_at=again)
    calls = [each for each in rules.tasks_of(facts) if each.kind is Kind.CALL]
    assert any((each.opens_at or NOW) <= NOW for each in calls) is due


# --- tasks ------------------------------------------------------------------------------------------------------------

WAITS = Facts(F1, WAITING, PLACE, EARLIER)
HEARD = replace(WAITS, called_at=NOW)
DECIDED = replace(HEARD, decision=CONTACT, decided_at=NOW)
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        (WAITS, [(Kind.CALL, EARLIER + DAY, Urgency.CALM)]),
        (replace(WAITS, risk=2), [(Kind.CALL, EARLIER + DAY, Urgency.NOW)]),
        (replace(WAITS, role=F2), [(Kind.CALL, EARLIER + DAY, Urgency.CALM)]),
        (replace(WAITS, call_again_at=LATER), [(Kind.CALL, LATER, Urgency.SOON)]),
        (HEARD, [(Kind.DECIDE, NOW + DAY, Urgency.SOON)]),
        (
            replace(HEARD, call_again_at=LATER),
            [(Kind.CALL, LATER, Urgency.SOON), (Kind.DECIDE, NOW + DAY, Urgency.SOON)],
        ),
        (DECIDED, [(Kind.ORDER, NOW + DAY, Urgency.SOON)]),
        (replace(DECIDED, isolated=True), []),
        (replace(DECIDED, role=F2), []),  # asked to watch, not to isolate
        (replace(DECIDED, role=F0, decided_at=None), [(Kind.ORDER, EARLIER + DAY, Urgency.NOW)]),
        (replace(WAITS, role=F0), []),  # a suspected case waits for a test
        (replace(WAITS, decision=NOT), []),
        (replace(WAITS, decision=LOST, call_again_at=LATER), []),
        (replace(DECIDED, over=True), []),  # recovered, died, moved
    ],
)
def test_an_episode_wants_the_tasks_of_the_table(facts, wanted):
    assert [(each.kind, each.due_at, each.urgency) for each in rules.tasks_of(facts)] == wanted
    assert all((each.place, each.detail) == (PLACE, "") for each in rules.tasks_of(facts))


# --- what a case makes of an episode ----------------------------------------------------------------------------------

MAYBE = State(F1, Classification.SUSPECTED, FollowUp.RUNNING)
ILL = State(F0, Classification.CONFIRMED, FollowUp.RUNNING)
DIED, MOVED, RECOVERED = (
    State(F0, Classification.CONFIRMED, FollowUp.COMPLETED, each)
    for each in (Outcome.DIED, Outcome.MOVED, Outcome.RECOVERED)
)
GONE = State(F0, Classification.CONFIRMED, FollowUp.LOST)


@pytest.mark.parametrize(
    ("status", "more", "contact", "state"),
    [
        (Status.SUSPECTED, {}, None, State(F0, Classification.SUSPECTED, FollowUp.RUNNING)),
        (Status.SUSPECTED, {"clinical": True}, None, State(F0, Classification.PROBABLE, FollowUp.RUNNING)),
        (Status.SUSPECTED, {}, MAYBE, MAYBE),  # a contact whose test is awaited is a contact
        (Status.CONFIRMED, {}, None, State(F0, Classification.CONFIRMED, FollowUp.RUNNING)),
        (Status.CONFIRMED, {}, MAYBE, State(F0, Classification.CONFIRMED, FollowUp.RUNNING)),
        (Status.RECOVERED, {}, MAYBE, State(F0, Classification.CONFIRMED, FollowUp.COMPLETED, Outcome.RECOVERED)),
        (Status.CONFIRMED, {"before": DIED}, None, DIED),
        (Status.RECOVERED, {"before": MOVED}, None, MOVED),
        (Status.CONFIRMED, {"before": GONE}, None, GONE),
        (Status.WITHDRAWN, {"before": GONE}, None, State(F0, Classification.NOT, FollowUp.CANCELLED)),
        (Status.WITHDRAWN, {}, None, State(F0, Classification.NOT, FollowUp.CANCELLED)),
        (Status.WITHDRAWN, {}, MAYBE, MAYBE),  # the positive was a mistake
        (Status.SUSPECTED, {"merged": True}, None, State(F0, Classification.NOT, FollowUp.CANCELLED)),
        (Status.CONFIRMED, {"merged": True}, None, State(F0, Classification.NOT, FollowUp.CANCELLED)),
        (Status.CONFIRMED, {"merged": True}, MAYBE, MAYBE),
    ],
)
def test_an_episode_is_what_its_case_makes_of_it(status, more, contact, state):
    given = {"clinical": False, "merged": False, "before": MAYBE} | more
    assert rules.of_case(status, contact=contact, **given) == state


@pytest.mark.parametrize(
    ("symptoms", "step", "day", "good"),
    [
        (("fever", "cough"), None, -3, True),
        (("none",), None, 0, True),
        (("none", "cough"), None, 0, False),
        ((), Course.ADMITTED, 1, False),
        ((), Course.ADMITTED, -84, True),
        ((), Course.DIED, -85, False),
        ((), None, 0, False),
    ],
)
def test_what_may_be_noted_of_a_course(symptoms, step, day, good):
    arguments = (TODAY + dt.timedelta(days=day), symptoms, (None, step), TODAY)
    if good:
        rules.check_course(*arguments)
    else:
        with pytest.raises(ContactError):
            rules.check_course(*arguments)


@pytest.mark.parametrize(
    ("before", "outcome", "after"),
    [
        (ILL, Course.WELL, RECOVERED),
        (ILL, Course.DIED, DIED),
        (ILL, Course.MOVED, MOVED),
        (ILL, Course.LOST, GONE),
        (MAYBE, Course.WELL, MAYBE),  # a contact does not recover
        (State(F0, Classification.SUSPECTED, FollowUp.RUNNING), Course.WELL,
         State(F0, Classification.SUSPECTED, FollowUp.RUNNING)),  # a test is awaited
        (MAYBE, Course.MOVED, State(F1, Classification.SUSPECTED, FollowUp.COMPLETED, Outcome.MOVED)),
    ],
)  # fmt: skip
def test_what_an_outcome_makes_of_an_episode(before, outcome, after):
    assert rules.after_outcome(before, outcome) == after


def days(number: int) -> dt.date:
    return TODAY + dt.timedelta(days=number)


@pytest.mark.parametrize(
    ("facts", "after"),
    [
        ({}, FollowUp.RUNNING),  # nobody knows until when
        ({"until": days(0), "heard": True}, FollowUp.RUNNING),
        ({"until": days(-1), "heard": True}, FollowUp.COMPLETED),
        ({"until": days(-1)}, FollowUp.LOST),  # never heard: not well, but not known
        ({"until": days(-1), "heard": True, "has_symptoms": True}, FollowUp.RUNNING),
        ({"until": days(-1), "heard": True, "is_isolated": True}, FollowUp.RUNNING),  # the stay ends it
        ({"until": days(-1), "heard": True, "role": F0}, FollowUp.RUNNING),  # the course ends it
        ({"until": days(5), "unreached_since": days(-6)}, FollowUp.RUNNING),
        ({"until": days(5), "unreached_since": days(-7)}, FollowUp.LOST),
        ({"until": days(5), "unreached_since": days(-7), "heard": True}, FollowUp.LOST),
        ({"until": days(5), "unreached_since": days(-7), "is_isolated": True}, FollowUp.RUNNING),
        ({"until": days(5), "unreached_since": days(-7), "role": F0}, FollowUp.RUNNING),
        ({"until": days(-1), "heard": True, "role": Role.TRAVELLER}, FollowUp.COMPLETED),
    ],
)
def test_how_a_follow_up_ends(facts, after):
    assert rules.follow_up_after(rules.Followed(**{"role": F1, "until": None} | facts), TODAY) is after


@pytest.mark.parametrize(
    ("until", "contact", "last"), [(days(3), days(-20), days(3)), (None, days(-4), days(10)), (None, None, None)]
)
def test_until_when_a_contact_is_followed(until, contact, last):
    assert rules.last_day(until, contact, WINDOWS.follow_up) == last


@pytest.mark.parametrize("decision", list(Decision))
def test_a_decision_is_kept_as_classification_and_follow_up(decision):
    assert rules.decision_of(rules.decided(F1, Classification.SUSPECTED, decision)) is decision
