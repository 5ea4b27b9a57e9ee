"""Refuse what is no form, each with one sentence in every language, and take it in no part."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.forms.broken import Document, changed, document, field

from bluezone.forms import schema
from bluezone.forms.errors import FormError
from bluezone.forms.reading import MOST_BYTES, read_form
from bluezone.forms.words import LANGUAGES

Change = Callable[[Document], object]
THREE = {"vi": "Một", "en": "One", "ko": "하나"}


def _extra(found: Document, **parts: Any) -> None:
    base = {"name": "extra", "kind": "text", "about": "person", "label": THREE, "most": 10}
    found["sections"][0]["fields"].append(base | parts)


def _loop(found: Document) -> None:
    for name, other in (("gender", "other-gender"), ("other-gender", "gender")):
        if name == "other-gender":
            _extra(found, name=name, kind="choice", options=field(found, "gender")["options"])
            del field(found, name)["most"]
        field(found, name)["when"] = {"field": other, "is": ["male"]}


def _deep(found: Document) -> None:
    condition: Any = {"field": "gender", "is": ["male"]}
    for _ in range(9):
        condition = {"all": [condition]}
    _extra(found, when=condition)


REFUSED: list[tuple[Change, str]] = [
    (lambda f: f.pop("title"), "“title” is missing"),
    (lambda f: f.update(more=1), "there is no “more” in forms"),
    (lambda f: f["title"].pop("ko"), "title: the text in “ko” is missing"),
    (lambda f: f["title"].update(ko="  "), "title: the text in “ko” is missing"),
    (lambda f: f["title"].update(fr="Un"), "there is no “fr” in forms"),
    (lambda f: f["title"].update(en="x" * 801), "more than 800 letters"),
    (lambda f: f["title"].update(en="a\0b"), "control characters"),
    (lambda f: field(f, "gender")["options"][0]["label"].pop("vi"), "the text in “vi” is missing"),
    (lambda f: field(f, "signs")["options"][0].update(value="hiccups"), "hiccups is no symptom of the list"),
    (lambda f: f.update(version=0), "version: a whole number from 1"),
    (lambda f: f.update(version=True), "version: a whole number from 1"),
    (lambda f: f.update(area="Hậu Giang"), "a province's code"),
    (lambda f: f.update(valid_from="20/8/2020"), "a date YYYY-MM-DD"),
    (lambda f: f.update(valid_until="2020-01-01"), "before it begins"),
    (lambda f: f.update(retention_days=400), "retention_days: a whole number from 1 to 90"),
    (lambda f: f.update(telephone="sometimes"), "one of these is meant: none, asked, confirmed"),
    (lambda f: f.update(for_another="yes"), "one of these is meant: true, false"),
    (lambda f: f.update(sections=[]), "sections: a list of 1 to 20"),
    (lambda f: f.update(sections="all"), "sections: a list of 1 to 20"),
    (lambda f: f["sections"][0].update(fields=[{}] * 10_000), "10008 fields; at most 120"),
    (lambda f: _extra(f, name="full_name"), "“full_name” is there twice"),
    (lambda f: _extra(f, name="Họ tên"), "a name of small letters"),
    (lambda f: _extra(f, name='x" onload="y'), "a name of small letters"),
    (lambda f: _extra(f, kind="picture"), "extra.kind: one of these is meant"),
    (lambda f: _extra(f, most=None), "“most” is needed"),
    (lambda f: _extra(f, kind="number"), "a number needs “least” and “most”"),
    (lambda f: _extra(f, kind="number", least=9, most=1), "in this order"),
    (lambda f: _extra(f, options=[{"value": "a", "label": THREE}]), "options belong to the kinds"),
    (lambda f: _extra(f, kind="choice", most=None), "options belong to the kinds"),
    (lambda f: _extra(f, use="email"), "two fields are for “email”"),
    (lambda f: field(f, "telephone").update(kind="text", most=20), "is of the kind telephone"),
    (lambda f: field(f, "commune").update(required=False), "a declaration finds its health station"),
    (lambda f: field(f, "telephone").update(required=False), "a required field for “telephone”"),
    (_loop, "go in a circle"),
    (lambda f: _extra(f, when={"field": "extra", "is": ["a"]}), "“extra” has no options"),
    (lambda f: field(f, "gender").update(when={"field": "near_case", "is": ["yes"]}), "which comes after it"),
    (lambda f: _extra(f, when={"field": "nobody", "is": ["a"]}), "there is no field “nobody”"),
    (lambda f: _extra(f, when={"field": "gender", "is": ["a"]}), "has no answer “a”"),
    (lambda f: _extra(f, when={"field": "gender", "at_least": 1}), "neither a number nor a list"),
    (lambda f: _extra(f, when={"field": "signs", "at_least": "NaN"}), "a condition is"),
    (lambda f: _extra(f, when="signs == 'fever'"), "a condition is"),
    (lambda f: _extra(f, when={"not": {"field": "gender", "is": ["male"]}}), "a condition is"),
    (lambda f: _extra(f, when={"any": []}), "a condition is"),
    (_deep, "a condition is"),
    (lambda f: _extra(f, about="health"), "names no rule of triage that needs it"),
    (lambda f: _extra(f, about="contact", kind="yes-no"), "names no rule of triage that needs it"),
    (lambda f: _extra(f, about="health", needed_by=["signs"]), "does not look at it"),
    (lambda f: _extra(f, about="health", needed_by=["nothing"]), "there is no rule “nothing”"),
    (
        lambda f: field(f, "signs")["options"].append({"value": "pregnant", "label": THREE}),
        "needs the answer “pregnant”",
    ),
    (lambda f: field(f, "signs")["options"].append({"value": "fever", "label": THREE}), "“fever” is there twice"),
    (lambda f: field(f, "signs").update(none="nobody"), "“none” names one of the options"),
    (lambda f: f["triage"].append(f["triage"][0]), "is there twice"),
    (lambda f: f["triage"][0].update(level="panic"), "one of these is meant: advice, call, urgent"),
    (lambda f: f["outcomes"].pop("call"), "“call” is missing"),
]


@pytest.mark.parametrize(("change", "sentence"), REFUSED)
def test_a_fault_is_told_in_one_sentence(change: Change, sentence: str) -> None:
    with pytest.raises(FormError) as refused:
        read_form(changed(change))
    assert sentence in str(refused.value)
    for language in LANGUAGES:
        text = refused.value.text(language)
        assert text
        assert "\n" not in text
        assert len(text) < 300


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"null", b"{", b'{"version": NaN}', b"\xff\xfe", b"[" * 100_000, b'"form"', b"{}"]
)
def test_what_is_no_document_is_refused(data: bytes) -> None:
    with pytest.raises(FormError):
        read_form(data)


def test_a_large_document_is_refused_before_it_is_read() -> None:
    with pytest.raises(FormError, match="more than the 256000"):
        read_form(b"{" + b" " * MOST_BYTES)


def _paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [at] if at else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        found += _paths(each, (*at, key))
    return found


_PATHS = _paths(document())
_ODD = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.just([]), st.just({}), st.just([{}]))


@given(path=st.sampled_from(_PATHS), value=_ODD)
def test_a_changed_document_is_read_or_refused_and_what_is_read_keeps_to_the_schema(path: Any, value: Any) -> None:
    found = document()
    place: Any = found
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    text = json.dumps(found)
    try:
        read_form(text)
    except FormError:
        return
    jsonschema.validate(found, schema.form_schema_document())
