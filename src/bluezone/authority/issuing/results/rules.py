"""Decide what a laboratory's result does. Pure."""

from __future__ import annotations

import datetime as dt
import enum
import re
from dataclasses import dataclass

from bluezone.authority.diagnosis.rules import MAX_AGE
from bluezone.authority.errors import AuthorityError

#: letters, digits and signs of an id that a laboratory gives a result
_EXTERNAL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}", re.ASCII)


class ResultError(AuthorityError):
    """Report a result that cannot be taken. `field` is where the mistake is."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class Result(enum.StrEnum):
    POSITIVE = "positive"
    NEGATIVE = "negative"


@dataclass(frozen=True, slots=True)
class Content:
    """Hold what a laboratory says of a sample. `telephone`: E.164, or empty."""

    result: Result
    sampled_on: dt.date
    reported_on: dt.date
    telephone: str = ""

    @property
    def text(self) -> str:
        """Return all of it in one text, by whose keyed digest a copy is told from a correction."""
        return f"{self.result} {self.sampled_on} {self.reported_on} {self.telephone}"


def check(external_id: str, content: Content, today: dt.date) -> None:
    """Check a result. Raises ResultError, naming the field."""
    if not _EXTERNAL_ID.fullmatch(external_id):
        raise ResultError("1 to 64 letters, digits or . _ / - are meant", "external_id")
    for field, day in (("sampled_on", content.sampled_on), ("reported_on", content.reported_on)):
        if not today - MAX_AGE <= day <= today:
            raise ResultError("a day of the last 28 days is meant", field)
    if content.reported_on < content.sampled_on:
        raise ResultError("the result is older than its sample", "reported_on")


class Known(enum.Enum):
    """Name what is known of a result's id at its laboratory."""

    NEW = "new"
    SAME = "same"
    OTHER = "other content"


class Effect(enum.Enum):
    """Name what a result does."""

    #: nothing: the same answer as before
    NOTHING = "nothing"
    #: the case is confirmed or withdrawn, its code issued, and sent where there is a number
    DECIDES = "decides"
    #: an officer decides: the laboratory may not, or corrects itself where nothing of it can follow alone
    TASK = "task"


def effect(known: Known, *, may_confirm: bool) -> Effect:
    """Decide what a result does. A laboratory without the right decides nothing, and sends nothing: a message that
    came for negative results alone would tell the outcome."""
    if known is Known.SAME:
        return Effect.NOTHING
    return Effect.DECIDES if may_confirm else Effect.TASK
