from __future__ import annotations

import asyncio
import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.phone.air.radio.machine import radio_named
from bluezone.phone.air.radio.trace_radio import Trace, TraceError, TraceRadio, read_trace, trace_of
from bluezone.phone.air.scanner import DutyCycle, Scanner
from bluezone.phone.clock import AcceleratedLoop
from bluezone.phone.errors import RadioError
from bluezone.phone.stores.contact_store import ContactStore
from bluezone.phone.stores.phone_stores import CONTACTS, open_database
from bluezone.protocol.advertisements import build_en
from bluezone.protocol.schemes import scheme_named

EN = scheme_named("en")
A, B = bytes(15) + b"a", bytes(15) + b"b"
SEALED = bytes.fromhex("01020304")
HEADER = "seconds,rssi_dbm,identifier,metadata"


def trace(*lines: str, header: str = HEADER) -> Trace:
    return trace_of(csv.DictReader(io.StringIO("\n".join((header, *lines))), strict=True), "t.csv")


def row(seconds: float, rssi_dbm: int, identifier: bytes = A) -> str:
    return f"{seconds},{rssi_dbm},{identifier.hex()},{SEALED.hex()}"


# --- reading ------------------------------------------------------------------------------------------


def test_rows_become_advertisements_in_the_order_of_time():
    read = trace(row(0, -60), row(0.5, -61, B), row(0.5, -62))
    assert list(read.seconds) == [0, 0.5, 0.5]
    assert list(read.rssi_dbm) == [-60, -61, -62]
    assert [read.kinds[number] for number in read.which] == [build_en(one, SEALED) for one in (A, B, A)]
    assert read.duration_s == 0.5


def test_an_advertisement_may_be_given_byte_by_byte():
    data = build_en(A, SEALED)
    read = trace(f"1,-60,{data.hex()}", header="seconds,rssi_dbm,advertisement")
    assert read.kinds == [data]


@pytest.mark.parametrize(
    ("header", "line", "message"),
    [
        (HEADER, "x,-60,00,00", "t.csv, line 2: seconds 'x' is not a number"),
        (HEADER, "nan,-60,00,00", "line 2: seconds 'nan' is not a number"),
        (HEADER, "-1,-60,00,00", "line 2: seconds -1 is outside 0..1296000"),
        (HEADER, "1e9,-60,00,00", "line 2: seconds 1e.09 is outside"),
        (HEADER, f"1,-60.5,{A.hex()},01020304", "line 2: rssi_dbm -60.5 is not a whole number of -127..20"),
        (HEADER, f"1,-200,{A.hex()},01020304", "line 2: rssi_dbm -200 is not a whole"),
        (HEADER, "1,-60,zz,01020304", "line 2: identifier 'zz' is not hexadecimal"),
        (HEADER, "1,-60,0011,01020304", "line 2: EN advertisement: RPI of 2"),
        (HEADER, "1,-60,,01020304", "line 2: neither an advertisement nor an identifier"),
        (HEADER, "1,-60", "line 2: has not as many fields as the header"),
        (HEADER, "1,-60,00,00,00", "line 2: has not as many fields as the header"),
        (HEADER, f"2,-60,{A.hex()},01020304\n1,-60,{A.hex()},01020304", "line 3: seconds 1 comes after 2"),
        (HEADER, '1,"-60', "line 2: not CSV"),
        ("seconds,rssi_dbm,advertisement", f"1,-60,{'00' * 32}", "line 2: advertisement of 32 bytes, more than 31"),
        ("seconds,rssi,advertisement", "1,-60,00", "line 1: unknown column 'rssi'; there are seconds, rssi_dbm"),
        ("rssi_dbm,advertisement", "-60,00", "line 1: the column seconds is missing"),
        ("seconds,rssi_dbm,identifier", "1,-60,00", "line 1: needs the column advertisement, or both"),
    ],
)
def test_a_row_that_makes_no_sense_is_one_sentence_with_its_line(header, line, message):
    with pytest.raises(TraceError, match=message) as error:
        trace(line, header=header)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 250


def test_an_empty_file_a_folder_a_picture_and_a_missing_one_are_told_apart(tmp_path):
    (tmp_path / "empty").write_text("")
    (tmp_path / "header").write_text(HEADER)
    (tmp_path / "picture").write_bytes(b"\x89PNG\xff\xfe" * 50)
    for name, message in (
        ("empty", "line 1: the column seconds is missing"),
        ("header", "there is not one sighting in it"),
        ("picture", "is not UTF-8 text"),
        ("missing", "cannot be read"),
        ("", "cannot be read"),
    ):
        with pytest.raises(TraceError, match=message):
            read_trace(tmp_path / name)


@given(st.text(max_size=200))
def test_any_text_that_is_no_trace_is_refused_in_one_sentence(text):
    with pytest.raises(TraceError, match=r"^t\.csv"):
        trace_of(csv.DictReader(io.StringIO(text), strict=True), "t.csv")


# --- replaying ----------------------------------------------------------------------------------------


async def test_what_comes_while_the_phone_listens_is_heard_at_its_time_and_the_rest_is_missed(virtual):
    recording = trace(*(row(second / 2, -60 - second) for second in range(20)))
    radio, heard = TraceRadio(recording, virtual.clock, -20), []
    await radio.open()
    await asyncio.sleep(2.1)
    await radio.start_scanning(heard.append)
    await asyncio.sleep(1.2)
    await radio.stop_scanning()
    await asyncio.sleep(2)
    await radio.start_scanning(heard.append)
    await asyncio.sleep(60)
    await radio.close()
    assert [one.rssi_dbm for one in heard] == [-65, -66, *(-60 - second for second in range(11, 20))]
    assert [one.at_s - virtual.EPOCH_S for one in heard[:2]] == [2.5, 3.0]


async def test_a_radio_opened_again_goes_on_and_does_not_begin_anew(virtual):
    recording = trace(row(1, -60), row(11, -70))
    radio, heard = TraceRadio(recording, virtual.clock, -20), []
    for _ in range(2):
        await radio.open()
        await radio.start_scanning(heard.append)
        await asyncio.sleep(8)
        await radio.close()
    assert [one.rssi_dbm for one in heard] == [-60, -70]


def test_a_closed_radio_says_so():
    radio = TraceRadio(trace(row(0, -60)), lambda: 0.0, -20)
    for act in (radio.start_scanning(print), radio.advertise(bytes(6), bytes(31))):
        with pytest.raises(RadioError, match="not open"):
            asyncio.run(act)


def test_time_that_runs_faster_makes_the_same_logbook_as_real_time_would(tmp_path):
    """Half an hour beside one phone and ten minutes of it beside another, on a real loop that runs fast."""
    lines = [row(half / 2, -60) if half % 2 else row(half / 2, -70, B) for half in range(2 * 1_800)]
    lines = [line for half, line in enumerate(lines) if half % 2 or 1_200 <= half < 2_400]

    async def main():
        loop = asyncio.get_running_loop()

        def clock() -> float:
            return 1_600_000_000 + loop.time()

        radio = TraceRadio(trace(*lines), clock, -20)
        book = ContactStore(open_database(CONTACTS, tmp_path), EN)
        await radio.open()
        duty = DutyCycle(4, 60, 5)
        listener = asyncio.create_task(Scanner(radio, EN, book, clock, np.random.default_rng(1), duty).run())
        await asyncio.sleep(radio.duration_s + 120)
        listener.cancel()
        await asyncio.gather(listener, return_exceptions=True)
        await radio.close()
        table = book.sightings()
        book.database.close()
        heard = list(zip(table.identifiers, table.since_last_scan_s, strict=True))
        return [sum(since_s for identifier, since_s in heard if identifier[-1] == one[-1]) / 60 for one in (A, B)]

    with asyncio.Runner(loop_factory=lambda: AcceleratedLoop(600)) as runner:
        minutes_a, minutes_b = runner.run(main())
    assert minutes_a == pytest.approx(30, abs=4)
    assert minutes_b == pytest.approx(10, abs=3)


def test_trace_is_a_name_for_the_command_line(tmp_path):
    (tmp_path / "a:b.csv").write_text(f"{HEADER}\n{row(3, -60)}\n")
    radio = radio_named(f"trace:{tmp_path}/a:b.csv", lambda: 0.0, -20)
    assert isinstance(radio, TraceRadio)
    assert radio.duration_s == 3
    assert radio.tx_power_dbm == -20


@pytest.mark.parametrize("name", ["", "usb", "carrier pigeon"])
def test_a_name_that_is_no_radio_names_those_that_are(name):
    with pytest.raises(RadioError, match="bluezone phone radios"):
        radio_named(name, lambda: 0.0, -20)
