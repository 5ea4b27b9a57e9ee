"""Define the exchange room's exceptions: one sentence each, which a page or an answer gives to whoever sent a file."""

from __future__ import annotations

import enum

from bluezone.errors import TranslatableError


class Fault(enum.StrEnum):
    """Name what is wrong with a message, by table 0357 of HL7 v2.5.1; `OURS` alone is no fault of the sender."""

    SEQUENCE = "100^Segment sequence error"
    MISSING = "101^Required field missing"
    TYPE = "102^Data type error"
    VALUE = "103^Table value not found"
    KIND = "200^Unsupported message type"
    KEY = "204^Unknown key identifier"
    OURS = "207^Application internal error"


class ExchangeError(TranslatableError):
    """Report a message of another system that cannot be read, or a record that cannot be written."""

    def __init__(self, template: str, fault: Fault = Fault.TYPE, /, **values: object) -> None:
        super().__init__(template, **values)
        self.fault = fault
