"""Serve the public keys of passes (RFC 7517) and the signed list of those taken back: the same to all who ask."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from jwt.algorithms import ECAlgorithm

from bluezone.authority.messages.serving import document_view
from bluezone.authority.passes.models import RevokedDocument
from bluezone.authority.signing import services as signing
from bluezone.authority.site import clock

#: a new key is published days before it signs
_CACHING = "public, max-age=300"

revoked = document_view(RevokedDocument.objects, "no pass was issued")


def public_keys(now: dt.datetime) -> list[dict[str, str]]:
    """Return the keys by which passes are verified, each as a JWK whose `kid` is the key id of the COSE message."""
    return [
        {
            **ECAlgorithm.to_jwk(signing.public_key(key).key, as_dict=True),
            "kid": f"{signing.pass_key_id()} {key.version}",
            "use": "sig",
            "alg": "ES256",
        }
        for key in signing.trusted_pass_keys(now)
    ]


@csrf_exempt
@require_safe
def keys(request: HttpRequest, region: str) -> HttpResponse:  # noqa: ARG001 (Django hands it in)
    """Serve the public keys of passes."""
    if region != settings.BLUEZONE.region:
        return JsonResponse({"error": "this server has no such region"}, status=HTTPStatus.NOT_FOUND)
    return JsonResponse({"keys": public_keys(clock.now())}, headers={"Cache-Control": _CACHING})
