"""Two cases that are one: what makes them look so, merging and parting; in which order offices are offered."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from bluezone.authority.diagnosis import case_rules, services
from bluezone.authority.diagnosis.case_rules import CaseFacts, Likeness, StatusError
from bluezone.authority.diagnosis.models import Case, Merge
from bluezone.authority.messages import sms
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.rules import Identity
from bluezone.disease.shipped import shipped

SAME_ILLNESS = shipped().windows.same_illness.span

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
    assert case_rules.likeness(FACTS, other, SAME_ILLNESS) is why
    assert case_rules.likeness(other, FACTS, SAME_ILLNESS) is why


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
    services.merge(mai, tu, NOW)
    services.undo_merge(tu, NOW)
    for row, name in ((mai, "Mai"), (tu, "Tư")):
        row.refresh_from_db()
        assert (row.status, row.merged_into) == ("confirmed", None)
        opened = offices[HERE].post(f"/officer/persons/{row.person.pseudonym}", {"reason": "to look again"})
        assert name in opened.content.decode()


def test_cases_of_two_offices_or_in_a_chain_are_not_merged(offices):
    one, two, three, abroad = case(), case(), case(), case(THERE)
    services.merge(one, two, NOW)
    for kept, gone in ((one, one), (one, abroad), (three, one), (two, three), (three, two)):
        with pytest.raises(StatusError):
            services.merge(kept, gone, NOW)
    assert offices[HERE].post(f"/officer/cases/{one.pk}/merge/{abroad.pk}").status_code == 404
