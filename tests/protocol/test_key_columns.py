"""Columns of keys: the same keys as one by one, and refused where a key would be."""

from __future__ import annotations

from array import array

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from bluezone.protocol import export_pb2 as wire
from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.exports import HEADER, Export, ExportError, ExportSigner, TrustedKey, build_export, open_export
from bluezone.protocol.exports import _open_content as opened_content
from bluezone.protocol.keys import DailyKey, KeyColumns, TemporaryExposureKey

SIGNER = ExportSigner(SigningKey(ec.generate_private_key(ec.SECP256R1())), "452", "v1")
START = 2_662_128

teks = st.builds(
    TemporaryExposureKey,
    key=st.binary(min_size=16, max_size=16),
    rolling_start_interval=st.integers(0, 2**31 - 1),
    rolling_period=st.integers(1, 144),
)


@settings(max_examples=25, deadline=None)
@given(keys=st.lists(teks, max_size=6, unique_by=lambda tek: tek.key), revised=st.lists(teks, max_size=2,
       unique_by=lambda tek: tek.key))  # fmt: skip
def test_the_columns_of_a_file_are_its_keys(keys, revised):
    content = build_export(Export("452", 0, 600, keys=tuple(keys), revised=tuple(revised)), [SIGNER])
    opened = open_export(content, [TrustedKey(SIGNER.private_key.public_key())])
    assert list(opened.key_columns()) == [tek.daily() for tek in opened.read_keys()]
    assert list(opened.revised_columns()) == [tek.daily() for tek in opened.read_revised()]


def test_keys_laid_out_come_back():
    keys = [DailyKey(bytes([number]) * 16, 600 * START, 600 * (START + number + 1)) for number in range(3)]
    assert list(KeyColumns.of(keys)) == keys


@pytest.mark.parametrize(
    "key",
    [DailyKey(bytes(32), 600, 1200), DailyKey(bytes(16), 1, 1200), DailyKey(bytes(16), 600, 1201)],
    ids=["length", "start", "end"],
)
def test_a_key_that_is_none_of_exposure_notification_is_refused(key):
    with pytest.raises(ProtocolError):
        KeyColumns.of([key])


@pytest.mark.parametrize(
    ("keys", "starts", "periods"),
    [
        (bytes(16), [START], []),
        (bytes(15), [START], [144]),
        (bytes(16), [START], [0]),
        (bytes(16), [START], [145]),
        (bytes(16), [2**32 - 100], [144]),
    ],
)
def test_columns_that_cannot_be_are_refused(keys, starts, periods):
    with pytest.raises(ProtocolError):
        KeyColumns(keys, array("I", starts), array("I", periods))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"key_data": bytes(15)}, "15 bytes"),
        ({"key_data": bytes(16), "rolling_period": 145}, "145"),
        ({"key_data": bytes(16), "rolling_period": -1}, "-1"),
        ({"key_data": bytes(16), "rolling_start_interval_number": -5}, "-5"),
    ],
)
def test_a_file_with_one_key_that_cannot_be_says_which(wrong, said):
    good = wire.TemporaryExposureKey(key_data=bytes(range(16)), rolling_start_interval_number=START)
    message = wire.TemporaryExposureKeyExport(region="452", keys=[good, wire.TemporaryExposureKey(**wrong), good])
    with pytest.raises(ExportError, match=rf"key 2: .*{said}"):
        opened_content(HEADER + message.SerializeToString()).key_columns()


def test_a_key_of_fifteen_bytes_and_one_of_seventeen_do_not_make_two():
    keys = [wire.TemporaryExposureKey(key_data=bytes(length)) for length in (15, 17)]
    with pytest.raises(ExportError, match="key 1"):
        opened_content(
            HEADER + wire.TemporaryExposureKeyExport(region="452", keys=keys).SerializeToString()
        ).key_columns()
