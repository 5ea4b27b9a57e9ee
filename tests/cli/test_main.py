"""The command as a person meets it: subjects, one-line errors, exit codes, and what a look at the help imports."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from bluezone import extras
from bluezone.cli.lazy import Lazy, LazyGroup
from bluezone.cli.main import bluezone

SUBJECTS = ("authority", "country", "disease", "epidemic", "export", "exposure", "ids", "phone", "rollout", "town")
#: Packages that take long to import; `click` is all that every help needs.
HEAVY = {*extras.PACKAGES, "babel", "google", "numpy", "pandas", "rich"}
#: What a subject's own help may import: it has all commands in one module, or kinds of values that need it.
ALLOWED = {
    "export": {"google"},
    "exposure": {"numpy", "rich"},
    "phone": {"google", "httpx", "rich"},
}

COUNT = """
import sys
from bluezone.cli.main import main
sys.argv = ["bluezone", *sys.argv[1:]]
try:
    main()
except SystemExit as ended:
    assert ended.code == 0, ended.code
finally:
    print(sorted({name.split(".")[0] for name in sys.modules}))
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "bluezone", *arguments], capture_output=True, text=True, check=False)


def lazy_commands(group: LazyGroup) -> Iterator[tuple[str, Lazy]]:
    for name, each in group.lazy.items():
        yield name, each
        loaded = each.load()
        if isinstance(loaded, LazyGroup):
            yield from lazy_commands(loaded)


def test_help_says_what_it_is_for() -> None:
    result = run("--help")
    assert result.returncode == 0
    assert "Contact tracing over Bluetooth" in result.stdout
    assert all(f"\n  {subject} " in result.stdout for subject in SUBJECTS)


@pytest.mark.parametrize("subject", [(), ("rollout",), ("phone",)])
def test_a_subject_alone_shows_its_help_line_by_line(subject) -> None:
    result = run(*subject)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr == run(*subject, "--help").stdout


def test_an_unknown_subject_is_one_line_and_exit_code_2() -> None:
    result = run("nonsense")
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "nonsense" in result.stderr


@pytest.mark.parametrize("asked", ["", *SUBJECTS, "authority install", "authority policy list"])
def test_a_look_at_the_help_imports_nothing_heavy(asked: str) -> None:
    arguments = [*asked.split(), "--help"]
    result = subprocess.run([sys.executable, "-c", COUNT, *arguments], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    imported = set(ast.literal_eval(result.stdout.splitlines()[-1]))
    assert "click" in imported
    assert imported & HEAVY <= ALLOWED.get(asked, set())


def test_a_refused_command_of_the_authority_leaves_no_files(tmp_path) -> None:
    asked = [sys.executable, "-m", "bluezone", "authority", "status"]
    own = {name: value for name, value in os.environ.items() if not name.startswith(("BLUEZONE_", "DATABASE_"))}
    ended = subprocess.run(asked, cwd=tmp_path, env=own, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "nothing is installed here; run `bluezone authority install`" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_every_command_listed_is_there_under_its_name() -> None:
    assert isinstance(bluezone, LazyGroup)
    assert tuple(bluezone.lazy) == SUBJECTS
    for name, each in lazy_commands(bluezone):
        assert isinstance(each.load(), click.Command)
        assert each.load().name == name
        assert each.help.endswith(".")
        assert len(each.help) <= 66  # fits on its line at 80 columns


@pytest.mark.parametrize(("subject", "package"), [("epidemic", "numba"), ("town", "bumble.hci")])
def test_a_missing_package_is_one_line_that_names_the_extra(monkeypatch, run_bluezone, subject, package) -> None:
    def absent(_self: Lazy) -> click.Command:
        raise ModuleNotFoundError(f"No module named {package!r}", name=package)

    monkeypatch.setattr(Lazy, "load", absent)
    ended = run_bluezone(subject, "run")
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert f"`bluezone {subject}` needs the package {package.split('.')[0]}" in ended.err
    assert f"the extra `{subject}` brings" in ended.err


def test_a_module_of_ours_that_is_missing_is_a_bug(monkeypatch, run_bluezone) -> None:
    def absent(_self: Lazy) -> click.Command:
        raise ModuleNotFoundError("No module named 'bluezone.nothing'", name="bluezone.nothing")

    monkeypatch.setattr(Lazy, "load", absent)
    with pytest.raises(ModuleNotFoundError):
        run_bluezone("ids")


def test_ctrl_c_while_source_text_is_executed_still_ends_with_130(tmp_path) -> None:
    """As in a late import that makes a dataclass; CPython would kill the process by SIGINT at its end."""
    (tmp_path / "interrupted.py").write_text(
        "import sys, click\n"
        "from bluezone.cli import lazy, main\n"
        "@click.command('ids')\n"
        "def command(): exec('raise KeyboardInterrupt')\n"
        "lazy.Lazy.load = lambda self: command\n"
        "sys.argv = ['bluezone', 'ids']\n"
        "main.main()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-m", "interrupted"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (130, "\nbluezone: stopped\n")
