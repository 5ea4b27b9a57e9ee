"""Test what an officer makes of a declaration: a case or a contact in one step, pages by key, files, public counts."""

from __future__ import annotations

import csv
import datetime as dt
import io
import secrets
from typing import Any

import pytest
from openpyxl import load_workbook
from tests.authority.declarations.conftest import COMMUNE, DAY, ILL, MORNING, NEIGHBOUR, PROVINCE
from tests.forms.samples import FORMS, GIVEN

from bluezone.authority.declarations import queries, services, tracing, views
from bluezone.authority.declarations.models import HealthDeclaration
from bluezone.authority.declarations.rules import Way
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.episodes.models import Episode
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.models import Person, Shift
from bluezone.forms.answers import read_answers

pytestmark = pytest.mark.django_db
LIST = "/officer/declarations/"


def test_a_suspected_case_is_opened_in_one_step_and_once(client, officer, declared):
    row = declared(**ILL)
    by = officer("commune", COMMUNE, may_confirm=True)
    first, again = (client.post(f"{LIST}{row.pk}/case", {"day": "2020-08-19"}) for _ in range(2))
    case = Case.objects.get()
    assert first.headers["location"] == again.headers["location"] == f"/officer/cases/{case.pk}"
    assert (case.report_type, case.onset_date, case.place) == ("suspected", dt.date(2020, 8, 19), COMMUNE)
    assert case.person == Person.objects.get()
    assert case.person.pseudonym in client.get(f"{LIST}{row.pk}").content.decode()
    persons.open_shift(by, Shift.Purpose.DECLARATIONS, MORNING)
    assert f">{tracing.identity_of(row).name}</a>" in client.get(f"{LIST}{row.pk}").content.decode()


def test_a_contact_is_entered_in_one_step_and_once(client, officer, declared):
    row = declared(**ILL)
    officer("commune", COMMUNE, may_confirm=True)
    for _ in range(2):
        done = client.post(f"{LIST}{row.pk}/contact", {"day": "2020-08-18", "setting": "household"})
    contact = Episode.objects.get()
    assert done.headers["location"] == f"/officer/contacts/people/{contact.pk}"
    assert (contact.role, contact.place) == ("f1", COMMUNE)
    assert contact.exposures.get().day == dt.date(2020, 8, 18)
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    ("step", "fields"),
    [
        ("case", {}),
        ("case", {"day": "2020-08-21"}),
        ("case", {"day": "2019-08-21"}),
        ("case", {"day": "x" * 100}),
        ("contact", {"day": "2020-08-18"}),
        ("contact", {"day": "2020-08-18", "setting": "moon"}),
        ("contact", {"day": "2021-01-01", "setting": "work"}),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_made(client, officer, declared, step, fields):
    row = declared(**ILL)
    officer("commune", COMMUNE, may_confirm=True)
    answer = client.post(f"{LIST}{row.pk}/{step}", fields)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert (Case.objects.count(), Episode.objects.count(), Person.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("step", ["case", "contact"])
def test_who_may_not_confirm_or_is_elsewhere_makes_nothing(client, officer, declared, step):
    row = declared(**ILL)
    fields = {"day": "2020-08-18", "setting": "work"}
    officer("commune", COMMUNE)
    assert client.post(f"{LIST}{row.pk}/{step}", fields).status_code == 403
    officer("commune", NEIGHBOUR, may_confirm=True)
    assert client.post(f"{LIST}{row.pk}/{step}", fields).status_code == 404
    assert not Person.objects.exists()


# --- the queue by key -------------------------------------------------------------------------------------------------


def test_the_queue_is_paged_by_key_and_shows_everybody_once(client, officer, declared, morning, monkeypatch):
    monkeypatch.setattr(views, "PAGE_SIZE", 3)
    made = []
    for number in range(8):
        morning.forward(minutes=1)
        made.append(declared(**(ILL if number % 2 else {"signs": ["cough"]})))
    officer("commune", COMMUNE)
    wanted = [each.pk for each in sorted(made, key=lambda each: (-each.level, each.received_at))]
    seen: list[int] = []
    page = ""
    for _ in range(4):
        answer = client.get(LIST, {"page": page} if page else {})
        seen += [each["row"].pk for each in answer.context["rows"]]
        page = answer.context["page"].older
        if not page:
            break
    assert seen == wanted
    assert client.get(LIST, {"page": "after_x_y_z"}).status_code == 200


def test_more_than_a_thousand_are_not_counted(client, officer, declared, monkeypatch):
    monkeypatch.setattr(queries, "MOST_COUNTED", 2)
    for _ in range(4):
        declared(**ILL)
    officer("commune", COMMUNE)
    assert "Hơn 2 tờ khai" in client.get(LIST).content.decode()


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_file_names_nobody_and_computes_nothing(client, officer, declared):
    row = declared(**ILL, address=["=cmd|' /C calc'!A1"])
    HealthDeclaration.objects.filter(pk=row.pk).update(form="=1+1", version=1)
    HealthDeclaration.objects.filter(pk=row.pk).update(form="population")
    officer("province", PROVINCE)
    text = client.get(f"{LIST}table.csv").content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert len(lines) == 2
    assert lines[1][6] == "34:31471"
    book = load_workbook(io.BytesIO(client.get(f"{LIST}table.xlsx").content))
    cells = [cell for line in book.active.iter_rows() for cell in line]
    # no formula; a number is one of the table's own: the form's version
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "inlineStr", "n"}
    assert [cell.value for cell in cells if isinstance(cell.value, int | float)] == [1]
    assert not any(str(cell.value).startswith(("=", "+", "-", "@")) for cell in cells)
    for hidden in ("Nguyễn", "0912", "912345678", "calc"):
        assert hidden not in text
        assert not any(hidden in str(cell.value) for cell in cells)


def test_a_file_holds_the_jurisdiction_alone(client, officer, declared):
    declared(**ILL)
    officer("commune", NEIGHBOUR)
    assert len(client.get(f"{LIST}table.csv").content.decode().splitlines()) == 1


# --- public counts ----------------------------------------------------------------------------------------------------


def _many(count: int, commune: str, now: dt.datetime, **given: list[str]) -> None:
    form = FORMS["population"]
    answers = read_answers(form, GIVEN | given | {"commune": [commune]}, services.edge_on(DAY)).answers
    for number in range(count):
        own = answers | {"telephone": f"+8491{number:07d}"}
        services.declare(secrets.token_bytes(16), form, own, Way.CHECKPOINT, now, day=DAY)


def test_public_counts_are_of_whole_days_and_small_ones_are_suppressed(client, morning: Any):
    for count, commune in ((12, "34:31471"), (7, "34:00004"), (3, "34:26740")):
        _many(count, commune, MORNING, **ILL)
    assert client.get("/declare/counts.csv").content.decode().splitlines() == ["province,declared,to_call"]
    morning.forward(days=1)
    lines = client.get("/declare/counts.csv").content.decode().splitlines()[1:]
    counts = dict(line.split(",", 1) for line in lines)
    assert sorted(counts.values()) == ["", "", "12,12"] or sorted(counts.values()) == [",", ",", "12,12"]
    page = client.get("/declare/counts", {"lang": "en"}).content.decode()
    assert "12" in page
    assert "A dash is a number below 5" in page


# --- the corrected number ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "stays"), [("0912 345 678", True), ("0912 345 679", False)])
def test_another_number_is_not_confirmed_by_the_code_of_the_first(declared, morning, number, stays):
    row, form = declared(), FORMS["population"]
    answers = read_answers(form, GIVEN | {"telephone": [number]}, services.edge_on(DAY)).answers
    services.correct(row.words, form, answers, morning.now)
    assert HealthDeclaration.objects.get().telephone_confirmed is stays
