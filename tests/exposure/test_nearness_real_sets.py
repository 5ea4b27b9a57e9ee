"""Hold `bluezone-2` to its figures on each real campaign that it was not fitted on, by the path of a phone. Skipped
where the recordings are not on the machine."""

from __future__ import annotations

import json
from importlib import resources

import pytest

from bluezone.exposure.nearness_evaluation import left_out
from bluezone.exposure.nearness_fitting import fit_nearness, read_recording
from bluezone.exposure.policies import BLUEZONE_2


@pytest.fixture(scope="module")
def recordings(require_tool):
    return [read_recording(require_tool.shared_data(f"data/ble/{name}")) for name in ("mitll", "exp05", "exp34")]


@pytest.mark.parametrize(
    ("name", "most_cost", "most_changed", "most_missed_of_close_only", "least_rank"),
    [("mitll", 0.50, 0.03, 0.18, 0.66), ("exp05", 0.63, 0.055, 0.30, 0.70), ("exp34", 0.60, 0.08, 0.37, 0.50)],
)
def test_left_out_of_the_fit_a_campaign_is_judged_as_published(
    recordings, name, most_cost, most_changed, most_missed_of_close_only, least_rank
):
    found = left_out(recordings, name, "phone", (-8.0, 8.0))
    assert found.cost < most_cost
    assert found.most_changed < most_changed
    assert found.close_only_missed < most_missed_of_close_only
    assert found.dose_ratio == pytest.approx(1, abs=0.25)
    assert found.dose_rank > least_rank
    assert found.dose_covered > 0.75
    assert all(part.holds for part in found.parts)


def test_the_package_has_what_the_recordings_say(recordings):
    assert fit_nearness(recordings) == BLUEZONE_2
    text = resources.files("bluezone.exposure").joinpath("data/nearness-2.json").read_text(encoding="utf-8")
    assert json.loads(text)["parameters"] == BLUEZONE_2.parameters()
