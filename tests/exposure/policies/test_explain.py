from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.exposure.policies import BLUEZONE, Evidence
from bluezone.exposure.policies.explain import Closeness, explain_evidence
from bluezone.exposure.windows import ExposureWindow, ScanInstance, group_scans
from bluezone.i18n import Language

DAY = 18_487 * 86400  # 13 August 2020
SURE = Evidence(1900.0, 48.0, 0.62, (0.41, 0.79), 25.0)


def test_an_alert_says_when_how_long_how_close_how_sure_and_by_which_rule():
    said = explain_evidence(DAY, SURE, "bluezone", "1").sentences(Language.ENGLISH)
    assert said == (
        "On 13 August 2020 your phone was near the phone of a person who has since been confirmed infected.",
        "Together it was about 30 minutes.",
        "The signal was strong, as it is within an arm's length or two.",
        (
            "How sure: of ten such signals about 6 (between 4 and 8) come from people within two metres for 15 minutes "
            "or more. Bluetooth cannot tell it better."
        ),
        "This was decided by the rule bluezone, version 1.",
        "Who it was and at what minute is not shown. Nobody is told that you were warned.",
    )


def test_the_same_in_vietnamese():
    said = explain_evidence(DAY, SURE, "bluezone", "1").sentences(Language.VIETNAMESE)
    assert said[0] == (
        "Vào ngày 13 tháng 8 năm 2020, điện thoại của bạn đã ở gần điện thoại của một người mà sau đó được xác nhận "
        "nhiễm bệnh."
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


@pytest.mark.parametrize(
    ("attenuation", "closeness"),
    [(30, Closeness.VERY_NEAR), (50, Closeness.VERY_NEAR), (55, Closeness.ABOUT_TWO_METRES), (61, Closeness.FARTHER)],
)
def test_closeness_is_said_as_roughly_as_it_is_known(attenuation, closeness):
    assert Closeness.of(attenuation) is closeness


def test_a_rule_without_probabilities_says_that_it_has_none():
    evidence = Evidence(1900.0, 52.0)
    said = explain_evidence(DAY, evidence, "swisscovid", "2020-09").sentences(Language.ENGLISH)
    assert any("does not say how sure" in sentence for sentence in said)
    assert "version 2020-09" in said[4]


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
    assert (explanation.day, explanation.quarters, explanation.dose_minutes) == (dt.date(2020, 8, 13), 2, None)
    assert explanation.chances_in_ten is not None


def test_where_many_meetings_together_led_to_the_alert_that_is_said():
    explanation = explain_evidence(DAY, evidence_of_day(7, 50, 12), "bluezone", "1", by_dose=True)
    assert explanation.dose_minutes == 85
    assert "85 minutes at two metres" in " ".join(explanation.sentences(Language.ENGLISH))
