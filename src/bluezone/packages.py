"""Read packages of data (a country, a disease): folders of plain files in which everything wrong is noted with its
place, and none of which is used until nothing is."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from bluezone.errors import BluezoneError

#: lies in the folder beside the files that it signs
SIGNATURE = "package.signed"
#: of one file, and files of one package
MOST_BYTES, MOST_FILES = 2_000_000, 20
#: a text by language
Text = Mapping[str, str]


class PackageError(BluezoneError):
    """Report a package that is not taken. `problems`: what is missing or wrong, one sentence each."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def files_of(place: Traversable) -> Mapping[str, bytes]:
    """Return the files of a package by name, without its signature. Raises PackageError for what is too much to be
    one."""
    files = [each for each in sorted(place.iterdir(), key=lambda each: each.name) if not each.name.startswith(".")]
    if len(files) > MOST_FILES:
        raise PackageError(f"{place.name} has {len(files)} files: that is no package")
    found = {}
    for each in files:
        if each.name == SIGNATURE:
            continue
        if not each.is_file():
            raise PackageError(f"{each.name} is a folder: a package has files alone")
        with each.open("rb") as file:
            found[each.name] = file.read(MOST_BYTES + 1)
        if len(found[each.name]) > MOST_BYTES:
            raise PackageError(f"{each.name} has more than the {MOST_BYTES:,} bytes that are read")
    return found


class Reader:
    """Read table by table, and note each problem with its place."""

    def __init__(self) -> None:
        self._missing: list[str] = []
        self._unknown: list[str] = []
        self._wrong: list[str] = []

    @property
    def problems(self) -> list[str]:
        """Return what is missing and what has no place, else what is wrong: with gaps, half of that would be theirs."""
        return [f"{each} is missing" for each in self._missing] + self._unknown or self._wrong

    def _lack(self, where: str) -> None:
        if not any(where == each or where.startswith(f"{each}.") for each in self._missing):
            self._missing.append(where)

    def _say(self, problem: str) -> None:
        self._wrong.append(problem)

    def _toml(self, name: str, data: bytes) -> dict[str, Any]:
        try:
            return tomllib.loads(data.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            self._say(f"{name} is not TOML in UTF-8: {error}")
            return {}

    def _table(
        self, raw: object, where: str, needed: Iterable[str] | Mapping[str, Any], more: Iterable[str] = ()
    ) -> dict[str, Any]:
        """Return a table whose fields are there and, where `needed` and `more` name types, of them; what is wrong in it
        is noted."""
        if raw is None:
            self._lack(where)
            return {}
        if not isinstance(raw, dict):
            self._say(f"{where} is no table")
            return {}
        at = f"{where}." if where else ""
        types: dict[str, Any] = {}
        for names in (needed, more):
            types |= names if isinstance(names, Mapping) else dict.fromkeys(names, object)
        for name in needed:
            if name not in raw:
                self._lack(f"{at}{name}")
        for name, value in raw.items():
            if name not in types:
                self._unknown.append(f"{at}{name} is no field of a package")
            elif not isinstance(value, types[name]):
                self._say(f"{at}{name} is {value!r}, which is not of its type")
        return dict(raw)

    def _text(self, raw: object, where: str, languages: Iterable[str]) -> Text:
        if raw is None:
            return dict.fromkeys(languages, "")  # said where the table lacks it
        given = raw if isinstance(raw, dict) else {}
        for language in languages:
            if not isinstance(given.get(language), str) or not given[language].strip():
                self._say(f"{where} lacks the language {language}")
        return MappingProxyType({language: str(text).strip() for language, text in given.items()})
