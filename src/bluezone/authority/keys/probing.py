"""Play a made-up case through the whole every ten minutes, as a phone would: code, token, certificate, publication, and
the file in which others find it. So it is seen from outside that keys come out, before anybody misses them.

No phone sees it: its key goes into files of a region of its own, which no phone is told of. Nobody's counts hold it:
its case lies in no office's area and is deleted within the same run, and no statistics note its publication. Only where
the request comes from does it count as an accepted code.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import httpx
from auditlog.context import disable_auditlog
from django.conf import settings

from bluezone.authority.diagnosis import codes
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.keys.models import Probe
from bluezone.authority.keys.rules import CLOCK_TOLERANCE
from bluezone.authority.signing import services as signing
from bluezone.authority.site import clock, outgoing
from bluezone.authority.site.environment import Environment
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.exports import index_from_text, verify_export
from bluezone.protocol.exposure_notification import rolling_proximity_identifiers
from bluezone.protocol.intervals import INTERVALS_PER_DAY, interval_number
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.protocol.messages import (
    CertificateRequest,
    CertificateResponse,
    PublishRequest,
    PublishResponse,
    VerifyRequest,
    VerifyResponse,
    refusal_code,
)
from bluezone.protocol.verification import tek_mac

EVERY = dt.timedelta(minutes=10)
#: as which it publishes
HEALTH_AUTHORITY = "vn.bluezone.probe"
#: below no jurisdiction, all of which begin with `/`
_PLACE = "probe"
_KEPT = dt.timedelta(days=2)
_TIMEOUT_S = 20.0


class ProbeError(Exception):
    """Report at which step the made-up case failed; without an address, a code or a key."""


def probe(now: dt.datetime, transport: httpx.BaseTransport | None = None) -> str | None:
    """Look for the made-up cases that were published, and publish another; None where no public address is named."""
    conf: Environment = settings.BLUEZONE
    if not conf.public_url:
        return None
    Probe.objects.filter(begun_at__lt=now - _KEPT).delete()
    row = Probe.objects.create(begun_at=now)
    headers = {"X-API-Key": conf.device_api_keys[0]} if conf.device_api_keys else {}
    with outgoing.client_of_ourselves(_TIMEOUT_S, headers, transport) as http:
        try:
            _find(http, Probe.objects.exclude(published_at=None).filter(seen_at=None), now)
            _publish(http, row, now)
        except (ProbeError, ProtocolError, httpx.HTTPError) as error:
            row.problem = str(error)[:200] if isinstance(error, ProbeError) else type(error).__name__
        row.save()
    if row.problem:
        raise ProbeError(row.problem)
    return None


def _publish(http: httpx.Client, row: Probe, now: dt.datetime) -> None:
    over = interval_number((now - CLOCK_TOLERANCE).timestamp()) // INTERVALS_PER_DAY * INTERVALS_PER_DAY
    tek = TemporaryExposureKey(secrets.token_bytes(16), over - INTERVALS_PER_DAY)
    row.heard_at = tek.rolling_start_interval + secrets.randbelow(INTERVALS_PER_DAY)
    row.identifier = rolling_proximity_identifiers(tek.key, row.heard_at, 1)
    row.save(update_fields=["heard_at", "identifier"])  # by which the server knows the key: `is_own`
    mac_key = secrets.token_bytes(16)
    mac = tek_mac([tek], mac_key)
    with disable_auditlog():
        Case.objects.filter(place=_PLACE).delete()  # of a run that was killed
        case = Case(
            id=uuid.uuid4(), report_type=Case.ReportType.CONFIRMED, status=Case.Status.CONFIRMED,
            test_date=clock.date_of(now), created_at=now, place=_PLACE,
        )  # fmt: skip
        case.save()
        try:
            code, _ = codes.issue_code(case, now)
            token = _ask(http, "/api/verify", VerifyRequest(code=code.short, accept=("confirmed",)).to_json)
            asked = CertificateRequest(VerifyResponse.from_json(token).token, mac)
            certificate = CertificateResponse.from_json(_ask(http, "/api/certificate", asked.to_json)).certificate
            request = PublishRequest((tek,), HEALTH_AUTHORITY, certificate, mac_key)
            done = PublishResponse.from_json(_ask(http, "/v1/publish", request.to_json))
        finally:
            Case.objects.filter(pk=case.pk).delete()
    if done.inserted_exposures != 1:
        raise ProbeError("/v1/publish: took no key")
    row.published_at = now


def is_own(keys: Sequence[TemporaryExposureKey], now: dt.datetime) -> bool:
    """Return whether keys are that of a made-up case under way: whoever else names itself one is taken for a patient,
    so that nobody's keys go where no phone looks."""
    under_way = Probe.objects.filter(begun_at__gt=now - EVERY, published_at=None).exclude(heard_at=None)
    return len(keys) == 1 and any(_is_heard(keys[0], row) for row in under_way)


def _ask(http: httpx.Client, address: str, body: Any) -> bytes:
    answer = http.post(
        address, content=body() if callable(body) else body, headers={"Content-Type": "application/json"}
    )
    if not answer.is_success:
        raise ProbeError(f"{address}: HTTP {answer.status_code} {refusal_code(answer.content)}".rstrip())
    return answer.content


def _find(http: httpx.Client, rows: Iterable[Probe], now: dt.datetime) -> None:
    """Note of each made-up case whether a phone that heard it would find it by now."""
    waiting = list(rows)
    if not waiting:
        return
    conf: Environment = settings.BLUEZONE
    index = http.get(f"/exports/{conf.probe_region}/index.txt")
    if index.status_code == httpx.codes.NOT_FOUND:
        return  # before the first batch
    if not index.is_success:
        raise ProbeError(f"index of exports: HTTP {index.status_code}")
    trusted = signing.trusted_export_keys()
    oldest_s = min(row.begun_at.timestamp() for row in waiting)
    for name in reversed(index_from_text(index.text)):
        end_s = int(name.rpartition("/")[2].split("-")[1])
        if end_s < oldest_s:
            break
        file = http.get(f"/exports/{name}")
        if not file.is_success:
            raise ProbeError(f"a file that the index names: HTTP {file.status_code}")
        for tek in verify_export(file.content, trusted).keys:
            for row in waiting:
                if _is_heard(tek, row):
                    row.seen_at = now
                    row.save(update_fields=["seen_at"])


def _is_heard(tek: TemporaryExposureKey, row: Probe) -> bool:
    """Match as phones do: by an identifier that was heard at some time."""
    if not 0 <= (row.heard_at or 0) - tek.rolling_start_interval < tek.rolling_period:
        return False
    return rolling_proximity_identifiers(tek.key, row.heard_at or 0, 1) == bytes(row.identifier)
