"""Write logs as one JSON document a line, for machines that gather them.

Of an error stand its kinds and where it happened, never its text: a database quotes there what somebody typed. Of
other programs' sentences stand no values: Django's has the address, and the code of a link with it.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import traceback
from pathlib import Path

_OURS = "bluezone"


class WithoutAddress(logging.Filter):
    """Say of Django's own sentences about a request its route, never its address: that may hold the code of a link."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Put the route in the place of the address; every record passes."""
        request = getattr(record, "request", None)
        if record.name.startswith("django") and request is not None and isinstance(record.args, tuple):
            match = getattr(request, "resolver_match", None)
            route = f"/{match.route}" if match else "an address without a route"
            path = str(getattr(request, "path", ""))
            record.args = tuple(route if path and str(each) in (path, path[1:]) else each for each in record.args)
        return True


class JsonLine(logging.Formatter):
    """Format a record as JSON: moment, level, logger, message, error."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, object] = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage() if record.name.startswith(_OURS) else str(record.msg),
        }
        if record.exc_info and record.exc_info[1] is not None:
            said["error"] = _kinds(record.exc_info[1])
            frames = traceback.extract_tb(record.exc_info[2])
            said["where"] = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
        return json.dumps(said, ensure_ascii=False)


def _kinds(error: BaseException | None) -> list[str]:
    """Return the names of an error and of those that it came of."""
    kinds: list[str] = []
    while error is not None and len(kinds) < 10:
        kinds.append(f"{type(error).__module__}.{type(error).__qualname__}")
        error = error.__cause__ or error.__context__
    return kinds
