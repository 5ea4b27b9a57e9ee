"""The kept forms are read as well as they were: nothing is stored unseen, few are wrong without a check beside it."""

from __future__ import annotations

from collections import Counter

import pytest
from tests.spreadsheets.form_files import Form, forms
from tests.spreadsheets.score import score, stored_in

from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.spreadsheets.draft import Context
from bluezone.spreadsheets.errors import TableError
from bluezone.spreadsheets.mapping import Mapping
from bluezone.spreadsheets.propose import NOTHING, propose
from bluezone.spreadsheets.results import Proposal


@pytest.mark.parametrize(
    ("folder", "right", "silent"),
    [
        ("foreign", 12, 0),
        pytest.param("forms", 224, 6, marks=pytest.mark.thorough),
        pytest.param("held_out", 93, 5, marks=pytest.mark.thorough),
    ],
)
def test_forms_are_right_within_two_choices(folder: str, right: int, silent: int) -> None:
    """`silent`: wrong, and no check says so."""
    scores = [(form.name, score(form)) for form in forms(folder)]
    results = Counter(found.result for _, found in scores)
    assert not [name for name, found in scores if found.unseen]
    assert results["right"] >= right
    assert results["wrong"] <= silent


def _proposed(form: Form, decided: Mapping = NOTHING) -> Proposal:
    place = UnitCode.parse(form.within) if form.within else None
    return propose(form.book, Context(catalogue.all_units(), form.today, place, catalogue.figures()), decided)


@pytest.mark.parametrize("form", [*list(forms())[::8], *forms("foreign")], ids=lambda form: form.name)
def test_the_decisions_of_a_proposal_yield_it_again(form: Form) -> None:
    try:
        first = _proposed(form)
    except TableError:
        return
    again = _proposed(form, Mapping.from_dict(first.decided.to_dict()))
    assert stored_in(again) == stored_in(first)
    assert again.decided == first.decided
    assert stored_in(_proposed(form, first.decided.remembered())) == stored_in(first)
