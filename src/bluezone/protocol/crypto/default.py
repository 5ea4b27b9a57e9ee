"""Choose the library: `cryptography` where it is installed, else libcrypto."""

from __future__ import annotations

from functools import lru_cache

from bluezone.protocol.crypto import libcrypto
from bluezone.protocol.crypto.port import Crypto


@lru_cache(maxsize=1)
def crypto() -> Crypto:
    """Return the library of this machine, the same one each time.

    Raises ModuleNotFoundError that names `cryptography` where there is neither: an edge says which extra brings it.
    """
    try:
        from bluezone.protocol.crypto.with_cryptography import Cryptography
    except ImportError as absent:
        from bluezone.protocol.crypto.with_libcrypto import Libcrypto

        try:
            return Libcrypto(libcrypto.load())
        except libcrypto.LibcryptoError as error:
            raise ModuleNotFoundError(f"{error}, and no package cryptography", name="cryptography") from absent
    return Cryptography()
