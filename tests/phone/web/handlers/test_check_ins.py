"""Check-ins given after publishing: offered unticked, given by a second yes, sent once, forgotten with the keys."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import httpx
import pytest

from bluezone.phone.app import sharing_check_ins
from bluezone.phone.stores.diary_store import DiaryPlace
from bluezone.phone.stores.report_store import Stage
from bluezone.protocol.reports import ReportAnswer, ReportRefusal
from bluezone.protocol.shared_check_ins import CHECK_INS_BODY_BYTES, CHECK_INS_PATH, CheckInUpload
from bluezone.protocol.withdrawals import WITHDRAW_PATH

HOUR_S, DAY_S = 3_600, 86_400
MARKET = DiaryPlace("Chợ Vị Thanh", "Phường I", "ab" * 32, "7K3M-Q2XD", along="bé Na")


class Office:
    """A health office that answers as the test says, and what it was sent."""

    def __init__(self, seeded: Any) -> None:
        self.asked: list[bytes] = []
        self.says = ReportAnswer()
        self.away = False
        seeded.answer = self.answer

    def answer(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            raise httpx.ConnectError("no net", request=request)
        if request.url.path == WITHDRAW_PATH:
            return httpx.Response(200, content=ReportAnswer().to_json("x"))
        if request.url.path != CHECK_INS_PATH:
            return httpx.Response(200, text="") if request.url.path.endswith("index.txt") else httpx.Response(404)
        self.asked.append(request.content)
        return httpx.Response(403 if self.says.code else 200, content=self.says.to_json("x" * 100))


@pytest.fixture
def office(seeded: Any) -> Office:
    return Office(seeded)


def visit(seeded: Any, days_ago: float, minutes: float, place: DiaryPlace = MARKET) -> int:
    came_s = seeded.clock() - days_ago * DAY_S
    return seeded.runner.stores.diary.add(place, came_s, came_s + 60 * minutes, came_s + 60 * minutes)


@pytest.fixture
def published(seeded: Any, office: Office) -> Any:
    """A phone whose owner published with symptoms of three days ago."""
    seeded.agree()
    seeded.runner.choose(language="en")
    stores, now_s = seeded.runner.stores, seeded.clock()
    for day in range(9, -1, -1):
        stores.keys.key_at(now_s - day * DAY_S)
    stores.keys.end_key_at(now_s)
    stores.keys.mark_published(key.key for key in stores.keys.publishable(now_s))
    stores.publications.finish("revision-token", now_s)
    today = dt.datetime.fromtimestamp(now_s, dt.UTC).date()
    stores.check_ins.begin(today - dt.timedelta(days=5), now_s)
    return seeded


def test_before_a_publication_nothing_is_offered(visitor: Any, seeded: Any, office: Office) -> None:
    seeded.agree()
    visit(seeded, 1, 60)
    assert visitor.get("/check-ins").headers["location"] == "/positive"
    visitor.send_form("/check-ins", consent="yes", **{"visit-1": "yes"})
    assert office.asked == []


def test_offered_is_what_counts_and_nothing_is_ticked(visitor: Any, published: Any, office: Office) -> None:
    wanted = visit(published, 1, 60)
    for days_ago, minutes, place in (
        (1.2, 9, MARKET),
        (8, 60, MARKET),
        (1.4, 60, DiaryPlace("Nhà bác Tư")),
    ):
        visit(published, days_ago, minutes, place)
    store, now_s = published.runner.stores.diary, published.clock()
    store.add(MARKET, now_s - 1_200, now_s + 1_200)  # its owner is still there
    page = visitor.get("/check-ins").text
    assert page.count('type="checkbox"') == 1
    assert f'name="visit-{wanted}"' in page
    assert " checked" not in page
    assert "bé Na" not in page
    assert "/check-ins" in visitor.get("/positive").text
    assert "/check-ins" in visitor.get("/diary").text
    assert office.asked == []


@pytest.mark.parametrize("form", [{}, {"consent": "no"}, {"consent": "yes"}, {"consent": "yes", "visit-77": "yes"}])
def test_without_a_yes_and_a_tick_nothing_is_sent(
    visitor: Any, published: Any, office: Office, form: dict[str, str]
) -> None:
    visit(published, 1, 60)
    answer = visitor.send_form("/check-ins", **form)
    assert answer.status_code == (422 if form.get("consent") == "yes" else 303)
    assert office.asked == []


def test_what_was_ticked_is_sent_once_and_no_name(visitor: Any, published: Any, office: Office) -> None:
    one, other = visit(published, 1, 60), visit(published, 2, 30)
    for _ in range(2):
        visitor.send_form("/check-ins", consent="yes", **{f"visit-{one}": "yes"})
    [body] = office.asked
    assert len(body) == CHECK_INS_BODY_BYTES
    assert set(json.loads(body)) == {"revisionToken", "checkIns", "padding"}
    upload = CheckInUpload.from_json(body)
    [given] = upload.check_ins
    assert upload.revision_token == "revision-token"
    assert (given.location_id.hex(), given.end_s - given.start_s) == (MARKET.location_id, HOUR_S)
    kept = published.runner.stores.check_ins.read()
    assert (kept.stage, kept.message, kept.visits) == (Stage.SENT, "", (one,))
    page = visitor.get("/check-ins").text
    assert "You shared places" in page
    assert f'name="visit-{other}"' in page
    assert f'name="visit-{one}"' not in page
    lines = [json.loads(line) for line in visitor.get("/settings/export").text.splitlines()]
    assert [line["visits"] for line in lines if line["kind"] == "shared_check_ins"] == [[one]]


def test_it_waits_for_internet_and_then_goes_as_it_was(visitor: Any, published: Any, office: Office) -> None:
    number = visit(published, 1, 60)
    office.away = True
    visitor.send_form("/check-ins", consent="yes", **{f"visit-{number}": "yes"})
    assert published.runner.stores.check_ins.read().stage is Stage.WAITING
    assert not sharing_check_ins.offered(published.runner.phone)
    office.away = False
    published.runner.check()
    assert len(office.asked) == 1
    assert published.runner.stores.check_ins.read().stage is Stage.SENT


def test_a_refusal_says_what_helps(visitor: Any, published: Any, office: Office) -> None:
    number = visit(published, 1, 60)
    office.says = ReportAnswer("no", ReportRefusal.TOKEN_INVALID)
    visitor.send_form("/check-ins", consent="yes", **{f"visit-{number}": "yes"})
    assert "call the health station" in visitor.get("/check-ins").text


def test_taking_the_keys_back_forgets_it_and_says_so_before(visitor: Any, published: Any, office: Office) -> None:
    number = visit(published, 1, 60)
    visitor.send_form("/check-ins", consent="yes", **{f"visit-{number}": "yes"})
    assert "Places that you shared are taken back, too" in visitor.get("/withdraw").text
    visitor.send_form("/withdraw", consent="yes")
    assert published.runner.stores.check_ins.read() is None
    assert not sharing_check_ins.offered(published.runner.phone)
