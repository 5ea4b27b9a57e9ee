"""Find people for the one search: by pseudonym, or by a whole telephone number, which is noted; of the own office
alone, for who may open identities."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from bluezone.authority.officers import audit_log, confirming
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services
from bluezone.authority.persons.models import Person
from bluezone.authority.site.registries import Finder, Found


def _by_pseudonym(text: str, officer: User) -> Iterable[Found]:
    by = Issuer(officer=officer)
    person = services.of_office(by.place, text) if confirming.may_read_health(by) else None
    return [_found(person)] if person is not None else []


def _by_telephone(number: str, officer: User) -> Iterable[Found]:
    by = Issuer(officer=officer)
    if not confirming.may_read_health(by):
        return
    for person in services.find(by.place, number, ""):
        audit_log.note(person, by, {"found": ["None", "telephone"]})
        yield _found(person)


def _found(person: Person) -> Found:
    return Found(person.pseudonym, _("person"), reverse("persons:person", args=[person.pseudonym]))


FINDER = Finder(_by_pseudonym, _by_telephone)
