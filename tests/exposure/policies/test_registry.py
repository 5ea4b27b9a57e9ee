from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from bluezone.exposure.errors import ExposureError
from bluezone.exposure.policies import BLUEZONE, DEFAULT_POLICY, POLICIES, Evidence, Grade, policy_named
from bluezone.exposure.windows import ExposureWindow, ScanInstance, group_scans
from bluezone.protocol.keys import ReportType


def near(minutes: int) -> list[ExposureWindow]:
    scans = [ScanInstance(36000 + 60 * n, 60, 40, 38, 5) for n in range(minutes)]
    return [ExposureWindow(window, ReportType.CONFIRMED_TEST, 0) for window in group_scans(scans)]


def test_the_policies_that_are_known():
    assert set(POLICIES) == {
        "bluezone",
        "bluezone-3.0.3",
        "cwa-2023",
        "en-v1-buckets",
        "immuni",
        "nhs-uks",
        "swisscovid",
        "swisscovid-50-55",
    }
    assert DEFAULT_POLICY is policy_named("bluezone")
    with pytest.raises(ExposureError, match="en-v1-buckets"):
        policy_named("astrology")


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_every_policy_has_a_name_a_version_a_source_and_parameters_that_json_can_carry(name):
    policy = POLICIES[name]
    assert policy.name == name
    assert policy.version
    assert policy.source
    assert json.loads(json.dumps(policy.parameters())) == policy.parameters()


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_every_policy_warns_of_an_hour_at_arms_length_and_of_nobody_met(name):
    policy = POLICIES[name]
    hour = policy.assess(near(60))
    assert hour.alert
    assert (hour.policy, hour.version, hour.threshold) == (name, policy.version, policy.threshold)
    assert hour.days[0].evidence.heard_s == pytest.approx(3600)
    assert policy.assess([]).days == ()


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_every_day_has_evidence_of_one_shape(name):
    policy = POLICIES[name]
    for minutes in (60, 3):
        [day] = policy.assess(near(minutes)).days
        found = day.evidence
        assert (found.policy, found.version, found.scans) == (policy.name, policy.version, minutes)
        assert day.alert is (found.grade in (Grade.RAISED, Grade.HIGH))
        assert found.attenuation_db == pytest.approx(39 if name == "bluezone" else 40)
        assert (day.probability is None) is (name != "bluezone")
        assert (found.near_minutes is None) is (policy.unit not in ("weighted minutes a day", BLUEZONE.unit))
        assert Evidence.from_body(json.loads(json.dumps(asdict(found)))) == found


def test_only_the_original_warns_of_a_single_sighting():
    warned = {name for name, policy in POLICIES.items() if policy.assess(near(1)).alert}
    assert warned == {"bluezone-3.0.3"}
