"""How fast a phone matches a diary of places against published warnings.

    python benchmarks/bench_place_matching.py [--warnings 100000] [--stays 200] [--json]

CPU seconds of this process, from the bytes of the package as downloaded to the stays warned of: unpacking, verifying
and matching. Ten of the places of the diary are warned of and must be found; the rest of the warnings is of no place.
"""

from __future__ import annotations

import argparse
import json
import secrets
import time

from cryptography.hazmat.primitives.asymmetric import ec

from bluezone.phone.matching.places import Stay, risky_stays
from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.protocol.exports import ExportSigner, TrustedKey
from bluezone.protocol.place_warnings import (
    PlacePackage,
    Window,
    build_package,
    encrypt_warning,
    made_up_warnings,
    open_package,
)

T0_S, WARNED = 1_598_000_400, 10
LIMIT_CPU_S = 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--warnings", type=int, default=100_000)
    parser.add_argument("--stays", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    key = SigningKey(ec.generate_private_key(ec.SECP256R1()))
    ids = [secrets.token_bytes(32) for _ in range(args.stays)]
    window = Window(T0_S // 600, 6, 5)
    real = [encrypt_warning(id_, window, secrets.token_bytes(16)) for id_ in ids[:WARNED]]
    warnings = (*real, *made_up_warnings(args.warnings - len(real), secrets.token_bytes))
    data = build_package(PlacePackage("452", T0_S // 3_600, warnings), [ExportSigner(key, "452", "v1")])
    stays = [Stay(entry, id_, T0_S, T0_S + 2_700) for entry, id_ in enumerate(ids)]

    started = time.process_time()
    opened = open_package(data, [TrustedKey(key.public_key())], "452")
    read = time.process_time()
    found = risky_stays(stays, opened, 600)
    ended = time.process_time()

    assert [each.entry for each in found] == list(range(WARNED)), "a place that was warned of was not found"
    figures = {
        "warnings": args.warnings,
        "stays": args.stays,
        "package_bytes": len(data),
        "read_cpu_s": round(read - started, 3),
        "match_cpu_s": round(ended - read, 3),
        "cpu_s": round(ended - started, 3),
    }
    print(json.dumps(figures) if args.json else "\n".join(f"{name:>14} {value}" for name, value in figures.items()))
    assert figures["cpu_s"] < LIMIT_CPU_S, f"{figures['cpu_s']} s of CPU, more than {LIMIT_CPU_S}"


if __name__ == "__main__":
    main()
