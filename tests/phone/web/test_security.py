"""Nobody but the owner: not another user of the machine, not a web page, not the net."""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bluezone.phone.errors import PhoneError
from bluezone.phone.web import security
from bluezone.phone.web.server import listening_socket, new_access, write_address

PAGES = (
    "/", "/live", "/contacts", "/code", "/v?c=12345678", "/positive", "/notices", "/invite", "/questions",
    "/self-test", "/settings", "/settings/export", "/settings/diagnostics", "/settings/diagnostics.txt",
    "/settings/delete", "/welcome/1", "/welcome/4",
)  # fmt: skip
POSTS = ("/check", "/welcome", "/language", "/code", "/code/share", "/settings/pause", "/settings/resume",
         "/settings/appearance", "/settings/delete")  # fmt: skip


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:8720", ""])
def test_a_page_that_resolves_its_name_to_this_machine_gets_nothing(visitor: Any, host: str) -> None:
    for path in ("/", "/static/phone.css", "/enter?token=token-of-this-run"):
        answer = visitor.get(path, headers={"Host": host})
        assert answer.status_code == 421
        assert "set-cookie" not in answer.headers


def test_without_the_cookie_no_page_opens(seeded: Any, web: SimpleNamespace) -> None:
    seeded.agree()
    stranger = web.Visitor(seeded.runner, known=False)
    for path in PAGES:
        answer = stranger.get(path)
        assert answer.status_code == 403, path
        assert "Hãy mở Bluezone từ đúng địa chỉ" in answer.text


def test_without_the_cookie_nothing_is_done(seeded: Any, web: SimpleNamespace) -> None:
    seeded.agree()
    before, stranger = seeded.runner.choices(), web.Visitor(seeded.runner, known=False)
    for path in POSTS:
        assert stranger.send_form(path, sure="yes", language="en").status_code == 403, path
    assert seeded.runner.choices() == before


def test_a_browser_that_asks_for_an_icon_by_itself_is_led_to_it(seeded: Any, web: SimpleNamespace) -> None:
    answer = web.Visitor(seeded.runner, known=False).get("/favicon.ico")
    assert (answer.status_code, answer.headers["location"]) == (308, "/static/icon.svg")


def test_the_address_with_the_token_gives_a_strict_cookie(seeded: Any, web: SimpleNamespace) -> None:
    stranger = web.Visitor(seeded.runner, known=False)
    answer = stranger.get("/enter?token=token-of-this-run")
    cookie = answer.headers["set-cookie"]
    assert "httponly" in cookie.lower()
    assert "samesite=strict" in cookie.lower()
    assert answer.headers["refresh"] == "0; url=/"
    for wrong in ("", "token-of-this-ru", "tokené"):
        assert "set-cookie" not in stranger.get("/enter", params={"token": wrong}).headers


@pytest.mark.parametrize(
    ("to", "leads"),
    [
        ("/exposure/1597104000", "/exposure/1597104000"),
        ("/notices", "/notices"),
        ("//elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
        ("https://elsewhere.example", "/"),
        ("/notices\r\nSet-Cookie: a=b", "/"),
        ("/a?b=c", "/"),
        ("", "/"),
        *(
            (f"/link?{query}", "/")
            for query in ("text=a&text=b", "text=a\r\nSet-Cookie: x=y", "to=x", "text=<a>", "text=a b")
        ),
        ("/v?text=x", "/"),
        ("//x?text=", "/"),
    ],
)
def test_the_address_of_a_screen_leads_to_a_screen_of_ours_only(visitor: Any, to: str, leads: str) -> None:
    path = visitor.access.address_of(to).partition(str(visitor.access.port))[2]
    answer = visitor.get(path)
    assert answer.headers["refresh"] == f"0; url={leads}"
    assert len(answer.headers.get_list("set-cookie")) == 1


@pytest.mark.parametrize(
    "origin", [None, "null", "http://127.0.0.1:8721", "https://127.0.0.1:8720", "http://evil.example"]
)
def test_a_form_from_another_page_is_not_carried_out(seeded: Any, visitor: Any, origin: str | None) -> None:
    seeded.agree()
    before = seeded.runner.choices()
    headers = {} if origin is None else {"Origin": origin}
    for path in POSTS:
        answer = visitor.request("POST", path, data={"sure": "yes", "language": "en"}, headers=headers)
        assert answer.status_code == 403, path
    assert seeded.runner.choices() == before


def test_every_answer_forbids_what_is_not_ours(seeded: Any, visitor: Any) -> None:
    seeded.agree()
    for path in (*PAGES, "/nothing", "/enter?token=x", "/static/phone.css", "/sw.js", "/gone"):
        headers = visitor.get(path).headers
        assert "unsafe" not in headers["content-security-policy"], path
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert headers["x-frame-options"] == "DENY", path
        assert headers["referrer-policy"] == "same-origin", path
        is_public = path.startswith(security._PUBLIC)
        assert headers["cache-control"] == ("no-cache" if is_public else "no-store"), path


def test_pages_hold_no_script_and_no_style_of_their_own(seeded: Any, visitor: Any) -> None:
    seeded.agree()
    seeded.fortnight()
    for path in PAGES:
        html = visitor.get(path).text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?! src=\"/static/)|javascript:", html), path


def test_nothing_longer_than_a_form_is_read(visitor: Any, web: SimpleNamespace) -> None:
    answer = visitor.send_form("/code", code="1" * security.MAX_BODY_BYTES)
    assert answer.status_code == 413
    unsized = visitor.request(
        "POST", "/code", content=iter_async(), headers={"Origin": web.ORIGIN, "Transfer-Encoding": "chunked"}
    )
    assert unsized.status_code == 413


async def iter_async():  # type: ignore[no-untyped-def]
    yield b"code=12345678"


def test_no_screen_speaks_to_the_net(seeded: Any, visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard: every look-up and connection of this process fails the test. (The authority is asked by `check` and
    `publish` alone, through the client handed in.)"""
    asked = []
    monkeypatch.setattr(socket.socket, "connect", lambda self, address: asked.append(address))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: asked.append(args))
    seeded.answer = lambda request: asked.append(request.url)
    seeded.agree()
    seeded.fortnight()
    for path in PAGES:
        assert visitor.get(path).status_code == 200, path
    assert asked == []


def test_only_the_configured_authority_is_asked(seeded: Any, visitor: Any) -> None:
    hosts = []

    def note(request: Any) -> Any:
        hosts.append(request.url.host)
        raise OSError("no net")

    seeded.answer = note
    seeded.agree()
    with suppress(OSError):
        visitor.send_form("/check")
    assert set(hosts) == {"authority.test"}


def test_the_screens_listen_on_loopback_only() -> None:
    with listening_socket(0) as sock:
        assert sock.getsockname()[0] == "127.0.0.1"
        sock.listen()
        with pytest.raises(PhoneError, match="cannot be used"):
            listening_socket(sock.getsockname()[1])


def test_each_run_has_its_own_token_in_a_file_of_the_owner(tmp_path: Path) -> None:
    first, second = new_access(1), new_access(1)
    assert first.token != second.token
    path = write_address(tmp_path, first.address)
    assert path.stat().st_mode & 0o777 == 0o600
    write_address(tmp_path, second.address)
    assert path.read_text().strip() == second.address
