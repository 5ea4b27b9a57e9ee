from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import contextmanager
from types import SimpleNamespace

import numpy as np
import pytest
from tests.phone.doubles import StillRadio, client_of, no_net
from tests.phone.settings import phone_settings

from bluezone.exposure.policies.document import POLICY
from bluezone.phone.app.loop import Runner
from bluezone.phone.app.schedule import CHECK_EVERY_S, FIRST_CHECK_WITHIN_S, SPREAD, Task, next_check_s, running_alone
from bluezone.phone.errors import PhoneError
from bluezone.phone.matching.exposure_check import CheckReport
from bluezone.protocol.intervals import DAY_S
from bluezone.protocol.keys import TemporaryExposureKey

KEY = TemporaryExposureKey(bytes(16), 1_597_276_800 // 600)


@pytest.fixture
def left(tmp_path, authority, virtual):
    """`left(hours, client)`: a phone left to itself, whose owner has said yes; what its checks reported."""

    @contextmanager
    def opened(client, *, knows=True, **more):
        settings = phone_settings(tmp_path, authority.URL if knows else "", authority.trusted if knows else ())
        reports: list[CheckReport] = []
        times: list[float] = []

        def on_check(report):
            reports.append(report)
            times.append(moment())

        loops: list[asyncio.AbstractEventLoop] = []

        def moment() -> float:  # asked for by the worker threads too, which have no loop
            return virtual.EPOCH_S + (loops[0].time() if loops else 0.0)

        chance = np.random.default_rng(1)
        runner = Runner(settings, StillRadio(), client, moment, virtual.entropy(1), chance, on_check=on_check, **more)

        async def main(hours: float) -> None:
            loops.append(asyncio.get_running_loop())
            task = asyncio.create_task(runner.run())
            await asyncio.sleep(hours * 3600)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        runner.choose(agreed_at_s=float(virtual.EPOCH_S))
        with runner.closing():
            yield SimpleNamespace(runner=runner, run=lambda h: virtual.run(main(h)), reports=reports, times=times)

    return opened


@pytest.mark.parametrize(("failures", "wait_s"), [(0, 1_800), (1, 900), (2, 1_800), (999, 1_800)])
def test_checks_come_sooner_after_a_failure_and_never_in_a_hurry(failures, wait_s):
    drawn_s = {round(next_check_s(failures, np.random.default_rng(seed))) for seed in range(100)}
    assert wait_s * (1 - SPREAD) <= min(drawn_s) < 0.9 * wait_s
    assert 1.1 * wait_s < max(drawn_s) <= wait_s * (1 + SPREAD)  # so that phones do not go on asking together


def test_a_phone_left_to_itself_fetches_keys_every_half_hour_and_the_rest_every_four_hours(left, authority):
    """It compares what came, and all anew with the rest; of the index it asks for the end in between."""
    authority.export([KEY])
    with left(authority.client()) as phone:
        phone.run(12)
    asked = [(request.url.path, request.headers.get("Range", "")) for request in authority.requests]
    index = f"/exports/{authority.REGION}/index.txt"
    ends, wholes = asked.count((index, "bytes=-1024")), asked.count((index, ""))
    assert 16 <= ends <= 26
    assert 3 <= wholes <= 4
    assert asked.count((POLICY.address(authority.REGION), "")) == wholes
    assert [report.keys_checked for report in phone.reports] == [1] + [0] * (wholes - 1)


def test_the_first_check_comes_within_ten_minutes(left, authority, virtual):
    with left(authority.client()) as phone:
        phone.run(1)
    assert 0 < phone.times[0] - virtual.EPOCH_S <= FIRST_CHECK_WITHIN_S


def test_where_the_network_fails_what_was_fetched_before_is_checked_all_the_same(left, authority, virtual, caplog):
    name = authority.export([KEY])
    with left(client_of(no_net)) as phone:
        phone.runner.phone.stores.exposures.store_export(name, authority.files[name], virtual.EPOCH_S)
        phone.run(5)
        assert phone.reports[0].keys_checked == 1
        assert phone.runner.facts().unreachable
    assert "fetching failed, checking what there is" in caplog.text


def test_a_phone_without_an_authority_only_sends_and_listens(left):
    def nobody(request):
        raise AssertionError("there is nobody to ask")

    with left(client_of(nobody), knows=False) as phone:
        phone.run(24)
    assert phone.reports == []


def test_a_task_is_run_once_a_day_and_not_again_after_a_restart(left, authority):
    runs: list[float] = []
    task = Task("activity", lambda phone, client: runs.append(phone.clock()))
    with left(authority.client(), tasks=[task]) as phone:
        phone.run(73)
    assert len(runs) in (3, 4)
    assert min(np.diff(runs)) >= DAY_S - CHECK_EVERY_S
    runs.clear()
    with left(authority.client(), tasks=[task]) as phone:
        phone.runner.stores.preferences.mark_done("activity", phone.runner.clock())
        phone.run(6)
    assert runs == []


def test_a_task_that_fails_stops_nothing_is_tried_again_and_its_words_are_not_logged(left, authority, caplog):
    tries: list[str] = []

    def fails(phone, client):
        tries.append("first")
        raise PhoneError("0912345678 was refused")

    with left(
        authority.client(), tasks=[Task("a", fails), Task("b", lambda phone, client: tries.append("second"))]
    ) as phone:
        phone.run(9)
    assert tries[:3] == ["first", "second", "first"]
    assert tries.count("second") == 1
    assert len(phone.reports) >= 2
    assert "0912345678" not in caplog.text


@pytest.mark.parametrize(
    ("done_s_ago", "due"), [(None, True), (0, False), (85_600, True), (80_000, False), (200_000, True), (-10, True)]
)
def test_a_task_is_due_after_its_time_and_where_the_clock_went_back(done_s_ago, due):
    task = Task("activity", lambda phone, client: None)
    assert task.is_due(None if done_s_ago is None else 1e9 - done_s_ago, 1e9) is due


def test_two_programs_cannot_run_one_phone(tmp_path):
    refused = pytest.raises(PhoneError, match="another program runs this phone")
    with running_alone(tmp_path), refused, running_alone(tmp_path):
        pass
    with running_alone(tmp_path):
        pass


def test_a_program_that_was_killed_does_not_lock_its_phone_for_ever(tmp_path):
    script = (
        "import os, pathlib; from bluezone.phone.app.schedule import running_alone\n"
        f"with running_alone(pathlib.Path({str(tmp_path)!r})): os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9
    with running_alone(tmp_path):
        pass
