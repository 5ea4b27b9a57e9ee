"""Compare two versions of a form, and choose which forms may be filled in at a place on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields

from bluezone.forms.definition import NATION, Field, Form, Rule

_LISTS = {"sections", "triage", "version"}


@dataclass(frozen=True, slots=True)
class Difference:
    """Name what differs: a part of the form, a question or a rule, and whether it came, went or changed."""

    what: str
    name: str
    change: str


def differences(before: Form, after: Form) -> tuple[Difference, ...]:
    """Return what differs between two versions, the form's own parts first."""
    found = [
        Difference("form", part.name, "changed")
        for part in fields(Form)
        if part.name not in _LISTS and getattr(before, part.name) != getattr(after, part.name)
    ]
    found += _between("field", {each.name: each for each in before.fields}, {each.name: each for each in after.fields})
    found += _between("rule", {each.name: each for each in before.triage}, {each.name: each for each in after.triage})
    if [each.title for each in before.sections] != [each.title for each in after.sections]:
        found.append(Difference("form", "sections", "changed"))
    if [each.name for each in before.fields] != [each.name for each in after.fields] and not found:
        found.append(Difference("form", "order", "changed"))
    return tuple(found)


def _between(what: str, before: Mapping[str, Field | Rule], after: Mapping[str, Field | Rule]) -> list[Difference]:
    gone = [Difference(what, name, "gone") for name in before if name not in after]
    new = [Difference(what, name, "new") for name in after if name not in before]
    changed = [Difference(what, name, "changed") for name in after if name in before and before[name] != after[name]]
    return [*gone, *new, *changed]


def offered(forms: Iterable[Form], day: dt.date, areas: Collection[str] = ()) -> tuple[Form, ...]:
    """Return of each form the newest version that is valid on a day, for the country or for the `areas` of a person
    (the codes of their province, of today and of before); that of a province goes before that of the country."""
    best: dict[str, Form] = {}
    for form in forms:
        if not form.is_valid_on(day) or form.area not in {NATION, *areas}:
            continue
        held = best.get(form.form)
        if held is None or _rank(form) > _rank(held):
            best[form.form] = form
    return tuple(best.values())


def distributed(forms: Iterable[Form], area: str, day: dt.date) -> tuple[Form, ...]:
    """Return the versions of an area's own forms that phones are to have on a day: those that may be filled in, and
    those that will be."""
    own = [each for each in forms if each.area == area]
    later = [each for each in own if each.valid_from > day]
    return (*offered(own, day, {area}), *later)


def _rank(form: Form) -> tuple[bool, int]:
    return form.area != NATION, form.version
