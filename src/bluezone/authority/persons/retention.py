"""Delete identities after their end date. Cases and contacts stay, without one."""

from __future__ import annotations

import datetime as dt

from bluezone.authority.persons.models import Person
from bluezone.authority.site import clock
from bluezone.authority.site.registries import RetentionRule


def _persons(now: dt.datetime) -> dict[str, int]:
    _, gone = Person.objects.filter(expires_on__lt=clock.date_of(now)).delete()
    return {"persons": gone.get("persons.Person", 0)}


RULES = (
    RetentionRule(
        "who people are (name, telephone number, document, address; encrypted under a key of its own)",
        "90 days after a case or a contact needed it last",
        "an outbreak is traced by then; what stays is a case without anybody",
        _persons,
    ),
)
