"""Ask which unit a row means, or in which unit a table lies, where no rule decides. Pure."""

from __future__ import annotations

from bluezone.geography.units import Level, Unit
from bluezone.rollout.reading import naming, questions
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.context import Context, is_office
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.names import Names
from bluezone.rollout.reading.near_names import is_spelled_nearly
from bluezone.rollout.reading.results import Question, Saying
from bluezone.rollout.reading.sites import sites_of

_MOST_PARTS = 100


def ask_unit(draft: Draft, names: Names, context: Context) -> Question | None:
    placed = draft.placed
    if draft.one_unit and not placed.units and not draft.institution:
        inside = names.units.get(context.within) if context.within else None
        places = [unit for unit in (draft.single, inside) if unit is not None]
        return questions.of_sender(list(dict.fromkeys(places)), names, draft.service)
    figured = {line.number: line for line in draft.units}
    if placed.parents:
        example = next(line.name for line in draft.units)
        return questions.of_parent(placed.parents, names, example)
    for line, units in placed.several.items():
        if line in figured:
            return questions.of_unit(figured[line].name, units, names)
    if _is_of_unnamed_places(draft, context):
        return questions.of_parent([], names, draft.units[0].name)
    if outside := _outside_by_chance(draft, names, context):
        return outside
    return _ask_unknown(draft, names, context) if len(placed.units) > len(placed.unknown) else None


def _ask_unknown(draft: Draft, names: Names, context: Context) -> Question | None:
    """Ask which unit the one row means whose name nobody knows, where units of the place have no row. Several such rows
    are named where they are left out."""
    placed, sites = draft.placed, sites_of(draft)
    figured = {line.number for line in draft.units}
    unknown = [
        each
        for each in placed.unknown
        if each.line in figured
        and each.line not in sites
        and not is_office(each.text)
        and names.ended_district(each.text, context.within) is None  # said where the row is left out
    ]
    if len(unknown) == 1 and _is_of_one_level(draft) and placed.parent is not None and len(unknown) * 4 <= len(figured):
        text = unknown[0].text
        error = names.ended(text, context.within)
        left = _left(draft, names, text)
        # the list may call a unit of the place so from another day on
        spelled = any(is_spelled_nearly(text, unit) for unit in names.children[placed.parent.code])
        ended = Saying(error.template, error.values) if error and not spelled else None
        if not left and ended is None:
            return None  # no row of the place is missing: what the others are is said where they are left out
        return questions.of_unit(text, left, names, ended)
    return None


def _left(draft: Draft, names: Names, text: str) -> list[Unit]:
    """Return the units of a block's place that no row has named, those first that are called most like a text."""
    parent = draft.placed.parent
    taken = {unit.code for unit in draft.placed.units.values()}
    left = [unit for unit in names.children[parent.code] if unit.code not in taken] if parent else []
    return sorted(left, key=lambda unit: (-_likeness(unit, text), unit.code))


def _outside_by_chance(draft: Draft, names: Names, context: Context) -> Question | None:
    """Ask which unit a bare name means that only units elsewhere bear, where units of the place still have no row."""
    placed = draft.placed
    if context.within is None or placed.parent is None or not _is_of_one_level(draft):
        return None
    for line in draft.units:
        found = placed.outside.get(line.number)
        if not found or len(placed.outside) * 4 > len(draft.units):
            continue
        said = any(each.said or each.grade == 0 for each in names.matches(line.name))
        left = _left(draft, names, line.name)
        if left and (not said or _likeness(left[0], line.name) >= _ALIKE):
            return questions.of_unit(line.name, left, names)
    return None


#: names that differ by a letter or two
_ALIKE = 0.8


def _is_of_unnamed_places(draft: Draft, context: Context) -> bool:
    """Return whether no row names a unit, though people who live there are counted: places, under names that nobody
    knows, not organisations."""
    if draft.placed.units or draft.one_unit or "parent" in context.answers or draft.lines.level == words.HAMLET:
        return False
    if context.within is not None and context.within.level >= Level.COMMUNE:
        return False
    counted = draft.with_numbers(words.POPULATION, words.PERCENT_POPULATION)
    said = draft.lines.level in {words.COMMUNE, words.DISTRICT, words.PROVINCE}
    return bool((counted or said) and draft.placed.unknown) and not any(
        is_office(each.text) or naming.is_hamlet(each.text) for each in draft.placed.unknown
    )


def _is_of_one_level(draft: Draft) -> bool:
    """Return whether a block lists the units of one unit, few enough to look for the one that a name means."""
    placed = draft.placed
    parent = placed.parent.code if placed.parent else None
    inside = sum(unit.parent == parent for unit in placed.units.values())
    return not placed.groups and len(placed.units) <= _MOST_PARTS and inside * 2 > len(placed.units)


def _likeness(unit: Unit, text: str) -> float:
    import difflib

    from bluezone.geography.names import unit_key

    return difflib.SequenceMatcher(None, unit_key(unit.name), unit_key(text)).ratio()
