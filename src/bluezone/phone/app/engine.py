"""Run one phone on its stores and its radio: send, scan, fetch, check. Screens and command line stand on this.

Time, chance, key material and the radio are handed in, so that the same phone runs on a telephone and in the town.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol

import httpx

from bluezone.exposure.calibration import Calibration
from bluezone.exposure.policies import DEFAULT_POLICY, Policy, policy_named
from bluezone.exposure.policies.document import POLICY
from bluezone.forms.country import Country
from bluezone.phone.air.advertiser import MAX_OFFSET_S, Advertiser
from bluezone.phone.air.duty_cycle import DeviceState, DutyCycle, Sense
from bluezone.phone.air.radio.port import Radio
from bluezone.phone.air.scanner import Scanner
from bluezone.phone.client.downloads import DocumentsReport, DownloadReport, download_exports, fetch_documents
from bluezone.phone.client.http import ConnectionFailedError, RefusedError
from bluezone.phone.client.publishing import Publisher
from bluezone.phone.client.sender import Endpoint, Pace, Sender
from bluezone.phone.clock import Chance, Clock, ClockWatch
from bluezone.phone.errors import ClockError, PhoneError, RadioError
from bluezone.phone.matching.calibration import Readings
from bluezone.phone.matching.exposure_check import CheckReport, check_exposures
from bluezone.phone.matching.matcher import TOLERANCE_S
from bluezone.phone.stores.contact_store import ScanTally
from bluezone.phone.stores.database import StorageError
from bluezone.phone.stores.encryption import Cipher
from bluezone.phone.stores.exposure_store import Alert, Correction, Receiver
from bluezone.phone.stores.phone_stores import Stores, open_stores
from bluezone.phone.stores.records import RETENTION_S
from bluezone.phone.stores.timekeeper import FUTURE_S, ClockState, UptimeSource, may_publish
from bluezone.protocol.documents import COUNTRY, Kind
from bluezone.protocol.exports import ExportError, TrustedKey
from bluezone.protocol.intervals import DAY_S, day_start_s
from bluezone.protocol.kinds import SETTINGS, second_order_region
from bluezone.protocol.schemes import Entropy, scheme_named


@dataclass(frozen=True, slots=True)
class PhoneStatus:
    """Hold what the phone knows of itself. Nothing in it names anyone."""

    days: dict[int, ScanTally]
    days_with_keys: int
    exports_known: int
    exports_unchecked: int
    keys_matched: int
    alerts: tuple[Alert, ...]
    publication_under_way: bool
    policy: str
    result_waiting: bool = False
    clock: ClockState = ClockState.UNCONFIRMED
    time_s: float = 0.0
    correction: Correction = field(default_factory=Correction)


class Waiting(Protocol):
    """Send all of one kind that waits in the stores: `client.reports`, `client.declarations`."""

    def __call__(self, sender: Sender, stores: Stores, clock: Clock, *, after_tap: bool = False) -> int:
        """Return how many requests arrived."""


def visible_days(tallies: Mapping[int, ScanTally], now_s: float) -> dict[int, ScanTally]:
    """Return the days of the last 14 days: others are those of a clock that was, or is, wrong."""
    first_s = day_start_s(now_s - RETENTION_S)
    return {day_s: tally for day_s, tally in tallies.items() if first_s <= day_s <= now_s + FUTURE_S}


_RADIO_RETRY_S = 30.0


async def stay_on_air(radio: Radio, advertiser: Advertiser, scanner: Scanner, watch: ClockWatch) -> None:
    """Send and listen until cancelled, then close the radio. A radio that is not there, or fails, is tried again every
    half minute; so is one whose sightings cannot be written."""
    try:
        while True:
            try:
                await radio.open()
                await all_or_none(advertiser.run(), scanner.run())
            except (RadioError, StorageError) as error:
                _log.warning("sending and listening stopped, next try in %.0f s: %s", _RADIO_RETRY_S, error)
                await radio.close()
                await watch.sleep(_RADIO_RETRY_S)
    finally:
        await radio.close()


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


DEFAULT_HEALTH_AUTHORITY = "vn.bluezone"

_PURGE_EVERY_S, _PURGE_RETRY_S = 3_600.0, 600.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PhoneSettings:
    """Hold what is set once for a phone. `directory` holds its databases; `trusted_keys` are the authority's, pinned;
    `policy` decides until the authority has published one of its own; `duty` fixes how the phone scans (None: by the
    plan, for what `sense` says of the device); `cipher` encrypts keys and contacts at rest (None: a rehearsal, whose
    phones have no secrets); `model`: this device in the authority's table of models; `pace`: when requests of
    publications leave, and that decoys of them are sent (None: a rehearsal, which waits for nobody); `zone`: by whose
    days it warns. It follows no journey: days that are cut anew would warn of one meeting twice. `country`, `hotline`
    (digits to call where the authority's guidance names nobody; "": none) and `language` (until the owner chooses) are
    those of the authority's country, as `region` and `zone` are."""

    directory: Path
    authority_url: str = ""
    trusted_keys: tuple[TrustedKey, ...] = ()
    region: str = ""
    scheme: str = "en"
    policy: str = DEFAULT_POLICY.name
    health_authority_id: str = DEFAULT_HEALTH_AUTHORITY
    api_key: str = ""
    duty: DutyCycle | None = None
    sense: Sense = DeviceState
    max_rotation_offset_s: float = MAX_OFFSET_S
    receiver: Receiver = field(default_factory=Receiver)
    cipher: Cipher | None = None
    model: str = ""
    pace: Pace | None = None
    zone: tzinfo = UTC
    country: Country = field(default_factory=Country)
    hotline: str = ""
    language: str = "vi"

    def __post_init__(self) -> None:
        if not 0 <= self.max_rotation_offset_s < TOLERANCE_S:
            raise PhoneError(
                f"rotation offset {self.max_rotation_offset_s} s is outside 0..{TOLERANCE_S:.0f} s: "
                "identifiers sent so late would match nobody"
            )


class Phone:
    """Send, scan, fetch and check for one phone. Raises StorageError where its files cannot be opened."""

    def __init__(
        self,
        settings: PhoneSettings,
        radio: Radio | None,
        clock: Clock,
        entropy: Entropy,
        chance: Chance,
        watch: ClockWatch | None = None,
        stores: Stores | None = None,
        uptime: UptimeSource | None = None,
    ) -> None:
        """Open the stores. `clock`: the wall's, which may be wrong; `self.clock` is what the phone takes for the time.
        `watch`: what wakes the radio's timers where the time jumps, if its owner runs it. `stores`: opened already;
        None opens those of `settings`. `uptime`: the running time, None where `clock` is right by definition."""
        self.settings, self.radio, self.entropy = settings, radio, entropy
        self._scanner: Scanner | None = None
        self._purge_trouble = ""
        self._chance = chance
        self.scheme = scheme_named(settings.scheme)
        self.stores = stores or open_stores(settings.directory, self.scheme, entropy, settings.cipher)
        self.stores.documents.trust(settings.region, settings.trusted_keys)
        self.stores.preferences.language = settings.language
        try:
            self.time = self.clock = self.stores.timekeeper(clock, uptime)
            self._watch = watch or ClockWatch(self.clock)
            self._readings = Readings(self.stores, self.clock, settings.receiver, settings.model)
            self.policy, self.table = self._policy_to_use()
        except BaseException:
            self.stores.close()
            raise

    # --- the radio's side -------------------------------------------------------------------------

    async def run(self) -> None:
        """Send, listen and purge until cancelled. A radio that is not there, or fails, is tried again every half
        minute."""
        settings, radio = self.settings, self._radio()
        advertiser = Advertiser(
            radio,
            self.stores.keys,
            self.scheme,
            self.clock,
            self._chance,
            settings.max_rotation_offset_s,
            self.sent_power_dbm,
            self._watch,
            lambda: self.time.state is not ClockState.LOST,
        )
        self._scanner = self._scanner or Scanner(
            radio,
            self.scheme,
            self.stores.contacts,
            self.clock,
            self._chance,
            settings.duty,
            settings.sense,
            self._watch,
        )
        await all_or_none(self._purge_hourly(), stay_on_air(radio, advertiser, self._scanner, self._watch))

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
        """Say why keys or contacts could not be written just now; "" where all is well."""
        return self.stores.keys.trouble or (self._scanner.trouble if self._scanner else "") or self._purge_trouble

    @property
    def scanned_at_s(self) -> float | None:
        """Return when this program listened last; None before its first scan."""
        return self._scanner.scanned_at_s if self._scanner else None

    def _radio(self) -> Radio:
        if self.radio is None:
            raise PhoneError("this phone was opened without a radio")
        return self.radio

    # --- the authority's side ---------------------------------------------------------------------

    def purge(self) -> int:
        """Delete what is older than 14 days from every store; return the number of rows."""
        try:
            self._date_anew()
            gone = self.stores.purge(self.time.bounds())
        except StorageError as error:
            self._purge_trouble = str(error)
            raise
        self._purge_trouble = ""
        return gone

    def _date_anew(self) -> None:
        """Date anew what was written while the clock was wrong, where that can be known now."""
        redating = self.time.redating()
        if redating is not None and (count := self.stores.contacts.date_anew(redating)):
            _log.warning("the clock was wrong: %d scans were dated anew", count)

    def sync(self, client: httpx.Client, *, keys_only: bool = False) -> DownloadReport:
        """Fetch the exports this phone has not yet, then the authority's policy and settings; `keys_only`: only those
        that the end of the index names. It waits for the net: call it off the radio's event loop."""
        settings = self.settings
        report = download_exports(
            client,
            self.stores.exposures,
            settings.authority_url,
            settings.region,
            settings.trusted_keys,
            self.clock(),
            heard=self.time.hear,
            newest_only=keys_only,
        )
        if not keys_only:
            try:
                refused = self.sync_policy(client).refused
            except ConnectionFailedError as error:
                refused = ((COUNTRY, str(error)),)
            for _, why in refused:  # the exports are what matters: a policy that does not come must not stop them
                _log.warning("the policy stays as it is: %s", why)
        try:
            self._sync_contacts(client, keys_only=keys_only)
        except (ConnectionFailedError, ExportError, RefusedError) as error:
            if getattr(error, "status", None) != HTTPStatus.NOT_FOUND:  # no contact has warned anybody yet
                _log.warning("keys of contacts were not fetched: %s", error)
        return report

    def _sync_contacts(self, client: httpx.Client, *, keys_only: bool) -> None:
        """Fetch the signed settings and, where they say so, the keys of contacts who warn others."""
        settings = self.settings
        if not keys_only:
            self.fetch(client, SETTINGS)
        if self.second_order():
            download_exports(
                client,
                self.stores.exposures,
                settings.authority_url,
                second_order_region(settings.region),
                settings.trusted_keys,
                self.clock(),
                newest_only=keys_only,
            )

    def second_order(self) -> bool:
        """Return whether the signed settings say that contacts may warn others."""
        found = self.stores.documents.content(SETTINGS, self.clock())
        return found is not None and found.second_order

    def may_warn_as_contact(self) -> bool:
        """Return whether this phone takes a code of a contact: not where only a contact's keys warned it, for nobody
        warns on from there."""
        exposures, now_s = self.stores.exposures, self.clock()
        return self.second_order() and not exposures.watch_alerts(now_s)

    def fetch(self, client: httpx.Client, kind: Kind[Any], areas: Sequence[str] = (COUNTRY,)) -> DocumentsReport:
        """Fetch the documents of a kind; by what is new the phone learns the time. Raises ConnectionFailedError."""
        store, url = self.stores.documents, self.settings.authority_url
        report = fetch_documents(client, store, url, kind, self.clock(), areas)
        for document in report.changed:
            self.time.hear(document.issued_at_s)
        return report

    def sync_policy(self, client: httpx.Client) -> DocumentsReport:
        """Fetch the authority's policy and use it; a bad one is reported and the last good one stays."""
        report = self.fetch(client, POLICY)
        self.policy, self.table = self._policy_to_use()
        return report

    def _policy_to_use(self) -> tuple[Policy, Calibration | None]:
        """Return the authority's last good policy and its table of models, or else the one this phone came with."""
        found = self.stores.documents.content(POLICY, self.clock())
        return (policy_named(self.settings.policy), None) if found is None else (found.policy, found.calibration)

    def check(self) -> CheckReport:
        """Match what was fetched with what was heard, and say whether to warn."""
        self._date_anew()
        self._readings.learn(self.policy)
        correction, now_s = self.correction(), self.clock()
        region = second_order_region(self.settings.region)
        on = self.second_order()
        if not on:
            self.stores.exposures.forget_second_order(region)
        return check_exposures(
            store=self.stores.exposures,
            # what has outlived 14 days by a date that nothing confirms is still there, and is left alone
            sightings=self.stores.contacts.sightings(now_s - RETENTION_S, now_s + FUTURE_S),
            scheme=self.scheme,
            policy=self.policy,
            trusted_keys=self.settings.trusted_keys,
            own_keys=self.stores.keys.all_keys(),
            receiver=Receiver(correction.rx_db, self.settings.receiver.assumed_tx_power_dbm),
            zone=self.settings.zone,
            now_s=now_s,
            correction=correction,
            own_log=self.stores.exposures.own_log.read(),
            watched=self.stores.contacts.watched(),
            contacts_region=region if on else "",
        )

    def publisher(self, client: httpx.Client) -> Publisher:
        """Return what publishes this phone's keys. Raises PhoneError where its scheme cannot be published,
        ClockError while its clock is so wrong that it would publish other days."""
        if self.scheme.name != "en":
            raise PhoneError(f"the authority takes keys of the scheme en, not {self.scheme.name}: nothing is published")
        if not may_publish(self.time.track()):
            raise ClockError(
                "this phone does not know what time it is, and would publish the keys of other days; "
                "set its date and time, connect it to the internet for a minute, then try again with the same code"
            )
        return Publisher(self.sender(client), self.stores, self.clock, may_warn_as_contact=self.may_warn_as_contact())

    def sender(self, client: httpx.Client) -> Sender:
        """Return what sends this phone's messages to its authority."""
        settings = self.settings
        endpoint = Endpoint(settings.authority_url, settings.health_authority_id, settings.api_key)
        return Sender(client, endpoint, self.entropy, settings.pace)

    def send(self, what: Waiting, client: httpx.Client, *, after_tap: bool = False) -> int:
        """Send what its owner said yes to and waits; return how many requests arrived. `after_tap`: they said so just
        now. Raises ConnectionFailedError."""
        return what(self.sender(client), self.stores, self.clock, after_tap=after_tap)

    def correction(self) -> Correction:
        """Return what this phone's readings are corrected by now."""
        return self._readings.correction(self.table)

    def receiver_of_neighbours(self) -> Receiver:
        """Return what turns readings into attenuations where nobody's metadata can be read: others are taken to send
        as strongly as this phone does."""
        power_dbm = self.settings.receiver.assumed_tx_power_dbm if self.radio is None else self.radio.tx_power_dbm
        return Receiver(self.correction().rx_db, power_dbm)

    def sent_power_dbm(self) -> int:
        """Return the transmit power this phone tells others."""
        return self._readings.sent_power_dbm(self._radio().tx_power_dbm, self.table)

    def status(self) -> PhoneStatus:
        """Count what the phone has."""
        stores, now_s = self.stores, self.clock()
        attempt = stores.publications.attempt()
        return PhoneStatus(
            days=visible_days(stores.contacts.tallies(), now_s),
            days_with_keys=len({day_start_s(key.start_s) // DAY_S for key in stores.keys.recent(now_s)}),
            exports_known=len(stores.exposures.known_exports()),
            exports_unchecked=len(stores.exposures.unchecked_exports()),
            keys_matched=len(stores.exposures.matched_keys(now_s)),
            alerts=tuple(stores.exposures.alerts(now_s)),
            publication_under_way=attempt is not None and bool(attempt.token) and attempt.agreed,
            correction=self.correction(),
            clock=self.time.track().state,
            time_s=now_s,
            result_waiting=stores.publications.waiting(now_s) is not None,
            policy=f"{self.policy.name} {self.policy.version}",
        )

    def close(self) -> None:
        """Close the stores."""
        self.stores.close()
