"""Forms as Questionnaires and answers as QuestionnaireResponses, both ways."""

from __future__ import annotations

import json

import pytest
from fhir.resources.R4B import get_fhir_model_class
from tests.exchange.conftest import NAMES

from bluezone.exchange import fhir_forms
from bluezone.exchange.errors import ExchangeError
from bluezone.forms import shipped
from bluezone.forms.definition import Kind
from bluezone.forms.reading import read_form

FORMS = pytest.mark.parametrize("form", shipped.forms(), ids=lambda form: form.form)


@FORMS
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_form_is_a_questionnaire_and_comes_back_the_same(form, language):
    made = json.loads(json.dumps(fhir_forms.questionnaire(shipped.document(form.form), NAMES, language)))
    get_fhir_model_class("Questionnaire").model_validate(made)
    assert read_form(json.dumps(fhir_forms.read_questionnaire(made, NAMES))) == form
    assert made["title"] == form.title[language]
    changed = made | {"item": made["item"][1:]}
    with pytest.raises(ExchangeError, match="not those of the form"):
        fhir_forms.read_questionnaire(changed, NAMES)


#: an answer of each kind
GIVEN = {
    Kind.NAME: "Trần Thị Mai",
    Kind.TEXT: "vé số 7",
    Kind.YEAR: "1986",
    Kind.DATE: "2020-08-18",
    Kind.NUMBER: "37.5",
    Kind.YES_NO: "yes",
    Kind.COUNTRY: "VN",
    Kind.COMMUNE: "63:31441",
    Kind.TELEPHONE: "+84912345678",
    Kind.EMAIL: "a@b.vn",
    Kind.DOCUMENT: "093123456",
}


def answers_to(form):
    """Answer each question of a form."""
    answers = {}
    for field in form.fields:
        if field.kind is Kind.CHOICES:
            answers[field.name] = tuple(each.value for each in field.options[:2])
        else:
            answers[field.name] = field.options[0].value if field.kind is Kind.CHOICE else GIVEN[field.kind]
    return answers


@FORMS
def test_answers_are_a_response_and_come_back_the_same(form):
    answers = answers_to(form)
    made = fhir_forms.response(form, answers, "d-1", "2020-08-18", NAMES, "P-7K3M-Q2X")
    get_fhir_model_class("QuestionnaireResponse").model_validate(made)
    back = fhir_forms.read_response(json.loads(json.dumps(made)), form)
    given = {name: list(answer) if isinstance(answer, tuple) else [answer] for name, answer in answers.items()}
    assert back == given
    assert "item" not in fhir_forms.response(form, {}, "d-2", "2020-08-18", NAMES)


OTHERS = {
    "resourceType": "Questionnaire",
    "title": "Sàng lọc",
    "status": "active",
    "item": [
        {"linkId": "1", "type": "boolean", "text": "Sốt?", "required": True},
        {
            "linkId": "g",
            "type": "group",
            "text": "Chuyến đi",
            "item": [
                {"linkId": "note", "type": "display", "text": "Đọc kỹ"},
                {"linkId": "Ngày.đi", "type": "date", "text": "Ngày đi"},
                {
                    "linkId": "by",
                    "type": "choice",
                    "repeats": True,
                    "text": "Phương tiện",
                    "answerOption": [{"valueCoding": {"code": "bus", "display": "Xe khách"}}],
                },
            ],
        },
    ],
}


def test_questions_of_another_system_become_sections_of_a_form():
    found = fhir_forms.sections(OTHERS)
    assert fhir_forms.read_questionnaire(OTHERS, NAMES) == {"sections": found}
    assert found == [
        {"title": {"vi": "Sàng lọc"}, "fields": [
            {"name": "q1", "kind": "yes-no", "label": {"vi": "Sốt?"}, "required": True}]},
        {"title": {"vi": "Chuyến đi"}, "fields": [
            {"name": "ng-y--i", "kind": "date", "label": {"vi": "Ngày đi"}, "required": False},
            {"name": "by", "kind": "choices", "label": {"vi": "Phương tiện"}, "required": False,
             "options": [{"value": "bus", "label": {"vi": "Xe khách"}}]}]},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("read", "resource", "sentence"),
    [
        (fhir_forms.sections, {"resourceType": "Patient"}, "no Questionnaire with questions"),
        (fhir_forms.sections, OTHERS | {"item": []}, "no Questionnaire with questions"),
        (lambda each: fhir_forms.read_questionnaire(each, NAMES), {"resourceType": "Patient"}, "no Questionnaire with"),
        (
            lambda each: fhir_forms.read_questionnaire(each, NAMES),
            OTHERS | {"extension": [{"url": NAMES.of("form-document"), "valueString": "{}"}]},
            "is no form",
        ),
        (lambda each: fhir_forms.read_response(each, shipped.forms()[0]), OTHERS, "no QuestionnaireResponse"),
        (
            lambda each: fhir_forms.read_response(each, shipped.forms()[0]),
            {"resourceType": "QuestionnaireResponse", "questionnaire": "https://x/other|1"},
            "it answers another form",
        ),
        (
            lambda each: fhir_forms.read_response(each, shipped.forms()[0]),
            {
                "resourceType": "QuestionnaireResponse",
                "questionnaire": f"x/{shipped.forms()[0].form}",
                "item": [{"linkId": "shoe", "answer": [{"valueString": "43"}]}],
            },
            "it answers “shoe”, which the form does not ask",
        ),
    ],
)
def test_what_is_none_is_said_in_a_sentence(read, resource, sentence):
    with pytest.raises(ExchangeError, match=sentence):
        read(resource)
