"""Define the protocol room's exceptions."""

from __future__ import annotations

from bluezone.errors import BluezoneError


class ProtocolError(BluezoneError):
    """Report bytes or values that break the protocol. The text names the field and the rule."""
