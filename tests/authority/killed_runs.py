"""Run code in a Django process of its own, and have it kill itself before or after the n-th call of a function."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src"
MIGRATE = "from django.core.management import call_command\ncall_command('migrate', verbosity=0)"

#: goes after code that sets `owner` and `name` (the function), `place` ("never": it is not killed), `when`, `number`
KILLS_ITSELF = """
real, calls = getattr(owner, name), 0

def wrapped(*args, **kwargs):
    global calls
    calls += 1
    if place != "never" and calls == number and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)  # no clean-up, no flush
    result = real(*args, **kwargs)
    if place != "never" and calls == number and when == "after":
        os.kill(os.getpid(), signal.SIGKILL)
    return result

setattr(owner, name, wrapped)
"""


def run_code(var: Path, code: str, *arguments: str, quiet: bool = False, **settings: str) -> int:
    """Run `code` on the data folder `var` by its rehearsal clock; return the exit status (negative: the signal that
    ended it). `quiet` drops what it writes to standard error."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(SOURCE),
        "DJANGO_SETTINGS_MODULE": "bluezone.authority.project.settings",
        "BLUEZONE_VAR": str(var),
        "BLUEZONE_REHEARSAL_CLOCK": str(var / "clock"),
    } | settings
    command = [sys.executable, "-c", f"import django; django.setup()\n{code}", *arguments]
    stderr = subprocess.DEVNULL if quiet else None
    return subprocess.run(command, env=environment, check=False, stderr=stderr).returncode
