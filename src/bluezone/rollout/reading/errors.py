"""Define how the reading of a file is refused: one sentence that says what to do."""

from __future__ import annotations

from bluezone.rollout.errors import RolloutError


class TableError(RolloutError):
    """Report a file that is not a table we can read."""
