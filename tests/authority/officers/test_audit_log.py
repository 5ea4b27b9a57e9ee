"""Tests of the audit log's dates: by the authority's one clock, in order of writing."""

from __future__ import annotations

import datetime as dt

import pytest
from auditlog.models import LogEntry
from axes.models import AccessFailureLog
from django.contrib.contenttypes.models import ContentType

from bluezone.authority.officers.audit_log import newest_first
from bluezone.authority.officers.models import User
from bluezone.authority.officers.retention import RULES

AUGUST = dt.datetime(2020, 8, 18, 5, 0, tzinfo=dt.UTC)


@pytest.fixture
def lan(db, environment, tmp_path) -> User:
    """Return an account made in a rehearsal of 18 August 2020."""
    (tmp_path / "clock").write_text(str(AUGUST.timestamp()))
    environment(rehearsal_clock=tmp_path / "clock")
    return User.objects.create_user("lan", password="a long password 1", full_name="Lan", role="ministry", place="/")


def _entries(officer: User):
    return newest_first(LogEntry.objects.filter(content_type__model="user", object_id=officer.pk))


def test_a_change_is_dated_by_the_rehearsals_clock(lan):
    assert [entry.timestamp for entry in _entries(lan)] == [AUGUST]


def test_entries_written_together_are_dated_by_it_too(lan):
    kind = ContentType.objects.get_for_model(User)
    fields = {"content_type": kind, "object_pk": str(lan.pk), "object_id": lan.pk, "object_repr": "lan", "changes": {}}
    LogEntry.objects.bulk_create([LogEntry(**fields, action=LogEntry.Action.UPDATE) for _ in range(2)])
    assert {entry.timestamp for entry in _entries(lan)} == {AUGUST}


def test_an_entry_keeps_its_date_when_it_is_read_later(lan, tmp_path):
    (tmp_path / "clock").write_text(str(AUGUST.timestamp() + 86_400))
    assert _entries(lan).get().timestamp == AUGUST
    assert _entries(lan).only("object_repr").get().timestamp == AUGUST


def test_a_date_that_is_given_stands(lan):
    day = AUGUST - dt.timedelta(days=3)
    assert LogEntry(timestamp=day).timestamp == day


@pytest.mark.parametrize("step_s", [0, -86_400, 86_400])
def test_changes_are_listed_in_order_of_writing_wherever_the_clock_goes(lan, client, tmp_path, step_s):
    for at, name in enumerate(["Lan Anh", "Lan Chi"], 1):
        (tmp_path / "clock").write_text(str(AUGUST.timestamp() + step_s * at))
        lan.full_name = name
        lan.save()
    assert [entry.changes_dict["full_name"][1] for entry in _entries(lan)] == ["Lan Chi", "Lan Anh", "Lan"]
    client.force_login(lan)
    lines = client.get("/officer/changes?kind=user").context["rows"]
    names = [after for line in lines for field, _before, after in line["changes"] if after.startswith("Lan")]
    assert names == ["Lan Chi", "Lan Anh", "Lan"]


def test_the_page_of_changes_shows_the_rehearsals_day(lan, client):
    client.force_login(lan)
    assert "18/8/2020" in client.get("/officer/changes").content.decode()


@pytest.mark.parametrize(("life", "gone"), [({"days": 1}, "failed_logins"), ({"days": 1_095}, "audit_log")])
def test_failed_logins_go_after_a_day_and_entries_after_three_years(lan, life, gone):
    AccessFailureLog.objects.create(username="lan")
    AccessFailureLog.objects.update(attempt_time=AUGUST)
    LogEntry.objects.update(timestamp=AUGUST)
    end = AUGUST + dt.timedelta(**life)

    def purged(now: dt.datetime) -> list[int]:
        return [found[gone] for rule in RULES if rule.purge and gone in (found := rule.purge(now))]

    assert purged(end) == [0]
    assert purged(end + dt.timedelta(seconds=1)) == [1]
