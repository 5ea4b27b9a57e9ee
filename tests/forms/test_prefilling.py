"""Fill a form in again: across forms, across versions, with documents masked."""

from __future__ import annotations

import pytest
from tests.forms.broken import changed, field
from tests.forms.samples import EDGE, FORMS, GIVEN, LONG_MY, MOVING

from bluezone.forms.answers import read_answers
from bluezone.forms.checks import MOST_ANSWER_BYTES
from bluezone.forms.definition import Use
from bluezone.forms.errors import FormError
from bluezone.forms.prefilling import (
    SHARED,
    carried_over,
    given_from,
    known_of,
    with_masked_documents,
    with_whole_documents,
)
from bluezone.forms.reading import read_form

FORM = FORMS["population"]


def test_what_was_typed_in_one_form_is_offered_in_another() -> None:
    known = known_of(FORM, read_answers(FORM, GIVEN, EDGE).answers)
    assert (known[Use.NAME], known[Use.COMMUNE], known[Use.TELEPHONE]) == (
        "Nguyễn Thị Lan",
        LONG_MY.code,
        "+84912345678",
    )
    offered = given_from(FORMS["movement"], known)
    assert not read_answers(FORMS["movement"], MOVING | offered, EDGE).faults
    assert set(given_from(FORM, known, SHARED)) == {"nationality", "commune", "address", "telephone"}


def test_nothing_of_health_is_known_of_a_person() -> None:
    given = GIVEN | {"signs": ["fever"], "near_case": ["yes"]}
    assert not {"fever", "yes"} & set(known_of(FORM, read_answers(FORM, given, EDGE).answers).values())


@pytest.mark.parametrize(
    ("change", "left_out"),
    [
        (lambda f: None, ()),
        (lambda f: field(f, "address").update(most=5), ("address",)),
        (lambda f: field(f, "full_name").update(name="name"), ("full_name",)),
        (lambda f: field(f, "gender").update(options=field(f, "gender")["options"][:1]), ("gender",)),
    ],
)
def test_what_still_fits_is_carried_over(change, left_out) -> None:  # type: ignore[no-untyped-def]
    carried = carried_over(read_form(changed(change)), GIVEN | {"_shown": ["full_name"]}, EDGE)
    assert carried.left_out == left_out
    assert carried.given == {name: values for name, values in GIVEN.items() if name not in left_out}


def test_a_masked_document_comes_back_whole_and_a_new_one_stays() -> None:
    given = {"document": ["012345678901"], "full_name": ["Lan"]}
    shown = with_masked_documents(FORM, given)
    assert shown == {"document": ["*********901"], "full_name": ["Lan"]}
    assert with_whole_documents(FORM, shown, {"document": "012345678901"}) == given
    assert with_whole_documents(FORM, {"document": ["B1234567"]}, {"document": "012345678901"}) == {
        "document": ["B1234567"]
    }
    assert with_whole_documents(FORM, shown, {}) == shown


def test_a_form_whose_answers_no_phone_can_send_is_refused() -> None:
    def talkative(found: dict[str, object]) -> None:
        sections = found["sections"]
        assert isinstance(sections, list)
        like = {**field(found, "address"), "use": None, "most": 500, "required": False}
        sections[1]["fields"] += [{**like, "name": f"more{number}"} for number in range(MOST_ANSWER_BYTES // 2_000)]

    with pytest.raises(FormError, match="more than the 30000"):
        read_form(changed(talkative))
