"""Hold the one list of symptoms to its languages, and every list that names symptoms to it."""

from __future__ import annotations

import pytest

from bluezone.disease.symptoms import danger_signs, listed, symptoms
from bluezone.forms import shipped
from bluezone.forms.conditions import leaves
from bluezone.forms.definition import Form, Level
from bluezone.forms.words import LANGUAGES

FORMS = pytest.mark.parametrize("form", shipped.forms(), ids=lambda form: form.form)


def test_every_symptom_has_a_text_in_each_language_and_none_stands_twice() -> None:
    for language in LANGUAGES:
        texts = [each.label[language] for each in symptoms().values()]
        assert all(texts)
        assert len(set(texts)) == len(texts)


@FORMS
def test_forms_ask_symptoms_by_the_codes_and_texts_of_the_disease(form: Form) -> None:
    for field in form.fields:
        for option in field.options if field.name in {"signs", "main_signs"} else ():
            assert option.value == field.none or option.label == symptoms()[option.value].label


@FORMS
def test_a_danger_sign_that_a_form_asks_is_always_urgent(form: Form) -> None:
    asked = {option.value for field in form.fields for option in field.options} & danger_signs()
    urgent = [rule.when for rule in form.triage if rule.level is Level.URGENT]
    alone = {value for when in urgent if len(leaves(when)) == 1 for value in getattr(when, "values", ())}
    assert asked
    assert asked <= alone


def test_symptoms_are_listed_in_one_order_whatever_was_ticked_first() -> None:
    assert listed(["cough", "fever", "breathless"], "vi") == "Khó thở, sốt, ho"
    assert listed([], "en") == ""
    with pytest.raises(KeyError):
        listed(["hiccups"], "en")
