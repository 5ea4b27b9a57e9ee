"""Read the words of headers (`lexicon.toml`): which topics a text names, and what they speak for and against."""

from __future__ import annotations

import functools
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from bluezone.geography.names import toned_key, without_marks

#: a word without and with its diacritics
Word = tuple[str, str]
#: how much a word of a group speaks for the role that it is called by
_NAMED = 5.0

#: a short text in brackets
_IN_BRACKETS = re.compile(r"\s*\([^()]{1,24}\)\s*")


@dataclass(frozen=True, slots=True)
class Topic:
    """Hold what some words speak of: `speaks` is what they say for (above 0) and against each role; `level` is that
    of the units in a column of names."""

    name: str
    speaks: Mapping[str, float]
    level: str = ""
    #: where one of these is named too it says nothing
    unless: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Phrase:
    words: tuple[Word, ...]
    topic: Topic
    alone: bool


#: of a text that is looked through for words
_MOST_SIGNS = 400


@functools.lru_cache(maxsize=20_000)
def words_of(text: str) -> tuple[Word, ...]:
    """Return the words of a text as they are compared: what stands at its beginning, as a longer text names nothing."""
    toned = toned_key(text[:_MOST_SIGNS].replace("%", " percent ").replace("_", " ")).split()
    return tuple((without_marks(word), word) for word in toned)


def key_of(text: str) -> str:
    """Return a text as it is compared, without diacritics."""
    return " ".join(plain for plain, _ in words_of(text))


@functools.cache
def _facts() -> dict[str, Any]:
    data = resources.files("bluezone.spreadsheets").joinpath("lexicon.toml").read_text("utf-8")
    return tomllib.loads(data)


@functools.cache
def topics(of: str = "") -> Mapping[str, Topic]:
    """Return the topics by name: those of tables of figures, or of a group, `person`, each of which speaks for the
    role that it is called by."""
    return {
        name: Topic(
            name, facts.get("speaks", {name: _NAMED}), facts.get("level", ""), frozenset(facts.get("unless", ()))
        )
        for name, facts in (_facts()[of] if of else _facts()).items()
        if of or "speaks" in facts
    }


@functools.cache
def _phrases(of: str) -> Mapping[str, list[_Phrase]]:
    """Return the phrases of topics by their first word, the longest first."""
    found: dict[str, list[_Phrase]] = defaultdict(list)
    facts = _facts()[of] if of else _facts()
    for name, topic in topics(of).items():
        for kind in ("words", "alone"):
            for phrase in facts[name].get(kind, ()):
                words = words_of(phrase)
                if words:
                    found[words[0][0]].append(_Phrase(words, topic, kind == "alone"))
    return {first: sorted(phrases, key=lambda each: -len(each.words)) for first, phrases in found.items()}


@functools.lru_cache(maxsize=20_000)
def topics_in(text: str, of: str = "") -> tuple[Topic, ...]:
    """Return the topics a text names, in order. Where diacritics match nothing at all, they may be wrong."""
    words = words_of(text)
    found = [*_named(words, of, strict=True)] or [*_named(words, of, strict=False)]
    return tuple({topic.name: topic for topic, _ in found}.values())


@functools.lru_cache(maxsize=20_000)
def meant(kind: str, text: str, *, inside: bool = False) -> str | None:
    """Return what a cell means among the words of a kind (`sex`, `setting`, `result`); `inside`: words of one meaning
    may stand among others. None for nothing that is known."""
    words = words_of(text)
    among = set()
    for meaning, phrases in _facts()["meant"][kind].items():
        for phrase in map(words_of, phrases):
            if words and _match(words, phrase, strict=True):
                return str(meaning)
            places = range(len(words) - len(phrase) + 1) if inside and len(phrase) > 1 else ()
            among |= {str(meaning) for at in places if _match(words[at : at + len(phrase)], phrase, strict=True)}
    return among.pop() if len(among) == 1 else None


@functools.lru_cache(maxsize=20_000)
def strange_words(text: str) -> int:
    """Return how many words of a header are of no topic, and say something."""
    words = words_of(text)
    known = {at for _, span in _named(words, "", strict=False) for at in span}
    filler = {each[0][0] for each in _listed("filler", "words")}
    return sum(at not in known and plain not in filler and not plain.isdigit() for at, (plain, _) in enumerate(words))


def _named(words: tuple[Word, ...], of: str, *, strict: bool) -> Iterator[tuple[Topic, range]]:
    at = 0
    while at < len(words):
        length = 0
        for phrase in _phrases(of).get(words[at][0], ()):
            size = len(phrase.words)
            if length and size < length:
                break
            if phrase.alone and (at > 0 or size != len(words)):
                continue
            if _match(words[at : at + size], phrase.words, strict=strict):
                length = size
                yield phrase.topic, range(at, at + size)
        at += length or 1


def _match(words: tuple[Word, ...], phrase: tuple[Word, ...], *, strict: bool) -> bool:
    """Return whether words are those of a phrase; one without diacritics may stand for one with them."""
    return len(words) == len(phrase) and all(
        plain == wanted and (not strict or toned in (plain, right))
        for (plain, toned), (wanted, right) in zip(words, phrase, strict=True)
    )


@functools.cache
def _listed(group: str, kind: str) -> tuple[tuple[Word, ...], ...]:
    return tuple(words_of(text) for text in _facts()[group][kind])


def _begins(text: str, kind: str) -> bool:
    words = words_of(text)
    return any(_match(words[: len(each)], each, strict=True) for each in _beginning(words, kind))


def _beginning(words: tuple[Word, ...], kind: str) -> Iterable[tuple[Word, ...]]:
    """Return the phrases of rows that begin with the first of some words."""
    return _by_first(kind).get(words[0][0], ()) if words else ()


@functools.cache
def _by_first(kind: str) -> Mapping[str, list[tuple[Word, ...]]]:
    found: dict[str, list[tuple[Word, ...]]] = defaultdict(list)
    for phrase in _listed("rows", kind):
        found[phrase[0][0]].append(phrase)
    return dict(found)


@functools.lru_cache(maxsize=20_000)
def is_total(text: str) -> bool:
    """Return whether a row of this name sums others: `TỔNG CỘNG`, `Toàn tỉnh`, `Cộng huyện Vị Thủy`."""
    text = text.split("(")[0] or text
    words = words_of(text)
    whole = any(_match(words, each, strict=True) for each in _beginning(words, "total"))
    return _begins(text, "total_begins") or whole or text.strip() in {"Σ", "∑"}


@functools.lru_cache(maxsize=20_000)
def names_whole(text: str, kind: str) -> bool:
    """Return whether a row of this name sums all of a unit of a kind, empty for the nation: `Toàn tỉnh`, `Cả nước`."""
    words = words_of(text.split("(")[0])
    wholes = [words_of(f"{all_of} {kind}") for all_of in ("toàn", "cả")] if kind else _listed("rows", "nation")
    return any(_match(words, whole, strict=True) for whole in wholes)


@functools.lru_cache(maxsize=20_000)
def begins_note(text: str) -> bool:
    """Return whether a text begins as a note or a signature below a table."""
    return _begins(text, "note_begins")


@functools.lru_cache(maxsize=20_000)
def names_no_place(text: str) -> bool:
    """Return whether a name is that of an office in a place, not of the place: `Công an huyện Châu Thành`."""
    return _begins(text, "no_place")


def _names(text: str, group: str, kind: str) -> bool:
    key = f" {key_of(text)} "
    return any(f" {' '.join(plain for plain, _ in words)} " in key for words in _listed(group, kind))


def says_of_day(text: str, kind: str) -> bool:
    """Return whether a text says of a day that figures stand on it (`as_of`), or that a letter is of it (`letter`)."""
    return _names(text, "days", kind)


def is_measure(text: str) -> bool:
    """Return whether a text says only what numbers above or below it are counted in, or how they are reckoned:
    `(người)`, `%`, `(E–D)`."""
    words = words_of(text)
    return bool(_IN_BRACKETS.fullmatch(text)) or any(
        _match(words, each, strict=True) for each in _listed("scales", "measures")
    )


def factor_in(text: str) -> int:
    """Return by how much the numbers are to be multiplied of which a text says what they are counted in, 1 for most."""
    text = text.replace("1.000", "1000")
    return 1000 if _names(text, "scales", "thousand") and _names(text, "scales", "beside") else 1
