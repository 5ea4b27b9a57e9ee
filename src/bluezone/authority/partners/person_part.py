"""Show on a person's page, and to the person, which partner got what is known of them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from bluezone.authority.officers import confirming, scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.partners import services
from bluezone.authority.partners.models import Delivery
from bluezone.authority.persons.models import Person
from bluezone.authority.site import clock
from bluezone.authority.site.registries import Group, Happened, Holding, PersonPart


def _as_whom(row: Delivery) -> str:
    return _("with name") if services.terms_of(row.agreement).named else _("by pseudonym")


def events(officer: User, person: Person) -> Iterable[Happened]:
    """Yield to whom the record of a person of the officer's area was handed, and when last: to officers who may read
    health data."""
    if not confirming.may_read_health(Issuer(officer=officer)):
        return
    sent = Delivery.objects.filter(episode__person=person, sent_at__isnull=False).select_related("agreement")
    for row in scope.visible(sent, officer, "episode__place"):
        assert row.sent_at is not None
        what = _("Handed over to %(partner)s") % {"partner": row.agreement.name}
        yield Happened(row.sent_at, what, Group.PAPERS, more=_as_whom(row), icon="done")


def held_of(pseudonym: str) -> Iterable[Holding]:
    """Return the partners who got a person's record, for the person's own page."""
    sent = Delivery.objects.filter(episode__person__pseudonym=pseudonym, sent_at__isnull=False)
    for row in sent.select_related("agreement").order_by("sent_at"):
        assert row.sent_at is not None
        facts = [
            (_("To whom"), row.agreement.name),
            (_("When last"), f"{clock.date_of(row.sent_at):%d/%m/%Y}"),
            (_("How"), _as_whom(row)),
        ]
        rule = _("Handed over by an agreement: %(basis)s.") % {"basis": services.terms_of(row.agreement).basis}
        yield Holding(_("Handed over to another system"), facts, None, rule)


PART = PersonPart(70, events=events)
