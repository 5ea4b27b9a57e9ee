from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.phone.settings import phone_settings

from bluezone.phone.air.duty_cycle import (
    CROWD,
    LOW,
    NEARLY_EMPTY,
    QUIET_S,
    USUAL,
    DeviceState,
    DutyCycle,
    linux_state,
    plan,
)
from bluezone.phone.air.energy import CHIP, DEVICES, PACKET_S, advertising_events
from bluezone.phone.air.radio.port import ADVERTISING_INTERVAL_MS
from bluezone.phone.app.loop import Runner
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.contact_store import Sighting

ORIGINAL = DutyCycle(40, 300, 0)
DAY_S = 86_400.0
states = st.builds(
    DeviceState, st.booleans(), st.none() | st.floats(0, 1), st.sampled_from([None, True, False]), st.booleans()
)


@pytest.mark.parametrize(
    ("state", "neighbours", "quiet_s", "window_s", "period_s"),
    [
        (DeviceState(), 0, 0, 2, 27),
        (DeviceState(), 5, 0, 2, 27),
        (DeviceState(battery=0.8, moving=True), 0, 9_999, 2, 27),
        (DeviceState(battery=0.8), 0, 9_999, 2, 27),  # it cannot tell whether it moves: taken to move
        (DeviceState(moving=False), 0, QUIET_S, 2, 57),
        (DeviceState(moving=False), 0, QUIET_S - 1, 2, 27),
        (DeviceState(moving=False), 1, QUIET_S, 2, 27),
        (DeviceState(moving=False, screen_on=True), 0, QUIET_S, 2, 14),
        (DeviceState(screen_on=True), 3, 0, 2, 14),
        (DeviceState(battery=LOW), 3, 0, 2, 57),
        (DeviceState(battery=LOW, screen_on=True), 3, 0, 2, 57),
        (DeviceState(battery=LOW + 0.01), 3, 0, 2, 27),
        (DeviceState(battery=NEARLY_EMPTY), 3, 0, 2, 117),
        (DeviceState(battery=0.0, charging=True), 3, 0, 4, 14),
        (DeviceState(), CROWD - 1, 0, 2, 27),
        (DeviceState(), CROWD, 0, 4, 27),
        (DeviceState(battery=LOW), 5_000, 0, 4, 57),
    ],
)
def test_the_plan(state, neighbours, quiet_s, window_s, period_s):
    duty = plan(state, neighbours, quiet_s)
    assert (duty.window_s, duty.period_s) == (window_s, period_s)


@given(states, st.integers(0, 20_000), st.floats(0, 1e6))
def test_every_plan_gives_a_contact_of_a_quarter_of_an_hour_seven_readings(state, neighbours, quiet_s):
    assert plan(state, neighbours, quiet_s).period_s * 7 <= 15 * 60


@given(states, st.integers(0, 20_000), st.floats(0, 1e6))
def test_no_30_s_are_without_a_scan_unless_the_battery_is_low_or_the_phone_lies_alone(state, neighbours, quiet_s):
    spared = state.battery is not None and state.battery <= LOW and not state.charging
    alone = state.moving is False and neighbours == 0 and quiet_s >= QUIET_S
    assert plan(state, neighbours, quiet_s).period_s < 30 or spared or alone


@given(states, st.integers(0, 20_000), st.floats(0, 1e6))
def test_listening_on_the_battery_never_costs_more_than_the_crowd_or_the_screen_is_worth(state, neighbours, quiet_s):
    duty = plan(state, neighbours, quiet_s)
    if not state.charging and not state.screen_on and neighbours < CROWD:
        assert duty.share < 0.6 * ORIGINAL.share
    assert duty.share < 0.35


@given(st.floats(0, LOW), states)
def test_a_lower_battery_never_listens_more(battery, state):
    full = plan(DeviceState(False, 1.0, state.moving, state.screen_on), 3)
    low = plan(DeviceState(False, battery, state.moving, state.screen_on), 3)
    assert low.share < full.share


@pytest.mark.parametrize("loss", [0.2, 0.5])
def test_a_scan_is_long_enough_for_a_link_that_loses_packets(loss):
    """The chance that a scan hears nothing of a neighbour."""
    chances = math.floor(USUAL.window_s * 1000 / (ADVERTISING_INTERVAL_MS + 10))
    assert loss**chances < 0.01


def test_a_crowd_of_five_hundred_is_heard_in_a_scan_though_packets_collide():
    """Pure ALOHA on one channel: a packet is spared if none of the others begins within a packet's time of it."""
    spared = math.exp(-2 * PACKET_S * 500 / (ADVERTISING_INTERVAL_MS + 5) * 1000)
    missed = [(1 - spared) ** (advertising_events(window_s, ADVERTISING_INTERVAL_MS)) for window_s in (2, 4)]
    assert missed[0] > 0.1
    assert missed[1] < 0.02
    assert plan(DeviceState(), 500).window_s == 4


@pytest.mark.parametrize("duty", [(0, 60, 5), (58, 60, 5), (4, 60, -1)])
def test_a_cycle_that_does_not_fit_is_refused(duty):
    with pytest.raises(PhoneError, match="duty cycle"):
        DutyCycle(*duty)


# --- what it costs ------------------------------------------------------------------------------------


def test_the_cost_of_a_day_is_current_times_time():
    assert CHIP.charge_mah(3_600, 0) == pytest.approx(6.5)
    assert CHIP.charge_mah(0, 3_600 / (3 * PACKET_S)) == pytest.approx(7.1)
    assert CHIP.charge_mah(USUAL.share * DAY_S, 0) == pytest.approx(12.2, abs=0.1)  # mAh a day


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
def test_sending_costs_a_tenth_of_listening_at_most_so_it_is_never_slowed(device):
    sending = device.charge_mah(0, advertising_events(DAY_S, ADVERTISING_INTERVAL_MS))
    assert sending < 0.1 * device.charge_mah(USUAL.share * DAY_S, 0)


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
def test_the_usual_plan_costs_six_tenths_of_the_original(device):
    ours, originals = (device.charge_mah(duty.share * DAY_S, 0) for duty in (USUAL, ORIGINAL))
    assert ours < 0.6 * originals
    assert device.source


# --- the state of a Linux machine ---------------------------------------------------------------------


@pytest.fixture
def supplies(tmp_path):
    def make(**machines: dict[str, str]):
        for name, facts in machines.items():
            (tmp_path / name).mkdir()
            for field, text in facts.items():
                (tmp_path / name / field).write_text(f"{text}\n")
        return tmp_path

    return make


@pytest.mark.parametrize(
    ("machines", "state"),
    [
        ({}, DeviceState(charging=True)),
        ({"AC": {"type": "Mains", "online": "1"}}, DeviceState(charging=True)),
        (
            {"BAT0": {"type": "Battery", "status": "Discharging", "capacity": "42"}},
            DeviceState(charging=False, battery=0.42),
        ),
        (
            {"BAT0": {"type": "Battery", "status": "Charging", "capacity": "7"}},
            DeviceState(charging=True, battery=0.07),
        ),
        (
            {"BAT0": {"type": "Battery", "status": "Not charging", "capacity": "80"}},
            DeviceState(charging=True, battery=0.8),
        ),
        (
            {
                "BAT0": {"type": "Battery", "status": "Discharging", "capacity": "20"},
                "BAT1": {"type": "Battery", "status": "Unknown", "capacity": "60"},
                "mouse": {"type": "Battery", "scope": "Device", "status": "Discharging", "capacity": "1"},
            },
            DeviceState(charging=False, battery=0.4),
        ),
        ({"BAT0": {"type": "Battery", "status": "Discharging", "capacity": "broken"}}, DeviceState(charging=True)),
    ],
)
def test_linux_says_whether_it_charges_and_how_full_it_is(supplies, machines, state):
    assert linux_state(supplies(**machines)) == state


def test_a_machine_without_such_a_folder_is_on_the_mains(tmp_path):
    assert linux_state(tmp_path / "none") == DeviceState(charging=True)


# --- who is around now --------------------------------------------------------------------------------


@pytest.mark.parametrize(("battery", "around"), [(1.0, 0), (NEARLY_EMPTY, 1)])
def test_who_is_around_is_of_the_last_scan_however_long_ago_the_plan_puts_it(tmp_path, virtual, battery, around):
    settings = phone_settings(tmp_path, sense=lambda: DeviceState(battery=battery))
    runner = Runner(settings, None, None, lambda: 1_000.0, virtual.entropy(1), np.random.default_rng(1))
    with runner.closing():
        runner.phone.stores.contacts.add_scan(900.0, 100.0, [Sighting(bytes(16), bytes(4), 8, -60, -60, -60)])
        assert runner.facts().nearby.total == around


def test_while_the_home_screen_is_open_the_phone_listens_more_often(tmp_path, virtual):
    now = [1_000.0]
    settings = phone_settings(tmp_path, sense=lambda: DeviceState(battery=0.5))
    runner = Runner(settings, None, None, lambda: now[0], virtual.entropy(1), np.random.default_rng(1))
    with runner.closing():
        assert not runner.settings.sense().screen_on
        runner.looked_at()
        assert runner.settings.sense() == DeviceState(battery=0.5, screen_on=True)
        now[0] += 60
        assert not runner.settings.sense().screen_on
