"""Rosters are started, carried over and written in; two people at once lose nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from auditlog.models import LogEntry
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from bluezone.authority.officers.models import User
from bluezone.authority.quarantine import retention, services
from bluezone.authority.quarantine.models import Roster, Row
from bluezone.authority.quarantine.numbers import read_numbers
from bluezone.authority.quarantine.places import RosterPlace
from bluezone.authority.quarantine.rules import ChangedError, Fact, Presence, RosterError, count
from bluezone.authority.units import services as units
from bluezone.geography.units import UnitCode

DAY = dt.date(2020, 8, 20)
TOMORROW = DAY + dt.timedelta(days=1)


def note(roster, row, fact, value=True, seen=None, day=DAY):
    return services.note(roster, row.pk, fact, value=value, seen=seen or row.version, today=day)


def test_the_first_roster_is_empty_and_starting_twice_starts_one(beds):
    roster = services.start(beds, DAY, DAY)
    assert services.start(beds, DAY, DAY) == roster
    assert (roster.present, roster.carried_over_from, roster.checked_at) == (0, None, None)


def test_a_roster_is_carried_over_without_those_who_left(beds, started, bed):
    roster = started(beds, "A1, A2, A3, A4")
    note(roster, bed(roster, "A1"), Fact.HAS_APP)
    note(roster, bed(roster, "A2"), Fact.ASKED)
    for number, presence in (("A3", Presence.LEFT), ("A4", Presence.ABSENT)):
        services.place_person(roster, bed(roster, number).pk, presence, seen=1, today=DAY)
    made = services.start(beds, TOMORROW, TOMORROW)
    assert made.carried_over_from == DAY
    assert list(made.rows.order_by("number_key").values_list("number", "presence", "has_app", "asked")) == [
        ("A1", "present", True, True),
        ("A2", "present", False, True),
        ("A4", "absent", False, False),
    ]
    assert (made.present, made.asked, made.has_app, made.with_phone) == (2, 2, 1, 1)
    assert made.checked_at is None  # nobody has confirmed today's yet


def test_a_roster_is_carried_over_across_days_without_one_but_not_for_ever(beds, started):
    started(beds, "A1")
    assert services.start(beds, DAY + dt.timedelta(days=14), DAY + dt.timedelta(days=14)).present == 1
    late = DAY + dt.timedelta(days=40)
    assert services.start(beds, late, late).present == 0


def test_only_todays_roster_is_started(beds):
    with pytest.raises(RosterError, match="own day"):
        services.start(beds, TOMORROW, DAY)
    assert not Roster.objects.exists()


def test_a_closed_roster_is_not_written_in(beds, started, bed):
    roster = started(beds, "A1")
    services.start(beds, TOMORROW, TOMORROW)
    row = bed(roster, "A1")
    for act in (
        lambda: note(roster, row, Fact.ASKED, day=TOMORROW),
        lambda: services.arrive(roster, read_numbers("A2"), TOMORROW),
        lambda: services.remove(roster, row.pk, seen=1, today=TOMORROW),
        lambda: services.confirm(roster, User(), dt.datetime(2020, 8, 21, tzinfo=dt.UTC), TOMORROW),
    ):
        with pytest.raises(RosterError, match="closed"):
            act()
    assert not Row.objects.get(pk=row.pk).asked


def test_past_midnight_yesterdays_roster_is_still_open(beds, started, bed):
    roster = started(beds, "A1")
    note(roster, bed(roster, "A1"), Fact.ASKED, day=TOMORROW)
    assert bed(roster, "A1").asked


# --- two people at once ----------------------------------------------------------------------------------------------


def test_two_pages_that_add_facts_lose_nothing(beds, started, bed):
    roster = started(beds, "A1")
    row = bed(roster, "A1")  # both pages show version 1
    note(roster, row, Fact.HAS_PHONE, seen=1)
    note(roster, row, Fact.HELPED, seen=1)
    note(roster, row, Fact.HAS_APP, seen=1)
    row.refresh_from_db()
    assert (row.has_phone, row.asked, row.has_app, row.helped) == (True, True, True, True)


def test_a_page_that_did_not_see_it_takes_nothing_back(beds, started, bed):
    roster = started(beds, "A1")
    row = bed(roster, "A1")
    note(roster, row, Fact.HAS_PHONE)
    row.refresh_from_db()
    seen = row.version
    note(roster, row, Fact.HAS_APP, seen=seen)
    with pytest.raises(ChangedError, match="A1"):
        note(roster, row, Fact.HAS_PHONE, value=False, seen=seen)
    with pytest.raises(ChangedError):
        services.place_person(roster, row.pk, Presence.LEFT, seen=seen, today=DAY)
    with pytest.raises(ChangedError):
        services.remove(roster, row.pk, seen=seen, today=DAY)
    row.refresh_from_db()
    assert row.has_app
    note(roster, row, Fact.HAS_PHONE, value=False)  # now it has been seen
    row.refresh_from_db()
    assert (row.has_phone, row.has_app, row.asked) == (False, False, True)


def test_the_same_tap_twice_is_one_and_needs_no_newest_page(beds, started, bed):
    roster = started(beds, "A1")
    row = bed(roster, "A1")
    note(roster, row, Fact.ASKED)
    assert note(roster, row, Fact.ASKED, seen=1).version == 2


def test_a_row_that_somebody_removed_is_named(beds, started, bed):
    roster = started(beds, "A1")
    row = bed(roster, "A1")
    services.remove(roster, row.pk, seen=1, today=DAY)
    with pytest.raises(RosterError, match="removed"):
        note(roster, row, Fact.ASKED)
    assert Roster.objects.get().present == 0


# --- arrivals --------------------------------------------------------------------------------------------------------


def test_a_taken_bed_is_refused_and_nothing_of_the_batch_is_added(beds, started, bed):
    roster = started(beds, "A1")
    with pytest.raises(RosterError, match="A1 is taken") as caught:
        services.arrive(roster, read_numbers("A2, a-01, A3"), DAY)
    assert caught.value.field == "number"
    assert roster.rows.count() == 1


def test_a_bed_whose_person_left_takes_a_new_one_of_whom_nothing_is_known(beds, started, bed):
    roster = started(beds, "A1")
    note(roster, bed(roster, "A1"), Fact.HAS_APP)
    services.place_person(roster, bed(roster, "A1").pk, Presence.LEFT, seen=2, today=DAY)
    services.arrive(roster, read_numbers("A1"), DAY)
    row = bed(roster, "A1")
    assert (row.presence, row.has_app, row.asked) == ("present", False, False)
    assert Roster.objects.get().has_app == 0


def test_a_house_has_a_row_for_each_person_and_takes_one_more(houses):
    roster = services.start(houses, DAY, DAY)
    rows = services.arrive(roster, read_numbers("12A"), DAY, hamlet="3", people=3)
    assert [row.person for row in roster.rows.order_by("person")] == [1, 2, 3]
    with pytest.raises(RosterError, match="One more person"):
        services.arrive(roster, read_numbers("12 a"), DAY, hamlet="3")
    services.arrive(roster, read_numbers("12A"), DAY, hamlet="4")  # of another hamlet
    services.one_more(roster, rows[0].pk, 4, DAY)
    services.one_more(roster, rows[0].pk, 4, DAY)  # somebody else pressed it, too
    assert Roster.objects.get().present == 5
    with pytest.raises(RosterError, match="20"):
        services.one_more(roster, rows[0].pk, 21, DAY)


def test_a_roster_takes_no_more_people_than_any_site_has(beds, started, monkeypatch):
    monkeypatch.setattr(services, "MOST_ROWS", 3)
    roster = started(beds, "A1, A2")
    with pytest.raises(RosterError, match="at most 3"):
        services.arrive(roster, read_numbers("A3, A4"), DAY)


# --- what leaves the place -------------------------------------------------------------------------------------------


class Counting(TestCase):
    """The counts of a roster are those of its rows, whatever was done."""

    def setUp(self) -> None:
        self.place = RosterPlace("63:31318", "/63:93/63:930/63:31318/", None)

    @settings(max_examples=20, deadline=None)
    @given(
        st.lists(
            st.tuples(st.integers(0, 5), st.sampled_from([*Fact, *Presence, "remove"]), st.booleans()), max_size=15
        )
    )
    def test_counts_follow_the_rows(self, steps):
        roster = services.start(self.place, DAY, DAY)
        roster.rows.all().delete()
        services.arrive(roster, read_numbers("1, 2, 3, 4, 5, 6"), DAY, hamlet="1")
        for at, what, value in steps:
            rows = list(roster.rows.order_by("number_key"))
            if at >= len(rows):
                continue
            row = rows[at]
            if what == "remove":
                services.remove(roster, row.pk, seen=row.version, today=DAY)
            elif isinstance(what, Presence):
                services.place_person(roster, row.pk, what, seen=row.version, today=DAY)
            else:
                note(roster, row, what, value)
        roster.refresh_from_db()
        assert roster.counts == count(row.state for row in roster.rows.all())


def test_the_audit_log_has_counts_and_no_bed(beds, started, bed, database_text):
    roster = started(beds, "K77, K78")
    officer = User.objects.create_user("lan")
    at = dt.datetime(2020, 8, 20, 15, tzinfo=dt.UTC)
    services.confirm(roster, officer, at, DAY)
    note(roster, bed(roster, "K77"), Fact.ASKED)
    services.confirm(roster, officer, at, DAY)
    services.confirm(roster, officer, at, DAY)
    entries = list(LogEntry.objects.filter(content_type__model="roster").order_by("pk"))
    assert entries[0].changes_dict["present"] == ["None", "2"]
    assert entries[1].changes_dict == {"asked": ["0", "1"]}
    assert entries[2].changes_dict == {}
    assert all(entry.additional_data == {"place": roster.place} for entry in entries)
    assert not LogEntry.objects.filter(content_type__model="row").exists()
    told = [line for line in database_text().splitlines() if "K77" in line]
    assert len(told) == 1
    assert told[0].startswith("quarantine_row ")


def test_rows_go_14_days_after_their_day_and_counts_after_400(beds, started, now):
    roster = started(beds, "A1, A2")
    at = dt.datetime.combine(DAY, dt.time(12), dt.UTC)
    assert retention.RULES[0].purge(at + dt.timedelta(days=14)) == {"quarantine_rows": 0}
    assert retention.RULES[0].purge(at + dt.timedelta(days=15)) == {"quarantine_rows": 2}
    roster.refresh_from_db()
    assert (roster.present, roster.rows.count()) == (2, 0)
    assert retention.RULES[1].purge(at + dt.timedelta(days=400)) == {"quarantine_counts": 0}
    assert retention.RULES[1].purge(at + dt.timedelta(days=401)) == {"quarantine_counts": 1}


def test_rosters_move_with_their_site(beds, started, site):
    started(beds, "A1")
    facts = units.facts_of(site)
    units.change(site, type(facts)(facts.name, facts.sector, UnitCode.parse("63:31321"), facts.headcount))
    site.refresh_from_db()
    assert Roster.objects.get().place == site.place
