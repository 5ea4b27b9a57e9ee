"""Hold what the reading of a file comes to: rows, one question at most, what each column was taken for, what was left
out and why. Sentences are templates, so that a page can say them in any language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from bluezone.geography.units import Unit


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
class Choice:
    """Hold one answer to a question: `value` is what `--answer KEY=VALUE` gives."""

    value: str
    text: Saying


@dataclass(frozen=True, slots=True)
class Question:
    """Ask what a file does not say. `free` is what else may be answered, besides the choices: `date`, or nothing."""

    key: str
    text: Saying
    choices: tuple[Choice, ...]
    free: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """Hold one figure: of a unit of the gazetteer, or of a school, company or class by its name; `line` and `sheet` say
    where it stands. `of` says of whom, where a form counts several groups: pupils, parents, guests."""

    sheet: str
    line: int
    column: str
    unit: Unit | None
    name: str
    written: str
    date: dt.date | None
    kind: str
    value: Decimal
    shown: str
    of: str = ""
    #: the row says that it corrects an earlier one of its unit
    corrects: bool = False
    #: given as no less than this: `> 20.000`
    bound: bool = False


@dataclass(frozen=True, slots=True)
class TakenColumn:
    """Hold what a column was taken for, and why, with its first values; `kind` is empty where it was left out."""

    sheet: str
    column: str
    header: str
    kind: str
    meaning: Saying
    values: tuple[str, ...]
    why: Saying
    date: dt.date | None = None
    #: of whom it counts, where a form counts several groups
    of: str = ""
    #: of a list: which of its fields the column fills
    field: str = ""


@dataclass(frozen=True, slots=True)
class Ignored:
    """Hold what was not taken from a file, where it stands, and why."""

    sheet: str
    where: str
    text: str
    why: Saying


@dataclass(frozen=True, slots=True)
class Notice:
    """Hold what an officer should look at: of a line, or of the whole file where `line` is 0. `kind` names it."""

    sheet: str
    line: int
    kind: str
    text: Saying


@dataclass(frozen=True, slots=True)
class TextRow:
    """Hold a row as text, for the checks of imports: its cells by field, where it stands."""

    sheet: str
    line: int
    cells: Mapping[str, str]


@dataclass(slots=True)
class Reading:
    """Hold a file as read. While `question` is open there are no figures."""

    name: str
    form: str = ""
    figures: list[Figure] = field(default_factory=list)
    question: Question | None = None
    columns: list[TakenColumn] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    rows: list[TextRow] = field(default_factory=list)
    #: what the officer was asked and answered that was used
    answered: dict[str, str] = field(default_factory=dict)
    #: what a column may be mapped to by hand, where that is not everything
    kinds: tuple[str, ...] = ()
    #: what the form looks like: answers are remembered for the same sender and shape
    shape: str = ""
