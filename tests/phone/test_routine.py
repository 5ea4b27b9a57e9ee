from __future__ import annotations

import asyncio
import subprocess
import sys

import httpx
import numpy as np
import pytest

from bluezone.phone.engine import Phone, PhoneSettings
from bluezone.phone.errors import PhoneError
from bluezone.phone.routine import SYNC_EVERY_S, alone, live
from bluezone.protocol.keys import TemporaryExposureKey

KEY = TemporaryExposureKey(bytes(16), 1_597_276_800 // 600)


class Stub:
    """A radio that does nothing."""

    tx_power_dbm = -20

    async def nothing(self, *_):
        pass

    open = close = advertise = silence = deafen = listen = nothing


@pytest.fixture
def phone(tmp_path, authority, virtual):
    one = Phone(
        PhoneSettings(tmp_path, authority.URL, authority.trusted),
        Stub(),
        virtual.clock,
        virtual.entropy(1),
        np.random.default_rng(1),
    )
    yield one
    one.close()


def live_for(virtual, phone, make_client, hours: float) -> list:
    reports: list = []

    async def main():
        task = asyncio.create_task(live(phone, make_client, reports.append))
        await asyncio.sleep(hours * 3600)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    phone.clock = lambda: float(virtual.EPOCH_S)  # asked for by the worker thread too, which has no loop
    virtual.run(main())
    return reports


def test_a_phone_left_to_itself_fetches_and_checks_every_four_hours(virtual, phone, authority):
    authority.export([KEY])
    reports = live_for(virtual, phone, authority.client, 24)
    assert 6 <= len(reports) <= 7
    assert [report.keys_checked for report in reports] == [1] + [0] * (len(reports) - 1)
    assert SYNC_EVERY_S == 4 * 3600


def test_where_the_network_fails_what_was_fetched_before_is_checked_all_the_same(virtual, phone, authority, caplog):
    def broken(request):
        raise httpx.ConnectError("no network", request=request)

    name = authority.export([KEY])
    phone.ledger.store_export(name, authority.files[name], virtual.EPOCH_S)
    reports = live_for(virtual, phone, lambda: httpx.Client(transport=httpx.MockTransport(broken)), 5)
    assert reports[0].keys_checked == 1
    assert "fetching failed, checking what there is" in caplog.text


def test_a_phone_without_an_authority_only_sends_and_listens(virtual, tmp_path):
    phone = Phone(PhoneSettings(tmp_path), Stub(), virtual.clock, virtual.entropy(1), np.random.default_rng(1))

    def no_client():
        raise AssertionError("there is nobody to ask")

    assert live_for(virtual, phone, no_client, 24) == []
    phone.close()


def test_two_programs_cannot_run_one_phone(tmp_path):
    with alone(tmp_path), pytest.raises(PhoneError, match="another program runs this phone"), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass


def test_a_program_that_was_killed_does_not_lock_its_phone_for_ever(tmp_path):
    script = (
        "import os, pathlib; from bluezone.phone.routine import alone\n"
        f"with alone(pathlib.Path({str(tmp_path)!r})): os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9
    with alone(tmp_path):
        pass
