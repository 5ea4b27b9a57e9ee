"""The town's exceptions."""

from __future__ import annotations

from bluezone.errors import BluezoneError


class TownError(BluezoneError):
    """The rehearsal cannot go on; the text says why, and what to do."""
