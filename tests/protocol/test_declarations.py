from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from bluezone.protocol.declarations import (
    DECLARATION_BODY_BYTES,
    IsolationDeclaration,
    Symptom,
    read_isolation_link,
    read_temperature,
)
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.one_time_codes import draw_long, groups

CODE = draw_long(16, lambda n: n // 3)
DAY = dt.date(2020, 8, 20)


def test_a_declaration_reads_as_it_was_written_and_fits_its_size():
    sent = IsolationDeclaration(
        declaration=b"1" * 16, code=CODE, day=DAY, symptoms=tuple(Symptom), temperature=Decimal("38.4")
    )
    assert IsolationDeclaration.from_json(sent.to_json("padding")) == sent
    assert len(sent.to_json()) < DECLARATION_BODY_BYTES
    well = IsolationDeclaration(declaration=b"2" * 16, code=CODE, day=DAY, symptoms=())
    assert IsolationDeclaration.from_json(well.to_json()) == well


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        CODE.lower(),
        " ".join(groups(CODE)),
        f"https://health.example/i#{CODE}",
        f"http://x/i#{'-'.join(groups(CODE))}",
    ],
)
def test_a_code_is_read_from_a_link_or_as_it_was_typed(text):
    assert read_isolation_link(text) == CODE


@pytest.mark.parametrize("text", ["", "https://health.example/i", "12345678", CODE[:-1], "https://x/v?c=12345678"])
def test_any_other_text_is_no_code(text):
    assert read_isolation_link(text) == ""


@pytest.mark.parametrize(("text", "value"), [("36,8", "36.8"), ("", None), (" 37 ", "37.0"), ("38.44", "38.4")])
def test_a_temperature_is_read(text, value):
    assert read_temperature(text) == (None if value is None else Decimal(value))


@pytest.mark.parametrize("text", ["33.9", "43.1", "hot", "NaN", "-36.6", "1e5"])
def test_a_temperature_that_nobody_has_is_refused(text):
    with pytest.raises(ProtocolError):
        read_temperature(text)
