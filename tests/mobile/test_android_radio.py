from __future__ import annotations

import asyncio

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.phone.air.duty_cycle import CROWD, DeviceState, plan
from bluezone.phone.air.radio.monitored import MonitoredRadio, RadioState
from bluezone.phone.air.scanner import Scanner
from bluezone.phone.errors import RadioError
from bluezone.phone.stores.contact_store import ContactStore
from bluezone.phone.stores.phone_stores import CONTACTS, open_database
from bluezone.protocol.advertisements import build_bluezone_v1, build_en
from bluezone.protocol.schemes import scheme_named

RPI, AEM = bytes(range(16)), bytes(range(4))
EN_UUID = "0000fd6f-0000-1000-8000-00805f9b34fb"
OLD_UUID = "00004e56-0000-1000-8000-00805f9b34fb"
SENT = ("advertise", EN_UUID, (RPI + AEM).hex(), 0, "")


@pytest.fixture
def on_android(app):
    """Runs a coroutine function with an opened radio on the fake."""
    from bluezone_mobile.android_radio import AndroidRadio

    def run(body):
        async def main():
            radio = AndroidRadio(app, lambda: 7.0, -20)
            await radio.open()
            try:
                return await body(radio)
            finally:
                await radio.close()

        return asyncio.run(main())

    return run


# --- bytes --------------------------------------------------------------------------------------------


def test_a_padded_scan_record_is_cut_to_the_advertisement():
    from bluezone_mobile.android_radio import data_of

    for data in (build_en(RPI, AEM), build_bluezone_v1(bytes(12))):
        assert data_of(data + bytes(62 - len(data))) == data
        assert data_of(data) == data


@given(st.binary(max_size=255))
def test_no_record_makes_more_than_31_bytes_or_an_error(record):
    from bluezone_mobile.android_radio import data_of

    data = data_of(record)
    assert len(data) <= 31
    assert record.startswith(data)


# --- sending ------------------------------------------------------------------------------------------


def test_each_rotation_is_one_question_and_closing_ends_all(on_android, app):
    async def body(radio):
        await radio.advertise(bytes(6), build_en(RPI, AEM))
        await radio.advertise(bytes(6), build_en(RPI, AEM))
        await radio.stop_advertising()

    on_android(body)
    assert app.calls == [SENT, SENT, ("stop_advertising",), ("stop_scanning",), ("stop_advertising",)]


@pytest.mark.parametrize(("code", "words"), [(1, "too long"), (2, "another app"), (5, "cannot"), (99, "code 99")])
def test_an_advertisement_that_android_refuses_is_one_sentence(on_android, app, code, words):
    app.code = code

    async def body(radio):
        with pytest.raises(RadioError, match=words):
            await radio.advertise(bytes(6), build_en(RPI, AEM))

    on_android(body)


# --- receiving ----------------------------------------------------------------------------------------


def test_what_android_hears_reaches_the_listener_on_the_loops_thread(on_android, app):
    import threading

    async def body(radio):
        heard, threads = [], set()

        def listener(one):
            heard.append(one)
            threads.add(threading.get_ident())

        await radio.start_scanning(listener)
        for rssi in (-60, -61):
            app.hear("AA:BB:CC:DD:EE:FF", rssi, build_en(RPI, AEM) + bytes(31))
        app.hear("nonsense", -60, b"")
        await radio.stop_scanning()
        app.hear("AA:BB:CC:DD:EE:FF", -62, build_en(RPI, AEM))
        await asyncio.sleep(0.01)
        return heard, threads == {threading.get_ident()}

    heard, same_thread = on_android(body)
    assert [(one.rssi_dbm, one.data, one.at_s) for one in heard] == [(r, build_en(RPI, AEM), 7.0) for r in (-60, -61)]
    assert heard[0].address == bytes.fromhex("aabbccddeeff")
    assert same_thread
    assert ("scan", [EN_UUID, OLD_UUID]) in app.calls


def test_five_thousand_phones_reach_the_logbook_and_a_flood_is_bounded(on_android, app, tmp_path):
    from bluezone_mobile.android_radio import MAX_PENDING

    en = scheme_named("en")

    async def body(radio):
        from bluezone.phone.air.duty_cycle import DutyCycle

        book = ContactStore(open_database(CONTACTS, tmp_path), en)
        duty = DutyCycle(0.3, 60, 0)
        task = asyncio.create_task(Scanner(radio, en, book, lambda: 7.0, np.random.default_rng(1), duty).run())
        while not app.scanning:
            await asyncio.sleep(0.01)

        def crowd() -> None:  # from Android's thread, while the loop is busy elsewhere
            for number in range(MAX_PENDING * 2):
                rpi = (number % 5_000).to_bytes(16, "big")
                app.handlers["heard"]("AA:BB:CC:DD:EE:FF", -60, build_en(rpi, AEM).hex())

        app.on_a_thread(crowd)
        assert len(radio._pending) == MAX_PENDING
        while not book.tallies():
            await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        count = len(book.sightings())
        book.database.close()
        return count

    assert on_android(body) == 5_000


def test_a_scan_that_android_ends_is_told_at_the_next_one(on_android, app):
    async def body(radio):
        await radio.start_scanning(print)
        app.on_a_thread(lambda: app.handlers["scan_failed"](code=6))
        with pytest.raises(RadioError, match="too many scans"):
            await radio.start_scanning(print)
        await radio.start_scanning(print)

    on_android(body)
    assert sum(call[0] == "scan" for call in app.calls) == 2


@given(
    st.builds(DeviceState, st.booleans(), st.none() | st.floats(0, 1), st.none() | st.booleans(), st.booleans()),
    st.integers(0, 2 * CROWD),
)
def test_no_plan_starts_so_many_scans_that_android_goes_deaf(state, neighbours):
    """Five starts in 30 s are the limit (AOSP, AppScanStats)."""
    duty = plan(state, neighbours)
    assert 30 / (duty.period_s - duty.jitter_s) + 1 < 5


# --- troubles -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "words"),
    [({"present": False}, "no Bluetooth"), ({"on": False}, "switched off")],
)
def test_a_telephone_that_will_not_do_is_one_sentence(app_of, facts, words):
    from bluezone_mobile.android_radio import AndroidRadio

    with pytest.raises(RadioError, match=words):
        asyncio.run(AndroidRadio(app_of(**facts), lambda: 0.0, -20).open())


def test_a_telephone_that_cannot_send_listens_all_the_same_and_says_so(app_of):
    from bluezone_mobile.android_radio import AndroidRadio

    app = app_of(advertises=False)

    async def main():
        radio = MonitoredRadio(AndroidRadio(app, lambda: 7.0, -20))
        await radio.open()
        await radio.advertise(bytes(6), build_en(RPI, AEM))
        await radio.start_scanning(print)
        found = radio.health
        await radio.close()
        return found

    health = asyncio.run(main())
    assert (health.state, health.sends) == (RadioState.WORKING, False)
    assert "cannot send" in health.reason
    assert [call[0] for call in app.calls] == ["scan", "stop_scanning", "stop_advertising"]


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        ("SecurityException: need BLUETOOTH_SCAN", "permission"),
        ("IllegalStateException: dead object", "failed"),
        ("the app is gone", "failed"),
    ],
)
def test_what_java_throws_is_a_radio_error_in_plain_words(on_android, app, refused, words):
    async def body(radio):
        app.refuses = refused
        for act in (radio.start_scanning(print), radio.advertise(bytes(6), build_en(RPI, AEM))):
            with pytest.raises(RadioError, match=words):
                await act

    on_android(body)


def test_bluetooth_switched_off_is_noticed_at_the_next_scan_and_it_can_be_opened_again(on_android, app):
    async def body(radio):
        await radio.start_scanning(print)
        await radio.stop_scanning()
        app.radio["on"] = False
        with pytest.raises(RadioError, match="switched off"):
            await radio.start_scanning(print)
        await radio.close()
        app.radio["on"] = True
        await radio.open()
        await radio.advertise(bytes(6), build_en(RPI, AEM))

    on_android(body)
    assert SENT in app.calls


def test_a_radio_that_was_not_opened_says_so(app):
    from bluezone_mobile.android_radio import AndroidRadio

    radio = AndroidRadio(app, lambda: 0.0, -20)
    with pytest.raises(RadioError, match="not open"):
        asyncio.run(radio.start_scanning(print))
