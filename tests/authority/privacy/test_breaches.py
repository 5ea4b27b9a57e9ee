"""Breaches: duties with their ends, the register's page, its task and its entries in the audit log."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.test import Client

from bluezone.authority.officers.models import User
from bluezone.authority.privacy import rules
from bluezone.authority.privacy.models import Breach
from bluezone.authority.privacy.rules import Duty, State
from bluezone.authority.site import retention
from bluezone.authority.work.models import Task

FOUND = dt.datetime(2026, 8, 20, 2, 30, tzinfo=dt.UTC)
END = FOUND + dt.timedelta(hours=72)
SECOND = dt.timedelta(seconds=1)
REGISTER = "/officer/breaches/"


@pytest.mark.parametrize(
    ("done_at", "now", "state"),
    [
        (None, FOUND, State.OPEN),
        (None, END, State.OPEN),
        (None, END + SECOND, State.LATE),
        (END, END + SECOND, State.DONE),
        (END + SECOND, END + SECOND, State.DONE_LATE),
    ],
)
def test_the_authority_is_notified_within_72_hours_of_the_finding(
    done_at: dt.datetime | None, now: dt.datetime, state: State
) -> None:
    step = rules.steps(FOUND, True, None, done_at, None)[1]
    assert (step.duty, step.due_at, step.state(now)) == (Duty.NOTIFY, END, state)


def test_people_are_told_where_it_may_harm_them() -> None:
    assert [each.duty for each in rules.steps(FOUND, True, None, None, None)] == list(Duty)
    assert [each.duty for each in rules.steps(FOUND, False, None, None, None)] == [Duty.RECORD, Duty.NOTIFY]


@pytest.mark.parametrize(
    ("done", "due_at"),
    [((None, None, None), END), ((FOUND, FOUND, None), END), ((FOUND, FOUND, FOUND), None)],
)
def test_the_first_open_duty_says_what_is_due(done: Any, due_at: dt.datetime | None) -> None:
    assert rules.next_due(rules.steps(FOUND, True, *done)) == due_at


@pytest.fixture
def officer(db: None, set_clock: Any, client: Client) -> Client:
    set_clock.now = FOUND + dt.timedelta(hours=1)
    user = User.objects.create_user("lan", role="ministry", place="/", may_confirm=True)
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


#: Indochina time, as the page asks for it
SENT = {
    "title": "Danh sách gửi nhầm",
    "nature": "disclosed",
    "found_at": "2026-08-20T09:30",
    "may_harm": "on",
    "what": "Một tệp được gửi cho sai cơ quan",
    "data": "tên và số điện thoại của 30 người",
}


def test_a_breach_is_taken_down_with_its_task_and_audited(officer: Client) -> None:
    assert officer.post(f"{REGISTER}new", SENT).status_code == 302
    row = Breach.objects.get()
    assert (row.found_at, row.place) == (FOUND, "/")
    task = Task.objects.get(kind="breach")
    assert (task.kind, task.due_at, task.state) == ("breach", END, "open")
    assert LogEntry.objects.filter(content_type__model="breach", object_repr=SENT["title"]).exists()
    assert "Danh sách gửi nhầm" in officer.get("/officer/work/").content.decode()
    assert "Danh sách gửi nhầm" in officer.get(REGISTER).content.decode()


def test_a_breach_is_closed_after_record_and_notice_and_its_task_goes(officer: Client) -> None:
    officer.post(f"{REGISTER}new", SENT)
    page = f"{REGISTER}{Breach.objects.get().pk}"
    assert "Mẫu 08" in officer.get(page).content.decode()
    early = officer.post(page, SENT | {"closed_at": "2026-08-20T10:00"})
    assert early.status_code == 400
    done = dict.fromkeys(("recorded_at", "notified_at", "people_told_at", "closed_at"), "2026-08-20T10:00")
    assert officer.post(page, SENT | done).status_code == 302
    assert not Task.objects.filter(kind="breach").exclude(state="done").exists()


def test_a_moment_that_has_not_come_is_refused_and_nothing_typed_is_lost(officer: Client) -> None:
    answer = officer.post(f"{REGISTER}new", SENT | {"found_at": "2026-08-21T09:30"})
    assert answer.status_code == 400
    assert SENT["what"] in answer.content.decode()
    assert not Breach.objects.exists()


def test_breaches_are_kept_for_five_years_after_they_were_closed(officer: Client) -> None:
    officer.post(f"{REGISTER}new", SENT)
    retention.purge(FOUND + dt.timedelta(days=2_000))
    assert Breach.objects.count() == 1  # open: never
    Breach.objects.update(closed_at=FOUND)
    retention.purge(FOUND + rules.BREACH_LIFE)
    assert Breach.objects.count() == 1
    retention.purge(FOUND + rules.BREACH_LIFE + SECOND)
    assert Breach.objects.count() == 0


def test_everybody_reads_who_answers_and_until_when(client: Client, db: None, environment: Any) -> None:
    environment(institution="Sở Y tế Hậu Giang", privacy_contact="dpo@haugiang.example")
    page = client.get("/privacy").content.decode()
    assert "Sở Y tế Hậu Giang" in page
    assert "dpo@haugiang.example" in page
    assert "90 ngày" in page
