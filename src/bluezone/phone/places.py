"""The communes of Viet Nam, to choose one's own from: without a connection, with or without diacritics, by today's name
or that of before July 2025.

The list ships with the phone (`data/communes.csv`, written by `tools/phone_communes.py` from the gazetteer, which this
room may not import): it is asked for in the first minutes, often without a connection, and a phone that fetched it
place by place would tell the authority what its owner types. A commune that is newer than the list can be chosen after
the next update; one the authority no longer knows is refused by it and asked for anew.
"""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

MAX_QUERY = 60
MAX_FOUND = 20
_D = str.maketrans("đĐ", "dD")
#: words that say what kind of unit is meant; they narrow nothing
_KINDS = {"xa", "phuong", "dac", "khu", "thi", "tran", "huyen", "quan", "tinh", "thanh", "pho", "tp", "tx", "p", "x"}


@dataclass(frozen=True, slots=True)
class Commune:
    """`code` as in a registration (`34:31471`), `province` the code of what it lies in."""

    code: str
    name: str
    province: str
    province_name: str
    former: tuple[str, ...]

    @property
    def full_name(self) -> str:
        return f"{self.name}, {self.province_name}"


@dataclass(frozen=True, slots=True)
class _Keys:
    toned: str
    name: tuple[str, ...]
    place: tuple[str, ...]
    every: tuple[str, ...]


@lru_cache(maxsize=1)
def _communes() -> tuple[tuple[Commune, _Keys], ...]:
    text = resources.files("bluezone.phone").joinpath("data/communes.csv").read_text("utf-8")
    found = []
    for row in csv.DictReader(text.splitlines()):
        former = tuple(filter(None, row["former"].split(";")))
        commune = Commune(row["code"], row["name"], row["province"], row["province_name"], former)
        name, province = _words(commune.name), _words(commune.province_name)
        every = (*name, *province, *(word for each in former for word in _words(each)))
        found.append((commune, _Keys(_toned(commune.name), _meant(name), (*name, *province), every)))
    return tuple(found)


@lru_cache(maxsize=1)
def _by_code() -> dict[str, Commune]:
    return {commune.code: commune for commune, _ in _communes()}


def commune_of(code: str) -> Commune | None:
    """The commune of a code; None where the list has none."""
    return _by_code().get(code)


def search(query: str) -> tuple[Commune, ...]:
    """Communes that `query` may mean, the likeliest first: by their name, then with their province, then by a name of
    before."""
    query = unicodedata.normalize("NFC", query[:MAX_QUERY])
    words = _meant(_words(query))
    if not words:
        return ()
    toned = _toned(query)
    ranked = []
    for commune, keys in _communes():
        rank = _rank(words, keys)
        if rank is not None:
            ranked.append((rank, toned not in keys.toned, commune.name, commune.code, commune))
    ranked.sort(key=lambda each: each[:4])
    return tuple(each[-1] for each in ranked[:MAX_FOUND])


def _rank(words: tuple[str, ...], keys: _Keys) -> int | None:
    if words == keys.name:
        return 0
    if keys.name[: len(words) - 1] == words[:-1] and _begins(keys.name[len(words) - 1 :], words[-1]):
        return 1
    for rank, among in enumerate((keys.name, keys.place, keys.every), start=2):
        if all(_any_begins(among, word) for word in words):
            return rank
    return None


def _begins(rest: tuple[str, ...], word: str) -> bool:
    return bool(rest) and rest[0].startswith(word)


def _any_begins(among: tuple[str, ...], word: str) -> bool:
    return any(each.startswith(word) for each in among)


def _words(text: str) -> tuple[str, ...]:
    """Without diacritics, in small letters, apart."""
    bare = unicodedata.normalize("NFD", text.translate(_D).casefold())
    kept = "".join(sign if sign.isalnum() else " " for sign in bare if not unicodedata.combining(sign))
    return tuple(kept.split())


def _meant(words: tuple[str, ...]) -> tuple[str, ...]:
    """Without words of kind at the beginning, unless that is all there is."""
    for start, word in enumerate(words):
        if word not in _KINDS:
            return words[start:]
    return words


def _toned(text: str) -> str:
    return " ".join(text.casefold().split())
