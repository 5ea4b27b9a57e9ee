"""Calls to contacts and to people who reported: the sheet on its page, what is noted, what is due on the home page."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tests.authority.contacts.test_call_rules import DUE

from bluezone.authority.contacts import call_views, calling, contact_queries, retention, tracing
from bluezone.authority.contacts.call_rules import Reached
from bluezone.authority.contacts.calling import Said
from bluezone.authority.contacts.contact_rules import ContactError, Setting
from bluezone.authority.contacts.models import Call, Contact, Report
from bluezone.authority.contacts.tracing import Met
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.persons.rules import Identity
from bluezone.authority.site import encryption

NOW = dt.datetime(2020, 8, 18, 5, tzinfo=dt.UTC)
HERE, THERE = "/63:93/", "/63:92/"
BACKEND = "django.contrib.auth.backends.ModelBackend"
MAI = Identity(name="Trần Thị Mai", telephone="+84912345678")
LATER = NOW + dt.timedelta(hours=2)


@pytest.fixture
def officers(db, set_clock) -> dict[str, User]:
    set_clock.now = NOW
    return {
        place: User.objects.create_user(f"officer {place}", role="province", place=place, may_confirm=True)
        for place in (HERE, THERE)
    }


@pytest.fixture
def browser_of(officers) -> Callable[..., Client]:
    def log_in(place: str = HERE, language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        client.force_login(officers[place], BACKEND)
        return client

    return log_in


@pytest.fixture
def mai(officers) -> Contact:
    values = {"report_type": "confirmed", "status": "confirmed", "test_date": NOW.date()}
    f0 = Case.objects.create(place=HERE, created_at=NOW, **values)
    return tracing.enter(f0, MAI, Met(NOW.date(), Setting.WORK), Issuer(officer=officers[HERE]), NOW)


@pytest.fixture
def report(officers) -> Report:
    return Report.objects.create(
        id_digest="0" * 64, place=HERE, day=NOW.date() - dt.timedelta(days=2), quarters=2, nearness="near",
        policy="bluezone", policy_version="3", received_at=NOW, number_digest="n", evidence=b"", verdict="consistent",
        number=encryption.encrypt("number of an exposure report", MAI.telephone),
    )  # fmt: skip


def sheet_of(row: Contact | Report) -> str:
    return f"/officer/contacts/people/{row.pk}/call" if isinstance(row, Contact) else f"/officer/contacts/{row.pk}/call"


# --- the sheet --------------------------------------------------------------------------------------------------------


def test_a_call_is_noted_with_its_answers_and_the_next_one(mai, browser_of):
    office = browser_of()
    page = office.get(sheet_of(mai)).content.decode()
    assert f"/officer/persons/{mai.person.pseudonym}" in page  # the number is seen with a reason alone
    assert MAI.telephone not in page
    sent = {"reached": "reached", "q-symptoms": ["fever", "cough"], "q-when": "2020-08-17", "q-isolate": "shared",
            "q-app": "", "again_day": "2020-08-19", "again_hour": "9"}  # fmt: skip
    assert office.post(sheet_of(mai), sent).url == f"/officer/contacts/people/{mai.pk}"  # there it is decided
    call = Call.objects.get()
    assert call.answers == {"symptoms": ["fever", "cough"], "when": ["2020-08-17"], "isolate": ["shared"]}
    assert (call.contact, call.report, call.called_at, call.called_by.place) == (mai, None, NOW, HERE)
    mai.refresh_from_db()
    assert (mai.called_at, mai.call_again_at) == (NOW, dt.datetime(2020, 8, 19, 2, tzinfo=dt.UTC))
    page = browser_of(language="vi").get(sheet_of(mai)).content.decode()
    for told in ("sốt, ho", "không có phòng riêng", "gặp được", f"officer {HERE}"):
        assert told in page, told


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "This field is required"),
        ({"reached": "perhaps"}, "Select a valid choice"),
        ({"reached": "reached", "q-symptoms": ["none", "fever"]}, "do not go together"),
        ({"reached": "reached", "q-symptoms": ["<script>alert(1)</script>"]}, "Select a valid choice"),
        ({"reached": "reached", "q-when": "2020-08-19"}, "Select a valid choice"),
        ({"reached": "no-answer", "q-app": "on"}, "choose “reached by telephone”"),
        ({"reached": "no-answer", "again_day": "2020-08-19"}, "both the day and the hour"),
        ({"reached": "no-answer", "again_day": "2020-08-18", "again_hour": "9"}, "an hour to come"),
        ({"reached": "no-answer", "again_day": "2020-08-19", "again_hour": "3"}, "Select a valid choice"),
    ],
)
def test_a_mistake_is_said_and_nothing_is_noted(mai, browser_of, fields, said):
    answer = browser_of().post(sheet_of(mai), fields)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert said.casefold() in page.casefold()
    assert "<script>alert" not in page
    assert not Call.objects.exists()
    mai.refresh_from_db()
    assert (mai.called_at, mai.call_again_at) == (None, None)


def test_fields_that_no_sheet_has_are_stored_nowhere(mai, browser_of):
    sent = {"reached": "reached", "q-name": "Trần Thị Mai", "note": "Mai", "called_at": "2020-01-01", "decision": "not"}
    assert browser_of().post(sheet_of(mai), sent).status_code == 302
    call = Call.objects.get()
    assert (call.answers, call.called_at) == ({}, NOW)
    mai.refresh_from_db()
    assert mai.decision == "waiting"


def test_after_three_calls_that_reached_nobody_the_sheet_offers_that_somebody_cannot_be_found(mai, report, browser_of):
    office = browser_of()
    for row, field, own in ((mai, "decision", f"people/{mai.pk}/note"), (report, "outcome", f"{report.pk}")):
        for reached in ("no-answer", "wrong-number"):
            office.post(sheet_of(row), {"reached": reached})
            assert "Cannot be found" not in office.get(sheet_of(row)).content.decode()
        office.post(sheet_of(row), {"reached": "no-answer"})
        assert "3 calls in a row reached nobody" in office.get(sheet_of(row)).content.decode()
        assert office.post(f"/officer/contacts/{own}/decide", {field: "lost"}).status_code == 302
        assert "Cannot be found" not in office.get(sheet_of(row)).content.decode()  # it is noted
    mai.refresh_from_db()
    assert (mai.decision, mai.called_at) == ("lost", None)  # nobody was heard
    office.post(sheet_of(mai), {"reached": "refused"})
    mai.refresh_from_db()
    assert mai.called_at == NOW


def test_a_call_is_of_one_and_of_words_of_the_day(mai, report, officers):
    with pytest.raises(ContactError):
        calling.note(mai, Said(Reached.YES, {"symptoms": ["Mai"]}), officers[HERE], NOW)
    with pytest.raises(ContactError):
        calling.note(mai, Said(Reached.NO_ANSWER, {"app": ["on"]}), officers[HERE], NOW)
    Report.objects.filter(pk=report.pk).delete()  # its owner took it back while the officer called
    with pytest.raises(ContactError):
        calling.note(report, Said(Reached.YES), officers[HERE], NOW)
    report.save(force_insert=True)
    assert not Call.objects.exists()
    for both in ({}, {"contact": mai, "report": report}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Call.objects.create(called_at=NOW, reached="reached", sheet="contact-2020", **both)


def test_a_word_that_no_sheet_knows_any_more_is_shown_as_it_was_stored(mai, browser_of):
    Call.objects.create(contact=mai, called_at=NOW, reached="reached", sheet="of 2019", answers={"mood": ["<b>good"]})
    Call.objects.create(contact=mai, called_at=NOW, reached="reached", sheet="contact-2020",
                        answers={"app": ["gone"]})  # fmt: skip
    page = browser_of().get(sheet_of(mai)).content.decode()
    assert "mood <strong>&lt;b&gt;good</strong>" in page
    assert "<strong>gone</strong>" in page


def test_calls_to_who_reported_are_followed_at_the_contact_that_was_made_of_the_report(report, browser_of):
    office = browser_of()
    assert f"/officer/contacts/{report.pk}/call" in office.get(f"/officer/contacts/{report.pk}").content.decode()
    sent = {"reached": "reached", "q-app": "on", "again_day": "2020-08-19", "again_hour": "9"}
    assert office.post(sheet_of(report), sent).url == f"/officer/contacts/{report.pk}"
    office.post(f"/officer/contacts/{report.pk}/decide", {"outcome": "f1"})
    assert office.post(f"/officer/contacts/{report.pk}/enter", {"setting": "work"}).status_code == 302
    found = Contact.objects.get()
    assert found.calls.get().answers == {"app": ["on"]}
    report.refresh_from_db()
    assert (found.called_at, found.call_again_at.day, report.call_again_at) == (NOW, 19, None)
    assert not report.calls.exists()


def test_calls_go_with_the_contact_and_with_the_report(mai, report, officers):
    calling.note(mai, Said(Reached.YES), officers[HERE], NOW)
    calling.note(report, Said(Reached.YES), officers[HERE], NOW)
    retention.purge_reports(NOW + dt.timedelta(days=22))
    assert [call.contact for call in Call.objects.all()] == [mai]
    retention.purge_contacts(NOW + dt.timedelta(days=181))
    assert not Call.objects.exists()


# --- whose it is, and what is due -------------------------------------------------------------------------------------


def test_another_province_and_who_lost_the_right_call_nobody(mai, report, browser_of, officers):
    there = browser_of(THERE)
    for row in (mai, report):
        assert there.get(sheet_of(row)).status_code == 404
        assert there.post(sheet_of(row), {"reached": "reached"}).status_code == 404
    assert mai.person.pseudonym not in there.get("/officer/contacts/calls").content.decode()
    here = browser_of()
    User.objects.update(may_confirm=False)
    assert here.get(sheet_of(mai)).status_code == 403
    assert here.get("/officer/contacts/calls").status_code == 403
    assert not Call.objects.exists()


@pytest.mark.parametrize(("decision", "heard", "again", "due"), DUE)
def test_the_database_finds_who_is_called_now_as_the_rule_says(mai, officers, decision, heard, again, due):
    called = NOW if heard else None
    Contact.objects.update(decision=decision.value, called_at=called, call_again_at=again)
    assert contact_queries.calls_due(officers[HERE], NOW).exists() is due
    assert not contact_queries.calls_due(officers[THERE], NOW).exists()


def home(browser: Client) -> str:
    return browser.get("/officer/rollout/").content.decode()


def test_the_home_page_says_who_is_to_be_called_and_who_waits_too_long(mai, browser_of, set_clock, officers):
    here, there = browser_of(), browser_of(THERE)
    assert "1 contact is to be called now." in home(here)
    assert "to be called now" not in home(there)
    page = here.get("/officer/contacts/calls").content.decode()
    assert mai.person.pseudonym in page
    assert sheet_of(mai) in page
    calling.note(mai, Said(Reached.YES), officers[HERE], NOW)
    assert "to be called now" not in home(here)
    assert "waited for your decision" not in home(here)
    set_clock.now = NOW + dt.timedelta(hours=24)
    here, there = browser_of(), browser_of(THERE)  # sessions end sooner
    assert "waited for your decision" not in home(here)
    set_clock.now += dt.timedelta(minutes=1)
    assert "1 contact has waited for your decision longer than a day" in home(here)
    assert mai.person.pseudonym in here.get("/officer/contacts/calls").content.decode()  # the list that has anybody
    for due, there_is in (("decision", True), ("first", False), ("again", False), ("x", True)):
        shown = here.get("/officer/contacts/calls", {"due": due}).content.decode()
        assert (mai.person.pseudonym in shown) is there_is, due
    assert "waited for your decision" not in home(there)


@pytest.mark.parametrize("due", list(contact_queries.Due))
def test_calls_that_are_due_are_paged_by_where_a_page_ends(officers, browser_of, set_clock, due, monkeypatch):
    monkeypatch.setattr(call_views, "_PAGE_SIZE", 2)
    earlier = [NOW - dt.timedelta(days=2, minutes=n) for n in range(5)]
    for moment in earlier:
        Contact.objects.create(
            place=HERE,
            level=1,
            entered_at=moment,
            called_at=moment if due == "decision" else None,
            call_again_at=moment if due == "again" else None,
        )
    address, here, seen = f"/officer/contacts/calls?due={due}", browser_of(), []
    while address:
        page = here.get(address).content.decode()
        seen += re.findall(r"/officer/contacts/people/([0-9a-f-]+)/call", page)
        further = re.search(r'href="([^"]*)" rel="next"', page)
        address = f"/officer/contacts/calls{further[1]}".replace("&amp;", "&") if further else ""
    assert seen == [str(pk) for pk in Contact.objects.order_by("entered_at").values_list("pk", flat=True)]


def test_the_home_page_says_who_reported_and_is_to_be_called_again(report, browser_of, set_clock, officers):
    here = browser_of()
    calling.note(report, Said(Reached.NO_ANSWER, again_at=LATER), officers[HERE], NOW)
    assert "to be called again now" not in home(here)
    set_clock.now = LATER
    here = browser_of()  # a session ends sooner
    assert "1 person who reported an exposure is to be called again now." in home(here)
    assert "to be called again now" not in home(browser_of(THERE))
    queue = here.get("/officer/contacts/?outcome=again").content.decode()
    assert f"/officer/contacts/{report.pk}" in queue
    Report.objects.update(outcome="lost")
    assert "to be called again now" not in home(here)
