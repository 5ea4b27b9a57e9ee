"""A case that another office takes over: its own person's stay goes along; contacts stay where they live."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.authority.episodes.stays.conftest import ADDRESS, COMMUNE, DAY, MORNING, OTHER_COMMUNE

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.episodes import handing_over
from bluezone.authority.episodes.models import Episode, Exposure, Handover, Stay
from bluezone.authority.episodes.stays import checks, letters, queries, services
from bluezone.authority.episodes.stays.rules import Ending, Said, Way
from bluezone.authority.episodes.stays.services import Ended, Entry, Spot
from bluezone.authority.episodes.words import Role, StayKind
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.rules import Identity
from bluezone.authority.site.configuration import disease
from bluezone.authority.work.models import Task

#: where the other office takes somebody in
THERE = Spot(OTHER_COMMUNE, address="2 Lê Lợi", kind=StayKind.HOSPITAL)
ENDED = {"ended_on": DAY, "ending": "early"}
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def health(db, morning) -> dict[str, User]:
    """Officers of two communes who may confirm cases."""
    return {
        place: User.objects.create_user(f"health {place}", role="commune", place=place, may_confirm=True)
        for place in (COMMUNE, OTHER_COMMUNE)
    }


@pytest.fixture
def case(health) -> Case:
    """A case of the first commune."""
    person = persons.enter(Identity(name="Mai"), COMMUNE, MORNING)
    return Case.objects.create(
        place=COMMUNE, created_at=MORNING, report_type="confirmed", status="confirmed", test_date=DAY, person=person
    )


def isolated(person, officer: User, kind: StayKind = StayKind.HOSPITAL) -> Stay:
    spot = Spot(COMMUNE, address=ADDRESS, kind=kind)
    return services.enter(Entry(spot, Role.F1, DAY, person=person), officer, MORNING)


def hand_over(case: Case, by: User, state: Handover.State = Handover.State.ACCEPTED) -> None:
    asked = handing_over.ask(Episode.objects.get(case=case), OTHER_COMMUNE, by, MORNING)
    handing_over.decide(asked, state, by, MORNING, THERE)


def seen(officer: User) -> set[int]:
    return set(queries.visible(officer).values_list("pk", flat=True))


def test_the_stay_of_the_cases_person_goes_along_to_where_the_other_office_says(health, case):
    stay = isolated(case.person, health[COMMUNE])
    letters.issue(stay, "order", health[COMMUNE], MORNING)
    asked = handing_over.ask(stay.episode, OTHER_COMMUNE, health[COMMUNE], MORNING)
    here, there = (Client(headers={"accept-language": "en"}) for _ in range(2))
    here.force_login(health[COMMUNE], BACKEND)
    there.force_login(health[OTHER_COMMUNE], BACKEND)
    page, accept = f"/officer/isolation/stays/{stay.pk}", f"/officer/contacts/handovers/{asked.pk}/accepted"
    assert accept in there.get("/officer/contacts/handovers").content.decode()
    assert (seen(health[COMMUNE]), seen(health[OTHER_COMMUNE])) == ({stay.pk}, set())
    assert there.get(page).status_code == 404
    assert there.get(accept).status_code == 200
    assert there.post(accept, {"where": "hospital"}).status_code == 400  # which one is asked
    assert there.post(accept, {"where": "hospital", "address": "2 Lê Lợi"}).status_code == 302
    assert (seen(health[COMMUNE]), seen(health[OTHER_COMMUNE])) == (set(), {stay.pk})
    assert there.get(page, follow=True).status_code == 200
    assert here.get(f"/officer/contacts/people/{stay.episode_id}").status_code == here.get(page).status_code == 302
    left = here.get(page, follow=True)  # to whom, when, and what the own office signed
    assert "Handed over to" in left.context["standing"].said
    told = [event.what for day in left.context["days"] for event in day["events"]]
    assert told == ["Another office was asked to take over", "Order to isolate"]
    sections = [each.template for each in (*left.context["main"], *left.context["aside"])]
    assert (left.context["may_open"], left.context["next"], sections) == (False, None, [])
    for step in ("end", "move", "medicine"):
        assert here.post(f"{page}/{step}").status_code in (404, 405)
    assert not Handover.objects.filter(state=Handover.State.WAITING).exists()


@pytest.mark.parametrize(("state", "ended"), [(Handover.State.DECLINED, {}), (Handover.State.ACCEPTED, ENDED)])
def test_a_stay_stays_where_the_case_is_declined_or_the_stay_ended(health, case, state, ended):
    stay = isolated(case.person, health[COMMUNE])
    Stay.objects.filter(pk=stay.pk).update(**ended)
    hand_over(case, health[COMMUNE], state)
    assert seen(health[COMMUNE]) == {stay.pk}


def test_what_is_left_to_do_of_a_stay_that_has_ended_goes_to_who_follows_the_person(health, case):
    """An alarm and a positive test stayed with who had given the person away, and could not open the page."""
    stay = isolated(case.person, health[COMMUNE])
    danger = Said((next(iter(disease().signs.danger)),))
    checks.store(stay, "a key", danger, Way.WEB, MORNING)
    services.end(stay, Ended(Ending.EARLY, "hardship", "is moved to the family"), health[COMMUNE], MORNING)
    hand_over(case, health[COMMUNE])
    left = Task.objects.filter(source="stay", source_key=stay.pk, state="open").order_by("kind")
    assert list(left.values_list("kind", "place")) == [("alarm", OTHER_COMMUNE), ("release", COMMUNE)]
    assert seen(health[COMMUNE]) == seen(health[OTHER_COMMUNE]) == {stay.pk}
    here, there = (Client(headers={"accept-language": "en"}) for _ in range(2))
    here.force_login(health[COMMUNE], BACKEND)
    there.force_login(health[OTHER_COMMUNE], BACKEND)
    assert "A second officer is to agree" in here.get("/officer/work/").content.decode()
    page, event = f"/officer/isolation/stays/{stay.pk}", stay.episode.events.get(kind="check")
    answer = reverse("isolation:answer", args=[stay.pk, event.pk])
    assert answer in there.get(page, follow=True).content.decode()
    assert there.post(answer).status_code == 302
    assert left.values_list("kind").get() == ("release",)
    assert "Handed over to" in here.get(page, follow=True).context["standing"].said
    taken_back = reverse("isolation:take-back-end", args=[stay.pk])
    assert there.post(taken_back).status_code == 404  # it was not there
    assert "nother office follows this person now" in here.post(taken_back).content.decode()


def test_a_contact_stays_with_the_commune_where_they_isolate(health, case):
    wife = persons.enter(Identity(name="Lan"), COMMUNE, MORNING)
    stay = isolated(wife, health[COMMUNE], StayKind.HOME)
    source = Episode.objects.get(case=case)
    Exposure.objects.create(episode=stay.episode, source=source, day=DAY, setting="household", found_by="hand")
    hand_over(case, health[COMMUNE])
    assert seen(health[COMMUNE]) == {stay.pk}
