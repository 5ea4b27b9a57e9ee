"""Shifts: one reason opens the identities of the own place for two hours, each noted once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from auditlog.models import LogEntry

from bluezone.authority.officers.models import User
from bluezone.authority.persons import services, vault
from bluezone.authority.persons.models import Person, Shift
from bluezone.authority.persons.rules import Identity, IdentityError
from bluezone.authority.site import retention

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2020, 8, 20, 2, 30, tzinfo=dt.UTC)
COMMUNE, NEIGHBOUR = "/63:93/63:930/63:31318/", "/63:93/63:930/63:31321/"
CALLS = Shift.Purpose.FOLLOW_UP
OPEN, CLOSE = "/officer/persons/shift", "/officer/persons/shift/close"


@pytest.fixture
def tram(client: Any, set_clock: Any) -> User:
    """An officer of the commune who may read health data, logged in."""
    set_clock.now = NOW
    made = User.objects.create_user("tram", role="commune", place=COMMUNE, may_read_health=True)
    client.force_login(made, "django.contrib.auth.backends.ModelBackend")
    return made


@pytest.fixture
def people(db: None) -> list[Person]:
    """Three people of the commune, and one of its neighbour."""
    names = (("Trần Thị Mai", COMMUNE), ("Lê Văn Tư", COMMUNE), ("Lý Thị Sáu", COMMUNE), ("Ngô Văn Ba", NEIGHBOUR))
    return [services.enter(Identity(name=name), place, NOW) for name, place in names]


def openings() -> list[LogEntry]:
    return [each for each in LogEntry.objects.order_by("pk") if "opened in a shift" in (each.changes or {})]


def test_a_shift_opens_the_people_of_the_own_place_and_notes_each_once(tram, people):
    services.open_for(people, tram, NOW)
    assert [each.called for each in people] == [each.pseudonym for each in people]
    services.open_shift(tram, CALLS, NOW)
    for _ in range(2):
        services.open_for([*people, None], tram, NOW + dt.timedelta(minutes=5))
        assert [each.called for each in people] == [
            "Trần Thị Mai", "Lê Văn Tư", "Lý Thị Sáu", people[3].pseudonym,
        ]  # fmt: skip
        assert people[3].identity is None
    noted = openings()
    assert [entry.object_repr for entry in noted] == [each.pseudonym for each in people[:3]]
    assert {(entry.actor, entry.changes["opened in a shift"][1]) for entry in noted} == {(tram, "follow-up")}
    assert {entry.additional_data["place"] for entry in noted} == {COMMUNE}
    services.open_shift(tram, Shift.Purpose.LETTERS, NOW)
    services.open_for(people[:1] * 2, tram, NOW)
    assert len(openings()) == 4, "another shift is another reason"


@pytest.mark.parametrize("count", [1, 40])
def test_many_open_in_as_many_statements_as_one(tram, count, django_assert_max_num_queries):
    people = [services.enter(Identity(name="Lê Văn Tư"), COMMUNE, NOW) for _ in range(count)]
    services.open_shift(tram, CALLS, NOW)
    with django_assert_max_num_queries(8):
        services.open_for(people, tram, NOW)
    with django_assert_max_num_queries(2):
        services.open_for(people, tram, NOW)


@pytest.mark.parametrize(
    "change",
    [{"may_read_health": False}, {"is_active": False}, {"place": NEIGHBOUR}, {"role": "", "place": ""}],
    ids=["right taken", "suspended", "moved", "no post"],
)
def test_whose_right_or_post_ends_in_a_shift_sees_nothing_from_then_on(tram, people, change):
    services.open_shift(tram, CALLS, NOW)
    User.objects.filter(pk=tram.pk).update(**change)
    changed = User.objects.get(pk=tram.pk)
    assert services.current_shift(changed, NOW) is None
    services.open_for(people, changed, NOW)
    assert not any(each.identity for each in people)
    assert not openings()


def test_an_identity_without_a_key_is_left_out_and_not_noted(tram, people):
    Person.objects.filter(pk=people[0].pk).update(sealed=vault.seal(Identity(name="X"), people[1].pseudonym))
    services.open_shift(tram, CALLS, NOW)
    found = list(Person.objects.order_by("pk"))
    services.open_for(found, tram, NOW)
    assert [each.called for each in found[:3]] == [people[0].pseudonym, "Lê Văn Tư", "Lý Thị Sáu"]
    assert len(openings()) == 2


def test_without_the_right_no_shift_begins(tram):
    tram.may_read_health = False
    with pytest.raises(IdentityError):
        services.open_shift(tram, CALLS, NOW)
    assert not Shift.objects.exists()


def test_the_bar_opens_a_shift_leads_back_and_closes_it(client, tram, people, set_clock):
    back = "/officer/persons/?a=1"
    answer = client.post(OPEN, {"purpose": "visits", "next": back})
    assert (answer.status_code, answer["Location"]) == (302, back)
    [shift] = Shift.objects.all()
    assert (shift.place, shift.ends_at) == (COMMUNE, NOW + dt.timedelta(hours=2))
    page = client.get("/officer/persons/").content.decode()
    assert "11:30" in page
    assert CLOSE in page
    assert "Trần Thị Mai" in client.get(f"/officer/persons/{people[0].pseudonym}").content.decode()
    assert client.get(f"/officer/persons/{people[3].pseudonym}").status_code == 404
    set_clock.now = NOW + dt.timedelta(minutes=20)
    assert client.post(CLOSE, {"next": back})["Location"] == back
    assert "Trần Thị Mai" not in client.get(f"/officer/persons/{people[0].pseudonym}").content.decode()
    assert f'action="{OPEN}"' in client.get("/officer/persons/").content.decode()
    assert "Thăm" in client.get("/officer/changes").content.decode()


@pytest.mark.parametrize("next_", ["//elsewhere.example/", "https://elsewhere.example/", "javascript:alert(1)", ""])
def test_a_shift_leads_to_no_other_server(client, tram, next_):
    for address in (OPEN, CLOSE):
        assert client.post(address, {"purpose": "visits", "next": next_})["Location"] == "/officer/"


def test_a_shift_without_a_purpose_is_asked_again_and_nothing_is_lost(client, tram):
    answer = client.post(OPEN, {"purpose": "curiosity", "next": "/officer/persons/"})
    assert answer.status_code == 400
    assert 'value="/officer/persons/"' in answer.content.decode()
    assert not Shift.objects.exists()


def test_who_may_not_read_opens_none_and_closes_what_runs(client, tram):
    services.open_shift(tram, CALLS, NOW)
    User.objects.update(may_read_health=False)
    assert client.get(OPEN).status_code == client.post(OPEN, {"purpose": "visits"}).status_code == 403
    assert client.post(CLOSE).status_code == 302
    assert Shift.objects.get().closed_at == NOW


def test_a_shift_is_forgotten_after_a_week_and_the_log_keeps_its_openings(tram, people):
    services.open_shift(tram, CALLS, NOW)
    services.open_for(people, tram, NOW)
    assert retention.purge(NOW + dt.timedelta(days=7)).get("shifts", 0) == 0
    assert retention.purge(NOW + dt.timedelta(days=7, hours=3))["shifts"] == 1
    assert len(openings()) == 3
