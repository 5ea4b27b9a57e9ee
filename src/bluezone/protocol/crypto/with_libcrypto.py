"""Implement the operations by OpenSSL's libcrypto through ctypes: nothing to install where Python itself has it.

Every call makes its own context and frees it, so threads share only ciphers and keys, which libcrypto counts
references of.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bluezone.protocol.crypto import libcrypto, port
from bluezone.protocol.crypto.port import POINT_BYTES, SPKI_PREFIX

_DECRYPT, _ENCRYPT = 0, 1
_GET_TAG, _SET_TAG = 0x10, 0x11  # EVP_CTRL_AEAD_GET_TAG, EVP_CTRL_AEAD_SET_TAG of openssl/evp.h
_VERSION_TEXT = 0  # OPENSSL_VERSION
_P256 = b"prime256v1"
_DIGEST = b"SHA256"
_MOST_SIGNATURE_BYTES = 72  # of P-256 in DER
_SPKI_BYTES = len(SPKI_PREFIX) + POINT_BYTES


class Libcrypto:
    """Call a loaded library. The ciphers it fetches are few and live as long as it."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        self._ciphers = {
            (mode, bits // 8): self._fetched(f"AES-{bits}-{mode}".encode("ascii"))
            for mode in ("ECB", "CTR", "CBC", "GCM")
            for bits in (128, 192, 256)
        }
        text = library.OpenSSL_version(_VERSION_TEXT)
        self.name = f"libcrypto, {text.decode('ascii', 'replace')}"

    def __del__(self) -> None:
        for cipher in getattr(self, "_ciphers", {}).values():
            self._library.EVP_CIPHER_free(cipher)

    def aes_ecb_encrypt(self, key: bytes, blocks: bytes) -> bytes:
        port.check_ecb(key, blocks)
        with self._context("ECB", key, None, _ENCRYPT) as context:
            self._library.EVP_CIPHER_CTX_set_padding(context, 0)
            return self._update(context, blocks)

    def aes_ctr(self, key: bytes, counter: bytes, data: bytes) -> bytes:
        port.check_lengths(key, counter, port.BLOCK_BYTES, data)
        with self._context("CTR", key, counter, _ENCRYPT) as context:
            return self._update(context, data)

    def aes_cbc_encrypt(self, key: bytes, iv: bytes, plain: bytes) -> bytes:
        port.check_lengths(key, iv, port.BLOCK_BYTES, plain)
        with self._context("CBC", key, iv, _ENCRYPT) as context:
            return self._update(context, plain) + self._final(context, port.wrong_padding())

    def aes_cbc_decrypt(self, key: bytes, iv: bytes, encrypted: bytes) -> bytes:
        port.check_lengths(key, iv, port.BLOCK_BYTES, encrypted)
        port.check_blocks(encrypted)
        with self._context("CBC", key, iv, _DECRYPT) as context:
            return self._update(context, encrypted) + self._final(context, port.wrong_padding())

    def aes_gcm_encrypt(self, key: bytes, nonce: bytes, plain: bytes, associated: bytes) -> bytes:
        port.check_lengths(key, nonce, port.GCM_NONCE_BYTES, plain)
        tag = ctypes.create_string_buffer(port.GCM_TAG_BYTES)
        with self._context("GCM", key, nonce, _ENCRYPT) as context:
            self._associate(context, associated)
            encrypted = self._update(context, plain) + self._final(context, port.wrong_tag())
            self._check(self._library.EVP_CIPHER_CTX_ctrl(context, _GET_TAG, len(tag), tag))
        return encrypted + tag.raw

    def aes_gcm_decrypt(self, key: bytes, nonce: bytes, encrypted: bytes, associated: bytes) -> bytes:
        port.check_lengths(key, nonce, port.GCM_NONCE_BYTES, encrypted)
        if len(encrypted) < port.GCM_TAG_BYTES:
            raise port.wrong_tag()
        data, tag = encrypted[: -port.GCM_TAG_BYTES], encrypted[-port.GCM_TAG_BYTES :]
        with self._context("GCM", key, nonce, _DECRYPT) as context:
            self._check(self._library.EVP_CIPHER_CTX_ctrl(context, _SET_TAG, len(tag), tag))
            self._associate(context, associated)
            return self._update(context, data) + self._final(context, port.wrong_tag())

    def verifying_key(self, point: bytes) -> VerifyingKey:
        if len(point) != POINT_BYTES:
            raise port.not_a_point()
        handle = self._decoded(self._library.d2i_PUBKEY, SPKI_PREFIX + point)
        if handle is None:
            raise port.not_a_point()
        return VerifyingKey(_Handle(self._library, handle), point)

    def signing_key(self, der: bytes) -> SigningKey:
        handle = self._decoded(self._library.d2i_AutoPrivateKey, der)
        if handle is None:
            raise port.not_a_signing_key()
        key = _Handle(self._library, handle)  # frees it, also where it is not wanted
        spki = key.spki() if key.group() == _P256 else b""
        if not spki.startswith(SPKI_PREFIX) or len(spki) != _SPKI_BYTES:
            raise port.not_a_signing_key()
        return SigningKey(key, self.verifying_key(spki[len(SPKI_PREFIX) :]))

    def _fetched(self, name: bytes) -> int:
        found: int | None = self._library.EVP_CIPHER_fetch(None, name, None)
        if found is None:
            self._library.ERR_clear_error()
            raise libcrypto.LibcryptoError(f"libcrypto has no {name.decode('ascii')}")
        return found

    def _context(self, mode: str, key: bytes, start: bytes | None, direction: int) -> _Context:
        return _Context(self._library, self._ciphers[mode, len(key)], key, start, direction)

    def _update(self, context: int, data: bytes) -> bytes:
        room, written = ctypes.create_string_buffer(len(data) + port.BLOCK_BYTES), ctypes.c_int()
        self._check(self._library.EVP_CipherUpdate(context, room, written, data, len(data)))
        return ctypes.string_at(room, written.value)

    def _associate(self, context: int, associated: bytes) -> None:
        written = ctypes.c_int()
        self._check(self._library.EVP_CipherUpdate(context, None, written, associated, len(associated)))

    def _final(self, context: int, wrong: port.CryptoError) -> bytes:
        room, written = ctypes.create_string_buffer(port.BLOCK_BYTES), ctypes.c_int()
        if self._library.EVP_CipherFinal_ex(context, room, written) != 1:
            self._library.ERR_clear_error()
            raise wrong
        return ctypes.string_at(room, written.value)

    def _decoded(self, decode: Callable[..., int | None], der: bytes) -> int | None:
        """Return the key in DER; None where there is none, or something after it."""
        buffer = ctypes.create_string_buffer(der, len(der))
        at = ctypes.c_void_p(ctypes.addressof(buffer))
        handle = decode(None, at, len(der))
        self._library.ERR_clear_error()  # also a success leaves what was tried before
        if handle is not None and at.value != ctypes.addressof(buffer) + len(der):
            self._library.EVP_PKEY_free(handle)
            return None
        return handle

    def _check(self, answer: int) -> None:
        if answer != 1:
            self._library.ERR_clear_error()
            raise port.CryptoError("libcrypto refused the data")


class _Context:
    """Own the context of one operation: where its block ends it is freed, and what it knew of the key overwritten.

    A class, since a generator of contextlib takes longer than the operation.
    """

    __slots__ = ("_library", "_pointer", "_start")

    def __init__(self, library: ctypes.CDLL, cipher: int, key: bytes, start: bytes | None, direction: int) -> None:
        self._library, self._start = library, (cipher, key, start, direction)

    def __enter__(self) -> int:
        context: int | None = self._library.EVP_CIPHER_CTX_new()
        if context is None:
            raise MemoryError
        self._pointer: int = context
        if self._library.EVP_CipherInit_ex2(context, *self._start, None) != 1:
            self.__exit__()
            self._library.ERR_clear_error()
            raise port.CryptoError("libcrypto refused key or iv")
        return context

    def __exit__(self, *_: object) -> None:
        self._library.EVP_CIPHER_CTX_free(self._pointer)


class _Handle:
    """Own a key of libcrypto: it is freed with this object."""

    def __init__(self, library: ctypes.CDLL, handle: int) -> None:
        self.library, self.pointer = library, handle

    def __del__(self) -> None:
        self.library.EVP_PKEY_free(self.pointer)

    def __reduce__(self) -> str:
        raise TypeError("a key of libcrypto cannot be copied: it would be freed twice")

    def group(self) -> bytes:
        """Return the name of its curve; empty where it has none."""
        room = ctypes.create_string_buffer(32)
        known = self.library.EVP_PKEY_get_group_name(self.pointer, room, len(room), None)
        self.library.ERR_clear_error()
        return room.value if known == 1 else b""

    def spki(self) -> bytes:
        """Return its public half as the DER of SubjectPublicKeyInfo; empty where it has none."""
        length = self.library.i2d_PUBKEY(self.pointer, None)
        if length <= 0:
            self.library.ERR_clear_error()
            return b""
        room = ctypes.create_string_buffer(length)
        self.library.i2d_PUBKEY(self.pointer, ctypes.c_void_p(ctypes.addressof(room)))
        return room.raw

    @contextmanager
    def digest_context(self) -> Iterator[int]:
        """Give a context for one signature."""
        context = self.library.EVP_MD_CTX_new()
        if context is None:
            raise MemoryError
        try:
            yield context
        finally:
            self.library.EVP_MD_CTX_free(context)
            self.library.ERR_clear_error()


class VerifyingKey:
    """Hold a public key of libcrypto."""

    def __init__(self, handle: _Handle, point: bytes) -> None:
        self._handle, self._point = handle, point

    def __eq__(self, other: object) -> bool:
        return isinstance(other, VerifyingKey) and other._point == self._point

    def __hash__(self) -> int:
        return hash(self._point)

    def is_signature(self, signature: bytes, message: bytes) -> bool:
        library, key = self._handle.library, self._handle.pointer
        with self._handle.digest_context() as context:
            if library.EVP_DigestVerifyInit_ex(context, None, _DIGEST, None, None, key, None) != 1:
                return False
            answer: int = library.EVP_DigestVerify(context, signature, len(signature), message, len(message))
            return answer == 1

    def point(self) -> bytes:
        return self._point


class SigningKey:
    """Hold a private key of libcrypto."""

    def __init__(self, handle: _Handle, public_key: VerifyingKey) -> None:
        self._handle, self._public_key = handle, public_key

    def sign(self, message: bytes) -> bytes:
        library, key = self._handle.library, self._handle.pointer
        room = ctypes.create_string_buffer(_MOST_SIGNATURE_BYTES)
        length = ctypes.c_size_t(len(room))
        with self._handle.digest_context() as context:
            ready = library.EVP_DigestSignInit_ex(context, None, _DIGEST, None, None, key, None)
            if ready != 1 or library.EVP_DigestSign(context, room, length, message, len(message)) != 1:
                raise port.CryptoError("the key cannot sign")
        return ctypes.string_at(room, length.value)

    def public_key(self) -> VerifyingKey:
        return self._public_key
