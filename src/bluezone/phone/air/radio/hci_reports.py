"""Parse advertising reports straight from HCI bytes: the one packet a phone gets by the hundred thousand a day.

Bumble builds several objects for each report. Here a report becomes a tuple, and nothing is made of what is not
wanted. Layouts: Bluetooth Core Specification 5.3, volume 4, part E, sections 7.7.65.2 and 7.7.65.13.
"""

from __future__ import annotations

from collections.abc import Iterator

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
