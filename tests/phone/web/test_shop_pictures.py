"""Take the pictures of a shop's listing from the screens, in both languages: into the folder that BLUEZONE_PICTURES
names, `vi-1-home.png` and so on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from tests.phone.web.browsing import Open, visit
from tests.phone.web.test_browser_stories import place

from bluezone.phone.web.security import Access
from bluezone.protocol.check_ins import PlaceKind

pytestmark = pytest.mark.browser
#: Google's store: pixels of a side, the longer at most twice the shorter; pictures of a listing
LEAST, MOST, FEWEST, MANY = 320, 3_840, 2, 8
SIZE, SCALE = {"width": 360, "height": 720}, 3
MARKET = {"vi": "Chợ Vị Thanh", "en": "Vị Thanh market"}


@pytest.mark.thorough
@pytest.mark.parametrize("language", MARKET)
def test_a_shop_shows_the_screens_as_they_are(
    seeded: Any, open_page: Open, site: Access, tmp_path: Path, language: str
) -> None:
    folder = Path(os.environ.get("BLUEZONE_PICTURES") or tmp_path)
    seeded.agree(language=language, background=True, notifications=True, commune="34:31471")
    seeded.fortnight()
    page = open_page(viewport=SIZE, device_scale_factor=SCALE)
    visit(page, site, place(MARKET[language], "", PlaceKind.SHOP, 45))
    page.click("form[action='/diary/in'] button")
    shown = [("home", "/"), ("contacts", "/contacts"), ("diary", "/diary"), ("code", "/code"), ("declare", "/declare")]
    for number, (name, path) in enumerate((*shown, ("warning", "")), start=1):
        visit(page, site, path or f"/exposure/{seeded.warn()}")
        assert page.get_attribute("html", "lang") == language
        taken = page.screenshot(path=folder / f"{language}-{number}-{name}.png")
        width, height = (int.from_bytes(taken[at : at + 4], "big") for at in (16, 20))
        assert LEAST <= width <= height <= min(MOST, 2 * width)
    assert FEWEST <= number <= MANY
