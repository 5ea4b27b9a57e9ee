"""Write the answers of the simulator as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from bluezone.epidemic import words
from bluezone.epidemic.effects import Effect
from bluezone.epidemic.ensembles import Plan
from bluezone.epidemic.places import Place
from bluezone.epidemic.second_order import SecondOrder
from bluezone.i18n import Language


def answer(place: Place, plan: Plan, found: Sequence[Effect], language: Language) -> dict[str, Any]:
    """Return the effects of every uptake with their sentences and all assumptions."""
    answers = [words.answer(effect, place.name, plan.scenario.days, language) for effect in found if effect.uptake > 0]
    document: dict[str, Any] = finite(
        {
            "place": asdict(place),
            "answers": answers,
            "caveat": words.caveat(language),
            "effects": [asdict(effect) for effect in found],
            "assumptions": plan.describe(),
        }
    )
    return document


def second_order(compared: Sequence[SecondOrder], place: str, days: int, language: Language) -> dict[str, Any]:
    """Return what warning contacts of contacts adds at every uptake, with its sentences."""
    document: dict[str, Any] = finite(
        {
            "sentences": [words.second_order(each, place, days, language) for each in compared],
            "history": words.second_order_in_history(language),
            "effects": [asdict(each) | {"second_of_each_first": each.second_of_each_first} for each in compared],
        }
    )
    return document


def finite(value: Any) -> Any:
    """Return the value with null for what is no finite number: JSON knows neither NaN nor Infinity."""
    if isinstance(value, dict):
        return {name: finite(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
