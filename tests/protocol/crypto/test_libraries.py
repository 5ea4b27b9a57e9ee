"""Both libraries agree on whatever they are given, refuse the same, free what they take and serve many threads."""

from __future__ import annotations

import copy
import gc
import resource
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from bluezone.protocol.crypto import keys, libcrypto
from bluezone.protocol.crypto.default import crypto
from bluezone.protocol.crypto.port import CryptoError
from bluezone.protocol.crypto.with_cryptography import Cryptography, SigningKey
from bluezone.protocol.crypto.with_libcrypto import Libcrypto

ONE, OTHER = Cryptography(), Libcrypto(libcrypto.load())
KEY = ec.generate_private_key(ec.SECP256R1())

aes_keys = st.sampled_from((16, 24, 32)).flatmap(lambda size: st.binary(min_size=size, max_size=size))
blocks = st.binary(min_size=16, max_size=16)
nonces = st.binary(min_size=12, max_size=12)
any_length = st.binary(max_size=80)


def private_pem(key, encoding=PrivateFormat.PKCS8, encryption=None) -> bytes:
    return key.private_bytes(Encoding.PEM, encoding, encryption or NoEncryption())


def public_pem(key, form=PublicFormat.SubjectPublicKeyInfo) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, form)


def outcome(operation, *arguments):
    try:
        return operation(*arguments)
    except CryptoError as error:
        return str(error)


@given(key=aes_keys, start=blocks, data=any_length)
def test_they_encipher_alike(key, start, data):
    whole = data[: len(data) // 16 * 16]
    assert ONE.aes_ecb_encrypt(key, whole) == OTHER.aes_ecb_encrypt(key, whole)
    assert ONE.aes_ctr(key, start, data) == OTHER.aes_ctr(key, start, data)
    encrypted = ONE.aes_cbc_encrypt(key, start, data)
    assert OTHER.aes_cbc_encrypt(key, start, data) == encrypted
    assert OTHER.aes_cbc_decrypt(key, start, encrypted) == ONE.aes_cbc_decrypt(key, start, encrypted) == data


@given(key=aes_keys, nonce=nonces, data=any_length, associated=any_length)
def test_they_authenticate_alike(key, nonce, data, associated):
    encrypted = ONE.aes_gcm_encrypt(key, nonce, data, associated)
    assert OTHER.aes_gcm_encrypt(key, nonce, data, associated) == encrypted
    assert OTHER.aes_gcm_decrypt(key, nonce, encrypted, associated) == data
    assert ONE.aes_gcm_decrypt(key, nonce, encrypted, associated) == data
    changed = encrypted[:-1] + bytes([encrypted[-1] ^ 1])
    for wrong in ((key, nonce, changed, associated), (key, nonce, encrypted, associated + b"x")):
        for library in (ONE, OTHER):
            with pytest.raises(CryptoError, match="tag is wrong"):
                library.aes_gcm_decrypt(*wrong)


@given(key=st.binary(max_size=40), start=st.binary(max_size=20), data=any_length)
def test_whatever_comes_they_answer_or_refuse_alike(key, start, data):
    for name in ("aes_ctr", "aes_cbc_encrypt", "aes_cbc_decrypt"):
        assert outcome(getattr(ONE, name), key, start, data) == outcome(getattr(OTHER, name), key, start, data)
    for name in ("aes_gcm_encrypt", "aes_gcm_decrypt"):
        made = outcome(getattr(ONE, name), key, start, data, b"")
        assert made == outcome(getattr(OTHER, name), key, start, data, b"")
    assert outcome(ONE.aes_ecb_encrypt, key, data) == outcome(OTHER.aes_ecb_encrypt, key, data)
    assert isinstance(outcome(ONE.verifying_key, data), str)
    assert outcome(ONE.verifying_key, data) == outcome(OTHER.verifying_key, data)
    assert isinstance(outcome(ONE.signing_key, data), str)
    assert outcome(ONE.signing_key, data) == outcome(OTHER.signing_key, data)


@given(message=any_length, other=any_length)
def test_each_takes_the_other_s_signatures(message, other):
    pem = private_pem(KEY)
    for signs, verifies in ((ONE, OTHER), (OTHER, ONE)):
        signature = keys.signing_key(pem, signs).sign(message)
        key = keys.verifying_key(public_pem(KEY), verifies)
        assert key.is_signature(signature, message)
        assert key.is_signature(signature, other) is (other == message)
        halves = keys.halves_of(signature)
        assert halves == b"".join(number.to_bytes(32, "big") for number in decode_dss_signature(signature))
        assert keys.signature_of(halves) == signature


@given(r=st.integers(0, 2**256 - 1), s=st.integers(0, 2**256 - 1))
def test_two_halves_become_der(r, s):
    assert keys.signature_of(r.to_bytes(32, "big") + s.to_bytes(32, "big")) == encode_dss_signature(r, s)


@given(st.binary(max_size=80))
def test_what_is_no_signature_is_no_signature(noise):
    point = SigningKey(KEY).public_key().point()
    assert not ONE.verifying_key(point).is_signature(noise, b"text")
    assert not OTHER.verifying_key(point).is_signature(noise, b"text")


@pytest.mark.parametrize("halves", [b"", bytes(63), bytes(65)])
def test_halves_of_another_length_are_refused(halves):
    with pytest.raises(CryptoError, match="64"):
        keys.signature_of(halves)


# --- keys in files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_keys_are_read_and_written(library, form):
    signing = keys.signing_key(private_pem(KEY, form), library)
    verifying = keys.verifying_key(public_pem(KEY), library)
    assert signing.public_key() == verifying
    assert hash(signing.public_key()) == hash(verifying)
    assert keys.pem_of(verifying).encode() == public_pem(KEY)
    stranger = keys.verifying_key(public_pem(ec.generate_private_key(ec.SECP256R1())), library)
    assert stranger != verifying


def test_parameters_before_a_key_are_passed_over(library):
    curve = b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
    pem = curve + private_pem(KEY, PrivateFormat.TraditionalOpenSSL)
    assert keys.signing_key(pem, library).public_key().point() == SigningKey(KEY).public_key().point()


P384 = ec.generate_private_key(ec.SECP384R1())
RSA = rsa.generate_private_key(65_537, 2_048)


@pytest.mark.parametrize(
    ("pem", "said"),
    [
        (b"", "not a public key in PEM"),
        (b"-----BEGIN PUBLIC KEY-----\n****\n-----END PUBLIC KEY-----", "not a public key in PEM"),
        (b"-" * 100_000, "not a public key in PEM"),
        (private_pem(KEY), "not a public key in PEM"),
        (public_pem(P384), "not on the curve P-256"),
        (public_pem(RSA), "not on the curve P-256"),
        (keys.pem_of(SigningKey(KEY).public_key()).encode().replace(b"A", b"B"), "P-256"),
    ],
)
def test_what_is_no_public_key_is_said_in_one_sentence(library, pem, said):
    with pytest.raises(CryptoError, match=said) as raised:
        keys.verifying_key(pem, library)
    assert "\n" not in str(raised.value)


def test_a_point_that_is_not_on_the_curve_is_refused(library):
    point = SigningKey(KEY).public_key().point()
    with pytest.raises(CryptoError, match="not a point"):
        library.verifying_key(point[:-1] + bytes([point[-1] ^ 1]))


@pytest.mark.parametrize(
    ("pem", "said"),
    [
        (b"", "private key in PEM"),
        (public_pem(KEY), "private key in PEM"),
        (private_pem(KEY, encryption=BestAvailableEncryption(b"secret")), "private key in PEM"),
        (private_pem(P384), "P-256"),
        (private_pem(RSA), "P-256"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "P-256"),
    ],
)
def test_what_is_no_private_key_is_said_in_one_sentence(library, pem, said):
    with pytest.raises(CryptoError, match=said) as raised:
        keys.signing_key(pem, library)
    assert "\n" not in str(raised.value)


def test_a_key_of_another_curve_is_not_taken_from_cryptography():
    with pytest.raises(CryptoError, match="secp384r1"):
        SigningKey(P384)


# --- memory, threads, errors of libcrypto -----------------------------------------------------------------------------


def everything(number: int) -> None:
    """Use every operation once, with successes and failures."""
    secret, data = number.to_bytes(16, "big"), bytes(64)
    OTHER.aes_ecb_encrypt(secret, data)
    OTHER.aes_ctr(secret, secret, data)
    assert OTHER.aes_cbc_decrypt(secret, secret, OTHER.aes_cbc_encrypt(secret, secret, data)) == data
    encrypted = OTHER.aes_gcm_encrypt(secret, secret[4:], data, b"place")
    assert OTHER.aes_gcm_decrypt(secret, secret[4:], encrypted, b"place") == data
    assert "tag is wrong" in outcome(OTHER.aes_gcm_decrypt, secret, secret[4:], encrypted, b"elsewhere")
    assert "padding" in outcome(OTHER.aes_cbc_decrypt, bytes(16), bytes(16), bytes(32))


PRIVATE, POINT = private_pem(KEY), SigningKey(KEY).public_key().point()


def with_keys() -> None:
    key = keys.signing_key(PRIVATE, OTHER)
    assert key.public_key().is_signature(key.sign(b"text"), b"text")
    assert not OTHER.verifying_key(POINT).is_signature(b"none", b"text")
    assert "P-256" in outcome(OTHER.signing_key, b"none")
    assert "point" in outcome(OTHER.verifying_key, bytes(65))


def memory_kb() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1024


@pytest.mark.thorough
def test_a_hundred_thousand_operations_leave_nothing_behind():
    for number in range(500):
        everything(number)
        with_keys()
    gc.collect()
    before_kb = memory_kb()
    for number in range(12_000):  # 8 operations each
        everything(number)
    for _ in range(1_500):  # 8 each
        with_keys()
    gc.collect()
    assert memory_kb() - before_kb < 2_000, "a context of 200 bytes for each would be 20 MB"


def test_threads_share_keys_and_ciphers():
    key, wrong, ready = keys.signing_key(PRIVATE, OTHER), [], threading.Barrier(8)

    def work(number: int) -> None:
        ready.wait()
        for step in range(40):
            everything(1_000 * number + step)
            text = f"{number} {step}".encode()
            if not key.public_key().is_signature(key.sign(text), text):
                wrong.append(text)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(8)))
    assert wrong == []


def test_a_failure_leaves_no_error_for_pythons_ssl():
    """Python's `ssl` looks into the same queue of errors after each of its own calls."""
    library = libcrypto.load()
    peek = library.ERR_peek_error
    everything(1)
    with_keys()
    assert peek() == 0


def test_a_key_is_not_copied():
    with pytest.raises(TypeError, match="freed twice"):
        copy.deepcopy(keys.signing_key(PRIVATE, OTHER))


# --- which one --------------------------------------------------------------------------------------------------------

CHOICE = """
import sys
from bluezone.protocol.crypto import default, libcrypto
for name in sys.argv[1:]:
    sys.modules[name] = None
try:
    print(default.crypto().name.split()[0])
except ModuleNotFoundError as error:
    print(error.name, error)
"""


def chosen(*absent: str, code: str = CHOICE) -> str:
    ended = subprocess.run([sys.executable, "-c", code, *absent], capture_output=True, text=True, check=True)
    return ended.stdout.strip()


def test_libcrypto_serves_where_cryptography_is_not_installed():
    assert chosen() == "cryptography"
    assert chosen("cryptography") == "libcrypto,"
    assert crypto() is crypto()


def test_where_there_is_neither_the_package_is_named():
    without = CHOICE.replace("for name", "libcrypto.load.__defaults__ = (('none.so',),)\nfor name")
    said = chosen("cryptography", code=without)
    assert said == "cryptography no libcrypto of OpenSSL 3 here, and no package cryptography"


def test_a_library_that_is_not_libcrypto_is_passed_over():
    with pytest.raises(libcrypto.LibcryptoError):
        libcrypto.load(["libc.so.6", "none.so"])
    assert libcrypto.load(["libc.so.6", *libcrypto.NAMES])
