"""Record what goes between host and controller in the btsnoop format, which Wireshark and btmon read.

A header (`btsnoop`, version 1, data link 1002: HCI with the packet type in front), then one record a packet: original
and included length, flags (bit 0: from the controller; bit 1: command or event), drops, microseconds since the year 0.

A recording holds the addresses and identifiers of everyone around: it is for a maintainer's eyes, and to be deleted.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path

from bluezone.phone.clock import Clock

_HEADER = b"btsnoop\0" + struct.pack(">II", 1, 1002)
_RECORD = struct.Struct(">IIIIQ")
#: microseconds from midnight of 1 January of the year 0 to 1970
_YEAR_0_US = 0x00DCDDB30F2F8000
_COMMAND_OR_EVENT = (0x01, 0x04)  # packet types


class BtsnoopFile:
    """Write packets into a file that only its owner may read; what a killed program had written is whole. Raises
    OSError."""

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
