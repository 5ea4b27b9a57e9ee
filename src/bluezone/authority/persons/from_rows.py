"""Read who somebody is from the row of a list, and collect what is wrong with rows: one rule for lists of cases, of
contacts and of people who get a code. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_noop

from bluezone.authority.persons.rules import Identity, IdentityError
from bluezone.errors import TranslatableError
from bluezone.rollout.problems import Problem, Severity
from bluezone.spreadsheets import lexicon
from bluezone.spreadsheets.results import Column, Proposal, Row
from bluezone.spreadsheets.values import day_in

#: rows of one list
MOST_ROWS = 2_000
LONGEST_FILE_NUMBER = 40
#: the columns that say who somebody is; one of these makes an identity
_TEXTS = ("name", "telephone", "document", "address", "occupation")
#: a field of an identity -> the column that it is read from
_COLUMNS = {"birth_year": "birth"}
#: digits of a citizen's card, which begins with a zero in most provinces: spreadsheets drop it
_CARD_DIGITS = 12
_MOST_AGE = 130
#: what makes an identity of its fields (`services.identity_from`); raises IdentityError
Maker = Callable[[Mapping[str, Any]], Identity]


class RowError(TranslatableError):
    """Report what is wrong with a row, or with a whole list."""


def check_size(proposal: Proposal, most: int = MOST_ROWS) -> None:
    """Raise RowError for a list of more rows than are taken at once."""
    if len(proposal.rows) > most:
        template = gettext_noop("the list has {count} rows; at most {most} are taken at once")
        raise RowError(template, count=len(proposal.rows), most=most)


@dataclass(slots=True)
class Reader:
    """Read the rows of a list, and collect what is wrong with them by line."""

    columns: Iterable[Column]
    today: dt.date
    make: Maker = lambda fields: Identity(**fields)
    problems: list[Problem] = field(default_factory=list)
    #: the lines that cannot be stored
    failed: set[int] = field(default_factory=set)

    def in_order(self) -> tuple[Problem, ...]:
        """Return the problems from the first row to the last."""
        return tuple(sorted(self.problems, key=lambda each: each.line))

    def fail(self, line: int, role: str, error: TranslatableError) -> None:
        """Note why a row cannot be stored."""
        self.failed.add(line)
        self.add(line, role, Severity.ERROR, error.template, **error.values)

    def add(self, line: int, role: str, severity: Severity, template: str, **values: object) -> None:
        """Note something about a column of a row."""
        header = next((each.header for each in self.columns if each.role == role), "")
        self.problems.append(Problem(line, header, role, severity, template, values))

    def days(self, row: Row, role: str) -> tuple[dt.date, ...]:
        """Return the days of a column, none where it is empty; notes what is no day."""
        text = row.texts.get(role, "")
        if text and not row.days.get(role):
            template = gettext_noop("“{text}” is no day that there is; write it as 13/8/2020 or 2020-08-13")
            self.fail(row.line, role, RowError(template, text=text[:40]))
        return row.days.get(role, ())

    def day(self, row: Row, role: str) -> dt.date | None:
        """Return the one day of a column, None where it is empty."""
        return next(iter(self.days(row, role)), None)

    def file_number(self, row: Row) -> str:
        """Return the number of a row's file; notes one that is too long."""
        text = row.texts.get("file_number", "")
        if len(text) > LONGEST_FILE_NUMBER:
            template = gettext_noop("this is longer than {longest} letters")
            self.fail(row.line, "file_number", RowError(template, longest=LONGEST_FILE_NUMBER))
        return text

    def identity(self, row: Row) -> Identity | None:
        """Return who a row is of; None where it says nothing of that, or something that cannot be read."""
        try:
            fields = self._fields(row)
            return self.make(fields) if any(fields[name] for name in _TEXTS) else None
        except IdentityError as error:
            self.fail(row.line, _COLUMNS.get(error.field, error.field) or "name", error)
            return None

    def _fields(self, row: Row) -> dict[str, Any]:
        """Return the fields of an identity. A card's number gets back the zero that a spreadsheet dropped; a telephone
        number needs no such help."""
        found: dict[str, Any] = {name: row.texts.get(name, "") for name in _TEXTS}
        for name, text in found.items():
            if text.startswith("="):
                raise IdentityError(gettext_noop("this cell holds a formula: write what it shows"), name)
        document = found["document"]
        if document.isascii() and document.isdecimal() and len(document) == _CARD_DIGITS - 1:
            found["document"] = f"0{document}"
        return found | {"birth_year": self._birth_year(row), "sex": self._sex(row)}

    def _birth_year(self, row: Row) -> int | None:
        """Return the year of a year or a day of birth, or of an age."""
        texts = [row.texts.get(name, "") for name in ("birth", "male", "female")]
        for text in texts:
            if text.isascii() and text.isdecimal() and len(text) == 4:
                return int(text)
            if (day := day_in(text)) is not None and day.year:
                return day.year if day.year <= self.today.year else day.year - 100  # 3/2/56
        if texts[0]:
            template = gettext_noop("“{text}” is no year of birth; 1985 is meant")
            raise IdentityError(template, "birth_year", text=texts[0][:40])
        age = row.texts.get("age", "").split()[:1]
        return self.today.year - int(age[0]) if age and age[0].isdecimal() and int(age[0]) <= _MOST_AGE else None

    def _sex(self, row: Row) -> str:
        ticked = [name for name in ("male", "female") if row.texts.get(name)]
        if len(ticked) == 1:
            return ticked[0]
        text = row.texts.get("sex", "")
        found = lexicon.meant("sex", text) if text else ""
        if found is None or len(ticked) > 1:
            template = gettext_noop("nothing says clearly whether it is a man or a woman: the sex is not taken")
            self.add(row.line, "sex", Severity.NOTE, template)
        return found or ""
