"""Start the web server: granian, several workers, and only on an installation that is ready."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections

from bluezone.authority.errors import AuthorityError
from bluezone.authority.project import metrics as measured
from bluezone.authority.project import whole
from bluezone.authority.project.database import check_migrated
from bluezone.authority.project.edge import application
from bluezone.authority.project.edge.connections import SERVER_PORT, connections_within, raise_limit
from bluezone.authority.project.processes import SERVER_PID
from bluezone.authority.site import clock
from bluezone.geography import catalogue

if TYPE_CHECKING:
    from granian.server import MPServer

log = logging.getLogger(__name__)
#: threads of a worker that read files which are being sent
_FILE_THREADS = 4
#: what a connection may hold of what came in or is to go out; so also the longest head of a request
_CONNECTION_BYTES = 16 * 1024
#: connections that wait to be taken (the kernel's own limit, net.core.somaxconn, is 4096)
_BACKLOG = 4_096
_START_TIMEOUT_S, _ASK_EVERY_S = 30.0, 0.05
#: how long a worker may finish what it is at
_STOP_TIMEOUT_S = 10
#: between the death of a worker that has only just begun and its next start
_PAUSE_S = 1.0
#: granian would log to stdout, which belongs to `--json`; so its log goes where ours goes
_LOG_WITH_OURS = {"handlers": {}, "loggers": {"_granian": {"propagate": True}}}


def check_ready() -> None:
    """Raise AuthorityError where the database cannot be used, or the installation is not whole."""
    check_migrated()
    whole.check(clock.now())


def serve(
    host: str, port: int, workers: int, answers: Callable[[str, int], None], metrics: tuple[str, int] | None = None
) -> None:
    """Serve until interrupted; `answers(url, port)` is called once the server answers. Port 0: any free one. `metrics`:
    where Prometheus is answered, if anywhere."""
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    check_ready()
    connections_held = connections_within(raise_limit())
    call_command("collectstatic", interactive=False, verbosity=0)
    cache.clear()
    catalogue.all_units()  # a third of a second: once, before the fork, not by each thread of each worker
    application.prepare()
    connections.close_all()  # workers are forks: each opens its own
    if metrics is not None:
        measured.prepare(settings.BLUEZONE.var / f"metrics-{metrics[1]}")
        _measure(*metrics)
    os.environ[SERVER_PID] = str(os.getpid())
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Bound, never listening: holds the chosen port for the workers, who share it (SO_REUSEPORT).
    with socket.socket(family) as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind((host, port))
        bound = holder.getsockname()
        port = bound[1]
        os.environ[SERVER_PORT] = str(port)
        server = _lasting_server()(
            "bluezone.authority.project.edge.application:application",
            factory=True,
            address=bound[0],  # granian knows no names
            port=port,
            interface=Interfaces.RSGI,
            # Alone: where HTTP/2 may come too, a connection that says nothing has no time limit.
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(
                header_read_timeout=settings.BLUEZONE.header_timeout_s * 1_000, max_buffer_size=_CONNECTION_BYTES
            ),
            websockets=False,
            workers=workers,
            runtime_blocking_threads=_FILE_THREADS,
            backpressure=connections_held,  # it counts connections, not requests
            backlog=_BACKLOG,
            log_level=LogLevels.error,
            log_dictconfig=_LOG_WITH_OURS,
            log_access=False,  # addresses are personal data
            respawn_failed_workers=True,
            workers_kill_timeout=_STOP_TIMEOUT_S,
        )
        name = f"[{host}]" if family == socket.AF_INET6 else host
        url = f"http://{'127.0.0.1' if host == '0.0.0.0' else name}:{port}"  # noqa: S104 (compared, not bound)
        announcer = threading.Thread(
            target=_announce, args=(family, bound, lambda: answers(url, port)), name="announcer", daemon=True
        )
        server.on_startup(announcer.start)
        server.serve()


def _measure(host: str, port: int) -> None:
    try:
        log.info("metrics are at %s", measured.start(host, port))
    except OSError as error:
        raise AuthorityError(f"metrics cannot be answered at {host}:{port}: {error.strerror}") from error


def _lasting_server() -> type[MPServer]:
    """Return granian's server, but one that starts its workers again however soon they die: granian itself ends where
    one dies within 5.5 s of its start, and with it all that the others are at."""
    from granian.server import MPServer

    class LastingServer(MPServer):
        _began_s = float("-inf")

        def _respawn_workers(self, workers: list[int], spawn_target: Any, target_loader: Any, delay: float = 0) -> None:
            if time.monotonic() - self._began_s < _PAUSE_S:
                self.main_loop_interrupt.wait(_PAUSE_S)
            if self.interrupt_signal:  # asked to end meanwhile
                return
            if not delay:  # not asked for: granian may miss one of two that die at the same moment
                workers = [number for number, worker in enumerate(self.wrks) if not worker.is_alive()]  # type: ignore[no-untyped-call]
            super()._respawn_workers(workers, spawn_target, target_loader, delay)
            self.respawned_wrks.clear()
            self._began_s = time.monotonic()

    return LastingServer


def _announce(family: socket.AddressFamily, bound: tuple[str, int], say: Callable[[], None]) -> None:
    """Wait until a worker answers at this address, then call `say`.

    Workers are forked while this thread runs. A lock that it holds at that moment stays shut in a worker for ever, so
    it takes none (urlopen loads certificates, and left OpenSSL shut that way): a bare socket, a number for an address.
    """
    # Whatever name the settings allow: the answer counts, not the name.
    request = f"GET /healthz HTTP/1.0\r\nHost: {settings.ALLOWED_HOSTS[0]}\r\n\r\n".encode("ascii")
    for _ in range(int(_START_TIMEOUT_S / _ASK_EVERY_S)):
        with socket.socket(family) as asking, contextlib.suppress(OSError):
            asking.settimeout(5)
            asking.connect(bound)
            asking.sendall(request)
            if asking.recv(5) == b"HTTP/":
                break
        time.sleep(_ASK_EVERY_S)
    say()
