"""Virtual controllers and the air between them: what a phone's engine meets there is what a real chip would do."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from bumble import hci
from bumble.host import Host
from bumble.transport.common import AsyncPipeSink
from hypothesis import given
from hypothesis import strategies as st

from bluezone.town.air import MAX_ADV_DELAY_S, EventTrain
from bluezone.town.controllers import TownController
from bluezone.town.radio_model import ByDistance, RadioModel, mean_rssi_dbm
from bluezone.town.scene import TownScene, walls_db
from bluezone.town.world import make_world


def train(seed=1, start_s=100.0, interval_s=0.25):
    return EventTrain(np.random.default_rng(seed), start_s, interval_s)


def test_gaps_are_the_interval_plus_a_random_delay():
    gaps = np.diff(train().span(100, 5000)[1])
    assert gaps.min() >= 0.25
    assert gaps.max() <= 0.25 + MAX_ADV_DELAY_S
    assert gaps.mean() == pytest.approx(0.255, abs=0.0005)
    assert gaps.std() == pytest.approx(MAX_ADV_DELAY_S / np.sqrt(12), rel=0.1)


def test_the_first_event_comes_within_ten_milliseconds():
    first = train().span(0, 200)[1][0]
    assert 100 <= first <= 100 + MAX_ADV_DELAY_S


@given(st.lists(st.tuples(st.floats(0, 3000), st.floats(0, 5)), max_size=8))
def test_the_times_do_not_depend_on_what_was_asked_before(questions):
    asked = train()
    for start_s, length_s in questions:
        asked.span(start_s, start_s + length_s)
    assert asked.span(2000, 2010) == train().span(2000, 2010)


@given(st.floats(0, 3000), st.floats(0, 3000), st.floats(0, 3000))
def test_neighbouring_spans_share_no_event_and_lose_none(a, b, c):
    first, middle, last = sorted((a, b, c))
    one = train()
    whole = one.span(first, last)[1]
    assert one.span(first, middle)[1] + one.span(middle, last)[1] == whole
    assert one.count_until(last) - one.count_until(first) == len(whole)


def test_nothing_is_sent_before_the_start():
    assert train().span(0, 100)[1] == []
    assert train().count_until(100) == 0


SENDER = bytes.fromhex("3a1122334455")
DATA = bytes(range(31))

Advertising = hci.HCI_LE_Set_Extended_Advertising_Parameters_Command
Properties = Advertising.AdvertisingProperties


async def scan_for(radio, seconds):
    heard = []
    await radio.start_scanning(heard.append)
    await asyncio.sleep(seconds)
    await radio.stop_scanning()
    return heard


@pytest.mark.parametrize("extended_sender", [True, False])
@pytest.mark.parametrize("extended_listener", [True, False])
async def test_a_phone_hears_another_with_its_address_its_bytes_and_its_strength(
    studio, extended_sender, extended_listener
):
    room = studio(0.0, 1.0)
    sender, listener = await room.radio(0, extended_sender), await room.radio(1, extended_listener)
    await sender.advertise(SENDER, DATA)
    heard = await scan_for(listener, 10)
    assert {(one.address, one.data) for one in heard} == {(SENDER, DATA)}
    assert 36 <= len(heard) <= 40  # every 250 ms and 0 to 10 more
    assert np.median([one.rssi_dbm for one in heard]) == pytest.approx(mean_rssi_dbm(RadioModel(), 0, 1.0), abs=12)
    gaps = np.diff([one.at_s for one in heard])
    assert gaps.min() >= 0.25 - 1e-9


async def test_who_does_not_scan_hears_nothing_and_costs_nothing(studio):
    room = studio(0.0, 1.0)
    sender, listener = await room.radio(0), await room.radio(1)
    await sender.advertise(SENDER, DATA)
    heard = await scan_for(listener, 1)
    count = len(heard)
    await asyncio.sleep(3600)
    await sender.stop_advertising()
    count, after, statistics = count, len(heard), room.air.statistics
    assert count == after
    assert statistics.received == count
    assert statistics.audible <= 10  # the other 14,000 were never computed
    assert statistics.events == pytest.approx(3601 / 0.255, rel=0.01)


async def test_strength_falls_with_distance_and_nobody_is_heard_from_afar(studio):
    room = studio(0.0, 1.0, 8.0, 3000.0)
    listener = await room.radio(0)
    for station in (1, 2, 3):
        await (await room.radio(station)).advertise(bytes([station]) * 6, DATA)
    heard = await scan_for(listener, 60)
    strength = {station: np.mean([one.rssi_dbm for one in heard if one.address[0] == station]) for station in (1, 2)}
    assert not any(one.address[0] == 3 for one in heard)
    assert strength[1] > strength[2] + 5


async def test_near_the_sensitivity_some_packets_are_lost(studio):
    model = RadioModel(carrying_sigma_db=0, shadowing=ByDistance(0, 0, 0, 0), channel_sigma_db=0, handset_db=54.0)
    room = studio(0.0, 1.0, model=model)  # -94 dBm in the middle
    await (await room.radio(0)).advertise(SENDER, DATA)
    assert 0.3 < len(await scan_for(await room.radio(1), 1000)) / (1000 / 0.255) < 0.9


async def test_a_new_address_and_new_bytes_come_together(studio):
    """Over a hundred changes in the middle of a scan no packet mixes old and new."""
    room = studio(0.0, 1.0)
    sender, listener = await room.radio(0), await room.radio(1)
    heard = []
    await listener.start_scanning(heard.append)
    for turn in range(100):
        await sender.advertise(bytes([turn]) * 6, bytes([turn]) * 31)
        await asyncio.sleep(0.6)
    assert len({one.address for one in heard}) == 100
    assert all(set(one.address) == set(one.data) for one in heard)


async def test_an_advertiser_that_stops_is_not_heard_any_more(studio):
    room = studio(0.0, 1.0)
    sender, listener = await room.radio(0), await room.radio(1)
    await sender.advertise(SENDER, DATA)
    heard = []
    await listener.start_scanning(heard.append)
    await asyncio.sleep(2.1)
    await sender.stop_advertising()
    before = len(heard)
    await asyncio.sleep(10)
    before, after = before, len(heard)
    assert before == after > 0


def test_the_same_seed_gives_the_same_packets_and_another_does_not(studio, in_town):
    async def main(seed):
        room = studio(0.0, 1.0, 5.0, seed=seed)
        radios = [await room.radio(station) for station in range(3)]
        for station in (0, 1):
            await radios[station].advertise(bytes([station]) * 6, DATA)
        return await scan_for(radios[2], 30)

    once, again, other = in_town(main(4)), in_town(main(4)), in_town(main(5))
    assert once == again
    assert once != other


# --- the controller by HCI, without our radio on it ------------------------------------------------


class Bench:
    """A controller with Bumble's plain host, to send any command and see every event."""

    def __init__(self, room, station, extended=True):
        self.controller = TownController(room.air, station, 0.0, extended=extended)
        self.host = Host(self.controller, AsyncPipeSink(self.controller))
        self.reports = []
        self.host.on("advertising_report", self.reports.append)

    async def start(self):
        await self.host.reset()
        return self

    async def send(self, command):
        """Status of the answer."""
        answer = await self.host.send_command(command)
        return answer.status if isinstance(answer, hci.HCI_Command_Status_Event) else answer.return_parameters.status

    async def ready_to_scan(self, interval=16, window=16):
        assert await self.send(hci.HCI_LE_Set_Random_Address_Command(random_address=hci.Address(SENDER))) == 0
        assert await self.send(scan_parameters(interval, window)) == 0


def scan_parameters(interval, window):
    return hci.HCI_LE_Set_Extended_Scan_Parameters_Command(
        own_address_type=hci.OwnAddressType.RANDOM,
        scanning_filter_policy=0,
        scanning_phys=1,
        scan_types=[0],
        scan_intervals=[interval],
        scan_windows=[window],
    )


def scan(enable=1, duplicates=0, duration=0):
    return hci.HCI_LE_Set_Extended_Scan_Enable_Command(
        enable=enable, filter_duplicates=duplicates, duration=duration, period=0
    )


def parameters(properties, handle=0):
    return Advertising(
        advertising_handle=handle,
        advertising_event_properties=properties,
        primary_advertising_interval_min=160,
        primary_advertising_interval_max=160,
        primary_advertising_channel_map=7,
        own_address_type=hci.OwnAddressType.RANDOM,
        peer_address_type=0,
        peer_address=hci.Address.ANY,
        advertising_filter_policy=0,
        advertising_tx_power=127,
        primary_advertising_phy=1,
        secondary_advertising_max_skip=0,
        secondary_advertising_phy=1,
        advertising_sid=0,
        scan_request_notification_enable=0,
    )


def set_address(handle=0):
    return hci.HCI_LE_Set_Advertising_Set_Random_Address_Command(
        advertising_handle=handle, random_address=hci.Address(SENDER)
    )


def advertise(enable=1, handle=0, duration=0):
    return hci.HCI_LE_Set_Extended_Advertising_Enable_Command(
        enable=enable, advertising_handles=[handle], durations=[duration], max_extended_advertising_events=[0]
    )


async def sending(room, station, properties, extended=True):
    bench = await Bench(room, station).start()
    for command in (parameters(properties), set_address(), advertise()):
        assert await bench.send(command) == 0
    return bench


@pytest.mark.parametrize(("interval", "window", "share"), [(1600, 160, 0.1), (1600, 800, 0.5), (160, 160, 1.0)])
async def test_scan_window_and_interval_are_honoured(studio, interval, window, share):
    room = studio(0.0, 1.0)
    await sending(room, 0, Properties.USE_LEGACY_ADVERTISING_PDUS)
    listener = await Bench(room, 1).start()
    await listener.ready_to_scan(interval, window)
    assert await listener.send(scan()) == 0
    await asyncio.sleep(200)
    assert len(listener.reports) / (200 / 0.105) == pytest.approx(share, rel=0.08)


@pytest.mark.parametrize(
    ("properties", "event_type"),
    [
        (Properties.USE_LEGACY_ADVERTISING_PDUS, 0x10),
        (Properties.USE_LEGACY_ADVERTISING_PDUS | Properties.SCANNABLE_ADVERTISING, 0x12),
        (
            Properties.USE_LEGACY_ADVERTISING_PDUS
            | Properties.SCANNABLE_ADVERTISING
            | Properties.CONNECTABLE_ADVERTISING,
            0x13,
        ),
        (Properties(0), 0x00),
    ],
)
async def test_reports_say_what_kind_of_advertisement_it_was(studio, properties, event_type):
    room = studio(0.0, 1.0)
    await sending(room, 0, properties)
    listener = await Bench(room, 1).start()
    await listener.ready_to_scan()
    await listener.send(scan())
    await asyncio.sleep(1)
    reports = listener.reports
    assert 8 <= len(reports) <= 10  # one report a packet, no scan response made up
    assert {int(report.event_type) for report in reports} == {event_type}
    assert {report.tx_power for report in reports} == {127}


async def test_duplicates_are_filtered_where_the_host_asks_for_it(studio):
    room = studio(0.0, 1.0)
    await sending(room, 0, Properties.USE_LEGACY_ADVERTISING_PDUS)
    listener = await Bench(room, 1).start()
    await listener.ready_to_scan()
    await listener.send(scan(duplicates=1))
    await asyncio.sleep(10)
    assert len(listener.reports) == 1


async def test_a_reset_stops_advertising_and_scanning(studio):
    room = studio(0.0, 1.0)
    sender = await sending(room, 0, Properties.USE_LEGACY_ADVERTISING_PDUS)
    listener = await Bench(room, 1).start()
    await listener.ready_to_scan()
    await listener.send(scan())
    await asyncio.sleep(1)
    await sender.send(hci.HCI_Reset_Command())
    count = len(listener.reports)
    await asyncio.sleep(10)
    assert len(listener.reports) == count > 0
    await listener.send(hci.HCI_Reset_Command())
    assert listener.controller.le_scan_enable is False


async def test_commands_a_real_controller_refuses_are_refused(studio):
    error = hci.HCI_ErrorCode
    random_address = hci.HCI_LE_Set_Random_Address_Command(random_address=hci.Address(SENDER))
    bench = await Bench(studio(0.0), 0).start()
    assert await bench.send(scan_parameters(16, 32)) == error.INVALID_COMMAND_PARAMETERS_ERROR
    assert await bench.send(scan_parameters(16, 16)) == 0
    assert await bench.send(scan()) == error.INVALID_COMMAND_PARAMETERS_ERROR  # no random address yet
    assert await bench.send(random_address) == 0
    assert await bench.send(scan(duration=100)) == error.UNSUPPORTED_FEATURE_OR_PARAMETER_VALUE_ERROR
    assert await bench.send(scan()) == 0
    assert await bench.send(scan_parameters(16, 16)) == error.COMMAND_DISALLOWED_ERROR
    assert await bench.send(random_address) == error.COMMAND_DISALLOWED_ERROR
    assert await bench.send(set_address(handle=9)) == error.UNKNOWN_ADVERTISING_IDENTIFIER_ERROR
    assert await bench.send(advertise(handle=9)) == error.UNKNOWN_ADVERTISING_IDENTIFIER_ERROR
    assert await bench.send(parameters(Properties.USE_LEGACY_ADVERTISING_PDUS)) == 0
    assert await bench.send(advertise()) == error.INVALID_COMMAND_PARAMETERS_ERROR  # no address of its own yet
    assert await bench.send(set_address()) == 0
    assert await bench.send(advertise(duration=5)) == error.UNSUPPORTED_FEATURE_OR_PARAMETER_VALUE_ERROR
    assert await bench.send(advertise()) == 0
    assert await bench.send(parameters(Properties(0))) == error.COMMAND_DISALLOWED_ERROR
    remove = hci.HCI_LE_Remove_Advertising_Set_Command(advertising_handle=0)
    assert await bench.send(remove) == error.COMMAND_DISALLOWED_ERROR
    assert await bench.send(advertise(enable=0)) == 0
    assert await bench.send(remove) == 0


async def test_connections_are_refused_and_do_not_hang(studio):
    bench = await Bench(studio(0.0), 0).start()
    command = hci.HCI_LE_Create_Connection_Command(
        le_scan_interval=16,
        le_scan_window=16,
        initiator_filter_policy=0,
        peer_address_type=1,
        peer_address=hci.Address(SENDER),
        own_address_type=1,
        connection_interval_min=6,
        connection_interval_max=6,
        max_latency=0,
        supervision_timeout=100,
        min_ce_length=0,
        max_ce_length=0,
    )
    assert await bench.send(command) == hci.HCI_ErrorCode.UNSUPPORTED_FEATURE_OR_PARAMETER_VALUE_ERROR


# --- the world as the radio sees it ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "loss_db"),
    [(-1, -1, 0), (64, 64, 0), (64, 65, 5), (64, -1, 12), (-1, 64, 12), (64, 128, 24), (63, 64, 24)],
)
def test_walls_between_rooms(a, b, loss_db):
    assert walls_db(np.array([a]), np.array([b])) == pytest.approx([loss_db])


def test_nobody_whom_one_could_hear_is_out_of_earshot():
    """The table of earshot leaves out only pairs whose packets could not be received."""
    world, model = make_world(20, 3), RadioModel()
    scene = TownScene(world.paths, model, 0.0)
    for at_s in np.sort(np.random.default_rng(1).uniform(0, 86_000, 300)):  # in order: tables are made by the hour
        times = np.array([at_s, at_s + 4.0])
        for station in (0, 7, 19):
            near = scene.in_earshot(station, at_s)
            for other in range(20):
                if other == station or other in near:
                    continue
                others = np.array([other, other])
                geometry = [scene.geometry(station, others[:1], one) for one in (times[:1], times[1:])]
                assert max(mean_rssi_dbm(model, 0.0, *one)[0] for one in geometry) < model.sensitivity_dbm
