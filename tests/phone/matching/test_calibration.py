"""Check the correction of readings (table of models, settings), the log of own meetings, and what an alert keeps."""

from __future__ import annotations

from dataclasses import replace

import httpx
import numpy as np
import pytest
from tests.phone.doubles import client_of
from tests.phone.settings import phone_settings
from tests.protocol.signed_documents import issued

from bluezone.exposure.arrays import judge, judge_as_phones
from bluezone.exposure.calibration import Calibration
from bluezone.exposure.encounters import Key
from bluezone.exposure.policies import BLUEZONE, EN_V1_BUCKETS
from bluezone.exposure.policies.document import POLICY, PublishedPolicy
from bluezone.exposure.scan_table import ScanTable
from bluezone.phone.app.engine import Phone
from bluezone.phone.matching.calibration import (
    BELIEVED_S,
    LEARN_EVERY_S,
    base_correction,
    learn_log,
    log_is_due,
    log_now,
    sent_power_dbm,
)
from bluezone.phone.stores.contact_store import ContactStore, Sighting
from bluezone.phone.stores.exposure_store import Correction, OwnLog, Receiver
from bluezone.phone.stores.phone_stores import CONTACTS, open_database
from bluezone.phone.stores.records import Bounds
from bluezone.protocol.documents import sign
from bluezone.protocol.keys import ReportType, TemporaryExposureKey
from bluezone.protocol.schemes import scheme_named

DAY = 86_400
NOW = 1_597_276_800 + 20 * DAY + 5_000.0
TABLE = Calibration("7", {"A": -2.5, "B": 4.0}, {"A": 3.0, "C": -1.4})
POWER_DBM = -20


# --- the table and the settings ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "table", "expected"),
    [
        ("A", TABLE, Correction(-2.5, "7", -2.5)),
        ("B", TABLE, Correction(4.0, "7", 4.0)),
        ("C", TABLE, Correction(1.0)),  # known as a sender only
        ("unknown", TABLE, Correction(1.0)),
        ("", TABLE, Correction(1.0)),
        ("A", None, Correction(1.0)),  # the authority publishes none
    ],
)
def test_a_model_in_the_table_is_corrected_by_it_and_another_by_its_settings(model, table, expected):
    assert base_correction(1.0, model, table) == expected


@pytest.mark.parametrize(
    ("power_dbm", "model", "table", "sent_dbm"),
    [
        (-20, "A", TABLE, -23),
        (-20, "C", TABLE, -19),
        (-20, "B", TABLE, -20),
        (-20, "A", None, -20),
        (-126, "A", TABLE, -127),
        (20, "C", TABLE, 20),
    ],
)
def test_a_phone_tells_of_less_power_where_its_model_sends_too_weakly(power_dbm, model, table, sent_dbm):
    assert sent_power_dbm(power_dbm, model, table) == sent_dbm


# --- the log ------------------------------------------------------------------------------------------------------


@pytest.fixture
def book(tmp_path):
    opened = ContactStore(open_database(CONTACTS, tmp_path / "book"), scheme_named("en"))
    yield opened
    opened.database.close()


def meetings(book: ContactStore, count: int, attenuation_db: float, minutes: int = 10, start_s: float = NOW - 3 * DAY):
    """`count` meetings one after the other, spread by 4 dB to either side as the table's population is."""
    rng = np.random.default_rng(5)
    for number in range(count):
        name = rng.bytes(16)
        level = round(POWER_DBM - attenuation_db - 4 * (number % 3 - 1))
        for minute in range(minutes):
            at_s = start_s + number * 1_200 + 60 * minute
            book.add_scan(at_s, 60.0, [Sighting(name, b"\0\0\0\0", 8, level, level, level)])


def lively_meetings(book: ContactStore, count: int, attenuation_db: float):
    """`count` meetings of 20 minutes whose scans vary as they do between people who move."""
    rng = np.random.default_rng(6)
    for number in range(count):
        name = rng.bytes(16)
        for minute in range(20):
            at_s, level = NOW - 3 * DAY + number * 1_800 + 60 * minute, POWER_DBM - attenuation_db + rng.normal(0, 4)
            one = Sighting(name, b"\0\0\0\0", 5, round(level + 4), round(level), round(level - 4))
            book.add_scan(at_s, 60.0, [one])


LOG = OwnLog(40, 38.0, "bluezone 3", NOW - 1_000)


def own_log(book: ContactStore, policy=BLUEZONE) -> OwnLog | None:
    days = (book.sightings(NOW - back * DAY, NOW - (back - 1) * DAY) for back in range(14, 0, -1))
    return learn_log(days, policy, NOW)


def test_a_log_counts_meetings_and_keeps_the_level_of_the_nearer_quarter_as_of_a_sender_of_0_dbm(book):
    meetings(book, 30, 65)
    log = own_log(book)
    assert log is not None
    assert (log.meetings, log.policy, log.learned_at_s) == (30, "bluezone 3", NOW)
    assert log.level_db == pytest.approx(61 - POWER_DBM, abs=0.5)  # a third of them 4 dB nearer


def test_a_household_beside_the_phone_for_nights_is_one_meeting_a_night(book):
    meetings(book, 60, 61)
    alone = own_log(book)
    rng = np.random.default_rng(9)
    for night in range(2):
        start_s = NOW - 8 * DAY + night * DAY
        for minute in range(8 * 60):  # a phone 40 cm away, with a new identifier every ten minutes
            if minute % 10 == 0:
                name = rng.bytes(16)
            book.add_scan(start_s + 60 * minute, 60.0, [Sighting(name, b"\0\0\0\0", 8, -55, -55, -55)])
    both = own_log(book)
    assert alone is not None
    assert both is not None
    assert both.meetings <= alone.meetings + 4
    assert abs(both.level_db - alone.level_db) < 1.0


def test_a_fortnight_of_crowds_is_learned_from_in_seconds_and_bounded_memory(book):
    """300 phones around, every minute of ten hours: what is looked at of a day is bounded."""
    rng = np.random.default_rng(3)
    names = [rng.bytes(16) for _ in range(300)]
    for minute in range(600):
        if minute % 10 == 0:
            names = [rng.bytes(16) for _ in range(300)]
        sightings = [Sighting(name, b"\0\0\0\0", 8, -85, -85, -85) for name in names]
        book.add_scan(NOW - DAY + 60 * minute, 60.0, sightings)
    log = own_log(book)
    assert log is not None
    assert log.meetings > 100


@pytest.mark.parametrize(("minutes", "count"), [(1, 60), (4, 60), (10, 0)])
def test_who_passes_by_leaves_nothing_in_the_log(book, minutes, count):
    meetings(book, count, 65, minutes)
    assert own_log(book) is None


def test_a_policy_that_learns_nothing_has_no_log(book):
    meetings(book, 10, 65)
    assert own_log(book, EN_V1_BUCKETS) is None
    assert not log_is_due(None, EN_V1_BUCKETS, NOW)


def test_a_change_of_identifier_within_a_scan_is_one_reading_of_the_meeting(book):
    """A scan that heard both the old and the new identifier is worth no more time than another."""
    for minute in range(20):
        names = [b"a" * 16] if minute < 10 else [b"b" * 16]
        book.add_scan(NOW - DAY + 60 * minute, 60.0, [Sighting(name, b"\0\0\0\0", 8, -80, -80, -80) for name in names])
    one = own_log(book)
    book.add_scan(NOW - DAY + 60 * 20, 60.0, [Sighting(b"b" * 16, b"\0\0\0\0", 4, -80, -80, -80)])
    both = own_log(book)
    assert one is not None
    assert both is not None
    assert (one.meetings, both.meetings) == (1, 1)
    assert both.level_db == pytest.approx(one.level_db)


@pytest.mark.parametrize(
    ("kept", "due"),
    [
        (None, True),
        (LOG, False),
        (replace(LOG, learned_at_s=NOW - LEARN_EVERY_S), True),
        (replace(LOG, learned_at_s=NOW + 1), True),
        (replace(LOG, policy="bluezone 4"), True),  # which may make other logs
    ],
)
def test_a_log_is_learned_once_a_day_and_anew_for_another_policy(kept, due):
    assert log_is_due(kept, BLUEZONE, NOW) is due


@pytest.mark.parametrize(
    ("announced_dbm", "power_dbm"),
    [
        (None, -20),  # the scheme sends no power: meetings are judged with the one assumed, as the log is
        ([], -20),
        ([-20], -20),
        ([-28], -24),
        ([-28, -24, -8], -20),
    ],
)
def test_a_log_is_in_the_scale_of_what_is_judged(announced_dbm, power_dbm):
    log = log_now(LOG, BLUEZONE, Receiver(2.5, -20), announced_dbm, NOW)
    assert log is not None
    assert log.level_db == pytest.approx(38.0 + power_dbm - 2.5)
    assert log.meetings == 40


@pytest.mark.parametrize(
    "kept",
    [
        None,
        replace(LOG, policy="bluezone 4"),
        replace(LOG, learned_at_s=NOW - BELIEVED_S - 1),
        replace(LOG, learned_at_s=NOW + 2 * DAY),  # by a clock that was wrong
    ],
)
def test_a_log_that_is_too_old_or_of_another_policy_counts_as_none(kept):
    assert log_now(kept, BLUEZONE, Receiver(), None, NOW) is None


def test_a_recording_is_judged_with_the_log_that_a_phone_would_keep(book):
    """One function makes both: the phone's log says of each meeting what the evaluation says."""
    meetings(book, 40, 62, 12)
    kept = own_log(book)
    levels = np.repeat([float(round(62 + 4 * (number % 3 - 1))) for number in range(40)], 12)
    scans = ScanTable(
        np.arange(0, 481, 12), np.tile(60.0 * np.arange(12), 40), np.full(480, 60.0), levels, levels, np.full(480, 8.0)
    )
    log = log_now(kept, BLUEZONE, Receiver(0.0, POWER_DBM), None, NOW)
    keys = [Key(ReportType.CONFIRMED_TEST, 0)] * 40
    found = judge_as_phones(BLUEZONE, scans, keys, ["1"] * 40)
    again = judge(BLUEZONE.knowing(log), scans, keys)
    assert log is not None
    np.testing.assert_allclose(found.near_minutes, again.near_minutes, rtol=1e-9)


# --- the phone --------------------------------------------------------------------------------------------------------


@pytest.fixture
def phone(tmp_path, authority):
    def opened(**settings) -> Phone:
        given = {"receiver": Receiver(0.0, POWER_DBM), "model": "A"} | settings
        directory = tmp_path / given.pop("directory_name", "")
        return Phone(
            phone_settings(directory, authority.URL, authority.trusted, **given),
            None,
            lambda: NOW,
            np.random.default_rng(1).bytes,
            np.random.default_rng(1),
        )

    return opened


def publish_policy(authority, policy, table) -> httpx.Client:
    body = sign(issued(POLICY, PublishedPolicy(policy, table), NOW), [authority.signer])

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path == POLICY.address("452"):
            return httpx.Response(200, content=body)
        return authority.handle(request)

    return client_of(handle)


def met_case(phone: Phone, authority, virtual, attenuation_db: int) -> int:
    day = int(NOW // DAY - 2) * DAY
    case = TemporaryExposureKey(
        b"a key of a case.", day // 600, report_type=ReportType.CONFIRMED_TEST, days_since_onset=1
    )
    virtual.meet(phone.stores.contacts, case, day + 36_000, 30, attenuation_db)
    authority.export([case], start_s=day)
    return day


def test_an_alert_remembers_the_correction_it_was_made_with(phone, authority, virtual):
    one = phone()
    day = met_case(one, authority, virtual, 40)
    one.sync(publish_policy(authority, EN_V1_BUCKETS, TABLE))
    assert [alert.day_start_s for alert in one.check().new_alerts] == [day - 7 * 3_600]  # its midnight in Viet Nam
    one.close()
    again = phone()
    (alert,) = again.stores.exposures.alerts()
    assert alert.correction == Correction(-2.5, "7", -2.5)
    assert alert.evidence is not None
    assert alert.evidence.attenuation_db == pytest.approx(42.5)
    again.close()


def test_a_correction_decides(phone, authority, virtual):
    """A phone that hears 4 dB too weakly would not have warned."""
    one = phone(model="B", policy="en-v1-buckets")
    met_case(one, authority, virtual, 66)
    assert one.check().new_alerts == ()  # nothing fetched yet
    one.sync(authority.client())
    assert one.check().new_alerts == ()
    other = phone(model="B", policy="en-v1-buckets")
    other.sync(publish_policy(authority, EN_V1_BUCKETS, TABLE))
    assert len(other.check().new_alerts) == 1
    one.close()
    other.close()


def test_what_was_learned_survives_the_phone_and_the_purge_of_its_logbook(phone, authority, virtual):
    one = phone(model="unknown")
    meetings(one.stores.contacts, 60, 65)
    one.check()
    before = one.stores.exposures.own_log.read()
    assert before is not None
    one.close()
    again = phone(model="unknown")
    again.clock = lambda: NOW + 20 * DAY
    again.stores.purge(Bounds(NOW + 20 * DAY))
    assert len(again.stores.contacts.sightings()) == 0
    again.check()
    assert again.stores.exposures.own_log.read() == before
    again.close()


@pytest.mark.parametrize("scheme", ["en", "bluezone-v1"])
def test_a_phone_learns_its_log_from_either_scheme_and_judges_by_it(phone, authority, scheme):
    one = phone(scheme=scheme)
    assert one.check().assessment.days == ()
    assert one.stores.exposures.own_log.read() is None  # a fresh phone has none
    rng = np.random.default_rng(5)
    for number in range(20):
        name = rng.bytes(one.scheme.identifier_bytes)
        for minute in range(10):
            at_s = NOW - 3 * DAY + number * 1_200 + 60 * minute
            one.stores.contacts.add_scan(at_s, 60.0, [Sighting(name, b"\0\0\0\0", 8, -92, -95, -97)])
    one.check()
    log = one.stores.exposures.own_log.read()
    assert log is not None
    assert (log.meetings, log.level_db) == (20, pytest.approx(93.5))
    one.close()
    again = phone(scheme=scheme)
    assert again.stores.exposures.own_log.read() == log
    again.close()


def test_a_phone_that_hears_everybody_weakly_warns_of_what_a_fresh_phone_would_not(phone, authority, virtual):
    """Its log says that all attenuations are some 15 dB too high: 66 dB are what 51 dB are to others."""
    evidence = []
    for known in (0, 80):
        one = phone(model="unknown", directory_name=str(known))
        lively_meetings(one.stores.contacts, known, 79)
        met_case(one, authority, virtual, 66)
        one.sync(authority.client())
        [day] = one.check().assessment.days
        evidence.append(day.evidence)
        one.close()
    fresh, knowing = evidence
    assert knowing.near_minutes > 1.3 * fresh.near_minutes
    assert (fresh.own_meetings, fresh.policy) == (1, "bluezone")  # it met nobody but the case


def test_an_alert_remembers_what_the_phone_had_learned_of_its_scale(phone, authority, virtual):
    one = phone(model="unknown")
    lively_meetings(one.stores.contacts, 80, 79)
    met_case(one, authority, virtual, 45)
    one.sync(authority.client())
    (alert,) = one.check().new_alerts
    assert alert.correction.drift_meetings >= 81
    assert alert.correction.drift_db > 3
    one.close()
