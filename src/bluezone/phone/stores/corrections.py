"""What readings of this phone are turned into attenuations by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Receiver:
    """What turns this phone's readings into attenuation: its calibration, and what to take for the sender's transmit
    power where the scheme does not send it."""

    rx_correction_db: float = 0.0
    assumed_tx_power_dbm: int = -20


@dataclass(frozen=True, slots=True)
class Correction:
    """What was added to this phone's readings, and why. `table`: version of the authority's table of models, "" where
    this phone's model is not in one; `drift_db`: what the phone learned of itself, from so many meetings. An alert
    keeps it, to say by what it was judged."""

    rx_db: float = 0.0
    table: str = ""
    table_db: float = 0.0
    drift_db: float = 0.0
    drift_meetings: int = 0
