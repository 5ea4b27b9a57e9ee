"""The one page of a person: each part by its own right, walked by every role; what happened, what is due, and back."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from tests.authority.episodes.conftest import BACKEND, MAI, NOW, TODAY, ago, case

from bluezone.authority.diagnosis import services as cases
from bluezone.authority.episodes import handing_over, services
from bluezone.authority.episodes.calls import Said
from bluezone.authority.episodes.models import Episode
from bluezone.authority.episodes.services import Met
from bluezone.authority.episodes.stays import services as stays
from bluezone.authority.episodes.stays.services import Entry, Spot
from bluezone.authority.episodes.words import Reached, Role, Setting
from bluezone.authority.issuing.models import LabResult
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.persons import person_page
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.models import Shift
from bluezone.authority.persons.rules import Identity
from bluezone.authority.site import clock, registries
from bluezone.authority.site.registries import Group, Happened, Standing, Tone

COMMUNE = "/63:93/63:935/63:31441/"


def login(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, BACKEND)
    return client


@pytest.fixture
def tram(db, set_clock) -> User:
    """Return the commune's officer."""
    set_clock.now = NOW
    return User.objects.create_user("tram", role="commune", place=COMMUNE, may_confirm=True)


@pytest.fixture
def mai(tram) -> Episode:
    """Return an F1 of a case of the commune, who was called and tested."""
    source = case(place=COMMUNE, tested=1, file_number="LM-001")
    met = Met(ago(3), Setting.WORK, relation="same stall")
    row = services.enter(source, MAI, met, Issuer(officer=tram), NOW)
    services.call(row, Said(Reached.YES, {}), tram, NOW)
    services.found_negative(row, NOW, tram)
    lab = User.objects.create_user("CDC", full_name="CDC Hậu Giang", role="lab", place="/63:93/")
    LabResult.objects.create(
        laboratory=lab, external_id="HG-0187", content_digest="", result="negative", sampled_on=TODAY,
        reported_on=TODAY, received_at=NOW, place=COMMUNE, person=row.person,
    )  # fmt: skip
    row.refresh_from_db()
    return row


def page_of(row: Episode, client: Client, query: str = "") -> str:
    assert row.person is not None
    answer = client.get(f"/officer/persons/{row.person.pseudonym}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_everything_of_a_person_stands_on_one_page_with_what_is_due(mai, tram):
    page = page_of(mai, login(tram))
    for said in ("F1 of LM-001", "day 3 of 14", "same stall", "Was near LM-001", "reached by telephone", "HG-0187"):
        assert said in page, said
    assert "Decide on a contact" in page  # the task is the main action
    assert "Trần Thị Mai" not in page  # who it is opens for a reason
    assert f"/officer/contacts/people/{mai.pk}/call" in page


def test_the_time_line_is_filtered_by_its_address(mai, tram):
    page = page_of(mai, login(tram), "?of=calls")
    assert "reached by telephone" in page
    assert "<b>Was near LM-001" not in page


#: role, place, right to confirm, right to read (who has that alone reads the episode, and changes nothing); what
#: stands on the page: the way to the episode, who it is for a reason, what is due, the case. None: there is no page
ROLES = {
    "the commune": ("commune", COMMUNE, True, True, "episode actions identity due result"),
    "the commune, who only reads": ("commune", COMMUNE, False, True, "episode identity due"),
    "its district, who only reads": ("district", "/63:93/63:935/", False, True, "episode due"),
    "the commune, without a right": ("commune", COMMUNE, False, False, None),
    "its district": ("district", "/63:93/63:935/", True, True, "episode actions due result"),
    "its province": ("province", "/63:93/", True, True, "episode actions due result"),
    "its province, without a right": ("province", "/63:93/", False, False, None),
    "the ministry": ("ministry", "/", True, True, "episode actions due result"),
    "the ministry, without a right": ("ministry", "/", False, False, None),
    "another commune": ("commune", "/63:93/63:935/63:31450/", True, True, None),
    "another province": ("province", "/63:92/", True, True, None),
    "without a role": ("", "", True, True, None),
    "a school": ("unit-head", COMMUNE + "M8Z4-7DHE/", False, False, None),
    "a checkpoint": ("checkpoint", COMMUNE + "M8Z4-7DHE/", False, False, None),
}


@pytest.mark.parametrize(("role", "place", "confirms", "reads", "shown"), ROLES.values(), ids=list(ROLES))
def test_each_role_sees_the_parts_of_its_own_right(mai, role, place, confirms, reads, shown):
    who = User.objects.create_user("who", role=role, place=place, may_confirm=confirms, may_read_health=reads)
    client, address = login(who), f"/officer/persons/{mai.person.pseudonym}"
    answer = client.get(address)
    if shown is None:
        assert answer.status_code in (403, 404)
        assert client.post(address, {"reason": "out of curiosity"}).status_code in (403, 404)
        return
    page = answer.content.decode()
    marks = {
        "episode": "F1 of LM-001",
        "actions": f"/officer/contacts/people/{mai.pk}/note/decide",
        "identity": 'name="reason"',
        "due": "Decide on a contact",
        "result": "HG-0187",
    }
    assert [name for name, mark in marks.items() if mark in page] == shown.split()
    opened = client.post(address, {"reason": "gọi hỏi thăm sức khỏe"})
    assert ("Trần Thị Mai" in opened.content.decode()) is ("identity" in shown)
    assert opened.status_code == (200 if "identity" in shown else 403)


def test_a_source_of_another_office_is_no_name_on_the_page(mai, tram):
    services.enter(case(place="/63:92/", tested=1, file_number="CT-9"), mai.person, Met(ago(2), Setting.OTHER),
                   Issuer(officer=tram), NOW)  # fmt: skip
    page = page_of(mai, login(tram))
    assert "CT-9" not in page
    assert "a case of another office" in page


def test_in_a_shift_the_page_says_who_it_is_at_once(mai, tram):
    persons.open_shift(tram, Shift.Purpose.FOLLOW_UP, clock.now())
    page = page_of(mai, login(tram))
    assert "Trần Thị Mai" in page
    assert "tel:+84912345678" in page


def test_what_is_done_leads_back_and_what_fails_is_said_on_the_page(mai, tram):
    client, own = login(tram), f"/officer/contacts/people/{mai.pk}"
    done = client.post(f"{own}/note/decide", {"decision": "contact"})
    assert client.get(done.url).url == f"/officer/persons/{mai.person.pseudonym}"
    wrong = client.post(f"{own}/note/decide", {"decision": "king"})
    assert wrong.status_code == 409
    assert 'role="alert"' in wrong.content.decode()
    assert mai.person.pseudonym in wrong.content.decode()


def test_a_positive_result_of_a_contact_is_proposed_and_makes_a_case_of_the_same_episode(mai, tram):
    person = mai.person
    lab = User.objects.get(username="CDC")
    row = LabResult.objects.create(
        laboratory=lab, external_id="HG-9", content_digest="", result="positive", sampled_on=TODAY,
        reported_on=TODAY, received_at=NOW, place=COMMUNE, is_task=True,
        person=persons.enter(MAI, COMMUNE, NOW),
    )  # fmt: skip
    client = login(tram)
    assert f"{person.pseudonym}: F1, last contact on" in client.get(f"/officer/results/{row.pk}").content.decode()
    assert client.post(f"/officer/results/{row.pk}/attach", {"to": "0"}).status_code == 200
    mai.refresh_from_db()
    assert (mai.role, mai.case.status, Episode.objects.filter(person=person).count()) == ("f0", "confirmed", 1)
    assert "HG-9" in page_of(mai, client)
    client.post(f"/officer/results/{row.pk}/withdraw")
    mai.refresh_from_db()
    assert (mai.role, mai.case.status) == ("f1", "withdrawn")


@pytest.mark.parametrize("empty", [True, False])
def test_a_person_of_whom_nothing_is_noted_has_a_page(tram, empty):
    person = persons.enter(MAI, COMMUNE, NOW)
    page = login(tram).get(f"/officer/persons/{person.pseudonym if empty else person.pseudonym.lower()}")
    assert "Nothing is noted yet." in page.content.decode()


# --- rules of the page ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [(5, -9, (5, 14)), (0, -14, (0, 14)), (20, 6, (14, 14)), (-2, -16, (0, 14))],
)
def test_which_day_it_is_of_how_many(first, last, found):
    assert person_page.number_of_day(ago(first), ago(last), TODAY) == found


def happened(days: int, tone: Tone, what: str = "") -> Happened:
    return Happened(NOW - dt.timedelta(days=days), what, Group.OTHER, tone=tone)


def test_a_day_shows_the_worst_of_what_happened_on_it():
    events = [
        happened(1, Tone.SAFE),
        happened(1, Tone.ACT, "ill"),
        happened(0, Tone.PLAIN, "noted"),
        happened(40, Tone.ACT),
    ]
    found = person_page.strip(Standing("F1", first=ago(2), last=ago(-1)), events, TODAY)
    said = [(each["worst"].what if each["worst"] else None, each["is_today"], each["is_ahead"]) for each in found]
    assert said == [(None, False, False), ("ill", False, False), ("noted", True, False), (None, False, True)]


@pytest.mark.parametrize(("first", "last"), [(None, TODAY), (TODAY, None), (TODAY, TODAY), (ago(40), TODAY)])
def test_days_that_are_not_known_or_too_many_are_not_drawn(first, last):
    assert person_page.strip(Standing("F1", first=first, last=last), [], TODAY) == []


def test_every_package_adds_its_part_once():
    ranks = [each.rank for each in registries.person_parts]
    assert len(set(ranks)) == len(ranks)


def test_a_person_is_called_by_name_on_every_page_of_a_shift_and_by_pseudonym_without(mai, tram):
    source, by = mai.exposures.get().source, Issuer(officer=tram)
    cases.name_person(source.case, Identity(name="Lý Văn Tư", telephone=MAI.telephone, address="Tổ 1"), NOW)
    stays.enter(Entry(Spot(COMMUNE, address="Tổ 1"), Role.F1, TODAY, person=mai.person), tram, NOW)
    stay = mai.stays.get()
    User.objects.create_user("other", role="province", place="/63:92/", may_confirm=True)
    handing_over.ask(source, "/63:92/", tram, NOW, [mai])
    # two cases without a number, of one telephone, and a contact of one: pages lead to them through another's row
    ba, again = Identity(name="Lê Thị Ba", telephone="+84912345670"), Identity(name="Ba Lê", telephone="+84912345670")
    unnumbered, twin = (cases.name_person(case(place=COMMUNE, tested=1), who, NOW) for who in (ba, again))
    contact = services.enter(unnumbered, Identity(name="Võ Năm"), Met(ago(2), Setting.HOUSEHOLD), by, NOW)
    second = services.enter(mai, Identity(name="Hồ Sáu"), Met(TODAY, Setting.HOUSEHOLD), by, NOW)
    services.enter(unnumbered, Identity(name="Đỗ Bảy"), Met(ago(2), Setting.HOUSEHOLD), by, NOW)
    own, way = f"/officer/persons/{mai.person.pseudonym}", "/officer/contacts"
    where = {
        MAI.name: (
            "/officer/work/", "/officer/rollout/", own, f"{way}/people/{mai.pk}/call", f"{way}/handovers",
            f"{way}/people/{mai.pk}/course",
            f"{way}/of-case/{source.case_id}", reverse("isolation:end", args=[stay.pk]), "/officer/isolation/63:31441",
            reverse("isolation:move", args=[stay.pk]), f"{way}/of-case/{source.case_id}/hand-over",
            f"/officer/persons/{second.person.pseudonym}", "/officer/quarantine/63:31441",
            f"/officer/search?q={mai.person.pseudonym}",
        ),
        "Lý Văn Tư": (f"/officer/cases/{source.case_id}", "/officer/cases/", f"{way}/handovers"),
        ba.name: (
            "/officer/work/?kind=call", f"/officer/persons/{contact.person.pseudonym}",
            f"/officer/persons/{unnumbered.person.pseudonym}", f"{way}/of-case/{unnumbered.pk}",
            f"/officer/cases/{twin.pk}",
        ),
    }  # fmt: skip
    browser = login(tram)
    people = {MAI.name: mai.person, ba.name: unnumbered.person, "Lý Văn Tư": Episode.objects.get(pk=source.pk).person}
    for is_open in (False, True):
        if is_open:
            persons.open_shift(tram, Shift.Purpose.FOLLOW_UP, NOW)
        for name, pages in where.items():
            for address in pages:
                answer = browser.get(address)
                assert answer.status_code == 200, address
                page = answer.content.decode()
                assert (name in page) is is_open, (address, is_open)
                if people[name].pseudonym not in address:  # the own page says both, and the search what was looked for
                    shown = re.sub("<[^>]*>", "", page)
                    assert (people[name].pseudonym in shown) is not is_open, (address, is_open)
    cases.merge(unnumbered, twin, NOW)
    assert again.name in browser.get(f"/officer/cases/{unnumbered.pk}").content.decode()


def test_a_shift_notes_those_alone_whose_name_it_shows(mai, tram):
    source = mai.exposures.get().source
    cases.name_person(source.case, Identity(name="Lý Văn Tư"), NOW)
    shift = persons.open_shift(tram, Shift.Purpose.FOLLOW_UP, NOW)
    assert "F1 of LM-001" in page_of(mai, login(tram))
    assert [each.person for each in shift.openings.all()] == [mai.person]  # the source is called by the file number
