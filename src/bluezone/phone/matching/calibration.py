"""Correct this phone's readings by its settings and the authority's table of models, and learn its scale.

**The table** comes signed with the authority's policy. A phone looks up itself in it: what its model hears too weakly
(rx) it adds to its readings, what its model sends too weakly (tx) it takes off the power that it tells others. So each
phone corrects itself, and none needs to know what it heard.

**The log** is what a policy that learns a phone's scale (`Policy.learns`) needs of the contacts of 14 days: how many
meetings there were, and how strongly the nearer of them were heard (`Policy.log_of`, which the evaluation calls too).
Who lives or works beside this phone is one meeting a day, however long the night was. Senders' powers are encrypted
in the metadata, so they are assumed to be alike: on the average of many meetings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from statistics import fmean

from bluezone.exposure.arithmetic import Scans
from bluezone.exposure.calibration import Calibration
from bluezone.exposure.policies import Log, Policy
from bluezone.phone.clock import Clock
from bluezone.phone.matching.presences import scans_of_chains
from bluezone.phone.stores.contact_store import Sightings
from bluezone.phone.stores.exposure_store import Correction, OwnLog, Receiver
from bluezone.phone.stores.phone_stores import Stores
from bluezone.protocol.intervals import DAY_S, day_start_s

LEARN_EVERY_S = float(DAY_S)

#: without anything new to learn from (a phone that was off), a log is believed for so long
BELIEVED_S = 60 * float(DAY_S)

#: sightings of one day that are looked at; a day with more was spent in crowds, of which these are enough
_MOST_A_DAY = 100_000
_POWERS_DBM = (-127, 20)


def base_correction(settings_db: float, model: str, table: Calibration | None) -> Correction:
    """Return the correction by the table where it knows the model, else by this phone's settings."""
    if table is not None and model in table.rx_db:
        return Correction(table.rx_db[model], table.version, table.rx_db[model])
    return Correction(settings_db)


def sent_power_dbm(power_dbm: int, model: str, table: Calibration | None) -> int:
    """Return what this phone tells others of its transmit power: less by what its model sends too weakly."""
    correction_db = table.tx_db.get(model, 0.0) if table is not None else 0.0
    low, high = _POWERS_DBM
    return max(low, min(high, round(power_dbm - correction_db)))


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
    return OwnLog(log.meetings, log.level_db, _name(policy), now_s)


def log_now(
    kept: OwnLog | None, policy: Policy, receiver: Receiver, announced_dbm: Sequence[float] | None, now_s: float
) -> Log | None:
    """Return the log in the scale of what is judged now; None where there is none, or it is too old.

    `announced_dbm`: the powers that the published keys of senders met announced; None where the scheme sends none. Of
    the others a phone can read no power: they are taken to send as those and itself do, on the average.
    """
    if kept is None or not log_fits(kept, policy) or not -LEARN_EVERY_S <= now_s - kept.learned_at_s <= BELIEVED_S:
        return None
    powers_dbm = [receiver.assumed_tx_power_dbm, *(announced_dbm or ())]
    return Log(kept.meetings, kept.level_db + fmean(powers_dbm) - receiver.rx_correction_db)


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

    def correction(self, table: Calibration | None) -> Correction:
        """Return what readings are corrected by now."""
        return base_correction(self._receiver.rx_correction_db, self._model, table)

    def sent_power_dbm(self, power_dbm: int, table: Calibration | None) -> int:
        """Return the transmit power this phone tells others, of what its radio says."""
        return sent_power_dbm(power_dbm, self._model, table)

    def learn(self, policy: Policy) -> None:
        """Learn once a day what the policy needs to know of all meetings together."""
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
