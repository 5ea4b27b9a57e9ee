"""Define the roll-out room's exceptions. Each can say its sentence in another language (see `bluezone.errors`)."""

from __future__ import annotations

from bluezone.errors import TranslatableError


class RolloutError(TranslatableError):
    """Report a figure, a target or a file that does not fit. The text says what was wrong and what to do."""


class TargetError(RolloutError):
    """Report a target nobody could meet as it is written: over 100 %, a deadline gone by, nothing to count against.

    `field` names the part of an order that is to be mended, where that is one.
    """

    def __init__(self, template: str, *, field: str = "", **values: object) -> None:
        super().__init__(template, **values)
        self.field = field
