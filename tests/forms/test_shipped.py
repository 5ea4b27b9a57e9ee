"""Hold the five forms that ship to the schema, to the languages, and to what they must not ask."""

from __future__ import annotations

import json
import re
from string import Formatter

import jsonschema
import pytest

from bluezone.forms import schema, shipped, words
from bluezone.forms.definition import NEEDING_A_RULE, Form, Level, Telephone, Use

ALL = pytest.mark.parametrize("form", shipped.forms(), ids=lambda form: form.form)


@ALL
def test_a_form_that_ships_keeps_to_the_published_schema(form: Form) -> None:
    jsonschema.validate(json.loads(shipped.document(form.form)), schema.form_schema_document())
    jsonschema.Draft202012Validator.check_schema(schema.answers_schema(form))


def test_the_published_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema.form_schema_document())


@ALL
def test_no_form_asks_chronic_illness_or_position(form: Form) -> None:
    document = json.loads(shipped.document(form.form))
    names = [each["name"] for section in document["sections"] for each in section["fields"]]
    names += [
        option["value"]
        for section in document["sections"]
        for each in section["fields"]
        for option in each.get("options", ())
    ]
    assert not [name for name in names if re.search("chronic|diabet|cancer|hiv|heart|pregnan|^lat|^lon", name)]


@ALL
def test_every_health_fact_names_the_rule_that_needs_it(form: Form) -> None:
    asked = [field for field in form.fields if field.about in NEEDING_A_RULE]
    assert asked
    assert all(field.needed_by for field in asked)


@ALL
def test_a_form_finds_its_health_station_and_its_person(form: Form) -> None:
    assert form.used(Use.COMMUNE) is not None
    assert form.used(Use.TELEPHONE) is not None
    assert form.telephone is not Telephone.NONE
    assert {rule.level for rule in form.triage} >= {Level.CALL, Level.URGENT}


def test_every_word_has_every_language_and_the_same_places() -> None:
    for name in words.names():
        texts = [words._words()[name][language] for language in words.LANGUAGES]
        places = [{field for _, field, _, _ in Formatter().parse(text) if field} for text in texts]
        assert all(texts), name
        assert places[0] == places[1] == places[2], name


def test_countries_have_a_name_in_every_language() -> None:
    names = [words.countries(language) for language in words.LANGUAGES]
    assert [len(each) for each in names] == [249] * 3
    assert [each["KR"] for each in names] == ["Hàn Quốc", "South Korea", "대한민국"]
    assert all(all(each.values()) for each in names)


@pytest.mark.parametrize(("asked", "shown"), [("ko-KR", "ko"), ("en", "en"), ("EN-gb", "en"), ("km", "vi"), ("", "vi")])
def test_a_language_that_forms_lack_is_vietnamese(asked: str, shown: str) -> None:
    assert words.language_of(asked) == shown
