"""Build policies from data: the rules this version knows, and how to build one from a name and parameters.

A policy document names a family (the rule) and its parameters; a phone that does not know the family keeps what it has.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from bluezone.exposure.errors import ExposureError
from bluezone.exposure.policies.base import NOT_PARAMETERS, Policy
from bluezone.exposure.policies.bluezone_303 import Bluezone303
from bluezone.exposure.policies.buckets import AttenuationBuckets
from bluezone.exposure.policies.cwa import CoronaWarnApp
from bluezone.exposure.policies.immuni import EnV1RiskScore
from bluezone.exposure.policies.near_minutes import NearMinutes
from bluezone.exposure.policies.nhs_uks import NhsSmoother

FAMILIES: Mapping[str, type[Policy]] = {
    "bluezone-3.0.3": Bluezone303,
    "attenuation-buckets": AttenuationBuckets,
    "corona-warn-app": CoronaWarnApp,
    "en-v1-risk-score": EnV1RiskScore,
    "near-minutes": NearMinutes,
    "nhs-smoother": NhsSmoother,
}


def family_of(policy: Policy) -> str:
    """Return the family a policy belongs to. Raises ExposureError for a policy that is none of ours."""
    for family, kind in FAMILIES.items():
        if type(policy) is kind:
            return family
    raise ExposureError(f"policy {policy.name}: its rule belongs to no family that could be sent to phones")


def build(family: str, name: str, version: str, parameters: Mapping[str, Any], source: str = "") -> Policy:
    """Build a policy of `family`. Every parameter must be there and none besides; numbers must be finite.

    Raises ExposureError naming what is wrong, also where the policy itself refuses its parameters.
    """
    kind = FAMILIES.get(family)
    if kind is None:
        raise ExposureError(f"policy family {family!r} is not known here; there are {', '.join(FAMILIES)}")
    meant = {field.name: str(field.type) for field in fields(kind) if field.name not in NOT_PARAMETERS}
    missing, surplus = set(meant) - set(parameters), set(parameters) - set(meant)
    if missing or surplus:
        what = [f"lacks {', '.join(sorted(missing))}"] if missing else []
        what += [f"has {', '.join(sorted(map(repr, surplus)))} besides"] if surplus else []
        raise ExposureError(f"policy {name}: it {' and '.join(what)}")
    values = {key: _value(value, f"policy {name}: {key}") for key, value in parameters.items()}
    for key, value in values.items():
        if isinstance(value, tuple) == (meant[key] in ("float", "int")):
            raise ExposureError(f"policy {name}: {key} is {'a list' if isinstance(value, tuple) else 'one number'}")
    try:
        return kind(name=name, version=version, source=source, **values)
    except (TypeError, ValueError, IndexError, ArithmeticError) as error:
        raise ExposureError(f"policy {name}: its parameters are not of the right shape ({error})") from error


def _value(value: Any, what: str, depth: int = 0) -> Any:
    if isinstance(value, list) and depth < 2:
        return tuple(_value(item, what, depth + 1) for item in value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ExposureError(f"{what} is {ascii(value)[:80]} where a number (or a list of them) is meant")
    return value
