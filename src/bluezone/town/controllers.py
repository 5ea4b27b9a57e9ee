"""Define a virtual Bluetooth controller with a place in the town: Bumble's, mended and extended by subclassing.

What Bumble 0.0.236 leaves out, and a phone's engine must meet as on a real chip:

* scan window and interval are honoured, also of the extended commands; the three channels are scanned in turn;
* reports tell the truth: RSSI, non-connectable or not, legacy or not, one report a packet, no made-up scan response;
* ADV_NONCONN_IND and ADV_SCAN_IND go on the air through the legacy commands too, their interval counted in 0.625 ms;
* commands a real controller refuses are refused: parameters or the address changed while in use, advertising or
  scanning from a random address that was never set;
* a reset stops everything;
* no text is made of packets nobody logs.

Connections, scan responses, and advertising or scanning for a limited time are refused as unsupported.
"""

from __future__ import annotations

import asyncio
import struct
from typing import Any

import numpy as np
from bumble import hci
from bumble.controller import AdvertisingSet, Controller, LegacyAdvertiser
from numpy.typing import NDArray

from bluezone.town.air import Air, Emission, PacketHeard

Floats = NDArray[np.float64]
Status = hci.HCI_StatusReturnParameters
Error = hci.HCI_ErrorCode

_UNIT_S = 0.000625
_CHANNELS = 3
_MIN_AHEAD_S, _MAX_AHEAD_S = 1.0, 10.0
_AHEAD_MORE_S = 0.001  # so that a scan as long as the last one ends before another plan is made

_CONNECTABLE, _SCANNABLE, _LEGACY = 0x01, 0x02, 0x10
_REPORTED = 0x17  # connectable, scannable, directed, legacy: equal bits in event properties and in reports
_LEGACY_EVENT_TYPES = {0: _CONNECTABLE | _SCANNABLE | _LEGACY, 2: _SCANNABLE | _LEGACY, 3: _LEGACY}
_LEGACY_REPORT_TYPES = {event: kind for kind, event in _LEGACY_EVENT_TYPES.items()}


def _status(code: Error) -> Status:
    return Status(code)


def _unset(address: hci.Address) -> bool:
    return not any(bytes(address))


class _Emitting:
    """Send by a train of event times instead of timers: shared by sets and the legacy advertiser."""

    controller: Any
    emission: Emission | None = None

    def _begin(self, interval_s: float) -> None:
        self._end()
        controller = self.controller
        self.emission = controller.link.begin(controller.station, float(controller.tx_power_dbm), interval_s, self)

    def _end(self) -> None:
        emission, self.emission = self.emission, None
        if emission is not None:
            self.controller.link.end(emission)


class TownAdvertisingSet(_Emitting, AdvertisingSet):
    """Send as an advertising set of the extended commands."""

    @property
    def event_type(self) -> int:
        assert self.parameters is not None
        return int(self.parameters.advertising_event_properties) & _REPORTED

    def start(self) -> None:
        assert self.parameters is not None
        self.enabled = True
        self._begin(self.parameters.primary_advertising_interval_min * _UNIT_S)

    def stop(self) -> None:
        self.enabled = False
        self._end()

    def on_air(self) -> tuple[bytes, int, bytes]:
        assert self.address is not None
        return bytes(self.address), self.address.address_type, bytes(self.data)


class TownLegacyAdvertiser(_Emitting, LegacyAdvertiser):
    """Send as the one advertiser of the commands of Bluetooth 4."""

    @property
    def event_type(self) -> int:
        return _LEGACY_EVENT_TYPES[int(self.advertising_type)]

    def start(self) -> None:
        self.enabled = True
        self._begin(self.advertising_interval_min * _UNIT_S)

    def stop(self) -> None:
        self.enabled = False
        self._end()

    def on_air(self) -> tuple[bytes, int, bytes]:
        return bytes(self.address), self.address.address_type, bytes(self.advertising_data)


class TownController(Controller):
    """Control the radio of phone number `station`. `extended=False` makes it one of Bluetooth 4; `tell` hears of each
    packet."""

    link: Air

    def __init__(
        self, air: Air, station: int, tx_power_dbm: float, *, extended: bool = True, tell: PacketHeard | None = None
    ) -> None:
        self.station, self._tell = station, tell
        self.tx_power_dbm = tx_power_dbm
        public = hci.Address(station.to_bytes(5, "little") + b"\xc0", hci.Address.PUBLIC_DEVICE_ADDRESS)
        super().__init__(f"phone {station}", link=air, public_address=public)
        self.le_legacy_advertiser = TownLegacyAdvertiser(self)
        if not extended:
            self.le_features = self.le_features & ~hci.LeFeatureMask.LE_EXTENDED_ADVERTISING
        self._extended = extended
        self._window_s = self._interval_s = 0.010
        self._scan_start_s = 0.0
        self._ahead_s = _MIN_AHEAD_S
        self._ahead_timer: asyncio.TimerHandle | None = None
        self._seen: set[tuple[bytes, bytes]] = set()

    # --- packets to and from the host -------------------------------------------------------------

    def on_hci_packet(self, packet: hci.HCI_Packet) -> None:
        if isinstance(packet, hci.HCI_Command):
            self.on_hci_command_packet(packet)
        else:
            super().on_hci_packet(packet)

    def send_hci_packet(self, packet: hci.HCI_Packet) -> None:
        if self.host:
            asyncio.get_running_loop().call_soon(self.host.on_packet, bytes(packet))

    def on_hci_reset_command(self, command: hci.HCI_Reset_Command) -> Status:
        self._stop_scanning()
        self.le_legacy_advertiser.stop()
        for advertising_set in self.advertising_sets.values():
            advertising_set.stop()
        self.advertising_sets.clear()
        self._random_address = hci.Address.ANY
        return super().on_hci_reset_command(command)

    def on_hci_le_set_random_address_command(self, command: hci.HCI_LE_Set_Random_Address_Command) -> Status:
        if self.le_scan_enable or self.le_legacy_advertiser.enabled:
            return _status(Error.COMMAND_DISALLOWED_ERROR)
        return super().on_hci_le_set_random_address_command(command)

    def on_hci_le_create_connection_command(self, command: hci.HCI_LE_Create_Connection_Command) -> None:
        self._send_hci_command_status(Error.UNSUPPORTED_FEATURE_OR_PARAMETER_VALUE_ERROR, command.op_code)

    def on_hci_le_extended_create_connection_command(
        self, command: hci.HCI_LE_Extended_Create_Connection_Command
    ) -> None:
        self._send_hci_command_status(Error.UNSUPPORTED_FEATURE_OR_PARAMETER_VALUE_ERROR, command.op_code)

    # --- advertising ------------------------------------------------------------------------------

    def on_hci_le_set_extended_advertising_parameters_command(
        self, command: hci.HCI_LE_Set_Extended_Advertising_Parameters_Command
    ) -> hci.HCI_LE_Set_Extended_Advertising_Parameters_ReturnParameters:
        handle = command.advertising_handle
        known = self.advertising_sets.get(handle)
        if known is not None and known.enabled:
            result = hci.HCI_LE_Set_Extended_Advertising_Parameters_ReturnParameters
            return result(status=Error.COMMAND_DISALLOWED_ERROR, selected_tx_power=0)
        self.advertising_sets.setdefault(handle, TownAdvertisingSet(controller=self, handle=handle))
        answer = super().on_hci_le_set_extended_advertising_parameters_command(command)
        answer.selected_tx_power = round(self.tx_power_dbm)
        return answer

    def on_hci_le_set_advertising_set_random_address_command(
        self, command: hci.HCI_LE_Set_Advertising_Set_Random_Address_Command
    ) -> Status:
        if command.advertising_handle not in self.advertising_sets:
            return _status(Error.UNKNOWN_ADVERTISING_IDENTIFIER_ERROR)
        return super().on_hci_le_set_advertising_set_random_address_command(command)

    def on_hci_le_set_extended_advertising_enable_command(
        self, command: hci.HCI_LE_Set_Extended_Advertising_Enable_Command
    ) -> Status:
        if command.enable:
            if any(command.durations) or any(command.max_extended_advertising_events):
                return _status(Error.UNSUPPORTED_FEATURE_OR_PARAMETER_VALUE_ERROR)
            for handle in command.advertising_handles:
                advertising_set = self.advertising_sets.get(handle)
                if advertising_set is None:
                    return _status(Error.UNKNOWN_ADVERTISING_IDENTIFIER_ERROR)
                if advertising_set.address is None:
                    return _status(Error.INVALID_COMMAND_PARAMETERS_ERROR)
        return super().on_hci_le_set_extended_advertising_enable_command(command)

    def on_hci_le_remove_advertising_set_command(self, command: hci.HCI_LE_Remove_Advertising_Set_Command) -> Status:
        known = self.advertising_sets.get(command.advertising_handle)
        if known is None:
            return _status(Error.UNKNOWN_ADVERTISING_IDENTIFIER_ERROR)
        if known.enabled:
            return _status(Error.COMMAND_DISALLOWED_ERROR)
        return super().on_hci_le_remove_advertising_set_command(command)

    def on_hci_le_set_advertising_parameters_command(
        self, command: hci.HCI_LE_Set_Advertising_Parameters_Command
    ) -> Status:
        if self.le_legacy_advertiser.enabled:
            return _status(Error.COMMAND_DISALLOWED_ERROR)
        if int(command.advertising_type) not in _LEGACY_EVENT_TYPES:
            return _status(Error.UNSUPPORTED_FEATURE_OR_PARAMETER_VALUE_ERROR)
        return super().on_hci_le_set_advertising_parameters_command(command)

    def on_hci_le_set_advertising_enable_command(self, command: hci.HCI_LE_Set_Advertising_Enable_Command) -> Status:
        if command.advertising_enable and _unset(self.le_legacy_advertiser.address):
            return _status(Error.INVALID_COMMAND_PARAMETERS_ERROR)
        return super().on_hci_le_set_advertising_enable_command(command)

    # --- scanning ---------------------------------------------------------------------------------

    def on_hci_le_set_scan_parameters_command(self, command: hci.HCI_LE_Set_Scan_Parameters_Command) -> Status:
        return self._set_scan(command.le_scan_interval, command.le_scan_window, command.own_address_type)

    def on_hci_le_set_extended_scan_parameters_command(
        self, command: hci.HCI_LE_Set_Extended_Scan_Parameters_Command
    ) -> Status:
        return self._set_scan(command.scan_intervals[0], command.scan_windows[0], command.own_address_type)

    def _set_scan(self, interval: int, window: int, own_address_type: int) -> Status:
        if self.le_scan_enable:
            return _status(Error.COMMAND_DISALLOWED_ERROR)
        if not 4 <= window <= interval:
            return _status(Error.INVALID_COMMAND_PARAMETERS_ERROR)
        self._interval_s, self._window_s = interval * _UNIT_S, window * _UNIT_S
        self.le_scan_own_address_type = hci.AddressType(own_address_type)
        return _status(Error.SUCCESS)

    def on_hci_le_set_scan_enable_command(self, command: hci.HCI_LE_Set_Scan_Enable_Command) -> Status:
        return self._enable_scan(bool(command.le_scan_enable), bool(command.filter_duplicates))

    def on_hci_le_set_extended_scan_enable_command(
        self, command: hci.HCI_LE_Set_Extended_Scan_Enable_Command
    ) -> Status:
        if command.enable and (command.duration or command.period):
            return _status(Error.UNSUPPORTED_FEATURE_OR_PARAMETER_VALUE_ERROR)
        return self._enable_scan(bool(command.enable), bool(command.filter_duplicates))

    def _enable_scan(self, enable: bool, filter_duplicates: bool) -> Status:
        random_own = self.le_scan_own_address_type == hci.Address.RANDOM_DEVICE_ADDRESS
        if enable and random_own and _unset(self.random_address):
            return _status(Error.INVALID_COMMAND_PARAMETERS_ERROR)
        self._stop_scanning()
        self.filter_duplicates = filter_duplicates
        if enable:
            self.le_scan_enable = True
            self._scan_start_s = asyncio.get_running_loop().time()
            self._look_ahead()
        return _status(Error.SUCCESS)

    def _stop_scanning(self) -> None:
        if not self.le_scan_enable:
            return
        self.le_scan_enable = False
        self._seen.clear()
        if self._ahead_timer is not None:
            self._ahead_timer.cancel()
        lasted_s = asyncio.get_running_loop().time() - self._scan_start_s
        self._ahead_s = min(max(lasted_s + _AHEAD_MORE_S, _MIN_AHEAD_S), _MAX_AHEAD_S)
        self.link.listener_stopped(self.station)

    def _look_ahead(self) -> None:
        """Have the air plan as far ahead as the last scan lasted: mostly that is just what this one needs."""
        loop = asyncio.get_running_loop()
        until_s = loop.time() + self._ahead_s
        self.link.listen(self, loop.time(), until_s)
        self._ahead_timer = loop.call_at(until_s, self._look_ahead)

    def channels_at(self, times_s: Floats) -> NDArray[np.int64]:
        """Return the channel at the given times: 0, 1, 2 for 37, 38, 39, taken in turn, one an interval; -1 where the
        receiver is closed: it is open for `window` at the start of each `interval`."""
        since_s = times_s - self._scan_start_s
        channels = channels_in_turn(since_s, self._interval_s)
        closed = since_s % self._interval_s >= self._window_s
        channels[closed] = -1
        return channels

    def receive(self, emission: Emission, rssi_dbm: int) -> None:
        """Report a packet to the host."""
        self._report(emission, rssi_dbm)
        if self._tell is not None:
            self._tell(self.station, emission.station, rssi_dbm)

    def _report(self, emission: Emission, rssi_dbm: int) -> None:
        advertiser = emission.source
        address, address_type, data = advertiser.on_air()
        event_type = advertiser.event_type
        if self.filter_duplicates:
            if (address, data) in self._seen:
                return
            self._seen.add((address, data))
        if self._extended:
            packet = extended_report(event_type, address_type, address, rssi_dbm, data)
        elif event_type in _LEGACY_REPORT_TYPES:
            packet = legacy_report(_LEGACY_REPORT_TYPES[event_type], address_type, address, rssi_dbm, data)
        else:
            return  # an old controller does not hear extended advertising
        if self.host:
            self.host.on_packet(packet)


def channels_in_turn(since_s: Floats, interval_s: float) -> NDArray[np.int64]:
    """Return the channel (0, 1, 2) of a scanner so long after the start of its scan."""
    return (since_s // interval_s).astype(np.int64) % _CHANNELS


def extended_report(event_type: int, address_type: int, address: bytes, rssi_dbm: int, data: bytes) -> bytes:
    """Return an LE Extended Advertising Report event with one report (Core Specification 5.3, volume 4, part E,
    7.7.65.13).

    Secondary PHY 0, SID 0xFF and transmit power 127 say what a legacy packet says of them: nothing.
    """
    head = struct.pack("<BBBBBHB6s", 0x04, 0x3E, 26 + len(data), 0x0D, 1, event_type, address_type, address)
    return head + struct.pack("<BBBbbHB6sB", 1, 0, 0xFF, 127, rssi_dbm, 0, 0, bytes(6), len(data)) + data


def legacy_report(event_type: int, address_type: int, address: bytes, rssi_dbm: int, data: bytes) -> bytes:
    """Return an LE Advertising Report event with one report (7.7.65.2)."""
    head = struct.pack("<BBBBBBB6sB", 0x04, 0x3E, 12 + len(data), 0x02, 1, event_type, address_type, address, len(data))
    return head + data + struct.pack("<b", rssi_dbm)
