"""Define the exceptions of the authority."""

from __future__ import annotations

from bluezone.errors import BluezoneError


class AuthorityError(BluezoneError):
    """Report what an operator or officer can mend; the text says what is wrong and what to do."""


class ConfigurationError(AuthorityError):
    """Report that environment variables or files of the installation are wrong, in one sentence a problem."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class JobBusyError(AuthorityError):
    """Report that another process holds the lock of the same job."""
