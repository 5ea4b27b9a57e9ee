"""Correct an attenuation for the two phones, not because of the distance between them.

A versioned **table** of phone models says what a model hears too weakly (rx) and sends too weakly (tx), in dB.
Corrected attenuation = attenuation - correction. A model not in the table gets 0 dB: the population's mean. What a
phone is off by besides, it learns from its own meetings (`policies.near_minutes`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from bluezone.exposure.errors import CalibrationError

#: no model is off by more; what is beyond is a broken table
MAX_CORRECTION_DB = 30.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """Hold a versioned table of corrections (dB) by model.

    `source` says what it was learned from. Raises CalibrationError on values that are not numbers or absurd.
    """

    version: str
    rx_db: Mapping[str, float] = field(default_factory=dict)
    tx_db: Mapping[str, float] = field(default_factory=dict)
    source: str = ""

    def __post_init__(self) -> None:
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
            rx_db=_table(body.get("rx_db", {}), f"calibration {version}: rx_db"),
            tx_db=_table(body.get("tx_db", {}), f"calibration {version}: tx_db"),
            source=str(body.get("source", "")),
        )


def _table(value: Any, what: str) -> dict[str, float]:
    if not isinstance(value, dict):
        raise CalibrationError(f"{what} is not an object of model to dB")
    for model, item in value.items():
        if isinstance(item, bool) or not isinstance(item, int | float):
            raise CalibrationError(f"{what}, {model!r}: {item!r} is not a number")
    return {model: float(item) for model, item in value.items()}


@cache
def default_calibration() -> Calibration:
    """Return the table of the package (docs/measurements/exposure-data-card.md)."""
    table = resources.files("bluezone.exposure").joinpath("data/calibration-1.json")
    return Calibration.from_json(table.read_bytes())
