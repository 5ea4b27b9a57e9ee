"""The town's clock jumps; it never waits, and never runs ahead of work that is being done."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from bluezone.town.clock import JumpingLoop, clock_of


def run(coroutine):
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(coroutine)


def test_a_day_of_sleep_takes_no_real_time():
    async def day():
        await asyncio.sleep(86_400)
        return asyncio.get_running_loop().time()

    started = time.monotonic()
    assert run(day()) == pytest.approx(86_400)
    assert time.monotonic() - started < 1


def test_timers_fire_in_order_and_at_their_time():
    seen = []

    async def main():
        loop = asyncio.get_running_loop()
        for delay in (30.0, 0.25, 7.5, 86_399.999, 0.0):
            loop.call_later(delay, lambda delay=delay: seen.append((delay, loop.time())))
        await asyncio.sleep(100_000)

    run(main())
    assert [delay for delay, _ in seen] == sorted(delay for delay, _ in seen)
    assert all(at == pytest.approx(delay) for delay, at in seen)


def test_two_tasks_interleave_by_their_own_periods():
    ticks = []

    async def ticker(name, period_s, count):
        for _ in range(count):
            await asyncio.sleep(period_s)
            ticks.append(name)

    async def main():
        await asyncio.gather(ticker("minute", 60, 5), ticker("five", 301, 1))

    run(main())
    assert ticks == ["minute"] * 5 + ["five"]


def test_a_timeout_fires_in_town_time():
    async def main():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), timeout=3600)
        return asyncio.get_running_loop().time()

    assert run(main()) == pytest.approx(3600)


def test_time_stands_still_while_an_executor_works():
    """A job that really takes time must not make a pending timeout fire."""
    release = threading.Event()

    async def main():
        loop = asyncio.get_running_loop()
        loop.call_later(5, release.set)  # would fire at once if time jumped while the job runs
        job = loop.run_in_executor(None, release.wait, 0.2)
        in_time = await asyncio.wait_for(job, timeout=10)
        return in_time, loop.time()

    in_time, now_s = run(main())
    assert not in_time
    assert now_s == 0


def test_time_runs_on_after_an_executor_failed():
    async def main():
        loop = asyncio.get_running_loop()
        with pytest.raises(ZeroDivisionError):
            await loop.run_in_executor(None, lambda: 1 / 0)
        await asyncio.sleep(60)
        return loop.time()

    assert run(main()) == pytest.approx(60)


def test_with_nothing_scheduled_another_thread_wakes_the_loop():
    async def main():
        loop = asyncio.get_running_loop()
        event = asyncio.Event()
        threading.Timer(0.05, lambda: loop.call_soon_threadsafe(event.set)).start()
        await event.wait()
        return loop.time()

    assert run(main()) == 0


def test_the_clock_is_the_epoch_plus_the_loops_time():
    async def main():
        clock = clock_of(asyncio.get_running_loop(), 1_597_276_800.0)
        before = clock()
        await asyncio.sleep(600)
        return before, clock()

    assert run(main()) == (1_597_276_800.0, 1_597_277_400.0)


@pytest.mark.parametrize(
    ("timer_s", "to_s", "jumps"),
    [(None, 5.0, True), (9.0, 5.0, True), (5.0, 5.0, False), (3.0, 5.0, False)],
)
def test_a_callback_may_jump_only_over_time_in_which_nothing_happens(timer_s, to_s, jumps):
    async def main():
        loop, outcome = asyncio.get_running_loop(), []
        done = asyncio.Event()

        def callback():
            outcome.extend((loop.jump_to(to_s), loop.time()))
            done.set()

        loop.call_later(1.0, callback)
        if timer_s is not None:
            loop.call_later(timer_s, lambda: None)
        await done.wait()
        return outcome

    assert run(main()) == [jumps, to_s if jumps else 1.0]


def test_a_callback_may_not_jump_while_another_is_waiting_to_run():
    async def main():
        loop, outcome, done = asyncio.get_running_loop(), [], asyncio.Event()
        loop.call_later(1.0, lambda: outcome.append(loop.jump_to(5.0)))
        loop.call_later(1.0, lambda: (outcome.append(loop.jump_to(6.0)), done.set()))
        await done.wait()
        return outcome, loop.time()

    assert run(main()) == ([False, True], 6.0)


def test_threads_get_the_real_time_they_need_to_end():
    """Runner sets a deadline for them since Python 3.12; one of the town's time would have come at once."""
    done = []

    async def main():
        asyncio.get_running_loop().run_in_executor(None, lambda: (time.sleep(0.05), done.append(True)))
        await asyncio.get_running_loop().shutdown_default_executor(0.001)

    run(main())
    assert done
