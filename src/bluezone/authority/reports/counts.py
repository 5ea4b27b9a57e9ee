"""Count verdicts by day, never whose, and what phones answer by randomised response (`protocol.warned`): a sum by
week, and nothing of any phone."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Sum

from bluezone.authority.errors import AuthorityError
from bluezone.authority.reports.models import VerdictDay, WarnedAnswer, WarnedWeek
from bluezone.authority.reports.rules import Judgement
from bluezone.authority.site import clock
from bluezone.authority.site import secrets as keyed
from bluezone.protocol import warned
from bluezone.protocol.warned import Estimate, WarnedRefusal

#: as long as the public page shows
KEPT = dt.timedelta(days=90)
_ID = "answer whether a phone warned"


class WarnedRefusedError(AuthorityError):
    """Say why an answer is not counted; `refusal` is the API's word."""

    def __init__(self, text: str, refusal: WarnedRefusal) -> None:
        super().__init__(text)
        self.refusal = refusal


def receive(sent: warned.WarnedAnswer, now: dt.datetime) -> None:
    """Add an answer to its week; one that came before is not added again. Raises WarnedRefusedError."""
    if not warned.is_open(sent.week, now):
        raise WarnedRefusedError("this week is not over, or was over too long ago", WarnedRefusal.WEEK_CLOSED)
    with transaction.atomic():
        _add(sent)


def _add(sent: warned.WarnedAnswer) -> None:
    # What it says is not stored beside its id: who reads the table learns that somebody answered.
    if WarnedAnswer.objects.filter(id_digest__in=keyed.digests(_ID, sent.answer)).exists():
        return
    _, is_new = WarnedAnswer.objects.get_or_create(
        id_digest=keyed.digest(_ID, sent.answer), defaults={"week": sent.week}
    )
    if not is_new:
        return
    # last, and short: this row is everybody's
    WarnedWeek.objects.get_or_create(week=sent.week, defaults={"answers": 0, "yes": 0})
    WarnedWeek.objects.filter(week=sent.week).update(answers=F("answers") + 1, yes=F("yes") + int(sent.warned))


def like_receive(now: dt.datetime) -> None:
    """Do for a decoy what `receive` does for an answer, and leave nothing of it."""
    week = warned.monday_of(now.astimezone(dt.UTC).date()) - warned.WEEK
    with transaction.atomic():
        _add(warned.WarnedAnswer(secrets.token_bytes(warned.ANSWER_BYTES), week, secrets.randbelow(2) == 1))
        transaction.set_rollback(True)


def estimate(weeks: Iterable[dt.date]) -> Estimate:
    """Return how many phones warned in some weeks, each counted once a week."""
    sums = WarnedWeek.objects.filter(week__in=list(weeks)).aggregate(answers=Sum("answers"), yes=Sum("yes"))
    return warned.estimate(sums["answers"] or 0, sums["yes"] or 0)


def purge_answers(now: dt.datetime) -> dict[str, int]:
    """Delete the marks of answers once no more are taken for their week, and sums past their time."""
    today = now.astimezone(dt.UTC).date()
    closed = today - warned.WEEK - warned.TAKEN
    gone, _ = WarnedAnswer.objects.filter(week__lt=closed).delete()
    WarnedWeek.objects.filter(week__lt=today - KEPT).delete()
    return {"warned_answers": gone}


# --- verdicts ---------------------------------------------------------------------------------------------------------


def add(judged: Judgement, now: dt.datetime) -> None:
    """Count one verdict. Call it in the transaction that stores what was judged."""
    row, _ = VerdictDay.objects.get_or_create(
        day=clock.date_of(now), verdict=judged.verdict.value, reason=judged.reason.value, defaults={"count": 0}
    )
    VerdictDay.objects.filter(pk=row.pk).update(count=F("count") + 1)


def move(before: Judgement, after: Judgement, judged_on: dt.date, now: dt.datetime) -> None:
    """Count that a report which was judged on a day has another verdict now."""
    VerdictDay.objects.filter(
        day=judged_on, verdict=before.verdict.value, reason=before.reason.value, count__gt=0
    ).update(count=F("count") - 1)
    add(after, now)


def purge_verdicts(now: dt.datetime) -> dict[str, int]:
    """Delete counts past their time."""
    return {"verdict_days": VerdictDay.objects.filter(day__lt=clock.date_of(now - KEPT)).delete()[0]}
