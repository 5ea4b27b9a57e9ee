"""The officers' queue: jurisdiction, urgency first, identity only with a reason, outcomes, handing over, times."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from auditlog.models import LogEntry
from tests.authority.declarations.conftest import COMMUNE, ILL, MORNING, NEIGHBOUR, PROVINCE, confirm_by_code

from bluezone.authority.declarations import queries, retention, rules, services
from bluezone.authority.declarations.models import HealthDeclaration
from bluezone.authority.officers import audit_log
from bluezone.authority.persons.models import Person
from bluezone.authority.work.models import Task
from bluezone.authority.work.rules import Kind, Urgency
from bluezone.forms.definition import Level

pytestmark = pytest.mark.django_db
LIST = "/officer/declarations/"


@pytest.mark.parametrize(
    ("role", "place", "status"),
    [("commune", COMMUNE, 200), ("province", PROVINCE, 200), ("ministry", "/", 403), ("commune", NEIGHBOUR, 404)],
)
def test_a_declaration_opens_to_its_jurisdiction_alone(client, officer, declared, role, place, status):
    row = declared(**ILL)
    officer(role, place)
    assert client.get(f"{LIST}{row.pk}").status_code == status
    for step, fields in (("call", {"result": "advised"}), ("open", {"reason": "to call"}), ("hand-over", {})):
        answer = client.post(f"{LIST}{row.pk}/{step}", fields)
        assert answer.status_code == status or status == 200


def test_without_the_right_to_read_health_data_nothing_of_a_declaration_is_shown(client, officer, declared):
    row = declared(**ILL)
    assert not queries.editable(officer("province", PROVINCE, may_read_health=False)).exists()
    for path in ("", f"{row.pk}", "table.csv", "table.xlsx"):
        assert client.get(f"{LIST}{path}").status_code == 403
    for step in ("open", "call", "hand-over", "person"):
        assert client.post(f"{LIST}{row.pk}/{step}", {"reason": "to call the person"}).status_code == 403
    assert client.get(f"{LIST}times").status_code == 200, "how long people wait says nothing of one"
    home = client.get("/officer/rollout/").content.decode()
    assert f'href="{LIST}"' not in home
    assert f'href="{LIST}times"' in home


def test_a_copied_database_tells_no_name_no_symptom_and_no_typed_reason(client, officer, declared, database_text):
    row = declared(**ILL)
    officer("province", PROVINCE, may_confirm=True)
    assert client.post(f"{LIST}{row.pk}/open", {"reason": "mệt, ho ra máu từ hôm qua"}).status_code == 200
    person = client.post(f"{LIST}{row.pk}/person")["Location"]
    assert client.post(person, {"reason": "chị Lan chưa bắt máy"}).status_code == 200
    assert client.post(f"{person}/change", {"name": "Phạm Thị Út", "address": "ấp Mỹ Hòa"}).status_code == 302
    copied = database_text()
    secrets = ("Nguyễn Thị Lan", "Phạm Thị Út", "ấp Mỹ Hòa", "fever", "near_case", "ho ra máu", "chưa bắt máy")
    for secret in secrets:
        assert secret not in copied
        assert secret.encode("unicode_escape").decode() not in copied
        assert secret.encode().hex() not in copied
    page = client.get("/officer/changes").content.decode()
    assert "ho ra máu" in page
    assert "chưa bắt máy" in page


def test_the_urgent_come_first_and_who_is_well_does_not_wait(client, officer, declared, morning):
    mild = declared(signs=["cough"])
    morning.forward(minutes=5)
    urgent = declared(**ILL)
    well = declared()
    officer("commune", COMMUNE)
    page = client.get(LIST).content.decode()
    assert page.index(f"{LIST}{urgent.pk}") < page.index(f"{LIST}{mild.pk}")
    assert f'{LIST}{well.pk}"' not in page
    assert f'{LIST}{well.pk}"' in client.get(LIST, {"state": "all"}).content.decode()


def test_a_declaration_stands_in_the_queue_at_once_and_on_the_home_page(client, officer, declared):
    officer("commune", COMMUNE)
    declared(**ILL)
    assert "Tờ khai: gọi ngay" in client.get("/officer/rollout/").content.decode()
    assert queries.waiting(queries.visible(officer("commune", COMMUNE))).count() == 1


def test_the_sheet_says_why_to_call_and_not_who_it_is(client, officer, declared):
    row = declared(**ILL, document=["093150001234"])
    officer("commune", COMMUNE)
    page = client.get(f"{LIST}{row.pk}").content.decode()
    assert "Có dấu hiệu và có tiếp xúc" in page
    assert "Nguyễn Thị Lan" not in page
    opened = client.post(f"{LIST}{row.pk}/open", {"reason": "Để gọi về tờ khai"}).content.decode()
    assert "Nguyễn Thị Lan" in opened
    assert "+84912345678" in opened
    assert "093150001234" not in opened
    note = LogEntry.objects.filter(object_repr=str(row)).latest("timestamp")
    assert audit_log.typed(note) == {"opened": "Để gọi về tờ khai"}
    assert "Lan" not in str(note.changes)


def test_no_name_is_shown_without_a_reason(client, officer, declared):
    row = declared(**ILL)
    officer("commune", COMMUNE)
    answer = client.post(f"{LIST}{row.pk}/open", {"reason": ""})
    assert answer.status_code == 400
    assert "Nguyễn Thị Lan" not in answer.content.decode()


@pytest.mark.parametrize(("result", "state"), [("advised", "done"), ("test", "done"), ("not-reached", "called")])
def test_an_outcome_ends_the_waiting_unless_nobody_was_reached(client, officer, declared, morning, result, state):
    row = declared(**ILL)
    officer("commune", COMMUNE)
    morning.forward(minutes=20)
    assert client.post(f"{LIST}{row.pk}/call", {"result": result}).status_code == 302
    row = HealthDeclaration.objects.get()
    assert (row.state, row.result) == (state, result)
    assert row.answered_at == (MORNING + dt.timedelta(minutes=20) if state == "done" else None)
    assert client.post(f"{LIST}{row.pk}/call", {"result": "nothing"}).status_code == 400


def test_a_correction_to_worse_waits_again(client, officer, declared):
    row = declared(signs=["cough"])
    officer("commune", COMMUNE)
    client.post(f"{LIST}{row.pk}/call", {"result": "advised"})
    seen = services.of_receipt(row.words)
    worse = seen.answers | {"signs": ("breathless",)}
    services.correct(row.words, seen.form, worse, MORNING)
    assert (HealthDeclaration.objects.get().state, HealthDeclaration.objects.get().level) == ("new", 2)


def test_it_is_handed_over_to_the_commune_that_was_chosen(client, officer, declared):
    row = declared(**ILL)
    officer("commune", COMMUNE)
    several = client.post(f"{LIST}{row.pk}/hand-over", {"commune": "long"})
    assert several.status_code == 400
    assert "<select" in several.content.decode()
    assert client.post(f"{LIST}{row.pk}/hand-over", {"commune": "Nowhere"}).status_code == 400
    assert client.post(f"{LIST}{row.pk}/hand-over", {"commune": "34:31321"}).status_code == 302
    assert HealthDeclaration.objects.get().place == NEIGHBOUR
    assert client.get(f"{LIST}{row.pk}").status_code == 404


def test_who_may_confirm_cases_enters_the_person_for_tracing(client, officer, declared):
    row = declared(**ILL)
    officer("commune", COMMUNE)
    assert client.post(f"{LIST}{row.pk}/person").status_code == 403
    officer("province", PROVINCE, may_confirm=True)
    answer = client.post(f"{LIST}{row.pk}/person")
    person = Person.objects.get()
    assert answer["Location"].endswith(person.pseudonym)
    assert person.place == PROVINCE


def test_response_times_are_counted_by_place(client, officer, declared, morning):
    rows = [declared(**ILL) for _ in range(4)]
    user = officer("province", PROVINCE)
    for row, minutes in zip(rows[:3], (10, 20, 90), strict=True):
        morning.now = MORNING + dt.timedelta(minutes=minutes)
        client.post(f"{LIST}{row.pk}/call", {"result": "advised"})
    [found] = queries.times(user, user.jurisdiction, morning.now)
    assert (found.place, found.answered, found.median, found.ninety_fifth, found.waiting) == (COMMUNE, 3, 20, 90, 1)
    assert client.get(f"{LIST}times").status_code == 200


def test_response_times_are_those_of_the_week_below_ones_own_place(officer, declared, morning):
    waited = {COMMUNE: (5, 1, 4, 2, 3), NEIGHBOUR: (7,)}
    for place, minutes in waited.items():
        for each in minutes:
            row = declared(**ILL)
            HealthDeclaration.objects.filter(pk=row.pk).update(
                place=place, state="done", answered_at=MORNING + dt.timedelta(minutes=each)
            )
    old, elsewhere = declared(**ILL), declared(**ILL)
    HealthDeclaration.objects.filter(pk=old.pk).update(received_at=MORNING - dt.timedelta(days=8), answered_at=MORNING)
    HealthDeclaration.objects.filter(pk=elsewhere.pk).update(place="/34:01/34:00004/", answered_at=MORNING)
    province, commune = officer("province", PROVINCE), officer("commune", COMMUNE)
    found = {each.place: each for each in queries.times(province, province.jurisdiction, morning.now)}
    assert {place: (each.answered, each.median, each.ninety_fifth) for place, each in found.items()} == {
        COMMUNE: (5, 3, 5),
        NEIGHBOUR: (1, 7, 7),
    }
    [own] = queries.times(commune, commune.jurisdiction, morning.now)
    assert own == found[COMMUNE]


def test_a_withdrawn_declaration_is_gone_from_the_queue(client, officer, declared):
    row = declared(**ILL)
    services.withdraw(row.words, MORNING)
    officer("commune", COMMUNE)
    assert client.get(f"{LIST}{row.pk}").status_code == 404
    assert f"{LIST}{row.pk}" not in client.get(LIST, {"state": "all"}).content.decode()


@pytest.mark.parametrize(
    ("level", "vouched", "before", "level_before", "state"),
    [
        (Level.ADVICE, False, None, None, "quiet"),
        (Level.CALL, True, None, None, "new"),
        (Level.CALL, False, None, None, "unconfirmed"),
        (Level.URGENT, False, None, None, "unconfirmed"),
        (Level.ADVICE, True, "new", Level.CALL, "quiet"),
        (Level.ADVICE, False, "unconfirmed", Level.CALL, "quiet"),
        (Level.ADVICE, True, "done", Level.CALL, "done"),
        (Level.CALL, True, "done", Level.CALL, "done"),
        (Level.CALL, False, "done", Level.CALL, "done"),
        (Level.URGENT, True, "done", Level.CALL, "new"),
        (Level.URGENT, False, "done", Level.CALL, "unconfirmed"),
        (Level.CALL, True, "called", Level.URGENT, "called"),
        (Level.CALL, True, "quiet", Level.ADVICE, "new"),
        (Level.CALL, False, "quiet", Level.ADVICE, "unconfirmed"),
        (Level.URGENT, False, "new", Level.CALL, "new"),
        (Level.URGENT, False, "unconfirmed", Level.CALL, "unconfirmed"),
        (Level.CALL, True, "unconfirmed", Level.CALL, "new"),
        (Level.URGENT, False, "followed", Level.ADVICE, "followed"),
        (Level.ADVICE, False, "followed", Level.URGENT, "followed"),
    ],
)
def test_what_a_declaration_becomes(level: Any, vouched: bool, before: Any, level_before: Any, state: str) -> None:
    was = rules.State(before) if before else None
    assert rules.state_of(level, vouched=vouched, before=was, level_before=level_before) == state


@pytest.mark.parametrize(
    ("state", "result", "after", "confirms"),
    [
        ("new", "not-reached", "called", False),
        ("new", "advised", "done", True),
        ("new", "no-such", "done", False),
        ("unconfirmed", "not-reached", "unconfirmed", False),
        ("unconfirmed", "hospital", "done", True),
        ("followed", "hospital", "followed", True),
    ],
)
def test_what_a_call_makes_of_it(state: str, result: str, after: str, confirms: bool) -> None:
    assert rules.state_after_call(rules.State(state), rules.Result(result)) == after
    assert rules.confirms_number(rules.Result(result)) is confirms


def test_sixty_urgent_ones_of_one_address_ring_nowhere_and_stand_on_a_list_apart(client, officer, declared):
    rows = [declared(confirmed=False, **ILL, telephone=[f"0912 345 {100 + n // 25}"]) for n in range(60)]
    user = officer("commune", COMMUNE)
    assert not queries.waiting(queries.visible(user)).exists()
    assert f"{LIST}{rows[0].pk}" not in client.get(LIST).content.decode()
    assert "gọi ngay" not in client.get("/officer/rollout/").content.decode()
    apart = client.get(LIST, {"state": "unconfirmed"}).content.decode()
    assert f"{LIST}{rows[-1].pk}" in apart
    assert "Số chưa xác nhận: 60" in client.get(LIST).content.decode()
    services.withdraw(rows[1].words, MORNING)
    confirm_by_code(rows[0].words, MORNING)
    assert [each.pk for each in queries.waiting(queries.visible(user))] == [rows[0].pk]
    assert client.post(f"{LIST}{rows[2].pk}/call", {"result": "advised"}).status_code == 302
    assert HealthDeclaration.objects.get(pk=rows[2].pk).telephone_confirmed


@pytest.mark.parametrize(
    ("state", "level", "found"),
    [
        ("new", Level.URGENT, (Urgency.NOW, 1)),
        ("new", Level.CALL, (Urgency.SOON, 12)),
        ("called", Level.URGENT, (Urgency.NOW, 1)),
        ("unconfirmed", Level.URGENT, None),
        ("done", Level.URGENT, None),
        ("quiet", Level.ADVICE, None),
        ("followed", Level.URGENT, None),
        ("withdrawn", Level.ADVICE, None),
    ],
)
def test_a_declaration_is_a_task_while_it_waits_for_a_call(state: str, level: Any, found: Any) -> None:
    wanted = rules.wanted(rules.State(state), level, COMMUNE, MORNING, 7)
    assert len(wanted) == (found is not None)
    for each in wanted:
        assert (each.kind, each.place, each.person) == (Kind.ALARM, COMMUNE, 7)
        assert (each.urgency, each.due_at) == (found[0], MORNING + dt.timedelta(hours=found[1]))


def test_its_task_goes_with_it(client, officer, declared, morning):
    """Opened by the code that confirms the number, more urgent by a correction, moved by handing over, closed by the
    call, by withdrawing and by retention; sent again it is opened where a stopped server had left it out."""
    row = declared(signs=["cough"])
    task = Task.objects.get(source="declaration")
    assert (task.kind, task.place, task.source_key, task.urgency) == ("alarm", COMMUNE, str(row.pk), Urgency.SOON)
    task.delete()
    services.confirm(row.words, "", MORNING)
    seen = services.of_receipt(row.words)
    services.correct(row.words, seen.form, seen.answers | {"signs": ("breathless",)}, MORNING)
    assert Task.objects.get(source="declaration").urgency == Urgency.NOW
    user = officer("province", PROVINCE, may_confirm=True)
    client.post(f"{LIST}{row.pk}/hand-over", {"commune": "34:31321"})
    client.post(f"{LIST}{row.pk}/person")
    task = Task.objects.get(source="declaration")
    assert (task.place, task.person) == (NEIGHBOUR, Person.objects.get())
    client.post(f"{LIST}{row.pk}/call", {"result": "not-reached"})
    assert Task.objects.get(source="declaration").state == "open"
    client.post(f"{LIST}{row.pk}/call", {"result": "hospital"})
    assert (Task.objects.get(source="declaration").state, Task.objects.get(source="declaration").closed_by) == (
        "done",
        user,
    )
    withdrawn, old = declared(**ILL), declared(**ILL)
    services.withdraw(withdrawn.words, MORNING)
    assert [each.source_key for each in Task.objects.filter(source="declaration", state="open")] == [str(old.pk)]
    retention.purge(MORNING + dt.timedelta(days=40))
    assert not Task.objects.filter(source="declaration", state="open").exists()
