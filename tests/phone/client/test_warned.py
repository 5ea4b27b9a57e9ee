"""Answering whether the phone warned: once a week, at moments and in a size that say nothing, repeated as it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from tests.phone.contacts import warning_of
from tests.phone.doubles import client_of, no_net

from bluezone.phone.client import http
from bluezone.phone.client.reports import answer_warned, warned_in
from bluezone.phone.client.sender import Endpoint, Sender
from bluezone.phone.stores.phone_stores import Stores, open_stores
from bluezone.protocol.reports import ReportAnswer
from bluezone.protocol.schemes import ExposureNotificationScheme
from bluezone.protocol.warned import WARNED_BODY_BYTES, WARNED_PATH, WarnedAnswer

#: a Thursday
NOW = dt.datetime(2020, 8, 13, 4, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
FIRST, SECOND = dt.date(2020, 8, 17), dt.date(2020, 8, 24)


class Authority:
    """Answers by a list of words, then takes what comes; notes what it was sent."""

    def __init__(self) -> None:
        self.sent: list[WarnedAnswer] = []
        self.sizes: set[int] = set()
        self.refusals: list[str] = []
        self.is_down = False
        self.client = client_of(self.answer)

    def answer(self, request: httpx.Request) -> httpx.Response:
        assert request.url.path == WARNED_PATH
        assert request.headers["X-API-Key"] == "key"
        self.sent.append(WarnedAnswer.from_json(request.content))
        self.sizes.add(len(request.content))
        if self.is_down:  # the request came, its answer is lost
            return no_net(request)
        code = self.refusals.pop(0) if self.refusals else ""
        return httpx.Response(403 if code else 200, content=ReportAnswer("no" if code else "", code).to_json("x"))


class Answering:
    """A phone and its authority; checks come every four hours."""

    def __init__(self, stores: Stores, seed: int) -> None:
        self.stores, self.authority, self.now = stores, Authority(), NOW
        self._entropy = np.random.default_rng(seed).bytes

    def check(self) -> bool:
        sender = Sender(self.authority.client, Endpoint("http://127.0.0.1:8000", "", "key"), self._entropy)
        return answer_warned(sender, self.stores, self.now.timestamp())

    def run_until(self, until: dt.datetime) -> list[dt.datetime]:
        """Check every four hours; return when answers left."""
        times = []
        while self.now < until:
            if self.check():
                times.append(self.now)
            self.now += 4 * HOUR
        return times

    def warn(self, at: dt.datetime, **more: object) -> None:
        day = int(at.timestamp()) // 86_400 * 86_400
        alert = warning_of(day, at.timestamp(), **more)
        self.stores.exposures.change_alerts([alert], [], at.timestamp(), second_order=alert.second_order)


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    opened = open_stores(tmp_path, ExposureNotificationScheme(), np.random.default_rng(1).bytes)
    yield opened
    opened.close()


@pytest.fixture
def phone(stores: Stores) -> Answering:
    return Answering(stores, 5)


def test_it_answers_once_for_each_week_that_began_after_the_yes(phone):
    times = phone.run_until(NOW + 30 * DAY)
    assert [each.week for each in phone.authority.sent] == [FIRST, SECOND, dt.date(2020, 8, 31)]
    for sent, at in zip(phone.authority.sent, times, strict=True):
        over = dt.datetime.combine(sent.week + 7 * DAY, dt.time(), dt.UTC)
        assert over <= at < over + 3 * DAY + 4 * HOUR
    assert len({each.answer for each in phone.authority.sent}) == 3


def test_warned_or_not_it_sends_at_the_same_moments_the_same_ids_in_one_size(tmp_path):
    heard = []
    for name, warns in (("warned", True), ("not", False)):
        stores = open_stores(tmp_path / name, ExposureNotificationScheme(), np.random.default_rng(1).bytes)
        phone = Answering(stores, 11)
        if warns:
            phone.warn(NOW + 5 * DAY)
        times = phone.run_until(NOW + 30 * DAY)
        heard.append((times, [each.answer for each in phone.authority.sent], phone.authority.sizes))
        stores.close()
    assert heard[0] == heard[1]
    assert heard[0][2] == {WARNED_BODY_BYTES}


def test_an_answer_that_was_lost_is_sent_again_as_it_was(phone):
    phone.authority.is_down = True
    phone.now = NOW
    phone.check()
    phone.now = dt.datetime(2020, 8, 28, tzinfo=dt.UTC)
    for _ in range(3):
        with pytest.raises(http.ConnectionFailedError):
            phone.check()
    phone.authority.is_down = False
    assert phone.check()
    assert len(phone.authority.sent) == 4
    assert len({(each.answer, each.warned) for each in phone.authority.sent}) == 1
    assert not phone.check()


def test_a_busy_authority_is_asked_again_and_a_refusal_ends_the_week(phone):
    phone.check()
    phone.now = dt.datetime(2020, 8, 28, tzinfo=dt.UTC)
    phone.authority.refusals = ["internal_error", "week_closed"]
    with pytest.raises(http.ConnectionFailedError):
        phone.check()
    assert phone.check()
    assert not phone.check()
    assert phone.stores.preferences.warned_ticket().week == SECOND


def test_a_phone_that_was_off_for_long_begins_with_the_week_that_runs(phone):
    phone.check()
    phone.now = NOW + 40 * DAY
    assert not phone.check()
    assert phone.authority.sent == []
    assert phone.stores.preferences.warned_ticket().week == dt.date(2020, 9, 21)


def test_where_the_clock_was_put_back_it_is_asked_of_the_next_week(phone):
    phone.now = NOW + 300 * DAY
    phone.check()
    phone.now = NOW
    phone.check()
    assert phone.stores.preferences.warned_ticket().week == FIRST


@pytest.mark.parametrize(
    ("day", "more", "expected"),
    [
        (dt.datetime(2020, 8, 16, 23, tzinfo=dt.UTC), {}, False),
        (dt.datetime(2020, 8, 17, 0, tzinfo=dt.UTC), {}, True),
        (dt.datetime(2020, 8, 23, 23, tzinfo=dt.UTC), {}, True),
        (dt.datetime(2020, 8, 24, 0, tzinfo=dt.UTC), {}, False),
        (dt.datetime(2020, 8, 20, 0, tzinfo=dt.UTC), {"withdrawn_at_s": 1.0}, True),
        (dt.datetime(2020, 8, 20, 0, tzinfo=dt.UTC), {"second_order": True}, False),
    ],
)
def test_a_phone_warned_in_a_week_if_it_told_its_owner_then(phone, day, more, expected):
    phone.warn(day, **more)
    assert warned_in(phone.stores.exposures, FIRST) is expected


def test_what_is_drawn_is_forgotten_with_a_no(phone):
    phone.check()
    phone.stores.preferences.keep_warned_ticket(None)
    assert phone.stores.preferences.warned_ticket() is None
