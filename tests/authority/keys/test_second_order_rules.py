"""Which keys a contact may publish: those of days since the exposure, while it is on."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.authority.keys import rules
from bluezone.authority.keys.rules import PublishRefusedError, SentKey, Upload
from bluezone.protocol.intervals import INTERVALS_PER_DAY
from bluezone.protocol.keys import ReportType, TemporaryExposureKey
from bluezone.protocol.messages import PublishCode
from bluezone.protocol.verification import CertifiedReport

TODAY = 18_492 * INTERVALS_PER_DAY
DAY = INTERVALS_PER_DAY


def upload(starts: list[int], report=CertifiedReport.RECURSIVE, certified: int | None = TODAY - 3 * DAY) -> Upload:
    keys = tuple(SentKey(at, TemporaryExposureKey(secrets.token_bytes(16), start)) for at, start in enumerate(starts))
    return Upload(keys, (), report, None, certified)


@pytest.mark.parametrize(
    ("days_ago", "is_on", "says"),
    [
        ([1, 2, 3], True, None),
        ([3], True, None),
        ([4], True, "before the exposure"),
        ([1, 2, 3, 4], True, "before the exposure"),
        ([1], False, "off"),
    ],
)
def test_only_keys_of_days_since_the_exposure_are_taken_while_it_is_on(days_ago, is_on, says):
    sent = upload([TODAY - days * DAY for days in days_ago])
    if says is None:
        rules.check_contact(sent, is_on=is_on)
        return
    with pytest.raises(PublishRefusedError, match=says) as refused:
        rules.check_contact(sent, is_on=is_on)
    assert refused.value.code is PublishCode.BAD_REQUEST


def test_a_key_of_the_day_before_that_reaches_into_it_is_not_taken():
    with pytest.raises(PublishRefusedError):
        rules.check_contact(upload([TODAY - 3 * DAY - 1]), is_on=True)


def test_a_certificate_without_a_day_vouches_for_none():
    with pytest.raises(PublishRefusedError, match="from which day"):
        rules.check_contact(upload([TODAY], certified=None), is_on=True)


@given(st.sampled_from([each for each in CertifiedReport if each is not CertifiedReport.RECURSIVE]), st.booleans())
def test_nothing_is_asked_of_a_patient(report, is_on):
    rules.check_contact(upload([TODAY - 14 * DAY], report, None), is_on=is_on)


@given(st.integers(0, 14), st.lists(st.integers(0, 15), min_size=1, max_size=14, unique=True))
def test_whatever_is_taken_began_on_or_after_the_day_of_the_exposure(exposed, days):
    sent = upload([TODAY - day * DAY for day in days], certified=TODAY - exposed * DAY)
    try:
        rules.check_contact(sent, is_on=True)
    except PublishRefusedError:
        assert any(day > exposed for day in days)
    else:
        assert all(day <= exposed for day in days)


def test_a_contacts_key_says_nothing_of_an_onset_nor_of_a_risk():
    (key,) = rules.judge_upload(upload([TODAY - DAY]), TODAY * 600.0).keys
    assert (key.report_type, key.days_since_onset, key.transmission_risk) == (ReportType.RECURSIVE, None, 0)


@pytest.mark.parametrize(
    ("first", "incoming", "may"),
    [
        (ReportType.RECURSIVE, ReportType.CONFIRMED_TEST, True),
        (ReportType.RECURSIVE, ReportType.CONFIRMED_CLINICAL_DIAGNOSIS, True),
        (ReportType.RECURSIVE, ReportType.SELF_REPORT, True),
        (ReportType.RECURSIVE, ReportType.REVOKED, True),
        (ReportType.CONFIRMED_TEST, ReportType.RECURSIVE, False),
        (ReportType.CONFIRMED_CLINICAL_DIAGNOSIS, ReportType.RECURSIVE, False),
        (ReportType.SELF_REPORT, ReportType.RECURSIVE, False),
    ],
)
def test_transitions_from_and_to_a_contacts_key(first, incoming, may):
    if may:
        assert rules.is_revision_of(first, None, incoming)
        return
    with pytest.raises(PublishRefusedError) as refused:
        rules.is_revision_of(first, None, incoming)
    assert refused.value.code is PublishCode.INVALID_TRANSITION


def test_every_transition_has_its_reason_in_words():
    assert all(len(reason.split()) > 3 or reason == "a test does not" for reason in rules.TRANSITIONS.values())
