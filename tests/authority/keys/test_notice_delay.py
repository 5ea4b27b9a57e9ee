"""From the patient's yes to the notice on the phones of those who were near."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import numpy as np
import pytest
from tests.phone.settings import phone_settings

from bluezone.authority.keys.batches import publish
from bluezone.authority.keys.export_store import INDEX_MAX_AGE_S
from bluezone.authority.keys.rules import embargoed_until
from bluezone.authority.signing import services as signing
from bluezone.authority.site.environment import Environment
from bluezone.phone.app.loop import Runner
from bluezone.phone.app.schedule import CHECK_EVERY_S, SPREAD, next_check_s
from bluezone.phone.notices.port import RecordingNotifier
from bluezone.phone.stores.contact_store import Sighting
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.protocol.schemes import scheme_named
from bluezone.town.clock import JumpingLoop

HOUR_S = 3_600.0
#: the worker looks every 15 s, and a batch is written within as many
WORKER_S = 30.0
NOON_S = 1_597_752_000
ENDED = TemporaryExposureKey(bytes(16), NOON_S // 600 - 3 * 144)


@pytest.mark.parametrize("yes_s", [0, 1, 450, 899])
def test_the_latest_phone_fetches_within_the_hour_of_the_yes(yes_s: float) -> None:
    """Bound the delay from consent to notice: consent at any second of a period, a cached index, the longest wait."""
    conf = Environment(secret_key="of a test")
    yes = dt.datetime.fromtimestamp(NOON_S + yes_s, dt.UTC)
    batch_end_s = embargoed_until(ENDED, yes, conf.truncate_window_s).timestamp() + conf.export_period_s
    latest_s = batch_end_s + WORKER_S + INDEX_MAX_AGE_S + CHECK_EVERY_S * (1 + SPREAD)
    assert latest_s - yes.timestamp() <= HOUR_S


def test_phones_that_began_together_ask_at_moments_of_their_own() -> None:
    """Of a thousand phones that began within ten minutes, no minute of the sixth hour has twice its share."""
    chance = np.random.default_rng(1)
    asked_s = []
    for _ in range(1_000):
        at_s = chance.uniform(0, 600)
        while at_s < 6 * HOUR_S:
            asked_s.append(at_s)
            at_s += next_check_s(0, chance)
    minutes = np.histogram(asked_s, bins=60, range=(5 * HOUR_S, 6 * HOUR_S))[0]
    assert minutes.max() < 2 * 1_000 * 60 / CHECK_EVERY_S


class Files:
    """Hand out what the authority had written at the moment that a phone asks; `clock` tells that."""

    def __init__(self) -> None:
        self.clock: Callable[[], float] = lambda: 0.0
        self._written: list[tuple[float, dict[str, bytes]]] = []

    def note(self, folder: Path, at_s: float) -> None:
        """Note what is in the folder of exports now."""
        self._written.append((at_s, {path.name: path.read_bytes() for path in (folder / "452").iterdir()}))

    def client(self) -> httpx.Client:
        def answer(request: httpx.Request) -> httpx.Response:
            files = [files for at_s, files in self._written if at_s <= self.clock()][-1]
            content = files.get(request.url.path.removeprefix("/exports/452/"))
            return httpx.Response(404) if content is None else httpx.Response(200, content=content)

        return httpx.Client(transport=httpx.MockTransport(answer))


def near(phone: Runner, key: TemporaryExposureKey) -> None:
    """Let the phone hear a key for forty minutes of its noon, near."""
    scheme, daily = scheme_named("en"), key.daily()
    phone.stores.contacts.commit_every(40)
    for minute in range(40):
        heard = scheme.parse(scheme.build(daily, 72 + minute // 10, 0))
        assert heard is not None
        sighting = Sighting(heard.identifier, heard.encrypted_metadata, 16, -45, -45, -45)
        phone.stores.contacts.add_scan(daily.start_s + 12 * HOUR_S + 60 * minute, 60.0, [sighting])


async def live(phones: list[Runner], hours: float) -> None:
    tasks = [asyncio.ensure_future(phone.run()) for phone in phones]
    await asyncio.sleep(hours * HOUR_S)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_default_executor()  # nothing is under way when the phones close


def test_fifty_phones_are_told_within_the_hour_of_the_yes(
    phone: Any, issue: Any, settings: Any, tmp_path: Path
) -> None:
    """The yes comes just after a batch has closed. Phones have lived for an hour before, each with its own loop, and
    nobody tells them anything: they fetch, match and give notice."""
    files, folder, (ended,) = Files(), settings.BLUEZONE.exports, phone.keys(1, ending_days_ago=2)
    publish(phone.clock.now)
    files.note(folder, 0.0)
    yes_s = phone.clock.forward(seconds=1).timestamp()
    phone.publish(issue(), [ended])
    for _ in range(2):
        publish(phone.clock.forward(minutes=15))
        files.note(folder, phone.clock.now.timestamp() + WORKER_S)
    pinned = tuple(
        TrustedKey(signing.public_key(key), "452", key.version)
        for key in signing.active(signing.EXPORT, phone.clock.now)
    )
    with asyncio.Runner(loop_factory=JumpingLoop) as runner, files.client() as client:
        loop = runner.get_loop()
        files.clock = lambda: yes_s - HOUR_S + loop.time()
        told = [RecordingNotifier(files.clock) for _ in range(50)]
        phones = []
        for number, notifier in enumerate(told):
            chance = np.random.default_rng(number)
            place = phone_settings(tmp_path / str(number), "https://testserver", pinned)
            one = Runner(place, None, client, files.clock, chance.bytes, chance, look_at_clock_s=600, notifier=notifier)
            near(one, ended)
            one.choose(agreed_at_s=files.clock(), notifications=True)
            phones.append(one)
        runner.run(live(phones, 2))
        for one in phones:
            one.close()
    delays_min = [(notifier.shown[0][0] - yes_s) / 60 for notifier in told]
    print(f"{len(delays_min)} phones: median {median(delays_min):.0f} min, worst {max(delays_min):.0f} min")
    assert min(delays_min) > 15
    assert median(delays_min) < 40
    assert max(delays_min) < 60
