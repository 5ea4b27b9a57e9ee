"""Say what a set of encounters does not allow to be said, in sentences that stand beside the figures.

A figure that cannot be had is NaN; why, and what the ones that can be had are worth, is said here.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable

import numpy as np

from bluezone.exposure.calibration import Calibration
from bluezone.exposure.encounters import DirectedEncounter, EncounterSet
from bluezone.exposure.scan_files import level_caveat

#: an interval over fewer sessions is itself only a guess
FEW_SESSIONS = 10
#: minutes within 2 m that the policies are made for
POLICY_MINUTES = 15
#: what a policy's exposure windows are made of, in seconds: scans farther apart than that stand each for itself
_RARE_SCANS_S = 600.0


def caveats(data: EncounterSet, calibration: Calibration | None, *, pool: bool = False) -> tuple[str, ...]:
    """Return the sentences, most important first. `pool`: whether both directions were put together."""
    said = [*_of_labels(data), *_of_sessions(data), *_of_scans(data), *_of_names(data, calibration)]
    if pool:
        paired = int((data.reverse() >= 0).sum())
        if paired < len(data):
            said.append(
                f"both directions: {paired} of {len(data)} encounters have their other direction in the set; "
                "the others count as one direction."
            )
    return tuple(said)


def _of_labels(data: EncounterSet) -> Iterable[str]:
    if data.label_minutes not in (None, POLICY_MINUTES):
        yield (
            f"labels: close means {data.label_minutes} minutes within 2 m here; policies are made for "
            f"{POLICY_MINUTES}, so part of what they miss or warn of is the label's."
        )
    positives = int(data.close.sum())
    if 0 < positives < len(data):
        return
    kind, figure = ("close", "recall") if positives else ("not close", "the share of false alarms")
    yield f"labels: every encounter is {kind}, so there is no AUC and no nDCF; only {figure} can be measured."


def _of_sessions(data: EncounterSet) -> Iterable[str]:
    sessions = np.unique(data.codes("session")).size
    if sessions < 2:
        yield "sessions: there is one, so there are no intervals: they draw whole sessions anew."
    elif sessions < FEW_SESSIONS:
        yield f"sessions: with {sessions} of them the intervals are themselves rough."


def _of_scans(data: EncounterSet) -> Iterable[str]:
    heard = data.scans.heard
    if not heard.any():
        yield "scans: no encounter was heard at all; every figure describes silence."
        return
    spans = itertools.pairwise(data.scans.offsets.tolist())
    middles_db = [float(np.median(data.scans.typical_db[start:stop])) for start, stop in spans if stop > start]
    if (of_levels := level_caveat(middles_db)) is not None:
        yield of_levels
    seconds = data.scans.since_last_scan_s
    if not (seconds > 0).any():
        yield "scans: credit_s is 0 throughout: policies that count time cannot warn; ours takes a second a scan."
    elif float(np.median(seconds)) > _RARE_SCANS_S:
        yield (
            f"scans: half of them stand for more than {np.median(seconds) / 60:.0f} minutes; "
            f"ours counts {_RARE_SCANS_S / 60:.0f} at most for each, published policies what is given."
        )


def _of_names(data: EncounterSet, calibration: Calibration | None) -> Iterable[str]:
    for what, column in (("receiving", "rx_model"), ("sending", "tx_model")):
        names = {name for e in data.encounters if (name := getattr(e, column))}
        if not names:
            yield f"models: no {what} model is given; all count as Android for bluezone-3.0.3."
        elif calibration is not None:
            table = calibration.rx_db if column == "rx_model" else calibration.tx_db
            unknown = len(names - set(table))
            if unknown:
                yield f"models: {unknown} of {len(names)} {what} models are not in the table; these get 0 dB."
    if not any(e.rx for e in data.encounters):
        yield "phones: receivers have no names, so phones of one model count as one phone, with one log."
    for what, known in _COLUMNS.items():
        if not any(known(e) for e in data.encounters):
            yield f"{what}: none is given, so there are no figures by {what}."


_COLUMNS: dict[str, Callable[[DirectedEncounter], bool]] = {
    "scene": lambda e: bool(e.scene),
    "placement": lambda e: bool(e.rx_place and e.tx_place),
}
