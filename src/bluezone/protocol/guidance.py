"""Write and read what who was warned should do, for how long, and whom to call, the content of a signed document
(`documents`): a list of entries by place, day and grade of the warning, each an object with

    place        code with its system: "" the country, 34:92 a province, 63:930 a district, 34:31471 a commune
    from, until  first and last day on which it holds (YYYY-MM-DD, of the place's own calendar)
    grades       of a warning: some of low, raised, high
    steps        what to do today: short texts, an object with vi and en
    watch_days   days to watch over oneself after the day of the last contact; 0: none are asked for
    test_days    days after the last contact on which to be tested
    telephones   whom to call: `name` (an object with vi and en) and `number` (digits, perhaps + before them)
    source       the decree, letter or decision it comes from; `source_en` the same in English, where it is given
    version      the authority's own name of this wording

Which entry holds is one rule for authority and phone (`entry_for`). Each phone applies it by itself.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bluezone.protocol.documents import COUNTRY, SOON, DocumentError, Kind, whole_from
from bluezone.protocol.text import is_text, is_whole

LANGUAGES = ("vi", "en")
GRADES = ("low", "raised", "high")
MAX_STEPS, MAX_STEP, MAX_TELEPHONES, MAX_NAME = 6, 160, 5, 60
MAX_SOURCE, MAX_VERSION, MAX_DAYS, MAX_TESTS = 300, 40, 60, 6
#: an entry that nobody looks after ends by itself
LONGEST_LIFE = dt.timedelta(days=731)
#: with all of them at their longest a document stays below its bound
MAX_ENTRIES = 50
MAX_DOCUMENT_BYTES = 1_024_000
_PLACE = re.compile(r"(|(63|34):([0-9]{2}|[0-9]{3}|[0-9]{5}))", re.ASCII)
_NUMBER = re.compile(r"\+?[0-9]{3,15}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Telephone:
    """Hold a number to call and whose it is, by language."""

    name: Mapping[str, str]
    number: str

    def __post_init__(self) -> None:
        if not _NUMBER.fullmatch(self.number):
            raise DocumentError(f"guidance: telephone {ascii(self.number)[:30]} is not 3 to 15 digits")
        is_text_each = all(is_text(one, MAX_NAME) for one in self.name.values())
        if "vi" not in self.name or set(self.name) - set(LANGUAGES) or not is_text_each:
            raise DocumentError(
                f"guidance: the name of a telephone is 1 to {MAX_NAME} characters in vi, or in vi and en"
            )


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold what is to be done in a place from one day to another (both included), for warnings of some grades.

    `steps` by language. Raises DocumentError for what cannot be.
    """

    place: str
    from_day: dt.date
    until_day: dt.date
    grades: tuple[str, ...]
    steps: Mapping[str, tuple[str, ...]]
    watch_days: int
    test_days: tuple[int, ...]
    telephones: tuple[Telephone, ...]
    source: str
    version: str
    source_en: str = ""

    def __post_init__(self) -> None:
        self._check_where_and_when()
        self._check_steps()
        self._check_days()
        if len(self.telephones) > MAX_TELEPHONES:
            raise DocumentError(f"guidance: {len(self.telephones)} telephones, more than the {MAX_TELEPHONES} allowed")
        for what, text, longest in (("source", self.source, MAX_SOURCE), ("version", self.version, MAX_VERSION)):
            if not is_text(text, longest):
                raise DocumentError(f"guidance: {what} is not 1 to {longest} characters")
        if self.source_en and not is_text(self.source_en, MAX_SOURCE):
            raise DocumentError(f"guidance: source_en is not 1 to {MAX_SOURCE} characters")

    def _check_where_and_when(self) -> None:
        if not _PLACE.fullmatch(self.place):
            raise DocumentError(f"guidance: place {ascii(self.place)[:40]} is no code such as 34:92")
        if not dt.timedelta() <= self.until_day - self.from_day <= LONGEST_LIFE:
            raise DocumentError(
                f"guidance: from {self.from_day} until {self.until_day} is not up to {LONGEST_LIFE.days} days"
            )
        if not self.grades or len(set(self.grades)) != len(self.grades) or set(self.grades) - set(GRADES):
            raise DocumentError(f"guidance: grades are not some of {', '.join(GRADES)}, each once")

    def _check_steps(self) -> None:
        if "vi" not in self.steps or set(self.steps) - set(LANGUAGES):
            raise DocumentError("guidance: steps are in vi, or in vi and en")
        for steps in self.steps.values():
            if not 1 <= len(steps) <= MAX_STEPS or not all(is_text(step, MAX_STEP) for step in steps):
                raise DocumentError(f"guidance: steps are 1 to {MAX_STEPS} texts of 1 to {MAX_STEP} characters")

    def _check_days(self) -> None:
        if not is_whole(self.watch_days, 0, MAX_DAYS):
            raise DocumentError(f"guidance: days of watching are not 0 to {MAX_DAYS}")
        if len(self.test_days) > MAX_TESTS or not all(is_whole(day, 0, MAX_DAYS) for day in self.test_days):
            raise DocumentError(f"guidance: test days are not up to {MAX_TESTS} numbers from 0 to {MAX_DAYS}")
        if list(self.test_days) != sorted(set(self.test_days)):
            raise DocumentError("guidance: test days are not in order")


def entry_for(entries: Iterable[Entry], places: Sequence[str], day: dt.date, grade: str) -> Entry | None:
    """Return the entry that holds for a person of `places` on `day` for a warning of `grade`; None where none does.

    `places` are the codes of where the person lives, the narrowest first (commune, district, province). The narrowest
    place wins, and the country comes last; of one place, the entry that began last, and of two that began on one day
    the later in the document.
    """
    rank = {place: -at for at, place in enumerate((*places, COUNTRY))}
    holding = [
        (rank[entry.place], entry.from_day, at, entry)
        for at, entry in enumerate(entries)
        if entry.place in rank and entry.from_day <= day <= entry.until_day and grade in entry.grades
    ]
    return max(holding, key=lambda one: one[:3])[3] if holding else None


# --- bytes ------------------------------------------------------------------------------------------------------------


def entry_body(entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON holds it."""
    return {
        "place": entry.place,
        "from": entry.from_day.isoformat(),
        "until": entry.until_day.isoformat(),
        "grades": list(entry.grades),
        "steps": {language: list(steps) for language, steps in entry.steps.items()},
        "watch_days": entry.watch_days,
        "test_days": list(entry.test_days),
        "telephones": [{"name": dict(one.name), "number": one.number} for one in entry.telephones],
        "source": entry.source,
        "version": entry.version,
        **({"source_en": entry.source_en} if entry.source_en else {}),
    }


def entry_from_body(fields: Any) -> Entry:
    """Read an entry from what JSON holds. Raises DocumentError."""
    if not isinstance(fields, dict):
        raise DocumentError("guidance: an entry is an object")
    if not all(isinstance(fields.get(name), str) for name in ("place", "from", "until", "source", "version")):
        raise DocumentError("guidance: an entry has the texts place, from, until, source and version")
    if not isinstance(fields.get("source_en", ""), str):
        raise DocumentError("guidance: source_en is a text")
    grades, steps, tests, telephones = (fields.get(name) for name in ("grades", "steps", "test_days", "telephones"))
    if not isinstance(grades, list) or not all(isinstance(grade, str) for grade in grades):
        raise DocumentError(f"guidance: grades are a list of some of {', '.join(GRADES)}")
    if not isinstance(steps, dict) or not all(isinstance(texts, list) for texts in steps.values()):
        raise DocumentError("guidance: steps are an object with vi and en, each a list of texts")
    if not isinstance(tests, list) or not isinstance(telephones, list):
        raise DocumentError("guidance: test_days and telephones are lists")
    return Entry(
        place=fields["place"],
        from_day=_day(fields["from"]),
        until_day=_day(fields["until"]),
        grades=tuple(grades),
        steps={language: tuple(texts) for language, texts in steps.items()},
        watch_days=whole_from(fields.get("watch_days"), "guidance", "watch_days"),
        test_days=tuple(tests),
        telephones=tuple(_telephone(one) for one in telephones),
        source=fields["source"],
        version=fields["version"],
        source_en=fields.get("source_en", ""),
    )


def _telephone(fields: Any) -> Telephone:
    if not isinstance(fields, dict) or not isinstance(fields.get("name"), dict):
        raise DocumentError("guidance: a telephone has a name (an object with vi and en) and a number")
    if not isinstance(fields.get("number"), str):
        raise DocumentError("guidance: the number of a telephone is a text of digits")
    return Telephone(fields["name"], fields["number"])


def _day(text: str) -> dt.date:
    try:
        if _DAY.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise DocumentError(f"guidance: {ascii(text)[:20]} is no day as 2020-08-15")


def _read(entries: Any) -> tuple[Entry, ...]:
    if not isinstance(entries, list) or len(entries) > MAX_ENTRIES:
        raise DocumentError(f"guidance: a list of up to {MAX_ENTRIES} entries is meant")
    return tuple(entry_from_body(entry) for entry in entries)


def _write(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    return [entry_body(entry) for entry in entries]


GUIDANCE: Kind[tuple[Entry, ...]] = Kind(
    "guidance", MAX_DOCUMENT_BYTES, _read, _write, has_provinces=True, empty=(), every=SOON
)
