"""Bring a block from its header to figures, step by step: rows, columns, days, units. Each step may ask. Pure."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bluezone.errors import N_
from bluezone.geography.units import Level, Unit, UnitCode
from bluezone.rollout.reading import abbreviations, columns, flows, offices, questions
from bluezone.rollout.reading import amounts as read
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.columns import Role
from bluezone.rollout.reading.context import is_institution
from bluezone.rollout.reading.dating import Dating, date_of, stem
from bluezone.rollout.reading.days import Said, days_in
from bluezone.rollout.reading.layout import Block
from bluezone.rollout.reading.names import Names, places_named
from bluezone.rollout.reading.places import Named, Placed
from bluezone.rollout.reading.results import Question, saying
from bluezone.rollout.reading.rows import Line, Lines, Sort, lines_of
from bluezone.rollout.reading.turning import folded, turned
from bluezone.rollout.reading.vocabulary import guess
from bluezone.rollout.sectors import is_code

_SCALE = re.compile(r"(?:đvt|đv tính|đơn vị tính)\s*:?\s*\(?(.*)", re.IGNORECASE)
_THOUSAND = re.compile(r"\b(nghìn|ngàn|1[.,]?000)\b", re.IGNORECASE)
_ABOUT = re.compile(r"bluezone|blue zone|cài đặt|cai dat", re.IGNORECASE)


@dataclass(slots=True)
class Draft:
    """Hold a block while it is understood. `key` names it in questions: the sheet, and its number on it."""

    block: Block
    key: str
    lines: Lines
    roles: list[Role]
    dating: Dating = field(default_factory=Dating)
    placed: Placed = field(default_factory=Placed)
    hints: list[Unit] = field(default_factory=list)
    date: dt.date | None = None
    #: all rows are of one unit, which titles name, if they do: `single`
    one_unit: bool = False
    #: days of rows are written month first; day and month of stored dates are exchanged
    month_first: bool = False
    exchange: bool = False
    single: Unit | None = None
    #: the school, company or hotel that titles name, of which a whole table is
    institution: str = ""

    @property
    def units(self) -> list[Line]:
        """Return the rows that name a unit and hold figures."""
        return self.lines.of(Sort.UNIT)

    def is_of_nobody(self, role: Role) -> bool:
        """Return whether a column counts those of places who had the app or declined, and does not say of whom: what
        was found at a round is no figure of the place."""
        return role.kind in {words.HAD, words.REFUSED} and not role.of and bool(self.placed.units)

    def with_numbers(self, *kinds: str) -> list[Role]:
        """Return the columns of some kinds that hold numbers in the rows of units."""
        return [role for role in self.roles if role.kind in kinds and role.amounts.by_line]


def draft_of(
    block: Block,
    key: str,
    answers: Mapping[str, str],
    years: set[int],
    today: dt.date,
    file_name: str,
    known: Callable[[str], bool],
) -> Draft:
    """Return a block with its rows sorted and its columns guessed, the days it may be of beside."""
    mapped = mapped_columns(answers, block.sheet.name)
    lines = lines_of(block, mapped)
    if (anew := folded(block, lines, known)) is not None:
        block, lines = anew, lines_of(anew, mapped)
    elif (changed := turned(block, lines, known)) is not None:
        block = changed
        lines = lines_of(block, mapped)
        for line in lines.all:
            line.dates = (line.name,) if days_in(line.name, Said.TITLE) else ()
    numbers = [line.number for line in lines.of(Sort.UNIT)]
    roles = columns.roles_of(block, numbers, mapped, years, today)
    for role in roles:
        if role.column.number == lines.unit and role.kind not in words.UNIT_KINDS:
            role.kind = words.UNIT
    return Draft(block, key, lines, roles, date_of(block, file_name, years, today))


def mapped_columns(answers: Mapping[str, str], sheet: str) -> dict[str, str]:
    """Return the columns that an officer mapped by hand: letters -> kind."""
    mapped = {}
    for key, value in answers.items():
        if key.startswith("column:"):
            name = key.removeprefix("column:")
            where, _, letters = name.rpartition("!")
            if not where or where == sheet:
                mapped[letters.upper()] = value
    return mapped


def about_installs(draft: Draft, file_name: str) -> bool:
    """Return whether a form speaks of installations at all."""
    texts = [text for _, text in draft.block.titles] + [draft.block.sheet.name, stem(file_name)]
    texts += [column.header for column in draft.block.columns]
    return any(_ABOUT.search(text) for text in texts)


def ask_scale(draft: Draft, answers: Mapping[str, str]) -> Question | None:
    """Read counts that a header or title gives in thousands, or ask."""
    numbers = [line.number for line in draft.units]
    for role in draft.roles:
        if role.is_count and any(_THOUSAND.search(part) for part in _units_in(role.column.header)):
            _scale(draft, role, numbers)
            role.amounts.thousandths = False
    found = [text for _, text in draft.block.titles if (match := _SCALE.search(text)) and _THOUSAND.search(match[1])]
    if not found:
        return None
    counts = draft.with_numbers(*words.COUNTS)
    if not counts:
        return None
    if "scale" not in answers:
        line = min(counts[0].amounts.by_line)
        return questions.of_scale(1000, draft.block.sheet.own(line, counts[0].column.number).text)
    if answers["scale"] == "1000":
        for role in counts:
            _scale(draft, role, numbers)
    return None


def _units_in(header: str) -> list[str]:
    return re.findall(r"\(([^()]*)\)", header)


def _scale(draft: Draft, role: Role, numbers: Sequence[int]) -> None:
    cells = {line: cell for line in numbers if (cell := draft.block.sheet.own(line, role.column.number))}
    role.amounts = read.read_shares(cells)
    role.amounts.fractions_open = False
    read.times(role.amounts, 1000)


def ask_thousands(draft: Draft, answers: Mapping[str, str]) -> Question | None:
    """Decide on counts stored as fractions, as 12.345 is by a program with English settings, or ask."""
    for role in draft.with_numbers(*words.COUNTS):
        amounts = role.amounts
        if not amounts.thousandths and not amounts.undecidable:
            continue
        example = next((draft.block.sheet.own(line, role.column.number).text for line, amount in amounts.by_line.items()
                        if amount.value != amount.value.to_integral_value()), "")  # fmt: skip
        example = example or next((text for text in amounts.bad.values()), "")
        answer = answers.get(f"thousands:{role.letters}")
        if answer == "yes":
            read.thousandths_to_counts(amounts)
        elif answer == questions.LEAVE_OUT or role.kind in {words.TARGET, words.MISSING}:
            role.kind = words.UNKNOWN
        else:
            return questions.of_thousands(role, example)
    return None


def settle_columns(draft: Draft, file_name: str, *, of_places: bool) -> None:
    """Settle what headers leave open and values tell."""
    lines = [line.number for line in draft.units]
    columns.settle_totals(draft.roles, about_installs(draft, file_name), of_places)
    columns.add_up(draft.roles, lines)
    columns.settle_shares(draft.roles, lines)


def ask_flow(draft: Draft, answers: Mapping[str, str]) -> Question | None:
    """Tell totals from what was added, or ask once for the whole block."""
    open_roles = flows.open_flows(draft.block, draft.roles)
    suspicious = not open_roles and (flows.falls(draft.roles) or _falls_by_rows(draft))
    if suspicious:
        open_roles = [role for role in draft.roles if role.kind == words.INSTALLS]
    if not open_roles:
        return None
    answer = answers.get("flow")
    if answer is None:
        return questions.of_flow(open_roles[0].column.header or draft.block.sheet.name)
    for role in open_roles:
        role.kind = words.INCREASE if answer == "increase" else words.INSTALLS
    return None


def _falls_by_rows(draft: Draft) -> bool:
    """Return whether the counts of a fifth of the days or more are smaller than those of the day before in their unit,
    where each row has its day."""
    pairs = fallen = 0
    for role in draft.with_numbers(words.INSTALLS):
        series: dict[str, list[tuple[str, Decimal]]] = {}
        for line in draft.units:
            if line.dates and line.number in role.amounts.by_line:
                day = line.dates[0]
                shown = day.isoformat() if isinstance(day, dt.date) else _sortable(day)
                series.setdefault(line.name, []).append((shown, role.amounts.by_line[line.number].value))
        for values in series.values():
            ordered = sorted(values)
            pairs += max(0, len(ordered) - 1)
            fallen += sum(after < before for (_, before), (_, after) in itertools.pairwise(ordered))
    return pairs >= 6 and fallen * 5 >= pairs


def _sortable(text: str) -> str:
    days = days_in(text, Said.TITLE)
    return f"{days[-1].year or 0:04}-{days[-1].month:02}-{days[-1].day:02}" if days else text


def ask_sum(draft: Draft, answers: Mapping[str, str]) -> Question | None:
    """Ask whether `Đã có` and `Cài mới` together are all installations of units, where no column gives these."""
    had = [role for role in draft.with_numbers(words.HAD) if not role.of]
    added = [role for role in draft.with_numbers(words.INCREASE) if not role.of]
    others = draft.with_numbers(words.INSTALLS, words.WITH_PHONE, words.ACTIVE, words.TOTAL, words.ASKED, words.REFUSED)
    if len(had) != 1 or len(added) != 1 or others:
        return None
    answer = answers.get("sum")
    if answer is None:
        return questions.of_sum(had[0], added[0])
    if answer == questions.LEAVE_OUT:
        return None
    had[0].kind = words.INSTALLS
    if answer == "both":
        _add(draft, had[0], added[0])
    return None


def _add(draft: Draft, whole: Role, part: Role) -> None:
    """Add a column's numbers to another's; a row that has only one of the two has no sum."""
    whole.why = saying(N_("column {whole} and column {part} together"), whole=whole.letters, part=part.letters)
    amounts = whole.amounts
    for line in list(amounts.by_line):
        other = part.amounts.by_line.get(line)
        if other is None:
            del amounts.by_line[line]
            amounts.bad[line] = draft.block.sheet.own(line, part.column.number).text or "–"
        else:
            amounts.by_line[line] = read.Amount(amounts.by_line[line].value + other.value)


def ask_doings(draft: Draft) -> Question | None:
    """Ask what a column counts of people that stand over it, where its own words say nothing that is known."""
    open_roles = [role for role in draft.with_numbers(words.UNKNOWN) if columns.is_in_doubt(role)]
    for role in sorted(open_roles, key=lambda role: role.guess.doubt != words.INSTALLS):
        if role.guess.doubt or role.guess.of:
            return questions.of_doings(role, role.guess.of, draft.block.sheet.name)
    return None


def _leave_parts_out(group: Sequence[Role]) -> None:
    """Leave columns under `Trong đó` out where another one of the same kind is their whole."""
    parts = [role for role in group if any(words.key_of(text).startswith("trong do") for text in role.column.path)]
    if len(group) - len(parts) == 1:
        whole = next(role for role in group if role not in parts)
        for role in parts:
            role.kind = words.UNKNOWN
            role.left_out = saying(N_("a part of column {whole}"), whole=whole.letters)


def ask_installs(draft: Draft, answers: Mapping[str, str], file_name: str) -> Question | None:
    """Ask which column holds the installations where several may or none is named so."""
    several = _installs_twice(draft)
    candidates = several or _possible_installs(draft, file_name)
    if not candidates:
        return None
    answer = answers.get("installs")
    if answer is None:
        return questions.of_installs(candidates, several=bool(several))
    if answer == questions.BOTH:
        for role in candidates:
            role.kind, role.of = words.INSTALLS, words.people_named(role.column.path)
        return None
    for role in candidates:
        if role.letters == answer.upper():
            role.kind = words.INSTALLS
        elif several:
            role.kind = words.UNKNOWN
    return None


def _installs_twice(draft: Draft) -> list[Role]:
    """Return columns that all claim the installations of one day and group, none where no two do."""
    found: dict[tuple[dt.date | None, str], list[Role]] = {}
    for role in draft.with_numbers(words.INSTALLS):
        found.setdefault((role.date, role.of), []).append(role)
    for group in found.values():
        _leave_parts_out(group)
        left = [role for role in group if role.kind == words.INSTALLS]
        if len(left) > 1:
            return left
    return []


def _possible_installs(draft: Draft, file_name: str) -> list[Role]:
    """Return the columns that may hold the installations, where none is named so."""
    totals = draft.with_numbers(words.TOTAL)
    known = draft.with_numbers(words.INSTALLS, words.WITH_PHONE, words.ACTIVE, words.HAD, words.HELPED, words.REFUSED)
    if not totals:
        known += draft.with_numbers(words.INCREASE)
    others = draft.with_numbers(words.POPULATION, words.SMARTPHONES, words.HEADCOUNT, words.NCOVI, words.ASKED)
    if known or (others and not about_installs(draft, file_name)):
        return []
    unknown = draft.with_numbers(words.UNKNOWN)
    return [*totals, *unknown]


def ask_optional(draft: Draft, answers: Mapping[str, str]) -> Question | None:
    """Ask of what a share is one, or whether it is a part of one: asked only where nothing else is."""
    for role in draft.with_numbers(*words.SHARES):
        answer = answers.get(f"fraction:{role.letters}")
        if role.amounts.fractions_open:
            if answer is None:
                return questions.of_fraction(role)
            _apply_fraction(role, answer)
        if role.kind == words.PERCENT:
            answer = answers.get(f"share:{role.letters}")
            if answer is None:
                return questions.of_share(role)
            role.kind = answer if answer in words.SHARES else words.UNKNOWN
    return None


def _apply_fraction(role: Role, answer: str) -> None:
    role.amounts.fractions_open = False
    if answer == "fraction":
        read.fractions_to_percents(role.amounts)
    elif answer == questions.LEAVE_OUT:
        role.kind = words.UNKNOWN


def put_in_places(
    draft: Draft, names: Names, within: UnitCode | None, answers: Mapping[str, str], file_name: str
) -> None:
    """Decide which units the rows mean."""
    texts = [text for _, text in reversed(draft.block.titles)]
    draft.hints = [unit for text in texts for unit in places_named(text, names)]
    for text in (draft.block.sheet.name, stem(file_name)):
        draft.hints += places_named(text, names)
    bare = [match.unit for match in names.matches(draft.block.sheet.name) if match.toned]
    draft.hints = [*bare, *draft.hints] if bare and draft.block.sheet.name else draft.hints
    if within is not None:
        draft.hints = [unit for unit in draft.hints if names.lies_in(unit, within)]
    if "parent" in answers and (parent := _coded(answers["parent"], names)):
        draft.hints = [parent]
    draft.single = _single(draft, names, within)
    draft.institution = next((text.strip(" .:") for text in texts if is_institution(text)), "")
    rows = []
    for line in draft.lines.of(Sort.UNIT, Sort.HEADING):
        if is_code(line.code) or is_code(line.name):
            continue  # an organisation, by the code on its poster
        named = Named(line.number, line.name, line.code, line.above, line.mark)
        if line.sort is Sort.HEADING or draft.block.turned:
            named.matches = names.matches(line.name)
            if line.sort is Sort.HEADING and not named.matches:
                continue
        rows.append(named)
    if _of_one_unit(draft, rows):
        draft.one_unit = True
        given = answers.get("unit", "")
        unit = _coded(given, names) if given else None if draft.institution else draft.single
        draft.institution = "" if unit else given or draft.institution
        draft.placed = Placed({line.number: unit for line in draft.units} if unit else {})
        for line in draft.units if draft.institution else ():
            line.name = draft.institution
        return
    said = draft.hints[0] if "parent" in answers and len(draft.hints) == 1 else None
    draft.placed = abbreviations.place_all(rows, names, within, draft.hints, said)
    header = next((column.path for column in draft.block.columns if column.number == draft.lines.unit), [])
    figured = {line.number for line in draft.units}
    offices.take_out(draft.placed, rows, figured, header if draft.with_numbers(words.HEADCOUNT) else [])
    _answered(draft, names, answers)


def _of_one_unit(draft: Draft, rows: Sequence[Named]) -> bool:
    """Return whether the rows name no units: they are days, or the one row of a table that was turned."""
    if not draft.lines.unit and not draft.lines.code and draft.lines.date:
        return True
    return draft.block.turned and not any(row.matches or names_a_unit(row) for row in rows)


def names_a_unit(row: Named) -> bool:
    """Return whether the name of a row is more than a word for a number: `Số lượng`, `Kết quả`, `Ngày 20/8`."""
    return guess([row.text]).kind == words.UNKNOWN and not days_in(row.text, Said.TITLE)


def _single(draft: Draft, names: Names, within: UnitCode | None) -> Unit | None:
    """Return the lowest unit that titles name, where all they name lie on one path; else the sender's commune."""
    hints = draft.hints
    lowest = max(hints, key=lambda unit: unit.level, default=None)
    if lowest is not None and all(names.lies_in(lowest, unit.code) for unit in hints):
        return lowest
    if not hints and within is not None and within.level is Level.COMMUNE:
        return names.units.get(within)
    return None


def _coded(text: str, names: Names) -> Unit | None:
    found = names.by_code(text) or [each.unit for each in names.matches(text)]
    return found[0] if len(found) == 1 else None


def _answered(draft: Draft, names: Names, answers: Mapping[str, str]) -> None:
    """Take what an officer answered about single rows."""
    for line in draft.units:
        answer = answers.get(f"unit:{line.name}")
        if answer is None:
            continue
        draft.placed.several.pop(line.number, None)
        draft.placed.outside.pop(line.number, None)
        draft.placed.unknown = [each for each in draft.placed.unknown if each.line != line.number]
        unit = _coded(answer, names) if answer != questions.LEAVE_OUT else None
        if unit is None:
            draft.placed.units.pop(line.number, None)
            line.sort = Sort.NOTE
        else:
            draft.placed.units[line.number] = unit
