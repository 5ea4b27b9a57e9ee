"""Write the keys of an export as records of its message, byte for byte as google.protobuf does, but much faster.

All keys of a day and a report type differ in their 16 bytes alone. What follows these in a record is made once, by
google.protobuf itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum

from bluezone.protocol import wire
from bluezone.protocol.export_archive import ExportError
from bluezone.protocol.intervals import INTERVALS_PER_DAY
from bluezone.protocol.keys import ReportType, TemporaryExposureKey

#: key, rolling start interval, rolling period, transmission risk, report type, days since onset: as a database gives it
KeyRow = tuple[bytes, int, int, int, int, int | None]

_KEY_BYTES = 16
#: `key_data` is the first field of a key's message: its tag and length
_BEFORE_KEY = b"\x0a\x10"
_LENGTH_DELIMITED = 2


class Field(IntEnum):
    """Name the two lists of keys in `TemporaryExposureKeyExport` by their field numbers."""

    KEYS = 7
    REVISED_KEYS = 8


_WHERE = {Field.KEYS: "keys", Field.REVISED_KEYS: "revised keys"}


def row_of(key: TemporaryExposureKey) -> KeyRow:
    """Return a key as a row."""
    return (
        key.key, key.rolling_start_interval, key.rolling_period, key.transmission_risk, key.report_type,
        key.days_since_onset,
    )  # fmt: skip


def records(rows: Iterable[KeyRow], field: Field) -> Iterator[bytes]:
    """Return the record of each key. Raises ExportError where the keys are not in ascending order, each once, and
    ProtocolError where a fact of one cannot be."""
    made: dict[tuple[int, int, int, int, int | None], tuple[bytes, bytes]] = {}
    last = b""
    for key, start, period, risk, report, days in rows:
        facts = (start, period, risk, report, days)
        around = made.get(facts)
        if around is None:
            around = made[facts] = _around_key(field, *facts)
        if len(key) != _KEY_BYTES:
            raise ExportError(f"export: {len(key)} bytes among the {_WHERE[field]}, where {_KEY_BYTES} are meant")
        if key <= last:
            what = "a key stands twice" if key == last else "keys are out of order"
            raise ExportError(f"export: {what} among the {_WHERE[field]}")
        last = key
        yield around[0] + key + around[1]


def _around_key(field: Field, start: int, period: int, risk: int, report: int, days: int | None) -> tuple[bytes, bytes]:
    """Return what stands before and after the key in a record of these facts."""
    key = TemporaryExposureKey(bytes(_KEY_BYTES), start, period, risk, ReportType(report), days)
    if start >= 2**31:
        raise ExportError(f"export: rolling start {start} does not fit the format's 31 bits")
    # Fields that say nothing are left out (None), as the reference server does.
    message = wire.TemporaryExposureKey(
        key_data=key.key,
        transmission_risk_level=risk,
        rolling_start_interval_number=start,
        rolling_period=None if period == INTERVALS_PER_DAY else period,
        report_type=None if key.report_type is ReportType.UNKNOWN else key.report_type.name,
        days_since_onset_of_symptoms=days,
    ).SerializeToString(deterministic=True)
    after = message[len(_BEFORE_KEY) + _KEY_BYTES :]
    head = bytes([field << 3 | _LENGTH_DELIMITED, len(message)])  # (below 128: both fit their one byte)
    return head + _BEFORE_KEY, after
