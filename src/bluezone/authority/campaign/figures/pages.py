"""What the pages of figures share: the organisation a head answers for, sources in words."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _

from bluezone.authority.campaign.figures import services
from bluezone.authority.campaign.figures.models import OWN_COUNT
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role
from bluezone.authority.units.models import Organisation


def own_organisation(own: Jurisdiction) -> Organisation:
    """Return the organisation a head answers for. Raises Http404 where it is no more."""
    found = Organisation.objects.filter(place=own.place).first() if own.role is Role.UNIT_HEAD else None
    if found is None:
        raise Http404
    return found


def source_name(source: str) -> str:
    """Return where a figure comes from, in the reader's language."""
    if source == OWN_COUNT:
        return _("counted by this server")
    return _("reported by the unit") if source == services.REPORTED else source
