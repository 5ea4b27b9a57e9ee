"""The switch: off by default, the ministry's alone, dated, signed for phones, in the audit log."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import pytest
from auditlog.models import LogEntry
from click.testing import CliRunner
from django.test import Client
from tests.authority.documents.fetched import fetched, refreshed

from bluezone.authority.documents.models import SignedDocument
from bluezone.authority.keys import second_order
from bluezone.authority.keys.models import SecondOrderSwitch
from bluezone.authority.keys.second_order import SwitchError
from bluezone.authority.officers.models import User
from bluezone.authority.signing import services as signing
from bluezone.cli.authority.keys import second_order_command
from bluezone.protocol.kinds import SETTINGS

PAGE = "/officer/second-order/"
FORM = {"on": "yes", "reason": "Decision 3468", "read": "on"}


@pytest.fixture
def ready(db, environment, set_clock):
    """An authority that can sign, and its clock."""
    signing.ensure(set_clock.now)
    return set_clock


@pytest.fixture
def as_officer(ready) -> Callable[..., Client]:
    """A browser of an officer: `as_officer("province", "/34:92/")`."""

    def log_in(role: str, place: str, language: str = "en") -> Client:
        user = User.objects.create_user(f"{role}{place}", role=role, place=place, may_confirm=True)
        client = Client(headers={"accept-language": language})
        client.force_login(user)
        return client

    return log_in


def test_it_is_off_until_the_ministry_turns_it_on(ready, client):
    assert not second_order.is_on(ready.now)
    assert client.get(SETTINGS.address("452")).status_code == 404
    assert refreshed(SETTINGS, ready.now) == ""
    assert not SignedDocument.objects.filter(kind=SETTINGS.name).exists()


def test_phones_read_what_was_set_in_a_signed_document_and_newer_ones_only(ready, client):
    second_order.turn(True, "Decision 1", None, ready.now)
    first = fetched(SETTINGS, ready.now)
    assert (first.content.second_order, first.serial) == (True, 1)
    ready.forward(hours=1)
    second_order.turn(False, "Decision 2", None, ready.now)
    second = fetched(SETTINGS, ready.now, newer_than=first.serial)
    assert (second.content.second_order, second.serial) == (False, 2)


def test_the_document_is_signed_anew_each_day(ready, client):
    second_order.turn(True, "Decision 1", None, ready.now)
    assert refreshed(SETTINGS, ready.forward(hours=23)) == ""
    assert refreshed(SETTINGS, ready.forward(hours=2)) == "settings of the country (serial 2"
    assert fetched(SETTINGS, ready.now).valid_until_s > (ready.now + dt.timedelta(days=13)).timestamp()


def test_it_is_not_set_to_what_it_is_nor_without_a_decision(ready):
    with pytest.raises(SwitchError, match="off already"):
        second_order.turn(False, "Decision 1", None, ready.now)
    for reason in ("", "  ", "ab", "x" * 201, "a\0bc"):
        with pytest.raises(SwitchError, match="Name the decision"):
            second_order.turn(True, reason, None, ready.now)
    second_order.turn(True, "Decision 1", None, ready.now)
    with pytest.raises(SwitchError, match="on already"):
        second_order.turn(True, "Decision 1", None, ready.now)
    assert SecondOrderSwitch.objects.count() == 1


def test_the_ministry_turns_it_on_after_ticking_that_the_figures_were_read(as_officer, ready):
    client = as_officer("ministry", "/")
    assert client.post(PAGE, {**FORM, "read": ""}).status_code == 400
    assert client.post(PAGE, {**FORM, "reason": ""}).status_code == 400
    assert not second_order.is_on(ready.now)
    assert client.post(PAGE, FORM).status_code == 302
    assert second_order.is_on(ready.now)
    page = client.get(PAGE).content.decode()
    assert "Decision 3468" in page
    (line,) = LogEntry.objects.filter(content_type__model="secondorderswitch")
    assert line.actor is not None
    assert line.additional_data == {"place": "/"}


def test_the_same_form_twice_turns_nothing_back(as_officer, ready):
    client = as_officer("ministry", "/")
    assert [client.post(PAGE, FORM).status_code for _ in range(2)] == [302, 302]
    assert second_order.is_on(ready.now)
    assert SecondOrderSwitch.objects.count() == 1


@pytest.mark.parametrize(
    ("role", "place"), [("province", "/34:92/"), ("commune", "/34:92/34:31471/"), ("lab", "/34:92/")]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_sees_or_turns_it(as_officer, ready, role, place, method):
    client = as_officer(role, place)
    assert getattr(client, method)(PAGE, FORM).status_code in (302, 403, 404)
    assert not second_order.is_on(ready.now)


def test_a_script_in_the_reason_is_text(as_officer):
    client = as_officer("ministry", "/")
    client.post(PAGE, {**FORM, "reason": "<script>alert(1)</script>"})
    assert "<script>alert(1)" not in client.get(PAGE).content.decode()


def test_the_command_turns_shows_and_says_what_was_wrong(ready):
    run = CliRunner().invoke
    shown = json.loads(run(second_order_command, ["show", "--json"]).output)
    assert shown == {"on": False, "since": None, "reason": ""}
    assert run(second_order_command, ["on", "--reason", "Decision 1"]).exit_code == 0
    assert "on since 2020-08-18 12:00 UTC: Decision 1" in run(second_order_command, ["show"]).output
    assert isinstance(run(second_order_command, ["on", "--reason", "Decision 1"]).exception, SwitchError)
    assert run(second_order_command, ["off", "--reason", "Decision 2"]).exit_code == 0
    assert not second_order.is_on(ready.now)


def test_the_ministry_reads_what_it_buys_before_it_turns_it_on(as_officer, ready):
    page = as_officer("ministry", "/", "vi").get(PAGE).content.decode()
    for each in ("7,54%", "986", "475", "27,8%", "72.968", "6,9%"):
        assert each in page
