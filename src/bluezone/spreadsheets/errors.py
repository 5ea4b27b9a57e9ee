"""Define the errors of reading spreadsheets."""

from __future__ import annotations

from bluezone.errors import N_, TranslatableError

PASSWORD = N_("the file {name} has a password: save it without one")
DOCUMENT = N_("the file {name} is a text document: copy its table into a spreadsheet")
DAMAGED = N_("the file is damaged or is no spreadsheet: open it in an office program, and save it again")


class TableError(TranslatableError):
    """Report a file that cannot be read, or a mapping that does not fit it."""
