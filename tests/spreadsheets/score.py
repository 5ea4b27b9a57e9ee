"""Score the reading of the kept forms: right at once, right after one or two of the choices that the program asks for,
incomplete, wrong; and whether anything is stored that was not shown with its meaning.

    python -m tests.spreadsheets.score [--held-out | --foreign] [--verbose] [NAME …]
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from tests.spreadsheets.form_files import Form, forms

from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.spreadsheets.draft import Context
from bluezone.spreadsheets.errors import TableError
from bluezone.spreadsheets.mapping import Mapping
from bluezone.spreadsheets.propose import propose
from bluezone.spreadsheets.results import Doubt, Proposal
from bluezone.spreadsheets.roles import IGNORE

#: what is stored as a figure; of the other roles only what the truth contradicts is wrong
FIGURES = {"installs", "gain", "active", "with_phone", "percent_population", "percent_smartphones"}
OTHERS = {"headcount", "rank", "target"}
_CHOICES = 2
#: unit, day, role
Key = tuple[str, str, str]
Numbers = dict[Key, Decimal]


@dataclass(frozen=True, slots=True)
class Score:
    """Hold how a form came out: `result`, after how many choices, what is wrong or missing, what was stored unseen."""

    result: str
    choices: int = 0
    why: str = ""
    unseen: tuple[str, ...] = ()


def score(form: Form) -> Score:
    """Score a form as the officer lives it: the proposal, then the first doubt answered truly, and again."""
    context = Context(
        catalogue.all_units(), form.today, UnitCode.parse(form.within) if form.within else None, catalogue.figures()
    )
    decided = Mapping()
    unseen: list[str] = []
    found = Score("refused")
    for choices in range(_CHOICES + 1):
        try:
            proposal = propose(form.book, context, decided)
        except TableError as error:
            due = _due(form, None)
            return Score("right" if not due else "refused", choices, str(error), tuple(unseen))
        unseen += _unseen(proposal)
        result, why = judged(stored_in(proposal), form, proposal.sheet)
        if result == "wrong" and proposal.checks:
            result = "checked"
        found = Score(result, choices, why, tuple(unseen))
        answered = next(
            (each for doubt in proposal.unsure if (each := _answered(doubt, form, proposal, decided))), None
        )
        if result == "right" or answered is None:
            return found
        decided = answered
    return found


def stored_in(proposal: Proposal) -> Numbers:
    """Return what a proposal stores of units of the gazetteer."""
    return {
        (str(row.unit.code), str(value.day or proposal.decided.day), value.role): value.number
        for row in proposal.stored
        if row.unit is not None
        for value in row.values
        if value.role in FIGURES | OTHERS
    }


def judged(stored: Numbers, form: Form, sheet: str | None) -> tuple[str, str]:
    """Return whether what is stored is the truth of a form's sheet (None: of all), and the first thing that is not."""
    due = _due(form, sheet)
    for key, number in stored.items():
        known = due.get(key)
        if (known is None and key[2] in FIGURES) or (known is not None and not _alike(number, known, key[2])):
            return "wrong", f"{' '.join(key)}: {number} for {known}"
    missing = [key for key in due if key[2] in FIGURES and key not in stored]
    if missing or (sheet is not None and not due and _due(form, None)):
        return "incomplete", " ".join(missing[0]) if missing else f"another sheet than {sheet}"
    return "right", ""


def _alike(number: Decimal, known: Decimal, role: str) -> bool:
    """Return whether two numbers are the same, of shares to the second place, as percents or parts of one."""
    if not role.startswith("percent"):
        return number == known
    return abs(number - known) < Decimal("0.01") or abs(number * 100 - known) < Decimal("0.01")


def _due(form: Form, sheet: str | None) -> Numbers:
    return {
        (each.unit, str(each.day), each.role): each.value
        for each in form.truth
        if sheet in (None, each.sheet) and each.unit[:2].isdigit() and ":" in each.unit
    }


def _answered(doubt: Doubt, form: Form, proposal: Proposal, decided: Mapping) -> Mapping | None:
    """Return the decisions with the true answer to a doubt; None where the truth does not tell or it is given."""
    here = [each for each in form.truth if each.sheet == proposal.sheet]
    if doubt.about == "sheet":
        sheets = [each.sheet for each in form.truth]
        return replace(decided, sheet=sheets[0]) if sheets and decided.sheet is None else None
    if doubt.about == "day":
        days = Counter(each.day for each in here)
        return replace(decided, day=days.most_common(1)[0][0]) if days and decided.day is None else None
    if doubt.about == "column":
        now = next(column.role for column in proposal.columns if column.letter == doubt.where)
        role = next((each.role for each in here if each.column == doubt.where),
                    form.roles.get(doubt.where, IGNORE if now in FIGURES | OTHERS else now))  # fmt: skip
        return (
            replace(decided, roles={**decided.roles, doubt.where: role}) if doubt.where not in decided.roles else None
        )
    if doubt.about == "line":
        line = int(doubt.where)
        unit = next((each.unit for each in here if each.line == line and ":" in each.unit), None)
        if line in decided.units or line in decided.left_out:
            return None
        return (replace(decided, units={**decided.units, line: unit}) if unit
                else replace(decided, left_out=decided.left_out | {line}))  # fmt: skip
    return None


def _unseen(proposal: Proposal) -> Iterator[str]:
    """Yield what would be stored without having been shown: in another role, of a day or unit that nobody was told."""
    roles = {column.letter: column.role for column in proposal.columns}
    for row in proposal.stored:
        if row.unit is None and not row.code:
            yield f"line {row.line}: no unit is shown"
        for value in row.values:
            if roles.get(value.column) not in (value.role, "value"):
                yield f"{value.column}{row.line}: stored as {value.role}, shown as {roles.get(value.column)}"
            if value.day is None and proposal.decided.day is None:
                yield f"{value.column}{row.line}: of no day"
            if value.column not in row.cells:
                yield f"{value.column}{row.line}: its cell is not shown"


def main() -> None:
    """Score the forms of a folder and print how they came out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--held-out", action="store_const", const="held_out", default="forms", dest="folder")
    parser.add_argument("--foreign", action="store_const", const="foreign", dest="folder")
    parser.add_argument("--verbose", action="store_true", help="name each form that is not right at once")
    parser.add_argument("names", nargs="*", help="only these forms")
    given = parser.parse_args()
    counts: Counter[str] = Counter()
    unseen = 0
    start = time.process_time()
    for form in forms(given.folder):
        if given.names and form.name not in given.names:
            continue
        found = score(form)
        at_once = found.result == "right" and not found.choices
        counts[found.result if found.result != "right" else f"right after {found.choices}"] += 1
        unseen += bool(found.unseen)
        if given.verbose and (not at_once or found.unseen):
            print(f"{found.result:10} {found.choices} {form.name}: {found.why} {' '.join(found.unseen[:1])}".rstrip())
    total = sum(counts.values())
    print(", ".join(f"{name}: {count}" for name, count in sorted(counts.items())))
    right = sum(count for name, count in counts.items() if name.startswith("right"))
    spent = time.process_time() - start
    print(f"{right} of {total} right within {_CHOICES} choices; {unseen} store what was not shown; {spent:.0f} s")


if __name__ == "__main__":
    main()
