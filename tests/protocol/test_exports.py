from __future__ import annotations

import contextlib
import io
import zipfile
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from bluezone.protocol import export_pb2 as wire
from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.protocol.export_archive import pack
from bluezone.protocol.exports import (
    HEADER,
    Export,
    ExportError,
    ExportSigner,
    SignatureInfo,
    TrustedKey,
    build_export,
    build_export_of_rows,
    read_export,
    verify_export,
)
from bluezone.protocol.keys import ReportType, TemporaryExposureKey

KEY = SigningKey(ec.generate_private_key(ec.SECP256R1()))
OTHER = SigningKey(ec.generate_private_key(ec.SECP256R1()))
SIGNER = ExportSigner(KEY, "452", "v1")
TRUSTED = [TrustedKey(KEY.public_key(), "452", "v1")]
SMALL = Export("452", 1_589_760_000, 1_589_846_400, keys=(TemporaryExposureKey(b"k" * 16, 2_649_600),))

teks = st.builds(
    TemporaryExposureKey,
    key=st.binary(min_size=16, max_size=16),
    rolling_start_interval=st.integers(0, 2**31 - 145),
    rolling_period=st.integers(1, 144),
    transmission_risk=st.integers(0, 8),
    report_type=st.sampled_from(ReportType),
    days_since_onset=st.none() | st.integers(-14, 14),
)
key_lists = st.lists(teks, max_size=20, unique_by=lambda key: key.key).map(tuple)


def signed_by_hand(message: wire.TemporaryExposureKeyExport, header: bytes = HEADER) -> bytes:
    """A file with a good signature over any content at all."""
    content = header + message.SerializeToString()
    info = wire.SignatureInfo(verification_key_id="452", verification_key_version="v1")
    entry = wire.TEKSignature(signature_info=info, signature=KEY.sign(content))
    return pack(content, wire.TEKSignatureList(signatures=[entry]).SerializeToString())


def by_protobuf(export: Export) -> bytes:
    """Write `export.bin` as google.protobuf does, from one message of all keys."""
    message = wire.TemporaryExposureKeyExport(
        start_timestamp=export.start_s,
        end_timestamp=export.end_s,
        region=export.region,
        batch_num=export.batch_num,
        batch_size=export.batch_size,
        signature_infos=[
            wire.SignatureInfo(
                verification_key_version="v1", verification_key_id="452", signature_algorithm="1.2.840.10045.4.3.2"
            )
        ],
    )
    for field, keys in ((message.keys, export.keys), (message.revised_keys, export.revised)):
        for key in sorted(keys, key=lambda one: one.key):
            field.add(
                key_data=key.key,
                transmission_risk_level=key.transmission_risk,
                rolling_start_interval_number=key.rolling_start_interval,
                rolling_period=None if key.rolling_period == 144 else key.rolling_period,
                report_type=key.report_type.name if key.report_type else None,
                days_since_onset_of_symptoms=key.days_since_onset,
            )
    return HEADER + message.SerializeToString(deterministic=True)


# --- building and reading back ----------------------------------------------------------------------------------------


@given(keys=key_lists, revised=key_lists, start=st.integers(0, 2**40), length=st.integers(0, 10**6))
def test_the_content_is_byte_for_byte_what_protobuf_writes(keys, revised, start: int, length: int) -> None:
    export = Export("452", start, start + length, 2, 3, keys=keys, revised=revised)
    assert read_export(build_export(export, [SIGNER])).signed_bytes == by_protobuf(export)


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ((b"b" * 16, b"a" * 16), "keys are out of order among the keys"),
        ((b"a" * 16, b"a" * 16), "a key stands twice among the keys"),
        ((b"a" * 15,), "15 bytes among the keys"),
    ],
)
def test_rows_that_are_not_sorted_keys_are_refused(keys, problem: str) -> None:
    rows = [(key, 2_649_600, 144, 0, 1, None) for key in keys]
    with pytest.raises(ExportError, match=problem):
        build_export_of_rows(SMALL, rows, [], [SIGNER])


@given(keys=key_lists, revised=key_lists, start=st.integers(0, 2**40), length=st.integers(0, 10**6))
def test_an_export_reads_back_whole(keys, revised, start: int, length: int) -> None:
    export = Export("Hậu Giang", start, start + length, 2, 3, keys, revised)
    read = verify_export(build_export(export, [SIGNER]), TRUSTED)
    in_order = sorted(keys, key=lambda key: key.key), sorted(revised, key=lambda key: key.key)
    assert read == replace(export, keys=tuple(in_order[0]), revised=tuple(in_order[1]))


def test_the_file_is_what_the_format_says(export, signer) -> None:
    data = build_export(export, [signer])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["export.bin", "export.sig"]
        content, signature_list = archive.read("export.bin"), archive.read("export.sig")
    assert content[:16] == b"EK Export v1    "
    message = wire.TemporaryExposureKeyExport.FromString(content[16:])
    assert [len(key.key_data) for key in message.keys] == [16] * 14
    (entry,) = wire.TEKSignatureList.FromString(signature_list).signatures
    for info in (*message.signature_infos, entry.signature_info):
        assert (info.verification_key_id, info.verification_key_version) == ("452", "v1")
        assert info.signature_algorithm == "1.2.840.10045.4.3.2"
    assert (entry.batch_num, entry.batch_size) == (1, 1)
    assert signer.private_key.public_key().is_signature(entry.signature, content)


def test_the_order_of_keys_says_nothing_of_their_origin(export, signer) -> None:
    backwards = replace(export, keys=export.keys[::-1])
    assert backwards.keys != export.keys
    one, other = (read_export(build_export(each, [signer])) for each in (export, backwards))
    assert one.signed_bytes == other.signed_bytes
    published = [key.key for key in one.export.keys]
    assert published == sorted(published)


def test_the_archive_is_the_same_each_time_but_for_signatures() -> None:
    assert pack(b"content", b"signatures") == pack(b"content", b"signatures")
    one, other = (read_export(build_export(SMALL, [SIGNER])) for _ in range(2))
    assert one.signed_bytes == other.signed_bytes
    assert one.signatures != other.signatures


def test_a_key_given_twice_is_refused(fortnight) -> None:
    with pytest.raises(ExportError, match="twice among the keys"):
        build_export(replace(SMALL, keys=(*fortnight, fortnight[3])), [SIGNER])
    with pytest.raises(ExportError, match="twice among the revised keys"):
        build_export(replace(SMALL, revised=(fortnight[3], fortnight[3])), [SIGNER])


def test_an_export_nobody_signs_is_refused() -> None:
    with pytest.raises(ExportError, match="nobody signs"):
        build_export(SMALL, [])


def test_a_start_beyond_the_formats_31_bits_is_refused() -> None:
    with pytest.raises(ExportError, match="31 bits"):
        build_export(replace(SMALL, keys=(TemporaryExposureKey(b"k" * 16, 2**31),)), [SIGNER])


@pytest.mark.parametrize(
    "fields",
    [
        {"region": "\ud800"},
        {"region": "a\0"},
        {"start_s": 5, "end_s": 4},
        {"start_s": -1},
        {"batch_num": 0},
        {"batch_num": 2},
        {"end_s": 2**63},
    ],
)
def test_an_export_that_makes_no_sense_is_refused(fields: dict) -> None:
    with pytest.raises(ExportError):
        replace(SMALL, **fields)


@pytest.mark.parametrize("name", ["", "v 1", "v1\n", "a" * 65, "Hậu"])
def test_key_names_keep_to_the_formats_characters(name: str) -> None:
    with pytest.raises(ExportError, match="key id"):
        ExportSigner(KEY, name, "v1")
    with pytest.raises(ExportError, match="key version"):
        ExportSigner(KEY, "452", name)


# --- trust ------------------------------------------------------------------------------------------------------------


def test_a_file_signed_by_another_key_under_a_trusted_name_is_refused() -> None:
    data = build_export(SMALL, [ExportSigner(OTHER, "452", "v1")])
    with pytest.raises(ExportError, match="signature is wrong"):
        verify_export(data, TRUSTED)


@pytest.mark.parametrize("name", [("452", "v2"), ("310", "v1")])
def test_a_signature_that_names_another_key_is_refused(name: tuple[str, str]) -> None:
    data = build_export(SMALL, [ExportSigner(KEY, *name)])
    with pytest.raises(ExportError, match="none of which is trusted"):
        verify_export(data, TRUSTED)
    assert verify_export(data, [TrustedKey(KEY.public_key())]) == SMALL


def test_a_signature_over_another_file_is_refused() -> None:
    other = replace(SMALL, end_s=SMALL.end_s + 1)
    with (
        zipfile.ZipFile(io.BytesIO(build_export(SMALL, [SIGNER]))) as one,
        zipfile.ZipFile(io.BytesIO(build_export(other, [SIGNER]))) as two,
    ):
        mixed = pack(one.read("export.bin"), two.read("export.sig"))
    with pytest.raises(ExportError, match="signature is wrong"):
        verify_export(mixed, TRUSTED)


def test_during_a_rotation_either_key_suffices() -> None:
    data = build_export(SMALL, [ExportSigner(KEY, "452", "v1"), ExportSigner(OTHER, "452", "v2")])
    assert verify_export(data, [TrustedKey(KEY.public_key(), "452", "v1")]) == SMALL
    assert verify_export(data, [TrustedKey(OTHER.public_key(), "452", "v2")]) == SMALL
    with pytest.raises(ExportError, match="signature is wrong"):
        verify_export(data, [TrustedKey(OTHER.public_key(), "452", "v1")])
    assert read_export(data).signature_infos == (SignatureInfo("452", "v1"), SignatureInfo("452", "v2"))


def test_a_file_that_names_its_signer_nowhere_else_than_in_the_signature_is_refused() -> None:
    info = wire.SignatureInfo(verification_key_id="452", verification_key_version="v9")
    with pytest.raises(ExportError, match="a name its content lacks"):
        verify_export(signed_by_hand(wire.TemporaryExposureKeyExport(signature_infos=[info])), TRUSTED)


def test_an_unsigned_file_is_refused() -> None:
    content = read_export(build_export(SMALL, [SIGNER])).signed_bytes
    with pytest.raises(ExportError, match="nobody"):
        verify_export(pack(content, b""), TRUSTED)


def test_nobody_is_trusted_where_no_keys_are_pinned() -> None:
    with pytest.raises(ExportError, match="none of which is trusted"):
        verify_export(build_export(SMALL, [SIGNER]), [])


def test_an_algorithm_other_than_ecdsa_with_sha256_is_not_taken() -> None:
    content = HEADER + wire.TemporaryExposureKeyExport().SerializeToString()
    info = wire.SignatureInfo(
        verification_key_id="452", verification_key_version="v1", signature_algorithm="1.2.840.10045.4.3.4"
    )
    entry = wire.TEKSignature(signature_info=info, signature=KEY.key.sign(content, ec.ECDSA(hashes.SHA512())))
    data = pack(content, wire.TEKSignatureList(signatures=[entry]).SerializeToString())
    with pytest.raises(ExportError, match=r"1\.2\.840\.10045\.4\.3\.4"):
        verify_export(data, TRUSTED)


# --- files other servers make -----------------------------------------------------------------------------------------


def test_fields_other_servers_leave_out_have_their_meaning() -> None:
    message = wire.TemporaryExposureKeyExport(keys=[wire.TemporaryExposureKey(key_data=b"k" * 16)])
    assert verify_export(signed_by_hand(message), TRUSTED) == Export(
        "", 0, 0, 1, 1, (TemporaryExposureKey(b"k" * 16, 0, 144),)
    )


def test_unknown_fields_and_report_types_are_passed_over() -> None:
    key = wire.TemporaryExposureKey(key_data=b"k" * 16, rolling_start_interval_number=5).SerializeToString()
    key += bytes.fromhex("2863") + bytes.fromhex("3801")  # report_type 99, and a field 7 nobody knows
    plain = wire.TemporaryExposureKeyExport(region="US").SerializeToString() + bytes.fromhex("4a0161")
    message = wire.TemporaryExposureKeyExport.FromString(plain + b"\x3a" + bytes([len(key)]) + key)
    read = verify_export(signed_by_hand(message), TRUSTED)
    assert read.keys == (TemporaryExposureKey(b"k" * 16, 5),)


def test_optional_facts_outside_their_range_count_as_unknown() -> None:
    key = wire.TemporaryExposureKey(key_data=b"k" * 16, days_since_onset_of_symptoms=2000, transmission_risk_level=-3)
    read = verify_export(signed_by_hand(wire.TemporaryExposureKeyExport(keys=[key])), TRUSTED)
    assert (read.keys[0].days_since_onset, read.keys[0].transmission_risk) == (None, 0)


def test_keys_that_are_not_sorted_are_read_in_their_order() -> None:
    keys = [wire.TemporaryExposureKey(key_data=bytes([letter]) * 16) for letter in (9, 3, 7)]
    read = verify_export(signed_by_hand(wire.TemporaryExposureKeyExport(keys=keys)), TRUSTED)
    assert [key.key[0] for key in read.keys] == [9, 3, 7]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ({"key_data": b"k" * 15}, "15 bytes"),
        ({}, "0 bytes"),
        ({"key_data": b"k" * 16, "rolling_period": 145}, "145"),
        ({"key_data": b"k" * 16, "rolling_period": -1}, "-1"),
        ({"key_data": b"k" * 16, "rolling_start_interval_number": -1}, "-1"),
    ],
)
def test_a_key_that_cannot_be_matched_is_refused_even_where_signed(key: dict, words: str) -> None:
    good = wire.TemporaryExposureKey(key_data=b"g" * 16)
    for place, what in (("keys", "key 2"), ("revised_keys", "revised key 2")):
        message = wire.TemporaryExposureKeyExport(**{place: [good, wire.TemporaryExposureKey(**key)]})
        with pytest.raises(ExportError, match=what) as caught:
            verify_export(signed_by_hand(message), TRUSTED)
        assert words in str(caught.value)


@pytest.mark.parametrize("header", [b"", b"EK Export v2    ", b"EK Export v1   ", b"EK Export v1\0\0\0\0"])
def test_another_header_is_refused(header: bytes) -> None:
    with pytest.raises(ExportError, match=r"export\.bin starts with"):
        verify_export(signed_by_hand(wire.TemporaryExposureKeyExport(region="452"), header), TRUSTED)


def test_a_region_that_is_not_text_is_refused() -> None:
    message = wire.TemporaryExposureKeyExport.FromString(b"\x1a\x02\xff\xfe")
    with pytest.raises(ExportError, match="UTF-8"):
        verify_export(signed_by_hand(message), TRUSTED)


def test_content_is_not_parsed_before_it_is_trusted() -> None:
    rubbish = pack(b"not an export at all", build_signatures_of(OTHER, b"not an export at all"))
    with pytest.raises(ExportError, match="signature is wrong"):
        verify_export(rubbish, TRUSTED)


def build_signatures_of(key: SigningKey, content: bytes) -> bytes:
    info = wire.SignatureInfo(verification_key_id="452", verification_key_version="v1")
    entry = wire.TEKSignature(signature_info=info, signature=key.sign(content))
    return wire.TEKSignatureList(signatures=[entry]).SerializeToString()


@given(content=st.binary(max_size=120), signatures=st.binary(max_size=120))
def test_any_content_of_the_archive_gives_an_export_or_an_export_error_and_nothing_else(content, signatures) -> None:
    for start in (b"", HEADER):
        data = pack(start + content, signatures)
        with contextlib.suppress(ExportError):
            read_export(data)
        with pytest.raises(ExportError):
            verify_export(data, TRUSTED)
