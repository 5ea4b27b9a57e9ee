from __future__ import annotations

import datetime as dt
import json
import re
import secrets
from dataclasses import dataclass, field

import httpx
import pytest

from bluezone.authority.errors import ConfigurationError
from bluezone.authority.messages import news as texting
from bluezone.authority.messages import phone_numbers, sms, views
from bluezone.authority.messages.models import NewsItem, NumberRequest, PhoneNumber
from bluezone.authority.messages.phone_numbers import NumberRefusedError, Send, Try
from bluezone.authority.messages.sms import SmsError
from bluezone.protocol.phone_numbers import Answer, CodeRequest, Confirmation, Forgetting, Refusal

NOW = dt.datetime(2020, 8, 18, 12, 0, tzinfo=dt.UTC)
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
NUMBER, OTHER = "+84912345678", "+84987654321"
LONG_MY = "/63:93/63:935/63:31468/"

# --- rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [("+84912345678", NUMBER), ("+84 91 234 56 78", NUMBER), ("+84350000000", "+84350000000")],
)
def test_a_mobile_number_of_here_is_taken_in_one_form(text, number):
    assert phone_numbers.checked_number(text, ("84",)) == number


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("0912345678", Refusal.NUMBER_INVALID),
        ("nobody", Refusal.NUMBER_INVALID),
        ("+84123", Refusal.NUMBER_INVALID),
        ("+842435771234", Refusal.NUMBER_UNSUPPORTED),
        ("+4915112345678", Refusal.NUMBER_UNSUPPORTED),
        ("+881612345678", Refusal.NUMBER_UNSUPPORTED),
        ("+84" + "9" * 10_000, Refusal.NUMBER_INVALID),
    ],
)
def test_a_number_no_message_reaches_is_refused(text, refusal):
    with pytest.raises(NumberRefusedError) as refused:
        phone_numbers.checked_number(text, ("84",))
    assert refused.value.refusal is refusal


def asked(**changed: object) -> NumberRequest:
    return NumberRequest(**{"code_expires_at": NOW + MINUTE, "sends": 1} | changed)


@pytest.mark.parametrize(
    ("request_", "to_number", "by_all", "verdict"),
    [
        (None, 0, 0, Send.SEND),
        (asked(sent_at=NOW - MINUTE), 1, 0, Send.SEND),
        (asked(sent_at=NOW - MINUTE / 6), 0, 0, Send.ON_ITS_WAY),
        (asked(confirmed_at=NOW), 0, 0, Send.ON_ITS_WAY),
        (asked(sends=3, sent_at=NOW - MINUTE), 0, 0, Send.TOO_MANY),
        (None, 6, 0, Send.TOO_MANY),
        (None, 0, 100, Send.TOO_MANY),
    ],
)
def test_when_a_code_is_sent(request_, to_number, by_all, verdict):
    assert phone_numbers.judge_send(request_, to_number, by_all, NOW, 100) is verdict


@pytest.mark.parametrize(
    ("request_", "matches", "verdict"),
    [
        (asked(), True, Try.RIGHT),
        (asked(tries=4), True, Try.RIGHT),
        (asked(tries=5), True, Try.SPENT),
        (asked(), False, Try.WRONG),
        (asked(code_expires_at=NOW), True, Try.SPENT),
        (asked(confirmed_at=NOW), True, Try.AGAIN),
        (asked(confirmed_at=NOW), False, Try.WRONG),
        (None, False, Try.SPENT),
    ],
)
def test_what_a_code_is_worth(request_, matches, verdict):
    assert phone_numbers.judge_try(request_, matches, NOW) is verdict


# --- over HTTP --------------------------------------------------------------------------------------------------------


@dataclass
class Post:
    """Text messages, caught; and a phone that asks for them."""

    client: object
    messages: list[tuple[str, str]] = field(default_factory=list)
    fails: bool = False

    def send(self, number: str, text: str) -> None:
        if self.fails:
            raise SmsError("the gateway is down")
        self.messages.append((number, text))

    def post(self, path: str, body: bytes) -> tuple[int, Answer]:
        answer = self.client.post(f"/v1/phone-number/{path}", body, content_type="application/json")
        return answer.status_code, Answer.from_json(answer.content)

    def ask(self, request: bytes, number: str = NUMBER, **fields: str) -> tuple[int, Answer]:
        return self.post("code", CodeRequest(request=request, number=number, **fields).to_json())

    def confirm(self, request: bytes, code: str) -> tuple[int, Answer]:
        return self.post("confirm", Confirmation(request=request, code=code).to_json())

    @property
    def code(self) -> str:
        return re.search(r"\d{6}", self.messages[-1][1])[0]

    def leave(self, number: str = NUMBER, **fields: str) -> str:
        request = secrets.token_bytes(16)
        assert self.ask(request, number, **fields)[0] == 202
        status, answer = self.confirm(request, self.code)
        assert status == 201
        return answer.receipt


@pytest.fixture
def post(db, client, environment, set_clock, monkeypatch) -> Post:
    environment(sms="console")
    caught = Post(client)
    monkeypatch.setattr(views, "sender", lambda: caught.send)
    monkeypatch.setattr(texting, "sender", lambda: caught.send)
    return caught


@pytest.fixture
def request_id() -> bytes:
    return secrets.token_bytes(16)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_a_number_is_kept_encrypted_and_deleted_by_its_receipt(post):
    receipt = post.leave(commune="63:31468")
    assert post.messages[0][0] == NUMBER
    assert "mã xác nhận" in post.messages[0][1]
    assert len(post.messages[0][1]) <= 70
    row = PhoneNumber.objects.get()
    assert (phone_numbers.decrypt(row.number), row.place) == (NUMBER, LONG_MY)
    assert b"912345678" not in bytes(row.number)
    assert NumberRequest.objects.get().number == b""
    assert post.post("forget", Forgetting(receipt=receipt).to_json()) == (200, Answer())
    assert not PhoneNumber.objects.exists()
    assert post.post("forget", Forgetting(receipt=receipt).to_json()) == (200, Answer())


def test_the_database_holds_neither_code_nor_receipt_nor_request(post, request_id):
    post.ask(request_id)
    code = post.code
    receipt = post.confirm(request_id, code)[1].receipt
    stored = repr([*NumberRequest.objects.values(), *PhoneNumber.objects.values()])
    for secret in (code, receipt, NUMBER, request_id.hex()):
        assert secret not in stored


def test_a_request_whose_answer_was_lost_sends_nothing_twice(post, request_id):
    assert [post.ask(request_id)[0] for _ in range(3)] == [202, 202, 202]
    assert len(post.messages) == 1


def test_a_confirmation_whose_answer_was_lost_gives_the_same_receipt(post, request_id):
    post.ask(request_id)
    first, again = (post.confirm(request_id, post.code) for _ in range(2))
    assert first == again
    assert first[0] == 201
    assert PhoneNumber.objects.count() == 1


def test_a_request_stays_with_its_number(post, request_id):
    """Fault 7 of the original: on a retry, data changed places."""
    post.ask(request_id, NUMBER)
    status, answer = post.ask(request_id, OTHER)
    assert (status, answer.refusal) == (400, Refusal.BAD_REQUEST)
    post.confirm(request_id, post.code)
    assert phone_numbers.decrypt(PhoneNumber.objects.get().number) == NUMBER


def test_a_code_is_for_its_own_request_only(post, request_id):
    post.ask(request_id)
    other = secrets.token_bytes(16)
    post.ask(other, OTHER)
    assert post.confirm(request_id, post.code)[1].refusal == Refusal.CODE_INVALID


def test_after_five_wrong_tries_the_right_code_is_refused_too(post, request_id):
    post.ask(request_id)
    answers = {post.confirm(request_id, wrong(post.code)) for _ in range(5)}
    assert answers == {(400, Answer(refusal=Refusal.CODE_INVALID))}
    assert {post.confirm(request_id, post.code)} == answers
    assert post.confirm(secrets.token_bytes(16), "123456") in answers


def test_a_code_ends_after_five_minutes_and_a_new_one_may_be_asked_for(post, request_id, set_clock):
    post.ask(request_id)
    late = post.code
    set_clock.forward(minutes=5)
    assert post.confirm(request_id, late)[0] == 400
    assert post.ask(request_id)[0] == 202
    assert post.confirm(request_id, post.code)[0] == 201


def test_a_new_code_makes_the_old_one_worthless(post, request_id, set_clock):
    post.ask(request_id)
    old = post.code
    set_clock.forward(minutes=1)
    post.ask(request_id)
    assert old != post.code
    assert post.confirm(request_id, old)[0] == 400


def test_nobody_has_a_number_flooded(post, set_clock):
    for _ in range(6):
        assert post.ask(secrets.token_bytes(16))[0] == 202
        set_clock.forward(minutes=1)
    assert post.ask(secrets.token_bytes(16)) == (403, Answer(refusal=Refusal.TOO_MANY))
    assert post.ask(secrets.token_bytes(16), OTHER)[0] == 202
    set_clock.forward(days=1)
    assert post.ask(secrets.token_bytes(16))[0] == 202


def test_all_messages_of_an_hour_are_bounded(post, environment):
    environment(sms="console", sms_per_hour=2)
    statuses = [post.ask(secrets.token_bytes(16), f"+8491234567{digit}")[0] for digit in range(3)]
    assert statuses == [202, 202, 403]


def test_where_the_gateway_is_down_the_same_may_be_asked_again(post, request_id):
    post.fails = True
    assert post.ask(request_id) == (502, Answer(refusal=Refusal.UNAVAILABLE))
    post.fails = False
    assert post.ask(request_id)[0] == 202
    assert len(post.messages) == 1


def test_an_authority_without_a_gateway_says_that_it_takes_none(post, request_id, monkeypatch):
    monkeypatch.setattr(views, "sender", lambda: None)
    assert post.ask(request_id) == (404, Answer(refusal=Refusal.NOT_OFFERED))


def test_the_answer_is_the_same_for_a_number_that_is_there_already(post):
    first = post.leave()
    second = post.leave()
    assert first != second
    assert PhoneNumber.objects.count() == 1
    post.post("forget", Forgetting(receipt=first).to_json())
    assert PhoneNumber.objects.exists(), "who has the number now decides"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"x" * 100, b'{"request": "AA==", "number": "+84912345678"}'])
@pytest.mark.parametrize("path", ["code", "confirm", "forget"])
def test_garbage_is_refused_in_one_form(post, path, body):
    status, answer = post.post(path, body)
    assert (status, answer.refusal) == (400, Refusal.BAD_REQUEST)


def test_requests_are_forgotten_after_a_day_and_numbers_after_a_year(post, set_clock):
    post.leave()
    assert phone_numbers.purge(NOW + DAY / 2) == {"number_requests": 0, "numbers": 0}
    assert phone_numbers.purge(NOW + DAY) == {"number_requests": 1, "numbers": 0}
    assert phone_numbers.purge(NOW + 365 * DAY) == {"number_requests": 0, "numbers": 1}


def test_an_officer_forgets_the_number_of_who_lost_the_phone(post, run_bluezone):
    post.leave()
    assert phone_numbers.forget_number(OTHER) is False
    ended = run_bluezone("authority", "forget-number", NUMBER, "--json")
    assert (ended.code, json.loads(ended.out)) == (0, {"forgotten": True})
    assert not PhoneNumber.objects.exists()
    assert not NumberRequest.objects.exists()


def test_numbers_are_read_with_the_secret_of_before_a_rotation(post, settings):
    receipt = post.leave()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another secret"
    assert phone_numbers.decrypt(PhoneNumber.objects.get().number) == NUMBER
    assert phone_numbers.forget(receipt)


def test_no_number_and_no_code_goes_into_a_log(post, request_id, caplog):
    post.fails = True
    post.ask(request_id)
    post.fails = False
    post.ask(request_id)
    post.confirm(request_id, wrong(post.code))
    assert "912345678" not in caplog.text
    assert post.code not in caplog.text


# --- senders ----------------------------------------------------------------------------------------------------------


def test_a_file_takes_the_messages_of_a_rehearsal(environment, tmp_path):
    environment(sms="file")
    sms.sender()(NUMBER, "Bluezone: 123456")
    path = tmp_path / "messages.jsonl"
    assert json.loads(path.read_text()) == {"to": NUMBER, "text": "Bluezone: 123456"}
    assert path.stat().st_mode & 0o777 == 0o600


def gateway(answer) -> sms.ToGateway:
    mocked = httpx.Client(transport=httpx.MockTransport(answer))
    return sms.ToGateway("https://sms.example/send", "token", "Bluezone", lambda _timeout: mocked)


def test_the_gateway_gets_number_text_sender_and_token():
    seen = []
    gateway(lambda request: seen.append(request) or httpx.Response(202))(NUMBER, "mã 123456")
    assert json.loads(seen[0].content) == {"to": NUMBER, "from": "Bluezone", "text": "mã 123456"}
    assert seen[0].headers["Authorization"] == "Bearer token"


def down(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no route", request=request)


@pytest.mark.parametrize(
    "answer",
    [
        lambda request: httpx.Response(500, text=NUMBER),
        lambda request: httpx.Response(302, headers={"Location": "https://elsewhere.example/"}),
        down,
    ],
)
def test_a_gateway_that_does_not_take_a_message_is_an_error_without_the_number(answer):
    with pytest.raises(SmsError) as error:
        gateway(answer)(NUMBER, "mã 123456")
    assert "912345678" not in str(error.value)
    assert "123456" not in str(error.value)


def test_a_gateway_inside_the_network_is_not_asked():
    with pytest.raises(SmsError, match="BLUEZONE_INTERNAL_HOSTS") as error:
        sms.ToGateway("https://10.0.0.5/send", "token", "Bluezone")(NUMBER, "mã 123456")
    assert error.value.code == "refused"


@pytest.mark.parametrize(("value", "kind"), [("off", type(None)), ("https://sms.example/send", sms.ToGateway)])
def test_the_environment_chooses_the_sender(environment, read_with, value, kind):
    environment(sms=read_with(BLUEZONE_SMS=value).sms)
    assert isinstance(sms.sender(), kind)


@pytest.mark.parametrize("value", ["http://sms.example/", "smoke signals", "https://user:pw@sms.example/"])
def test_a_sender_that_cannot_be_is_refused_at_the_start(read_with, value):
    with pytest.raises(ConfigurationError, match="BLUEZONE_SMS"):
        read_with(BLUEZONE_SMS=value)


def test_a_function_that_is_not_there_is_one_sentence(environment):
    environment(sms="nowhere.at_all")
    with pytest.raises(ConfigurationError, match="no such function"):
        sms.sender()


# --- news as text messages --------------------------------------------------------------------------------------------


@pytest.fixture
def news(post, django_user_model):
    officer = django_user_model.objects.create_user("hoa", role="province", place="/63:93/")

    def write(place: str = "/63:93/", **fields: object) -> NewsItem:
        values = {"title_vi": "Rửa tay", "text_vi": "Hãy rửa tay.", "by_sms": True, "kind": "advice"} | fields
        return NewsItem.objects.create(
            place=place,
            written_by=officer,
            form_id=secrets.token_hex(16),
            published_at=NOW,
            valid_until=NOW + 7 * DAY,
            **values,
        )

    return write


def test_advice_goes_to_the_numbers_of_its_place_once(post, news):
    post.leave(NUMBER, commune="63:31468")
    post.leave(OTHER)
    post.messages.clear()
    news()
    assert [texting.send_due(NOW) for _ in range(2)] == ["1 text messages", "0 text messages"]
    assert post.messages == [(NUMBER, "Bluezone: Rửa tay. Hãy rửa tay.")]


@pytest.mark.parametrize("fields", [{"by_sms": False}, {"withdrawn_at": NOW}, {"place": "/63:92/"}])
def test_what_is_not_to_be_sent_is_not(post, news, fields):
    post.leave(NUMBER, commune="63:31468")
    post.messages.clear()
    news(**fields)
    texting.send_due(NOW)
    assert post.messages == []


def test_many_messages_are_sent_some_at_a_time(post, news, monkeypatch):
    monkeypatch.setattr(texting, "MOST_A_TURN", 2)
    for digit in range(3):
        post.leave(f"+8491234567{digit}", commune="63:31468")
    post.messages.clear()
    news()
    assert [texting.send_due(NOW)[0] for _ in range(3)] == ["2", "1", "0"]
    assert len({number for number, _ in post.messages}) == 3


def test_where_the_gateway_is_down_the_next_turn_goes_on(post, news):
    for digit in range(4):
        post.leave(f"+8491234567{digit}", commune="63:31468")
    post.messages.clear()
    item = news()
    post.fails = True
    texting.send_due(NOW)
    item.refresh_from_db()
    assert item.sms_done_at is None
    post.fails = False
    texting.send_due(NOW)
    assert [number[-1] for number, _ in post.messages] == ["0", "1", "2", "3"]


def test_who_reads_english_gets_the_english(post, news):
    post.leave(NUMBER, commune="63:31468", language="en")
    post.messages.clear()
    news(title_en="Wash your hands", text_en="Please " + "wash " * 100)
    texting.send_due(NOW)
    text = post.messages[0][1]
    assert text.startswith("Bluezone: Wash your hands. Please wash")
    assert text.endswith(" wash…")
    assert len(text) <= 300
