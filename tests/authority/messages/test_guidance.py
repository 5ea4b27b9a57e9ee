"""Guidance for who was warned: who writes it, what stands in which document, and what phones are served."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import replace

import pytest
from click.testing import CliRunner
from django.test import Client
from tests.authority.documents.fetched import fetched, refreshed

from bluezone.authority.documents.models import SignedDocument
from bluezone.authority.messages import guidance
from bluezone.authority.messages.guidance import GuidanceRefusedError, State
from bluezone.authority.messages.models import GuidanceEntry
from bluezone.authority.officers.jurisdiction import Role, jurisdiction_of
from bluezone.authority.officers.models import User
from bluezone.cli.authority import command
from bluezone.disease.shipped import shipped
from bluezone.protocol.documents import Document
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.guidance import GUIDANCE, MAX_ENTRIES, entry_body, entry_for

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2020, 8, 18, 12, 0, tzinfo=dt.UTC)
TODAY, DAY = dt.date(2020, 8, 18), dt.timedelta(days=1)
HAU_GIANG, DISTRICT, CAN_THO, SCHOOL = "/63:93/", "/63:93/63:937/", "/63:92/", "/63:93/7K3M-Q2XD/"
MINISTRY = jurisdiction_of(Role.MINISTRY, "/")
FORM = {
    "unit": "",
    "grades": ["low", "raised", "high"],
    "from_day": "2020-08-18",
    "until_day": "2020-09-30",
    "steps_vi": "Gọi trạm y tế.\n\nỞ nhà đến khi được hướng dẫn.",
    "steps_en": "",
    "watch_days": "14",
    "test_days": "7, 1",
    "telephones": "Sở Y tế; Department of Health; 0293 3878 123\nTrạm y tế; 02933878124",
    "source": "Công văn 1234/SYT",
    "source_en": "Letter 1234 of the Department of Health",
    "version": "1",
}


def entry(place: str = "63:93", **changes: object):
    [first] = guidance.like(TODAY)
    return replace(first, place=place, **changes)


def write(user: User, place: str = "63:93", now: dt.datetime = NOW, **changes: object) -> GuidanceEntry:
    return guidance.write(user.jurisdiction, user, entry(place, **changes), uuid.uuid4(), now)


def served(area: str = "63:93", now: dt.datetime = NOW) -> Document:
    return fetched(GUIDANCE, now, area)


# --- rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "own", "place", "may"),
    [
        (Role.MINISTRY, "/", "/", True),
        (Role.MINISTRY, "/", DISTRICT, True),
        (Role.PROVINCE, HAU_GIANG, HAU_GIANG, True),
        (Role.PROVINCE, HAU_GIANG, DISTRICT, True),
        (Role.PROVINCE, HAU_GIANG, "/", False),
        (Role.PROVINCE, HAU_GIANG, CAN_THO, False),
        (Role.DISTRICT, DISTRICT, DISTRICT, False),
        (Role.UNIT_HEAD, SCHOOL, SCHOOL, False),
    ],
)
def test_the_ministry_writes_for_all_and_a_province_for_itself_and_what_lies_in_it(role, own, place, may):
    if may:
        guidance.may_write(jurisdiction_of(role, own), place)
    else:
        with pytest.raises(GuidanceRefusedError):
            guidance.may_write(jurisdiction_of(role, own), place)


def row(place: str = HAU_GIANG, first: dt.date = TODAY, last: dt.date = TODAY, withdrawn_at: dt.datetime | None = None):
    return GuidanceEntry(id=1, place=place, from_day=first, until_day=last, published_at=NOW, withdrawn_at=withdrawn_at)


@pytest.mark.parametrize(
    ("one", "area", "state", "stands"),
    [
        (row(), "63:93", State.HOLDS, True),
        (row(DISTRICT), "63:93", State.HOLDS, True),
        (row(CAN_THO), "63:93", State.HOLDS, False),
        (row("/"), "63:93", State.HOLDS, False),
        (row("/"), "", State.HOLDS, True),
        (row(first=TODAY + DAY, last=TODAY + DAY), "63:93", State.LATER, True),
        (row(first=TODAY - DAY, last=TODAY - DAY), "63:93", State.OVER, False),
        (row(withdrawn_at=NOW), "63:93", State.WITHDRAWN, False),
    ],
)
def test_what_stands_in_the_document_of_an_area(one, area, state, stands):
    assert guidance.state(one, TODAY) is state
    assert bool(guidance.chosen([one], area, TODAY)) is stands


def test_a_full_document_takes_no_more():
    guidance.has_room(MAX_ENTRIES - 1)
    with pytest.raises(GuidanceRefusedError):
        guidance.has_room(MAX_ENTRIES)


# --- documents --------------------------------------------------------------------------------------------------------


def test_phones_get_a_document_that_the_export_keys_confirm(log_in):
    officer = log_in("province", HAU_GIANG)
    write(officer, "63:937", watch_days=10)
    write(officer)
    found = served()
    assert entry_for(found.content, ("63:937", "63:93"), TODAY, "high").watch_days == 10
    assert entry_for(found.content, ("63:93",), TODAY, "high").watch_days == 14
    assert Client().get(GUIDANCE.address("452")).status_code == 404


def test_of_two_written_for_one_place_on_one_day_phones_take_the_later(log_in):
    officer = log_in("province", HAU_GIANG)
    write(officer, watch_days=14, version="b")
    write(officer, watch_days=21, version="a")
    assert entry_for(served().content, ("63:93",), TODAY, "low").watch_days == 21


def test_what_was_withdrawn_is_gone_with_the_next_serial(log_in):
    row = write(log_in("province", HAU_GIANG))
    guidance.withdraw(row, NOW + DAY)
    assert (served(now=NOW + DAY).serial, served(now=NOW + DAY).content) == (2, ())


def test_the_worker_drops_what_ran_out_and_signs_anew_before_phones_stop_believing(log_in):
    write(log_in("province", HAU_GIANG), until_day=TODAY)
    assert refreshed(GUIDANCE, NOW + DAY / 24) == ""
    refreshed(GUIDANCE, NOW + DAY)
    assert served(now=NOW + DAY).content == ()
    refreshed(GUIDANCE, NOW + 20 * DAY)
    assert served(now=NOW + 20 * DAY).serial == 3


# --- pages ------------------------------------------------------------------------------------------------------------


def test_a_province_writes_by_the_form_and_takes_it_back(log_in, client):
    log_in("province", HAU_GIANG)
    assert client.get("/officer/guidance/new").status_code == 200
    form = FORM | {"form_id": uuid.uuid4(), "unit": "huyen long my"}
    assert [client.post("/officer/guidance/new", form).status_code for _ in range(2)] == [302, 302]
    row = GuidanceEntry.objects.get()
    assert row.place == "/63:93/63:936/"
    [found] = served().content
    assert found.steps == {"vi": ("Gọi trạm y tế.", "Ở nhà đến khi được hướng dẫn.")}
    assert found.test_days == (1, 7)
    assert [(one.name, one.number) for one in found.telephones] == [
        ({"vi": "Sở Y tế", "en": "Department of Health"}, "02933878123"),
        ({"vi": "Trạm y tế"}, "02933878124"),
    ]
    assert "Công văn 1234/SYT" in client.get("/officer/guidance/").content.decode()
    assert client.post(f"/officer/guidance/{row.id}/withdraw").status_code == 302
    assert served().content == ()


@pytest.mark.parametrize(
    ("role", "place", "reads"), [("district", DISTRICT, 200), ("unit-head", SCHOOL, 403), ("", "", 403)]
)
def test_others_read_what_holds_for_them_or_nothing_and_write_nothing(log_in, client, role, place, reads):
    row = write(log_in("ministry", "/"), "", steps={"vi": ("Bước của Bộ",)})
    log_in(role, place)
    page = client.get("/officer/guidance/")
    assert page.status_code == reads
    assert ("Bước của Bộ" in page.content.decode()) is (reads == 200)
    assert "withdraw" not in page.content.decode()
    assert client.post("/officer/guidance/new", FORM | {"form_id": uuid.uuid4()}).status_code == 403
    assert client.post(f"/officer/guidance/{row.id}/withdraw").status_code in (403, 404)
    assert len(served("").content) == 1


# --- the command, and what comes with the package ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "watch_days", "tests"),
    [
        (dt.date(2020, 3, 12), 14, ()),
        (dt.date(2021, 5, 4), 14, ()),
        (dt.date(2021, 5, 5), 28, ()),
        (dt.date(2021, 7, 14), 28, (1, 7, 14)),
    ],
)
def test_the_package_has_the_rules_of_2020_and_2021_with_their_sources(day, watch_days, tests):
    [found] = guidance.like(day)
    assert (found.watch_days, found.test_days) == (watch_days, tests)
    assert found.source
    assert found.source_en.isascii()


def test_of_a_day_without_rules_the_package_says_so():
    with pytest.raises(GuidanceRefusedError, match="has no guidance of 2026-01-01"):
        guidance.like(dt.date(2026, 1, 1))


def test_of_a_package_of_todays_days_those_rules_are_taken_that_begin_last(monkeypatch):
    [august] = guidance.like()
    assert august.watch_days == 14
    written = shipped("measles").guidance.replace(b"2020-01-01", b"2026-11-01").replace(b"2021-12-30", b"2027-12-31")
    monkeypatch.setattr(guidance, "text_of_the_package", lambda: written)
    [found] = guidance.like()
    assert (found.watch_days, found.from_day) == (21, dt.date(2026, 11, 1))
    with pytest.raises(GuidanceRefusedError, match="it has some of 2026-11-01 to 2027-12-31"):
        guidance.like(dt.date(2020, 8, 15))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "not JSON"),
        (b"{}", "at least one entry"),
        (b'{"entries": []}', "at least one entry"),
        (b'{"entries": [7]}', "entry 1: guidance: an entry is an object"),
        (json.dumps({"entries": [{"place": "x"}]}).encode(), "entry 1"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_entry(text, says):
    with pytest.raises(ProtocolError, match=says):
        guidance.read(text, "my.json")


def run(*arguments: str) -> str:
    result = CliRunner().invoke(command, ["guidance", *arguments])
    assert result.exit_code == 0, result.output + repr(result.exception)
    return result.stdout


def refused(*arguments: str) -> str:
    return str(CliRunner().invoke(command, ["guidance", *arguments]).exception)


def test_the_operator_publishes_the_package_dated_from_today_lists_and_withdraws(log_in):
    log_in("", "")
    assert "nothing has been published" in run("list")
    assert "from 2020-08-18 until 2020-09-16" in run("publish", "package", "--days", "30")
    assert [(each.watch_days, each.until_day) for each in served("").content] == [(14, dt.date(2020, 9, 16))]
    number = json.loads(run("list", "--json"))["entries"][0]["number"]
    assert "withdrawn" in run("withdraw", str(number))
    assert served("").content == ()
    assert "no entry 999" in refused("withdraw", "999")


def test_the_example_is_a_file_to_publish(log_in, tmp_path):
    log_in("", "")
    file = tmp_path / "mine.json"
    file.write_text(run("example"))
    assert run("publish", str(file)).count("published") == 3
    assert len(served("").content) == 3, "one holds, two come later"


def test_the_operator_publishes_a_file_all_or_nothing(log_in, tmp_path):
    log_in("", "")
    file = tmp_path / "mine.json"
    bodies = [entry_body(entry("")), entry_body(entry("63:999"))]
    file.write_text(json.dumps({"entries": bodies}))
    assert "63:999" in refused("publish", str(file))
    assert not SignedDocument.objects.exists()
    assert "No such file" in refused("publish", str(tmp_path / "none.json"))
