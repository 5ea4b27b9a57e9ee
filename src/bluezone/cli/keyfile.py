"""Read KEYS.json: published keys as people write them down, under the names of the field's several formats."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from bluezone.cli.errors import CommandError
from bluezone.cli.parameters import read_at_most
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.intervals import INTERVALS_PER_DAY
from bluezone.protocol.keys import ReportType, TemporaryExposureKey
from bluezone.protocol.text import base64_bytes, is_whole, json_document
from bluezone.protocol.verification import CertifiedReport

HELP = """
KEYS is a list of objects, or an object with such lists under "keys" and "revised_keys". Each object has "key" (32
hexadecimal digits, or base64) and "rolling_start_interval_number"; where it likes "rolling_period" (1 to 144, default
144), "transmission_risk" (0 to 8), "report_type" (confirmed_test, confirmed_clinical_diagnosis, self_report, recursive,
revoked; confirmed, likely, user-report, negative; or 0 to 5) and "days_since_onset" (-14 to 14). The names of publish
requests (temporaryExposureKeys, rollingStartNumber, rollingPeriod, ...) are taken as well, and what `bluezone export
show --json` prints.
"""

_MAX_BYTES = 64 * 2**20
_HEX = re.compile(r"[0-9A-Fa-f]{32}", re.ASCII)

_KEY = ("key", "key_data", "keyData")
_START = ("rolling_start_interval_number", "rollingStartIntervalNumber", "rollingStartNumber", "rolling_start_interval")
_PERIOD = ("rolling_period", "rollingPeriod")
_RISK = ("transmission_risk", "transmission_risk_level", "transmissionRisk", "transmissionRiskLevel")
_REPORT = ("report_type", "reportType")
_DAYS = ("days_since_onset", "days_since_onset_of_symptoms", "daysSinceOnset", "daysSinceOnsetOfSymptoms")
_LISTS = ("keys", "temporaryExposureKeys")
_REVISED_LISTS = ("revised_keys", "revisedKeys")

_REPORT_TYPES = {report.name.lower(): report for report in ReportType} | {
    str(report): report.exported for report in CertifiedReport
}


def read(path: Path) -> tuple[tuple[TemporaryExposureKey, ...], tuple[TemporaryExposureKey, ...]]:
    """Read the keys and the revised keys of a file. Raises CommandError naming the file, the key and the field."""
    data = read_at_most(path, _MAX_BYTES)
    if len(data) > _MAX_BYTES:
        raise CommandError(f"{path}: more than {_MAX_BYTES} bytes")
    try:
        return _lists(json_document(data, "key file"))
    except ProtocolError as error:
        raise CommandError(f"{path}: {error}") from error


def row(key: TemporaryExposureKey) -> dict[str, Any]:
    """Return a key as `read` reads it."""
    return {
        "key": key.key.hex(),
        "rolling_start_interval_number": key.rolling_start_interval,
        "rolling_period": key.rolling_period,
        "transmission_risk": key.transmission_risk,
        "report_type": key.report_type.name.lower(),
        "days_since_onset": key.days_since_onset,
    }


def _lists(document: Any) -> tuple[tuple[TemporaryExposureKey, ...], tuple[TemporaryExposureKey, ...]]:
    if isinstance(document, list):
        return _keys(document, "key"), ()
    if not isinstance(document, dict) or not any(name in document for name in (*_LISTS, *_REVISED_LISTS)):
        raise ProtocolError('a list of keys, or an object with a list "keys", is meant')
    published, revised = _field(document, _LISTS), _field(document, _REVISED_LISTS)
    return (
        () if published is None else _keys(published, "key"),
        () if revised is None else _keys(revised, "revised key"),
    )


def _keys(rows: Any, what: str) -> tuple[TemporaryExposureKey, ...]:
    if not isinstance(rows, list):
        raise ProtocolError(f"the {what}s are not a list")
    keys = []
    for number, one in enumerate(rows, start=1):
        try:
            keys.append(_key(one))
        except ProtocolError as error:
            raise ProtocolError(f"{what} {number}: {error}") from error
    return tuple(keys)


def _key(one: Any) -> TemporaryExposureKey:
    if not isinstance(one, dict):
        raise ProtocolError("not an object")
    key, days = _field(one, _KEY), _field(one, _DAYS)
    if not isinstance(key, str):
        raise ProtocolError("key is missing, or is not text")
    return TemporaryExposureKey(
        key=bytes.fromhex(key) if _HEX.fullmatch(key) else base64_bytes(key, "key"),
        rolling_start_interval=_whole(one, _START),
        rolling_period=_whole(one, _PERIOD, INTERVALS_PER_DAY),
        transmission_risk=_whole(one, _RISK, 0),
        report_type=_report_type(_field(one, _REPORT)),
        days_since_onset=None if days is None else _whole(one, _DAYS),
    )


def _field(one: dict[str, Any], names: tuple[str, ...]) -> Any:
    present = [name for name in names if one.get(name) is not None]
    if len(present) > 1:
        raise ProtocolError(f"{present[0]} and {present[1]} are the same field")
    return one[present[0]] if present else None


def _whole(one: dict[str, Any], names: tuple[str, ...], default: int | None = None) -> int:
    value = _field(one, names)
    if value is None and default is not None:
        return default
    if value is None:
        raise ProtocolError(f"{names[0]} is missing")
    if not is_whole(value, -(2**31), 2**32):
        raise ProtocolError(f"{names[0]} is not a whole number")
    return int(value)


def _report_type(value: Any) -> ReportType:
    if value is None:
        return ReportType.UNKNOWN
    if isinstance(value, str) and value.lower() in _REPORT_TYPES:
        return _REPORT_TYPES[value.lower()]
    if is_whole(value, min(ReportType), max(ReportType)):
        return ReportType(value)
    raise ProtocolError(f"report_type {ascii(value)[:40]} is not known; there are {', '.join(_REPORT_TYPES)}")
