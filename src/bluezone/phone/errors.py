"""The phone room's exceptions."""

from __future__ import annotations

from bluezone.errors import BluezoneError


class PhoneError(BluezoneError):
    """Something the phone cannot do now; the text says what, and what would help."""


class RadioError(PhoneError):
    """The Bluetooth controller refused, or is gone."""
