"""Logs for machines: one document a line, and nothing in it of what people typed or were sent."""

from __future__ import annotations

import datetime as dt
import io
import json
import logging

import pytest
from django.db import IntegrityError

from bluezone.authority.project.worker import run_job
from bluezone.authority.site.json_logs import JsonLine, WithoutAddress
from bluezone.authority.site.registries import Job

NAME, NUMBER, CODE = "Nguyễn Thị Bí Mật", "0912345678", "987654321098"


@pytest.fixture
def written(settings):
    """Give a buffer that receives the lines of every logger, as JSON, during a test."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLine())
    loggers = [logging.getLogger(name) for name in ("", "django")]
    before = [(each, each.level) for each in loggers]
    for each in loggers:
        each.addHandler(handler)
        each.setLevel(logging.INFO)
    yield out
    for each, level in before:
        each.removeHandler(handler)
        each.setLevel(level)


def test_names_numbers_and_codes_are_in_no_line_whatever_fails(client, db, set_clock, written, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise ValueError(f"{NAME} {NUMBER} {CODE}") from IntegrityError(f"DETAIL: Key (number)=({NUMBER}) of {NAME}")

    client.raise_request_exception = False
    client.post("/api/verify", {"code": CODE}, content_type="application/json")
    client.post("/officer/login", {"username": NAME, "password": CODE})
    monkeypatch.setattr("bluezone.authority.diagnosis.codes.redeem_code", fail)
    client.post("/api/verify", {"code": CODE}, content_type="application/json")
    monkeypatch.setattr("django.core.handlers.base.BaseHandler._get_response", fail)
    client.get(f"/v/{CODE}?number={NUMBER}")
    run_job(Job("made up", dt.timedelta(minutes=1), fail), set_clock.now)
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert {line["logger"].split(".")[0] for line in lines} >= {"bluezone", "django"}
    assert ["builtins.ValueError", "django.db.utils.IntegrityError"] in [line.get("error") for line in lines]
    assert not [word for word in (NAME, NUMBER, CODE) if word in written.getvalue()]


def test_a_line_about_a_server_error_says_the_route_and_no_code(client, db, written, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise ValueError("broken")

    handlers = [each for each in logging.getLogger("django").handlers if getattr(each, "stream", None) is written]
    handlers[0].setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    handlers[0].addFilter(WithoutAddress())
    client.raise_request_exception = False
    monkeypatch.setattr("bluezone.authority.units.posters.read_code", fail)
    client.get(f"/install/{CODE}")
    said = written.getvalue()
    assert "ERROR django.request: Internal Server Error: /install/<str:code>" in said
    assert CODE not in said
