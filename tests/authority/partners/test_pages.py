"""The ministry's pages of partners, files that officers take, and a person's page."""

from __future__ import annotations

import datetime as dt
import json

import httpx
import pytest
from auditlog.models import LogEntry
from tests.authority.partners.conftest import NOW

from bluezone.authority.partners import retention
from bluezone.authority.partners.models import Agreement, Delivery
from bluezone.authority.partners.rules import Format
from bluezone.authority.site import registries

FORM = {
    "partner": "Sở Y tế Hậu Giang",
    "format": "fhir",
    "url": "https://partner.example/fhir",
    "secret": "Bearer top-secret",
    "unit": "Hậu Giang",
    "contents": ["cases"],
    "system": "34",
    "basis": "Luật 03/2007/QH12",
    "ends_on": "2020-12-31",
}


def test_an_agreement_is_signed_shown_and_ended(browser_of, ministry):
    browser = browser_of(ministry)
    assert "Nothing is handed over to anybody" in browser.get("/officer/partners/").content.decode()
    made = browser.post("/officer/partners/new", FORM, follow=True)
    row = Agreement.objects.get()
    page = made.content.decode()
    assert (row.place, row.authorization) == ("/63:93/", "Bearer top-secret")
    for told in ("Sở Y tế Hậu Giang", "<dd>Hậu Giang</dd>", "Luật 03/2007/QH12", "the 34 of today", "pseudonyms"):
        assert told in page
    assert "top-secret" not in page
    document = json.loads(browser.get(f"/officer/partners/{row.pk}/document").content)
    assert json.loads(document["document"])["content"]["partner"] == FORM["partner"]
    ended = browser.post(f"/officer/partners/{row.pk}/end", follow=True).content.decode()
    assert "The agreement was ended. Nothing leaves." in ended
    assert "top-secret" not in str(list(LogEntry.objects.values_list("changes", flat=True)))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"unit": "Không Có"}, "Không Có"),
        ({"ends_on": "2020-08-01"}, "an agreement ends on a day from today on, within two years"),
        ({"url": "his.vn"}, "an address that begins with https:// is meant"),
        ({"url": "http://127.0.0.1/fhir"}, "cannot be asked"),
        ({"format": "who", "named": "on"}, "this format names nobody"),
        ({"basis": ""}, "This field is required"),
    ],
)
def test_what_is_no_agreement_is_said_at_its_field(browser_of, ministry, changed, sentence):
    answer = browser_of(ministry).post("/officer/partners/new", FORM | changed)
    assert answer.status_code == 400
    assert sentence.lower() in answer.content.decode().lower()
    assert not Agreement.objects.exists()


def test_what_was_refused_stands_with_the_partners_words_and_is_sent_again(
    browser_of, ministry, agree, outbreak, partner, hand_over
):
    row, browser = agree(), browser_of(ministry)
    partner.answer = lambda _request: httpx.Response(422, content=b"<b>no such code</b>")
    hand_over()
    partner.answer = lambda _request: httpx.Response(
        422, json={"resourceType": "OperationOutcome", "issue": [{"severity": "error", "diagnostics": "no <code>"}]}
    )
    hand_over(NOW.replace(hour=8))
    page = browser.get(f"/officer/partners/{row.pk}/deliveries").content.decode()
    assert "no &lt;code&gt;" in page
    assert "Send all 2 again" in page
    first = row.deliveries.first()
    browser.post(f"/officer/partners/{row.pk}/again/{first.pk}")
    assert row.deliveries.filter(state="waiting").get() == first
    browser.post(f"/officer/partners/{row.pk}/again")
    assert row.deliveries.filter(state="waiting").count() == 2
    assert browser.post(f"/officer/partners/{row.pk}/again/0").status_code == 404
    waiting = browser.get(f"/officer/partners/{row.pk}/deliveries?state=waiting").content.decode()
    assert outbreak[1].called in waiting
    refused = browser.get(f"/officer/partners/{row.pk}/deliveries").content.decode()
    sent = browser.get(f"/officer/partners/{row.pk}/deliveries?state=sent").content.decode()
    lead = "What the partner refused, in its own words."
    assert [lead in each for each in (refused, waiting, sent)] == [True, False, False]
    assert "Nothing was refused" in refused


@pytest.mark.parametrize(
    ("kind", "start", "named"),
    [
        (Format.WHO, b"report_date,", False),
        (Format.EPICONTACTS, b"from,to,", False),
        (Format.MINISTRY, b"PK", True),
        (Format.NDJSON, b'{"resourceType":"Patient"', False),
    ],
)
def test_a_file_is_taken_by_an_agreement_and_who_is_in_it_noted(
    browser_of, ministry, agree, outbreak, kind, start, named
):
    row, browser = agree(kind, named=named), browser_of(ministry)
    answer = browser.post(f"/officer/partners/{row.pk}/file")
    assert answer.content.startswith(start)
    assert Delivery.objects.filter(agreement=row, state="sent").count() == 2
    browser.post(f"/officer/partners/{row.pk}/file")
    assert Delivery.objects.count() == 2
    assert browser.post(f"/officer/partners/{agree().pk}/file").status_code == 404
    browser.post(f"/officer/partners/{row.pk}/end")
    refused = browser.post(f"/officer/partners/{row.pk}/file")
    assert (refused.status_code, b"The agreement was ended" in refused.content) == (400, True)


def test_dhis2_gets_a_package_of_its_units(browser_of, ministry, agree):
    row = agree(Format.FIGURES, url="https://partner.example", system="34")
    package = json.loads(browser_of(ministry).get(f"/officer/partners/{row.pk}/dhis2").content)
    assert len(package["organisationUnits"]) == 1 + 34 + 3_321


def test_a_persons_page_and_the_person_learn_who_got_what(browser_of, officer, agree, outbreak, hand_over):
    agree(partner="Bệnh viện X", named=True)
    hand_over()
    _case, contact = outbreak
    page = browser_of(officer).get(f"/officer/persons/{contact.person.pseudonym}").content.decode()
    assert "Handed over to Bệnh viện X" in page
    held = [each for by in registries.person_holdings for each in by(contact.person.pseudonym)]
    [told] = [each for each in held if "Bệnh viện X" in str(each.facts)]
    assert "with name" in str(told.facts)
    assert told.rule == "Handed over by an agreement: Luật 03/2007."


def test_agreements_go_three_years_after_their_end(agree, outbreak, hand_over):
    row = agree()
    hand_over()
    assert retention.purge(NOW)["agreements"] == 0
    Delivery.objects.update(day=NOW.date())
    figures = [retention.purge(NOW + dt.timedelta(days=days))["deliveries of figures"] for days in (90, 91)]
    assert figures[0] == 0 < figures[1]
    assert retention.purge(row.ends_at + retention.AGREEMENT_LIFE * 2)["agreements"] == 1
    assert not Delivery.objects.exists()
