"""Keep the figures of a jurisdiction: reckoned from the snapshot when somebody asks first, and shared by all who may
see the same rows of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet

from bluezone.authority.epidemiology import effect, figures, queries, snapshots
from bluezone.authority.epidemiology.figures import Contact, Infection, Patient
from bluezone.authority.epidemiology.models import Snapshot
from bluezone.authority.epidemiology.queries import Wanted
from bluezone.rollout.suppression import LEAST_DISCLOSED

_KEEP_S = 3_600
#: chains that are drawn, and cases of one that are
DRAWN_CHAINS, DRAWN_CASES = 6, 60


@dataclass(frozen=True)
class Data:
    """Read each kind of row once for all figures: `rows`, the parts of the snapshot that may be seen; `own`, the place
    of the jurisdiction."""

    rows: QuerySet[Snapshot]
    wanted: Wanted
    own: str
    today: dt.date

    @cached_property
    def read(self) -> list[Patient]:
        return queries.patients(self.rows, self.wanted, self.own)

    @cached_property
    def patients(self) -> list[Patient]:
        """Return the cases that are filed on the days."""
        return [one for one in self.read if self.wanted.includes(one)]

    @cached_property
    def contacts(self) -> list[Contact]:
        return queries.contacts_of_cases(self.rows, self.wanted)

    @cached_property
    def infections(self) -> Mapping[str, Infection[Contact]]:
        ill = {one.key: day for one in self.patients if one.confirmed and (day := one.day) is not None}
        return figures.infectors(ill, self.contacts)

    @cached_property
    def groups(self) -> list[queries.Group]:
        return queries.groups(self.rows, self.wanted, self.own)

    @cached_property
    def met(self) -> list[queries.Group]:
        """Return the counts of those met on the days."""
        return queries.met_on(self.groups, self.wanted)

    @cached_property
    def links(self) -> list[figures.Link]:
        return figures.chains(self.patients, self.infections)


#: each figure by its name, which is that of its file
FIGURES: Mapping[str, Callable[[Data], Sequence[Any]]] = {
    "curve": lambda data: figures.incidence(data.read, data.wanted.first, data.wanted.last),
    "reproduction": lambda data: figures.reproduction_of(
        data.read, data.wanted.first - queries.BEFORE, data.wanted.first, data.wanted.last
    ),
    "follow-up": lambda data: queries.asked_by_day(data.rows, data.groups, data.wanted, data.own),
    "completeness": lambda data: figures.completeness(queries.follow_up_states(data.met), data.today),
    "delays": lambda data: figures.delay_counts(data.patients),
    "app": lambda data: figures.app_part(data.patients, queries.contacts_by_way(data.met)),
    "chains": lambda data: figures.chains_of(data.links),
    "links": lambda data: data.links,
    "drawn": lambda data: [
        link
        for number in range(1, DRAWN_CHAINS + 1)
        for link in [each for each in data.links if each.chain == number][:DRAWN_CASES]
    ],
    "clusters": lambda data: figures.clusters(
        data.patients,
        data.infections,
        queries.exposed_by_site(data.rows, data.wanted),
        queries.exposed_by_part(data.met),
    ),
}
#: whose rows are persons: for those who may read health data
OF_PERSONS = frozenset({"chains", "links", "drawn"})


@dataclass(frozen=True, slots=True)
class Kept:
    """Hold as of when figures are, of how many cases, and of these how many have their first symptoms after the
    report, and none."""

    at: dt.datetime
    cases: int
    late_onset: int
    no_onset: int


@dataclass(frozen=True, slots=True)
class Result:
    """Hold what is kept of the figures; their rows are read one figure at a time."""

    kept: Kept
    key: str
    data: Data

    def rows(self, name: str) -> list[Any]:
        """Return the rows of a figure; computed anew where the cache has lost them."""
        place = f"{self.key}-{name}"
        rows: list[Any] | None = cache.get(place)
        if rows is None:
            rows = list(FIGURES[name](self.data))
            cache.set(place, rows, _KEEP_S)
        return rows


def result(data: Data, shared_by: object, now: dt.datetime) -> Result | None:
    """Return the figures, kept or computed; `shared_by` says who sees the same rows. None while another process is
    making the first snapshot."""
    at = snapshots.current(now)
    if at is None:
        return None
    key = f"epidemiology-{hashlib.sha256(repr((shared_by, data.wanted, at)).encode()).hexdigest()}"
    return Result(cache.get(key) or compute(data, key, at), key, data)


def compute(data: Data, key: str, at: dt.datetime) -> Kept:
    """Compute all figures and keep their rows."""
    filed = data.patients
    late = sum(one.onset is not None and one.report is not None and one.onset > one.report for one in filed)
    kept = Kept(at, len(filed), late, sum(one.onset is None for one in filed))
    for name in FIGURES:
        Result(kept, key, data).rows(name)
    cache.set(key, kept, _KEEP_S)
    return kept


def disclosed(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Return rows for those who may not read health data: counts under 5 are none and all others cut to fives, so that
    nobody is found by subtraction; what is reckoned of counts goes with them, and is rounded where it stays."""
    found = []
    for row in rows:
        if getattr(row, "kind", "") == "household":  # is named after a person
            continue
        cells = {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}
        hidden = [name for name in row.counts if (cells[name] or 0) < LEAST_DISCLOSED]
        for name in row.counts:
            cells[name] = effect.count(cells[name])
        for name, value in cells.items():
            if isinstance(value, float):
                cells[name] = None if hidden or name == "mean7" else round(value, 1)
        if any(cells[name] is not None for name in row.counts):
            found.append(cells)
    return found


def plain(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Return rows as they are."""
    return [{field.name: getattr(row, field.name) for field in dataclasses.fields(row)} for row in rows]
