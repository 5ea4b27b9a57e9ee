"""Let the authority count this phone: register once, and say once a day that it is in use.

Only with its owner's yes, and under a random id that is used for nothing else. Protection does not need it: a phone
that is not counted notices, checks and publishes like any other.
"""

from __future__ import annotations

import json
from dataclasses import replace
from http import HTTPStatus

import httpx

from bluezone.phone.client import http
from bluezone.phone.stores.preference_store import Installation, PreferenceStore
from bluezone.protocol.installations import ID_BYTES, Activity, Registration
from bluezone.protocol.schemes import Entropy
from bluezone.protocol.text import json_object

_MAX_ANSWER_BYTES = 4_096
#: the authority counts days of Viet Nam
_ZONE_S = 7 * 3_600
_UNKNOWN, _NO_COMMUNE = "unknown_installation", "unknown_commune"


def report_active(
    client: httpx.Client,
    base_url: str,
    store: PreferenceStore,
    platform: str,
    version: str,
    entropy: Entropy,
    now_s: float,
) -> None:
    """Register, or say that this phone is in use, if its owner lets it be counted and the authority has not heard it
    today yet.

    Raises ConnectionFailedError where there is no answer, ProtocolError where `platform` or `version` cannot be.
    """
    choices = store.read()
    if not choices.counted:
        return
    mine = store.installation() or store.keep_installation(Installation(entropy(ID_BYTES)))
    day = int((now_s + _ZONE_S) // 86_400)
    wanted = Registration(mine.id, platform, version, choices.commune, choices.unit, mine.replaces)
    if mine.registered == _facts(wanted):
        if mine.active_day == day:
            return
        refusal = _post(client, base_url, "/v1/activity", Activity(mine.id).to_json())
        if not refusal:
            store.keep_installation(Installation(mine.id, b"", mine.registered, day))
            return
        if refusal != _UNKNOWN:
            raise _not_counted(refusal)
    refusal = _post(client, base_url, "/v1/installations", wanted.to_json())
    if refusal == _NO_COMMUNE:  # not known any more, and left out: the phone counts all the same
        refusal = _post(client, base_url, "/v1/installations", replace(wanted, commune="").to_json())
    if refusal:
        raise _not_counted(refusal)
    store.keep_installation(Installation(mine.id, b"", _facts(wanted), day))


def _not_counted(refusal: str) -> http.RefusedError:
    return http.RefusedError(f"the authority does not count this phone ({refusal})", HTTPStatus.BAD_REQUEST)


def _facts(registration: Registration) -> str:
    """Return what was reported, without the ids, to see whether it is to be reported anew."""
    fields = (registration.platform, registration.version, registration.commune, registration.unit)
    return json.dumps(fields)


def _post(client: httpx.Client, base_url: str, path: str, body: bytes) -> str:
    """Return the authority's word for why not; "" where it counted."""
    content = http.post(client, http.checked_base_url(base_url) + path, body, _MAX_ANSWER_BYTES)
    answer = http.understood(lambda body: json_object(body, path, _MAX_ANSWER_BYTES), content, path)
    if answer.get("status") == "counted":
        return ""
    code = answer.get("code")
    return code[:40] if isinstance(code, str) and code else "no reason given"
