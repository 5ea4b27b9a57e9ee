"""The town's clock waits for whoever looks on."""

from __future__ import annotations

import threading
import time

import pytest

from bluezone.town.show.pace import Pacer, StoppedError


class Shifted:
    """The real time, and what a test adds to it."""

    def __init__(self) -> None:
        self.shift_s = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.shift_s


@pytest.fixture
def real() -> Shifted:
    return Shifted()


def took_s(act) -> float:
    started_s = time.monotonic()
    act()
    return time.monotonic() - started_s


def test_a_minute_of_the_town_takes_as_long_as_the_speed_says(real):
    pacer = Pacer(600.0, real)
    pacer.start(0.0)
    assert took_s(lambda: pacer.reach(60.0)) >= 0.09


def test_the_faster_the_town_the_longer_the_steps_between_two_looks(real):
    real.shift_s = 0.0
    slow, fast = Pacer(60.0, real), Pacer(3600.0, real)
    assert slow.reach(0.0) == 6.0
    assert fast.reach(0.0) == 360.0


def test_a_town_that_is_late_does_not_catch_up_by_running(real):
    pacer = Pacer(600.0, real)
    pacer.start(0.0)
    real.shift_s += 100.0
    pacer.reach(60.0)
    assert took_s(lambda: pacer.reach(120.0)) >= 0.09


def test_another_speed_holds_at_once_also_for_who_waits(real):
    pacer = Pacer(1.0, real)
    pacer.start(0.0)
    threading.Timer(0.05, pacer.set, [3600.0]).start()
    assert took_s(lambda: pacer.reach(60.0)) < 20


@pytest.mark.parametrize("wait", [lambda pacer: pacer.reach(1.0), lambda pacer: pacer.rest(0.0)])
def test_a_paused_town_stands_still_until_it_may_go_on(real, wait):
    pacer = Pacer(3600.0, real)
    pacer.set(paused=True)
    waiting = threading.Thread(target=wait, args=[pacer])
    waiting.start()
    waiting.join(0.1)
    assert waiting.is_alive()
    pacer.set(paused=False)
    waiting.join(20)
    assert not waiting.is_alive()


def test_time_does_not_pass_during_a_pause(real):
    pacer = Pacer(600.0, real)
    pacer.start(0.0)
    pacer.set(paused=True)
    real.shift_s += 100.0
    pacer.set(paused=False)
    assert took_s(lambda: pacer.reach(60.0)) >= 0.08


def test_who_waits_is_told_of_the_end(real):
    pacer = Pacer(1.0, real)
    threading.Timer(0.05, pacer.stop).start()
    with pytest.raises(StoppedError):
        pacer.reach(10_000.0)
    with pytest.raises(StoppedError):
        pacer.rest(0.0)
