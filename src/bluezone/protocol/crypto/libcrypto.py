"""Load libcrypto of OpenSSL 3 and declare the functions that are called: CPython's own on a telephone
(`libcrypto_python.so`), the system's on a desktop.

Source of the signatures: OpenSSL 3.0 manual, section 3. libcrypto keeps errors in a queue of the thread, which Python's
`ssl` reads, too: whoever gets a failure empties it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from ctypes import POINTER, c_char_p, c_int, c_size_t, c_uint, c_void_p

NAMES = ("libcrypto_python.so", "libcrypto.so.3", "libcrypto.3.dylib")
OLDEST_MAJOR = 3

_FUNCTIONS: dict[str, tuple[type | None, tuple[type, ...]]] = {
    "OPENSSL_version_major": (c_uint, ()),
    "OpenSSL_version": (c_char_p, (c_int,)),
    "ERR_clear_error": (None, ()),
    "EVP_CIPHER_fetch": (c_void_p, (c_void_p, c_char_p, c_char_p)),
    "EVP_CIPHER_free": (None, (c_void_p,)),
    "EVP_CIPHER_CTX_new": (c_void_p, ()),
    "EVP_CIPHER_CTX_free": (None, (c_void_p,)),
    "EVP_CIPHER_CTX_set_padding": (c_int, (c_void_p, c_int)),
    "EVP_CIPHER_CTX_ctrl": (c_int, (c_void_p, c_int, c_int, c_char_p)),
    "EVP_CipherInit_ex2": (c_int, (c_void_p, c_void_p, c_char_p, c_char_p, c_int, c_void_p)),
    "EVP_CipherUpdate": (c_int, (c_void_p, c_char_p, POINTER(c_int), c_char_p, c_int)),
    "EVP_CipherFinal_ex": (c_int, (c_void_p, c_char_p, POINTER(c_int))),
    "EVP_MD_CTX_new": (c_void_p, ()),
    "EVP_MD_CTX_free": (None, (c_void_p,)),
    "EVP_DigestSignInit_ex": (c_int, (c_void_p, c_void_p, c_char_p, c_void_p, c_char_p, c_void_p, c_void_p)),
    "EVP_DigestSign": (c_int, (c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t)),
    "EVP_DigestVerifyInit_ex": (c_int, (c_void_p, c_void_p, c_char_p, c_void_p, c_char_p, c_void_p, c_void_p)),
    "EVP_DigestVerify": (c_int, (c_void_p, c_char_p, c_size_t, c_char_p, c_size_t)),
    "EVP_PKEY_free": (None, (c_void_p,)),
    "EVP_PKEY_get_group_name": (c_int, (c_void_p, c_char_p, c_size_t, POINTER(c_size_t))),
    "d2i_PUBKEY": (c_void_p, (c_void_p, POINTER(c_void_p), ctypes.c_long)),
    "d2i_AutoPrivateKey": (c_void_p, (c_void_p, POINTER(c_void_p), ctypes.c_long)),
    "i2d_PUBKEY": (c_int, (c_void_p, POINTER(c_void_p))),
}


class LibcryptoError(OSError):
    """Say that no libcrypto that would do was found."""


def load(names: Iterable[str] = NAMES) -> ctypes.CDLL:
    """Return the first of the libraries that is there, with its functions declared. Raises LibcryptoError."""
    for name in names:
        try:
            library = ctypes.CDLL(name)
            for called, (result, arguments) in _FUNCTIONS.items():
                function = getattr(library, called)
                function.restype, function.argtypes = result, arguments
        except (OSError, AttributeError):  # it is not here, or an older one
            continue
        if library.OPENSSL_version_major() >= OLDEST_MAJOR:
            return library
    raise LibcryptoError(f"no libcrypto of OpenSSL {OLDEST_MAJOR} here")
