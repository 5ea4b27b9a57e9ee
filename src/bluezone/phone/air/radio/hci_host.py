"""Open an HCI transport and talk to its controller by Bumble's host: what the radio and the test of radios share.

What goes between host and controller can be recorded; of a controller that lacks its firmware it is said which.
"""

from __future__ import annotations

import logging
import os
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bumble import hci
from bumble.core import BaseBumbleError
from bumble.drivers.intel import DriverError
from bumble.drivers.rtk import RtkFirmwareError
from bumble.host import Host
from bumble.transport import open_transport
from bumble.transport.common import Transport, TransportSink, TransportSource

from bluezone.phone.air.radio.hci_packets import Report, is_report, reports
from bluezone.phone.clock import Clock
from bluezone.phone.errors import RadioError

_HEADER = b"btsnoop\0" + struct.pack(">II", 1, 1002)
_RECORD = struct.Struct(">IIIIQ")
#: microseconds from midnight of 1 January of the year 0 to 1970
_YEAR_0_US = 0x00DCDDB30F2F8000
_COMMAND_OR_EVENT = (0x01, 0x04)  # packet types


class BtsnoopFile:
    """Record HCI in the btsnoop format, which Wireshark and btmon read, into a file that only its owner may read. What
    a killed program had written is whole. Raises OSError.

    A header (`btsnoop`, version 1, data link 1002: HCI with the packet type in front), then one record a packet:
    original and included length, flags (bit 0: from the controller; bit 1: command or event), drops, microseconds since
    the year 0. It holds the addresses and identifiers of everyone around: for a maintainer's eyes, and to be deleted.
    """

    def __init__(self, path: Path, clock: Clock, *, go_on: bool = False) -> None:
        """Begin a file; `go_on`: go on with one that was begun."""
        self._clock = clock
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | (os.O_APPEND if go_on else os.O_TRUNC), 0o600)
        self._file = os.fdopen(descriptor, "wb", buffering=0)
        if not go_on:
            self._file.write(_HEADER)

    def write(self, packet: bytes, *, from_controller: bool) -> None:
        """Add an HCI packet, its type in front."""
        if self._file.closed or not packet:
            return
        flags = int(from_controller) | (2 if packet[0] in _COMMAND_OR_EVENT else 0)
        at_us = int(self._clock() * 1_000_000) + _YEAR_0_US
        self._file.write(_RECORD.pack(len(packet), len(packet), flags, 0, at_us) + packet)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


@dataclass(frozen=True, slots=True)
class Maker:
    """Describe a maker's firmware: Debian's package, Bumble's download command, the variable that names a folder.

    Realtek's and Intel's controllers start with a loader only, and their host brings the firmware. In the kernel the
    driver btusb does; where Bumble drives the controller alone, Bumble does, from files it looks for in this order: the
    folder of an environment variable, its own data folder (filled by its download command), `/lib/firmware`. Where it
    finds none it writes a warning into its log and goes on, and the controller fails later in ways that tell nothing.
    """

    name: str
    package: str
    command: str
    variable: str
    folder: str


REALTEK = Maker("Realtek", "firmware-realtek", "bumble-rtk-fw-download", "BUMBLE_RTK_FIRMWARE_DIR", "rtl_bt")
INTEL = Maker("Intel", "firmware-iwlwifi", "bumble-intel-fw-download", "BUMBLE_INTEL_FIRMWARE_DIR", "intel")

#: of Bumble's loggers, that of the driver
_MAKERS = {"bumble.drivers.rtk": REALTEK, "bumble.drivers.intel": INTEL}
LOGGERS = tuple(_MAKERS)


def missing_firmware(log: Sequence[tuple[str, str]]) -> str:
    """Return what to tell of a firmware that is missing; "" where none is. `log`: what Bumble's drivers logged, as
    (logger, text)."""
    for logger, text in log:
        maker = _MAKERS.get(logger)
        if maker is None or not any(word in text.lower() for word in ("not found", "no config file")):
            continue
        words = text.split()
        file = next((word for word in words if word.endswith((".bin", ".sfi", ".ddc"))), "")
        return firmware_sentence(maker, file)
    return ""


def firmware_sentence(maker: Maker, file: str = "") -> str:
    """Return the one sentence: what is missing, and the two ways to have it."""
    what = f"its firmware {file}" if file else "its firmware"
    return (
        f"this {maker.name} controller lacks {what}: install Debian's package {maker.package} (from non-free-firmware; "
        f"/lib/firmware/{maker.folder}), or run `{maker.command}`, or name a folder in {maker.variable}; "
        "then plug it in again"
    )


class ReportHost(Host):
    """Give Bumble's host a short way for advertising reports, and none of the text it makes of every packet."""

    def __init__(
        self,
        source: TransportSource,
        sink: TransportSink,
        on_report: Callable[[Report], None],
        recording: BtsnoopFile | None = None,
    ) -> None:
        self._on_report, self._recording = on_report, recording
        super().__init__(source, sink)

    def on_packet(self, packet: bytes) -> None:
        if self._recording is not None:
            self._recording.write(packet, from_controller=True)
        if is_report(packet):
            if self.ready:
                for report in reports(packet):
                    self._on_report(report)
        else:
            super().on_packet(packet)

    def on_hci_packet(self, packet: hci.HCI_Packet) -> None:
        if isinstance(packet, hci.HCI_Event):
            self.on_hci_event_packet(packet)
        else:
            super().on_hci_packet(packet)

    def on_command_processed(self, event: hci.HCI_Command_Complete_Event[Any] | hci.HCI_Command_Status_Event) -> None:
        """Drop the late answer to a command whose sender was cancelled: it is not the answer to the next one."""
        command, response = self.pending_command, self.pending_response
        if response is not None and (response.done() or command is None or command.op_code != event.command_opcode):
            return
        super().on_command_processed(event)

    def on_transport_lost(self) -> None:
        """Tell who waits for an answer; whoever gave up waiting is told nothing more."""
        if self.pending_response is not None and self.pending_response.done():
            self.pending_response = None
        super().on_transport_lost()  # type: ignore[no-untyped-call]  # Bumble leaves it untyped

    def send_hci_packet(self, packet: hci.HCI_Packet) -> None:
        if self.hci_sink:
            data = bytes(packet)
            if self._recording is not None:
                self._recording.write(data, from_controller=False)
            self.hci_sink.on_packet(data)


async def connect(name: str) -> Transport:
    """Open a transport as Bumble names them. Raises RadioError."""
    try:
        return await open_transport(name)
    except Exception as error:  # libusb, pyserial and Bumble each raise their own
        why = str(error) or type(error).__name__
        raise RadioError(
            f"the Bluetooth transport {name} cannot be opened ({why}); "
            "is it plugged in, free, and are you allowed to use it?"
        ) from error


@contextmanager
def firmware_told() -> Iterator[list[tuple[str, str]]]:
    """Collect what Bumble's drivers log while the block runs, (logger, text), for `missing`: they say nowhere
    else that a firmware is missing."""
    told: list[tuple[str, str]] = []
    loggers = [logging.getLogger(name) for name in LOGGERS]

    class Collector(logging.Filter):
        """Note a record and keep it from the log; where several blocks run at once, each of them notes it."""

        def filter(self, record: logging.LogRecord) -> bool:
            told.append((record.name, record.getMessage()))
            return self is not logging.getLogger(record.name).filters[-1]

    collector = Collector()
    for logger in loggers:
        logger.setLevel(logging.WARNING)  # whatever level the log of the program has
        logger.addFilter(collector)
    try:
        yield told
    finally:
        for logger in loggers:
            logger.removeFilter(collector)


async def reset(host: Host) -> None:
    """Load a firmware where the controller needs one, and reset it. Raises RadioError where that firmware is missing or
    no firmware, BaseBumbleError and others where the controller does not answer."""
    with firmware_told() as told:
        try:
            await host.reset()
        except (BaseBumbleError, AssertionError) as error:
            lacks = missing_firmware(told)
            if not lacks and isinstance(error, RtkFirmwareError):
                lacks = firmware_sentence(REALTEK)
            if not lacks and isinstance(error, DriverError):
                lacks = firmware_sentence(INTEL)
            if lacks:
                raise RadioError(lacks) from error
            raise
    if lacks := missing_firmware(told):
        raise RadioError(lacks)
