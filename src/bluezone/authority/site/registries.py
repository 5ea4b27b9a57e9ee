"""Registries by which a package adds to what other packages show or run.

Each package adds its entries in its `apps.py` (`ready`), and the readers (the worker, the home page, the audit log,
`purge`) know no package by name: so a package imports only what stands below it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

Entry = TypeVar("Entry")


class Registry(Generic[Entry]):
    """Entries in the order in which they were added."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def add(self, *entries: Entry) -> None:
        """Add entries; one that is there already is not added twice."""
        self._entries += [each for each in entries if each not in self._entries]

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)


class PostRegister(Protocol):
    """Places below the gazetteer at which an officer can be posted (schools, offices: `units.posts`)."""

    def name_of(self, code: str) -> str:
        """Return the name of the place with a code; nothing where there is none."""

    def find(self, text: str, within: str) -> str | None:
        """Return the place that a text names inside the place `within`; None unless it is exactly one."""

    def suggestions(self, within: str) -> list[str]:
        """Return texts that `find` reads, to choose from while typing."""


@dataclass(frozen=True, slots=True)
class Link:
    """A way to a page: its address, what it is called, and a word of help."""

    address: str
    text: str
    help: str = ""
    #: drawn as the page's main button
    primary: bool = False


@dataclass(frozen=True, slots=True)
class AuditKind:
    """How the audit log's page shows the changes of one model. Texts are lazily translated."""

    #: Django's name of the model: `dailycount`
    model: str
    name: object
    #: the fields an officer meets most, in words and in the order of the page; others keep their name
    fields: Mapping[str, object] = field(default_factory=dict)
    #: what to call a changed row, from what was written of it (`str(row)`); None: as it was written
    title: Callable[[str], str] | None = None
    #: what to call the source of a changed row
    source_name: Callable[[str], str] = str
    #: whether the changed values of a row at a place are shown only to who answers for that very place
    for_own_place_only: Callable[[str], bool] = lambda _place: False


posts: Registry[PostRegister] = Registry()
audit_kinds: Registry[AuditKind] = Registry()
