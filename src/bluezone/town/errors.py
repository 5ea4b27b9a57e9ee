"""Define the town's exceptions."""

from __future__ import annotations

from bluezone.errors import BluezoneError


class TownError(BluezoneError):
    """Say why the rehearsal cannot go on, and what to do."""
