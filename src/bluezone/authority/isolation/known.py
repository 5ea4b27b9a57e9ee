"""Take over what an office knows already of whom it isolates: the telephone number and the address."""

from __future__ import annotations

from dataclasses import replace

from bluezone.authority.isolation.rules import Where
from bluezone.authority.isolation.services import Entry
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons


def with_what_is_known(entry: Entry, officer: User) -> Entry:
    """Return an entry with the number and the address of the home that it lacks, where the officer's own office holds
    them of its person. Nobody is shown them; the audit log notes it."""
    spot = entry.spot
    lacks_address = spot.where is Where.HOME and not spot.address.strip()
    if entry.person is None or (entry.telephone and not lacks_address):
        return entry
    known = persons.taken_over(entry.person, Issuer(officer=officer))
    return replace(
        entry,
        telephone=entry.telephone or known.telephone,
        spot=replace(spot, address=known.address) if lacks_address else spot,
    )
