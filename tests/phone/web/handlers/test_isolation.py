"""The daily declaration in isolation: the code, one of a form, kept offline, and nothing else that leaves."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from bluezone.phone.client.declarations import send_daily
from bluezone.phone.stores.records import Stage
from bluezone.protocol.declarations import (
    DECLARATION_BODY_BYTES,
    DeclarationRefusal,
    IsolationDeclaration,
    Symptom,
)
from bluezone.protocol.one_time_codes import draw_long, groups
from bluezone.protocol.reports import ReportAnswer

CODE = draw_long(16, lambda n: n // 3)


@pytest.fixture
def station(seeded: Any, office: Any) -> Any:
    seeded.agree()
    return office


@pytest.fixture
def isolated(visitor: Any, station: Any) -> Any:
    """A phone that has its code."""
    assert visitor.send_form("/isolation/code", code=" ".join(groups(CODE)).lower()).headers["location"] == "/isolation"
    return station


def draw(visitor: Any) -> str:
    """Open the screen; give the id that its form carries."""
    found = re.search(r'name="draw" value="([0-9a-f]{32})"', visitor.get("/isolation").text)
    assert found is not None
    return found[1]


def test_the_code_is_typed_or_comes_by_a_link_and_nothing_is_sent_for_it(visitor, seeded, isolated):
    assert seeded.runner.stores.isolation.code() == CODE
    assert isolated.bodies == []
    visitor.send_form("/isolation/forget")
    visitor.send_form("/isolation/code", code=f"https://health.example/i#{CODE}")
    assert seeded.runner.stores.isolation.code() == CODE


def test_home_leads_to_the_declaration_and_knows_of_todays(visitor, station, seeded):
    assert "Đang cách ly" not in visitor.text("/")
    visitor.send_form("/isolation/code", code=CODE)
    assert 'href="/isolation"' in visitor.get("/").text
    assert "Đang cách ly" in visitor.text("/")
    assert "Hôm nay bạn đã khai báo" not in visitor.text("/")
    visitor.send_form("/isolation", draw=draw(visitor), well="yes")
    assert "Hôm nay bạn đã khai báo" in visitor.text("/")
    seeded.clock.now_s += 86_400
    assert "Hôm nay bạn đã khai báo" not in visitor.text("/")


@pytest.mark.parametrize(("later_h", "said", "not_said"), [
    (0, "trước 12:00", "sau 18:00"), (1, "sau 18:00", "trước 12:00"), (8, "sau 18:00", "trước 12:00"),
])  # fmt: skip
def test_nobody_is_asked_in_the_evening_to_declare_before_noon(visitor, isolated, seeded, later_h, said, not_said):
    seeded.clock.now_s += later_h * 3_600
    assert said in visitor.text("/isolation")
    assert not_said not in visitor.text("/isolation")


@pytest.mark.parametrize("code", ["", "12345678", CODE[:-1], "<script>alert(1)</script>"])
def test_any_other_code_is_refused_with_a_sentence(visitor, seeded, station, code):
    answer = visitor.send_form("/isolation/code", code=code)
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert seeded.runner.stores.isolation.code() == ""


def test_a_declaration_says_what_was_ticked_and_nothing_else(visitor, isolated):
    visitor.send_form("/isolation", draw=draw(visitor), temperature="38,4", **{"s-fever": "yes", "s-cough": "yes"})
    [body] = isolated.bodies
    assert len(body) == DECLARATION_BODY_BYTES
    sent = IsolationDeclaration.from_json(body)
    assert (sent.code, sent.symptoms, str(sent.temperature)) == (CODE, (Symptom.FEVER, Symptom.COUGH), "38.4")
    assert sent.day.isoformat() == "2020-08-13"
    assert set(json.loads(body)) == {"declaration", "code", "day", "symptoms", "temperature", "padding"}


def test_pressed_twice_it_is_one(visitor, isolated, seeded):
    drawn = draw(visitor)
    for _ in range(2):
        visitor.send_form("/isolation", draw=drawn, well="yes")
    assert len(isolated.bodies) == 1
    assert len(seeded.runner.stores.isolation.declarations()) == 1


def test_without_a_network_it_waits_and_goes_out_once_and_is_then_forgotten(visitor, isolated, seeded):
    isolated.away = True
    visitor.send_form("/isolation", draw=draw(visitor), well="yes")
    [kept] = seeded.runner.stores.isolation.declarations()
    assert kept.stage is Stage.WAITING
    isolated.away = False
    phone = seeded.runner.phone
    assert phone.send(send_daily, seeded.runner.client) == 1
    assert phone.send(send_daily, seeded.runner.client) == 0
    [arrived] = seeded.runner.stores.isolation.declarations()
    assert (arrived.stage, arrived.message) == (Stage.SENT, "")
    assert IsolationDeclaration.from_json(isolated.bodies[0]).declaration.hex() == kept.declaration


@pytest.mark.parametrize("code", [DeclarationRefusal.CODE_UNKNOWN, DeclarationRefusal.DAY])
def test_what_is_refused_is_said_and_not_sent_again(visitor, isolated, seeded, code):
    isolated.says = ReportAnswer("no", code)
    visitor.send_form("/isolation", draw=draw(visitor), well="yes")
    assert seeded.runner.stores.isolation.declarations()[0].stage is Stage.REFUSED
    seeded.runner.phone.send(send_daily, seeded.runner.client)
    assert len(isolated.bodies) == 1
    assert visitor.get("/isolation").status_code == 200


def test_what_needs_help_at_once_says_to_call_115_also_offline(visitor, isolated):
    isolated.away = True
    visitor.send_form("/isolation", draw=draw(visitor), **{"s-breathless": "yes"})
    assert 'href="tel:115"' in visitor.get("/isolation").text


def test_a_station_that_refused_is_not_said_to_have_been_told(visitor, isolated):
    isolated.says = ReportAnswer("no", DeclarationRefusal.CODE_UNKNOWN)
    visitor.send_form("/isolation", draw=draw(visitor), **{"s-breathless": "yes"})
    page = visitor.get("/isolation").text
    assert "Trạm y tế của bạn chưa được báo" in page
    assert "cũng được báo" not in page


def test_what_was_typed_and_ticked_stands_there_after_a_mistake(visitor, isolated):
    page = visitor.send_form("/isolation", draw=draw(visitor), temperature="368", **{"s-cough": "yes"}).text
    assert 'value="368"' in page
    assert 'name="s-cough" value="yes" checked' in page


@pytest.mark.parametrize(
    "fields",
    [{}, {"well": "yes", "s-cough": "yes"}, {"well": "yes", "temperature": "hot"}, {"s-plague": "yes"}],
)
def test_what_cannot_be_declared_is_refused_with_a_sentence(visitor, isolated, fields):
    answer = visitor.send_form("/isolation", draw=draw(visitor), **fields)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert isolated.bodies == []


def test_before_the_owners_consent_to_the_app_nothing_is_kept(visitor, seeded):
    assert visitor.send_form("/isolation/code", code=CODE).headers["location"] == "/welcome"
    assert seeded.runner.stores.isolation.code() == ""


def test_forgotten_means_the_code_and_what_was_declared(visitor, isolated, seeded):
    visitor.send_form("/isolation", draw=draw(visitor), well="yes")
    visitor.send_form("/isolation/forget")
    assert seeded.runner.stores.isolation.code() == ""
    assert seeded.runner.stores.isolation.declarations() == []


def test_a_scanned_link_leads_to_the_code_and_sends_nothing(visitor, station):
    answer = visitor.send_form("/scan", text=f"https://health.example/i#{CODE}", **{"for": "isolation"})
    assert answer.headers["location"] == f"/isolation?given={CODE}"
    assert CODE in visitor.get(f"/isolation?given={CODE}").text
    assert station.bodies == []
