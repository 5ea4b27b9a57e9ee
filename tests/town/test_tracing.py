"""Tracing with second order: reports of real phones, a scripted officer on the real pages, F1 who warn, F2 who watch.

With second order off, and over days: `test_rehearsal.py`.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
import pytest

from bluezone.i18n import Language
from bluezone.town.errors import TownError
from bluezone.town.findings import CLOSE_CONTACT_MIN, Level, Verdict, reports
from bluezone.town.report import document
from bluezone.town.run import Options, Outcome, rehearsal
from bluezone.town.show.pages import translator
from bluezone.town.show.words import level_table, sentences
from bluezone.town.tracing import Officer


@pytest.fixture(scope="module")
def outcome(tmp_path_factory, prepared) -> Outcome:
    """Six people of two homes from six to ten, the case beside somebody of the other home at the office."""
    options = Options(6, 1, tmp_path_factory.mktemp("town"), 4, "en-v1-buckets", second_order=True)
    with rehearsal(options, lambda *_: None, like=prepared) as (found, authority):
        with pytest.raises(TownError, match="cannot log in"), Officer(authority.url, "can-bo", "no password"):
            pass
        return found


def test_who_reports_is_corroborated_by_what_the_case_s_phone_heard(outcome):
    traced = outcome.traced
    assert {report.person for report in traced.reports} == {one for one in outcome.warned if reports(1, one)}
    assert traced.reports
    assert traced.lists == 1
    assert {report.verdict for report in traced.reports} == {Verdict.CORROBORATED}
    assert traced.contacts == {report.person for report in traced.reports}


def test_the_officer_s_decisions_stand_in_the_authority_s_own_tables(outcome):
    """A contact, isolated since today, each asked to warn others; the opened keys are gone with the verdict."""
    with closing(sqlite3.connect(outcome.options.directory / "authority" / "db.sqlite3")) as database:
        contacts = database.execute(
            "SELECT classification, isolated_on, role FROM episodes_episode WHERE role = 'f1'"
        ).fetchall()
        rows = database.execute("SELECT verdict, evidence FROM reports_report").fetchall()
        codes = database.execute("SELECT count(*) FROM episodes_warningcode").fetchone()[0]
    assert contacts == [("confirmed", "2020-08-13", "f1")] * len(outcome.traced.contacts)
    assert [(found, bytes(evidence)) for found, evidence in rows] == [("corroborated", b"")] * len(contacts)
    assert codes == len(contacts)


def test_contacts_of_contacts_are_told_to_watch(outcome):
    """By what their phones recorded of an F1; nobody who is warned of the case, nor the case."""
    told = outcome.traced.told
    assert told
    assert not told & (outcome.warned | {outcome.case})
    near = outcome.recorded.near[:, sorted(outcome.traced.contacts)].max(axis=1)
    assert told <= set(np.flatnonzero(near >= CLOSE_CONTACT_MIN).tolist())
    assert {person for person, level in enumerate(outcome.known_levels) if level is Level.F2} == told
    assert outcome.ended_at_s > outcome.published_at_s, "keys of today wait for their end"


def test_levels_are_set_against_the_truth_of_the_air(outcome):
    facts = document(outcome)["tracing"]
    assert sum(count for row in facts["levels"].values() for count in row.values()) == 6
    assert facts["levels"]["F0"]["F0"] == 1
    near = set(np.flatnonzero(outcome.near_case_min >= CLOSE_CONTACT_MIN).tolist()) - {outcome.case}
    assert sum(facts["levels"]["F1"].values()) == len(near)
    assert facts["levels"]["F1"]["F1"] == len(near & outcome.traced.contacts)
    shown = level_table(outcome, translator(Language.ENGLISH))
    assert [name for name, _ in shown.rows] == ["F0", "F1", "F2", "none"]
    assert [len(counts) for _, counts in shown.rows] == [5] * 4


def test_each_finding_is_a_sentence_in_both_languages(outcome):
    told = str(len(outcome.traced.told))
    for language in (Language.ENGLISH, Language.VIETNAMESE):
        said = sentences(outcome, translator(language))
        assert [text.split(":")[0] for text in said[1:3]] == ["F1", "F2"]
        assert told in said[2]
        assert "{" not in "".join(said)
    assert document(outcome)["tracing"]["sentences"]["vi"] == list(sentences(outcome, translator(Language.VIETNAMESE)))
