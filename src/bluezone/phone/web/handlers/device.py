"""Handle what the machine under the phone is asked for: to show notices, and not to put the phone to sleep."""
# ruff: noqa: ARG002 (Starlette hands every handler its request)

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bluezone.phone.app.host import Panel
from bluezone.phone.web.handlers.base import GET, POST, Handlers, see
from bluezone.phone.web.presenters import battery


class DeviceHandlers(Handlers):
    """Handle the battery saver and the ways into the system's settings."""

    def routes(self) -> list[Route]:
        return [
            Route("/battery", self._agreed(self.battery), methods=GET),
            Route("/battery/system", self.battery_panel, methods=POST),
            Route("/settings/notices/system", self.notices_panel, methods=POST),
        ]

    def battery(self, request: Request) -> Response:
        host = self._runner.host
        spares = host.spares_battery()
        if spares is None:  # there is no such thing here
            return see("/self-test")
        return self._page("battery.html", battery=battery.battery(host.maker(), self._language(), exempt=not spares))

    async def battery_panel(self, request: Request) -> Response:
        """Have the system ask for the exception, or show where it is made."""
        await run_in_threadpool(self._runner.host.open_panel, Panel.BATTERY)
        return see("/battery")

    async def notices_panel(self, request: Request) -> Response:
        await run_in_threadpool(self._runner.host.open_panel, Panel.NOTICES)
        return see("/settings#running")
