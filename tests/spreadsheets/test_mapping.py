"""Test the JSON form of a mapping: it reads back what it wrote, and refuses anything else in one sentence."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from bluezone.spreadsheets.errors import TableError
from bluezone.spreadsheets.mapping import Mapping

DAY = dt.date(2020, 8, 20)
WHOLE = Mapping(
    sheet="Biểu 1",
    header=(3, 5),
    roles={"B": "unit", "C": "installs"},
    days={"C": DAY},
    day=DAY,
    units={7: "63:930"},
    names={"Vị Thanh": "63:930"},
    left_out=frozenset({9}),
    taken=frozenset({12}),
)


@pytest.mark.parametrize("mapping", [Mapping(), WHOLE, Mapping(header=(0, 0)), Mapping(day=DAY)])
def test_a_mapping_comes_back_from_json(mapping: Mapping) -> None:
    assert Mapping.from_dict(json.loads(json.dumps(mapping.to_dict()))) == mapping


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ([], "JSON object"),
        ({"rolls": {}}, "“rolls”"),
        ({"roles": ["B"]}, "“roles”"),
        ({"roles": {"B2": "unit"}}, "“roles”"),
        ({"roles": {"B": 3}}, "“roles”"),
        ({"days": {"B": "20/8/2020"}}, "“days”"),
        ({"day": 20}, "“day”"),
        ({"units": {"x": "63:930"}}, "“units”"),
        ({"header": [5, 3]}, "“header”"),
        ({"header": [1, 2, 3]}, "“header”"),
        ({"left_out": 9}, "“left_out”"),
        ({"left_out": [-1]}, "“left_out”"),
        ({"left_out": [True]}, "“left_out”"),
    ],
)
def test_what_is_no_mapping_is_refused_naming_the_entry(facts: Any, says: str) -> None:
    with pytest.raises(TableError, match=says):
        Mapping.from_dict(facts)


def test_an_officers_decisions_stand_over_remembered_ones() -> None:
    now = Mapping(roles={"C": "gain"}, left_out=frozenset({12}), taken=frozenset({9}))
    both = now.over(WHOLE)
    assert both.roles == {"B": "unit", "C": "gain"}
    assert (both.left_out, both.taken) == (frozenset({12}), frozenset({9}))
    assert both.sheet == "Biểu 1"


def test_days_and_lines_are_not_remembered() -> None:
    assert WHOLE.remembered() == Mapping(sheet="Biểu 1", header=(3, 5), roles=WHOLE.roles, names=WHOLE.names)
