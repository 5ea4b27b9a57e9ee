"""Hold what a file is taken for: columns with their roles, rows with their units and typed values, checks, and what the
program is least sure of. Sentences are templates, so that a page can say them in any language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from bluezone.errors import N_
from bluezone.geography.units import Unit
from bluezone.spreadsheets.mapping import Mapping as Decisions

#: why a row of totals is not stored, one whose unit nobody knows, and one of nobody
TOTALS = N_("a row of totals")
NO_UNIT = N_("no unit is called “{text}”: choose one, or give the code of an organisation")
NOBODY = N_("nothing says who it is: give a name, a telephone number, a document number or the number of the file")
#: heads of the tables that a command prints, and its lines of a row that is not stored or in doubt
COLUMN_HEADS = (N_("header"), N_("taken for"), N_("day"), N_("first values"), N_("because of"))
ROW_HEADS = (N_("as written"), N_("unit"), N_("figures"))
LEFT_OUT = N_("line {line}, “{written}”, is left out: {why}")
PROBLEM, PROBLEM_OF_ROW = N_("line {line}, {column}: {why}"), N_("line {line}: {why}")
MORE_LINES = N_("and {count} lines more, of the same kinds: `bluezone rollout read FILE --json` lists every one")


@dataclass(frozen=True, slots=True)
class Saying:
    """Hold a sentence: `template` is the English message and the gettext msgid, `values` fills its named places."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text()

    def text(self, translate: Callable[[str], str] = str, say: Callable[[object], object] = str) -> str:
        """Return the sentence in a language."""
        said = {
            name: value.text(translate, say) if isinstance(value, Saying) else say(value)
            for name, value in self.values.items()
        }
        return translate(self.template).format(**said) if said else translate(self.template)


def saying(template: str, **values: object) -> Saying:
    """Return a sentence."""
    return Saying(template, values)


@dataclass(frozen=True, slots=True)
class Column:
    """Hold what a column is taken for. `role` is `IGNORE` for what is not stored; `probability` (0..1) is how sure the
    program is, 1 where the officer chose; `day` is the day of its figures, None where rows or the file give it."""

    letter: str
    header: str
    role: str
    why: Saying
    probability: float
    samples: tuple[str, ...] = ()
    day: dt.date | None = None
    #: the roles that may be chosen, the likeliest first
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Hold a unit that a name may mean: its code, its full name, how well it fits (0..1)."""

    code: str
    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Value:
    """Hold one typed number of a row. `bound`: written as “more than”; `text`: as the file shows it."""

    column: str
    role: str
    number: Decimal
    text: str
    day: dt.date | None = None
    bound: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one line of the table. `unit` is None where it is an organisation (`code`) or nobody knows it.

    `left_out` says why nothing of the line is stored; None: it is stored.
    """

    line: int
    #: the cells as the file shows them, by column letter
    cells: Mapping[str, str]
    written: str
    unit: Unit | None = None
    code: str = ""
    candidates: tuple[Candidate, ...] = ()
    probability: float = 1.0
    #: why this unit, or what is unsure about it
    why: Saying | None = None
    left_out: Saying | None = None
    values: tuple[Value, ...] = ()
    #: what columns of text hold, by role: remark, source, and the fields of lists
    texts: Mapping[str, str] = field(default_factory=dict)
    #: the days of a person, by role, as far as they can be read
    days: Mapping[str, tuple[dt.date, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Check:
    """Hold what an officer should look at: `kind` names the rule, `lines` and `column` say where."""

    kind: str
    text: Saying
    lines: tuple[int, ...] = ()
    column: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Hold what the program would ask first: about a `column`, a `line`, the `day`, the `sheet` or the whole `table`.
    `choices` are the answers it thinks likeliest, best first, as `--column B=…`, `--row 7=…` or `--date …` take them.
    """

    about: str
    where: str
    text: Saying
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """Hold a file as it would be stored now. `decided` is the whole mapping this comes from: given to `propose` again
    with the same file it yields the same."""

    name: str
    form: str
    sheets: tuple[str, ...]
    sheet: str
    header: tuple[int, int]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    decided: Decisions
    checks: tuple[Check, ...] = ()
    unsure: tuple[Doubt, ...] = ()
    #: lines above the header and below the table, as they are: (line, text)
    around: tuple[tuple[int, str], ...] = ()
    #: what the form looks like: a mapping is remembered for the same sender and shape
    shape: str = ""
    notes: tuple[Saying, ...] = ()

    @property
    def stored(self) -> tuple[Row, ...]:
        """Return the rows that are stored."""
        return tuple(row for row in self.rows if row.left_out is None)
