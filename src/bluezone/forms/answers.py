"""Read what somebody answered: each field by its kind, only what was asked, one fault a field.

An answer in a message is a text or a list of texts; a page sends a list for every field. What a form does not ask is
left out, and so is what a condition no longer asks.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from bluezone.forms import communes
from bluezone.forms.conditions import Answer, holds
from bluezone.forms.definition import Field, Form, Kind
from bluezone.forms.errors import Fault
from bluezone.forms.words import countries

#: what people sent, by field
Given = Mapping[str, Sequence[str]]

OLDEST_YEAR = 1900
#: no field takes a longer text, whatever was sent
MOST_SENT = 2_000
_MOST_EMAIL, _MOST_TELEPHONE = 120, 16
LEAST_DOCUMENT, MOST_DOCUMENT = 6, 20
_LONGEST_NUMBER = 10
_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)
_DATE = re.compile(r"([0-9]{1,2})[/.\- ]([0-9]{1,2})[/.\- ]([0-9]{4})", re.ASCII)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_YEAR = re.compile(r"[0-9]{4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Edge:
    """Hold what reading needs of the world: the date, and how telephone numbers and communes are looked up."""

    today: dt.date
    telephone: Callable[[str], str | None]
    #: communes that a text may mean, the likeliest first
    search: Callable[[str], Sequence[communes.Commune]] = communes.search
    commune: Callable[[str], communes.Commune | None] = communes.commune_of


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold the answers that could be read, what is wrong with others, which fields are asked given these answers, and
    the communes to choose from where a name means several."""

    answers: dict[str, Answer] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    communes: dict[str, tuple[communes.Commune, ...]] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Return whether the declaration can be taken."""
        return not self.faults


def read_answers(form: Form, given: Given, edge: Edge) -> Reading:
    """Read answers to a form. Never raises for what people type."""
    found = Reading()
    asked = []
    for each in form.fields:
        if each.when is not None and not holds(each.when, found.answers, form.nones):
            continue
        asked.append(each.name)
        values = [_clean(value) for value in list(given.get(each.name, ()))[: len(each.options) + 2]]
        values = [value for value in values if value]
        if not values:
            if each.required:
                found.faults[each.name] = Fault("choose" if each.options else "empty")
            continue
        answer = _read(each, values, edge, found)
        if isinstance(answer, Fault):
            found.faults[each.name] = answer
        else:
            found.answers[each.name] = answer
    return Reading(found.answers, found.faults, tuple(asked), found.communes)


def _clean(value: object) -> str:
    if not isinstance(value, str):
        return ""
    kept = "".join(sign if sign.isprintable() else " " for sign in unicodedata.normalize("NFC", value[:MOST_SENT]))
    return " ".join(kept.split())


def _read(each: Field, values: list[str], edge: Edge, found: Reading) -> Answer | Fault:
    if each.kind is Kind.CHOICES:
        return _ticked(each, values)
    if each.kind is Kind.COMMUNE:
        return _commune(each.name, values, edge, found)
    return _READERS[each.kind](each, values[0], edge)


def _ticked(each: Field, values: list[str]) -> Answer | Fault:
    known = [option.value for option in each.options]
    if any(value not in known for value in values):
        return Fault("choose")
    if each.none is not None and each.none in values and len(set(values)) > 1:
        return Fault("none_and_others")
    return tuple(value for value in known if value in values)


def _commune(name: str, values: list[str], edge: Edge, found: Reading) -> Answer | Fault:
    """Read a code, or a typed name and what was chosen of the communes it means."""
    typed = next((value for value in values if edge.commune(value) is None), None)
    chosen = next((value for value in values if edge.commune(value) is not None), None)
    if typed is None and chosen is not None:
        return chosen
    meant = tuple(edge.search(typed or ""))
    if chosen is not None and (chosen in {each.code for each in meant} or typed == _full_name(edge.commune(chosen))):
        return chosen
    exact = [each for each in meant if each.full_name == typed]
    if len(exact) == 1 or len(meant) == 1:
        return (exact or meant)[0].code
    found.communes[name] = meant
    return Fault("commune_which" if meant else "commune_unknown")


def _full_name(commune: communes.Commune | None) -> str:
    return commune.full_name if commune else ""


def _name(each: Field, text: str, edge: Edge) -> Answer | Fault:
    if any(sign.isdecimal() for sign in text) or not any(sign.isalpha() for sign in text):
        return Fault("name")
    return _text(each, text, edge)


def _text(each: Field, text: str, edge: Edge) -> Answer | Fault:  # noqa: ARG001
    most = each.most or 0
    return text if len(text) <= most else Fault("long", {"most": most})


def _year(each: Field, text: str, edge: Edge) -> Answer | Fault:  # noqa: ARG001
    if _YEAR.fullmatch(text) and OLDEST_YEAR <= int(text) <= edge.today.year:
        return text
    return Fault("year", {"least": OLDEST_YEAR, "most": edge.today.year})


def _date(each: Field, text: str, edge: Edge) -> Answer | Fault:
    day = _day(text)
    if day is None:
        return Fault("date")
    first = edge.today - dt.timedelta(days=each.days_before)
    last = edge.today + dt.timedelta(days=each.days_after)
    if not first <= day <= last:
        return Fault("date_between", {"first": f"{first:%d/%m/%Y}", "last": f"{last:%d/%m/%Y}"})
    return day.isoformat()


def _day(text: str) -> dt.date | None:
    typed = _DATE.fullmatch(text)
    try:
        if typed:
            return dt.date(int(typed[3]), int(typed[2]), int(typed[1]))
        return dt.date.fromisoformat(text) if _ISO.fullmatch(text) else None
    except ValueError:
        return None


def _number(each: Field, text: str, edge: Edge) -> Answer | Fault:  # noqa: ARG001
    assert each.least is not None
    assert each.most is not None
    bare = text.replace(",", ".")
    try:
        number = Decimal(bare) if bare.isascii() and len(bare) <= _LONGEST_NUMBER else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or not each.least <= number <= each.most:
        return Fault("number", {"least": each.least, "most": each.most})
    return f"{number.quantize(Decimal('0.1')):f}"


def _choice(each: Field, text: str, edge: Edge) -> Answer | Fault:  # noqa: ARG001
    return text if text in {option.value for option in each.options} else Fault("choose")


def _country(each: Field, text: str, edge: Edge) -> Answer | Fault:  # noqa: ARG001
    return text if text in countries() else Fault("choose")


def _telephone(each: Field, text: str, edge: Edge) -> Answer | Fault:  # noqa: ARG001
    number = edge.telephone(text) if len(text) <= _MOST_TELEPHONE * 2 else None
    return Fault("telephone") if number is None else number


def _email(each: Field, text: str, edge: Edge) -> Answer | Fault:  # noqa: ARG001
    return text if len(text) <= _MOST_EMAIL and _EMAIL.fullmatch(text) else Fault("email")


def _document(each: Field, text: str, edge: Edge) -> Answer | Fault:  # noqa: ARG001
    bare = "".join(sign for sign in text.upper() if sign not in " .-/")
    if not (bare.isascii() and bare.isalnum() and LEAST_DOCUMENT <= len(bare) <= MOST_DOCUMENT):
        return Fault("document", {"least": LEAST_DOCUMENT, "most": MOST_DOCUMENT})
    return bare


_READERS: dict[Kind, Callable[[Field, str, Edge], Answer | Fault]] = {
    Kind.NAME: _name,
    Kind.TEXT: _text,
    Kind.YEAR: _year,
    Kind.DATE: _date,
    Kind.NUMBER: _number,
    Kind.YES_NO: _choice,
    Kind.CHOICE: _choice,
    Kind.COUNTRY: _country,
    Kind.TELEPHONE: _telephone,
    Kind.EMAIL: _email,
    Kind.DOCUMENT: _document,
}
