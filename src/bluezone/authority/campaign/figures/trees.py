"""Sum the figures and reports of the units in units, for `reader`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from bluezone.authority.units.trees import Code, Tree
from bluezone.geography.units import UnitCode
from bluezone.rollout.counts import Kind, OrganisationCode
from bluezone.rollout.mergers import Gone, with_gone
from bluezone.rollout.series import Series
from bluezone.rollout.unit_trees import forest, reported_on, tree_series


def with_sums(tree: Tree, own: Mapping[Code, Series], day: dt.date, kind: Kind) -> dict[Code, Series]:
    """Return the series of each unit, of those that hold others by the rule of `rollout.unit_trees`."""
    found: dict[Code, Series] = dict(own)
    if tree.parents or tree.gone:
        of_organisations = {code: each for code, each in own.items() if not isinstance(code, UnitCode)}
        went = _gone(tree, of_organisations, day, kind)
        summed = tree_series(forest(tree.people, tree.parents, of_organisations, day, kind, went))
        found |= {code: each for code, each in summed.items() if each.counts or each.printed or each.parts}
    return found


def _gone(
    tree: Tree, own: Mapping[OrganisationCode, Series], day: dt.date, kind: Kind
) -> dict[OrganisationCode, list[Gone]]:
    """Return what went into each unit, with what had gone into that before."""

    def series(code: OrganisationCode) -> Series:
        before = [Gone(series(each), when) for each, when in tree.gone.get(code, ())]
        return with_gone(own.get(code) or Series(day, kind), code, before)

    return {into: [Gone(series(code), when) for code, when in went] for into, went in tree.gone.items()}


def with_reports_inside(tree: Tree, own: Mapping[Code, dt.date]) -> dict[Code, dt.date]:
    """Return the day of each unit's newest report; one has reported, too, when every unit in it has."""
    found: dict[Code, dt.date] = dict(own)

    def newest(root: OrganisationCode, inside: Mapping[OrganisationCode, list[OrganisationCode]]) -> dt.date | None:
        day = reported_on(own.get(root), [newest(each, inside) for each in inside.get(root, ())])
        if day is not None:
            found[root] = day
        return day

    children: dict[OrganisationCode, list[OrganisationCode]] = {}
    for code, holder in tree.parents.items():
        children.setdefault(holder, []).append(code)
    for root in children.keys() - tree.parents.keys():
        newest(root, children)
    return found
