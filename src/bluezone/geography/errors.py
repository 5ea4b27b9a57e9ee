"""The geography room's exceptions. Each can say its sentence in another language (see `bluezone.errors`)."""

from __future__ import annotations

from bluezone.errors import TranslatableError


class GeographyError(TranslatableError):
    """A place, a code or a date that does not fit."""


class UnknownUnitError(GeographyError):
    """No unit of that name or code has ever been listed."""


class AmbiguousUnitError(GeographyError):
    """Several units have that name; `candidates` names them."""

    def __init__(self, template: str, *, candidates: tuple[str, ...], **values: object) -> None:
        super().__init__(template, **values)
        self.candidates = candidates


class UnitNotInForceError(GeographyError):
    """The unit exists, but not on that date: not yet, or no longer."""


class NoFigureError(GeographyError):
    """No population (or other denominator) is known for the unit."""
