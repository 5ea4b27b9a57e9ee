"""Pack and unpack the zip around a key export: exactly `export.bin` and `export.sig`, written the same each time, read
with suspicion.

What is read comes from anybody's server, so nothing is inflated before its size is known, and nothing beyond it.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass

from bluezone.protocol.errors import ProtocolError

BIN_NAME, SIG_NAME = "export.bin", "export.sig"

# ZIP application note 6.3.10: end of central directory, 22 bytes where the archive has no comment
_END_RECORD = struct.Struct("<4s4H2LH")
_END_MAGIC, _LOCAL_MAGIC, _ZIP64_LOCATOR_MAGIC = b"PK\x05\x06", b"PK\x03\x04", b"PK\x06\x07"
_ZIP64_LOCATOR_BYTES = 20
_ENCRYPTED_FLAGS = 0x0001 | 0x0040 | 0x2000
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold: when a file was made is not the reader's concern


class ExportError(ProtocolError):
    """Report a key export that cannot be made, read or trusted."""


@dataclass(frozen=True, slots=True)
class ExportLimits:
    """Bound the size of an export that a reader takes, in bytes.

    The reference server puts at most 500,000 keys in a file (about 17 MB); the defaults leave room for twice that.
    """

    file_bytes: int = 32 * 2**20
    bin_bytes: int = 32 * 2**20
    sig_bytes: int = 64 * 2**10


DEFAULT_LIMITS = ExportLimits()


def pack(bin_bytes: bytes, sig_bytes: bytes) -> bytes:
    """Zip both entries; the same bytes for the same input."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in ((BIN_NAME, bin_bytes), (SIG_NAME, sig_bytes)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # not the builder's own system
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def unpack(data: bytes, limits: ExportLimits = DEFAULT_LIMITS) -> tuple[bytes, bytes]:
    """Return `export.bin` and `export.sig`. Raises ExportError on anything that is not exactly such an archive."""
    if len(data) > limits.file_bytes:
        raise ExportError(f"export: {len(data)} bytes, more than the {limits.file_bytes} allowed")
    _check_frame(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = _entries(archive)
            return (
                _inflate(archive, entries[BIN_NAME], limits.bin_bytes),
                _inflate(archive, entries[SIG_NAME], limits.sig_bytes),
            )
    except ExportError:
        raise
    # All that zipfile and zlib raise on damaged archives; RuntimeError covers NotImplementedError (method, version).
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, struct.error, ValueError, OSError) as error:
        reason = str(error) or type(error).__name__
        raise ExportError(f"export: the zip archive is damaged ({reason})") from error


def _check_frame(data: bytes) -> None:
    """Refuse by 22 bytes what zipfile would walk through first: a directory of a hundred thousand entries."""
    if len(data) < _END_RECORD.size or data[:4] != _LOCAL_MAGIC:
        raise ExportError("export: not a zip archive")
    end_at = len(data) - _END_RECORD.size
    magic, disk, first_disk, here, total, _, _, comment = _END_RECORD.unpack_from(data, end_at)
    if magic != _END_MAGIC or comment:
        raise ExportError("export: the zip archive is cut off, or has something after its end")
    if disk or first_disk or here != total:
        raise ExportError("export: a zip archive in several parts")
    locator_at = end_at - _ZIP64_LOCATOR_BYTES
    if total == 0xFFFF or data[max(locator_at, 0) :].startswith(_ZIP64_LOCATOR_MAGIC):
        raise ExportError("export: a zip64 archive, far larger than any export")
    if total != 2:
        raise ExportError(f"export: {total} entries where exactly {BIN_NAME} and {SIG_NAME} are meant")


def _entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    infos = archive.infolist()
    entries = {info.filename: info for info in infos}
    if len(infos) != 2 or set(entries) != {BIN_NAME, SIG_NAME}:
        names = ", ".join(ascii(info.filename)[:40] for info in infos)
        raise ExportError(f"export: the zip archive holds {names} where exactly {BIN_NAME} and {SIG_NAME} are meant")
    if infos[0].header_offset == infos[1].header_offset:  # zipfile warns of it, in some versions of Python
        raise ExportError("export: the zip archive is damaged (two entries over the same bytes)")
    for info in infos:
        if info.flag_bits & _ENCRYPTED_FLAGS:
            raise ExportError(f"export: {info.filename} is encrypted")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ExportError(f"export: {info.filename} is compressed by method {info.compress_type}, not deflate")
    return entries


def _inflate(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    if info.file_size > limit:
        raise ExportError(f"export: {info.filename} of {info.file_size} bytes, more than the {limit} allowed")
    with archive.open(info) as entry:
        content = entry.read(limit + 1)  # the declared size may lie
    if len(content) > limit:
        raise ExportError(f"export: {info.filename} is larger than the {limit} bytes allowed")
    return content
