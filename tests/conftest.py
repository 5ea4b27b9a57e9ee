"""What every room's tests share: tools that may be missing, and where caches live."""

from __future__ import annotations

import asyncio
import faulthandler
import fcntl
import gc
import inspect
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, settings

from bluezone.cli.main import main
from bluezone.town.clock import JumpingLoop

# How long an example takes says more of the machine and its neighbours than of the code. `make thorough` tries more.
settings.register_profile("bluezone", deadline=None, max_examples=10, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", settings.get_profile("bluezone"), max_examples=250)
settings.load_profile("bluezone")

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "tools"))
from catalogues import compile_catalogue  # noqa: E402

# The tests start hundreds of processes. Where images of containers forbid Python to keep what it compiled, each of them
# would compile Django and all the rest anew: 3 s of CPU where 1 s will do.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Machine code of the simulator is kept here between runs, and shared by all test processes.
os.environ.setdefault("NUMBA_CACHE_DIR", str(REPOSITORY / ".cache" / "numba"))

# A shell's background job has Ctrl-C ignored, and so would every process that a test starts and interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# What is collected stays to the end. The collector of garbage would look at it again and again, and find nothing: it
# rests until then, passes over all that is there by then, and looks for garbage a little less often than by default.
gc.disable()


def pytest_collection_finish() -> None:
    """Let the collector of garbage begin, with what comes from here on."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the files with a browser first where several processes share the files: they take longest, and would else
    begin when the other processes have nothing left to do."""
    if hasattr(config, "workerinput"):  # a process of pytest-xdist
        items.sort(key=lambda item: item.get_closest_marker("browser") is None)


def _with_room(call: Callable[..., object], **arguments: object) -> object:
    """Call a function with room on Python's stack for all that it calls."""
    return call(**arguments)


# Python 3.11 keeps the frames of its functions in pieces of 16 KiB, and asks the kernel for the next piece whenever a
# call passes the end of one, to give it back when that call returns: where that happens within a loop, it takes longer
# than the loop. The piece in which a large frame begins is twice as large as the frame, and all that is called fits in.
_with_room.__code__ = _with_room.__code__.replace(co_stacksize=250_000)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> object:
    """Run a test as pytest does, with room on the stack."""
    runner = item.config.pluginmanager.get_plugin("runner")
    return _with_room(runner.pytest_runtest_protocol, item=item, nextitem=nextitem)


_stderr = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    """Keep the standard error that a person reads: a test's own is caught."""
    config.stash[_stderr] = os.dup(2)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """End the process where putting away has no end: once a test has failed, pytest's own clocks are off."""
    limit_s = float(item.config.getini("faulthandler_timeout"))
    faulthandler.dump_traceback_later(limit_s, exit=True, file=item.config.stash[_stderr])
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that is a coroutine: in jumping time among virtual controllers, else as time goes."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    jumps = arguments.keys() & {"virtual", "studio"}
    with asyncio.Runner(loop_factory=JumpingLoop if jumps else None) as runner:
        runner.run(pyfuncitem.obj(**arguments))
    return True


@pytest.fixture(scope="session", autouse=True)
def compiled_texts() -> None:
    """Compile the catalogues that have changed since they were, as an installation does."""
    for source in (REPOSITORY / "src").glob("**/locale/*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        compile_catalogue(source)  # other workers do the same


@pytest.fixture(autouse=True)
def ctrl_c() -> Iterator[None]:
    """Put Ctrl-C back to what it was: `main` lets it end the process it is called in."""
    before = signal.getsignal(signal.SIGINT)
    yield
    if signal.getsignal(signal.SIGINT) is not before and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, before)


class Tools:
    """Finds what a test needs outside Python, or skips with the reason; where CI=true, a missing tool is a failure."""

    def missing(self, reason: str) -> None:
        """Skip (or, under CI=true, fail) the calling test with the reason in plain words."""
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason} (CI=true: a missing tool is a failure)", pytrace=False)
        pytest.skip(reason)

    def program(self, *names: str, package: str) -> str:
        """Path of the first of `names` that is installed; `package` is the Debian package that brings it."""
        found = next(filter(None, map(shutil.which, names)), None)
        if found is None:
            self.missing(f"{' or '.join(names)} is not installed: `apt-get install {package}` brings it")
        return str(found)

    def chromium(self) -> str:
        """Path of Chromium: the build without windows if it is there, which takes a third of the time for a page."""
        return self.program("chromium-headless-shell", "chromium", "chromium-browser", package="chromium")

    def environment(self, variable: str, hint: str) -> str:
        """Value of an environment variable; `hint` says how to set it."""
        value = os.environ.get(variable)
        if not value:
            self.missing(f"{variable} is not set: {hint}")
        return str(value)

    def shared_data(self, relative: str) -> Path:
        """A file of the folder `shared/` beside the checkout: data that may never be in the repository."""
        path = REPOSITORY.parent / "shared" / relative
        if not path.exists():
            pytest.skip(f"{path} is not on this machine (its licence keeps it out of the repository)")
        return path


@pytest.fixture(scope="session")
def require_tool() -> Tools:
    return Tools()


@pytest.fixture(scope="session")
def cache_directory() -> Path:
    """A directory that outlives the run (.cache, git-ignored) for what is slow to make."""
    path = REPOSITORY / ".cache"
    path.mkdir(exist_ok=True)
    return path


@pytest.fixture(scope="session")
def compiled_simulator() -> None:
    """Have one test process compile the simulator: of those that begin at once, each would, for 30 s of CPU."""
    from bluezone.epidemic import machine_code, warmup

    folder = Path(os.environ["NUMBA_CACHE_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "simulator.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not machine_code.is_ready():
            warmup.make_ready()


class Ended(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def run_bluezone(monkeypatch, capsys) -> Callable[..., Ended]:
    """Runs `bluezone ARGUMENTS` in the test's own process; gives exit code, stdout and stderr."""

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["bluezone", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code
        return Ended(code if isinstance(code, int) else int(code is not None), *capsys.readouterr())

    return run
