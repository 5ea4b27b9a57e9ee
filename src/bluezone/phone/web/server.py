"""Build the screens as a Starlette application behind its guard, and serve them on this machine's loopback address:
phone and screens start together, and stop together."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from bluezone.phone.app.loop import Runner
from bluezone.phone.errors import PhoneError
from bluezone.phone.web.handlers.base import WebSettings
from bluezone.phone.web.handlers.codes import CodeScreens
from bluezone.phone.web.handlers.declare import DeclareScreens, IsolationScreens
from bluezone.phone.web.handlers.diary import DiaryScreens
from bluezone.phone.web.handlers.home import HomeScreens
from bluezone.phone.web.handlers.onboarding import OnboardingScreens
from bluezone.phone.web.handlers.reports import ReportScreens
from bluezone.phone.web.handlers.settings import SettingsScreens
from bluezone.phone.web.security import LOOPBACK, Access, Guard

ADDRESS_FILE = "screens-address"
_TOKEN_BYTES = 32


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


# --- serving ------------------------------------------------------------------------------------------


class _Server(uvicorn.Server):
    """Leave signals to us: radio and stores are to be closed too."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        yield


def listening_socket(port: int) -> socket.socket:
    """Open a socket on the loopback address and on no other. Raises PhoneError where the port is taken."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((LOOPBACK, port))
    except OSError as error:
        sock.close()
        raise PhoneError(
            f"port {port} cannot be used ({error.strerror}); is another phone running? `--port 0` takes any free one"
        ) from error
    return sock


def new_access(port: int) -> Access:
    return Access(port, secrets.token_urlsafe(_TOKEN_BYTES))


def write_address(directory: Path, address: str) -> Path:
    """Write the address with its token, for the owner's eyes only; not on a command line, which others could list."""
    path = directory / ADDRESS_FILE
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(address + "\n")
    return path


async def serve(runner: Runner, settings: WebSettings, port: int, announce: Callable[[str, int], None]) -> None:
    """Serve until SIGINT or SIGTERM, or until cancelled. `announce` gets the address and the port once the screens
    answer."""
    sock = listening_socket(port)
    access = new_access(sock.getsockname()[1])
    app = create_app(runner, settings, access)
    # No access log: it would hold the token, and which screens the owner looks at.
    # No websockets and no other parser or loop than Python's: where such a package is installed, it costs megabytes.
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
        lifespan="off",
        server_header=False,
        ws="none",
        http="h11",
        loop="asyncio",
    )
    server = _Server(config)
    path = write_address(runner.settings.directory, access.address)
    loop = asyncio.get_running_loop()

    def stop() -> None:
        server.should_exit = True

    with contextlib.suppress(RuntimeError, ValueError):  # on Android the loop is not the main thread's
        for signal_number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(signal_number, stop)
    phone = asyncio.create_task(runner.run())
    screens = asyncio.create_task(server.serve([sock]))
    try:
        while not server.started and not screens.done():
            await asyncio.sleep(0.02)
        announce(access.address, access.port)
        await asyncio.wait({phone, screens}, return_when=asyncio.FIRST_COMPLETED)
        if phone.done():
            phone.result()
    finally:
        stop()
        phone.cancel()
        await asyncio.gather(phone, screens, return_exceptions=True)
        path.unlink(missing_ok=True)
        sock.close()
