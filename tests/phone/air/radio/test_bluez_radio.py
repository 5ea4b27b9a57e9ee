"""The radio through bluetoothd, against a mock of it on a private bus. Not against hardware: there is none here."""

from __future__ import annotations

import asyncio
import itertools
import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from dbus_fast import BusType, Message
from dbus_fast.aio.message_bus import MessageBus
from tests.phone.settings import phone_settings

from bluezone.phone.air.duty_cycle import DutyCycle
from bluezone.phone.air.radio.bluez_radio import BluezRadio, advertisement_of
from bluezone.phone.air.radio.machine import ask_bluez, radio_named
from bluezone.phone.app.engine import Phone
from bluezone.phone.errors import RadioError
from bluezone.protocol.advertisements import build_bluezone_v1, build_en, uuid_text

RPI, AEM = bytes(range(16)), bytes(range(4))
ADDRESS = bytes(6)
EN_UUID = uuid_text(0xFD6F)
TEMPLATE = Path(__file__).with_name("bluez_template.py")
SYSTEM_PYTHON = "/usr/bin/python3"
WAIT_S = 60.0


class Bluetoothd:
    """The mock, in a process of its own, and its remote control."""

    def __init__(self) -> None:
        self.process: subprocess.Popen | None = None

    async def start(self, **parameters) -> None:
        arguments = [SYSTEM_PYTHON, "-m", "dbusmock", "--system", "--template", str(TEMPLATE)]
        self.process = subprocess.Popen(
            [*arguments, "--parameters", json.dumps(parameters)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            with suppress(AssertionError):
                await self.do("State")
                return
            await asyncio.sleep(0.05)
        raise AssertionError("the mock of bluetoothd did not start")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    async def do(self, member: str, signature: str = "", *body):
        bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
        try:
            async with asyncio.timeout(WAIT_S):
                reply = await bus.call(
                    Message(
                        destination="org.bluez", path="/", interface="bluezone.Mock", member=member,
                        signature=signature, body=list(body),
                    )
                )  # fmt: skip
        finally:
            bus.disconnect()
            await bus.wait_for_disconnect()
        assert reply.error_name is None, reply.body
        return reply.body[0] if reply.body else None

    async def state(self) -> SimpleNamespace:
        return SimpleNamespace(**json.loads(await self.do("State")))


@pytest.fixture
def bluetoothd(require_tool, tmp_path, monkeypatch) -> Iterator[Bluetoothd]:
    """A mock of bluetoothd that is started by the test, on a system bus of its own."""
    daemon = require_tool.program("dbus-daemon", package="dbus")
    if subprocess.run([SYSTEM_PYTHON, "-c", "import dbusmock"], capture_output=True, check=False).returncode:
        require_tool.missing("python3-dbusmock is not installed: `apt-get install python3-dbusmock` brings it")
    bus = subprocess.Popen(
        [daemon, "--session", "--nofork", "--print-address=1", f"--address=unix:dir={tmp_path}"],
        stdout=subprocess.PIPE,
        text=True,
    )
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.stdout.readline().strip())
    served = Bluetoothd()
    try:
        yield served
    finally:
        served.kill()
        bus.kill()
        bus.communicate()


async def until(condition, beside: asyncio.Task | None = None) -> None:
    """Wait until a condition holds; raise what ended the task `beside` it, which is to go on meanwhile."""
    async with asyncio.timeout(WAIT_S):
        while not await condition():
            if beside is not None and beside.done():
                beside.result()
                raise AssertionError("the task ended by itself")
            await asyncio.sleep(0.02)


def radio() -> BluezRadio:
    return BluezRadio("", lambda: 7.0, -20)


async def opened(bluetoothd: Bluetoothd) -> BluezRadio:
    """Start the mock, and open a radio on it."""
    await bluetoothd.start()
    one = radio()
    await one.open()
    return one


# --- sending ------------------------------------------------------------------------------------------


async def test_an_identifier_goes_on_the_air_as_bluez_wants_it_and_leaves_it(bluetoothd):
    one = await opened(bluetoothd)
    await one.advertise(ADDRESS, build_en(RPI, AEM))
    on_air = list((await bluetoothd.state()).on_air.values())
    await one.stop_advertising()
    silent = (await bluetoothd.state()).on_air
    await one.close()
    assert on_air == [
        {
            "Type": "broadcast",
            "ServiceUUIDs": [EN_UUID],
            "ServiceData": {EN_UUID: (RPI + AEM).hex()},
            "ManufacturerData": {},
            "MinInterval": 250,
            "MaxInterval": 250,
        }
    ]
    assert silent == {}


async def test_a_rotation_takes_the_old_one_off_before_the_new_one_comes(bluetoothd):
    one = await opened(bluetoothd)
    for number in range(3):
        await one.advertise(ADDRESS, build_en(bytes([number]) * 16, AEM))
    await one.close()
    state = await bluetoothd.state()
    sent = [entry and entry["ServiceData"][EN_UUID][:2] for entry in state.history]
    assert sent == ["00", None, "01", None, "02", None]
    assert state.on_air == {}


async def test_the_original_scheme_is_manufacturer_data(bluetoothd):
    one = await opened(bluetoothd)
    await one.advertise(ADDRESS, build_bluezone_v1(bytes(range(12))))
    [on_air] = (await bluetoothd.state()).on_air.values()
    await one.close()
    assert on_air["ServiceUUIDs"] == [uuid_text(0x4E56)]
    assert on_air["ManufacturerData"] == {"8885": bytes(range(12)).hex()}
    assert on_air["ServiceData"] == {}


# --- receiving ----------------------------------------------------------------------------------------


async def test_every_advertisement_is_heard_put_together_again_with_its_strength(bluetoothd):
    one, heard = await opened(bluetoothd), []
    await one.start_scanning(heard.append)
    for rssi in (-60, -61, -61):
        await bluetoothd.do("Hear", "snsay", "AA:BB:CC:DD:EE:01", rssi, EN_UUID, RPI + AEM)

    async def all_three():
        return len(heard) >= 3

    await until(all_three)
    await one.stop_scanning()
    await bluetoothd.do("Hear", "snsay", "AA:BB:CC:DD:EE:01", -70, EN_UUID, RPI + AEM)
    state = await bluetoothd.state()
    await one.close()
    assert [one.rssi_dbm for one in heard] == [-60, -61, -61]
    assert {(one.address, one.data, one.at_s) for one in heard} == {
        (bytes.fromhex("aabbccddee01"), build_en(RPI, AEM), 7.0)
    }
    assert state.filters[0]["DuplicateData"] == 1
    assert state.filters[0]["Transport"] == "le"


@pytest.mark.parametrize(
    ("service_data", "manufacturer_data", "uuids", "data"),
    [
        ({EN_UUID: RPI + AEM}, {}, [EN_UUID], build_en(RPI, AEM)),
        ({}, {8885: bytes(12)}, [uuid_text(0x4E56)], build_bluezone_v1(bytes(12))),
        ({EN_UUID: RPI}, {}, [EN_UUID], b""),
        ({EN_UUID: b""}, {}, [EN_UUID], b""),
        ({}, {8885: bytes(13)}, [uuid_text(0x4E56)], b""),
        ({}, {8885: bytes(12)}, [], b""),
        ({}, {}, [], b""),
    ],
)
def test_only_our_kinds_are_put_together(service_data, manufacturer_data, uuids, data):
    heard = SimpleNamespace(service_data=service_data, manufacturer_data=manufacturer_data, service_uuids=uuids)
    assert advertisement_of(heard) == data


async def test_a_scan_that_is_cancelled_while_it_begins_is_not_left_under_way(bluetoothd):
    """The mock, like bluetoothd, refuses a second discovery of one that has not ended its first."""
    one = await opened(bluetoothd)
    await bluetoothd.do("SlowDown", "d", 1.0)
    for delay_s in (0.0, 0.3, 0.6):
        task = asyncio.create_task(one.start_scanning(print))
        await asyncio.sleep(delay_s)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await one.stop_scanning()
    await one.start_scanning(print)
    await one.close()


async def test_five_thousand_phones_at_once_are_heard(bluetoothd):
    one, heard = await opened(bluetoothd), set()
    await one.start_scanning(lambda each: heard.add(each.data))
    await bluetoothd.do("HearMany", "ii", 5_000, -80)

    async def everybody():
        return len(heard) >= 5_000

    await until(everybody)
    await one.close()
    assert len(heard) == 5_000


# --- troubles -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "wanted", "message"),
    [
        ({"adapters": 0}, "", "no adapter at all"),
        ({}, "hci7", "no adapter hci7"),
        ({"powered": False}, "", "switched off; `bluetoothctl power on`"),
        ({"advertises": False}, "", "cannot advertise"),
    ],
)
async def test_an_adapter_that_will_not_do_is_one_sentence(bluetoothd, parameters, wanted, message):
    await bluetoothd.start(**parameters)
    with pytest.raises(RadioError, match=message):
        await BluezRadio(wanted, time.monotonic, -20).open()


async def test_without_bluetoothd_or_a_bus_the_reason_is_said(bluetoothd, monkeypatch):
    with pytest.raises(RadioError, match="bluetoothd is not running"):
        await radio().open()
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere")
    with pytest.raises(RadioError, match="D-Bus system bus"):
        await radio().open()


@pytest.mark.parametrize(
    ("refusal", "message"),
    [("NotPermitted", "another program has taken all"), ("Failed", "refused RegisterAdvertisement")],
)
async def test_an_advertisement_that_is_refused_is_one_sentence(bluetoothd, refusal, message):
    one = await opened(bluetoothd)
    await bluetoothd.do("Refuse", "s", refusal)
    with pytest.raises(RadioError, match=message):
        await one.advertise(ADDRESS, build_en(RPI, AEM))
    await bluetoothd.do("Refuse", "s", "")
    await one.advertise(ADDRESS, build_en(RPI, AEM))
    await one.close()


TROUBLES = {
    "switched off": lambda daemon: daemon.do("SetPowered", "b", False),
    "unplugged": lambda daemon: daemon.do("Unplug"),
    "taken off the air": lambda daemon: daemon.do("ReleaseAll"),
    "bluetoothd killed": lambda daemon: asyncio.to_thread(daemon.kill),
}


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_what_is_lost_while_it_runs_is_noticed_at_the_next_scan(bluetoothd, trouble):
    one = await opened(bluetoothd)
    await one.advertise(ADDRESS, build_en(RPI, AEM))
    await one.start_scanning(lambda _: None)
    await TROUBLES[trouble](bluetoothd)
    with suppress(RadioError):
        await one.stop_scanning()

    async def noticed():
        try:
            await one.start_scanning(lambda _: None)
            await one.stop_scanning()
        except RadioError:
            return True
        return False

    await until(noticed)
    await one.close()


@pytest.mark.parametrize("trouble", ["switched off and on", "bluetoothd killed and started"])
async def test_a_phone_goes_on_by_itself_when_bluetooth_comes_back(bluetoothd, trouble, tmp_path, monkeypatch):
    monkeypatch.setattr("bluezone.phone.app.engine._RADIO_RETRY_S", 0.3)
    await bluetoothd.start()

    async def on_air():
        return bool((await bluetoothd.state()).on_air)

    import numpy as np

    settings = phone_settings(tmp_path / "phone", duty=DutyCycle(0.2, 0.6, 0.1))
    phone = Phone(settings, radio(), time.time, bytes_of, np.random.default_rng(1))  # noqa: TID251
    task = asyncio.create_task(phone.run())
    await until(on_air, task)
    if trouble.startswith("switched"):
        await bluetoothd.do("SetPowered", "b", False)
        await asyncio.sleep(1)
        gone = not await on_air()
        await bluetoothd.do("SetPowered", "b", True)
    else:
        await asyncio.to_thread(bluetoothd.kill)
        gone = True
        await bluetoothd.start()
    await until(on_air, task)
    # Another phone each time, as they come by. bleak 3 loses for good the one that bluetoothd announces in the very
    # moment in which bleak asks it for all: it overwrites its news by the older answer.
    neighbours = itertools.count()

    async def heard():
        address = f"AA:BB:CC:DD:{next(neighbours).to_bytes(2, 'big').hex(':').upper()}"
        await bluetoothd.do("Hear", "snsay", address, -70, EN_UUID, RPI + AEM)
        return len(phone.stores.contacts.sightings()) > 0

    await until(heard, task)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    phone.close()
    assert gone


def bytes_of(count: int) -> bytes:
    return bytes(count)


# --- the list of radios -------------------------------------------------------------------------------


async def test_the_list_of_radios_knows_the_adapters(bluetoothd):
    await bluetoothd.start(powered=False)
    found = await ask_bluez()
    assert [(one.name, one.powered, one.can_advertise) for one in found.adapters] == [("hci0", False, True)]
    bluetoothd.kill()
    assert "not running" in (await ask_bluez()).trouble


def test_bluez_is_a_name_for_the_command_line():
    assert isinstance(radio_named("bluez:hci1", time.monotonic, -20), BluezRadio)
