"""Both libraries: each is held to the same vectors, and to the other."""

from __future__ import annotations

import pytest

from bluezone.protocol.crypto import libcrypto
from bluezone.protocol.crypto.with_cryptography import Cryptography
from bluezone.protocol.crypto.with_libcrypto import Libcrypto


@pytest.fixture(scope="session", params=["cryptography", "libcrypto"])
def library(request):
    return Cryptography() if request.param == "cryptography" else Libcrypto(libcrypto.load())
