"""The diary of places in a real browser: axe, widths, both languages, darkness, the keyboard."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from tests.phone.web.browsing import Open, look_for_faults, picture, press, visit

from bluezone.phone.stores.place_store import PlaceAlert
from bluezone.phone.web.security import Access
from bluezone.protocol.check_ins import PlaceKind, make_payload, place_address

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADDRESS = place_address(
    "https://bluezone.example",
    "7K3M-Q2XS",
    make_payload("Chợ Vị Thanh, cổng 2", "Phường I, Vị Thanh, Hậu Giang", PlaceKind.SHOP, 45, bytes(16)),
)


@pytest.mark.parametrize(("size", "language", "scheme"), [("small", "vi", "light"), ("wide", "en", "dark")])
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
