"""Say what a phone's readings are corrected by, and learn it from its own contacts (the rules: `matching.calibration`).

Policy and table of models come with the authority's documents and change while the phone runs, so they are arguments.
"""

from __future__ import annotations

from collections.abc import Iterator

from bluezone.exposure.calibration import Calibration
from bluezone.exposure.policies import Policy
from bluezone.phone.clock import Clock
from bluezone.phone.matching import calibration
from bluezone.phone.stores.contact_store import Sightings
from bluezone.phone.stores.corrections import Correction, Receiver
from bluezone.phone.stores.phone_stores import Stores
from bluezone.protocol.intervals import DAY_S, day_start_s


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
        return calibration.with_drift(base, self._stores.exposures.drift(), table, self._clock())

    def sent_power_dbm(self, power_dbm: int, table: Calibration | None) -> int:
        """Return the transmit power this phone tells others, of what its radio says."""
        return calibration.sent_power_dbm(power_dbm, self._model, table)

    def learn(self, policy: Policy, table: Calibration | None) -> None:
        """Learn once a day what can be learned of this phone's own meetings."""
        self._learn_drift(table)
        self._learn_log(policy)

    def _base(self, table: Calibration | None) -> Correction:
        return calibration.base_correction(self._receiver.rx_correction_db, self._model, table)

    def _learn_drift(self, table: Calibration | None) -> None:
        """Learn the drift where there is a population to compare with. What cannot be learned now is learned
        tomorrow."""
        base, now_s, exposures = self._base(table), self._clock(), self._stores.exposures
        if table is None or not calibration.is_due(exposures.drift(), base, table, now_s):
            return
        power_dbm = self._receiver.assumed_tx_power_dbm
        drift = calibration.learn(self._days_heard(now_s), base, power_dbm, table, now_s)
        if drift is not None:
            exposures.keep_drift(drift)

    def _learn_log(self, policy: Policy) -> None:
        """Learn what the policy needs to know of all meetings together."""
        now_s, exposures = self._clock(), self._stores.exposures
        if calibration.log_is_due(exposures.own_log(), policy, now_s):
            log = calibration.learn_log(self._days_heard(now_s), policy, now_s)
            if log is not None:
                exposures.keep_own_log(log)

    def _days_heard(self, now_s: float) -> Iterator[Sightings]:
        """Yield what was heard on each of the last 14 days, one after the other: never all at once."""
        today_s = day_start_s(now_s)
        for day_s in range(today_s - 13 * DAY_S, today_s + 1, DAY_S):
            yield self._stores.contacts.sightings(day_s, day_s + DAY_S)
