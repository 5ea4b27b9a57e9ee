"""Collect what other packages add to the register's pages: an organisation's newest count, sections, and ways to act.

Each adds its `UnitPart` in its `apps.py`; the register itself knows names, sectors and headcounts only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bluezone.authority.officers.jurisdiction import Jurisdiction
from bluezone.authority.officers.models import Office
from bluezone.authority.site.registries import Link, Registry
from bluezone.authority.units.models import Organisation


@dataclass(frozen=True, slots=True)
class CountText:
    """Hold an organisation's newest count for the list: texts in the reader's language, empty where there is none."""

    count: str = ""
    share: str = ""
    #: the day of the count, and whether that is longer ago than a figure is one of today
    day: str = ""
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Describe a section of an organisation's page: a template and what it needs."""

    template: str
    context: Mapping[str, object] = field(default_factory=dict)
    #: where on the page, if not where the part's others stand
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class UnitPart:
    """Describe what a package adds: newest counts by code, sections of a page, what an officer can do with an
    organisation, and the address of the page on which its count is entered."""

    counts: Callable[[Sequence[Organisation], dt.date], Mapping[str, CountText]] = lambda _organisations, _day: {}
    sections: Callable[[Organisation, dt.date], Iterable[Section]] = lambda _organisation, _day: ()
    actions: Callable[[Organisation, Jurisdiction], Iterable[Link]] = lambda _organisation, _own: ()
    entry: Callable[[Organisation, Jurisdiction], str] = lambda _organisation, _own: ""
    #: smaller comes first on the page
    rank: int = 50


#: where the units in a unit stand: after its figure
INSIDE_RANK = 15
parts: Registry[UnitPart] = Registry()
#: sections that other packages add to an office's page: the office, its jurisdiction, the day
office_parts: Registry[Callable[[Office, Jurisdiction, dt.date], Iterable[Section]]] = Registry()


def counts(organisations: Sequence[Organisation], day: dt.date) -> dict[str, CountText]:
    """Return the newest counts by code."""
    return {code: text for part in parts for code, text in part.counts(organisations, day).items()}


def sections(organisation: Organisation, day: dt.date, inside: Section | None = None) -> list[Section]:
    """List the sections of an organisation's page; `inside` is the register's own, of the units in it."""
    ranked = [(part.rank, section) for part in parts for section in part.sections(organisation, day)]
    ranked += [(INSIDE_RANK, inside)] if inside is not None else []
    ranked.sort(key=lambda each: each[0] if each[1].rank is None else each[1].rank)
    return [section for _rank, section in ranked]


def actions(organisation: Organisation, own: Jurisdiction) -> list[Link]:
    """List what an officer can do with an organisation in other packages."""
    return [link for part in sorted(parts, key=lambda each: each.rank) for link in part.actions(organisation, own)]


def entry(organisation: Organisation, own: Jurisdiction) -> str:
    """Return the address of the page on which an officer enters a count of an organisation; nothing where it is not
    the officer's to enter."""
    return next(filter(None, (part.entry(organisation, own) for part in parts)), "")
