"""Start commands and code of an authority as forks of a process that has loaded the authority.

An interpreter that loads the authority takes almost two seconds of CPU; tests start hundreds. So one process per test
process loads it, with the settings of an empty folder, and each command is a fork of it that goes on from there by the
entry and the environment it would have from a shell. Where a command would load the authority, it reads its own
settings, and with them all that Django had formed by then: databases and logs. It is a process like any other: signals
end it, and its exit status is told as `subprocess` tells it. What is started are the arguments of `bluezone`, or `-c`
with code and its arguments. (tests/cli and tests/install start the real command, which loads by itself.)

Whoever has a shell to start from asks by `ask_fork.py`.

    python -c "from tests.authority.forked import serve; serve(FD)"  # that process; it ends with the other end of FD
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO, NoReturn

_MOST_BYTES = 200_000
_ROOT = Path(__file__).resolve().parents[2]
_SETTINGS = "bluezone.authority.project.settings"
#: beside the applications with their models
_MODULES = (
    "django.contrib.staticfiles.management.commands.collectstatic", "django.core.management.commands.migrate",
    "django.db.backends.postgresql.base", "granian.server", "httpx", "bluezone.authority.project.edge.application",
    "bluezone.authority.project.database", "bluezone.authority.project.server", "bluezone.authority.project.urls",
    "bluezone.authority.project.worker", "bluezone.cli.authority", "bluezone.cli.main",
)  # fmt: skip
#: all their modules
_PACKAGES = ("bluezone.exposure.policies", "bluezone.geography", "bluezone.protocol", "bluezone.rollout")


class Started:
    """Hold a command that runs; what is used of it is what `subprocess.Popen` has too."""

    def __init__(self, arguments: Sequence[str], told: socket.socket) -> None:
        self.args, self.returncode, self._told = arguments, None, told
        self.pid = int(told.recv(64))

    def wait(self, timeout: float | None = None) -> int:
        """Return its exit status once it has ended (negative: the signal that ended it). Raises
        subprocess.TimeoutExpired."""
        if self.returncode is None:
            self._told.settimeout(timeout)
            try:
                self.returncode = int(self._told.recv(64))
            except TimeoutError:
                raise subprocess.TimeoutExpired(self.args, timeout or 0.0) from None
            self._told.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)


def start(arguments: Sequence[str], environment: Mapping[str, str], stdin: int, stdout: int, stderr: int) -> Started:
    """Start `bluezone` with these arguments, in this environment and in the folder where the test is."""
    told, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    message = json.dumps([list(arguments), dict(environment), str(Path.cwd())]).encode()
    with theirs:
        socket.send_fds(_loaded(), [message], [stdin, stdout, stderr, theirs.fileno()])
    return Started(arguments, told)


def run(
    arguments: Sequence[str], environment: Mapping[str, str], text: str = "", timeout_s: float = 300.0
) -> subprocess.CompletedProcess[str]:
    """Run `bluezone` to its end with a text to read. Raises subprocess.TimeoutExpired, and kills it then."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(text.encode())
        given.seek(0)
        command = start(arguments, environment, given.fileno(), out.fileno(), err.fileno())
        try:
            code = command.wait(timeout_s)
        except subprocess.TimeoutExpired:
            command.send_signal(signal.SIGKILL)
            command.wait()
            raise
        return subprocess.CompletedProcess(command.args, code, _all_of(out), _all_of(err))


def serve_authority(environment: Mapping[str, str], *options: str) -> tuple[Started, str]:
    """Start the authority's server on a free port; return it and its address once it answers."""
    mine, theirs = os.pipe()
    with Path(os.devnull).open("r+b") as nothing:
        nowhere = nothing.fileno()
        server = start(["authority", "serve", "--port", "0", "--json", *options], environment, nowhere, theirs, nowhere)
    os.close(theirs)
    with os.fdopen(mine) as said:
        return server, json.loads(said.readline())["url"]


@contextmanager
def listening() -> Iterator[Path]:
    """Start what programs ask for on a socket, whose path is given, while the block runs."""
    with (
        tempfile.TemporaryDirectory(prefix="bluezone-forks-") as folder,  # a socket's path is 107 characters at most
        socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener,
    ):
        path = Path(folder, "socket")
        listener.bind(str(path))
        listener.listen()
        thread = threading.Thread(target=_pass_on, args=(listener,), name="forks")
        thread.start()
        try:
            yield path
        finally:
            listener.shutdown(socket.SHUT_RDWR)  # ends the wait for the next
            thread.join()


def _pass_on(listener: socket.socket) -> None:
    """Hand what programs ask for to the loaded process, which tells each of them how it ended."""
    while True:
        try:
            told, _ = listener.accept()
        except OSError:  # nobody may ask any more
            return
        with told:
            message, descriptors, _, _ = socket.recv_fds(told, _MOST_BYTES, 3)
            socket.send_fds(_loaded(), [message], [*descriptors, told.fileno()])
            for number in descriptors:
                os.close(number)


def _all_of(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


@cache
def _loaded() -> socket.socket:
    """Start the process that loads; return the way to it."""
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours = ("BLUEZONE_", "DATABASE_", "DJANGO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    code = f"from tests.authority.forked import serve; serve({theirs.fileno()})"
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            env=kept | {"PYTHONPATH": os.pathsep.join((str(_ROOT / "src"), str(_ROOT)))},
            pass_fds=[theirs.fileno()],
            cwd=_ROOT,
            start_new_session=True,  # no terminal: a password is read from standard input
        )
    atexit.register(process.wait)
    atexit.register(mine.close)  # before that
    return mine


# --- the loaded process -----------------------------------------------------------------------------------------------


def serve(number: int) -> None:
    """Start what is asked for on the socket, and tell of each that ends, until the other end of it is closed."""
    _load()
    channel = socket.socket(fileno=number)
    with selectors.DefaultSelector() as selector:
        selector.register(channel, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.data is not None:
                    selector.unregister(key.fileobj)
                    _tell_end(key.fd, *key.data)
                    continue
                message, descriptors, _, _ = socket.recv_fds(channel, _MOST_BYTES, 4)
                if not message:  # also where the tests were killed: what they started ends with them
                    for each in filter(None, (kept.data for kept in selector.get_map().values())):
                        os.kill(each[0], signal.SIGTERM)
                    return
                child = os.fork()
                if child == 0:
                    _run(channel, selector, *json.loads(message), descriptors)
                told = socket.socket(fileno=descriptors.pop())
                for number in descriptors:
                    os.close(number)
                told.send(b"%d" % child)
                selector.register(os.pidfd_open(child), selectors.EVENT_READ, (child, told))


def _tell_end(watch: int, child: int, told: socket.socket) -> None:
    os.close(watch)
    _, status = os.waitpid(child, 0)
    with told, suppress(BrokenPipeError):  # nobody may wait for it
        told.send(b"%d" % os.waitstatus_to_exitcode(status))


def _load() -> None:
    import django

    gc.disable()
    os.environ["DJANGO_SETTINGS_MODULE"] = _SETTINGS
    with tempfile.TemporaryDirectory(prefix="bluezone-loaded-") as folder:
        os.environ["BLUEZONE_VAR"] = folder
        django.setup()
    for name in _MODULES:
        importlib.import_module(name)
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    PBKDF2PasswordHasher.iterations = 1_000  # a million take a third of a second of CPU at each login
    for name in _PACKAGES:
        for each in pkgutil.walk_packages(importlib.import_module(name).__path__, f"{name}."):
            importlib.import_module(each.name)
    from bluezone.geography import catalogue

    catalogue.all_units()
    gc.freeze()
    gc.enable()


def _read_settings() -> None:
    """Take the settings of this process's environment for those of the loaded authority, as if it were loaded now.

    Raises what reading them raises. What other applications have added to the settings stays.
    """
    from django import conf
    from django.db import connections
    from django.utils.log import configure_logging

    sys.modules.pop(_SETTINGS)
    read = conf.Settings(os.environ.setdefault("DJANGO_SETTINGS_MODULE", _SETTINGS))
    for name in filter(str.isupper, dir(read)):
        setattr(conf.settings, name, getattr(read, name))
    vars(connections).pop("settings", None)  # of the empty folder, of whose database nothing was asked
    connections._settings = None
    del connections["default"]
    configure_logging(conf.settings.LOGGING_CONFIG, conf.settings.LOGGING)


def _read_settings_for_loading() -> None:
    """Let this process read its own settings when it would load the authority for the first time."""
    import django

    from bluezone.authority.project import processes

    loads = django.setup, processes.load

    def read() -> None:
        django.setup, processes.load = loads
        _read_settings()

    django.setup = processes.load = read


def _run(
    channel: socket.socket,
    selector: selectors.BaseSelector,
    arguments: list[str],
    environment: dict[str, str],
    folder: str,
    descriptors: list[int],
) -> NoReturn:
    """Be a command to the end of this process."""
    for each in selector.get_map().values():
        if each.data is not None:  # of another command
            os.close(each.fd)
            each.data[1].close()
    selector.close()
    channel.close()
    os.close(descriptors.pop())
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    _read_settings_for_loading()
    code = 1
    try:
        if arguments[0] == "-c":
            sys.argv = ["-c", *arguments[2:]]
            exec(arguments[1], {"__name__": "__main__"})
            code = 0
        else:
            from bluezone.cli.main import main

            sys.argv = ["bluezone", *arguments]
            main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 (as the interpreter would at its end)
        traceback.print_exc()
    finally:
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)
