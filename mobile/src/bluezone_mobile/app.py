"""Ask for the permissions, start the service, and show the phone's screens in a WebView."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import toga
from toga.style import Pack

from bluezone_mobile import service
from bluezone_mobile.java_layer import device_of, on_opened
from bluezone_mobile.permissions import open_questions

_LOOK_EVERY_S = 0.2


class Bluezone(toga.App):
    def startup(self) -> None:
        self.web = toga.WebView(style=Pack(flex=1))
        self.main_window = toga.MainWindow(title=self.formal_name)
        self.main_window.content = self.web
        self.main_window.show()

    async def on_running(self) -> None:
        from java import jclass  # Chaquopy

        activity = self._impl.native
        context = activity.getApplicationContext()
        device = device_of(context)
        for question in open_questions(device.api_level(), device.is_granted):
            explained = toga.InfoDialog("Bluezone", f"{question.reason_vi}\n\n{question.reason_en}")
            await self.main_window.dialog(explained)
            await self._ask(question.permissions)
        jclass("vn.bluezone.mobile.PhoneService").start(context)
        service.start(context)  # without the permissions the screens are there all the same, and say what is missing
        while not (url := service.address()):
            await asyncio.sleep(_LOOK_EVERY_S)
        self.web.url = url
        on_opened(self._open_screen)  # from here on; what was tapped before is opened now

    def _open_screen(self, path: str) -> None:
        """Show the screen that a tap on a notice asks for."""
        if url := service.address(screen=path):
            self.web.url = url

    async def _ask(self, permissions: Sequence[str]) -> None:
        answered = asyncio.get_running_loop().create_future()

        def done(_permissions: Any, _results: Any) -> None:
            if not answered.done():
                answered.set_result(None)

        self._impl.request_permissions(list(permissions), done)
        await answered


def main() -> Bluezone:
    return Bluezone("Bluezone", "vn.bluezone.bluezone_mobile")
