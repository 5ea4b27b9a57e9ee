"""Present the check-ins that a patient may give, and what became of those given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bluezone.i18n import Translator, at_start
from bluezone.phone.stores.diary_store import Visit
from bluezone.phone.stores.report_store import Stage
from bluezone.phone.stores.shared_check_in_store import SharedCheckIns

_FIELD = "visit-"


@dataclass(frozen=True, slots=True)
class Choice:
    """Hold a line to be ticked: its field, the place, from when to when."""

    field: str
    place: str
    address: str
    span: str


@dataclass(frozen=True, slots=True)
class Day:
    """Hold the lines of a day."""

    title: str
    choices: tuple[Choice, ...]


def days(visits: Sequence[Visit], now_s: float, language: Translator) -> tuple[Day, ...]:
    """Present visits by the day on which they began, in their order."""
    found: dict[str, list[Choice]] = {}
    for visit in visits:
        span = language.gettext("{start} to {end}").format(
            start=language.time(visit.came_at_s), end=language.time(visit.end_s(now_s))
        )
        choice = Choice(f"{_FIELD}{visit.number}", visit.place.description, visit.place.address, span)
        found.setdefault(at_start(language.date(visit.came_at_s)), []).append(choice)
    return tuple(Day(title, tuple(choices)) for title, choices in found.items())


def chosen(form: Mapping[str, str]) -> frozenset[int]:
    """Return the numbers of the visits that were ticked."""
    numbers = (name.removeprefix(_FIELD) for name, value in form.items() if name.startswith(_FIELD) and value == "yes")
    return frozenset(int(number) for number in numbers if number.isascii() and number.isdecimal() and len(number) < 10)


def said(shared: SharedCheckIns | None, language: Translator) -> str:
    """Say what became of check-ins that were given; "" where none were."""
    _ = language.gettext
    if shared is None or shared.stage is None:
        return ""
    return {
        Stage.WAITING: _("You agreed to share the places. They are sent once, when there is internet."),
        Stage.SENT: _("You shared places. A health worker looks at each before anybody is warned. Thank you."),
    }.get(shared.stage, _("The places could not be taken. Please call the health station: it can note them."))
