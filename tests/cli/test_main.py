"""The command as a person meets it: subjects, one-line errors, exit codes."""

from __future__ import annotations

import subprocess
import sys


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "bluezone", *arguments], capture_output=True, text=True, check=False)


def test_help_says_what_it_is_for() -> None:
    result = run("--help")
    assert result.returncode == 0
    assert "Contact tracing over Bluetooth" in result.stdout


def test_an_unknown_subject_is_one_line_and_exit_code_2() -> None:
    result = run("nonsense")
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "nonsense" in result.stderr
