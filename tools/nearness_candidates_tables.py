"""Measure what tables of phone models would be worth to the policy `nearness` (tools/nearness_candidates.py)."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bluezone.exposure import nearness_evaluation as evaluation
from bluezone.exposure import nearness_fitting as fitting
from bluezone.exposure.nearness_fitting import Recording, fit_nearness
from bluezone.exposure.policies.nearness import NearnessPolicy


class ModelTable(NamedTuple):
    """Hold what a published table says of a model: correction of what it receives, power it sends with (both dB, less
    the table's mean)."""

    received: dict[str, float]
    sent: dict[str, float]


def read_models(path: Path) -> ModelTable:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = []
    for column in ("rssi_correction_db", "tx_power_dbm"):
        by_model: dict[str, list[float]] = {}
        for row in rows:
            by_model.setdefault(row["model"].casefold(), []).append(float(row[column]))
        means = {model: float(np.mean(values)) for model, values in by_model.items()}
        middle = float(np.mean(list(means.values())))
        found.append({model: value - middle for model, value in means.items()})
    return ModelTable(*found)


#: names of mitll without a model code that the published table knows, and codes of which it has another region's
_ALIASES = {
    "galaxy a50": "sm-a505f", "sm-a505u1": "sm-a505f", "sm-g900v": "sm-g900f", "sm-g920v": "sm-g920f",
    "sm-g930v": "sm-g930f", "xt1962-1": "moto g(7)",
}  # fmt: skip


def looked_up(name: str, table: dict[str, float]) -> float | None:
    """Return a model's value by a name such as `samsung SM-A405FN`, `Galaxy A50 SM-A505U1` or `Google Pixel 3a`."""
    words = name.casefold().split()
    for start in range(len(words)):
        key = " ".join(words[start:])
        for known in (key, _ALIASES.get(key, key)):
            if known in table:
                return table[known]
    return None


class Effects(NamedTuple):
    """Hold by how many dB models receive and send more weakly than others at the same distance, with the number of
    encounters behind each."""

    received: dict[str, tuple[float, int]]
    sent: dict[str, tuple[float, int]]


def effects_of(recording: Recording, policy: NearnessPolicy) -> Effects:
    """Estimate the effects of models on a recording whose doses are known."""
    found = fitting._features(recording.data.scans, policy.numbers())
    used = found.tells
    u = np.log(np.clip(recording.dose[used] / found.minutes[used], 1e-3, 1.2))
    rest = fitting._line(u, found.level_db[used])[2]
    models = [
        np.array([getattr(each, name) for each in recording.data.encounters])[used] for name in ("rx_model", "tx_model")
    ]
    means: list[dict[str, tuple[float, int]]] = [{}, {}]
    for _ in range(5):
        for kind in (0, 1):
            other = np.array([means[1 - kind].get(name, (0.0, 0))[0] for name in models[1 - kind]])
            part = rest - other
            means[kind] = {
                str(name): (float(part[models[kind] == name].mean()), int((models[kind] == name).sum()))
                for name in np.unique(models[kind])
            }
    return Effects(*means)


#: a model's effect in one campaign scatters by 3 dB about what a table could say of it; trust in a table is 0 +- 0.5
_MODEL_VARIANCE, _TRUST_VARIANCE = 9.0, 0.25


def slope_on(table: dict[str, float], effects: Sequence[dict[str, tuple[float, int]]]) -> float:
    """Return by how many dB of effect one dB of the table shows, shrunk towards none."""
    pairs = [
        (value, effect)
        for each in effects
        for name, (effect, number) in each.items()
        if number >= 10 and (value := looked_up(name, table)) is not None
    ]
    if not pairs:
        return 0.0
    x, y = np.array(pairs).T
    return float((x * y).sum() / ((x * x).sum() + _MODEL_VARIANCE / _TRUST_VARIANCE))


def corrected(recording: Recording, received: dict[str, float], sent: dict[str, float]) -> Recording:
    """Take what models are said to be off by from a recording; those not named keep what they have."""
    shift = [received.get(each.rx_model, 0.0) + sent.get(each.tx_model, 0.0) for each in recording.data.encounters]
    return Recording(
        fitting.replace(recording.data, scans=recording.data.scans.shifted(np.array(shift))), recording.dose
    )


def by_table(
    table: ModelTable | None, which: str, trust: float
) -> Callable[[Recording, Sequence[Recording]], tuple[Recording, str]]:
    """Correct a recording by what other recordings taught of models.

    `which`: "rx" or "tx" of a published table, with the trust that the others teach; or "learned", the effects of the
    receivers seen in the others themselves, shrunk by n / (n + 20) and by `trust`.
    """

    def correct(recording: Recording, others: Sequence[Recording]) -> tuple[Recording, str]:
        policy = fit_nearness(others)
        taught = [effects_of(each, policy) for each in others]
        names = [{getattr(each, f"{side}_model") for each in recording.data.encounters} for side in ("rx", "tx")]
        if which == "learned":
            received: dict[str, float] = {}
            for each in taught:
                for name, (effect, number) in each.received.items():
                    if name in names[0]:
                        received[name] = trust * effect * number / (number + 20)
            return corrected(recording, received, {}), f"{len(received)} of {len(names[0])} models"
        if which == "bound":
            sent = {name: effect for name, (effect, _) in effects_of(recording, policy).sent.items()}
            return corrected(recording, {}, sent), "by its own labels"
        assert table is not None
        side, values = (0, table.received) if which == "rx" else (1, table.sent)
        slope = trust * slope_on(values, [each[side] for each in taught])
        found = {name: slope * value for name in names[side] if (value := looked_up(name, values)) is not None}
        done = corrected(recording, found, {}) if which == "rx" else corrected(recording, {}, found)
        return done, f"{slope:+.2f} dB a dB, {len(found)} of {len(names[side])} models"

    return correct


def model_rows(recordings: Sequence[Recording], table: ModelTable) -> list[list[str]]:
    rows = []
    for what, which, trust in (
        ("none", "", 0.0),
        ("Google's corrections of receivers, trust as the others teach", "rx", 1.0),
        ("Google's powers of senders, trust as the others teach", "tx", 1.0),
        ("all that its own labels say of its senders (no promise: a bound)", "bound", 1.0),
        ("receivers' effects seen in the others, half", "learned", 0.5),
        ("receivers' effects seen in the others, whole", "learned", 1.0),
    ):
        for recording in recordings:
            others = [each for each in recordings if each is not recording]
            done, taught = by_table(table, which, trust)(recording, others) if which else (recording, "")
            result = evaluation.measured(fit_nearness(others), done, "phone", (-8.0, 8.0))
            figures = [f"{result.auc:.3f}", f"{result.cost:.3f}", f"{result.most_changed:.3f}"]
            rows.append(
                [
                    what,
                    recording.data.name,
                    taught,
                    *figures,
                    f"{result.close_only_missed:.0%}",
                    f"{result.dose_rank:.3f}",
                ]
            )
    return rows


#: how much of what senders announce, less what a phone assumes of them, is believed; 1 is what `bluezone-2` does
TRUST = (1.0, 0.8, 0.7, 0.6, 0.5, 0.3)


def trust_rows(recordings: Sequence[Recording], table: ModelTable) -> list[list[str]]:
    """Judge with only a part of what senders announce of their powers, by phone.

    What the phone's log may be off from what is judged (`PHONE_DOUBT_DB`) is then the same part of it. Only radios of
    `CALIBRATED` campaigns announced powers; a model that the table does not know keeps what it has.
    """
    rows = []
    for trust in TRUST:
        trusted = [_trusting(each, table, trust) for each in recordings]
        found = []
        for recording in trusted:
            policy = fit_nearness([each for each in trusted if each is not recording])
            doubt_db = trust * fitting.PHONE_DOUBT_DB
            found.append(evaluation.measured(policy, recording, "phone", doubt_db=doubt_db))
        figures = [("cost", ".3f"), ("most_changed", ".3f"), ("close_only_missed", ".0%"), ("dose_rank", ".3f")]
        figures.append(("dose_ratio", ".2f"))
        held = sum(part.holds for each in found for part in each.parts)
        row = [" / ".join(format(getattr(each, get), how) for each in found) for get, how in figures]
        rows.append([f"{trust:.0%}", *row, f"{held} of {sum(len(each.parts) for each in found)}"])
        print(rows[-1], flush=True)
    return rows


def _trusting(recording: Recording, table: ModelTable, trust: float) -> Recording:
    if recording.data.name not in fitting.CALIBRATED:
        return recording
    names = {each.tx_model for each in recording.data.encounters}
    known = {name: value for name in names if (value := looked_up(name, table.sent)) is not None}
    return corrected(recording, {}, {name: (1 - trust) * value for name, value in known.items()})
