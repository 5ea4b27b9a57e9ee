"""Define the geography room's exceptions. Each can say its sentence in another language (see `bluezone.errors`)."""

from __future__ import annotations

from bluezone.errors import TranslatableError


class GeographyError(TranslatableError):
    """Report a place, a code or a date that does not fit."""


class UnknownUnitError(GeographyError):
    """Report a name or code that no unit has ever had."""


class AmbiguousUnitError(GeographyError):
    """Report a name that several units have; `candidates` names them."""

    def __init__(self, template: str, *, candidates: tuple[str, ...], **values: object) -> None:
        super().__init__(template, **values)
        self.candidates = candidates


class UnitNotInForceError(GeographyError):
    """Report a unit that exists, but not on that date: not yet, or no longer."""


class NoFigureError(GeographyError):
    """Report a unit of which no population (or other denominator) is known."""
