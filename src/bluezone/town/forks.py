"""Run commands of `bluezone authority` in forks of one process that has loaded it: loading costs more than they do.

    python -m bluezone.town.forks FD

Each command is a message on the socket FD: its arguments as JSON, and with it four descriptors, which become its
standard input, output and error, and a pipe on which it says its process id and, at its end, its exit code. It runs in
a session of its own, by the same entry as from a shell. The loaded process ends when the other end of the socket does.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO, NoReturn

from bluezone.town.errors import TownError

_MOST_BYTES = 65_536
_LOAD_TIMEOUT_S, _END_TIMEOUT_S = 60.0, 1.0


class Forked:
    """Hold a command that runs in a fork; what is used of it is what `subprocess.Popen` has too."""

    def __init__(self, arguments: Sequence[str], status: int, stdin: int, stdout: int, stderr: int | None) -> None:
        """Wait until it runs. `status`, `stdin`, `stdout`, `stderr`: this end of its pipes. Raises TownError."""
        self.returncode: int | None = None
        self.stdin: IO[bytes] | None = os.fdopen(stdin, "wb")
        self.stdout: IO[bytes] | None = os.fdopen(stdout, "rb")
        self.stderr: IO[bytes] | None = None if stderr is None else os.fdopen(stderr, "rb")
        self._name, self._status, self._said = " ".join(arguments[:1]), status, b""
        begun = self._line(_LOAD_TIMEOUT_S)
        if not begun:
            self._close()
            os.close(status)
            raise TownError(f"`bluezone authority {self._name}` could not be started")
        self.pid = int(begun)

    def wait(self, timeout: float | None = None) -> int:
        """Return its exit code once it has ended; that of a process killed where it said none. Raises
        subprocess.TimeoutExpired."""
        if self.returncode is None:
            line = self._line(timeout)
            self.returncode = int(line) if line else -signal.SIGKILL
            os.close(self._status)
        return self.returncode

    def communicate(self, text: bytes, timeout: float) -> tuple[bytes, bytes]:
        """Send its input; return its output and errors once it has ended. Raises subprocess.TimeoutExpired."""
        deadline = time.monotonic() + timeout
        found = {}
        if self.stdin is not None:
            with suppress(BrokenPipeError), self.stdin as stdin:
                stdin.write(text)
        with selectors.DefaultSelector() as selector:
            for stream in filter(None, (self.stdout, self.stderr)):
                found[stream] = b""
                selector.register(stream, selectors.EVENT_READ)
            while selector.get_map():
                ready = selector.select(max(deadline - time.monotonic(), 0.0))
                if not ready:
                    raise subprocess.TimeoutExpired(self._name, timeout)
                for key, _ in ready:
                    chunk = os.read(key.fd, _MOST_BYTES)
                    found[key.fileobj] += chunk  # type: ignore[index]
                    if not chunk:
                        selector.unregister(key.fileobj)
        self.wait(max(deadline - time.monotonic(), 0.0))
        self._close()
        return tuple(found[stream] if stream else b"" for stream in (self.stdout, self.stderr))  # type: ignore[return-value]

    def _close(self) -> None:
        for stream in (self.stdin, self.stdout, self.stderr):
            if stream is not None:
                stream.close()

    def _line(self, timeout: float | None) -> bytes:
        """Return the next line of the status pipe; "" where whoever writes it is gone."""
        deadline = None if timeout is None else time.monotonic() + timeout
        with selectors.DefaultSelector() as selector:
            selector.register(self._status, selectors.EVENT_READ)
            while b"\n" not in self._said:
                if not selector.select(None if deadline is None else max(deadline - time.monotonic(), 0.0)):
                    raise subprocess.TimeoutExpired(self._name, timeout or 0.0)
                chunk = os.read(self._status, 64)
                if not chunk:
                    return b""
                self._said += chunk
        line, _, self._said = self._said.partition(b"\n")
        return line


class Forks:
    """Keep the loaded process. One thread starts commands; another may close."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        self._channel: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, arguments: Sequence[str], stderr: IO[bytes] | None = None) -> Forked:
        """Start `bluezone authority` with these arguments; its errors go to a file, or else come back."""
        channel = self.load()
        pipes = [os.pipe() for _ in range(3 if stderr else 4)]
        (theirs_in, mine_in), (mine_out, theirs_out), (mine_status, theirs_status) = pipes[:3]
        mine_err, theirs_err = pipes[3] if stderr is None else (None, stderr.fileno())
        theirs = [theirs_in, theirs_out, theirs_err, theirs_status]
        try:
            socket.send_fds(channel, [json.dumps(list(arguments)).encode()], theirs)
        except OSError:
            raise TownError("the process that has loaded the authority is gone") from None
        finally:
            for number in theirs:
                if stderr is None or number != stderr.fileno():
                    os.close(number)
        return Forked(arguments, mine_status, mine_in, mine_out, mine_err)

    def close(self) -> None:
        """End the loaded process; what was started goes on, what was to be started raises TownError. Safe more than
        once."""
        channel, process = self._channel, self._process
        self._channel = self._process = None
        if channel is not None and process is not None:
            with suppress(OSError):
                channel.shutdown(socket.SHUT_RDWR)
            channel.close()
            try:
                process.wait(_END_TIMEOUT_S)
            except subprocess.TimeoutExpired:  # it is still loading
                process.kill()
                process.wait()

    def load(self) -> socket.socket:
        """Start the process that loads the authority, where that is not done; return the way to it."""
        if self._channel is not None:
            return self._channel
        mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bluezone.town.forks", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=self._environment,
                start_new_session=True,
            )
        self._channel = mine
        return mine


# --- the loaded process -----------------------------------------------------------------------------------------------


def _serve(channel: socket.socket) -> None:
    _load_authority()
    while True:
        message, descriptors, _, _ = socket.recv_fds(channel, _MOST_BYTES, 4)
        with suppress(ChildProcessError):  # a fork's end is told by its pipe; here its CPU time is counted
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not message:
            return
        if os.fork() == 0:
            channel.close()
            _run(json.loads(message), descriptors)
        for number in descriptors:
            os.close(number)


def _load_authority() -> None:
    import bluezone.cli.authority
    from bluezone.authority.project.loading import load

    load()
    import bluezone.authority.project.urls  # noqa: F401 (as each process of the server would)


def _run(arguments: list[str], descriptors: list[int]) -> NoReturn:
    """Be a command to the end of this process."""
    os.setsid()
    status = descriptors[3]
    for number, descriptor in enumerate(descriptors[:3]):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.write(status, b"%d\n" % os.getpid())
    code = 1
    try:
        from bluezone.cli.main import main

        sys.argv = ["bluezone", "authority", *arguments]
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 (as the interpreter would at its end)
        traceback.print_exc()
    finally:
        from django.db import connections

        connections.close_all()
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os.write(status, b"%d\n" % code)
        os._exit(code)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
