"""Find the units in units: two queries for a school of 30 classes, a few for a zone of 300 companies with parts of
their own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from bluezone.authority.units.models import Organisation
from bluezone.geography.units import UnitCode
from bluezone.rollout.cascade import people_meant
from bluezone.rollout.counts import OrganisationCode

Code = UnitCode | OrganisationCode
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Tree:
    """Hold the open organisations that lie in some others: which holds each, and how many people each has."""

    parents: dict[OrganisationCode, OrganisationCode] = field(default_factory=dict)
    people: dict[OrganisationCode, int | None] = field(default_factory=dict)

    @property
    def codes(self) -> Collection[OrganisationCode]:
        """Return those that lie in another."""
        return self.parents.keys()


def below(codes: Iterable[Code]) -> Tree:
    """Return what lies in the organisations among some codes, at every level."""
    tree = Tree()
    level = [code for code in codes if not isinstance(code, UnitCode)]
    while level:
        following: list[OrganisationCode] = []
        for some in _chunks(level):
            for code, size, families, holder, holders_size, holders_families in _children(some):
                tree.people[holder] = _people(holders_size, families=holders_families)
                tree.people[code] = _people(size, families=families)
                if code not in tree.parents:
                    following.append(code)
                tree.parents[code] = holder
        level = following
    return tree


_Row = tuple[OrganisationCode, int | None, bool, OrganisationCode, int | None, bool]


def _children(codes: list[OrganisationCode]) -> Iterator[_Row]:
    rows = Organisation.objects.filter(parent__code__in=codes, closed_on=None).values_list(
        "code", "headcount", "with_families", "parent__code", "parent__headcount", "parent__with_families"
    )
    for code, size, families, holder, holders_size, holders_families in rows:
        yield OrganisationCode(code), size, families, OrganisationCode(holder), holders_size, holders_families


def _people(headcount: int | None, *, families: bool) -> int | None:
    return None if headcount is None else people_meant(headcount, with_families=families)


def _chunks(codes: list[OrganisationCode]) -> Iterator[list[OrganisationCode]]:
    return (codes[at : at + _CHUNK] for at in range(0, len(codes), _CHUNK))
