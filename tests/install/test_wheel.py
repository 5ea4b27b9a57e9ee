"""The built wheel: every command works with every extra alone, or names in one line the one extra that is missing.

`base` and `authority` are installed into environments of their own from the package index. For every other extra, the
wheel is run on the packages of this environment with all those hidden that the extra does not bring.

In `town` so run, commands find the authority's modules imported: that each imports by itself what it needs is seen in
the environment of `authority`, and of a phone's commands in the run with `phone`. So do commands with an extra that
brings a library and the whole of no subject: there it is seen in that run and in the environment with no extra.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click
import httpx
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bluezone import extras
from bluezone.cli.main import bluezone

REPOSITORY = Path(__file__).resolve().parents[2]
RUNNER = Path(__file__).with_name("run_commands.py")
#: of which there is no environment of its own
EXTRAS = ("phone", "crypto", "bumble", "bluez", "desktop", "rollout", "evaluation", "epidemic", "town")

#: Commands that work with nothing but the base (their cryptography is libcrypto).
BASE = {
    "export make", "export show", "export verify", "exposure policies", "exposure score", "ids", "rollout audit",
    "rollout rank", "rollout pace", "rollout cascade",
}  # fmt: skip
#: Extra -> the subjects all of whose commands it brings.
SUBJECTS = {"phone": {"phone"}, "authority": {"authority"}, "evaluation": {"exposure"}, "epidemic": {"epidemic"},
            "rollout": {"rollout"}, "town": {"phone", "authority", "town"}}  # fmt: skip
NEEDS = re.compile(
    r"needs the package (?P<package>\w+), which the extra `(?P<extra>\w+)` brings; install it with: /\S+ "
)
#: Pages for everybody and for officers, and files.
PAGES = ("/", "/officer/cases/", "/exports/452/index.txt")

#: The simplest thing each command can be asked that is not refused for want of an option; the others are asked nothing.
SIMPLEST: dict[str, list[str]] = {
    "ids": ["--key", "75c734c6dd1a782de7a965da5eb93125", "--start", "2642976"],
    "exposure score": ["{scans}"],
    "rollout audit": ["{figures}"],
    "rollout rank": ["--date", "2020-08-13"],
    "rollout pace": ["--unit", "Hậu Giang", "--target", "30%", "--from", "2020-08-13", "--by", "2020-08-30"],
    "rollout forecast": ["--unit", "Hậu Giang"],
    "rollout cascade": ["--unit", "Hậu Giang", "--target", "30%", "--date", "2020-08-13"],
    "rollout bulletin": ["--unit", "Hậu Giang", "--date", "2020-08-20", "--out", "{folder}/bulletin.pdf"],
    "rollout poster": ["--unit", "UBND", "--url", "https://example.org/", "--out", "{folder}/poster.pdf"],
    "epidemic importation": ["--outbreaks", "10", "--days", "20", "--uptake", "0"],
    "phone service": ["--radio", "usb:0"],
    "phone run": ["--radio", "bluez"],
    "phone serve": ["--port", "0"],
    "authority serve": ["--port", "0", "--workers", "1"],
    "town run": ["--people", "2", "--hours", "0.1", "--quiet"],
    "town seeds": ["--people", "2", "--hours", "0.1", "--seeds", "1"],
    "town herald": ["--phones", "1"],
    "town hub": ["--port", "0"],
    "town show": ["--port", "0"],
}
#: Commands that go on until they are stopped: so many seconds after the first thing they say, which they say when they
#: are ready. The worker then does each of its jobs for the first time.
STOPPED_AFTER_S = {
    "authority serve": 0.5,
    "authority worker": 3.0,
    "phone serve": 0.5,
    "town hub": 0.5,
    "town show": 2.0,
}
#: Extras that bring a library, and all commands of no subject.
LIBRARIES = {"crypto", "bumble", "bluez", "desktop"}
#: What must end well (exit code 0) where the extra is there, so that the test cannot pass on refusals alone.
MUST_WORK = {
    "": {"ids", "exposure policies", "exposure score", "rollout rank", "rollout pace", "rollout cascade"},
    "phone": {"phone radios", "phone status", "phone service", "phone serve", "phone check"},
    "authority": {"authority install", "authority public-keys", "authority publish", "authority purge",
                  "authority serve", "authority worker", "authority load-example", "authority policy list"},
    "rollout": {"rollout forecast", "rollout bulletin", "rollout poster"},
    "epidemic": {"epidemic assumptions"},
    "town": {"town run", "town hub", "town show", "phone radios", "authority install"},
}  # fmt: skip


class Ended(NamedTuple):
    """How a command ended: `is_help` where it was asked for its help."""

    name: str
    is_help: bool
    code: int
    out: str
    err: str


def command_names() -> list[str]:
    """Every command, `migrate` before those that want its database."""

    def walk(group: click.Group, path: tuple[str, ...]) -> Iterator[str]:
        context = click.Context(group)
        for name in group.list_commands(context):
            found = group.get_command(context, name)
            if isinstance(found, click.Group):
                yield from walk(found, (*path, name))
            else:
                yield " ".join((*path, name))

    return sorted(walk(bluezone, ()), key=lambda name: (name != "authority install", name))


def demand(package: str, require_tool) -> None:
    """Skip or fail the test where a package that only development brings is not there."""
    try:
        importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        require_tool.missing(f"{package} is not installed: `make setup` brings it")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory, require_tool) -> Path:
    demand("hatchling", require_tool)
    return built(REPOSITORY, tmp_path_factory.mktemp("wheel"))


def built(source: Path, folder: Path, **facts: Any) -> Path:
    """The wheel of a tree, built into a folder; `facts`: how its process differs."""
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", folder]
    subprocess.run([*pip, source], check=True, **facts)
    return next(folder.glob("bluezone-*.whl"))


@pytest.mark.thorough
def test_one_source_makes_one_wheel_byte_for_byte(wheel, tmp_path):
    left = shutil.ignore_patterns(".git", ".venv", ".*cache", "__pycache__", "*.mo", "docs", "tests", "mobile", "build")
    source = shutil.copytree(REPOSITORY, tmp_path / "elsewhere", ignore=left)
    elsewhere = {"PYTHONHASHSEED": "7", "TZ": "Asia/Ho_Chi_Minh", "LC_ALL": "C"}
    again = built(source, tmp_path / "again", umask=0o077, env=os.environ | elsewhere)
    assert again.name == wheel.name
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(wheel.read_bytes()).digest()


@pytest.fixture(scope="module")
def unpacked(wheel) -> Path:
    folder = wheel.parent / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def brought_by(extra: str) -> set[str]:
    """The distributions that bluezone with this extra brings, with all that those need."""
    found: set[str] = set()

    def add(name: str, wanted: frozenset[str]) -> None:
        for text in importlib.metadata.requires(name) or ():
            requirement = Requirement(text)
            marker = requirement.marker
            if marker and not any(marker.evaluate({"extra": each}) for each in (*wanted, "")):
                continue
            required = canonicalize_name(requirement.name)
            if required != "bluezone":
                known = required in found
                found.add(required)
                if known and not requirement.extras:
                    continue
            try:
                add(required, frozenset(requirement.extras))
            except importlib.metadata.PackageNotFoundError:
                continue  # the extra `desktop` is not installed for development

    add("bluezone", frozenset({extra} - {""}))
    return found


def absent_packages(extra: str) -> set[str]:
    """Import names of this environment that bluezone with this extra alone would not find."""
    brought = brought_by(extra)
    return {
        package
        for package, distributions in importlib.metadata.packages_distributions().items()
        if package != "bluezone" and not {canonicalize_name(name) for name in distributions} & brought
    }


def run_all(
    python: Path, folder: Path, absent: set[str], path: Path | None = None, *, fresh: bool = True
) -> list[Ended]:
    """Ask every command for its help and for the simplest thing, as if some packages were absent.

    fresh: whether each command starts with nothing imported.
    """
    (folder / "scans.csv").write_text("60,55\n60,56\n")
    (folder / "figures.csv").write_text("unit,installs,pct_population,date\nHậu Giang,55289,7.54,2020-08-13\n", "utf-8")
    places = {"scans": folder / "scans.csv", "figures": folder / "figures.csv", "folder": folder}
    names = command_names()
    asked = {
        "absent": sorted(absent),
        "fresh": fresh,
        "helps": [[*name.split(), "--help"] for name in names],
        "commands": [
            ([*name.split(), *(argument.format(**places) for argument in SIMPLEST.get(name, []))],
             STOPPED_AFTER_S.get(name)) for name in names
        ],
    }  # fmt: skip
    done = subprocess.run(
        [python, RUNNER], input=json.dumps(asked),
        cwd=folder, env=environment(folder, path), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    ended = json.loads(done.stdout)
    return [
        Ended(name, is_help, **each)
        for is_help, kind in ((True, "helps"), (False, "commands"))
        for name, each in zip(names, ended[kind], strict=True)
    ]


def environment(folder: Path, path: Path | None = None) -> dict[str, str]:
    """Nothing of this environment but what programs need; every file goes into the folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BLUEZONE_", "PYTHON", "DJANGO"))}
    return kept | {
        "BLUEZONE_VAR": str(folder / "var"),
        "BLUEZONE_PHONE": str(folder / "phone"),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        **({} if path is None else {"PYTHONPATH": str(path)}),
    }


def judge(all_ended: list[Ended], extra: str, absent: set[str]) -> None:
    """Find no traceback; what cannot be done names one extra that brings what is missing; the rest works."""
    for each in all_ended:
        assert "Traceback" not in each.err, each
        assert "No module named" not in each.err, each
        if each.name == "authority check" and each.out:
            continue  # the code is the verdict on a fresh installation: nothing has worked or published there yet
        assert each.code in {0, 2}, each
        assert each.code == 0 or each.err.count("\n") == 1, each
        needs = NEEDS.search(each.err)
        if needs is not None:
            assert needs["package"] in absent, each
            parts = {needs["extra"], *extras.BUNDLES.get(needs["extra"], ())}  # a bundle brings some packages itself
            assert parts & set(extras.PACKAGES[needs["package"]]), each
        if each.code and (needs is not None or each.is_help):  # (the worker says it in its log, and goes on)
            assert each.name not in BASE, each
            assert each.name.split()[0] not in SUBJECTS.get(extra, ()), each
    worked = {each.name for each in all_ended if not each.is_help and each.code == 0}
    assert worked >= MUST_WORK[""] | MUST_WORK.get(extra, set())


@pytest.fixture
def machine_code_without_populations(compiled_simulator, tmp_path_factory, monkeypatch) -> None:
    """Let commands find the simulator's machine code but for what makes populations: to compile one part shows that the
    packages of its extra are enough for that, and takes a sixth of the time of all."""
    folder = tmp_path_factory.mktemp("numba")
    left_out = shutil.ignore_patterns("ready-*", "population_kernels.*", "*.tmp.*", "*.lock")  # others write there
    shutil.copytree(os.environ["NUMBA_CACHE_DIR"], folder, dirs_exist_ok=True, ignore=left_out)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(folder))


@pytest.mark.thorough
@pytest.mark.parametrize("extra", EXTRAS)
def test_with_one_extra_every_command_works_or_names_the_extra_that_is_missing(unpacked, tmp_path, extra, request):
    absent = absent_packages(extra)
    assert {"pytest", "hypothesis"} <= absent
    if extra == "epidemic":
        request.getfixturevalue("machine_code_without_populations")
    fresh = extra not in {"town", *LIBRARIES}
    judge(run_all(Path(sys.executable), tmp_path, absent, unpacked, fresh=fresh), extra, absent)


# --- in environments of their own -------------------------------------------------------------------------------------


def installed(wheel: Path, extra: str, folder: Path, require_tool) -> Path:
    """The Python of a new environment with the wheel, an extra of it, and pip; made by uv in a tenth of the time, or by
    pip where uv cannot: it does not read pip's settings, which may name another index."""
    python = folder / "bin" / "python"
    wanted = ["--quiet", "--constraint", REPOSITORY / "constraints.txt", f"{wheel}[{extra}]" if extra else wheel]
    uv = [sys.executable, "-m", "uv", "--system-certs"]
    by_uv = (
        [*uv, "venv", "--quiet", "--seed", "--python", sys.executable, folder],
        [*uv, "pip", "install", "--python", python, *wanted],
    )
    by_pip = ([sys.executable, "-m", "venv", "--clear", folder], [python, "-m", "pip", "install", *wanted])
    for steps in (by_uv, by_pip):
        ended = [subprocess.run(step, capture_output=True, text=True, check=False) for step in steps]
        if not any(each.returncode for each in ended):
            break
    else:
        reason = (ended[-1].stderr.strip().splitlines() or ["pip failed"])[-1]
        require_tool.missing(f"neither uv nor pip can install from the package index: {reason}")
    lend_bytecode(Path(sysconfig.get_path("purelib")), next((folder / "lib").glob("python3*/site-packages")))
    return python


def lend_bytecode(ours: Path, theirs: Path) -> None:
    """Copy what Python has compiled of the very files that a new environment has, too. It takes such a copy only where
    the source has the time and the size that the copy names, and compiles all other files as ever."""
    for source in theirs.rglob("*.py"):
        target = Path(importlib.util.cache_from_source(str(source)))
        compiled = ours / target.relative_to(theirs)
        if compiled.exists() and not target.exists():
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(compiled, target)


def absent_there(python: Path) -> set[str]:
    code = "import importlib.util, sys; print(*(name for name in sys.argv[1:] if not importlib.util.find_spec(name)))"
    return set(
        subprocess.run(
            [python, "-c", code, *extras.PACKAGES], capture_output=True, text=True, check=True
        ).stdout.split()
    )


@pytest.fixture(scope="module")
def base(wheel, tmp_path_factory, require_tool) -> Path:
    return installed(wheel, "", tmp_path_factory.mktemp("base") / "venv", require_tool)


@pytest.fixture(scope="module")
def authority(wheel, tmp_path_factory, require_tool) -> Path:
    return installed(wheel, "authority", tmp_path_factory.mktemp("authority") / "venv", require_tool)


@pytest.mark.thorough
def test_the_base_alone_runs_what_needs_no_extra(base, tmp_path):
    judge(run_all(base, tmp_path, set()), "", absent_there(base))


@pytest.fixture(scope="module")
def ran(authority, tmp_path_factory) -> tuple[Path, list[Ended]]:
    """A folder in which the authority's environment has run all commands, and how they ended."""
    folder = tmp_path_factory.mktemp("ran")
    return folder, run_all(authority, folder, set())


@pytest.mark.thorough
def test_the_authority_alone_runs_all_its_commands(authority, ran):
    judge(ran[1], "authority", absent_there(authority))


@pytest.mark.thorough
def test_the_authority_alone_serves_its_pages(authority, ran):
    folder, _ = ran
    own = environment(folder)
    serving = [authority.with_name("bluezone"), "authority", "serve", "--port", "0", "--json"]
    with subprocess.Popen(serving, env=own, cwd=folder, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            url = json.loads(server.stdout.readline())["url"]
            for path in PAGES:
                answer = httpx.get(f"{url}{path}", follow_redirects=True)
                assert answer.status_code == 200, (path, answer.status_code)
        finally:
            server.terminate()


@pytest.mark.thorough
def test_the_hint_of_a_missing_extra_installs_it(base, tmp_path):
    status = [base.with_name("bluezone"), "phone", "status"]
    before = subprocess.run(status, env=environment(tmp_path), capture_output=True, text=True, check=False)
    assert before.returncode == 2
    hint = shlex.split(before.stderr.partition("install it with: ")[2])
    assert hint[:4] == [str(base), "-m", "pip", "install"]
    # what `make setup` has downloaded is not downloaded again, and what is not run is not compiled
    cache = os.environ.get("PIP_CACHE_DIR", str(Path.home() / ".cache" / "pip"))
    subprocess.run(
        [*hint, "--quiet", "--constraint", REPOSITORY / "constraints.txt"], check=True,
        env=environment(tmp_path) | {"PIP_CACHE_DIR": cache, "PIP_NO_COMPILE": "1"},
    )  # fmt: skip
    after = subprocess.run(status, env=environment(tmp_path), capture_output=True, text=True, check=False)
    assert after.returncode == 0, after.stderr
