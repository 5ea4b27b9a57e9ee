"""How a case may go on, which days were infectious."""

from __future__ import annotations

import datetime as dt

import pytest

from bluezone.authority.diagnosis import case_rules, rules
from bluezone.authority.diagnosis.case_rules import RESULTS, STATUS_OF_REPORT, Status, StatusError
from bluezone.authority.diagnosis.models import Case
from bluezone.disease.package import WindowRule
from bluezone.disease.shipped import shipped

WINDOW_RULES = shipped().windows.infectious

SUSPECTED, CONFIRMED, RECOVERED, WITHDRAWN = Status

#: every way there is: before, after, and whether only a test's result leads there
WAYS = {
    (SUSPECTED, CONFIRMED): True,
    (SUSPECTED, WITHDRAWN): True,
    (CONFIRMED, RECOVERED): False,
    (CONFIRMED, WITHDRAWN): True,
    (RECOVERED, CONFIRMED): False,
    (WITHDRAWN, CONFIRMED): True,
}


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
def test_a_case_goes_on_by_the_table_and_no_other_way(before, after):
    found = case_rules.transition(before, after)
    assert (found.by_result if found else None) == WAYS.get((before, after))
    if WAYS.get((before, after)) is False:
        case_rules.check_step(before, after)
    else:
        with pytest.raises(StatusError):
            case_rules.check_step(before, after)


def test_each_way_has_its_reason():
    assert all(each.reason for each in case_rules.TRANSITIONS)
    assert len(case_rules.TRANSITIONS) == len(WAYS)


@pytest.mark.parametrize(
    ("status", "steps"), [(SUSPECTED, []), (CONFIRMED, [RECOVERED]), (RECOVERED, [CONFIRMED]), (WITHDRAWN, [])]
)
def test_what_an_officer_may_note_without_a_result(status, steps):
    assert case_rules.steps_from(status) == steps


@pytest.mark.parametrize(
    ("report_type", "status", "results"),
    [
        ("suspected", SUSPECTED, ("confirmed", "negative")),
        ("clinical", SUSPECTED, ("confirmed", "negative")),
        ("self", SUSPECTED, ("confirmed", "negative")),
        ("confirmed", CONFIRMED, ("negative",)),
        ("confirmed", RECOVERED, ()),  # first noted as still ill
        ("negative", WITHDRAWN, ("confirmed",)),
    ],
)
def test_which_results_may_be_noted(report_type, status, results):
    assert case_rules.results_of(report_type, status) == results


def test_every_diagnosis_has_a_status_and_every_result_a_word_for_phones():
    assert set(STATUS_OF_REPORT) == set(Case.ReportType.values)
    # a contact is no diagnosis: no case has it
    assert set(rules.CERTIFIED) - {"contact"} == set(STATUS_OF_REPORT) - {"suspected"}
    assert {result for results in RESULTS.values() for result in results} <= set(rules.CERTIFIED)
    assert set(Case.Status.values) == set(Status)


DAY = dt.date(2020, 8, 15)


@pytest.mark.parametrize(
    ("onset", "test", "first", "last"),
    [
        (DAY, None, dt.date(2020, 8, 13), dt.date(2020, 8, 25)),
        (DAY, dt.date(2020, 8, 18), dt.date(2020, 8, 13), dt.date(2020, 8, 25)),  # symptoms count before the test
        (None, DAY, dt.date(2020, 8, 13), dt.date(2020, 8, 25)),
        (dt.date(2020, 6, 17), None, dt.date(2020, 6, 15), dt.date(2020, 6, 27)),
        (dt.date(2020, 6, 16), None, dt.date(2020, 6, 14), dt.date(2020, 6, 30)),  # by the rule of before
    ],
)
def test_the_infectious_days_are_counted_by_the_rule_of_their_day(onset, test, first, last):
    window = case_rules.infectious_window(onset, test, WINDOW_RULES)
    assert (window.first, window.last) == (first, last)
    assert window.rule.reason["en"].startswith("WHO")


def test_without_a_date_there_is_no_window():
    assert case_rules.infectious_window(None, None, WINDOW_RULES) is None


def test_a_new_rule_changes_no_day_before_it():
    more = (*WINDOW_RULES, WindowRule(dt.date(2021, 5, 5), 3, 21, {"en": "a made-up decision"}))
    assert case_rules.window_rule(dt.date(2021, 5, 4), more).days_after == 10
    assert case_rules.window_rule(dt.date(2021, 5, 5), more).days_after == 21
