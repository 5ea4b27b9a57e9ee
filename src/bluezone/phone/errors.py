"""Define the phone's exceptions."""

from __future__ import annotations

from bluezone.errors import BluezoneError


class PhoneError(BluezoneError):
    """Say what the phone cannot do now; the text says what, and what would help."""


class ClockError(PhoneError):
    """Say that the phone's clock is wrong, and what it cannot do until it is set."""


class RadioError(PhoneError):
    """Say that the Bluetooth controller refused, or is gone."""


class CannotSendError(RadioError):
    """Say that this device can hear others and never be heard by them: the phone goes on with what it can."""
