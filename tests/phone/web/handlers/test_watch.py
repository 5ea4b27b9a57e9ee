"""The screens of a contact of a contact: home, notices and explanation agree; never isolation, never a report."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import httpx
import pytest
from tests.protocol.signed_documents import issued

from bluezone.phone.client.publishing import Publisher, PublishReport, keys_under
from bluezone.phone.stores.publication_store import PublicationStore, VerifiedResult
from bluezone.protocol.documents import sign
from bluezone.protocol.intervals import day_start_s
from bluezone.protocol.kinds import SETTINGS, Settings, second_order_region
from bluezone.protocol.messages import VerifyRequest, VerifyResponse
from bluezone.protocol.verification import CertifiedReport

DAY_S = 86_400


def watch(seeded: Any, days_ago: int = 3) -> int:
    """Let the phone have found that it was near a contact; gives the day."""
    day = seeded.warn(days_ago)
    store = seeded.runner.phone.stores.exposures
    (alert,) = store.alerts()
    store.database.write("DELETE FROM alert")
    store.change_alerts([replace(alert, second_order=True)], [], seeded.clock() - 3_600, second_order=True)
    return day


def turn_on(seeded: Any, *, on: bool = True, serial: int = 1) -> bytes:
    document = issued(SETTINGS, Settings(on), seeded.clock(), serial=serial)
    data = sign(document, [seeded.signer])
    seeded.runner.phone.stores.documents.keep(document, data, seeded.clock())
    return data


@pytest.fixture
def warned(seeded: Any, visitor: Any) -> Any:
    seeded.agree()
    turn_on(seeded)
    return visitor


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", ("Có thể bạn đã ở gần một F1", "theo dõi sức khỏe", "không phải cách ly")),
        ("en", ("You may have been near a contact (F1)", "watch your health", "You need not isolate")),
    ],
)
def test_home_notices_and_the_screen_say_the_same(warned, seeded, language, words):
    seeded.runner.choose(language=language)
    day = watch(seeded)
    title, watching, free = words
    for path in ("/", "/notices", f"/watch/{day}"):
        assert title in warned.text(path), path
    screen = warned.text(f"/watch/{day}")
    assert watching.lower() in screen.lower()
    assert free in screen
    assert f'href="/watch/{day}"' in warned.get("/").text
    assert f'href="/watch/{day}"' in warned.get("/notices").text


def test_no_screen_of_it_leads_on_to_a_report(warned, seeded):
    day = watch(seeded)
    pages = [warned.get(path).text for path in ("/", "/notices", f"/watch/{day}")]
    assert not any("/report" in page for page in pages)
    assert warned.get(f"/exposure/{day}").status_code == 404
    assert warned.get(f"/exposure/{day}/report").status_code == 404


def test_a_warning_of_a_case_takes_its_place_everywhere(warned, seeded):
    day = watch(seeded, 4)
    seeded.runner.choose(language="en")
    case = seeded.warn(2)
    assert "contact (F1)" not in warned.text("/")
    assert "You may have been near a confirmed case" in warned.text("/")
    assert warned.get(f"/watch/{day}").headers["location"] == f"/exposure/{case}"


def test_opening_it_ends_its_notice(warned, seeded):
    day = watch(seeded)
    warned.get(f"/watch/{day}")
    opened = seeded.runner.phone.stores.notices.read().opened
    assert any(key.startswith(f"watch {day}") for key in opened)


def test_a_day_that_nobody_said_anything_of_is_not_there(warned):
    assert warned.get("/watch/1597276800").status_code == 404


# --- being asked, as a contact, to let others know --------------------------------------------------------------------


def asked(seeded: Any, days_ago: int = 2) -> VerifiedResult:
    day = dt.datetime.fromtimestamp(seeded.clock(), dt.UTC).date() - dt.timedelta(days=days_ago)
    return VerifiedResult(CertifiedReport.RECURSIVE, None, day, seeded.clock())


def test_a_contact_reads_what_leaves_and_is_thanked_as_no_patient(warned, seeded, monkeypatch):
    seeded.runner.choose(language="en")
    for back in range(5):
        seeded.runner.phone.stores.keys.key_at(seeded.clock() - back * DAY_S)
    result = asked(seeded)
    monkeypatch.setattr(PublicationStore, "waiting", lambda *_: result)
    assert "The health authority has a question for you" in warned.text("/")
    assert "You are a contact (F1)" in warned.text("/result")
    consent = warned.text("/result/share")
    assert "Let the people you met know?" in consent
    assert "since the day of your contact" in consent
    assert "never to isolate" in consent
    assert "of 3 days" in consent

    def publish(publisher: Publisher, code: str = "", *, consent: bool, left_out: Any) -> PublishReport:
        assert consent
        publisher._preferences.change(sharing="as contact")
        return PublishReport(3, 3, False, ())

    monkeypatch.setattr(Publisher, "publish", publish)
    thanks = warned.send_form("/result/share", consent="yes").text
    assert "quick recovery" not in thanks
    assert "watch their health" in thanks
    assert "/heard" not in thanks


def test_only_keys_of_days_since_the_exposure_are_offered(seeded):
    keys = seeded.runner.phone.stores.keys
    for back in range(10):
        keys.key_at(seeded.clock() - back * DAY_S)
    all_of_them = keys.publishable(seeded.clock())
    today_s = day_start_s(seeded.clock())
    offered = keys_under(asked(seeded, 3), all_of_them)
    assert {key.start_s // DAY_S for key in offered} == {today_s // DAY_S - back for back in range(4)}
    assert keys_under(replace(asked(seeded), symptom_date=None), all_of_them) == []
    assert keys_under(replace(asked(seeded), report=CertifiedReport.CONFIRMED), all_of_them) == all_of_them


@pytest.mark.parametrize(
    ("on", "near_contact", "near_case", "names_it"),
    [(True, False, False, True), (True, False, True, True), (True, True, False, False), (False, False, False, False)],
)
def test_attack_a_phone_that_a_contact_warned_does_not_go_on(seeded, visitor, on, near_contact, near_case, names_it):
    """It does not say that it knows such codes: the authority then does not use the code up."""
    seeded.agree()
    turn_on(seeded, on=on)
    if near_contact:
        watch(seeded)
    if near_case:
        seeded.warn(2)
    seen: list[tuple[str, ...]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(VerifyRequest.from_json(request.content).accept)
        return httpx.Response(400, content=VerifyResponse(error="x", error_code="code_invalid").to_json())

    seeded.answer = answer
    visitor.send_form("/code", code="778865013650")
    assert ("recursive" in seen[0]) is names_it
    assert "confirmed" in seen[0]


# --- the settings -----------------------------------------------------------------------------------------------------


class Served:
    """What an authority serves, and what was asked for."""

    def __init__(self, seeded: Any) -> None:
        self.files: dict[str, bytes] = {"/exports/452/index.txt": b""}
        self.asked: list[str] = []
        seeded.answer = self

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        content = self.files.get(request.url.path)
        return httpx.Response(404) if content is None else httpx.Response(200, content=content)


def signed(seeded: Any, *, on: bool, serial: int) -> bytes:
    now_s = int(seeded.clock())
    return sign(issued(SETTINGS, Settings(on), now_s, serial=serial), [seeded.signer])


def test_the_region_of_contacts_is_fetched_where_the_settings_say_so(seeded):
    served, phone = Served(seeded), seeded.runner.phone
    index = f"/exports/{second_order_region('452')}/index.txt"
    phone.sync(seeded.client)
    assert index not in served.asked
    served.files[SETTINGS.address("452")] = signed(seeded, on=True, serial=1)
    served.files[index] = b""
    phone.sync(seeded.client)
    assert index in served.asked
    served.asked.clear()
    served.files[SETTINGS.address("452")] = signed(seeded, on=False, serial=2)
    phone.sync(seeded.client)
    assert index not in served.asked


def test_turned_off_the_watch_is_gone_with_the_next_check(seeded):
    turn_on(seeded)
    watch(seeded)
    turn_on(seeded, on=False, serial=2)
    seeded.runner.phone.check()
    assert seeded.runner.phone.stores.exposures.watch_alerts() == []
