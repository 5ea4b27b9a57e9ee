"""Run commands of `bluezone authority` in forks of one process that has loaded it: loading costs more than they do.

That process is `bluezone.cli.forking`. A command's end is told by a pipe of its own.
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
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO

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
                [sys.executable, "-m", "bluezone.cli.forking", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=self._environment,
                start_new_session=True,
            )
        self._channel = mine
        return mine
