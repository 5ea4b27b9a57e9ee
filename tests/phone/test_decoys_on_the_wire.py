"""Real publications and decoys, over TCP to a real authority: what somebody on the line could measure tells neither
sizes nor times apart.

40 sequences of each kind; `BLUEZONE_DECOY_ROUNDS=2000` plays as many as the figure is asked for.
"""

from __future__ import annotations

import json
import os
import selectors
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np
import pytest
from scipy.stats import ks_2samp

from bluezone.phone.app.engine import Phone, PhoneSettings
from bluezone.phone.client.decoys import READING_S
from bluezone.phone.client.pace import TAP_S, Pace

pytestmark = pytest.mark.slow

SOURCE = Path(__file__).resolve().parents[2] / "src"
NOW_S = 1_795_575_600.0
DAY_S = 86_400
ROUNDS = int(os.environ.get("BLUEZONE_DECOY_ROUNDS", "40"))
WORKERS = 4
#: of all comparisons together
LEVEL = 0.01


# --- the line ---------------------------------------------------------------------------------------------------------


@dataclass
class VirtualTime:
    """A clock that goes on by itself, and leaps by what is slept."""

    ahead_s: float = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead_s

    def sleep(self, seconds: float) -> None:
        self.ahead_s += seconds


@dataclass
class Line:
    """A TCP relay to the authority that notes when how many bytes went which way."""

    server: tuple[str, int]
    clock: VirtualTime
    seen: list[tuple[float, bool, int]] = field(default_factory=list)

    @contextmanager
    def open(self) -> Iterator[int]:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            threading.Thread(target=self._accept, args=(listening,), daemon=True).start()
            yield listening.getsockname()[1]
            listening.shutdown(socket.SHUT_RDWR)

    def _accept(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                phone, _ = listening.accept()
                threading.Thread(target=self._relay, args=(phone,), daemon=True).start()

    def _relay(self, phone: socket.socket) -> None:
        with phone, socket.create_connection(self.server) as server, selectors.DefaultSelector() as ready:
            ways = {phone: (server, True), server: (phone, False)}
            for end in ways:
                ready.register(end, selectors.EVENT_READ)
            with suppress(OSError):
                while True:
                    for key, _ in ready.select():
                        other, is_up = ways[key.fileobj]
                        data = key.fileobj.recv(65_536)
                        if not data:
                            return
                        self.seen.append((self.clock(), is_up, len(data)))
                        other.sendall(data)

    def take(self) -> list[dict[str, float]]:
        """What was seen since the last time, request by request."""
        events, self.seen = sorted(self.seen), []
        requests: list[dict[str, float]] = []
        before_up = False
        for at, is_up, size in events:
            if is_up and not before_up:
                gap_s = at - requests[-1]["until"] if requests else 0.0
                requests.append({"gap": gap_s, "from": at, "until": at, "up": 0, "down": 0})
            requests[-1]["up" if is_up else "down"] += size
            requests[-1]["until"] = at
            before_up = is_up
        return requests


# --- both kinds of sequences ------------------------------------------------------------------------------------------


@dataclass
class Authority:
    """A server of its own, and an officer's token for codes."""

    url: str
    token: str

    def code(self) -> str:
        answer = httpx.post(
            f"{self.url}/officer/api/cases",
            json={"report_type": "confirmed", "test_date": "2026-11-24"},
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=60,
        )
        assert answer.status_code == 201, answer.text
        return answer.json()["code"]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    var = tmp_path_factory.mktemp("authority")
    (var / "clock").write_text(str(NOW_S))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BLUEZONE_")}
    environment = kept | {
        "PYTHONPATH": str(SOURCE),
        "BLUEZONE_VAR": str(var),
        "BLUEZONE_REHEARSAL_CLOCK": str(var / "clock"),
    }

    def run(*arguments: str, stdin: str = "") -> str:
        command = [sys.executable, "-m", "bluezone", "authority", *arguments]
        done = subprocess.run(command, env=environment, input=stdin, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("migrate")
    run("create-officer", "lan", "--password-stdin", stdin="a long password 1\n")
    run("code-quota", "1000")
    token = json.loads(run("officer-token", "lan", "--json"))["token"]
    command = [sys.executable, "-m", "bluezone", "authority", "serve", "--port", "0", "--json"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield Authority(json.loads(process.stdout.readline())["url"], token)
        finally:
            process.terminate()


class Worker:
    """Play sequences one after another on a line of its own."""

    def __init__(self, number: int, folder: Path, authority: Authority) -> None:
        self.folder, self.authority, self.chance = folder, authority, np.random.default_rng([7, number])
        self.time = VirtualTime()
        host, _, port = authority.url.removeprefix("http://").partition(":")
        self.line = Line((host, int(port)), self.time)
        self.played = 0

    def play(self, kinds: list[str]) -> list[tuple[str, list[dict[str, float]]]]:
        """Play sequences of these kinds; what the line saw of each."""
        found = []
        with self.line.open() as port:
            for kind in kinds:
                phone = self._phone(f"http://127.0.0.1:{port}")
                code = self.authority.code()  # also where nobody uses it: the server is then as busy as before
                with httpx.Client(timeout=60) as client:
                    if kind == "real":
                        self._publish(phone, client, code)
                    else:
                        phone.send_decoys(client)
                phone.close()
                found.append((kind, self.line.take()))
        return found

    def _phone(self, url: str) -> Phone:
        """A phone that was on for some days."""
        self.played += 1
        pace = Pace(self.chance, self.time.sleep, self.time)
        settings = PhoneSettings(self.folder / str(self.played), url, pace=pace)
        phone = Phone(settings, None, lambda: NOW_S, os.urandom, self.chance)
        for day in range(int(self.chance.integers(1, 15))):
            phone.stores.keys.key_at(NOW_S - (13 - day) * DAY_S)
        return phone

    def _publish(self, phone: Phone, client: httpx.Client, code: str) -> None:
        """Do what an owner does: type the code, read the result, say yes. How long people read is not known: here as
        long as decoys take them to."""
        publisher = phone.publisher(client)
        publisher.verify(code)
        self.time.sleep(self.chance.uniform(0.0, READING_S - TAP_S))
        assert publisher.publish(consent=True).inserted > 0


# --- what the line tells ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sequences(authority, tmp_path_factory) -> dict[str, list[list[dict[str, float]]]]:
    """Both kinds, in a random order, several at a time."""
    order = np.random.default_rng(3).permutation(["real", "decoy"] * ROUNDS).tolist()
    workers = [Worker(number, tmp_path_factory.mktemp("phones"), authority) for number in range(WORKERS)]
    with ThreadPoolExecutor(WORKERS) as pool:
        parts = list(pool.map(lambda at: workers[at].play(order[at::WORKERS]), range(WORKERS)))
    found: dict[str, list[list[dict[str, float]]]] = {"real": [], "decoy": []}
    for kind, requests in (one for part in parts for one in part):
        found[kind].append(requests)
    return found


def test_both_kinds_are_three_requests(sequences):
    assert {kind: len(found) for kind, found in sequences.items()} == {"real": ROUNDS, "decoy": ROUNDS}
    assert {len(requests) for found in sequences.values() for requests in found} == {3}


def test_sizes_are_the_same_to_the_byte(sequences):
    sizes = {
        kind: {tuple((one["up"], one["down"]) for one in requests) for requests in found}
        for kind, found in sequences.items()
    }
    assert sizes["real"] == sizes["decoy"]


def test_no_time_tells_them_apart(sequences):
    """The gaps between requests, and how long each takes; Kolmogorov-Smirnov, 1 % for all comparisons together."""
    measures = {
        f"{name} of request {at + 1}": [
            [requests[at][name] if name == "gap" else requests[at]["until"] - requests[at]["from"] for requests in each]
            for each in (sequences["real"], sequences["decoy"])
        ]
        for at in range(3)
        for name in ("gap", "time")
        if not (name == "gap" and at == 0)
    }
    found = {name: ks_2samp(*both, method="asymp").pvalue for name, both in measures.items()}
    assert min(found.values()) >= LEVEL / len(found), found
