"""Decide what a declaration leads to: one table for all forms."""

from __future__ import annotations

import pytest

from bluezone.forms import shipped
from bluezone.forms.conditions import Answers, holds, read_condition
from bluezone.forms.definition import Level
from bluezone.forms.triage import triage
from bluezone.forms.words import LANGUAGES

FORMS = {form.form: form for form in shipped.forms()}
WELL: Answers = {"signs": ("none",), "near_case": "no", "near_abroad": "no", "near_sick": "no"}


@pytest.mark.parametrize(
    ("form", "answers", "level", "rules"),
    [
        ("population", WELL, "advice", []),
        ("population", {}, "advice", []),
        ("population", WELL | {"signs": ("cough",)}, "call", ["signs"]),
        ("population", WELL | {"signs": ("breathless",)}, "urgent", ["hard-breathing", "signs"]),
        ("population", WELL | {"near_case": "yes"}, "call", ["contact-with-case"]),
        ("population", WELL | {"near_abroad": "yes"}, "call", ["contact-abroad-or-sick"]),
        ("population", WELL | {"signs": ("fever",), "near_case": "yes"}, "urgent",
         ["signs-and-contact", "signs", "contact-with-case"]),
        ("movement", WELL | {"through_area": "yes"}, "call", ["journey"]),
        ("movement", WELL | {"signs": ("fever",), "through_area": "yes"}, "urgent",
         ["signs-and-journey", "signs", "journey"]),
        ("entry", WELL | {"animals": "yes"}, "call", ["animals"]),
        ("entry", WELL | {"signs": ("rash",)}, "call", ["signs"]),
        ("follow-up", {"main_signs": ("none",), "signs": ("none",), "reason": "f1"}, "advice", []),
        ("follow-up", {"main_signs": ("none",), "signs": ("cough",), "reason": "f1"}, "call", ["signs"]),
        ("follow-up", {"main_signs": ("none",), "signs": ("cough", "chills")}, "call", ["signs"]),
        ("follow-up", {"main_signs": ("drowsy",), "signs": ("none",)}, "urgent", ["serious-signs"]),
        ("follow-up", {"temperature": "37.4"}, "advice", []),
        ("follow-up", {"oxygen": "96.0"}, "advice", []),
        ("follow-up", {"oxygen": "95.9"}, "urgent", ["little-oxygen"]),
        ("follow-up", {"temperature": "37.5"}, "call", ["fever"]),
        ("suspected-case", {"signs": ("none",), "came_from": ("none",)}, "advice", []),
        ("suspected-case", {"signs": ("none",), "came_from": ("abroad",)}, "call", ["came-from"]),
        ("suspected-case", {"signs": ("breathless",), "came_from": ("none",)}, "urgent", ["hard-breathing", "signs"]),
    ],
)  # fmt: skip
def test_signs_contact_and_journey_give_a_level_with_its_reasons(
    form: str, answers: Answers, level: str, rules: list[str]
) -> None:
    found = triage(FORMS[form], answers)
    assert found.level is Level(level)
    assert [rule.name for rule in found.rules] == rules
    for language in LANGUAGES:
        assert len(found.reasons(language)) == len(rules)


@pytest.mark.parametrize(
    ("raw", "answers", "expected"),
    [
        ({"field": "a", "is": ["x", "y"]}, {"a": "x"}, True),
        ({"field": "a", "is": ["x", "y"]}, {"a": ("z", "y")}, True),
        ({"field": "a", "is": ["x"]}, {"a": "z"}, False),
        ({"field": "a", "is": ["x"]}, {}, False),
        ({"field": "a", "at_least": 2}, {"a": ("x", "y")}, True),
        ({"field": "a", "at_least": 2}, {"a": ("x", "none")}, False),
        ({"field": "a", "at_least": "36.5"}, {"a": "36.5"}, True),
        ({"field": "a", "at_least": "36.5"}, {"a": "36.4"}, False),
        ({"field": "a", "at_least": "36.5"}, {"a": "warm"}, False),
        ({"field": "a", "below": 94}, {"a": "93.9"}, True),
        ({"field": "a", "below": 94}, {"a": "94"}, False),
        ({"field": "a", "below": 94}, {"a": ("x",)}, False),
        ({"field": "a", "below": 94}, {}, False),
        ({"all": [{"field": "a", "is": ["x"]}, {"field": "b", "is": ["y"]}]}, {"a": "x", "b": "y"}, True),
        ({"all": [{"field": "a", "is": ["x"]}, {"field": "b", "is": ["y"]}]}, {"a": "x"}, False),
        ({"any": [{"field": "a", "is": ["x"]}, {"field": "b", "is": ["y"]}]}, {"b": "y"}, True),
    ],
)
def test_a_condition_is_one_of_five_shapes(raw: object, answers: Answers, expected: bool) -> None:
    assert holds(read_condition(raw, "here"), answers, {"a": "none"}) is expected
