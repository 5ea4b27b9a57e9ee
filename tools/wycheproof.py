"""Write the vectors of tests/protocol/crypto/data from a checkout of C2SP/wycheproof: of each set of flags at most
twelve, evenly spread.

    python tools/wycheproof.py FOLDER-OF-WYCHEPROOF

AES-GCM: nonces of 12 bytes and tags of 16, as the port has them; messages of up to 64 bytes everywhere.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

FILES = ("aes_cbc_pkcs5", "aes_gcm", "ecdsa_secp256r1_sha256", "hkdf_sha256", "hmac_sha256")
DATA = Path(__file__).resolve().parents[1] / "tests" / "protocol" / "crypto" / "data"
MOST_OF_A_KIND = 12
MOST_MESSAGE_DIGITS = 128


def main(folder: Path) -> None:
    """Write one file an algorithm, a line a test."""
    commit = subprocess.run(
        ["git", "-C", str(folder), "rev-parse", "HEAD"], check=True, capture_output=True, text=True
    ).stdout.strip()
    DATA.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        content = subprocess.run(
            ["git", "-C", str(folder), "show", f"HEAD:testvectors_v1/{name}_test.json"], check=True, capture_output=True
        ).stdout
        lines = ",\n".join(json.dumps(test) for test in chosen(json.loads(content)))
        source = f"C2SP/wycheproof {commit} testvectors_v1/{name}_test.json (Apache-2.0), by tools/wycheproof.py"
        (DATA / f"{name}.json").write_text(f'{{"source": "{source}", "tests": [\n{lines}\n]}}\n', encoding="ascii")


def chosen(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the tests that are kept, in the order of their numbers."""
    kinds = defaultdict(list)
    for group in document["testGroups"]:
        if group["type"] == "AeadTest" and (group["ivSize"], group["tagSize"]) != (96, 128):
            continue
        shared = {"point": group["publicKey"]["uncompressed"]} if "publicKey" in group else {}
        for test in group["tests"]:
            if len(test.get("msg", "")) <= MOST_MESSAGE_DIGITS and test.get("size", 0) <= MOST_MESSAGE_DIGITS:
                kinds[test["result"], *test["flags"]].append(shared | test)
    kept = [each for of_a_kind in kinds.values() for each in of_a_kind[:: -(-len(of_a_kind) // MOST_OF_A_KIND)]]
    return sorted(kept, key=lambda test: int(test["tcId"]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
