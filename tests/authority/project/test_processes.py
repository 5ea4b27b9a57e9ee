"""The collector of garbage while the authority is loaded, and after."""

from __future__ import annotations

import os
import subprocess
import sys

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
