"""A phone that keeps going: radio, pauses, checks, damage, deletion."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from bluezone.phone.air.radio.monitored import RadioState
from bluezone.phone.client.counting import Installation
from bluezone.phone.stores.encryption import KEY_FILE, Cipher, device_cipher
from bluezone.phone.stores.phone_stores import damaged_databases


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
    sent = seeded.radio.advertised

    async def story() -> None:
        await asyncio.sleep(0.05)
        assert sent == []
        seeded.runner.choose(agreed_at_s=seeded.clock())
        await until(lambda: len(sent) == 1)
        seeded.runner.choose(paused=True)
        await until(lambda: seeded.runner.facts().radio.state is RadioState.RESTING)
        seeded.runner.choose(paused=False)
        await until(lambda: len(sent) == 2)
        assert sent[0] == sent[1]  # the same identifier goes on from the same address

    run(seeded, story)


def test_a_radio_that_is_gone_is_said_and_taken_up_again(seeded: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bluezone.phone.app.engine._RADIO_RETRY_S", 0.02)
    seeded.agree()
    seeded.radio.gone = True

    async def story() -> None:
        await until(lambda: seeded.runner.facts().radio.state is RadioState.OFF)
        assert "gone" in seeded.runner.facts().radio.reason
        seeded.radio.gone = False
        await until(lambda: seeded.runner.facts().radio.state is RadioState.WORKING)

    run(seeded, story)


def test_a_phone_without_a_radio_still_checks(seeded: Any, web: SimpleNamespace) -> None:
    seeded.agree(checked_s_ago=None)
    seeded.answer = lambda request: httpx.Response(200, content=b"")
    seeded.runner.check()
    facts = seeded.runner.facts()
    assert (facts.choices.checked_at_s, facts.trouble) == (web.NOW_S, "")


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
        assert "had to start anew" in web.Visitor(phone).text("/notices")
    assert list(directory.glob("contacts.sqlite3.damaged-*"))


def test_a_whole_store_stays_where_it_is(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "phone.sqlite3")) as db, db:
        db.execute("CREATE TABLE t (x)")
    db.close()
    assert damaged_databases(tmp_path) == []


def test_deleting_stops_the_radio_first_and_also_what_was_set_aside(seeded: Any) -> None:
    seeded.agree()
    aside = seeded.settings.directory / "phone.sqlite3.damaged-1"
    aside.write_bytes(b"old keys")

    async def story() -> None:
        await until(lambda: bool(seeded.radio.advertised))
        await seeded.runner.delete_all()
        sent = len(seeded.radio.advertised)
        await asyncio.sleep(0.05)
        assert len(seeded.radio.advertised) == sent

    run(seeded, story)
    assert not aside.exists()
    assert seeded.runner.choices().agreed_at_s is None


def test_a_lost_key_means_a_clean_start_and_the_owner_is_told(web: SimpleNamespace) -> None:
    with web.opened("phone", cipher=Cipher(b"1" * 32, os.urandom)) as phone:
        phone.agree(language="en")
        phone.runner.phone.stores.keys.key_at(web.NOW_S)
        directory = phone.settings.directory
    with web.opened("phone", cipher=Cipher(b"2" * 32, os.urandom)) as phone:
        assert phone.runner.phone.stores.keys.all_keys() == frozenset()
        assert phone.runner.choices().agreed_at_s is not None
        assert "had to start anew" in web.Visitor(phone).text("/notices")
    assert list(directory.glob("phone.sqlite3.damaged-*"))


def test_deleting_destroys_the_key_that_sealed_the_files(web: SimpleNamespace, tmp_path: Path) -> None:
    folder = tmp_path / "phone"
    with web.opened("phone", cipher=device_cipher(folder, os.urandom)) as phone:
        phone.agree()
        first = (folder / KEY_FILE).read_bytes()
        asyncio.run(phone.runner.delete_all())
        phone.runner.phone.stores.keys.key_at(web.NOW_S)
        assert (folder / KEY_FILE).read_bytes() != first
    with web.opened("phone", cipher=device_cipher(folder, os.urandom)) as phone:
        assert len(phone.runner.phone.stores.keys.all_keys()) == 1


def test_a_phone_restored_without_its_key_is_counted_in_place_of_the_old(web: SimpleNamespace, tmp_path: Path) -> None:
    """A copy on another device: what was sealed stays shut, and the authority is told which id is no more."""
    with web.opened("phone", cipher=Cipher(bytes(32), os.urandom)) as phone:
        phone.agree()
        phone.runner.phone.stores.keys.key_at(phone.clock())
        old = phone.runner.stores.preferences.keep_installation(
            Installation(bytes(16), registered='["linux", "0", "", ""]')
        )
    with web.opened("phone", cipher=Cipher(bytes([1]) * 32, os.urandom)) as phone:
        new = phone.runner.stores.preferences.installation()
        assert new is not None
        assert (new.id != old.id, new.replaces, new.registered) == (True, old.id, "")


def test_who_does_not_want_the_background_is_heard_while_looking_only(
    seeded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bluezone.phone.app.loop._ATTENTION_EVERY_S", 0.02)
    seeded.agree(background=False)

    async def story() -> None:
        await asyncio.sleep(0.05)
        assert seeded.radio.advertised == []
        seeded.runner.looked_at()
        await until(lambda: seeded.runner.facts().radio.state is RadioState.WORKING)
        seeded.clock.now_s += 601
        await until(lambda: seeded.runner.facts().radio.state is RadioState.RESTING)

    seeded.works(RadioState.RESTING)
    run(seeded, story)
