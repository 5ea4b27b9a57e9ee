"""Give scenarios ready to use, and change one assumption by its name."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.interventions import Isolation, ManualTracing
from bluezone.epidemic.scenario import Scenario


def vietnam_2020() -> Scenario:
    """Return what a province of Việt Nam would do in August 2020, before the app.

    Cases go to hospital and contacts (F1) to central quarantine for 14 days (health ministry's practice of 2020). That
    half of people with symptoms are tested and that a province interviews 20 cases a day are assumptions, as are the
    shares of people who comply.
    """
    return Scenario(
        isolation=Isolation(central_cases=True, central_contacts=True, contact_daily_dropout=0.01),
        manual=ManualTracing(interviews_per_day=20),
    )


def with_assumption(scenario: Scenario, name: str, text: str) -> Scenario:
    """Change one assumption, `app.detection` or `days`, to a value given as text.

    Raises EpidemicError that lists the names there are, or says what the value must be.
    """

    def set_in(record: Any, part: str, *inner: str) -> Any:
        before = _part(record, part, name)
        return replace(record, **{part: set_in(before, *inner) if inner else _parse(before, name, text)})

    changed = set_in(scenario, *name.split("."))
    assert isinstance(changed, Scenario)
    return changed


def changed(scenario: Scenario, changes: Iterable[str]) -> Scenario:
    """Change assumptions given as NAME=VALUE. Raises EpidemicError where one is not, or cannot be."""
    for change in changes:
        name, equals, text = change.partition("=")
        if not equals:
            raise EpidemicError(f"--set {change}: write NAME=VALUE, as app.detection=0.6")
        scenario = with_assumption(scenario, name.strip(), text.strip())
    return scenario


def assumptions(scenario: Scenario) -> dict[str, Any]:
    """Return every assumption that is one number, switch or word, by its name; the median of what is drawn for each
    run."""
    scenario = replace(scenario, app=scenario.app.typical())
    found: dict[str, Any] = {}
    for each in dataclasses.fields(scenario):
        value = getattr(scenario, each.name)
        if dataclasses.is_dataclass(value):
            found |= {f"{each.name}.{inner.name}": getattr(value, inner.name) for inner in dataclasses.fields(value)}
        else:
            found[each.name] = value
    return {name: value for name, value in found.items() if isinstance(value, bool | int | float | str)}


def drawn(scenario: Scenario) -> tuple[str, ...]:
    """Return the names of the assumptions that are drawn anew for each run."""
    return tuple(
        f"app.{each.name}" for each in dataclasses.fields(scenario.app) if getattr(scenario.app, each.name) is None
    )


def _part(record: Any, part: str, name: str) -> Any:
    names = [each.name for each in dataclasses.fields(record)] if dataclasses.is_dataclass(record) else []
    if part not in names:
        raise EpidemicError(f"there is no assumption {name!r}; {part!r} is none of {', '.join(names) or 'its parts'}")
    return getattr(record, part)


def _parse(before: Any, name: str, text: str) -> Any:
    if isinstance(before, bool):
        if text.lower() not in ("true", "false", "yes", "no", "on", "off"):
            raise EpidemicError(f"{name} is a switch: say yes or no, not {text!r}")
        return text.lower() in ("true", "yes", "on")
    if name == "disease.timing":  # a word, checked where the disease is made
        return text
    if before is not None and not isinstance(before, int | float):  # None: drawn for each run
        raise EpidemicError(f"{name} cannot be set by one number; it has an option of its own or none")
    try:
        value = float(text)
    except ValueError:
        raise EpidemicError(f"{name} must be a number, not {text!r}") from None
    if not math.isfinite(value):
        raise EpidemicError(f"{name} must be a number, not {text!r}")
    if isinstance(before, int):
        if value != int(value):
            raise EpidemicError(f"{name} must be a whole number; ask for {round(value)}")
        return int(value)
    return value
