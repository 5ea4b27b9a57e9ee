"""Judge the rows of a list of organisations: what each would add or change, and every problem."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext_noop

from bluezone.authority.officers.jurisdiction import place_of
from bluezone.authority.site.uploads.pipeline import UploadError
from bluezone.authority.units.rules import SECTORS_IN, Holder, OrganisationError, check, check_holder
from bluezone.authority.units.services import Facts
from bluezone.errors import TranslatableError
from bluezone.geography.errors import GeographyError
from bluezone.geography.names import plain_key
from bluezone.geography.units import Unit, UnitCode
from bluezone.rollout.problems import Problem, Severity
from bluezone.rollout.sectors import Sector, sector_meant, sector_named
from bluezone.spreadsheets.results import Column, Proposal, Row

MOST_ROWS = 2_000
_NAME_LENGTH, _HEAD_LENGTH = 160, 120
_YES, _NO = {"x", "co", "yes", "1", "true"}, {"", "khong", "no", "0", "false"}


_NO_SECTOR = gettext_noop("“{text}” names no sector: write school, company, hamlet, … (trường học, công ty, ấp)")
_CLOSED = gettext_noop("“{text}” is a sector that was closed: no unit can be added to it")

#: place, sector, name, and the code of the unit that holds it: of one that is held only name and that code
Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """Hold a row as it would be stored. `change`: new, changed or unchanged; `held` is what it would change.

    `code` is that of the stored unit; `holder` the line of the same file whose unit holds this one, 0 for none.
    """

    line: int
    facts: Facts
    change: str = "new"
    held: Facts | None = None
    code: str = ""
    holder: int = 0
    #: the name of the unit that holds it, for the preview
    part_of: str = ""


@dataclass(frozen=True, slots=True)
class _Holder:
    """Hold what a row takes from the unit it lies in: its code, or the line of one that is not stored yet."""

    code: str = ""
    line: int = 0
    name: str = ""
    sector: str = ""
    within: UnitCode | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """Hold a file as read. A row with a problem is not among the rows; `names` has the name in every line."""

    rows: tuple[Draft, ...]
    problems: tuple[Problem, ...]
    names: Mapping[int, str]


def top_key(facts: Facts) -> Key:
    """Return what tells open organisations apart that lie in no other."""
    return str(facts.within), facts.sector, facts.name, ""


def key_in(name: str, holder: str) -> Key:
    """Return what tells open organisations apart that lie in another."""
    return "", "", name, holder


@dataclass(frozen=True, slots=True)
class Register:
    """Hold what is asked of the register while a file is read.

    `unit` gives the unit of a text, within the officer's jurisdiction and today (raises GeographyError or
    OrganisationError); `holder` the open organisation of the officer's that a text names (raises OrganisationError);
    `stored` the code and facts of the open organisations with some keys; `sectors` are those of the officer's place,
    `offered` the keys of those that the officer may give, `closed` those of the place that were closed.
    """

    unit: Callable[[str], Unit]
    holder: Callable[[str], tuple[str, Facts]]
    stored: Callable[[Iterable[Key]], Mapping[Key, tuple[str, Facts]]]
    sectors: Sequence[Sector]
    offered: Collection[str]
    closed: Sequence[Sector] = ()


def preview(proposal: Proposal, register: Register) -> Preview:
    """Judge every row and find every problem. A row's unit may lie in that of another row, above or below it, or in a
    stored one."""
    rows = {row.line: row for row in proposal.stored}
    reader = _Reader(register, proposal.columns)
    drafts = _in_levels(rows, reader)
    problems = sorted(reader.problems, key=lambda each: each.line)
    names = {line: row.written for line, row in rows.items()}
    return Preview(tuple(drafts[line] for line in sorted(drafts)), tuple(problems), names)


def _in_levels(rows: Mapping[int, Row], reader: _Reader) -> dict[int, Draft]:
    """Read the units that lie in none of the file first, then those in them, and so on; each is compared with what is
    stored before those in it are read."""
    by_name: dict[str, list[int]] = {}
    for line, row in rows.items():
        by_name.setdefault(plain_key(row.written), []).append(line)
    holders = {
        line: [each for each in by_name.get(plain_key(row.texts["holder"]), ()) if each != line]
        for line, row in rows.items()
        if row.texts.get("holder")
    }
    waiting, drafts = list(rows), dict[int, Draft]()
    while ready := [line for line in waiting if not any(each in waiting for each in holders.get(line, ()))]:
        level = []
        for line in ready:
            waiting.remove(line)
            draft = reader.read(rows[line], holders.get(line, ()), drafts)
            level += [draft] if draft is not None else []
        drafts |= {each.line: each for each in reader.compared(level)}
    for line in waiting:
        template = gettext_noop("the units of this file lie in one another in a circle: {other} lies in this one, too")
        reader.add(line, "holder", UploadError(template, other=rows[line].texts["holder"]))
    return drafts


class _Reader:
    """Read rows one after the other and collect what is wrong with them."""

    def __init__(self, register: Register, columns: Sequence[Column]) -> None:
        self._register = register
        self._headers = {column.role: column.header for column in columns}
        self._places = [column.letter for column in columns if column.role == "parent"]
        self._found: dict[str, Unit | TranslatableError] = {}
        self._holders: dict[str, tuple[str, Facts] | TranslatableError] = {}
        self._seen: dict[Key, int] = {}
        self.problems: list[Problem] = []

    def read(self, row: Row, holders: Sequence[int], drafts: Mapping[int, Draft]) -> Draft | None:
        """Return a row as it would be stored, None where something is wrong with it.

        `holders` are the lines with the name of the unit that holds it; `drafts` those that were read.
        """
        before, line, name, cells = len(self.problems), row.line, row.written, row.texts
        holder = self._holder(line, cells, holders, drafts)
        if len(self.problems) > before:
            return None
        sector = self._sector(row, holder)
        within = self._within(row, holder)
        headcount = self._headcount(row)
        families = self._families(line, cells, sector)
        try:
            check(name, headcount)
        except OrganisationError as error:
            self.add(line, "headcount" if name else "unit", error)
        for field, text, longest in (("unit", name, _NAME_LENGTH), ("head", cells.get("head", ""), _HEAD_LENGTH)):
            if len(text) > longest:
                template = gettext_noop("this is longer than {longest} letters")
                self.add(line, field, UploadError(template, longest=longest))
        if within is not None and holder.within is not None:
            try:
                check_holder(Holder(holder.name, (), place_of(holder.within)), "", place_of(within))
            except OrganisationError as error:
                self.add(line, "holder", error)
        if len(self.problems) > before or sector is None or within is None:
            return None
        facts = Facts(name, sector.key, within, headcount, families, cells.get("head", ""), holder.code)
        draft = Draft(line, facts, holder=holder.line, part_of=holder.name)
        key = self._key(draft)
        if key in self._seen:
            template = gettext_noop("the same unit stands in line {other} already")
            self.add(line, "unit", UploadError(template, other=self._seen[key]))
            return None
        self._seen[key] = line
        return draft

    def _key(self, draft: Draft) -> Key:
        """Return what tells a row apart; a unit of the file that is not stored yet has its line for a code."""
        holder = draft.facts.parent or (f"line {draft.holder}" if draft.holder else "")
        return key_in(draft.facts.name, holder) if holder else top_key(draft.facts)

    def compared(self, drafts: Sequence[Draft]) -> list[Draft]:
        """Compare rows with what is stored. A unit that a file now puts into another is the one that lay in none."""
        keys = {each.line: (self._key(each), top_key(each.facts)) for each in drafts}
        held = self._register.stored({key for both in keys.values() for key in both})
        found = []
        for draft in drafts:
            code, before = next((held[key] for key in keys[draft.line] if key in held), ("", None))
            if before is None:
                found.append(draft)
                continue
            facts = draft.facts
            if not (draft.holder or facts.parent):  # an empty cell takes nothing out of the unit it lies in
                facts = replace(facts, parent=before.parent)
            change = "unchanged" if before == facts and not draft.holder else "changed"
            found.append(replace(draft, facts=facts, change=change, held=before, code=code))
        return found

    def add(self, line: int, field: str, error: TranslatableError) -> None:
        """Note what is wrong with a column of a row."""
        header = self._headers.get(field, "")
        self.problems.append(Problem(line, header, field, Severity.ERROR, error.template, error.values))

    def _holder(
        self, line: int, cells: Mapping[str, str], holders: Sequence[int], drafts: Mapping[int, Draft]
    ) -> _Holder:
        """Return the unit a row's lies in: of another row, else a stored one; none without a name in the column."""
        text = cells.get("holder", "")
        if not text:
            return _Holder()
        if len(holders) > 1:
            template = gettext_noop("“{text}” stands in the lines {lines}: write the code of the one that is meant")
            self.add(line, "holder", UploadError(template, text=text, lines=", ".join(map(str, holders))))
            return _Holder()
        if holders:
            draft = drafts.get(holders[0])
            if draft is None:
                template = gettext_noop("something is wrong with the unit that it lies in, in line {other}")
                self.add(line, "holder", UploadError(template, other=holders[0]))
                return _Holder()
            new = draft.line if not draft.code else 0
            return _Holder(draft.code, new, draft.facts.name, draft.facts.sector, draft.facts.within)
        if text not in self._holders:
            try:
                self._holders[text] = self._register.holder(text)
            except OrganisationError as error:
                self._holders[text] = error
        found = self._holders[text]
        if not isinstance(found, tuple):
            self.add(line, "holder", found)
            return _Holder()
        code, facts = found
        return _Holder(code, 0, facts.name, facts.sector, facts.within)

    def _sector(self, row: Row, holder: _Holder) -> Sector | None:
        line, cells = row.line, row.texts
        text = cells.get("sector") or row.written
        found = sector_meant(text, self._register.sectors)
        if sector_named(text, self._register.closed) and not sector_named(text, self._register.sectors):
            found = None  # `Chợ đêm`, closed, is not the sector of markets
        if found is None and holder.sector and not cells.get("sector"):
            key = SECTORS_IN.get(holder.sector, holder.sector)
            found = next((each for each in self._register.sectors if each.key == key), None)
        if found is None:
            closed = sector_meant(text, self._register.closed) is not None
            template = _CLOSED if closed else _NO_SECTOR
            self.add(line, "sector", UploadError(template, text=text))
        elif found.key not in self._register.offered and not cells.get("holder"):  # who holds it is looked at there
            template = gettext_noop("“{text}” is of a sector for which your office does not answer")
            self.add(line, "sector", UploadError(template, text=text))
        return found

    def _within(self, row: Row, holder: _Holder) -> UnitCode | None:
        """Return where a row's unit lies, as one or more columns name it: the district may stand before or behind."""
        parts = [text for letter in self._places if (text := row.cells.get(letter, ""))]
        if not parts and holder.within is not None:
            return holder.within
        result = self._found_in(", ".join(parts))
        if isinstance(result, TranslatableError) and len(parts) > 1:
            turned = self._found_in(", ".join(reversed(parts)))
            result = turned if isinstance(turned, Unit) else result
        if isinstance(result, Unit):
            return result.code
        self.add(row.line, "parent", result)
        return None

    def _found_in(self, text: str) -> Unit | TranslatableError:
        if text not in self._found:
            try:
                self._found[text] = self._register.unit(text)
            except (GeographyError, OrganisationError) as error:
                self._found[text] = error
        return self._found[text]

    def _headcount(self, row: Row) -> int | None:
        value = next((each for each in row.values if each.role == "headcount"), None)
        if value is not None and value.number != value.number.to_integral_value():
            template = gettext_noop("“{text}” is no number of people")
            self.add(row.line, "headcount", UploadError(template, text=value.text[:40]))
        return int(value.number) if value is not None else None

    def _families(self, line: int, cells: Mapping[str, str], sector: Sector | None) -> bool:
        """Return whether families are counted: as the file says, or without such a column as the letter of August 2020
        meant the sector."""
        if "families" not in self._headers:
            return sector is not None and sector.families
        key = plain_key(cells.get("families", ""))
        if key not in _YES | _NO:
            template = gettext_noop("“{text}” says neither yes nor no")
            self.add(line, "families", UploadError(template, text=cells.get("families", "")))
        return key in _YES
