"""Hold the symptoms of every package to their languages, and every form that names symptoms to them."""

from __future__ import annotations

import itertools

import pytest

from bluezone.disease.package import FORM_LANGUAGES
from bluezone.disease.shipped import CODES, shipped
from bluezone.disease.symptoms import catalogue
from bluezone.forms import shipped as forms
from bluezone.forms.conditions import leaves
from bluezone.forms.definition import Level
from bluezone.forms.words import LANGUAGES

EVERY = pytest.mark.parametrize(
    ("code", "name"), list(itertools.product(CODES, forms.NAMES)), ids=lambda each: str(each)
)


def test_every_symptom_has_a_text_in_each_language_and_none_stands_twice() -> None:
    assert FORM_LANGUAGES == LANGUAGES
    own = {code: each for name in CODES for code, each in shipped(name).signs.symptoms.items()}
    for language in LANGUAGES:
        texts = [each.label[language] for each in {**catalogue(), **own}.values()]
        assert all(texts)
        assert len(set(texts)) == len(texts)


@EVERY
def test_forms_ask_symptoms_by_the_codes_and_texts_of_the_disease(code: str, name: str) -> None:
    form, signs = next(each for each in forms.forms(shipped(code)) if each.form == name), shipped(code).signs
    for field in form.fields:
        for option in field.options if field.name in {"signs", "main_signs"} else ():
            assert option.value == field.none or option.label == signs.symptoms[option.value].label
    text = forms.document(name, shipped(code))
    assert "{" not in text.replace("{\n", "").replace("{}", "")
    assert code == "sars-cov-2" or "COVID" not in text


@EVERY
def test_a_danger_sign_that_a_form_asks_is_always_urgent(code: str, name: str) -> None:
    form = next(each for each in forms.forms(shipped(code)) if each.form == name)
    asked = {option.value for field in form.fields for option in field.options} & shipped(code).signs.danger
    urgent = [rule.when for rule in form.triage if rule.level is Level.URGENT]
    alone = {value for when in urgent if len(leaves(when)) == 1 for value in getattr(when, "values", ())}
    assert asked
    assert asked <= alone


def test_symptoms_are_listed_in_one_order_whatever_was_ticked_first() -> None:
    signs = shipped().signs
    assert signs.listed(["cough", "fever", "breathless"], "vi") == "Khó thở, sốt, ho"
    assert signs.listed([], "en") == ""
    with pytest.raises(KeyError):
        signs.listed(["hiccups"], "en")
