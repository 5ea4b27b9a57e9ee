from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.exposure.policies import BLUEZONE, Evidence, Grade, Log
from bluezone.exposure.policies.explain import Certainty, explain_evidence
from bluezone.exposure.windows import ExposureWindow, ScanInstance, group_scans
from bluezone.i18n import Language

DATE, DAY = dt.date(2020, 8, 13), 18_487 * 86400
SURE = Evidence(1900.0, 48.0, 22.0, Grade.RAISED, 30, "bluezone", "3", 40)


def said(evidence: Evidence, language: Language = Language.ENGLISH) -> tuple[str, ...]:
    return explain_evidence(DATE, evidence, "bluezone", "3").sentences(language)


def test_an_alert_says_when_how_long_how_near_how_sure_and_by_which_rule():
    assert said(SURE) == (
        (
            "On 13 August 2020 your phone received the signal of the phone of a person who has since been confirmed "
            "infected."
        ),
        "Together it was about 30 minutes.",
        "It was near for about 20 minutes.",
        "A close contact is likely.",
        "By this rule the exposure was raised.",
        "This was decided by the rule bluezone, version 3.",
        (
            "Who it was is not known, and at what minute is not shown. The phone tells nobody that you were warned: "
            "that is up to you."
        ),
    )


def test_the_same_in_vietnamese():
    vietnamese = said(SURE, Language.VIETNAMESE)
    assert vietnamese[0] == (
        "Vào ngày 13 tháng 8 năm 2020, điện thoại của bạn ghi nhận tín hiệu điện thoại của một người sau đó được xác "
        "nhận nhiễm COVID-19."
    )
    assert vietnamese[1] == "Tổng cộng khoảng 30 phút."
    assert not set(vietnamese) & set(said(SURE))


@pytest.mark.parametrize(
    ("minutes", "length"),
    [
        (5, "less than a quarter"),
        (12, "about 15 minutes"),
        (44, "about 45 minutes"),
        (70, "about an hour"),
        (110, "about 2 hours"),
        (500, "about 8 hours"),
    ],
)
def test_the_length_is_rounded_so_that_it_does_not_give_the_minute_away(minutes, length):
    assert length in said(replace(SURE, heard_s=minutes * 60.0))[1]


@pytest.mark.parametrize(
    ("heard", "near", "shown"),
    [(37, 36.0, 30), (4, 4.0, 5), (13, 12.6, 15), (480, 5.0, 5), (480, 2.0, 0), (60, None, None)],
)
def test_no_more_is_near_than_was_heard_as_both_are_said(heard, near, shown):
    evidence = replace(SURE, heard_s=heard * 60.0, near_minutes=near)
    assert explain_evidence(DATE, evidence, "p", "1").near_minutes == shown
    sentence = {None: "not known", 0: "hardly near"}.get(shown, f"about {shown} minutes")
    assert sentence in said(evidence)[2]


@pytest.mark.parametrize(
    ("near_minutes", "own_meetings", "certainty"),
    [
        (30.0, 40, Certainty.LIKELY),
        (29.9, 40, Certainty.POSSIBLE),
        (29.9, 1, Certainty.POSSIBLE),
        (60.0, 0, Certainty.CANNOT_TELL),  # a phone that does not know its own radio
        (None, 40, Certainty.CANNOT_TELL),  # a rule that counts time and strength only
    ],
)
def test_an_hour_is_said_to_be_surely_a_close_contact_by_its_share_near(near_minutes, own_meetings, certainty):
    evidence = replace(SURE, heard_s=3_600.0, near_minutes=near_minutes, own_meetings=own_meetings)
    assert explain_evidence(DATE, evidence, "p", "1").certainty is certainty


@given(st.builds(Evidence, st.floats(0, 86400), st.floats(20, 90), st.none() | st.floats(0, 1000)))
def test_no_time_of_day_is_ever_said(evidence):
    assert not re.search(r"\d:\d", " ".join(explain_evidence(DATE, evidence, "p", "1").sentences(Language.ENGLISH)))


def windows(minutes: int, attenuation: float) -> list[ExposureWindow]:
    scans = [ScanInstance(DAY + 30_000 + 60 * n, 60, attenuation, attenuation, 4) for n in range(minutes)]
    return [ExposureWindow(scans, days_since_onset=0) for scans in group_scans(scans)]


def test_the_evidence_of_an_assessment_is_explained():
    [day] = BLUEZONE.knowing(Log(30, 51.0)).assess(windows(30, 45)).days
    explanation = explain_evidence(DATE, day.evidence, "bluezone", "3")
    assert (explanation.day, explanation.quarters) == (dt.date(2020, 8, 13), 2)
    assert (explanation.near_minutes, explanation.certainty) == (30, Certainty.LIKELY)


@pytest.mark.parametrize("language", list(Language))
def test_the_grade_rises_by_degrees_and_gives_no_advice(language):
    grades = [said(replace(SURE, grade=grade), language)[4] for grade in Grade]
    assert len(set(grades)) == len(Grade)
    assert not any(re.search(r"\d", sentence) for sentence in grades)  # days of watching are the guidance's to name


def test_thirteen_minutes_and_fifteen_differ_by_a_degree_at_most():
    order = list(Grade)
    grades = [order.index(BLUEZONE.assess(windows(minutes, 45)).days[0].evidence.grade) for minutes in range(3, 120)]
    assert all(later - earlier in (0, 1) for earlier, later in zip(grades, grades[2:], strict=False))
    assert set(grades) == {0, 1, 2, 3}
