"""Decide, on the phone alone, whether its owner was near a confirmed case for long enough.

Keys of the exports not yet checked are matched with the contacts; the sightings of each matched key become exposure
windows; a named policy says of which days to warn. A check can be killed anywhere and run again: each export's findings
are one commit, and windows and alerts are made anew from what is stored.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from itertools import accumulate
from statistics import median

from bluezone.exposure.errors import ExposureError
from bluezone.exposure.policies import Policy, RiskAssessment
from bluezone.exposure.windows import ExposureWindow, ScanInstance, attenuation_db, group_scans, merged_scans
from bluezone.i18n import midnight_s
from bluezone.phone.matching.calibration import log_now
from bluezone.phone.matching.matcher import SightingIndex, heard_keys, match
from bluezone.phone.matching.native import native
from bluezone.phone.matching.watched import watched_between
from bluezone.phone.stores.contact_store import HOUR_S, Sightings
from bluezone.phone.stores.exposure_store import Alert, Correction, ExposureStore, MatchedKey, OwnLog, Receiver
from bluezone.phone.stores.records import RETENTION_S
from bluezone.protocol.exports import ExportError, OpenedExport, TrustedKey, open_export
from bluezone.protocol.intervals import DAY_S
from bluezone.protocol.keys import DailyKey, ReportType, TemporaryExposureKey
from bluezone.protocol.schemes import Broadcast, IdentifierScheme


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Report what a check did. `new_alerts` are to be shown; earlier ones are not in it."""

    exports_checked: tuple[str, ...]
    exports_bad: tuple[tuple[str, str], ...]
    keys_checked: int
    keys_matched: int
    windows: tuple[ExposureWindow, ...]
    assessment: RiskAssessment
    new_alerts: tuple[Alert, ...]
    withdrawn_days: tuple[int, ...]
    #: of having been near a contact (F1) who warned others
    new_watch_alerts: tuple[Alert, ...] = ()


def check_exposures(
    store: ExposureStore,
    sightings: Sightings,
    scheme: IdentifierScheme,
    policy: Policy,
    trusted_keys: Sequence[TrustedKey],
    own_keys: frozenset[bytes],
    receiver: Receiver,
    zone: tzinfo,
    now_s: float,
    correction: Correction | None = None,
    own_log: OwnLog | None = None,
    watched: Mapping[int, float] | None = None,
    contacts_region: str = "",
) -> CheckReport:
    """Check once. `zone`: by whose days is warned; `correction`: what `receiver` is made of, for alerts to remember;
    `own_log`: what is kept of this phone's meetings, for a policy that learns its scale; `watched`: seconds listened
    to, by hour; `contacts_region`: of the files with keys of contacts who warn others, "" where none may.

    Raises StorageError; a bad export is reported and left to the next sync.
    """
    index = SightingIndex(sightings)
    checked, bad, key_count = [], [], 0
    for name in store.unchecked_exports():
        try:
            export = open_export(store.export_content(name), trusted_keys)  # again: a pinned key may have gone
            of_contacts = bool(contacts_region) and export.head.region == contacts_region
            key_count += _check_export(store, name, export, scheme, index, own_keys, now_s, of_contacts=of_contacts)
        except ExportError as error:
            store.mark_bad(name, now_s, str(error))
            bad.append((name, str(error)))
            continue
        checked.append(name)
    matched = store.matched_keys(now_s)
    active = [
        entry.key
        for entry in matched
        if entry.key.report_type is not ReportType.REVOKED and entry.key.key not in own_keys
    ]
    windows = exposure_windows(scheme, active, sightings, index, receiver, zone)
    if policy.learns:
        log = log_now(own_log, policy, receiver, announced_powers_dbm(scheme, active, sightings, index), now_s)
        policy = policy.knowing(log)
        if log is not None and correction is not None:
            correction = replace(correction, drift_db=policy.offset_db, drift_meetings=log.meetings)
    assessment = policy.assess(windows)
    contacts = _contacts(store, active, own_keys, now_s)
    near_contacts = exposure_windows(scheme, contacts, sightings, index, receiver, zone)
    watch = policy.assess(near_contacts)
    withdrawn = _withdrawn_days(store.alerts(), matched, assessment, now_s)
    new = store.change_alerts(_alerts(assessment, windows, correction, watched or {}, zone, now_s), withdrawn, now_s)
    watch_withdrawn = _withdrawn_days(
        store.alerts(second_order=True), store.matched_keys(now_s, second_order=True), watch, now_s
    )
    watch_alerts = [
        replace(alert, second_order=True)
        for alert in _alerts(watch, near_contacts, correction, watched or {}, zone, now_s)
    ]
    new_watch = store.change_alerts(watch_alerts, watch_withdrawn, now_s, second_order=True)
    return CheckReport(
        exports_checked=tuple(checked),
        exports_bad=tuple(bad),
        keys_checked=key_count,
        keys_matched=len(matched),
        windows=tuple(windows),
        assessment=assessment,
        new_alerts=tuple(new),
        withdrawn_days=tuple(withdrawn),
        new_watch_alerts=tuple(new_watch),
    )


def _check_export(
    store: ExposureStore,
    name: str,
    export: OpenedExport,
    scheme: IdentifierScheme,
    index: SightingIndex,
    own_keys: frozenset[bytes],
    now_s: float,
    *,
    of_contacts: bool,
) -> int:
    """Match an export's keys and keep what was heard; return how many keys it has. Raises ExportError where one of them
    cannot be."""
    keys, revised = export.key_columns(), export.revised_columns()
    # Only the keys that were heard are read whole. A phone of the old scheme finds nothing in them.
    heard = [next(export.read_keys(number)) for number in heard_keys(scheme, keys, index, native())]
    heard_again = [next(export.read_revised(number)) for number in heard_keys(scheme, revised, index, native())]
    store.mark_checked(
        name,
        now_s,
        len(keys) + len(revised),
        # A contact's key is of that type and no other; among patients there is none of it.
        [key for key in heard if key.key not in own_keys and (key.report_type is ReportType.RECURSIVE) == of_contacts],
        [key for key in heard_again if key.key not in own_keys],
        second_order=of_contacts,
    )
    return len(keys) + len(revised)


def _contacts(
    store: ExposureStore, patients: Iterable[TemporaryExposureKey], own_keys: frozenset[bytes], now_s: float
) -> list[TemporaryExposureKey]:
    """Return the keys of contacts who warn others, judged as those of a patient are: near is near. Who was confirmed
    since warns as a patient, and no longer as a contact."""
    confirmed = {key.key for key in patients}
    return [
        replace(entry.key, report_type=ReportType.CONFIRMED_TEST)
        for entry in store.matched_keys(now_s, second_order=True)
        if entry.key.report_type is ReportType.RECURSIVE
        and entry.key.key not in own_keys
        and entry.key.key not in confirmed
    ]


def exposure_windows(
    scheme: IdentifierScheme,
    keys: Sequence[TemporaryExposureKey],
    sightings: Sightings,
    index: SightingIndex,
    receiver: Receiver,
    zone: tzinfo,
) -> list[ExposureWindow]:
    """Return the windows of each key, in the order of `keys`; their `encounter` is the key's place. `zone`: by whose
    days they are counted."""
    matches = match(scheme, (key.daily() for key in keys), index)
    rows: dict[int, list[int]] = defaultdict(list)
    for number, row in zip(matches.keys, matches.sightings, strict=True):
        rows[number].append(row)
    return [
        ExposureWindow(
            scans=scans,
            report_type=keys[number].report_type,
            days_since_onset=keys[number].days_since_onset,
            transmission_risk=keys[number].transmission_risk,
            encounter=number,
            zone=zone,
        )
        for number, of_key in rows.items()
        for scans in group_scans(_scan_instances(scheme, keys[number].daily(), of_key, sightings, receiver), zone)
    ]


def announced_powers_dbm(
    scheme: IdentifierScheme, keys: Sequence[TemporaryExposureKey], sightings: Sightings, index: SightingIndex
) -> list[float] | None:
    """Return what the sender of each key that was heard says of its transmit power (the median: a replayed identifier
    can have garbled metadata); None where the scheme says nothing."""
    matches = match(scheme, (key.daily() for key in keys), index)
    said: dict[int, list[float]] = defaultdict(list)
    for number, row in zip(matches.keys, matches.sightings, strict=True):
        power_dbm = scheme.tx_power_dbm(keys[number].daily(), _broadcast(sightings, row))
        if power_dbm is None:
            return None
        said[number].append(power_dbm)
    return [median(powers) for powers in said.values()]


def _broadcast(sightings: Sightings, row: int) -> Broadcast:
    return Broadcast(sightings.identifiers[row], sightings.metadata(row))


def _scan_instances(
    scheme: IdentifierScheme, key: DailyKey, rows: Iterable[int], sightings: Sightings, receiver: Receiver
) -> list[ScanInstance]:
    """Return one instance a scan. A scan in which the sender changed its identifier has two sightings of it: they are
    one instance, weighted by their readings."""
    by_scan: dict[float, list[ScanInstance]] = defaultdict(list)
    correction_db = receiver.rx_correction_db
    for row in rows:
        tx_power_dbm = scheme.tx_power_dbm(key, _broadcast(sightings, row))
        if tx_power_dbm is None:
            tx_power_dbm = receiver.assumed_tx_power_dbm
        try:
            instance = ScanInstance(
                at_s=sightings.at_s[row],
                since_last_scan_s=sightings.since_last_scan_s[row],
                typical_attenuation_db=attenuation_db(tx_power_dbm, sightings.typical_dbm[row], correction_db),
                min_attenuation_db=attenuation_db(tx_power_dbm, sightings.strongest_dbm[row], correction_db),
                readings=max(sightings.readings[row], 1),
            )
        except ExposureError:
            # The metadata is not authenticated: who replays an identifier can garble it. An attenuation that cannot be
            # says that happened, and then this reading says nothing.
            continue
        by_scan[instance.at_s].append(instance)
    return [merged_scans(instances) for instances in by_scan.values()]


def _alerts(
    assessment: RiskAssessment,
    windows: Sequence[ExposureWindow],
    correction: Correction | None,
    watched: Mapping[int, float],
    zone: tzinfo,
    now_s: float,
) -> list[Alert]:
    heard = {day.day_start_s: [one for one in windows if one.day_start_s == day.day_start_s] for day in assessment.days}
    return [
        Alert(
            day_start_s=day.day_start_s,
            policy=assessment.policy,
            policy_version=assessment.version,
            score=day.score,
            threshold=assessment.threshold,
            evidence=day.evidence,
            created_at_s=now_s,
            correction=correction,
            watched_s=watched_between(watched, day.day_start_s, midnight_s(day.day_start_s, zone, 1)),
            met_at_s=middle_hour_s(heard[day.day_start_s]),
        )
        for day in assessment.days
        if day.alert
    ]


def middle_hour_s(windows: Iterable[ExposureWindow]) -> float:
    """Return the beginning of the hour in which half of the time that windows stand for was over. No finer: it is
    kept, and tells who looks at the phone when its owner met somebody."""
    scans = sorted((scan for window in windows for scan in window.scans), key=lambda scan: scan.at_s)
    so_far_s = list(accumulate(scan.since_last_scan_s for scan in scans))
    middle = scans[min(bisect_left(so_far_s, so_far_s[-1] / 2), len(scans) - 1)]
    return middle.at_s // HOUR_S * HOUR_S


def _withdrawn_days(
    current: Iterable[Alert], matched: Sequence[MatchedKey], assessment: RiskAssessment, now_s: float
) -> list[int]:
    """Return the days whose alert no longer stands because a key was revoked or revised since.

    Nothing else takes an alert back: not the purge of contacts, which eats the oldest day hour by hour, and not a
    new policy, which has its say about what is new.
    """
    alerted = {day.day_start_s for day in assessment.days if day.alert}
    return [
        alert.day_start_s
        for alert in current
        if alert.day_start_s not in alerted
        and alert.day_start_s > now_s - RETENTION_S
        and any(_revised_since(entry, alert) for entry in matched)
    ]


def _revised_since(entry: MatchedKey, alert: Alert) -> bool:
    """Tell whether a key of the alert's day (or of a neighbouring one: clocks differ) was revised after the alert."""
    daily = entry.key.daily()
    near = daily.start_s < alert.day_start_s + 2 * DAY_S and daily.end_s > alert.day_start_s - DAY_S
    return near and entry.revised_at_s is not None and entry.revised_at_s >= alert.created_at_s
