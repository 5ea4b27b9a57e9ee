from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = "from bluezone.epidemic import warmup; print(warmup.is_ready())"


def ready(folder: Path) -> str:
    """What a new process says, with its machine code in a folder."""
    env = {**os.environ, "NUMBA_CACHE_DIR": str(folder)}
    return subprocess.run([sys.executable, "-c", SCRIPT], env=env, capture_output=True, text=True, check=True).stdout


def test_a_fresh_folder_is_not_ready_and_one_with_machine_code_of_this_version_is(tmp_path: Path) -> None:
    assert ready(tmp_path) == "False\n"
    (folder,) = tmp_path.iterdir()
    (folder / "ready").touch()
    assert ready(tmp_path) == "True\n"


def test_a_folder_that_cannot_be_made_is_no_reason_to_fail(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert ready(tmp_path / "file" / "below") == "False\n"


@pytest.mark.slow
def test_making_ready_leaves_machine_code_for_the_next_process(tmp_path: Path) -> None:
    env = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    script = "from bluezone.epidemic import warmup; warmup.make_ready(); print(warmup.is_ready())"
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
    assert len(list(tmp_path.rglob("*.nbc"))) > 20
    assert ready(tmp_path) == "True\n"
