"""Implement the operations by the package `cryptography`, which has wheels for desktops and servers."""

from __future__ import annotations

from dataclasses import dataclass

import cryptography
from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bluezone.protocol.crypto import port
from bluezone.protocol.crypto.port import CryptoError

_ECDSA = ec.ECDSA(hashes.SHA256())
_ECB = modes.ECB()  # noqa: S305 (identifiers: the specification asks for it)


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """Hold a public key of `cryptography`. Raises CryptoError where it is not on P-256."""

    key: ec.EllipticCurvePublicKey

    def __post_init__(self) -> None:
        _check_curve(self.key.curve)

    def __hash__(self) -> int:
        return hash(self.point())

    def is_signature(self, signature: bytes, message: bytes) -> bool:
        try:
            self.key.verify(signature, message, _ECDSA)
        except InvalidSignature:
            return False
        return True

    def point(self) -> bytes:
        return self.key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """Hold a private key of `cryptography`. Raises CryptoError where it is not on P-256."""

    key: ec.EllipticCurvePrivateKey

    def __post_init__(self) -> None:
        _check_curve(self.key.curve)

    def sign(self, message: bytes) -> bytes:
        return self.key.sign(message, _ECDSA)

    def public_key(self) -> VerifyingKey:
        return VerifyingKey(self.key.public_key())


class Cryptography:
    """Call the package. It keeps nothing between calls."""

    name = f"cryptography {cryptography.__version__}"

    def aes_ecb_encrypt(self, key: bytes, blocks: bytes) -> bytes:
        port.check_ecb(key, blocks)
        return Cipher(algorithms.AES(key), _ECB).encryptor().update(blocks)

    def aes_ctr(self, key: bytes, counter: bytes, data: bytes) -> bytes:
        port.check_lengths(key, counter, port.BLOCK_BYTES, data)
        return Cipher(algorithms.AES(key), modes.CTR(counter)).encryptor().update(data)

    def aes_cbc_encrypt(self, key: bytes, iv: bytes, plain: bytes) -> bytes:
        port.check_lengths(key, iv, port.BLOCK_BYTES, plain)
        padder = padding.PKCS7(8 * port.BLOCK_BYTES).padder()
        encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
        return encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()

    def aes_cbc_decrypt(self, key: bytes, iv: bytes, encrypted: bytes) -> bytes:
        port.check_lengths(key, iv, port.BLOCK_BYTES, encrypted)
        port.check_blocks(encrypted)
        decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
        unpadder = padding.PKCS7(8 * port.BLOCK_BYTES).unpadder()
        try:
            padded = decryptor.update(encrypted) + decryptor.finalize()
            return unpadder.update(padded) + unpadder.finalize()
        except ValueError:
            raise port.wrong_padding() from None

    def aes_gcm_encrypt(self, key: bytes, nonce: bytes, plain: bytes, associated: bytes) -> bytes:
        port.check_lengths(key, nonce, port.GCM_NONCE_BYTES, plain)
        return AESGCM(key).encrypt(nonce, plain, associated)

    def aes_gcm_decrypt(self, key: bytes, nonce: bytes, encrypted: bytes, associated: bytes) -> bytes:
        port.check_lengths(key, nonce, port.GCM_NONCE_BYTES, encrypted)
        try:
            return AESGCM(key).decrypt(nonce, encrypted, associated)
        except InvalidTag:
            raise port.wrong_tag() from None

    def verifying_key(self, point: bytes) -> VerifyingKey:
        try:
            return VerifyingKey(ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point))
        except ValueError:
            raise port.not_a_point() from None

    def signing_key(self, der: bytes) -> SigningKey:
        try:
            key = serialization.load_der_private_key(der, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise port.not_a_signing_key() from None
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise port.not_a_signing_key()
        return SigningKey(key)


def _check_curve(curve: ec.EllipticCurve) -> None:
    if not isinstance(curve, ec.SECP256R1):
        raise CryptoError(f"a key on the curve {curve.name} where P-256 is meant")
