"""Hold the people of parts against those of the unit they lie in, before a list of populations is stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from bluezone.authority.site.uploads.pipeline import UploadError
from bluezone.authority.units.queries import path_of
from bluezone.geography import catalogue
from bluezone.geography.figures import Figures, Measure
from bluezone.geography.units import Unit, UnitCode
from bluezone.rollout.cascade import Finding, Misfit, Written, judge

if TYPE_CHECKING:
    from bluezone.authority.campaign.figures.populations import Row

_OVER_WHOLE = gettext_noop("{found} people are more than those of {unit}, in which it lies: {allowed}")
_APART = gettext_noop("with this list the parts of {unit} have {found} people together, it has {allowed} itself")


def misfits(rows: Sequence[Row], figures: Figures, day: dt.date) -> Iterator[tuple[Row, Finding, UploadError]]:
    """Yield what does not fit between the units of a list and those they lie in, with a sentence, at the rows to look
    at: that of the whole where the list has it, else those of its parts."""
    by_unit = {(row.unit.code, row.measure.value): row for row in rows if isinstance(row.unit, Unit)}
    groups: dict[tuple[UnitCode, Measure], dict[UnitCode, Row]] = {}
    for row in rows:
        if isinstance(row.unit, Unit) and row.unit.parent is not None and row.change != "unchanged":
            groups.setdefault((row.unit.parent, Measure(row.measure)), {})[row.unit.code] = row
    for (parent, measure), own in groups.items():
        whole = catalogue.all_units().unit(parent, day)
        parts = catalogue.all_units().children(parent, day)
        known = {unit.code: _people(unit, measure, by_unit, figures, day) for unit in (whole, *parts)}
        names = [Written(str(unit.code), known[unit.code] or 0, 0) for unit in parts]
        for finding in judge(names, people=known[parent]):
            if finding.misfit is Misfit.OVER_WHOLE:
                template, at = _OVER_WHOLE, [row for row in own.values() if row.key == finding.key]
            else:
                listed = by_unit.get((parent, measure.value))
                template, at = _APART, [listed] if listed is not None else [*own.values()]
            for row in at:
                values = {"unit": path_of(whole), "found": finding.found, "allowed": finding.allowed}
                yield row, finding, UploadError(template, **values)


def _people(
    unit: Unit, measure: Measure, by_unit: Mapping[tuple[UnitCode, str], Row], figures: Figures, day: dt.date
) -> int | None:
    if (row := by_unit.get((unit.code, measure.value))) is not None:
        return row.people
    figure = figures.on(unit, measure, day)
    return figure.value if figure else None
