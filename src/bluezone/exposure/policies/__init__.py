"""List the policies by name. This is the only part of the exposure room that the authority may import."""

from __future__ import annotations

from types import MappingProxyType

from bluezone.exposure.errors import ExposureError
from bluezone.exposure.policies.base import DayRisk, Evidence, Grade, Log, Policy, RiskAssessment
from bluezone.exposure.policies.bluezone_303 import BLUEZONE_303
from bluezone.exposure.policies.buckets import EN_V1_BUCKETS, SWISSCOVID, SWISSCOVID_50_55, AttenuationBuckets
from bluezone.exposure.policies.cwa import CWA_2023
from bluezone.exposure.policies.immuni import IMMUNI
from bluezone.exposure.policies.near_minutes import BLUEZONE, NearMinutes
from bluezone.exposure.policies.nhs_uks import NHS_UKS

#: what a phone uses until its authority has published another
DEFAULT_POLICY: Policy = BLUEZONE

POLICIES = MappingProxyType(
    {
        policy.name: policy
        for policy in (
            BLUEZONE,
            BLUEZONE_303,
            CWA_2023,
            EN_V1_BUCKETS,
            IMMUNI,
            NHS_UKS,
            SWISSCOVID,
            SWISSCOVID_50_55,
        )
    }
)


def policy_named(name: str) -> Policy:
    """Return the policy of that name. Raises ExposureError where there is none."""
    try:
        return POLICIES[name]
    except KeyError:
        raise ExposureError(f"policy {name!r} is not known; there are {', '.join(sorted(POLICIES))}") from None


__all__ = [
    "BLUEZONE",
    "BLUEZONE_303",
    "CWA_2023",
    "DEFAULT_POLICY",
    "EN_V1_BUCKETS",
    "IMMUNI",
    "NHS_UKS",
    "POLICIES",
    "SWISSCOVID",
    "SWISSCOVID_50_55",
    "AttenuationBuckets",
    "DayRisk",
    "Evidence",
    "Grade",
    "Log",
    "NearMinutes",
    "Policy",
    "RiskAssessment",
    "policy_named",
]
