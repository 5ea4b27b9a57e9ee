"""Say what was done to reach people beside counting installs: families, households, unions, people in quarantine,
guests at doors. Numbers of people who told them: none is added to a count of installations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bluezone.i18n import Language, format_number, format_share
from bluezone.rollout.families import share
from bluezone.rollout.texts import translator


@dataclass(frozen=True, slots=True)
class Families:
    """Hold what `units` schools and offices have told of families; None where none has told it."""

    units: int
    told: int | None = None
    reached: int | None = None
    with_app: int | None = None
    pledged: int | None = None


@dataclass(frozen=True, slots=True)
class Households:
    """Hold how many of the households of some hamlets were visited, and how many of these have the app."""

    hamlets: int
    households: int
    visited: int
    with_app: int


@dataclass(frozen=True, slots=True)
class Tasks:
    """Hold the tasks of unions: done and overdue; and whom those that are done have reached."""

    done: int
    overdue: int
    asked: int
    helped: int


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Hold how many people in quarantine were asked to install the app; `exact` where none of these counts is hidden,
    `all_known` where no place with people is left out of those present. Of `silent` places there is no roster of the
    day: they are counted as their last one has them."""

    present: int
    asked: int
    waiting: int
    exact: bool
    all_known: bool = True
    silent: int = 0


@dataclass(frozen=True, slots=True)
class DoorSums:
    """Hold what doors of a sector's units did: posters hung; guests asked about Bluezone, those who had it or were
    helped to install it, and the same of NCOVI; answers of either that nobody has looked over yet."""

    posters: int
    asked: int
    had: int
    helped: int
    ncovi_asked: int = 0
    ncovi_had: int = 0
    ncovi_helped: int = 0
    unconfirmed: int = 0


@dataclass(frozen=True, slots=True)
class Reached:
    """Hold what was done in a place up to a day; None where nothing was."""

    families: Families | None = None
    households: Households | None = None
    tasks: Tasks | None = None
    quarantined: Quarantined | None = None


def sentences(reached: Reached, language: Language) -> list[str]:
    """Write what was done, a sentence for each way of reaching people."""
    found = [
        _families(reached.families, language) if reached.families else "",
        _households(reached.households, language) if reached.households else "",
        _tasks(reached.tasks, language) if reached.tasks else "",
        _quarantined(reached.quarantined, language) if reached.quarantined else "",
    ]
    return [each for each in found if each]


def at_doors(sector: str, door: DoorSums, language: Language) -> str:
    """Write what the doors of a sector did; zeros are left out."""
    _ = translator(language).gettext
    said = []
    if door.posters:
        said.append(_("posters hung at {count}").format(count=format_number(door.posters, language)))
    for name, asked, had, helped in (
        ("Bluezone", door.asked, door.had, door.helped),
        ("NCOVI", door.ncovi_asked, door.ncovi_had, door.ncovi_helped),
    ):
        if asked:
            said.append(
                _("{app}: {asked} guests asked, {had} had it, {helped} installed it with help").format(
                    app=name,
                    asked=format_number(asked, language),
                    had=format_number(had, language),
                    helped=format_number(helped, language),
                )
            )
    if door.unconfirmed:
        count = format_number(door.unconfirmed, language)
        said.append(_("{count} answers not confirmed yet").format(count=count))
    return _("{sector}, at the door: {said}.").format(sector=sector, said="; ".join(said)) if said else ""


def _families(found: Families, language: Language) -> str:
    _ = translator(language).gettext
    parts = (
        (found.told, _("{count} people told")),
        (found.reached, _("{count} families reached")),
        (found.with_app, _("{count} families with the app")),
        (found.pledged, _("{count} family members pledged")),
    )
    said = _listed(parts, language)
    if not said:  # they have told of something else
        return ""
    return _("Families: {said} ({count} schools and offices have told it).").format(
        said=said, count=format_number(found.units, language)
    )


def _households(found: Households, language: Language) -> str:
    _ = translator(language).gettext
    return _(
        "From house to house: {visited} of {households} households of {hamlets} hamlets visited ({share}), "
        "{with_app} have the app."
    ).format(
        visited=format_number(found.visited, language),
        households=format_number(found.households, language),
        hamlets=format_number(found.hamlets, language),
        share=format_share(share(found.visited, found.households) or 0, language, 0),
        with_app=format_number(found.with_app, language),
    )


def _tasks(found: Tasks, language: Language) -> str:
    _ = translator(language).gettext
    parts = (
        (found.done, _("{count} tasks done")),
        (found.overdue or None, _("{count} overdue")),
        (found.asked or None, _("{count} people spoken to")),
        (found.helped or None, _("{count} installed it with help")),
    )
    return _("Unions and associations: {said}.").format(said=_listed(parts, language))


def _quarantined(found: Quarantined, language: Language) -> str:
    _ = translator(language).gettext

    def said(number: int, *, exact: bool) -> str:
        count = format_number(number, language)
        return count if exact else _("at least {count}").format(count=count) if number else _("few, not shown")

    text = _("People in quarantine: {present}; asked to install the app: {asked}, not yet asked: {waiting}.").format(
        present=said(found.present, exact=found.all_known),
        asked=said(found.asked, exact=found.exact),
        waiting=said(found.waiting, exact=found.exact),
    )
    if not found.silent:
        return text
    silent = _("Without a roster of the day: {count} of these places.").format(
        count=format_number(found.silent, language)
    )
    return f"{text} {silent}"


def _listed(parts: Iterable[tuple[int | None, str]], language: Language) -> str:
    return ", ".join(
        template.format(count=format_number(number, language)) for number, template in parts if number is not None
    )
