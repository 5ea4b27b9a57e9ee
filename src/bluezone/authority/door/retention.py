"""Delete what doors have told after its time, and say what is kept how long."""

from __future__ import annotations

import datetime as dt

from django.db.models import F
from django.utils.translation import gettext_noop

from bluezone.authority.door import rules
from bluezone.authority.door.entries import services as entries
from bluezone.authority.door.models import DoorDay, DoorLink, DoorTap, Round, Visit
from bluezone.authority.door.taps import reckon_new
from bluezone.authority.site import clock
from bluezone.authority.site.registries import RetentionRule


def _taps(now: dt.datetime) -> dict[str, int]:
    reckon_new()  # first what is of some unit: what is left after that is of none
    stray = DoorTap.objects.filter(reckoned=False, received_at__lt=now - rules.STRAY_LIFE).delete()[0]
    old = DoorTap.objects.filter(received_at__lt=now - rules.UNCONFIRMED_LIFE).delete()[0]
    return {"door_taps": stray + old}


def _days(now: dt.datetime) -> dict[str, int]:
    today = clock.date_of(now)
    past = DoorDay.objects.filter(day__lt=today - rules.UNCONFIRMED_LIFE)
    gone = past.filter(confirmed_on=None).delete()[0]
    # What came after the last look goes too; what was confirmed stays.
    past = past.exclude(had=F("looked_had"), helped=F("looked_helped"), refused=F("looked_refused"), apart=0)
    past.update(had=F("looked_had"), helped=F("looked_helped"), refused=F("looked_refused"), apart=0, apart_left=0)
    gone += DoorDay.objects.filter(day__lt=today - rules.CONFIRMED_LIFE).delete()[0]
    return {"door_days": gone}


def _visits(now: dt.datetime) -> dict[str, int]:
    first = clock.date_of(now) - rules.CONFIRMED_LIFE
    links = DoorLink.objects.filter(ends_at__lt=now - rules.CONFIRMED_LIFE)
    rows = (Visit.objects.filter(day__lt=first), Round.objects.filter(day__lt=first), links)
    return {"door_visits": sum(each.delete()[0] for each in rows)}


RULES = (
    RetentionRule(
        gettext_noop("entries at doors (encrypted), and openings of them for a case"),
        gettext_noop("14 days; under a link that no unit has, one hour"),
        "an infection shows itself within 14 days; their keys end then, too",
        entries.purge,
    ),
    RetentionRule(
        gettext_noop("answers at doors, one by one"),
        gettext_noop("30 days after they came; under a link that no unit has, one hour"),
        "the day's sums are enough; nobody looks over an older day",
        _taps,
    ),
    RetentionRule(
        gettext_noop("a day's sums of a door"),
        gettext_noop("30 days where nobody has confirmed them, 400 days where somebody has"),
        "what nobody has looked at proves nothing later",
        _days,
    ),
    RetentionRule(
        gettext_noop("visits to doors, rounds, ended door links (digest)"),
        gettext_noop("400 days"),
        "who was visited when is asked for as long as the order runs",
        _visits,
    ),
)
