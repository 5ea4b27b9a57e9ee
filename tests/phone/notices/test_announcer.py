from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress
from dataclasses import replace

import pytest
from tests.phone.contacts import warning_of

from bluezone.phone.clock import ClockWatch
from bluezone.phone.errors import PhoneError
from bluezone.phone.notices import rules
from bluezone.phone.notices.announcer import FIRST_RETRY_S, Announcer, NoticeFacts, change_state
from bluezone.phone.notices.port import NoNotifier, RecordingNotifier, notice
from bluezone.phone.stores.exposure_store import Alert
from bluezone.phone.stores.phone_stores import PHONE, open_database
from bluezone.phone.stores.preference_store import NOTICES, Choices
from bluezone.phone.stores.records import Records
from bluezone.town.clock import JumpingLoop

NEVER = "covid sars ncov virus f0 f1 bệnh nhiễm dịch ill disease infected exposure contact case warning test quarantine"
EPOCH_S = 1_597_276_800.0
DAY_S = 86_400.0


class Told:
    """A phone with its notices, on a clock that jumps."""

    def __init__(self, folder) -> None:
        self.database = open_database(PHONE, folder)
        self.store = Records(self.database, NOTICES)
        self.now_s = EPOCH_S
        self.offset_s = 0.0
        self.notifier = RecordingNotifier(self.clock)
        self.alerts: tuple[Alert, ...] = ()
        self.choices = Choices(agreed_at_s=EPOCH_S - 20 * DAY_S, notifications=True)
        self.announcer: Announcer | None = None

    def clock(self) -> float:
        with suppress(RuntimeError):
            return EPOCH_S + self.offset_s + asyncio.get_running_loop().time()
        return EPOCH_S + self.offset_s

    def look(self) -> NoticeFacts:
        return NoticeFacts(self.alerts, (), self.choices, self.store)

    def warn(self, days_ago: int = 3) -> Alert:
        day_s = int(EPOCH_S // DAY_S - days_ago) * int(DAY_S)
        alert = warning_of(day_s, EPOCH_S)
        self.alerts += (alert,)
        return alert

    def run(self, story, notifier=None) -> None:
        """Run a program of this phone from its start to its end, with `story` beside."""

        async def main() -> None:
            watch = ClockWatch(self.clock)
            announcer = self.announcer = Announcer(notifier or self.notifier, self.look, self.clock, watch)
            tasks = [asyncio.ensure_future(announcer.run()), asyncio.ensure_future(watch.run())]
            try:
                await story()
                assert not any(task.done() for task in tasks)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

        with asyncio.Runner(loop_factory=JumpingLoop) as runner:
            runner.run(main())

    @property
    def shown(self):
        return self.notifier.shown


@pytest.fixture
def told(tmp_path):
    phone = Told(tmp_path)
    yield phone
    phone.database.close()


async def hours(count: float) -> None:
    await asyncio.sleep(count * 3_600)


def test_a_warning_rings_daily_until_it_is_opened(told):
    alert = told.warn()

    async def story():
        await hours(50)
        assert [round((at_s - EPOCH_S) / 3_600) for at_s, _ in told.shown] == [0, 24, 48]
        change_state(told.store, lambda state: rules.after_opening(state, [alert]))
        told.announcer.wake()
        await hours(48)
        assert told.notifier.current is None

    told.run(story)
    assert len(told.shown) == 3
    assert {said.path for _, said in told.shown} == {f"/exposure/{alert.day_start_s}"}


def test_a_check_that_warns_is_told_within_a_second(told):
    async def story():
        await hours(5)
        told.warn()
        told.announcer.wake()
        await asyncio.sleep(1)
        assert len(told.shown) == 1

    told.run(story)


def test_what_another_program_found_is_told_within_the_hour(told):
    async def story():
        await asyncio.sleep(10)
        told.warn()
        await hours(1)
        assert len(told.shown) == 1

    told.run(story)


def test_restarts_neither_double_nor_lose(told):
    told.warn()
    for _ in range(5):
        told.run(lambda: asyncio.sleep(60))
    assert len(told.shown) == 1
    told.offset_s = DAY_S
    told.run(lambda: asyncio.sleep(60))
    assert len(told.shown) == 2


def test_killed_before_it_was_shown_it_is_shown_at_the_next_start(told):
    told.warn()

    class Hangs(RecordingNotifier):
        async def show(self, notice):
            await asyncio.sleep(1e6)

    told.run(lambda: asyncio.sleep(5), Hangs(told.clock))
    assert not told.store.read().rung_s
    told.run(lambda: asyncio.sleep(5))
    assert len(told.shown) == 1


@pytest.mark.parametrize("error", [PhoneError("no"), RuntimeError("a bug"), OSError("gone"), TimeoutError()])
def test_a_notifier_that_fails_is_tried_again_and_ends_nothing(told, error):
    told.warn()
    fails = 3

    class Fails(RecordingNotifier):
        async def show(self, notice):
            nonlocal fails
            if fails:
                fails -= 1
                raise error
            await super().show(notice)

    notifier = Fails(told.clock)

    async def story():
        await asyncio.sleep(1)
        assert told.announcer.health.reason
        await asyncio.sleep(FIRST_RETRY_S * (1 + 2 + 4) + 5)
        assert told.announcer.health.reason == ""
        await hours(12)

    told.run(story, notifier)
    assert len(notifier.shown) == 1


def test_a_notifier_that_never_answers_is_given_up_and_tried_again(told):
    told.warn()
    tries = []

    class Silent(RecordingNotifier):
        async def show(self, notice):
            tries.append(self.clock())
            await asyncio.sleep(1e9)

    told.run(lambda: hours(1), Silent(told.clock))
    assert len(tries) > 2


def test_a_disk_that_is_full_does_not_make_it_ring_every_minute(told, monkeypatch):
    told.warn()
    full = True
    true_change = Records.update

    def change(store, act):
        if full:
            raise_full()
        return true_change(store, act)

    def raise_full():
        with told.database._errors():
            raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Records, "update", change)

    async def story():
        nonlocal full
        await hours(3)
        full = False
        await hours(2)

    told.run(story)
    assert len(told.shown) == 1
    assert len(told.store.read().rung_s) == 1


def test_stores_that_cannot_be_read_for_a_while_end_nothing(told):
    told.warn()
    broken, true_look = True, told.look

    def look():
        if broken:
            raise PhoneError("closed")
        return true_look()

    told.look = look

    async def story():
        nonlocal broken
        await hours(1)
        broken = False
        await hours(1)

    told.run(story)
    assert len(told.shown) == 1


def test_nobody_is_told_who_does_not_want_it_or_has_not_joined(told):
    told.warn()
    for choices in (
        replace(told.choices, notifications=False),
        replace(told.choices, notifications=None),
        replace(told.choices, agreed_at_s=None),
    ):
        told.choices = choices
        told.run(lambda: hours(30))
    assert not told.shown


def test_a_phone_without_a_way_says_so_and_goes_on(told):
    told.warn()

    async def story():
        await hours(2)
        assert told.announcer.health.reason

    told.run(story, NoNotifier())


def test_a_clock_that_jumps_wakes_it(told):
    told.warn()

    async def story():
        await asyncio.sleep(60)
        told.offset_s = 25 * 3_600
        await asyncio.sleep(60)
        assert len(told.shown) == 2
        told.offset_s = 0.0
        await hours(2)
        assert len(told.shown) == 2

    told.run(story)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_locked_screen_tells_nobody_what_it_is_about(language):
    """The same words, whatever the kind: who sees one learns nothing, not even from what is missing."""
    warning = notice(language, "/exposure/1", urgent=True, rings=True)
    news = notice(language, "/notices", urgent=False, rings=False)
    assert (warning.title, warning.text, warning.action) == (news.title, news.text, news.action)
    said = f"{warning.title} {warning.text} {warning.action}".lower()
    for word in NEVER.split():
        assert word not in said.replace(".", " ").split()
    for phrase in ("tiếp xúc", "cảnh báo", "xét nghiệm", "cách ly"):
        assert phrase not in said
