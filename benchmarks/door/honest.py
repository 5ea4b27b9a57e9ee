"""Be those who are honest while others are slow: phones that publish, and who looks whether the server lives."""

from __future__ import annotations

import secrets
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bluezone.authority.signing.certificates import Certificate, sign_certificate
from bluezone.protocol.intervals import INTERVALS_PER_DAY, interval_number
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.protocol.messages import PublishRequest
from bluezone.protocol.verification import tek_mac


@dataclass(frozen=True)
class Publisher:
    """Make publish requests as phones do. The certificates are signed with the server's own key, read from its folder,
    so that a run is not one of issuing codes."""

    var: Path
    now_s: float

    def request(self, keys: int = 14) -> bytes:
        """A body that is taken."""
        private = load_pem_private_key((self.var / "secrets" / "certificate-v1.pem").read_bytes(), password=None)
        assert isinstance(private, ec.EllipticCurvePrivateKey)
        today = interval_number(self.now_s) // INTERVALS_PER_DAY * INTERVALS_PER_DAY
        sent = tuple(
            TemporaryExposureKey(secrets.token_bytes(16), today - INTERVALS_PER_DAY * back)
            for back in range(1, keys + 1)
        )
        hmac_key = secrets.token_bytes(16)
        vouch = Certificate(
            report_type="confirmed",
            symptom_onset_interval=today - 4 * INTERVALS_PER_DAY,
            tek_mac=tek_mac(sent, hmac_key),
            issuer="vn.bluezone.verification",
            audience="vn.bluezone.keys",
            issued_at_s=int(self.now_s) - 1,
            expires_at_s=int(self.now_s) + 899,
        )
        certificate = sign_certificate(vouch, private, "v1")
        return PublishRequest(sent, "vn.bluezone", certificate, hmac_key).to_json("x" * 1_024)


def ask(
    address: tuple[str, int],
    method: str,
    path: str,
    body: bytes = b"",
    *,
    source: str = "127.0.0.1",
    timeout_s: float = 60.0,
    headers: str = "",
    content_type: str = "application/json",
) -> tuple[int, bytes]:
    """Make one request on a connection of its own; give status and body."""
    with socket.create_connection(address, timeout_s, (source, 0)) as sending:
        sending.sendall(
            f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}"
            f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        answer = b""
        while chunk := sending.recv(65_536):
            answer += chunk
    head, _, content = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), content


@dataclass
class Probe(threading.Thread):
    """Ask for an address again and again, and note how long each answer took. Use as a context."""

    address: tuple[str, int]
    path: str = "/healthz"
    every_s: float = 0.05
    took_s: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self._stop_asked = threading.Event()

    def __hash__(self) -> int:
        return id(self)

    def __enter__(self) -> Probe:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_asked.set()
        self.join()

    def run(self) -> None:
        """Ask until the end."""
        while not self._stop_asked.wait(self.every_s):
            begin = time.perf_counter()
            try:
                status, _ = ask(self.address, "GET", self.path, timeout_s=20)
                if status != 200:
                    self.wrong.append(str(status))
            except OSError as error:
                self.wrong.append(repr(error))
            self.took_s.append(time.perf_counter() - begin)


def publish_all(address: tuple[str, int], bodies: list[bytes], threads: int = 8,
                done: Callable[[], None] = lambda: None) -> tuple[int, list[float], list[str]]:  # fmt: skip
    """Publish all bodies; give how many were taken whole, how long each took, and what else was answered."""
    took: list[float] = []
    wrong: list[str] = []

    def one(body: bytes) -> bool:
        begin = time.perf_counter()
        try:
            status, content = ask(address, "POST", "/v1/publish", body)
        except OSError as error:
            wrong.append(repr(error))
            return False
        took.append(time.perf_counter() - begin)
        done()
        if status == 200 and b'"insertedExposures":14' in content.replace(b" ", b""):
            return True
        wrong.append(f"{status} {content[:120]!r}")
        return False

    with ThreadPoolExecutor(threads) as pool:
        taken = sum(pool.map(one, bodies))
    return taken, took, wrong
