"""Define the exposure room's exceptions."""

from __future__ import annotations

from bluezone.errors import BluezoneError


class ExposureError(BluezoneError):
    """Report a reading or a policy that makes no sense. The text names the value and the rule."""


class DatasetError(ExposureError):
    """Report a directory of labelled encounters that cannot be read. The text names the file and the line."""


class CalibrationError(ExposureError):
    """Report a calibration table that is malformed or absurd."""


class PolicyDocumentError(ExposureError):
    """Report a policy document that is malformed, not signed by a known key, not valid now, or absurd in what it
    does."""
