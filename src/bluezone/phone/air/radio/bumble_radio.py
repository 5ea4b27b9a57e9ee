"""Drive a controller by Bumble, a Bluetooth stack in Python, over any HCI transport: `usb:0`,
`serial:/dev/ttyACM0,1000000`, `hci-socket:0`, `tcp-client:HOST:PORT`, or a virtual controller handed in as source and
sink.

Only the host side of HCI is used. What goes on the air are legacy, non-connectable advertisements (ADV_NONCONN_IND),
as Exposure Notification wants them, sent through the extended-advertising commands, whose sets have a random address of
their own; an old controller (Bluetooth 4) gets the legacy commands.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from bumble import hci
from bumble.core import BaseBumbleError
from bumble.transport.common import Transport, TransportSink, TransportSource

from bluezone.phone.air.radio import hci_packets
from bluezone.phone.air.radio.hci_host import BtsnoopFile, ReportHost, connect, reset
from bluezone.phone.air.radio.hci_packets import Report
from bluezone.phone.air.radio.port import ScanHandler, ScanResult
from bluezone.phone.clock import Clock
from bluezone.phone.errors import RadioError
from bluezone.protocol.advertisements import MAX_ADVERTISEMENT_BYTES

_RESPONSE_TIMEOUT_S = 5.0


class BumbleRadio:
    """Implement `port.Radio` on a controller that speaks HCI.

    `tx_power_dbm` is what the metadata will say: the power radiated by this device as its calibration knows it, not the
    number the controller is set to.
    """

    def __init__(
        self, host_source: TransportSource | None, host_sink: TransportSink | None, clock: Clock, tx_power_dbm: int
    ) -> None:
        self.tx_power_dbm = tx_power_dbm
        self._source, self._sink, self._clock = host_source, host_sink, clock
        self._transport_name = ""
        self._transport: Transport | None = None
        self._host: ReportHost | None = None
        self._recording_path: Path | None = None
        self._recording: BtsnoopFile | None = None
        self._commands: hci_packets.Extended = hci_packets.Extended()
        self._handler: ScanHandler | None = None
        self._scanning = self._advertising = self._set_made = False
        self._lock = asyncio.Lock()  # a rotation and the start of a scan are several commands each

    @classmethod
    def from_transport(cls, name: str, clock: Clock, tx_power_dbm: int, recording: Path | None = None) -> BumbleRadio:
        """Make a radio on a transport as Bumble names them (google.github.io/bumble/transports); `open` opens it.
        `recording`: a file that gets all that goes between host and controller, as btsnoop."""
        radio = cls(None, None, clock, tx_power_dbm)
        radio._transport_name, radio._recording_path = name, recording
        return radio

    # --- power ------------------------------------------------------------------------------------

    async def open(self) -> None:
        if self._host is not None:
            return
        source, sink = await self._connect()
        self._scanning = self._advertising = self._set_made = False
        if self._recording_path is not None:  # one file, however often the radio is opened
            self._recording = BtsnoopFile(self._recording_path, self._clock, go_on=self._recording is not None)
        host = self._host = ReportHost(source, sink, self._hear, self._recording)
        try:
            async with asyncio.timeout(4 * _RESPONSE_TIMEOUT_S):
                await reset(host)
            extended = host.supports_le_features(hci.LeFeatureMask.LE_EXTENDED_ADVERTISING)
            self._commands = hci_packets.Extended() if extended else hci_packets.Legacy()
            await self._command(hci_packets.random_address(hci_packets.private_address()))
            await self._command(self._commands.scan_parameters())
        except (BaseBumbleError, TimeoutError, AssertionError, RuntimeError) as error:
            await self.close()
            raise RadioError(f"the Bluetooth controller did not start ({error or type(error).__name__})") from error
        except RadioError:
            await self.close()
            raise

    async def _connect(self) -> tuple[TransportSource, TransportSink]:
        if not self._transport_name:
            assert self._source is not None
            assert self._sink is not None
            return self._source, self._sink
        self._transport = await connect(self._transport_name)
        return self._transport.source, self._transport.sink

    async def close(self) -> None:
        host, self._handler = self._host, None
        if host is not None:
            for stop in (self.stop_scanning, self.stop_advertising):
                try:
                    await stop()
                except RadioError:
                    break  # the controller is gone, and with it what it sent
        self._host = None
        transport, self._transport = self._transport, None
        if transport is not None:
            await transport.close()
        if self._recording is not None:
            self._recording.close()

    # --- sending ----------------------------------------------------------------------------------

    async def advertise(self, address: bytes, data: bytes) -> None:
        if len(address) != hci_packets.ADDRESS_BYTES or len(data) > MAX_ADVERTISEMENT_BYTES:
            raise RadioError(f"an address of {len(address)} bytes or {len(data)} bytes of data cannot be advertised")
        async with self._lock:
            await self._stop_advertising()
            if not self._set_made:
                await self._command(self._commands.parameters())
                self._set_made = True
            if isinstance(self._commands, hci_packets.Legacy):
                await self._prepare_legacy(address, data)
            else:
                await self._prepare(address, data)
            self._advertising = True  # before the answer comes: where it never comes, this may still be on the air
            await self._enable_advertising(True)

    async def stop_advertising(self) -> None:
        async with self._lock:
            await self._stop_advertising()

    async def _stop_advertising(self) -> None:
        if self._advertising:
            await self._enable_advertising(False)
            self._advertising = False

    async def _enable_advertising(self, enable: bool) -> None:
        await self._command(self._commands.advertise(enable))

    async def _prepare(self, address: bytes, data: bytes) -> None:
        """Give what is silent its new address and its new data."""
        await self._command(self._commands.address(address))
        await self._command(self._commands.data(data))

    async def _prepare_legacy(self, address: bytes, data: bytes) -> None:
        """Prepare advertising on an old controller. It has one random address for all, and refuses to change it while
        it scans."""
        was_scanning = self._scanning
        if was_scanning:
            await self._enable_scan(False)
        await self._prepare(address, data)
        if was_scanning:
            await self._enable_scan(True)

    # --- receiving --------------------------------------------------------------------------------

    async def start_scanning(self, handler: ScanHandler) -> None:
        async with self._lock:
            self._handler = handler
            if not self._scanning:
                await self._enable_scan(True)

    async def stop_scanning(self) -> None:
        self._handler = None  # nothing more is handed over, though the controller may have some reports under way
        async with self._lock:
            if self._scanning:
                await self._enable_scan(False)

    def _hear(self, report: Report) -> None:
        if self._handler is not None:
            address, rssi_dbm, data = report
            self._handler(ScanResult(address, rssi_dbm, data, self._clock()))

    async def _enable_scan(self, enable: bool) -> None:
        await self._command(self._commands.scan(enable))
        self._scanning = enable

    # --- HCI --------------------------------------------------------------------------------------

    async def _command(self, command: Any) -> None:
        host = self._host
        if host is None:
            raise RadioError("the radio is not open")
        try:
            # Not Bumble's own time-out: it stands on asyncio.wait_for, which in Python 3.11 loses a cancellation that
            # comes together with the answer, and then a phone that is to stop goes on.
            async with asyncio.timeout(_RESPONSE_TIMEOUT_S):
                await host.send_sync_command(command)
        except hci.HCI_Error as error:
            raise RadioError(f"the Bluetooth controller refused {command.name} ({error})") from error
        except (BaseBumbleError, TimeoutError, OSError, RuntimeError) as error:
            raise RadioError(f"the Bluetooth controller is gone: no answer to {command.name}") from error
