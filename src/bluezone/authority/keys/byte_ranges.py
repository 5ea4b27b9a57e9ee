"""Read which part of a file a caller asks for (RFC 9110, section 14): one range; of several the whole file is sent."""

from __future__ import annotations

import re

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII | re.IGNORECASE)


class RangeError(ValueError):
    """Report a range that lies outside the file."""


def byte_range(header: str, size: int) -> tuple[int, int] | None:
    """Return the first and the last byte of the range, both included; None where the whole file is meant.

    None also for what is no range of bytes, or several: RFC 9110 lets a server ignore these. Raises RangeError where no
    byte of the file is asked for.
    """
    found = _RANGE.fullmatch(header.replace(" ", ""))
    if found is None or found.groups() == ("", ""):
        return None
    first_text, last_text = found.groups()
    if not first_text:  # the last so many
        first, last = max(0, size - int(last_text)), size - 1
    else:
        first, last = int(first_text), min(int(last_text or size - 1), size - 1)
        if last_text and int(last_text) < first:
            return None
    if first > last:
        raise RangeError
    return first, last
