from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.exposure.policies import BLUEZONE, BLUEZONE_2, Evidence, Grade
from bluezone.exposure.policies.explain import explain_evidence
from bluezone.exposure.windows import ExposureWindow, ScanInstance, group_scans
from bluezone.i18n import Language

DAY = 18_487 * 86400  # 13 August 2020
SURE = Evidence(
    1900.0, 48.0, 0.62, (0.41, 0.79), 25.0, (9.4, 31.0), Grade.RAISED, 30, "bluezone-2", "2", dose_distance_m=1.0
)


def test_an_alert_says_when_how_long_how_close_how_sure_and_by_which_rule():
    said = explain_evidence(DAY, SURE, "bluezone", "1", near_minutes=(13.0, 4.9, 36.0)).sentences(Language.ENGLISH)
    assert said == (
        (
            "On 13 August 2020 your phone received the signal of the phone of a person who has since been confirmed "
            "infected."
        ),
        "Together it was about 30 minutes.",
        (
            "About 15 minutes of it were within two metres; in eight of ten such warnings it is 0 to 35. The rest was "
            "farther away, or behind walls, bags and bodies."
        ),
        "Farther away counts less: all in all it was as much as about 25 minutes at 1 metre (between 5 and 35).",
        (
            "Of ten such warnings about 6 (between 4 and 8) come from people within two metres for 15 minutes or more. "
            "Bluetooth cannot tell it better."
        ),
        "By this rule the exposure was raised.",
        "This was decided by the rule bluezone, version 1.",
        (
            "Who it was is not known, and at what minute is not shown. The phone tells nobody that you were warned: "
            "that is up to you."
        ),
    )


def test_the_same_in_vietnamese():
    said = explain_evidence(DAY, SURE, "bluezone", "1").sentences(Language.VIETNAMESE)
    assert said[0] == (
        "Vào ngày 13 tháng 8 năm 2020, điện thoại của bạn ghi nhận tín hiệu điện thoại của một người sau đó được xác "
        "nhận nhiễm COVID-19."
    )
    assert said[1] == "Tổng cộng khoảng 30 phút."
    english = explain_evidence(DAY, SURE, "bluezone", "1").sentences(Language.ENGLISH)
    assert len(said) == len(english)
    assert not set(said) & set(english)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (5, "less than a quarter"),
        (12, "about 15 minutes"),
        (44, "about 45 minutes"),
        (70, "about an hour"),
        (110, "about 2 hours"),
        (500, "about 8 hours"),
    ],
)
def test_the_length_is_rounded_so_that_it_does_not_give_the_minute_away(minutes, said):
    evidence = replace(SURE, heard_s=minutes * 60.0)
    assert said in explain_evidence(DAY, evidence, "p", "1").sentences(Language.ENGLISH)[1]


def test_the_time_is_never_paired_with_a_typical_strength():
    """Eight hours in which five minutes were near are not eight hours near."""
    evidence = replace(SURE, heard_s=8 * 3600.0, attenuation_db=48.0)
    said = explain_evidence(DAY, evidence, "p", "1", near_minutes=(5.0, 1.0, 22.0)).sentences(Language.ENGLISH)
    assert "About 5 minutes of it were within two metres; in eight of ten such warnings it is 0 to 25." in said[2]
    before = explain_evidence(DAY, evidence, "p", "1").sentences(Language.ENGLISH)
    assert before[2] == "How much of it was within two metres was not kept."


@pytest.mark.parametrize(
    ("heard", "near", "said"),
    [
        (37, (36.0, 20.0, 37.0), (30, 20, 40)),
        (4, (4.0, 2.0, 4.0), (5, 0, 5)),
        (13, (12.6, 5.0, 13.0), (15, 5, 15)),
        (480, (5.0, 1.0, 22.0), (5, 0, 25)),
    ],
)
def test_no_more_is_near_than_was_heard(heard, near, said):
    evidence = replace(SURE, heard_s=heard * 60.0)
    assert explain_evidence(DAY, evidence, "p", "1", near_minutes=near).near_minutes == said


def test_a_rule_without_probabilities_says_that_it_has_none():
    evidence = Evidence(1900.0, 52.0)
    said = explain_evidence(DAY, evidence, "swisscovid", "2020-09").sentences(Language.ENGLISH)
    assert any("does not say how sure" in sentence for sentence in said)
    assert "version 2020-09" in said[4]
    assert len(said) == 6


@given(
    st.builds(
        Evidence,
        st.floats(0, 86400),
        st.floats(20, 90),
        st.none() | st.floats(0, 1),
        st.just((0.1, 0.9)),
        st.floats(0, 1000),
    ),
    st.booleans(),
)
def test_no_time_of_day_and_neither_none_nor_all_is_ever_said(evidence, by_dose):
    said = " ".join(explain_evidence(DAY + 43200, evidence, "p", "1", by_dose=by_dose).sentences(Language.ENGLISH))
    assert not re.search(r"\d:\d", said)
    assert not re.search(r"\b(0|10)\b (\(|come)", said)


def windows(minutes: int, attenuation: float, encounter: int = 0) -> list[ExposureWindow]:
    start = DAY + 30_000 + 1_000 * encounter
    scans = [ScanInstance(start + 60 * n, 60, attenuation, attenuation, 4) for n in range(minutes)]
    return [ExposureWindow(scans, days_since_onset=0, encounter=encounter) for scans in group_scans(scans)]


def evidence_of_day(minutes: int, attenuation: float, encounters: int) -> Evidence:
    """Evidence of the default policy for a day of several meetings of so many minutes."""
    every = [window for number in range(encounters) for window in windows(minutes, attenuation, number)]
    evidence = BLUEZONE.assess(every).days[0].evidence
    assert evidence is not None
    return evidence


def test_the_evidence_of_an_assessment_is_explained():
    explanation = explain_evidence(DAY, evidence_of_day(30, 45, 1), "bluezone", "1")
    assert (explanation.day, explanation.quarters, explanation.by_dose) == (dt.date(2020, 8, 13), 2, False)
    assert explanation.dose_minutes == (30, 30, 30)
    assert explanation.chances_in_ten is not None


def test_where_many_meetings_together_led_to_the_alert_that_is_said():
    explanation = explain_evidence(DAY, evidence_of_day(7, 50, 12), "bluezone", "1", by_dose=True)
    said = " ".join(explanation.sentences(Language.ENGLISH))
    assert "No single meeting was near and long enough; it was all meetings of the day together." in said
    assert "about 85 minutes at 2 metres" in said


@pytest.mark.parametrize(
    ("policy", "distance"), [(BLUEZONE, ("2 metres", "2 mét")), (BLUEZONE_2, ("1 metre", "1 mét"))]
)
def test_the_dose_says_at_which_distance_its_rule_counts(policy, distance):
    [day] = policy.assess(windows(30, 45)).days
    for language, at in zip((Language.ENGLISH, Language.VIETNAMESE), distance, strict=True):
        dose = explain_evidence(DAY, day.evidence, policy.name, policy.version).sentences(language)[3]
        assert f" {at} (" in dose


@pytest.mark.parametrize("language", list(Language))
def test_the_grade_rises_by_degrees_and_gives_no_advice(language):
    said = []
    for grade in Grade:
        said.append(explain_evidence(DAY, replace(SURE, grade=grade), "p", "1").sentences(language)[5])
    assert len(set(said)) == len(Grade)
    assert not any(re.search(r"\d", sentence) for sentence in said)  # days of watching are the guidance's to name
    without = explain_evidence(DAY, replace(SURE, grade=None), "p", "1").sentences(language)
    assert not set(said) & set(without)  # an earlier version of the app kept no grade


def test_thirteen_minutes_and_fifteen_differ_by_a_degree_at_most():
    order = list(Grade)
    grades = [order.index(BLUEZONE_2.assess(windows(minutes, 45)).days[0].evidence.grade) for minutes in range(5, 120)]
    assert all(later - earlier in (0, 1) for earlier, later in zip(grades, grades[2:], strict=False))
    assert set(grades) >= {0, 1, 2}
