"""One code: what a phone runs on lists gives what the evaluation compiles, and what the former numpy code gave.

`data/former-code.json` holds what that code (one array expression a policy) said of the days of seeded encounters; it
was written by that code, and is not to be written anew.
"""

from __future__ import annotations

import ast
import json
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random  # noqa: TID251 (its `random()` is promised to give the same numbers in every version)

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluezone.exposure import arrays
from bluezone.exposure.policies import POLICIES
from bluezone.exposure.windows import ExposureWindow, ScanInstance, group_scans
from bluezone.protocol.keys import ReportType

DAY_S = 86_400
FIRST_DAY_S = 18_500 * DAY_S
SOURCE = Path(__file__).parents[2] / "src" / "bluezone"

REPORTS = (
    ReportType.UNKNOWN, ReportType.CONFIRMED_TEST, ReportType.CONFIRMED_CLINICAL_DIAGNOSIS, ReportType.SELF_REPORT,
    ReportType.RECURSIVE,
)  # fmt: skip
ONSETS = (None, -14, -6, -5, -2, 0, 3, 4, 9, 10)

#: every family, and Immuni's with all its scores different
POLICIES_TRIED = dict(POLICIES) | {
    "immuni-graded": replace(
        POLICIES["immuni"],
        name="immuni-graded",
        attenuation_scores=tuple(range(8)),
        duration_scores=tuple(range(8)),
    )
}


def windows_of(seed: int, most_senders: int = 4) -> list[ExposureWindow]:
    """Some senders' windows in no order: days, gaps, ties, single scans, scans of no duration, a clock that jumps."""
    draw = Random(seed).random

    def pick(choices):
        return choices[int(draw() * len(choices))]

    made: list[ExposureWindow] = []
    for sender in range(1 + int(draw() * most_senders)):
        report, onset, risk = pick(REPORTS), pick(ONSETS), pick((0, 0, 0, 1, 2, 3, 5, 8))
        systems = pick(("", "android", "ios")), pick(("", "android", "ios"))
        at_s = FIRST_DAY_S + float(int(draw() * 2.2 * DAY_S))
        level = 35 + 45 * draw()
        spread = pick((0.0, 3.0, 12.0))
        step = pick((0.0, 1.0, 60.0, 60.0, 120.0, 240.0, 300.0))
        scans = []
        for _ in range(pick((1, 1, 2, 5, 12, 30, 90))):
            typical = float(round(level + spread * (draw() + draw() - 1), pick((0, 0, 3))))
            if draw() < 0.02:
                typical = pick((-3.0, 0.0, 120.0))
            since = pick((step, step, step, 0.0, 0.4, 299.7, 4000.0)) if draw() < 0.3 else step
            scans.append(ScanInstance(at_s, since, typical, typical - float(round(6 * draw())), 1 + int(9 * draw())))
            at_s += max(step, pick((0.0, 1.0, 7.0))) if draw() < 0.95 else pick((700.0, 5_000.0, 50_000.0))
        made += [ExposureWindow(group, report, onset, risk, sender, *systems) for group in group_scans(scans)]
    return sorted(made, key=lambda window: (window.start_s * 7919) % 1000)


def alike(value: float | None, meant: float | None) -> bool:
    return value == meant or math.isclose(value, meant, rel_tol=1e-12, abs_tol=1e-12)


# --- the former code --------------------------------------------------------------------------------------------------

FORMER = json.loads((Path(__file__).parent / "data" / "former-code.json").read_text("ascii"))


@pytest.mark.parametrize("name", FORMER["policies"])
def test_a_phone_decides_as_the_former_code_did_and_by_the_same_numbers(name):
    for seed, days in zip(FORMER["seeds"], FORMER["policies"][name], strict=True):
        found = POLICIES_TRIED[name].assess(windows_of(seed)).days
        assert [(day.day_start_s, day.alert, day.windows) for day in found] == [tuple(day[:3]) for day in days]
        for day, (*_, score, evidence) in zip(found, days, strict=True):
            assert alike(day.score, score), (seed, day, score)
            if evidence is None:
                continue  # the former code kept none of days that it did not warn of
            said = day.evidence
            for value, meant in zip((said.heard_s, said.attenuation_db), evidence, strict=False):
                assert alike(value, meant), (seed, day, evidence)


def test_the_former_codes_days_are_both_warned_of_and_not():
    assert set(FORMER["policies"]) == set(POLICIES_TRIED) - {"bluezone"}  # which never had any
    for days_of in FORMER["policies"].values():
        assert {day[1] for days in days_of for day in days} == {True, False}


# --- the same functions, compiled -------------------------------------------------------------------------------------


@given(seeds=st.lists(st.integers(0, 2**32), min_size=1, max_size=8))
@settings(max_examples=25)
def test_compiled_over_a_table_every_policy_says_what_it_says_on_a_phone(table_of_scans, seeds):
    heard = [windows for seed in seeds if (windows := windows_of(seed, most_senders=1))]
    heard = [sorted(windows, key=lambda window: window.start_s) for windows in heard]
    encounters, keys = [*heard, []], [*(windows[0] for windows in heard), heard[0][0]]
    table = table_of_scans([[scan for window in windows for scan in window.scans] for windows in encounters])
    for policy in POLICIES_TRIED.values():
        judged = arrays.judge(policy, table, keys)
        for row, windows in enumerate(encounters):
            said = policy.assess(windows)
            assert judged.alert[row] == said.alert, (policy.name, windows)
            assert alike(judged.score[row], said.score), (policy.name, windows)
            if judged.probability is None:
                assert policy.unheard is None
                continue
            probability = max((day.probability for day in said.days), default=policy.unheard)
            assert alike(judged.probability[row], probability)
            assert alike(judged.near_minutes[row], sum(day.evidence.near_minutes for day in said.days))


def test_scans_out_of_order_are_judged_in_order(table_of_scans):
    windows = windows_of(3, most_senders=1)
    scans = [scan for window in windows for scan in window.scans]
    mixed = table_of_scans([sorted(scans, key=lambda scan: scan.typical_attenuation_db)])
    for policy in POLICIES_TRIED.values():
        said = policy.assess([replace(windows[0], scans=group) for group in group_scans(scans)])
        assert alike(arrays.judge(policy, mixed, windows[:1]).score[0], said.score)


# --- what a phone needs -----------------------------------------------------------------------------------------------


def imported_of_this_room(*rooms: str) -> set[str]:
    """The modules of `bluezone.exposure` that the files of some rooms import."""
    found = set()
    for file in (file for room in rooms for file in (SOURCE / room).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bluezone.exposure"):
                found.add(node.module)
    return found


def test_of_this_room_a_phone_and_an_authority_need_neither_numpy_nor_numba():
    modules = sorted(imported_of_this_room("phone", "authority", "town"))
    assert {"bluezone.exposure.policies", "bluezone.exposure.calibration", "bluezone.exposure.windows"} <= set(modules)
    code = f"""
import sys
for name in ("numpy", "numba", "scipy"):
    sys.modules[name] = None
import {", ".join(modules)}, bluezone.cli.exposure
from bluezone.exposure.policies import POLICIES
from bluezone.exposure.policies.document import check_sane
from bluezone.exposure.windows import ExposureWindow, ScanInstance
near = ExposureWindow(tuple(ScanInstance(60.0 * n, 60, 40, 38, 5) for n in range(29)))
assert all(policy.assess([near]).alert for name, policy in POLICIES.items() if name != "cwa-2023")
check_sane(POLICIES["bluezone"])
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False,
                           env={"PYTHONPATH": str(SOURCE.parent)})  # fmt: skip
    assert ended.returncode == 0, ended.stderr
