"""Find the organisation of an address's code, for who may see it."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from bluezone.authority.officers import scope
from bluezone.authority.units.models import Organisation
from bluezone.rollout.sectors import UnitCodeError, read_code


def seen(request: HttpRequest, code: str, *related: str) -> Organisation:
    """Return an organisation the officer may see, with its `related` rows. Raises PermissionDenied for who has no role,
    Http404 for any other code: which codes exist is not disclosed."""
    scope.required(request.user)
    try:
        written = read_code(code)
    except UnitCodeError:
        raise Http404 from None
    rows = Organisation.objects.select_related(*related) if related else Organisation.objects.all()
    return get_object_or_404(scope.visible(rows, request.user), code=written)
