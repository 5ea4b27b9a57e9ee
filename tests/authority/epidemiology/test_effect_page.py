"""The public page and file of what tracing achieves: from stored rows to what is shown, nobody in it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import uuid
from typing import Any

import pytest
from django.test import Client

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.epidemiology import effect, effect_queries
from bluezone.authority.episodes.models import Episode, Exposure
from bluezone.authority.issuing.models import CodeDay
from bluezone.authority.issuing.statistics.rules import WAIT_BOUNDS_S, CodeSums
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.rules import Identity
from bluezone.authority.reports.models import VerdictDay, WarnedWeek

NOW = dt.datetime(2020, 8, 26, 5, tzinfo=dt.UTC)
FIRST = effect.periods(NOW.date())[0]
PAGE, FILE = "/tracing/", "/tracing/effect.csv"


@pytest.fixture
def client(db: None, set_clock: Any) -> Client:
    set_clock.now = NOW
    return Client(headers={"accept-language": "en"})


def contacts(count: int, infected: int, found_by: str, isolated: int = 3, start: dt.date = FIRST) -> None:
    """Contacts met on the first day of the period, entered on the next, isolated some days after the meeting."""
    entered = dt.datetime.combine(start + dt.timedelta(days=1), dt.time(3), dt.UTC)
    values = {
        "place": "/63:93/",
        "role": "f1",
        "contact_role": "f1",
        "classification": "confirmed",
        "opened_at": entered,
    }
    values |= {"contact_since": entered, "decided_at": entered}
    values["isolated_on"] = start + dt.timedelta(days=isolated)
    values["warned_at"] = entered if found_by == "app" else None
    ill = [persons.enter(Identity(name="x", document=f"{uuid.uuid4().hex[:12]}"), "/63:93/", entered)
           for _ in range(infected)]  # fmt: skip
    rows = [Episode(person=each, **values) for each in ill] + [Episode(**values) for _ in range(count - infected)]
    Episode.objects.bulk_create(rows)
    Exposure.objects.bulk_create(
        Exposure(episode=row, day=start, setting="other", found_by=found_by) for row in rows
    )  # fmt: skip
    for person in ill:
        Case.objects.create(report_type="confirmed", status="confirmed", test_date=start, person=person,
                            created_at=entered + dt.timedelta(days=2))  # fmt: skip


def filled() -> None:
    ages = [0, 0, 0, 30, 0, 20, 0, 0, 10, 0, 1]
    sums = CodeSums(issued=93, claimed=61, ages=ages)
    CodeDay.objects.create(day=FIRST, place="/63:93/", sums=sums.to_json())
    CodeDay.objects.create(day=FIRST + effect.PERIOD, place="/63:93/", sums=CodeSums(issued=500).to_json())  # not over
    for verdict, count in (("corroborated", 4), ("consistent", 17), ("refused", 5)):
        VerdictDay.objects.create(day=FIRST, verdict=verdict, reason="x", count=count)
    WarnedWeek.objects.create(week=FIRST, answers=1_003, yes=302)
    contacts(62, 11, "app", isolated=3)
    contacts(141, 9, "hand", isolated=5)


def rows(client: Client) -> dict[str, str]:
    """The values of the newest period, by indicator."""
    answer = client.get(FILE)
    assert answer["Content-Type"].startswith("text/csv")
    found = list(csv.DictReader(io.StringIO(answer.content.decode())))
    return {row["indicator"]: row["value"] for row in found if row["from"] == FIRST.isoformat()}


def test_what_is_stored_is_shown_cut_to_fives(client):
    filled()
    assert rows(client) == {
        "codes_issued": "90",
        "codes_used": "60",
        "codes_used_share": "0.6667",
        "hours_to_use_median": str(WAIT_BOUNDS_S[5] // 3600),
        "hours_to_use_90": "12" if WAIT_BOUNDS_S[8] == 43_200 else "",
        "keys_published": "",
        "phones_answered": "1000",
        "phones_warned": "100",
        "phones_warned_low": "45",
        "phones_warned_high": "160",
        "reports_corroborated": "",
        "reports_consistent": "15",
        "reports_refused": "5",
        "contacts_followed": "200",
        "contacts_app": "60",
        "contacts_hand": "140",
        "days_to_report_median": "1",
        "days_to_report_90": "1",
        "days_to_isolation_app": "3",
        "days_to_isolation_hand": "5",
        "contacts_confirmed": "20",
        "attack_rate_app": "0.1667",
        "attack_rate_hand": "0.0357",
    }


def test_the_page_says_the_same_and_that_warned_phones_are_estimated(client):
    filled()
    page = client.get(PAGE).content.decode()
    assert "At least 60 upload codes were used. At least 200 contacts were followed." in page
    assert "How many phones warned is an estimate" in page
    assert "16.7" in page
    assert "62" not in page.split("<main")[1]


def test_an_empty_authority_has_nothing_to_show(client):
    page = client.get(PAGE).content.decode()
    assert "There is too little yet to say what tracing achieves." in page
    assert "Nothing to show yet" in page
    assert set(rows(client).values()) == {""}


def test_vietnamese_says_it_too(client):
    filled()
    page = client.get(PAGE, headers={"accept-language": "vi"}).content.decode()
    assert "Ít nhất 60 mã tải lên đã được dùng." in page
    assert "16,7%" in page


def test_in_a_day_nothing_moves_whatever_is_entered(client, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "effect"}}
    filled()
    before = client.get(FILE).content
    contacts(50, 0, "app")
    assert client.get(FILE).content == before


def test_no_cell_of_the_file_is_a_formula(client):
    filled()
    for row in csv.reader(io.StringIO(client.get(FILE).content.decode())):
        assert not any(cell[:1] in "=+-@\t" and cell for cell in row), row


def test_what_is_not_over_for_a_week_is_in_no_period(client):
    contacts(100, 0, "hand", start=FIRST + effect.PERIOD)
    assert set(rows(client).values()) == {""}
    assert effect_queries.period(FIRST + effect.PERIOD, NOW).traced


def test_a_case_that_was_one_before_it_was_a_contact_is_not_found_by_tracing(client):
    contacts(60, 10, "app")
    Case.objects.update(created_at=dt.datetime.combine(FIRST, dt.time(), dt.UTC))
    assert rows(client)["attack_rate_app"] == ""


def test_nobody_elses_cache_keeps_the_page_and_any_keeps_the_file(client):
    assert "private" in client.get(PAGE)["Cache-Control"]
    answer = client.get(FILE)
    assert "public" in answer["Cache-Control"]
    assert not answer.cookies
