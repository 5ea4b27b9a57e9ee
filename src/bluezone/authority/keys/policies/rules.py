"""Decide, without a database, which policy may be published and for how long."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from bluezone.authority.errors import AuthorityError
from bluezone.exposure.policies import Policy, policy_named
from bluezone.exposure.policies.families import build, family_of
from bluezone.exposure.policies.published_table import Calibration

#: shorter, and phones that are seldom on line never see it valid; longer, and a forgotten policy rules for ever
LEAST_VALIDITY, LONGEST_VALIDITY = dt.timedelta(days=1), dt.timedelta(days=366)


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
    if any(other.to_json() != table.to_json() for other in published):
        raise PolicyRefusedError(
            f"calibration {table.version} has been published with other corrections; give the new table a new version"
        )
