"""Judge exposure reports: refused, consistent or corroborated. Pure; `now` is an argument.

Published keys are public, so whoever reads the export files can name them, derive their identifiers and send those on
the air. None of it is evidence, and no rule below takes it for evidence: a report that names good keys is consistent at
most. Corroborated is what only two phones that were together can do: the patient's phone said what it heard before
anybody reported (`POST /v1/heard`), and the reporter opens a key of which an identifier stands in that list. The key
must be the reporter's own: of every published key the identifiers are public, too.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bluezone.protocol.intervals import INTERVALS_PER_DAY, interval_number
from bluezone.protocol.reports import Certainty

#: phones keep what they heard, and the authority keys and lists, for so many days
RETENTION_DAYS = 14
#: phones take an identifier up to two hours off its time: a key may be heard so long beside its span
_TOLERANCE_INTERVALS = 12
#: reports of one number that stand: one for each day on which it can have been near somebody
MOST_REPORTS_OF_A_NUMBER = RETENTION_DAYS + 1
#: how long a report is kept: 14 days of isolation after an exposure that is a week old when it is reported
REPORT_LIFE = dt.timedelta(days=21)


class Verdict(enum.StrEnum):
    """Name what a report is worth."""

    REFUSED = "refused"
    CONSISTENT = "consistent"
    CORROBORATED = "corroborated"


class Reason(enum.StrEnum):
    """Name why a report has its verdict."""

    ID_SEEN = "id seen"
    DAY = "day"
    KEY_NOT_OUT = "key not out"
    KEY_OF_ANOTHER_DAY = "key of another day"
    KEYS_WITHDRAWN = "keys withdrawn"
    KEY_OF_A_CONTACT = "key of a contact"
    NOTHING_AGAINST = "nothing against"
    HEARD = "heard"


@dataclass(frozen=True, slots=True)
class NamedKey:
    """Hold what is known of a published key that a report names. `out_at`: from when on it stood in a file; None for a
    key that nobody published here. `withdrawn`: its report was revoked. `of_contact`: a contact's who may warn others,
    and no patient's."""

    start_interval: int = 0
    end_interval: int = 0
    out_at: dt.datetime | None = None
    withdrawn: bool = False
    of_contact: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Hold what is known of a report. `begins_at`: the midnight at which its day began; `heard`: an identifier of a key
    that the reporter opened stands in the heard list of a named key that is not withdrawn, and the opened key is none
    that was published."""

    begins_at: dt.datetime
    received_at: dt.datetime
    keys: Sequence[NamedKey] = ()
    id_seen: bool = False
    heard: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """Hold a verdict and why."""

    verdict: Verdict
    reason: Reason


@dataclass(frozen=True, slots=True)
class Rule:
    """Hold a rule: where `applies`, the report has this verdict. `why`: the reason the rule is there."""

    reason: Reason
    verdict: Verdict
    why: str
    applies: Callable[[Facts], bool]


def day_is_kept(begins_at: dt.datetime, received_at: dt.datetime) -> bool:
    """Return whether phones can know of the day that begins then: today or one of the 14 before."""
    return dt.timedelta() <= received_at - begins_at < dt.timedelta(days=RETENTION_DAYS + 1)


def _some_key_not_out(facts: Facts) -> bool:
    return not facts.keys or any(key.out_at is None or key.out_at > facts.received_at for key in facts.keys)


def _some_key_of_another_day(facts: Facts) -> bool:
    day = interval_number(facts.begins_at.timestamp())
    first, last = day - _TOLERANCE_INTERVALS, day + INTERVALS_PER_DAY + _TOLERANCE_INTERVALS
    return any(key.end_interval <= first or key.start_interval >= last for key in facts.keys)


#: from the top down: the first that applies decides
RULES: tuple[Rule, ...] = (
    Rule(
        Reason.ID_SEEN,
        Verdict.REFUSED,
        "a phone draws an id for each report: one that came before with other content was copied on its way",
        lambda facts: facts.id_seen,
    ),
    Rule(
        Reason.DAY,
        Verdict.REFUSED,
        "phones forget what they heard after 14 days, and none has heard what is to come",
        lambda facts: not day_is_kept(facts.begins_at, facts.received_at),
    ),
    Rule(
        Reason.KEY_OF_A_CONTACT,
        Verdict.REFUSED,
        "who was near a contact (F2) is asked to watch, and warns nobody: a third order would be half a town",
        lambda facts: any(key.of_contact for key in facts.keys),
    ),
    Rule(
        Reason.KEY_NOT_OUT,
        Verdict.REFUSED,
        "a phone names what it read in an export file: a key that stood in none, or not yet, it has from elsewhere",
        _some_key_not_out,
    ),
    Rule(
        Reason.KEY_OF_ANOTHER_DAY,
        Verdict.REFUSED,
        "identifiers of a key are believed within two hours of its span, and on no other day",
        _some_key_of_another_day,
    ),
    Rule(
        Reason.KEYS_WITHDRAWN,
        Verdict.REFUSED,
        "who was near nobody that is infected is no contact: a phone takes its warning back, too",
        lambda facts: all(key.withdrawn for key in facts.keys),
    ),
    Rule(
        Reason.HEARD,
        Verdict.CORROBORATED,
        "the patient's phone said what it heard before anybody reported, and an identifier of the reporter is in it",
        lambda facts: facts.heard,
    ),
    Rule(
        Reason.NOTHING_AGAINST,
        Verdict.CONSISTENT,
        "whoever reads the export files can say as much: a reason to call, and no proof",
        lambda _facts: True,
    ),
)


def judge(facts: Facts) -> Judgement:
    """Judge a report by the first rule that applies."""
    rule = next(rule for rule in RULES if rule.applies(facts))
    return Judgement(rule.verdict, rule.reason)


def risk(quarters: int, near_minutes: int | None, certainty: Certainty) -> int:
    """Return how urgent a report is, 0 to 2, by what its phone says: that is the reporter's word, so it puts nobody
    before a better verdict.

    2: near for a quarter of an hour or more; 1: near for less, likely a close contact, or heard for an hour.
    """
    if (near_minutes or 0) >= 15:
        return 2
    return int(bool(near_minutes) or certainty is Certainty.LIKELY or quarters >= 4)
