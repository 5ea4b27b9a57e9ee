"""Read what another system sent with any one part of it replaced by junk: it is read or refused in a sentence."""

from __future__ import annotations

import contextlib
import copy
import json

import pytest
from tests.exchange.conftest import LAB_TESTS
from tests.exchange.test_fhir import bundle
from tests.exchange.test_fhir_forms import OTHERS
from tests.exchange.test_hapi import ANSWERS

from bluezone.exchange import answers, fhir_forms, fhir_reading
from bluezone.exchange.errors import ExchangeError

JUNK = (None, 7, True, "x", [None], [7], {"x": 1}, "9999-99-99")
TRACKED = {"status": "ERROR", "validationReport": {"errorReports": [{"uid": "a", "errorCode": "E", "message": "m"}]}}
VALUES = {"response": {"status": "ERROR", "conflicts": [{"object": "x", "value": "y"}]}}
HALF = ANSWERS["half"]["body"]


def places(node):
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield node, key
        yield from places(value)


@pytest.mark.parametrize(
    ("whole", "read"),
    [
        (json.loads(bundle()), lambda data: fhir_reading.read_reports(json.dumps(data), LAB_TESTS)),
        (OTHERS, fhir_forms.sections),
        (HALF | {"entry": HALF["entry"][:2]}, lambda data: answers.of_bundle(200, json.dumps(data).encode(), 2)),
        (TRACKED, lambda data: answers.of_tracker(200, json.dumps(data).encode(), [frozenset("a")])),
        (VALUES, lambda data: answers.of_data_values(200, json.dumps(data).encode())),
        ([{"statusCode": 200}], lambda data: answers.of_list(200, json.dumps(data).encode(), 1)),
    ],
    ids=["report", "questionnaire", "transaction", "tracker", "data values", "list"],
)
def test_junk_in_any_place_is_read_or_refused_in_a_sentence(whole, read):
    for number in range(len([*places(whole)])):
        for junk in JUNK:
            changed = copy.deepcopy(whole)
            node, key = [*places(changed)][number]
            node[key] = junk
            with contextlib.suppress(ExchangeError):
                read(changed)
