"""Define why a figure or a file was not taken, in a sentence that a page can show."""

from __future__ import annotations

from bluezone.errors import TranslatableError


class FigureError(TranslatableError):
    """Report an officer's request about figures that cannot be carried out."""
