"""Read a country's package: systems of units, kinds, languages, telephone rules, letterhead, map. All that is said of
one country stands in its folder (`countries/vietnam`); an installation chooses one by `BLUEZONE_COUNTRY`, and a process
serves one, so that a code such as `63:93` means one place everywhere in it.
"""

from __future__ import annotations

import datetime as dt
import functools
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bluezone.packages import PackageError, Reader, Text

#: in the order in which they are offered; the first is what an installation has that chose nothing
CODES = ("vietnam", "laos")
SETTING, MAIN = "BLUEZONE_COUNTRY", "country.toml"
#: of the levels below the nation, from the top
LEVELS = ("province", "district", "commune")
#: in which every text of pages exists
LANGUAGES = ("vi", "en")

_CODE = re.compile(r"[a-z][a-z-]{1,39}", re.ASCII)
_SYSTEM = re.compile(r"[0-9A-Z]{2}", re.ASCII)
_MOST_BYTES = 256_000


class CountryError(PackageError):
    """Report a package of a country that is not taken."""


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """Describe a list of codes of units, and from when until when it was in force. The same digits mean different
    places in each."""

    id: str
    names: Text
    since: dt.date | None = None
    until: dt.date | None = None

    def nearest(self, day: dt.date) -> dt.date:
        """Return the day on which it was in force that lies nearest to a day."""
        return max(min(day, self.until or dt.date.max), self.since or dt.date.min)


@dataclass(frozen=True, slots=True)
class Kind:
    """Describe a kind of unit: its word, at which levels there are units of it, and how people write it before or after
    a name (plain keys). `english`: in an English heading; `short`: in a table."""

    word: str
    levels: tuple[int, ...]
    english: str
    short: str
    prefixes: tuple[str, ...]
    suffixes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Telephone:
    """Hold the region as `phonenumbers` calls it, its calling code, and the line for questions that papers name."""

    region: str
    calling_code: str
    hotline: str


@dataclass(frozen=True, slots=True)
class Head:
    """Hold who issues papers at a level: `body`, `place`, `number`, `signer`; who answers for a unit, and who gives
    orders there. `{unit}` stands for its full name, `{kind}` and `{name}` for both parts."""

    body: str
    place: str
    number: str
    signer: str
    answers: str
    orders: str
    signs_for: str
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Papers:
    """Hold what official papers say: the motto by language, the head of each level (the ministry first), who signs for
    an office by the word that its name begins with, and words left out of its sign."""

    motto: Mapping[str, Sequence[str]]
    heads: tuple[Head, ...]
    signers: Mapping[str, str]
    other_signer: str
    last_recipient: str
    little_words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Map:
    """Place the provinces' outlines in the drawing: its north-western corner in degrees, units a degree, the latitude
    true to scale; `insets` names the drawing of an archipelago by the digits of its province."""

    west: float
    north: float
    scale: float
    latitude: float
    insets: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Country:
    """Hold a package as read. `iso`: two letters, which also stand for the nation among digits; `iso3`: three;
    `region`: its mobile country code; `digits`: how many a code has by level; `offices`: in charge of a sector, from
    the nation down; `map` and `emblem` are None where none is known."""

    code: str
    version: int
    place: Traversable
    names: Text
    iso: str
    iso3: str
    region: str
    languages: tuple[str, ...]
    time_zone: str
    systems: tuple[System, ...]
    digits: Mapping[int, int]
    kinds: Mapping[str, Kind]
    kind_first: bool
    telephone: Telephone
    papers: Papers
    offices: Mapping[str, tuple[str, ...]]
    map: Map | None
    emblem: Traversable | None

    def on(self, day: dt.date) -> System:
        """Return the system in force on a day."""
        return next(each for each in self.systems if each.until is None or day <= each.until)

    def system(self, name: str) -> System:
        """Return a system by its id. Raises KeyError."""
        return {each.id: each for each in self.systems}[name]

    def since(self, name: str) -> dt.date:
        """Return the first day of a system; of the first one, the first day there is."""
        return self.system(name).since or dt.date.min

    def offset_min(self, at: dt.datetime) -> int:
        """Return by how many minutes its clocks are ahead of UTC, summer time apart: phones have no list of zones."""
        local = at.astimezone(ZoneInfo(self.time_zone))
        ahead = (local.utcoffset() or dt.timedelta()) - (local.dst() or dt.timedelta())
        return int(ahead.total_seconds() // 60)

    def name(self, language: str) -> str:
        """Return its name in a language, in English where it has none."""
        return self.names.get(language, self.names["en"])


@functools.cache
def country() -> Country:
    """Return the country of this process. Raises CountryError."""
    return read(chosen(os.environ.get(SETTING, "").strip() or CODES[0]))


def chosen(name: str) -> Traversable:
    """Return the folder of the package that somebody named: one that ships, else a folder. Raises CountryError."""
    if name in CODES:
        return resources.files("bluezone.geography") / "countries" / name
    path = Path(name)
    if not path.is_dir():
        raise CountryError(f"{name} is neither a folder nor a country that comes with the program ({', '.join(CODES)})")
    return path


def read(place: Traversable) -> Country:
    """Read what a package says of a country; its lists of units are read by `catalogue`. Raises CountryError that holds
    every problem."""
    reader = _Reader(place)
    try:
        found = reader.country()
    except (KeyError, TypeError, ValueError, AttributeError, re.error):
        if not reader.problems:
            raise
        raise CountryError(*reader.problems) from None
    if reader.problems:
        raise CountryError(*reader.problems)
    return found


class _Reader(Reader):
    """Read what a package says of a country."""

    def __init__(self, place: Traversable) -> None:
        super().__init__()
        self._place = place
        self._languages: Sequence[str] = LANGUAGES
        try:
            with place.joinpath(MAIN).open("rb") as file:
                self._main = self._toml(MAIN, file.read(_MOST_BYTES))
        except OSError:
            self._lack(f"the file {MAIN}")
        if self.problems:
            raise CountryError(*self.problems)

    def country(self) -> Country:
        main = self._table(
            self._main, "",
            {"code": str, "version": int, "iso": str, "iso3": str, "region": str, "languages": list, "time_zone": str,
             "kind_stands": str, "names": dict, "systems": list, "digits": dict, "kinds": list, "telephone": dict,
             "papers": dict},
            {"map": dict, "offices": dict, "emblem": str},
        )  # fmt: skip
        self._check(main)
        telephone = self._table(main["telephone"], "telephone", {"region": str, "calling_code": str, "hotline": str})
        return Country(
            main["code"], main["version"], self._place, self._text(main["names"], "names", self._spoken()), main["iso"],
            main["iso3"], main["region"], tuple(main["languages"]), main["time_zone"],
            systems=self._systems(main["systems"]),
            digits=MappingProxyType({LEVELS.index(key) + 1: value for key, value in main["digits"].items()}),
            kinds=MappingProxyType({each.word: each for each in map(self._kind, main["kinds"])}),
            kind_first=main["kind_stands"] == "before",
            telephone=Telephone(**telephone),
            papers=self._papers(main["papers"]),
            offices=MappingProxyType({key: tuple(names) for key, names in main.get("offices", {}).items()}),
            map=self._map(main["map"]) if "map" in main else None,
            emblem=self._emblem(main.get("emblem")),
        )  # fmt: skip

    def _check(self, main: Mapping[str, Any]) -> None:
        for name, form, meant in (
            ("code", _CODE, "a name of small letters and hyphens"),
            ("iso", re.compile("[A-Z]{2}"), "a code of two capital letters (ISO 3166)"),
            ("iso3", re.compile("[A-Z]{3}"), "a code of three capital letters (ISO 3166)"),
            ("region", re.compile("[0-9]{3}"), "a mobile country code of three digits"),
            ("kind_stands", re.compile("before|after"), "before or after (where a kind stands beside a name)"),
        ):
            if not form.fullmatch(str(main.get(name, ""))):
                self._say(f"{name} is {main.get(name)!r}, where {meant} is meant")
        given = main.get("languages", [])
        if not given or not set(given) <= set(LANGUAGES):
            self._say(f"languages names some of {', '.join(LANGUAGES)}, in which every text exists")
        self._languages = [each for each in LANGUAGES if each in given]
        try:
            ZoneInfo(str(main.get("time_zone")))
        except (ZoneInfoNotFoundError, ValueError):
            self._say(f"time_zone {main.get('time_zone')!r} is not known; one such as Asia/Ho_Chi_Minh is meant")
        lengths = main.get("digits", {})
        if not set(lengths) <= set(LEVELS) or sorted(set(lengths.values())) != list(lengths.values()):
            self._say(f"digits says how many a code has at each of {', '.join(LEVELS)}: more at each than above it")

    def _systems(self, given: list[Any]) -> tuple[System, ...]:
        found: list[System] = []
        for at, raw in enumerate(given, 1):
            where = f"systems[{at}]"
            table = self._table(raw, where, {"id": str, "names": dict}, {"since": dt.date, "until": dt.date})
            made = System(**(table | {"names": self._text(table["names"], f"{where}.names", self._spoken())}))
            if not _SYSTEM.fullmatch(made.id) or made.id in [each.id for each in found]:
                self._say(f"{where}.id {made.id!r} is not two capital letters or digits of its own")
            last = found[-1].until if found else None
            if found and (made.since is None or last is None or made.since != last + dt.timedelta(days=1)):
                self._say(f"{where} does not begin on the day after {found[-1].id} ends: no day may lie between")
            found.append(made)
        if not found or found[0].since or found[-1].until:
            self._say("systems: the first has no since and the last no until, so that every day has one")
        return tuple(found)

    def _kind(self, raw: object) -> Kind:
        word = raw.get("word") if isinstance(raw, dict) else None
        where = f"kinds ({word})"
        table = self._table(
            raw,
            where,
            {"word": str, "levels": list, "english": str},
            {"short": str, "prefixes": list, "suffixes": list},
        )
        if not table["levels"] or not set(table["levels"]) <= set(LEVELS):
            self._say(f"{where}: levels names some of {', '.join(LEVELS)}")
        levels = tuple(LEVELS.index(each) + 1 for each in table["levels"] if each in LEVELS)
        before, after = (tuple(table.get(name, ())) for name in ("prefixes", "suffixes"))
        return Kind(table["word"], levels, table["english"], table.get("short", table["word"]), before, after)

    def _papers(self, raw: object) -> Papers:
        names = ("nation", *LEVELS)
        table = self._table(
            raw, "papers",
            {"motto": dict, "other_signer": str, "last_recipient": str} | dict.fromkeys(names, dict),
            {"signers": dict, "little_words": list},
        )  # fmt: skip
        heads = []
        for name in names:
            head = self._table(
                table[name], f"papers.{name}",
                {"body": str, "place": str, "number": str, "signer": str, "answers": str, "orders": str,
                 "recipients": list}, {"signs_for": str},
            )  # fmt: skip
            heads.append(Head(**({"signs_for": ""} | head | {"recipients": tuple(head["recipients"])})))
        for language in self._languages:
            if len(table["motto"].get(language, ())) != 2:
                self._say(f"papers.motto lacks the language {language}, in two lines")
        return Papers(
            MappingProxyType(table["motto"]), tuple(heads), MappingProxyType(table.get("signers", {})),
            table["other_signer"], table["last_recipient"], frozenset(table.get("little_words", ())),
        )  # fmt: skip

    def _emblem(self, name: str | None) -> Traversable | None:
        if name is None:
            return None
        file = self._place.joinpath(name)
        if not re.fullmatch(r"[a-z-]{1,40}\.(svg|png)", name) or not file.is_file():
            self._say(f"emblem is {name!r}, where a file of SVG or PNG in the folder is meant")
        return file

    def _spoken(self) -> Sequence[str]:
        return tuple(dict.fromkeys([*self._languages, "en"]))

    def _map(self, raw: object) -> Map:
        number = (int, float)
        needed = {"west": number, "north": number, "scale": number, "latitude": number}
        table = self._table(raw, "map", needed, {"insets": dict})
        return Map(**(table | {"insets": MappingProxyType(table.get("insets", {}))}))
