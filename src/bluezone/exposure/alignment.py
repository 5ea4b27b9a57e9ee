"""Lay a whole set of encounters over the reference population, without labels, and learn the table of models from it.

Offline: a phone has the table of models and its own log only (`calibration.own_drift_db`); `align_as_phones` does the
same to a set, each receiving phone for itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bluezone.exposure.arrays import attenuation_quantiles
from bluezone.exposure.calibration import QUANTILES, Calibration, drift_db, own_drift_db, share_of_meeting
from bluezone.exposure.encounters import EncounterSet
from bluezone.exposure.scan_table import FloatArray, IntArray, ScanTable

#: the same for a whole campaign against the reference: between campaigns with radios and power settings of their own
#: the scale differs by 7 dB and more, and a prior weighs as the inverse square of what it expects: 50 (3 / 7)^2
PRIOR_ENCOUNTERS_OF_A_POPULATION = 9

#: by how much two sets may differ because people sat nearer or farther, not because their radios differ. Of mitll's
#: eight scenes, taken as sets of their own, the farthest lie 4 dB off the whole, its close encounters alone 5 dB;
#: exp05, an app with a power setting of its own, lies 10 dB off. What is less is left alone: taken off, it would make a
#: set of people side by side look like any other, and miss most of them (docs/measurements/exposure.md)
MIX_DB = 6.0

_SWEEPS = 10

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Alignment:
    """Hold what was learned from a set without its labels: `shift_db` is to be taken off encounter by encounter.

    `population_db`: the set's own difference to the reference, as far as it was taken off; `seen_population_db`: the
    same as it was seen, be it only another mix of near and far; `rx_db` and `tx_db`: by receiving phone (or model) and
    by sending model, relative to the set.
    """

    shift_db: FloatArray
    population_db: float
    seen_population_db: float
    rx_db: Mapping[str, float]
    tx_db: Mapping[str, float]

    def apply(self, table: ScanTable) -> ScanTable:
        """Return the scans with the shift taken off."""
        return table.shifted(self.shift_db)


def table_only(data: EncounterSet, calibration: Calibration) -> FloatArray:
    """Return the correction of each encounter by the table alone, in dB."""
    return np.array([calibration.correction_db(e.rx_model, e.tx_model) for e in data.encounters])


def align(
    data: EncounterSet, calibration: Calibration, rows: IntArray | None = None, *, mix_db: float = MIX_DB
) -> Alignment:
    """Learn, without labels, what each receiving phone, each sending model and the whole set are off by.

    A phone knows its own history, hence its drift by `rx` (by model where phones have no name). It does not know which
    phone it heard, but the sender's model can be corrected for by the transmit power in the metadata: hence `tx_model`.
    `rows`: learn from these encounters only (the others still get what was learned): for cross-validation.
    `mix_db`: a difference of the whole set below it is not taken off.
    """
    weights = data.scans.readings
    owner = data.scans.owner()
    base = table_only(data, calibration)
    receivers, rx_names = _groups(data, "rx", "rx_model")
    senders, tx_names = _groups(data, "tx_model")
    learn = np.zeros(len(data), dtype=bool)
    learn[slice(None) if rows is None else rows] = True
    learn &= data.scans.heard
    if not learn.any():
        return Alignment(base, 0.0, 0.0, {}, {})
    effects = {"rx": np.zeros(len(rx_names)), "tx": np.zeros(len(tx_names))}
    groups = {"rx": receivers, "tx": senders}
    used = learn[owner]
    for _ in range(_SWEEPS):
        for kind, other in (("rx", "tx"), ("tx", "rx")):
            partly = data.scans.typical_db - (base + _spread(effects[other], groups[other]))[owner]
            effects[kind] = _group_drifts(partly, weights, groups[kind][owner], used, groups[kind], learn)
    shift = base + _spread(effects["rx"], receivers) + _spread(effects["tx"], senders)
    corrected = data.scans.typical_db - shift[owner]
    own = attenuation_quantiles(corrected[used], weights[used])
    seen = drift_db(own, calibration.reference_db, int(learn.sum()), PRIOR_ENCOUNTERS_OF_A_POPULATION)
    population = seen if abs(seen) >= mix_db else 0.0
    return Alignment(
        shift_db=shift + population,
        population_db=population,
        seen_population_db=seen,
        rx_db=dict(zip(rx_names, effects["rx"].tolist(), strict=True)),
        tx_db=dict(zip(tx_names, effects["tx"].tolist(), strict=True)),
    )


def align_as_phones(data: EncounterSet, calibration: Calibration) -> Alignment:
    """Correct a set as its receiving phones would: by the table of models and by the drift that its own log shows.

    A phone's drift is learned with the receiver's correction only, for a sender's model is not known to it; the
    sender's correction is what its phone takes off the power that it announces. Nothing is taken off the set as a
    whole. A receiver without name and model has no drift.
    """
    receivers, names = _groups(data, "rx", "rx_model")
    owner = data.scans.owner()
    received = np.array([calibration.rx_correction_db(e.rx_model) for e in data.encounters])
    attenuation_db = data.scans.typical_db - received[owner]
    seconds = data.scans.since_last_scan_s
    share = np.array([share_of_meeting(s) for s in np.bincount(owner, seconds, minlength=len(data))])
    drifts = np.zeros(len(names))
    for number in range(len(names)):
        counts = (receivers == number) & (share > 0)
        own = counts[owner]
        if own.any():
            weights = (seconds * share[owner])[own]
            drifts[number] = own_drift_db(
                attenuation_db[own].tolist(), weights.tolist(), int(counts.sum()), calibration.reference_db
            )
    return Alignment(
        shift_db=table_only(data, calibration) + _spread(drifts, receivers),
        population_db=0.0,
        seen_population_db=0.0,
        rx_db=dict(zip(names, drifts.tolist(), strict=True)),
        tx_db={},
    )


def _groups(data: EncounterSet, *columns: str) -> tuple[IntArray, list[str]]:
    """Number and name of each encounter's group: by the first of `columns` that is known; -1 where none is."""
    names: dict[str, int] = {}
    numbers = []
    for encounter in data.encounters:
        name = next((value for column in columns if (value := getattr(encounter, column))), "")
        numbers.append(names.setdefault(name, len(names)) if name else -1)
    return np.array(numbers, dtype=np.int64), list(names)


def _spread(effects: FloatArray, groups: IntArray) -> FloatArray:
    return np.append(effects, 0.0)[groups]  # group -1, unknown, finds the 0 at the end


def _group_drifts(
    attenuation_db: FloatArray,
    weights: FloatArray,
    group_of_row: IntArray,
    used: BoolArray,
    groups: IntArray,
    learn: BoolArray,
) -> FloatArray:
    """The drift of each group against all rows used; 0 for a group without any."""
    everyone = attenuation_quantiles(attenuation_db[used], weights[used])
    size = int(groups.max(initial=-1)) + 1
    encounters = np.bincount(groups[learn & (groups >= 0)], minlength=size)
    drifts = np.zeros(size)
    for number in np.flatnonzero(encounters):
        own = used & (group_of_row == number)
        quantiles = attenuation_quantiles(attenuation_db[own], weights[own])
        drifts[number] = drift_db(quantiles, everyone, int(encounters[number]))
    return drifts


def learn_table(data: EncounterSet, version: str, source: str) -> Calibration:
    """Learn a table of models from a set without its labels: the set becomes the population."""
    blank = Calibration("none", (0.0,) * len(QUANTILES))
    by_model = EncounterSet(data.name, tuple(replace(e, rx="", tx="") for e in data.encounters), data.scans)
    learned = align(by_model, blank)
    used = data.scans.heard[data.scans.owner()]
    shift = learned.shift_db - learned.population_db
    reference = attenuation_quantiles(
        (data.scans.typical_db - shift[data.scans.owner()])[used], data.scans.readings[used]
    )
    return Calibration(version, reference, learned.rx_db, learned.tx_db, source)
