"""Measure what might have been instead of, or beside, the policy `nearness`: other models of one encounter, and tables
of phone models. Each campaign is left out once and judged by phone, as tools/nearness_report.py does.

    python tools/nearness_candidates.py [--models CSV] DIR DIR DIR [--tables NAME...]

Prints tables; what came of them stands in docs/measurements/exposure-nearness.md. `--models`: a table with the columns
oem, model, rssi_correction_db and tx_power_dbm (Google's published calibration); without it the tables models and trust
are left out. `--tables`: only some of models, trust, settings and candidates. Takes two minutes, and needs nothing
beyond the extra `evaluation`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bluezone.exposure import nearness_evaluation as evaluation
from bluezone.exposure import nearness_fitting as fitting
from bluezone.exposure.metrics import auc, operating_point
from bluezone.exposure.nearness_fitting import Recording, fit_nearness, judge_as_phones, read_recording
from bluezone.exposure.policies.nearness import NearnessPolicy
from nearness_candidates_models import BoostedTrees, filtered, residual_mixture
from nearness_candidates_tables import ModelTable, model_rows, read_models, trust_rows

FloatArray = NDArray[np.float64]
LONG_MINUTES = 45.0


class Said(NamedTuple):
    """Hold what a candidate says of each encounter: a score (log of a dose that saturates; NaN never heard), minutes of
    dose."""

    score: FloatArray
    dose: FloatArray


Judge = Callable[[Recording], Said]


class Figures(NamedTuple):
    auc: float
    missed: float
    alarms: float
    changed: float
    close_only: float
    rank: float
    ratio: float


# --- how a candidate is measured --------------------------------------------------------------------------------------


def measured(build: Callable[[Sequence[Recording]], Judge], recordings: Sequence[Recording]) -> list[Figures]:
    """Build a candidate on all but one recording and measure it on the one left out.

    Log-odds are put over its score on the others (each answer of each campaign weighs the same); warned of is from even
    evidence on.
    """
    found = []
    for recording in recordings:
        others = [each for each in recordings if each is not recording]
        judge = build(others)
        rows = [(each.data.close, judge(each).score) for each in others]
        intercept, slope = fitting._balanced_logistic(rows)

        def point(which: Recording, said: Said, a: float = intercept, b: float = slope) -> tuple[float, float]:
            warned = np.nan_to_num(a + b * said.score, nan=-99.0) >= 0
            at = operating_point(which.data.close, warned.astype(np.float64), 1.0)
            return at.p_miss, at.p_false_alarm

        said = judge(recording)
        missed, alarms = point(recording, said)
        shifted = [(moved, judge(moved)) for moved in (recording.shifted(-8.0), recording.shifted(8.0))]
        close_only = recording.subset(recording.data.close)
        found.append(
            Figures(
                auc(recording.data.close, np.nan_to_num(said.score, nan=-99.0)),
                missed,
                alarms,
                max(abs(sum(point(*each)) - missed - alarms) for each in shifted),
                point(close_only, judge(close_only))[0],
                evaluation._rank_correlation(said.dose, recording.dose),
                float(said.dose.sum() / recording.dose.sum()),
            )
        )
    return found


def saturated(share: FloatArray, minutes: FloatArray) -> FloatArray:
    """Return the logarithm of a dose that saturates with its minutes, as the policy's."""
    return np.log(np.maximum(share, 1e-9) * minutes / (1 + minutes / LONG_MINUTES))


# --- candidates -------------------------------------------------------------------------------------------------------


def policy_itself(others: Sequence[Recording]) -> Judge:
    policy = fit_nearness(others)

    def judge(recording: Recording) -> Said:
        said = judge_as_phones(policy, recording.data)
        assert said.dose_minutes is not None
        return Said(fitting._log_dose(policy, said, recording), said.dose_minutes)

    return judge


def described(policy: NearnessPolicy, recording: Recording) -> tuple[FloatArray, FloatArray]:
    """Return (features, minutes): level, level less the mean of the phone's own log, spread, minutes, seconds between
    scans, readings a scan, gap between typical and strongest; NaN never heard."""
    scans = recording.data.scans
    found = fitting._features(scans, policy.numbers())
    names = np.array([each.rx or each.rx_model for each in recording.data.encounters])
    relative = found.level_db.copy()
    for name in np.unique(names):
        own = names == name
        used = own & found.tells
        relative[own] -= found.level_db[used].mean() if used.any() else policy.level_db
    size, owner = len(recording.data), scans.owner()
    number = np.maximum(np.bincount(owner, minlength=size), 1)
    readings = np.bincount(owner, scans.readings, minlength=size) / number
    gap = np.bincount(owner, scans.typical_db - scans.min_db, minlength=size) / number
    every = np.bincount(owner, scans.since_last_scan_s, minlength=size) / number
    columns = (found.level_db, relative, found.spread, found.minutes, every, readings, gap)
    return np.column_stack(columns), found.minutes


LEVEL, RELATIVE, SPREAD, MINUTES, EVERY, READINGS, GAP = range(7)


def trees(columns: Sequence[int]) -> Callable[[Sequence[Recording]], Judge]:
    """Boosted trees on some features: for the answer by logistic loss, for the dose by squared loss."""

    def build(others: Sequence[Recording]) -> Judge:
        policy = fit_nearness(others)
        rows = [(described(policy, each)[0], each) for each in others]
        x = np.concatenate([found[~np.isnan(found[:, 0])] for found, _ in rows])[:, columns]
        heard = [(~np.isnan(found[:, 0]), found, each) for found, each in rows]
        close = np.concatenate([each.data.close[ok] for ok, _, each in heard]).astype(np.float64)
        share = np.concatenate([each.dose[ok] / found[ok, MINUTES] for ok, found, each in heard])
        weights = [fitting._balanced(each.data.close[ok].astype(np.float64)) for ok, _, each in heard]
        each_alike = np.concatenate([np.full(ok.sum(), 1 / ok.sum()) for ok, _, _ in heard])
        answer = BoostedTrees.fit(x, close, np.concatenate(weights), logistic=True)
        dose = BoostedTrees.fit(x, np.clip(share, 0, 1.2), each_alike, logistic=False)

        def judge(recording: Recording) -> Said:
            features, minutes = described(policy, recording)
            ok = ~np.isnan(features[:, 0])
            score, minutes_of_dose = np.full(ok.size, np.nan), np.zeros(ok.size)
            score[ok] = answer.predict(features[ok][:, columns])
            minutes_of_dose[ok] = np.maximum(dose.predict(features[ok][:, columns]), 1e-3) * minutes[ok]
            return Said(score, minutes_of_dose)

        return judge

    return build


def filter_of(others: Sequence[Recording]) -> Judge:
    """A Bayesian filter and smoother over distance, with an offset of each phone and one of each encounter."""
    policy = fit_nearness(others)

    def judge(recording: Recording) -> Said:
        minutes = fitting._features(recording.data.scans, policy.numbers()).minutes
        share = filtered(recording, policy)
        return Said(saturated(share, minutes), np.nan_to_num(share * minutes))

    return judge


def mixture_of(others: Sequence[Recording]) -> Judge:
    """The policy's posterior with two kinds of level noise: in sight, and blocked by bodies."""
    policy = fit_nearness(others)
    u_of = [np.log(np.clip(each.dose / described(policy, each)[1], 1e-3, 1.2)) for each in others]
    tables = [fitting.in_set(each.data) for each in others]
    levels = [fitting._features(table, policy.numbers()).level_db for table in tables]
    return residual_mixture(policy, u_of, levels)


CANDIDATES: tuple[tuple[str, Callable[[Sequence[Recording]], Judge]], ...] = (
    ("`bluezone-2`", policy_itself),
    ("boosted trees: level, spread, minutes", trees((LEVEL, SPREAD, MINUTES))),
    ("boosted trees: level less own log's, spread, minutes", trees((RELATIVE, SPREAD, MINUTES))),
    ("boosted trees: all seven", trees((LEVEL, RELATIVE, SPREAD, MINUTES, EVERY, READINGS, GAP))),
    ("boosted trees: what no shift changes", trees((SPREAD, MINUTES, READINGS, GAP))),
    ("Bayesian filter over distance and offset", filter_of),
    ("mixture: in sight, or blocked", mixture_of),
)


# --- other settings of the policy -------------------------------------------------------------------------------------

SETTINGS: tuple[tuple[str, dict[str, float]], ...] = (
    ("as it is", {}),
    ("each meeting counts as one (as half a one)", {"meetings_each": 1.0}),
    ("as an eighth", {"meetings_each": 8.0}),
    ("phones' mixes of distances differ less (sd 0.6 for 0.9)", {"mix_sd": 0.6}),
    ("they differ more (1.3)", {"mix_sd": 1.3}),
    ("half of what is learned of the mix trusted (0.75)", {"mix_trust": 0.5}),
    ("a quarter", {"mix_trust": 0.25}),
    ("unknown ways of scanning commoner (0.4 for 0.15)", {"wide_share": 0.4}),
    ("minutes saturate at 20 (45)", {"long_minutes": 20.0}),
    ("minutes never saturate", {"long_minutes": 1e6}),
    ("warned from 15 % (20 %)", {"threshold_probability": 0.15}),
    ("warned from 25 %", {"threshold_probability": 0.25}),
)


def settings(recordings: Sequence[Recording]) -> str:
    rows = []
    for what, change in SETTINGS:
        start = fitting.replace(fitting.START, **change)
        found = []
        for recording in recordings:
            policy = fit_nearness([each for each in recordings if each is not recording], start)
            found.append(evaluation.measured(policy, recording, "phone", (-8.0, 8.0)))
        figures = [("cost", ".3f"), ("most_changed", ".3f"), ("close_only_missed", ".0%"), ("dose_rank", ".3f")]
        rows.append([what, *(" / ".join(format(getattr(each, get), how) for each in found) for get, how in figures)])
    heads = ["setting (as shipped)", "cost", "change at +-8 dB", "close only: missed", "rank of dose"]
    return markdown(heads, rows, 1)


# --- the page ---------------------------------------------------------------------------------------------------------


def markdown(heads: Sequence[str], rows: Sequence[Sequence[str]], texts: int) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * texts + "---:|" * (len(heads) - texts)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def candidates(recordings: Sequence[Recording]) -> str:
    rows = []
    for name, build in CANDIDATES:
        for recording, each in zip(recordings, measured(build, recordings), strict=True):
            row = [name, recording.data.name, f"{each.auc:.3f}", f"{each.missed:.0%}", f"{each.alarms:.0%}"]
            row += [f"{each.missed + each.alarms:.3f}", f"{each.changed:.3f}", f"{each.close_only:.0%}"]
            rows.append([*row, f"{each.rank:.3f}", f"{each.ratio:.2f}"])
            print(rows[-1], flush=True)
    heads = ["candidate", "left out", "AUC", "missed", "false alarms", "cost", "change at +-8 dB"]
    return markdown([*heads, "close only: missed", "rank of dose", "dose / true"], rows, 2)


def models(recordings: Sequence[Recording], table: ModelTable) -> str:
    heads = ["corrections", "left out", "taught by the others", "AUC", "cost", "change at +-8 dB"]
    return markdown([*heads, "close only: missed", "rank of dose"], model_rows(recordings, table), 3)


def trust(recordings: Sequence[Recording], table: ModelTable) -> str:
    heads = ["believed of announced powers", "cost", "greatest change by shifts", "close only: missed", "rank of dose"]
    return markdown([*heads, "dose / true", "probabilities held"], trust_rows(recordings, table), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directories", nargs="+", type=Path)
    parser.add_argument("--models", type=Path)
    parser.add_argument("--tables", nargs="+", choices=("models", "trust", "settings", "candidates"))
    options = parser.parse_args()
    recordings = [read_recording(each) for each in options.directories]
    builders: dict[str, Callable[[], str]] = {
        "settings": lambda: settings(recordings),
        "candidates": lambda: candidates(recordings),
    }
    if options.models is not None:
        table = read_models(options.models)
        builders |= {"models": lambda: models(recordings, table), "trust": lambda: trust(recordings, table)}
    wanted = options.tables or list(builders)
    if missing := [name for name in wanted if name not in builders]:
        parser.error(f"{', '.join(missing)}: --models is needed")
    tables = {name: builders[name]() for name in wanted}
    for name, found in tables.items():
        print(f"{name}\n\n{found}\n")


if __name__ == "__main__":
    main()
