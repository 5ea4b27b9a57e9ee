"""The hub: phones in one process over real sockets, and phones in processes of their own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace

import pytest

from bluezone.phone.air.radio.bumble_radio import BumbleRadio
from bluezone.town.errors import TownError
from bluezone.town.hub import MAX_PHONES, Hub, HubSettings

WAIT_S = 60.0


@asynccontextmanager
async def hub_of(**settings):
    lines: list[str] = []
    hub = Hub(HubSettings(**settings), lines.append)
    port = await hub.open("127.0.0.1", 0)
    try:
        yield hub, port, lines
    finally:
        await hub.close()


async def radio_at(port: int) -> BumbleRadio:
    radio = BumbleRadio.from_transport(f"tcp-client:127.0.0.1:{port}", time.monotonic, -5)
    await radio.open()
    return radio


async def until(condition) -> None:
    async with asyncio.timeout(WAIT_S):
        while not condition():
            await asyncio.sleep(0.02)


async def hears(radio: BumbleRadio, address: bytes) -> float:
    """Median strength of that address, once it was heard ten times."""
    strengths: list[int] = []
    await radio.start_scanning(lambda heard: strengths.append(heard.rssi_dbm) if heard.address == address else None)
    await until(lambda: len(strengths) >= 10)
    await radio.stop_scanning()
    return sorted(strengths)[5]


@pytest.mark.parametrize("extended", [True, False])
def test_phones_that_connect_hear_each_other_at_once(extended):
    async def main():
        async with hub_of(extended=extended) as (hub, port, lines):
            radios = [await radio_at(port) for _ in range(3)]
            for number, radio in enumerate(radios, start=1):
                await radio.advertise(bytes([number] * 6), bytes([number]) * 31)
            strength = await hears(radios[0], bytes([2] * 6))
            await hears(radios[2], bytes([1] * 6))
            for radio in radios:
                await radio.close()
            await until(lambda: not hub.scene.present)
            return strength, lines

    strength, lines = asyncio.run(main())
    assert -90 < strength < -40
    assert lines[2] == "phone 2 is here; 3 in all"
    assert sum("has left" in line for line in lines) == 3


def test_a_phone_that_dies_leaves_the_air_and_its_place_is_free_again():
    async def main():
        async with hub_of() as (_, port, lines):
            a, b = await radio_at(port), await radio_at(port)
            await b.advertise(bytes([7] * 6), bytes(31))
            await hears(a, bytes([7] * 6))
            heard: list[object] = []
            await a.start_scanning(heard.append)
            b._transport.sink.transport.abort()  # as the kernel does for a process that was killed
            await until(lambda: any("phone 1 has left" in line for line in lines))
            heard.clear()
            await asyncio.sleep(1.0)
            silent = not heard
            again = await radio_at(port)
            await again.advertise(bytes([8] * 6), bytes(31))
            await until(lambda: heard)
            await a.close()
            await again.close()
            return silent, lines

    silent, lines = asyncio.run(main())
    assert silent
    assert lines.count("phone 1 is here; 2 in all") == 2


def test_places_decide_who_hears_whom():
    async def main():
        async with hub_of(places=((0, 0), (1, 0), (3_000, 0))) as (_, port, _lines):
            radios = [await radio_at(port) for _ in range(3)]
            await radios[1].advertise(bytes([1] * 6), bytes(31))
            await radios[2].advertise(bytes([2] * 6), bytes(31))
            far: list[bytes] = []
            await radios[0].start_scanning(lambda heard: far.append(heard.address))
            await until(lambda: far.count(bytes([1] * 6)) > 8)
            for radio in radios:
                await radio.close()
            return set(far)

    assert asyncio.run(main()) == {bytes([1] * 6)}


def test_who_comes_when_it_is_full_is_turned_away():
    async def main():
        async with hub_of(phones=1) as (hub, port, lines):
            first = await radio_at(port)
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            refused = await asyncio.wait_for(reader.read(), WAIT_S) == b""
            writer.close()
            await first.close()
            return refused, hub.scene.present, lines

    refused, present, lines = asyncio.run(main())
    assert refused
    assert present <= {0}
    assert "a phone was turned away: there is room for 1" in lines


@pytest.mark.parametrize("garbage", [b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 5_000, b"\x01\x03\x0c\xff" + bytes(300)])
def test_who_does_not_speak_hci_harms_nobody(garbage):
    async def main():
        async with hub_of() as (_, port, _lines):
            a, b = await radio_at(port), await radio_at(port)
            await b.advertise(bytes([7] * 6), bytes(31))
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(garbage)
            await writer.drain()
            strength = await hears(a, bytes([7] * 6))
            writer.close()
            await a.close()
            await b.close()
            return strength

    assert asyncio.run(main()) < 0


@pytest.mark.parametrize(
    "changes",
    [
        {"distance_m": 0.0},
        {"walls_db": -1.0},
        {"phones": 0},
        {"phones": MAX_PHONES + 1},
        {"places": ((0, float("nan")),)},
    ],
)
def test_a_hub_that_makes_no_sense_is_refused(changes):
    with pytest.raises(TownError):
        replace(HubSettings(), **changes)


@pytest.mark.parametrize("arguments", [("--place", "0"), ("--place", "a,b"), ("--distance-m", "0"), ("--port", "-1")])
def test_the_command_refuses_nonsense_in_one_line(run_bluezone, arguments):
    ended = run_bluezone("town", "hub", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert "Traceback" not in ended.err


# --- processes of their own -----------------------------------------------------------------------------


def bluezone(*arguments: object, **kept) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "bluezone", *map(str, arguments)], text=True, stdout=subprocess.PIPE, **kept
    )


def test_three_processes_meet_one_is_killed_and_the_others_notice(tmp_path, run_bluezone):
    def sightings(name: str) -> int:
        ended = run_bluezone("phone", "--folder", tmp_path / name, "status", "--json")
        return sum(day["sightings"] for day in json.loads(ended.out)["days"]) if ended.code == 0 else 0

    with ExitStack() as stack, (tmp_path / "hub.log").open("w") as log:
        hub = stack.enter_context(bluezone("town", "hub", "--json", stderr=log))
        stack.callback(hub.kill)
        radio = json.loads(hub.stdout.readline())["radio"]
        phones = {}
        for name in "abc":
            phones[name] = stack.enter_context(
                bluezone("phone", "--folder", tmp_path / name, "run", "--radio", radio, stderr=subprocess.DEVNULL)
            )
            stack.callback(phones[name].kill)
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline and min(map(sightings, "abc")) < 2:
            time.sleep(1)
        assert min(map(sightings, "abc")) >= 2

        os.kill(phones["c"].pid, signal.SIGKILL)
        while time.monotonic() < deadline and "has left" not in (tmp_path / "hub.log").read_text():
            time.sleep(0.1)
        assert "2 in all" in (tmp_path / "hub.log").read_text().splitlines()[-1]
        for name in "ab":
            phones[name].send_signal(signal.SIGTERM)
        assert [phones[name].wait(60) for name in "ab"] == [0, 0]
        hub.send_signal(signal.SIGTERM)
        assert hub.wait(60) == 0
