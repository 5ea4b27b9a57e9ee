"""Correct this phone's readings: by its settings, the authority's table of models, and its own drift.

**The table** comes signed with the authority's policy. A phone looks up itself in it: what its model hears too weakly
(rx) it adds to its readings, what its model sends too weakly (tx) it takes off the power that it tells others. So each
phone corrects itself, and none needs to know what it heard.

**The drift** is learned without labels from the phone's own contacts: attenuation quantiles of the phones it met, laid
over those of the population (`exposure.calibration.own_drift_db`). What could mislead is held down:

* who lives or works beside this phone counts as one meeting of at most half an hour, however long the night was;
* whoever passed by for less than five minutes does not count;
* n meetings count as n / (n + 50), and the whole is bounded (`exposure.calibration.MAX_DRIFT_DB`);
* the senders' powers are encrypted in the metadata, so they are assumed to be alike: on the average of many meetings;
* it is used only where the authority's signed table gives the population's quantiles (those of a laboratory are not
  those of daily life) and the policy is made for aligned attenuations.

**The log** is what a policy that learns a phone's scale by itself (`Policy.learns`) needs of the same contacts: number,
mean level and mean spread of the meetings, by the policy's own features (`Policy.log_of`, which the evaluation calls
too). It needs no table. Senders' powers are not known here either; what that leaves uncertain goes with it
(`nearness_scale.announced_power`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise

from bluezone.exposure.arithmetic import Scans
from bluezone.exposure.calibration import Calibration, own_drift_db, share_of_meeting
from bluezone.exposure.policies import Policy
from bluezone.exposure.policies.nearness_scale import Log, announced_power
from bluezone.exposure.windows import ATTENUATION_RANGE_DB
from bluezone.phone.clock import Clock
from bluezone.phone.matching.presences import chains, scans_of_chains
from bluezone.phone.stores.contact_store import Sightings
from bluezone.phone.stores.exposure_store import Correction, Drift, OwnLog, Receiver
from bluezone.phone.stores.phone_stores import Stores
from bluezone.protocol.intervals import DAY_S, day_start_s

LEARN_EVERY_S = float(DAY_S)

#: without anything new to learn from (a phone that was off), a drift or a log is believed for so long
BELIEVED_S = 60 * float(DAY_S)

#: sightings of one day that are looked at; a day with more was spent in crowds, of which these are enough
_MOST_A_DAY = 100_000
_POWERS_DBM = (-127, 20)


def base_correction(settings_db: float, model: str, table: Calibration | None) -> Correction:
    """Return the correction by the table where it knows the model, else by this phone's settings."""
    if table is not None and model in table.rx_db:
        return Correction(table.rx_db[model], table.version, table.rx_db[model])
    return Correction(settings_db)


def with_drift(base: Correction, drift: Drift | None, table: Calibration | None, now_s: float) -> Correction:
    """Return `base` and what was learned on top of it; a drift learned on top of something else says nothing."""
    if drift is None or table is None or not fits(drift, base, table):
        return base
    if not -LEARN_EVERY_S <= now_s - drift.learned_at_s <= BELIEVED_S:
        return base
    return Correction(base.rx_db + drift.db, base.table, base.table_db, drift.db, drift.meetings)


def fits(drift: Drift, base: Correction, table: Calibration) -> bool:
    """Tell whether a drift was learned on top of `base`, against the population of `table`."""
    return drift.reference == table.version and abs(drift.base_db - base.rx_db) < 1e-6


def is_due(drift: Drift | None, base: Correction, table: Calibration, now_s: float) -> bool:
    """Tell whether to learn: once a day, and where what it stands on has changed."""
    return drift is None or not fits(drift, base, table) or not 0 <= now_s - drift.learned_at_s < LEARN_EVERY_S


def sent_power_dbm(power_dbm: int, model: str, table: Calibration | None) -> int:
    """Return what this phone tells others of its transmit power: less by what its model sends too weakly."""
    correction_db = table.tx_db.get(model, 0.0) if table is not None else 0.0
    low, high = _POWERS_DBM
    return max(low, min(high, round(power_dbm - correction_db)))


def learn(
    days: Iterable[Sightings], base: Correction, assumed_tx_power_dbm: int, table: Calibration, now_s: float
) -> Drift | None:
    """Learn the drift from what was heard, day by day. None where nobody was met for long enough to say anything."""
    levels_db: list[float] = []
    weights_s: list[float] = []
    count = 0
    for heard in days:
        level_db, weight_s, meetings = _meetings(heard, assumed_tx_power_dbm - base.rx_db)
        levels_db += level_db
        weights_s += weight_s
        count += meetings
    if not count:
        return None
    db = own_drift_db(levels_db, weights_s, count, table.reference_db)
    return Drift(db, count, base.rx_db, table.version, now_s)


def _meetings(heard: Sightings, power_dbm: float) -> tuple[list[float], list[float], int]:
    """Return attenuation and weight of each sighting that belongs to a meeting that counts, and how many meetings these
    are.

    A meeting is a chain of identifiers, most likely of one phone (`encounters`). Its sightings share its weight.
    """
    heard = heard.first(_MOST_A_DAY)
    chain = chains(heard)
    lasted_s: dict[int, float] = defaultdict(float)
    for meeting, since_s in zip(chain, heard.since_last_scan_s, strict=True):
        lasted_s[meeting] += since_s
    share = {meeting: share_of_meeting(whole_s) for meeting, whole_s in lasted_s.items()}
    low, high = ATTENUATION_RANGE_DB
    levels_db, weights_s, meetings = [], [], set()
    for meeting, since_s, dbm in zip(chain, heard.since_last_scan_s, heard.typical_dbm, strict=True):
        if share[meeting] > 0 and low <= power_dbm - dbm <= high:
            levels_db.append(power_dbm - dbm)
            weights_s.append(since_s * share[meeting])
            meetings.add(meeting)
    return levels_db, weights_s, len(meetings)


# --- the log of a policy that learns a scale by itself ----------------------------------------------------------------


def log_fits(log: OwnLog, policy: Policy) -> bool:
    """Tell whether a log was made with the features of this policy."""
    return log.policy == _name(policy)


def log_is_due(log: OwnLog | None, policy: Policy, now_s: float) -> bool:
    """Tell whether to learn: once a day, and where the policy is another; never where it does not ask for it."""
    if not policy.learns:
        return False
    return log is None or not log_fits(log, policy) or not 0 <= now_s - log.learned_at_s < LEARN_EVERY_S


def learn_log(days: Iterable[Sightings], policy: Policy, now_s: float) -> OwnLog | None:
    """Learn the log from what was heard, day by day. None where nobody was met for long enough to say anything."""
    log = policy.log_of(meeting for heard in days for meeting in _meetings_heard(heard))
    if log is None:
        return None
    return OwnLog(log.meetings, log.level_db, log.spread, log.fine, _name(policy), now_s)


def log_now(
    kept: OwnLog | None, policy: Policy, receiver: Receiver, announced_dbm: Sequence[float] | None, now_s: float
) -> Log | None:
    """Return the log in the scale of what is judged now; None where there is none, or it is too old.

    `announced_dbm`: the powers that the published keys of senders met announced; None where the scheme sends none, and
    what is judged is judged with the assumed power too.
    """
    if kept is None or not log_fits(kept, policy) or not -LEARN_EVERY_S <= now_s - kept.learned_at_s <= BELIEVED_S:
        return None
    power_dbm, doubt_db = float(receiver.assumed_tx_power_dbm), 0.0
    if announced_dbm is not None:
        power_dbm, doubt_db = announced_power(power_dbm, announced_dbm)
    return Log(kept.meetings, kept.level_db + power_dbm - receiver.rx_correction_db, kept.spread, kept.fine, doubt_db)


def _name(policy: Policy) -> str:
    return f"{policy.name} {policy.version}"


def _meetings_heard(heard: Sightings) -> Iterator[tuple[Scans, int, int]]:
    """Return the scans of each meeting of a day, as attenuations of a sender of 0 dBm.

    A meeting is a chain of identifiers, most likely of one phone. Where it has two sightings in one scan (the sender
    changed its identifier), they are one, weighted by their readings, as in an exposure window.
    """
    heard = heard.first(_MOST_A_DAY)
    meetings = scans_of_chains(heard)
    each_scan = [rows for meeting in meetings for rows in meeting]
    readings = [[max(heard.readings[row], 1) for row in rows] for rows in each_scan]
    scans = Scans(
        [heard.at_s[rows[0]] for rows in each_scan],
        [heard.since_last_scan_s[rows[0]] for rows in each_scan],
        [
            sum(-heard.typical_dbm[row] * count for row, count in zip(rows, counts, strict=True)) / sum(counts)
            for rows, counts in zip(each_scan, readings, strict=True)
        ],
        [-float(max(heard.strongest_dbm[row] for row in rows)) for rows in each_scan],
        [float(sum(counts)) for counts in readings],
    )
    for start, stop in pairwise(accumulate((len(meeting) for meeting in meetings), initial=0)):
        yield scans, start, stop


class Readings:
    """Correct the readings of one phone. `receiver`: what its settings say; `model`: this device in the authority's
    table."""

    def __init__(self, stores: Stores, clock: Clock, receiver: Receiver, model: str) -> None:
        self._stores, self._clock, self._receiver, self._model = stores, clock, receiver, model

    def correction(self, policy: Policy, table: Calibration | None) -> Correction:
        """Return what readings are corrected by now."""
        base = self._base(table)
        if not policy.aligned:
            return base
        return with_drift(base, self._stores.exposures.drift.read(), table, self._clock())

    def sent_power_dbm(self, power_dbm: int, table: Calibration | None) -> int:
        """Return the transmit power this phone tells others, of what its radio says."""
        return sent_power_dbm(power_dbm, self._model, table)

    def learn(self, policy: Policy, table: Calibration | None) -> None:
        """Learn once a day what can be learned of this phone's own meetings."""
        self._learn_drift(table)
        self._learn_log(policy)

    def _base(self, table: Calibration | None) -> Correction:
        return base_correction(self._receiver.rx_correction_db, self._model, table)

    def _learn_drift(self, table: Calibration | None) -> None:
        """Learn the drift where there is a population to compare with. What cannot be learned now is learned
        tomorrow."""
        base, now_s, exposures = self._base(table), self._clock(), self._stores.exposures
        if table is None or not is_due(exposures.drift.read(), base, table, now_s):
            return
        power_dbm = self._receiver.assumed_tx_power_dbm
        drift = learn(self._days_heard(now_s), base, power_dbm, table, now_s)
        if drift is not None:
            exposures.drift.write(drift)

    def _learn_log(self, policy: Policy) -> None:
        """Learn what the policy needs to know of all meetings together."""
        now_s, exposures = self._clock(), self._stores.exposures
        if log_is_due(exposures.own_log.read(), policy, now_s):
            log = learn_log(self._days_heard(now_s), policy, now_s)
            if log is not None:
                exposures.own_log.write(log)

    def _days_heard(self, now_s: float) -> Iterator[Sightings]:
        """Yield what was heard on each of the last 14 days, one after the other: never all at once."""
        today_s = day_start_s(now_s)
        for day_s in range(today_s - 13 * DAY_S, today_s + 1, DAY_S):
            yield self._stores.contacts.sightings(day_s, day_s + DAY_S)
