"""Run in the place of the engine, by the app's own shim and CPython: say as JSON what cannot be imported, and what this
processor's libraries make of the published vectors in the folder that is its argument."""

import contextlib
import importlib
import json
import pkgutil
import sys
from pathlib import Path

from bluezone.phone.matching.native import load_from_app
from bluezone.protocol.crypto.default import crypto
from bluezone.protocol.crypto.port import CryptoError
from bluezone.protocol.exposure_notification import rolling_proximity_identifiers


def not_imported():
    """Return each module that cannot be imported, with the reason."""
    failed = {}
    for module in pkgutil.walk_packages(sys.path, onerror=lambda _: None):
        if not module.name.endswith(("__main__", "antigravity", "this")):  # which do something
            with contextlib.redirect_stdout(sys.stderr):
                try:
                    importlib.import_module(module.name)
                except (Exception, SystemExit) as error:  # noqa: BLE001 (whatever a module does)
                    failed[module.name] = str(error)
    return failed


def opened(key, iv, aad, msg, ct, tag, **_):
    with contextlib.suppress(CryptoError):
        return crypto().aes_gcm_decrypt(key, iv, ct + tag, aad) == msg


def signed(point, msg, sig, **_):
    with contextlib.suppress(CryptoError):
        return crypto().verifying_key(point).is_signature(sig, msg)


def taken(name, act):
    tests = json.loads((Path(sys.argv[1]) / f"{name}.json").read_text("ascii"))["tests"]
    texts = ("tcId", "comment", "flags", "result", "size")
    given = [{key: bytes.fromhex(value) for key, value in test.items() if key not in texts} for test in tests]
    return [test["tcId"] for test, fields in zip(tests, given, strict=True) if act(**fields)]


answers = {
    "crypto": crypto().name.partition(",")[0],
    "kernel": load_from_app(cpu_info=Path("cpuinfo")) is not None,
    "rpi": rolling_proximity_identifiers(bytes.fromhex("75c734c6dd1a782de7a965da5eb93125"), 2_642_976, 2).hex(),
    "aes_gcm": taken("aes_gcm", opened),
    "ecdsa_secp256r1_sha256": taken("ecdsa_secp256r1_sha256", signed),
    "not_imported": not_imported(),
}
print("\n" + json.dumps(answers))
