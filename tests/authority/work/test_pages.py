"""The list of what is due: whose, in which order, given to whom, ticked off, done for many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.rules import Identity
from bluezone.authority.work import kinds, services
from bluezone.authority.work.kinds import BulkAction, Line, Panel, Post, Reader, Source
from bluezone.authority.work.models import Task
from bluezone.authority.work.rules import Kind, Urgency, Wanted

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2020, 8, 20, 2, tzinfo=dt.UTC)
COMMUNE, OTHER, DISTRICT = "/63:93/63:936/63:31471/", "/63:93/63:936/63:31472/", "/63:93/63:936/"


def lines(tasks: Sequence[Task], _reader: Reader) -> Mapping[int, Line]:
    return {
        task.pk: Line(
            f"Do {task.subject}", "/there", about=task.subject, relation="wife of LM-002", day=5, days=14,
            since="last contact 15/8", last="19/8: no answer", can_finish=True,
        )
        for task in tasks
    }  # fmt: skip


def finish(task: Task, reader: Reader) -> None:
    services.settle(task.source, task.source_key, [], reader.now, reader.officer)


@pytest.fixture(autouse=True)
def source(monkeypatch: pytest.MonkeyPatch, set_clock: Any) -> None:
    set_clock.now = NOW
    panel = Panel("icon.html", lambda task, _reader: {"said": task.subject})
    monkeypatch.setattr(kinds, "sources", [Source("try", lines, {Kind.CALL: panel}, finish)])


@pytest.fixture
def lan() -> User:
    return User.objects.create(username="lan", full_name="Lan", role="commune", place=COMMUNE, may_read_health=True)


@pytest.fixture
def page(client: Client, lan: User) -> Client:
    client.force_login(lan)
    return client


def want(key: int, subject: str, **more: Any) -> Task:
    given = {"place": COMMUNE, "kind": Kind.CHECK, "due_at": NOW + dt.timedelta(hours=4)} | more
    services.settle("try", key, [Wanted(subject=subject, **given)], NOW - dt.timedelta(days=1))
    return Task.objects.get(source_key=str(key), state="open")


def listed(page: Client, query: str = "") -> list[str]:
    return [row.task.subject for row in page.get(f"/officer/work/{query}").context["rows"]]


def test_what_is_due_comes_by_danger_then_by_hour_once_it_has_opened(page: Client) -> None:
    want(1, "calm", due_at=NOW + dt.timedelta(hours=1))
    want(2, "late", due_at=NOW - dt.timedelta(hours=2))
    want(3, "soon", urgency=Urgency.SOON, due_at=NOW + dt.timedelta(hours=9))
    want(4, "now", urgency=Urgency.NOW)
    want(5, "tomorrow", opens_at=NOW + dt.timedelta(seconds=1))
    want(6, "elsewhere", place=OTHER)
    assert listed(page) == ["now", "soon", "late", "calm"]
    assert listed(page, "?due=now") == ["now"]
    assert listed(page, "?due=overdue") == ["late"]
    assert listed(page, "?kind=call") == []
    assert listed(page, "?whose=none&kind=none") == ["now", "soon", "late", "calm"], "what there is not is not asked"


def test_mine_are_those_given_to_me_and_what_is_urgent_and_nobodys(page: Client, lan: User) -> None:
    other = User.objects.create(username="hoa", role="commune", place=COMMUNE)
    for at, (subject, urgency, officer) in enumerate(
        [
            ("mine", Urgency.CALM, lan),
            ("hers", Urgency.NOW, other),
            ("nobody's", Urgency.CALM, None),
            ("alarm", Urgency.NOW, None),
        ]
    ):
        task = want(at, subject, urgency=urgency)
        Task.objects.filter(pk=task.pk).update(officer=officer)
    assert listed(page, "?whose=mine") == ["alarm", "mine"]
    assert listed(page, "?whose=free") == ["alarm", "nobody's"]
    counts = {each["text"]: each["count"] for each in page.get("/officer/work/").context["parts"]}
    assert list(counts.values())[:3] == [2, 4, 2]


def test_who_may_not_read_health_data_sees_tasks_by_their_hour_alone(page: Client, lan: User) -> None:
    User.objects.filter(pk=lan.pk).update(may_read_health=False)
    want(1, "positive", urgency=Urgency.NOW, due_at=NOW + dt.timedelta(hours=9))
    want(2, "calm", due_at=NOW + dt.timedelta(hours=1))
    assert listed(page) == listed(page, "?due=now") == ["calm", "positive"]
    assert listed(page, "?whose=mine") == []
    found = page.get("/officer/work/")
    assert found.context["office"].urgent == 0
    said = found.content.decode() + page.get("/officer/home").content.decode()
    assert "Cần giúp ngay" not in said
    assert 'class="act"' not in said


def test_a_superior_sees_the_own_first_and_counts_what_is_overdue_below(client: Client) -> None:
    client.force_login(User.objects.create(username="an", role="district", place=DISTRICT))
    want(1, "own", place=DISTRICT)
    want(2, "late there", due_at=NOW - dt.timedelta(days=1))
    want(3, "later there", due_at=NOW - dt.timedelta(days=2))
    assert listed(client) == ["own"]
    found = client.get("/officer/work/?whose=all").context
    assert [row.task.subject for row in found["rows"]] == ["later there", "late there", "own"]
    assert [each["count"] for each in found["below"]] == [2]
    assert listed(client, found["below"][0]["address"]) == ["later there", "late there"]


def test_of_two_officers_on_one_task_the_second_is_told_who_has_it(page: Client, lan: User) -> None:
    task = want(1, "call")
    hoa = User.objects.create(username="hoa", full_name="Hoa", role="commune", place=COMMUNE)
    Task.objects.update(officer=hoa)
    answer = page.post("/officer/work/assign?to=me", {"only": f"{task.pk}:"}, follow=True)
    assert "Hoa" in answer.content.decode()
    task.refresh_from_db()
    assert task.officer == hoa
    page.post("/officer/work/assign", {"tasks": f"{task.pk}:{hoa.pk}", "to": str(lan.pk)})
    task.refresh_from_db()
    assert task.officer == lan
    page.post("/officer/work/assign?to=office", {"only": f"{task.pk}:{lan.pk}"})
    task.refresh_from_db()
    assert task.officer is None


def test_nobody_is_given_a_task_who_is_not_of_the_office_and_no_task_elsewhere_is_given(page: Client) -> None:
    task, elsewhere = want(1, "call"), want(2, "call", place=OTHER)
    stranger = User.objects.create(username="hoa", role="commune", place=OTHER)
    assert page.post("/officer/work/assign", {"tasks": f"{task.pk}:", "to": str(stranger.pk)}).status_code == 404
    page.post("/officer/work/assign", {"tasks": [f"{elsewhere.pk}:", "x", "9" * 30], "to": "me"})
    assert not Task.objects.exclude(officer=None).exists()


def test_the_audit_log_calls_a_task_by_its_kind_in_the_readers_language(page: Client, lan: User) -> None:
    task = want(8, "A")
    services.assign(Task.objects.all(), {task.pk: None}, lan)
    changes = page.get("/officer/changes?kind=task", headers={"accept-language": "vi"}).content.decode()
    with translation.override("vi"):
        name = str(kinds.NAMES[Kind.CHECK])
    assert f"{name} · 8" in changes
    assert f"{Kind.CHECK} of" not in changes


def test_a_task_done_twice_is_no_error_and_the_way_back_is_ours(page: Client, lan: User) -> None:
    task = want(1, "call")
    for _ in range(2):
        answer = page.post("/officer/work/finish", {"only": f"{task.pk}:", "next": "https://elsewhere.example/"})
        assert (answer.status_code, answer["Location"]) == (302, "/officer/work/")
    task.refresh_from_db()
    assert (task.state, task.closed_by) == ("done", lan)


def test_a_part_opens_under_its_row_and_leads_to_the_next(page: Client) -> None:
    first, second = want(1, "first", kind=Kind.CALL), want(2, "second", kind=Kind.CALL)
    rows = page.get(f"/officer/work/?kind=call&open={first.pk}").context["rows"]
    assert [row.panel is not None for row in rows] == [True, False]
    assert rows[0].panel["said"] == "first"
    assert rows[0].panel["following"] == f"/officer/work/?kind=call&open={second.pk}#task-{second.pk}"
    last = page.get(f"/officer/work/?open={second.pk}").context["rows"][1].panel
    assert last["following_task"] is None


def test_what_is_done_for_many_says_first_whom_it_leaves_out(page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    ordered: list[str] = []

    def run(tasks: Sequence[Task], _reader: Reader, _data: object) -> str:
        ordered.extend(task.subject for task in tasks)
        return "Ordered."

    def left_out(tasks: Sequence[Task], _reader: Reader) -> dict[int, str]:
        return {task.pk: "no house number" for task in tasks if task.subject == "lost"}

    action = BulkAction("order", "Order", lambda kind: kind is Kind.CHECK, run, left_out)
    monkeypatch.setattr(kinds, "bulk_actions", [action])
    tasks = [want(1, "good"), want(2, "lost"), want(3, "other", kind=Kind.CALL)]
    chosen = {"tasks": [f"{task.pk}:" for task in tasks]}
    before = page.post("/officer/work/bulk/order", chosen)
    assert ("no house number" in before.content.decode(), ordered) == (True, [])
    assert [task.subject for task in before.context["taken"]] == ["good"]
    after = page.post("/officer/work/bulk/order", chosen | {"sure": "1"}, follow=True)
    assert (ordered, "Ordered." in after.content.decode()) == (["good"], True)
    assert page.post("/officer/work/bulk/none", chosen).status_code == 404


def test_names_of_people_open_in_a_shift_alone(page: Client, lan: User) -> None:
    User.objects.filter(pk=lan.pk).update(may_read_health=True)
    known = persons.enter(Identity("Võ Văn Giả", 1979, "+84912345678", "", "Tổ 7"), COMMUNE, NOW)
    elsewhere = persons.enter(Identity("Lê Thị Nháp", 1958, "+84912345679", "", ""), OTHER, NOW)
    want(1, "call", person=known.pk)
    want(2, "call", person=elsewhere.pk)
    before = page.get("/officer/work/")
    assert {row.called for row in before.context["rows"]} == {known.pseudonym, elsewhere.pseudonym}
    assert "Võ Văn Giả" not in before.content.decode()
    page.post("/officer/persons/shift", {"purpose": "follow-up", "next": "/officer/work/"})
    after = page.get("/officer/work/")
    assert {row.called for row in after.context["rows"]} == {"Võ Văn Giả", elsewhere.pseudonym}
    for said in ("1979", "+84912345678", "Tổ 7"):
        assert said in after.content.decode()


def test_a_page_asks_as_often_for_fifty_rows_as_for_one(page: Client, django_assert_max_num_queries: Any) -> None:
    want(0, "one")
    page.get("/officer/work/")
    for at in range(1, 60):
        want(at, f"task {at}")
    with django_assert_max_num_queries(14):
        rows = page.get("/officer/work/").context["rows"]
    assert len(rows) == 50
    assert len(listed(page, "?page=2")) == 10


def test_time_makes_and_closes_tasks_of_places_with_officers(lan: User, monkeypatch: pytest.MonkeyPatch) -> None:
    User.objects.create(username="an", role="district", place=DISTRICT)
    asked = {COMMUNE: ["a", "b"], DISTRICT: ["a"], OTHER: ["a"]}

    def standing(post: Post) -> list[tuple[str, Wanted]]:
        return [(word, Wanted(Kind.ROLLOUT, post.place, NOW)) for word in asked[post.place]]

    monkeypatch.setattr(kinds, "sources", [Source("time", lines, standing=standing), Source("try", lines)])
    want(1, "call")
    services.settle_posts(NOW)
    del asked[COMMUNE][0], asked[DISTRICT][0]
    services.settle_posts(NOW, COMMUNE)
    still = Task.objects.filter(state="open").values_list("source_key", flat=True)
    assert set(still) == {"63:31471 b", "63:936 a", "1"}


def test_what_an_officer_has_done_goes_from_the_list_at_once(page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [("a", Wanted(Kind.ROLLOUT, COMMUNE, NOW, subject="report"))]
    monkeypatch.setattr(kinds, "sources", [Source("time", lines, standing=lambda _post: asked)])
    services.settle_posts(NOW)
    assert listed(page) == ["report"]
    asked.clear()
    page.post("/officer/work/assign", {"to": "me"})
    assert listed(page) == []
