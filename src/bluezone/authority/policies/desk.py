"""Publishing a policy, and finding the one that rules."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from bluezone.authority.config.locks import job_lock
from bluezone.authority.policies.models import PublishedPolicy
from bluezone.authority.policies.rules import validity
from bluezone.authority.publishing import signing
from bluezone.exposure.policies import Policy
from bluezone.exposure.policies.document import PolicyDocument, sign_document


def publish(policy: Policy, now: dt.datetime, *, days: int, valid_from: dt.datetime | None = None) -> PublishedPolicy:
    """Sign `policy` with the keys that sign exports and put it out under the next serial of our region.

    Raises PolicyDocumentError where the policy is absurd, PolicyRefusedError where its validity is.
    """
    region = settings.BLUEZONE.region
    start, end = validity(now, valid_from, days)
    with job_lock("policy"):
        last = PublishedPolicy.objects.filter(region=region).order_by("serial").last()
        document = PolicyDocument(
            policy=policy,
            region=region,
            serial=1 if last is None else last.serial + 1,
            issued_at_s=int(now.timestamp()),
            valid_from_s=int(start.timestamp()),
            valid_until_s=int(end.timestamp()),
        )
        return PublishedPolicy.objects.create(
            region=region,
            serial=document.serial,
            name=policy.name,
            version=policy.version,
            issued_at=now,
            valid_from=start,
            valid_until=end,
            document=sign_document(document, signing.export_signers(now)).decode("ascii"),
        )


def ruling(region: str, now: dt.datetime) -> PublishedPolicy | None:
    """The newest policy of a region whose time has come. One that has run out still rules until another does: phones
    keep it likewise."""
    return PublishedPolicy.objects.filter(region=region, valid_from__lte=now).order_by("serial").last()
