"""Define the phone's exceptions."""

from __future__ import annotations

from bluezone.errors import BluezoneError


class PhoneError(BluezoneError):
    """Say what the phone cannot do now; the text says what, and what would help."""


class RadioError(PhoneError):
    """Say that the Bluetooth controller refused, or is gone."""
