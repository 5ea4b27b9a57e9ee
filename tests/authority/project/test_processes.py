"""The collector of garbage while the authority is loaded, and after; programs that end with who called them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

SCRIPT = """
import gc
from bluezone.authority.project.processes import load
load()
counted = gc.get_freeze_count()
from django.apps import apps
load()
print(gc.isenabled(), counted > 50_000, gc.get_freeze_count() == counted, apps.ready)
"""


def test_what_is_loaded_is_not_looked_at_again_and_the_collector_goes_on(tmp_path):
    variables = os.environ | {"BLUEZONE_VAR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=variables, capture_output=True, text=True, check=True)
    assert done.stdout == "True True True True\n"


CALLER = """
import subprocess, time
from bluezone.authority.project.processes import die_with_parent
called = subprocess.Popen(["sleep", "60"], preexec_fn=die_with_parent)
print(called.pid, flush=True)
time.sleep(60)
"""


def test_a_program_dies_with_who_called_it_even_where_that_is_killed():
    with subprocess.Popen([sys.executable, "-c", CALLER], stdout=subprocess.PIPE, text=True) as caller:
        assert caller.stdout is not None
        called = Path(f"/proc/{int(caller.stdout.readline())}/status")
        assert "sleep" in called.read_text()
        caller.kill()
    for _ in range(100):
        if not called.exists() or "State:\tZ" in called.read_text():
            return
        time.sleep(0.05)
    raise AssertionError("it runs on")
