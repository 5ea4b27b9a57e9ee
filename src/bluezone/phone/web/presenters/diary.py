"""Say where the owner was, read what was typed by hand, say what a warning of a place means, and offer a patient to give
check-ins."""
# ruff: noqa: E501 (sentences are not broken)

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from urllib.parse import quote

from bluezone.i18n import Translator, at_start
from bluezone.phone.stores.diary_store import DiaryPlace, PlaceAlert, Visit
from bluezone.phone.stores.records import RETENTION_S, Stage
from bluezone.phone.stores.report_store import SharedCheckIns
from bluezone.protocol.check_ins import (
    DEFAULT_STAY_MIN,
    MAX_CHARACTERS,
    MAX_STAY_MIN,
    VEHICLES,
    PlaceError,
    PlaceKind,
    ScannedPlace,
    read_place_address,
)
from bluezone.protocol.text import is_clean

MAX_TYPED = 200
_LONGEST = {"along": 100, "seat": 20}
#: of these nobody knows whether they move
_OF_NO_KIND = frozenset({PlaceKind.UNSPECIFIED, PlaceKind.OTHER, PlaceKind.TEMPORARY_OTHER})
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold a line of the diary. `span`: from when to when; `warned`: somebody who tested positive was there;
    `journey`: what its owner is asked about a journey, empty where the place does not move."""

    number: int
    description: str
    address: str
    along: str
    span: str
    goes_on: bool
    warned: bool
    by_hand: bool
    seat: str = ""
    journey: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """Hold the lines of a day."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Diary:
    """Hold the screen: where the owner is now, and the days."""

    now: Entry | None
    days: tuple[Day, ...]
    warned: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Typed:
    """Hold a visit typed by hand, or the sentence that says what is wrong with it."""

    place: DiaryPlace = field(default_factory=lambda: DiaryPlace(""))
    came_at_s: float = 0.0
    usual_until_s: float = 0.0
    left_at_s: float | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Warned:
    """Hold the screen of a warning. `until`: the last day to watch one's health."""

    title: str
    lead: str
    until: str
    on_vehicle: bool


def path_of(text: str) -> str:
    """Return the screen that asks whether to check in with the code that was scanned."""
    return f"/diary/in?text={quote(text.strip(), safe='')}"


def given(fields: Mapping[str, str]) -> ScannedPlace | None:
    """Read a place from the fields of an address or a form; None for anything else."""
    try:
        return read_place_address(fields.get("text", ""))
    except PlaceError:
        return None


def kept_text(fields: Mapping[str, str], name: str) -> str:
    """Return who was along (a short line), or a seat (a few signs), as it is kept."""
    text = fields.get(name, "")
    return " ".join(text.split())[: _LONGEST[name]] if is_clean(text) else ""


def question(kind: PlaceKind, language: Translator) -> str:
    """Return what is asked before a check-in."""
    _ = language.gettext
    return {
        PlaceKind.BUS: _("Are you on this bus?"),
        PlaceKind.BOAT: _("Are you on this boat?"),
        PlaceKind.TRAIN: _("Are you on this train?"),
        PlaceKind.PLANE: _("Are you on this plane?"),
    }.get(kind, _("Are you here?"))


def diary(visits: Sequence[Visit], alerts: Sequence[PlaceAlert], now_s: float, language: Translator) -> Diary:
    """Present the visits of the last 14 days, newest first, by the day on which they began."""
    warned = {alert.visit for alert in alerts}
    shown = [visit for visit in visits if now_s - RETENTION_S <= visit.came_at_s <= now_s + _DAY_S]
    days: dict[str, list[Entry]] = {}
    for visit in shown:
        days.setdefault(at_start(language.date(visit.came_at_s)), []).append(_entry(visit, warned, now_s, language))
    entries = [entry for found in days.values() for entry in found]
    return Diary(
        now=next((entry for entry in entries if entry.goes_on), None),
        days=tuple(Day(title, tuple(found)) for title, found in days.items()),
        warned=tuple(entry for entry in entries if entry.warned),
    )


def _entry(visit: Visit, warned: set[int], now_s: float, language: Translator) -> Entry:
    _ = language.gettext
    came = language.time(visit.came_at_s)
    goes_on = visit.goes_on(now_s)
    if goes_on:
        span = _("since {time}").format(time=came)
    else:
        span = _("{start} to {end}").format(start=came, end=language.time(visit.end_s(now_s)))
    place = visit.place
    by_hand = not place.location_id
    return Entry(
        visit.number, place.description, place.address, place.along, span, goes_on, visit.number in warned, by_hand,
        place.seat, _journey(place.kind, language),
    )  # fmt: skip


def _journey(kind: int, language: Translator) -> str:
    """Return what leads to the declaration of a journey; nothing for a place that is known not to move."""
    if kind in VEHICLES:
        return language.gettext("Declare this journey")
    if kind in _OF_NO_KIND:
        return language.gettext("Is this a bus, boat, train or plane? Declare the journey")
    return ""


def stay_text(minutes: int, language: Translator) -> str:
    """Say after how long a check-in ends by itself."""
    if minutes % 60 == 0:
        hours = minutes // 60
        return language.ngettext("{n} hour", "{n} hours", hours).format(n=language.number(hours))
    return language.ngettext("{n} minute", "{n} minutes", minutes).format(n=language.number(minutes))


# --- typed by hand ------------------------------------------------------------------------------------


def local_text(moment_s: float, zone: tzinfo) -> str:
    """Return a moment as the browser's field of date and time has it."""
    return dt.datetime.fromtimestamp(moment_s, zone).strftime("%Y-%m-%dT%H:%M")


def read_typed(form: Mapping[str, str], now_s: float, zone: tzinfo, language: Translator) -> Typed:
    """Read a visit typed by hand."""
    _ = language.gettext
    name, address = (" ".join(form.get(field, "").split()) for field in ("place", "address"))
    if not name or not is_clean(name + address):
        return Typed(problem=_("Please say what the place is called."))
    if max(len(name), len(address)) > MAX_CHARACTERS:
        return Typed(problem=_("Name and address have up to 100 letters each."))
    came, left = (_moment(form.get(field, ""), zone) for field in ("came", "left"))
    if came is None or (left is None and form.get("left", "").strip()):
        return Typed(problem=_("Please give day and time, as 20/08/2020 7:15."))
    if came > now_s + 60 or (left is not None and left > now_s + 60):
        return Typed(problem=_("This is yet to come. The diary is for where you were."))
    if came < now_s - RETENTION_S:
        return Typed(problem=_("This is more than 14 days ago: the diary forgets it by itself."))
    if left is not None and left < came:
        return Typed(problem=_("You left before you came. Please look at both times."))
    if left is not None and left > came + 60 * MAX_STAY_MIN:
        return Typed(problem=_("This is longer than a day. Please make an entry for each day."))
    place = DiaryPlace(name, address, along=kept_text(form, "along"))
    usual_s = came + 60 * DEFAULT_STAY_MIN
    return Typed(place, came, max(usual_s, left or 0.0), left)


def _moment(text: str, zone: tzinfo) -> float | None:
    for form in ("%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M"):
        try:
            return dt.datetime.strptime(text.strip()[:20], form).replace(tzinfo=zone).timestamp()
        except (ValueError, OverflowError):
            continue
    return None


# --- a warning ----------------------------------------------------------------------------------------


def warning_title(alert: PlaceAlert, language: Translator) -> str:
    """Say in one line what a warning is about: a place, or a vehicle, in words of its own."""
    _ = language.gettext
    titles: dict[int, str] = {
        PlaceKind.BUS: _("Somebody infected was on the same bus as you"),
        PlaceKind.BOAT: _("Somebody infected was on the same boat as you"),
        PlaceKind.TRAIN: _("Somebody infected was on the same train as you"),
        PlaceKind.PLANE: _("Somebody infected was on the same flight as you"),
    }
    return titles.get(alert.kind, _("Somebody infected was at a place where you were"))


def warning(alert: PlaceAlert, watch_days: int, language: Translator) -> Warned:
    """Present a warning of a place: apart from those of Bluetooth, for it says only that both were there."""
    lead = language.gettext("{place}, on {date}. You were there for about {stay} in which there was a risk.").format(
        place=alert.description,
        date=language.date(alert.came_at_s),
        stay=stay_text(alert.overlap_s // 60, language),
    )
    until = language.date(alert.came_at_s + watch_days * _DAY_S)
    return Warned(warning_title(alert, language), lead, until, alert.on_vehicle)


# --- giving check-ins ---------------------------------------------------------------------------------


_FIELD = "visit-"


@dataclass(frozen=True, slots=True)
class Choice:
    """Hold a line to be ticked: its field, the place, from when to when."""

    field: str
    place: str
    address: str
    span: str


@dataclass(frozen=True, slots=True)
class DayOfChoices:
    """Hold the lines of a day that can be ticked."""

    title: str
    choices: tuple[Choice, ...]


def check_ins(visits: Sequence[Visit], now_s: float, language: Translator) -> tuple[DayOfChoices, ...]:
    """Present visits by the day on which they began, in their order."""
    found: dict[str, list[Choice]] = {}
    for visit in visits:
        span = language.gettext("{start} to {end}").format(
            start=language.time(visit.came_at_s), end=language.time(visit.end_s(now_s))
        )
        choice = Choice(f"{_FIELD}{visit.number}", visit.place.description, visit.place.address, span)
        found.setdefault(at_start(language.date(visit.came_at_s)), []).append(choice)
    return tuple(DayOfChoices(title, tuple(choices)) for title, choices in found.items())


def chosen(form: Mapping[str, str]) -> frozenset[int]:
    """Return the numbers of the visits that were ticked."""
    numbers = (name.removeprefix(_FIELD) for name, value in form.items() if name.startswith(_FIELD) and value == "yes")
    return frozenset(int(number) for number in numbers if number.isascii() and number.isdecimal() and len(number) < 10)


def check_ins_text(shared: SharedCheckIns | None, language: Translator) -> str:
    """Say what became of check-ins that were given; "" where none were."""
    _ = language.gettext
    if shared is None or shared.stage is None:
        return ""
    return {
        Stage.WAITING: _("You agreed to share the places. They are sent once, when there is internet."),
        Stage.SENT: _("You shared places. A health worker looks at each before anybody is warned. Thank you."),
    }.get(shared.stage, _("The places could not be taken. Please call the health station: it can note them."))
