"""Find people for the one search: by pseudonym, or by a whole telephone number, which is noted; of the own office
alone, for who may open identities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from bluezone.authority.officers import audit_log, confirming
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services
from bluezone.authority.persons.models import Person
from bluezone.authority.site import clock
from bluezone.authority.site.registries import Finder, Found


def _by_pseudonym(text: str, officer: User) -> Iterable[Found]:
    by = Issuer(officer=officer)
    person = services.of_office(by.place, text) if confirming.may_read_health(by) else None
    return _found([person] if person is not None else [], officer)


def _by_telephone(number: str, officer: User) -> Iterable[Found]:
    by = Issuer(officer=officer)
    if not confirming.may_read_health(by):
        return []
    people = services.find(by.place, number, "")
    for person in people:
        audit_log.note(person, by, {"found": ["None", "telephone"]})
    return _found(people, officer)


def _found(people: Sequence[Person], officer: User) -> list[Found]:
    services.open_for(people, officer, clock.now())
    return [Found(each.called, _("person"), reverse("persons:person", args=[each.pseudonym])) for each in people]


FINDER = Finder(_by_pseudonym, _by_telephone)
