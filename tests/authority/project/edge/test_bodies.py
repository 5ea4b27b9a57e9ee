"""Receiving a body: whole or not at all, within a time and within memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bluezone.authority.project.edge.bodies import (
    BodyIncompleteError,
    BodyTooSlowError,
    Limits,
    Memory,
    NoRoomError,
)

LIMITS = Limits(keep_bytes=10, read_bytes=30, timeout_s=0.2)


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    """What granian gives: an empty chunk at the end."""
    for part in (*parts, b""):
        yield part


async def byte_after_byte(pause_s: float = 0.05) -> AsyncIterator[bytes]:
    while True:
        yield b"a"
        await asyncio.sleep(pause_s)


async def received(parts: AsyncIterator[bytes], announced: int | None, memory: Memory | None = None) -> bytes:
    with (memory or Memory(1_000)).hold() as held:
        return await held.receive(parts, announced, LIMITS)


@pytest.mark.parametrize(
    ("parts", "announced", "body"),
    [
        ((), 0, b""),
        ((b"abc",), 3, b"abc"),
        ((b"abc", b"de"), 5, b"abcde"),
        ((b"abc", b"de"), None, b"abcde"),
        ((b"0123456789abc",), 13, b"0123456789"),  # one more than is taken is seen by Django, which says so
        ((b"0123456789", b"abcdefghij", b"abcdefghij", b"never read"), 99, b"0123456789"),
        ((b"0123456789", b"abcdefghij", b"abcdefghij", b"never read"), None, b"0123456789"),
    ],
)
def test_a_body_is_received_whole_and_of_one_too_large_what_is_kept(parts, announced, body):
    assert asyncio.run(received(chunks(*parts), announced)) == body


@pytest.mark.parametrize(("parts", "announced"), [((b"ab",), 3), ((), 1), ((b"ab", b""), None)])
def test_a_body_whose_sender_went_away_is_none(parts, announced):
    with pytest.raises(BodyIncompleteError):
        asyncio.run(received(chunks(*parts), announced))


@pytest.mark.parametrize("announced", [1_000, None])
def test_a_byte_now_and_then_does_not_put_off_the_end(announced):
    with pytest.raises(BodyTooSlowError):
        asyncio.run(received(byte_after_byte(), announced))


def test_who_announces_a_large_file_has_longer_for_it():
    limits = Limits(5_000_000, 60_000_000, timeout_s=20, bytes_per_s=5_000)
    assert [limits.deadline_s(announced) for announced in (None, 100, 5_000_000, 10**12)] == [20, 20.02, 1_020, 12_020]
    assert LIMITS.deadline_s(10**9) == 0.2


def test_memory_is_given_back():
    memory = Memory(1_000)

    async def use() -> None:
        with memory.hold() as held:
            await held.receive(chunks(b"abc"), 3, LIMITS)
            assert memory.held_bytes == 3  # until it is answered
        with pytest.raises(BodyIncompleteError):
            await received(chunks(b"abc"), 9, memory)

    asyncio.run(use())
    assert memory.held_bytes == 0


def test_when_memory_is_full_the_slowest_sender_has_to_go_and_the_honest_get_through():
    memory = Memory(20)
    ended = []

    async def slow(number: int) -> None:
        try:
            with memory.hold() as held:
                await held.receive(byte_after_byte(0.01), 1_000, Limits(1_000, 1_000, 5))
        except BodyTooSlowError:
            ended.append(number)

    async def attack() -> None:
        slow_ones = []
        for number in range(3):
            slow_ones.append(asyncio.create_task(slow(number)))
            await asyncio.sleep(0.02)
        for _ in range(20):
            assert await received(chunks(b"0123456789"), 10, memory) == b"0123456789"
            assert memory.held_bytes <= 20
            await asyncio.sleep(0.01)
        await asyncio.wait_for(asyncio.gather(*slow_ones[:2]), 2)
        slow_ones[2].cancel()

    asyncio.run(attack())
    assert ended[:2] == [0, 1]


def test_what_is_being_answered_does_not_have_to_go():
    memory = Memory(10)

    async def full() -> None:
        with memory.hold() as held:
            await held.receive(chunks(b"0123456789"), 10, LIMITS)
            with pytest.raises(NoRoomError):
                await received(chunks(b"a"), 1, memory)

    asyncio.run(full())
    assert memory.held_bytes == 0
