"""A code for a positive self-test: offered where the authority sends any, asked for, and never told of the number."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bluezone.protocol.user_reports import IssueCode, Services, UserReportRequest, UserReportResponse

NUMBER = "0912 345 678"


@pytest.fixture
def offered(seeded: Any, visitor: Any) -> Any:
    """A phone whose authority sends codes; `asked` are the requests for one."""
    visitor.asked = []
    visitor.answer = httpx.Response(200, content=UserReportResponse(expires_at_s=1).to_json())

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path != "/api/user-report":
            raise httpx.ConnectError("not asked here", request=request)
        visitor.asked.append(UserReportRequest.from_json(request.content))
        return visitor.answer

    seeded.answer = answer
    seeded.agree()
    seeded.runner.stores.preferences.note_user_reports(offered=True)
    return visitor


def test_where_the_authority_sends_none_nothing_is_offered(seeded: Any, visitor: Any) -> None:
    seeded.agree()
    assert "/self-report" not in visitor.get("/code").text
    assert visitor.get("/self-report").headers["location"] == "/code"
    asked: list[Any] = []
    seeded.answer = asked.append
    assert visitor.send_form("/self-report", number=NUMBER).headers["location"] == "/code"
    assert asked == []


@pytest.mark.parametrize("offered_now", [True, False])
def test_a_check_learns_whether_codes_are_sent(seeded: Any, visitor: Any, offered_now: bool) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/services.json":
            return httpx.Response(200, content=Services(user_reports=offered_now).to_json())
        return httpx.Response(200, text="") if request.url.path.endswith("index.txt") else httpx.Response(404)

    seeded.answer = answer
    seeded.agree()
    seeded.runner.stores.preferences.note_user_reports(offered=not offered_now)
    seeded.runner.check()
    assert ("/self-report" in visitor.get("/code").text) is offered_now


def test_before_the_owners_yes_nothing_is_asked(offered: Any, seeded: Any) -> None:
    seeded.runner.choose(agreed_at_s=None)
    assert offered.get("/self-report").headers["location"] == "/welcome"
    assert offered.send_form("/self-report", number=NUMBER).headers["location"] == "/code"
    assert offered.asked == []


def test_number_and_day_are_sent_and_what_follows_says_nothing_of_the_number(offered: Any, seeded: Any) -> None:
    assert "Hôm nay, thứ Năm, 13/8" in offered.text("/self-report")
    answer = offered.send_form("/self-report", number=NUMBER, day="2020-08-11")
    assert answer.headers["location"] == "/self-report/sent"
    (request,) = offered.asked
    assert (request.phone, str(request.test_date), request.utc_offset_min) == ("+84912345678", "2020-08-11", 420)
    text = offered.text("/self-report/sent")
    assert "Nếu số của bạn nhận được mã" in text
    assert "678" not in text
    assert seeded.runner.stores.user_report.pending(seeded.clock()) == request.nonce


@pytest.mark.parametrize("day", ["", "2020-08-14", "1999-01-01", "x"])
def test_a_day_that_was_not_offered_is_todays(offered: Any, day: str) -> None:
    offered.send_form("/self-report", number=NUMBER, day=day)
    assert str(offered.asked[0].test_date) == "2020-08-13"


@pytest.mark.parametrize("number", ["", "12", "abc", "+", "0912 345 678 901 234 567"])
def test_what_is_no_number_is_said_beside_it_and_not_sent(offered: Any, number: str) -> None:
    answer = offered.send_form("/self-report", number=number, day="2020-08-11")
    assert answer.status_code == 422
    assert 'id="problem"' in answer.text
    assert '<option value="2020-08-11" selected>' in answer.text
    assert offered.asked == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (httpx.Response(503), "khi có mạng"),
        (httpx.Response(400, content=UserReportResponse(0, "no", IssueCode.PHONE_INVALID).to_json()), "di động"),
        (httpx.Response(429, content=UserReportResponse(0, "no", IssueCode.QUOTA_EXCEEDED).to_json()), "nhiều người"),
        (httpx.Response(429, content=UserReportResponse(0, "no", IssueCode.TOO_MANY_REQUESTS).to_json()), "đang bận"),
        (httpx.Response(400, content=UserReportResponse(0, "no", "unheard of").to_json()), "Trạm y tế sẵn lòng"),
    ],
)
def test_a_refusal_says_what_helps_and_keeps_what_was_typed(offered: Any, answer: httpx.Response, said: str) -> None:
    offered.answer = answer
    page = offered.send_form("/self-report", number=NUMBER)
    assert page.status_code == 422
    assert said in page.text
    assert f'value="{NUMBER}"' in page.text


def test_where_it_was_turned_off_meanwhile_it_is_offered_no_more(offered: Any) -> None:
    content = UserReportResponse(0, "no", IssueCode.UNSUPPORTED_TEST_TYPE).to_json()
    offered.answer = httpx.Response(400, content=content)
    assert "Trạm y tế" in offered.send_form("/self-report", number=NUMBER).text
    assert "/self-report" not in offered.get("/code").text
