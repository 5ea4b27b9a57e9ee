"""Use the phone's screens as its owner does, in a real browser: axe, widths, languages, dark mode, the keyboard."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests.forms.samples import LONG_MY
from tests.phone.web.browsing import DARK, LOOKS, Open, Screen, visit

from bluezone.phone.stores.diary_store import DiaryPlace, PlaceAlert
from bluezone.phone.stores.report_store import SharedCheckIns
from bluezone.phone.web.security import Access
from bluezone.protocol.check_ins import PlaceKind, make_payload, place_address
from bluezone.protocol.health_declarations import HEALTH_DECLARATIONS_PATH, HealthAnswer, HealthDeclaration
from bluezone.protocol.letters import check_letter
from bluezone.protocol.one_time_codes import draw_long
from bluezone.protocol.passes import Colour, Pass, write_pass
from bluezone.protocol.reports import ReportAnswer

pytestmark = pytest.mark.browser

SEND = "form.declaration > button"


def answering(seeded: Any, heard: list[HealthDeclaration]) -> None:
    """Let the authority take every declaration and give a pass for it."""
    issued_s = int(seeded.clock())
    number = "7K3M-Q2X" + check_letter("7K3MQ2X")
    found = Pass("452", number, "population", LONG_MY.code, Colour.GREEN, issued_s, issued_s + 86_400)
    says = HealthAnswer(draw_long(16, lambda n: n // 3), "advice", pass_text=write_pass(found, seeded.signer))

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path != HEALTH_DECLARATIONS_PATH:
            return httpx.Response(404)
        heard.append(HealthDeclaration.from_json(request.content))
        return httpx.Response(200, content=says.to_json("x" * 100))

    seeded.answer = answer


def well(page: Any) -> None:
    """Answer that all is well."""
    page.check("input[name=signs][value=none]")
    for name in ("near_case", "near_abroad", "near_sick"):
        page.check(f"input[name={name}][value=no]")


@LOOKS
def test_a_grandmother_declares_for_herself_and_two_grandchildren(seeded: Any, screen: Screen) -> None:
    heard: list[HealthDeclaration] = []
    seeded.agree()
    answering(seeded, heard)
    page = screen.page
    screen.see("/declare")
    screen.press("a[href='/declare/for/me']")
    screen.look("declare-forms")
    screen.press("a[href='/declare/for/me/population']")
    page.fill("#f-full_name", "Nguyễn Thị Lan")
    screen.press(SEND)
    screen.look("declare-missing")
    page.fill("#f-birth_year", "1950")
    page.check("input[name=gender][value=female]")
    page.select_option("#f-nationality", "VN")
    page.fill("#f-commune", LONG_MY.full_name)
    page.fill("#f-address", "12 Trần Hưng Đạo")
    page.fill("#f-telephone", "0912 345 678")
    well(page)
    screen.press(SEND)
    screen.look("declare-sent")
    for name, year in (("Trần Văn An", "2014"), ("Trần Thị Bình", "2017")):
        screen.visit("/declare")
        screen.press("a[href='/declare/for/new']")
        screen.press("a[href='/declare/for/new/population']")
        page.fill("#f-full_name", name)
        page.fill("#f-birth_year", year)
        page.check("input[name=gender][value=male]")
        well(page)
        screen.press(SEND)
    assert [each.other for each in heard] == [False, True, True]
    assert {each.answers["address"] for each in heard} == {"12 Trần Hưng Đạo"}
    screen.see("/declare", "/declare/1/pass", "/declare/1/withdraw", "/declare/1/correct")
    screen.see("/declare/for/2/movement?lang=ko")
    seeded.clock.now_s += 86_400
    screen.see("/declare/1/pass")


def test_what_is_typed_is_kept_when_the_page_is_left(seeded: Any, open_page: Open, site: Access) -> None:
    seeded.agree(language="en")
    page = open_page("small")
    visit(page, site, "/declare/for/me/population")
    with page.expect_response(lambda answer: "/declare/draft/" in answer.url):
        page.type("#f-full_name", "Lan")
    visit(page, site, "/declare/for/me/population")
    assert page.input_value("#f-full_name") == "Lan"
    page.type("#f-commune", "long my")
    page.wait_for_selector("#f-commune-names option", state="attached")


# --- the diary ----------------------------------------------------------------------------------------


def place(name: str, organisation: str, kind: PlaceKind, minutes: int) -> str:
    """Return the screen to which the code of a place leads."""
    payload = make_payload(name, organisation, kind, minutes, bytes(16))
    return f"/diary/in?text={quote(place_address('https://bluezone.example', '7K3M-Q2XS', payload), safe='')}"


def warn_of(seeded: Any, visit: Any) -> None:
    """Let somebody infected have been where a visit was."""
    place, now_s = visit.place, seeded.clock()
    alert = PlaceAlert(
        visit.number, place.description, "", visit.came_at_s, visit.usual_until_s, 1_500, now_s, place.kind
    )
    seeded.runner.stores.places.keep("452/places/1.zip", [alert], now_s)


@pytest.mark.thorough
@LOOKS
def test_a_day_at_the_market(seeded: Any, screen: Screen) -> None:
    seeded.agree()
    screen.see("/diary", place("Chợ Vị Thanh, cổng 2", "Phường I, Vị Thanh, Hậu Giang", PlaceKind.SHOP, 45))
    screen.press("form[action='/diary/in'] button")
    screen.look("diary-here")
    screen.visit("/diary/typed")
    screen.page.fill("#place", "Quán cà phê")
    screen.page.fill("#left", "2020-01-01T07:15")
    screen.press("form[action='/diary/typed'] button")
    screen.look("diary-typed-wrong")
    screen.page.fill("#left", "")
    screen.press("form[action='/diary/typed'] button")
    [market] = [each for each in seeded.runner.stores.diary.visits() if each.place.location_id]
    warn_of(seeded, market)
    screen.see("/diary", "/diary/show", f"/diary/{market.number}/warning", "/scan?for=diary", "/")


@pytest.mark.thorough
@DARK
def test_a_ride_on_a_bus(seeded: Any, screen: Screen) -> None:
    seeded.agree()
    screen.see(place("65B-012.34", "Công ty Phương Trang", PlaceKind.BUS, 180))
    screen.page.fill("#seat", "B7")
    screen.press("form[action='/diary/in'] button")
    screen.look("diary-bus-here")
    [ride] = seeded.runner.stores.diary.visits()
    assert ride.place.seat == "B7"
    warn_of(seeded, ride)
    screen.see(f"/diary/{ride.number}/warning")


@DARK
def test_a_patient_ticks_what_to_share(seeded: Any, screen: Screen) -> None:
    seeded.agree()
    stores, now_s = seeded.runner.stores, seeded.clock()
    for day in range(5, -1, -1):
        stores.keys.key_at(now_s - day * 86_400)
    stores.keys.end_key_at(now_s)
    stores.keys.mark_published(key.key for key in stores.keys.publishable(now_s))
    stores.publications.finish("revision-token", now_s)
    stores.check_ins.write(SharedCheckIns(dt.date.min.isoformat(), now_s))
    for days_ago, name in ((1, "Chợ Vị Thanh, cổng 2"), (1.2, "Quán cơm Bà Ba"), (2, "Chùa Phổ Minh")):
        came_s = now_s - days_ago * 86_400
        stores.diary.add(DiaryPlace(name, "Phường I", "ab" * 32), came_s, came_s + 2_700, came_s + 2_700)
    screen.see("/positive", "/check-ins")
    assert screen.page.locator("input:checked").count() == 0
    screen.press("form[action='/check-ins'] button")
    screen.look("check-ins-nothing-ticked")
    screen.page.check("input >> nth=0")
    screen.press("form[action='/check-ins'] button")
    screen.look("check-ins-given")
    assert stores.check_ins.read().stage is not None
    screen.see("/withdraw")


# --- isolation, and reports ---------------------------------------------------------------------------


def noting(seeded: Any) -> list[str]:
    """Let the authority take all that it is sent; return the addresses that are asked."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, content=ReportAnswer().to_json("x"))

    seeded.answer = answer
    return asked


@LOOKS
def test_who_is_isolated_declares_by_keyboard(seeded: Any, screen: Screen) -> None:
    seeded.agree()
    asked, page = noting(seeded), screen.page
    screen.see("/isolation")
    page.fill("#code", draw_long(16, lambda n: n // 3))
    screen.press("form[action='/isolation/code'] button")
    screen.look("isolation-form")
    screen.press("a[href='/declare/for/link/follow-up']")
    screen.look("isolation-questions")
    screen.press("#declaration > button")
    screen.look("isolation-nothing-ticked")
    assert asked == []
    for box in ("[name=main_signs][value=breathless]", "[name=signs][value=none]"):
        page.focus(box)
        page.keyboard.press("Space")
    screen.press("#declaration > button")
    assert asked == ["/v1/declarations"]
    assert page.locator("a[href='tel:115']").is_visible()
    screen.look("isolation-sent")
    screen.see("/isolation")
    screen.look("isolation-declared")


@LOOKS
def test_reports_are_accessible_fit_and_can_be_sent_by_keyboard(seeded: Any, screen: Screen) -> None:
    seeded.agree()
    day = seeded.reportable()
    seeded.runner.stores.publications.finish("revision-token", seeded.clock())
    asked, page = noting(seeded), screen.page
    screen.see("/reports", "/heard", f"/exposure/{day}/report")
    page.focus("details.answer summary")
    page.keyboard.press("Enter")
    assert page.locator("pre.wire").is_visible()
    screen.look("every word of a report")
    assert asked == []
    screen.press("button[name=consent]")
    assert page.url.endswith("/report/sent")
    assert asked == ["/v1/exposure-reports"]
    screen.look("report-sent")
    screen.see("/reports")
    screen.press("button[name=row]")
    assert asked[-1] == "/v1/exposure-reports/take-back"
