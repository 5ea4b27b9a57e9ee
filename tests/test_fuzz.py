"""The readers of bytes from outside, fed by what coverage leads, a few seconds each (`tests/fuzz.py` runs longer)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[1]


@pytest.mark.thorough
@pytest.mark.parametrize("seed", [1, 2])
def test_every_reader_refuses_by_its_own_error_alone(tmp_path, seed):
    pytest.importorskip("atheris", reason="has no wheel for this Python")
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "all", f"-seed={seed}", "-max_total_time=30",
         f"-artifact_prefix={tmp_path}/", str(tmp_path)],
        cwd=_ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3_000:]
