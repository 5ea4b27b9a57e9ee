"""Virtual controllers and a jumping loop for the phone's tests: real HCI bytes between a real host and a real
controller, no radio waves."""

from __future__ import annotations

import asyncio
import os
import selectors
import signal
import time
import warnings
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from bumble import hci, ll
from bumble.controller import Controller, LegacyAdvertiser
from bumble.link import LocalLink
from bumble.transport.common import AsyncPipeSink

from bluezone.phone.radio.bumble_radio import BumbleRadio

#: the moment at which a jumping loop starts: 2020-08-13 00:00 UTC, the day of the order of Hậu Giang
EPOCH_S = 1_597_276_800
TX_POWER_DBM = -20


class JumpingLoop(asyncio.SelectorEventLoop):
    """Time moves to the next timer as soon as nothing is left to do."""

    class _Selector(selectors.DefaultSelector):
        now_s = 0.0

        def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
            ready = super().select(0 if timeout is not None else None)
            if not ready and timeout is not None and timeout > 0:
                self.now_s += timeout
            return ready

    def __init__(self) -> None:
        self._jumping = self._Selector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now_s


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


def clock() -> float:
    """The jumping loop's time as Unix seconds."""
    return EPOCH_S + asyncio.get_running_loop().time()


def seeded_entropy(seed: int) -> Callable[[int], bytes]:
    return np.random.default_rng(seed).bytes


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
    )
