"""The days of somebody in isolation: the code, the daily declaration by it, offline too; nothing else leaves."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from tests.phone.doubles import Station

from bluezone.phone.stores.records import Stage
from bluezone.protocol.health_declarations import (
    HEALTH_DECLARATION_BODY_BYTES,
    HealthAnswer,
    HealthDeclarationRefusal,
)
from bluezone.protocol.one_time_codes import draw_long, groups

CODE, RECEIPT = draw_long(16, lambda n: n // 2), Station.receipt
FORM = "/declare/for/link/follow-up"
WELL = {"main_signs": ["none"], "signs": ["none"]}
SERIOUS = {"main_signs": ["breathless"], "signs": ["none"]}


@pytest.fixture
def isolated(visitor: Any, station: Station) -> Station:
    """A phone that has its code."""
    assert visitor.send_form("/isolation/code", code=" ".join(groups(CODE)).lower()).headers["location"] == "/isolation"
    return station


def declared(seeded: Any) -> list[Any]:
    found: list[Any] = seeded.runner.stores.declarations.declarations()
    return found


def test_the_code_is_typed_or_comes_by_a_link_and_nothing_is_sent_for_it(visitor, seeded, isolated):
    store = seeded.runner.stores.declarations
    assert store.link().code == CODE
    assert isolated.bodies == []
    visitor.send_form("/isolation/forget")
    assert store.link() is None
    visitor.send_form("/isolation/code", code=f"https://health.example/i#{CODE}")
    assert store.link().code == CODE


def test_home_leads_to_the_declaration_and_knows_of_todays(visitor, station, seeded):
    assert "Đang cách ly" not in visitor.text("/")
    visitor.send_form("/isolation/code", code=CODE)
    assert 'href="/isolation"' in visitor.get("/").text
    assert "Đang cách ly" in visitor.text("/")
    assert "Hôm nay bạn đã khai báo" not in visitor.text("/")
    visitor.declare(FORM, **WELL)
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
    assert seeded.runner.stores.declarations.link() is None


def test_a_declaration_says_how_one_is_and_nothing_of_who(visitor, isolated):
    page = visitor.get(FORM).text
    assert 'name="full_name"' not in page
    visitor.declare(FORM, temperature="38,4", oxygen="97", main_signs=["none"], signs=["cough", "fatigue"])
    [body] = isolated.bodies
    assert len(body) == HEALTH_DECLARATION_BODY_BYTES
    [sent] = isolated.heard
    assert (sent.link, sent.form, sent.day) == (CODE, "follow-up", dt.date(2020, 8, 13))
    assert sent.answers == {
        "temperature": "38.4", "oxygen": "97.0", "main_signs": ("none",), "signs": ("fatigue", "cough")
    }  # fmt: skip
    assert set(json.loads(body)) == {"declaration", "form", "version", "day", "answers", "link", "padding"}


def test_the_days_are_shown_as_the_authority_told_them(visitor, isolated):
    isolated.says = HealthAnswer(RECEIPT, "advice", since=dt.date(2020, 8, 10), until=dt.date(2020, 8, 23))
    visitor.declare(FORM, **WELL)
    assert "Ngày 4 trong 14 ngày" in visitor.text("/isolation")


@pytest.mark.parametrize("code", [HealthDeclarationRefusal.LINK_UNKNOWN, HealthDeclarationRefusal.DAY])
def test_what_is_refused_is_said_and_not_sent_again(visitor, isolated, seeded, code):
    isolated.says = HealthAnswer(error="no", code=code)
    visitor.declare(FORM, **WELL)
    assert declared(seeded)[0].stage is Stage.REFUSED
    seeded.runner.check()
    assert len(isolated.bodies) == 1
    assert "không được nhận" in visitor.text("/isolation") or "chưa được nhận" in visitor.text("/isolation")


def test_what_needs_help_at_once_says_to_call_115_also_offline(visitor, isolated):
    isolated.away = True
    address = visitor.declare(FORM, **SERIOUS).headers["location"]
    assert 'href="tel:115"' in visitor.get(address).text
    assert "Trạm y tế chưa nhận được tờ khai" in visitor.text(address)


def test_a_station_that_refused_is_not_said_to_have_been_told(visitor, isolated):
    isolated.says = HealthAnswer(error="no", code=HealthDeclarationRefusal.LINK_UNKNOWN)
    page = visitor.text(visitor.declare(FORM, **SERIOUS).headers["location"])
    assert "Hãy gọi 115 ngay. Trạm y tế của bạn chưa được báo" in page
    assert "cũng được báo" not in page


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"main_signs": ["none", "breathless"], "signs": ["none"]},
        WELL | {"temperature": "368"},
        {"signs": ["plague"]},
    ],
)
def test_what_cannot_be_declared_is_refused_and_nothing_typed_is_lost(visitor, isolated, given):
    answer = visitor.declare(FORM, **given)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert not given.get("temperature") or 'value="368"' in answer.text
    assert isolated.bodies == []


def test_before_the_owners_consent_to_the_app_nothing_is_kept(visitor, seeded):
    assert visitor.send_form("/isolation/code", code=CODE).headers["location"] == "/welcome"
    assert seeded.runner.stores.declarations.link() is None


def test_forgotten_means_the_code_and_what_was_declared(visitor, isolated, seeded):
    visitor.declare(FORM, **WELL)
    visitor.send_form("/isolation/forget")
    assert (seeded.runner.stores.declarations.link(), declared(seeded)) == (None, [])
    assert visitor.get(FORM).status_code == 404


def test_a_correction_asks_the_same_questions(visitor, isolated, seeded):
    number = visitor.declare(FORM, **WELL).headers["location"].rsplit("/", 1)[1]
    assert 'name="full_name"' not in visitor.get(f"/declare/{number}/correct").text
    isolated.says = HealthAnswer(RECEIPT, "urgent")
    visitor.declare(f"/declare/{number}/correct", **SERIOUS)
    assert isolated.heard[-1].receipt == RECEIPT
    assert declared(seeded)[0].level == "urgent"


def test_a_scanned_link_leads_to_the_code_and_sends_nothing(visitor, station):
    answer = visitor.send_form("/scan", text=f"https://health.example/i#{CODE}", **{"for": "isolation"})
    assert answer.headers["location"] == f"/isolation?given={CODE}"
    assert CODE in visitor.get(f"/isolation?given={CODE}").text
    assert station.bodies == []
