"""Publish a policy, and find the one in force."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from bluezone.authority.keys.policies.models import PublishedPolicy
from bluezone.authority.keys.policies.rules import same_version_same_table, validity
from bluezone.authority.signing import services as signing
from bluezone.authority.site.locks import job_lock
from bluezone.exposure.policies import Policy
from bluezone.exposure.policies.document import PolicyDocument, calibration_in, sign_document
from bluezone.exposure.policies.published_table import Calibration


def publish(
    policy: Policy,
    now: dt.datetime,
    *,
    days: int,
    valid_from: dt.datetime | None = None,
    calibration: Calibration | None = None,
) -> PublishedPolicy:
    """Sign `policy`, with the table of phone models `calibration` if there is one, with the keys that sign exports, and
    publish it under the next serial of our region.

    Raises PolicyDocumentError where policy or table are absurd, PolicyRefusedError where its validity is, or where the
    table has other corrections than one already published under its version.
    """
    region = settings.BLUEZONE.region
    start, end = validity(now, valid_from, days)
    with job_lock("policy"):
        last = PublishedPolicy.objects.filter(region=region).order_by("serial").last()
        if calibration is not None:
            same_version_same_table(calibration, _published_tables(region, calibration.version))
        document = PolicyDocument(
            policy=policy,
            region=region,
            serial=1 if last is None else last.serial + 1,
            issued_at_s=int(now.timestamp()),
            valid_from_s=int(start.timestamp()),
            valid_until_s=int(end.timestamp()),
            calibration=calibration,
        )
        return PublishedPolicy.objects.create(
            region=region,
            serial=document.serial,
            name=policy.name,
            version=policy.version,
            calibration_version=document.calibration_version,
            issued_at=now,
            valid_from=start,
            valid_until=end,
            document=sign_document(document, signing.export_signers(now)).decode("ascii"),
        )


def in_force(region: str, now: dt.datetime) -> PublishedPolicy | None:
    """Return the policy in force: the newest of a region whose time has come. One that has expired stays in force until
    another is: phones keep it likewise."""
    return PublishedPolicy.objects.filter(region=region, valid_from__lte=now).order_by("serial").last()


def last_calibration(region: str) -> Calibration | None:
    """Return the calibration of the newest document of a region, which the next one carries on unless told
    otherwise."""
    last = PublishedPolicy.objects.filter(region=region).order_by("serial").last()
    return None if last is None else calibration_in(last.document.encode("ascii"))


def _published_tables(region: str, version: str) -> list[Calibration]:
    rows = PublishedPolicy.objects.filter(region=region, calibration_version=version)
    tables = (calibration_in(row.document.encode("ascii")) for row in rows)
    return [table for table in tables if table is not None]
