"""Codes, results, consent, taking it back, a code by text message, links and QR codes, as pages and forms."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from bluezone.phone.client.http import ConnectionFailedError
from bluezone.phone.client.publishing import Publisher, PublishError, PublishReport
from bluezone.phone.stores.preference_store import Sharing
from bluezone.phone.stores.publication_store import PublicationStore, VerifiedResult
from bluezone.phone.web.handlers import codes as handlers
from bluezone.phone.web.presenters import codes
from bluezone.phone.web.presenters.codes import result
from bluezone.phone.web.presenters.common import translator
from bluezone.protocol.check_ins import PlaceKind, make_payload, place_address
from bluezone.protocol.messages import VerifyResponse
from bluezone.protocol.user_reports import IssueCode, Services, UserReportRequest, UserReportResponse
from bluezone.protocol.verification import CertifiedReport

UNIT = "0410-610J"


@pytest.fixture
def patient(seeded: Any, visitor: Any) -> Any:
    seeded.agree()
    seeded.runner.phone.stores.keys.key_at(seeded.clock())
    return visitor


@pytest.fixture
def confirmed(seeded: Any) -> VerifiedResult:
    return VerifiedResult(CertifiedReport.CONFIRMED, dt.date(2020, 8, 12), None, seeded.clock())


@pytest.fixture
def waiting(seeded: Any, patient: Any, confirmed: VerifiedResult, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A patient whose code was accepted."""
    monkeypatch.setattr(Publisher, "verify", lambda publisher, code: confirmed)
    monkeypatch.setattr(PublicationStore, "waiting", lambda *_: confirmed)
    return patient


def refuse(error: Exception) -> Any:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise error

    return fail


def test_the_result_is_shown_before_anything_is_asked(waiting: Any) -> None:
    assert waiting.send_form("/code", code="1234 5678").headers["location"] == "/result"
    text = waiting.text("/result")
    assert "Kết quả xét nghiệm của bạn là dương tính" in text
    assert "Thứ Tư, 12/8" in text
    assert "Chưa chia sẻ gì cả" in text
    assert "Chia sẻ để báo cho người khác?" in waiting.text("/result/share")


def test_home_keeps_asking_while_the_result_waits(waiting: Any) -> None:
    assert "Đã có kết quả xét nghiệm của bạn" in waiting.text("/")


@pytest.mark.parametrize("code", ["", "1234567", "123456789017", "<script>alert(1)</script>", "x" * 10_000])
@pytest.mark.parametrize("by_link", [False, True])
def test_a_wrong_code_is_answered_kindly_and_nobody_is_asked(
    patient: Any, seeded: Any, code: str, by_link: bool
) -> None:
    asked: list[Any] = []
    seeded.answer = asked.append
    answer = patient.get("/v", params={"c": code}) if by_link else patient.send_form("/code", code=code)
    assert answer.status_code == 422
    assert ("mở lại đường dẫn" in answer.text) is by_link
    assert by_link or 'id="problem"' in answer.text
    assert "<script>alert" not in answer.text
    assert asked == []


@pytest.mark.parametrize(("code", "shown"), [("123456789018", "1234 5678 9018"), ("12345678", "1234 5678")])
def test_a_link_shows_its_code_and_asks_nobody_before_a_press(patient: Any, seeded: Any, code: str, shown: str) -> None:
    asked: list[Any] = []
    seeded.answer = asked.append
    page = patient.get(f"/v?c={code}").text
    assert shown in page
    assert f'name="code" value="{code}"' in page
    assert page.count("<button") == 1, "one next step"
    assert asked == []


def test_a_link_on_a_new_phone_leads_through_the_welcome_first(visitor: Any) -> None:
    page = visitor.get("/v?c=123456789018")
    assert 'href="/welcome"' in page.text
    assert "123456789018" not in page.text


def test_without_a_result_there_is_nothing_to_share(patient: Any) -> None:
    for path in ("/result", "/result/share"):
        assert patient.get(path).headers["location"] == "/code"


@pytest.mark.parametrize(
    ("going", "result", "said"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"report": CertifiedReport.NEGATIVE}, False),  # a warning is taken back
        (True, {"report": CertifiedReport.RECURSIVE}, False),  # keys of contacts stay in the country
    ],
)
def test_where_keys_go_abroad_it_is_read_before_the_yes(
    waiting: Any, seeded: Any, confirmed: VerifiedResult, monkeypatch: pytest.MonkeyPatch,
    going: bool, result: dict[str, Any], said: bool,
) -> None:  # fmt: skip
    seeded.runner.choose(keys_go_abroad=going)
    changed = replace(confirmed, **result, **({"symptom_date": confirmed.test_date} if result else {}))
    monkeypatch.setattr(PublicationStore, "waiting", lambda *_: changed)
    assert ("cơ quan y tế nước ngoài" in waiting.text("/result/share")) is said


@pytest.mark.parametrize("fields", [{}, {"consent": "no"}, {"consent": ""}])
def test_without_the_yes_nothing_is_shared(
    waiting: Any, seeded: Any, monkeypatch: pytest.MonkeyPatch, fields: dict[str, str]
) -> None:
    monkeypatch.setattr(Publisher, "publish", lambda *args, **kwargs: pytest.fail("published"))
    assert waiting.send_form("/result/share", **fields).headers["location"] == "/result"


def test_a_no_is_for_good(waiting: Any, seeded: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    declined = []
    monkeypatch.setattr(PublicationStore, "abandon", lambda store: declined.append(True))
    assert waiting.send_form("/result/decline").headers["location"] == "/"
    assert declined == [True]


def test_thanks_after_sharing_and_the_home_screen_knows(
    waiting: Any, seeded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = []

    def publish(publisher: Publisher, code: str = "", *, consent: bool, left_out: Any = ()) -> PublishReport:
        shared.append((code, consent, left_out))
        seeded.runner.choose(published_at_s=seeded.clock())
        monkeypatch.setattr(PublicationStore, "waiting", lambda *_: None)
        return PublishReport(14, 14, False, ())

    monkeypatch.setattr(Publisher, "publish", publish)
    assert "Cảm ơn bạn" in waiting.send_form("/result/share", consent="yes").text
    assert shared == [("", True, frozenset())]
    assert "Những người bạn đã gặp đang được báo" in waiting.text("/")


def test_a_result_that_nobody_answered_to_in_time_says_so_and_what_to_do(patient: Any, seeded: Any) -> None:
    token = VerifyResponse("confirmed", None, None, "token")
    seeded.answer = lambda _: httpx.Response(200, content=token.to_json())
    assert patient.send_form("/code", code="12345678").headers["location"] == "/result"
    assert "Bạn quyết định" in patient.text("/positive")
    seeded.clock.now_s += 25 * 3_600
    for path in ("/result", "/result/share"):
        answer = patient.get(path)
        assert answer.status_code == 409
        assert "Hãy xin trạm y tế mã mới" in answer.text
        assert "Chưa chia sẻ gì." in answer.text
        assert 'href="/code"' in answer.text


@pytest.mark.parametrize(("ahead_h", "is_told"), [(-25, True), (-1, False), (1, False), (25, True)])
def test_a_clock_that_is_a_day_off_is_told_before_anything_is_shared(
    patient: Any, seeded: Any, ahead_h: int, is_told: bool
) -> None:
    date = format_datetime(dt.datetime.fromtimestamp(seeded.clock() - ahead_h * 3_600, dt.UTC), usegmt=True)
    token = VerifyResponse("confirmed", None, None, "token")
    seeded.answer = lambda _: httpx.Response(200, content=token.to_json(), headers={"Date": date})
    answer = patient.send_form("/code", code="12345678")
    assert (answer.status_code, "Ngày giờ trên máy chưa đúng" in answer.text) == (
        (200, True) if is_told else (303, False)
    )
    assert 'href="/result"' in answer.text or not is_told
    assert "dương tính" in patient.text("/result"), "nothing is lost"


def test_what_was_shared_by_a_wrong_clock_thanks_nobody(patient: Any, seeded: Any) -> None:
    seeded.runner.choose(published_at_s=seeded.clock(), sharing=Sharing.OTHER_TIME)
    for path in ("/", "/notices", "/positive"):
        said = patient.text(path)
        assert "Ngày trên máy trước đây chưa đúng" in said, path
        assert "đang được báo" not in said, path
        assert "Cảm ơn" not in said, path


def test_the_owner_chooses_the_days(waiting: Any, seeded: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = []

    def publish(publisher: Publisher, code: str = "", *, consent: bool, left_out: Any = ()) -> PublishReport:
        shared.append(left_out)
        return PublishReport(14, 14, False, ())

    monkeypatch.setattr(Publisher, "publish", publish)
    day = next(iter(seeded.runner.stores.keys.publishable_days(seeded.clock())))
    page = waiting.get("/result/share").text
    assert f'name="day-{day.isoformat()}" value="yes" checked' in page
    assert "07:00" in page  # a day of random numbers begins at midnight UTC
    answer = waiting.send_form("/result/share", consent="yes", choose="days")
    assert answer.status_code == 422
    assert "chọn ít nhất một ngày" in answer.text
    assert shared == []
    waiting.send_form("/result/share", consent="yes", choose="days", **{f"day-{day.isoformat()}": "yes"})
    assert shared == [frozenset(seeded.runner.stores.keys.publishable_days(seeded.clock())) - {day}]


def test_no_connection_keeps_the_code_for_another_try(patient: Any) -> None:
    answer = patient.send_form("/code", code="12345678")
    assert answer.status_code == 409
    assert "mã của bạn vẫn dùng được" in answer.text
    assert 'value="12345678"' in answer.text


def test_no_connection_while_sharing_asks_to_go_on(
    waiting: Any, seeded: Any, monkeypatch: pytest.MonkeyPatch, confirmed: VerifiedResult
) -> None:
    monkeypatch.setattr(Publisher, "publish", refuse(ConnectionFailedError("x")))
    answer = waiting.send_form("/result/share", consent="yes")
    assert answer.status_code == 409
    assert 'action="/result/share"' in answer.text
    monkeypatch.setattr(PublicationStore, "waiting", lambda *_: replace(confirmed, agreed=True))
    assert "Việc chia sẻ của bạn chưa hoàn tất" in waiting.text("/")


def test_a_refused_code_is_not_offered_again(patient: Any, seeded: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Publisher, "verify", refuse(PublishError("x", "code_expired")))
    answer = patient.send_form("/code", code="12345678")
    assert "Mã này đã hết hạn" in answer.text
    assert "12345678" not in answer.text


@pytest.mark.parametrize("report", list(CertifiedReport))
def test_every_result_says_what_it_is_in_both_languages(report: CertifiedReport, confirmed: VerifiedResult) -> None:
    found = replace(confirmed, report=report)
    one, other = (result(found, 0.0, translator(code, dt.UTC)) for code in ("vi", "en"))
    assert one.title != other.title
    assert one.takes_back is (report is CertifiedReport.NEGATIVE)


def test_a_negative_test_takes_a_warning_back(
    waiting: Any, seeded: Any, monkeypatch: pytest.MonkeyPatch, confirmed: VerifiedResult
) -> None:
    negative = replace(confirmed, report=CertifiedReport.NEGATIVE)
    monkeypatch.setattr(PublicationStore, "waiting", lambda *_: negative)
    assert "âm tính" in waiting.text("/result")
    assert "Rút lại cảnh báo?" in waiting.text("/result/share")


# --- QR codes -----------------------------------------------------------------------------------------

EN = translator("en", dt.UTC)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("https://phone.example/v?c=12345678", "/code?c=12345678"),
        ("12345678", "/code?c=12345678"),
        (f"https://bluezone.example/{UNIT}", f"/unit?given={UNIT}"),
    ],
)
def test_a_qr_code_leads_to_its_own_field(text: str, path: str) -> None:
    assert codes.read_scanned(text, EN).path == path


def test_the_code_of_a_place_counts_no_install_where_the_server_is_reached_by_http() -> None:
    payload = make_payload("Chợ", "", PlaceKind.SHOP, 0, b"s" * 16)
    text = place_address("http://192.168.0.2:8000", UNIT, payload)
    assert codes.read_scanned(text, EN).path == f"/diary/in?text={quote(text, safe='')}"
    assert codes.read_scanned(text, EN, codes.Wanted.UNIT).path == f"/unit?given={UNIT}"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("https://shop.example/?id=99", "This is a QR code of something else"),
        ("WIFI:S:cafe;P:secret;;", "This is a QR code of something else"),
        ("", "This is a QR code of something else"),
        ("x" * 10_000, "This is a QR code of something else"),
        ("javascript:alert(1)", "This is a QR code of something else"),
        ("https://bluezone.example/0410-6101", "This poster cannot be read well"),
    ],
)
def test_a_qr_code_of_something_else_gets_a_sentence(text: str, title: str) -> None:
    found = codes.read_scanned(text, EN)
    assert (found.path, found.title) == ("", title)
    assert found.text


def test_what_was_scanned_is_shown_and_not_opened(patient: Any) -> None:
    answer = patient.send_form("/scan", text="https://evil.example/", **{"for": "code"})
    assert answer.status_code == 422
    assert "evil.example" not in answer.text
    assert "Mã QR này không phải của Bluezone" in answer.text
    answer = patient.send_form("/scan", text="12345678", **{"for": "nothing we know"})
    assert answer.headers["location"] == "/code?c=12345678"
    assert 'value="1234 5678"' in patient.get("/code?c=12345678").text


OWN = "bluezone.example.vn"


@pytest.fixture
def linked(seeded, web):
    seeded.runner.choose(agreed_at_s=web.NOW_S)
    return web.Visitor(seeded.runner, link_host=OWN)


def enter(visitor, link: str) -> str:
    """Return where the address of the app's first page leads to, with a link as `LinkActivity` writes it."""
    screen = quote(f"/link?text={quote(link, safe='')}", safe="")
    answer = visitor.get(f"/enter?token={visitor.access.token}&to={screen}")
    assert answer.headers["refresh"].startswith("0; url=")
    return answer.headers["refresh"].removeprefix("0; url=")


@pytest.mark.parametrize(
    ("link", "screen"),
    [
        (f"https://{OWN}/v?c=12345678", "/v?c=12345678"),
        ("ens://v?c=12345678&r=704", "/v?c=12345678"),
        (f"https://{OWN}/install/7K3M-Q2XS", "/unit?given=7K3M-Q2XS"),
    ],
)
def test_a_link_goes_from_the_apps_first_page_to_its_screen(linked, link, screen):
    answer = linked.get(enter(linked, link))
    assert (answer.status_code, answer.headers["location"]) == (303, screen)
    assert linked.get(screen).status_code == 200


@pytest.mark.parametrize(
    "link",
    ["https://evil.example/v?c=12345678", "javascript:alert(1)", f"https://{OWN}/v?c=<b>x</b>" + "1" * 2_001, ""],
)
def test_another_link_is_one_sentence_that_does_not_repeat_it(linked, link):
    answer = linked.get(enter(linked, link))
    assert answer.status_code == 422
    assert "Đường dẫn này không phải của Bluezone" in answer.text
    assert "evil.example" not in answer.text
    assert "alert(1)" not in answer.text


def test_a_link_before_the_first_yes_waits_for_it(seeded, web):
    seeded.runner.choose(agreed_at_s=None)
    visitor = web.Visitor(seeded.runner, link_host=OWN)
    poster = visitor.get(enter(visitor, f"https://{OWN}/install/7K3M-Q2XS"))
    assert "mở lại đường dẫn hoặc quét lại mã" in poster.text
    code = visitor.get(visitor.get(enter(visitor, "ens://v?c=12345678")).headers["location"])
    assert "mã của bạn vẫn dùng được" in code.text


@pytest.fixture
def shared(seeded: Any, visitor: Any) -> Any:
    """A visitor whose phone has published."""
    seeded.agree()
    seeded.runner.stores.publications.finish("revision", seeded.clock())
    seeded.runner.choose(published_at_s=seeded.clock(), sharing=Sharing.SHARED)
    return visitor


def test_who_shared_nothing_is_not_asked(seeded: Any, visitor: Any) -> None:
    seeded.agree()
    assert visitor.get("/withdraw").headers["location"] == "/positive"
    assert "/withdraw" not in visitor.get("/positive").text


def test_the_owner_is_asked_once_more_and_told_what_it_does(
    shared: Any, seeded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def withdraw(*_: Any) -> None:
        asked.append(True)
        seeded.runner.choose(published_at_s=None, sharing=Sharing.TAKEN_BACK)

    monkeypatch.setattr(handlers, "withdraw", withdraw)
    assert 'href="/withdraw"' in shared.get("/positive").text
    assert "Rút lại cảnh báo?" in shared.text("/withdraw")
    assert shared.send_form("/withdraw").headers["location"] == "/positive"
    assert asked == []
    assert shared.send_form("/withdraw", consent="yes").headers["location"] == "/positive"
    assert asked == [True]
    text = shared.text("/positive")
    assert "Theo ý bạn" in text
    assert "âm tính" not in text, "nobody said that the test is negative"


def test_without_a_connection_it_can_be_asked_again(shared: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise ConnectionFailedError("no net")

    monkeypatch.setattr(handlers, "withdraw", fail)
    answer = shared.send_form("/withdraw", consent="yes")
    assert answer.status_code == 409
    assert 'action="/withdraw"' in answer.text


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
    seeded.runner.choose(offers_user_reports=True)
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
    seeded.runner.choose(offers_user_reports=not offered_now)
    seeded.runner.check()
    assert ("/self-report" in visitor.get("/code").text) is offered_now


def test_before_the_owners_yes_nothing_is_asked(offered: Any, seeded: Any) -> None:
    seeded.runner.choose(agreed_at_s=None)
    assert offered.get("/self-report").headers["location"] == "/welcome"
    assert offered.send_form("/self-report", number=NUMBER).headers["location"] == "/welcome"
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
