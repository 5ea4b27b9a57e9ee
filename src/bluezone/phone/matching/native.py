"""Load the compiled matching of Exposure Notification keys, where this machine has it and its processor can.

It gives what `matcher.py` finds by itself, some twenty times as fast. Where it is missing, made for another machine, or
gives a wrong answer to a known question, the phone matches without it.
"""

from __future__ import annotations

import ctypes
import logging
import platform
import sys
from array import array
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from bluezone.protocol.exposure_notification import rolling_proximity_identifiers
from bluezone.protocol.keys import KeyColumns

_log = logging.getLogger(__name__)

FOLDER = Path(__file__).parent / "kernel"
CPU_INFO = Path("/proc/cpuinfo")

#: the library in the Android app, whose linker is asked by name (tools/apk.py puts it there)
IN_THE_APP = "libbluezone_match.so"

#: what /proc/cpuinfo must name, by machine
NEEDED = {
    "x86_64": frozenset({"aes", "sha_ni", "ssse3", "sse4_1"}),
    "aarch64": frozenset({"aes", "sha2"}),
}

#: matches that a call may give before it is called again; a key has 144 identifiers at most
ROOM = 4_096
_NUMBERS_A_MATCH = 3
#: bits of the table for each identifier heard: with two bits each, one of 256 others passes
_SPREAD = 32
_FEWEST_BITS, _MOST_BITS = 1 << 12, 1 << 24


class _Contacts(ctypes.Structure):
    _fields_ = (
        ("identifiers", ctypes.c_void_p),
        ("count", ctypes.c_uint64),
        ("bits", ctypes.c_void_p),
        ("mask", ctypes.c_uint32),
    )


class _Published(ctypes.Structure):
    _fields_ = (
        ("keys", ctypes.c_void_p),
        ("starts", ctypes.c_void_p),
        ("periods", ctypes.c_void_p),
        ("count", ctypes.c_uint64),
    )


class Heard:
    """Hold what was heard as the compiled code reads it: 16-byte identifiers in ascending order, each once."""

    def __init__(self, library: ctypes.CDLL, identifiers: Sequence[bytes]) -> None:
        self._blob = b"".join(identifiers)
        bits = _FEWEST_BITS
        while bits < _MOST_BITS and bits < len(identifiers) * _SPREAD:
            bits *= 2
        self._table = ctypes.create_string_buffer(bits // 8)
        self.contacts = _Contacts(
            _address(self._blob), len(identifiers), ctypes.cast(self._table, ctypes.c_void_p), bits - 1
        )
        library.bluezone_mark(ctypes.byref(self.contacts))


class Native:
    """Call the compiled code of one library."""

    def __init__(self, path: Path | str) -> None:
        self._library = ctypes.CDLL(str(path))
        if not self._library.bluezone_can():
            raise OSError("the processor lacks its instructions")
        self._library.bluezone_mark.restype = None
        self._match = self._library.bluezone_match
        self._match.restype = ctypes.c_uint64

    def heard(self, identifiers: Sequence[bytes]) -> Heard:
        """Lay out identifiers of 16 bytes, in ascending order, each once."""
        return Heard(self._library, identifiers)

    def matches(self, keys: KeyColumns, heard: Heard, first: int, last: int) -> Iterator[tuple[int, int, int]]:
        """Yield (number of the key, interval from its start, place of the identifier among those heard), ascending;
        keys that end before interval `first` or start after `last` are passed over."""
        published = _Published(
            _address(keys.keys), keys.starts.buffer_info()[0], keys.periods.buffer_info()[0], len(keys)
        )
        room, found, at = (ctypes.c_uint32 * (_NUMBERS_A_MATCH * ROOM))(), ctypes.c_uint64(), 0
        while at < len(keys):
            at = self._match(
                ctypes.byref(published),
                ctypes.c_uint64(at),
                ctypes.byref(heard.contacts),
                ctypes.c_uint32(first),
                ctypes.c_uint32(last),
                room,
                ctypes.c_uint64(ROOM),
                ctypes.byref(found),
            )
            numbers = iter(room[: _NUMBERS_A_MATCH * found.value])
            yield from zip(numbers, numbers, numbers, strict=True)


@lru_cache(maxsize=1)
def native() -> Native | None:
    """Return the compiled code for this machine; None where there is none that works."""
    return load_from_app() if hasattr(sys, "getandroidapilevel") else load()


def load(folder: Path = FOLDER, machine: str = platform.machine(), cpu_info: Path = CPU_INFO) -> Native | None:
    """Return the compiled code in a folder for a machine whose processor can; None where none works."""
    path = folder / file_name(machine)
    return _working(path) if path.is_file() and can(machine, cpu_info) else None


def load_from_app(
    name: str = IN_THE_APP, machine: str = platform.machine(), cpu_info: Path = CPU_INFO
) -> Native | None:
    """Return the compiled code among the libraries of the Android app; None where none works."""
    return _working(name) if can(machine, cpu_info) else None


def _working(path: Path | str) -> Native | None:
    try:
        loaded = Native(path)
        if _gives_the_known_answer(loaded):
            return loaded
        reason = "it gives a wrong answer to a known question"
    except (OSError, AttributeError) as error:  # not of this machine, or not this library
        reason = str(error)
    _log.warning("matching goes on without %s: %s", Path(path).name, reason)
    return None


def file_name(machine: str) -> str:
    """Return the name of the compiled code for a machine (as `uname -m` names it)."""
    return f"match-{machine}.so"


def can(machine: str, cpu_info: Path = CPU_INFO) -> bool:
    """Return whether the processor has the instructions that the compiled code consists of."""
    needed = NEEDED.get(machine)
    try:
        lines = cpu_info.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return False
    of_a_core = [line.partition(":")[2].split() for line in lines if line.lower().startswith(("flags", "features"))]
    return needed is not None and bool(of_a_core) and all(needed <= set(each) for each in of_a_core)


def _gives_the_known_answer(loaded: Native) -> bool:
    key, start, slot = bytes(range(16)), 2_662_128, 143
    identifiers = sorted((rolling_proximity_identifiers(key, start + slot, 1), bytes(16), b"\xff" * 16))
    at = identifiers.index(rolling_proximity_identifiers(key, start + slot, 1))
    columns = KeyColumns(bytes(16) + key, array("I", [start, start]), array("I", [144, 144]))
    return list(loaded.matches(columns, loaded.heard(identifiers), start, start)) == [(1, slot, at)]


def _address(data: bytes) -> int:
    """Return where bytes lie in memory: they must outlive its use."""
    return ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p).value or 0
