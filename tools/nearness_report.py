"""Fit the policy `nearness` on recordings with true doses, measure it with each left out, and write what follows.

    python tools/nearness_report.py DIR DIR DIR...

Writes src/bluezone/exposure/data/nearness-2.json (the policy, fitted on all) and src/bluezone/operating-point-2.json
(what it and the policy `bluezone` would do in a campaign that nobody has seen; simulations draw from it), and renews
the tables of docs/measurements/exposure-nearness.md; prints those that it leaves out. Takes half a minute. The
recordings' licences keep them out of the repository, so its tests do not run this.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from bluezone.exposure import nearness_evaluation as evaluation
from bluezone.exposure.alignment import align_as_phones
from bluezone.exposure.arrays import judge
from bluezone.exposure.fitting import fit
from bluezone.exposure.nearness_evaluation import LeftOut
from bluezone.exposure.nearness_fitting import START, Recording, fit_nearness, read_recording
from bluezone.exposure.policies import BLUEZONE, DEFAULT_POLICY
from bluezone.exposure.policies.nearness import NearnessPolicy
from bluezone.exposure.unseen_campaign import expected_of_an_unseen_campaign, scenes_of
from bluezone.operating_point import OperatingPoints, UnseenCampaign, interval, to_json

ROOT = Path(__file__).parent.parent
DATA = ROOT / "src/bluezone/exposure/data"
POINTS = ROOT / "src/bluezone/operating-point-2.json"
PAGE = ROOT / "docs/measurements/exposure-nearness.md"

#: how widely a phone's scale is believed to be spread before it heard anything (dB, standard deviation)
PRIORS_DB = (1.0, 3.0, 5.0, 8.0, 12.0, 16.0)


def main(directories: Sequence[str]) -> None:
    recordings = [read_recording(Path(directory)) for directory in directories]
    paths = ("phone", "powers known", "set")
    found = [evaluation.left_out(recordings, each.data.name, path) for path in paths for each in recordings]
    phones = [each for each in found if each.path == "phone"]
    policy = fit_nearness(recordings)
    unseen = _unseen_campaigns(recordings, phones, policy)
    (DATA / "nearness-2.json").write_text(_policy_json(policy), encoding="utf-8")
    POINTS.write_text(to_json(OperatingPoints(DEFAULT_POLICY.name, unseen)), encoding="utf-8")
    tables = {
        "left out": _left_out(found),
        "shifts": _shifts(found),
        "certainty": _certainty(phones),
        "trade-off": _trade_off(recordings),
        "unseen": _unseen(unseen),
    }
    text = PAGE.read_text(encoding="utf-8")
    for name, table in tables.items():
        if f"<!-- {name} -->\n" not in text:
            print(f"{name}\n\n{table}\n")
            continue
        before, rest = text.split(f"<!-- {name} -->\n", 1)
        text = f"{before}<!-- {name} -->\n{table}\n<!-- end -->{rest.split('<!-- end -->', 1)[1]}"
    PAGE.write_text(text, encoding="utf-8")


def _unseen_campaigns(
    recordings: Sequence[Recording], phones: Sequence[LeftOut], policy: NearnessPolicy
) -> tuple[UnseenCampaign, ...]:
    """Return what this policy and `bluezone` would do in a further campaign, both by phone."""
    nearness, plain = {}, {}
    for each in phones:
        recording = _named(recordings, each.name)
        nearness[each.name] = scenes_of(evaluation.judged(each.policy, recording, each.path).alert, recording)
        others = [other.data for other in recordings if other is not recording]
        fitted = fit(others, BLUEZONE, np.random.default_rng(1), repeats=20)
        scans = align_as_phones(recording.data, fitted.calibration).apply(recording.data.scans)
        plain[each.name] = scenes_of(judge(fitted.policy, scans, recording.data.keys()).alert, recording)
    return tuple(
        expected_of_an_unseen_campaign(scenes, which, np.random.default_rng(1))
        for scenes, which in ((plain, BLUEZONE), (nearness, policy))
    )


def _named(recordings: Sequence[Recording], name: str) -> Recording:
    return next(each for each in recordings if each.data.name == name)


def _policy_json(policy: NearnessPolicy) -> str:
    body = {
        "name": policy.name,
        "version": policy.version,
        "source": policy.source,
        "parameters": dict(policy.parameters()),
    }
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * 2 + "---:|" * (len(heads) - 2)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def _left_out(found: Sequence[LeftOut]) -> str:
    heads = ["left out", "scale by", "AUC", "missed", "false alarms", "cost", "close only: missed"]
    heads += ["others only: alarms", "dose / true", "rank of dose", "in its 80 % range"]
    rows = []
    for each in found:
        row = [each.name, each.path, f"{each.auc:.3f}", f"{each.missed:.0%}", f"{each.false_alarms:.0%}"]
        row += [f"{each.cost:.3f}", f"{each.close_only_missed:.0%}", f"{each.others_only_alarms:.0%}"]
        rows.append([*row, f"{each.dose_ratio:.2f}", f"{each.dose_rank:.3f}", f"{each.dose_covered:.0%}"])
    return _table(heads, rows)


def _shifts(found: Sequence[LeftOut]) -> str:
    offs = sorted([*found[0].shifted, 0.0])
    heads = ["left out", "scale by", *(f"{off:+.0f} dB" if off else "0" for off in offs), "greatest change"]
    rows = []
    for each in found:
        costs = [f"{each.shifted.get(off, each.cost):.3f}" for off in offs]
        rows.append([each.name, each.path, *costs, f"{each.most_changed:.3f}"])
    return _table(heads, rows)


def _certainty(found: Sequence[LeftOut]) -> str:
    rows = []
    for each in found:
        for part in each.parts:
            said = f"{part.low:.1%} to {part.high:.1%}"
            holds = "yes" if part.holds else "no"
            rows.append([each.name, str(part.encounters), f"{part.said:.1%}", said, f"{part.was:.1%}", holds])
    return _table(("left out", "encounters", "said", "range", "was", "holds"), rows)


def _trade_off(recordings: Sequence[Recording]) -> str:
    rows = []
    for prior_db in PRIORS_DB:
        results = []
        for each in recordings:
            others = [other for other in recordings if other is not each]
            policy = fit_nearness(others, replace(START, scales=((1.0, prior_db),)))
            results.append(evaluation.measured(policy, each, "phone", (-8.0, 8.0)))
        changed = max(result.most_changed for result in results)
        row = [f"{prior_db:g}", f"{np.mean([result.cost for result in results]):.3f}"]
        rows.append([*row, f"{changed:.3f}", *(f"{result.close_only_missed:.0%}" for result in results)])
    names = (f"{each.data.name}, close only: missed" for each in recordings)
    return _table(("prior sd of scale (dB)", "mean cost", "greatest change at +-8 dB", *names), rows)


def _unseen(unseen: Sequence[UnseenCampaign]) -> str:
    rows = []
    for each in unseen:
        for what, shares in (("missed", each.missed_share), ("false alarms", each.false_alarm_share)):
            (low, high), (least, most) = interval(shares), interval(shares, 0.95)
            row = (f"`{each.policy}`", what, f"{np.median(shares):.0%}", f"{low:.0%} to {high:.0%}")
            rows.append((*row, f"{least:.0%} to {most:.0%}"))
    return _table(("policy", "share", "median", "80 %", "95 %"), rows)


if __name__ == "__main__":
    main(sys.argv[1:])
