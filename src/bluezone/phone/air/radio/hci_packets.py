"""Write the HCI commands by which a phone sends and listens, and read the reports of what was heard.

Commands are extended ones, or those of old controllers (Bluetooth 4). What goes on the air are legacy, non-connectable
advertisements either way. Extended commands work on a set that has a random address of its own; legacy ones on the
controller's one random address, which may not change while it scans.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

from bumble import hci

from bluezone.phone.air.radio.port import ADVERTISING_INTERVAL_MS

ADDRESS_BYTES = 6
_HANDLE = 0
_UNIT_MS = 0.625
_SCAN_SLICE_UNITS = 160  # listen on each of the three channels for 100 ms in turn, without a pause in between
#: how long a scan stays on one channel
SCAN_SLICE_S = _SCAN_SLICE_UNITS * _UNIT_MS / 1000
_ALL_CHANNELS = 0b111
_INTERVAL_UNITS = round(ADVERTISING_INTERVAL_MS / _UNIT_MS)


def private_address() -> bytes:
    """Return a fresh non-resolvable private address (Core Specification, volume 6, part B, 1.3.2.2)."""
    drawn = secrets.token_bytes(ADDRESS_BYTES)
    return bytes((drawn[0] & 0x3F,)) + drawn[1:]


def random_address(address: bytes) -> Any:
    """Set the controller's own random address: never on the air where sets have theirs, but needed to scan."""
    return hci.HCI_LE_Set_Random_Address_Command(random_address=_address(address))


def _address(address: bytes) -> hci.Address:
    return hci.Address(address[::-1], hci.Address.RANDOM_DEVICE_ADDRESS)


class Extended:
    """Write extended commands. Scans are passive, for a phone that asked for scan responses would tell the
    neighbourhood that it is there, and give duplicates, each of which is a measurement of the distance."""

    def parameters(self) -> Any:
        """Prepare advertising: make the set."""
        command = hci.HCI_LE_Set_Extended_Advertising_Parameters_Command
        return command(
            advertising_handle=_HANDLE,
            advertising_event_properties=command.AdvertisingProperties.USE_LEGACY_ADVERTISING_PDUS,
            primary_advertising_interval_min=_INTERVAL_UNITS,
            primary_advertising_interval_max=_INTERVAL_UNITS,
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

    def address(self, address: bytes) -> Any:
        """Set the address to send from, while nothing is sent."""
        return hci.HCI_LE_Set_Advertising_Set_Random_Address_Command(
            advertising_handle=_HANDLE, random_address=_address(address)
        )

    def data(self, data: bytes) -> Any:
        """Set what is sent."""
        return hci.HCI_LE_Set_Extended_Advertising_Data_Command(
            advertising_handle=_HANDLE,
            operation=hci.HCI_LE_Set_Extended_Advertising_Data_Command.Operation.COMPLETE_DATA,
            fragment_preference=1,
            advertising_data=data,
        )

    def advertise(self, enable: bool) -> Any:
        """Start or stop sending."""
        return hci.HCI_LE_Set_Extended_Advertising_Enable_Command(
            enable=int(enable), advertising_handles=[_HANDLE], durations=[0], max_extended_advertising_events=[0]
        )

    def scan_parameters(self) -> Any:
        """Prepare passive scanning on all channels."""
        return hci.HCI_LE_Set_Extended_Scan_Parameters_Command(
            own_address_type=hci.OwnAddressType.RANDOM,
            scanning_filter_policy=0,
            scanning_phys=1,
            scan_types=[0],
            scan_intervals=[_SCAN_SLICE_UNITS],
            scan_windows=[_SCAN_SLICE_UNITS],
        )

    def scan(self, enable: bool) -> Any:
        """Start or stop scanning."""
        return hci.HCI_LE_Set_Extended_Scan_Enable_Command(
            enable=int(enable), filter_duplicates=0, duration=0, period=0
        )


class Legacy(Extended):
    """Write the same commands as Bluetooth 4 has them: of one set, and of one random address for all."""

    def parameters(self) -> Any:
        command = hci.HCI_LE_Set_Advertising_Parameters_Command
        return command(
            advertising_interval_min=_INTERVAL_UNITS,
            advertising_interval_max=_INTERVAL_UNITS,
            advertising_type=command.AdvertisingType.ADV_NONCONN_IND,
            own_address_type=hci.OwnAddressType.RANDOM,
            peer_address_type=0,
            peer_address=hci.Address.ANY,
            advertising_channel_map=_ALL_CHANNELS,
            advertising_filter_policy=0,
        )

    def address(self, address: bytes) -> Any:
        return random_address(address)

    def data(self, data: bytes) -> Any:
        return hci.HCI_LE_Set_Advertising_Data_Command(advertising_data=data)

    def advertise(self, enable: bool) -> Any:
        return hci.HCI_LE_Set_Advertising_Enable_Command(advertising_enable=int(enable))

    def scan_parameters(self) -> Any:
        return hci.HCI_LE_Set_Scan_Parameters_Command(
            le_scan_type=0,
            le_scan_interval=_SCAN_SLICE_UNITS,
            le_scan_window=_SCAN_SLICE_UNITS,
            own_address_type=hci.OwnAddressType.RANDOM,
            scanning_filter_policy=0,
        )

    def scan(self, enable: bool) -> Any:
        return hci.HCI_LE_Set_Scan_Enable_Command(le_scan_enable=int(enable), filter_duplicates=0)


#: (6 address bytes, most significant first; strength in dBm; advertising data)
Report = tuple[bytes, int, bytes]

EVENT_PACKET, LE_META_EVENT = 0x04, 0x3E
LEGACY_REPORT, EXTENDED_REPORT = 0x02, 0x0D

_RSSI_NOT_AVAILABLE = 127
_LEGACY_SCAN_RESPONSE = 0x04
_EXTENDED_SCAN_RESPONSE = 0x08
_EXTENDED_INCOMPLETE = 0x60
_EXTENDED_HEADER_BYTES = 24
_FIRST_REPORT_AT = 5  # after packet type, event, length, sub-event and number of reports


def is_report(packet: bytes) -> bool:
    """Tell whether an HCI packet is an advertising report of either kind."""
    return (
        len(packet) > _FIRST_REPORT_AT
        and packet[0] == EVENT_PACKET
        and packet[1] == LE_META_EVENT
        and packet[3] in (EXTENDED_REPORT, LEGACY_REPORT)
    )


def reports(packet: bytes) -> Iterator[Report]:
    """Yield the reports of a packet for which `is_report` holds.

    Scan responses, fragments and reports without a strength are left out. A report that runs past the end of the packet
    ends the list: a controller that sends such a one has nothing to add.
    """
    return _extended(packet) if packet[3] == EXTENDED_REPORT else _legacy(packet)


def _extended(packet: bytes) -> Iterator[Report]:
    at, size = _FIRST_REPORT_AT, len(packet)
    for _ in range(packet[4]):
        data_at = at + _EXTENDED_HEADER_BYTES
        if data_at > size:
            return
        end = data_at + packet[data_at - 1]
        if end > size:
            return
        rssi = packet[at + 13]
        if not packet[at] & (_EXTENDED_SCAN_RESPONSE | _EXTENDED_INCOMPLETE) and rssi != _RSSI_NOT_AVAILABLE:
            yield packet[at + 8 : at + 2 : -1], rssi - 256 if rssi > 127 else rssi, packet[data_at:end]
        at = end


def _legacy(packet: bytes) -> Iterator[Report]:
    at, size = _FIRST_REPORT_AT, len(packet)
    for _ in range(packet[4]):
        if at + 9 > size:
            return
        end = at + 9 + packet[at + 8]
        if end >= size:
            return
        rssi = packet[end]
        if packet[at] != _LEGACY_SCAN_RESPONSE and rssi != _RSSI_NOT_AVAILABLE:
            yield packet[at + 7 : at + 1 : -1], rssi - 256 if rssi > 127 else rssi, packet[at + 9 : end]
        at = end + 1
