"""Take what phones answer by randomised response (`protocol.warned`): a sum by week, and nothing of any phone."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Sum

from bluezone.authority.contacts.models import WarnedAnswer, WarnedWeek
from bluezone.authority.errors import AuthorityError
from bluezone.authority.site import secrets as keyed
from bluezone.protocol import warned
from bluezone.protocol.warned import Estimate, WarnedRefusal

#: as long as the public page shows, as verdicts (`counts`)
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


def purge(now: dt.datetime) -> dict[str, int]:
    """Delete the marks of answers once no more are taken for their week, and sums past their time."""
    today = now.astimezone(dt.UTC).date()
    closed = today - warned.WEEK - warned.TAKEN
    gone, _ = WarnedAnswer.objects.filter(week__lt=closed).delete()
    WarnedWeek.objects.filter(week__lt=today - KEPT).delete()
    return {"warned_answers": gone}
