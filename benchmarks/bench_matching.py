"""How fast a phone matches published keys with its contact_store, in what memory, and against the original's method.

    python benchmarks/bench_matching.py [--keys 200000] [--sightings 20000] [--json]

One process, one core; CPU seconds of this process are counted, so that other work on the machine is not. Keys are
random and of the days of the contacts, so that none is let off by its date; fifty of them were met and must be found.
The original's method is run on a few key-days: for each of the 96 identifiers of a day one SQL query, which scans the
whole log (Bluezone 3.0.3 had no index on the identifier).
"""

from __future__ import annotations

import argparse
import json
import resource
import sqlite3
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from cryptography.hazmat.primitives.asymmetric import ec
from rich.console import Console
from rich.table import Table

from bluezone.exposure.policies import EN_V1_BUCKETS
from bluezone.phone.matching.exposure_check import check_exposures
from bluezone.phone.matching.matcher import SightingIndex, match
from bluezone.phone.stores.contact_store import ContactStore, Sighting
from bluezone.phone.stores.corrections import Receiver
from bluezone.phone.stores.databases import open_contacts_database, open_phone_database
from bluezone.phone.stores.exposure_store import ExposureStore
from bluezone.protocol.bluezone_v1 import DEFAULT_PER_DAY
from bluezone.protocol.exports import Export, ExportSigner, TrustedKey, build_export
from bluezone.protocol.keys import DailyKey, TemporaryExposureKey
from bluezone.protocol.schemes import IdentifierScheme, scheme_named

DAY0_S, DAY_S, DAYS = 1_597_276_800, 86_400, 14
MET = 50
ORIGINAL_KEY_DAYS = 20
MILLION = 1_000_000
FILE_KEYS = 30_000  # what the reference server puts into one file at most
FLOOR_KEYS_PER_CPU_S = 50_000


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
    contact_store = ContactStore(open_contacts_database(directory), scheme)
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


def keys_per_cpu_s(scheme: IdentifierScheme, index: SightingIndex, key_count: int) -> float:
    keys = list(random_keys(scheme, key_count))
    begin = time.process_time()
    found = match(scheme, keys, index)
    spent_s = time.process_time() - begin
    if sorted(found.keys.tolist()) != list(range(MET)):
        raise SystemExit(f"{scheme.name}: {len(found)} matches where {MET} were planted")
    return key_count / spent_s


def peak_mib(scheme: IdentifierScheme, index: SightingIndex, key_count: int) -> float:
    """Most memory that Python and numpy held for matching so many keys (tracemalloc)."""
    tracemalloc.start()
    match(scheme, random_keys(scheme, key_count), index)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def a_million(scheme: IdentifierScheme, index: SightingIndex) -> tuple[float, float]:
    """CPU s for a million keys, and by how many MiB the process grew at most (resident set)."""
    before_kib, begin = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    match(scheme, random_keys(scheme, MILLION), index)
    spent_s = time.process_time() - begin
    return spent_s, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib) / 1024


def whole_check_keys_per_cpu_s(sighting_count: int) -> float:
    """Keys a CPU s of a phone's check: verify and read a signed export, match, make windows, judge, store."""
    en = scheme_named("en")
    private_key = ec.generate_private_key(ec.SECP256R1())
    keys = tuple(TemporaryExposureKey.from_daily(key) for key in random_keys(en, FILE_KEYS))
    export = Export("452", DAY0_S, DAY0_S + DAY_S, keys=keys)
    content = build_export(export, [ExportSigner(private_key, "452", "v1")])
    trusted = [TrustedKey(private_key.public_key())]
    with tempfile.TemporaryDirectory() as directory:
        contact_store = filled_contact_store(Path(directory), en, sighting_count)
        exposure_store = ExposureStore(open_phone_database(Path(directory)))
        exposure_store.store_export("452/file.zip", content, DAY0_S)
        begin = time.process_time()
        now_s = DAY0_S + DAYS * DAY_S
        report = check_exposures(
            exposure_store, contact_store.sightings(), en, EN_V1_BUCKETS, trusted, frozenset(), Receiver(), now_s
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


def measure(key_count: int, sighting_count: int) -> dict[str, object]:
    en = scheme_named("en")
    million_s, grown_mib = a_million(en, contact_index(en, sighting_count)[0])
    original_s = original_cpu_s_per_key(sighting_count)
    schemes = {}
    for name, share in (("en", 1.0), ("bluezone-v1", 0.1)):
        scheme = scheme_named(name)
        index, read_s = contact_index(scheme, sighting_count)
        speed = keys_per_cpu_s(scheme, index, max(int(key_count * share), MET))
        schemes[name] = {
            "keys_per_cpu_s": round(speed),
            "logbook_read_cpu_s": read_s,
            "peak_mib_10000_keys": peak_mib(scheme, index, 10_000),
            "peak_mib_50000_keys": peak_mib(scheme, index, 50_000),
            "times_the_original": round(speed * original_s),
        }
    return {
        "sightings": sighting_count,
        "schemes": schemes,
        "million_en_keys": {"cpu_s": million_s, "grown_mib": grown_mib},
        "whole_check_keys_per_cpu_s": round(whole_check_keys_per_cpu_s(sighting_count)),
        "original_cpu_s_per_key": original_s,
        "floor_keys_per_cpu_s": FLOOR_KEYS_PER_CPU_S,
    }


def print_report(report: dict) -> None:
    table = Table(title=f"Matching against {report['sightings']:,} sightings, one core")
    for column in ("scheme", "keys a CPU s", "times the original", "peak MiB, 10,000 keys", "peak MiB, 50,000 keys"):
        table.add_column(column, justify="left" if column == "scheme" else "right")
    for name, row in report["schemes"].items():
        table.add_row(
            name,
            f"{row['keys_per_cpu_s']:,}",
            f"{row['times_the_original']:,}",
            f"{row['peak_mib_10000_keys']:.1f}",
            f"{row['peak_mib_50000_keys']:.1f}",
        )
    console, million = Console(), report["million_en_keys"]
    console.print(table)
    console.print(
        f"A million EN keys: {million['cpu_s']:.1f} CPU s, the process grew by {million['grown_mib']:.1f} MiB."
    )
    console.print(
        f"A whole check, from the signed file to the verdict: {report['whole_check_keys_per_cpu_s']:,} keys a CPU s "
        f"(a file of {FILE_KEYS:,} keys)."
    )
    console.print(
        f"The original's method: {1000 * report['original_cpu_s_per_key']:.0f} ms a key-day "
        f"(96 queries, each a scan of the log), measured on {ORIGINAL_KEY_DAYS} key-days."
    )
    console.print(f"Asked for: at least {report['floor_keys_per_cpu_s']:,} EN keys a CPU s.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--keys", type=int, default=200_000, help="EN keys of the speed test (a tenth of it for bluezone-v1)"
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
