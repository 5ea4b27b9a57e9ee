"""Test stored declarations: bounded, one a message; corrections wait for the receipt of the first."""

from __future__ import annotations

import json
import os
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bluezone.forms import shipped
from bluezone.forms.definition import Use
from bluezone.forms.reading import read_form
from bluezone.phone.client.declarations import corrected, withdrawn
from bluezone.phone.stores.declaration_store import (
    LINK,
    MAX_DECLARATIONS,
    MAX_DRAFTS,
    MAX_PEOPLE,
    Draft,
    Link,
    Next,
    StoredDeclaration,
)
from bluezone.phone.stores.documents import FormText
from bluezone.phone.stores.phone_stores import open_stores
from bluezone.phone.stores.records import Stage
from bluezone.protocol.schemes import scheme_named

EN, NOW_S = scheme_named("en"), 1_597_752_000.0
TEXT = FormText(read_form(shipped.document("population")), shipped.document("population"))
ROW = StoredDeclaration(
    "ab" * 16, "population", 1, "2020-08-20", "Nguyen Thi Lan", NOW_S, {"full_name": "Nguyen Thi Lan"}
)
OLD, NEW, DRAW = ROW.answers, {"full_name": "Nguyen Van An"}, "cd" * 16


def test_the_code_of_an_isolation_goes_with_what_was_declared_by_it(tmp_path: Path) -> None:
    with closing(open_stores(tmp_path, EN, os.urandom)) as stores:
        store = stores.declarations
        store.keep_link(Link("7K3MQ2XD9FTRAB12", NOW_S))
        store.keep_link(Link("7K3MQ2XD9FTRAB12", NOW_S, "2020-08-15", "2020-08-29"))
        for row in (ROW, _row(draw=DRAW, slot=LINK, link="7K3MQ2XD9FTRAB12")):
            store.add(row, TEXT)
        store.keep_draft(Draft(LINK, "follow-up", 1, DRAW), NOW_S)
        assert store.link() == Link("7K3MQ2XD9FTRAB12", NOW_S, "2020-08-15", "2020-08-29")
        store.forget_link()
        assert (store.link(), store.drafts()) == (None, [])
        assert [each.draw for each in store.declarations()] == [ROW.draw]


def test_what_is_kept_is_bounded(tmp_path: Path) -> None:
    with closing(open_stores(tmp_path, EN, os.urandom)) as stores:
        for number in range(MAX_DRAFTS + 3):
            stores.declarations.keep_draft(Draft(str(number), "population", 1, DRAW), NOW_S + number)
        assert [each.slot for each in stores.declarations.drafts()][-1] == "3"
        kept = [stores.household.remember(None, {Use.NAME: "x"}, NOW_S) for _ in range(MAX_PEOPLE + 1)]
        assert kept[-1] == 0
        assert all(kept[:-1])
        for number in range(MAX_DECLARATIONS + 2):
            sent = {"draw": f"{number:032x}", "written_at_s": NOW_S + number, "stage": Stage.SENT}
            stores.declarations.add(StoredDeclaration(**_fields(ROW) | sent), TEXT)
        assert len(stores.declarations.declarations()) == MAX_DECLARATIONS


def _fields(row: StoredDeclaration) -> dict[str, Any]:
    return {name: getattr(row, name) for name in StoredDeclaration.__dataclass_fields__ if name != "number"}


def _row(**changes: Any) -> StoredDeclaration:
    return StoredDeclaration(**_fields(ROW) | changes)


@pytest.mark.parametrize(
    ("row", "stage", "draw", "then", "first"),
    [
        (_row(), Stage.WAITING, ROW.draw, Next.NOTHING, ""),
        (_row(tried=True), Stage.WAITING, ROW.draw, Next.CORRECT, OLD),
        (_row(tried=True, sent_text='{"answers": {}}', next=Next.CORRECT), Stage.WAITING, ROW.draw, Next.CORRECT, {}),
        (_row(tried=True, stage=Stage.SENT, receipt="R"), Stage.SENT, ROW.draw, Next.CORRECT, ""),
        (_row(tried=True, stage=Stage.REFUSED, refusal="day"), Stage.WAITING, DRAW, Next.NOTHING, ""),
    ],
)
def test_how_a_correction_is_sent(row: StoredDeclaration, stage: Stage, draw: str, then: Next, first: object) -> None:
    changed = corrected(row, DRAW, 2, "2020-08-21", NEW)
    assert (changed.stage, changed.draw, changed.next, changed.refusal) == (stage, draw, then, "")
    assert (changed.answers, changed.version, changed.day) == (NEW, 2, "2020-08-21")
    assert (json.loads(changed.sent_text)["answers"] if changed.sent_text else "") == first
    assert changed.next_draw == (DRAW if then else "")


@pytest.mark.parametrize(
    ("row", "is_sent"),
    [
        (_row(), False),
        (_row(stage=Stage.REFUSED, tried=True), False),
        (_row(tried=True), True),
        (_row(stage=Stage.SENT, tried=True), True),
    ],
)
def test_only_what_may_have_arrived_is_withdrawn_by_a_message(row: StoredDeclaration, is_sent: bool) -> None:
    then = withdrawn(row, DRAW)
    assert (then is not None and then.next is Next.WITHDRAW) is is_sent
