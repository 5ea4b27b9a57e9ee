"""Receiving a body: whole or not at all, within a time and within memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bluezone.authority.project.edge.bodies import (
    BodyError,
    BodyIncompleteError,
    BodyTooSlowError,
    Limits,
    Memory,
    NoRoomError,
)

LIMITS = Limits(keep_bytes=10, read_bytes=30, timeout_s=0.2)


@dataclass
class Sent:
    """A body as granian gives it: in chunks, with an empty one at the end, or as a whole."""

    parts: tuple[bytes, ...]
    is_broken: bool = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in (*self.parts, b""):
            yield part

    async def __call__(self) -> bytes:
        if self.is_broken:
            raise RuntimeError("RSGI transport is closed")
        return b"".join(self.parts)


def chunks(*parts: bytes) -> Sent:
    return Sent(parts)


@dataclass
class Slow:
    """A body of which a byte comes now and then."""

    pause_s: float = 0.05

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            yield b"a"
            await asyncio.sleep(self.pause_s)

    async def __call__(self) -> bytes:
        await asyncio.sleep(1_000)
        return b""


async def received(
    body: Sent | Slow, announced: int | None, memory: Memory | None = None, limits: Limits = LIMITS
) -> bytes:
    with (memory or Memory(1_000)).hold() as held:
        return await held.receive(body, announced, limits)


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


@pytest.mark.parametrize(("parts", "announced"), [((b"ab",), 3), ((), 1), ((b"ab", b""), None), ((b"ab",), 11)])
def test_a_body_whose_sender_went_away_is_none(parts, announced):
    with pytest.raises(BodyIncompleteError):
        asyncio.run(received(Sent(parts, is_broken=True), announced))


@pytest.mark.parametrize("announced", [5, 1_000, None])
def test_a_byte_now_and_then_does_not_put_off_the_end(announced):
    with pytest.raises(BodyTooSlowError):
        asyncio.run(received(Slow(), announced))


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
            await received(Sent((b"abc",), is_broken=True), 9, memory)

    asyncio.run(use())
    assert memory.held_bytes == 0


def test_when_memory_is_full_the_slowest_sender_has_to_go_and_the_honest_get_through():
    memory = Memory(20)
    ended = []

    async def slow(number: int) -> None:
        try:
            with memory.hold() as held:
                await held.receive(Slow(0.01), 1_000, Limits(1_000, 1_000, 5))
        except BodyError:
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


def test_a_small_body_is_counted_ahead_and_has_to_go_like_others():
    """It is waited for as a whole, so that nobody can count what is there of it."""
    memory = Memory(20)
    small = Limits(keep_bytes=10, read_bytes=30, timeout_s=5)

    async def attack() -> None:
        slow_ones = [asyncio.create_task(received(Slow(), 10, memory, small)) for _ in range(2)]
        await asyncio.sleep(0.01)
        assert memory.held_bytes == 20
        assert await received(chunks(b"0123456789"), 10, memory) == b"0123456789"
        with pytest.raises(BodyTooSlowError):
            await slow_ones[0]
        slow_ones[1].cancel()

    asyncio.run(attack())


def test_what_is_being_answered_does_not_have_to_go():
    memory = Memory(10)

    async def full() -> None:
        with memory.hold() as held:
            await held.receive(chunks(b"0123456789"), 10, LIMITS)
            with pytest.raises(NoRoomError):
                await received(chunks(b"a"), 1, memory)

    asyncio.run(full())
    assert memory.held_bytes == 0
