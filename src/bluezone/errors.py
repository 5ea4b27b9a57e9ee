"""The root of every room's own exception tree."""

from __future__ import annotations


class BluezoneError(Exception):
    """Something a person or a peer can mend: the text says what was wrong, where, and what to do.

    Every room derives its own root from this (`ProtocolError`, `PhoneError`, ...), so that an edge (command line,
    page, API) can turn all of them into its one form of answer, and let real bugs through as tracebacks.
    """
