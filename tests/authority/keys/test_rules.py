"""Which keys are taken, with what, and when they may go out: the tables, case by case."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.authority.keys import rules
from bluezone.authority.keys.rules import PublishRefusedError, RevisableKey, SentKey, StoredKey, Upload
from bluezone.protocol.keys import ReportType, TemporaryExposureKey
from bluezone.protocol.messages import PublishCode, RejectedKey
from bluezone.protocol.verification import CertifiedReport

NOW = dt.datetime(2020, 8, 18, 12, 34, 56, tzinfo=dt.UTC)
NOW_S = NOW.timestamp()
MIDNIGHT = int(NOW_S // 86_400) * 144
INTERVAL = int(NOW_S // 600)


def key(start: int, period: int = 144, number: int = 0, risk: int = 0) -> TemporaryExposureKey:
    return TemporaryExposureKey(number.to_bytes(16, "big"), start, period, risk)


def upload(*keys: TemporaryExposureKey, report=CertifiedReport.CONFIRMED, published=None, certified=None) -> Upload:
    sent = tuple(SentKey(index, replace(one, key=index.to_bytes(16, "big"))) for index, one in enumerate(keys))
    return Upload(sent, (), report, published, certified)


def judge(*keys: TemporaryExposureKey, **facts) -> rules.Judged:
    return rules.judge_upload(upload(*keys, **facts), NOW_S)


@pytest.mark.parametrize(
    ("start", "taken"),
    [
        (MIDNIGHT, True),
        (MIDNIGHT - 15 * 144, True),
        (MIDNIGHT - 15 * 144 - 1, False),
        (INTERVAL, True),
        (INTERVAL + 1, False),
    ],
)
def test_a_key_starts_between_15_days_ago_and_now(start, taken):
    good = key(MIDNIGHT - 3 * 144)
    judged = judge(good, key(start))
    assert len(judged.keys) == (2 if taken else 1)
    assert [one.index for one in judged.rejected] == ([] if taken else [1])


def test_every_dropped_key_is_named_in_the_order_sent():
    early = RejectedKey(0, "key is not base64")
    sent = (SentKey(1, key(MIDNIGHT)), SentKey(2, key(1)), SentKey(3, key(INTERVAL + 9)))
    judged = rules.judge_upload(Upload(sent, (early,), CertifiedReport.CONFIRMED, None, None), NOW_S)
    assert [one.index for one in judged.rejected] == [0, 2, 3]
    assert len(judged.keys) == 1


def test_no_key_at_all_is_refused():
    with pytest.raises(PublishRefusedError, match="no exposure keys") as refused:
        judge()
    assert refused.value.code == PublishCode.BAD_REQUEST


def test_thirty_keys_are_taken_and_31_are_not():
    keys = [key(MIDNIGHT - 144 * (at // 2)) for at in range(30)]
    assert len(judge(*keys).keys) == 30
    with pytest.raises(PublishRefusedError, match="31, max of 30"):
        judge(*keys, key(MIDNIGHT))


@pytest.mark.parametrize(
    ("spans", "problem"),
    [
        ([(0, 144), (144, 144)], None),
        ([(0, 100), (100, 44)], None),
        ([(0, 50), (0, 100), (0, 144)], None),  # rolled early, twice
        ([(0, 50), (0, 100), (0, 144), (144, 10)], None),
        ([(0, 144), (72, 144)], "non aligned overlapping"),
        ([(0, 50), (0, 144), (100, 44)], "non aligned overlapping"),
        ([(0, 10), (0, 20), (0, 30), (0, 40)], "too many overlapping keys"),
    ],
)
def test_keys_overlap_only_with_the_same_start_and_few(spans, problem):
    keys = [key(MIDNIGHT - 5 * 144 + start, period) for start, period in spans]
    if problem is None:
        assert len(judge(*keys).keys) == len(keys)
    else:
        with pytest.raises(PublishRefusedError, match=problem):
            judge(*keys)


def onset(days_ago: int) -> int:
    return MIDNIGHT - days_ago * 144


@pytest.mark.parametrize(
    ("published", "certified", "counted_from"),
    [
        (onset(2), onset(6), onset(2)),  # the phone knows best
        (None, onset(6), onset(6)),
        (INTERVAL, onset(6), onset(6)),  # now, or later: no onset
        (onset(29), onset(6), onset(6)),  # too long ago
        (onset(28), None, onset(28)),
        (None, None, INTERVAL - 4 * 144),
        (onset(40), onset(40), INTERVAL - 4 * 144),
    ],
)
def test_days_are_counted_from_the_first_usable_onset(published, certified, counted_from):
    assert rules.onset_interval(published, certified, NOW_S) == counted_from


@pytest.mark.parametrize(
    ("start", "days"),
    [(onset(3), 0), (onset(3) + 143, 0), (onset(2), 1), (onset(4), -1), (onset(4) + 143, -1)],
)
def test_days_are_utc_days(start, days):
    assert rules.days_between(onset(3) + 70, start) == days


def test_a_key_too_far_from_the_onset_is_kept_without_the_day():
    judged = judge(key(MIDNIGHT), key(MIDNIGHT - 144 * 6), published=onset(15))
    assert [one.days_since_onset for one in judged.keys] == [None, 9]
    assert judged.warnings == ("key 0 symptom onset is too large, 15 > 14 - saving without",)


@pytest.mark.parametrize(
    ("report", "given", "report_type", "risk"),
    [
        (CertifiedReport.CONFIRMED, 0, ReportType.CONFIRMED_TEST, 2),
        (CertifiedReport.LIKELY, 0, ReportType.CONFIRMED_CLINICAL_DIAGNOSIS, 4),
        (CertifiedReport.NEGATIVE, 0, ReportType.REVOKED, 6),
        (CertifiedReport.USER_REPORT, 0, ReportType.SELF_REPORT, 0),
        (CertifiedReport.CONFIRMED, 7, ReportType.CONFIRMED_TEST, 7),
    ],
)
def test_report_type_comes_from_the_certificate_and_risk_where_none_was_given(report, given, report_type, risk):
    (noted,) = judge(key(MIDNIGHT, risk=given), report=report).keys
    assert (noted.report_type, noted.transmission_risk) == (report_type, risk)


def at(hour: int, minute: int = 0, day: int = 18) -> dt.datetime:
    return dt.datetime(2020, 8, day, hour, minute, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("start", "period", "available"),
    [
        (MIDNIGHT - 144, 144, at(12)),  # yesterday's: at once, cut to the hour
        (MIDNIGHT, 144, at(2, day=19)),  # today's, still in use: two hours after the day
        (MIDNIGHT, 72, at(14)),  # ended at noon, 34 minutes ago: could be replayed until 14:00
        (MIDNIGHT, 70, at(14)),  # until 13:40, and then the next full hour
        (MIDNIGHT, 60, at(12)),  # ended at 10:00
    ],
)
def test_a_key_still_in_use_is_embargoed_until_it_expires(start, period, available):
    assert rules.embargoed_until(key(start, period), NOW, 3_600) == available


STORED = StoredKey(MIDNIGHT, 144, ReportType.CONFIRMED_CLINICAL_DIAGNOSIS, None, same_upload=False)
MINE = RevisableKey.of(key(MIDNIGHT))


@pytest.mark.parametrize(
    ("stored", "incoming", "token", "code"),
    [
        (STORED, key(MIDNIGHT), (MINE,), None),
        (replace(STORED, same_upload=True), key(MIDNIGHT), None, None),
        (STORED, key(MIDNIGHT), None, PublishCode.MISSING_REVISION_TOKEN),
        (STORED, key(MIDNIGHT), (), PublishCode.INVALID_REVISION_TOKEN),
        (STORED, key(MIDNIGHT), (replace(MINE, key=b"x" * 16),), PublishCode.INVALID_REVISION_TOKEN),
        (STORED, key(MIDNIGHT), (replace(MINE, rolling_period=9),), PublishCode.INVALID_REVISION_TOKEN),
        (STORED, key(MIDNIGHT, 100), (MINE,), PublishCode.INVALID_REVISION_TOKEN),
        (replace(STORED, same_upload=True), key(MIDNIGHT - 1), (MINE,), PublishCode.INVALID_REVISION_TOKEN),
    ],
)
def test_only_the_first_uploader_may_speak_for_a_key(stored, incoming, token, code):
    if code is None:
        rules.may_touch(stored, incoming, token)
    else:
        with pytest.raises(PublishRefusedError) as refused:
            rules.may_touch(stored, incoming, token)
        assert refused.value.code == code


LIKELY, CONFIRMED, REVOKED, SELF, OF_CONTACT = (
    ReportType.CONFIRMED_CLINICAL_DIAGNOSIS,
    ReportType.CONFIRMED_TEST,
    ReportType.REVOKED,
    ReportType.SELF_REPORT,
    ReportType.RECURSIVE,
)


@pytest.mark.parametrize(
    ("was", "revised", "incoming", "outcome"),
    [
        (LIKELY, None, CONFIRMED, True),
        (LIKELY, None, REVOKED, True),
        (LIKELY, None, LIKELY, False),
        (CONFIRMED, None, CONFIRMED, False),
        (LIKELY, CONFIRMED, CONFIRMED, False),
        (LIKELY, CONFIRMED, REVOKED, PublishCode.KEY_ALREADY_REVISED),
        (CONFIRMED, None, LIKELY, PublishCode.INVALID_TRANSITION),
        (CONFIRMED, None, REVOKED, True),
        (SELF, None, REVOKED, True),
        (SELF, None, CONFIRMED, True),
        (SELF, None, LIKELY, PublishCode.INVALID_TRANSITION),
        (LIKELY, None, SELF, PublishCode.INVALID_TRANSITION),
        (CONFIRMED, None, SELF, PublishCode.INVALID_TRANSITION),
        (OF_CONTACT, None, CONFIRMED, True),
        (OF_CONTACT, None, LIKELY, True),
        (OF_CONTACT, None, SELF, True),
        (OF_CONTACT, None, REVOKED, True),
        (CONFIRMED, None, OF_CONTACT, PublishCode.INVALID_TRANSITION),
        (LIKELY, None, OF_CONTACT, PublishCode.INVALID_TRANSITION),
        (SELF, None, OF_CONTACT, PublishCode.INVALID_TRANSITION),
    ],
)
def test_a_likely_or_reported_key_is_confirmed_or_withdrawn_and_no_other_changes(was, revised, incoming, outcome):
    stored = replace(STORED, report_type=was, revised_report_type=revised)
    if isinstance(outcome, bool):
        assert rules.is_revision(stored, incoming) is outcome
    else:
        with pytest.raises(PublishRefusedError) as refused:
            rules.is_revision(stored, incoming)
        assert refused.value.code == outcome


def test_every_rule_says_why_it_is_there():
    for rule in (*rules.UPLOAD_RULES, *rules.KEY_RULES, *rules.SET_RULES):
        assert rule.name
        assert len(rule.reason) > 20
    assert all(len(reason.split()) > 3 or reason == "a test does not" for reason in rules.TRANSITIONS.values())


# --- of contacts who warn others --------------------------------------------------------------------------------------


def of_contact(days_ago: list[int], report=CertifiedReport.RECURSIVE, certified: int | None = onset(3)) -> Upload:
    return upload(*(key(onset(days)) for days in days_ago), report=report, certified=certified)


@pytest.mark.parametrize(
    ("sent", "is_on", "says"),
    [
        (of_contact([1, 2, 3]), True, None),
        (of_contact([4]), True, "before the exposure"),
        (of_contact([1, 2, 3, 4]), True, "before the exposure"),
        (upload(key(onset(3) - 1), report=CertifiedReport.RECURSIVE, certified=onset(3)), True, "before the exposure"),
        (of_contact([0], certified=None), True, "from which day"),
        (of_contact([1]), False, "off"),
    ],
)
def test_only_a_contacts_keys_of_days_since_the_exposure_are_taken_while_it_is_on(sent, is_on, says):
    if says is None:
        rules.check_contact(sent, is_on=is_on)
        return
    with pytest.raises(PublishRefusedError, match=says) as refused:
        rules.check_contact(sent, is_on=is_on)
    assert refused.value.code is PublishCode.BAD_REQUEST


@given(st.sampled_from([each for each in CertifiedReport if each is not CertifiedReport.RECURSIVE]), st.booleans())
def test_nothing_is_asked_of_a_patient(report, is_on):
    rules.check_contact(of_contact([14], report, None), is_on=is_on)


@given(st.integers(0, 14), st.lists(st.integers(0, 15), min_size=1, max_size=14, unique=True))
def test_whatever_is_taken_of_a_contact_began_on_or_after_the_day_of_the_exposure(exposed, days):
    try:
        rules.check_contact(of_contact(days, certified=onset(exposed)), is_on=True)
    except PublishRefusedError:
        assert any(day > exposed for day in days)
    else:
        assert all(day <= exposed for day in days)


def test_a_contacts_key_says_nothing_of_an_onset_nor_of_a_risk():
    (noted,) = judge(key(onset(1)), report=CertifiedReport.RECURSIVE, certified=onset(3)).keys
    assert (noted.report_type, noted.days_since_onset, noted.transmission_risk) == (ReportType.RECURSIVE, None, 0)
