from __future__ import annotations

import contextlib
import io
import struct
import zipfile
import zlib
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from bluezone.protocol import export_archive
from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.protocol.export_archive import ExportError, ExportLimits, pack, unpack
from bluezone.protocol.exports import Export, ExportSigner, TrustedKey, build_export, read_export, verify_export
from bluezone.protocol.keys import TemporaryExposureKey


@cache
def signed_file() -> tuple[bytes, TrustedKey]:
    key = SigningKey(ec.generate_private_key(ec.SECP256R1()))
    keys = tuple(TemporaryExposureKey(bytes([number]) * 16, 2_649_600 + 144 * number) for number in range(14))
    export = Export("452", 1_589_760_000, 1_589_846_400, keys=keys)
    return build_export(export, [ExportSigner(key, "452", "v1")]), TrustedKey(key.public_key(), "452", "v1")


def archive_of(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.comment = comment
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return buffer.getvalue()


BOTH = (("export.bin", b"content"), ("export.sig", b"signatures"))


def test_both_entries_come_out_as_they_went_in() -> None:
    assert unpack(pack(b"content", b"signatures")) == (b"content", b"signatures")
    assert unpack(archive_of(*BOTH[::-1], method=zipfile.ZIP_STORED)) == (b"content", b"signatures")


def test_an_archive_written_as_a_stream_is_read_as_gos_are() -> None:
    """Go's archive/zip cannot seek back, so it puts sizes and checksum behind each entry, and no date."""

    class Stream(io.RawIOBase):
        def __init__(self) -> None:
            self.written = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data) -> int:
            self.written += data
            return len(data)

    stream = Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in BOTH:
            archive.writestr(name, content)
    assert stream.written[6] & 0x08
    assert unpack(bytes(stream.written)) == (b"content", b"signatures")


def test_a_file_cut_off_at_every_single_byte_is_refused() -> None:
    whole, trusted = signed_file()
    for length in range(len(whole)):
        with pytest.raises(ExportError):
            verify_export(whole[:length], [trusted])
        with pytest.raises(ExportError):
            read_export(whole[:length])


@given(st.data())
def test_a_changed_byte_changes_nothing_or_is_refused(data) -> None:
    whole, trusted = signed_file()
    truth = verify_export(whole, [trusted])
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = whole[:at] + bytes([whole[at] ^ data.draw(st.integers(1, 255))]) + whole[at + 1 :]
    with contextlib.suppress(ExportError):
        assert verify_export(changed, [trusted]) == truth
    with contextlib.suppress(ExportError):
        read_export(changed)


@given(st.binary(max_size=300))
def test_any_bytes_at_all_are_refused_with_an_export_error_and_nothing_else(data: bytes) -> None:
    with pytest.raises(ExportError):
        read_export(data)
    with pytest.raises(ExportError):
        read_export(b"PK\x03\x04" + data)


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([], "not a zip archive"),
        (BOTH[:1], "1 entries"),
        ((*BOTH, ("readme.txt", b"")), "3 entries"),
        ((*BOTH, BOTH[0]), "3 entries"),
        ((BOTH[0], ("export.txt", b"")), "export.txt"),
        ((BOTH[0], ("../export.sig", b"")), "../export.sig"),
        ((BOTH[0], ("EXPORT.SIG", b"")), "EXPORT.SIG"),
    ],
)
def test_missing_and_foreign_entries_are_refused(entries, words: str) -> None:
    with (
        pytest.warns(UserWarning, match="Duplicate") if len(entries) > len(dict(entries)) else contextlib.nullcontext()
    ):
        data = archive_of(*entries)
    with pytest.raises(ExportError) as caught:
        unpack(data)
    assert words in str(caught.value)


def test_an_entry_that_stands_twice_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        data = archive_of(BOTH[0], BOTH[0])
    with pytest.raises(ExportError, match=r"holds 'export\.bin', 'export\.bin'"):
        unpack(data)


@pytest.mark.parametrize("flag", [0x0001, 0x0040, 0x2000])
def test_an_encrypted_entry_is_refused(flag: int) -> None:
    data = bytearray(pack(b"content", b"signatures"))
    at = data.index(b"PK\x01\x02") + 8
    data[at : at + 2] = (int.from_bytes(data[at : at + 2], "little") | flag).to_bytes(2, "little")
    with pytest.raises(ExportError, match=r"encrypted|damaged"):
        unpack(bytes(data))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_another_compression_is_refused(method: int) -> None:
    with pytest.raises(ExportError, match="not deflate"):
        unpack(archive_of(*BOTH, method=method))


def test_a_comment_or_anything_else_behind_the_archive_is_refused() -> None:
    for data in (archive_of(*BOTH, comment=b"hello"), pack(b"", b"") + b"\0", pack(b"", b"") + pack(b"", b"")[:50]):
        with pytest.raises(ExportError, match="after its end"):
            unpack(data)


# --- bombs ------------------------------------------------------------------------------------------------------------


def test_a_zip_bomb_is_refused_before_it_is_inflated() -> None:
    bomb = pack(bytes(export_archive.DEFAULT_LIMITS.bin_bytes + 1), b"")
    assert len(bomb) < 100_000
    with pytest.raises(ExportError, match="allowed"):
        unpack(bomb)
    with pytest.raises(ExportError, match=r"export\.sig"):
        unpack(pack(b"", bytes(export_archive.DEFAULT_LIMITS.sig_bytes + 1)))


@pytest.mark.parametrize("declared", [0, 7, 1_000])
def test_a_zip_bomb_that_lies_about_its_size_never_grows_beyond_it(declared: int) -> None:
    data = bytearray(pack(bytes(1_000_000), b"signatures"))
    for magic, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.index(magic) + offset
        data[at : at + 4] = struct.pack("<L", declared)
    with pytest.raises(ExportError, match=r"damaged|larger"):
        unpack(bytes(data), ExportLimits(bin_bytes=1_000))


def test_two_entries_over_the_same_bytes_are_no_way_around_the_limits() -> None:
    data = bytearray(archive_of(("export.bin", bytes(500)), ("export.sig", b"x")))
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)
    data[second + 42 : second + 46] = bytes(4)  # export.sig is to begin where export.bin does
    with pytest.raises(ExportError, match="two entries over the same bytes"):
        unpack(bytes(data))


def test_a_file_above_the_limit_is_not_even_opened() -> None:
    with pytest.raises(ExportError, match="101 bytes, more than the 100"):
        unpack(bytes(101), ExportLimits(file_bytes=100))


def test_a_directory_of_very_many_entries_is_refused_by_its_count() -> None:
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 60_000, 60_000, 0, 0, 0)
    with pytest.raises(ExportError, match="60000 entries"):
        unpack(b"PK\x03\x04" + end)


def test_a_zip64_archive_is_refused() -> None:
    data = pack(b"content", b"signatures")
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    with pytest.raises(ExportError, match="zip64"):
        unpack(data[:-22] + locator + data[-22:])


def test_an_archive_in_parts_is_refused() -> None:
    data = bytearray(pack(b"content", b"signatures"))
    data[-18] = 1
    with pytest.raises(ExportError, match="several parts"):
        unpack(bytes(data))


def test_a_wrong_checksum_is_refused() -> None:
    data = bytearray(archive_of(*BOTH, method=zipfile.ZIP_STORED))
    assert zlib.crc32(b"content") != zlib.crc32(b"Content")
    data[data.index(b"content")] ^= 0x20
    with pytest.raises(ExportError, match="CRC"):
        unpack(bytes(data))
