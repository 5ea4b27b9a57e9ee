"""The authority room's exceptions."""

from __future__ import annotations

from bluezone.errors import BluezoneError


class AuthorityError(BluezoneError):
    """Something an operator or officer can mend; the text says what, and what to do."""


class ConfigurationError(AuthorityError):
    """Environment variables or files of the installation are wrong. Each problem is a sentence that names one."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class JobBusyError(AuthorityError):
    """Another process holds the lock of the same job."""
