"""The epidemic room's exceptions."""

from __future__ import annotations

from bluezone.errors import BluezoneError


class EpidemicError(BluezoneError):
    """A request the simulator cannot serve. The text names the value, the rule and the nearest request."""
