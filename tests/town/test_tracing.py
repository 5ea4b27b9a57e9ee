"""Tracing in the town from end to end: reports of real phones, a scripted officer on the real pages, F1 at home, F2."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bluezone.i18n import Language
from bluezone.town import levels
from bluezone.town.levels import Level, Verdict
from bluezone.town.report import document
from bluezone.town.run import Options, Outcome, rehearsal
from bluezone.town.server import Prepared
from bluezone.town.show.texts import translator
from bluezone.town.show.tracing_words import level_table, sentences

pytestmark = pytest.mark.slow


@pytest.fixture
def everybody_reports(monkeypatch):
    monkeypatch.setattr(levels, "REPORT_SHARE", 1.0)


def rehearse(prepared: Prepared, directory: Path, **options: object) -> Outcome:
    chosen = {"people": 6, "seed": 1, "hours": 4, "policy": "en-v1-buckets"} | options
    with rehearsal(Options(directory=directory, **chosen), lambda *_: None, like=prepared) as (outcome, _):
        return outcome


@pytest.fixture(scope="module")
def first_order(tmp_path_factory, prepared) -> Outcome:
    """Six people of two homes from six to ten; second order is off."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(levels, "REPORT_SHARE", 1.0)
        return rehearse(prepared, tmp_path_factory.mktemp("first"))


def test_who_was_warned_reports_and_the_case_s_list_corroborates_it(first_order):
    traced = first_order.traced
    assert first_order.warned
    assert {report.person for report in traced.reports} == first_order.warned
    assert traced.lists == 1
    # who was heard at 73 dB or less for five minutes stands in the list
    assert {report.verdict for report in traced.reports} == {Verdict.CORROBORATED}
    assert traced.contacts == first_order.warned


def test_the_officer_noted_what_was_decided(first_order):
    """In the authority's own database: a contact found by the app, isolated since today."""
    import sqlite3
    from contextlib import closing

    path = first_order.options.directory / "authority" / "db.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        contacts = database.execute("SELECT decision, isolated_on, level FROM contacts_contact").fetchall()
        outcomes = database.execute("SELECT outcome, evidence FROM contacts_report").fetchall()
    assert len(contacts) == len(first_order.warned)
    assert {(decision, day, level) for decision, day, level in contacts} == {("contact", "2020-08-13", 1)}
    assert {outcome for outcome, _ in outcomes} == {"f1"}
    assert {bytes(evidence) for _, evidence in outcomes} == {b""}, "opened keys go with the verdict"


def test_with_second_order_off_nobody_is_told_and_it_is_said(first_order):
    assert first_order.traced.told == frozenset()
    assert Level.F2 not in first_order.known_levels
    f2 = sum(level is Level.F2 for level in first_order.true_levels)
    for language, says in ((Language.ENGLISH, "second order is off"), (Language.VIETNAMESE, "vòng hai đang tắt")):
        said = sentences(first_order, translator(language))
        assert len(said) == 4
        assert says in said[2]
        assert str(f2) in said[2]


def test_levels_are_set_against_the_truth_of_the_air(first_order):
    facts = document(first_order)["tracing"]
    assert sum(count for row in facts["levels"].values() for count in row.values()) == 6
    assert facts["levels"]["F0"]["F0"] == 1
    near = first_order.near_case_min >= 15
    near[first_order.case] = False
    assert sum(facts["levels"]["F1"].values()) == near.sum()
    assert facts["levels"]["F1"]["F1"] == len(set(np.flatnonzero(near).tolist()) & first_order.traced.contacts)
    shown = level_table(first_order, translator(Language.ENGLISH))
    assert [name for name, _ in shown.rows] == ["F0", "F1", "F2", "none"]
    assert set(facts["sentences"]) == {"vi", "en"}


def test_contacts_of_contacts_are_told_to_watch_and_the_same_seed_does_it_again(
    tmp_path, prepared, first_order, everybody_reports
):
    """The same town with second order on: the same F1, whose phones publish to a region of their own."""
    outcome, again = (rehearse(prepared, tmp_path / name, second_order=True) for name in ("once", "again"))
    assert outcome.traced.contacts == first_order.traced.contacts
    assert outcome.warned == first_order.warned
    assert outcome.traced.told
    assert not outcome.traced.told & (outcome.warned | {outcome.case})
    near = outcome.recorded.near[:, sorted(outcome.traced.contacts)].max(axis=1)
    assert outcome.traced.told <= set(np.flatnonzero(near >= 15).tolist()), "by what their phones recorded of an F1"
    assert json.dumps(document(outcome)) == json.dumps(document(again))


def test_f1_stay_at_home_on_the_days_after(tmp_path, prepared, everybody_reports):
    """A case on the first evening; who is warned in the night reports before the day begins, and meets nobody."""
    outcome = rehearse(prepared, tmp_path, people=4, seed=13, hours=3, days=2)
    traced = outcome.traced
    assert traced.isolated_s
    assert set(traced.isolated_s) <= traced.contacts
    assert traced.apart_min < 0.2
    by_name = {report.person: report for report in traced.reports}
    assert all(by_name[person].is_f1 for person in traced.isolated_s)
    assert "1" in sentences(outcome, translator(Language.ENGLISH))[3]
