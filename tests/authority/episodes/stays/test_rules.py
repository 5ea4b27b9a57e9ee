from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from bluezone.authority.episodes.stays import rules
from bluezone.authority.episodes.stays.rules import (
    NEEDS_SECOND,
    ONCE,
    TWICE,
    Ask,
    CheckFacts,
    Due,
    Ending,
    IsolationError,
    Missing,
    Said,
    Severity,
    StayFacts,
    TestFacts,
    TestState,
    tasks_of_stay,
)
from bluezone.authority.episodes.words import Role, StayKind
from bluezone.authority.officers.jurisdiction import Role as OfficerRole
from bluezone.authority.officers.jurisdiction import jurisdiction_of
from bluezone.disease.shipped import shipped

SIGNS = shipped().signs

DAY = dt.date(2020, 8, 20)
SINCE, UNTIL = DAY - dt.timedelta(days=3), DAY + dt.timedelta(days=10)
COMMUNE = "/63:93/63:930/63:31318/"
SITE = f"{COMMUNE}7K3M-Q2XD/"


def at(hour: int, minute: int = 0, day: dt.date = DAY) -> dt.datetime:
    """A local moment."""
    return dt.datetime.combine(day, dt.time(hour, minute))


ENTERED = at(9, day=SINCE - dt.timedelta(days=1))
EIGHT = dt.time(8)


@pytest.mark.parametrize(
    ("now", "heard_at", "rounds", "due"),
    [
        (at(0), None, ONCE, Due.AWAITED),
        (at(11, 59), None, ONCE, Due.AWAITED),
        (at(12), None, ONCE, Due.REMIND),
        (at(17, 59), None, ONCE, Due.REMIND),
        (at(18), None, ONCE, Due.CALL),
        (at(23, 59), None, ONCE, Due.CALL),
        (at(12), EIGHT, ONCE, Due.DECLARED),
        (at(18), EIGHT, ONCE, Due.DECLARED),
        (at(13, day=SINCE - dt.timedelta(days=1)), None, ONCE, Due.NOTHING),
        (at(13, day=SINCE), None, ONCE, Due.REMIND),
        (at(13, day=UNTIL), None, ONCE, Due.REMIND),
        (at(13, day=UNTIL + dt.timedelta(days=1)), None, ONCE, Due.NOTHING),
        (at(8, 59), None, TWICE, Due.AWAITED),
        (at(9), None, TWICE, Due.REMIND),
        (at(12), None, TWICE, Due.CALL),
        (at(19), None, TWICE, Due.CALL),
        (at(13, 59), EIGHT, TWICE, Due.DECLARED),
        (at(14), EIGHT, TWICE, Due.AWAITED),
        (at(18), EIGHT, TWICE, Due.REMIND),
        (at(20), EIGHT, TWICE, Due.CALL),
        (at(20), dt.time(13, 59), TWICE, Due.CALL),
        (at(20), dt.time(14), TWICE, Due.DECLARED),
    ],
)
def test_who_was_not_heard_in_a_round_is_reminded_and_then_called(now, heard_at, rounds, due):
    facts = {"entered_at": ENTERED, "heard_at": heard_at, "now": now, "rounds": rounds}
    assert rules.declaration_due(SINCE, UNTIL, None, **facts) is due


@pytest.mark.parametrize(
    ("entered", "now", "rounds", "due"),
    [
        (at(12), at(18), ONCE, Due.AWAITED),
        (at(12), at(12, day=DAY + dt.timedelta(days=1)), ONCE, Due.REMIND),
        (at(11, 59), at(18), ONCE, Due.CALL),
        (at(9), at(12), TWICE, Due.AWAITED),
        (at(9), at(20), TWICE, Due.CALL),
        (at(18), at(20), TWICE, Due.AWAITED),
    ],
)
def test_who_was_entered_late_is_asked_from_the_next_round_on(entered, now, rounds, due):
    facts = {"entered_at": entered, "heard_at": None, "now": now, "rounds": rounds}
    assert rules.declaration_due(DAY, UNTIL, None, **facts) is due


def test_nothing_is_due_once_a_stay_has_ended():
    facts = {"entered_at": at(9, day=SINCE), "heard_at": None, "now": at(19)}
    assert rules.declaration_due(SINCE, UNTIL, DAY, **facts) is Due.NOTHING


@pytest.mark.parametrize(
    ("round_", "heard_at", "entered", "reminded_at", "now", "goes"),
    [
        (ONCE[0], None, ENTERED, None, at(12), True),
        (ONCE[0], None, ENTERED, None, at(11, 59), False),
        (ONCE[0], None, ENTERED, None, at(18), False),
        (ONCE[0], EIGHT, ENTERED, None, at(12), False),
        (ONCE[0], None, at(12), None, at(13), False),
        (ONCE[0], None, ENTERED, at(12, day=DAY - dt.timedelta(days=1)), at(12), True),
        (ONCE[0], None, ENTERED, at(12), at(13), False),
        (TWICE[1], None, ENTERED, at(9), at(18), True),
        (TWICE[1], EIGHT, ENTERED, at(9), at(18), True),
        (TWICE[1], dt.time(15), ENTERED, at(9), at(18), False),
        (TWICE[1], None, ENTERED, at(18), at(19), False),
    ],
)
def test_one_reminder_a_round_and_none_once_somebody_is_to_call(round_, heard_at, entered, reminded_at, now, goes):
    assert rules.may_remind(round_, heard_at, entered, reminded_at, now) is goes


@pytest.mark.parametrize(
    ("symptoms", "temperature", "oxygen", "severity"),
    [
        ([], "", "", Severity.WELL),
        ([], "37,4", "96", Severity.WELL),
        ([], "37.5", "", Severity.SYMPTOMS),
        (["cough"], "", "", Severity.SYMPTOMS),
        (["cough", "breathless"], "36.6", "", Severity.EMERGENCY),
        (["drowsy"], "", "", Severity.EMERGENCY),
        (["chest-pain"], "", "", Severity.EMERGENCY),
        ([], "", "95 %", Severity.EMERGENCY),
        (["cough"], "", " 97% ", Severity.SYMPTOMS),
    ],
)
def test_how_soon_somebody_is_to_call(symptoms, temperature, oxygen, severity):
    said = rules.read_said(SIGNS, symptoms, temperature, oxygen, well=not symptoms)
    assert said.severity(SIGNS) is severity
    assert Said.from_json(said.as_json) == said


def test_symptoms_are_kept_in_the_order_of_the_list_and_once():
    said = rules.read_said(SIGNS, ["fever", "breathless", "fever"], "38", well=False)
    assert said.symptoms == ("breathless", "fever")
    assert said.temperature == Decimal("38.0")


@pytest.mark.parametrize(
    ("symptoms", "temperature", "well", "field"),
    [
        (["cough"], "", True, "symptoms"),
        ([], "", False, "symptoms"),
        (["plague"], "", False, "symptoms"),
        ([], "33.9", True, "temperature"),
        ([], "43.1", True, "temperature"),
        ([], "warm", True, "temperature"),
        ([], "NaN", True, "temperature"),
        ([], "Infinity", True, "temperature"),
        ([], "٣٧", True, "temperature"),
        ([], "3.7e1", True, None),
        ([], "=36.6", True, "temperature"),
    ],
)
def test_what_cannot_be_declared_is_refused_with_its_field(symptoms, temperature, well, field):
    if field is None:
        assert rules.read_said(SIGNS, symptoms, temperature, well=well).temperature == Decimal("37.0")
        return
    with pytest.raises(IsolationError) as error:
        rules.read_said(SIGNS, symptoms, temperature, well=well)
    assert error.value.field == field


@pytest.mark.parametrize("text", ["49", "101", "ninety", "9.6", "-96", "٩٦", "9" * 40])
def test_what_is_no_oxygen_is_refused(text):
    with pytest.raises(IsolationError) as error:
        rules.read_oxygen(text)
    assert error.value.field == "oxygen"


@pytest.mark.parametrize("text", ["36,8", "36.8", " 36.8 °C", "36,8°"])
def test_a_temperature_is_read_as_it_is_written(text):
    assert rules.read_temperature(text) == Decimal("36.8")


def test_a_test_is_coming_due_missed_or_done():
    days = {
        DAY + dt.timedelta(days=1): TestState.COMING,
        DAY: TestState.DUE,
        DAY - dt.timedelta(days=1): TestState.MISSED,
    }
    for due_on, state in days.items():
        assert rules.test_state(due_on, "", DAY) is state
        assert rules.test_state(due_on, "negative", DAY) is TestState.DONE


@pytest.mark.parametrize(
    ("due_on", "result", "ended_on", "shown"),
    [
        (DAY, "", None, True),
        (DAY, "", DAY, True),
        (DAY + dt.timedelta(days=1), "", DAY, False),  # the stay had no such day
        (DAY + dt.timedelta(days=1), "negative", DAY, True),
    ],
)
def test_a_test_of_a_day_after_the_end_is_not_to_come(due_on, result, ended_on, shown):
    assert rules.is_shown(due_on, result, ended_on) is shown


def test_tests_follow_the_rule_of_a_new_place():
    first, second, third = (DAY + dt.timedelta(days=n) for n in range(3))
    assert rules.changed_tests([first, third], {first, second}) == ([third], [second])


@pytest.mark.parametrize(
    ("ending", "because", "day", "allowed"),
    [
        (Ending.DONE, "", UNTIL, True),
        (Ending.DONE, "", UNTIL - dt.timedelta(days=1), False),
        (Ending.EARLY, "hardship", DAY, True),
        (Ending.EARLY, "", DAY, False),
        (Ending.EARLY, "because I say so", DAY, False),
        (Ending.DIED, "", DAY, True),
        (Ending.DIED, "", SINCE - dt.timedelta(days=1), True),
        (Ending.EARLY, "hardship", SINCE - dt.timedelta(days=1), False),
        (Ending.MISTAKE, "", SINCE - dt.timedelta(days=1), True),
        (Ending.EARLY, "no-contact", DAY, True),
    ],
)
def test_how_a_stay_may_end(ending, because, day, allowed):
    if allowed:
        rules.check_end(ending, because, day, SINCE, UNTIL, Role.F1)
    else:
        with pytest.raises(IsolationError):
            rules.check_end(ending, because, day, SINCE, UNTIL, Role.F1)


def test_a_case_is_not_released_as_no_contact():
    rules.check_end(Ending.EARLY, "hardship", DAY, SINCE, UNTIL, Role.F0)
    with pytest.raises(IsolationError):
        rules.check_end(Ending.EARLY, "no-contact", DAY, SINCE, UNTIL, Role.F0)


ALL, YESTERDAY = frozenset(Ask), DAY - dt.timedelta(days=1)
ILL, DANGER = Severity.SYMPTOMS, Severity.EMERGENCY


@pytest.mark.parametrize(
    ("checks", "tests", "missing"),
    [
        pytest.param([], [], [], id="well"),
        pytest.param(
            [CheckFacts(DAY, DANGER, fever=True)], [], [Missing.DANGER, Missing.FEVER, Missing.ALARM], id="breath, 38.5"
        ),
        pytest.param(
            [CheckFacts(DAY, DANGER, fever=True, answered=True)],
            [],
            [Missing.DANGER, Missing.FEVER],
            id="a call does not cure",
        ),
        pytest.param([CheckFacts(DAY, ILL, fever=True, answered=True)], [], [Missing.FEVER], id="fever of today"),
        pytest.param([CheckFacts(DAY, ILL, answered=True)], [], [], id="a cough that was heard"),
        pytest.param([CheckFacts(YESTERDAY, ILL)], [], [Missing.ALARM], id="yesterday's call was not made"),
        pytest.param([CheckFacts(YESTERDAY, DANGER, fever=True, answered=True)], [], [], id="over since yesterday"),
        pytest.param([], [TestFacts(DAY)], [Missing.TEST], id="a test of today"),
        pytest.param([], [TestFacts(YESTERDAY)], [Missing.TEST], id="a missed test"),
        pytest.param([], [TestFacts(DAY + dt.timedelta(days=1))], [], id="a test to come"),
        pytest.param([], [TestFacts(YESTERDAY, YESTERDAY)], [Missing.RESULT], id="a result awaited"),
        pytest.param([], [TestFacts(DAY, DAY, "negative")], [], id="negative"),
        pytest.param([], [TestFacts(DAY, DAY, "positive")], [Missing.POSITIVE], id="positive"),
        pytest.param(
            [], [TestFacts(YESTERDAY, YESTERDAY, "positive"), TestFacts(DAY, DAY, "negative")], [], id="negative again"
        ),
    ],
)
def test_what_a_release_lacks(checks, tests, missing):
    assert list(rules.missing_of_release(ALL, checks, tests, DAY)) == missing
    assert rules.missing_of_release(frozenset(), checks, tests, DAY) == ()  # a protocol that asks nothing
    if missing:
        with pytest.raises(IsolationError):
            rules.check_reason_to_release(missing, "")
    rules.check_reason_to_release(missing, "a reason")


def test_a_positive_test_keeps_nobody_for_ever():
    tests = [TestFacts(YESTERDAY, YESTERDAY, "positive")]
    for until, missing in ((DAY, ()), (DAY + dt.timedelta(days=1), (Missing.POSITIVE,))):
        assert rules.missing_of_release(ALL, [], tests, DAY, positive_until=until) == missing


def test_a_fever_alone_needs_no_second_officer():
    assert {Missing.FEVER, Missing.POSITIVE} == set(Missing) - NEEDS_SECOND


@pytest.mark.parametrize(
    ("role", "place", "sees", "opens_home", "opens_site", "enters_home", "enters_site"),
    [
        (OfficerRole.COMMUNE, COMMUNE, True, True, True, True, True),
        (OfficerRole.COMMUNE, "/63:93/63:930/63:31321/", True, False, False, False, False),
        (OfficerRole.DISTRICT, "/63:93/63:930/", True, False, False, False, True),
        (OfficerRole.PROVINCE, "/63:93/", True, False, False, False, True),
        (OfficerRole.PROVINCE, "/63:94/", True, False, False, False, False),
        (OfficerRole.MINISTRY, "/", False, False, False, False, True),
        (OfficerRole.UNIT_HEAD, SITE, True, False, True, False, True),
        (OfficerRole.UNIT_HEAD, f"{COMMUNE}AAAA-AAAA/", True, False, False, False, False),
    ],
)
def test_who_sees_opens_and_enters_what(role, place, sees, opens_home, opens_site, enters_home, enters_site):
    own = jurisdiction_of(role, place)
    assert rules.sees_people(own) is sees
    assert rules.may_open_private(own, COMMUNE, StayKind.HOME) is opens_home
    assert rules.may_open_private(own, SITE, StayKind.SITE) is opens_site
    assert rules.may_enter(own, COMMUNE, StayKind.HOME) is enters_home
    assert rules.may_enter(own, SITE, StayKind.SITE) is enters_site


@pytest.mark.parametrize(("rounds", "hour", "begins"), [(ONCE, 23, 0), (TWICE, 0, 0), (TWICE, 13, 0), (TWICE, 14, 14)])
def test_a_check_counts_for_the_round_that_began_last(rounds, hour, begins):
    assert rules.begun_round(rounds, dt.time(hour)).counts_from == dt.time(begins)


# --- tasks ------------------------------------------------------------------------------------------------------------


def days(count: int) -> dt.date:
    return DAY + dt.timedelta(days=count)


#: an F1 on the third of fourteen days, with an order, heard yesterday and not yet today
FACTS = StayFacts(
    COMMUNE,
    "/63:93/63:930/",
    7,
    Role.F1,
    days(-2),
    days(11),
    entered_at=at(9, day=days(-2)),
    ordered=True,
    heard_at=at(8, day=days(-1)),
)


@pytest.mark.parametrize(
    ("changes", "tasks"),
    [
        pytest.param({}, ["check calm 18:00"], id="to be heard today"),
        pytest.param({"heard_at": at(8)}, [], id="heard today"),
        pytest.param({"heard_at": at(8, day=days(-2))}, ["check soon 18:00"], id="not heard yesterday either"),
        pytest.param({"role": Role.F0}, ["check soon 18:00"], id="a case"),
        pytest.param({"role": Role.F0, "heard_at": None}, ["check now 18:00"], id="a silent case"),
        pytest.param({"since": days(1), "until": days(14), "heard_at": None}, [], id="begins tomorrow"),
        pytest.param({"since": DAY, "heard_at": None, "entered_at": at(13)}, [], id="entered this afternoon"),
        pytest.param({"since": DAY, "heard_at": None, "entered_at": at(9)}, ["check calm 18:00"], id="entered today"),
        pytest.param({"rounds": TWICE}, ["check calm 12:00"], id="in the morning, of two"),
        pytest.param({"rounds": TWICE, "heard_at": at(8)}, ["check calm 20:00"], id="then in the evening"),
        pytest.param({"rounds": TWICE, "heard_at": at(14)}, [], id="heard in the afternoon: for both"),
        pytest.param(
            {"rounds": TWICE, "since": DAY, "heard_at": None, "entered_at": at(9)},
            ["check calm 20:00"],
            id="entered after the morning's round",
        ),
        pytest.param({"heard_at": at(8), "ordered": False}, ["order calm 21:00-2"], id="an order to sign"),
        pytest.param(
            {"heard_at": at(8), "ordered": False, "asked_at": at(9)}, ["order calm 21:00"], id="an order asked anew"
        ),
        pytest.param({"heard_at": at(8), "tests": [TestFacts(DAY)]}, ["test soon 18:00"], id="a test of today"),
        pytest.param(
            {"heard_at": at(8), "tests": [TestFacts(days(1)), TestFacts(days(-1))]},
            ["test soon 18:00-1"],
            id="a late test",
        ),
        pytest.param(
            {"heard_at": at(8), "tests": [TestFacts(days(-1))], "entered_at": at(19, day=days(-1))},
            ["test soon 18:00"],
            id="a test of the evening on which the stay was entered",
        ),
        pytest.param({"heard_at": at(8), "tests": [TestFacts(days(1))]}, [], id="a test to come"),
        pytest.param(
            {"heard_at": at(8), "tests": [TestFacts(DAY, DAY)]}, ["result calm 18:00+1"], id="a result awaited"
        ),
        pytest.param({"heard_at": at(8), "tests": [TestFacts(DAY, DAY, "negative")]}, [], id="a result"),
        pytest.param(
            {"heard_at": at(8), "tests": [TestFacts(DAY, DAY, "positive")], "unconfirmed": True},
            ["decide now 18:00"],
            id="positive without a case",
        ),
        pytest.param({"heard_at": at(8), "alarms": [(at(8), Severity.SYMPTOMS)]}, ["alarm soon 12:00"], id="symptoms"),
        pytest.param(
            {"heard_at": at(8), "alarms": [(at(8), Severity.SYMPTOMS), (at(9), Severity.EMERGENCY)]},
            ["alarm now 9:15"],
            id="a danger sign",
        ),
        pytest.param({"heard_at": at(8), "until": DAY}, ["release calm 18:00"], id="the last day"),
        pytest.param({"heard_at": at(8), "until": days(-1)}, ["release calm 18:00-1"], id="overdue"),
        pytest.param({"ended_on": DAY, "ordered": False}, [], id="ended"),
        pytest.param({"ended_on": DAY, "awaits_second": True}, ["release soon 18:00"], id="a second officer"),
        pytest.param(
            {"ended_on": DAY, "alarms": [(at(8), Severity.EMERGENCY)]}, ["alarm now 8:15"], id="ended unanswered"
        ),
    ],
)
def test_which_tasks_a_stay_wants(changes, tasks):
    found = tasks_of_stay(replace(FACTS, **changes), at(10))
    assert [said(each) for each in found] == tasks
    assert all(each.person == 7 for each in found)


def said(each) -> str:
    """A task in short: kind, urgency, when it is due, and a word, which a task of a stay never has."""
    late = (each.due_at.date() - DAY).days
    due = f"{each.due_at.hour}:{each.due_at:%M}" + (f"{late:+d}" if late else "")
    return " ".join(filter(None, (each.kind.value, each.urgency.name.lower(), due, each.detail)))


def test_a_check_is_listed_from_noon_on():
    [check] = tasks_of_stay(FACTS, at(10))
    assert (check.opens_at, check.place) == (at(12), COMMUNE)
