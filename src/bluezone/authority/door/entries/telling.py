"""Tell the people of opened entries by text message, each once, by day; the worker runs it."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext

from bluezone.authority.door.entries import rules, services
from bluezone.authority.door.models import DoorOpening
from bluezone.authority.messages import phone_numbers
from bluezone.authority.messages import sms as outbox
from bluezone.authority.messages.sms import sender
from bluezone.authority.officers import audit_log
from bluezone.authority.site.locks import job_lock
from bluezone.i18n import Language, format_date

#: a message that no gateway takes for so long is dropped: an officer has called by then
_GOOD_FOR = dt.timedelta(days=1)


def job(now: dt.datetime) -> str | None:
    """Tell the people of every opening that is due; return what was done."""
    if sender() is None or not rules.may_tell_at(timezone.localtime(now).time()):
        return None
    told = 0
    with job_lock("openings"):
        due = DoorOpening.objects.filter(
            state=DoorOpening.State.OPENED, told_at=None, decided_at__gt=now - rules.TOLD_WITHIN
        )
        for opening in due.order_by("decided_at"):
            told += tell(opening, now)
    return f"{told} people told of an opening" if told else None


@transaction.atomic
def tell(opening: DoorOpening, now: dt.datetime) -> int:
    """Queue a message to each number of an opening's window, but to those told of the same door's window before; return
    to how many. That they are told is noted in the same transaction: nobody is told twice."""
    opening = DoorOpening.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=opening.pk)
    if opening.told_at is not None:
        return 0
    numbers = _numbers(opening)
    for other in DoorOpening.objects.filter(organisation=opening.organisation, told_at__isnull=False):
        if other.start_at < opening.end_at and opening.start_at < other.end_at:
            numbers -= _numbers(other)
    for number in sorted(numbers):
        language = phone_numbers.language_of(number) or settings.LANGUAGE_CODE
        outbox.queue(number, text(opening, language), now + _GOOD_FOR, now)
    opening.told_at = now
    opening.save(update_fields=["told_at"])
    audit_log.note(opening, None, {"told": ["None", str(len(numbers))]})
    return len(numbers)


def _numbers(opening: DoorOpening) -> set[str]:
    return {each.telephone for each in services.visitors(opening)[0] if each.telephone}


def text(opening: DoorOpening, language: str) -> str:
    """Return the message about an opening: the place and the day, no case and no disease, for it lights up on a locked
    screen."""
    with translation.override(language):
        day = format_date(timezone.localtime(opening.start_at).date(), Language(language))
        return gettext(
            "Bluezone: on %(day)s you were at %(place)s. The health station opened the list of guests of those hours "
            "and may call you. You need not be ill. If you feel unwell, call your health station."
        ) % {"day": day, "place": opening.organisation.name[:60]}
