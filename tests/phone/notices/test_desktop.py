"""Notices on a desktop: a bus of the test's own, with a server of notices that the test plays."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time

import pytest
from dbus_fast import BusType, Message, MessageType
from dbus_fast.aio.message_bus import MessageBus
from tests.phone.contacts import warning_of

from bluezone.cli.phone.edge import opened
from bluezone.phone.app import config as configuration
from bluezone.phone.notices import desktop
from bluezone.phone.notices.announcer import notifier_named
from bluezone.phone.notices.browser import BrowserNotifier
from bluezone.phone.notices.desktop import INTERFACE, PATH, SERVICE, DesktopNotifier, has_session_bus
from bluezone.phone.notices.port import NoNotifier, NoticeError, Way, notice

SAID = notice("vi", "/exposure/1", urgent=True, rings=True)


@pytest.fixture(scope="module")
def bus_address(require_tool):
    program = require_tool.program("dbus-daemon", package="dbus")
    arguments = [program, "--session", "--nofork", "--print-address"]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.fixture(autouse=True)
def _session(request, monkeypatch):
    if "bus_address" in request.fixturenames:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", request.getfixturevalue("bus_address"))


class Server:
    """A server of notices, as a desktop has one."""

    def __init__(self, capabilities=("actions", "body"), refuses=False) -> None:
        self.capabilities, self.refuses = list(capabilities), refuses
        self.shown: dict[int, list] = {}
        self.count = 0

    async def __aenter__(self) -> Server:
        self.bus = await MessageBus(bus_type=BusType.SESSION).connect()
        self.bus.add_message_handler(self.handle)
        await self.bus.request_name(SERVICE)
        return self

    async def __aexit__(self, *_) -> None:
        self.bus.disconnect()
        await self.bus.wait_for_disconnect()

    def handle(self, message):
        if message.message_type is not MessageType.METHOD_CALL or message.interface != INTERFACE:
            return None
        if message.member == "GetCapabilities":
            return Message.new_method_return(message, "as", [self.capabilities])
        if self.refuses:
            return Message.new_error(message, f"{INTERFACE}.Error", "full")
        if message.member == "Notify":
            replaces = message.body[1]
            self.count += not replaces
            number = replaces or self.count
            self.shown[number] = message.body
            return Message.new_method_return(message, "u", [number])
        self.shown.pop(message.body[0], None)
        return Message.new_method_return(message)

    async def say(self, member: str, signature: str, *body) -> None:
        await self.bus.send(Message.new_signal(PATH, INTERFACE, member, signature, list(body)))
        await asyncio.sleep(0.1)


async def test_a_notice_is_shown_replaced_and_taken_back(bus_address):
    async with Server() as server:
        notifier = DesktopNotifier(lambda path: None)
        await notifier.show(SAID)
        [body] = server.shown.values()
        assert body[3:6] == [SAID.title, SAID.text, ["default", "Đọc"]]
        assert (body[6]["urgency"].value, body[6]["suppress-sound"].value, body[7]) == (2, False, 0)
        await notifier.show(notice("en", "/notices", urgent=False, rings=False))
        [body] = server.shown.values()
        assert (body[6]["urgency"].value, body[6]["suppress-sound"].value) == (1, True)
        assert (notifier.health().way, notifier.health().reason) == (Way.DESKTOP, "")
        await notifier.withdraw()
        assert not server.shown
        await notifier.withdraw()
        await notifier.close()


async def test_a_click_opens_the_screen_and_a_click_on_anothers_notice_does_not(bus_address):
    opened = []
    async with Server() as server:
        notifier = DesktopNotifier(opened.append)
        await notifier.show(SAID)
        await server.say("ActionInvoked", "us", 77, "default")
        assert opened == []
        await server.say("ActionInvoked", "us", 1, "default")
        assert opened == ["/exposure/1"]
        await server.say("NotificationClosed", "uu", 1, 2)
        await notifier.show(SAID)  # a new one, since the first is gone
        assert server.count == 2
        await notifier.close()


@pytest.mark.parametrize(("capabilities", "opener"), [((), str), (("body-markup", "actions"), None)])
async def test_a_server_without_actions_or_a_phone_without_screens_gets_none(bus_address, capabilities, opener):
    async with Server(capabilities) as server:
        notifier = DesktopNotifier(opener)
        await notifier.show(SAID)
        [body] = server.shown.values()
        assert body[5] == []
        await notifier.close()


async def test_no_server_and_one_that_refuses_are_errors_and_a_later_try_succeeds(bus_address):
    notifier = DesktopNotifier()
    with pytest.raises(NoticeError, match="nothing on this desktop"):
        await notifier.show(SAID)
    assert notifier.health().reason
    async with Server(refuses=True) as server:
        with pytest.raises(NoticeError):
            await notifier.show(SAID)
        server.refuses = False
        await notifier.show(SAID)
        assert notifier.health().reason == ""
    await notifier.close()


def test_without_a_bus_it_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    with pytest.raises(NoticeError, match="no D-Bus session bus"):
        asyncio.run(DesktopNotifier().show(SAID))


@pytest.mark.parametrize(
    ("name", "environment", "pages", "kind"),
    [
        ("auto", {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/x"}, True, DesktopNotifier),
        ("auto", {}, True, BrowserNotifier),
        ("auto", {}, False, NoNotifier),
        ("desktop", {}, True, DesktopNotifier),
        ("browser", {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/x"}, True, BrowserNotifier),
        ("none", {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/x"}, True, NoNotifier),
    ],
)
def test_the_way_is_chosen_by_what_there_is(name, environment, pages, kind):
    assert isinstance(notifier_named(name, environment, None, pages=pages), kind)


def test_a_bus_in_the_runtime_folder_counts(tmp_path):
    assert not has_session_bus({"XDG_RUNTIME_DIR": str(tmp_path)})
    (tmp_path / "bus").touch()
    assert has_session_bus({"XDG_RUNTIME_DIR": str(tmp_path)})


def test_the_token_of_the_screens_is_on_no_command_line(monkeypatch, tmp_path):
    started = []
    monkeypatch.setattr(desktop, "_start_browser", started.append)
    for _ in range(2):
        desktop.open_in_browser(tmp_path, "http://127.0.0.1:1/enter?token=secret&to=%2Fnotices")
    [page, _] = started
    assert "secret" not in str(page)
    assert page.stat().st_mode & 0o077 == 0
    assert "token=secret&amp;to=" in page.read_text()


def shown_by(folder, *command):
    """Return the notice that the program of a command shows of the phone in a folder, which was warned a minute ago."""
    now_s = time.time()  # noqa: TID251 (the command takes the real time)
    with opened(configuration.load(folder), folder) as phone:
        phone.stores.preferences.change(agreed_at_s=now_s - 9_000, notifications=True, background=True)
        alert = warning_of(int(now_s // 86_400 - 1) * 86_400, now_s - 60)
        phone.stores.exposures.change_alerts([alert], [], now_s - 60)

    async def story():
        async with Server() as server:
            process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.DEVNULL)
            try:
                async with asyncio.timeout(60):
                    while not server.shown:
                        await asyncio.sleep(0.1)
            finally:
                process.terminate()
                await process.wait()
            return next(iter(server.shown.values()))

    return asyncio.run(story())


def test_a_warning_is_shown_by_a_phone_whose_screens_nobody_has_opened(bus_address, tmp_path):
    """`bluezone phone serve` in a process of its own, on the session bus, while no browser runs."""
    serve = ("phone", "--folder", tmp_path / "phone", "serve", "--port", "0", "--notify", "desktop")
    body = shown_by(tmp_path / "phone", sys.executable, "-m", "bluezone", *serve)
    assert body[3] == "Bluezone có điều muốn báo cho bạn"
    assert body[5] == ["default", "Đọc"], "a click opens its screen"
    assert body[6]["urgency"].value == 2
