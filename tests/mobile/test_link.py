"""The engine's side of the protocol, against the table of exchanges that `WireTest.java` holds the app's side to."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

MOBILE = Path(__file__).resolve().parents[2] / "mobile"
TABLE = json.loads((MOBILE / "exchanges.json").read_text("utf-8"))
PROTOCOL = json.loads((MOBILE / "src" / "bluezone_mobile" / "protocol.json").read_text("utf-8"))
TOKEN = "0123456789abcdef" * 2 + "fedcba9876543210" * 2


class App:
    """An app that says what a test has it say."""

    def __init__(self, stream: socket.socket) -> None:
        stream.settimeout(20)
        self.stream, self.lines = stream, stream.makefile("rb")

    def hear(self) -> dict | None:
        line = self.lines.readline()
        return json.loads(line) if line else None

    def say(self, line: object) -> None:
        if isinstance(line, dict) and "repeat" in line:
            line = line["repeat"] * line["times"]
        text = line if isinstance(line, str) else json.dumps(line)
        self.stream.sendall(text.encode() + b"\n")


@contextmanager
def connected(second: str = TOKEN[32:], welcome: dict | None = None):
    """An engine's link and the app at its other end, after the first question; what has ended or was heard is noted."""
    from bluezone_mobile.link import Link, LinkError

    notes, made, ended = [], [], threading.Event()
    handlers = {
        "heard": lambda **fields: notes.append(fields),
        "scan_failed": lambda **fields: notes.append(fields),
    }
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()

        def connect() -> None:
            try:
                made.append(Link.connect(address, TOKEN, handlers, ended.set))
            except LinkError as error:
                made.append(error)

        thread = threading.Thread(target=connect)
        thread.start()
        stream, _ = server.accept()
        app = App(stream)
        assert app.hear() == {"ask": "hello", "id": 1, "version": PROTOCOL["version"], "token": TOKEN[:32]}
        app.say(welcome or {"to": 1, "is": {"token": second}})
        thread.join()
        app.notes, app.ended = notes, ended
        try:
            yield made[0], app
        finally:
            app.stream.close()


@contextmanager
def asking(link, name, **fields):
    """A question that is asked meanwhile; yields where its answer, or what was raised, will stand."""
    from bluezone_mobile.link import LinkError

    got = []

    def ask() -> None:
        try:
            got.append(link.ask(name, **fields))
        except LinkError as error:
            got.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    yield got
    thread.join()


def of_engine(cases):
    return [pytest.param(case, id=case["case"]) for case in cases if case.get("of") != "app"]


@pytest.mark.parametrize("case", of_engine(TABLE["closing"]))
def test_what_is_no_line_of_the_protocol_closes_the_connection(case):
    with connected() as (link, app):
        with asking(link, "stop_scanning") as got:
            assert app.hear()["ask"] == "stop_scanning"
            app.say(case["line"])
            assert app.hear() is None
        assert "gone" in str(got[0])
        assert app.ended.wait(20)


@pytest.mark.parametrize("case", of_engine(TABLE["passed_over"]))
def test_what_a_later_version_may_say_is_passed_over(case):
    with connected() as (link, app):
        app.say(case["line"])
        if "answer" in case:
            assert app.hear() == case["answer"]
        with asking(link, "stop_scanning") as got:
            assert app.hear() == {"ask": "stop_scanning", "id": 2}
            app.say({"to": 2, "is": {}})
            app.say({"to": 2, "no": "doubled"})
        assert got == [{}]
        assert app.notes == ([{"code": 6}] if case["line"].get("tell") == "scan_failed" else [])


@pytest.mark.parametrize("case", [pytest.param(case, id=case["case"]) for case in TABLE["answers"]])
def test_each_question_goes_and_comes_as_the_table_says(case):
    name, fields = case["line"]["ask"], {k: v for k, v in case["line"].items() if k not in ("ask", "id")}
    with connected() as (link, app), asking(link, name, **fields) as got:
        assert app.hear() == case["line"]
        app.say(case["answer"])
    assert got == [case["answer"]["is"]] if "is" in case["answer"] else str(got[0]) == case["answer"]["no"]


def test_the_table_holds_every_question_but_one_whose_answer_is_a_time():
    asked = {name for name, message in PROTOCOL["engine"].items() if "answer" in message}
    assert {case["line"]["ask"] for case in TABLE["answers"]} == asked - {"hello", "notices"}


def test_another_program_at_the_apps_address_is_found_out():
    from bluezone_mobile.link import LinkError

    for said in ({"second": TOKEN[:32]}, {"second": ""}, {"welcome": {"to": 1, "no": "version 2; this app speaks 1"}}):
        with connected(**said) as (failed, app):
            assert isinstance(failed, LinkError)
            if "second" in said:
                assert app.hear() is None


def test_an_answer_of_another_type_is_the_apps_fault():
    with connected() as (link, app):
        with asking(link, "radio") as got:
            app.hear()
            app.say({"to": 2, "is": {"present": 1, "on": True, "advertises": True}})
            assert app.hear() is None
        assert "present" in str(got[0])


def test_what_comes_too_late_answers_nothing(monkeypatch):
    from bluezone_mobile import link as module

    with connected() as (link, app):
        monkeypatch.setitem(module.LIMITS, "answer_s", 0.05)
        with asking(link, "stop_scanning") as got:
            pass
        assert "did not answer" in str(got[0])
        monkeypatch.setitem(module.LIMITS, "answer_s", 20)
        app.hear()
        app.say({"to": 2, "is": {}})
        with asking(link, "radio") as got:
            assert app.hear()["id"] == 3
            app.say({"to": 3, "no": "SecurityException: need BLUETOOTH_SCAN"})
        assert str(got[0]) == "SecurityException: need BLUETOOTH_SCAN"


def test_what_is_asked_at_once_is_answered_in_any_order_with_events_between():
    with connected() as (link, app):
        with asking(link, "stop_scanning") as one:
            assert app.hear()["id"] == 2
            with asking(link, "withdraw_notice") as other:
                assert app.hear()["id"] == 3
                app.say({"to": 3, "is": {}})
                app.say({"tell": "heard", "address": "C0:11:22:33:44:55", "rssi_dbm": -60, "record": "0303"})
            app.say({"to": 2, "no": "later"})
        assert (str(one[0]), other) == ("later", [{}])
        assert app.notes == [{"address": "C0:11:22:33:44:55", "rssi_dbm": -60, "record": "0303"}]
