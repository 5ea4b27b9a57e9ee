"""How long simulations will take, said before they start."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bluezone.cli.epidemic import work
from bluezone.cli.progress import spoken
from bluezone.epidemic.ensembles import Plan
from bluezone.epidemic.presets import vietnam_2020

PLAN = Plan("", 100_000, replace(vietnam_2020(), days=100), (0.3,), (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "about 10 seconds"), (44, "about 40 seconds"), (95, "about 2 minutes"), (3_500, "about 58 minutes"),
     (7_300, "about 2 hours"), (200_000, "about 2 days")],
)  # fmt: skip
def test_a_duration_is_said_as_people_say_it(seconds, said):
    assert spoken(seconds) == said


def test_the_estimate_grows_with_the_work_and_shrinks_with_the_processes():
    # 4 seeds of 2 uptakes, 100,000 people for 100 days at 10 nanoseconds, a little more for a population that large
    alone = work.duration_s([PLAN], 1, 1e-8)
    assert alone == pytest.approx(0.8 * 1.06 + 4 + 0.16, rel=0.02)
    assert work.duration_s([PLAN, PLAN], 1, 1e-8) - alone == pytest.approx(alone - 4, rel=0.01)
    assert work.duration_s([PLAN], 2, 1e-8) - 4 == pytest.approx((alone - 4) / 2, rel=0.01)


def test_code_that_is_compiled_in_the_first_run_does_not_count(monkeypatch):
    times = iter([0.0, 40.0, 40.0, 40.1, 41.0, 41.3])
    monkeypatch.setattr(work.time, "perf_counter", lambda: next(times))
    monkeypatch.setattr(work, "run", lambda *_: None)
    assert work.seconds_per_person_day() == pytest.approx(0.1 / (50_000 * 60))
