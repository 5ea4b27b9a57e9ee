"""Read an uploaded table of targets: what each row asks of which unit, and every problem, without a database.

A row names a unit (with columns of the district and province, or a code) and its target: a number of people, or a share
of its people. Rows of one unit and its parts are judged together (`rollout.cascade.judge`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext_noop

from bluezone.authority.campaign.orders.rules import DirectiveError
from bluezone.authority.site.uploads.lists import (
    CODE_WORDS,
    LEVEL_KINDS,
    LEVEL_WORDS,
    UNIT_WORDS,
    Lines,
    cells_of,
    find_header,
)
from bluezone.errors import TranslatableError
from bluezone.geography.errors import GeographyError
from bluezone.geography.names import plain_key
from bluezone.geography.units import Unit
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.numbers import TOTAL_WORDS, parse_count, percent_of
from bluezone.rollout.pace import check_share, installs_for
from bluezone.rollout.problems import Problem, Severity
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.lists import Wanted

MOST_ROWS = 12_000
_LONGEST_NAME = 160
#: field -> headers that mean it, as plain keys
HEADERS: dict[str, tuple[str, ...]] = {
    "unit": (*UNIT_WORDS, *CODE_WORDS, "noi nhan"),
    **LEVEL_WORDS,
    "target": (
        "target",
        "chi tieu",
        "chi tieu giao",
        "chi tieu cai dat",
        "so nguoi phai cai",
        "so chi tieu",
        "giao chi tieu",
        "chi tieu nguoi",
        "so luong giao",
    ),
    "share": ("share", "ti le", "ty le", "chi tieu ty le", "chi tieu ti le", "ty le giao", "ti le giao", "percent"),
    "people": ("people", "population", "dan so", "so nguoi", "so dan", "nhan khau", "smartphones", "so dien thoai"),
    "responsible": ("responsible", "who answers", "phu trach", "nguoi phu trach", "chiu trach nhiem", "trach nhiem"),
}
_UNIT_FIELDS = ("unit", "commune", "district", "province")
#: what such a table holds, where a header is none of the words of `HEADERS`
WANTED = Wanted(
    words=HEADERS,
    kinds={
        "unit": (words.UNIT, words.CODE),
        **LEVEL_KINDS,
        "target": (words.TARGET,),
        "people": (words.POPULATION, words.SMARTPHONES),
    },
    named_by=_UNIT_FIELDS,
    single=("target", "people"),
    whole=True,
)
_TOTALS = {plain_key(word) for word in TOTAL_WORDS} | {"toan tinh", "toan huyen", "toan quoc", "tong toan tinh"}


@dataclass(frozen=True, slots=True)
class Known:
    """Hold what is known of a unit: the people its share is of, by which count, and its figure."""

    people: int | None
    source: str
    installs: int | None


@dataclass(frozen=True, slots=True)
class Order:
    """Hold what is asked of the order while its table is read.

    `find` gives the unit of a text, within the order's place and below it (raises GeographyError or DirectiveError);
    `known` what is known of a unit; `name` says a unit.
    """

    find: Callable[[str], Unit]
    known: Callable[[Unit], Known]


@dataclass(frozen=True, slots=True)
class Row:
    """Hold a row as it would be stored."""

    line: int
    unit: Unit
    people: int
    people_source: str
    installs_then: int | None
    target: int
    responsible: str

    @property
    def key(self) -> str:
        return str(self.unit.code)


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold a table as read, before it is compared with the order: rows without errors, problems, the unit of each
    line, the table's own sum (line and number) where it has one."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    names: Mapping[int, str]
    ignored: tuple[str, ...]
    headers: Mapping[str, str]
    total: tuple[int, int] | None


def header_of(lines: Lines) -> tuple[list[str], dict[str, int], Lines]:
    """Return the header, the column of each field, and the rows below. Raises UploadError for what is no table of
    targets."""
    return find_header(
        lines,
        _field_of,
        lambda fields: ("target" in fields or "share" in fields) and any(name in fields for name in _UNIT_FIELDS),
        most=MOST_ROWS,
        missing=gettext_noop(
            "no header row was found: a table of targets needs columns such as unit and target (đơn vị, chỉ tiêu), or "
            "share (tỷ lệ)"
        ),
    )


def _field_of(cell: str) -> str | None:
    key = plain_key(cell)
    field = next((name for name, known in HEADERS.items() if key in known), None)
    return "share" if field == "target" and "%" in cell else field


def read_rows(lines: Lines, order: Order) -> Reading:
    """Read every row and find what is wrong with each by itself. Raises UploadError for what is no such table."""
    header, fields, below = header_of(lines)
    reader = _Reader(order, {field: header[at] for field, at in fields.items()})
    names: dict[int, str] = {}
    rows: list[Row] = []
    for line, cells in below:
        texts = cells_of(cells, fields)
        names[line] = _written(texts)
        if _is_total(texts):
            reader.sum_up(line, texts)
        elif names[line] and (row := reader.read(line, texts)) is not None:
            rows.append(row)
    ignored = tuple(text for at, text in enumerate(header) if text and at not in fields.values())
    return Reading(tuple(rows), tuple(reader.problems), names, ignored, reader.headers, reader.total)


def _written(texts: Mapping[str, str]) -> str:
    return ", ".join(text for name in _UNIT_FIELDS if (text := texts.get(name, "")))


def _is_total(texts: Mapping[str, str]) -> bool:
    named = [text for name in _UNIT_FIELDS if (text := texts.get(name, ""))]
    return bool(named) and any(plain_key(text) in _TOTALS for text in named)


class _Reader:
    """Read rows one after the other and collect what is wrong with them."""

    def __init__(self, order: Order, headers: Mapping[str, str]) -> None:
        self._order = order
        self.headers = headers
        self._seen: dict[str, int] = {}
        self.problems: list[Problem] = []
        self.total: tuple[int, int] | None = None

    def sum_up(self, line: int, texts: Mapping[str, str]) -> None:
        """Keep the table's own sum."""
        try:
            self.total = line, int(parse_count(texts.get("target", "")).value)
        except RolloutError:
            return

    def read(self, line: int, texts: Mapping[str, str]) -> Row | None:
        """Return a row as it would be stored, None where something is wrong with it."""
        unit = self._unit(line, texts)
        if unit is None:
            return None
        known = self._order.known(unit)
        people, source = self._people(line, texts, known)
        if people is None:
            return None
        target = self._target(line, texts, unit, people)
        if target is None:
            return None
        key = str(unit.code)
        if key in self._seen:
            template = gettext_noop("{unit} stands in line {other} already")
            self._add(line, "unit", DirectiveError(template, unit=unit.full_name, other=self._seen[key]))
            return None
        self._seen[key] = line
        responsible = texts.get("responsible", "")[:_LONGEST_NAME]
        return Row(line, unit, people, source, known.installs, target, responsible)

    def _unit(self, line: int, texts: Mapping[str, str]) -> Unit | None:
        try:
            return self._order.find(_written(texts))
        except (GeographyError, DirectiveError) as error:
            self._add(line, next((name for name in _UNIT_FIELDS if name in self.headers), "unit"), error)
            return None

    def _people(self, line: int, texts: Mapping[str, str], known: Known) -> tuple[int | None, str]:
        text = texts.get("people", "")
        if not text and known.people:
            return known.people, known.source
        if not text:
            template = gettext_noop(
                "nobody knows how many people {unit} has: add a column of people, or enter its population first"
            )
            self._add(line, "people", DirectiveError(template, unit=_written(texts)))
            return None, ""
        try:
            people = int(parse_count(text).value)
        except RolloutError as error:
            self._add(line, "people", error)
            return None, ""
        if people < 1:
            self._add(line, "people", DirectiveError(gettext_noop("a unit has at least one person")))
            return None, ""
        return people, "" if people != known.people else known.source

    def _target(self, line: int, texts: Mapping[str, str], unit: Unit, people: int) -> int | None:
        text, share = texts.get("target", ""), texts.get("share", "")
        field = "target" if text else "share"
        try:
            if not text and not share:
                raise DirectiveError(gettext_noop("{unit} has no target"), unit=unit.full_name)  # noqa: TRY301
            if field == "share" or text.endswith("%"):
                part = check_share(Fraction(percent_of(text or share).value) / 100)
                return installs_for(part, people)
            target = int(parse_count(text).value)
        except (RolloutError, DirectiveError) as error:
            self._add(line, field, error)
            return None
        if target > people:
            template = gettext_noop("{found} are asked of {unit}, which has {allowed} people")
            self._add(line, field, DirectiveError(template, found=target, unit=unit.full_name, allowed=people))
            return None
        return target

    def _add(self, line: int, field: str, error: TranslatableError) -> None:
        header = self.headers.get(field, "")
        self.problems.append(Problem(line, header, field, Severity.ERROR, error.template, error.values))
