"""How fast a phone matches published keys with its contacts, compiled and in Python, and against the original's method.

    python benchmarks/bench_matching.py [--keys 200000] [--sightings 20000] [--json]

The compiled way is measured where there is one (make kernel). One process, one core; CPU seconds of this process are
counted, so that other work on the machine is not. Keys are random and of the days of the contacts, so that none is let
off by its date; fifty of them were met and must be found.
The original's method is run on a few key-days: for each of the 96 identifiers of a day one SQL query, which scans the
whole log (Bluezone 3.0.3 had no index on the identifier). `openssl speed` says what the cryptography of a key alone
costs on this processor: two HMACs and 144 blocks of AES, without looking anything up.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import sqlite3
import subprocess
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from unittest import mock

import numpy as np
from bluezone.protocol.key_columns import KeyColumns
from cryptography.hazmat.primitives.asymmetric import ec
from rich.console import Console
from rich.table import Table

from bluezone.exposure.policies import EN_V1_BUCKETS
from bluezone.phone.matching import exposure_check
from bluezone.phone.matching.matcher import SightingIndex, heard_keys, match
from bluezone.phone.matching.native import Native, native
from bluezone.phone.stores.contact_store import ContactStore, Sighting
from bluezone.phone.stores.exposure_store import ExposureStore, Receiver
from bluezone.phone.stores.phone_stores import CONTACTS, PHONE, open_database
from bluezone.protocol.bluezone_v1 import DEFAULT_PER_DAY
from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.protocol.exports import Export, ExportSigner, TrustedKey, build_export
from bluezone.protocol.keys import DailyKey, TemporaryExposureKey
from bluezone.protocol.schemes import IdentifierScheme, scheme_named
from bluezone.town.country import ZONE

DAY0_S, DAY_S, DAYS = 1_597_276_800, 86_400, 14
MET = 50
ORIGINAL_KEY_DAYS = 20
MILLION = 1_000_000
FILE_KEYS = 30_000  # what the reference server puts into one file at most
#: asked for: of matching and of a whole check with compiled code, of matching in Python
ASKED_COMPILED, ASKED_CHECK, ASKED_PYTHON = 300_000, 200_000, 20_000


def random_keys(scheme: IdentifierScheme, count: int) -> Iterator[DailyKey]:
    """The same `count` keys each time, one after another: a million of them need not be in memory at once."""
    rng = np.random.default_rng(1)
    for number in range(count):
        start_s = DAY0_S + number % DAYS * DAY_S
        yield DailyKey(rng.bytes(scheme.key_bytes), start_s, start_s + DAY_S)


def filled_contact_store(directory: Path, scheme: IdentifierScheme, sighting_count: int) -> ContactStore:
    """A real contact_store file with strangers and the first MET keys in it."""
    rng = np.random.default_rng(2)
    width = scheme.identifier_bytes
    heard = [(scheme.identifiers(key)[:width], scheme.slots(key)[0] + 5.0) for key in random_keys(scheme, MET)]
    while len(heard) < sighting_count:
        heard.append((rng.bytes(width), DAY0_S + rng.uniform(0, DAYS * DAY_S)))
    contact_store = ContactStore(open_database(CONTACTS, directory), scheme)
    for identifier, at_s in heard:
        contact_store.add_scan(at_s, 60, [Sighting(identifier, b"", 16, -60, -66, -70)])
    return contact_store


def contact_index(scheme: IdentifierScheme, sighting_count: int) -> tuple[SightingIndex, float]:
    """The index of contacts as above, and the CPU s of reading it."""
    with tempfile.TemporaryDirectory() as directory:
        contact_store = filled_contact_store(Path(directory), scheme, sighting_count)
        begin = time.process_time()
        index = SightingIndex(contact_store.sightings())
        spent_s = time.process_time() - begin
        contact_store.database.close()
    return index, spent_s


def keys_per_cpu_s(scheme: IdentifierScheme, index: SightingIndex, key_count: int, compiled: Native | None) -> float:
    """Keys a CPU s; what is made once a check is made before."""
    keys = list(random_keys(scheme, key_count))
    if scheme.name == "en":
        columns = KeyColumns.of(keys)
        heard_keys(scheme, KeyColumns.of(keys[:1]), index, compiled)
        begin = time.process_time()
        found = heard_keys(scheme, columns, index, compiled)
    else:
        begin = time.process_time()
        found = match(scheme, keys, index).keys
    spent_s = time.process_time() - begin
    if sorted(found) != list(range(MET)):
        raise SystemExit(f"{scheme.name}: {len(found)} matches where {MET} were planted")
    return key_count / spent_s


def index_mib(scheme: IdentifierScheme, sighting_count: int) -> float:
    """Return what Python holds of an index of so many sightings (tracemalloc)."""
    with tempfile.TemporaryDirectory() as directory:
        contact_store = filled_contact_store(Path(directory), scheme, sighting_count)
        sightings = contact_store.sightings()
        contact_store.database.close()
    tracemalloc.start()
    index = SightingIndex(sightings)
    heard_keys(scheme, KeyColumns.of(random_keys(scheme, 1)), index, native())
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return held / 2**20


def a_million(index: SightingIndex, compiled: Native | None) -> tuple[float, float]:
    """CPU s for a million EN keys, a file of them after another, and by how many MiB the process grew at most (resident
    set)."""
    en = scheme_named("en")
    before_kib, spent_s, keys = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, 0.0, random_keys(en, MILLION)
    for file_keys in _files(keys):
        columns = KeyColumns.of(file_keys)
        begin = time.process_time()
        heard_keys(en, columns, index, compiled)
        spent_s += time.process_time() - begin
    return spent_s, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib) / 1024


def _files(keys: Iterator[DailyKey]) -> Iterator[list[DailyKey]]:
    while file_keys := list(islice(keys, FILE_KEYS)):
        yield file_keys


def openssl_us_per_key() -> float | None:
    """CPU microseconds that OpenSSL's own loops take for a key's cryptography; None where there is no openssl."""

    def bytes_a_s(*arguments: str) -> float:
        said = subprocess.run(["openssl", "speed", "-mr", "-seconds", "1", *arguments], capture_output=True, text=True,
                              check=True).stdout  # fmt: skip
        return float(re.findall(r"^\+F:.*:([\d.]+)$", said, re.MULTILINE)[-1])

    try:
        aes = 144 * 16 / bytes_a_s("-bytes", str(144 * 16), "-evp", "aes-128-ecb")
        return 1e6 * (aes + 2 * 32 / bytes_a_s("-bytes", "32", "-hmac", "sha256"))
    except (OSError, subprocess.CalledProcessError, IndexError):
        return None


def whole_check_keys_per_cpu_s(sighting_count: int, compiled: Native | None) -> float:
    """Keys a CPU s of a phone's check: verify and read a signed export, match, make windows, judge, store."""
    en = scheme_named("en")
    private_key = SigningKey(ec.generate_private_key(ec.SECP256R1()))
    keys = tuple(TemporaryExposureKey.from_daily(key) for key in random_keys(en, FILE_KEYS))
    export = Export("452", DAY0_S, DAY0_S + DAY_S, keys=keys)
    content = build_export(export, [ExportSigner(private_key, "452", "v1")])
    trusted = [TrustedKey(private_key.public_key())]
    with tempfile.TemporaryDirectory() as directory:
        contact_store = filled_contact_store(Path(directory), en, sighting_count)
        exposure_store = ExposureStore(open_database(PHONE, Path(directory)))
        exposure_store.store_export("452/file.zip", content, DAY0_S)
        now_s = DAY0_S + DAYS * DAY_S
        with mock.patch.object(exposure_check, "native", return_value=compiled):
            begin = time.process_time()
            sightings = contact_store.sightings()
            report = exposure_check.check_exposures(
                exposure_store, sightings, en, EN_V1_BUCKETS, trusted, frozenset(), Receiver(), ZONE, now_s
            )
            spent_s = time.process_time() - begin
        exposure_store.database.close()
        contact_store.database.close()
    if report.keys_matched != MET:
        raise SystemExit(f"check: {report.keys_matched} keys found where {MET} were planted")
    return FILE_KEYS / spent_s


def original_cpu_s_per_key(sighting_count: int) -> float:
    """CPU s of 96 queries with a full scan each. The log is in memory, in the original's favour."""
    rng = np.random.default_rng(3)
    log = sqlite3.connect(":memory:")
    log.execute("CREATE TABLE trace_info (id INTEGER PRIMARY KEY, blid BLOB, rssi INTEGER, time INTEGER)")
    log.executemany(
        "INSERT INTO trace_info (blid, rssi, time) VALUES (?, -60, ?)",
        ((rng.bytes(12), DAY0_S + number) for number in range(sighting_count)),
    )
    scheme = scheme_named("bluezone-v1")
    begin = time.process_time()
    for key in random_keys(scheme, ORIGINAL_KEY_DAYS):
        block = scheme.identifiers(key)
        for slot in range(DEFAULT_PER_DAY):
            log.execute("SELECT * FROM trace_info WHERE blid = ?", (block[12 * slot : 12 * slot + 12],)).fetchall()
    spent_s = time.process_time() - begin
    log.close()
    return spent_s / ORIGINAL_KEY_DAYS


def measure(key_count: int, sighting_count: int) -> dict:
    """Measure all there is: EN keys by the compiled code (where there is some) and in Python, the old scheme's."""
    original_s = original_cpu_s_per_key(sighting_count)
    ways = {"en, compiled": native()} if native() else {}
    rows, en = {}, scheme_named("en")
    index, read_s = contact_index(en, sighting_count)
    for name, compiled in (ways | {"en, Python": None}).items():
        count = key_count if compiled else key_count // 10
        million_s, grown_mib = a_million(index, compiled) if compiled else (None, None)
        rows[name] = {
            "keys_per_cpu_s": round(keys_per_cpu_s(en, index, max(count, MET), compiled)),
            "whole_check_keys_per_cpu_s": round(whole_check_keys_per_cpu_s(sighting_count, compiled)),
            "million_keys_cpu_s": million_s,
            "million_keys_grown_mib": grown_mib,
        }
    old = scheme_named("bluezone-v1")
    old_speed = keys_per_cpu_s(old, contact_index(old, sighting_count)[0], max(key_count // 10, MET), None)
    rows["bluezone-v1, Python"] = {"keys_per_cpu_s": round(old_speed)}
    for row in rows.values():
        row["times_the_original"] = round(row["keys_per_cpu_s"] * original_s)
    return {
        "sightings": sighting_count,
        "rows": rows,
        "contacts_read_cpu_s": read_s,
        "index_mib": index_mib(en, sighting_count),
        "original_cpu_s_per_key": original_s,
        "openssl_us_per_key": openssl_us_per_key(),
    }


def print_report(report: dict) -> None:
    """Print the figures as a table and sentences."""
    table = Table(title=f"Matching against {report['sightings']:,} sightings, one core")
    for column in ("keys", "a CPU s", "whole check, keys a CPU s", "a million, CPU s", "times the original"):
        table.add_column(column, justify="left" if column == "keys" else "right")
    for name, row in report["rows"].items():
        check, million_s = row.get("whole_check_keys_per_cpu_s"), row.get("million_keys_cpu_s")
        table.add_row(
            name,
            f"{row['keys_per_cpu_s']:,}",
            f"{check:,}" if check else "",
            f"{million_s:.1f}" if million_s else "",
            f"{row['times_the_original']:,}",
        )
    console = Console()
    console.print(table)
    console.print(
        f"A whole check: from the signed file of {FILE_KEYS:,} keys to the verdict, the reading of the contacts in it."
    )
    console.print(f"The contacts take {report['index_mib']:.1f} MiB as they are looked up, however many keys.")
    console.print(
        f"The original's method: {1000 * report['original_cpu_s_per_key']:.0f} ms a key-day "
        f"(96 queries, each a scan of the log), measured on {ORIGINAL_KEY_DAYS} key-days."
    )
    if report["openssl_us_per_key"]:
        console.print(
            f"OpenSSL's own loops: {report['openssl_us_per_key']:.2f} microseconds for the cryptography of a key, "
            f"{1e6 / report['openssl_us_per_key']:,.0f} keys a CPU s."
        )
    console.print(
        f"Asked for, keys a CPU s: {ASKED_COMPILED:,} compiled, {ASKED_CHECK:,} of a whole check, {ASKED_PYTHON:,} "
        "in Python."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--keys", type=int, default=200_000, help="EN keys of the compiled code (a tenth of it in Python)"
    )
    parser.add_argument("--sightings", type=int, default=20_000)
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    asked = parser.parse_args()
    if asked.keys < MET or asked.sightings < MET:
        parser.error(f"at least {MET} keys and {MET} sightings")
    report = measure(asked.keys, asked.sightings)
    if asked.json:
        print(json.dumps(report))
    else:
        print_report(report)


if __name__ == "__main__":
    main()
