"""Correct an attenuation for the two phones, not because of the distance between them.

Two corrections, both in dB, both shrunk towards zero where little is known:

* a versioned **table** of phone models (`Calibration`): what a model hears too weakly (rx) and sends too weakly (tx);
* **drift** of one phone: without any label, its attenuation quantiles are laid over those of the population. Phones
  that live among people meet near and far ones alike, so a lasting difference is the phone's (pocket, case, antenna),
  not the distance's.

Corrected attenuation = attenuation - correction. A phone or model not in the table gets 0 dB: the population's mean.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from bluezone.exposure.arithmetic import ascending, weighted_quantile
from bluezone.exposure.errors import CalibrationError
from bluezone.exposure.windows import MAX_WINDOW_S

#: the quantiles that are laid over each other: the middle half of what a phone hears, away from both noisy ends
QUANTILES = (0.25, 0.5, 0.75)

#: how many encounters, without labels, it takes to believe half of a difference between two phones. Phones differ by
#: about 3 dB (standard deviation between them), but so do the encounters that one phone happens to have, and these are
#: not independent (one session, one seat): 50 rather than the 5 that independence would give.
PRIOR_ENCOUNTERS = 50

#: no phone is off by more; what is beyond is a broken table or a phone that meets only near (or only far) people
MAX_CORRECTION_DB = 30.0

#: twice what phones differ by (standard deviation 3 dB, docs/measurements/exposure.md): what is beyond is not the phone
MAX_DRIFT_DB = 6.0

#: of a meeting, at most so much counts towards a phone's drift, and nothing of a shorter one
MEETING_COUNTS_S, SHORTEST_MEETING_S = MAX_WINDOW_S, 300.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """Hold a versioned table of corrections (dB) by model, and the population's attenuation quantiles at `QUANTILES`.

    `source` says what it was learned from. Raises CalibrationError on values that are not numbers or absurd.
    """

    version: str
    reference_db: tuple[float, ...]
    rx_db: Mapping[str, float] = field(default_factory=dict)
    tx_db: Mapping[str, float] = field(default_factory=dict)
    source: str = ""

    def __post_init__(self) -> None:
        if len(self.reference_db) != len(QUANTILES) or not all(map(math.isfinite, self.reference_db)):
            raise CalibrationError(f"calibration {self.version}: {len(QUANTILES)} reference quantiles are meant")
        if list(self.reference_db) != sorted(self.reference_db):
            raise CalibrationError(f"calibration {self.version}: reference quantiles {self.reference_db} do not ascend")
        for kind, table in (("rx", self.rx_db), ("tx", self.tx_db)):
            for model, value in table.items():
                if not -MAX_CORRECTION_DB <= value <= MAX_CORRECTION_DB:  # false for NaN too
                    raise CalibrationError(
                        f"calibration {self.version}: {kind} correction of {model!r} is {value} dB, "
                        f"beyond {MAX_CORRECTION_DB:.0f}"
                    )
        object.__setattr__(self, "rx_db", MappingProxyType(dict(self.rx_db)))
        object.__setattr__(self, "tx_db", MappingProxyType(dict(self.tx_db)))

    def rx_correction_db(self, model: str) -> float:
        """Return what a receiver of this model adds to each strength it measures (`windows.attenuation_db`); 0 if
        unknown."""
        return self.rx_db.get(model, 0.0)

    def tx_correction_db(self, model: str) -> float:
        """Return what a sender of this model takes off the transmit power it announces; 0 if unknown."""
        return self.tx_db.get(model, 0.0)

    def correction_db(self, rx_model: str, tx_model: str) -> float:
        """Return what to take off an attenuation that `rx_model` measured of `tx_model`; 0 for what is not in the
        table."""
        return self.rx_correction_db(rx_model) + self.tx_correction_db(tx_model)

    def to_json(self) -> str:
        """Write the table as JSON, models in order of their names."""
        body = {
            "version": self.version,
            "source": self.source,
            "reference_db": [round(value, 2) for value in self.reference_db],
            "rx_db": {model: round(value, 2) for model, value in sorted(self.rx_db.items())},
            "tx_db": {model: round(value, 2) for model, value in sorted(self.tx_db.items())},
        }
        return json.dumps(body, indent=2, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Calibration:
        """Read a table. Raises CalibrationError naming what is wrong."""
        try:
            body = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise CalibrationError(f"calibration: not JSON ({error})") from error
        if not isinstance(body, dict) or not isinstance(body.get("version"), str):
            raise CalibrationError('calibration: an object with a text "version" is meant')
        version = body["version"]
        return cls(
            version=version,
            reference_db=tuple(_numbers(body.get("reference_db"), f"calibration {version}: reference_db")),
            rx_db=_table(body.get("rx_db", {}), f"calibration {version}: rx_db"),
            tx_db=_table(body.get("tx_db", {}), f"calibration {version}: tx_db"),
            source=str(body.get("source", "")),
        )


def _numbers(value: Any, what: str) -> list[float]:
    if not isinstance(value, list):
        raise CalibrationError(f"{what} is not a list")
    return [_number(item, what) for item in value]


def _table(value: Any, what: str) -> dict[str, float]:
    if not isinstance(value, dict):
        raise CalibrationError(f"{what} is not an object of model to dB")
    return {model: _number(item, f"{what}, {model!r}") for model, item in value.items()}


def _number(value: Any, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CalibrationError(f"{what}: {value!r} is not a number")
    return float(value)


# --- drift ------------------------------------------------------------------------------------------------------------


def quantiles(attenuation_db: Sequence[float], weights: Sequence[float]) -> tuple[float, float, float]:
    """Return weighted quantiles at `QUANTILES`; a plain function (`arithmetic`)."""
    order = ascending(attenuation_db)
    low, middle, high = QUANTILES
    return (
        weighted_quantile(attenuation_db, weights, order, low),
        weighted_quantile(attenuation_db, weights, order, middle),
        weighted_quantile(attenuation_db, weights, order, high),
    )


def attenuation_quantiles(attenuation_db: Sequence[float], weights: Sequence[float]) -> tuple[float, ...]:
    """Compute weighted quantiles at `QUANTILES`. `weights`: how often or how long each attenuation was seen.

    Raises CalibrationError where nothing was seen, or an attenuation is not a number.
    """
    if not attenuation_db or not all(map(math.isfinite, attenuation_db)) or not sum(weights) > 0:
        raise CalibrationError("drift: there is no attenuation to take quantiles of, or one is not a number")
    return quantiles(attenuation_db, weights)


def drift_db(
    own_db: tuple[float, ...], reference_db: tuple[float, ...], encounters: int, prior: float = PRIOR_ENCOUNTERS
) -> float:
    """Estimate how much too high a phone's attenuations are, from its own quantiles and the population's; no label is
    needed.

    Shrunk by how many `encounters` stand behind it against `prior`, and never beyond MAX_CORRECTION_DB.
    """
    raw = sum(own - reference for own, reference in zip(own_db, reference_db, strict=True)) / len(own_db)
    shrunk = raw * encounters / (encounters + prior)
    return max(-MAX_CORRECTION_DB, min(MAX_CORRECTION_DB, shrunk))


def share_of_meeting(lasted_s: float) -> float:
    """Return the share of a meeting's time that counts towards a phone's drift: a night beside somebody is no more than
    one meeting, and whoever passes by is none."""
    return min(lasted_s, MEETING_COUNTS_S) / lasted_s if lasted_s >= SHORTEST_MEETING_S else 0.0


def own_drift_db(
    attenuation_db: Sequence[float], weights_s: Sequence[float], meetings: int, reference_db: tuple[float, ...]
) -> float:
    """Estimate how much too high all attenuations are that a phone measured, from its own meetings, without labels.

    `weights_s`: seconds each attenuation stands for, times `share_of_meeting`; `meetings`: how many counted. Bounded by
    MAX_DRIFT_DB. Raises CalibrationError as `attenuation_quantiles`.
    """
    db = drift_db(attenuation_quantiles(attenuation_db, weights_s), reference_db, meetings)
    return max(-MAX_DRIFT_DB, min(MAX_DRIFT_DB, db))


@cache
def default_calibration() -> Calibration:
    """Return the table of the package (docs/measurements/exposure-data-card.md), in whose scale the default is
    fitted."""
    table = resources.files("bluezone.exposure").joinpath("data/calibration-1.json")
    return Calibration.from_json(table.read_bytes())
