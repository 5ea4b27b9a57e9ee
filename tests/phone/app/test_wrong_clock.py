"""What a phone with a wrong clock sends, hears, shows, matches, publishes and says."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC

import numpy as np
import pytest
from tests.phone.doubles import StillRadio
from tests.phone.settings import phone_settings

from bluezone.phone.air.advertiser import identity_at
from bluezone.phone.air.radio.monitored import RadioHealth, RadioState
from bluezone.phone.app.engine import Phone
from bluezone.phone.app.facts import PhoneFacts
from bluezone.phone.app.host import DeviceUptime
from bluezone.phone.app.schedule import fetch_and_check
from bluezone.phone.errors import ClockError
from bluezone.phone.stores.contact_store import Sighting
from bluezone.phone.stores.preference_store import Choices
from bluezone.phone.stores.timekeeper import ClockState, ClockTrouble, Uptime, trouble
from bluezone.phone.web.presenters import home, sharing
from bluezone.phone.web.presenters.common import translator
from bluezone.protocol.keys import ReportType, TemporaryExposureKey
from bluezone.protocol.schemes import scheme_named

EN = scheme_named("en")
HOUR, DAY, YEAR = 3_600, 86_400, 365 * 86_400


class Stage:
    """A phone whose owner, or whose battery, sets its clock: `off_s`; `now_s` is the true time."""

    def __init__(self, folder, authority, start_s: float) -> None:
        self.folder, self.authority = folder, authority
        self.start_s, self.now_s, self.off_s, self.boot = float(start_s), float(start_s), 0.0, 1
        self.booted_s = self.now_s - 60
        self.radio = StillRadio(lambda: asyncio.get_running_loop().time())
        self.open()

    def open(self) -> None:
        settings = phone_settings(
            self.folder, self.authority.URL, self.authority.trusted, policy="en-v1-buckets", max_rotation_offset_s=0
        )
        rng = np.random.default_rng(1)
        self.phone = Phone(settings, self.radio, self.wall, os.urandom, rng, uptime=self.uptime)

    def true_s(self) -> float:
        try:
            return self.now_s + asyncio.get_running_loop().time()
        except RuntimeError:
            return self.now_s

    def wall(self) -> float:
        return self.true_s() + self.off_s

    def uptime(self) -> Uptime:
        return Uptime(str(self.boot), self.true_s() - self.booted_s)

    def restart(self, after_s: float, off_s: float) -> None:
        self.phone.close()
        self.now_s += after_s
        self.boot, self.booted_s, self.off_s = self.boot + 1, self.now_s - 10, off_s
        self.open()

    def sync(self) -> None:
        """Fetch a list that ended an hour ago."""
        start_s = int(self.now_s - 3 * HOUR)
        self.authority.export(start_s=start_s)
        self.phone.sync(self.authority.client())

    def expected(self, at_s: float) -> bytes:
        """What the phone's keys say is to be sent at a moment."""
        (key,) = (key for key in self.phone.stores.keys.recent(at_s) if key.start_s <= at_s < key.end_s)
        return identity_at(EN, key, at_s, -20).advertisement

    def trouble(self) -> ClockTrouble:
        return trouble(self.phone.time.track(), refused=False)


@pytest.fixture
def stage(tmp_path, authority, virtual):
    one = Stage(tmp_path, authority, virtual.EPOCH_S + 10 * HOUR)
    yield one
    one.phone.close()


def case(stage, day: int = 0) -> TemporaryExposureKey:
    start = int(stage.start_s // DAY + day) * 144
    return TemporaryExposureKey(
        bytes([day % 256]) * 16, start, report_type=ReportType.CONFIRMED_TEST, days_since_onset=1
    )


@pytest.mark.parametrize("off_s", [YEAR, 36 * YEAR, -YEAR, -1_590_000_000])
async def test_identifiers_are_of_the_true_time_whatever_the_date_says(stage, virtual, off_s):
    stage.sync()
    task = asyncio.ensure_future(stage.phone.run())
    await asyncio.sleep(100)
    stage.off_s = off_s
    await asyncio.sleep(3_000)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert len(stage.radio.sent) == 6
    for at_s, _, data in stage.radio.sent:
        assert data == stage.expected(stage.now_s + at_s)


async def test_a_phone_that_does_not_know_the_time_is_silent_until_it_does(stage, virtual):
    stage.sync()
    stage.restart(8 * HOUR, -stage.now_s)
    assert stage.trouble() is ClockTrouble.LOST
    task = asyncio.ensure_future(stage.phone.run())
    await asyncio.sleep(3_000)
    stage.silent = len(stage.radio.sent)
    stage.off_s = 0.0
    await asyncio.sleep(3_000)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert stage.silent == 0
    assert stage.radio.stopped > 0
    at_s, _, data = stage.radio.sent[0]
    assert at_s - 3_000 <= 65
    assert data == stage.expected(stage.now_s + at_s)


def test_what_a_jump_would_purge_is_neither_shown_nor_matched_and_comes_back(stage, authority, virtual):
    stage.sync()
    virtual.meet(stage.phone.stores.contacts, case(stage), stage.start_s, 30, swing_db=4)
    stage.phone.stores.keys.key_at(stage.now_s)
    stage.restart(2 * HOUR, 60 * DAY)
    assert stage.trouble() is ClockTrouble.AHEAD
    stage.phone.purge()
    status = stage.phone.status()
    assert (status.days, status.days_with_keys) == ({}, 0)
    assert len(stage.phone.stores.contacts.sightings()) == 30
    authority.export([case(stage)], start_s=int(stage.now_s - HOUR))
    stage.phone.sync(authority.client())
    assert stage.phone.check().new_alerts == ()
    stage.off_s = 0.0
    stage.phone.purge()
    stage.sync()
    assert stage.phone.status().days_with_keys == 1
    authority.export([case(stage)], start_s=int(stage.now_s - HOUR), batch=2)
    stage.phone.sync(authority.client())
    assert len(stage.phone.check().new_alerts) == 1


def test_contacts_noted_under_a_wrong_date_are_matched_once_it_is_right(stage, authority, virtual):
    """1970 at the start of a phone that was off over night: three hours later its clock is set."""
    stage.sync()
    stage.restart(8 * HOUR, -stage.now_s)
    met_s = stage.now_s
    for _ in range(180):
        stage.now_s += 60
        daily, contacts = case(stage).daily(), stage.phone.stores.contacts
        heard = EN.parse(EN.build(daily, int((stage.now_s - daily.start_s) // 600), -20))
        row = Sighting(heard.identifier, heard.encrypted_metadata, 16, -66, -70, -74)
        contacts.add_scan(stage.phone.clock(), 60, [row])
    stage.off_s = 0.0
    stage.now_s += 60
    authority.export([case(stage)], start_s=int(stage.now_s - 3 * HOUR))
    stage.phone.sync(authority.client())
    assert len(stage.phone.check().new_alerts) == 1
    times = stage.phone.stores.contacts.sightings().at_s
    assert min(times) - met_s == pytest.approx(60, abs=1)


def test_nothing_is_published_while_the_last_fourteen_days_are_unknown_and_the_code_stays_good(stage, authority):
    authority.codes.add("12345678")
    stage.phone.stores.keys.key_at(stage.now_s)
    stage.sync()
    for off_s in (-stage.now_s, 60 * DAY):
        stage.restart(60, off_s)
        with pytest.raises(ClockError, match="date and time"):
            stage.phone.publisher(authority.client())
    assert sharing.kind_of(ClockError("")) is sharing.Kind.CLOCK
    assert authority.codes == {"12345678"}
    stage.off_s = 0.0
    report = stage.phone.publisher(authority.client()).publish("12345678", consent=True)
    assert report.inserted == 1


def test_a_wrong_year_publishes_the_keys_of_the_true_days(stage, authority):
    stage.sync()
    for _ in range(3):
        stage.phone.stores.keys.key_at(stage.phone.clock())
        stage.now_s += DAY
    stage.off_s = YEAR
    stage.phone.stores.keys.key_at(stage.phone.clock())
    authority.codes.add("12345678")
    stage.phone.publisher(authority.client()).publish("12345678", consent=True)
    starts = sorted(key.rolling_start_interval * 600 for key in authority.stored.values())
    assert starts == [int(stage.start_s // DAY + day) * DAY for day in range(4)]


def test_a_file_of_a_far_future_is_refused_and_confirms_nothing(stage, authority):
    authority.export(start_s=int(stage.now_s + 20 * YEAR))
    report = stage.phone.sync(authority.client())
    assert "ends in the future" in report.bad[0][1]
    assert stage.phone.time.track().now_floor_s is None


def test_news_policy_and_lists_confirm_the_time(stage, authority):
    assert stage.phone.time.track().state is ClockState.UNCONFIRMED
    fetch_and_check(stage.phone, authority.client())
    stage.sync()
    assert stage.phone.time.track().state is ClockState.CONFIRMED
    assert stage.phone.time.track().now_floor_s == stage.now_s - HOUR


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("found", list(ClockTrouble))
def test_a_wrong_clock_is_one_sentence_and_a_next_step(virtual, found, language):
    now_s = virtual.EPOCH_S + 10.0 * HOUR
    facts = PhoneFacts(now_s, Choices(), RadioHealth(RadioState.WORKING), clock_trouble=found)
    said = list(home.clock_troubles(facts, translator(language, UTC)))
    assert len(said) == (found is not ClockTrouble.NONE)
    if said:
        assert home.home(facts, translator(language, UTC)).state == said[0]
        assert len(said[0].title) <= 60
    if found is ClockTrouble.AHEAD:
        assert "2020" in said[0].title


def test_the_uptime_of_this_machine_runs_and_names_its_start(tmp_path):
    first, second = DeviceUptime()(), DeviceUptime()()
    assert first.boot == second.boot
    assert 0 < first.since_boot_s <= second.since_boot_s
    assert DeviceUptime(tmp_path / "none")().boot == ""
