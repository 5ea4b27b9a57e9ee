"""Declaring on the phone in a real browser: axe, widths, languages, darkness; a grandmother and two grandchildren."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.forms.samples import LONG_MY
from tests.phone.web.browsing import Open, look_for_faults, picture, press, visit
from tests.tiers import first

from bluezone.phone.web.security import Access
from bluezone.protocol.health_declarations import HEALTH_DECLARATIONS_PATH, HealthAnswer, HealthDeclaration
from bluezone.protocol.letters import check_letter
from bluezone.protocol.one_time_codes import draw_long
from bluezone.protocol.passes import Colour, Pass, write_pass

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


@pytest.mark.parametrize(("size", "language", "scheme"), first(1, [("small", "vi", "light"), ("wide", "en", "dark")]))
def test_a_grandmother_declares_for_herself_and_two_grandchildren(
    seeded: Any, open_page: Open, site: Access, size: str, language: str, scheme: str
) -> None:
    heard: list[HealthDeclaration] = []
    seeded.agree(language=language)
    answering(seeded, heard)
    page = open_page(size, color_scheme=scheme)

    def look(name: str) -> None:
        look_for_faults(page, name)
        picture(page, f"declare-{name}", size, language, scheme)

    visit(page, site, "/declare")
    look("empty")
    press(page, "a[href='/declare/for/me']")
    look("forms")
    press(page, "a[href='/declare/for/me/population']")
    page.fill("#f-full_name", "Nguyễn Thị Lan")
    press(page, SEND)
    look("missing")
    page.fill("#f-birth_year", "1950")
    page.check("input[name=gender][value=female]")
    page.select_option("#f-nationality", "VN")
    page.fill("#f-commune", LONG_MY.full_name)
    page.fill("#f-address", "12 Trần Hưng Đạo")
    page.fill("#f-telephone", "0912 345 678")
    well(page)
    press(page, SEND)
    look("sent")
    for name, year in (("Trần Văn An", "2014"), ("Trần Thị Bình", "2017")):
        visit(page, site, "/declare")
        press(page, "a[href='/declare/for/new']")
        press(page, "a[href='/declare/for/new/population']")
        page.fill("#f-full_name", name)
        page.fill("#f-birth_year", year)
        page.check("input[name=gender][value=male]")
        well(page)
        press(page, SEND)
    assert [each.other for each in heard] == [False, True, True]
    assert {each.answers["address"] for each in heard} == {"12 Trần Hưng Đạo"}
    for path, name in (("/declare", "family"), ("/declare/1/pass", "pass"), ("/declare/1/withdraw", "withdraw"),
                       ("/declare/1/correct", "correct"), ("/declare/for/2/movement?lang=ko", "korean")):  # fmt: skip
        visit(page, site, path)
        look(name)
    seeded.clock.now_s += 86_400
    visit(page, site, "/declare/1/pass")
    look("run-out")


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
