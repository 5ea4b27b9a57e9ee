from __future__ import annotations

import datetime as dt
import secrets
from decimal import Decimal

import pytest
from auditlog.models import LogEntry
from tests.authority.episodes.stays.conftest import ADDRESS, COMMUNE, DAY, MORNING, OTHER_COMMUNE, TELEPHONE

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.diagnosis.quota import NotEntitledError
from bluezone.authority.episodes import course, handing_over, retention
from bluezone.authority.episodes import services as tracing
from bluezone.authority.episodes.models import (
    Episode,
    EpisodeTest,
    Event,
    Handover,
    Roster,
    Stay,
)
from bluezone.authority.episodes.rules import ContactError
from bluezone.authority.episodes.services import follow_case
from bluezone.authority.episodes.stays import checks, letters, queries, rosters, rules, services
from bluezone.authority.episodes.stays.roster_rules import Fact, read_number
from bluezone.authority.episodes.stays.rules import Ending, IsolationError, Said, Way
from bluezone.authority.episodes.stays.services import Ended, Entry, Spot
from bluezone.authority.episodes.words import Course, Decision, Role, StayKind
from bluezone.authority.officers import audit_log
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.rules import Identity, IdentityError
from bluezone.authority.work.models import Task
from bluezone.authority.work.rules import Urgency

WELL = Ended(Ending.EARLY, "shorter")


def key(number: str) -> str:
    """The key of a bed's number."""
    return read_number(number).key


def another(site, someone, **facts):
    """Enters somebody else on any free bed."""
    return services.enter(Entry(Spot.at(site), Role.F1, DAY, **facts), someone, MORNING)


def test_a_stay_gets_its_last_day_and_tests_from_the_protocol(stay):
    assert stay.until == dt.date(2020, 9, 2)
    assert [each.due_on for each in stay.episode.tests.order_by("due_on")] == [DAY, dt.date(2020, 9, 2)]


def test_any_free_bed_is_the_first_and_a_full_site_is_refused_with_a_sentence(stay, site, someone):
    assert another(site, someone).bed.number == "A2"
    with pytest.raises(IsolationError) as error:
        another(site, someone)
    assert "every bed of this site is taken: 2 of 2" in str(error.value)
    assert Stay.objects.count() == 2


def test_a_bed_that_is_taken_or_not_there_is_refused(stay, site, someone):
    for number in ("A1", "A9"):
        with pytest.raises(IsolationError) as error:
            services.enter(Entry(Spot.at(site, key(number)), Role.F1, DAY), someone, MORNING)
        assert error.value.field == "bed"


def test_the_database_itself_refuses_a_second_stay_on_a_bed(stay, site, someone):
    episode = Episode.objects.create(place=COMMUNE, role="f1", opened_at=MORNING)
    other = Stay(episode=episode, since=DAY, until=DAY, protocol="x", entered_at=MORNING)
    with pytest.raises(IsolationError):
        services._put(other, Spot.at(site), stay.bed)


def test_one_person_is_in_isolation_once(site, someone):
    person = persons.enter(Identity(name="Nguyễn Văn A"), COMMUNE, MORNING)
    another(site, someone, person=person)
    with pytest.raises(IsolationError) as error:
        another(site, someone, person=person)
    assert error.value.field == "person"


def test_a_persons_episode_is_isolated_since_its_stay_and_no_longer_if_that_was_a_mistake(site, someone):
    person = persons.enter(Identity(name="Nguyễn Văn A"), COMMUNE, MORNING)
    episode = Episode.objects.create(person=person, place=COMMUNE, role="f1", opened_at=MORNING)
    made = another(site, someone, person=person)
    episode.refresh_from_db()
    assert (made.episode, episode.isolated_on) == (episode, DAY)
    services.end(made, Ended(Ending.MISTAKE), someone, MORNING)
    episode.refresh_from_db()
    assert (episode.isolated_on, episode.follow_up) == (None, "cancelled")


def test_an_earlier_day_that_the_episodes_office_noted_stays(site, someone):
    person = persons.enter(Identity(name="Nguyễn Văn A"), COMMUNE, MORNING)
    earlier = DAY - dt.timedelta(days=2)
    episode = Episode.objects.create(person=person, place=COMMUNE, role="f1", opened_at=MORNING, isolated_on=earlier)
    another(site, someone, person=person)
    episode.refresh_from_db()
    assert episode.isolated_on == earlier


def test_a_person_without_a_name_gets_a_pseudonym_and_an_episode_of_the_commune(stay):
    assert stay.episode.person.pseudonym.startswith("P-")
    assert persons.telephone_of(stay.episode.person) == TELEPHONE
    assert (stay.episode.place, stay.episode.role) == (COMMUNE, "f1")


def test_address_and_link_are_stored_encrypted_and_for_one_row(at_home, stay):
    stored = Stay.objects.get(pk=at_home.pk)
    assert ADDRESS.encode() not in bytes(stored.address)
    assert stored.unsealed("address") == ADDRESS
    with pytest.raises(Exception, match="encrypted"):
        Stay(pk=stay.pk, address=stored.address).unsealed("address")


def test_who_opened_an_address_and_why_stands_in_the_audit_log(at_home, someone):
    with pytest.raises(IdentityError):
        services.open_private(at_home, "address", "", someone)
    assert services.open_private(at_home, "address", "to bring food", someone) == ADDRESS
    entry = LogEntry.objects.filter(actor=someone).latest("pk")
    assert audit_log.typed(entry) == {"address": "to bring food"}
    assert ADDRESS not in str(entry.changes)
    assert entry.additional_data["place"] == COMMUNE


# --- moves, endings ---------------------------------------------------------------------------------------------------


def test_a_move_home_frees_the_bed_and_a_move_back_erases_the_address(stay, site, someone):
    services.move(stay, Spot(COMMUNE, address=ADDRESS), MORNING)
    stay.refresh_from_db()
    assert (stay.place, stay.bed, stay.organisation) == (COMMUNE, None, None)
    assert queries.free_beds(site).count() == 2
    services.move(stay, Spot.at(site, key("A2")), MORNING)
    stay.refresh_from_db()
    assert bytes(stay.address) == b""
    assert stay.bed.number == "A2"


def test_a_move_keeps_results_and_plans_the_tests_to_come_by_the_new_rule(site, someone, morning):
    now = dt.datetime(2021, 6, 1, 3, tzinfo=dt.UTC)
    morning.now = now
    made = services.enter(Entry(Spot.at(site), Role.F1, now.date()), someone, now)
    first = made.episode.tests.order_by("due_on").first()
    services.note_test(first, "negative", now.date(), someone, now)
    services.move(made, Spot(COMMUNE, address=ADDRESS), now)
    made.refresh_from_db()
    assert made.protocol == "home-2020"
    assert [each.due_on.day for each in made.episode.tests.order_by("due_on")] == [1, 14]
    assert made.until == dt.date(2021, 6, 14)


def test_an_order_asked_anew_after_a_move_is_due_from_then_on(site, someone, morning):
    entered = dt.datetime(2021, 6, 1, 3, tzinfo=dt.UTC)
    moved = morning.now = entered + dt.timedelta(days=2)
    made = services.enter(Entry(Spot.at(site), Role.F1, entered.date()), someone, entered)
    letters.issue(made, letters.ORDER, someone, entered)
    services.move(made, Spot(COMMUNE, address=ADDRESS), moved)
    due = Task.objects.get(kind="order", state="open").due_at
    assert due == moved + rules.ORDER_WITHIN
    services.settle(queries.running_of(made.episode), moved + dt.timedelta(hours=5))
    assert Task.objects.get(kind="order", state="open").due_at == due


def test_another_commune_takes_somebody_over_when_it_accepts(at_home, someone):
    asked = handing_over.ask(at_home.episode, OTHER_COMMUNE, someone, MORNING, staying=at_home.place)
    at_home.refresh_from_db()
    assert at_home.place == COMMUNE
    with pytest.raises(ContactError):
        handing_over.ask(at_home.episode, OTHER_COMMUNE, someone, MORNING, staying=at_home.place)
    for spot in (None, Spot(COMMUNE, address=ADDRESS)):
        with pytest.raises(ContactError):
            handing_over.decide(asked, Handover.State.ACCEPTED, someone, MORNING, spot)
    handing_over.decide(asked, Handover.State.ACCEPTED, someone, MORNING, Spot(OTHER_COMMUNE, address="3 Lê Lợi"))
    at_home.refresh_from_db()
    assert (at_home.place, at_home.episode.place) == (OTHER_COMMUNE, OTHER_COMMUNE)
    with pytest.raises(ContactError):
        handing_over.decide(asked, Handover.State.DECLINED, someone, MORNING)


def test_what_was_asked_is_taken_back_when_the_stay_ends(at_home, someone):
    asked = handing_over.ask(at_home.episode, OTHER_COMMUNE, someone, MORNING, staying=at_home.place)
    assert Task.objects.filter(state="open", kind="handover", place=OTHER_COMMUNE).exists()
    services.end(at_home, Ended(Ending.DIED), someone, MORNING)
    asked.refresh_from_db()
    assert asked.state == Handover.State.TAKEN_BACK
    assert not Task.objects.filter(state="open", kind="handover").exists()


def confirming(officer: User) -> Issuer:
    officer.may_confirm = True
    officer.save()
    return Issuer(officer=officer)


def test_a_positive_test_makes_a_case_of_the_contact_and_the_stay_goes_on(site, someone):
    person = persons.enter(Identity(name="Nguyễn Văn A"), COMMUNE, MORNING)
    made = another(site, someone, person=person)
    with pytest.raises(IsolationError):
        services.open_case(made, confirming(someone), MORNING)
    services.note_test(made.episode.tests.first(), "positive", DAY, someone, MORNING)
    made.refresh_from_db()
    assert (made.episode.role, made.episode.classification, made.ended_on) == ("f0", "probable", None)
    assert made.protocol == "site-f0-2020"
    assert made.episode.events.get(kind="change").what == "f1>f0"
    assert open_tasks(made)["decide"] is Urgency.NOW
    case = services.open_case(made, confirming(someone), MORNING)
    made.refresh_from_db()
    assert (made.episode.case, made.ended_on) == (case, None)
    assert (case.person, case.test_date, case.place) == (person, DAY, COMMUNE)
    assert "decide" not in open_tasks(made)
    assert services.open_case(made, confirming(someone), MORNING) == case


def test_a_positive_that_comes_after_the_stay_opens_the_case_of_the_same_episode(site, someone):
    made = another(site, someone, person=persons.enter(Identity(name="Nguyễn Văn A"), COMMUNE, MORNING))
    services.end(made, Ended(Ending.EARLY, "hardship", "is moved to the family"), someone, MORNING)
    services.note_test(made.episode.tests.first(), "positive", DAY, someone, MORNING)
    case = services.open_case(made, confirming(someone), MORNING)
    episode = Episode.objects.get()
    assert (episode.case, episode.role, episode.ended_on) == (case, "f0", None)


def test_a_positive_that_is_withdrawn_makes_them_what_they_were(stay, someone):
    test = stay.episode.tests.first()
    before = stay.until
    services.note_test(test, "positive", DAY, someone, MORNING)
    services.note_test(test, "negative", DAY, someone, MORNING)
    stay.refresh_from_db()
    assert (stay.episode.role, stay.protocol, stay.until) == ("f1", "centralised-2020", before)
    assert "decide" not in open_tasks(stay)


def test_without_the_right_to_confirm_nothing_is_opened(stay, someone):
    services.note_test(stay.episode.tests.first(), "positive", DAY, someone, MORNING)
    with pytest.raises(NotEntitledError):
        services.open_case(stay, Issuer(officer=someone), MORNING)
    assert not Case.objects.exists()


def f0_at_home(someone, day: dt.date, **facts) -> Stay:
    """Enters a case at home in 2022, when that was allowed."""
    now = dt.datetime.combine(day, dt.time(3), dt.UTC)
    return services.enter(Entry(Spot(COMMUNE, address=ADDRESS), Role.F0, day, **facts), someone, now)


@pytest.mark.parametrize(("vaccinated", "until"), [(True, 10), (False, 14)])
def test_a_case_at_home_ends_on_day_seven_or_later_while_the_test_is_positive(someone, morning, vaccinated, until):
    day = dt.date(2022, 3, 1)
    made = f0_at_home(someone, day, vaccinated=vaccinated)
    assert made.until == dt.date(2022, 3, 7)
    [test] = made.episode.tests.all()
    assert test.due_on == dt.date(2022, 3, 7)
    seventh = dt.datetime(2022, 3, 7, 3, tzinfo=dt.UTC)
    services.note_test(test, "positive", test.due_on, someone, seventh)
    made.refresh_from_db()
    assert made.until == day + dt.timedelta(days=until - 1)
    assert queries.missing_of(made, made.until - dt.timedelta(days=1)) == (rules.Missing.POSITIVE,)
    assert queries.missing_of(made, made.until) == ()


def test_a_case_is_taken_to_hospital_in_the_same_stay(someone, morning):
    made = f0_at_home(someone, dt.date(2022, 3, 1))
    now = dt.datetime(2022, 3, 2, 3, tzinfo=dt.UTC)
    with pytest.raises(IsolationError, match="hospital"):
        services.move(made, Spot(COMMUNE, kind=StayKind.HOSPITAL), now, someone)
    services.move(made, Spot(COMMUNE, kind=StayKind.HOSPITAL, address="BV Đa khoa"), now, someone)
    made.refresh_from_db()
    assert (made.kind, made.protocol, made.ended_on) == ("hospital", "hospital-f0-2020", None)
    assert made.episode.events.get(kind="care").what == "referral"
    assert services.open_private(made, "address", "to visit", someone) == "BV Đa khoa"


def test_medicine_and_who_looks_after_somebody_stand_in_the_episode(at_home, someone):
    for _ in range(2):  # pressed twice it was given once
        services.give_medicine(at_home, someone, MORNING)
    services.look_after(at_home, someone)
    episode = Episode.objects.get(pk=at_home.episode_id)
    assert (episode.owner, episode.events.get(kind="care").what) == (someone, "medicine-bag")


# --- endings ----------------------------------------------------------------------------------------------------------


def say(stay: Stay, link, *symptoms: str, degrees: str = "", now=MORNING) -> None:
    said = Said(symptoms, Decimal(degrees) if degrees else None)
    checks.store(stay, secrets.token_hex(16), said, Way.WEB, now)


def test_a_release_with_a_danger_sign_needs_a_physician_and_a_second_officer(at_home, link, someone):
    say(at_home, link, "breathless", degrees="38.5")
    with pytest.raises(IsolationError) as error:
        services.end(at_home, WELL, someone, MORNING)
    assert error.value.field == "reason"
    at_home.refresh_from_db()
    assert at_home.ended_on is None
    ended = services.end(at_home, Ended(Ending.EARLY, "hardship", "seen by Dr. Mai: asthma"), someone, MORNING)
    assert ended.needs_second
    assert b"asthma" not in bytes(ended.reason)
    assert open_tasks(ended) == {"alarm": Urgency.NOW, "release": Urgency.SOON}
    with pytest.raises(IsolationError, match="another officer"):
        services.agree(ended, someone, MORNING)
    other = User.objects.create(username="other", role="commune", place=COMMUNE)
    assert services.agree(ended, other, MORNING).agreed_by == other
    assert open_tasks(ended) == {"alarm": Urgency.NOW}


def test_an_ordinary_release_asks_nothing_more(at_home, link, someone):
    services.note_test(at_home.episode.tests.order_by("due_on")[0], "negative", DAY, someone, MORNING)
    say(at_home, link, degrees="36.8")
    ended = services.end(at_home, WELL, someone, MORNING)
    assert (ended.needs_second, bytes(ended.reason), open_tasks(ended)) == (False, b"", {})
    episode = Episode.objects.get(pk=at_home.episode_id)
    assert (episode.follow_up, episode.outcome, episode.ended_on) == ("completed", "well", DAY)


def test_who_turns_out_to_be_no_contact_is_none_and_followed_no_longer(at_home, link, someone):
    person = at_home.episode.person
    services.note_test(at_home.episode.tests.order_by("due_on")[0], "negative", DAY, someone, MORNING)
    ended = services.end(at_home, Ended(Ending.EARLY, "no-contact"), someone, MORNING)
    episode = Episode.objects.get(pk=at_home.episode_id)
    assert (episode.decision, episode.follow_up, episode.outcome) == (Decision.NOT, "cancelled", "")
    assert (episode.ended_on, episode.person) == (DAY, person), "whom a stay made known is kept for the letter"
    assert not Task.objects.filter(person=person, state="open").exists()
    services.take_back_end(ended, someone, MORNING)
    episode.refresh_from_db()
    assert (episode.decision, episode.follow_up, episode.ended_on) == (Decision.CONTACT, "running", None)


def test_a_stay_goes_on_of_whom_the_page_decided_already_and_can_end_so(at_home, link, someone):
    services.note_test(at_home.episode.tests.order_by("due_on")[0], "negative", DAY, someone, MORNING)
    tracing.decide(at_home.episode, Decision.NOT, someone, MORNING)
    services.end(at_home, Ended(Ending.EARLY, "no-contact"), someone, MORNING)
    assert Episode.objects.get(pk=at_home.episode_id).decision is Decision.NOT


def test_a_contact_who_is_let_go_early_is_followed_until_the_last_day(at_home, link, someone):
    Episode.objects.filter(pk=at_home.episode_id).update(last_contact_on=DAY - dt.timedelta(days=3))
    say(at_home, link, degrees="36.8")
    services.note_test(at_home.episode.tests.order_by("due_on")[0], "negative", DAY, someone, MORNING)
    services.end(at_home, Ended(Ending.EARLY, "hardship"), someone, MORNING)
    episode = Episode.objects.get(pk=at_home.episode_id)
    assert (episode.follow_up, episode.outcome, episode.ended_on) == ("running", "", None)
    assert episode.follow_up_until == DAY + dt.timedelta(days=11)


def test_who_died_or_was_entered_by_mistake_is_not_asked_about(at_home, stay, link, someone):
    say(at_home, link, "drowsy")
    services.end(at_home, Ended(Ending.DIED), someone, MORNING)
    episode = Episode.objects.get(pk=at_home.episode_id)
    assert (episode.outcome, episode.ended_on) == ("died", DAY)
    say(stay, link, "drowsy")
    services.end(stay, Ended(Ending.MISTAKE), someone, MORNING)


def test_a_death_that_is_noted_in_the_course_ends_the_stay(at_home, someone):
    """A reminder would have gone to the family, and an order stood to be signed."""
    course.note(at_home.episode, course.Noted(DAY, outcome=Course.DIED), someone, MORNING)
    at_home.refresh_from_db()
    assert (at_home.ended_on, at_home.ending, at_home.episode.outcome) == (DAY, "died", "died")
    assert not open_tasks(at_home)
    assert not Task.objects.filter(state="open", person=at_home.episode.person_id).exists()


def test_who_was_ended_today_by_mistake_is_here_after_all(stay, site, someone):
    services.end(stay, Ended(Ending.DIED), someone, MORNING)
    back = services.take_back_end(stay, someone, MORNING)
    assert (back.ended_on, back.ending, back.episode.outcome) == (None, "", "")
    assert open_tasks(back)
    services.end(stay, Ended(Ending.DIED), someone, MORNING)
    for _ in range(2):
        another(site, someone)
    with pytest.raises(IsolationError, match="bed is taken"):
        services.take_back_end(stay, someone, MORNING)
    with pytest.raises(IsolationError, match="today"):
        services.take_back_end(stay, someone, MORNING + dt.timedelta(days=1))


# --- tasks ------------------------------------------------------------------------------------------------------------


def open_tasks(stay: Stay) -> dict[str, Urgency]:
    """The open tasks of a stay: kind and urgency."""
    rows = Task.objects.filter(source="stay", source_key=str(stay.pk), state="open")
    return {kind: Urgency(urgency) for kind, urgency in rows.values_list("kind", "urgency")}


def test_a_stay_makes_its_tasks_and_an_answer_closes_the_alarm_in_the_officers_name(at_home, link, someone):
    assert set(open_tasks(at_home)) == {"order", "check", "test"}
    say(at_home, link, "drowsy")
    assert open_tasks(at_home)["alarm"] is Urgency.NOW
    assert "check" not in open_tasks(at_home)
    checks.answer(Event.objects.get(kind="check"), someone, MORNING)
    assert Task.objects.get(kind="alarm").closed_by == someone


def test_a_copied_table_of_tasks_tells_no_sign_and_no_result(at_home, stay, link, someone):
    """Nothing there but kind and urgency, which order the list; the words are beside a person's key."""
    say(at_home, link, "drowsy", degrees="38.5")
    say(stay, link, "cough")
    services.note_test(at_home.episode.tests.order_by("due_on")[0], "positive", DAY, someone, MORNING)
    assert (open_tasks(at_home)["alarm"], open_tasks(at_home)["decide"]) == (Urgency.NOW, Urgency.NOW)
    assert open_tasks(stay)["alarm"] is Urgency.SOON
    dump = repr(list(Task.objects.values_list()))
    words = ("symptom", "danger", "sign", "positive", "drowsy", "cough", "38.5", "f0", "f1")
    assert [word for word in words if word in dump] == []


@pytest.mark.parametrize("days_on", [1, 2])
def test_a_stay_that_begins_later_is_one_order_to_sign_and_begins_whoever_looks_first(site, someone, days_on):
    """An officer who noted a declaration on its first day was quicker than the job, which then passed it by."""
    sick = persons.enter(Identity(name="An"), COMMUNE, MORNING)
    case = Case.objects.create(
        report_type="confirmed", status="confirmed", test_date=DAY, place=COMMUNE, person=sick, created_at=MORNING
    )
    follow_case(case, MORNING)
    begins = MORNING + dt.timedelta(days=1)
    made = services.enter(Entry(Spot.at(site), Role.F0, begins.date(), person=sick), someone, MORNING)
    assert [each.source for each in Task.objects.filter(state="open", kind="order")] == [queries.SOURCE]
    services.settle(made, MORNING + dt.timedelta(days=days_on))
    made.episode.refresh_from_db()
    assert made.episode.isolated_on == begins.date()


def test_a_stay_that_begins_tomorrow_has_an_order_to_sign_and_nothing_else_until_then(site, someone):
    tomorrow = MORNING + dt.timedelta(days=1)
    made = services.enter(Entry(Spot.at(site), Role.F1, tomorrow.date()), someone, MORNING)
    assert set(open_tasks(made)) == {"order"}
    assert rosters.there(site.place, site, DAY).count() == 0
    checks.job(tomorrow)
    assert set(open_tasks(made)) == {"order", "check", "test"}
    assert Roster.objects.get(place=site.place, day=tomorrow.date()).present == 1


def test_a_day_that_passes_makes_what_is_due_and_ends_the_days_of_watching(at_home, link, someone):
    last = MORNING + dt.timedelta(days=13)
    checks.job(last)
    assert open_tasks(at_home)["release"] is Urgency.CALM
    Episode.objects.filter(pk=at_home.episode_id).update(follow_up_until=DAY, isolated_on=DAY)
    Stay.objects.filter(pk=at_home.pk).update(ended_on=DAY, ending="done")
    course.job(last)
    assert Episode.objects.get(pk=at_home.episode_id).follow_up == "completed"


def test_tasks_of_many_stays_cost_no_more_statements_than_those_of_one(stay, at_home, django_assert_num_queries):
    for stays in ([stay], [stay, at_home]):
        with django_assert_num_queries(4):
            queries.tasks_of(stays, MORNING)


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


# --- retention --------------------------------------------------------------------------------------------------------


def test_what_was_declared_and_where_a_home_was_go_14_days_after_the_stay(at_home, link, someone):
    services.note_test(at_home.episode.tests.order_by("due_on")[0], "negative", DAY, someone, MORNING)
    checks.store(at_home, secrets.token_hex(16), Said(), Way.WEB, MORNING)
    services.end(at_home, WELL, someone, MORNING)
    day_14 = MORNING + dt.timedelta(days=14)
    assert retention.purge_details(day_14) == {"checks": 0, "addresses_of_stays": 0}
    assert retention.purge_details(day_14 + dt.timedelta(days=1)) == {"checks": 1, "addresses_of_stays": 1}
    at_home.refresh_from_db()
    assert [bytes(each) for each in (at_home.address, at_home.episode.link)] == [b"", b""]
    assert at_home.episode.link_digest is None
    assert not Event.objects.filter(kind="check").exists()
    assert not EpisodeTest.objects.exists()
    assert retention.purge_stays(MORNING + dt.timedelta(days=91)) == {"stays": 1}
    assert not Stay.objects.exists()


def test_a_stay_that_nobody_ended_is_erased_all_the_same(at_home):
    after = MORNING + dt.timedelta(days=13 + 15)
    assert retention.purge_details(after)["addresses_of_stays"] == 1
