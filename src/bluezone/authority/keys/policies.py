"""Publish the policies by which phones decide whom to warn, and find the one in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.db import transaction

from bluezone.authority.documents import services as documents
from bluezone.authority.documents.models import SignedDocument
from bluezone.authority.documents.rules import PublishedKind
from bluezone.authority.errors import AuthorityError
from bluezone.exposure.policies import Policy, policy_named
from bluezone.exposure.policies.document import POLICY, PublishedPolicy, published_policy
from bluezone.exposure.policies.families import build, family_of
from bluezone.exposure.policies.published_table import Calibration

#: shorter, and phones that are seldom on line never see it valid; longer, and a forgotten policy rules for ever
LEAST_VALIDITY, LONGEST_VALIDITY = dt.timedelta(days=1), dt.timedelta(days=366)
#: the operator publishes it; an alert names the version that made it, so all are kept
PUBLISHED_POLICIES = PublishedKind(POLICY, keeps_all=True)


class PolicyRefusedError(AuthorityError):
    """Report a policy that cannot be published; the text says why."""


def validity(now: dt.datetime, valid_from: dt.datetime | None, days: int) -> tuple[dt.datetime, dt.datetime]:
    """Return from when to when a policy holds. Raises PolicyRefusedError where that is past, or too short or long."""
    start = now if valid_from is None else valid_from
    end = start + dt.timedelta(days=days)
    if end <= now:
        raise PolicyRefusedError(f"a policy valid until {end:%Y-%m-%d %H:%M} UTC would have run out already")
    if not LEAST_VALIDITY <= end - start <= LONGEST_VALIDITY:
        raise PolicyRefusedError(
            f"a policy is valid for {LEAST_VALIDITY.days} to {LONGEST_VALIDITY.days} days, not for {days}"
        )
    return start, end


def chosen(name: str, version: str | None, changes: Mapping[str, object]) -> Policy:
    """Return the policy to publish: one known here by name, with `changes` to its parameters under a version of its
    own.

    Raises PolicyRefusedError where parameters are changed without a new version: an alert must be able to tell them
    apart. Raises ExposureError where name or parameters make no sense.
    """
    policy = policy_named(name)
    if changes and version in (None, policy.version):
        raise PolicyRefusedError(f"changed parameters need a version of their own, not {policy.version}")
    parameters = {**policy.parameters(), **changes}
    return build(family_of(policy), policy.name, version or policy.version, parameters, policy.source)


def same_version_same_table(table: Calibration, published: Sequence[Calibration]) -> None:
    """Raise PolicyRefusedError where other corrections were published under the version of `table`: who reads a version
    must know what it was."""
    if any(other.version == table.version and other.to_json() != table.to_json() for other in published):
        raise PolicyRefusedError(
            f"calibration {table.version} has been published with other corrections; give the new table a new version"
        )


@transaction.atomic
def publish(
    policy: Policy,
    now: dt.datetime,
    *,
    days: int,
    valid_from: dt.datetime | None = None,
    calibration: Calibration | None = None,
) -> SignedDocument:
    """Sign `policy`, with the table of phone models `calibration` if there is one, and publish it.

    Raises DocumentError, PolicyDocumentError where policy or table are absurd, PolicyRefusedError where its validity
    is, or where the table has other corrections than one already published under its version.
    """
    start, end = validity(now, valid_from, days)
    documents.take_turn(POLICY)
    if calibration is not None:
        ours = [row for row in every() if row.region == settings.BLUEZONE.region]
        tables = [content_of(row).calibration for row in ours]
        same_version_same_table(calibration, [table for table in tables if table is not None])
    content = PublishedPolicy(policy, calibration)
    return documents.publish(PUBLISHED_POLICIES, content, now, valid_from=start, valid_until=end)


def content_of(row: SignedDocument) -> PublishedPolicy:
    """Return the policy of a document."""
    return published_policy(row.content(POLICY))


def title(row: SignedDocument) -> str:
    """Return the name of a policy that was published, for the operator."""
    published = content_of(row)
    table = f" with calibration {published.calibration_version}" if published.calibration else ""
    name = f"{published.policy.name} {published.policy.version}"
    return f"policy {name}{table} (serial {row.serial}, region {row.region})"


def every() -> list[SignedDocument]:
    """Return every policy that was ever published, the first first."""
    return list(SignedDocument.objects.filter(kind=POLICY.name))


def last_calibration() -> Calibration | None:
    """Return the calibration of the newest document, which the next one carries on unless told otherwise."""
    last = documents.newest(POLICY)
    return None if last is None else content_of(last).calibration
