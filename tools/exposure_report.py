"""Measure every policy on campaigns of labelled encounters, as phones judge, the default fitted on the others; write
the tables of docs/measurements/exposure.md and the operating points that simulations draw from.

    python tools/exposure_report.py shared/data/ble/{mitll,exp05,exp34,nhs,tram} [--beside shared/data/ble/multi]

The tables stand between `<!-- NAME -->` and `<!-- end -->`. The text around them is written by hand: read it again when
figures have changed. The recordings' licences keep them out of the repository.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean, median

import numpy as np

from bluezone.exposure.encounters import EncounterSet, read_encounters
from bluezone.exposure.evaluate import Scores, score
from bluezone.exposure.fitting import fit
from bluezone.exposure.metrics import auc, brier, operating_point, session_bootstrap
from bluezone.exposure.policies import BLUEZONE, POLICIES, NearMinutes, Policy
from bluezone.exposure.scan_table import FloatArray, IntArray
from bluezone.operating_point import OperatingPoints, UnseenCampaign, to_json

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "measurements" / "exposure.md"
POINTS = ROOT / "src" / "bluezone" / "operating-points.json"
SHIFTS_DB = (-8.0, -4.0, 4.0, 8.0)
#: against which the default is held, encounter by encounter
RIVALS = ("swisscovid", "nhs-uks", "cwa-2023")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("campaigns", nargs="+", type=Path)
    parser.add_argument("--beside", nargs="*", type=Path, default=[], help="Sets whose time is invented.")
    options = parser.parse_args()
    campaigns = {path.name: read_encounters(path) for path in options.campaigns}
    beside = {path.name: read_encounters(path) for path in options.beside}
    write("costs", costs(campaigns, beside))
    write("left out", left_out(campaigns))
    write("rivals", rivals(campaigns))
    write("minutes", minutes({path.name: (campaigns[path.name], _truth(path)) for path in options.campaigns}))
    points = tuple(_point(policy, campaigns) for policy in POLICIES.values())
    POINTS.write_text(to_json(OperatingPoints(BLUEZONE.name, points)), encoding="utf-8")


def costs(campaigns: Mapping[str, EncounterSet], beside: Mapping[str, EncounterSet]) -> list[list[str]]:
    """Return missed / false alarms and their sum of each policy on each campaign, then the mean and the worst."""
    rows = [["policy", *campaigns, "mean", "worst", *beside]]
    for policy in POLICIES.values():
        found = [_shares(score(policy, data), data) for data in campaigns.values()]
        others = [_shares(score(policy, data), data) for data in beside.values()]
        sums = [missed + alarms for missed, alarms in found]
        cells = [f"{missed + alarms:.2f} ({missed:.0%}, {alarms:.0%})" for missed, alarms in [*found, *others]]
        rows.append(
            [f"`{policy.name}`", *cells[: len(found)], f"{fmean(sums):.3f}", f"{max(sums):.2f}", *cells[len(found) :]]
        )
    return rows


def left_out(campaigns: Mapping[str, EncounterSet]) -> list[list[str]]:
    """Return how the default does on each campaign with its minutes and slope fitted on the others, with a shift of the
    whole recording, without what phones learn of themselves, and how true its probabilities are."""
    rows = [["campaign", "even minutes", "slope", "cost", "AUC", "changed by 8 dB", "no log", "Brier", "base rate's"]]
    for name, data in campaigns.items():
        fitted = fit([other for key, other in campaigns.items() if key != name], BLUEZONE)
        fitted = replace(fitted, base_share=float(data.close.mean()))
        said = score(fitted, data)
        cost, share = sum(_shares(said, data)), data.close.mean()
        shifted = [sum(_shares(score(fitted, _shifted(data, off_db)), data)) for off_db in SHIFTS_DB]
        alone = sum(_shares(score(replace(fitted, most_offset_db=0.0), data), data))
        assert said.probability is not None
        figures = (fitted.even_minutes, fitted.slope, cost, auc(data.close, said.score))
        figures += (max(abs(each - cost) for each in shifted), alone, brier(data.close, said.probability))
        rows.append([name, *(f"{value:.2f}" for value in figures), f"{share * (1 - share):.2f}"])
    return rows


def rivals(campaigns: Mapping[str, EncounterSet]) -> list[list[str]]:
    """Return by how much the default's cost differs from that of others, with intervals over sessions."""
    rows = [["less is better", *campaigns]]
    for name in RIVALS:
        cells = [_difference(score(BLUEZONE, data), score(POLICIES[name], data), data) for data in campaigns.values()]
        rows.append([f"`bluezone` against `{name}`", *cells])
    return rows


def minutes(campaigns: Mapping[str, tuple[EncounterSet, Mapping[str, FloatArray]]]) -> list[list[str]]:
    """Return minutes near said, over the truth: over minutes within 2 m, and over minutes weighted by min(1, 1/d^2), as
    they are and in the unit that the median of the other campaigns gives."""
    said = {name: float(_near(BLUEZONE, data).sum()) for name, (data, _) in campaigns.items()}
    ratio = {name: said[name] / float(truth["dose"].sum()) for name, (_, truth) in campaigns.items()}
    rows = [["said / true", *campaigns]]
    rows.append(["minutes within 2 m", *(_ratio(said[name], truth["min2m"]) for name, (_, truth) in campaigns.items())])
    rows.append(["weighted minutes", *(f"{value:.2f}" for value in ratio.values())])
    units = [median(value for other, value in ratio.items() if other != name) for name in ratio]
    rows.append(["in its unit", *(f"{value / unit:.2f}" for value, unit in zip(ratio.values(), units, strict=True))])
    return rows


def _shares(said: Scores, data: EncounterSet) -> tuple[float, float]:
    point = operating_point(data.close, said.alert.astype(np.float64), 1.0)
    return point.p_miss, point.p_false_alarm


def _shifted(data: EncounterSet, off_db: float) -> EncounterSet:
    return replace(data, scans=data.scans.shifted(np.full(len(data), -off_db)))


def _difference(ours: Scores, other: Scores, data: EncounterSet) -> str:
    def cost(rows: IntArray) -> float:
        points = [operating_point(data.close[rows], each.alert[rows].astype(np.float64), 1.0) for each in (ours, other)]
        return points[0].ndcf - points[1].ndcf

    low, high = session_bootstrap(cost, data.codes("session"), np.random.default_rng(1), repeats=300)
    return f"{cost(np.arange(len(data))):+.2f} ({low:+.2f} to {high:+.2f})"


def _near(policy: NearMinutes, data: EncounterSet) -> FloatArray:
    near = score(policy, data).near_minutes
    assert near is not None, "this policy says minutes near"
    return near


def _ratio(said: float, true: FloatArray) -> str:
    return "not known" if np.isnan(true).any() else f"{said / float(true.sum()):.2f}"


def _truth(directory: Path) -> dict[str, FloatArray]:
    with (directory / "truth.csv").open(newline="") as file:
        rows = {row["enc"]: row for row in csv.DictReader(file)}
    names = [each.name for each in read_encounters(directory).encounters]
    return {column: np.array([float(rows[name][column]) for name in names]) for column in ("dose", "min2m")}


def _point(policy: Policy, campaigns: Mapping[str, EncounterSet]) -> UnseenCampaign:
    """Return the shares of the campaigns, from the middle outwards: few runs of a simulation take the usual ones."""
    pairs = sorted((_shares(score(policy, data), data) for data in campaigns.values()), key=lambda pair: pair[0])
    order = sorted(range(len(pairs)), key=lambda place: abs(place - (len(pairs) - 1) / 2))
    return UnseenCampaign(
        policy.name,
        policy.version,
        f"tools/exposure_report.py: as phones judge in {', '.join(campaigns)}",
        tuple(pairs[place][0] for place in order),
        tuple(pairs[place][1] for place in order),
    )


def write(name: str, rows: Sequence[Sequence[str]]) -> None:
    """Put a table in its place on the page."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines.insert(1, "|---" + "|---:" * (len(rows[0]) - 1) + "|")
    text, table = PAGE.read_text(encoding="utf-8"), "\n".join(lines)
    PAGE.write_text(
        re.sub(f"<!-- {name} -->.*?<!-- end -->", f"<!-- {name} -->\n{table}\n<!-- end -->", text, flags=re.DOTALL),
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
