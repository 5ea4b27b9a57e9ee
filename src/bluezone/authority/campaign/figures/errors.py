"""Why a figure or a file was not taken, in a sentence that a page can say."""

from __future__ import annotations

from bluezone.errors import TranslatableError


class FigureError(TranslatableError):
    """Report what an officer asked for that cannot be."""
