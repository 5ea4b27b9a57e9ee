"""Build the screens as a Starlette application behind its guard."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from bluezone.phone.app.loop import Runner
from bluezone.phone.errors import PhoneError
from bluezone.phone.web.handlers.base import WebSettings
from bluezone.phone.web.handlers.check_ins import CheckInHandlers
from bluezone.phone.web.handlers.codes import CodeHandlers
from bluezone.phone.web.handlers.declare import DeclareHandlers
from bluezone.phone.web.handlers.declared import DeclaredHandlers
from bluezone.phone.web.handlers.device import DeviceHandlers
from bluezone.phone.web.handlers.diary import DiaryHandlers
from bluezone.phone.web.handlers.isolation import IsolationHandlers
from bluezone.phone.web.handlers.main import MainHandlers
from bluezone.phone.web.handlers.onboarding import OnboardingHandlers
from bluezone.phone.web.handlers.reports import ReportHandlers
from bluezone.phone.web.handlers.self_report import SelfReportHandlers
from bluezone.phone.web.handlers.settings import SettingsHandlers
from bluezone.phone.web.handlers.withdrawing import WithdrawHandlers
from bluezone.phone.web.security import Access, Guard

__all__ = ["WebSettings", "create_app"]


def create_app(runner: Runner, settings: WebSettings, access: Access, framed_by: str = "") -> ASGIApp:
    """Build the application behind its guard; `framed_by` as in `security.Guard`."""
    main = MainHandlers(runner, settings)
    groups = (
        main,
        OnboardingHandlers(runner, settings),
        CodeHandlers(runner, settings),
        SelfReportHandlers(runner, settings),
        WithdrawHandlers(runner, settings),
        ReportHandlers(runner, settings),
        CheckInHandlers(runner, settings),
        IsolationHandlers(runner, settings),
        DiaryHandlers(runner, settings),
        DeclareHandlers(runner, settings),
        DeclaredHandlers(runner, settings),
        SettingsHandlers(runner, settings),
        DeviceHandlers(runner, settings),
    )
    handlers = {HTTPException: main.failed, PhoneError: main.failed, Exception: main.failed}
    app = Starlette(routes=[route for group in groups for route in group.routes()], exception_handlers=handlers)

    async def strangers(scope: Scope, receive: Receive, send: Send) -> None:
        answer = await run_in_threadpool(main.stranger)
        await answer(scope, receive, send)

    return Guard(app, access, strangers, framed_by)
