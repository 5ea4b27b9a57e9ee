"""Write a form as a Questionnaire of FHIR R4 and answers as a QuestionnaireResponse, and read both back.

What FHIR has no word for (what a field is about, triage, the law) goes along as the form's own document in an
extension, so that a form of ours comes back as it went. Of another system's Questionnaire the questions are read as
sections of such a document; an officer adds the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bluezone.errors import N_
from bluezone.exchange.errors import ExchangeError
from bluezone.exchange.fhir_reading import part_of, parts_of
from bluezone.exchange.fhir_writing import Names, Resource
from bluezone.forms.conditions import Answer, AtLeast, Below, Condition, Is, Together
from bluezone.forms.definition import NO, YES, Field, Form, Kind
from bluezone.forms.errors import FormError
from bluezone.forms.reading import read_form
from bluezone.forms.words import LANGUAGES

_TYPES = {
    Kind.TEXT: "text",
    Kind.YEAR: "integer",
    Kind.DATE: "date",
    Kind.NUMBER: "decimal",
    Kind.YES_NO: "boolean",
    Kind.CHOICE: "choice",
    Kind.CHOICES: "choice",
}
#: of another system's types; what is not here is a text
_KINDS = {
    "integer": "number",
    "decimal": "number",
    "quantity": "number",
    "date": "date",
    "dateTime": "date",
    "boolean": "yes-no",
    "choice": "choice",
    "open-choice": "choice",
}
_VALUES = {"integer": "valueInteger", "date": "valueDate", "decimal": "valueDecimal", "boolean": "valueBoolean"}
_LANGUAGE = "http://hl7.org/fhir/StructureDefinition/translation"


def questionnaire(document: str, names: Names, language: str = LANGUAGES[0]) -> Resource:
    """Return a form (its document) as a Questionnaire, with each text in the other languages. Raises FormError."""
    form = read_form(document)
    made: Resource = {
        "resourceType": "Questionnaire",
        "url": f"{names.of('form')}/{form.form}",
        "identifier": [{"system": names.of("form"), "value": form.form}],
        "version": str(form.version),
        "name": "".join(part.title() for part in form.form.replace("_", "-").split("-")),
        "title": form.title[language],
        "status": "active",
        "subjectType": ["Patient"],
        "language": language,
        "description": form.intro[language],
        "copyright": form.law[language],
        "effectivePeriod": {"start": str(form.valid_from)},
        "extension": [{"url": names.of("form-document"), "valueString": document.strip()}],
    }
    if form.valid_until is not None:
        made["effectivePeriod"]["end"] = str(form.valid_until)
    made["item"] = [
        {
            "linkId": f"section-{number}",
            "type": "group",
            **_said("text", section.title, language),
            "item": [_item(field, form, language, names) for field in section.fields],
        }
        for number, section in enumerate(form.sections, 1)
    ]
    return made


def _said(name: str, text: Mapping[str, str], language: str) -> Resource:
    """Return a text with its translations beside it."""
    others = [
        {"url": _LANGUAGE, "extension": [{"url": "lang", "valueCode": each}, {"url": "content", "valueString": said}]}
        for each, said in text.items()
        if each != language and said
    ]
    return {name: text[language]} | ({f"_{name}": {"extension": others}} if others else {})


def _item(field: Field, form: Form, language: str, names: Names) -> Resource:
    kind = _TYPES.get(field.kind, "string")
    made: Resource = {"linkId": field.name, "type": kind, **_said("text", field.label, language)}
    made["required"] = field.required
    if kind == "choice":
        made["repeats"] = field.kind is Kind.CHOICES
        system = f"{names.of('form')}/{form.form}/{field.name}"
        made["answerOption"] = [
            {"valueCoding": {"system": system, "code": each.value, **_said("display", each.label, language)}}
            for each in field.options
        ]
    elif field.kind is Kind.TEXT and field.most:
        made["maxLength"] = field.most
    if field.when is not None:
        made |= _enabled(field.when, form, names)
    return made


def _enabled(when: Condition, form: Form, names: Names) -> Resource:
    """Return a condition as far as FHIR can say it: comparisons joined one way. A nested one is left to who reads the
    document; the question is then asked of everybody."""
    parts = when.parts if isinstance(when, Together) else (when,)
    if any(isinstance(part, Together) for part in parts):
        return {}
    every = not isinstance(when, Together) or when.every
    said, fields = list[Resource](), {each.name: each for each in form.fields}
    for part in parts:
        options = [_compared(part, value, fields, form, names) for value in getattr(part, "values", ("",))]
        if len(options) > 1 and every and len(parts) > 1:
            return {}  # “all of these, of which one is any of those” has no place in one list
        said += options
        every = every and len(options) == 1
    return {"enableWhen": said} | ({"enableBehavior": "all" if every else "any"} if len(said) > 1 else {})


def _compared(part: Condition, value: str, fields: Mapping[str, Field], form: Form, names: Names) -> Resource:
    assert not isinstance(part, Together)
    made: Resource = {"question": part.field}
    if isinstance(part, Is):
        kind = _TYPES.get(fields[part.field].kind, "string")
        made["operator"] = "="
        if kind == "choice":
            made["answerCoding"] = {"system": f"{names.of('form')}/{form.form}/{part.field}", "code": value}
        elif kind == "boolean":
            made["answerBoolean"] = value == YES
        else:
            made["answerString"] = value
        return made
    made["operator"] = "<" if isinstance(part, Below) else ">="
    number = part.number if isinstance(part, Below | AtLeast) else 0
    made["answerInteger" if fields[part.field].kind is Kind.YEAR else "answerDecimal"] = (
        int(number) if number == int(number) else float(number)
    )
    return made


def read_questionnaire(resource: Resource, names: Names, language: str = LANGUAGES[0]) -> dict[str, Any]:
    """Return the document of the form that a Questionnaire was written from; of another system's its `sections` alone.
    Raises ExchangeError for what is none, or where the questions of ours were changed on the way."""
    extensions = parts_of(resource, "extension")
    documents = [each.get("valueString") for each in extensions if each.get("url") == names.of("form-document")]
    if resource.get("resourceType") != "Questionnaire" or not documents:
        return {"sections": sections(resource, language)}
    try:
        form = read_form(str(documents[0]))
    except FormError as error:
        raise ExchangeError(N_("the document in the Questionnaire is no form: {why}"), why=str(error)) from error
    asked = [each.get("linkId") for each in _leaves(parts_of(resource, "item"))]
    if asked != [field.name for field in form.fields]:
        raise ExchangeError(N_("the questions of the Questionnaire are not those of the form that it carries"))
    found: dict[str, Any] = json.loads(str(documents[0]))
    return found


def sections(resource: Resource, language: str = LANGUAGES[0]) -> list[dict[str, Any]]:
    """Return the questions of another system's Questionnaire as sections of a form's document, in one language: to be
    completed with what a question is about, the law and triage. Raises ExchangeError for what is none."""
    items = parts_of(resource, "item")
    if resource.get("resourceType") != "Questionnaire" or not items:
        raise ExchangeError(N_("it is no Questionnaire with questions"))
    loose = [each for each in items if not each.get("item")]
    groups = [(str(each.get("text") or ""), list(_leaves([each]))) for each in items if each.get("item")]
    groups = ([(str(resource.get("title") or ""), list(_leaves(loose)))] if loose else []) + groups
    return [
        {"title": {language: title}, "fields": [_field(each, language) for each in questions]}
        for title, questions in groups
        if questions
    ]


def _leaves(items: list[Resource]) -> Iterator[Resource]:
    for item in items:
        if inner := parts_of(item, "item"):
            yield from _leaves(inner)
        elif item.get("type") not in ("group", "display"):
            yield item


def _field(item: Resource, language: str) -> dict[str, Any]:
    name = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in str(item.get("linkId", "")).lower())
    kind = _KINDS.get(str(item.get("type")), "text")
    field: dict[str, Any] = {
        "name": f"q{name}"[:40] if not name[:1].isalpha() else name[:40],
        "kind": "choices" if kind == "choice" and item.get("repeats") else kind,
        "label": {language: str(item.get("text") or "")},
        "required": bool(item.get("required")),
    }
    if kind == "choice":
        codings = [part_of(each, "valueCoding") for each in parts_of(item, "answerOption")]
        field["options"] = [
            {"value": str(each.get("code", "")), "label": {language: str(each.get("display", ""))}} for each in codings
        ]
    return field


# --- answers ----------------------------------------------------------------------------------------------------------


def response(
    form: Form, answers: Mapping[str, Answer], key: str, authored: str, names: Names, person: str = ""
) -> Resource:
    """Return what was answered to a form as a QuestionnaireResponse. `authored`: a day or a moment, as FHIR writes it;
    `person`: the pseudonym, where it is known."""
    made: Resource = {
        "resourceType": "QuestionnaireResponse",
        "identifier": {"system": names.of("declaration"), "value": key},
        "questionnaire": f"{names.of('form')}/{form.form}|{form.version}",
        "status": "completed",
        "authored": authored,
        "item": [],
    }
    if person:
        made["subject"] = {"type": "Patient", "identifier": {"system": names.of("person"), "value": person}}
    for number, section in enumerate(form.sections, 1):
        items = [
            {
                "linkId": field.name,
                "answer": [_value(field, each, form, names) for each in _several(answers[field.name])],
            }
            for field in section.fields
            if field.name in answers
        ]
        if items:
            made["item"].append({"linkId": f"section-{number}", "item": items})
    if not made["item"]:
        del made["item"]
    return made


def _several(answer: Answer) -> tuple[str, ...]:
    return answer if isinstance(answer, tuple) else (answer,)


def _value(field: Field, value: str, form: Form, names: Names) -> Resource:
    kind = _TYPES.get(field.kind, "string")
    if kind == "choice":
        return {"valueCoding": {"system": f"{names.of('form')}/{form.form}/{field.name}", "code": value}}
    if kind == "boolean":
        return {"valueBoolean": value == YES}
    if kind == "integer":
        return {"valueInteger": int(value)}
    if kind == "decimal":
        return {"valueDecimal": float(value) if "." in value else int(value)}
    return {_VALUES.get(kind, "valueString"): value}


def read_response(resource: Resource, form: Form) -> dict[str, list[str]]:
    """Return what a QuestionnaireResponse answers, as `forms.answers.read_answers` takes it. Raises ExchangeError for a
    question that the form does not ask, or answers to another form."""
    if resource.get("resourceType") != "QuestionnaireResponse":
        raise ExchangeError(N_("it is no QuestionnaireResponse"))
    url, _, version = str(resource.get("questionnaire", "")).partition("|")
    if url.rpartition("/")[2] != form.form or (version and version != str(form.version)):
        raise ExchangeError(N_("it answers another form or version than “{form}” {version}"), form=form.form,
                            version=form.version)  # fmt: skip
    fields = {field.name: field for field in form.fields}
    found: dict[str, list[str]] = {}
    for item in _answered(parts_of(resource, "item")):
        name = str(item.get("linkId", ""))
        if name not in fields:
            raise ExchangeError(N_("it answers “{name}”, which the form does not ask"), name=name)
        found[name] = [_read(each) for each in parts_of(item, "answer")]
    return found


def _answered(items: list[Resource]) -> Iterator[Resource]:
    for item in items:
        if item.get("answer"):
            yield item
        yield from _answered(parts_of(item, "item"))


def _read(answer: Resource) -> str:
    coding = answer.get("valueCoding")
    if isinstance(coding, dict):
        return str(coding.get("code", ""))
    value = next((each for name, each in answer.items() if name.startswith("value")), "")
    if isinstance(value, bool):
        return YES if value else NO
    return json.dumps(value) if isinstance(value, int | float) else str(value)
