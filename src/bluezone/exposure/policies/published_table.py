"""Read and write the table of phone models in a policy document, and try it before it is trusted.

A correction moves a whole phone nearer or farther, so a table can warn everyone or no one as well as a policy can. What
an authority publishes is held tighter than what a study may try out (`calibration.Calibration`).
"""

from __future__ import annotations

import json
from statistics import median
from typing import Any

from bluezone.exposure.calibration import Calibration, default_calibration
from bluezone.exposure.errors import CalibrationError, PolicyDocumentError
from bluezone.protocol.text import is_clean

#: three times what phones of 2020 differed by at most (4.7 dB in the table that comes with the package), and less than
#: what lies between one metre and ten by free-space loss (20 dB)
MAX_PUBLISHED_CORRECTION_DB = 15.0

#: corrections are differences between models, so they lie around 0. A table whose middle does not moves everybody: that
#: is for the policy to say, whose behaviour is tried
MAX_MIDDLE_DB = 5.0

MAX_MODELS = 1000
_LONGEST_NAME = 100


def check_table(table: Calibration) -> None:
    """Raise PolicyDocumentError where a table may not be sent to phones: too many models, names that are no short text,
    or corrections that no phone has."""
    where = f"calibration {ascii(table.version)[:80]}"
    for what, text in (("version", table.version), *(("model", name) for name in [*table.rx_db, *table.tx_db])):
        if not text.strip() or len(text) > _LONGEST_NAME or not is_clean(text):
            raise PolicyDocumentError(f"{where}: {what} {ascii(text)[:80]} is not a short text")
    for kind, corrections in (("rx", table.rx_db), ("tx", table.tx_db)):
        if len(corrections) > MAX_MODELS:
            raise PolicyDocumentError(f"{where}: {kind} has {len(corrections)} models, more than {MAX_MODELS}")
        for model, value in corrections.items():
            if not abs(value) <= MAX_PUBLISHED_CORRECTION_DB:  # true for NaN too
                raise PolicyDocumentError(
                    f"{where}: {kind} correction of {model!r} is {value:g} dB;"
                    f" {MAX_PUBLISHED_CORRECTION_DB:.0f} at most are sane"
                )
        middle = median(corrections.values()) if corrections else 0.0
        if abs(middle) > MAX_MIDDLE_DB:
            raise PolicyDocumentError(
                f"{where}: {kind} corrections lie around {middle:+.1f} dB:"
                " that moves everybody, not one model against another"
            )


def table_body(table: Calibration) -> dict[str, Any]:
    """Return the table as the object that stands in a document, checked. Raises PolicyDocumentError as
    `check_table`."""
    check_table(table)
    body: dict[str, Any] = json.loads(table.to_json())
    return body


def table_from_body(body: object) -> Calibration:
    """Read what stands in a document. Raises PolicyDocumentError on what is malformed or absurd."""
    table = _read(json.dumps(body))
    check_table(table)
    return table


def table_from_file(data: bytes) -> Calibration:
    """Read a table that somebody wants to publish (JSON, as `bluezone exposure fit` prints it under `calibration`).

    Raises PolicyDocumentError on what is malformed or absurd.
    """
    table = _read(data)
    check_table(table)
    return table


def table_of_the_package() -> Calibration:
    """Return the table that comes with the package (docs/measurements/exposure-data-card.md)."""
    return default_calibration()


def _read(text: str | bytes) -> Calibration:
    try:
        return Calibration.from_json(text)
    except CalibrationError as error:
        raise PolicyDocumentError(str(error)) from error


__all__ = [
    "MAX_MIDDLE_DB",
    "MAX_MODELS",
    "MAX_PUBLISHED_CORRECTION_DB",
    "Calibration",
    "check_table",
    "table_body",
    "table_from_body",
    "table_from_file",
    "table_of_the_package",
]
