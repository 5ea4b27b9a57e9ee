"""Describe how readings of this phone become attenuations: receiver, correction, drift."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Receiver:
    """Say what turns this phone's readings into attenuation: its calibration, and what to take for the sender's
    transmit power where the scheme does not send it."""

    rx_correction_db: float = 0.0
    assumed_tx_power_dbm: int = -20


@dataclass(frozen=True, slots=True)
class Correction:
    """Say what was added to this phone's readings, and why. `table`: version of the authority's table of models, ""
    where this phone's model is not in one; `drift_db`: by how much, as the phone learned of itself from so many
    meetings, its attenuations are too high (which is in `rx_db` where a policy is made for aligned attenuations; a
    policy that learns a scale takes it off itself). An alert keeps it, to say by what it was judged."""

    rx_db: float = 0.0
    table: str = ""
    table_db: float = 0.0
    drift_db: float = 0.0
    drift_meetings: int = 0


@dataclass(frozen=True, slots=True)
class OwnLog:
    """Hold what the phone keeps of its own meetings for a policy that learns its scale (`nearness_scale.Log`).

    `level_db`: mean level, as if every sender sent with 0 dBm and nothing were corrected, so that it outlives another
    table of models; `policy`: name and version of the policy whose features these are; `learned_at_s`.
    """

    meetings: int
    level_db: float
    spread: float
    fine: bool
    policy: str
    learned_at_s: float


@dataclass(frozen=True, slots=True)
class Drift:
    """Say how much too high this phone's attenuations are, on top of `base_db` (what they were corrected by already),
    by `meetings` and against the population of the table `reference`."""

    db: float
    meetings: int
    base_db: float
    reference: str
    learned_at_s: float
