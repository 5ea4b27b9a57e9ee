"""Define the exceptions of the i18n package."""

from __future__ import annotations

from bluezone.errors import BluezoneError


class I18nError(BluezoneError):
    """Report a language or a catalogue that cannot be used."""
