"""Write the forms that may be filled in today for a page without a network, and take what it encrypted.

What the page decides by a form (which questions are asked, what is missing, the level) the server decides again.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from bluezone.authority.checkpoints.rules import Sent
from bluezone.authority.day_keys import services as day_keys
from bluezone.authority.declarations import known_forms
from bluezone.authority.declarations import services as declarations
from bluezone.authority.declarations.rules import RefusedError, Way
from bluezone.authority.officers.jurisdiction import NATION
from bluezone.authority.site.hpke import SealError
from bluezone.forms import communes, words
from bluezone.forms.answers import LEAST_DOCUMENT, MOST_DOCUMENT, OLDEST_YEAR, Reading
from bluezone.forms.conditions import written
from bluezone.forms.definition import Field, Form, Use, said
from bluezone.forms.rendering import render_fields
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.health_declarations import HealthDeclaration

#: of the keys of a day, and in HPKE
PURPOSE = "checkpoint"
_FAULTS = ("empty", "choose", "none_and_others", "name", "date", "telephone", "email", "commune_unknown")


def seal_keys(now: dt.datetime) -> list[dict[str, str]]:
    """Return the public keys of today and the next days."""
    return day_keys.published(PURPOSE, NATION, now)


def take(sent: Sent, now: dt.datetime) -> tuple[str, str]:
    """Store a declaration once; return the sentence that says why it cannot be taken, and the text of the pass that
    came of it: one of the two at most."""
    try:
        body = day_keys.unseal(PURPOSE, NATION, sent.key, sent.id.encode("ascii"), sent.sealed)
        taken = declarations.receive(HealthDeclaration.from_json(body), Way.CHECKPOINT, now)
    except (SealError, ProtocolError, RefusedError) as error:
        return str(error), ""
    return "", taken.pass_text if taken else ""


# --- forms without a network ------------------------------------------------------------------------------------------


def forms_of(day: dt.date, language: str) -> dict[str, Any]:
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
    given = {nationality.name: [declarations.own_country().iso]} if nationality is not None else {}
    return {
        "form": form.form,
        "version": form.version,
        "title": said(form.title, language),
        "pass": form.pass_hours is not None,
        "html": render_fields(form, language, given, every_field, declarations.own_country()),
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
