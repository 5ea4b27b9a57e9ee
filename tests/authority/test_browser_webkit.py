"""The authority's pages for citizens in WebKit, all that an iPhone has: a code's link, a place's, a declaration."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.webkit import Window, window

pytestmark = [pytest.mark.browser, pytest.mark.thorough]


@pytest.fixture(scope="module")
def webkit(
    on_sqlite: Any, tmp_path_factory: pytest.TempPathFactory, installation_at: Callable[..., Any], require_tool: Any
) -> Iterator[Window]:
    installation = installation_at(shutil.copytree(on_sqlite.var, tmp_path_factory.mktemp("webkit") / "var"))
    installation.start()
    with window(require_tool, installation.url) as opened:
        yield opened
    installation.stop()


@pytest.mark.parametrize(
    ("path", "says"), [("/v?c=A1B2C3D4E5F6G7H8", "A1B2 C3D4 E5F6 G7H8"), ("/p/7K3MQ2XD", "Bluetooth")]
)
def test_the_link_of_a_code_and_of_a_place_says_what_to_do(webkit: Window, path: str, says: str) -> None:
    webkit.visit(path)
    assert says in webkit.read()
    assert webkit.look("document.documentElement.scrollWidth <= innerWidth")


def test_a_declaration_is_filled_in_sent_and_found_by_its_receipt(webkit: Window) -> None:
    webkit.visit("/declare/population?lang=vi")
    webkit.declare()
    webkit.follow("#declaration button:not([name])")
    receipt = webkit.look("document.querySelector('.receipt').innerText")
    webkit.visit("/declare/receipt?lang=vi")
    webkit.type("[name=_receipt]", receipt)
    webkit.follow("main form button")
    assert "Nguyễn Thị Lan" in webkit.read()
