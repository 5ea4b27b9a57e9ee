"""Reports to the health office: nothing before a yes, what was read is what is sent, and once."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from typing import Any

import httpx
import pytest
from tests.phone.settings import VIET_NAM

from bluezone.phone.app import reporting
from bluezone.phone.stores.contact_store import Sighting
from bluezone.phone.stores.records import Stage
from bluezone.protocol.exposure_notification import rolling_proximity_identifier_key
from bluezone.protocol.heard import heard_entry, list_entries
from bluezone.protocol.reports import (
    HEARD_BODY_BYTES,
    HEARD_PATH,
    REPORT_BODY_BYTES,
    REPORTS_PATH,
    TAKE_BACK_PATH,
    ExposureReport,
    HeardUpload,
    ReportAnswer,
    ReportRefusal,
    TakeBack,
)

RECEIPT = "r" * 64
TEK = b"k" * 16
COMMUNE = "34:31471"


@pytest.fixture
def warned(seeded: Any, office: Any) -> int:
    """A phone that was near a published key for half an hour, three days ago, and warned of it; gives the day."""
    seeded.agree()
    return seeded.reportable(TEK, RECEIPT, COMMUNE)


def read(visitor: Any, day: int) -> str:
    """Open the report's screen; give the mark that the yes names."""
    found = re.search(r'name="read" value="([0-9a-f]{64})"', visitor.get(f"/exposure/{day}/report").text)
    assert found is not None
    return found[1]


def say_yes(visitor: Any, day: int) -> httpx.Response:
    return visitor.send_form(f"/exposure/{day}/report", consent="yes", read=read(visitor, day))


def test_every_word_is_shown_before_the_yes_and_nothing_is_sent(visitor: Any, office: Any, warned: int) -> None:
    page = visitor.get(f"/exposure/{warned}/report").text
    assert office.asked == []
    shown = json.loads(re.search(r'<pre class="wire"[^>]*>(.*?)</pre>', page, re.DOTALL)[1].replace("&#34;", '"'))
    say = visitor.send_form(f"/exposure/{warned}/report", consent="yes", read=re.search(r"[0-9a-f]{64}", page)[0])
    assert say.headers["location"] == f"/exposure/{warned}/report/sent"
    [(path, body)] = office.asked
    assert path == REPORTS_PATH
    assert len(body) == REPORT_BODY_BYTES
    sent = json.loads(body)
    del sent["padding"]
    assert sent == shown


def test_the_report_says_what_the_warning_said(seeded: Any, visitor: Any, office: Any, warned: int) -> None:
    say_yes(visitor, warned)
    sent = ExposureReport.from_json(office.asked[0][1])
    assert (sent.receipt, sent.commune, sent.keys) == (RECEIPT, COMMUNE, (TEK,))
    assert sent.day == dt.datetime.fromtimestamp(warned, VIET_NAM).date()
    said = reporting.explained(seeded.runner.alert(warned), VIET_NAM)
    assert (sent.quarters, sent.near_minutes, sent.certainty) == (said.quarters, said.near_minutes, said.certainty)
    [own] = [key for key in seeded.runner.phone.stores.keys.recent(seeded.clock()) if key.start_s == warned + 7 * 3_600]
    [opened] = sent.opened
    assert opened.rpik == rolling_proximity_identifier_key(own.key)
    assert own.key.hex() not in office.asked[0][1].decode(), "never the TEK"


def test_the_screen_says_that_the_office_learns_whose_contact_one_is(visitor: Any, seeded: Any, warned: int) -> None:
    seeded.runner.choose(language="en")
    said = visitor.text(f"/exposure/{warned}/report")
    assert "the health office learns whose contact you are" in said
    assert "ends in 678" in said


@pytest.mark.parametrize("hour", [1, 13, 23])
def test_the_report_names_the_owners_day_whatever_its_hour(
    visitor: Any, seeded: Any, office: Any, warned: int, hour: int
) -> None:
    """Name the owner's day: a meeting at one in the night here is of the UTC day before, and of its keys."""
    exposures, day = seeded.runner.stores.exposures, dt.datetime.fromtimestamp(warned, VIET_NAM).date()
    [alert] = exposures.alerts(seeded.clock())
    exposures.change_alerts([], [warned], seeded.clock())
    exposures.change_alerts([replace(alert, met_at_s=warned + hour * 3_600)], [], seeded.clock())
    seeded.runner.choose(language="en")
    here = f"{day.day} {day:%b}"
    page = visitor.text(f"/exposure/{warned}/report")
    assert f"Report {here} to the health office?" in page
    assert f"a person with COVID-19 on {here}." in page
    assert "07:00" not in page
    say_yes(visitor, warned)
    assert ExposureReport.from_json(office.asked[0][1]).day == day
    assert here in visitor.text("/reports").split("Sent on")[0]


@pytest.mark.parametrize("form", [{}, {"consent": "no"}, {"consent": "yes", "read": "0" * 64}, {"consent": "yes"}])
def test_without_a_yes_to_what_was_read_nothing_is_sent(
    visitor: Any, office: Any, seeded: Any, warned: int, form: dict[str, str]
) -> None:
    read(visitor, warned)
    visitor.send_form(f"/exposure/{warned}/report", **form)
    assert office.asked == []
    assert seeded.runner.stores.reports.newest() == []


def test_before_the_owners_consent_to_the_app_nothing_is_sent(
    visitor: Any, office: Any, seeded: Any, warned: int
) -> None:
    mark = read(visitor, warned)
    seeded.runner.choose(agreed_at_s=None)
    visitor.send_form(f"/exposure/{warned}/report", consent="yes", read=mark)
    assert office.asked == []


def test_without_internet_it_waits_and_is_sent_once(visitor: Any, office: Any, seeded: Any, warned: int) -> None:
    seeded.runner.choose(language="en")
    office.away = True
    assert say_yes(visitor, warned).status_code == 303
    assert "written down" in visitor.text(f"/exposure/{warned}/report/sent")
    office.away = False
    seeded.runner.check()
    seeded.runner.check()
    assert [path for path, _ in office.asked] == [REPORTS_PATH]
    assert "it has arrived" in visitor.text(f"/exposure/{warned}/report/sent")
    [kept] = seeded.runner.stores.reports.newest()
    assert (kept.stage, kept.message) == (Stage.SENT, ""), "only the id stays"


def test_an_answer_that_was_lost_sends_the_same_report_again(
    visitor: Any, office: Any, seeded: Any, warned: int
) -> None:
    office.says = ReportAnswer("later", ReportRefusal.INTERNAL)
    say_yes(visitor, warned)
    office.says = ReportAnswer()
    seeded.runner.check()
    first, second = (ExposureReport.from_json(body) for _, body in office.asked)
    assert first == second


def test_a_second_yes_sends_nothing_more(visitor: Any, office: Any, warned: int) -> None:
    mark = read(visitor, warned)
    for _ in range(2):
        visitor.send_form(f"/exposure/{warned}/report", consent="yes", read=mark)
    assert len(office.asked) == 1
    assert 'name="read"' not in visitor.get(f"/exposure/{warned}/report").text


def test_a_report_is_taken_back_by_its_id(visitor: Any, office: Any, seeded: Any, warned: int) -> None:
    say_yes(visitor, warned)
    [kept] = seeded.runner.stores.reports.newest()
    visitor.send_form("/reports/take-back", row=str(kept.number))
    path, body = office.asked[-1]
    assert (path, TakeBack.from_json(body).report.hex()) == (TAKE_BACK_PATH, kept.report)
    # as long as a report, with its address
    assert len(body) + len(TAKE_BACK_PATH) == REPORT_BODY_BYTES + len(REPORTS_PATH)
    assert seeded.runner.stores.reports.newest() == []


def test_taken_back_without_internet_it_goes_back_later(visitor: Any, office: Any, seeded: Any, warned: int) -> None:
    office.away = True
    say_yes(visitor, warned)
    [kept] = seeded.runner.stores.reports.newest()
    visitor.send_form("/reports/take-back", row=str(kept.number))
    office.away = False
    seeded.runner.check()
    assert [path for path, _ in office.asked] == [TAKE_BACK_PATH], "what was never sent is not sent any more"
    assert seeded.runner.stores.reports.newest() == []


@pytest.mark.parametrize("row", ["", "x", "999999", "-1", "1" * 40, "²"])
def test_a_row_that_is_none_takes_nothing_back(visitor: Any, office: Any, warned: int, row: str) -> None:
    assert visitor.send_form("/reports/take-back", row=row).status_code == 303
    assert office.asked == []


@pytest.mark.parametrize("code", [*ReportRefusal, "a word of later"])
def test_every_refusal_is_said_in_a_sentence(visitor: Any, office: Any, seeded: Any, warned: int, code: str) -> None:
    office.says = ReportAnswer("no", code)
    say_yes(visitor, warned)
    for language in ("vi", "en"):
        seeded.runner.choose(language=language)
        assert str(code) not in visitor.text(f"/exposure/{warned}/report/sent")
    expected = Stage.WAITING if code == ReportRefusal.INTERNAL else Stage.REFUSED
    assert seeded.runner.stores.reports.newest()[0].stage is expected


def test_what_is_lacking_is_said_with_the_next_step(visitor: Any, office: Any, seeded: Any, warned: int) -> None:
    stores = seeded.runner.stores
    stores.number.clear()
    assert f'href="/number?report={warned}"' in visitor.get(f"/exposure/{warned}/report").text
    seeded.runner.choose(commune="")
    assert f'href="/place?report={warned}"' in visitor.get(f"/exposure/{warned}/report").text
    stores.contacts.database.write("DELETE FROM scan")
    page = visitor.get(f"/exposure/{warned}/report").text
    assert 'href="/place' not in page
    assert "<textarea" in page, "a message and the hotline are there all the same"


def test_nothing_secret_is_in_a_log(visitor: Any, office: Any, warned: int, caplog: Any) -> None:
    caplog.set_level("DEBUG")
    office.says = ReportAnswer("no", ReportRefusal.TOO_MANY)
    say_yes(visitor, warned)
    sent = ExposureReport.from_json(office.asked[0][1])
    for secret in (RECEIPT, sent.report.hex(), TEK.hex(), sent.opened[0].rpik.hex()):
        assert secret not in caplog.text


# --- the heard list ---------------------------------------------------------------------------------------------------


@pytest.fixture
def published(seeded: Any, office: Any) -> Any:
    """A phone that has published, and was beside another for twenty minutes."""
    seeded.agree()
    start_s = seeded.clock() - 3_600
    seeded.beside = seeded.rng.bytes(16)
    for minute in range(10):
        sighting = Sighting(seeded.beside, b"\0\0\0\0", 4, -60, -60, -60)
        seeded.runner.phone.stores.contacts.add_scan(start_s + 60 * minute, 60.0, [sighting])
    seeded.runner.stores.publications.finish("revision-token", seeded.clock())
    return seeded


def test_what_was_heard_is_asked_apart_after_publishing(visitor: Any, office: Any, seeded: Any) -> None:
    seeded.agree()
    assert visitor.get("/heard").headers["location"] == "/reports", "nothing was published"
    seeded.runner.stores.publications.finish("revision-token", seeded.clock())
    assert visitor.get("/heard").status_code == 200
    assert "/heard" in visitor.get("/reports").text
    assert office.asked == []


def test_the_list_is_sent_once_under_the_revision_token(visitor: Any, office: Any, published: Any) -> None:
    for _ in range(2):
        visitor.send_form("/heard", consent="yes")
    [(path, body)] = office.asked
    assert path == HEARD_PATH
    assert len(body) == HEARD_BODY_BYTES
    upload = HeardUpload.from_json(body)
    assert upload.revision_token == "revision-token"
    assert heard_entry(published.beside) in set(list_entries(upload.heard))
    kept = published.runner.stores.heard.read()
    assert (kept.stage, kept.heard, kept.token) == (Stage.SENT, "", "")
    assert visitor.get("/heard").headers["location"] == "/reports"


@pytest.mark.parametrize("form", [{}, {"consent": "no"}])
def test_without_a_yes_no_list_is_made(visitor: Any, office: Any, published: Any, form: dict[str, str]) -> None:
    visitor.send_form("/heard", **form)
    assert office.asked == []
    assert published.runner.stores.heard.read() is None


def test_a_list_waits_for_internet(visitor: Any, office: Any, published: Any) -> None:
    office.away = True
    visitor.send_form("/heard", consent="yes")
    first = published.runner.stores.heard.read()
    office.away = False
    published.runner.check()
    assert HeardUpload.from_json(office.asked[0][1]).heard.hex() == first.heard


def test_what_left_the_phone_is_in_the_owners_export(visitor: Any, office: Any, warned: int) -> None:
    say_yes(visitor, warned)
    lines = [json.loads(line) for line in visitor.get("/settings/export").text.splitlines()]
    [line] = [one for one in lines if one["kind"] == "report"]
    assert (line["day_start_s"], line["stage"]) == (warned, "sent")
    assert RECEIPT not in visitor.get("/settings/export").text


def test_a_phone_of_the_old_scheme_reports_nothing(web: Any) -> None:
    with web.opened("old", scheme="bluezone-v1") as seeded:
        seeded.agree()
        day = seeded.warn()
        assert reporting.draft(seeded.runner.phone, seeded.runner.alert(day)) is reporting.Lacking.OFFER
        assert not reporting.may_give_heard(seeded.runner.phone)
