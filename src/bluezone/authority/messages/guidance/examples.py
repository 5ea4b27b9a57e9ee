"""Read guidance from a file, and the examples that come with the package: the rules of 2020 and 2021."""

from __future__ import annotations

import datetime as dt
from importlib import resources

from bluezone.authority.messages.guidance.rules import GuidanceRefusedError
from bluezone.errors import N_
from bluezone.protocol.guidance import MAX_DOCUMENT_BYTES, Entry, GuidanceError, entry_from_body
from bluezone.protocol.text import json_object

#: the day of the order that this package's figures begin with
LIKE = dt.date(2020, 8, 15)


def text_of_the_package() -> bytes:
    """Return the file that comes with the package, to be copied and changed."""
    folder = resources.files("bluezone.authority.messages.guidance")
    return folder.joinpath("data/vietnam-2020-2021.json").read_bytes()


def read(data: bytes, what: str) -> list[Entry]:
    """Return the entries of a file: a JSON object with `entries`. Raises ProtocolError for what cannot be."""
    entries = json_object(data, what, MAX_DOCUMENT_BYTES).get("entries")
    if not isinstance(entries, list) or not entries:
        raise GuidanceError(f"{what}: a list `entries` with at least one entry is meant")
    found = []
    for number, body in enumerate(entries, 1):
        try:
            found.append(entry_from_body(body))
        except GuidanceError as error:
            raise GuidanceError(f"{what}, entry {number}: {error}") from error
    return found


def like(day: dt.date) -> list[Entry]:
    """Return the entries of the package that held on a day. Raises GuidanceRefusedError where none did."""
    found = [each for each in read(text_of_the_package(), "package") if each.from_day <= day <= each.until_day]
    if not found:
        raise GuidanceRefusedError(
            N_("The package has no guidance of {day}; it has some of March 2020 to November 2021."), day=day.isoformat()
        )
    return found
