"""Define the exchange room's exceptions: one sentence each, which a page or an answer gives to whoever sent a file."""

from __future__ import annotations

from bluezone.errors import TranslatableError


class ExchangeError(TranslatableError):
    """Report a message of another system that cannot be read, or a record that cannot be written."""
