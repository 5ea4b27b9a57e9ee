"""Workers do not outlive their server: one that was killed (-9) cannot stop them, and they would hold its port."""

from __future__ import annotations

import os
import threading
import time

#: set by `bluezone authority serve` for its workers
SERVER_PID = "BLUEZONE_SERVER_PID"
_LOOK_EVERY_S = 0.5


def end_with_server() -> None:
    """In a worker of `serve`: watch the server's process, and end when it is gone. Elsewhere: nothing."""
    server = os.environ.get(SERVER_PID)
    if server and str(os.getppid()) == server:
        threading.Thread(target=_watch, args=(int(server),), daemon=True).start()


def _watch(server: int) -> None:
    while os.getppid() == server:
        time.sleep(_LOOK_EVERY_S)
    os._exit(1)
