"""The one search: by code, number of a file, place; a telephone number only whole, by POST, counted and noted."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.test import Client

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.rules import Identity
from bluezone.authority.project import home
from bluezone.authority.site import clock
from bluezone.authority.units.models import Organisation

pytestmark = pytest.mark.django_db
HERE, THERE = "/63:93/", "/63:92/"
NUMBER = "+84912345678"
DAY = dt.date(2020, 8, 18)


@pytest.fixture
def health(client: Client, set_clock: Any) -> Client:
    set_clock.now = dt.datetime(2020, 8, 20, 2, tzinfo=dt.UTC)
    client.force_login(User.objects.create(username="lan", role="province", place=HERE, may_confirm=True))
    return client


def person(place: str = HERE) -> Person:
    return services.enter(Identity("Nguyễn Thị Lan", 1950, NUMBER, "", ""), place, clock.now())


def found(client: Client, text: str) -> list[str]:
    answer = client.post("/officer/search", {"q": text})
    if answer.status_code == 302:
        answer = client.get(answer["Location"])
    return [each.text for each in answer.context["found"]]


def test_codes_numbers_and_places_are_found_within_the_jurisdiction(health: Client) -> None:
    here, there = person(), person(THERE)
    Case.objects.create(
        place=HERE, person=here, file_number="LM-001", report_type="confirmed", test_date=DAY, created_at=clock.now()
    )
    Case.objects.create(
        place=THERE, file_number="LM-002", report_type="confirmed", test_date=DAY, created_at=clock.now()
    )
    Organisation.objects.create(
        name="Chợ Long Mỹ", code="K4M7Q", place=f"{HERE}K4M7Q/", search_key="cho long my", created_on=DAY
    )
    assert found(health, "LM-001") == ["LM-001"]
    assert found(health, "LM-002") == []
    assert here.pseudonym in found(health, here.pseudonym)
    assert there.pseudonym not in found(health, there.pseudonym)
    assert found(health, "k4m7q") == ["Chợ Long Mỹ"]
    assert "Chợ Long Mỹ" in found(health, "chợ long")
    assert found(health, "Phụng Hiệp")[0].endswith("Phụng Hiệp")
    assert found(health, "Cần Thơ") == [], "another province is not the officer's"
    assert found(health, "") == []


def test_a_telephone_number_is_found_by_post_alone_and_noted(health: Client) -> None:
    one, _other = person(), person(THERE)
    noted = LogEntry.objects.filter(changes__has_key="found")
    assert health.get("/officer/search?q=0912345678").context["found"] == []
    assert (found(health, "091234567"), noted.count()) == ([], 0)
    answer = health.post("/officer/search", {"q": "0912 345 678"})
    assert answer.status_code == 200, "the number stands in no address"
    assert [each.text for each in answer.context["found"]] == [one.pseudonym]
    assert "0912" not in answer.content.decode()
    assert noted.count() == 1


def test_who_may_not_open_identities_finds_nobody_by_a_number(client: Client) -> None:
    person()
    client.force_login(User.objects.create(username="an", role="province", place=HERE))
    assert found(client, NUMBER) == []


def test_numbers_are_looked_for_so_often_and_no_more(health: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "_MOST_NUMBERS", 2)
    answers = [health.post("/officer/search", {"q": NUMBER}).status_code for _ in range(3)]
    assert answers == [200, 200, 429]
