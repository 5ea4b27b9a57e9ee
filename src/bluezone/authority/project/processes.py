"""Begin and end the authority's processes: load its code as each begins, and end those of a server with it.

A worker of the server is a fork: until it has set up its own signal handlers it has its parent's, which only tell the
parent's loop, so a request to end that comes while it starts would be lost. And a server that was killed (-9) cannot
end its workers, which would hold its port.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import threading
import time

#: set by `bluezone authority serve` for its workers
SERVER_PID = "BLUEZONE_SERVER_PID"
_LOOK_EVERY_S = 0.5
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
# looked up here: between fork and exec a lock of the loader may be held by a thread that is no more
_PRCTL = ctypes.CDLL(None).prctl


def load() -> None:
    """Load settings, applications and models, where that is not done.

    Meanwhile the collector of garbage rests, and never looks at what was loaded: it would do so again and again, for a
    sixth of the CPU time that a command takes to begin, and find nothing.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bluezone.authority.project.settings")
    import django
    from django.apps import apps

    if apps.ready:
        return
    gc.disable()
    try:
        django.setup()
    finally:
        gc.freeze()
        gc.enable()


def end_with_server() -> None:
    """Make a worker of `serve` end on request and with its server. Called first in a worker; elsewhere it does
    nothing."""
    server = os.environ.get(SERVER_PID)
    if not server or str(os.getppid()) != server:
        return
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    end_with_parent(int(server))


def end_with_parent(parent: int) -> None:
    """Make this process end with its parent, however that ends."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_EVERY_S)
        os._exit(1)

    threading.Thread(target=watch, name="orphan", daemon=True).start()


def die_with_parent() -> None:
    """Let the kernel kill this process as soon as its parent dies: of a program that is not ours, called as
    `preexec_fn`."""
    _PRCTL(_PR_SET_PDEATHSIG, signal.SIGKILL)


def end_group_with(parent: int) -> None:
    """Make this process, which leads a group, end with its parent, and with it all that it has started."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_EVERY_S)
        os.killpg(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="orphan", daemon=True).start()
