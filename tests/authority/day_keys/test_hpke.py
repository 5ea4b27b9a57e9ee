"""HPKE by the vectors of RFC 9180, against an independent implementation, and against what a browser makes."""

from __future__ import annotations

import datetime as dt

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKey

from bluezone.authority.day_keys import services
from bluezone.authority.day_keys.models import DayKey
from bluezone.authority.site import hpke
from bluezone.authority.site.hpke import SealError

NOW = dt.datetime(2020, 8, 20, 3, tzinfo=dt.UTC)
SUITE = CipherSuite.new(KEMId.DHKEM_P256_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES128_GCM)
KEY = ec.derive_private_key(7, ec.SECP256R1())
#: RFC 9180, appendix A.3.1: the sender's and the receiver's private keys, the first encryption
SENDER = ec.derive_private_key(0x4995788EF4B9D6132B249CE59A77281493EB39AF373D236A1FE415CB0C2D7BEB, ec.SECP256R1())
RECEIVER = ec.derive_private_key(0xF3CE7FDAE57E1A310D87F1EBBDE6F328BE0A99CDBCADF4D6589CF29DE4B8FFD2, ec.SECP256R1())
INFO = bytes.fromhex("4f6465206f6e2061204772656369616e2055726e")
TEXT, BOUND_TO = b"Beauty is truth, truth beauty", b"Count-0"
CIPHERTEXT = bytes.fromhex("5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434")


def test_the_vector_of_the_rfc():
    sealed = hpke.seal(hpke.public_bytes(RECEIVER.public_key()), INFO, BOUND_TO, TEXT, SENDER)
    assert sealed == hpke.public_bytes(SENDER.public_key()) + CIPHERTEXT
    assert hpke.unseal(RECEIVER, INFO, BOUND_TO, sealed) == TEXT


@settings(max_examples=20)
@given(st.binary(max_size=300), st.binary(max_size=40), st.binary(max_size=40))
def test_an_independent_implementation_reads_ours_and_we_read_its(text, info, bound_to):
    theirs = KEMKey.from_pyca_cryptography_key(KEY)
    sealed = hpke.seal(
        hpke.public_bytes(KEY.public_key()), info, bound_to, text, ec.generate_private_key(ec.SECP256R1())
    )
    reader = SUITE.create_recipient_context(sealed[:65], theirs, info=info)
    assert reader.open(sealed[65:], aad=bound_to) == text
    enc, writer = SUITE.create_sender_context(KEMKey.from_pyca_cryptography_key(KEY.public_key()), info=info)
    assert hpke.unseal(KEY, info, bound_to, enc + writer.seal(text, aad=bound_to)) == text


@given(st.binary(max_size=200))
def test_what_was_not_sealed_to_the_key_is_refused(data):
    with pytest.raises(SealError):
        hpke.unseal(KEY, b"", b"", data)


def test_another_purpose_another_binding_or_a_changed_byte_is_refused():
    sealed = hpke.seal(hpke.public_bytes(KEY.public_key()), b"a", b"b", TEXT, SENDER)
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for info, bound_to, data in ((b"x", b"b", sealed), (b"a", b"x", sealed), (b"a", b"b", changed)):
        with pytest.raises(SealError):
            hpke.unseal(KEY, info, bound_to, data)


@pytest.mark.django_db
def test_keys_of_today_and_the_days_ahead_are_made_once_and_end_with_their_days(set_clock):
    set_clock.now = NOW
    first = services.published("door entry", "/34:92/", NOW)
    assert [each["day"] for each in first] == ["2020-08-20", "2020-08-21", "2020-08-22", "2020-08-23"]
    assert services.published("door entry", "/34:92/", NOW) == first
    assert services.published("door entry", "/34:93/", NOW)[0] != first[0]
    assert services.purge(NOW + dt.timedelta(days=14)) == {"day_keys": 0}
    assert services.purge(NOW + dt.timedelta(days=15)) == {"day_keys": 2}


@pytest.mark.django_db
def test_a_stolen_database_holds_no_private_half(set_clock):
    set_clock.now = NOW
    services.published("door entry", "/34:92/", NOW)
    assert not any(b"PRIVATE" in bytes(row.private) for row in DayKey.objects.all())


@pytest.mark.django_db
def test_a_key_opens_for_its_purpose_and_place_alone(set_clock):
    set_clock.now = NOW
    published = services.published("door entry", "/34:92/", NOW)[0]
    row = DayKey.objects.get(key_id=published["id"])
    sealed = hpke.seal(bytes(row.public), services.info("door entry"), b"hour", TEXT, SENDER)
    assert services.unseal("door entry", "/34:92/", row.key_id, b"hour", sealed) == TEXT
    for purpose, place in (("checkpoint", "/34:92/"), ("door entry", "/34:93/")):
        with pytest.raises(SealError):
            services.unseal(purpose, place, row.key_id, b"hour", sealed)
