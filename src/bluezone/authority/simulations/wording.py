"""Write an answer in words and rows, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.campaign.orders.queries import title_of_people
from bluezone.authority.simulations import rules
from bluezone.authority.simulations.models import Simulation
from bluezone.authority.simulations.places import Known
from bluezone.i18n import Language, format_date, format_number, format_share


def census(known: Known, language: Language) -> str:
    """Write which count of people the form starts from."""
    if known.people is None:
        return _("No census of this unit is at hand: give the number of its people.")
    return _("%(people)s people: %(title)s.") % {
        "people": format_number(known.people, language), "title": title_of_people(known.vintage, language),
    }  # fmt: skip


def stands(known: Known, language: Language) -> str:
    """Write the unit's adoption, and of which day."""
    if known.adoption is None or known.adoption_on is None:
        return _("There is no figure of its installations yet.")
    said = {"share": format_share(known.adoption, language), "date": format_date(known.adoption_on, language)}
    return _("On %(date)s, %(share)s of its people had the app.") % said


def how_far(simulation: Simulation) -> str:
    """Write how far a question is, for a page that waits."""
    if simulation.state == Simulation.State.WAITING:
        return _("It waits for its turn.")
    if not simulation.total:
        return _("The simulator is starting.")
    return ngettext(
        "%(done)s of %(total)s run done.", "%(done)s of %(total)s runs done.", simulation.total
    ) % {"done": simulation.done, "total": simulation.total}  # fmt: skip


def told(simulation: Simulation) -> int:
    """Return a number that changes when more of an answer is there, for a page that waits."""
    return sum(len(str(each["said"])) for each in _documents(simulation))


def answered(simulation: Simulation, language: Language) -> dict[str, Any]:
    """Return what the template shows of an answer, as far as it is: the simulator's own sentences, each once, and
    tables."""
    parts = parts_of(simulation, language)
    headline = parts[0]["sentences"][0] if parts else ""
    shown = {headline}

    def new(sentences: Sequence[str]) -> list[str]:
        found = [each for each in sentences if each not in shown]
        shown.update(found)
        return found

    return {
        "headline": headline,
        "parts": [
            part | {name: new(part[name]) for name in ("sentences", "notes")} | {"title": _titles().get(part["kind"])}
            for part in parts
        ],
    }


def parts_of(simulation: Simulation, language: Language) -> list[dict[str, Any]]:
    """Return the parts of an answer in a language, as the simulator writes them."""
    return [part for each in _documents(simulation) for part in each["said"][language.value]]


def _documents(simulation: Simulation) -> list[Mapping[str, Any]]:
    return [each for each in (simulation.bought, simulation.answer, simulation.importations) if each]


def _titles() -> dict[str, str]:
    """Return the headings of the parts of an answer."""
    return {
        "order": _("What the order buys"),
        "courses": _("Met, as forecast, not given"),
        "headline": _("What each share would buy"),
        "runs": _("If every assumption holds as it stands"),
        "assumptions": _("What the answer depends on"),
        "importations": _("When three infected people come in"),
        "spending": _("Where to spend first"),
    }


def _setting(text: str, language: Language) -> str:
    if text in {"yes", "no"}:
        return _("yes") if text == "yes" else _("no")
    return text.replace(".", ",") if language is Language.VIETNAMESE else text


def divided(order: Mapping[str, Any], language: Language) -> str:
    """Write by whom the installs of an order were divided, and from what."""
    if order.get("communes"):
        return _("by commune")
    names = {"pupils": _("schools"), "officials": _("officials"), "workers": _("workers"), "hamlets": _("hamlets")}
    shares = [
        _("%(sector)s: %(share)s of %(people)s people")
        % {
            "sector": names[sector],
            "share": format_share(each["installs"] / each["people"], language),
            "people": format_number(each["people"], language),
        }
        for sector, each in order.get("sectors", {}).items()
    ]
    if not shares:
        return _("the whole place alike: no part of it reports")
    return _(
        "by sector: units that report stand as they say (%(shares)s); "
        "all other people have the rest of the installations"
    ) % {"shares": "; ".join(shares)}


def assumed(simulation: Simulation, language: Language) -> list[tuple[str, str]]:
    """List the question, line by line: what was asked, and which assumptions differ from the simulator's."""
    source = _("given by the officer")
    if simulation.vintage:
        source = title_of_people(simulation.vintage, language)
    played: Mapping[str, Any] = next((each["assumptions"]["scenario"] for each in _documents(simulation)), {})
    days = simulation.days or played.get("days")
    infections = simulation.initial_infections or played.get("initial_infections")
    strain = simulation.strain or played.get("disease", {}).get("name")
    own = _("the simulator's own")
    lines = [
        (_("People"), f"{format_number(simulation.people, language)} ({source})"),
        (_("Days"), format_number(days, language) if days else own),
        (_("Runs of each"), format_number(simulation.seeds, language)),
        (_("Virus"), str(dict(rules.STRAINS).get(strain, strain)) if strain else own),
        (_("Infected at the start"), format_number(infections, language) if infections else own),
    ]
    if simulation.order:
        lines.append((_("Who installs under the order"), divided(simulation.order, language)))
    if simulation.r0 is not None:
        lines.append((_("Reproduction number if nobody did anything"), _setting(f"{simulation.r0:g}", language)))
    for name, value in sorted(simulation.changes.items()):
        shown = {"True": "yes", "False": "no"}.get(value, value)
        lines.append((rules.label_of(name), _setting(shown, language)))
    return lines
