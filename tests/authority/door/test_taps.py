"""Taps from a telephone to a day's sums: once each, bounded, undoable, by whatever link and clock."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bluezone.authority.device_api import limits
from bluezone.authority.door import links, retention, rules, taps, visits
from bluezone.authority.door.models import DoorDay, DoorLink, DoorList, DoorTap
from bluezone.authority.door.rules import Answers, App, DoorError

_DIGEST = re.compile("'[0-9a-f]{64}'")
TODAY, YESTERDAY = dt.date(2020, 8, 18), dt.date(2020, 8, 17)


def day_of(organisation: Any, app: App = App.BLUEZONE, day: dt.date = TODAY) -> DoorDay:
    taps.reckon_new()
    return DoorDay.objects.get(organisation=organisation, app=app, day=day)


def counted(organisation: Any, app: App = App.BLUEZONE, day: dt.date = TODAY) -> tuple[int, int, int]:
    return day_of(organisation, app, day).counted.each


def test_answers_are_counted_for_the_unit_app_by_app(phone, hotel):
    answer = phone.send(phone.tap("had"), phone.tap("helped"), phone.tap("refused", "ncovi"), phone.tap("had"))
    assert answer.json() == {"status": "received", "now": int(phone.clock.now.timestamp())}
    assert (counted(hotel), counted(hotel, App.NCOVI)) == ((2, 1, 0), (0, 0, 1))


def test_what_is_sent_twice_counts_once(phone, hotel):
    sent = [phone.tap("had"), phone.tap("helped")]
    for _ in range(3):
        phone.send(*sent)
    phone.send(*sent, phone.tap("had"))  # a part of it with news
    phone.send(sent[0], sent[0])
    assert counted(hotel) == (2, 1, 0)


def test_taps_are_written_in_one_order_and_reckoned_in_that_of_their_making(phone, hotel):
    sent = [phone.tap(kind) for kind in ("hung", "gone", "hung", "gone")]
    phone.send(*sent)
    keys = [tap["id"] for tap in sent]
    assert list(DoorTap.objects.order_by("pk").values_list("key", flat=True)) == sorted(keys)
    assert list(DoorTap.objects.order_by("received_at").values_list("key", flat=True)) == keys
    taps.reckon_new()
    assert DoorList.objects.get(organisation=hotel).poster == "gone"


def test_two_telephones_at_one_door_add_up(phone, hotel):
    phone.send(phone.tap("had"))
    phone.off_s = 3_600
    phone.send(phone.tap("had"), phone.tap("refused"))
    assert counted(hotel) == (2, 0, 1)


def test_a_tap_is_taken_back_by_another(phone, hotel):
    first, second = phone.tap("had"), phone.tap("helped")
    phone.send(first, second)
    assert counted(hotel) == (1, 1, 0)
    phone.send(phone.tap("undo", of=second["id"]))
    assert counted(hotel) == (1, 0, 0)
    assert DoorTap.objects.count() == 3  # nothing is ever removed


def test_an_undo_that_comes_before_its_tap_or_on_the_next_day_counts(phone, hotel):
    tap = phone.tap("had")
    phone.send(phone.tap("undo", of=tap["id"]))
    taps.reckon_new()
    phone.send(tap, phone.tap("had"))
    assert counted(hotel) == (1, 0, 0)
    late = phone.tap("helped")
    phone.send(late)
    assert counted(hotel) == (1, 1, 0)
    phone.clock.forward(days=1)
    phone.send(phone.tap("undo", of=late["id"]))
    assert counted(hotel) == (1, 0, 0)


@pytest.mark.parametrize("off_s", [0, 9 * 3_600, -400 * 86_400, 2_000_000_000 - 1_597_752_000])
def test_what_waited_without_a_network_has_its_day_whatever_the_clock(phone, hotel, off_s):
    phone.off_s = off_s
    phone.send(phone.tap("had", ago_s=86_400), phone.tap("helped", ago_s=60))
    assert (counted(hotel, day=YESTERDAY), counted(hotel)) == ((1, 0, 0), (0, 1, 0))


def test_a_day_ends_at_midnight_in_viet_nam(phone, hotel):
    phone.clock.now = dt.datetime(2020, 8, 18, 16, 59, tzinfo=dt.UTC)
    phone.send(phone.tap("had"))
    phone.clock.forward(minutes=2)
    phone.send(phone.tap("helped"))
    assert (counted(hotel), counted(hotel, day=dt.date(2020, 8, 19))) == ((1, 0, 0), (0, 1, 0))


def test_a_clock_that_was_set_in_between_is_asked_about(phone, hotel):
    phone.send(phone.tap("had"), phone.tap("had", ago_s=-86_400), phone.tap("had", ago_s=40 * 86_400))
    row = day_of(hotel)
    assert (row.counted.each, row.apart, row.asks) == ((1, 0, 0), 2, True)
    visits.decide_apart(hotel, TODAY, take=True)
    row = day_of(hotel)
    assert (row.counted.each, row.apart, row.asks) == ((3, 0, 0), 0, False)


@pytest.mark.parametrize("take", [True, False])
def test_what_lies_above_the_guests_is_kept_apart_until_somebody_looks(phone, hotel, take):
    visits.state(hotel, 2, "", by_head=True)
    phone.send(*(phone.tap("had") for _ in range(5)), phone.tap("had", "ncovi"))
    row = day_of(hotel)
    assert (row.counted.asked, row.apart, row.asks) == (2, 3, True)
    assert counted(hotel, App.NCOVI) == (1, 0, 0)
    visits.decide_apart(hotel, TODAY, take=take)
    row = day_of(hotel)
    assert (row.counted.asked, row.asks) == ((5, False) if take else (2, False))
    phone.send(phone.tap("had"))  # one more: asked about again
    assert day_of(hotel).asks


def test_more_guests_stated_later_count_what_was_apart(phone, hotel):
    visits.state(hotel, 1, "", by_head=True)
    phone.send(*(phone.tap("had") for _ in range(3)))
    assert day_of(hotel).apart == 2
    visits.state(hotel, 10, "", by_head=True)
    assert (day_of(hotel).counted.asked, day_of(hotel).apart) == (3, 0)


def test_the_poster_is_as_the_door_says_until_a_visitor_sees_it(phone, hotel):
    phone.send(phone.tap("hung"))
    taps.reckon_new()
    door = DoorList.objects.get(organisation=hotel)
    assert (door.poster, door.poster_on, door.poster_seen) == ("hung", TODAY, False)


def test_a_renewed_link_takes_for_a_day_what_waited_and_then_no_more(phone, hotel, linked):
    old = phone.secret
    phone.secret = linked(hotel)
    phone.send(phone.tap("had"), secret=old)
    phone.send(phone.tap("had"))
    assert counted(hotel) == (2, 0, 0)
    phone.clock.forward(hours=24)
    phone.send(phone.tap("had"), secret=old)
    phone.send(phone.tap("had"))
    taps.reckon_new()
    assert sum(row.counted.asked for row in DoorDay.objects.filter(organisation=hotel)) == 3


@pytest.mark.parametrize(("void", "left"), [(False, 3), (True, 0)])
def test_a_revoked_link_ends_at_once(phone, hotel, void, left):
    phone.send(*(phone.tap("had") for _ in range(3)))
    assert counted(hotel) == (3, 0, 0)
    links.revoke(hotel, phone.clock.now, void=void)
    phone.send(phone.tap("had"))
    assert day_of(hotel).counted.asked == left


def test_a_voided_link_takes_nothing_from_what_was_confirmed(phone, hotel, officer):
    phone.send(*(phone.tap("had") for _ in range(3)))
    row = day_of(hotel)
    look = visits.Look(row.day, App.BLUEZONE, row.counted, row.counted, None)
    seen = visits.Seen(True, visits.Visit.List.TELEPHONE, True, (look,))
    visits.record(hotel, seen, uuid.uuid4(), officer("commune"), row.day)
    links.revoke(hotel, phone.clock.now, void=True)
    assert DoorDay.objects.get(pk=row.pk).standing.confirmed == Answers(3, 0, 0)


def test_a_link_of_a_closed_unit_is_refused_and_one_form_makes_one_link(hotel, set_clock):
    form = uuid.uuid4()
    assert links.issue(hotel, form, set_clock.now) is not None
    assert links.issue(hotel, form, set_clock.now) is None
    assert DoorLink.objects.count() == 1
    hotel.closed_on = TODAY
    with pytest.raises(DoorError, match="closed"):
        links.issue(hotel, uuid.uuid4(), set_clock.now)


def test_the_database_holds_no_secret(phone, database_text):
    phone.send(phone.tap("had"))
    assert phone.secret not in database_text()


# --- a wrong link looks like a right one ------------------------------------------------------------------------------


@pytest.fixture
def every_request_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request is counted in the database, as those are that come after a caller's first."""
    limits._permits.forget()
    monkeypatch.setattr(limits, "_FREE", 10**9)


def _asked(phone: Any, secret: str) -> tuple[Any, list[str]]:
    limits._permits.forget()
    with CaptureQueriesContext(connection) as queries:
        answer = phone.send(phone.tap("had"), phone.tap("undo", of="0" * 32), secret=secret)
    shapes = [_DIGEST.sub("?", query["sql"].split("VALUES")[0]) for query in queries.captured_queries]
    return answer, shapes


@pytest.mark.parametrize("wrong", ["never made", "revoked", "run out", "of a closed unit"])
@pytest.mark.usefixtures("every_request_counted")
def test_a_wrong_link_gets_the_same_work_and_the_same_answer(phone, hotel, linked, found, wrong):
    cache.clear()
    right = phone.secret
    secret = "B" * 22
    if wrong == "revoked":
        other = found("Nhà hàng Y")
        secret = linked(other)
        links.revoke(other, phone.clock.now, void=True)
    elif wrong == "run out":
        other = found("Nhà hàng Y")
        secret = linked(other)
        DoorLink.objects.filter(organisation=other).update(ends_at=phone.clock.now - dt.timedelta(days=1))
    elif wrong == "of a closed unit":
        other = found("Nhà hàng Y")
        secret = linked(other)
        other.closed_on = TODAY
        other.save()
    for _ in range(2):  # what the first request of a caller costs more, both have paid
        (one, ours), (two, theirs) = _asked(phone, right), _asked(phone, secret)
    assert (one.status_code, one.content) == (two.status_code, two.content)
    assert dict(one.headers) == dict(two.headers)
    assert not one.cookies
    assert ours == theirs
    assert len(ours) == 3  # two limits, and one statement that stores


def test_the_page_is_one_for_every_link_without_cookies_or_referrer(client, db):
    first, second = client.get("/door/"), client.get("/door/")
    assert first.content == second.content
    assert first.headers["Cache-Control"] == "no-store"
    assert first.headers["Referrer-Policy"] == "no-referrer"
    policy = first.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'none'" in policy
    assert "data:" not in policy
    assert not first.cookies
    assert "Cookie" not in first.headers.get("Vary", "")


@pytest.mark.usefixtures("every_request_counted")
def test_a_caller_and_a_link_are_limited_and_told_when_to_come_again(phone, monkeypatch):
    from bluezone.authority.door import public_views

    monkeypatch.setattr(public_views, "_LINKS_REQUESTS", 2)
    answers = [phone.send(phone.tap("had")) for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
    assert phone.send(phone.tap("had"), secret="C" * 22).status_code == 200
    monkeypatch.setattr(public_views, "_CALLERS_REQUESTS", 2)
    assert phone.send(phone.tap("had"), secret="D" * 22).status_code == 429


@pytest.mark.parametrize("body", [b"", b"{}", b"x" * 70_000])
def test_what_cannot_be_read_is_refused_in_one_way(client, db, body):
    answer = client.post("/door/taps", body, content_type="application/json")
    assert (answer.status_code, answer.json()) == (400, {"status": "unreadable"})
    assert client.get("/door/taps").status_code == 405


# --- what is kept how long --------------------------------------------------------------------------------------------


def test_taps_of_no_unit_go_within_the_hour_and_others_stay(phone, hotel):
    phone.send(phone.tap("had"))
    phone.send(phone.tap("had"), secret="B" * 22)
    phone.clock.forward(hours=1, seconds=1)
    for rule in retention.RULES:
        assert rule.purge is not None
        rule.purge(phone.clock.now)
    assert DoorTap.objects.count() == 1
    assert counted(hotel) == (1, 0, 0)


def test_unconfirmed_days_go_after_thirty_days_and_confirmed_ones_stay(phone, hotel, found, linked, officer):
    phone.send(*(phone.tap("had") for _ in range(3)))
    other = found("Nhà hàng Y")
    phone.send(phone.tap("had"), secret=linked(other))
    row = day_of(hotel)
    look = visits.Look(row.day, App.BLUEZONE, row.counted, Answers(2, 1, 0), None)
    seen = visits.Seen(True, visits.Visit.List.TELEPHONE, True, (look,))
    visits.record(hotel, seen, uuid.uuid4(), officer("commune"), row.day)
    phone.send(phone.tap("refused"))
    taps.reckon_new()

    def purge() -> None:
        for rule in retention.RULES:
            assert rule.purge is not None
            rule.purge(phone.clock.now)

    phone.clock.forward(days=31)
    purge()
    assert DoorTap.objects.count() == 0
    (left,) = DoorDay.objects.all()
    assert (left.organisation, left.standing.all) == (hotel, Answers(2, 1, 0))
    phone.clock.forward(days=370)
    purge()
    assert not DoorDay.objects.exists()
    assert not visits.Visit.objects.exists()


def test_a_link_lasts_sixty_days(hotel, set_clock):
    issued = links.issue(hotel, uuid.uuid4(), set_clock.now)
    assert issued is not None
    assert issued[1].ends_at - set_clock.now == rules.LINK_LIFE
    assert links.current(hotel, set_clock.now + rules.LINK_LIFE) == []
