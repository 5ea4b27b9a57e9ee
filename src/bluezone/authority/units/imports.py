"""Read a file of organisations into a preview: what each row would add or change, and every problem."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext_noop

from bluezone.authority.site.uploads.pipeline import UploadError
from bluezone.authority.units.rules import OrganisationError, check
from bluezone.authority.units.services import Facts
from bluezone.errors import TranslatableError
from bluezone.geography.errors import GeographyError
from bluezone.geography.names import plain_key
from bluezone.geography.units import Unit
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.numbers import parse_count
from bluezone.rollout.problems import Problem, Severity
from bluezone.rollout.sectors import Sector, sector_meant

MOST_ROWS = 2_000
_HEADER_SEARCH_ROWS = 20
_NAME_LENGTH, _HEAD_LENGTH = 160, 120
#: field -> headers that mean it, as plain keys
HEADERS: dict[str, tuple[str, ...]] = {
    "name": ("name", "unit", "ten", "ten don vi", "don vi", "co quan don vi", "ten co quan"),
    "sector": ("sector", "linh vuc", "nganh", "khoi", "loai", "loai hinh"),
    "within": ("place", "within", "dia ban", "noi dong", "dia chi", "lies in"),
    "commune": ("commune", "ward", "xa", "phuong", "xa phuong", "phuong xa", "xa phuong thi tran"),
    "district": ("district", "huyen", "quan huyen", "huyen thi xa thanh pho", "huyen thi xa"),
    "province": ("province", "tinh", "tinh thanh pho", "tinh thanh"),
    "headcount": ("headcount", "people", "so nguoi", "quan so", "si so", "nhan khau", "so can bo", "tong so nguoi"),
    "families": ("families", "with families", "gia dinh", "ke ca gia dinh", "ca gia dinh"),
    "head": ("head", "headed by", "nguoi dung dau", "phu trach", "nguoi phu trach", "thu truong", "hieu truong"),
}
_PLACE_FIELDS = ("within", "commune", "district", "province")
_YES, _NO = {"x", "co", "yes", "1", "true"}, {"", "khong", "no", "0", "false"}


#: place, sector, name
Key = tuple[str, str, str]
#: line number and cells
Lines = Sequence[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Draft:
    """Hold a row as it would be stored. `change`: new, changed or unchanged; `held` is what it would change."""

    line: int
    facts: Facts
    change: str = "new"
    held: Facts | None = None

    @property
    def key(self) -> Key:
        """Return what tells open organisations apart."""
        return str(self.facts.within), self.facts.sector, self.facts.name


@dataclass(frozen=True, slots=True)
class Preview:
    """Hold a file as read. A row with a problem is not among the rows; `names` has the name in every line."""

    rows: tuple[Draft, ...]
    problems: tuple[Problem, ...]
    names: Mapping[int, str]


def preview(
    lines: Lines,
    find: Callable[[str], Unit],
    stored: Callable[[Iterable[Key]], Mapping[Key, Facts]],
    sectors: Sequence[Sector],
) -> Preview:
    """Read every row and find every problem.

    `find` gives the unit of a text, within the officer's jurisdiction and today (raises GeographyError or
    OrganisationError); `stored` gives the open organisations with these keys; `sectors` are those of the officer's
    place. Raises UploadError for what is no list of organisations.
    """
    header, fields, rows = check_header(lines)
    reader = _Reader(find, sectors, {field: header[at] for field, at in fields.items()})
    cells = [(line, _cells(row, fields)) for line, row in rows]
    drafts = [draft for line, row in cells if (draft := reader.read(line, row)) is not None]
    held = stored([each.key for each in drafts])
    names = {line: row.get("name", "") for line, row in cells}
    return Preview(tuple(_compared(each, held) for each in drafts), tuple(reader.problems), names)


def check_header(lines: Lines) -> tuple[list[str], dict[str, int], list[tuple[int, list[str]]]]:
    """Return the header, the field of each column, and the rows below. Raises UploadError."""
    for position, (_, cells) in enumerate(lines[:_HEADER_SEARCH_ROWS]):
        fields: dict[str, int] = {}
        for at, cell in enumerate(cells):
            field = next((name for name, words in HEADERS.items() if plain_key(cell) in words), None)
            if field is not None:
                fields.setdefault(field, at)
        if "name" in fields and len(fields) > 1:
            rows = [(line, row) for line, row in lines[position + 1 :] if any(row)]
            if len(rows) > MOST_ROWS:
                raise UploadError(
                    gettext_noop("the list has {count} rows; at most {most} are taken at once"),
                    count=len(rows),
                    most=MOST_ROWS,
                )
            if not rows:
                raise UploadError(gettext_noop("the list has a header, but no row below it"))
            return cells, fields, rows
    raise UploadError(
        gettext_noop(
            "no header row was found: a list of units needs columns such as name, sector, commune and headcount "
            "(tên đơn vị, lĩnh vực, xã, số người)"
        )
    )


def _cells(cells: Sequence[str], fields: Mapping[str, int]) -> dict[str, str]:
    return {field: " ".join(cells[at].split()) for field, at in fields.items() if at < len(cells)}


class _Reader:
    """Read rows one after the other and collect what is wrong with them."""

    def __init__(self, find: Callable[[str], Unit], sectors: Sequence[Sector], headers: Mapping[str, str]) -> None:
        self._find = find
        self._sectors = sectors
        self._headers = headers
        self._found: dict[str, Unit | TranslatableError] = {}
        self._seen: dict[Key, int] = {}
        self.problems: list[Problem] = []

    def read(self, line: int, cells: Mapping[str, str]) -> Draft | None:
        """Return a row as it would be stored, None where something is wrong with it."""
        before = len(self.problems)
        name = cells.get("name", "")
        sector = self._sector(line, cells)
        within = self._within(line, cells)
        headcount = self._headcount(line, cells)
        families = self._families(line, cells, sector)
        try:
            check(name, headcount)
        except OrganisationError as error:
            self._add(line, "headcount" if name else "name", error)
        for field, text, longest in (("name", name, _NAME_LENGTH), ("head", cells.get("head", ""), _HEAD_LENGTH)):
            if len(text) > longest:
                template = gettext_noop("this is longer than {longest} letters")
                self._add(line, field, UploadError(template, longest=longest))
        if len(self.problems) > before or sector is None or within is None:
            return None
        draft = Draft(line, Facts(name, sector.key, within.code, headcount, families, cells.get("head", "")))
        if draft.key in self._seen:
            template = gettext_noop("the same unit stands in line {other} already")
            self._add(line, "name", UploadError(template, other=self._seen[draft.key]))
            return None
        self._seen[draft.key] = line
        return draft

    def _add(self, line: int, field: str, error: TranslatableError) -> None:
        header = self._headers.get(field, field)
        self.problems.append(Problem(line, header, field, Severity.ERROR, error.template, error.values))

    def _sector(self, line: int, cells: Mapping[str, str]) -> Sector | None:
        text = cells.get("sector") or cells.get("name", "")
        found = sector_meant(text, self._sectors)
        if found is None:
            template = gettext_noop(
                "“{text}” names no sector: write school, company, hamlet, … (trường học, công ty, ấp)"
            )
            self._add(line, "sector", UploadError(template, text=text))
        return found

    def _within(self, line: int, cells: Mapping[str, str]) -> Unit | None:
        parts = (cells.get(field, "") for field in _PLACE_FIELDS)
        text = ", ".join(part for part in parts if part)
        if text not in self._found:
            try:
                self._found[text] = self._find(text)
            except (GeographyError, OrganisationError) as error:
                self._found[text] = error
        result = self._found[text]
        if isinstance(result, Unit):
            return result
        field = next((each for each in _PLACE_FIELDS if each in self._headers), "within")
        self._add(line, field, result)
        return None

    def _headcount(self, line: int, cells: Mapping[str, str]) -> int | None:
        text = cells.get("headcount", "")
        if not text:
            return None
        try:
            return int(parse_count(text).value)
        except RolloutError as error:
            self._add(line, "headcount", error)
            return None

    def _families(self, line: int, cells: Mapping[str, str], sector: Sector | None) -> bool:
        """Return whether families are counted: as the file says, or without such a column as the letter of August 2020
        meant the sector."""
        if "families" not in self._headers:
            return sector is not None and sector.families
        key = plain_key(cells.get("families", ""))
        if key not in _YES | _NO:
            template = gettext_noop("“{text}” says neither yes nor no")
            self._add(line, "families", UploadError(template, text=cells.get("families", "")))
        return key in _YES


def _compared(draft: Draft, held: Mapping[Key, Facts]) -> Draft:
    before = held.get(draft.key)
    if before is None:
        return draft
    return replace(draft, change="unchanged" if before == draft.facts else "changed", held=before)
