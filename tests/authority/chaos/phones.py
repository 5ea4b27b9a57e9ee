"""Let phones meet, publish and check, each in a process that may be killed, over a net that drops, doubles, delays,
reorders and cuts."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from tests.phone.settings import phone_settings

from bluezone.phone.app.engine import Phone
from bluezone.phone.client.http import ConnectionFailedError
from bluezone.phone.client.publishing import PublishError
from bluezone.phone.stores.contact_store import Sighting
from bluezone.protocol.crypto.keys import verifying_key
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.messages import PublishRequest

#: how often each thing happens to a request on a bad day
_FAULTS = {"": 0.55, "drop": 0.1, "lose": 0.1, "double": 0.08, "late": 0.07, "delay": 0.05, "cut": 0.05}
_DONE, _REFUSED = 0, 3
_PATIENCE_S = 90.0


class Net(httpx.BaseTransport):
    """Carry requests as badly as chance has it; remember the last publication that was sent."""

    def __init__(self, chance: np.random.Generator, *, good: bool) -> None:
        self.inner, self.chance, self.good = httpx.HTTPTransport(), chance, good
        self.late: httpx.Request | None = None
        self.published: tuple[str, ...] = ()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body = request.read()
        if request.url.path == "/v1/publish":
            self.published = tuple(key.key.hex() for key in PublishRequest.from_json(body).keys)
        fault = "" if self.good else str(self.chance.choice(list(_FAULTS), p=list(_FAULTS.values())))
        late, self.late = self.late, None
        if fault == "drop":
            raise httpx.ConnectError("dropped", request=request)
        if fault == "cut":
            self._send_half(request, body)
            raise httpx.ReadError("cut", request=request)
        if fault == "delay":
            time.sleep(0.3)
        response = self._send(request)
        if fault == "double":
            response = self._send(request)
        if fault == "late":
            self.late = request  # a copy arrives after the next
        if late is not None:
            with suppress(httpx.TransportError):
                self._send(late)
        if fault == "lose":
            raise httpx.ReadError("lost", request=request)
        return response

    def _send(self, request: httpx.Request) -> httpx.Response:
        response = self.inner.handle_request(request)
        response.read()
        response.close()
        return response

    @staticmethod
    def _send_half(request: httpx.Request, body: bytes) -> None:
        head = f"{request.method} {request.url.raw_path.decode()} HTTP/1.1\r\n" + "".join(
            f"{name}: {value}\r\n" for name, value in request.headers.items()
        )
        address = (request.url.host, request.url.port or 80)
        with suppress(OSError), socket.create_connection(address, timeout=5) as line:
            line.sendall(head.encode() + b"\r\n" + body[: len(body) // 2])


@dataclass
class Owner:
    """Hold what a phone's owner did and whom the phone met, against which each round is checked."""

    folder: Path
    #: keys under which others heard it, and the phones that did
    met: list[tuple[bytes, int]] = field(default_factory=list)
    #: said yes under this code, and the publication is not finished
    pending: str = ""
    published: bool = False
    said_no: bool = False


class Phones:
    """The phones of one round. `where` gives the address of a server, as a load balancer does."""

    def __init__(self, folder: Path, count: int, trusted: Any, where: Callable[[], str]) -> None:
        self.owners = [Owner(folder / str(number)) for number in range(count)]
        self.trusted = tuple(
            TrustedKey(verifying_key(each["public_key_pem"].encode()), each["key_id"], each["key_version"])
            for each in trusted
        )
        self.where, self.now_s = where, 0.0

    def open(self, folder: Path, url: str = "") -> Phone:
        settings = phone_settings(folder, authority_url=url, trusted_keys=self.trusted)
        chance = np.random.default_rng()
        return Phone(settings, None, lambda: self.now_s, secrets.token_bytes, chance)  # type: ignore[arg-type]

    def switch_on(self, number: int) -> None:
        """Let a phone have sent identifiers today, and on the days before."""
        phone = self.open(self.owners[number].folder)
        for back in (3, 2, 1, 0):
            phone.stores.keys.key_at(self.now_s - back * 86_400)
        phone.close()

    def meet(self, one: int, other: int) -> None:
        """Let two phones hear each other for half an hour that ends now."""
        opened = [self.open(self.owners[each].folder) for each in (one, other)]
        for me, (phone, heard) in enumerate((opened, opened[::-1])):
            for back in range(9):
                at_s = self.now_s - 240.0 * back
                key = heard.stores.keys.key_at(at_s)
                packet = heard.scheme.build(key, int(at_s - key.start_s) // 600, -20)
                sent = heard.scheme.parse(packet)
                sighting = Sighting(sent.identifier, sent.encrypted_metadata, 4, -45, -46, -47)
                phone.stores.contacts.add_scan(at_s, 240.0, [sighting])
                owner, by = ((other, one), (one, other))[me]
                if (key.key, by) not in self.owners[owner].met:
                    self.owners[owner].met.append((key.key, by))
        for phone in opened:
            phone.close()

    # --- each in a process of its own ---------------------------------------------------------------------------------

    def start(self, work: Callable[[Phone, httpx.Client, Net], None], number: int, seed: float, *, good: bool) -> int:
        """Let a phone do something in a process of its own; return its id."""
        child = os.fork()
        if child:
            return child
        status = 1
        try:
            net = Net(np.random.default_rng(int(seed * 2**32)), good=good)
            until_s = time.monotonic() + _PATIENCE_S
            while time.monotonic() < until_s:
                phone = self.open(self.owners[number].folder, self.where())
                try:
                    with httpx.Client(transport=net, timeout=20) as client:
                        work(phone, client, net)
                    status = _DONE
                    break
                except ConnectionFailedError:
                    time.sleep(0.1)
                except PublishError as error:
                    (self.owners[number].folder / "refused").write_text(f"{error.code}: {error}")
                    status = _REFUSED
                    break
                finally:
                    phone.close()
            else:
                (self.owners[number].folder / "failed").write_text("no answer")
        except BaseException:  # noqa: BLE001 (told by the test)
            (self.owners[number].folder / "failed").write_text(traceback.format_exc())
        finally:
            os._exit(status)

    def publish(self, number: int, code: str, seed: float, *, good: bool = False) -> int:
        def work(phone: Phone, client: httpx.Client, net: Net) -> None:
            report = phone.publisher(client).publish(code, consent=True)
            assert not report.partly, report
            told = self.owners[number].folder / "accepted.new"
            told.write_text(json.dumps(net.published))
            told.rename(told.with_name("accepted"))

        return self.start(work, number, seed, good=good)

    def verify(self, number: int, code: str, seed: float) -> int:
        """Ask what a code confirms, and say no."""

        def work(phone: Phone, client: httpx.Client, net: Net) -> None:
            phone.publisher(client).verify(code)

        return self.start(work, number, seed, good=False)

    def check(self, number: int, seed: float, *, good: bool = False, folder: Path | None = None) -> int:
        def work(phone: Phone, client: httpx.Client, net: Net) -> None:
            report = phone.sync(client)
            assert not report.bad, report
            phone.check()

        if folder is not None:
            self.owners.append(Owner(folder))
            number = len(self.owners) - 1
        child = self.start(work, number, seed, good=good)
        if folder is not None:
            self.owners.pop()
        return child

    def accepted(self, number: int) -> set[bytes]:
        """Return the keys that the authority said it has."""
        told = self.owners[number].folder / "accepted"
        return {bytes.fromhex(key) for key in json.loads(told.read_text())} if told.exists() else set()

    def why(self, number: int) -> str:
        """Return what a phone's process failed with."""
        said = self.owners[number].folder / "failed"
        return said.read_text() if said.exists() else ""


def ended(child: int) -> str:
    """Wait for a phone's process; say how it ended."""
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return {_DONE: "done", _REFUSED: "refused", -signal.SIGKILL: "killed"}.get(code, f"failed ({code})")


def killed_after(child: int, delay_s: float) -> str:
    """Kill a phone's process, if it runs so long; say how it ended."""
    time.sleep(delay_s)
    os.kill(child, signal.SIGKILL)
    return ended(child)
