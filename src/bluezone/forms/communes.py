"""Find one's own among the communes of Viet Nam: without a connection, with or without diacritics, by today's name
or that of before July 2025.

The list ships with phone and authority (`data/communes.csv`, written by `tools/phone_communes.py` from the gazetteer,
which this room may not import): a phone is asked for it in its first minutes, often without a connection, and one that
fetched it place by place would tell the authority what its owner types. A commune that is newer than the list can be
chosen after the next update; one the authority no longer knows is refused by it and asked for anew.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from sys import intern
from typing import NamedTuple

MAX_QUERY = 60
MAX_FOUND = 20
_SCATTERED = 4
_D = str.maketrans("đĐ", "dD")
#: words that say what kind of unit is meant; they narrow nothing
_KINDS = {"xa", "phuong", "dac", "khu", "thi", "tran", "huyen", "quan", "tinh", "thanh", "pho", "tp", "tx", "p", "x"}


@dataclass(frozen=True, slots=True)
class Commune:
    """Describe a commune: `code` as in a registration (`34:31471`), `province` the code of what it lies in; `within`:
    the codes of the district and the province of before July 2025, where all of it lay in one."""

    code: str
    name: str
    province: str
    province_name: str
    former: tuple[str, ...]
    within: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        return f"{self.name}, {self.province_name}"


class _Keys(NamedTuple):
    """Hold the words of a commune as text, a space before each: its name without the kind, then with the province, and
    its names of before with a bar between them. A query with a space before it stands in such a text where its words
    follow one another there, the last of them begun."""

    name: str
    place: str
    former: str


class _Line(NamedTuple):
    """Hold a commune as few objects as can be, since a phone keeps all 3,321: its keys and its fields, by tabs."""

    keys: str
    fields: bytes

    def read_keys(self) -> _Keys:
        return _Keys(*self.keys.split("\t"))

    def read(self) -> Commune:
        code, name, province, province_name, former, within = self.fields.decode().split("\t")
        return Commune(code, name, intern(province), intern(province_name), _several(former), _several(within))


_FIELDS = ("code", "name", "province", "province_name", "former", "within")


@lru_cache(maxsize=1)
def _lines() -> tuple[_Line, ...]:
    with resources.files("bluezone.forms").joinpath("data/communes.csv").open(encoding="utf-8") as file:
        return tuple(map(_line, csv.DictReader(file)))


def _line(row: Mapping[str, str]) -> _Line:
    name = _words(row["name"])
    place = (*name, *_words(row["province_name"]))
    before = " |".join(_spaced(_words(each)) for each in _several(row["former"]))
    keys = _Keys(_spaced(_meant(name)), _spaced(place), before)
    return _Line("\t".join(keys), "\t".join(row[field] for field in _FIELDS).encode())


def _several(text: str) -> tuple[str, ...]:
    return tuple(map(intern, filter(None, text.split(";"))))


@lru_cache(maxsize=1)
def _by_code() -> dict[str, Commune]:
    return {commune.code: commune for commune in every()}


def commune_of(code: str) -> Commune | None:
    """Return the commune of a code; None where the list has none. Without a code the list is not read: it takes some
    megabytes, which a phone without a commune need not spend."""
    if not code:
        return None
    return _by_code().get(code)


def every() -> tuple[Commune, ...]:
    """Return the communes of the list, in its order."""
    return tuple(line.read() for line in _lines())


def search(query: str) -> tuple[Commune, ...]:
    """Return communes that `query` may mean, the likeliest first: by their name, then with their province, then by a
    name of before. Only where none of these fits, those in whose names all its words stand somewhere."""
    query = unicodedata.normalize("NFC", query[:MAX_QUERY])
    words = _meant(_words(query))
    if not words:
        return ()
    toned, asked = _toned(query), _spaced(words)
    ranked = []
    for line in _lines():
        rank = _rank(asked, line.read_keys())
        if rank is not None:
            commune = line.read()
            ranked.append((rank, toned not in _toned(commune.name), commune.name, commune.code, commune))
    ranked.sort(key=lambda each: each[:4])
    if ranked and ranked[0][0] < _SCATTERED:
        ranked = [each for each in ranked if each[0] < _SCATTERED]
    return tuple(each[-1] for each in ranked[:MAX_FOUND])


def _rank(query: str, keys: _Keys) -> int | None:
    if query == keys.name:
        return 0
    if keys.name.startswith(query):
        return 1
    if query in keys.place:
        return 2
    if query in keys.former:
        return 3
    if all(f" {word}" in keys.place or f" {word}" in keys.former for word in query.split()):
        return _SCATTERED
    return None


def _spaced(words: Iterable[str]) -> str:
    return "".join(f" {word}" for word in words)


def _words(text: str) -> tuple[str, ...]:
    """Split into words, without diacritics, in small letters."""
    bare = unicodedata.normalize("NFD", text.translate(_D).casefold())
    kept = "".join(sign if sign.isalnum() else " " for sign in bare if not unicodedata.combining(sign))
    return tuple(kept.split())


def _meant(words: tuple[str, ...]) -> tuple[str, ...]:
    """Drop words of kind at the beginning, unless that is all there is."""
    for start, word in enumerate(words):
        if word not in _KINDS:
            return words[start:]
    return words


def _toned(text: str) -> str:
    return " ".join(text.casefold().split())
