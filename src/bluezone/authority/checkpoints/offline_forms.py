"""Write the forms that may be filled in today for a page without a network: all questions drawn, conditions as data.

What the page decides by them (which questions are asked, what is missing, the level) the server decides again.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from bluezone.authority.declarations import known_forms
from bluezone.authority.declarations.services import own_country
from bluezone.forms import communes, words
from bluezone.forms.answers import LEAST_DOCUMENT, MOST_DOCUMENT, OLDEST_YEAR, Reading
from bluezone.forms.conditions import written
from bluezone.forms.definition import Field, Form, Use, said
from bluezone.forms.rendering import render_fields

_FAULTS = ("empty", "choose", "none_and_others", "name", "date", "telephone", "email", "commune_unknown")


def every(day: dt.date, language: str) -> dict[str, Any]:
    """Return the forms that give a pass, the sentences of faults, and the communes by their code."""
    return {
        "forms": [_form(each, language) for each in known_forms.offered(day) if each.pass_hours is not None],
        "faults": {
            **{name: words.say(language, name) for name in _FAULTS},
            "year": words.say(language, "year", least=OLDEST_YEAR, most=day.year),
            "document": words.say(language, "document", least=LEAST_DOCUMENT, most=MOST_DOCUMENT),
        },
        "levels": {name: words.say(language, f"level_{name}") for name in ("advice", "call", "urgent")},
        "communes": {each.code: each.full_name for each in communes.every()},
    }


def _form(form: Form, language: str) -> dict[str, Any]:
    every_field = Reading({}, {}, tuple(field.name for field in form.fields))
    nationality = form.used(Use.NATIONALITY)
    given = {nationality.name: [own_country().iso]} if nationality is not None else {}
    return {
        "form": form.form,
        "version": form.version,
        "title": said(form.title, language),
        "pass": form.pass_hours is not None,
        "html": render_fields(form, language, given, every_field, own_country()),
        "fields": [_field(each) for each in form.fields],
        "nones": form.nones,
        "triage": [
            {"level": rule.level.value, "when": written(rule.when), "reason": said(rule.reason, language)}
            for rule in form.triage
        ],
        "outcomes": {level.value: said(text, language) for level, text in form.outcomes.items()},
    }


def _field(field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": field.name,
        "kind": field.kind.value,
        "required": field.required,
        "when": None if field.when is None else written(field.when),
    }
    limits = {
        "least": field.least,
        "most": field.most,
        "before": field.days_before,
        "after": field.days_after,
        "none": field.none,
    }
    return found | {name: value for name, value in limits.items() if value is not None}
