from __future__ import annotations

import datetime as dt
import secrets

import pytest
from auditlog.models import LogEntry
from tests.authority.isolation.conftest import ADDRESS, COMMUNE, DAY, MORNING, OTHER_COMMUNE, TELEPHONE

from bluezone.authority.diagnosis.quota import NotEntitledError
from bluezone.authority.episodes.models import Episode
from bluezone.authority.isolation import declaring, private, queries, retention, services
from bluezone.authority.isolation.declaring import NotInForceError
from bluezone.authority.isolation.models import Declaration, Move, Stay, StayTest
from bluezone.authority.isolation.rules import Ending, IsolationError, Reason, Said, Way
from bluezone.authority.isolation.services import Entry, Spot
from bluezone.authority.officers import audit_log
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.rules import Identity, IdentityError
from bluezone.authority.quarantine import services as rosters
from bluezone.authority.quarantine.models import Roster
from bluezone.authority.quarantine.numbers import read_numbers
from bluezone.authority.quarantine.places import RosterPlace
from bluezone.authority.quarantine.rules import Fact, RosterError
from bluezone.protocol.declarations import Symptom


def key(number: str) -> str:
    """The key of a bed's number."""
    return read_numbers(number)[0].key


def another(site, someone, **facts):
    """Enters somebody else on any free bed."""
    return services.enter(Entry(Spot(site.place, site), Reason.F1, DAY, **facts), someone, MORNING)


def test_a_stay_gets_its_last_day_and_tests_from_the_protocol(stay):
    assert stay.until == dt.date(2020, 9, 2)
    assert [each.due_on for each in stay.tests.order_by("due_on")] == [DAY, dt.date(2020, 9, 2)]


def test_any_free_bed_is_the_first_and_a_full_site_is_refused_with_a_sentence(stay, site, someone):
    assert another(site, someone).bed.number == "A2"
    with pytest.raises(IsolationError) as error:
        another(site, someone)
    assert "every bed of this site is taken: 2 of 2" in str(error.value)
    assert Stay.objects.count() == 2


def test_a_bed_that_is_taken_or_not_there_is_refused(stay, site, someone):
    for number in ("A1", "A9"):
        with pytest.raises(IsolationError) as error:
            services.enter(Entry(Spot(site.place, site, key(number)), Reason.F1, DAY), someone, MORNING)
        assert error.value.field == "bed"


def test_the_database_itself_refuses_a_second_stay_on_a_bed(stay, site, someone):
    with pytest.raises(IsolationError):
        services._stored(
            Stay(
                place=site.place,
                organisation=site,
                bed=stay.bed,
                reason="f1",
                since=DAY,
                until=DAY,
                protocol="x",
                entered_at=MORNING,
            ),
            stay.bed,
        )


def test_one_person_is_in_isolation_once(site, someone):
    person = persons.enter(Identity(name="Nguyễn Văn A"), COMMUNE, MORNING)
    another(site, someone, person=person)
    with pytest.raises(IsolationError) as error:
        another(site, someone, person=person)
    assert error.value.field == "person"


def test_since_when_a_person_is_isolated(site, someone):
    person = persons.enter(Identity(name="Nguyễn Văn A"), COMMUNE, MORNING)
    assert queries.isolated_since([person]) == {}
    made = another(site, someone, person=person)
    assert queries.isolated_since([person]) == {person.pk: DAY}
    services.end(made, Ending.MISTAKE, "", someone, MORNING)
    assert queries.isolated_since([person.pk]) == {}


def test_a_contact_is_isolated_since_its_stay_and_no_longer_if_that_was_a_mistake(site, someone):
    person = persons.enter(Identity(name="Nguyễn Văn A"), COMMUNE, MORNING)
    contact = Episode.objects.create(
        person=person, place=COMMUNE, role="f1", classification="confirmed", opened_at=MORNING
    )
    made = another(site, someone, person=person)
    contact.refresh_from_db()
    assert contact.isolated_on == DAY
    services.note_test(made.tests.first(), "negative", DAY, someone, MORNING)
    services.end(made, Ending.MISTAKE, "", someone, MORNING)
    contact.refresh_from_db()
    assert (contact.isolated_on, contact.tests.get().result) == (None, "negative")


def test_an_earlier_day_that_the_contacts_office_noted_stays(site, someone):
    person = persons.enter(Identity(name="Nguyễn Văn A"), COMMUNE, MORNING)
    earlier = DAY - dt.timedelta(days=2)
    contact = Episode.objects.create(
        person=person, place=COMMUNE, role="f1", classification="confirmed", opened_at=MORNING, isolated_on=earlier
    )
    another(site, someone, person=person)
    contact.refresh_from_db()
    assert contact.isolated_on == earlier


def test_address_number_and_link_are_stored_encrypted_and_for_one_row(at_home, stay):
    stored = Stay.objects.get(pk=at_home.pk)
    for sealed, text in ((stored.address, ADDRESS), (stored.telephone, TELEPHONE)):
        assert text.encode() not in bytes(sealed)
    assert private.unseal(private.ADDRESS, stored.address, stored) == ADDRESS
    with pytest.raises(Exception, match="encrypted"):
        private.unseal(private.ADDRESS, stored.address, stay)


def test_who_opened_an_address_and_why_stands_in_the_audit_log(at_home, someone):
    with pytest.raises(IdentityError):
        services.open_private(at_home, private.ADDRESS, "", someone)
    assert services.open_private(at_home, private.ADDRESS, "to bring food", someone) == ADDRESS
    entry = LogEntry.objects.filter(actor=someone).latest("pk")
    assert audit_log.typed(entry) == {"address": "to bring food"}
    assert ADDRESS not in str(entry.changes)
    assert entry.additional_data["place"] == COMMUNE


# --- declarations -----------------------------------------------------------------------------------------------------


def test_a_declaration_sent_again_is_stored_once(stay, link):
    sent = secrets.token_bytes(16)
    assert declaring.declare(link(stay), sent, Said(), Way.PHONE, MORNING)
    assert not declaring.declare(link(stay), sent, Said((Symptom.COUGH,)), Way.PHONE, MORNING)
    assert Declaration.objects.get().symptoms == ""


def test_a_replayed_declaration_does_nothing_to_another_stay(stay, at_home, link):
    sent = secrets.token_bytes(16)
    declaring.declare(link(stay), sent, Said(), Way.PHONE, MORNING)
    assert not declaring.declare(link(at_home), sent, Said(), Way.PHONE, MORNING)
    assert not at_home.declarations.exists()


def test_a_code_is_read_however_it_is_typed_and_ends_with_the_stay(stay, link, someone):
    code = link(stay)
    typed = " - ".join((code[:4], code[4:8].lower(), code[8:]))
    assert declaring.stay_of(typed, MORNING) == stay
    services.end(stay, Ending.EARLY, "hardship", someone, MORNING)
    with pytest.raises(NotInForceError) as ended:
        declaring.stay_of(code, MORNING)
    with pytest.raises(NotInForceError) as unknown:
        declaring.stay_of("0000 0000 0000 000A", MORNING)
    assert str(ended.value) == str(unknown.value)


def test_a_code_ends_with_the_last_day_though_nobody_has_ended_the_stay(stay, link):
    last = MORNING + dt.timedelta(days=13)
    assert declaring.stay_of(link(stay), last) == stay
    with pytest.raises(NotInForceError):
        declaring.stay_of(link(stay), last + dt.timedelta(days=1))


def test_a_flood_of_declarations_is_taken_and_not_stored(stay, link):
    stored = [declaring.declare(link(stay), secrets.token_bytes(16), Said(), Way.WEB, MORNING) for _ in range(20)]
    assert stored == [True] * 12 + [False] * 8


def test_a_decoy_leaves_nothing(stay):
    declaring.like_declaration(MORNING)
    assert not Declaration.objects.exists()


# --- moves, endings ---------------------------------------------------------------------------------------------------


def test_a_move_home_frees_the_bed_and_a_move_back_erases_the_address(stay, site, someone):
    services.move(stay, Spot(COMMUNE, address=ADDRESS), MORNING)
    stay.refresh_from_db()
    assert (stay.place, stay.bed, stay.organisation) == (COMMUNE, None, None)
    assert queries.free_beds(site).count() == 2
    services.move(stay, Spot(site.place, site, key("A2")), MORNING)
    stay.refresh_from_db()
    assert bytes(stay.address) == b""
    assert stay.bed.number == "A2"


def test_a_move_keeps_results_and_plans_the_tests_to_come_by_the_new_rule(site, someone, morning):
    now = dt.datetime(2021, 6, 1, 3, tzinfo=dt.UTC)
    morning.now = now
    made = services.enter(Entry(Spot(site.place, site), Reason.F1, now.date()), someone, now)
    first = made.tests.order_by("due_on").first()
    services.note_test(first, "negative", now.date(), someone, now)
    services.move(made, Spot(COMMUNE, address=ADDRESS), now)
    made.refresh_from_db()
    assert made.protocol == "home-2020"
    assert [each.due_on.day for each in made.tests.order_by("due_on")] == [1, 14]
    assert made.until == dt.date(2021, 6, 14)


def test_another_commune_takes_somebody_over_when_it_accepts(at_home, someone):
    asked = services.ask_move(at_home, OTHER_COMMUNE, someone, MORNING)
    at_home.refresh_from_db()
    assert at_home.place == COMMUNE
    with pytest.raises(IsolationError):
        services.ask_move(at_home, OTHER_COMMUNE, someone, MORNING)
    with pytest.raises(IsolationError):
        services.accept_move(asked, Spot(COMMUNE, address=ADDRESS), MORNING)
    services.accept_move(asked, Spot(OTHER_COMMUNE, address="3 Lê Lợi"), MORNING)
    at_home.refresh_from_db()
    assert at_home.place == OTHER_COMMUNE
    with pytest.raises(IsolationError):
        services.refuse_move(asked, Move.State.DECLINED, MORNING)


def test_what_was_asked_is_taken_back_when_the_stay_ends(at_home, someone):
    asked = services.ask_move(at_home, OTHER_COMMUNE, someone, MORNING)
    services.end(at_home, Ending.HOSPITAL, "", someone, MORNING)
    asked.refresh_from_db()
    assert asked.state == Move.State.TAKEN_BACK


def test_a_positive_test_opens_a_case_and_ends_the_stay(site, someone):
    someone.may_confirm = True
    someone.save()
    person = persons.enter(Identity(name="Nguyễn Văn A"), COMMUNE, MORNING)
    made = another(site, someone, person=person)
    issuer = Issuer(officer=someone)
    with pytest.raises(IsolationError):
        services.become_f0(made, issuer, MORNING)
    services.note_test(made.tests.first(), "positive", DAY, someone, MORNING)
    case = services.become_f0(made, issuer, MORNING)
    made.refresh_from_db()
    assert (made.became, made.ending) == (case, Ending.BECAME_F0)
    assert (case.person, case.test_date, case.place) == (person, DAY, COMMUNE)


def test_a_case_of_nobody_who_was_named_has_the_stays_number_to_be_called(stay, someone):
    someone.may_confirm = True
    someone.save()
    services.note_test(stay.tests.first(), "positive", DAY, someone, MORNING)
    case = services.become_f0(stay, Issuer(officer=someone), MORNING)
    assert persons.telephone_of(case.person) == TELEPHONE
    assert case.person.place == case.place


def test_without_the_right_to_confirm_nothing_is_opened(stay, someone):
    services.note_test(stay.tests.first(), "positive", DAY, someone, MORNING)
    with pytest.raises(NotEntitledError):
        services.become_f0(stay, Issuer(officer=someone), MORNING)
    stay.refresh_from_db()
    assert stay.ended_on is None


# --- the roll-out's roster --------------------------------------------------------------------------------------------


def counts(place: str) -> tuple[int, ...]:
    """Today's counts of a place's roster."""
    row = Roster.objects.get(place=place, day=DAY)
    return row.present, row.with_phone, row.asked, row.has_app, row.helped


def test_the_roster_counts_stays_so_that_nobody_types_them_twice(stay, at_home, site):
    assert counts(site.place) == (1, 0, 0, 0, 0)
    services.note_fact(stay, Fact.HAS_APP, value=True, now=MORNING)
    assert counts(site.place) == (1, 1, 1, 1, 0)
    assert counts(COMMUNE) == (1, 0, 0, 0, 0)


def test_a_bed_noted_in_the_roster_is_taken_over_with_its_facts(site, someone):
    place = RosterPlace(site.code, site.place, site)
    roster = rosters.start(place, DAY, DAY)
    row = rosters.arrive(roster, read_numbers("A1"), DAY)[0]
    rosters.arrive(roster, read_numbers("B7"), DAY)
    rosters.note(roster, row.pk, Fact.HAS_APP, value=True, seen=row.version, today=DAY)
    made = services.enter(Entry(Spot(site.place, site, key("A1")), Reason.F1, DAY), someone, MORNING)
    assert (made.has_app, made.asked) == (True, True)
    assert counts(site.place) == (2, 1, 1, 1, 0)
    with pytest.raises(RosterError):
        rosters.arrive(roster, read_numbers("A1"), DAY)
    services.end(made, Ending.HOSPITAL, "", someone, MORNING)
    assert counts(site.place) == (1, 0, 0, 0, 0)


# --- retention --------------------------------------------------------------------------------------------------------


def test_what_was_declared_and_where_a_home_was_go_14_days_after_the_stay(at_home, link, someone):
    declaring.declare(link(at_home), secrets.token_bytes(16), Said((Symptom.COUGH,)), Way.WEB, MORNING)
    services.end(at_home, Ending.EARLY, "no-contact", someone, MORNING)
    day_14 = MORNING + dt.timedelta(days=14)
    assert retention.purge_details(day_14) == {"declarations": 0, "addresses_of_stays": 0}
    assert retention.purge_details(day_14 + dt.timedelta(days=1)) == {"declarations": 1, "addresses_of_stays": 1}
    at_home.refresh_from_db()
    assert [bytes(each) for each in (at_home.address, at_home.telephone, at_home.link)] == [b"", b"", b""]
    assert (at_home.link_digest, at_home.person) == (None, None)
    assert not Declaration.objects.exists()
    assert not StayTest.objects.exists()
    assert retention.purge_stays(MORNING + dt.timedelta(days=91)) == {"stays": 1}
    assert not Stay.objects.exists()


def test_a_stay_that_nobody_ended_is_erased_all_the_same(at_home):
    after = MORNING + dt.timedelta(days=13 + 15)
    assert retention.purge_details(after)["addresses_of_stays"] == 1
