"""Build the screens as a Starlette application behind its guard."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from bluezone.phone.app.loop import Runner
from bluezone.phone.errors import PhoneError
from bluezone.phone.web.handlers.base import WebSettings
from bluezone.phone.web.handlers.codes import CodeScreens
from bluezone.phone.web.handlers.declare import DeclareScreens
from bluezone.phone.web.handlers.diary import DiaryScreens
from bluezone.phone.web.handlers.home import HomeScreens
from bluezone.phone.web.handlers.isolation import IsolationScreens
from bluezone.phone.web.handlers.onboarding import OnboardingScreens
from bluezone.phone.web.handlers.reports import ReportScreens
from bluezone.phone.web.handlers.settings import SettingsScreens
from bluezone.phone.web.security import Access, Guard

__all__ = ["WebSettings", "create_app"]

_MORE = (
    OnboardingScreens,
    CodeScreens,
    ReportScreens,
    DiaryScreens,
    IsolationScreens,
    DeclareScreens,
    SettingsScreens,
)


def create_app(runner: Runner, settings: WebSettings, access: Access, framed_by: str = "") -> ASGIApp:
    """Build the application behind its guard; `framed_by` as in `security.Guard`."""
    home = HomeScreens(runner, settings)
    routes = [route for screens in (home, *(each(runner, settings) for each in _MORE)) for route in screens.routes()]
    handlers = {HTTPException: home.failed, PhoneError: home.failed, Exception: home.failed}
    app = Starlette(routes=routes, exception_handlers=handlers)

    async def strangers(scope: Scope, receive: Receive, send: Send) -> None:
        answer = await run_in_threadpool(home.stranger)
        await answer(scope, receive, send)

    return Guard(app, access, strangers, framed_by)
