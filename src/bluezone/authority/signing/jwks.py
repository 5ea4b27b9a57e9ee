"""Publish the public keys of certificates as a JSON Web Key Set, for key servers of others (RFC 7517).

The reference verification server answers with the bare list of keys, and the reference key server reads that form.
"""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from jwt.algorithms import ECAlgorithm

from bluezone.authority.signing import services as signing
from bluezone.authority.signing.models import SigningKey
from bluezone.authority.site import clock

#: as long as the reference server keeps it; a rotated key signs beside the old one for longer than that
_CACHING = "public, max-age=300"


def certificate_keys(now: dt.datetime) -> list[dict[str, str]]:
    """Return the public keys whose certificates are good now, each as a JWK with its id."""
    keys = signing.certificate_verifiers(now)
    return [{**ECAlgorithm.to_jwk(key, as_dict=True), "kid": key_id} for key_id, key in keys.items()]


def public_jwk(key: SigningKey, kid: str) -> dict[str, str]:
    """Return the public half of a key as a JWK of that id."""
    return {**ECAlgorithm.to_jwk(signing.public_key(key).key, as_dict=True), "kid": kid, "use": "sig", "alg": "ES256"}


@csrf_exempt
@require_safe
def jwks(request: HttpRequest, region: str = "") -> HttpResponse:  # noqa: ARG001
    """Serve the keys of certificates; `region` is that of this server, or left out."""
    if region and region != settings.BLUEZONE.region:
        return JsonResponse({"error": "this server has no such region"}, status=HTTPStatus.NOT_FOUND)
    return JsonResponse(certificate_keys(clock.now()), safe=False, headers={"Cache-Control": _CACHING})
