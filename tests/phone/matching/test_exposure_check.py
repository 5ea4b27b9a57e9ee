from __future__ import annotations

import datetime as dt
import os
import sqlite3
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from tests.phone.settings import VIET_NAM, phone_settings

from bluezone.exposure.policies import EN_V1_BUCKETS, policy_named
from bluezone.exposure.policies.explain import explain_evidence
from bluezone.exposure.windows import ExposureWindow, ScanInstance, day_start_s
from bluezone.phone.app.engine import Phone
from bluezone.phone.matching.exposure_check import check_exposures, exposure_windows, middle_hour_s
from bluezone.phone.matching.matcher import SightingIndex
from bluezone.phone.stores.contact_store import ContactStore, Sighting
from bluezone.phone.stores.exposure_store import Receiver
from bluezone.phone.stores.phone_stores import CONTACTS, PHONE, open_database
from bluezone.phone.stores.records import Bounds
from bluezone.protocol.keys import ReportType, TemporaryExposureKey
from bluezone.protocol.schemes import scheme_named

EN, V1 = scheme_named("en"), scheme_named("bluezone-v1")
DAY0, DAY, HOUR = 1_597_276_800, 86_400, 3_600
NOW = DAY0 + 2 * DAY


def key(number: int, day: int = 0, **facts) -> TemporaryExposureKey:
    facts = {"report_type": ReportType.CONFIRMED_TEST, "days_since_onset": 1} | facts
    return TemporaryExposureKey(number.to_bytes(16, "big"), (DAY0 + day * DAY) // 600, **facts)


@pytest.fixture
def run(authority, exposure_store, contact_store):
    """Take every file of the authority (as a sync would) and check."""

    def go(now_s: float = NOW, own_keys=frozenset(), policy=EN_V1_BUCKETS, trusted=None, receiver=None):
        for name, content in sorted(authority.files.items()):
            exposure_store.store_export(name, content, now_s)
        sightings = contact_store.sightings()
        return check_exposures(
            exposure_store,
            sightings,
            EN,
            policy,
            trusted or authority.trusted,
            own_keys,
            receiver or Receiver(),
            dt.UTC,
            now_s,
        )

    return go


# --- warned or not --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "attenuation_db", "warned"),
    [(15, 55, True), (14, 40, False), (29, 63, False), (30, 63, True), (300, 64, False)],
)
def test_a_day_is_warned_of_from_fifteen_weighted_minutes_on(
    authority, contact_store, run, virtual, minutes, attenuation_db, warned
):
    virtual.meet(contact_store, key(1), DAY0 + 10 * HOUR, minutes, attenuation_db)
    authority.export([key(1), *map(key, range(100, 150))])
    report = run()
    assert [alert.day_start_s for alert in report.new_alerts] == [DAY0] * warned
    assert (report.keys_checked, report.keys_matched) == (51, 1)
    assert sum(window.duration_s for window in report.windows) == 60 * minutes


def test_an_alert_remembers_the_policy_that_made_it(authority, exposure_store, contact_store, run, virtual):
    virtual.meet(contact_store, key(1), DAY0 + 10 * HOUR, 20)
    authority.export([key(1)])
    run()
    (alert,) = exposure_store.alerts()
    assert (alert.policy, alert.policy_version, alert.score, alert.threshold) == ("en-v1-buckets", "1", 20, 15)
    assert alert.created_at_s == NOW


def test_an_alert_can_say_why_after_the_sightings_are_gone(authority, exposure_store, contact_store, run, virtual):
    virtual.meet(contact_store, key(1), DAY0 + 10 * HOUR, 40, attenuation_db=48)
    authority.export([key(1)])
    report = run(policy=policy_named("bluezone"))
    (alert,) = exposure_store.alerts()
    assert alert == report.new_alerts[0]
    assert alert.evidence.heard_s == 2400
    assert 44 <= alert.evidence.attenuation_db <= 48
    why = explain_evidence(dt.date(2020, 8, 13), alert.evidence, alert.policy, alert.policy_version)
    assert (why.day, why.policy) == (dt.date(2020, 8, 13), "bluezone")


def test_nobody_is_warned_of_who_was_never_near(authority, contact_store, run, virtual):
    virtual.meet(contact_store, key(1), DAY0 + 10 * HOUR, 60)
    authority.export(map(key, range(2, 50)))
    report = run()
    assert (report.keys_matched, report.windows, report.new_alerts) == (0, (), ())


def test_meetings_with_two_cases_on_one_day_add_up(authority, contact_store, run, virtual):
    virtual.meet(contact_store, key(1), DAY0 + 10 * HOUR, 8)
    virtual.meet(contact_store, key(2), DAY0 + 15 * HOUR, 8)
    authority.export([key(1), key(2)])
    assert run().assessment.score == 16


def test_no_alert_is_given_twice(authority, contact_store, run, virtual):
    virtual.meet(contact_store, key(1), DAY0 + 10 * HOUR, 20)
    authority.export([key(1)])
    assert len(run().new_alerts) == 1
    assert run().new_alerts == ()
    virtual.meet(contact_store, key(2), DAY0 + 12 * HOUR, 30)  # another case of the same day
    authority.export([key(2)], start_s=DAY0 + 7200)
    report = run()
    assert report.keys_matched == 2
    assert report.new_alerts == ()


def test_another_policy_has_its_say_about_what_is_new_only(authority, exposure_store, contact_store, run, virtual):
    virtual.meet(contact_store, key(1), DAY0 + 10 * HOUR, 20)
    virtual.meet(contact_store, key(2, day=1), DAY0 + DAY + 10 * HOUR, 6)
    authority.export([key(1), key(2, day=1)])
    run()
    stricter = replace(EN_V1_BUCKETS, name="stricter", version="2", threshold_minutes=5.0)
    report = run(policy=stricter)
    assert [(alert.day_start_s, alert.policy) for alert in report.new_alerts] == [(DAY0 + DAY, "stricter")]
    assert [(alert.day_start_s, alert.policy) for alert in exposure_store.alerts()] == [
        (DAY0, "en-v1-buckets"),
        (DAY0 + DAY, "stricter"),
    ]
    lenient = replace(EN_V1_BUCKETS, name="lenient", threshold_minutes=500.0)
    assert run(policy=lenient).withdrawn_days == ()


def test_own_keys_never_match_oneself(authority, contact_store, run, virtual):
    """Not even where somebody played the phone's own identifiers back to it."""
    virtual.meet(contact_store, key(1), DAY0 + 10 * HOUR, 60)
    authority.export([key(1)], [key(1)])
    report = run(own_keys=frozenset({key(1).key}))
    assert (report.keys_matched, report.windows, report.new_alerts) == (0, (), ())


def test_a_key_that_turns_out_to_be_ones_own_later_does_not_count_either(authority, contact_store, run, virtual):
    virtual.meet(contact_store, key(1), DAY0 + 10 * HOUR, 10)
    authority.export([key(1)])
    assert len(run().windows) > 0
    assert run(own_keys=frozenset({key(1).key})).windows == ()


def test_a_phone_of_the_old_scheme_finds_nothing_in_exports(authority, exposure_store, tmp_path):
    authority.export([key(1)])
    for name, content in authority.files.items():
        exposure_store.store_export(name, content, NOW)
    book = ContactStore(open_database(CONTACTS, tmp_path / "v1"), V1)
    book.add_scan(DAY0 + 5, 60, [Sighting(bytes(12), b"", 1, -70, -70, -70)])
    report = check_exposures(
        exposure_store, book.sightings(), V1, EN_V1_BUCKETS, authority.trusted, frozenset(), Receiver(), dt.UTC, NOW
    )
    book.database.close()
    assert (report.keys_checked, report.keys_matched, report.new_alerts) == (1, 0, ())


# --- revisions ------------------------------------------------------------------------------------


def test_a_revoked_key_takes_its_alert_back(authority, exposure_store, contact_store, run, virtual):
    virtual.meet(contact_store, key(1), DAY0 + 10 * HOUR, 20)
    authority.export([key(1)])
    run()
    authority.export([], [key(1, report_type=ReportType.REVOKED)], start_s=DAY0 + 7200)
    report = run(NOW + HOUR)
    assert report.withdrawn_days == (DAY0,)
    assert exposure_store.alerts() == []
    assert [alert.withdrawn_at_s for alert in exposure_store.alerts(withdrawn=True)] == [NOW + HOUR]
    assert run(NOW + 2 * HOUR).withdrawn_days == ()


def test_a_revoked_key_beside_another_case_leaves_the_alert(authority, exposure_store, contact_store, run, virtual):
    virtual.meet(contact_store, key(1), DAY0 + 10 * HOUR, 20)
    virtual.meet(contact_store, key(2), DAY0 + 12 * HOUR, 20)
    authority.export([key(1), key(2)])
    run()
    authority.export([], [key(1, report_type=ReportType.REVOKED)], start_s=DAY0 + 7200)
    assert run(NOW + HOUR).withdrawn_days == ()
    assert len(exposure_store.alerts()) == 1


def test_a_day_taken_back_can_be_warned_of_again_for_another_reason(
    authority, exposure_store, contact_store, run, virtual
):
    virtual.meet(contact_store, key(1), DAY0 + 10 * HOUR, 20)
    virtual.meet(contact_store, key(2), DAY0 + 12 * HOUR, 20)
    authority.export([key(1)])
    run()
    authority.export([], [key(1, report_type=ReportType.REVOKED)], start_s=DAY0 + 7200)
    run(NOW + HOUR)
    authority.export([key(2)], start_s=DAY0 + 14400)
    assert [alert.day_start_s for alert in run(NOW + 2 * HOUR).new_alerts] == [DAY0]
    assert len(exposure_store.alerts(withdrawn=True)) == 2


def test_a_revision_stands_in_whichever_order_the_files_come(authority, exposure_store, contact_store, run, virtual):
    virtual.meet(contact_store, key(1), DAY0 + 10 * HOUR, 20)
    revoked = authority.export([], [key(1, report_type=ReportType.REVOKED)], start_s=DAY0 + 7200)
    exposure_store.store_export(revoked, authority.files[revoked], NOW)
    run()
    authority.export([key(1)])  # came late: it was damaged at first, say
    report = run(NOW + HOUR)
    assert (report.windows, report.new_alerts) == ((), ())


def test_a_revision_changes_what_the_windows_say(authority, contact_store, run, virtual):
    virtual.meet(contact_store, key(1), DAY0 + 10 * HOUR, 20)
    authority.export([key(1, report_type=ReportType.CONFIRMED_CLINICAL_DIAGNOSIS, days_since_onset=None)])
    assert {(w.report_type, w.days_since_onset) for w in run().windows} == {
        (ReportType.CONFIRMED_CLINICAL_DIAGNOSIS, None)
    }
    authority.export([], [key(1, transmission_risk=3)], start_s=DAY0 + 7200)
    report = run(NOW + HOUR)
    assert {(w.report_type, w.days_since_onset, w.transmission_risk) for w in report.windows} == {
        (ReportType.CONFIRMED_TEST, 1, 3)
    }
    assert report.withdrawn_days == ()


def test_a_key_first_heard_of_as_a_revision_counts(authority, contact_store, run, virtual):
    virtual.meet(contact_store, key(1), DAY0 + 10 * HOUR, 20)
    authority.export([], [key(1)])
    assert len(run().new_alerts) == 1


def test_the_purge_of_a_day_does_not_take_its_alert_back(authority, exposure_store, contact_store, run, virtual):
    virtual.meet(contact_store, key(1), DAY0 + 10 * HOUR, 20)
    virtual.meet(contact_store, key(2, day=8), DAY0 + 8 * DAY + 10 * HOUR, 20)
    authority.export([key(1), key(2, day=8)])
    run(DAY0 + 9 * DAY)
    for hour in range(6 * 24):  # to day 15
        contact_store.purge(Bounds(DAY0 + 9 * DAY + HOUR * hour))
    assert len(contact_store.sightings()) == 20
    report = run(DAY0 + 15 * DAY)
    assert report.withdrawn_days == ()
    assert len(exposure_store.alerts()) == 2


# --- what windows are made of ---------------------------------------------------------------------


def windows_of(contact_store, *keys, receiver=None, zone=dt.UTC):
    sightings = contact_store.sightings()
    return exposure_windows(EN, keys, sightings, SightingIndex(sightings), receiver or Receiver(), zone)


def test_attenuation_is_transmit_power_from_the_metadata_less_strength(contact_store, virtual):
    virtual.meet(contact_store, key(1), DAY0 + 10 * HOUR, 3, attenuation_db=47, tx_power_dbm=-31)
    (window,) = windows_of(contact_store, key(1))
    assert [
        (s.typical_attenuation_db, s.min_attenuation_db, s.since_last_scan_s, s.readings) for s in window.scans
    ] == [(47, 43, 60, 16)] * 3
    (corrected,) = windows_of(contact_store, key(1), receiver=Receiver(rx_correction_db=5))
    assert corrected.scans[0].typical_attenuation_db == 42


def test_where_the_scheme_sends_no_transmit_power_one_is_assumed(tmp_path):
    book = ContactStore(open_database(CONTACTS, tmp_path / "v1"), V1)
    daily = V1.next_key(None, DAY0, lambda count: bytes(count))
    book.add_scan(DAY0 + 5, 60, [Sighting(V1.identifiers(daily)[:12], b"", 1, -70, -70, -70)])
    sightings = book.sightings()

    class Published:
        report_type, days_since_onset, transmission_risk = ReportType.CONFIRMED_TEST, None, 0

        def daily(self):
            return daily

    (window,) = exposure_windows(
        V1, [Published()], sightings, SightingIndex(sightings), Receiver(assumed_tx_power_dbm=-12), dt.UTC
    )
    assert window.scans[0].typical_attenuation_db == 58
    book.database.close()


def test_a_meeting_across_rotations_is_one_stream(contact_store, virtual):
    virtual.meet(contact_store, key(1), DAY0 + 10 * HOUR + 300, 25)
    (window,) = windows_of(contact_store, key(1))
    assert len(window.scans) == 25


def test_both_identifiers_of_a_scan_in_which_the_sender_rotated_are_one_instance(contact_store):
    daily = key(1).daily()
    old, new = (EN.parse(EN.build(daily, slot, -20)) for slot in (59, 60))
    contact_store.add_scan(
        DAY0 + 10 * HOUR,
        60,
        [
            Sighting(old.identifier, old.encrypted_metadata, 4, -60, -70, -80),
            Sighting(new.identifier, new.encrypted_metadata, 12, -64, -66, -80),
        ],
    )
    (window,) = windows_of(contact_store, key(1))
    (instance,) = window.scans
    assert (instance.typical_attenuation_db, instance.min_attenuation_db) == (47, 40)
    assert (instance.since_last_scan_s, instance.readings) == (60, 16)


def test_garbled_metadata_says_nothing_rather_than_something_absurd(contact_store):
    daily = key(1).daily()
    heard = EN.parse(EN.build(daily, 60, -20))
    garbled = bytes([heard.encrypted_metadata[0], heard.encrypted_metadata[1] ^ 0x80, *heard.encrypted_metadata[2:]])
    contact_store.add_scan(DAY0 + 10 * HOUR, 60, [Sighting(heard.identifier, garbled, 1, -127, -127, -127)])
    assert windows_of(contact_store, key(1)) == []


# --- exports --------------------------------------------------------------------------------------


def test_what_was_checked_is_stored_and_not_checked_again(authority, exposure_store, contact_store, run, tmp_path):
    name = authority.export(map(key, range(10)))
    assert run().exports_checked == (name,)
    assert run().exports_checked == ()
    with closing(sqlite3.connect(tmp_path / PHONE)) as db, db:
        assert db.execute("SELECT name, checked_at_s, keys, content FROM export").fetchall() == [(name, NOW, 10, None)]
    db.close()


def test_a_file_whose_key_is_no_longer_pinned_is_not_believed(authority, exposure_store, contact_store, run, virtual):
    virtual.meet(contact_store, key(1), DAY0 + 10 * HOUR, 20)
    name = authority.export([key(1)])
    report = run(trusted=[replace(authority.trusted[0], key_version="v2")])
    assert [bad for bad, _ in report.exports_bad] == [name]
    assert report.new_alerts == ()
    assert exposure_store.known_exports() == frozenset()  # to be fetched again, for whenever its key is known


def test_a_check_killed_at_any_moment_is_done_by_the_next(authority, tmp_path, virtual):
    """A real process, killed again and again: every export is checked in the end, and each day is alerted once."""
    rng = np.random.default_rng(6)
    book = ContactStore(open_database(CONTACTS, tmp_path), EN)
    for day in range(5):
        virtual.meet(book, key(day, day), DAY0 + day * DAY + 10 * HOUR, 20)
    book.database.close()
    for number in range(40):
        found = [key(number // 8, number // 8)] if number % 8 == 0 else []
        authority.export([*found, *(key(1000 + 300 * number + n) for n in range(300))], start_s=DAY0 + 60 * number)
    now = DAY0 + 6 * DAY

    def phone() -> Phone:
        settings = phone_settings(tmp_path, trusted_keys=authority.trusted, policy="en-v1-buckets")
        return Phone(settings, None, lambda: now, os.urandom, np.random.default_rng(1))

    first = phone()
    for name, content in authority.files.items():
        first.stores.exposures.store_export(name, content, now)
    first.close()

    def work(pipe: int) -> None:
        child = phone()
        os.write(pipe, b".")
        child.check()

    kills = 0
    while True:
        one = phone()
        left = len(one.stores.exposures.unchecked_exports())
        if not left:
            break
        one.close()
        virtual.kill_child(work, rng.uniform(0, 0.03 * (1 + kills / 5)))
        kills += 1
    one.check()
    assert [alert.day_start_s for alert in one.stores.exposures.alerts(withdrawn=True)] == [
        DAY0 + day * DAY - 7 * HOUR
        for day in range(5)  # midnights in Viet Nam
    ]
    assert len(one.stores.exposures.matched_keys()) == 5
    one.close()
    assert kills > 3


def test_old_exports_keys_and_alerts_are_forgotten(authority, exposure_store, contact_store, run, virtual):
    virtual.meet(contact_store, key(1), DAY0 + 10 * HOUR, 20)
    authority.export([key(1)])
    run()
    authority.files.clear()
    for day in range(17):
        exposure_store.purge(Bounds(NOW + DAY * day))
    assert (exposure_store.known_exports(), exposure_store.matched_keys(), exposure_store.alerts()) == (
        frozenset(),
        [],
        [],
    )


@pytest.mark.parametrize(
    ("minutes", "hour"),
    [
        pytest.param([(9, 20)], 9, id="one meeting"),
        pytest.param([(9, 20), (14, 40)], 14, id="the longer of two"),
        pytest.param([(14, 40), (9, 20)], 14, id="in whatever order"),
    ],
)
def test_the_middle_of_what_was_heard_is_kept_to_the_hour(minutes, hour):
    windows = [
        ExposureWindow(tuple(ScanInstance(at * 3_600 + 60 * each, 60, 50, 50) for each in range(count)))
        for at, count in minutes
    ]
    assert middle_hour_s(windows) == hour * 3_600


def test_days_begin_at_the_owners_midnight_though_keys_are_of_utc_days(contact_store, virtual):
    """Beside one person from 23:50 to 00:10 of the next day in Viet Nam, and from 06:50 to 07:10, when the key
    changes."""
    for number, day, start_s, minutes in ((1, 0, 17 * HOUR - 600, 20), (1, 0, DAY - 600, 10), (2, 1, DAY, 10)):
        virtual.meet(contact_store, key(number, day), DAY0 + start_s, minutes, 50)
    found = {}
    for window in windows_of(contact_store, key(1), key(2, 1), zone=VIET_NAM):
        found[window.day_start_s] = found.get(window.day_start_s, 0) + len(window.scans)
        assert {day_start_s(scan.at_s, VIET_NAM) for scan in window.scans} == {window.day_start_s}
    assert found == {DAY0 - 7 * HOUR: 10, DAY0 + 17 * HOUR: 30}
