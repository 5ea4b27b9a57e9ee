"""Define `bluezone ids`: every identifier a daily key puts on the air."""

from __future__ import annotations

from typing import Annotated, Any

import click

from bluezone.cli.answers import Answer
from bluezone.cli.options import Opt, command
from bluezone.cli.parameters import hexadecimal, interval_or_date, utc_text
from bluezone.protocol import bluezone_v1
from bluezone.protocol import exposure_notification as en
from bluezone.protocol.intervals import DAY_S, INTERVAL_S
from bluezone.protocol.keys import DailyKey
from bluezone.protocol.schemes import BluezoneV1Scheme, ExposureNotificationScheme, IdentifierScheme

#: a century: each day is a hash, so a slip of the finger must not run for ever
MAX_DAYS_LATER = 36_525


def _metadata(text: str) -> bytes:
    data = hexadecimal(text)
    if len(data) != 4:
        raise ValueError(f"{len(data)} bytes where 4 are meant")
    return data


@command("ids")
def ids_command(
    *,
    scheme: Annotated[
        str,
        Opt(
            "Whose identifiers: Exposure Notification's, or those of the Bluezone app of 2020.",
            choices=["en", "bluezone-v1"],
        ),
    ] = "en",
    key: Annotated[
        bytes,
        Opt("The daily key: 16 bytes (en) or 32 bytes (bluezone-v1) in hexadecimal.", read=hexadecimal),
    ],
    start: Annotated[
        int,
        Opt(
            "When the key begins: an interval number (all digits), or a date YYYY-MM-DD (00:00 UTC).",
            read=interval_or_date,
        ),
    ],
    per_day: Annotated[
        int | None, Opt("bluezone-v1 only: identifiers a day, 2 to 144. [default: 96]", metavar="N")
    ] = None,
    days_later: Annotated[
        int | None,
        Opt(
            "bluezone-v1 only: walk the chain of day keys K days on; the starts move too.",
            metavar="K",
            limits=(0, MAX_DAYS_LATER),
        ),
    ] = None,
    metadata: Annotated[
        bytes | None,
        Opt("en only: the 4 plain metadata bytes; prints each encrypted (aem) as well.", read=_metadata),
    ] = None,
) -> Answer:
    """Print every identifier that a daily key puts on the air, with the second from which it is sent.

    \b
      bluezone ids --key 75c734c6dd1a782de7a965da5eb93125 --start 2642976 --metadata 40080000 --json
      bluezone ids --scheme bluezone-v1 --key HEX --start 2020-08-13 --days-later 3
    """
    if scheme == "en":
        for value, option in ((per_day, "--per-day"), (days_later, "--days-later")):
            if value is not None:
                raise click.UsageError(
                    f"{option} is for bluezone-v1: en has 144 identifiers a day and no chain of keys."
                )
        facts = _en(key, start, metadata)
    else:
        if metadata is not None:
            raise click.UsageError("--metadata is for en: bluezone-v1 sends none.")
        facts = _bluezone_v1(key, start, bluezone_v1.DEFAULT_PER_DAY if per_day is None else per_day, days_later or 0)
    lines = [f"{name:8}{value}" for name, value in facts.items() if name != "ids"]
    rows = (f"{utc_text(row['start'])}  {row['id']}  {row.get('aem', '')}".rstrip() for row in facts["ids"])
    return Answer(facts, [*lines, "", *rows])


def _en(tek: bytes, start_s: int, metadata: bytes | None) -> dict[str, Any]:
    rows = _rows(ExposureNotificationScheme(), DailyKey(tek, start_s, start_s + DAY_S))
    if metadata is not None:
        for row in rows:
            row["aem"] = en.crypt_metadata(tek, bytes.fromhex(row["id"]), metadata).hex()
    return {
        "scheme": "en",
        "rpik": en.rolling_proximity_identifier_key(tek).hex(),
        "aemk": en.associated_encrypted_metadata_key(tek).hex(),
        "ids": rows,
    }


def _bluezone_v1(base_key: bytes, start_s: int, per_day: int, days_later: int) -> dict[str, Any]:
    if start_s % DAY_S:
        raise click.UsageError(
            f"--start: interval {start_s // INTERVAL_S} is not the first of a UTC day, when keys of bluezone-v1 begin."
        )
    day_key = bluezone_v1.day_key_after(base_key, days_later)
    start_s += days_later * DAY_S
    rows = _rows(BluezoneV1Scheme(per_day), DailyKey(day_key, start_s, start_s + DAY_S))
    return {"scheme": "bluezone-v1", "per_day": per_day, "day_key": day_key.hex(), "ids": rows}


def _rows(scheme: IdentifierScheme, key: DailyKey) -> list[dict[str, Any]]:
    identifiers, width = scheme.identifiers(key), scheme.identifier_bytes
    return [
        {"start": start, "id": identifiers[at * width : (at + 1) * width].hex()}
        for at, start in enumerate(scheme.slots(key))
    ]
