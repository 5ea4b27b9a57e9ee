"""Write an answer in words and rows, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.campaign.orders.queries import title_of_people
from bluezone.authority.simulations import drawing, rules
from bluezone.authority.simulations.models import Simulation
from bluezone.authority.simulations.places import Known
from bluezone.i18n import Language, format_change, format_date, format_number, format_share

#: shares this close are the same uptake
_SAME = 1e-6


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


def uptake_text(share: float, language: Language) -> str:
    """Write a share of people with the app, without decimals that add nothing: 7,54%, 30 %."""
    return format_share(share, language, 0 if abs(100 * share - round(100 * share)) < _SAME else 2)


def answered(simulation: Simulation, language: Language) -> dict[str, Any]:
    """Return what the template shows of an answer."""
    effects = simulation.effects
    without = effects[0]["totals"]
    sentences = [text for effect in _spoken_of(simulation) for text in _sentences(effect, language)]
    return {
        "sentences": sentences,
        "doubt": doubt(simulation, language),
        "without": _(
            "Without the app, %(share)s of the people would be infected in %(days)s days, and %(deaths)s would die."
        )
        % {
            "share": format_share(without["infections"] / simulation.people, language, 1),
            "days": format_number(simulation.days, language),
            "deaths": format_number(round(without["deaths"]), language),
        },
        "rows": [_row(effect, language) for effect in effects],
        "has_figure": bool(drawing.known(effects)),
        "bars": bars(simulation),
        "bar_rows": [_bar_row(bar, language) for bar in bars(simulation)],
    }


def _spoken_of(simulation: Simulation) -> list[Mapping[str, Any]]:
    """Return the effects the sentences are about: at the place's adoption, and at the target."""
    wanted = [simulation.adoption, simulation.headline]
    return [
        effect
        for effect in drawing.known(simulation.effects)
        if any(share is not None and abs(effect["uptake"] - round(share, 4)) < _SAME for share in wanted)
    ]


def _sentences(effect: Mapping[str, Any], language: Language) -> list[str]:
    """Write what an uptake averts, and between what a single outbreak lies (a single run does not say)."""
    one = effect["averted_in_one"]
    if one["low"] is None:
        return [_sentence(effect, language)]
    low, high = (format_share(one[end], language, 1) for end in ("low", "high"))
    return [
        _sentence(effect, language),
        _("In a single outbreak: between %(low)s and %(high)s, in 95 of 100.") % {"low": low, "high": high},
    ]


def _sentence(effect: Mapping[str, Any], language: Language) -> str:
    share, said = effect["averted_share"], {"uptake": uptake_text(effect["uptake"], language)}
    said |= {"people": format_number(max(0, round(effect["averted_infections"]["mean"])), language)}
    said |= {"share": format_share(share["mean"], language, 1)}
    if share["low"] is None:
        return _("At %(uptake)s: %(share)s fewer infections, %(people)s people.") % said
    said |= {"low": format_share(share["low"], language, 1), "high": format_share(share["high"], language, 1)}
    if share["low"] <= 0 <= share["high"]:
        return _("At %(uptake)s: no effect that could be told from chance (%(low)s to %(high)s).") % said
    if share["mean"] < 0:
        return _("At %(uptake)s: more infections, not fewer: %(share)s (%(low)s to %(high)s).") % said
    return _("At %(uptake)s: %(share)s fewer infections (%(low)s to %(high)s), %(people)s people.") % said


def doubt(simulation: Simulation, language: Language) -> str:
    """Write how far one assumption alone moves the answer."""
    found = bars(simulation)
    if not found:
        return _(
            "The ranges hold chance and how well phones tell who was near. What other assumptions do to the answer is "
            "larger."
        )
    low, high = min(bar["low"] for bar in found), max(bar["high"] for bar in found)
    return _(
        "The ranges hold chance and how well phones tell who was near. If one assumption is wrong, the answer at "
        "%(uptake)s lies anywhere from %(low)s to %(high)s."
    ) % {
        "uptake": uptake_text(simulation.headline, language),
        "low": format_share(low, language, 1),
        "high": format_share(high, language, 1),
    }


def _row(effect: Mapping[str, Any], language: Language) -> dict[str, str]:
    totals, app = effect["totals"], effect["uptake"] > 0
    return {
        "uptake": uptake_text(effect["uptake"], language),
        "infections": format_number(round(totals["infections"]), language),
        "averted": _range(effect["averted_share"], language) if app else "",
        "deaths": format_number(round(totals["deaths"]), language),
        "deaths_averted": _range(effect["averted_deaths_share"], language) if app else "",
        "peak": _range(effect["peak_reduction_share"], language) if app else "",
        "isolation": format_number(round(totals["isolation_days"]), language),
        "extra": format_change(round(effect["extra_isolation_days"]["mean"]), language) if app else "",
        "false_alerts": format_number(round(totals["app_false_alerts"]), language) if app else "",
    }


def _range(share: Mapping[str, float | None], language: Language) -> str:
    if share["mean"] is None:
        return "–"
    mean = format_share(share["mean"], language, 1)
    if share["low"] is None or share["high"] is None:
        return mean
    return _("%(mean)s (%(low)s to %(high)s)") % {
        "mean": mean,
        "low": format_number(100 * share["low"], language, 1),
        "high": format_number(100 * share["high"], language, 1),
    }


def bars(simulation: Simulation) -> list[dict[str, Any]]:
    """Return the assumptions by how far they move the answer, largest first: `name`, `low`, `high`, and what was
    set."""
    sides: dict[str, list[Mapping[str, Any]]] = {}
    for lever in (simulation.doubts or {}).get("levers", ()):
        if lever["averted"] is not None:
            sides.setdefault(lever["assumption"], []).append(lever)
    found = [
        {
            "name": rules.label_of(name),
            "low": min(side["averted"] for side in both),
            "high": max(side["averted"] for side in both),
            "settings": {side["setting"]: side["averted"] for side in both},
        }
        for name, both in sides.items()
    ]
    return sorted(found, key=lambda bar: bar["low"] - bar["high"])


def _bar_row(bar: Mapping[str, Any], language: Language) -> dict[str, str]:
    settings = "; ".join(
        f"{_setting(setting, language)}: {format_share(averted, language, 1)}"
        for setting, averted in bar["settings"].items()
    )
    return {"name": bar["name"], "settings": settings}


def _setting(text: str, language: Language) -> str:
    if text in {"yes", "no"}:
        return _("yes") if text == "yes" else _("no")
    return text.replace(".", ",") if language is Language.VIETNAMESE else text


def assumed(simulation: Simulation, language: Language) -> list[tuple[str, str]]:
    """List the question, line by line: what was asked, and which assumptions differ from the simulator's."""
    source = _("given by the officer")
    if simulation.vintage:
        source = title_of_people(simulation.vintage, language)
    lines = [
        (_("People"), f"{format_number(simulation.people, language)} ({source})"),
        (_("Days"), format_number(simulation.days, language)),
        (_("Runs of each"), format_number(simulation.seeds, language)),
        (_("Virus"), str(dict(rules.STRAINS).get(simulation.strain, simulation.strain))),
        (_("Infected at the start"), format_number(simulation.initial_infections, language)),
    ]
    if simulation.r0 is not None:
        lines.append((_("Reproduction number if nobody did anything"), _setting(f"{simulation.r0:g}", language)))
    for name, value in sorted(simulation.changes.items()):
        shown = {"True": "yes", "False": "no"}.get(value, value)
        lines.append((rules.label_of(name), _setting(shown, language)))
    return lines
