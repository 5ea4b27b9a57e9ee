"""Keys of contacts (F1) who warn others: a watch, never a warning; patients' keys stand before them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bluezone.exposure.policies import EN_V1_BUCKETS
from bluezone.phone.matching.exposure_check import CheckReport, check_exposures
from bluezone.phone.stores.contact_store import ContactStore
from bluezone.phone.stores.exposure_store import ExposureStore, Receiver
from bluezone.phone.stores.phone_stores import CONTACTS, PHONE, open_database
from bluezone.protocol.keys import ReportType, TemporaryExposureKey
from bluezone.protocol.schemes import scheme_named

EN = scheme_named("en")
DAY0, DAY, HOUR = 1_597_276_800, 86_400, 3_600
NOW = DAY0 + 2 * DAY
F2 = "452-f2"


def key(number: int, report: ReportType = ReportType.RECURSIVE, day: int = 0) -> TemporaryExposureKey:
    return TemporaryExposureKey(number.to_bytes(16, "big"), (DAY0 + day * DAY) // 600, report_type=report)


class Phone:
    """A phone's stores, and the files of both regions."""

    def __init__(self, contacts: ContactStore, exposures: ExposureStore, authority: Any, virtual: Any) -> None:
        self.contacts, self.exposures, self.authority, self.virtual = contacts, exposures, authority, virtual
        self._files = 0

    def near(self, met: TemporaryExposureKey, hour: int = 10, minutes: int = 30) -> None:
        self.virtual.meet(self.contacts, met, met.rolling_start_interval * 600 + hour * HOUR, minutes)

    def publish(self, *keys: TemporaryExposureKey, revised: tuple = (), region: str = F2) -> None:
        self._files += 1
        start = DAY0 + self._files * 7_200
        self.authority.export(keys, revised, start, region, name=f"{region}/{start}-{start + 7200}-00001.zip")

    def check(self, region: str = F2, now_s: float = NOW, own: frozenset = frozenset()) -> CheckReport:
        for name, content in sorted(self.authority.files.items()):
            self.exposures.store_export(name, content, now_s)
        trusted = self.authority.trusted
        sightings = self.contacts.sightings()
        return check_exposures(
            self.exposures,
            sightings,
            EN,
            EN_V1_BUCKETS,
            trusted,
            own,
            Receiver(),
            dt.UTC,
            now_s,
            contacts_region=region,
        )


@pytest.fixture
def phone(tmp_path, authority, virtual):
    contacts, database = open_database(CONTACTS, tmp_path), open_database(PHONE, tmp_path)
    yield Phone(ContactStore(contacts, EN), ExposureStore(database), authority, virtual)
    contacts.close()
    database.close()


def days(alerts) -> list[int]:
    return [alert.day_start_s for alert in alerts]


def test_who_was_near_a_contact_is_asked_to_watch_and_not_warned(phone):
    phone.near(key(1))
    phone.publish(key(1))
    report = phone.check()
    assert report.new_alerts == ()
    assert days(report.new_watch_alerts) == [DAY0]
    assert phone.exposures.alerts() == []
    assert days(phone.exposures.watch_alerts()) == [DAY0]
    assert phone.exposures.matched_keys() == [], "nothing that a report could name"
    assert phone.check().new_watch_alerts == (), "once"


def test_who_was_near_for_a_moment_hears_nothing(phone):
    phone.near(key(1), minutes=5)
    phone.publish(key(1))
    assert phone.check().new_watch_alerts == ()


def test_a_warning_of_a_case_stands_before_a_watch(phone):
    phone.near(key(1))
    phone.near(key(2, day=1))
    phone.publish(key(1))
    phone.check()
    phone.publish(key(2, ReportType.CONFIRMED_TEST, day=1), region="452")
    assert days(phone.check().new_alerts) == [DAY0 + DAY]
    assert phone.exposures.watch_alerts() == []


def test_a_watch_comes_back_when_the_warning_is_taken_back(phone):
    phone.near(key(1))
    phone.near(key(2, day=1))
    phone.publish(key(1))
    phone.publish(key(2, ReportType.CONFIRMED_TEST, day=1), region="452")
    phone.check()
    phone.publish(revised=(key(2, ReportType.REVOKED, day=1),), region="452")
    assert phone.check(now_s=NOW + 60).withdrawn_days == (DAY0 + DAY,)
    assert days(phone.exposures.watch_alerts()) == [DAY0]


@pytest.mark.parametrize("both_at_once", [True, False])
def test_a_contact_who_is_confirmed_warns_as_a_patient_and_no_longer_as_a_contact(phone, both_at_once):
    phone.near(key(1))
    phone.publish(key(1))
    if not both_at_once:
        phone.check()
    phone.publish(key(1, ReportType.CONFIRMED_TEST), region="452")
    phone.publish(revised=(key(1, ReportType.CONFIRMED_TEST),))
    report = phone.check(now_s=NOW + 60)
    assert days(report.new_alerts) == [DAY0]
    assert phone.exposures.watch_alerts() == []


def test_a_released_contact_is_taken_back(phone):
    phone.near(key(1))
    phone.publish(key(1))
    phone.check()
    phone.publish(revised=(key(1, ReportType.REVOKED),))
    phone.check(now_s=NOW + 60)
    assert phone.exposures.watch_alerts() == []


def test_a_release_among_contacts_takes_no_patients_warning_back(phone):
    """Released, and found positive later: the region of contacts says revoked, ours confirmed."""
    phone.near(key(1))
    phone.publish(key(1))
    phone.publish(revised=(key(1, ReportType.REVOKED),))
    phone.publish(key(1, ReportType.CONFIRMED_TEST), region="452")
    phone.check()
    phone.check(now_s=NOW + 60)
    assert days(phone.exposures.alerts()) == [DAY0]


def test_the_own_keys_of_a_contact_say_nothing(phone):
    phone.near(key(1))
    phone.publish(key(1))
    assert phone.check(own=frozenset({key(1).key})).new_watch_alerts == ()


@pytest.mark.parametrize(
    ("region", "report"), [("452", ReportType.RECURSIVE), (F2, ReportType.CONFIRMED_TEST), (F2, ReportType.UNKNOWN)]
)
def test_attack_a_key_of_another_type_than_its_region_says_nothing(phone, region, report):
    phone.near(key(1))
    phone.publish(key(1, report), region=region)
    report_of_check = phone.check()
    assert (report_of_check.new_alerts, report_of_check.new_watch_alerts) == ((), ())


def test_turned_off_everything_of_contacts_is_forgotten(phone):
    phone.near(key(1))
    phone.near(key(2, day=1))
    phone.publish(key(1))
    phone.publish(key(2, ReportType.CONFIRMED_TEST, day=1), region="452")
    phone.check()
    phone.exposures.forget_second_order(F2)
    assert phone.exposures.alerts(second_order=True) == []
    assert phone.exposures.matched_keys(second_order=True) == []
    assert all(name.startswith("452/") for name in phone.exposures.known_exports())
    assert days(phone.exposures.alerts()) == [DAY0 + DAY], "what came of patients stays"
