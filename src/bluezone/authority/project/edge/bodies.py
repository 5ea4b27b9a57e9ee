"""Receive the body of a request within a time and within the memory set aside for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol


class BodyError(Exception):
    """Report a body that will not be had."""


class BodyTooSlowError(BodyError):
    """Report a body that was not there in time, or had to make room for others."""


class BodyIncompleteError(BodyError):
    """Report a body whose sender went away."""


class NoRoomError(BodyError):
    """Report that the memory for bodies is taken by requests that are being answered."""


class _Body(Protocol):
    """Give a body in chunks, or as a whole; as a whole it raises RuntimeError where the sender goes away before its
    end."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    def __call__(self) -> Awaitable[bytes]: ...


#: a body that announces no more is waited for as a whole: once instead of for each chunk, and counted ahead
SMALL_BYTES = 8 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bound a body: `keep_bytes` are kept, up to `read_bytes` read (so that a sender of too much gets its answer), in
    `timeout_s`, and one second more for each `bytes_per_s` that it announces."""

    keep_bytes: int
    read_bytes: int
    timeout_s: float
    bytes_per_s: float = float("inf")

    def deadline_s(self, announced: int | None) -> float:
        """Return the seconds that a body of this length may take."""
        return self.timeout_s + min(announced or 0, self.read_bytes) / self.bytes_per_s


class Memory:
    """Bound the bytes of all bodies that are being received or answered.

    When it is full, the body that has been coming for longest and is not whole has to go: an honest one is there in a
    moment, so it is a slow sender's, however many of those there are.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._unfinished: dict[Held, None] = {}  # in order of arrival
        self.held_bytes = 0

    def hold(self) -> Held:
        """Return a place for one request; use it as a context, until the request is answered."""
        return Held(self)

    def _add(self, held: Held, count: int) -> None:
        self.held_bytes += count
        held.held_bytes += count
        while self.held_bytes > self._limit_bytes:
            oldest = next(iter(self._unfinished), None)
            if oldest is None or oldest is held:
                raise NoRoomError
            self._release(oldest)
            oldest.give_up()

    def _release(self, held: Held) -> None:
        self._unfinished.pop(held, None)
        self.held_bytes -= held.held_bytes
        held.held_bytes = 0


class Held:
    """Count the memory of one request."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._timer: asyncio.Timeout | None = None
        self.held_bytes = 0

    def __enter__(self) -> Held:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._memory._release(self)

    def give_up(self) -> None:
        """Make the receiver of this body raise BodyTooSlowError as soon as it runs."""
        if self._timer is not None:
            self._timer.reschedule(0.0)

    async def receive(self, body: _Body, announced: int | None, limits: Limits) -> bytes:
        """Return a body, at most `limits.keep_bytes` of it.

        `announced` is its Content-Length; None: it comes in pieces (chunked). Raises BodyError.
        """
        if announced == 0:
            return b""
        try:
            async with asyncio.timeout(limits.deadline_s(announced)) as self._timer:
                self._memory._unfinished[self] = None
                if announced and announced <= min(SMALL_BYTES, limits.keep_bytes):
                    return await self._small(body, announced)
                return await self._received(body, announced, limits)
        except TimeoutError:
            raise BodyTooSlowError from None
        finally:
            self._memory._unfinished.pop(self, None)

    async def _small(self, body: _Body, announced: int) -> bytes:
        self._memory._add(self, announced)
        try:
            return await body()
        except RuntimeError:
            raise BodyIncompleteError from None

    async def _received(self, body: _Body, announced: int | None, limits: Limits) -> bytes:
        parts: list[bytes] = []
        received = empty = 0
        async for chunk in body:
            if not chunk:
                empty += 1
                continue
            if received < limits.keep_bytes:
                kept = chunk[: limits.keep_bytes - received]
                parts.append(kept)
                self._memory._add(self, len(kept))
            received += len(chunk)
            if received >= limits.read_bytes:
                return b"".join(parts)
            if received == announced:
                break
        # At its end granian gives one empty chunk, and one more where the sender went away before it.
        if empty > 1 if announced is None else received < announced:
            raise BodyIncompleteError
        return parts[0] if len(parts) == 1 else b"".join(parts)
