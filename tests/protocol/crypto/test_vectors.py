"""Published vectors: Wycheproof (`data/`, by tools/wycheproof.py); NIST SP 800-38A, appendix F, for ECB and CTR."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bluezone.protocol import exposure_notification as en
from bluezone.protocol.crypto.port import AES_KEY_BYTES, CryptoError

DATA = Path(__file__).parent / "data"

PLAIN = bytes.fromhex(
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
)
COUNTER = bytes(range(0xF0, 0x100))
KEYS = (
    "2b7e151628aed2a6abf7158809cf4f3c",
    "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
    "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
)
ECB = (
    (
        "3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf"
        "43b1cd7f598ece23881b00e3ed0306887b0c785e27e8ad3f8223207104725dd4"
    ),
    (
        "bd334f1d6e45f25ff712a214571fa5cc974104846d0ad3ad7734ecb3ecee4eef"
        "ef7afd2270e2e60adce0ba2face6444e9a4b41ba738d6c72fb16691603c18e0e"
    ),
    (
        "f3eed1bdb5d2a03c064b5a7e3db181f8591ccb10d410ed26dc5ba74a31362870"
        "b6ed21b99ca6f4f9f153e7b1beafed1d23304b7a39f9f3ff067d8d8f9e24ecc7"
    ),
)
CTR = (
    (
        "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"
        "5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee"
    ),
    (
        "1abc932417521ca24f2b0459fe7e6e0b090339ec0aa6faefd5ccc2c6f4ce8e94"
        "1e36b26bd1ebc670d1bd1d665620abf74f78a7f6d29809585a97daec58c6b050"
    ),
    (
        "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
        "2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6"
    ),
)


def listed(name: str) -> list[dict[str, object]]:
    return json.loads((DATA / f"{name}.json").read_text("ascii"))["tests"]


def vectors(name: str, wanted: Callable[[dict[str, object]], bool] = lambda _: True) -> list[object]:
    return [pytest.param(each, id=f"{each['tcId']}-{each['result']}") for each in listed(name) if wanted(each)]


def is_without_salt(test: Mapping[str, object]) -> bool:
    """Of those, one block of 16 bytes is what we derive."""
    return test["result"] == "valid" and not test["salt"] and test["size"] >= 16


def in_bytes(test: Mapping[str, str], *names: str) -> list[bytes]:
    return [bytes.fromhex(test[name]) for name in names]


@pytest.mark.parametrize(("key", "encrypted"), list(zip(KEYS, ECB, strict=True)))
def test_aes_ecb_gives_the_published_blocks(library, key, encrypted):
    assert library.aes_ecb_encrypt(bytes.fromhex(key), PLAIN).hex() == encrypted


@pytest.mark.parametrize(("key", "encrypted"), list(zip(KEYS, CTR, strict=True)))
def test_aes_ctr_gives_the_published_bytes_and_undoes_itself(library, key, encrypted):
    assert library.aes_ctr(bytes.fromhex(key), COUNTER, PLAIN).hex() == encrypted
    assert library.aes_ctr(bytes.fromhex(key), COUNTER, bytes.fromhex(encrypted)) == PLAIN


@pytest.mark.parametrize("test", vectors("aes_cbc_pkcs5"))
def test_aes_cbc_takes_right_paddings_only(library, test):
    key, iv, plain, encrypted = in_bytes(test, "key", "iv", "msg", "ct")
    if test["result"] == "valid":
        assert library.aes_cbc_decrypt(key, iv, encrypted) == plain
        assert library.aes_cbc_encrypt(key, iv, plain) == encrypted
    else:
        with pytest.raises(CryptoError, match="padding is wrong"):
            library.aes_cbc_decrypt(key, iv, encrypted)


@pytest.mark.parametrize("test", vectors("aes_gcm"))
def test_aes_gcm_takes_right_tags_only(library, test):
    key, nonce, associated, plain, encrypted, tag = in_bytes(test, "key", "iv", "aad", "msg", "ct", "tag")
    if test["result"] == "valid":
        assert library.aes_gcm_decrypt(key, nonce, encrypted + tag, associated) == plain
        assert library.aes_gcm_encrypt(key, nonce, plain, associated) == encrypted + tag
    else:
        with pytest.raises(CryptoError, match="tag is wrong"):
            library.aes_gcm_decrypt(key, nonce, encrypted + tag, associated)


@pytest.mark.parametrize("test", vectors("ecdsa_secp256r1_sha256"))
def test_ecdsa_takes_the_signatures_that_are_right(library, test):
    point, message, signature = in_bytes(test, "point", "msg", "sig")
    assert library.verifying_key(point).is_signature(signature, message) is (test["result"] == "valid")


@pytest.mark.parametrize("test", vectors("hkdf_sha256", is_without_salt))
def test_hkdf_without_a_salt_gives_the_first_block(test):
    ikm, info, okm = in_bytes(test, "ikm", "info", "okm")
    assert en.hkdf_block(ikm, info) == okm[:16]


@pytest.mark.parametrize("test", vectors("hmac_sha256"))
def test_hmac_of_the_standard_library_is_the_one_published(test):
    key, message, tag = in_bytes(test, "key", "msg", "tag")
    made = hmac.digest(key, message, "sha256")[: len(tag)]
    assert hmac.compare_digest(made, tag) is (test["result"] == "valid")


def test_the_vectors_are_of_the_kinds_that_are_in_use():
    assert {len(each["key"]) // 2 for each in listed("aes_gcm")} == AES_KEY_BYTES
    assert len(vectors("hkdf_sha256", is_without_salt)) >= 10
