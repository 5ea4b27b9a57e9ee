"""When decoys are sent: exponential intervals, one in five days on average, while the owner may be awake."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime
from pathlib import Path

import httpx
import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from tests.phone.doubles import client_of
from tests.phone.settings import VIET_NAM, phone_settings

from bluezone.phone.air.duty_cycle import DeviceState
from bluezone.phone.app.config import Config
from bluezone.phone.app.decoy_schedule import (
    DAILY_SPREAD_S,
    MEAN_AWAKE_S,
    REPORT_MEAN_S,
    SERIES_DAYS,
    may_be_awake,
    next_gap_s,
    run_decoys,
    run_series,
    series_s,
)
from bluezone.phone.app.loop import Runner
from bluezone.phone.client.decoys import PUBLICATION, send_decoys
from bluezone.phone.client.sender import Pace
from bluezone.phone.errors import PhoneError
from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.protocol.exports import TrustedKey

DAY_S = 86_400.0
PACE = Pace(np.random.default_rng(1), lambda _: None)


def at(hour_in_viet_nam: int) -> float:
    return datetime(2020, 8, 13, hour_in_viet_nam, tzinfo=UTC).timestamp() - 7 * 3_600


@pytest.mark.parametrize(
    ("hour", "state", "awake"),
    [
        (6, DeviceState(), False),
        (7, DeviceState(), True),
        (21, DeviceState(moving=False), True),
        (22, DeviceState(), False),
        (2, DeviceState(charging=True), False),
        (2, DeviceState(screen_on=True), True),
        (2, DeviceState(moving=True), True),
        (2, DeviceState(moving=False), False),
    ],
)
def test_an_owner_is_taken_to_be_awake_by_the_hour_or_by_what_the_phone_sees(hour, state, awake):
    assert may_be_awake(state, at(hour), VIET_NAM) is awake


def test_gaps_are_exponential():
    chance = np.random.default_rng(5)
    gaps = sorted(next_gap_s(chance) / MEAN_AWAKE_S for _ in range(20_000))
    assert sum(gaps) / len(gaps) == pytest.approx(1.0, abs=0.03)
    assert gaps[10_000] == pytest.approx(0.693, abs=0.03)
    assert gaps[19_000] == pytest.approx(2.996, abs=0.15)


class EndOfTimeError(Exception):
    """The simulated days are over."""


def live(days: float, awake, send, seed: int = 3, run=run_decoys, **options: float) -> list[float]:
    """Run a schedule over days of a simulated clock; the moments of the decoys."""
    now_s, sent = at(0), []

    async def sleep(seconds: float) -> None:
        nonlocal now_s
        now_s += seconds
        if now_s > at(0) + days * DAY_S:
            raise EndOfTimeError

    def sending() -> None:
        sent.append(now_s)
        send()

    with pytest.raises(EndOfTimeError):
        asyncio.run(run(sleep, np.random.default_rng(seed), lambda: awake(now_s), sending, **options))
    return sent


def test_one_in_five_days_on_average_and_none_at_night():
    sent = live(2_000, lambda now_s: may_be_awake(DeviceState(), now_s, VIET_NAM), lambda: None)
    assert len(sent) == pytest.approx(400, abs=60)  # three standard deviations
    hours = [datetime.fromtimestamp(moment + 7 * 3_600, UTC).hour for moment in sent]
    assert set(hours) <= set(range(7, 22))
    # What would have come at night is not caught up with in the morning.
    assert hours.count(7) < 3 * len(sent) / 15


def awake_by_the_hour(now_s: float) -> bool:
    return may_be_awake(DeviceState(), now_s, VIET_NAM)


def test_a_report_in_twenty_days_on_average():
    sent = live(4_000, awake_by_the_hour, lambda: None, mean_s=REPORT_MEAN_S)
    assert len(sent) == pytest.approx(200, abs=43)  # three standard deviations


def test_declarations_come_in_series_of_one_a_day():
    sent = live(6_000, awake_by_the_hour, lambda: None, run=run_series)
    gaps_s = np.diff(sent)
    daily = gaps_s < 1.5 * DAY_S
    assert (np.abs(gaps_s[daily] - DAY_S) <= DAILY_SPREAD_S + 1).all()
    assert 30 < (~daily).sum() < 150, "some sixty series, of which some miss a day at night"
    assert daily.sum() > 5 * (~daily).sum()
    assert {datetime.fromtimestamp(moment + 7 * 3_600, UTC).hour for moment in sent} <= set(range(7, 22))


def test_a_series_is_as_long_as_an_isolation():
    chance = np.random.default_rng(4)
    days = {len(series_s(chance)) + 1 for _ in range(2_000)}
    assert days == set(range(SERIES_DAYS[0], SERIES_DAYS[1] + 1))


@pytest.mark.parametrize("run", [run_decoys, run_series])
def test_a_phone_of_which_no_publication_could_come_sends_none(run):
    assert live(200, lambda _: False, lambda: None, run=run) == []


@pytest.mark.parametrize("run", [run_decoys, run_series])
def test_what_fails_is_no_reason_to_stop(run):
    def fail() -> None:
        raise PhoneError("no net")

    assert len(live(400, lambda _: True, fail, run=run)) > 20


@pytest.fixture
def runner(tmp_path):
    """Makes a phone that could publish, at noon in Viet Nam: `runner()`, `runner(scheme="bluezone-v1")`."""
    trusted = TrustedKey(SigningKey(ec.generate_private_key(ec.SECP256R1())).public_key())
    made = []

    def make(hour: int = 12, *, agreed: bool = True, net: bool = True, **settings: object) -> Runner:
        facts = {"authority_url": "https://authority.example", "trusted_keys": (trusted,), "pace": PACE} | settings
        phone = phone_settings(tmp_path / str(len(made)), **facts)
        client = client_of(httpx.Response(200)) if net else None
        made.append(Runner(phone, None, client, lambda: at(hour), secrets.token_bytes, np.random.default_rng(1)))
        if agreed:
            made[-1].choose(agreed_at_s=at(hour))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_a_phone_sends_decoys_where_a_publication_could_come_from_it(runner):
    assert runner()._wants_decoys()
    assert send_decoys(runner().phone.sender(runner().client), PUBLICATION) in (3, 4)


@pytest.mark.parametrize(
    ("hour", "settings"),
    [
        (3, {}),
        (12, {"agreed": False}),
        (12, {"authority_url": ""}),
        (12, {"trusted_keys": ()}),
        (12, {"scheme": "bluezone-v1"}),
    ],
)
def test_it_sends_none_at_night_before_the_yes_or_where_it_could_not_publish(runner, hour, settings):
    assert not runner(hour, **settings)._wants_decoys()


def test_a_rehearsal_sends_none(runner):
    assert send_decoys(runner(pace=None).phone.sender(runner().client)) == 0


@pytest.mark.parametrize("settings", [{"pace": None}, {"net": False}])
def test_without_pace_or_net_the_schedule_ends_at_once(runner, settings):
    asyncio.run(asyncio.wait_for(runner(**settings)._run_decoys(), 5))


def test_a_real_phone_has_a_pace():
    assert Config().settings(Path("/nowhere")).pace is not None
