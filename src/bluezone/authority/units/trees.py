"""Find the units in units, and those that went into them: three queries for a school of 30 classes, a few for a zone
of 300 companies with parts of their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field

from bluezone.authority.units.models import Organisation
from bluezone.geography.units import UnitCode
from bluezone.rollout.cascade import people_meant
from bluezone.rollout.counts import OrganisationCode

Code = UnitCode | OrganisationCode
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Tree:
    """Hold the open organisations that lie in some others: which holds each, how many people each has, and which closed
    ones went into each with their people, on which day."""

    parents: dict[OrganisationCode, OrganisationCode] = field(default_factory=dict)
    people: dict[OrganisationCode, int | None] = field(default_factory=dict)
    gone: dict[OrganisationCode, list[tuple[OrganisationCode, dt.date]]] = field(default_factory=dict)

    @property
    def codes(self) -> Collection[OrganisationCode]:
        """Return those that lie in another, and those that went into another."""
        return {*self.parents, *(code for went in self.gone.values() for code, _day in went)}


def below(codes: Collection[Code]) -> Tree:
    """Return what lies in the organisations among some codes, at every level."""
    tree = Tree()
    level = organisations = [code for code in codes if not isinstance(code, UnitCode)]
    while level:
        following: list[OrganisationCode] = []
        for at in range(0, len(level), _CHUNK):
            rows = Organisation.objects.filter(parent__code__in=level[at : at + _CHUNK], closed_on=None).values_list(
                "code", "headcount", "with_families", "parent__code", "parent__headcount", "parent__with_families"
            )
            for own, size, families, above, size_above, families_above in rows:
                code, holder = OrganisationCode(own), OrganisationCode(above)
                tree.people[holder] = _people(size_above, families=families_above)
                tree.people[code] = _people(size, families=families)
                if code not in tree.parents:
                    following.append(code)
                tree.parents[code] = holder
        level = following
    if organisations:  # of places nothing lies in another
        _add_gone(tree, {*organisations} | tree.parents.keys())
    return tree


def _add_gone(tree: Tree, codes: set[OrganisationCode]) -> None:
    """Add to a tree those that went into some organisations, and those that went into these before.

    All mergers are read at once: a country has few, and asking for each of 100,000 organisations would cost more.
    """
    rows = Organisation.objects.filter(merged_into__isnull=False, people_brought__gt=0).values_list(
        "code", "closed_on", "merged_into__code", "merged_into__headcount", "merged_into__with_families"
    )
    mergers = [(OrganisationCode(code), day, OrganisationCode(into), size, families)
               for code, day, into, size, families in rows if day is not None]  # fmt: skip
    reached = codes
    while reached:
        following = set()
        for code, day, into, size, families in mergers:
            if into in reached:
                tree.gone.setdefault(into, []).append((code, day))
                tree.people[into] = _people(size, families=families)
                following.add(code)
        reached = following


def _people(headcount: int | None, *, families: bool) -> int | None:
    return None if headcount is None else people_meant(headcount, with_families=families)
