from __future__ import annotations

import datetime as dt

import pytest

from bluezone.authority.officers.models import User
from bluezone.authority.work import services
from bluezone.authority.work.models import Task
from bluezone.authority.work.rules import Kind, Urgency, Wanted

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2020, 8, 20, 2, tzinfo=dt.UTC)
HERE, THERE, BELOW = "/63:93/63:936/", "/63:93/63:930/", "/63:93/63:936/63:31471/"


def call(place: str = HERE, urgency: Urgency = Urgency.CALM) -> Wanted:
    return Wanted(Kind.CALL, place, NOW + dt.timedelta(hours=4), urgency)


def test_a_task_goes_with_its_cause_and_is_not_made_twice() -> None:
    officer = User.objects.create(username="lan")
    for _ in range(2):
        services.settle("episode", 7, [call()], NOW)
    task = Task.objects.get()
    assert (task.kind, task.place, task.state, task.opens_at) == ("call", HERE, "open", NOW)

    services.settle("episode", 7, [call(urgency=Urgency.NOW)], NOW)
    services.settle("episode", 8, [call()], NOW)
    assert list(Task.objects.order_by("pk").values_list("urgency", flat=True)) == [2, 0]

    later = NOW + dt.timedelta(hours=1)
    services.settle("episode", 7, [], later, by=officer)
    done = Task.objects.get(state="done")
    assert (done.source_key, done.closed_at, done.closed_by) == ("7", later, officer)

    services.settle("episode", 7, [call()], later)
    assert Task.objects.filter(source_key="7").count() == 2


def test_a_task_that_moves_to_another_office_belongs_to_nobody_there() -> None:
    services.settle("episode", 7, [call()], NOW)
    Task.objects.update(officer=User.objects.create(username="lan"))
    services.settle("episode", 7, [call(urgency=Urgency.SOON)], NOW)
    assert Task.objects.get().officer is not None
    services.settle("episode", 7, [call(THERE)], NOW)
    task = Task.objects.get()
    assert (task.place, task.officer) == (THERE, None)


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        pytest.param({"full_name": "Lan Anh"}, {HERE, BELOW}, id="renamed"),
        pytest.param({"place": THERE}, set(), id="appointed elsewhere"),
        pytest.param({"place": BELOW, "role": "commune"}, {BELOW}, id="to a place below"),
        pytest.param({"is_active": False}, set(), id="suspended"),
    ],
)
def test_tasks_of_an_officer_who_sees_them_no_more_are_the_offices_again(change, kept) -> None:
    officer = User.objects.create(username="lan", role="district", place=HERE)
    for key, place in enumerate((HERE, BELOW)):
        services.settle("episode", key, [call(place)], NOW)
    Task.objects.update(officer=officer)
    for field, value in change.items():
        setattr(officer, field, value)
    officer.save()
    assert set(Task.objects.exclude(officer=None).values_list("place", flat=True)) == kept
