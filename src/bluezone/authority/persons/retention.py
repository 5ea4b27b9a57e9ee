"""Delete identities after their end date. Cases and contacts stay, without one."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_noop

from bluezone.authority.persons import rules
from bluezone.authority.persons.models import DataCode, DataRequest, Person, Shift
from bluezone.authority.site import clock
from bluezone.authority.site.registries import RetentionRule

SHIFT_LIFE = dt.timedelta(days=7)


def _persons(now: dt.datetime) -> dict[str, int]:
    _, gone = Person.objects.filter(expires_on__lt=clock.date_of(now)).delete()
    return {"persons": gone.get("persons.Person", 0)}


def _shifts(now: dt.datetime) -> dict[str, int]:
    _, gone = Shift.objects.filter(ends_at__lt=now - SHIFT_LIFE).delete()
    return {"shifts": gone.get("persons.Shift", 0)}


def _requests(now: dt.datetime) -> dict[str, int]:
    codes = DataCode.objects.filter(expires_at__lt=now - rules.DATA_PAGE_LIFE).delete()[0]
    answered = DataRequest.objects.filter(answered_at__lt=now - rules.REQUEST_LIFE).delete()[0]
    return {"data_codes": codes, "data_requests": answered}


RULES = (
    RetentionRule(
        gettext_noop("who people are (name, telephone number, document, address; encrypted under a key of its own)"),
        gettext_noop("90 days after a case or a contact needed it last"),
        "an outbreak is traced by then; what stays is a case without anybody",
        _persons,
    ),
    RetentionRule(
        gettext_noop("shifts in which officers opened identities"),
        gettext_noop("7 days after their end"),
        "so that an opening is noted once a shift; the audit log says who opened whom, and why",
        _shifts,
    ),
    RetentionRule(
        gettext_noop("codes with which a person sees what is held / requests to correct or delete it (encrypted)"),
        gettext_noop("a day / 90 days after the answer, with the identity at the latest"),
        "the person reads the answer, and can complain about it",
        _requests,
    ),
)
