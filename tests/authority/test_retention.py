"""Retention: one walk over the rules of every package, and one page that is written from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bluezone.authority.errors import JobBusyError
from bluezone.authority.site import registries, retention
from bluezone.authority.site.registries import RetentionRule

PAGE = Path(__file__).parents[2] / "docs" / "operate" / "retention.md"


def test_the_page_holds_the_rules_as_the_code_has_them():
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    assert [line for line in retention.table() if line not in lines] == []


def test_a_rule_that_fails_stops_no_other_and_is_reported(monkeypatch, now):
    def busy(_now):
        raise JobBusyError("another process publishes")

    ran = []
    rules = [
        RetentionRule("keys", "14 days", "", busy),
        RetentionRule("codes", "two days", "", lambda at: ran.append(at) or {"codes": 1}),
        RetentionRule("bulletins", "400 days", "", None),
    ]
    monkeypatch.setattr(registries, "retention", rules)
    with pytest.raises(JobBusyError, match="publishes"):
        retention.purge(now)
    assert ran == [now]


def test_counts_of_the_rules_are_added_by_name(monkeypatch, now):
    rules = [RetentionRule(str(n), "", "", lambda _: {"rows": 2}) for n in range(2)]
    monkeypatch.setattr(registries, "retention", rules)
    assert retention.purge(now) == {"rows": 4}
