"""The screens in WebKit: a code, a place and a declaration, and what stands there when nothing answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.phone.web.test_browser_stories import SEND, answering, place
from tests.webkit import Window, window

from bluezone.phone.client.publishing import Publisher
from bluezone.phone.web.security import Access
from bluezone.protocol.check_ins import PlaceKind
from bluezone.protocol.health_declarations import HealthDeclaration

pytestmark = pytest.mark.browser


@pytest.fixture
def webkit(require_tool: Any, site: Access) -> Iterator[Window]:
    """A window that has come in by the address the screens give out."""
    with window(require_tool, f"http://127.0.0.1:{site.port}") as opened:
        opened.say("url", url=site.address)
        opened.until("location.pathname !== '/enter'")
        yield opened


@pytest.mark.thorough
def test_a_code_a_place_and_a_declaration_and_nobody_who_answers(
    eventful: Any, webkit: Window, stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Publisher, "verify", lambda publisher, code: None)
    webkit.visit("/code")
    webkit.type("#code", "123456789018")
    assert webkit.look("document.querySelector('#code').value") == "1234 5678 9018"
    webkit.follow("main button")
    assert "dương tính" in webkit.look("document.querySelector('h1').innerText")

    webkit.visit(place("Chợ Vị Thanh", "Phường I", PlaceKind.SHOP, 45))
    webkit.follow("form[action='/diary/in'] button")
    assert "Chợ Vị Thanh" in webkit.read()
    assert [each.place.description for each in eventful.runner.stores.diary.visits()] == ["Chợ Vị Thanh"]

    heard: list[HealthDeclaration] = []
    answering(eventful, heard)
    webkit.visit("/declare/for/me/population")
    webkit.declare()
    webkit.follow(SEND)
    assert heard, webkit.read()
    assert [each.answers["full_name"] for each in heard] == ["Nguyễn Thị Lan"]

    webkit.say("execute/async", script="navigator.serviceWorker.ready.then(arguments[0])", args=[])
    stage.end()
    webkit.visit("/contacts")
    assert "Bluezone hiện không chạy" in webkit.read()
