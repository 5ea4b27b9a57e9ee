"""Start phone and screens together on this machine's loopback address, and stop them together."""

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

from bluezone.phone.app.loop import Runner
from bluezone.phone.errors import PhoneError
from bluezone.phone.web.app import WebSettings, create_app
from bluezone.phone.web.security import LOOPBACK, Access

ADDRESS_FILE = "screens-address"
_TOKEN_BYTES = 32


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
