"""Draw a form and its answers as HTML: one renderer for phone and web. No script is needed, no style is inline.

Only what is asked is drawn: a question that depends on another comes after the first answers are sent. The caller
draws the page, the `<form>` and its buttons; the classes are those of `design/components.css`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from bluezone.forms.answers import Given, Reading
from bluezone.forms.communes import Commune, commune_of
from bluezone.forms.conditions import Answer, Answers
from bluezone.forms.country import Country
from bluezone.forms.definition import Field, Form, Kind, said
from bluezone.forms.words import countries, language_of, say

#: as many choices are drawn one below the other; more fold into one box
MOST_RADIOS = 7
#: digits of an identity document that are shown
SHOWN_DIGITS = 3
#: the field of a page that says which questions it showed; no field of a form begins so
SHOWN = "_shown"
#: a word such as COVID-19, which is not to break at its hyphen
_HYPHENATED = re.compile(r"\w+(?:-\w+)+")
_INPUTS = {
    Kind.NAME: 'type="text" autocapitalize="words"',
    Kind.TEXT: 'type="text"',
    Kind.YEAR: 'type="text" inputmode="numeric" maxlength="4"',
    Kind.DATE: 'type="text" inputmode="numeric" maxlength="10"',
    Kind.NUMBER: 'type="text" inputmode="decimal" maxlength="10"',
    Kind.TELEPHONE: 'type="tel" inputmode="tel" maxlength="32"',
    Kind.EMAIL: 'type="email" inputmode="email" maxlength="120"',
    Kind.DOCUMENT: 'type="text" maxlength="30" spellcheck="false" autocapitalize="characters"',
    Kind.COMMUNE: 'type="text" maxlength="60" spellcheck="false" data-commune',
}
_HINTS = {
    Kind.YEAR: "hint_year",
    Kind.DATE: "hint_date",
    Kind.TELEPHONE: "hint_telephone",
    Kind.COMMUNE: "hint_commune",
}


@dataclass(frozen=True, slots=True)
class _Drawing:
    language: str
    given: Given
    reading: Reading
    country: Country

    def values(self, field: Field) -> list[str]:
        return [value for value in self.given.get(field.name, ()) if isinstance(value, str)]


def render_fields(form: Form, language: str, given: Given, reading: Reading, country: Country) -> str:
    """Return the questions that are asked, with what was given and what is wrong with it; the own country first."""
    drawing = _Drawing(language_of(language), given, reading, country)
    parts = [f'<input type="hidden" name="{SHOWN}" value="{" ".join(reading.asked)}">']
    for section in form.sections:
        fields = [field for field in section.fields if field.name in reading.asked]
        if fields:
            title = html_of(said(section.title, language))
            drawn = "".join(_field(drawing, field) for field in fields)
            parts.append(f'<section class="form-section"><h2>{title}</h2>{drawn}</section>')
    return "".join(parts)


def has_more_questions(given: Given, reading: Reading) -> bool:
    """Return whether the answers lead to questions that the page they were typed in did not show."""
    shown = set(" ".join(given.get(SHOWN, ())).split())
    return not set(reading.asked) <= shown


def render_answers(form: Form, language: str, answers: Answers) -> str:
    """Return what was answered, question by question; of an identity document its last digits only."""
    rows = []
    for field in form.fields:
        if field.name in answers:
            shown = escape(answer_text(field, answers[field.name], language))
            rows.append(f"<dt>{html_of(said(field.label, language))}</dt><dd>{shown}</dd>")
    return f'<dl class="facts">{"".join(rows)}</dl>' if rows else ""


def answer_text(field: Field, answer: Answer, language: str) -> str:
    """Return an answer in words of a language."""
    if isinstance(answer, tuple):
        labels = {option.value: said(option.label, language) for option in field.options}
        return ", ".join(labels.get(value, value) for value in answer)
    if field.options:
        return next((said(option.label, language) for option in field.options if option.value == answer), answer)
    if field.kind is Kind.DOCUMENT:
        return masked(answer)
    if field.kind is Kind.COMMUNE:
        commune = commune_of(answer)
        return commune.full_name if commune else answer
    if field.kind is Kind.COUNTRY:
        return countries(language).get(answer, answer)
    if field.kind is Kind.DATE:
        return _date_text(answer)
    return answer


def masked(document: str) -> str:
    """Return the number of an identity document with all but its last signs hidden."""
    hidden = max(0, len(document) - SHOWN_DIGITS)
    return "*" * hidden + document[hidden:]


def _date_text(iso: str) -> str:
    try:
        return f"{dt.date.fromisoformat(iso):%d/%m/%Y}"
    except ValueError:
        return iso


# --- one question -----------------------------------------------------------------------------------------------------


def _field(drawing: _Drawing, field: Field) -> str:
    is_group = field.kind is Kind.CHOICES or (bool(field.options) and len(field.options) <= MOST_RADIOS)
    return _group(drawing, field) if is_group else _single(drawing, field)


def html_of(text: str) -> str:
    """Return a text as HTML in which words with a hyphen, as COVID-19, stay on one line."""
    return _HYPHENATED.sub(lambda found: f'<span class="unbroken">{found[0]}</span>', escape(text))


def _label(drawing: _Drawing, field: Field) -> str:
    label = html_of(said(field.label, drawing.language))
    return label if field.required else f'{label} <span class="help">({say(drawing.language, "optional")})</span>'


def _around(drawing: _Drawing, field: Field) -> tuple[str, str, str]:
    """Return help, fault, and the attributes that name them."""
    at, ids, helps = f"f-{field.name}", [], []
    if field.help is not None:
        helps.append(html_of(said(field.help, drawing.language)))
    elif field.kind in _HINTS:
        helps.append(say(drawing.language, _HINTS[field.kind]))
    help_part = f'<div class="help" id="{at}-help">{" ".join(helps)}</div>' if helps else ""
    ids += [f"{at}-help"] if helps else []
    fault = drawing.reading.faults.get(field.name)
    fault_part = ""
    if fault is not None:
        fault_part = f'<ul class="errorlist" id="{at}-fault"><li>{escape(fault.text(drawing.language))}</li></ul>'
        ids.append(f"{at}-fault")
    named = f' aria-describedby="{" ".join(ids)}"' if ids else ""
    return help_part, fault_part, named + (' aria-invalid="true"' if fault is not None else "")


def _group(drawing: _Drawing, field: Field) -> str:
    help_part, fault_part, named = _around(drawing, field)
    kind = "checkbox" if field.kind is Kind.CHOICES else "radio"
    values = drawing.values(field)
    rows = []
    for at, option in enumerate(field.options):
        first = f' id="f-{field.name}"' if at == 0 else ""
        checked = " checked" if option.value in values else ""
        rows.append(
            f'<label><input type="{kind}" name="{field.name}" value="{option.value}"{first}{checked}>'
            f"<span>{html_of(said(option.label, drawing.language))}</span></label>"
        )
    invalid = named.replace(' aria-invalid="true"', "")  # of a group it is said by the text alone
    return (
        f'<fieldset class="field radios"{invalid}><legend>{_label(drawing, field)}</legend>'
        f"{help_part}{fault_part}<div>{''.join(rows)}</div></fieldset>"
    )


def _single(drawing: _Drawing, field: Field) -> str:
    help_part, fault_part, named = _around(drawing, field)
    required = " required" if field.required else ""
    head = f'<div class="field"><label for="f-{field.name}">{_label(drawing, field)}</label>{help_part}{fault_part}'
    identity = f'id="f-{field.name}" name="{field.name}"'
    value = next(iter(drawing.values(field)), "")
    if field.options or field.kind is Kind.COUNTRY:
        return f"{head}<select {identity}{required}{named}>{_options(drawing, field, value)}</select></div>"
    more = f' maxlength="{field.most}"' if field.kind in {Kind.NAME, Kind.TEXT} else ""
    shown = escape(_shown(drawing, field, value))
    drawn = f'<input {_INPUTS[field.kind]}{more} {identity} value="{shown}" autocomplete="off"{required}{named}>'
    if field.kind is Kind.COMMUNE:
        drawn += _communes(drawing, field)
    return f"{head}{drawn}</div>"


def _shown(drawing: _Drawing, field: Field, value: str) -> str:
    """Return what a box holds: what was typed, or of what is stored the form in which people type it."""
    if field.kind is Kind.COMMUNE:
        commune = commune_of(value) or commune_of(str(drawing.reading.answers.get(field.name, "")))
        return commune.full_name if commune is not None else value
    if field.kind is Kind.TELEPHONE:
        return drawing.country.as_dialled(value)
    return _date_text(value) if field.kind is Kind.DATE else value


def _options(drawing: _Drawing, field: Field, value: str) -> str:
    rows = [("", say(drawing.language, "choose_one"))]
    if field.kind is Kind.COUNTRY:
        own, names = drawing.country.iso, countries(drawing.language)
        rows += sorted(names.items(), key=lambda each: (each[0] != own, each[1]))
    else:
        rows += [(option.value, said(option.label, drawing.language)) for option in field.options]
    return "".join(
        f'<option value="{code}"{" selected" if code == value else ""}>{escape(name)}</option>' for code, name in rows
    )


def _communes(drawing: _Drawing, field: Field) -> str:
    """Return the communes to choose from where a name means several; of one that is known, its code."""
    found: Sequence[Commune] = drawing.reading.communes.get(field.name, ())
    if found:
        rows = "".join(
            f'<label><input type="radio" name="{field.name}" value="{each.code}">'
            f'<span lang="vi">{escape(each.full_name)}</span></label>'
            for each in found
        )
        title = say(drawing.language, "commune_choose")
        return f'<fieldset class="field radios communes"><legend>{title}</legend><div>{rows}</div></fieldset>'
    known = drawing.reading.answers.get(field.name)
    return f'<input type="hidden" name="{field.name}" value="{known}">' if isinstance(known, str) else ""


def given_of(answers: Mapping[str, Answer]) -> dict[str, list[str]]:
    """Return answers as a page would send them, to fill a form in again."""
    return {name: [answer] if isinstance(answer, str) else list(answer) for name, answer in answers.items()}
