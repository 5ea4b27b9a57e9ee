"""Hold the default policy to its figures on the five campaigns with true time. Skipped where they are not on the
machine: their licences keep them out of the repository."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean
from typing import Any

import numpy as np
import pytest

from bluezone.exposure.encounters import EncounterSet, read_encounters
from bluezone.exposure.evaluate import score
from bluezone.exposure.metrics import operating_point
from bluezone.exposure.policies import BLUEZONE, POLICIES, Policy

CAMPAIGNS = ("mitll", "exp05", "exp34", "nhs", "tram")


@pytest.fixture(scope="session")
def campaigns(require_tool: Any) -> Mapping[str, EncounterSet]:
    return {name: read_encounters(require_tool.shared_data(f"data/ble/{name}")) for name in CAMPAIGNS}


def cost(policy: Policy, data: EncounterSet) -> float:
    return operating_point(data.close, score(policy, data).alert.astype(np.float64), 1.0).ndcf


def test_no_published_policy_costs_less_on_the_mean_or_at_worst(campaigns):
    costs = {name: [cost(policy, data) for data in campaigns.values()] for name, policy in POLICIES.items()}
    assert fmean(costs["bluezone"]) < 0.66
    assert max(costs["bluezone"]) < 0.8
    for name in set(POLICIES) - {"bluezone"}:
        assert fmean(costs[name]) > fmean(costs["bluezone"]) + 0.03, name
        assert max(costs[name]) > max(costs["bluezone"]), name


def test_what_a_phone_learns_of_itself_helps_on_the_mean_and_at_worst(campaigns):
    usual = [cost(BLUEZONE_THAT_LEARNS_NOTHING, data) for data in campaigns.values()]
    learned = [cost(BLUEZONE, data) for data in campaigns.values()]
    assert fmean(learned) < fmean(usual) - 0.03
    assert max(learned) < max(usual)


BLUEZONE_THAT_LEARNS_NOTHING = type(BLUEZONE)(
    name="bluezone, no log", version="3", source="", **(dict(BLUEZONE.parameters()) | {"most_offset_db": 0.0})
)
