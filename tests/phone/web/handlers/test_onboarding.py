"""The first minutes, and the same questions later: one at a time, "not now" everywhere, nothing sent without a yes."""

from __future__ import annotations

import json
from datetime import UTC
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.forms.samples import VIET_NAM
from tests.phone.settings import OF_LAOS, OF_VIET_NAM

from bluezone.phone.app.config import config_from_json
from bluezone.phone.stores.preference_store import Choices
from bluezone.phone.web.presenters import onboarding
from bluezone.phone.web.presenters.common import translator

EN, VI = translator("en", UTC), translator("vi", UTC)
UNIT = "0410-610J"
RECEIPT = "r" * 32


class Authority:
    """Notes what it is asked, and answers kindly."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.refusal = ""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append((path, json.loads(request.content or b"{}")))
        if self.refusal:
            return httpx.Response(400, json={"error": "no", "code": self.refusal})
        if path.endswith("index.txt"):
            return httpx.Response(200, text="")
        return {
            "/v1/phone-number/code": httpx.Response(202, json={"expires_in_s": 300}),
            "/v1/phone-number/confirm": httpx.Response(201, json={"receipt": RECEIPT}),
            "/v1/phone-number/forget": httpx.Response(200, json={}),
            "/v1/installations": httpx.Response(201, json={"status": "counted"}),
        }.get(path, httpx.Response(404))

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@pytest.fixture
def authority(seeded: Any) -> Authority:
    seeded.answer = Authority()
    return seeded.answer


# --- the way through ----------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [True, False])
def test_the_way_leads_through_five_screens_and_back(known: bool) -> None:
    at, seen = onboarding.PATHS[0], []
    while at:
        seen.append(at)
        at = onboarding.position(at, authority_known=known).next
    assert seen == [path for path in onboarding.PATHS if known or path != onboarding.COUNT_PATH]
    places = [onboarding.position(path, authority_known=known) for path in seen]
    assert [one.back for one in places] == ["", *seen[:-1]]
    assert [(one.step, one.steps) for one in places] == [(n + 1, len(seen)) for n in range(len(seen))]
    assert len(seen) <= 5


@pytest.mark.parametrize(
    ("reached", "known", "resumed"),
    [
        ("", True, "/welcome/1"),
        ("/welcome/3", True, "/welcome/3"),
        ("/welcome/5", True, "/welcome/5"),
        ("/welcome/4", False, "/welcome/1"),
        ("/welcome/4/unit", True, "/welcome/1"),
        ("https://elsewhere.example", True, "/welcome/1"),
    ],
)
def test_a_program_that_was_killed_goes_on_where_it_was(reached: str, known: bool, resumed: str) -> None:
    assert onboarding.resumed(reached, authority_known=known) == resumed


@pytest.mark.parametrize(
    ("answer", "chosen", "allowed"),
    [
        ("yes", [], [True, True, True]),
        ("no", ["bluetooth"], [False, False, False]),
        ("", ["bluetooth"], [False, False, False]),
        ("some", [], [False, False, False]),
        ("some", ["bluetooth", "notifications"], [True, False, True]),
        ("some", ["microphone"], [False, False, False]),
    ],
)
def test_only_what_was_said_yes_to_is_allowed(answer: str, chosen: list[str], allowed: list[bool]) -> None:
    assert list(onboarding.allowed(answer, chosen).values()) == allowed


def test_every_screen_is_there_in_both_languages_with_a_way_back(visitor: Any, seeded: Any) -> None:
    for code in ("vi", "en"):
        seeded.runner.choose(language=code)
        step = {"vi": "Bước", "en": "Step"}[code]
        for number, path in enumerate(onboarding.PATHS, 1):
            assert f"{step} {number}" in visitor.text(path)
            assert (f'href="{onboarding.PATHS[number - 2]}"' in visitor.get(path).text) is (number > 1)
    for wrong in ("/welcome/6", "/welcome/0", "/welcome/3/microphone", "/welcome/x", "/welcome/4/unit"):
        assert visitor.get(wrong).headers["location"] == "/welcome"


def test_the_welcome_is_resumed_and_over_after_the_yes(visitor: Any, seeded: Any) -> None:
    visitor.get("/welcome/2")
    assert visitor.get("/welcome").headers["location"] == "/welcome/2"
    visitor.send_form("/welcome")
    assert seeded.runner.choices().welcome == ""


def test_not_now_everywhere_leads_to_a_phone_that_works(visitor: Any, seeded: Any, authority: Authority) -> None:
    assert visitor.send_form("/welcome/permissions", answer="no").headers["location"] == "/welcome/4"
    assert visitor.send_form("/welcome/counted", answer="no").headers["location"] == "/welcome/5"
    visitor.send_form("/welcome")
    choices = seeded.runner.choices()
    assert (choices.paused, choices.background, choices.notifications) == (True, False, False)
    assert (choices.commune, choices.unit, choices.counted) == ("", "", False)
    assert "Đang tạm dừng ghi nhận" in visitor.text("/")
    # nothing of this phone is in those
    fetched = ("/v1/documents/", "/v1/services.json")
    assert not [path for path in authority.paths() if path.startswith("/v1/") and not path.startswith(fetched)]


def test_a_yes_to_all_is_remembered_and_told_once(visitor: Any, seeded: Any, authority: Authority) -> None:
    visitor.send_form("/welcome/permissions", answer="yes")
    visitor.send_form("/welcome/counted", answer="yes")
    visitor.send_form("/place", commune="34:31471")
    visitor.send_form("/unit", unit=UNIT.lower())
    assert authority.asked == [], "before the yes nothing is sent"
    visitor.send_form("/welcome")
    choices = seeded.runner.choices()
    assert (choices.paused, choices.background, choices.notifications, choices.counted) == (False, True, True, True)
    told = dict(authority.asked)["/v1/installations"]
    assert (told["commune"], told["unit"], told["platform"]) == ("34:31471", UNIT, "linux")
    assert authority.paths().count("/v1/installations") == 1
    assert {"/v1/documents/news/452/34-92.json", "/v1/documents/guidance/452/34-92.json"} <= set(authority.paths())


def test_what_the_browser_refused_is_not_allowed_though_its_owner_said_yes(visitor: Any, seeded: Any) -> None:
    visitor.send_form("/welcome/permissions", answer="yes", without="notifications")
    choices = seeded.runner.choices()
    assert (choices.paused, choices.background, choices.notifications) == (False, True, False)


def test_what_was_not_given_is_offered_on_home_until_it_is(visitor: Any, seeded: Any) -> None:
    seeded.agree()
    page = visitor.get("/").text
    assert all(f'href="{path}"' in page for path in ("/place", "/unit", "/number"))
    seeded.runner.choose_place(commune="34:31471", unit=UNIT)
    page = visitor.get("/").text
    assert [f'href="{path}"' in page for path in ("/place", "/unit", "/number")] == [False, False, True]


def test_who_does_not_want_to_be_counted_is_not(visitor: Any, seeded: Any, authority: Authority) -> None:
    visitor.send_form("/welcome")
    assert "/v1/installations" not in authority.paths()
    visitor.send_form("/settings/counted", answer="yes")
    seeded.runner.check()
    assert "/v1/installations" in authority.paths()
    visitor.send_form("/settings/counted", answer="no")
    seeded.clock.now_s += 86_400
    seeded.runner.check()
    assert "/v1/activity" not in authority.paths()


def test_who_does_not_help_to_count_warnings_answers_nothing(visitor: Any, seeded: Any, authority: Authority) -> None:
    visitor.send_form("/welcome")
    seeded.runner.check()
    preferences = seeded.runner.stores.preferences
    assert preferences.warned_ticket() is None
    visitor.send_form("/settings/warnings-counted", answer="yes")
    seeded.runner.check()
    assert preferences.warned_ticket() is not None
    assert "/v1/warned" not in authority.paths()  # its week has not begun
    visitor.send_form("/settings/warnings-counted", answer="no")
    assert preferences.warned_ticket() is None
    seeded.clock.now_s += 20 * 86_400
    seeded.runner.check()
    assert "/v1/warned" not in authority.paths()


def test_without_an_authority_nothing_of_it_is_asked(visitor: Any, web: SimpleNamespace) -> None:
    with web.opened() as alone:
        alone.runner._client = None
        visitor = web.Visitor(alone.runner)
        assert visitor.get("/welcome/4").headers["location"] == "/welcome"
        assert visitor.send_form("/welcome/permissions", answer="yes").headers["location"] == "/welcome/5"
        assert "Bước 4" in visitor.text("/welcome/5")
        assert visitor.send_form("/welcome/counted", answer="yes").status_code == 404
        assert alone.runner.choices().counted is False
        alone.agree()
        assert 'href="/number"' not in visitor.get("/").text


# --- where one lives ----------------------------------------------------------------------------------


def test_a_commune_is_found_and_chosen(visitor: Any, seeded: Any) -> None:
    text = visitor.text("/place?q=long+my")
    assert "Phường Long Mỹ Cần Thơ" in text
    answer = visitor.send_form("/place", commune="34:31471")
    assert answer.headers["location"] == "/settings"
    assert seeded.runner.choices().commune == "34:31471"
    seeded.agree()
    assert "Phường Long Mỹ, Cần Thơ" in visitor.text("/settings")
    assert visitor.send_form("/place", commune="").headers["location"] == "/settings"
    assert seeded.runner.choices().commune == ""


@pytest.mark.parametrize("code", ["34:99999", "<b>", "34:31471' OR 1", "x" * 10_000])
def test_a_commune_that_is_none_is_not_kept(visitor: Any, seeded: Any, code: str) -> None:
    assert visitor.send_form("/place", commune=code).status_code == 404
    assert seeded.runner.choices().commune == ""


@pytest.mark.parametrize("query", ["zzz", "<script>alert(1)</script>", "x" * 10_000, "%00"])
def test_a_search_that_finds_nothing_says_so(visitor: Any, query: str) -> None:
    answer = visitor.get("/place/found", params={"q": query})
    assert answer.status_code == 200
    assert "<script>" not in answer.text
    assert "Không có nơi nào tên này" in answer.text


@pytest.mark.parametrize(("path", "asks"), [("/place?q=", True), ("/place", False), ("/place/found?q=", False)])
def test_a_search_for_nothing_asks_for_a_name(visitor: Any, path: str, asks: bool) -> None:
    assert ("hãy viết vài chữ" in visitor.text(path)) is asks


# --- the poster ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "enter the code from the poster"),
        ("0410-6101", "A letter of this code is wrong"),
        ("0410", "8 letters and digits"),
        ("x" * 10_000, "8 letters and digits"),
        ("https://shop.example/", "8 letters and digits"),
    ],
)
def test_a_wrong_unit_code_gets_a_sentence(text: str, says: str) -> None:
    assert says in onboarding.read_unit(text, EN).problem


def test_a_unit_code_is_kept_in_its_one_form_and_can_be_removed(visitor: Any, seeded: Any) -> None:
    assert visitor.send_form("/unit", unit="o4io 6IOj").headers["location"] == "/settings"
    assert seeded.runner.choices().unit == UNIT
    assert f'value="{UNIT}"' in visitor.get("/unit").text
    visitor.send_form("/unit", answer="none", unit=UNIT)
    assert seeded.runner.choices().unit == ""
    answer = visitor.send_form("/unit", unit="<b>" * 99)
    assert (answer.status_code, seeded.runner.choices().unit) == (422, "")
    assert "<b><b>" not in answer.text


# --- the number ---------------------------------------------------------------------------------------


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_a_sentence(text: str) -> None:
    read = onboarding.read_number(text, VIET_NAM, EN)
    assert bool(read.value) != bool(read.problem)


def test_a_number_is_left_confirmed_and_taken_back(visitor: Any, seeded: Any, authority: Authority) -> None:
    seeded.agree(commune="34:31471")
    assert visitor.send_form("/number", number="0912 345 678").headers["location"] == "/number/code"
    assert authority.asked[0][1]["number"] == "+84912345678"
    assert authority.asked[0][1]["commune"] == "34:31471"
    assert "678" in visitor.text("/number/code")
    assert visitor.send_form("/number/code", code="123 456").headers["location"] == "/number"
    text = visitor.text("/number")
    assert "đuôi 678" in text
    assert "345" not in text
    assert "đuôi 678" in visitor.text("/settings")
    visitor.send_form("/number/forget")
    assert authority.asked[-1] == ("/v1/phone-number/forget", {"receipt": RECEIPT})
    assert "Số điện thoại của bạn?" in visitor.text("/number")


@pytest.mark.parametrize(
    ("facts", "number", "call", "language"),
    [
        (OF_VIET_NAM, "+842055512345", 'href="tel:19009095"', "vi"),
        (OF_LAOS, "+8562055512345", 'href="tel:166"', "en"),
        (OF_LAOS | {"hotline": "", "calling_code": "66"}, "+662055512345", "", "en"),
    ],
)
def test_a_phone_is_of_its_authoritys_country(web: Any, facts: Any, number: str, call: str, language: str) -> None:
    of = config_from_json(json.dumps(facts).encode(), "settings.json").settings(Path())
    with web.opened(country=of.country, hotline=of.hotline, language=of.language, zone=of.zone) as phone:
        phone.answer = asked = Authority()
        phone.agree()
        visitor = web.Visitor(phone.runner)
        visitor.send_form("/number", number="020 5551 2345")
        assert asked.asked[0][1]["number"] == number
        page = visitor.get("/questions").text
        assert f'<html lang="{language}"' in page
        assert call in page
        assert ("tel:" in page) is bool(call)


def test_what_a_report_lacks_leads_back_to_the_report(visitor: Any, seeded: Any, authority: Authority) -> None:
    seeded.agree()
    asks = visitor.get("/place?report=1795651200&q=long+my").text
    assert 'name="report" value="1795651200"' in asks
    chosen = visitor.send_form("/place", commune="34:31471", report="1795651200")
    assert chosen.headers["location"] == "/exposure/1795651200/report"
    asks = visitor.text("/number?report=1795651200")
    assert "gọi được cho bạn" in asks
    assert "Không ai gọi điện" not in asks, "an office calls whom it got a report of"
    assert visitor.send_form("/number", number="12", report="1795651200").status_code == 422
    left = visitor.send_form("/number", number="0912345678", report="1795651200")
    assert left.headers["location"] == "/number/code?report=1795651200"
    assert visitor.get("/number/code?report=1795651200").text.count('value="1795651200"') == 2
    again = visitor.send_form("/number/again", report="1795651200")
    assert again.headers["location"] == "/number/code?report=1795651200"
    confirmed = visitor.send_form("/number/code", code="123456", report="1795651200")
    assert confirmed.headers["location"] == "/exposure/1795651200/report"


@pytest.mark.parametrize("report", ["", "//elsewhere.example", "1/../2", "٣", "1" * 13])
def test_no_other_way_back_than_to_a_report(visitor: Any, seeded: Any, report: str) -> None:
    seeded.agree()
    assert visitor.send_form("/place", commune="34:31471", report=report).headers["location"] == "/settings"


def test_a_new_code_is_for_the_number_that_waits(visitor: Any, seeded: Any, authority: Authority) -> None:
    seeded.agree()
    visitor.send_form("/number", number="0912345678")
    visitor.send_form("/number/again")
    assert [body["number"] for _, body in authority.asked] == ["+84912345678"] * 2
    assert authority.asked[0][1]["request"] == authority.asked[1][1]["request"]


@pytest.mark.parametrize(
    ("refusal", "says"),
    [
        ("number_unsupported", "chỉ nhận số di động trong nước"),
        ("too_many_requests", "Hãy thử lại vào ngày mai"),
        ("not_offered", "không nhận số điện thoại"),
        ("something new", "hiện chưa nhận được số"),
    ],
)
def test_a_refusal_says_what_helps_and_keeps_what_was_typed(
    visitor: Any, authority: Authority, refusal: str, says: str
) -> None:
    authority.refusal = refusal
    answer = visitor.send_form("/number", number="0912345678")
    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="0912345678"' in answer.text


def test_without_a_net_nothing_is_lost(visitor: Any, seeded: Any) -> None:
    seeded.agree()
    answer = visitor.send_form("/number", number="0912345678")
    assert "Hiện không có kết nối" in answer.text
    assert "678" in visitor.text("/number/code")
    assert "Hiện không có kết nối" in visitor.send_form("/number/code", code="123456").text


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "0912345678", "x" * 10_000])
def test_a_code_that_cannot_be_is_not_sent(visitor: Any, seeded: Any, authority: Authority, code: str) -> None:
    seeded.agree()
    visitor.send_form("/number", number="0912345678")
    assert "6 chữ số" in visitor.send_form("/number/code", code=code).text
    assert len(authority.asked) == 1


def test_deleting_everything_deletes_the_number_at_the_authority_first(
    visitor: Any, seeded: Any, authority: Authority
) -> None:
    seeded.agree()
    visitor.send_form("/number", number="0912345678")
    visitor.send_form("/number/code", code="123456")
    text = visitor.send_form("/settings/delete", sure="yes").text
    assert authority.paths()[-1] == "/v1/phone-number/forget"
    assert "vẫn còn số điện thoại" not in text
    assert seeded.runner.stores.number.read() is None


def test_without_a_net_all_is_deleted_here_and_the_owner_is_told_the_rest(visitor: Any, seeded: Any) -> None:
    seeded.agree()
    seeded.answer = Authority()
    visitor.send_form("/number", number="0912345678")
    visitor.send_form("/number/code", code="123456")

    def down(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no net", request=request)

    seeded.answer = down
    assert "vẫn còn số điện thoại của bạn" in visitor.send_form("/settings/delete", sure="yes").text
    assert seeded.runner.stores.number.read() is None
    assert seeded.runner.choices() == Choices()


# --- while nobody looks -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choices", "looked_s_ago", "sends"),
    [
        ({"background": None}, 10_000, True),
        ({"background": True}, 10_000, True),
        ({"background": False}, 60, True),
        ({"background": False}, 601, False),
        ({"background": False, "paused": True}, 60, False),
    ],
)
def test_in_the_background_only_with_a_yes(seeded: Any, choices: Any, looked_s_ago: float, sends: bool) -> None:
    seeded.agree(**choices)
    seeded.runner.looked_at()
    seeded.clock.now_s += looked_s_ago
    assert seeded.runner._may_send() is sends


def test_home_says_that_it_rests_when_one_leaves(visitor: Any, seeded: Any) -> None:
    seeded.agree(background=False)
    assert "Bluezone ngừng chạy khi bạn thoát ra" in visitor.text("/")


def test_the_owners_file_says_what_was_told_and_holds_no_number_receipt_or_id(
    visitor: Any, seeded: Any, authority: Authority
) -> None:
    seeded.agree(commune="34:31471", counted=True)
    seeded.runner.check()
    visitor.send_form("/number", number="0912345678")
    visitor.send_form("/number/code", code="123456")
    text = visitor.get("/settings/export").text
    rows = {row["kind"]: row for row in map(json.loads, text.splitlines())}
    assert rows["counting"]["commune"] == "34:31471"
    assert rows["number"] == {"kind": "number", "ending": "678", "confirmed": True}
    assert "912345678" not in text
    assert RECEIPT not in text
    assert seeded.runner.stores.preferences.installation().id.hex() not in text
