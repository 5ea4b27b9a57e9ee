"""Rosters: counted from the stays of a place, written in by two people at once, and what of them leaves the place."""

from __future__ import annotations

import datetime as dt

import pytest
from auditlog.models import LogEntry
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.authority.episodes.stays.conftest import COMMUNE, DAY, MORNING

from bluezone.authority.episodes import retention
from bluezone.authority.episodes.models import Roster, Stay
from bluezone.authority.episodes.stays import checks, rosters, services
from bluezone.authority.episodes.stays.roster_rules import ChangedError, Fact, State
from bluezone.authority.episodes.stays.rules import Ending, IsolationError
from bluezone.authority.episodes.stays.services import Ended, Spot
from bluezone.authority.episodes.words import Role
from bluezone.authority.officers.models import User
from bluezone.authority.units import services as units
from bluezone.authority.work.models import Task
from bluezone.geography.units import UnitCode

TOMORROW = MORNING + dt.timedelta(days=1)


def note(stay, fact, value=True, seen=None):
    return services.note_fact(stay, fact, value=value, now=MORNING, seen=seen)


def counts(place, day=DAY):
    row = Roster.objects.get(place=place.place, day=day)
    return row.present, row.with_phone, row.asked, row.has_app, row.helped


def test_who_arrives_is_in_isolation_with_a_pseudonym_a_last_day_and_tasks(beds, arrive):
    first, _second = arrive(beds, "A1, B7")
    assert (first.bed.number, first.until, first.episode.role) == ("A1", DAY + dt.timedelta(days=13), "f1")
    assert beds.organisation.beds.count() == 3  # a bed that was not known is added
    assert counts(beds) == (2, 0, 0, 0, 0)
    assert Task.objects.filter(source="roster", state="open").get().detail == "not-asked"


def test_a_day_goes_on_with_those_of_the_day_before_and_is_confirmed_anew(beds, arrive, someone):
    staying, gone, away = arrive(beds, "A1, A2, A3")
    note(staying, Fact.HAS_APP)
    services.end(gone, Ended(Ending.DIED), someone, MORNING)
    services.note_away(away, away=True, now=MORNING)
    rosters.confirm(beds, someone, MORNING)
    checks.job(TOMORROW)
    made = Roster.objects.get(day=TOMORROW.date())
    assert (made.present, made.asked, made.has_app, made.with_phone) == (1, 1, 1, 1)
    assert made.checked_at is None
    assert counts(beds) == (1, 1, 1, 1, 0)  # yesterday's stays


def test_once_everybody_is_asked_the_task_is_closed(beds, arrive):
    [stay] = arrive(beds, "A1")
    note(stay, Fact.ASKED)
    assert not Task.objects.filter(source="roster", state="open").exists()


# --- two people at once ----------------------------------------------------------------------------------------------


def test_two_pages_that_add_facts_lose_nothing(beds, arrive):
    [stay] = arrive(beds, "A1")
    seen = State()  # both pages
    for fact in (Fact.HAS_PHONE, Fact.HELPED, Fact.HAS_APP):
        note(stay, fact, seen=seen)
    stay.refresh_from_db()
    assert rosters.state_of(stay) == State(has_phone=True, asked=True, has_app=True, helped=True)


def test_a_page_that_did_not_see_it_takes_nothing_back(beds, arrive):
    [stay] = arrive(beds, "A1")
    note(stay, Fact.HAS_PHONE)
    seen = State(has_phone=True)
    note(stay, Fact.HAS_APP, seen=seen)
    with pytest.raises(ChangedError, match="A1"):
        note(stay, Fact.HAS_PHONE, value=False, seen=seen)
    with pytest.raises(ChangedError):
        services.note_away(stay, away=True, now=MORNING, seen=seen)
    stay.refresh_from_db()
    assert stay.has_app
    note(stay, Fact.HAS_PHONE, value=False, seen=rosters.state_of(stay))  # now it has been seen
    stay.refresh_from_db()
    assert (stay.has_phone, stay.has_app, stay.asked) == (False, False, True)


def test_the_same_tap_twice_is_one_and_needs_no_newest_page(beds, arrive):
    [stay] = arrive(beds, "A1")
    note(stay, Fact.ASKED, seen=State())
    assert note(stay, Fact.ASKED, seen=State()).asked


def test_a_person_who_was_removed_is_named(beds, arrive, someone):
    [stay] = arrive(beds, "A1")
    services.end(stay, Ended(Ending.MISTAKE), someone, MORNING)
    with pytest.raises(IsolationError, match="ended already"):
        note(stay, Fact.ASKED)
    assert counts(beds)[0] == 0


# --- arrivals --------------------------------------------------------------------------------------------------------


def test_a_taken_bed_is_refused_and_nothing_of_the_batch_is_added(beds, arrive):
    arrive(beds, "A1")
    with pytest.raises(IsolationError, match="A1 is taken") as caught:
        arrive(beds, "A2, a-01, A3")
    assert caught.value.field == "number"
    assert Stay.objects.count() == 1


def test_a_bed_whose_person_left_takes_a_new_one_of_whom_nothing_is_known(beds, arrive, someone):
    [stay] = arrive(beds, "A1")
    note(stay, Fact.HAS_APP)
    services.end(stay, Ended(Ending.DIED), someone, MORNING)
    [new] = arrive(beds, "A1")
    assert (new.has_app, new.asked, counts(beds)) == (False, False, (1, 0, 0, 0, 0))


def test_a_house_has_a_stay_for_each_person(houses, arrive):
    made = arrive(houses, "12A", people=3)
    assert {(each.hamlet, each.house, each.kind) for each in made} == {("3", "12A", "home")}
    assert len({each.episode.person.pseudonym for each in made}) == 3
    assert counts(houses)[0] == 3


def test_a_site_takes_no_more_beds_than_any_has(beds, arrive, monkeypatch):
    monkeypatch.setattr(services, "MOST_BEDS", 3)
    with pytest.raises(IsolationError, match="at most 3"):
        arrive(beds, "A3, A4")


# --- what leaves the place -------------------------------------------------------------------------------------------


class Counting(TestCase):
    """The counts of a roster are those of its people, whatever was done."""

    @settings(deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from([*Fact, "away", "end"]), st.booleans()), max_size=15))
    def test_counts_follow_the_people(self, steps):
        place = rosters.RosterPlace("63:31318", COMMUNE, None)
        officer, _made = User.objects.get_or_create(username="x", role="commune", place=COMMUNE)
        spots = [Spot(COMMUNE, hamlet="1", house=str(number)) for number in range(6)]
        stays = services.arrive(spots, [], Role.F1, officer, MORNING)
        for at, what, value in steps:
            if (stay := Stay.objects.get(pk=stays[at].pk)).ended_on is not None:
                continue
            if what == "end":
                services.end(stay, Ended(Ending.DIED), officer, MORNING)
            elif what == "away":
                services.note_away(stay, away=value, now=MORNING)
            else:
                note(stay, what, value)
        here = [each for each in rosters.there(COMMUNE, None, DAY) if not each.away]
        counted = [sum(getattr(each, name) for each in here) for name in ("has_phone", "asked", "has_app", "helped")]
        assert counts(place) == (len(here), *counted)


def test_the_audit_log_has_counts_and_no_bed(beds, arrive, someone, database_text):
    first, _second = arrive(beds, "K77, K78")
    rosters.confirm(beds, someone, MORNING)
    note(first, Fact.ASKED)
    rosters.confirm(beds, someone, MORNING)
    rosters.confirm(beds, someone, MORNING)
    entries = list(LogEntry.objects.filter(content_type__model="roster").order_by("pk"))
    assert entries[0].changes_dict["present"] == ["None", "2"]
    assert entries[1].changes_dict == {"asked": ["0", "1"]}
    assert entries[2].changes_dict == {}
    assert all(entry.additional_data == {"place": beds.place} for entry in entries)
    told = [line.split()[0] for line in database_text().splitlines() if "K77" in line]
    assert told == ["episodes_bed"]


def test_counts_go_after_400_days(beds, arrive):
    arrive(beds, "A1")
    assert retention.purge_counts(MORNING + dt.timedelta(days=400)) == {"rosters": 0}
    assert retention.purge_counts(MORNING + dt.timedelta(days=401)) == {"rosters": 1}


def test_rosters_and_stays_move_with_their_site(beds, arrive, site):
    arrive(beds, "A1")
    facts = units.facts_of(site)
    units.change(site, type(facts)(facts.name, facts.sector, UnitCode.parse("63:31321"), facts.headcount))
    site.refresh_from_db()
    assert Roster.objects.get().place == Stay.objects.get().place == site.place
