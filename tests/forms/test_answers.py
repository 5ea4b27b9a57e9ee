"""Read answers: by table, and every field of every form from its own schema."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.forms.samples import EDGE, FORMS, GIVEN, LAOS, LONG_MY, MOVING, VIET_NAM

from bluezone.forms.answers import read_answers
from bluezone.forms.country import Country
from bluezone.forms.definition import Form, Kind
from bluezone.forms.rendering import given_of
from bluezone.forms.schema import answers_schema
from bluezone.forms.words import LANGUAGES


def test_a_whole_declaration_is_read() -> None:
    found = read_answers(FORMS["population"], GIVEN, EDGE)
    assert found.is_whole
    assert found.answers["telephone"] == "+84912345678"
    assert found.answers["signs"] == ("none",)


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("full_name", "", "Please fill this in."),
        ("full_name", "   ", "Please fill this in."),
        ("full_name", "Lan 2", "without digits"),
        ("full_name", "A" * 256, "at most 255"),
        ("birth_year", "2021", "from 1900 to 2020"),
        ("birth_year", "1899", "from 1900 to 2020"),
        ("birth_year", "56", "from 1900 to 2020"),
        ("birth_year", "１９５６", "from 1900 to 2020"),
        ("gender", "both", "choose an answer"),
        ("nationality", "XX", "choose an answer"),
        ("document", "12", "6 to 20"),
        ("document", "<script>", "6 to 20"),
        ("telephone", "12", "cannot be used"),
        ("telephone", "0912 345 678 0912 345 678 0912 345 678", "cannot be used"),
        ("email", "lan", "an email address"),
        ("email", "a@b.c\nd@e.f", "an email address"),
        ("commune", "Nowhere at all", "No such commune"),
        ("commune", "Long", "choose one below"),
        ("signs", "chronic", "choose an answer"),
        ("near_case", "perhaps", "choose an answer"),
    ],
)
def test_a_bad_answer_is_told_in_one_sentence_and_nothing_else_is_lost(name: str, typed: str, sentence: str) -> None:
    found = read_answers(FORMS["population"], GIVEN | {name: [typed]}, EDGE)
    assert set(found.faults) == {name}
    assert sentence in found.faults[name].text("en")
    assert name not in found.answers
    assert len(found.answers) >= len(GIVEN) - 1
    assert all(found.faults[name].text(language) for language in LANGUAGES)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("21/8/2020", "2020-08-21"),
        ("21-08-2020", "2020-08-21"),
        ("2020-08-21", "2020-08-21"),
        ("31/2/2020", None),
        ("21/8/2021", None),
        ("1/7/2020", None),
        ("tomorrow", None),
        ("8/21/2020", None),
    ],
)
def test_a_date_is_read_as_people_write_it_and_near_today_alone(typed: str, stored: str | None) -> None:
    found = read_answers(FORMS["movement"], MOVING | {"start_date": [typed]}, EDGE)
    assert found.answers.get("start_date") == stored


@pytest.mark.parametrize(
    ("typed", "stored"), [("36,8", "36.8"), ("37", "37.0"), ("43.1", None), ("1e1", None), ("NaN", None), ("", None)]
)
def test_a_temperature_is_read_with_a_comma(typed: str, stored: str | None) -> None:
    found = read_answers(FORMS["follow-up"], {"temperature": [typed]}, EDGE)
    assert found.answers.get("temperature") == stored


def test_none_of_these_and_a_sign_cannot_both_be_true() -> None:
    found = read_answers(FORMS["population"], GIVEN | {"signs": ["none", "fever"]}, EDGE)
    assert "Please remove one of them" in found.faults["signs"].text("en")


def test_a_question_that_is_no_longer_asked_takes_its_answer_along() -> None:
    on_a_bus = read_answers(FORMS["movement"], MOVING | {"seat": ["12A"]}, EDGE)
    on_a_motorbike = read_answers(FORMS["movement"], MOVING | {"seat": ["12A"], "vehicle": ["motorbike"]}, EDGE)
    assert on_a_bus.answers["seat"] == "12A"
    assert "seat" in on_a_bus.asked
    assert on_a_motorbike.is_whole
    assert "seat" not in on_a_motorbike.answers
    assert "seat" not in on_a_motorbike.asked


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ([LONG_MY.code], LONG_MY.code),
        (["Phường Long Mỹ, Cần Thơ"], LONG_MY.code),
        (["phuong long my can tho"], LONG_MY.code),
        (["Long"], None),
        (["Long Mỹ", LONG_MY.code], LONG_MY.code),
        (["Phường Long Mỹ, Cần Thơ", LONG_MY.code], LONG_MY.code),
        (["Phường Ba Đình, Hà Nội", LONG_MY.code], "34:00004"),
    ],
)
def test_a_commune_is_typed_or_chosen_and_what_was_typed_last_counts(given: list[str], stored: str | None) -> None:
    found = read_answers(FORMS["population"], GIVEN | {"commune": given}, EDGE)
    if stored is None:
        assert "commune" not in found.answers
        assert len(found.communes["commune"]) > 1
    else:
        assert found.answers["commune"] == stored


@pytest.mark.parametrize(
    ("country", "typed", "number"),
    [
        (VIET_NAM, "0912345678", "+84912345678"),
        (VIET_NAM, "84 912.345.678", "+84912345678"),
        (VIET_NAM, "０９１２３４５６７８", "+84912345678"),
        (VIET_NAM, "+82 10-1234-5678", "+821012345678"),
        (VIET_NAM, "0082 10 1234 5678", "+821012345678"),
        (VIET_NAM, "912345678", None),
        (VIET_NAM, "8491234", None),
        (VIET_NAM, "+0123456789", None),
        (VIET_NAM, "+84", None),
        (VIET_NAM, "", None),
        (LAOS, "020 5551 2345", "+8562055512345"),
        (LAOS, "856 20 5551 2345", "+8562055512345"),
        (LAOS, "84912345678", None),
        (Country(), "0912345678", None),
        (Country(), "+84912345678", "+84912345678"),
    ],
)
def test_a_telephone_number_is_read_without_a_library(country: Country, typed: str, number: str | None) -> None:
    assert country.telephone(typed) == number


# --- every field of every form, from its own schema -------------------------------------------------------------------


def _values(form: Form, name: str, schema: dict[str, Any]) -> st.SearchStrategy[list[str]]:
    """Return what a person may send for a field: what its schema takes, and what it does not."""
    field = next(each for each in form.fields if each.name == name)
    if "items" in schema:
        good: st.SearchStrategy[list[str]] = st.lists(st.sampled_from(schema["items"]["enum"]), unique=True)
    elif "enum" in schema:
        good = st.sampled_from(schema["enum"]).map(lambda value: [value])
    elif field.kind is Kind.COMMUNE:
        good = st.sampled_from([LONG_MY.code, "34:00004", "63:99999"]).map(lambda value: [value])
    elif "pattern" in schema:
        good = st.from_regex(schema["pattern"], fullmatch=True).map(lambda value: [value])
    else:
        good = st.text(max_size=schema.get("maxLength", 60) + 2).map(lambda value: [value])
    return st.one_of(good, good, good, st.lists(st.text(max_size=30), max_size=3))


def _sent(form: Form) -> st.SearchStrategy[dict[str, list[str]]]:
    properties = answers_schema(form)["properties"]
    return st.fixed_dictionaries({name: _values(form, name, schema) for name, schema in properties.items()})


@pytest.mark.parametrize("name", list(FORMS))
@given(data=st.data())
def test_what_is_taken_keeps_to_the_schema_and_reads_the_same_again(name: str, data: st.DataObject) -> None:
    form = FORMS[name]
    found = read_answers(form, data.draw(_sent(form)), EDGE)
    assert not set(found.answers) & set(found.faults)
    assert {each.name for each in form.fields if each.required} & set(found.asked) <= set(found.answers) | set(
        found.faults
    )
    schema = answers_schema(form) | {"required": []}
    jsonschema.validate(
        {key: list(value) if isinstance(value, tuple) else value for key, value in found.answers.items()}, schema
    )
    again = read_answers(form, given_of(found.answers), EDGE)
    assert again.answers == found.answers


@given(sent=st.dictionaries(st.text(max_size=12), st.lists(st.text(max_size=40), max_size=3), max_size=8))
def test_anything_can_be_sent(sent: dict[str, list[str]]) -> None:
    found = read_answers(FORMS["population"], sent, EDGE)
    assert set(found.answers) <= {field.name for field in FORMS["population"].fields}
