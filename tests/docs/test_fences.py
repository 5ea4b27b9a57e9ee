"""Runs the commands of every page, page by page in a folder of its own, as a reader would type them.

A fence says its language. `sh` is run, unless a comment before it says why not:

    <!-- not run: needs a Bluetooth adapter -->     not run, for this reason
    <!-- run until: Serving at -->                  started, stopped as by Ctrl-C once it has printed this

`bluezone` is the real command, but for those of the authority, which are forks of a process that has loaded it: pages
have dozens of them, and to load takes more than a second of CPU (tests/install starts the real ones).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.authority import forked
from tests.docs.conftest import all_pages
from tests.tiers import first

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLES = Path(__file__).parent / "examples"
ASK_FORK = REPOSITORY / "tests" / "authority" / "ask_fork.py"

#: what a command that asks for a password is given, twice
_PASSWORD = "correct horse battery staple\n"
_LANGUAGES = {"sh", "text", "json", "python", "csv", "ini", "html"}
_SECONDS = 240


def _environment(folder: Path, forks: Path) -> dict[str, str]:
    """Return the environment of a reader whose folder has `.venv/bin/bluezone`, and it on the path, too; `forks` is
    where to ask for the authority's commands."""
    bin_ = folder / ".venv" / "bin"
    bin_.mkdir(parents=True)
    program = bin_ / "bluezone"
    program.write_text(
        f"#!/bin/sh\n[ \"$1\" != authority ] || exec '{sys.executable}' -I -S '{ASK_FORK}' '{forks}' \"$@\"\n"
        f"exec '{sys.executable}' -c 'from bluezone.cli.main import main; main()' \"$@\"\n"
    )
    program.chmod(0o755)
    (bin_ / "activate").write_text(f"PATH='{bin_}':$PATH\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BLUEZONE_", "DATABASE_"))}
    path = f"{bin_}:{Path(sys.executable).parent}:{kept['PATH']}"
    return kept | {"PATH": path, "PYTHONPATH": str(REPOSITORY / "src"), "HOME": str(folder), "COLUMNS": "120"}


def _run(text: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text],
        cwd=folder,
        env=environment,
        input=_PASSWORD * 2,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        start_new_session=True,  # no terminal: a password is read from standard input
        check=False,
    )


def _run_until(text: str, awaited: str, folder: Path, environment: dict[str, str]) -> str:
    """Start a command that does not end by itself, and stop it once it has printed what is awaited.

    A server is given any free port, for several tests may run at once.
    """
    text = text.replace("authority serve", "authority serve --port 0")
    output = folder / "output.txt"
    with output.open("w") as stream:
        process = subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", f"exec {text.strip()}"],
            cwd=folder,
            env=environment | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        deadline = time.monotonic() + _SECONDS
        try:
            while awaited not in output.read_text() and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.05)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise
    return output.read_text()


def _write_encounters(folder: Path) -> None:
    """Write a made-up set of labelled encounters: half of them near, one scan in two minutes, no randomness."""
    folder.mkdir()
    encounters, scans = ["enc,session,label"], ["enc,t_s,credit_s,att_mean_db,att_min_db,att_db"]
    for number in range(80):
        near, session = number % 2, number // 16
        encounters.append(f"e{number},s{session},{near}")
        for scan in range(8 + number % 9):
            attenuation = 66 - 12 * near + (number * 7 + scan * 5) % 11 - 5
            scans.append(f"e{number},{120 * scan},120,{attenuation},{attenuation - 2},")
    (folder / "encounters.csv").write_text("\n".join(encounters) + "\n")
    (folder / "scans.csv").write_text("\n".join(scans) + "\n")


@pytest.fixture(scope="session")
def forks() -> Iterator[Path]:
    with forked.listening() as path:
        yield path


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory, forks: Path) -> Path:
    """Make the folders of an authority that is there already, for pages that speak of one."""
    folder = tmp_path_factory.mktemp("authority")
    environment = _environment(folder, forks)
    text = "bluezone authority install; bluezone authority create-officer lan --role ministry"
    done = _run(text, folder, environment)
    assert done.returncode == 0, done.stderr
    return folder


def test_a_fence_says_its_language_and_a_reason_is_a_reason(page: Any) -> None:
    for fence in page.fences:
        assert fence.language in _LANGUAGES, f"{page}:{fence.line}: say the language, one of {sorted(_LANGUAGES)}"
        if fence.mark == "not run":
            assert fence.language == "sh", f"{page}:{fence.line}: only commands are run or not"
            assert len(fence.reason.split()) >= 3, f"{page}:{fence.line}: why not?"


def test_no_command_hides_in_a_block_that_is_not_run(page: Any) -> None:
    commands = ("bluezone ", "make ", "pip ", "python ", "$ ", "cd ")
    for fence in page.fences:
        if fence.language == "text" and str(page) != "docs/reference/commands.md":
            hidden = [line for line in fence.text.splitlines() if line.lstrip().startswith(commands)]
            assert not hidden, f"{page}:{fence.line}: {hidden}"
    lines = [line for line in page.prose.splitlines() if line.startswith("    ")]
    indented = [line for line in lines if line.lstrip().startswith(commands)]
    assert not indented, f"{page}: put commands between fences: {indented}"


@pytest.mark.parametrize("page", first(1, sorted(all_pages(), key=lambda page: str(page) != "README.md")), ids=str)
def test_the_commands_of_a_page_run(
    page: Any, tmp_path: Path, request: pytest.FixtureRequest, require_tool: Any, forks: Path
) -> None:
    fences = [each for each in page.fences if each.language == "sh" and each.mark != "not run"]
    if not fences:
        pytest.skip("no commands to run")
    environment = _environment(tmp_path, forks)
    shutil.copytree(EXAMPLES, tmp_path, dirs_exist_ok=True)
    _write_encounters(tmp_path / "encounters")
    text = "\n".join(each.text for each in fences)
    if "openssl " in text:
        require_tool.program("openssl", package="openssl")
    if "bluezone authority" in text and "authority install" not in text:
        for name in ("var", "var-secrets"):
            shutil.copytree(request.getfixturevalue("installed") / name, tmp_path / name)
    for fence in fences:
        where = f"{page}:{fence.line}"
        if fence.mark == "run until":
            output = _run_until(fence.text, fence.reason, tmp_path, environment)
            assert fence.reason in output, f"{where}\n{output}"
        else:
            done = _run(fence.text, tmp_path, environment)
            assert done.returncode == 0, f"{where}\n{fence.text}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
            assert "Traceback" not in done.stderr, f"{where}\n{done.stderr[-2000:]}"
