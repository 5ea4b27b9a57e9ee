"""Drive a controller by Bumble, a Bluetooth stack in Python, over any HCI transport: `usb:0`,
`serial:/dev/ttyACM0,1000000`, `hci-socket:0`, `tcp-client:HOST:PORT`, or a virtual controller handed in as source and
sink.

Only the host side of HCI is used. What goes on the air are legacy, non-connectable advertisements (ADV_NONCONN_IND),
as Exposure Notification wants them, sent through the extended-advertising commands, whose sets have a random address of
their own; an old controller (Bluetooth 4) gets the legacy commands.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

from bumble import hci
from bumble.core import BaseBumbleError
from bumble.host import Host
from bumble.transport import open_transport
from bumble.transport.common import Transport, TransportSink, TransportSource

from bluezone.phone.air.radio.hci_reports import Report, is_report, reports
from bluezone.phone.air.radio.port import ADVERTISING_INTERVAL_MS, ScanHandler, ScanResult
from bluezone.phone.clock import Clock
from bluezone.phone.errors import RadioError
from bluezone.protocol.advertisements import MAX_ADVERTISEMENT_BYTES

_RESPONSE_TIMEOUT_S = 5.0
_HANDLE = 0
_UNIT_MS = 0.625
_SCAN_SLICE_UNITS = 160  # listen on each of the three channels for 100 ms in turn, without a pause in between
#: how long a scan stays on one channel
SCAN_SLICE_S = _SCAN_SLICE_UNITS * _UNIT_MS / 1000
_ALL_CHANNELS = 0b111
_ADDRESS_BYTES = 6


class _ReportHost(Host):
    """Give Bumble's host a short way for advertising reports, and none of the text it makes of every packet."""

    def __init__(self, source: TransportSource, sink: TransportSink, on_report: Callable[[Report], None]) -> None:
        self._on_report = on_report
        super().__init__(source, sink)

    def on_packet(self, packet: bytes) -> None:
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

    def send_hci_packet(self, packet: hci.HCI_Packet) -> None:
        if self.hci_sink:
            self.hci_sink.on_packet(bytes(packet))


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
        self._host: _ReportHost | None = None
        self._extended = True
        self._handler: ScanHandler | None = None
        self._scanning = self._advertising = self._set_made = False
        self._lock = asyncio.Lock()  # a rotation and the start of a scan are several commands each

    @classmethod
    def from_transport(cls, name: str, clock: Clock, tx_power_dbm: int) -> BumbleRadio:
        """Make a radio on a transport as Bumble names them (google.github.io/bumble/transports); `open` opens it."""
        radio = cls(None, None, clock, tx_power_dbm)
        radio._transport_name = name
        return radio

    # --- power ------------------------------------------------------------------------------------

    async def open(self) -> None:
        if self._host is not None:
            return
        source, sink = await self._connect()
        self._scanning = self._advertising = self._set_made = False
        host = self._host = _ReportHost(source, sink, self._hear)
        try:
            async with asyncio.timeout(4 * _RESPONSE_TIMEOUT_S):
                await host.reset()
            self._extended = host.supports_le_features(hci.LeFeatureMask.LE_EXTENDED_ADVERTISING)
            # Never on the air where sets have their own; a controller refuses to scan without.
            await self._command(hci.HCI_LE_Set_Random_Address_Command(random_address=_address(_private_address())))
            await self._set_scan_parameters()
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
        try:
            self._transport = await open_transport(self._transport_name)
        except Exception as error:  # libusb, pyserial and Bumble each raise their own
            why = str(error) or type(error).__name__
            raise RadioError(
                f"the Bluetooth transport {self._transport_name} cannot be opened ({why}); "
                "is it plugged in, free, and are you allowed to use it?"
            ) from error
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

    # --- sending ----------------------------------------------------------------------------------

    async def advertise(self, address: bytes, data: bytes) -> None:
        if len(address) != _ADDRESS_BYTES or len(data) > MAX_ADVERTISEMENT_BYTES:
            raise RadioError(f"an address of {len(address)} bytes or {len(data)} bytes of data cannot be advertised")
        async with self._lock:
            await self._stop_advertising()
            if self._extended:
                await self._prepare_extended(_address(address), data)
            else:
                await self._prepare_legacy(_address(address), data)
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
        await self._command(
            hci.HCI_LE_Set_Extended_Advertising_Enable_Command(
                enable=int(enable), advertising_handles=[_HANDLE], durations=[0], max_extended_advertising_events=[0]
            )
            if self._extended
            else hci.HCI_LE_Set_Advertising_Enable_Command(advertising_enable=int(enable))
        )

    async def _prepare_extended(self, address: hci.Address, data: bytes) -> None:
        """Give the silent set its new address and its new data."""
        if not self._set_made:
            await self._command(_extended_parameters())
            self._set_made = True
        await self._command(
            hci.HCI_LE_Set_Advertising_Set_Random_Address_Command(advertising_handle=_HANDLE, random_address=address)
        )
        await self._command(
            hci.HCI_LE_Set_Extended_Advertising_Data_Command(
                advertising_handle=_HANDLE,
                operation=hci.HCI_LE_Set_Extended_Advertising_Data_Command.Operation.COMPLETE_DATA,
                fragment_preference=1,
                advertising_data=data,
            )
        )

    async def _prepare_legacy(self, address: hci.Address, data: bytes) -> None:
        """Prepare advertising on an old controller. It has one random address for all, and refuses to change it while
        it scans."""
        if not self._set_made:
            await self._command(_legacy_parameters())
            self._set_made = True
        was_scanning = self._scanning
        if was_scanning:
            await self._enable_scan(False)
        await self._command(hci.HCI_LE_Set_Random_Address_Command(random_address=address))
        await self._command(hci.HCI_LE_Set_Advertising_Data_Command(advertising_data=data))
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

    async def _set_scan_parameters(self) -> None:
        """Scan passively: a phone that asked for scan responses would tell the neighbourhood it is there."""
        own = hci.OwnAddressType.RANDOM
        await self._command(
            hci.HCI_LE_Set_Extended_Scan_Parameters_Command(
                own_address_type=own,
                scanning_filter_policy=0,
                scanning_phys=1,
                scan_types=[0],
                scan_intervals=[_SCAN_SLICE_UNITS],
                scan_windows=[_SCAN_SLICE_UNITS],
            )
            if self._extended
            else hci.HCI_LE_Set_Scan_Parameters_Command(
                le_scan_type=0,
                le_scan_interval=_SCAN_SLICE_UNITS,
                le_scan_window=_SCAN_SLICE_UNITS,
                own_address_type=own,
                scanning_filter_policy=0,
            )
        )

    async def _enable_scan(self, enable: bool) -> None:
        """Scan with duplicates: each is a measurement of the distance."""
        await self._command(
            hci.HCI_LE_Set_Extended_Scan_Enable_Command(enable=int(enable), filter_duplicates=0, duration=0, period=0)
            if self._extended
            else hci.HCI_LE_Set_Scan_Enable_Command(le_scan_enable=int(enable), filter_duplicates=0)
        )
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


def _private_address() -> bytes:
    """Return a fresh non-resolvable private address (Core Specification, volume 6, part B, 1.3.2.2)."""
    drawn = secrets.token_bytes(_ADDRESS_BYTES)
    return bytes((drawn[0] & 0x3F,)) + drawn[1:]


def _address(address: bytes) -> hci.Address:
    return hci.Address(address[::-1], hci.Address.RANDOM_DEVICE_ADDRESS)


def _extended_parameters() -> hci.HCI_LE_Set_Extended_Advertising_Parameters_Command:
    command = hci.HCI_LE_Set_Extended_Advertising_Parameters_Command
    units = round(ADVERTISING_INTERVAL_MS / _UNIT_MS)
    return command(
        advertising_handle=_HANDLE,
        advertising_event_properties=command.AdvertisingProperties.USE_LEGACY_ADVERTISING_PDUS,
        primary_advertising_interval_min=units,
        primary_advertising_interval_max=units,
        primary_advertising_channel_map=_ALL_CHANNELS,
        own_address_type=hci.OwnAddressType.RANDOM,
        peer_address_type=0,
        peer_address=hci.Address.ANY,
        advertising_filter_policy=0,
        advertising_tx_power=command.TX_POWER_NO_PREFERENCE,
        primary_advertising_phy=hci.Phy.LE_1M,
        secondary_advertising_max_skip=0,
        secondary_advertising_phy=hci.Phy.LE_1M,
        advertising_sid=0,
        scan_request_notification_enable=0,
    )


def _legacy_parameters() -> hci.HCI_LE_Set_Advertising_Parameters_Command:
    command = hci.HCI_LE_Set_Advertising_Parameters_Command
    units = round(ADVERTISING_INTERVAL_MS / _UNIT_MS)
    return command(
        advertising_interval_min=units,
        advertising_interval_max=units,
        advertising_type=command.AdvertisingType.ADV_NONCONN_IND,
        own_address_type=hci.OwnAddressType.RANDOM,
        peer_address_type=0,
        peer_address=hci.Address.ANY,
        advertising_channel_map=_ALL_CHANNELS,
        advertising_filter_policy=0,
    )
