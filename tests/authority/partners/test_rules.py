"""Agreements, waits, and what becomes of a record after an answer."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from bluezone.authority.partners import rules
from bluezone.authority.partners.rules import KIND, AgreementError, Format, State, Terms
from bluezone.exchange.answers import Outcome, Verdict
from bluezone.protocol.documents import DocumentError

TODAY = dt.date(2020, 8, 18)
TERMS = Terms("HIS", Format.FHIR, url="https://his.vn/fhir", basis="Luật 03/2007")


def ahead(days: int) -> dt.date:
    return TODAY + dt.timedelta(days)


@pytest.mark.parametrize(
    ("terms", "last", "field"),
    [
        (TERMS, ahead(30), None),
        (TERMS, TODAY, None),
        (TERMS, ahead(-1), "ends_on"),
        (TERMS, ahead(732), "ends_on"),
        (Terms("HIS", Format.FHIR), ahead(1), "url"),
        (Terms("HIS", Format.FHIR, url="ftp://x"), ahead(1), "url"),
        (Terms("WHO", Format.WHO), ahead(1), None),
        (Terms("WHO", Format.WHO, named=True), ahead(1), "named"),
        (Terms("BYT", Format.MINISTRY, named=True), ahead(1), None),
        (Terms("BYT", Format.MINISTRY, contents=()), ahead(1), "contents"),
        (Terms("DHIS2", Format.FIGURES, url="https://d", contents=()), ahead(1), None),
    ],
)
def test_what_an_agreement_is(terms, last, field):
    if field is None:
        rules.check(terms, TODAY, last)
        return
    with pytest.raises(AgreementError) as wrong:
        rules.check(terms, TODAY, last)
    assert wrong.value.field == field


def test_terms_are_written_and_read_and_nothing_else_is():
    written = json.loads(json.dumps(KIND.write(TERMS)))
    assert KIND.read(written) == TERMS
    for bad in (7, {}, written | {"format": "fax"}, written | {"system": "12"}, written | {"more": ""},
                written | {"url": 7}):  # fmt: skip
        with pytest.raises(DocumentError):
            KIND.read(bad)


@pytest.mark.parametrize(
    ("failures", "minutes", "size"), [(1, 1, 100), (2, 2, 100), (3, 4, 1), (9, 60, 1), (99, 60, 1)]
)
def test_a_partner_that_fails_is_left_alone_longer_and_asked_for_less(failures, minutes, size):
    assert rules.wait(failures) == dt.timedelta(minutes=minutes)
    assert rules.size(failures) == size


@pytest.mark.parametrize(
    ("verdict", "tries", "alone", "others", "state", "next_tries"),
    [
        (Verdict.TAKEN, 5, False, True, State.SENT, 0),
        (Verdict.REFUSED, 0, False, True, State.DEAD, 1),
        # the partner is down: it counts against nobody, for however long
        (Verdict.AGAIN, 0, False, False, State.WAITING, 0),
        (Verdict.AGAIN, 3, True, False, State.WAITING, 4),
        (Verdict.AGAIN, 500, True, False, State.WAITING, 501),
        # this one alone fails, while others are taken
        (Verdict.AGAIN, 8, True, True, State.WAITING, 9),
        (Verdict.AGAIN, 9, True, True, State.DEAD, 10),
    ],
)
def test_what_becomes_of_a_record(verdict, tries, alone, others, state, next_tries):
    found = rules.after(Outcome(verdict), tries, alone=alone, others_taken=others)
    assert (found.state, found.tries) == (state, next_tries)


def test_the_worst_of_its_parts_counts():
    taken, again, refused = Outcome(Verdict.TAKEN), Outcome(Verdict.AGAIN), Outcome(Verdict.REFUSED, "no")
    assert rules.worst([taken, again]) is again
    assert rules.worst([taken, refused, again]) is refused
