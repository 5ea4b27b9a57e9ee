"""Messages of health declarations: what is read, what is refused, and that answers have one size."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.health_declarations import HealthAnswer, HealthDeclaration
from bluezone.protocol.text import base64_text

ID = bytes(range(16))
DAY = dt.date(2020, 8, 20)
RECEIPT = "A" * 15 + "A"


def _fields(**changed: Any) -> dict[str, Any]:
    fields = {"declaration": base64_text(ID), "form": "population", "version": 1, "day": "2020-08-20"}
    return fields | {"other": False, "answers": {"full_name": "Nguyễn Thị Lan", "signs": ["fever"]}} | changed


def test_a_declaration_is_read_as_it_was_written() -> None:
    sent = HealthDeclaration.from_json(json.dumps(_fields()).encode())
    assert sent.answers == {"full_name": "Nguyễn Thị Lan", "signs": ("fever",)}
    assert HealthDeclaration.from_json(sent.to_json("x" * 100)) == sent


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"declaration": "AAAA"}, "declaration has 3 bytes where 16 are meant"),
        ({"declaration": None}, "declaration is missing"),
        ({"form": "Population"}, "form is not one of a form"),
        ({"form": "../etc"}, "form is not one of a form"),
        ({"version": 0}, "form, version or day is missing"),
        ({"version": True}, "version is not a whole number"),
        ({"version": 1.5}, "version is not a whole number"),
        ({"day": "20/8/2020"}, "day is not a date"),
        ({"day": None}, "form, version or day is missing"),
        ({"other": "yes"}, "neither true nor false"),
        ({"answers": []}, "answers are not an object"),
        ({"answers": {f"a{n}": "" for n in range(121)}}, "at most 120"),
        ({"answers": {"A B": "x"}}, "a name is not one of a form"),
        ({"answers": {"a": "x" * 1_001}}, "more than 1000 letters"),
        ({"answers": {"a": ["x"] * 61}}, "more than 60 values"),
        ({"answers": {"a": 5}}, "a is not text"),
        ({"answers": {"a": "x\u0000"}}, "a is not text"),
        ({"answers": {"a": {"b": "c"}}}, "a is not text"),
        ({"receipt": "7K3M"}, "receipt is not a long code"),
        ({"withdraw": True}, "withdraw or confirm goes with a receipt"),
        ({"confirm": True}, "withdraw or confirm goes with a receipt"),
        ({"receipt": RECEIPT, "confirm": True, "answers": {}, "code": "12345"}, "code is not six digits"),
        ({"receipt": RECEIPT, "confirm": True, "answers": {}, "withdraw": True}, "withdraw or confirm"),
    ],
)
def test_what_cannot_be_is_refused_with_the_field(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ProtocolError, match=sentence):
        HealthDeclaration.from_json(json.dumps(_fields(**changed)).encode())


@pytest.mark.parametrize("answer", [HealthAnswer("R", "call"), HealthAnswer(error="no", code="day"), HealthAnswer()])
def test_an_answer_is_read_as_it_was_written(answer: HealthAnswer) -> None:
    assert HealthAnswer.from_json(answer.to_json("x")) == answer
