from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import bluezone
from bluezone.epidemic.warmup import CPU_S

SOURCES = Path(bluezone.__file__).parents[1]
SCRIPT = "from bluezone.epidemic import machine_code; print(machine_code.is_ready())"
MARK = "from bluezone.epidemic import machine_code; machine_code.is_ready(); machine_code.mark().touch()"


def run_script(script: str, folder: Path, sources: Path = SOURCES) -> str:
    """Return what a new process prints that keeps its compiled code in a folder, and has the package from another."""
    env = {**os.environ, "NUMBA_CACHE_DIR": str(folder), "PYTHONPATH": str(sources)}
    return subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True).stdout


def ready(folder: Path) -> str:
    return run_script(SCRIPT, folder)


def test_a_fresh_folder_is_not_ready_and_one_with_machine_code_of_this_version_is(tmp_path: Path) -> None:
    assert ready(tmp_path) == "False\n"
    run_script(MARK, tmp_path)
    assert ready(tmp_path) == "True\n"


def test_the_same_version_installed_elsewhere_is_ready_and_another_is_not(tmp_path: Path) -> None:
    run_script(MARK, tmp_path)
    for version, answer in (("the same", "True\n"), ("another", "False\n")):
        elsewhere = tmp_path / version / "bluezone"
        other_rooms = shutil.ignore_patterns("__pycache__", "authority", "phone", "rollout", "town")
        shutil.copytree(SOURCES / "bluezone", elsewhere, ignore=other_rooms)
        if version == "another":
            with (elsewhere / "epidemic" / "tracing.py").open("a") as source:
                source.write("# changed\n")
        assert run_script(SCRIPT, tmp_path, elsewhere.parent) == answer


def test_the_time_to_compile_that_is_told_is_the_one_measured() -> None:
    measured = Path(__file__).parents[2] / "docs" / "measurements" / "epidemic-speed.md"
    assert f"**Cold start**: {CPU_S} CPU seconds" in measured.read_text("utf-8")


def test_machine_code_is_looked_for_without_importing_what_makes_it(tmp_path: Path) -> None:
    script = (
        "import sys; from bluezone.epidemic import machine_code; machine_code.is_ready(); print('numba' in sys.modules)"
    )
    assert run_script(script, tmp_path) == "False\n"


def test_a_folder_that_cannot_be_made_is_no_reason_to_fail(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert ready(tmp_path / "file" / "below") == "False\n"


@pytest.fixture(scope="module")
def machine_code() -> Path:
    """The folder of machine code that all tests share, which has what making ready leaves."""
    folder = Path(os.environ["NUMBA_CACHE_DIR"])
    run_script("from bluezone.epidemic import warmup; warmup.make_ready()", folder)
    return folder


MAKE_READY = """
import sys
from numba.core.dispatcher import Dispatcher
from bluezone.epidemic import warmup

warmup.make_ready()
kernels = {
    kernel
    for name, module in sys.modules.items() if name.startswith("bluezone.epidemic.")
    for kernel in vars(module).values() if isinstance(kernel, Dispatcher)
}
found, compiled = (sum(sum(getattr(kernel.stats, kind).values()) for kernel in kernels)
                   for kind in ("cache_hits", "cache_misses"))
print(found, compiled, max(len(kernel.signatures) for kernel in kernels))
"""


@pytest.mark.thorough
def test_making_ready_leaves_machine_code_for_the_next_process(machine_code: Path, tmp_path: Path) -> None:
    """Look in a copy that has no mark: to compile it anew for this test alone takes half a minute."""
    copy = tmp_path / "numba"
    shutil.copytree(machine_code, copy, ignore=shutil.ignore_patterns("ready-*", "*.tmp.*"))  # others write there
    assert ready(copy) == "False\n"
    found, compiled, most = map(int, run_script(MAKE_READY, copy).split())
    assert found > 10
    assert compiled == 0
    assert most == 1  # a function that were compiled for each constant it is called with would take twice as long
    assert ready(copy) == "True\n"
