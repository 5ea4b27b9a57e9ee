"""Unions and associations: tasks taken on or given, on their page and on the home page, with whom they reached."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from tests.authority.due import due

from bluezone.authority.outreach import queries
from bluezone.authority.outreach.models import UnionTask
from bluezone.authority.outreach.rules import OutreachError, TaskState, check_task, task_state
from bluezone.authority.units.models import Organisation

DAY = dt.date(2020, 8, 15)


def text_of(response) -> str:
    assert response.status_code == 200, response.content.decode()
    return response.content.decode().replace("\u00a0", " ")


@pytest.fixture
def union(add):
    return add("Đoàn Thanh niên phường I", "unions", 60)


@pytest.fixture
def market(add):
    return add("Chợ Vị Thanh", "markets", 300)


@pytest.mark.parametrize(
    ("due", "done", "state"),
    [(0, None, TaskState.TODAY), (-1, None, TaskState.OVERDUE), (3, None, TaskState.COMING), (-5, -2, TaskState.DONE),
     (-5, 1, TaskState.OVERDUE)],
)  # fmt: skip
def test_a_task_is_done_due_overdue_or_to_come(due, done, state):
    def day(ahead: int | None) -> dt.date | None:
        return None if ahead is None else DAY + dt.timedelta(days=ahead)

    assert task_state(day(due), day(done), DAY) is state


@pytest.mark.parametrize(
    ("title", "asked", "helped"),
    [(" ", None, None), ("Gọi 0912345678", None, None), ("Ra quân", 10, 11), ("Ra quân", 1_000_001, None)],
)
def test_what_is_no_task_is_refused(title, asked, helped):
    with pytest.raises(OutreachError):
        check_task(title, asked, helped)


def test_a_union_takes_on_a_task_and_says_what_was_done(officer, client, union, market):
    officer("secretary", "unit-head", union.place)
    new = reverse("outreach:new-task", args=[union.code])
    body = {"kind": "drive", "title": "Ra quân cài đặt", "at": "chợ vị thanh", "due": "15/8/2020"}
    assert client.get(new).status_code == 200
    assert client.post(new, body | {"at": "Chợ không có"}).status_code == 400
    assert client.post(new, body).status_code == 302
    task = UnionTask.objects.get()
    assert (task.at, task.is_given) == (market, False)
    assert "Ra quân cài đặt" in due(client)
    done = reverse("outreach:task", args=[task.pk])
    assert client.post(done, body | {"asked": "80", "helped": "34"}).status_code == 400  # on which day?
    assert client.post(done, body | {"done_on": "16/8/2020", "asked": "80", "helped": "34"}).status_code == 400
    assert client.post(done, body | {"done_on": "15/8/2020", "asked": "80", "helped": "34"}).status_code == 302
    assert "Ra quân cài đặt" not in due(client)
    assert queries.task_totals(UnionTask.objects.all(), DAY) == queries.TaskTotals(1, 0, 0, 80, 34)
    officer("market", "unit-head", market.place)
    assert "Ra quân cài đặt" in text_of(client.get(reverse("units:unit", args=[market.code])))
    assert client.get(done).status_code == 404


def test_an_officer_gives_a_task_and_sees_what_is_overdue(officer, client, union):
    officer("commune")
    new = reverse("outreach:new-task", args=[union.code])
    body = {"kind": "houses", "title": "Đến từng hộ khu vực 1", "at": "", "due": "13/8/2020"}
    assert client.post(new, body).status_code == 302
    assert UnionTask.objects.get().is_given
    page = text_of(client.get(reverse("outreach:overview") + "?of=unions"))
    assert "Đến từng hộ khu vực 1" in page
    assert "quá hạn" in page
    officer("secretary", "unit-head", union.place)
    officer("commune")
    assert "Đến từng hộ khu vực 1" in due(client, "?whose=all&due=overdue")
    officer("sister commune")
    assert client.get(new).status_code == 404
    assert "Đến từng hộ" not in text_of(client.get(reverse("outreach:overview") + "?of=unions"))
    officer("commune")
    assert client.post(reverse("outreach:drop-task", args=[UnionTask.objects.get().pk])).status_code == 302
    assert not UnionTask.objects.exists()


def test_only_unions_have_tasks(officer, client, market):
    officer("commune")
    assert client.get(reverse("outreach:new-task", args=[market.code])).status_code == 404


@pytest.mark.parametrize("part", ["families", "households", "unions", "nonsense"])
@pytest.mark.parametrize("name", ["ministry", "province", "successor", "commune"])
def test_an_empty_place_says_what_to_do(officer, client, part, name):
    officer(name)
    assert not Organisation.objects.exists()
    assert 'class="button' in text_of(client.get(reverse("outreach:overview") + f"?of={part}"))
