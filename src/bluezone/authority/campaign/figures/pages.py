"""Find the organisation whose head looks at a page."""

from __future__ import annotations

from django.http import Http404

from bluezone.authority.officers.jurisdiction import Jurisdiction, Role
from bluezone.authority.units.models import Organisation


def own_organisation(own: Jurisdiction) -> Organisation:
    """Return the organisation a head answers for. Raises Http404 where it is no more."""
    found = Organisation.objects.filter(place=own.place).first() if own.role is Role.UNIT_HEAD else None
    if found is None:
        raise Http404
    return found
