"""Decide which keys are taken, what is recorded with them, and until when they are embargoed. Tables of small rules,
pure.

Source: "Recommended Temporary Exposure Key Validation" (docs/tek_validation.md of google/exposure-notifications-server)
and the server's own behaviour. Each rule carries its reason; docs/why/authority.md has them in a table. Three rules of
that document are kept where a request is read, in `protocol.messages` and `protocol.keys`: a key has 16 bytes, a
rolling period of 1..144, a transmission risk of 0..8; a key that breaks one is dropped and named, like those dropped
here.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Generic, TypeVar

from bluezone.authority.errors import AuthorityError
from bluezone.protocol.intervals import DAY_S, INTERVALS_PER_DAY, day_start_s, interval_number, interval_start_s
from bluezone.protocol.keys import ReportType, TemporaryExposureKey
from bluezone.protocol.messages import PublishCode, RejectedKey
from bluezone.protocol.verification import CertifiedReport

MAX_KEYS = 30
MAX_SAME_START = 3
MAX_AGE_DAYS = 15
MAX_ONSET_DAYS = 14
MAX_ONSET_REPORT_DAYS = 28
DEFAULT_ONSET_DAYS_AGO = 4
#: phones take an identifier up to two hours off its time; until then a key could be replayed
CLOCK_TOLERANCE = dt.timedelta(hours=2)

#: risk noted where the phone gave none, as the reference server does for phones of the first protocol
_DEFAULT_RISK = {ReportType.CONFIRMED_TEST: 2, ReportType.CONFIRMED_CLINICAL_DIAGNOSIS: 4, ReportType.REVOKED: 6}


def default_risk(report: ReportType) -> int:
    """Return the risk noted of a report where the phone gave none."""
    return _DEFAULT_RISK.get(report, 0)


class PublishRefusedError(AuthorityError):
    """Report a publish request that stores nothing, and the API's code for why."""

    def __init__(self, code: PublishCode, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class SentKey:
    """Hold a readable key and its place in the request."""

    index: int
    tek: TemporaryExposureKey


@dataclass(frozen=True, slots=True)
class Upload:
    """Hold a publish request whose certificate is good."""

    keys: tuple[SentKey, ...]
    rejected: tuple[RejectedKey, ...]
    report: CertifiedReport
    onset_published: int | None
    onset_certified: int | None

    @property
    def sent(self) -> int:
        return len(self.keys) + len(self.rejected)


@dataclass(frozen=True, slots=True)
class Judged:
    """Hold what is left of an upload: keys to store (report type, risk and days filled in), and what to answer the
    phone."""

    keys: tuple[TemporaryExposureKey, ...]
    rejected: tuple[RejectedKey, ...]
    warnings: tuple[str, ...]


# --- the tables -------------------------------------------------------------------------------------------------------


Subject = TypeVar("Subject")


@dataclass(frozen=True, slots=True)
class Rule(Generic[Subject]):
    """Hold a rule. `check` returns what is wrong, or None. `reason`: why the rule is there."""

    name: str
    reason: str
    check: Callable[[Subject, float], str | None]


def _some_keys(upload: Upload, _now_s: float) -> str | None:
    return None if upload.sent else "no exposure keys in publish request"


def _not_too_many_keys(upload: Upload, _now_s: float) -> str | None:
    if upload.sent <= MAX_KEYS:
        return None
    return f"too many exposure keys in publish: {upload.sent}, max of {MAX_KEYS} is allowed"


UPLOAD_RULES: tuple[Rule[Upload], ...] = (
    Rule("some keys", "an upload without keys warns nobody", _some_keys),
    Rule(
        "at most 30 keys",
        "a phone has 15 keys of 14 days and today, twice that where it rolls keys early; more is no phone",
        _not_too_many_keys,
    ),
)


def _starts_recently(key: TemporaryExposureKey, now_s: float) -> str | None:
    oldest = interval_number(day_start_s(now_s) - MAX_AGE_DAYS * DAY_S)
    if key.rolling_start_interval >= oldest:
        return None
    return f"interval number {key.rolling_start_interval} is too old, must be >= {oldest}"


def _has_started(key: TemporaryExposureKey, now_s: float) -> str | None:
    newest = interval_number(now_s)
    if key.rolling_start_interval <= newest:
        return None
    return f"interval number {key.rolling_start_interval} is in the future, must be <= {newest}"


KEY_RULES: tuple[Rule[TemporaryExposureKey], ...] = (
    Rule(
        "starts at most 15 days ago (UTC day)",
        "phones forget what they heard after 14 days: older keys match nothing and only cost everybody's data",
        _starts_recently,
    ),
    Rule("has started", "nobody can have met a key that is not yet on the air", _has_started),
)


def _no_ragged_overlap(keys: Sequence[TemporaryExposureKey], _now_s: float) -> str | None:
    ordered = sorted(keys, key=lambda key: (key.rolling_start_interval, key.rolling_period))
    for before, after in pairwise(ordered):
        same_start = before.rolling_start_interval == after.rolling_start_interval
        if not same_start and after.rolling_start_interval < before.end_interval:
            return (
                f"exposure keys have non aligned overlapping intervals. {after.rolling_start_interval} overlaps with "
                f"previous key that is good from {before.rolling_start_interval} to {before.end_interval}."
            )
    return None


def _few_with_one_start(keys: Sequence[TemporaryExposureKey], _now_s: float) -> str | None:
    counts = Counter(key.rolling_start_interval for key in keys)
    start, count = max(counts.items(), key=lambda item: item[1])
    if count <= MAX_SAME_START:
        return None
    return f"too many overlapping keys for start interval: {start} want: <= {MAX_SAME_START}, got: {count}"


SET_RULES: tuple[Rule[Sequence[TemporaryExposureKey]], ...] = (
    Rule(
        "overlap only with the same start",
        "a phone uses one key at a time; it may end one early and start another for the same day, no more",
        _no_ragged_overlap,
    ),
    Rule("at most 3 keys with one start", "the same, bounded: more is a flood of made-up keys", _few_with_one_start),
)


# --- judging an upload ------------------------------------------------------------------------------------------------


def judge_upload(upload: Upload, now_s: float) -> Judged:
    """Return the keys of an upload that are taken. Raises PublishRefusedError (bad_request) where none is."""
    for rule in UPLOAD_RULES:
        _refuse_if(rule.check(upload, now_s))
    rejected = list(upload.rejected)
    kept: list[SentKey] = []
    for sent in upload.keys:
        problem = next(filter(None, (rule.check(sent.tek, now_s) for rule in KEY_RULES)), None)
        if problem is None:
            kept.append(sent)
        else:
            rejected.append(RejectedKey(sent.index, problem))
    rejected.sort(key=lambda one: one.index)
    if not kept:
        _refuse_if("; ".join(map(str, rejected)))
    for set_rule in SET_RULES:
        _refuse_if(set_rule.check([sent.tek for sent in kept], now_s))
    onset = onset_interval(upload.onset_published, upload.onset_certified, now_s)
    warnings: list[str] = []
    if upload.report.exported is ReportType.RECURSIVE:
        keys = tuple(replace(sent.tek, report_type=ReportType.RECURSIVE, days_since_onset=None) for sent in kept)
    else:
        keys = tuple(_noted(sent, upload.report.exported, onset, warnings) for sent in kept)
    return Judged(keys, tuple(rejected), tuple(warnings))


def _refuse_if(problem: str | None) -> None:
    if problem:
        raise PublishRefusedError(PublishCode.BAD_REQUEST, f"unable to read request data: {problem}")


def check_contact(upload: Upload, *, is_on: bool) -> None:
    """Decide whether an upload of a contact is taken at all; any other always is. Raises PublishRefusedError.

    All or nothing: whoever sends a day before the exposure has no phone of ours, or one that is wrong about the rest
    too. The day is the certificate's: what the request itself says of an onset is not looked at.
    """
    if upload.report is not CertifiedReport.RECURSIVE:
        return
    if not is_on:
        raise PublishRefusedError(PublishCode.BAD_REQUEST, "warnings of second order are off")
    exposed = upload.onset_certified
    if exposed is None:
        raise PublishRefusedError(PublishCode.BAD_REQUEST, "the certificate does not say from which day on")
    first = exposed // INTERVALS_PER_DAY * INTERVALS_PER_DAY
    before = [sent.index for sent in upload.keys if sent.tek.rolling_start_interval < first]
    if before:
        named = ", ".join(map(str, before))
        raise PublishRefusedError(PublishCode.BAD_REQUEST, f"keys of before the exposure are not taken: {named}")


def onset_interval(published: int | None, certified: int | None, now_s: float) -> int:
    """Return the interval that days are counted from: the phone's, else the certificate's, else four days ago.

    One that has not come yet, or lies more than 28 days back, counts as not given: apps in the field send such values.
    """
    given = given_onset(published, certified, now_s)
    return given if given is not None else interval_number(now_s) - DEFAULT_ONSET_DAYS_AGO * INTERVALS_PER_DAY


def given_onset(published: int | None, certified: int | None, now_s: float) -> int | None:
    """Return the onset interval that the phone or the certificate gives; None where neither gives one that can be."""
    oldest = interval_number(day_start_s(now_s) - MAX_ONSET_REPORT_DAYS * DAY_S)
    for given in (published, certified):
        if given is not None and oldest <= given < interval_number(now_s):
            return given
    return None


def days_between(onset: int, start: int) -> int:
    """Return the whole UTC days from the day of the onset interval to the day of the key's start."""
    return (day_start_s(interval_start_s(start)) - day_start_s(interval_start_s(onset))) // DAY_S


def _noted(sent: SentKey, report: ReportType, onset: int, warnings: list[str]) -> TemporaryExposureKey:
    days: int | None = days_between(onset, sent.tek.rolling_start_interval)
    assert days is not None
    if abs(days) > MAX_ONSET_DAYS:
        # Kept without the day, scored without it: clients in the field break on an error here (the document's words).
        warnings.append(f"key {sent.index} symptom onset is too large, {abs(days)} > {MAX_ONSET_DAYS} - saving without")
        days = None
    risk = sent.tek.transmission_risk or default_risk(report)
    return replace(sent.tek, report_type=report, days_since_onset=days, transmission_risk=risk)


# --- the embargo: when a key may go out ------------------------------------------------------------------------------


def floor(moment: dt.datetime, window_s: int) -> dt.datetime:
    """Return the start of the window that holds a moment: files must not disclose the minute in which somebody pressed
    the button."""
    return dt.datetime.fromtimestamp(int(moment.timestamp()) // window_s * window_s, dt.UTC)


def embargoed_until(key: TemporaryExposureKey, now: dt.datetime, window_s: int) -> dt.datetime:
    """Return until when a key is embargoed: from then on it may be in a file.

    At once (the current window), but never before its span and two hours have passed: whoever reads a file could send
    the key's identifiers until then and phones would believe them. A whole day's key so waits until 02:00 UTC, as the
    document says; for one that the phone ended early the wait is counted from that end.
    """
    safe = dt.datetime.fromtimestamp(interval_start_s(key.end_interval), dt.UTC) + CLOCK_TOLERANCE
    if safe <= now:
        return floor(now, window_s)
    return floor(safe + dt.timedelta(seconds=window_s - 1), window_s)


# --- keys that are there already --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoredKey:
    """Hold what is known of a key that was published before."""

    rolling_start_interval: int
    rolling_period: int
    report_type: ReportType
    revised_report_type: ReportType | None
    #: this very upload stored it, whose answer the phone may have missed
    same_upload: bool


@dataclass(frozen=True, slots=True)
class RevisableKey:
    """Hold a key that its phone may revise, as its revision token says."""

    key: bytes
    rolling_start_interval: int
    rolling_period: int

    @classmethod
    def of(cls, tek: TemporaryExposureKey) -> RevisableKey:
        return cls(tek.key, tek.rolling_start_interval, tek.rolling_period)


_TURNED_OUT_ILL = "a contact who turns out to be ill warns as every patient does: the key then stands in our own region"
#: what a published key's report type may become, each with the reason. The first two are those of the reference server
TRANSITIONS: Mapping[tuple[ReportType, ReportType], str] = {
    (ReportType.CONFIRMED_CLINICAL_DIAGNOSIS, ReportType.CONFIRMED_TEST): "a test confirms what the doctor saw",
    (ReportType.CONFIRMED_CLINICAL_DIAGNOSIS, ReportType.REVOKED): "a test does not",
    (ReportType.CONFIRMED_TEST, ReportType.REVOKED): (
        "a laboratory that mends its own mistake must be able to call back a warning"
    ),
    # (Exposure Notification knows it, too: a revoked key may take back a person's own report, says Apple's header)
    (ReportType.SELF_REPORT, ReportType.CONFIRMED_TEST): "a test confirms what the person reported alone",
    (ReportType.SELF_REPORT, ReportType.REVOKED): "a test does not: who was warned on a person's word hears it",
    (ReportType.RECURSIVE, ReportType.CONFIRMED_TEST): _TURNED_OUT_ILL,
    (ReportType.RECURSIVE, ReportType.CONFIRMED_CLINICAL_DIAGNOSIS): _TURNED_OUT_ILL,
    (ReportType.RECURSIVE, ReportType.SELF_REPORT): _TURNED_OUT_ILL,
    (ReportType.RECURSIVE, ReportType.REVOKED): (
        "who was near a contact need not watch any more when that contact is released: tested negative, or none"
    ),
}


def may_touch(stored: StoredKey, incoming: TemporaryExposureKey, token: Sequence[RevisableKey] | None) -> None:
    """Decide whether the sender may speak for a key that is there: only its first uploader can. Raises
    PublishRefusedError.

    `token`: what a valid revision token names; None where none was sent.
    """
    if (stored.rolling_start_interval, stored.rolling_period) != (
        incoming.rolling_start_interval,
        incoming.rolling_period,
    ):
        raise PublishRefusedError(PublishCode.INVALID_REVISION_TOKEN, "changing exposure key metadata is not allowed")
    if stored.same_upload:
        return
    if token is None:
        raise PublishRefusedError(PublishCode.MISSING_REVISION_TOKEN, "no revision token, but sent existing keys")
    if RevisableKey.of(incoming) not in token:
        raise PublishRefusedError(PublishCode.INVALID_REVISION_TOKEN, "revision token is invalid")


def is_revision(stored: StoredKey, incoming: ReportType) -> bool:
    """Decide whether an upload changes the report type of a stored key. Raises PublishRefusedError where it may not."""
    return is_revision_of(stored.report_type, stored.revised_report_type, incoming)


def is_revision_of(first: ReportType, revised: ReportType | None, incoming: ReportType) -> bool:
    """Decide whether `incoming` changes the report type of a key that was published as `first` and may have been
    revised. Raises PublishRefusedError where it may not."""
    if incoming in (first, revised):
        return False
    if revised is not None:
        raise PublishRefusedError(PublishCode.KEY_ALREADY_REVISED, "key was already revised")
    if (first, incoming) not in TRANSITIONS:
        names = f"{first.name.lower()!r} to {incoming.name.lower()!r}"
        raise PublishRefusedError(
            PublishCode.INVALID_TRANSITION, f"invalid report type transition: cannot transition from {names}"
        )
    return True
