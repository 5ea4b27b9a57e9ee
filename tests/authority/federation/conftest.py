"""Another authority, whose files a test writes and signs, and the web as far as a test lets it answer."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from bluezone.authority.federation import reading, services
from bluezone.authority.federation.models import Source
from bluezone.authority.federation.rules import Trouble, UnfitError
from bluezone.protocol.crypto.keys import pem_of
from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.protocol.exports import Export, ExportSigner, build_export
from bluezone.protocol.intervals import INTERVALS_PER_DAY, interval_number
from bluezone.protocol.keys import ReportType, TemporaryExposureKey

ROOT = "https://keys.example/exports"
REGION = "66"


@pytest.fixture(autouse=True)
def ask_this_machine(environment: Callable[..., Any]) -> None:
    """Let the servers of tests be asked."""
    environment(internal_hosts=("127.0.0.1",))


@dataclass
class Web:
    """Answer requests from a table of addresses: bytes, or an error to raise; record which addresses were asked."""

    found: dict[str, bytes | UnfitError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def get(self, url: str, limit: int) -> bytes:
        self.asked.append(url)
        answer = self.found.get(url, UnfitError(Trouble.ANSWER, f"{url}: HTTP 404"))
        if isinstance(answer, UnfitError):
            raise answer
        return answer


@dataclass
class OtherAuthority:
    """Another authority: it signs files, and its index names them."""

    web: Web
    now: dt.datetime
    region: str = REGION
    signer: ExportSigner = field(
        default_factory=lambda: ExportSigner(SigningKey(ec.generate_private_key(ec.SECP256R1())), REGION, "v1")
    )
    names: list[str] = field(default_factory=list)

    @property
    def pem(self) -> bytes:
        return pem_of(self.signer.private_key.public_key()).encode()

    @property
    def index_url(self) -> str:
        return f"{ROOT}/{self.region}/index.txt"

    def keys(
        self, count: int, *, days_ago: int = 2, report: ReportType = ReportType.CONFIRMED_TEST, **facts: Any
    ) -> list[TemporaryExposureKey]:
        today = interval_number(self.now.timestamp()) // INTERVALS_PER_DAY * INTERVALS_PER_DAY
        start = today - days_ago * INTERVALS_PER_DAY
        return [TemporaryExposureKey(secrets.token_bytes(16), start, report_type=report, **facts) for _ in range(count)]

    def publish(
        self, keys: list[TemporaryExposureKey], revised: list[TemporaryExposureKey] | None = None, **head: Any
    ) -> str:
        """Put a file of these keys on the web and its name into the index."""
        number = len(self.names) + 1
        end_s = int(self.now.timestamp())
        facts = {"region": self.region, "start_s": end_s - 14_400, "end_s": end_s} | head
        export = Export(**facts, keys=tuple(keys), revised=tuple(revised or ()))
        return self.put(f"{self.region}/{end_s - 14_400}-{end_s}-{number:05d}.zip", build_export(export, [self.signer]))

    def put(self, name: str, content: bytes | UnfitError) -> str:
        if name not in self.names:
            self.names.append(name)
        self.web.found[f"{ROOT}/{name}"] = content
        self.web.found[self.index_url] = "\n".join(self.names).encode("ascii")
        return name


@pytest.fixture
def web() -> Web:
    return Web()


@pytest.fixture
def other(web: Web, phone: Any) -> OtherAuthority:
    authority = OtherAuthority(web, phone.clock.now)
    authority.web.found[authority.index_url] = b""
    return authority


@pytest.fixture
def source(other: OtherAuthority, phone: Any) -> Source:
    return services.add(
        name="Lào", index_url=other.index_url, pem=other.pem, region=other.region, now=phone.clock.now, key_id=REGION
    )


@pytest.fixture
def read(web: Web, phone: Any) -> Callable[[], reading.ReadReport]:
    """Runs the job once, at the time of the clock."""
    return lambda: reading.read_all(phone.clock.now, web)


@pytest.fixture
def revised() -> Callable[..., TemporaryExposureKey]:
    """Gives a key another report type."""
    return lambda key, report: replace(key, report_type=report)
