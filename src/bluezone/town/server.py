"""Run the town's authority: the real server in processes of its own, on a database of its own and the town's clock.

Everything goes through its command line and over HTTP, as for anybody else; commands are forks of one process that has
loaded the authority (`forks`). Each runs in a session of its own, so that Ctrl-C reaches this program only, which then
takes them down.
"""

from __future__ import annotations

import datetime as dt
import importlib
import json
import os
import secrets
import selectors
import shutil
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, NoReturn

import httpx

from bluezone.disease.reading import read
from bluezone.disease.shipped import CODES, DEFAULT, chosen
from bluezone.machine_code import caches
from bluezone.packages import files_of
from bluezone.protocol.crypto.keys import verifying_key
from bluezone.protocol.exports import TrustedKey
from bluezone.town.errors import TownError
from bluezone.town.forks import Forked, Forks

OFFICER = "can-bo"

#: where an authority without a gateway writes text messages, in its folder
_MESSAGES = "messages.jsonl"
_COMMAND_TIMEOUT_S = 120.0
_START_TIMEOUT_S = 60.0
_STOP_TIMEOUT_S = 20.0  # a worker gives the jobs under way fifteen
_TOKEN_DAYS = 30


@dataclass(frozen=True, slots=True)
class Publication:
    """Count what one run of `bluezone authority publish` did."""

    keys: int
    files: int
    waiting: int
    next_batch_s: float


@dataclass(frozen=True, slots=True)
class Net:
    """Hold what a phone needs to reach the authority: a client, its address, and the keys it trusts."""

    client: httpx.Client
    url: str
    trusted_keys: tuple[TrustedKey, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """Hold an authority that stands ready, to be copied where several are wanted: preparing one takes seconds."""

    var: Path
    token: str
    password: str
    trusted_keys: tuple[TrustedKey, ...]


class TownAuthority:
    """Prepare, serve, kill and serve again a real authority. Use it as a context: leaving stops everything.

    `var` holds its database, keys and exports; it sees the time that `set_clock` wrote last. `like`: one prepared
    before, of which this is a copy. `disease`: a package that ships, or a folder.
    """

    def __init__(
        self, var: Path, now_s: float, rate_limit: int = 300, like: Prepared | None = None, disease: str = DEFAULT
    ) -> None:
        # Raised here where it is missing: the authority's commands would name their own extra, after the phones' day.
        importlib.import_module("django")
        self.var = var
        self.url = ""
        self.password = secrets.token_urlsafe(9)  # for a person who looks around; in no result
        self.trusted_keys: tuple[TrustedKey, ...] = ()
        self._token = ""
        self._rate_limit = rate_limit
        self._clock_file = var / "rehearsal-clock"
        self._server: Forked | None = None
        self._running: set[Forked] = set()
        self._lock = threading.Lock()
        self._stopped = False
        self._like = like
        self._disease = read(files_of(chosen(disease)))
        var.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lay_package(disease)
        self.set_clock(now_s)
        self._forks = Forks(self._environment())

    def _lay_package(self, name: str) -> None:
        """Lay a package of one's own where one that was added lies: a rehearsal trusts who began it."""
        if name not in CODES:
            folder = self.var / "diseases" / self._disease.code
            folder.mkdir(parents=True, mode=0o700)
            for each, data in files_of(chosen(name)).items():
                folder.joinpath(each).write_bytes(data)

    def __enter__(self) -> TownAuthority:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    # --- time -------------------------------------------------------------------------------------

    def set_clock(self, now_s: float) -> None:
        """Set the authority's clock to `now_s` (Unix seconds)."""
        new = self._clock_file.with_suffix(".new")
        new.write_text(f"{now_s:.3f}", encoding="ascii")
        new.replace(self._clock_file)  # whoever reads meanwhile reads the old or the new time, never half of one

    # --- processes --------------------------------------------------------------------------------

    def prepare(self) -> Prepared:
        """Make database, signing keys, guidance and an officer; learn what phones are to trust. Return what can be
        copied, as long as nothing has been served and no key published from it."""
        if self._like is None:
            self._make()
        else:
            clock = self._clock_file.read_bytes()
            shutil.copytree(self._like.var, self.var, dirs_exist_ok=True)
            self._clock_file.write_bytes(clock)
            self._token, self.password = self._like.token, self._like.password
            self.trusted_keys = self._like.trusted_keys
        return Prepared(self.var, self._token, self.password, self.trusted_keys)

    def _make(self) -> None:
        self.command("install")
        # of the ministry, so that whatever a phone reports lies within the officer's jurisdiction
        self.command("create-officer", OFFICER, "--role", "ministry", "--password-stdin", text=self.password + "\n")
        self.command("guidance", "publish", "package")  # what phones say after a warning is the authority's to say
        if self._disease.code != DEFAULT:
            self.command("policy", "publish", "disease")
        issued = self.command("officer-token", OFFICER, "--days", str(_TOKEN_DAYS), "--json")
        self._token = json.loads(issued)["token"]
        keys = json.loads(self.command("public-keys", "--json"))["export"]
        self.trusted_keys = tuple(
            TrustedKey(verifying_key(key["public_key_pem"].encode()), key["key_id"], key["key_version"]) for key in keys
        )

    def command(self, *arguments: str, text: str = "") -> str:
        """Run `bluezone authority ...` to its end; return its standard output. Raises TownError where it fails."""
        process = self.start(*arguments)
        try:
            out, err = process.communicate(text.encode(), timeout=_COMMAND_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            raise TownError(f"`bluezone authority {arguments[0]}` did not end in {_COMMAND_TIMEOUT_S:.0f} s") from None
        finally:
            self._end(process)
        if process.returncode:
            said = err.decode(errors="replace").strip().splitlines() or ["it said nothing"]
            raise TownError(f"`bluezone authority {arguments[0]}` failed: {said[-1]}")
        return out.decode()

    def start(self, *arguments: str) -> Forked:
        """Start `bluezone authority ...` and do not wait for it. Raises TownError."""
        with self._log_path.open("ab") as log:
            with self._lock:
                self._refuse_if_stopped()
                self._forks.load()
            # not under the lock: loading takes seconds, and whoever stops the rehearsal ends that too
            process = self._forks.start(arguments, log if arguments[0] in ("serve", "worker") else None)
        with self._lock:
            self._running.add(process)
            stopped = self._stopped
        if stopped:
            self._end(process)
            self._refuse_if_stopped()
        return process

    def serve(self, port: int = 0) -> str:
        """Start the server; return its address. 0: any free port."""
        server = self._server = self.start("serve", "--port", str(port), "--workers", "1", "--json")
        assert server.stdout is not None
        line = _read_line(server.stdout, _START_TIMEOUT_S)
        try:
            self.url = str(json.loads(line)["url"])
        except (ValueError, KeyError, TypeError):
            self._end(server)
            raise TownError(f"the authority did not start; see {self._log_path} ({line.decode()!r})") from None
        return self.url

    def start_up(self) -> str:
        """Prepare and serve; return its address."""
        self.prepare()
        return self.serve()

    def stay(self, from_s: float) -> NoReturn:
        """Let the clock run on with real time from `from_s`, until interrupted."""
        started = time.monotonic()
        while True:
            self.set_clock(from_s + time.monotonic() - started)
            time.sleep(1)

    def kill_server(self) -> None:
        """Kill all its processes at once (SIGKILL), as a power cut would."""
        if self._server is not None:
            self._end(self._server, signal.SIGKILL)
            self._server = None

    def stop(self) -> None:
        """End every process that is still running. Safe at any moment, from any thread, more than once."""
        with self._lock:
            self._stopped = True
            running = list(self._running)
        for process in running:
            self._end(process)
        self._forks.close()

    @property
    def _log_path(self) -> Path:
        return self.var / "server.log"

    def _environment(self) -> dict[str, str]:
        # nothing of an installation that may be on this machine reaches the rehearsal
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("BLUEZONE_") and name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
        }
        return kept | {
            "BLUEZONE_VAR": str(self.var),
            "NUMBA_CACHE_DIR": str(caches()),  # a simulator asked here need not compile for each rehearsal
            "BLUEZONE_SECRETS": str(self.var / "secrets"),  # copied with it
            "BLUEZONE_REHEARSAL_CLOCK": str(self._clock_file),
            "BLUEZONE_RATE_LIMIT": str(self._rate_limit),
            "BLUEZONE_SMS": "file",
            "BLUEZONE_DISEASE": self._disease.code,
            "BLUEZONE_INSTITUTION": "Sở Y tế tỉnh Hậu Giang (diễn tập)",
            "BLUEZONE_CONTACT": "không có cơ quan thật; đây là buổi diễn tập",
            "BLUEZONE_RESPONSIBLE": "người mở buổi diễn tập này",
        }

    def _refuse_if_stopped(self) -> None:
        if self._stopped:
            raise TownError("the rehearsal is being stopped")

    def _end(self, process: Forked, how: signal.Signals = signal.SIGTERM) -> None:
        """End a process with all of its session, and wait until it is gone."""
        for number in (how, signal.SIGKILL):
            try:
                os.killpg(process.pid, number)
            except ProcessLookupError:
                break
            try:
                process.wait(_STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                continue
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None and not stream.closed:
                stream.close()
        with self._lock:
            self._running.discard(process)

    def net(self, client: httpx.Client) -> Net:
        """Return the way of phones to it, where it answers."""
        return Net(client, self.url, self.trusted_keys)

    # --- what the town asks of it -----------------------------------------------------------------

    def publish(self) -> Publication:
        """Run the export job once."""
        facts = json.loads(self.command("publish", "--json"))
        return Publication(
            keys=facts["keys"],
            files=facts["files"],
            waiting=facts["waiting"],
            next_batch_s=dt.datetime.fromisoformat(facts["next_batch_at"]).timestamp(),
        )

    def last_message(self, number: str) -> str:
        """Return the last text message to a number (E.164); "" where there is none."""
        path = self.var / _MESSAGES
        sent = map(json.loads, path.read_text(encoding="utf-8").splitlines()) if path.exists() else ()
        return next((str(one["text"]) for one in reversed(list(sent)) if one["to"] == number), "")

    def open_case(self, client: httpx.Client, test_date: dt.date) -> str:
        """Open a case over the officer's API, confirmed by a test of that day or, where the disease has none, by a
        physician with symptoms since then; return its one-time code."""
        day = test_date.isoformat()
        by_test = {"report_type": "confirmed", "test_date": day}
        response = client.post(
            f"{self.url}/officer/api/cases",
            json=by_test if self._disease.has_test else {"report_type": "clinical", "onset_date": day},
            headers={"Authorization": f"Bearer {self._token}"},
        )
        if response.status_code != httpx.codes.CREATED:
            raise TownError(f"the officer's API refused the case: HTTP {response.status_code} {response.text[:200]}")
        return str(response.json()["code"])


def _read_line(stream: IO[bytes], timeout_s: float) -> bytes:
    """Read one line of a pipe, or its part until the time was over or the writer gone."""
    line, deadline = b"", time.monotonic() + timeout_s
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while not line.endswith(b"\n") and selector.select(max(deadline - time.monotonic(), 0.0)):
            chunk = os.read(stream.fileno(), 4096)
            if not chunk:
                break
            line += chunk
    return line
