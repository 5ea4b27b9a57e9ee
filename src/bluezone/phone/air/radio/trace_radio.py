"""Replay a CSV of sightings on the phone's clock, as a radio. docs/operate/phone.md describes the columns.

What is heard is what the file says, at the times the file says, as long as the phone listens; what comes between two
scans is missed, as on the air. Sending does nothing: there is nobody on a recording to hear it.
"""

from __future__ import annotations

import asyncio
import csv
import math
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bluezone.phone.air.radio.port import ScanHandler, ScanResult
from bluezone.phone.clock import Clock
from bluezone.phone.errors import RadioError
from bluezone.protocol.advertisements import MAX_ADVERTISEMENT_BYTES, build_en
from bluezone.protocol.errors import ProtocolError

SECONDS, RSSI, ADVERTISEMENT, IDENTIFIER, METADATA = "seconds", "rssi_dbm", "advertisement", "identifier", "metadata"
COLUMNS = (SECONDS, RSSI, ADVERTISEMENT, IDENTIFIER, METADATA)

MAX_BYTES = 2**30
MAX_SECONDS = 15 * 86_400.0  # a day more than a phone remembers
_MAX_CELL = 100
_POLL_S = 0.25  # by the loop's clock: the phone's may run faster, or jump
_NO_ADDRESS = bytes(6)


class TraceError(RadioError):
    """Say that a recording cannot be read. The text names the file and the line."""


@dataclass(slots=True)
class Trace:
    """Hold sightings in order of time: row n is `kinds[which[n]]` heard `seconds[n]` after the start at
    `rssi_dbm[n]`."""

    seconds: array[float] = field(default_factory=lambda: array("d"))
    rssi_dbm: array[int] = field(default_factory=lambda: array("b"))
    which: array[int] = field(default_factory=lambda: array("L"))
    kinds: list[bytes] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.seconds)

    @property
    def duration_s(self) -> float:
        """Return the time from the start of the recording to its last sighting."""
        return self.seconds[-1] if self.seconds else 0.0


def read_trace(path: str | Path) -> Trace:
    """Read a recording. Raises TraceError on the first row that makes no sense, or where there is none at all."""
    where = str(path)
    try:
        size = Path(path).stat().st_size
        if size > MAX_BYTES:
            raise TraceError(f"{where}: {size:,} bytes, more than the {MAX_BYTES:,} of the longest recording; cut it")
        with Path(path).open(newline="", encoding="utf-8-sig") as file:
            return trace_of(csv.DictReader(file, strict=True), where)
    except OSError as error:
        raise TraceError(f"{where}: cannot be read ({error.strerror}); trace: wants a CSV file") from error
    except UnicodeDecodeError as error:
        raise TraceError(f"{where}: is not UTF-8 text, so it is not a CSV of sightings") from error


def trace_of(rows: csv.DictReader[str], where: str) -> Trace:
    """Return the recording of these rows; `where` goes into the messages."""
    trace, known = Trace(), dict[str, int]()
    try:
        _check_header(rows.fieldnames or (), where)
        for row in rows:
            _add(trace, known, row, f"{where}, line {rows.line_num}")
    except csv.Error as error:
        raise TraceError(f"{where}, line {rows.reader.line_num}: not CSV ({error})") from error
    if not trace.seconds:
        raise TraceError(f"{where}: there is not one sighting in it")
    return trace


def _check_header(columns: Iterable[str], where: str) -> None:
    given = set(columns)
    if unknown := sorted(str(name)[:_MAX_CELL] for name in given - set(COLUMNS)):
        raise TraceError(f"{where}, line 1: unknown column {unknown[0]!r}; there are {', '.join(COLUMNS)}")
    if missing := [name for name in (SECONDS, RSSI) if name not in given]:
        raise TraceError(f"{where}, line 1: the column {missing[0]} is missing")
    if ADVERTISEMENT not in given and not {IDENTIFIER, METADATA} <= given:
        raise TraceError(f"{where}, line 1: needs the column {ADVERTISEMENT}, or both {IDENTIFIER} and {METADATA}")


def _add(trace: Trace, known: dict[str, int], row: Mapping[str, str | None], where: str) -> None:
    if None in row or None in row.values():
        raise TraceError(f"{where}: has not as many fields as the header")
    fields = {name: str(value).strip() for name, value in row.items()}
    seconds, rssi = _number(fields, SECONDS, where), _number(fields, RSSI, where)
    if not 0 <= seconds <= MAX_SECONDS:
        raise TraceError(f"{where}: seconds {seconds:g} is outside 0..{MAX_SECONDS:.0f}")
    if trace.seconds and seconds < trace.seconds[-1]:
        raise TraceError(
            f"{where}: seconds {seconds:g} comes after {trace.seconds[-1]:g}; rows must be in order of time"
        )
    if rssi != int(rssi) or not -127 <= rssi <= 20:
        raise TraceError(f"{where}: rssi_dbm {rssi:g} is not a whole number of -127..20")
    text = "|".join(fields.get(name, "") for name in (ADVERTISEMENT, IDENTIFIER, METADATA))
    number = known.get(text)
    if number is None:
        trace.kinds.append(_advertisement(fields, where))
        number = known[text] = len(trace.kinds) - 1
    trace.seconds.append(seconds)
    trace.rssi_dbm.append(int(rssi))
    trace.which.append(number)


def _number(fields: Mapping[str, str], name: str, where: str) -> float:
    try:
        value = float(fields[name])
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise TraceError(f"{where}: {name} {fields[name][:_MAX_CELL]!r} is not a number")
    return value


def _advertisement(fields: Mapping[str, str], where: str) -> bytes:
    if fields.get(ADVERTISEMENT):
        data = _bytes(fields, ADVERTISEMENT, where)
        if len(data) > MAX_ADVERTISEMENT_BYTES:
            raise TraceError(f"{where}: advertisement of {len(data)} bytes, more than {MAX_ADVERTISEMENT_BYTES}")
        return data
    if not fields.get(IDENTIFIER):
        raise TraceError(f"{where}: neither an advertisement nor an identifier")
    try:
        return build_en(_bytes(fields, IDENTIFIER, where), _bytes(fields, METADATA, where))
    except ProtocolError as error:
        raise TraceError(f"{where}: {error}") from error


def _bytes(fields: Mapping[str, str], name: str, where: str) -> bytes:
    try:
        return bytes.fromhex(fields.get(name, ""))
    except ValueError as error:
        raise TraceError(f"{where}: {name} {fields[name][:_MAX_CELL]!r} is not hexadecimal") from error


class TraceRadio:
    """Implement `port.Radio` on a recording, which starts when the radio is first opened."""

    def __init__(self, trace: Trace, clock: Clock, tx_power_dbm: int) -> None:
        self.tx_power_dbm = tx_power_dbm
        self._trace, self._clock = trace, clock
        self._zero_s: float | None = None
        self._handler: ScanHandler | None = None
        self._next = 0
        self._task: asyncio.Task[None] | None = None

    @property
    def duration_s(self) -> float:
        """Return the length of the recording."""
        return self._trace.duration_s

    async def open(self) -> None:
        if self._zero_s is None:
            self._zero_s = self._clock()

    async def close(self) -> None:
        await self._stop()

    async def advertise(self, address: bytes, data: bytes) -> None:  # noqa: ARG002 (nobody hears it)
        if self._zero_s is None:
            raise RadioError("the radio is not open")

    async def stop_advertising(self) -> None:
        pass

    async def start_scanning(self, handler: ScanHandler) -> None:
        if self._zero_s is None:
            raise RadioError("the radio is not open")
        await self._stop()
        self._handler = handler
        self._next = bisect_left(self._trace.seconds, self._elapsed_s())
        self._task = asyncio.create_task(self._play())

    async def stop_scanning(self) -> None:
        self._tell_due()  # what came since the last look: it was in time
        await self._stop()

    async def _stop(self) -> None:
        self._handler = None
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _play(self) -> None:
        seconds = self._trace.seconds
        while self._next < len(seconds):
            wait_s = seconds[self._next] - self._elapsed_s()
            await asyncio.sleep(min(max(wait_s, 0.0), _POLL_S))
            self._tell_due()

    def _elapsed_s(self) -> float:
        return self._clock() - (self._zero_s or 0.0)

    def _tell_due(self) -> None:
        trace, zero_s, handler = self._trace, self._zero_s or 0.0, self._handler
        elapsed_s = self._elapsed_s()
        while handler is not None and self._next < len(trace) and trace.seconds[self._next] <= elapsed_s:
            row = self._next
            self._next += 1
            data = trace.kinds[trace.which[row]]
            handler(ScanResult(_NO_ADDRESS, trace.rssi_dbm[row], data, zero_s + trace.seconds[row]))
