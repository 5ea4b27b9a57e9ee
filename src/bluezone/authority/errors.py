"""The authority room's exceptions."""

from __future__ import annotations

from bluezone.errors import BluezoneError


class AuthorityError(BluezoneError):
    """Something an operator or officer can mend; the text says what, and what to do."""


class ConfigurationError(AuthorityError):
    """An environment variable or a file of the installation is wrong. The text names it."""


class JobBusyError(AuthorityError):
    """Another process holds the lock of the same job."""
