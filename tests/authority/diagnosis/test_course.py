"""Merging two that are one, the course of a case."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from tests.authority.due import due

from bluezone.authority.diagnosis import case_rules, case_services, queries, retention
from bluezone.authority.diagnosis.case_rules import CaseFacts, Course, Likeness, Status, StatusError
from bluezone.authority.diagnosis.models import Case, FollowUp, Merge
from bluezone.authority.messages import sms
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.rules import Identity

NOW = dt.datetime(2020, 8, 18, 5, tzinfo=dt.UTC)
TODAY = NOW.date()
HERE, THERE = "/63:93/", "/63:92/"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def offices(db, set_clock) -> dict[str, Client]:
    """Log an officer in at each of two provinces' health offices, a district's and the ministry."""
    set_clock.now = NOW
    found = {}
    for place, role in ((HERE, "province"), (THERE, "province"), ("/63:93/63:930/", "district"), ("/", "ministry")):
        user = User.objects.create_user(f"officer {place}", role=role, place=place, may_confirm=True)
        found[place] = Client()
        found[place].force_login(user, BACKEND)
    return found


def case(place: str = HERE, number: str = "", who: Identity | None = None, **more) -> Case:
    person = persons.enter(who, place, NOW) if who else None
    values = {"report_type": "confirmed", "status": "confirmed", "test_date": TODAY} | more
    return Case.objects.create(place=place, created_at=NOW, file_number=number, person=person, **values)


@pytest.mark.parametrize(
    ("place", "order"),
    [
        ("/34:92/34:31471/", ["/34:92/", "/34:92/34:31489/", "/34:92/34:31120/", "/", "/34:91/", "/34:91/34:30000/"]),
        ("/34:91/", ["/34:91/34:30000/", "/", "/34:92/", "/34:92/34:31471/", "/34:92/34:31489/", "/34:92/34:31120/"]),
        ("/", ["/34:91/", "/34:92/", "/34:92/34:31471/", "/34:92/34:31489/", "/34:92/34:31120/", "/34:91/34:30000/"]),
    ],
)
def test_offices_are_listed_by_nearness(place, order):
    names = {
        "/": "Bộ Y tế",
        "/34:91/": "An Giang",
        "/34:92/": "Cần Thơ",
        "/34:91/34:30000/": "Xã A",
        "/34:92/34:31471/": "Phường Long Mỹ",
        "/34:92/34:31489/": "Phường Ninh Kiều",
        "/34:92/34:31120/": "Phường Tân An",
    }
    del names[place]
    assert case_rules.nearest_first(place, names) == order


# --- one case or two --------------------------------------------------------------------------------------------------


def facts(place: str, day: dt.date, number: str = "", telephone: str = "", document: str = "") -> CaseFacts:
    return CaseFacts(place, day, number, frozenset(telephone.split()), frozenset(document.split()))


FACTS = facts(HERE, TODAY, "HG-1", "t", "d")


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (facts(HERE, TODAY, "", "", "d"), Likeness.DOCUMENT),
        (facts(THERE, TODAY, "", "", "d"), Likeness.DOCUMENT),
        (facts(HERE, TODAY, "", "t", ""), Likeness.TELEPHONE),
        (facts(HERE, TODAY, "hg-1", "", ""), Likeness.FILE_NUMBER),
        (facts(THERE, TODAY, "HG-1", "", ""), None),  # each office numbers its own files
        (facts(HERE, TODAY, "HG-1", "t", "another"), None),  # a family's telephone
        (facts(HERE, TODAY - dt.timedelta(days=28), "", "", "d"), Likeness.DOCUMENT),
        (facts(HERE, TODAY - dt.timedelta(days=29), "", "", "d"), None),  # ill twice
        (facts(HERE, TODAY, "", "", "before now d"), Likeness.DOCUMENT),  # under each key that the server has
        (CaseFacts(HERE, TODAY), None),
    ],
)
def test_what_makes_two_cases_look_like_one(other, why):
    assert case_rules.likeness(FACTS, other) is why
    assert case_rules.likeness(other, FACTS) is why


def test_likely_duplicates_are_shown_merged_by_hand_and_parted_for_a_day(offices, set_clock):
    lan = offices[HERE]
    one, two = (
        case(number="HG-1", who=Identity(telephone="+84912345678")),
        case(number="HG-2", who=Identity(telephone="+84912345678")),
    )
    address, other = f"/officer/cases/{one.pk}", f"/officer/cases/{two.pk}"
    page = lan.get(address).content.decode()
    assert f"{address}/merge/{two.pk}" in page
    assert "cùng số điện thoại" in page
    assert lan.post(f"{address}/merge/{two.pk}").status_code == 302
    shown = lan.get("/officer/cases/").content.decode()
    assert "HG-1" in shown
    assert "HG-2" not in shown
    assert lan.post(f"{other}/code").status_code == 404  # what is done is done with the other
    assert f"{other}/part" in lan.get(other).content.decode()
    assert lan.post(f"{address}/merge/{two.pk}").status_code == 404
    assert offices[THERE].post(f"{other}/part").status_code == 404
    assert lan.post(f"{other}/part").status_code == 302
    assert "HG-2" in lan.get("/officer/cases/").content.decode()
    assert lan.post(f"{address}/merge/{two.pk}").status_code == 302
    set_clock.now = NOW + dt.timedelta(days=1)
    assert f"{other}/part" not in lan.get(other).content.decode()
    assert lan.post(f"{other}/part").status_code == 409
    assert Merge.objects.filter(undone_at=None).count() == 1


def test_a_person_entered_before_the_key_of_identities_was_changed_is_found_as_a_duplicate(offices, settings):
    before = case(number="HG-1", who=Identity(telephone="+84912345678"))
    settings.PERSONS_KEY, settings.PERSONS_KEY_FALLBACKS = "another", [settings.PERSONS_KEY]
    after = case(number="HG-2", who=Identity(telephone="+84912345678"))
    for one, other in ((before, after), (after, before)):
        assert f"merge/{other.pk}" in offices[HERE].get(f"/officer/cases/{one.pk}").content.decode()


def test_an_identity_whose_key_is_lost_is_said_and_stops_no_page(offices, settings, monkeypatch):
    monkeypatch.setattr(sms, "sender", lambda: print)
    mai = case(number="HG-1", who=Identity(telephone="+84912345678"))
    twin = case(number="HG-2", who=Identity(telephone="+84912345678"))
    settings.PERSONS_KEY = "another"
    page = offices[HERE].get(f"/officer/cases/{mai.pk}")
    assert page.status_code == 200
    assert "Không giải mã được danh tính này" in page.content.decode()
    assert f"merge/{twin.pk}" in page.content.decode()  # by what is stored
    sent = offices[HERE].post(f"/officer/cases/{mai.pk}/send", {"number": "0912 345 678", "language": "vi"})
    assert sent.status_code == 302  # a number that is typed goes all the same
    empty = offices[HERE].post(f"/officer/cases/{twin.pk}/send", {"number": "", "language": "vi"})
    assert empty.status_code == 400
    opened = offices[HERE].post(f"/officer/persons/{mai.person.pseudonym}", {"reason": "to call her"})
    assert opened.status_code == 400
    assert "Không giải mã được danh tính này" in opened.content.decode()


def test_two_people_merged_by_mistake_are_whole_again(offices):
    mai, tu = case(who=Identity(name="Mai")), case(who=Identity(name="Tư"))
    case_services.note(tu, Course.CALL, ["reached"], TODAY, None, User.objects.first(), NOW)
    case_services.merge(mai, tu, NOW)
    assert queries.course_of(mai).count() == 1
    case_services.undo_merge(tu, NOW)
    assert queries.course_of(mai).count() == 0
    for row, name in ((mai, "Mai"), (tu, "Tư")):
        row.refresh_from_db()
        assert (row.status, row.merged_into) == ("confirmed", None)
        opened = offices[HERE].post(f"/officer/persons/{row.person.pseudonym}", {"reason": "to look again"})
        assert name in opened.content.decode()


def test_cases_of_two_offices_or_in_a_chain_are_not_merged(offices):
    one, two, three, abroad = case(), case(), case(), case(THERE)
    case_services.merge(one, two, NOW)
    for kept, gone in ((one, one), (one, abroad), (three, one), (two, three), (three, two)):
        with pytest.raises(StatusError):
            case_services.merge(kept, gone, NOW)
    assert offices[HERE].post(f"/officer/cases/{one.pk}/merge/{abroad.pk}").status_code == 404


# --- the course -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "what", "day", "again", "good"),
    [
        (Course.CALL, ["reached"], 0, None, True),
        (Course.CALL, ["no-answer"], 0, 1, True),
        (Course.CALL, ["no-answer"], 0, 29, False),
        (Course.CALL, ["no-answer"], 0, -1, False),
        (Course.CALL, ["reached", "refused"], 0, None, False),
        (Course.CALL, ["fever"], 0, None, False),
        (Course.SYMPTOMS, ["fever", "cough"], -3, None, True),
        (Course.SYMPTOMS, ["none"], 0, None, True),
        (Course.SYMPTOMS, ["none", "cough"], 0, None, False),
        (Course.HOSPITAL, ["admitted"], 1, None, False),
        (Course.OUTCOME, [], 0, None, False),
        (Course.OUTCOME, ["died"], -85, None, False),
    ],
)
def test_what_may_be_noted_of_a_course(kind, what, day, again, good):
    called_again = None if again is None else TODAY + dt.timedelta(days=again)
    arguments = (kind, what, TODAY + dt.timedelta(days=day), called_again, TODAY)
    if good:
        case_rules.check_course(*arguments)
    else:
        with pytest.raises(StatusError):
            case_rules.check_course(*arguments)


@pytest.mark.parametrize(
    ("kind", "what", "before", "after"),
    [
        (Course.OUTCOME, ["well"], Status.CONFIRMED, Status.RECOVERED),
        (Course.OUTCOME, ["well"], Status.SUSPECTED, Status.SUSPECTED),
        (Course.OUTCOME, ["died"], Status.CONFIRMED, Status.CONFIRMED),
        (Course.CALL, ["reached"], Status.CONFIRMED, Status.CONFIRMED),
    ],
)
def test_who_is_well_again_has_recovered(kind, what, before, after):
    assert case_rules.status_after(kind, what, before) is after


def test_a_course_is_noted_and_calls_due_stand_on_the_home_page(offices, set_clock):
    lan, mai = offices[HERE], case(number="HG-1", who=Identity(name="Mai"))
    address = f"/officer/cases/{mai.pk}"
    tomorrow = (TODAY + dt.timedelta(days=1)).isoformat()
    values = {"call-what": "no-answer", "call-day": TODAY.isoformat(), "call-call_again_on": tomorrow}
    assert "Gọi" in lan.get(f"{address}/note/call").content.decode()
    assert lan.post(f"{address}/note/call", values).status_code == 302
    assert lan.post(f"{address}/note/call", {"call-day": TODAY.isoformat()}).status_code == 400
    assert lan.get(f"{address}/note/secret").status_code == 404
    both = {"symptoms-what": ["fever", "cough"], "symptoms-day": TODAY.isoformat()}
    assert lan.post(f"{address}/note/symptoms", both).status_code == 302
    assert "sốt, ho" in lan.get(f"/officer/persons/{mai.person.pseudonym}").content.decode().lower()
    assert "/note/" not in lan.get(address).content.decode()  # the course of who is known stands on the person's page
    assert "HG-1" not in due(lan)
    set_clock.now = NOW + dt.timedelta(days=1)
    assert "HG-1" in due(lan)
    lan.post(f"{address}/note/call", {"call-what": "reached", "call-day": tomorrow})
    assert "HG-1" not in due(lan)
    assert lan.post(f"{address}/note/outcome", {"outcome-what": "well", "outcome-day": tomorrow}).status_code == 302
    mai.refresh_from_db()
    assert mai.status == "recovered"
    assert offices[THERE].post(f"{address}/note/call", values).status_code == 404


def test_a_course_goes_after_180_days(db):
    noted = case_services.note(case(), Course.CALL, ["reached"], TODAY, None, User.objects.create_user("lan"), NOW)
    rule = next(each for each in retention.RULES if "course" in each.what)
    assert rule.purge(NOW + dt.timedelta(days=180)) == {"courses": 0}
    assert rule.purge(NOW + dt.timedelta(days=181)) == {"courses": 1}
    assert not FollowUp.objects.filter(pk=noted.pk).exists()
