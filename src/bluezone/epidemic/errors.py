"""Define the epidemic room's exceptions."""

from __future__ import annotations

from bluezone.errors import BluezoneError


class EpidemicError(BluezoneError):
    """Report a request the simulator cannot serve. The text names the value, the rule and the nearest request."""
