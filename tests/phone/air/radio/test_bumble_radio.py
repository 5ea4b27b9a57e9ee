from __future__ import annotations

import asyncio
import socket
from itertools import pairwise

import numpy as np
import pytest
from bumble import hci
from bumble.device import Device
from bumble.host import Host
from bumble.transport.common import AsyncPipeSink
from bumble.transport.tcp_server import open_tcp_server_transport_with_socket

from bluezone.phone.air.radio.bumble_radio import BumbleRadio
from bluezone.phone.air.radio.hci_packets import is_report, reports
from bluezone.phone.errors import RadioError
from bluezone.protocol.advertisements import build_en, parse_en

ADDRESSES = [bytes((0x12, 0x34, 0x56, 0x78, 0x9A, number)) for number in range(256)]
PAYLOADS = [build_en(bytes((number,)) * 16, bytes(4)) for number in range(256)]


async def listen_for(radio, seconds: float) -> list:
    heard: list = []
    await radio.start_scanning(heard.append)
    await asyncio.sleep(seconds)
    await radio.stop_scanning()
    return heard


async def opened(virtual) -> tuple:
    near = virtual.Neighbourhood()
    radio = near.radio("one")
    await radio.open()
    return near, radio


@pytest.mark.parametrize("legacy", [False, True], ids=["extended commands", "legacy commands"])
async def test_what_one_radio_sends_another_hears_with_address_strength_and_time(virtual, legacy):
    near = virtual.Neighbourhood(virtual.Air(lambda sender, receiver: -71))
    sender, receiver = near.radio("sender", legacy), near.radio("receiver", legacy)
    await sender.open()
    await receiver.open()
    await sender.advertise(ADDRESSES[1], PAYLOADS[1])
    heard = await listen_for(receiver, 10)
    assert {(h.address, h.rssi_dbm, h.data) for h in heard} == {(ADDRESSES[1], -71, PAYLOADS[1])}
    assert 39 <= len(heard) <= 41  # every 250 ms
    assert all(virtual.EPOCH_S <= h.at_s <= virtual.EPOCH_S + 10 for h in heard)
    await sender.stop_advertising()
    assert await listen_for(receiver, 5) == []


@pytest.mark.parametrize("legacy", [False, True], ids=["extended commands", "legacy commands"])
async def test_address_and_data_change_together_over_hundreds_of_rotations(virtual, legacy):
    near = virtual.Neighbourhood()
    sender, receiver = near.radio("sender", legacy), near.radio("receiver", legacy)
    await sender.open()
    await receiver.open()
    pauses = np.random.default_rng(5).uniform(0, 1.5, 600)
    heard: list = []
    await receiver.start_scanning(heard.append)
    await sender.start_scanning(lambda _: None)  # a phone scans while it rotates
    for number, pause in enumerate(pauses):
        await sender.advertise(ADDRESSES[number % 256], PAYLOADS[number % 256])
        await asyncio.sleep(pause)
    on_air = {(address, data) for _, _, address, data in near.air.sent}
    assert on_air == set(zip(ADDRESSES, PAYLOADS, strict=True))
    assert {(h.address, h.data) for h in heard} == on_air
    assert len(heard) > 1000


async def test_between_two_identities_the_radio_is_silent(virtual):
    """The order of commands is what a real controller obeys: disable, address, data, enable."""
    near = virtual.Neighbourhood()
    sender = near.radio("sender")
    await sender.open()
    await sender.advertise(ADDRESSES[0], PAYLOADS[0])
    near.controllers["sender"].commands.clear()
    await sender.advertise(ADDRESSES[1], PAYLOADS[1])
    names = [command.name for command in near.controllers["sender"].commands]
    assert names == [
        "HCI_LE_SET_EXTENDED_ADVERTISING_ENABLE_COMMAND",
        "HCI_LE_SET_ADVERTISING_SET_RANDOM_ADDRESS_COMMAND",
        "HCI_LE_SET_EXTENDED_ADVERTISING_DATA_COMMAND",
        "HCI_LE_SET_EXTENDED_ADVERTISING_ENABLE_COMMAND",
    ]
    assert [c.enable for c in near.controllers["sender"].commands if hasattr(c, "enable")] == [0, 1]


async def test_advertisements_are_legacy_and_not_connectable_and_scanning_is_passive(virtual):
    near, radio = await opened(virtual)
    await radio.advertise(ADDRESSES[0], PAYLOADS[0])
    await radio.start_scanning(lambda _: None)
    by_name = {command.name: command for command in near.controllers["one"].commands}
    assert by_name["HCI_LE_SET_EXTENDED_ADVERTISING_PARAMETERS_COMMAND"].advertising_event_properties == 0x10
    assert by_name["HCI_LE_SET_EXTENDED_SCAN_PARAMETERS_COMMAND"].scan_types == [0]
    assert by_name["HCI_LE_SET_EXTENDED_SCAN_ENABLE_COMMAND"].filter_duplicates == 0


async def test_a_stock_bumble_device_hears_what_we_send(virtual):
    """The listener here is Bumble as it comes, host and all; only the link's strengths are ours."""
    near = virtual.Neighbourhood()
    sender = near.radio("sender")
    controller = near.controller("stock")
    device = Device(name="stock", address=hci.Address("F0:00:00:00:00:01"))
    device.host = Host(controller, AsyncPipeSink(controller))
    heard = []
    device.on("advertisement", heard.append)
    await device.power_on()
    await device.start_scanning(active=False, filter_duplicates=False)
    await sender.open()
    await sender.advertise(ADDRESSES[7], PAYLOADS[7])
    await asyncio.sleep(3)
    assert len(heard) >= 11
    for advertisement in heard:
        assert bytes(advertisement.address)[::-1] == ADDRESSES[7]
        assert parse_en(advertisement.data_bytes).rpi == bytes((7,)) * 16
        assert not advertisement.is_connectable
        assert advertisement.is_legacy


async def test_a_refused_command_is_a_radio_error_and_leaves_silence(virtual):
    near, radio = await opened(virtual)
    await radio.advertise(ADDRESSES[0], PAYLOADS[0])
    near.controllers["one"].refuse.add(hci.HCI_LE_SET_EXTENDED_ADVERTISING_DATA_COMMAND)
    near.air.sent.clear()
    with pytest.raises(RadioError, match="refused HCI_LE_SET_EXTENDED_ADVERTISING_DATA"):
        await radio.advertise(ADDRESSES[1], PAYLOADS[1])
    await asyncio.sleep(2)
    assert near.air.sent == []
    near.controllers["one"].refuse.clear()
    await radio.advertise(ADDRESSES[1], PAYLOADS[1])
    await asyncio.sleep(1)
    assert {(address, data) for _, _, address, data in near.air.sent} == {(ADDRESSES[1], PAYLOADS[1])}


async def test_a_controller_that_is_unplugged_is_a_radio_error_and_can_be_opened_again(virtual):
    near, radio = await opened(virtual)
    near.controllers["one"].deaf = True
    with pytest.raises(RadioError, match="is gone"):
        await radio.start_scanning(lambda _: None)
    await radio.close()
    with pytest.raises(RadioError, match="did not start"):
        await radio.open()
    near.controllers["one"].deaf = False
    await radio.open()
    await radio.advertise(ADDRESSES[0], PAYLOADS[0])


async def test_a_closed_radio_neither_sends_nor_hears_and_says_so(virtual):
    near, radio = await opened(virtual)
    await radio.open()  # twice is once
    await radio.advertise(ADDRESSES[0], PAYLOADS[0])
    await radio.start_scanning(lambda _: None)
    await radio.close()
    near.air.sent.clear()
    await asyncio.sleep(2)
    assert near.air.sent == []
    assert not near.controllers["one"].le_scan_enable
    with pytest.raises(RadioError, match="not open"):
        await radio.advertise(ADDRESSES[0], PAYLOADS[0])


@pytest.mark.parametrize(("address", "data"), [(b"short", b""), (bytes(6), bytes(32))])
async def test_what_does_not_fit_into_an_advertisement_is_refused_before_anything_changes(virtual, address, data):
    near, radio = await opened(virtual)
    await radio.advertise(ADDRESSES[0], PAYLOADS[0])
    with pytest.raises(RadioError, match="cannot be advertised"):
        await radio.advertise(address, data)
    await asyncio.sleep(1)
    assert {(a, d) for _, _, a, d in near.air.sent} == {(ADDRESSES[0], PAYLOADS[0])}


@pytest.mark.parametrize("name", ["nonsense:0", "tcp-client:127.0.0.1:1", "tcp-client:nonsense"])
def test_a_transport_that_cannot_be_opened_is_one_clear_error(virtual, name):
    radio = BumbleRadio.from_transport(name, virtual.clock, -20)
    with pytest.raises(RadioError, match="cannot be opened"):
        asyncio.run(radio.open())


def test_a_radio_works_over_tcp_as_it_would_over_usb(virtual):
    """Real sockets, real time: a virtual controller behind `tcp-server`, our radio behind `tcp-client`."""

    async def main():
        near = virtual.Neighbourhood()
        other = near.radio("other")
        await other.open()
        listening = socket.create_server(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        async with await open_tcp_server_transport_with_socket(listening) as server:
            controller = near.controller("remote")
            controller.host = server.sink
            server.source.set_packet_sink(controller)
            radio = BumbleRadio.from_transport(f"tcp-client:127.0.0.1:{port}", virtual.clock, -20)
            await radio.open()
            await radio.advertise(ADDRESSES[3], PAYLOADS[3])
            heard = await listen_for(other, 0.6)
            assert {(h.address, h.data) for h in heard} == {(ADDRESSES[3], PAYLOADS[3])}
            await radio.close()
            server.server.close()  # Bumble leaves it open

    asyncio.run(main())


# --- reports from bytes ---------------------------------------------------------------------------


def extended(*items: tuple[bytes, int, bytes], event_type: int = 0x10) -> bytes:
    kind = hci.HCI_LE_Extended_Advertising_Report_Event
    return bytes(
        kind(
            [
                kind.Report(event_type, 1, hci.Address(a[::-1]), 1, 0, 0xFF, 0x7F, rssi, 0, 0, hci.Address.ANY, data)
                for a, rssi, data in items
            ]
        )
    )


def legacy(*items: tuple[bytes, int, bytes], event_type: int = 3) -> bytes:
    kind = hci.HCI_LE_Advertising_Report_Event
    return bytes(kind([kind.Report(event_type, 1, hci.Address(a[::-1]), data, rssi) for a, rssi, data in items]))


@pytest.mark.parametrize("build", [extended, legacy])
def test_reports_are_read_from_bytes_as_bumble_writes_them(build):
    items = [(ADDRESSES[0], -90, PAYLOADS[0]), (ADDRESSES[1], 5, b""), (ADDRESSES[2], -127, b"\x02\x01\x06")]
    packet = build(*items)
    assert is_report(packet)
    assert list(reports(packet)) == items


@pytest.mark.parametrize(
    "packet",
    [
        extended((ADDRESSES[0], -50, PAYLOADS[0]), event_type=0x1A),
        extended((ADDRESSES[0], -50, PAYLOADS[0]), event_type=0x20),
        extended((ADDRESSES[0], 127, PAYLOADS[0])),
        legacy((ADDRESSES[0], -50, PAYLOADS[0]), event_type=4),
        legacy((ADDRESSES[0], 127, PAYLOADS[0])),
    ],
    ids=["scan response", "fragment", "no strength", "legacy scan response", "legacy no strength"],
)
def test_reports_that_measure_nothing_are_left_out(packet):
    assert list(reports(packet)) == []


@pytest.mark.parametrize("build", [extended, legacy])
def test_a_packet_cut_off_anywhere_gives_what_was_whole_and_no_error(build):
    items = [(ADDRESSES[0], -90, PAYLOADS[0]), (ADDRESSES[1], -80, PAYLOADS[1])]
    packet = build(*items)
    lengths = [len(list(reports(packet[:cut]))) for cut in range(6, len(packet) + 1) if is_report(packet[:cut])]
    assert lengths[-1] == 2
    assert all(0 <= b - a <= 1 for a, b in pairwise(lengths))


def test_other_packets_are_not_reports():
    for packet in (b"", b"\x04\x3e", bytes(hci.HCI_Reset_Command()), b"\x04\x3e\x03\x01\x00\x00"):
        assert not is_report(packet)
