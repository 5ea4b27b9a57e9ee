"""A phone that runs for days on a real machine: suspensions, clocks that jump, full disks, damage, no net, no radio."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import struct
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from tests.phone.doubles import StillRadio, client_of, no_net
from tests.phone.settings import phone_settings

from bluezone.phone.air.advertiser import identity_at
from bluezone.phone.air.radio.monitored import RadioState
from bluezone.phone.app.loop import Runner
from bluezone.phone.app.schedule import CHECK_EVERY_S, SPREAD, TASKS_EVERY_S
from bluezone.phone.stores.encryption import device_cipher
from bluezone.phone.stores.key_store import KeyStore
from bluezone.phone.stores.phone_stores import PHONE, open_database
from bluezone.protocol.keys import ReportType, TemporaryExposureKey
from bluezone.protocol.schemes import scheme_named

EN = scheme_named("en")
DAY, HOUR = 86_400, 3_600
#: what every scan hears
NEIGHBOUR = EN.build(EN.next_key(None, 600 * 144, lambda n: bytes(n)), 0, -20)


def publish(runner: Runner, code: str):
    with runner.exclusive() as phone:
        return phone.publisher(runner.client).publish(code, consent=True)


@pytest.fixture
def stage(tmp_path, authority, virtual):
    """`stage(story)`: a phone of a yes-sayer runs while `story(it)` happens to it. Its wall clock is the loop's plus
    `it.off_s`, as after a suspension or where somebody sets it."""

    def play(story, folder=None, client=None, sealed=False, radio=True):
        folder = folder or tmp_path / "phone"
        it = SimpleNamespace(off_s=0.0, loop=None, folder=folder, checks=[])

        def clock() -> float:
            return virtual.EPOCH_S + it.off_s + (it.loop.time() if it.loop else 0.0)

        def told(report) -> None:
            it.checks.append(clock())

        it.clock, it.radio = clock, StillRadio(clock, [NEIGHBOUR])
        cipher = device_cipher(folder, os.urandom) if sealed else None
        settings = phone_settings(folder, authority.URL, authority.trusted, policy="en-v1-buckets", cipher=cipher)
        rng = np.random.default_rng(3)
        it.runner = Runner(
            settings, it.radio if radio else None, client or authority.client(), clock, os.urandom, rng, on_check=told
        )
        if it.runner.choices().agreed_at_s is None:
            it.runner.choose(agreed_at_s=clock())

        async def main() -> None:
            it.loop = asyncio.get_running_loop()
            task = asyncio.create_task(it.runner.run())
            telling = asyncio.create_task(story(it))
            await asyncio.wait({task, telling}, return_when=asyncio.FIRST_COMPLETED)
            task.cancel()
            results = await asyncio.gather(task, telling, return_exceptions=True)
            for result in results:
                if isinstance(result, Exception):
                    raise result

        with it.runner.closing():
            virtual.run(main())
            phone = it.runner.phone
            it.sightings, it.known = phone.stores.contacts.sightings(), len(phone.stores.exposures.known_exports())
            it.alerts = phone.stores.exposures.alerts()
        return it

    return play


def expected(it, at_s: float) -> bytes:
    """What the phone's keys say is to be sent at that moment of its clock."""
    store = KeyStore(open_database(PHONE, it.folder), EN, os.urandom)
    try:
        (key,) = (key for key in store.recent(at_s) if key.start_s <= at_s < key.end_s)
        return identity_at(EN, key, at_s, -20).advertisement
    finally:
        store.database.close()


# --- suspended, and clocks --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slept_s", [600.0, 8 * HOUR, 3 * DAY])
def test_after_a_suspension_the_identifier_changes_and_the_phone_listens_and_checks_at_once(stage, slept_s):
    async def story(it):
        await asyncio.sleep(1_500)
        it.off_s += slept_s
        it.woke_s = it.clock()
        await asyncio.sleep(120)

    it = stage(story)
    after = [sent for sent in it.radio.sent if sent[0] >= it.woke_s]
    assert after[0][0] - it.woke_s <= 6
    assert after[0][2] == expected(it, after[0][0])
    scans = [at_s for at_s in it.sightings.at_s if at_s >= it.woke_s]
    assert scans[0] - it.woke_s <= 10
    # The night is not time beside whom one meets in the morning.
    assert max(it.sightings.since_last_scan_s) <= 120
    assert [at_s >= it.woke_s for at_s in it.checks] == ([False] if slept_s < TASKS_EVERY_S else [False, True])


@pytest.mark.parametrize("jump_s", [-30 * DAY, -DAY, -2 * HOUR, -900, 900, 2 * HOUR, DAY, 400 * DAY])
def test_after_a_jump_of_the_clock_the_identifier_is_of_the_time_it_shows_and_no_sighting_is_lost(stage, jump_s):
    async def story(it):
        it.off_s += 2 * HOUR
        await asyncio.sleep(2_000)
        it.off_s += jump_s
        it.jumped_s = it.clock()
        it.sent_before = len(it.radio.sent)
        await asyncio.sleep(1_500)
        it.off_s -= jump_s
        it.back_s = it.clock()
        it.sent_until_back = len(it.radio.sent)
        await asyncio.sleep(1_500)

    it = stage(story)
    for place, moment in ((it.sent_before, it.jumped_s), (it.sent_until_back, it.back_s)):
        at_s, _, data = it.radio.sent[place]
        assert at_s - moment <= 6
        assert data == expected(it, at_s)
    assert len({address for _, address, _ in it.radio.sent}) == len({data for _, _, data in it.radio.sent})
    assert len(it.sightings) >= 5_000 / 30 - 6
    assert len(np.unique(it.sightings.at_s)) == len(it.sightings)


def test_a_published_key_is_not_sent_again_when_the_clock_is_put_back(stage, authority):
    async def story(it):
        it.off_s += 10 * HOUR
        await asyncio.sleep(1_000)
        authority.codes.add("12345678")
        await asyncio.to_thread(publish, it.runner, "12345678")
        await asyncio.sleep(700)
        it.off_s -= 2 * HOUR  # into the published key's time
        it.mark = len(it.radio.sent)
        await asyncio.sleep(3_000)
        authority.codes.add("87654321")
        it.off_s += 6 * HOUR
        await asyncio.sleep(700)
        it.report = await asyncio.to_thread(publish, it.runner, "87654321")

    it = stage(story)
    published = [key.daily() for key in authority.stored.values()]
    early = [key for key in published if key.start_s <= it.radio.sent[it.mark][0] < key.end_s]
    assert len(early) == 1  # the key whose time came again, and no other of that time was published
    told = {EN.build(early[0], slot, -20) for slot in range(len(EN.slots(early[0])))}
    assert told & {data for _, _, data in it.radio.sent[: it.mark]}
    assert not told & {data for _, _, data in it.radio.sent[it.mark :]}
    assert it.report.inserted == 1
    spans = sorted((key.start_s, key.end_s) for key in published)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


# --- the authority ----------------------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_after_ten_days_without_the_authority_all_its_exports_are_fetched(stage, authority, virtual):
    """It is asked every half hour meanwhile, as at other times."""
    asked: list[float] = []
    it_now = SimpleNamespace(clock=None, down=True)

    def handle(request):
        if request.url.path.endswith("index.txt"):
            asked.append(it_now.clock())
        if it_now.down:
            return no_net(request)
        return authority.handle(request)

    case = TemporaryExposureKey(
        b"the key of case.", virtual.EPOCH_S // 600, report_type=ReportType.CONFIRMED_TEST, days_since_onset=1
    )

    async def story(it):
        it_now.clock = it.clock
        virtual.meet(it.runner.phone.stores.contacts, case, virtual.EPOCH_S + 10 * HOUR, 30, swing_db=4)
        for day in range(10):
            authority.export([case] if day == 4 else [], start_s=virtual.EPOCH_S + day * DAY)
        await asyncio.sleep(10 * DAY)
        it.unreachable = it.runner.facts().unreachable
        it_now.down = False
        await asyncio.sleep(5 * HOUR)

    client = client_of(handle)
    it = stage(story, client=client, radio=False)
    assert it.unreachable
    assert np.diff(asked[:4]) == pytest.approx([900, 1_800, 1_800], rel=SPREAD)
    assert 460 <= len(asked) <= 510
    assert max(np.diff(asked)) <= CHECK_EVERY_S * (1 + SPREAD) + 60
    assert it.known == 10
    assert len(it.alerts) == 1


# --- the radio --------------------------------------------------------------------------------------------------------


def test_a_radio_unplugged_for_an_hour_is_said_and_taken_up_again(stage):
    async def story(it):
        await asyncio.sleep(300)
        it.radio.gone = True
        await asyncio.sleep(3_600)
        it.state = it.runner.facts().radio
        it.radio.gone, it.back_s = False, it.clock()
        await asyncio.sleep(300)
        it.state_after = it.runner.facts().radio.state

    it = stage(story)
    assert (it.state.state, it.state_after) == (RadioState.OFF, RadioState.WORKING)
    assert "gone" in it.state.reason
    back = [at_s for at_s, _, _ in it.radio.sent if at_s >= it.back_s]
    assert back[0] - it.back_s <= 31
    assert max(it.sightings.at_s) > it.back_s


# --- disks ------------------------------------------------------------------------------------------------------------


@contextmanager
def small_disk(path: Path, size: str = "24m") -> Iterator[Path]:
    """A file system of its own. Skipped where this user may not mount one."""
    path.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(path)]
    mounted = os.geteuid() == 0 and subprocess.run(command, check=False, capture_output=True).returncode == 0
    if not mounted:
        pytest.skip("only root may mount a small disk, and not in every container")
    try:
        yield path
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)


def fill(disk: Path) -> Path:
    filler = disk / "filler"
    with filler.open("ab", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4_096))
        except OSError:
            pass
    assert shutil.disk_usage(disk).free == 0
    return filler


def test_on_a_full_disk_the_phone_goes_on_sending_says_so_and_loses_no_scan(stage, tmp_path):
    """Over midnight, so that a key is needed for which there is no room; then there is room again."""

    async def story(it):
        it.off_s += 23 * HOUR
        await asyncio.sleep(600)
        filler = fill(it.folder.parent)
        await asyncio.sleep(2 * HOUR)
        facts = it.runner.facts()
        it.trouble, it.state = facts.storage_trouble, facts.radio.state
        it.sent_when_full = list(it.radio.sent)
        filler.unlink()
        it.room_s = it.clock()
        await asyncio.sleep(1_500)
        it.trouble_after = it.runner.facts().storage_trouble

    with small_disk(tmp_path / "disk") as disk:
        it = stage(story, folder=disk / "phone")
        assert "is the disk full?" in it.trouble
        assert (it.state, it.trouble_after) == (RadioState.WORKING, "")
        assert len(it.sent_when_full) >= 12
        for at_s, _, data in it.radio.sent:  # also those of the day whose key was in memory: it is stored now
            assert data == expected(it, at_s)
    assert np.diff(np.sort(it.sightings.at_s)).max() <= 60


def test_a_phone_that_is_started_on_a_full_disk_sends_under_the_keys_that_are_there(stage, tmp_path):
    async def first(it):
        await asyncio.sleep(600)

    async def second(it):
        it.off_s += 1_200
        await asyncio.sleep(600)
        it.trouble = it.runner.facts().storage_trouble

    with small_disk(tmp_path / "disk") as disk:
        folder = disk / "phone"
        before = stage(first, folder=folder)
        filler = fill(disk)
        it = stage(second, folder=folder)
        filler.unlink()
        assert "is the disk full?" in it.trouble
        assert it.radio.sent
        assert all(data == expected(it, at_s) for at_s, _, data in it.radio.sent)
        assert expected(before, before.radio.sent[0][0]) == before.radio.sent[0][2]


# --- damage -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["contacts.sqlite3", "phone.sqlite3"])
def test_a_store_that_is_damaged_while_the_phone_runs_is_set_aside_and_a_clean_one_begun(stage, name):
    async def story(it):
        await asyncio.sleep(1_200)
        stores = it.runner.stores
        database = (stores.contacts if name == "contacts.sqlite3" else stores.keys).database
        database.shrink_log()
        path = it.folder / name
        size = path.stat().st_size
        with path.open("r+b") as file:  # the header stays: SQLite finds out page by page
            file.seek(100)
            file.write(os.urandom(size - 100))
        database._db.execute("PRAGMA shrink_memory")  # its pages are read again
        await asyncio.to_thread(it.runner.check)
        await asyncio.sleep(3 * HOUR)
        it.trouble = it.runner.facts().storage_trouble
        it.told = it.runner.choices().database_set_aside_at_s
        it.mark = it.clock() - HOUR

    it = stage(story, sealed=True)
    assert it.trouble == ""
    assert it.told is not None
    assert list(it.folder.glob(f"{name}.damaged-*"))
    assert [at_s for at_s, _, _ in it.radio.sent if at_s > it.mark]
    assert any(at_s > it.mark for at_s in it.sightings.at_s)


def test_one_damaged_record_is_left_out_and_the_others_are_read(stage):
    """A flipped bit in what is sealed: SQLite does not see it, the seal does."""

    async def story(it):
        await asyncio.sleep(1_200)

    first = stage(story, sealed=True)
    with closing(sqlite3.connect(first.folder / "contacts.sqlite3")) as db, db:
        (row_id, record) = db.execute("SELECT id, records FROM scan ORDER BY id LIMIT 1").fetchone()
        db.execute("UPDATE scan SET records = ? WHERE id = ?", (record[:-1] + bytes([record[-1] ^ 1]), row_id))
    db.close()

    async def more(it):
        it.off_s += 1_200
        it.at_start = len(it.runner.phone.stores.contacts.sightings())
        await asyncio.to_thread(it.runner.check)
        it.trouble = it.runner.facts().storage_trouble
        await asyncio.sleep(60)

    it = stage(more, sealed=True)
    assert it.at_start == len(first.sightings) - 1
    assert it.trouble == ""
    assert not list(it.folder.glob("*.damaged-*"))


# --- killed -----------------------------------------------------------------------------------------------------------

RECORD = struct.Struct("=d6s31s")


class TellingRadio(StillRadio):
    """Writes each identifier into a pipe before it is on the air."""

    def __init__(self, clock, pipe: int) -> None:
        super().__init__(clock, [NEIGHBOUR])
        self.pipe = pipe

    async def advertise(self, address: bytes, data: bytes) -> None:
        os.write(self.pipe, RECORD.pack(self.clock(), address, data))


def test_a_running_phone_killed_at_any_moment_has_every_key_it_sent_and_goes_on(tmp_path, authority, virtual):
    """Hours of a phone, checks and all, in processes that are killed at random moments."""
    folder, rng = tmp_path / "phone", np.random.default_rng(11)
    case = TemporaryExposureKey(
        b"the key of case.", virtual.EPOCH_S // 600, report_type=ReportType.CONFIRMED_TEST, days_since_onset=1
    )
    authority.export([case])
    started = [float(virtual.EPOCH_S)]

    def open_runner(clock, radio):
        cipher = device_cipher(folder, os.urandom)
        settings = phone_settings(folder, authority.URL, authority.trusted, policy="en-v1-buckets", cipher=cipher)
        return Runner(settings, radio, authority.client(), clock, os.urandom, np.random.default_rng())

    def work(pipe: int) -> None:
        async def main() -> None:
            loop = asyncio.get_running_loop()

            def clock() -> float:
                return started[0] + loop.time()

            runner = open_runner(clock, TellingRadio(clock, pipe))
            if runner.choices().agreed_at_s is None:
                runner.choose(agreed_at_s=clock())
                virtual.meet(runner.phone.stores.contacts, case, virtual.EPOCH_S + 600, 30, swing_db=4)
            await runner.run()

        virtual.run(main())

    sent: list[tuple[float, bytes, bytes]] = []
    while len(sent) < 20 or started[0] < virtual.EPOCH_S + 2 * HOUR:
        told = virtual.kill_child(work, rng.uniform(0, 0.8))
        whole = len(told) // RECORD.size * RECORD.size
        sent += [RECORD.unpack_from(told, at) for at in range(0, whole, RECORD.size)]
        started[0] = sent[-1][0] + 60.0
    runner = open_runner(lambda: started[0], None)
    with runner.closing():
        assert not list(folder.glob("*.damaged-*"))
        keys = runner.phone.stores.keys.recent(started[0])
        for at_s, address, data in sent:
            (key,) = (key for key in keys if key.start_s <= at_s < key.end_s)
            own = identity_at(EN, key, at_s, -20)
            assert (own.address, own.advertisement) == (address, data)
        runner.check()
        assert (
            len(runner.phone.stores.exposures.alerts(withdrawn=True)) == 1
        )  # warned once, however often it was killed
        assert len(runner.phone.stores.contacts.sightings()) > 30
