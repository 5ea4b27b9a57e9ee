"""What others may do to a phone: answers without end, and five thousand phones around it for an hour."""

from __future__ import annotations

import asyncio
import io
import resource
import tracemalloc
import zipfile
from collections.abc import Iterator

import httpx
import numpy as np
import pytest
from tests.phone.doubles import client_of
from tests.phone.settings import phone_settings

from bluezone.phone.air.radio.port import ScanResult
from bluezone.phone.air.scanner import FULL_DAY, MAX_KEPT_WHEN_FULL, Scanner
from bluezone.phone.app.engine import Phone
from bluezone.phone.client import http
from bluezone.phone.client.http import ConnectionFailedError, RefusedError
from bluezone.phone.stores.contact_store import ContactStore
from bluezone.phone.stores.phone_stores import CONTACTS, open_database
from bluezone.protocol.advertisements import build_en
from bluezone.protocol.keys import ReportType, TemporaryExposureKey
from bluezone.protocol.schemes import scheme_named

EN = scheme_named("en")
DAY0, HOUR = 1_597_276_800, 3_600


# --- answers without end ----------------------------------------------------------------------------------------------


class Endless(httpx.SyncByteStream):
    """Zeros for ever; counts what was taken."""

    def __init__(self, chunk: int = 65_536) -> None:
        self.chunk, self.taken, self.closed = bytes(chunk), 0, False

    def __iter__(self) -> Iterator[bytes]:
        while True:
            self.taken += len(self.chunk)
            yield self.chunk

    def close(self) -> None:
        self.closed = True


def serving(authority, **answers: httpx.SyncByteStream | bytes) -> httpx.Client:
    def handle(request: httpx.Request) -> httpx.Response:
        for end, answer in answers.items():
            if request.url.path.endswith(f".{end}"):
                if isinstance(answer, bytes):
                    return httpx.Response(200, content=answer)
                return httpx.Response(200, stream=answer)
        return authority.handle(request)

    return client_of(handle)


@pytest.fixture
def phone(tmp_path, authority):
    settings = phone_settings(tmp_path, authority.URL, authority.trusted, policy="en-v1-buckets")
    rng = np.random.default_rng(1)
    one = Phone(settings, None, lambda: DAY0 + 30 * HOUR, rng.bytes, rng)
    yield one
    one.close()


def test_an_export_without_end_is_cut_off_reported_and_stands_in_no_ones_way(phone, authority):
    stream = Endless()
    authority.export([], start_s=DAY0)
    tracemalloc.start()
    report = phone.sync(serving(authority, zip=stream))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "more than the" in report.bad[0][1]
    assert stream.closed
    assert stream.taken < 33 * 2**20
    assert peak < 80 * 2**20
    authority.export([], start_s=DAY0 + 7_200)
    assert len(phone.sync(authority.client()).stored) == 1  # the other rests, this one comes


def test_an_index_without_end_is_one_clear_error(phone, authority):
    stream = Endless()
    with pytest.raises(RefusedError, match="more than the 1048576 bytes allowed"):
        phone.sync(serving(authority, txt=stream))
    assert stream.closed


def test_a_small_file_that_unpacks_without_end_is_refused(phone, authority):
    authority.export([], start_s=DAY0)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("export.bin", bytes(64 * 2**20))
        archive.writestr("export.sig", b"")
    bomb = buffer.getvalue()
    assert len(bomb) < 2**20
    tracemalloc.start()
    report = phone.sync(serving(authority, zip=bomb))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(report.bad) == 1
    assert peak < 80 * 2**20


def test_an_answer_that_comes_a_byte_a_minute_is_given_up():
    """Each byte comes within the client's timeout; the whole never would, and a check waits for it."""
    minutes = iter(range(10_000))
    stream = Endless(1)
    client = client_of(httpx.Response(200, stream=stream))
    with pytest.raises(ConnectionFailedError, match="took longer than 600 s"):
        http.get(client, "https://a.example/file", 1_000_000, steady=lambda: 60.0 * next(minutes))
    assert stream.taken <= 12
    assert stream.closed


# --- five thousand phones ---------------------------------------------------------------------------------------------


class Crowd:
    """5,000 phones within reach, each heard once a scan, with a new identifier every ten minutes; one of them is a
    case, two metres away."""

    tx_power_dbm = -20
    count = 5_000

    def __init__(self, clock, case: TemporaryExposureKey) -> None:
        self.clock, self.case = clock, case.daily()
        self.rng = np.random.default_rng(4)
        self.slot, self.data = -1, []

    async def start_scanning(self, listener) -> None:
        slot = int((self.clock() - self.case.start_s) // 600)
        if slot != self.slot:
            self.slot = slot
            self.data = [build_en(self.rng.bytes(16), bytes(4)) for _ in range(self.count - 1)]
            self.data.append(EN.build(self.case, slot, -20))
        for place, data in enumerate(self.data):
            strength = -70 if place == self.count - 1 else -100 + place % 20
            listener(ScanResult(bytes(6), strength, data, self.clock()))

    async def stop_scanning(self) -> None: ...


@pytest.mark.thorough
def test_among_five_thousand_phones_for_an_hour_memory_and_logbook_are_bounded_and_the_case_is_found(
    tmp_path, virtual, authority
):
    case = TemporaryExposureKey(
        b"the key of case.", DAY0 // 600, report_type=ReportType.CONFIRMED_TEST, days_since_onset=1
    )
    book = ContactStore(open_database(CONTACTS, tmp_path), EN)
    rng = np.random.default_rng(1)

    async def main() -> None:
        def clock() -> float:
            return DAY0 + 10 * HOUR + asyncio.get_running_loop().time()

        task = asyncio.create_task(Scanner(Crowd(clock, case), EN, book, clock, rng).run())
        await asyncio.sleep(HOUR)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    virtual.run(main())
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1_024
    tally = book.tallies()[DAY0]
    assert tally.scans >= 120
    assert tally.sightings <= FULL_DAY + 5_000 + MAX_KEPT_WHEN_FULL * tally.scans
    assert tally.dropped > 0
    size = sum(path.stat().st_size for path in tmp_path.glob("contact_store*"))
    assert size < 30 * 2**20
    assert grown_mb < 120
    book.database.close()
    settings = phone_settings(tmp_path, authority.URL, authority.trusted, policy="en-v1-buckets")
    phone = Phone(settings, None, lambda: DAY0 + 30 * HOUR, rng.bytes, rng)
    authority.export([case], start_s=DAY0)
    phone.sync(authority.client())
    report = phone.check()
    assert [alert.day_start_s for alert in report.new_alerts] == [DAY0 - 7 * HOUR]  # midnight in Viet Nam
    assert 3_500 <= sum(window.duration_s for window in report.windows) <= 3_700  # in every scan, also of the full day
    phone.close()
