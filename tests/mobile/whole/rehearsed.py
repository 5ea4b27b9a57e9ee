"""Run the engine as a rehearsal: without what a telephone does not have, and in the time of a script."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path


def main() -> None:
    plan = json.loads(Path(os.environ["BLUEZONE_SCRIPT"]).read_text("utf-8"))
    for name in plan["absent"]:
        sys.modules[name] = None  # type: ignore[assignment]
    from bluezone_mobile import service

    from bluezone.phone.app.host import start_logging
    from bluezone.phone.clock import AcceleratedLoop
    from bluezone.phone.stores.timekeeper import Uptime

    def now_s() -> float:
        return plan["start_s"] + (time.monotonic() - plan["started_s"]) * plan["speed"]

    start_logging()
    service.DeviceUptime = lambda: lambda: Uptime(plan["start_of_device"], now_s() - plan["start_s"])
    address, token = os.environ.pop(service.ADDRESS), os.environ.pop(service.TOKEN)
    status = service.run(Path(sys.argv[1]), address, token, now_s, lambda: AcceleratedLoop(plan["speed"]))
    os._exit(status)


if __name__ == "__main__":
    main()
