"""Test that whoever left a number at a door is told of its opening once, by day, in their own language."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from auditlog.models import LogEntry
from tests.authority.door.test_entries import NOW, NUMBER, case, entry, link, log_in, market, send  # noqa: F401

from bluezone.authority.door.entries import rules, services, telling
from bluezone.authority.door.models import DoorOpening
from bluezone.authority.messages import phone_numbers
from bluezone.authority.messages.models import OutgoingMessage, PhoneNumber
from bluezone.authority.site import clock, encryption
from bluezone.authority.site import secrets as keyed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def texts(environment: Any) -> None:
    environment(sms="console")


def messages() -> list[list[str]]:
    rows = OutgoingMessage.objects.order_by("pk")
    return [json.loads(encryption.decrypt("outgoing message", bytes(each.sealed))) for each in rows]


@pytest.fixture
def opened(client: Any, market: Any, link: str, log_in: Any, case: Any) -> DoorOpening:  # noqa: F811 (fixtures)
    """A window with one number noted twice, another, and a pass."""
    send(client, link, entry(client, {"t": NUMBER}), entry(client, {"t": NUMBER}), entry(client, {"p": "7K3M-Q2XD"}))
    send(client, link, entry(client, {"t": "+84988888888"}))
    return _open(market, case, log_in)


def _open(market: Any, case: Any, log_in: Any, hours: int = 1) -> DoorOpening:  # noqa: F811
    asked = services.ask(market, case, NOW - dt.timedelta(hours=hours), NOW, log_in("first"), NOW)
    return services.decide(asked, log_in("second"), NOW, agrees=True)


def test_each_number_is_told_once_however_often_the_job_runs(opened):
    assert telling.job(NOW) == "2 people told of an opening"
    assert telling.job(NOW + dt.timedelta(minutes=1)) is None
    assert [number for number, _text in messages()] == [NUMBER, "+84988888888"]
    (entry_of_log,) = LogEntry.objects.filter(changes__has_key="told")
    assert entry_of_log.changes == {"told": ["None", "2"]}


def test_the_message_is_short_and_names_place_and_day_and_no_case(opened, case):  # noqa: F811
    telling.job(NOW)
    for _number, text in messages():
        assert "Chợ Vị Thanh" in text
        assert "20" in text
        assert case.file_number not in text
        assert len(text) <= 300


def test_a_second_opening_of_the_same_hours_tells_only_who_was_not_told(client, opened, market, link, case, log_in):  # noqa: F811
    telling.job(NOW)
    send(client, link, entry(client, {"t": "+84977777777"}, NOW - dt.timedelta(hours=3)))
    _open(market, case, log_in, hours=4)
    telling.job(NOW)
    assert [number for number, _text in messages()] == [NUMBER, "+84988888888", "+84977777777"]


def test_a_number_whose_owner_chose_english_is_told_in_english(opened):
    PhoneNumber.objects.create(
        digest=keyed.digest(phone_numbers._NUMBER, NUMBER), number=b"", place="/", language="en", receipt_digest="r",
        confirmed_at=NOW,
    )  # fmt: skip
    telling.job(NOW)
    told = dict(messages())
    assert "you were at" in told[NUMBER]
    assert "you were at" not in told["+84988888888"]


@pytest.mark.parametrize(("state", "count"), [("waiting", 0), ("refused", 0), ("opened", 2)])
def test_nobody_is_told_of_what_was_not_opened(opened, state, count):
    DoorOpening.objects.update(state=state)
    telling.job(NOW)
    assert len(messages()) == count


def test_without_a_gateway_nobody_is_noted_as_told(opened, environment):
    environment(sms="off")
    assert telling.job(NOW) is None
    assert DoorOpening.objects.get().told_at is None


@pytest.mark.parametrize(("hour", "may"), [(6, False), (7, True), (20, True), (21, False), (0, False)])
def test_people_are_told_by_day(opened, hour, may):
    assert rules.may_tell_at(dt.time(hour, 30)) is may
    at = clock.beginning_of(NOW.date() + dt.timedelta(days=1)) + dt.timedelta(hours=hour, minutes=30)
    assert (telling.job(at) is not None) is may


def test_an_opening_of_days_ago_is_told_of_no_more(opened):
    assert telling.job(NOW + rules.TOLD_WITHIN + dt.timedelta(days=1)) is None
