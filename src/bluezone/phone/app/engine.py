"""A phone: its stores, its radio, and what it does with them. Screens and command line stand on this.

Time, chance, key material and the radio are handed in, so that the same phone runs on a telephone and in the town.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from bluezone.exposure.calibration import Calibration
from bluezone.exposure.policies import DEFAULT_POLICY, Policy, policy_named
from bluezone.phone.air.advertiser import MAX_OFFSET_S, Beacon
from bluezone.phone.air.duty_cycle import DeviceState, DutyCycle, Sense
from bluezone.phone.air.radio.port import Radio
from bluezone.phone.air.scanner import Listener
from bluezone.phone.client import export_download
from bluezone.phone.client.export_download import SyncReport
from bluezone.phone.client.http import ConnectionFailedError
from bluezone.phone.client.policy import PolicyReport, PolicyStore
from bluezone.phone.client.publishing import Endpoint, Publisher, PublishReport
from bluezone.phone.clock import Clock
from bluezone.phone.clock_watch import ClockWatch
from bluezone.phone.errors import PhoneError, RadioError
from bluezone.phone.matching import calibration, exposure_check
from bluezone.phone.matching.exposure_check import CheckReport
from bluezone.phone.matching.matcher import TOLERANCE_S
from bluezone.phone.stores.contact_store import Logbook, ScanTally
from bluezone.phone.stores.corrections import Correction, Receiver
from bluezone.phone.stores.database import StorageError
from bluezone.phone.stores.encryption import Sealer
from bluezone.phone.stores.exposure_store import Alert, Ledger
from bluezone.phone.stores.key_store import Keystore
from bluezone.phone.stores.publication_store import Journal, VerifiedResult
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.intervals import DAY_S, day_start_s
from bluezone.protocol.schemes import Entropy, scheme_named

VIETNAM = "452"  # mobile country code
DEFAULT_HEALTH_AUTHORITY = "vn.bluezone"

_PURGE_EVERY_S, _PURGE_RETRY_S = 3_600.0, 600.0
_RADIO_RETRY_S = 30.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PhoneSettings:
    """What is set once for a phone. `directory` holds its stores; `trusted_keys` are the authority's, pinned; `policy`
    decides until the authority has published one of its own; `duty` fixes how the phone listens (None: by the plan,
    for what `sense` says of the device); `sealer` encrypts keys and logbook at rest (None: a rehearsal, whose phones
    have no secrets); `model`: this device in the authority's table of models."""

    directory: Path
    authority_url: str = ""
    trusted_keys: tuple[TrustedKey, ...] = ()
    region: str = VIETNAM
    scheme: str = "en"
    policy: str = DEFAULT_POLICY.name
    health_authority_id: str = DEFAULT_HEALTH_AUTHORITY
    api_key: str = ""
    duty: DutyCycle | None = None
    sense: Sense = DeviceState
    max_rotation_offset_s: float = MAX_OFFSET_S
    receiver: Receiver = field(default_factory=Receiver)
    sealer: Sealer | None = None
    model: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.max_rotation_offset_s < TOLERANCE_S:
            raise PhoneError(
                f"rotation offset {self.max_rotation_offset_s} s is outside 0..{TOLERANCE_S:.0f} s: "
                "identifiers sent so late would match nobody"
            )


@dataclass(frozen=True, slots=True)
class PhoneStatus:
    """What the phone knows of itself. Nothing in it names anyone."""

    days: dict[int, ScanTally]
    days_with_keys: int
    exports_known: int
    exports_unchecked: int
    keys_matched: int
    alerts: tuple[Alert, ...]
    publication_under_way: bool
    policy: str
    result_waiting: bool = False
    correction: Correction = field(default_factory=Correction)


class Phone:
    """One phone. Raises StorageError where its files cannot be opened."""

    def __init__(
        self,
        settings: PhoneSettings,
        radio: Radio | None,
        clock: Clock,
        entropy: Entropy,
        rng: np.random.Generator,
        watch: ClockWatch | None = None,
    ) -> None:
        """`watch`: what wakes the radio's timers where the clock jumps, if its owner runs it."""
        self.settings, self.radio, self.clock = settings, radio, clock
        self._watch = watch or ClockWatch(clock)
        self._listener: Listener | None = None
        self._purge_trouble = ""
        self._entropy, self._rng = entropy, rng
        self.scheme = scheme_named(settings.scheme)
        sealer = settings.sealer
        with ExitStack() as opened:  # closes what is open where something cannot be opened

            def store(make: Callable[[Path], Any], name: str) -> Any:
                return opened.enter_context(closing(make(settings.directory / name)))

            self.logbook: Logbook = store(lambda path: Logbook(path, self.scheme, sealer), "logbook.sqlite3")
            self.keystore: Keystore = store(lambda path: Keystore(path, self.scheme, entropy, sealer), "keys.sqlite3")
            self.ledger: Ledger = store(lambda path: Ledger(path, sealer), "ledger.sqlite3")
            self.journal: Journal = store(lambda path: Journal(path, sealer), "publishing.sqlite3")
            self.policies: PolicyStore = store(PolicyStore, "policy.sqlite3")
            self.policy, self.table = self._policy_to_use()
            self._stores = opened.pop_all()

    # --- the radio's side -------------------------------------------------------------------------

    async def run(self) -> None:
        """Send, listen and purge until cancelled. A radio that is not there, or fails, is tried again every half
        minute."""
        radio = self._radio()
        try:
            await all_or_none(self._purge_hourly(), self._run_radio(radio))
        finally:
            await radio.close()

    async def _run_radio(self, radio: Radio) -> None:
        settings = self.settings
        beacon = Beacon(
            radio,
            self.keystore,
            self.scheme,
            self.clock,
            self._rng,
            settings.max_rotation_offset_s,
            self.sent_power_dbm,
            self._watch,
        )
        listener = self._listener = self._listener or Listener(
            radio, self.scheme, self.logbook, self.clock, self._rng, settings.duty, settings.sense, self._watch
        )
        while True:
            try:
                await radio.open()
                await all_or_none(beacon.run(), listener.run())
            except (RadioError, StorageError) as error:
                _log.warning("sending and listening stopped, next try in %.0f s: %s", _RADIO_RETRY_S, error)
                await radio.close()
                await self._watch.sleep(_RADIO_RETRY_S)

    async def _purge_hourly(self) -> None:
        while True:
            try:
                self.purge()
                wait_s = _PURGE_EVERY_S
            except StorageError as error:
                _log.error("what is older than 14 days could not be purged: %s", error)
                wait_s = _PURGE_RETRY_S
            await self._watch.sleep(wait_s)

    @property
    def storage_trouble(self) -> str:
        """Why something of the radio's side could not be written just now; "" where all is well."""
        return self.keystore.trouble or (self._listener.trouble if self._listener else "") or self._purge_trouble

    def _radio(self) -> Radio:
        if self.radio is None:
            raise PhoneError("this phone was opened without a radio")
        return self.radio

    # --- the authority's side ---------------------------------------------------------------------

    def purge(self) -> int:
        """Delete what is older than 14 days from every store; returns the number of rows."""
        try:
            stores = (self.logbook, self.keystore, self.ledger, self.journal, self.policies)
            gone: int = sum(store.purge(self.clock()) for store in stores)
        except StorageError as error:
            self._purge_trouble = str(error)
            raise
        self._purge_trouble = ""
        return gone

    def sync(self, client: httpx.Client) -> SyncReport:
        """Fetch the exports this phone has not yet, then the authority's policy. It waits for the net: call it off the
        radio's event loop."""
        settings = self.settings
        report = export_download.sync(
            client, self.ledger, settings.authority_url, settings.region, settings.trusted_keys, self.clock()
        )
        try:
            refused = self.sync_policy(client).refused
        except ConnectionFailedError as error:
            refused = str(error)
        if refused:  # the exports are what matters: a policy that does not come must not stand in their way
            _log.warning("the policy stays as it is: %s", refused)
        return report

    def sync_policy(self, client: httpx.Client) -> PolicyReport:
        """Fetch the authority's policy; a bad one is reported and the last good one stays."""
        settings = self.settings
        report = self.policies.fetch(
            client, settings.authority_url, settings.region, settings.trusted_keys, self.clock()
        )
        self.policy, self.table = self._policy_to_use()
        return report

    def _policy_to_use(self) -> tuple[Policy, Calibration | None]:
        """The authority's last good one and its table of models, or else the one this phone came with."""
        kept = self.policies.kept(self.settings.region, self.settings.trusted_keys)
        return (policy_named(self.settings.policy), None) if kept is None else (kept.policy, kept.calibration)

    def check(self) -> CheckReport:
        """Match what was fetched with what was heard, and say whether to warn."""
        self._learn_drift()
        correction = self.correction()
        return exposure_check.check(
            ledger=self.ledger,
            sightings=self.logbook.sightings(),
            scheme=self.scheme,
            policy=self.policy,
            trusted_keys=self.settings.trusted_keys,
            own_keys=self.keystore.all_keys(),
            receiver=Receiver(correction.rx_db, self.settings.receiver.assumed_tx_power_dbm),
            now_s=self.clock(),
            correction=correction,
        )

    def correction(self) -> Correction:
        """What this phone's readings are corrected by now; see `calibrating`."""
        base = self._base_correction()
        if not self.policy.aligned:
            return base
        return calibration.with_drift(base, self.ledger.drift(), self.table, self.clock())

    def _base_correction(self) -> Correction:
        settings = self.settings
        return calibration.base_correction(settings.receiver.rx_correction_db, settings.model, self.table)

    def _learn_drift(self) -> None:
        """Once a day, where there is a population to compare with. What cannot be learned now is learned tomorrow."""
        table, base, now_s = self.table, self._base_correction(), self.clock()
        if table is None or not calibration.is_due(self.ledger.drift(), base, table, now_s):
            return
        today_s = day_start_s(now_s)
        days = (
            self.logbook.sightings(day_s, day_s + DAY_S) for day_s in range(today_s - 13 * DAY_S, today_s + 1, DAY_S)
        )
        drift = calibration.learn(days, base, self.settings.receiver.assumed_tx_power_dbm, table, now_s)
        if drift is not None:
            self.ledger.keep_drift(drift)

    def sent_power_dbm(self) -> int:
        """The transmit power this phone tells others."""
        return calibration.sent_power_dbm(self._radio().tx_power_dbm, self.settings.model, self.table)

    def verify(self, client: httpx.Client, code: str) -> VerifiedResult:
        """Ask what a one-time code confirms. Nothing is published; the result waits for its owner's answer."""
        return self._publisher(client).verify(code, self.clock())

    def waiting_result(self) -> VerifiedResult | None:
        """The result that waits for its owner's answer (or, where that was yes, for the end of its publication)."""
        return self.journal.waiting(self.clock())

    def decline_result(self) -> None:
        """The owner does not want to share: token and result are forgotten, the code is spent."""
        self.journal.abandon()

    def publish(self, client: httpx.Client, code: str = "", *, consent: bool) -> PublishReport:
        """Publish this phone's keys under a one-time code, or without one under the code that was verified; `consent`
        is the owner's yes. See `publishing`."""
        return self._publisher(client).publish(code, consent=consent, now_s=self.clock())

    def _publisher(self, client: httpx.Client) -> Publisher:
        if self.scheme.name != "en":
            raise PhoneError(f"the authority takes keys of the scheme en, not {self.scheme.name}: nothing is published")
        settings = self.settings
        endpoint = Endpoint(settings.authority_url, settings.health_authority_id, settings.api_key)
        return Publisher(client, self.journal, self.keystore, endpoint, self._entropy)

    def status(self) -> PhoneStatus:
        attempt = self.journal.attempt()
        return PhoneStatus(
            days=self.logbook.tallies(),
            days_with_keys=len({day_start_s(key.start_s) // DAY_S for key in self.keystore.recent(self.clock())}),
            exports_known=len(self.ledger.known_exports()),
            exports_unchecked=len(self.ledger.unchecked_exports()),
            keys_matched=len(self.ledger.matched_keys()),
            alerts=tuple(self.ledger.alerts()),
            publication_under_way=attempt is not None and bool(attempt.token) and attempt.agreed,
            correction=self.correction(),
            result_waiting=self.journal.waiting(self.clock()) is not None,
            policy=f"{self.policy.name} {self.policy.version}",
        )

    def close(self) -> None:
        self._stores.close()


async def all_or_none(*coroutines: Coroutine[Any, Any, None]) -> None:
    """Run all until one raises, then stop the others and raise that. (A TaskGroup would wrap it in a group.)"""
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
