"""The exposure room's exceptions."""

from __future__ import annotations

from bluezone.errors import BluezoneError


class ExposureError(BluezoneError):
    """A reading or a policy that makes no sense. The text names the value and the rule."""
