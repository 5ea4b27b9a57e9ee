"""What stands in for a phone's surroundings: a radio of no waves, an authority of one function, a keyring in memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx

from bluezone.phone.air.radio.port import ScanHandler, ScanResult
from bluezone.phone.errors import RadioError
from bluezone.protocol.health_declarations import HEALTH_DECLARATIONS_PATH, HealthAnswer, HealthDeclaration
from bluezone.protocol.one_time_codes import draw_long


def client_of(answer: Callable[[httpx.Request], Any] | httpx.Response) -> httpx.Client:
    """Return a client of an authority that answers by a function, or always the same."""
    return httpx.Client(transport=httpx.MockTransport(answer if callable(answer) else lambda _: answer))


def no_net(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("there is no net in this test", request=request)


class StillRadio:
    """No waves: remembers what was sent (when, from which address, what) and lets every scan hear the same packets at
    once. `gone`: it was unplugged."""

    tx_power_dbm = -20

    def __init__(self, clock: Callable[[], float] = lambda: 0.0, packets: Iterable[bytes] = ()) -> None:
        self.clock, self.packets, self.gone, self.stopped, self.closed = clock, list(packets), False, 0, 0
        self.sent: list[tuple[float, bytes, bytes]] = []

    async def open(self) -> None:
        self._answer()

    async def close(self) -> None:
        self.closed += 1

    async def advertise(self, address: bytes, data: bytes) -> None:
        self._answer()
        self.sent.append((self.clock(), address, data))

    async def stop_advertising(self) -> None:
        self._answer()
        self.stopped += 1

    async def start_scanning(self, handler: ScanHandler) -> None:
        self._answer()
        for packet in self.packets:
            handler(ScanResult(bytes(6), -60, packet, self.clock()))

    async def stop_scanning(self) -> None:
        self._answer()

    def _answer(self) -> None:
        if self.gone:
            raise RadioError("the Bluetooth controller is gone")


@dataclass
class FakeKeyring:
    """The package `keyring` with a keyring in memory; `locked`: it refuses."""

    held: dict[tuple[str, str], str] = field(default_factory=dict)
    locked: bool = False
    priority: float = 5

    class errors:  # noqa: N801
        class KeyringError(Exception): ...

    def get_keyring(self) -> FakeKeyring:
        return self

    def _open(self) -> None:
        if self.locked:
            raise self.errors.KeyringError("locked")

    def get_password(self, service: str, account: str) -> str | None:
        self._open()
        return self.held.get((service, account))

    def set_password(self, service: str, account: str, password: str) -> None:
        self._open()
        self.held[service, account] = password

    def delete_password(self, service: str, account: str) -> None:
        self._open()
        if self.held.pop((service, account), None) is None:
            raise self.errors.KeyringError("no such password")


class Station:
    """An authority that takes declarations and answers as the test says; what it was sent; and a document it has."""

    receipt = draw_long(16, lambda n: n // 3)

    def __init__(self) -> None:
        self.away, self.says = False, HealthAnswer(self.receipt, "advice")
        self.bodies: list[bytes] = []
        self.documents: dict[str, bytes] = {}

    def answer(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            return no_net(request)
        if request.url.path in self.documents:
            return httpx.Response(200, content=self.documents[request.url.path])
        if request.url.path != HEALTH_DECLARATIONS_PATH:
            return httpx.Response(200, text="") if request.url.path.endswith("index.txt") else httpx.Response(404)
        self.bodies.append(request.content)
        return httpx.Response(403 if self.says.code else 200, content=self.says.to_json("x" * 100))

    @property
    def heard(self) -> list[HealthDeclaration]:
        return [HealthDeclaration.from_json(each) for each in self.bodies]


def form_of(page: str) -> dict[str, Any]:
    """Return the hidden fields of a declaration's page."""
    return dict(re.findall(r'name="(_draw|_version|_language|_shown)" value="([^"]*)"', page))
