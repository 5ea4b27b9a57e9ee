"""Define how the reading of a file is refused: one sentence that says what to do."""

from __future__ import annotations

from bluezone.errors import N_
from bluezone.rollout.errors import RolloutError

DAMAGED = N_("the spreadsheet cannot be read: it is damaged or not whole")


class TableError(RolloutError):
    """Report a file that is not a table we can read."""
