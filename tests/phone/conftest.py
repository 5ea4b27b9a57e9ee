"""Virtual controllers and a jumping loop for the phone's tests: real HCI bytes between a real host and a real
controller, no radio waves."""

from __future__ import annotations

import asyncio
import math
import os
import signal
import threading
import time
import warnings
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import numpy as np
import pytest
from bumble import hci, ll
from bumble.controller import Controller, LegacyAdvertiser
from bumble.link import LocalLink
from bumble.transport.common import AsyncPipeSink
from cryptography.hazmat.primitives.asymmetric import ec

from bluezone.phone.air.radio.bumble_radio import BumbleRadio
from bluezone.phone.stores.contact_store import ContactStore, Sighting
from bluezone.phone.stores.exposure_store import ExposureStore
from bluezone.phone.stores.phone_stores import CONTACTS, PHONE, open_database
from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.protocol.exports import Export, ExportSigner, TrustedKey, build_export
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.protocol.messages import (
    CertificateRequest,
    CertificateResponse,
    PublishCode,
    PublishRequest,
    PublishResponse,
    VerifyRequest,
    VerifyResponse,
)
from bluezone.protocol.reports import WITHDRAW_PATH, ReportAnswer, Withdrawal
from bluezone.protocol.schemes import scheme_named
from bluezone.protocol.verification import is_certified
from bluezone.town.clock import JumpingLoop

#: the moment at which a jumping loop starts: 2020-08-13 00:00 UTC, the day of the order of Hậu Giang
EPOCH_S = 1_597_276_800
TX_POWER_DBM = -20
EN = scheme_named("en")


def run_jumping(main: Coroutine[Any, Any, Any]) -> Any:
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(main)


class Air(LocalLink):
    """A link that remembers what was sent, and delivers each advertisement with the strength that `rssi` gives.

    Bumble 0.0.236 reports every advertisement at -50 dBm and doubles it as a scan response.
    """

    def __init__(self, rssi: Callable[[str, str], int] = lambda sender, receiver: -60) -> None:
        super().__init__()
        self.rssi = rssi
        self.sent: list[tuple[float, str, bytes, bytes]] = []  # loop time, sender, address, data
        self.remembers = True

    def send_advertising_pdu(self, sender_controller: Controller, packet: ll.AdvertisingPdu) -> None:
        assert isinstance(packet, ll.AdvInd | ll.AdvExtInd)
        loop = asyncio.get_running_loop()
        if self.remembers:
            address = bytes(packet.advertiser_address)[::-1]
            self.sent.append((loop.time(), sender_controller.name, address, bytes(packet.data)))
        for controller in self.controllers:
            if controller is not sender_controller and controller.le_scan_enable:
                loop.call_soon(controller.hear, packet, self.rssi(sender_controller.name, controller.name))


class VirtualController(Controller):
    """Bumble's controller with what it leaves out: strengths, and the rules of an old controller where `legacy`."""

    def __init__(self, name: str, link: LocalLink, legacy: bool = False) -> None:
        super().__init__(name, link=link)
        self.legacy = legacy
        self.refuse: set[int] = set()  # op codes to answer with an error
        self.deaf = False  # answers nothing any more, like one that was unplugged
        self.commands: list[hci.HCI_Command] = []
        if legacy:
            self.le_features = self.le_features & ~hci.LeFeatureMask.LE_EXTENDED_ADVERTISING
            self.le_legacy_advertiser = NonConnectableAdvertiser(self)

    def on_hci_command_packet(self, command: hci.HCI_Command) -> None:
        if self.deaf:
            return
        self.commands.append(command)
        if command.op_code in self.refuse or (self.legacy and self._is_out_of_turn(command)):
            status = hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
            self.send_hci_packet(
                hci.HCI_Command_Complete_Event(
                    num_hci_command_packets=1, command_opcode=command.op_code, return_parameters=status
                )
            )
            return
        super().on_hci_command_packet(command)

    def _is_out_of_turn(self, command: hci.HCI_Command) -> bool:
        """Volume 4, part E, 7.8.4: no new random address while advertising or scanning; and no extended commands."""
        busy = self.le_scan_enable or self.le_legacy_advertiser.enabled
        return "EXTENDED" in command.name or (isinstance(command, hci.HCI_LE_Set_Random_Address_Command) and busy)

    def hear(self, pdu: ll.AdvInd | ll.AdvExtInd, rssi_dbm: int) -> None:
        if not self.le_scan_enable:
            return
        address = pdu.advertiser_address
        if self.legacy:
            kind = hci.HCI_LE_Advertising_Report_Event
            report: Any = kind.Report(
                event_type=kind.EventType.ADV_NONCONN_IND,
                address_type=address.address_type,
                address=address,
                data=pdu.data,
                rssi=rssi_dbm,
            )
        else:
            kind = hci.HCI_LE_Extended_Advertising_Report_Event
            report = kind.Report(
                event_type=kind.EventType.LEGACY_ADVERTISING_PDU_USED,
                address_type=address.address_type,
                address=address,
                primary_phy=hci.Phy.LE_1M,
                secondary_phy=0,
                advertising_sid=0xFF,
                tx_power=0x7F,
                rssi=rssi_dbm,
                periodic_advertising_interval=0,
                direct_address_type=0,
                direct_address=hci.Address.ANY,
                data=pdu.data,
            )
        self.send_hci_packet(kind([report]))


class NonConnectableAdvertiser(LegacyAdvertiser):
    """Bumble 0.0.236 sends nothing for ADV_NONCONN_IND, and takes the interval's units for milliseconds."""

    def send_advertising_data(self) -> None:
        if self.enabled:
            self.controller.send_advertising_pdu(ll.AdvInd(advertiser_address=self.address, data=self.advertising_data))

    def _on_timer_fired(self) -> None:
        self.send_advertising_data()
        interval_s = self.advertising_interval_min * 0.625 / 1000
        self.timer_handle = asyncio.get_running_loop().call_later(interval_s, self._on_timer_fired)


@dataclass
class Neighbourhood:
    """Radios within reach of each other, to be made inside a running loop."""

    air: Air = field(default_factory=Air)
    controllers: dict[str, VirtualController] = field(default_factory=dict)

    def controller(self, name: str, legacy: bool = False) -> VirtualController:
        self.controllers[name] = VirtualController(name, self.air, legacy)
        return self.controllers[name]

    def radio(self, name: str, legacy: bool = False, tx_power_dbm: int = TX_POWER_DBM) -> BumbleRadio:
        controller = self.controller(name, legacy)
        return BumbleRadio(controller, AsyncPipeSink(controller), clock, tx_power_dbm)


class FakeAuthority:
    """An authority of a few lines that keeps the protocol strictly, and remembers every request.

    Over `client()` it answers in process; over `served()` on a real socket, for phones in processes of their own.
    """

    REGION = "452"
    URL = "https://authority.example"

    def __init__(self) -> None:
        self.private_key = SigningKey(ec.generate_private_key(ec.SECP256R1()))
        self.signer = ExportSigner(self.private_key, "452", "v1")
        self.trusted = (TrustedKey(self.private_key.public_key(), "452", "v1"),)
        self.files: dict[str, bytes] = {}
        self.codes: set[str] = set()
        self.tokens: set[str] = set()
        self.given: dict[tuple[str, bytes], str] = {}  # by code and nonce
        self.certified: set[bytes] = set()
        self.stored: dict[bytes, TemporaryExposureKey] = {}
        self.uploads: dict[bytes, int] = {}  # how often each upload (by its HMAC) was accepted
        self.requests: list[httpx.Request] = []
        self.lose_answer_to: set[str] = set()  # paths whose work is done, and whose answer is lost
        self.lock = threading.Lock()

    # --- exports ---

    def export(
        self,
        keys: Iterable[TemporaryExposureKey] = (),
        revised: Iterable[TemporaryExposureKey] = (),
        start_s: int = EPOCH_S,
        region: str = REGION,
        batch: int = 1,
        name: str = "",
    ) -> str:
        """Put a signed file into the index; its path."""
        end_s = start_s + 7200
        export = Export(region, start_s, end_s, batch, max(batch, 1), tuple(keys), tuple(revised))
        path = name or f"{self.REGION}/{start_s}-{end_s}-{batch:05d}.zip"
        self.files[path] = build_export(export, [self.signer])
        return path

    # --- requests ---

    def client(self) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self.handle))

    @contextmanager
    def served(self) -> Iterator[str]:
        """The base address of a real server on this machine."""
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                request = httpx.Request(self.command, f"http://127.0.0.1{self.path}", content=body)
                with authority.lock:
                    try:
                        response = authority.handle(request)
                    except httpx.ConnectError:
                        return
                self.send_response(response.status_code)
                self.send_header("Content-Length", str(len(response.content)))
                self.end_headers()
                self.wfile.write(response.content)

            do_GET = do_POST = _answer  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                pass  # a phone that was killed in the middle of a request

        server = Server(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        path = request.url.path
        if request.method == "GET":
            return self._file(path, request.headers.get("Range", ""))
        if path == WITHDRAW_PATH:
            return httpx.Response(200, content=self._withdraw(request.content).to_json("padding"))
        answer = {"/api/verify": self._verify, "/api/certificate": self._certificate, "/v1/publish": self._publish}[
            path
        ](request.content)
        if path in self.lose_answer_to:
            self.lose_answer_to.remove(path)
            raise httpx.ConnectError("the answer was lost", request=request)
        return httpx.Response(200 if not answer.error else 400, content=answer.to_json("padding"))

    def _file(self, path: str, wanted: str) -> httpx.Response:
        if path == f"/exports/{self.REGION}/index.txt":
            text = "\n".join(sorted(self.files))
            last = int(wanted.removeprefix("bytes=-") or 0)
            if last and not text:
                return httpx.Response(416)
            return httpx.Response(206 if last else 200, text=text[-last:])
        content = self.files.get(path.removeprefix("/exports/"))
        return httpx.Response(404) if content is None else httpx.Response(200, content=content)

    def _verify(self, body: bytes) -> VerifyResponse:
        asked = VerifyRequest.from_json(body)
        again = self.given.get((asked.code, asked.nonce)) if asked.nonce else None
        if again:
            return VerifyResponse(test_type="confirmed", token=again)
        if asked.code not in self.codes:
            return VerifyResponse(error="verification code invalid", error_code="code_invalid")
        self.codes.remove(asked.code)
        token = self.given[asked.code, asked.nonce] = f"token-{len(self.requests)}"
        self.tokens.add(token)
        return VerifyResponse(test_type="confirmed", token=token)

    def _certificate(self, body: bytes) -> CertificateResponse:
        asked = CertificateRequest.from_json(body)
        if asked.token not in self.tokens:
            return CertificateResponse(error="token invalid", error_code="token_invalid")
        self.tokens.remove(asked.token)
        self.certified.add(asked.tek_mac)
        return CertificateResponse(certificate=f"certificate-{asked.tek_mac.hex()}")

    def _withdraw(self, content: bytes) -> ReportAnswer:
        self.stored.clear()
        assert Withdrawal.from_json(content).revision_token
        return ReportAnswer()

    def _publish(self, body: bytes) -> PublishResponse:
        asked = PublishRequest.from_json(body)
        mac = bytes.fromhex(asked.verification_payload.removeprefix("certificate-"))
        if mac not in self.certified or not is_certified(asked.submitted, asked.hmac_key, mac):
            return PublishResponse(error="certificate", code=PublishCode.CERTIFICATE_INVALID)
        known = [key for key in asked.keys if key.key in self.stored]
        if known and mac not in self.uploads and asked.revision_token != "revision":
            return PublishResponse(error="revision token", code=PublishCode.MISSING_REVISION_TOKEN)
        self.uploads[mac] = self.uploads.get(mac, 0) + 1
        self.stored |= {key.key: key for key in asked.keys}
        return PublishResponse(revision_token="revision", inserted_exposures=len(asked.keys) - len(known))


def clock() -> float:
    """The jumping loop's time as Unix seconds."""
    return EPOCH_S + asyncio.get_running_loop().time()


def seeded_entropy(seed: int) -> Callable[[int], bytes]:
    return np.random.default_rng(seed).bytes


def meet(
    contact_store: ContactStore,
    key: TemporaryExposureKey,
    start_s: float,
    minutes: int,
    attenuation_db: int = 50,
    off_s: float = 0.0,
    tx_power_dbm: int = TX_POWER_DBM,
    swing_db: float = 0.0,
) -> None:
    """Write into the contact store what a phone hears that spends `minutes` beside the holder of `key`, whose clock is
    `off_s` ahead. `swing_db`: by how much it varies about its attenuation (4 is usual where people are near)."""
    daily = key.daily()
    for minute in range(minutes):
        at_s = start_s + 60 * minute
        slot = int((at_s + off_s - daily.start_s) // 600)
        heard = EN.parse(EN.build(daily, slot, tx_power_dbm))
        rssi = tx_power_dbm - attenuation_db + round(swing_db * math.sin(1.7 * minute))
        contact_store.add_scan(
            at_s, 60, [Sighting(heard.identifier, heard.encrypted_metadata, 16, rssi + 4, rssi, rssi - 4)]
        )


def kill_child(work: Callable[[int], None], delay_s: float) -> bytes:
    """Run `work(pipe)` in a process of its own, and kill it by SIGKILL `delay_s` after it first wrote to the pipe.
    Returns all it wrote."""
    read_end, write_end = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12: fork beside threads (those of pytest-xdist)
        child = os.fork()
    if child == 0:
        try:
            os.close(read_end)
            work(write_end)
            time.sleep(60)
        finally:
            os._exit(1)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        first = pipe.read(1)
        assert first, "the child died by itself"
        time.sleep(delay_s)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status)
        return first + pipe.read()


@pytest.fixture
def authority() -> FakeAuthority:
    return FakeAuthority()


@pytest.fixture
def contact_store(tmp_path: Path) -> Iterator[ContactStore]:
    with closing(open_database(CONTACTS, tmp_path)) as database:
        yield ContactStore(database, EN)


@pytest.fixture
def exposure_store(tmp_path: Path) -> Iterator[ExposureStore]:
    with closing(open_database(PHONE, tmp_path)) as database:
        yield ExposureStore(database)


@pytest.fixture(scope="session")
def virtual() -> SimpleNamespace:
    """All of the above, for tests (which cannot import a conftest)."""
    return SimpleNamespace(
        EPOCH_S=EPOCH_S,
        TX_POWER_DBM=TX_POWER_DBM,
        Air=Air,
        Neighbourhood=Neighbourhood,
        VirtualController=VirtualController,
        clock=clock,
        run=run_jumping,
        entropy=seeded_entropy,
        kill_child=kill_child,
        meet=meet,
    )
