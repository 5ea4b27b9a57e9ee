"""From house to house: entered from a telephone by the hamlet's head, seen by its commune, counted for all above."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from bluezone.authority.outreach import queries, retention, services
from bluezone.authority.outreach.models import Hamlet, HouseholdVisit, VisitDay, VisitTeam
from bluezone.authority.outreach.rules import KEPT_DAYS, OutreachError
from bluezone.rollout.households import HouseholdError, Outcome

DAY = dt.date(2020, 8, 15)
YESTERDAY = DAY - dt.timedelta(days=1)


def text_of(response) -> str:
    assert response.status_code == 200, response.content.decode()
    return response.content.decode().replace("\u00a0", " ")


def page_of(unit) -> str:
    return reverse("outreach:households", args=[unit.code])


@pytest.fixture
def visited(hamlet):
    """120 households; 60 visited yesterday, one of them again today."""
    services.set_households(hamlet, 120)
    services.record_visits(
        hamlet,
        YESTERDAY,
        {Outcome.HAS: range(1, 31), Outcome.HELPED: range(31, 51), Outcome.ABSENT: range(51, 61)},
        DAY,
    )
    services.record_visits(hamlet, DAY, {Outcome.REFUSED: [51, 52]}, DAY)
    return hamlet


def test_a_head_says_how_many_households_there_are_and_enters_visits(officer, client, hamlet):
    officer("head", "unit-head", hamlet.place)
    page = page_of(hamlet)
    assert "khu vực 1" in text_of(client.get(page)).lower()
    assert client.post(reverse("outreach:set-households", args=[hamlet.code]), {"households": "120"}).status_code == 302
    body = {"date": "15/8/2020", "has": "1–30", "helped": "31, 32", "refused": "40", "absent": "41-45"}
    assert client.post(page, body).status_code == 302
    row = Hamlet.objects.get()
    assert (row.visited, row.has, row.helped, row.refused, row.absent) == (38, 30, 2, 1, 5)
    found = text_of(client.get(page))
    assert "46–120" in found  # never visited
    assert "33–39" in found
    assert "41–45" in found  # nobody at home


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"has": "1-5", "refused": "5"}, "5"),
        ({"has": "121"}, "121"),
        ({"has": "nhà anh Tư"}, "anh"),
        ({"has": "0912345678"}, "0912345678"),
        ({}, ""),
        ({"has": "1", "date": "16/8/2020"}, ""),
        ({"has": "1", "date": "1/5/2020"}, ""),
        ({"has": "1", "date": "hôm qua"}, ""),
    ],
)
def test_what_cannot_be_stays_on_the_page_and_nothing_is_stored(officer, client, hamlet, body, sentence):
    services.set_households(hamlet, 120)
    officer("head", "unit-head", hamlet.place)
    answer = client.post(page_of(hamlet), {"date": "15/8/2020"} | body)
    assert answer.status_code == 400
    shown = answer.content.decode()
    assert 'role="alert"' in shown
    assert sentence in shown
    assert not HouseholdVisit.objects.exists()


def test_a_day_entered_again_corrects_it_and_a_visit_is_taken_back(officer, client, visited):
    services.record_visits(visited, DAY, {Outcome.HELPED: [51]}, DAY)
    assert VisitDay.objects.get(date=DAY).helped == 1
    assert VisitDay.objects.get(date=DAY).refused == 1
    officer("head", "unit-head", visited.place)
    client.post(reverse("outreach:take-back", args=[visited.code]), {"date": "15/8/2020", "numbers": "51-52"})
    assert not VisitDay.objects.filter(date=DAY).exists()
    assert Hamlet.objects.get().absent == 10


def test_the_number_of_households_is_not_less_than_the_highest_one_visited(visited):
    with pytest.raises(OutreachError, match="household 60"):
        services.set_households(visited, 50)


def test_single_households_are_seen_by_the_hamlet_and_its_commune_only(officer, client, visited):
    for name, role, place, status in (
        ("head", "unit-head", visited.place, 200),
        ("commune", None, "", 200),
        ("district", None, "", 404),
        ("province", None, "", 404),
        ("ministry", None, "", 404),
        ("sister commune", None, "", 404),
        ("without a role", None, "", 403),
    ):
        officer(name, role, place)
        assert client.get(page_of(visited)).status_code == status, name


def test_who_goes_is_a_function_with_households(officer, client, visited):
    officer("head", "unit-head", visited.place)
    add = reverse("outreach:add-team", args=[visited.code])
    assert client.post(add, {"name": "Tổ COVID cộng đồng 1", "numbers": "1-60"}).status_code == 302
    assert client.post(add, {"name": "Tổ COVID cộng đồng 2", "numbers": "50–80"}).status_code == 302
    assert client.post(add, {"name": "tổ covid cộng đồng 2", "numbers": ""}).status_code == 400
    assert client.post(add, {"name": "Anh Tư 0912 345 678", "numbers": ""}).status_code == 400
    page = text_of(client.get(page_of(visited)))
    assert "50–60" in page  # two teams go there
    assert "81–120" in page  # nobody does
    team = VisitTeam.objects.get(name="Tổ COVID cộng đồng 2")
    change = reverse("outreach:team", args=[visited.code, team.pk])
    assert client.get(change).status_code == 200
    assert client.post(change, {"name": team.name, "numbers": "61-120"}).status_code == 302
    assert client.post(change, {"name": team.name, "drop": "yes"}).status_code == 302
    assert VisitTeam.objects.count() == 1


def test_the_overview_adds_up_hamlets_and_shows_no_small_one(officer, client, visited, add):
    small = add("Ấp 2", "neighbourhoods", 90)
    services.set_households(small, 20)
    services.record_visits(small, DAY, {Outcome.HAS: [1, 2], Outcome.REFUSED: [3]}, DAY)
    add("Ấp 3", "neighbourhoods", 90)
    overview = reverse("outreach:overview") + "?of=households"
    officer("district")
    page = text_of(client.get(overview))
    assert "63 trong 140" in page or "63 trên 140" in page or "63/140" in page
    assert "dưới 5" in page
    assert ">50<" in page  # with the app: 50 of the large one, and what may be shown of the small one
    officer("commune")
    assert ">52<" in text_of(client.get(overview))


def test_rows_go_when_a_hamlet_is_silent_and_its_counts_stay(visited, set_clock):
    set_clock.now = dt.datetime(2020, 8, 15, 2, tzinfo=dt.UTC)
    later = set_clock.now + dt.timedelta(days=KEPT_DAYS + 2)
    assert retention._households(set_clock.now) == {"visits of households": 0}
    assert retention._households(later) == {"visits of households": 62}
    row = Hamlet.objects.get()
    assert (row.visited, row.refused, VisitDay.objects.count()) == (60, 2, 2)


def test_a_whole_day_or_nothing_is_stored(hamlet):
    services.set_households(hamlet, 120)
    with pytest.raises(HouseholdError):
        services.record_visits(hamlet, DAY, {Outcome.HAS: [1, 2], Outcome.REFUSED: [2]}, DAY)
    assert queries.visits_of(hamlet) == []
