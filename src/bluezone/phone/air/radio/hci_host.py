"""Open an HCI transport and talk to its controller by Bumble's host: what the radio and the test of radios share."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bumble import hci
from bumble.core import BaseBumbleError
from bumble.drivers.intel import DriverError
from bumble.drivers.rtk import RtkFirmwareError
from bumble.host import Host
from bumble.transport import open_transport
from bumble.transport.common import Transport, TransportSink, TransportSource

from bluezone.phone.air.radio import firmware
from bluezone.phone.air.radio.btsnoop import BtsnoopFile
from bluezone.phone.air.radio.hci_reports import Report, is_report, reports
from bluezone.phone.errors import RadioError


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
    """Collect what Bumble's drivers log while the block runs, (logger, text), for `firmware.missing`: they say nowhere
    else that a firmware is missing."""
    told: list[tuple[str, str]] = []
    loggers = [logging.getLogger(name) for name in firmware.LOGGERS]

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
            lacks = firmware.missing(told)
            if not lacks and isinstance(error, RtkFirmwareError):
                lacks = firmware.sentence(firmware.REALTEK)
            if not lacks and isinstance(error, DriverError):
                lacks = firmware.sentence(firmware.INTEL)
            if lacks:
                raise RadioError(lacks) from error
            raise
    if lacks := firmware.missing(told):
        raise RadioError(lacks)
