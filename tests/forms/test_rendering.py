"""Draw forms: every question with its label, nothing of what was typed as markup, documents masked."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.forms.samples import EDGE, FORMS, GIVEN, LAOS, MOVING, VIET_NAM

from bluezone.forms import shipped
from bluezone.forms.answers import read_answers
from bluezone.forms.country import Country
from bluezone.forms.definition import Form
from bluezone.forms.rendering import (
    SHOWN,
    given_of,
    has_more_questions,
    masked,
    render_answers,
    render_fields,
)
from bluezone.forms.words import LANGUAGES

_VOID = {"input", "br", "img"}


class Tree(HTMLParser):
    """Collect elements, and refuse markup that is not well nested."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs), tag
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def named(self, *tags: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.found if tag in tags]


@pytest.mark.parametrize("form", shipped.forms(), ids=lambda form: form.form)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_is_drawn_with_a_label_in_each_language(form: Form, language: str) -> None:
    reading = read_answers(form, {}, EDGE)
    tree = Tree(render_fields(form, language, {}, reading, VIET_NAM))
    names = {attrs["name"] for attrs in tree.named("input", "select")}
    assert names == {*reading.asked, SHOWN}
    labelled = {attrs.get("for") for attrs in tree.named("label")}
    drawn = [
        attrs for attrs in tree.named("input", "select") if attrs.get("type") not in {"radio", "checkbox", "hidden"}
    ]
    assert all(attrs["id"] in labelled for attrs in drawn)
    ids = [attrs["id"] for _, attrs in tree.found if "id" in attrs]
    assert len(ids) == len(set(ids))
    described = [attrs["aria-describedby"] for _, attrs in tree.found if "aria-describedby" in attrs]
    assert all(each in ids for text in described for each in str(text).split())


@given(text=st.text(max_size=60))
def test_what_is_typed_is_text_and_never_markup(text: str) -> None:
    form = FORMS["population"]
    sent = {field.name: [text] for field in form.fields}
    plain = Tree(render_fields(form, "vi", {}, read_answers(form, {}, EDGE), VIET_NAM))
    typed = Tree(render_fields(form, "vi", sent, read_answers(form, sent, EDGE), VIET_NAM))
    assert {tag for tag, _ in typed.found} <= {tag for tag, _ in plain.found} | {"ul", "li", "fieldset"}
    assert not typed.named("script")


def test_what_was_answered_is_offered_again() -> None:
    form = FORMS["movement"]
    answers = read_answers(form, MOVING, EDGE).answers
    sent = given_of(answers)
    drawn = render_fields(form, "en", sent, read_answers(form, sent, EDGE), VIET_NAM)
    assert 'value="Nguyễn Thị Lan"' in drawn
    assert 'value="21/08/2020"' in drawn
    assert 'value="Phường Long Mỹ, Cần Thơ"' in drawn
    assert re.search(r'name="vehicle" value="bus"[^>]* checked', drawn)


def test_a_question_that_an_answer_brings_is_noticed() -> None:
    form = FORMS["movement"]
    first = read_answers(form, {}, EDGE)
    sent = MOVING | {SHOWN: [" ".join(first.asked)]}
    reading = read_answers(form, sent, EDGE)
    assert reading.is_whole
    assert has_more_questions(sent, reading)
    seen = MOVING | {SHOWN: [" ".join(reading.asked)]}
    assert not has_more_questions(seen, read_answers(form, seen, EDGE))


def test_answers_are_shown_in_words_and_documents_masked() -> None:
    form = FORMS["population"]
    answers = read_answers(form, GIVEN | {"document": ["093150001234"], "signs": ["fever", "cough"]}, EDGE).answers
    shown = render_answers(form, "ko", answers)
    assert "발열, 기침" in shown
    assert "베트남" in shown
    assert "093150001234" not in shown
    assert "*********234" in shown
    Tree(shown)


@pytest.mark.parametrize(
    ("number", "shown"), [("093150001234", "*********234"), ("C1234567", "*****567"), ("12", "12")]
)
def test_a_document_shows_its_last_signs_only(number: str, shown: str) -> None:
    assert masked(number) == shown


def test_a_form_of_tomorrow_is_not_filled_in_today() -> None:
    form = FORMS["population"]
    assert not form.is_valid_on(form.valid_from - dt.timedelta(days=1))
    assert form.is_valid_on(form.valid_from)


@pytest.mark.parametrize(("country", "shown", "first"), [(VIET_NAM, "0912345678", "VN"), (LAOS, "+84912345678", "LA")])
def test_what_is_of_the_own_country_comes_first_and_as_it_is_dialled(country: Country, shown: str, first: str) -> None:
    form = FORMS["population"]
    sent = given_of(read_answers(form, GIVEN, EDGE).answers)
    drawn = render_fields(form, "vi", sent, read_answers(form, sent, EDGE), country)
    assert f'name="telephone" value="{shown}"' in drawn
    assert (
        re.search(r'name="nationality".*?<option value="">[^<]*</option><option value="([A-Z]{2})"', drawn)[1] == first
    )
