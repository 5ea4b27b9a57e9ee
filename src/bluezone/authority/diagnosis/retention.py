"""Say how long codes and wrong tries are kept."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.db.models.functions import Trunc
from django.utils.translation import gettext_noop

from bluezone.authority.diagnosis import guessing
from bluezone.authority.diagnosis.models import Case, CodeCount, CodeUse, OneTimeCode, WrongTry
from bluezone.authority.diagnosis.rules import UNUSED_CODE_LIFE
from bluezone.authority.diagnosis.sending import job as sending
from bluezone.authority.site import clock
from bluezone.authority.site.registries import RetentionRule

#: as long as the keys that a code led to are published
USED_CODE_LIFE = dt.timedelta(days=14)
#: the alarm compares with 30 days on which an office issued codes; small ones do not every day
COUNT_LIFE = dt.timedelta(days=90)
#: two winters to compare, and the reports on them
CASE_LIFE = dt.timedelta(days=730)
#: so long the minute counts in which a code was issued or used: for the statistics, and for who tries it again
EXACT_LIFE = dt.timedelta(days=2)


def _codes(now: dt.datetime) -> dict[str, int]:
    stale = Q(long_expires_at__lt=now - UNUSED_CODE_LIFE, used_at=None) | Q(long_expires_at__lt=now - USED_CODE_LIFE)
    _, gone = OneTimeCode.objects.filter(stale).delete()
    return {"codes": gone.get("diagnosis.OneTimeCode", 0)}


def _minutes(now: dt.datetime) -> dict[str, int]:
    """Keep of old codes the hours alone in which they were issued and used."""
    exact = (
        Q(issued_at__minute__gt=0) | Q(issued_at__second__gt=0) | Q(used_at__minute__gt=0) | Q(used_at__second__gt=0)
    )
    OneTimeCode.objects.filter(exact, long_expires_at__lt=now - EXACT_LIFE).update(
        issued_at=Trunc("issued_at", "hour", tzinfo=dt.UTC), used_at=Trunc("used_at", "hour", tzinfo=dt.UTC)
    )
    return {}


def _tries(now: dt.datetime) -> dict[str, int]:
    return {"code_tries": WrongTry.objects.filter(hour__lt=guessing.hour_of(now) - guessing.HOURS).delete()[0]}


def _counts(now: dt.datetime) -> dict[str, int]:
    oldest = clock.date_of(now) - COUNT_LIFE
    gone = sum(model.objects.filter(day__lt=oldest).delete()[0] for model in (CodeCount, CodeUse))
    return {"code_counts": gone}


def _cases(now: dt.datetime) -> dict[str, int]:
    _, gone = Case.objects.filter(created_at__lt=now - CASE_LIFE).delete()
    return {"cases": gone.get("diagnosis.Case", 0)}


RULES = (
    RetentionRule(
        gettext_noop("one-time codes: not used / used"),
        gettext_noop("a day / 14 days after they expire"),
        "who comes too late is told so; an officer sees that a code was used as long as its keys are out",
        _codes,
    ),
    RetentionRule(
        gettext_noop("the minutes in which a code was issued and used"),
        gettext_noop("2 days after it expired; the hours of issue, use and publication stay with it"),
        "how long codes take is known by the hour; the minute says more of a person than of an office",
        _minutes,
    ),
    RetentionRule(
        gettext_noop(
            "telephone numbers that codes are sent to (encrypted, and their digests) / what became of each message"
        ),
        gettext_noop("until the code was used or has ended, a day at most / 14 days"),
        "one reminder, and no second message to the same number; an officer sees which row of a list was sent",
        sending.purge,
    ),
    RetentionRule(
        gettext_noop("cases: dates, kind of report, status, file number, place"),
        gettext_noop("730 days after they were opened"),
        "curves compare two years, and the reports on them are written by then",
        _cases,
    ),
    RetentionRule(
        gettext_noop("codes a day of an officer, a key, an office; how many were used"),
        gettext_noop("90 days"),
        "the quota looks back 21 days, the alarm 30 days with codes",
        _counts,
    ),
    RetentionRule(
        gettext_noop("how many wrong and accepted codes came from an address or network (its digest), by the hour"),
        gettext_noop("one day"),
        "a limit counts no longer",
        _tries,
    ),
)
