"""Declare by a form on the phone: for oneself and others, offline, with drafts, corrected and withdrawn."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from tests.forms.broken import Document, changed, field
from tests.forms.samples import FORMS, GIVEN, LONG_MY, MOVING
from tests.phone.doubles import Station, form_of
from tests.protocol.signed_documents import issued

from bluezone.forms.definition import Use
from bluezone.phone.stores.declaration_store import Draft, Next
from bluezone.phone.stores.diary_store import DiaryPlace
from bluezone.phone.stores.records import Stage
from bluezone.phone.web.presenters.common import qr_of
from bluezone.protocol import kinds
from bluezone.protocol.check_ins import PlaceKind
from bluezone.protocol.documents import sign
from bluezone.protocol.health_declarations import (
    HEALTH_DECLARATION_BODY_BYTES,
    HealthAnswer,
    HealthDeclarationRefusal,
)
from bluezone.protocol.letters import check_letter
from bluezone.protocol.passes import Colour, Pass, write_pass

RECEIPT = Station.receipt
ILL = {"signs": ["breathless"], "near_case": ["yes"]}


@pytest.fixture
def station(station: Station, seeded: Any) -> Station:
    seeded.runner.choose(language="en")
    return station


def publish(station: Station, seeded: Any, *texts: str) -> None:
    """Let the authority have these forms."""
    document = issued(kinds.FORMS, texts, seeded.clock())
    station.documents[kinds.FORMS.address("452")] = sign(document, [seeded.signer])


def fill(visitor: Any, slot: str = "me", form: str = "population", path: str = "", **changes: list[str]) -> Any:
    return visitor.declare(path or f"/declare/for/{slot}/{form}", **GIVEN | changes)


def second(found: Document) -> None:
    """Make the second version: an address of at most five letters, and no year of birth."""
    found["version"] = 2
    field(found, "address")["most"] = 5
    sections: Any = found["sections"]
    for section in sections:
        section["fields"] = [each for each in section["fields"] if each["name"] != "birth_year"]


def number_of(answer: Any) -> int:
    found = re.fullmatch(r"/declare/(\d+)", answer.headers["location"])
    assert found is not None
    return int(found[1])


def test_a_declaration_is_sent_once_filled_up_to_one_size_and_says_what_to_do(visitor, seeded, station):
    number = number_of(fill(visitor))
    (sent,) = station.heard
    assert (sent.form, sent.version, sent.other) == ("population", 1, False)
    assert sent.answers["full_name"] == "Nguyễn Thị Lan"
    assert sent.answers["telephone"] == "+84912345678"
    assert len(station.bodies[0]) == HEALTH_DECLARATION_BODY_BYTES
    page = visitor.text(f"/declare/{number}")
    assert "has arrived at your health station" in page
    assert "Nothing more to do" in page
    assert "12 Trần Hưng Đạo" in page
    seeded.runner.check()
    assert len(station.bodies) == 1


def test_without_a_network_the_advice_is_there_at_once_and_it_is_sent_later_as_it_was(visitor, seeded, station):
    station.away = True
    page = visitor.text(f"/declare/{number_of(fill(visitor, **ILL))}")
    assert "Help is needed now" in page
    assert "as soon as this phone has internet" in page
    assert "does not know it yet" in page
    station.away = False
    seeded.runner.check()
    assert len(station.heard) == 1
    (row,) = seeded.runner.stores.declarations.declarations()
    assert (row.stage, row.receipt) == (Stage.SENT, RECEIPT)
    assert row.draw == station.heard[0].declaration.hex()


def test_an_answer_that_was_lost_is_asked_for_again_under_the_same_id(visitor, seeded, station):
    station.says = HealthAnswer(code=HealthDeclarationRefusal.INTERNAL, error="later")
    fill(visitor)
    station.says = HealthAnswer(RECEIPT, "advice")
    seeded.runner.check()
    first, second_one = station.heard
    assert first == second_one


def test_a_form_sent_twice_is_one_declaration(visitor, seeded, station):
    page = visitor.get("/declare/for/me/population").text
    fields = form_of(page) | GIVEN
    first, again = (visitor.send_form("/declare/for/me/population", **fields) for _ in range(2))
    assert first.headers["location"] == again.headers["location"]
    assert len(station.heard) == 1
    assert len(seeded.runner.stores.household.people()) == 1


def test_a_person_who_was_typed_once_is_offered_again_and_a_household_shares_its_address(visitor, seeded, station):
    fill(visitor)
    assert "Nguyễn Thị Lan" in visitor.text("/declare")
    page = visitor.get("/declare/for/new/population").text
    assert 'value="12 Trần Hưng Đạo"' in page
    assert f'value="{LONG_MY.full_name}"' in page
    assert "Nguyễn Thị Lan" not in page
    fill(visitor, "new", full_name=["Bé An"], birth_year=["2014"])
    child = next(each for each in seeded.runner.stores.household.people() if not each.is_owner)
    assert (child.name, child.known[Use.BIRTH_YEAR]) == ("Bé An", "2014")
    assert 'value="Bé An"' in visitor.get(f"/declare/for/{child.number}/population").text
    assert [each.other for each in station.heard] == [False, True]


def test_health_answers_are_not_offered_again(visitor, station):
    fill(visitor, **ILL)
    assert visitor.get("/declare/for/me/population").text.count(" checked") == 1  # her gender


def test_the_ninth_person_is_declared_for_and_not_remembered(visitor, seeded, station):
    fill(visitor)
    for number in range(8):
        fill(visitor, "new", full_name=["Người " + "ABCDEFGH"[number]])
    assert len(station.heard) == 9
    assert len(seeded.runner.stores.household.people()) == 8
    owner = seeded.runner.stores.household.owner()
    assert "remember" in visitor.text("/declare")
    visitor.send_form(f"/declare/people/{owner.number}/forget")
    assert len(seeded.runner.stores.household.people()) == 7


def test_an_identity_document_shows_its_end_alone_and_is_sent_whole(visitor, station):
    fill(visitor, document=["012345678901"])
    page = visitor.get("/declare/for/me/population").text
    assert "012345678901" not in page
    assert "*********901" in page
    fill(visitor, document=["*********901"])
    assert [each.answers["document"] for each in station.heard] == ["012345678901"] * 2


@pytest.mark.parametrize(
    "change",
    [
        {"full_name": [""]},
        {"birth_year": ["2031"]},
        {"signs": ["none", "fever"]},
        {"telephone": ["09"]},
        {"commune": ["?"]},
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(visitor, seeded, station, change):
    answer = fill(visitor, **change)
    assert answer.status_code == 422
    assert "12 Trần Hưng Đạo" in answer.text
    assert station.bodies == []
    assert 'value="12 Trần Hưng Đạo"' in visitor.get("/declare/for/me/population").text


# --- a journey --------------------------------------------------------------------------------------------------------


def test_a_journey_is_filled_in_from_the_code_that_was_scanned(visitor, seeded, station):
    now_s = seeded.clock()
    bus = DiaryPlace("Xe 65B-012.34, Long Mỹ – Cần Thơ", location_id="ab" * 32)
    visit = seeded.runner.stores.diary.add(bus, now_s, now_s + 7_200)
    assert f'href="/declare/journey/{visit}"' in visitor.get("/diary").text
    page = visitor.get(f"/declare/journey/{visit}").text
    assert f'href="/declare/for/me/movement?visit={visit}"' in page
    form = visitor.get(f"/declare/for/me/movement?visit={visit}").text
    assert 'value="Xe 65B-012.34, Long Mỹ – Cần Thơ"' in form
    assert 'value="13/08/2020"' in form
    assert "65B" not in visitor.get(f"/declare/for/me/population?visit={visit}").text
    for strange in ("99", "-1", "x", "%00"):
        assert "65B" not in visitor.get(f"/declare/for/me/movement?visit={strange}").text
    assert visitor.get("/declare/journey/99").status_code == 404


def test_the_means_and_the_seat_come_from_a_vehicle_that_says_what_it_is(visitor, seeded, station):
    now_s = seeded.clock()
    plane = DiaryPlace("VN 1205", "Vietnam Airlines", "ab" * 32, kind=PlaceKind.PLANE, seat="12A")
    visit = seeded.runner.stores.diary.add(plane, now_s, now_s + 7_200)
    form = visitor.get(f"/declare/for/me/movement?visit={visit}").text
    assert 'value="VN 1205"' in form
    assert 'value="12A"' in form
    assert re.search(r'value="plane"[^>]*checked', form)


def test_a_journey_is_not_remembered_of_a_person(visitor, seeded, station):
    shown = [" ".join(each.name for each in FORMS["movement"].fields)]
    fill(visitor, form="movement", **MOVING | {"start_date": ["14/8/2020"], "seat": ["12"], "_shown": shown})
    assert len(station.heard) == 1
    (owner,) = seeded.runner.stores.household.people()
    assert not {Use.MEANS, Use.VEHICLE, Use.SEAT, Use.DEPARTURE} & set(owner.known)


# --- drafts -----------------------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_until_it_is_sent(visitor, seeded, station):
    page = visitor.get("/declare/for/me/population").text
    fields = form_of(page)
    answer = visitor.send_form("/declare/draft/me/population", **fields, full_name="Nguyễn Thị")
    assert answer.status_code == 204
    assert 'value="Nguyễn Thị"' in visitor.get("/declare/for/me/population").text
    assert "You have begun this one" in visitor.text("/declare/for/me")
    fill(visitor)
    assert seeded.runner.stores.declarations.drafts() == []
    late = visitor.send_form("/declare/draft/me/population", **fields, full_name="Nguyễn Thị")  # overtaken on its way
    assert late.status_code == 204
    assert seeded.runner.stores.declarations.drafts() == []


def test_a_draft_is_carried_over_into_a_form_that_was_renewed(visitor, seeded, station):
    given = {"full_name": ["Lan"], "birth_year": ["1950"], "address": ["12 Trần Hưng Đạo"]}
    seeded.runner.stores.declarations.keep_draft(Draft("me", "population", 1, "ab" * 16, given), seeded.clock())
    publish(station, seeded, changed(second))
    seeded.runner.check()
    page = visitor.get("/declare/for/me/population").text
    assert 'value="Lan"' in page
    assert "12 Trần Hưng Đạo" not in page
    assert "2 answers did not fit" in page


def test_a_form_renewed_while_it_was_typed_shows_the_new_one_first(visitor, seeded, station):
    page = visitor.get("/declare/for/me/population").text
    fields = form_of(page) | GIVEN
    publish(station, seeded, changed(second))
    seeded.runner.check()
    answer = visitor.send_form("/declare/for/me/population", **fields | {"address": ["số 2"]})
    assert answer.status_code == 200
    assert "This form has been renewed" in answer.text
    assert form_of(answer.text)["_version"] == "2"
    assert station.bodies == []
    assert "location" in fill(visitor, address=["số 2"]).headers
    assert station.heard[0].version == 2


def test_a_document_of_nobody_we_trust_changes_no_form(visitor, seeded, station):
    publish(station, seeded, changed(second))
    [(path, document)] = station.documents.items()
    station.documents[path] = document.replace(b"v1", b"v9")
    seeded.runner.check()
    assert form_of(visitor.get("/declare/for/me/population").text)["_version"] == "1"


# --- correcting, withdrawing ------------------------------------------------------------------------------------------


def test_the_code_of_the_message_is_typed_and_nobody_is_said_to_call_before(visitor, seeded, station):
    station.says = HealthAnswer(RECEIPT, "urgent", confirm="code")
    number = number_of(fill(visitor, **ILL))
    page = visitor.text(f"/declare/{number}")
    assert "Call 115 now. Your health station is told, and calls you, only once your number is confirmed." in page
    path = f"/declare/{number}/confirm"
    visitor.send_form(path, code="12 34")
    assert "This code is wrong" in visitor.text(f"/declare/{number}")
    station.says = HealthAnswer(error="no", code=HealthDeclarationRefusal.CODE_WRONG)
    visitor.send_form(path, code="123456")
    assert "This code is wrong" in visitor.text(f"/declare/{number}")
    station.says = HealthAnswer(RECEIPT, "urgent", confirm="code")
    visitor.send_form(path, code="12", again="yes")
    station.away = True
    visitor.send_form(path, code="654 321")
    assert "waits for the code to be sent" in visitor.text(f"/declare/{number}")
    station.away, station.says = False, HealthAnswer(RECEIPT, "urgent")
    seeded.runner.check()
    assert [(each.confirm, each.code) for each in station.heard[1:]] == [
        (True, "123456"), (True, ""), (True, "654321")
    ]  # fmt: skip
    assert "has arrived at your health station" in visitor.text(f"/declare/{number}")
    assert seeded.runner.stores.declarations.declaration(number).code == ""


def test_a_correction_goes_with_the_receipt(visitor, seeded, station):
    number = number_of(fill(visitor))
    station.says = HealthAnswer(RECEIPT, "call")
    page = visitor.get(f"/declare/{number}/correct").text
    assert 'value="none" checked' in page.replace(' id="f-signs"', "")
    fill(visitor, path=f"/declare/{number}/correct", signs=["fever"])
    first, then = station.heard
    assert (first.receipt, then.receipt) == ("", RECEIPT)
    assert then.answers["signs"] == ("fever",)
    assert then.declaration != first.declaration
    (row,) = seeded.runner.stores.declarations.declarations()
    assert (row.level, row.next, row.answers["signs"]) == ("call", Next.NOTHING, ["fever"])


def test_one_that_never_left_is_corrected_in_its_place(visitor, seeded, station):
    station.away = True
    number = number_of(fill(visitor))
    fill(visitor, path=f"/declare/{number}/correct", signs=["fever"])
    station.away = False
    seeded.runner.check()
    assert [each.answers["signs"] for each in station.heard][-1] == ("fever",)
    assert {each.receipt for each in station.heard} <= {"", RECEIPT}
    (row,) = seeded.runner.stores.declarations.declarations()
    assert row.next is Next.NOTHING


def test_one_that_may_have_arrived_is_sent_as_it_was_and_its_correction_after_it(visitor, seeded, station):
    station.says = HealthAnswer(code=HealthDeclarationRefusal.INTERNAL, error="later")
    number = number_of(fill(visitor))
    fill(visitor, path=f"/declare/{number}/correct", signs=["fever"])
    station.says = HealthAnswer(RECEIPT, "advice")
    station.bodies.clear()
    seeded.runner.check()
    first, then = station.heard
    assert (first.answers["signs"], first.receipt) == (("none",), "")
    assert (then.answers["signs"], then.receipt) == (("fever",), RECEIPT)


def test_withdrawing_asks_once_more_and_leaves_nothing(visitor, seeded, station):
    number = number_of(fill(visitor))
    assert "cannot be brought back" in visitor.text(f"/declare/{number}/withdraw")
    assert len(station.heard) == 1
    visitor.send_form(f"/declare/{number}/withdraw")
    assert (station.heard[-1].withdraw, station.heard[-1].receipt) == (True, RECEIPT)
    assert seeded.runner.stores.declarations.declarations() == []
    assert visitor.get(f"/declare/{number}").status_code == 404


def test_withdrawing_without_a_network_waits(visitor, seeded, station):
    number = number_of(fill(visitor))
    station.away = True
    visitor.send_form(f"/declare/{number}/withdraw")
    assert "is withdrawn as soon as" in visitor.text("/declare")
    assert visitor.get(f"/declare/{number}/correct").status_code == 404
    station.away = False
    seeded.runner.check()
    assert station.heard[-1].withdraw
    assert seeded.runner.stores.declarations.declarations() == []


@pytest.mark.parametrize("code", list(HealthDeclarationRefusal))
def test_a_refusal_is_said_and_can_be_put_right(visitor, seeded, station, code):
    if code is HealthDeclarationRefusal.INTERNAL:
        return
    station.says = HealthAnswer(code=code, error="no")
    number = number_of(fill(visitor))
    assert re.search("was not taken|is not at your health station", visitor.text(f"/declare/{number}"))
    station.says = HealthAnswer(RECEIPT, "advice")
    fill(visitor, path=f"/declare/{number}/correct")
    first, then = station.heard
    assert (then.receipt, then.declaration != first.declaration) == ("", True)
    assert "has arrived" in visitor.text(f"/declare/{number}")


# --- the pass ---------------------------------------------------------------------------------------------------------


def a_pass(seeded: Any, colour: Colour = Colour.YELLOW, hours: int = 24) -> str:
    issued_s = int(seeded.clock())
    number = "7K3M-Q2X" + check_letter("7K3MQ2X")
    until_s = issued_s + 3_600 * hours
    found = Pass("452", number, "population", LONG_MY.code, colour, issued_s, until_s)
    return write_pass(found, seeded.signer)


def test_a_pass_is_shown_large_with_a_word_and_a_sign_until_it_runs_out(visitor, seeded, station, web):
    text = a_pass(seeded)
    station.says = HealthAnswer(RECEIPT, "call", pass_text=text)
    number = number_of(fill(visitor))
    page = visitor.get(f"/declare/{number}/pass").text
    assert 'class="pass-band yellow"' in page
    assert "Yellow" in page
    assert qr_of(text).path in page
    assert "7K3M-Q2X" in page
    assert LONG_MY.full_name in page
    assert "14/8, 11:20" in page
    assert "Show the pass" in visitor.text(f"/declare/{number}")
    assert "Yellow, until 14/8, 11:20" in visitor.text("/declare")
    seeded.clock.now_s = web.NOW_S + web.DAY_S
    old = visitor.get(f"/declare/{number}/pass").text
    assert "Run out" in old
    assert 'class="pass-band grey"' in old
    assert qr_of(text).path not in old
    assert "Show the pass" not in visitor.text(f"/declare/{number}")
    assert "Yellow" not in visitor.text("/declare")


def test_a_pass_that_has_run_out_is_forgotten(visitor, seeded, station, web):
    station.says = HealthAnswer(RECEIPT, "advice", pass_text=a_pass(seeded))
    number = number_of(fill(visitor))
    for hours, kept in ((23, True), (25, False)):
        seeded.clock.now_s = web.NOW_S + 3_600 * hours
        seeded.runner.phone.time.hear(seeded.clock())
        seeded.runner.phone.purge()
        assert bool(seeded.runner.stores.declarations.declaration(number).pass_text) is kept


def test_a_correction_brings_another_pass_or_none(visitor, seeded, station):
    station.says = HealthAnswer(RECEIPT, "advice", pass_text=a_pass(seeded, Colour.GREEN))
    number = number_of(fill(visitor))
    station.says = HealthAnswer(RECEIPT, "call", pass_text=a_pass(seeded, Colour.RED))
    fill(visitor, path=f"/declare/{number}/correct", signs=["fever"])
    assert 'class="pass-band red"' in visitor.get(f"/declare/{number}/pass").text
    station.says = HealthAnswer(RECEIPT, "call")
    fill(visitor, path=f"/declare/{number}/correct", signs=["fever"])
    assert visitor.get(f"/declare/{number}/pass").headers["location"] == f"/declare/{number}"


@pytest.mark.parametrize("text", ["", "BZ1:", "BZ1:%%%", "HC1:6BF", "<script>alert(1)</script>"])
def test_what_is_no_pass_is_not_shown(visitor, station, text):
    station.says = HealthAnswer(RECEIPT, "advice", pass_text=text)
    number = number_of(fill(visitor))
    assert visitor.get(f"/declare/{number}/pass").status_code == 303
    assert "Show the pass" not in visitor.text(f"/declare/{number}")


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_what_was_declared_goes_after_14_days_and_people_after_90(visitor, seeded, station, web):
    fill(visitor)
    stores, phone = seeded.runner.stores, seeded.runner.phone
    stores.declarations.keep_draft(Draft("me", "entry", 1, "ab" * 16, {"full_name": ["Lan"]}), seeded.clock())
    for days, declarations, people in ((13, 1, 1), (15, 0, 1), (89, 0, 1), (91, 0, 0)):
        seeded.clock.now_s = web.NOW_S + days * web.DAY_S
        phone.time.hear(seeded.clock())
        phone.purge()
        assert (len(stores.declarations.declarations()), len(stores.household.people())) == (declarations, people), days
        assert len(stores.declarations.drafts()) == declarations
    assert stores.declarations.form("population", 1) is None


def test_the_owner_can_save_what_is_kept(visitor, station):
    fill(visitor)
    lines = [json.loads(line) for line in visitor.get("/settings/export").text.splitlines()]
    (row,) = [each for each in lines if each["kind"] == "health_declaration"]
    assert row["answers"]["full_name"] == "Nguyễn Thị Lan"
    assert RECEIPT not in json.dumps(lines)
    assert [each["known"]["name"] for each in lines if each["kind"] == "person"] == ["Nguyễn Thị Lan"]


def test_before_consent_every_address_leads_to_the_welcome_and_keeps_nothing(visitor, seeded):
    for path in ("/declare", "/declare/for/me", "/declare/for/me/population", "/declare/1"):
        assert visitor.get(path).headers["location"] == "/welcome"
    visitor.send_form("/declare/for/me/population", _draw="ab" * 16, **GIVEN)
    visitor.send_form("/declare/draft/me/population", _draw="ab" * 16, **GIVEN)
    assert seeded.runner.stores.declarations.drafts() == []


@pytest.mark.parametrize(
    "path",
    [
        "/declare/for/7",
        "/declare/for/x",
        "/declare/for/me/nothing",
        "/declare/9",
        "/declare/for/9999999999999/population",
    ],
)
def test_an_address_of_nothing_is_not_found(visitor, station, path):
    assert visitor.get(path).status_code == 404


def test_strange_bodies_are_refused_in_a_sentence(visitor, station, seeded):
    for body in (b"\xff\xfe=1&" * 50, b"&".join(b"a%d=1" % n for n in range(2_000)), b"full_name=" + b"%F0" * 40_000):
        answer = visitor.request(
            "POST",
            "/declare/for/me/population",
            content=body,
            headers={"Origin": "http://127.0.0.1:8720", "Content-Type": "application/x-www-form-urlencoded"},
        )
        assert answer.status_code in (413, 422, 200)
    assert station.bodies == []
