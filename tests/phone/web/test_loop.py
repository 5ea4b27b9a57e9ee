"""A phone that keeps going: radio, pauses, checks, damage, deletion."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from bluezone.phone.air.radio.monitored import RadioState


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


def run(seeded: Any, story: Any) -> None:
    async def main() -> None:
        task = asyncio.create_task(seeded.runner.run())
        try:
            await story()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(main())


def test_nothing_is_sent_before_the_yes_and_nothing_during_a_pause(seeded: Any) -> None:
    sent = seeded.radio.sent

    async def story() -> None:
        await asyncio.sleep(0.05)
        assert sent == []
        seeded.runner.choose(agreed_at_s=seeded.clock())
        await until(lambda: len(sent) == 1)
        seeded.runner.choose(language="en")
        await asyncio.sleep(0.05)
        assert (len(sent), seeded.radio.closed) == (1, 0), "another language is no reason to stop"
        seeded.runner.choose(paused=True)
        await until(lambda: seeded.radio.closed == 1)
        assert seeded.runner.facts().radio.state is RadioState.RESTING
        seeded.runner.choose(paused=False)
        await until(lambda: len(sent) == 2)
        assert sent[0] == sent[1]  # the same identifier goes on from the same address

    run(seeded, story)


@pytest.mark.parametrize(
    ("answer", "unreachable"),
    [
        (None, True),
        (httpx.Response(503), True),
        (httpx.Response(404), False),
        (httpx.Response(200, content=b"\xff"), False),
    ],
)
def test_what_failed_is_remembered_and_the_last_good_check_stands(
    seeded: Any, web: SimpleNamespace, answer: httpx.Response | None, unreachable: bool
) -> None:
    seeded.agree()
    if answer is not None:
        seeded.answer = lambda request: answer
    seeded.runner.check()
    facts = seeded.runner.facts()
    assert facts.trouble
    assert (facts.unreachable, facts.checking) == (unreachable, False)
    assert facts.choices.checked_at_s == web.NOW_S - 600
    seeded.answer = lambda request: httpx.Response(200, content=b"")
    seeded.runner.check()
    facts = seeded.runner.facts()
    assert (facts.choices.checked_at_s, facts.trouble) == (web.NOW_S, "")


def test_a_damaged_store_is_set_aside_and_its_owner_told(web: SimpleNamespace, tmp_path: Path) -> None:
    with web.opened("phone") as phone:
        phone.agree(language="en")
        phone.fortnight()
        keys = phone.runner.phone.stores.keys.all_keys()
        directory = phone.settings.directory
    path = directory / "contacts.sqlite3"
    with path.open("r+b") as file:
        file.seek(0)
        file.write(os.urandom(min(path.stat().st_size, 40_960)))
    with web.opened("phone") as phone:
        assert len(phone.runner.phone.stores.contacts.sightings()) == 0
        assert phone.runner.phone.stores.keys.all_keys() == keys
        assert "had to start anew" in web.Visitor(phone.runner).text("/notices")
    assert list(directory.glob("contacts.sqlite3.damaged-*"))


def test_deleting_stops_the_radio_first_and_also_what_was_set_aside(seeded: Any) -> None:
    seeded.agree()
    aside = seeded.settings.directory / "phone.sqlite3.damaged-1"
    aside.write_bytes(b"old keys")

    async def story() -> None:
        await until(lambda: bool(seeded.radio.sent))
        await seeded.runner.delete_all()
        sent = len(seeded.radio.sent)
        await asyncio.sleep(0.05)
        assert len(seeded.radio.sent) == sent

    run(seeded, story)
    assert not aside.exists()
    assert seeded.runner.choices().agreed_at_s is None


def test_who_does_not_want_the_background_is_heard_while_looking_only(
    seeded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bluezone.phone.app.loop._ATTENTION_EVERY_S", 0.02)
    seeded.agree(background=False)

    async def story() -> None:
        await asyncio.sleep(0.05)
        assert seeded.radio.sent == []
        seeded.runner.looked_at()
        await until(lambda: seeded.runner.facts().radio.state is RadioState.WORKING)
        seeded.clock.now_s += 601
        await until(lambda: seeded.runner.facts().radio.state is RadioState.RESTING)

    seeded.works(RadioState.RESTING)
    run(seeded, story)
