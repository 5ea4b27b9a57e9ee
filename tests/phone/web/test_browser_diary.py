"""The diary of places in a real browser: axe, widths, both languages, darkness, the keyboard."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import quote

import pytest
from tests.phone.web.browsing import Open, look_for_faults, picture, press, visit
from tests.tiers import first

from bluezone.phone.stores.diary_store import DiaryPlace
from bluezone.phone.stores.place_store import PlaceAlert
from bluezone.phone.web.security import Access
from bluezone.protocol.check_ins import PlaceKind, make_payload, place_address

pytestmark = pytest.mark.browser

ADDRESS = place_address(
    "https://bluezone.example",
    "7K3M-Q2XS",
    make_payload("Chợ Vị Thanh, cổng 2", "Phường I, Vị Thanh, Hậu Giang", PlaceKind.SHOP, 45, bytes(16)),
)


@pytest.mark.parametrize(("size", "language", "scheme"), first(1, [("small", "vi", "light"), ("wide", "en", "dark")]))
def test_a_day_at_the_market(seeded: Any, open_page: Open, site: Access, size: str, language: str, scheme: str) -> None:
    seeded.agree(language=language)
    page = open_page(size, color_scheme=scheme)

    def look(name: str) -> None:
        look_for_faults(page, name)
        picture(page, f"diary-{name}", size, language, scheme)

    visit(page, site, "/diary")
    look("empty")
    visit(page, site, f"/diary/in?text={quote(ADDRESS, safe='')}")
    look("in")
    press(page, "form[action='/diary/in'] button")
    look("here")
    visit(page, site, "/diary/typed")
    page.fill("#place", "Quán cà phê")
    page.fill("#left", "2020-01-01T07:15")
    press(page, "form[action='/diary/typed'] button")
    look("typed-wrong")
    page.fill("#left", "")
    press(page, "form[action='/diary/typed'] button")
    stores, clock = seeded.runner.stores, seeded.clock
    [market] = [each for each in stores.diary.visits() if each.place.location_id]
    alert = PlaceAlert(
        market.number, "Chợ Vị Thanh, cổng 2", "", market.came_at_s, market.usual_until_s, 1_500, clock()
    )
    stores.places.keep("452/places/1.zip", [alert], clock())
    for path, name in (
        ("/diary", "warned"), ("/diary/show", "show"), (f"/diary/{market.number}/warning", "warning"),
        ("/scan?for=diary", "scan"), ("/", "home"),
    ):  # fmt: skip
        visit(page, site, path)
        look(name)


@pytest.mark.parametrize(("size", "language", "scheme"), first(1, [("small", "vi", "dark"), ("wide", "en", "light")]))
def test_a_ride_on_a_bus(seeded: Any, open_page: Open, site: Access, size: str, language: str, scheme: str) -> None:
    seeded.agree(language=language)
    page = open_page(size, color_scheme=scheme)

    def look(name: str) -> None:
        look_for_faults(page, name)
        picture(page, f"diary-{name}", size, language, scheme)

    payload = make_payload("65B-012.34", "Công ty Phương Trang", PlaceKind.BUS, 180, bytes(16))
    text = place_address("https://bluezone.example", "7K3M-Q2XS", payload)
    visit(page, site, f"/diary/in?text={quote(text, safe='')}")
    look("bus-in")
    page.fill("#seat", "B7")
    press(page, "form[action='/diary/in'] button")
    look("bus-here")
    stores, clock = seeded.runner.stores, seeded.clock
    [ride] = stores.diary.visits()
    assert ride.place.seat == "B7"
    alert = PlaceAlert(
        ride.number, "65B-012.34", "", ride.came_at_s, ride.usual_until_s, 1_500, clock(), ride.place.kind
    )
    stores.places.keep("452/places/1.zip", [alert], clock())
    visit(page, site, f"/diary/{ride.number}/warning")
    look("bus-warning")


@pytest.mark.parametrize(("size", "language", "scheme"), first(1, [("small", "vi", "dark"), ("wide", "en", "light")]))
def test_a_patient_ticks_what_to_share(
    seeded: Any, open_page: Open, site: Access, size: str, language: str, scheme: str
) -> None:
    seeded.agree(language=language)
    stores, now_s = seeded.runner.stores, seeded.clock()
    for day in range(5, -1, -1):
        stores.keys.key_at(now_s - day * 86_400)
    stores.keys.end_key_at(now_s)
    stores.keys.mark_published(key.key for key in stores.keys.publishable(now_s))
    stores.publications.finish("revision-token", now_s)
    stores.check_ins.begin(dt.date.min, now_s)
    for days_ago, name in ((1, "Chợ Vị Thanh, cổng 2"), (1.2, "Quán cơm Bà Ba"), (2, "Chùa Phổ Minh")):
        came_s = now_s - days_ago * 86_400
        stores.diary.add(DiaryPlace(name, "Phường I", "ab" * 32), came_s, came_s + 2_700, came_s + 2_700)
    page = open_page(size, color_scheme=scheme)

    def look(name: str) -> None:
        look_for_faults(page, name)
        picture(page, f"check-ins-{name}", size, language, scheme)

    visit(page, site, "/positive")
    look("asked")
    visit(page, site, "/check-ins")
    assert page.locator("input:checked").count() == 0
    look("list")
    press(page, "form[action='/check-ins'] button")
    look("nothing-ticked")
    page.check("input >> nth=0")
    press(page, "form[action='/check-ins'] button")
    look("given")
    assert stores.check_ins.read().stage is not None
    visit(page, site, "/withdraw")
    look("withdraw")
