"""Fills a migrated PostgreSQL with a country: installations, and a year of daily figures of every unit.

Everything follows from a seed. Rows are made by the database itself: 30 million take minutes, not hours. A phone's id
can be made again from its number (`installation_id`), so that a load generator can speak for phones that are there.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import psycopg

from bluezone.geography import catalogue
from bluezone.geography.units import Level, UnitCode
from bluezone.protocol.installations import Activity

#: numbers phones so that neighbours in the table live anywhere: a prime, far from any number of phones
_STRIDE = 2_147_483_647
_CHUNK = 500_000
#: from one phone that speaks to the next, in no order the database knows: another prime
_STEP = 7_368_787
_INSTALLATION = """
    INSERT INTO campaign_installation
        (digest, platform, version, commune, unit_code, registered_on, last_active_on, active_before)
    SELECT encode(hmac(substring(random FROM 1 FOR 16), %(key)s, 'sha256'), 'hex'),
        CASE WHEN get_byte(random, 16) < 200 THEN 'android' ELSE 'ios' END, '1.0',
        (%(codes)s::text[])[width_bucket((number * %(stride)s) %% %(phones)s, %(firsts)s::bigint[])], '',
        seen - 1 - get_byte(random, 18) %% 200,
        seen,
        CASE WHEN get_byte(random, 17) < 200 THEN seen - 1 ELSE NULL END
    FROM (
        SELECT number, random, %(day)s::date - CASE
            WHEN get_byte(random, 19) < 160 THEN 0
            WHEN get_byte(random, 19) < 230 THEN get_byte(random, 20) %% 30
            ELSE get_byte(random, 20) %% 120 END AS seen
        FROM (
            SELECT number, sha256(convert_to(%(seed)s || ':' || number, 'UTF8')) AS random
            FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS number
        ) AS hashed
    ) AS phone
"""
_FIGURES = """
    INSERT INTO campaign_dailycount
        (key, place, date, installs, active, percent_population, percent_smartphones, share_of, derived, origin, source)
    SELECT unit, place, %(last)s::date - %(days)s + day, floor(phones * share * 1.018), floor(phones * share * 0.6),
        '', '', 'installs', false, 'counted', 'devices'
    FROM (
        SELECT day, 1 / (1 + exp(-8.0 * day / %(days)s + 4)) AS share FROM generate_series(1, %(days)s) AS day
    ) AS days
    CROSS JOIN bench_unit
    ORDER BY day, unit
"""
_INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid), pg_get_constraintdef(pg_constraint.oid), conname
    FROM pg_index LEFT JOIN pg_constraint ON conindid = indexrelid
    WHERE pg_index.indrelid = %s::regclass
"""


@dataclass(frozen=True, slots=True)
class Country:
    """What to make. `day` is yesterday for the server: installations were seen up to it, figures end before it."""

    phones: int
    days: int
    day: dt.date
    seed: int = 3


def installation_id(seed: int, number: int) -> bytes:
    """The 16 bytes phone `number` calls itself by."""
    return hashlib.sha256(f"{seed}:{number}".encode()).digest()[:16]


def activities(country: Country, random: np.random.Generator, count: int) -> Iterator[bytes]:
    """Return the daily word of so many of its phones, none twice."""
    start = int(random.integers(country.phones))
    for place in range(min(count, country.phones)):
        yield Activity(installation_id(country.seed, (start + place * _STEP) % country.phones)).to_json()


def fill(url: str, country: Country, digest_key: bytes, say: Callable[[str], None]) -> None:
    """Fill the database. `digest_key` is the key under which the server hashes ids (`site.secrets`)."""
    codes, counts = _communes(country)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pgcrypto")
        say(f"{country.days} days of figures of {len(codes)} communes and all above them")
        with _indexes_afterwards(connection, "campaign_dailycount"):
            _figures(connection, country, codes, counts)
        say(f"{country.phones} installations")
        with _indexes_afterwards(connection, "campaign_installation"):
            _installations(url, country, codes, counts, digest_key)
            say("their indexes")
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


@contextlib.contextmanager
def _indexes_afterwards(connection: psycopg.Connection, table: str) -> Iterator[None]:
    """Without the indexes of a table while it is filled: each is made at once in the end, in a tenth of the time."""
    found = connection.execute(_INDEXES, [table]).fetchall()
    for name, _, constraint, constraint_name in found:
        drop = f"ALTER TABLE {table} DROP CONSTRAINT {constraint_name}" if constraint else f"DROP INDEX {name}"
        connection.execute(drop)
    yield
    connection.execute("SET maintenance_work_mem = '1GB'")
    for _, definition, constraint, name in found:
        add = f"ALTER TABLE {table} ADD CONSTRAINT {name} {constraint}" if constraint else definition
        connection.execute(add)


def _communes(country: Country) -> tuple[list[str], np.ndarray]:
    """Every commune of the day, and how many phones each has: lognormal sizes, as communes have."""
    codes = [str(unit.code) for unit in catalogue.all_units().of_level(Level.COMMUNE, country.day)]
    random = np.random.default_rng(country.seed)
    weights = random.lognormal(0.0, 0.8, len(codes))
    return codes, random.multinomial(country.phones, weights / weights.sum())


def _figures(connection: psycopg.Connection, country: Country, codes: list[str], counts: np.ndarray) -> None:
    phones: dict[tuple[str, str], int] = defaultdict(int)
    for code, count in zip(codes, counts, strict=True):
        for above in _line(UnitCode.parse(code), country.day):
            phones[above] += int(count)
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bench_unit (unit text, place text, phones int) ON COMMIT DROP")
        with cursor.copy("COPY bench_unit FROM STDIN") as copy:
            for (unit, place), count in phones.items():
                copy.write_row((unit, place, count))
        cursor.execute(_FIGURES, {"last": country.day, "days": country.days})


def _line(commune: UnitCode, day: dt.date) -> Iterator[tuple[str, str]]:
    """A commune and all above it, each with its place."""
    gazetteer = catalogue.all_units()
    unit = gazetteer.unit(commune, day)
    place = "/"
    for each in reversed([unit, *gazetteer.ancestors(unit, day)]):
        if each.level is not Level.NATION:
            place += f"{each.code}/"
        yield str(each.code), place


def _installations(url: str, country: Country, codes: list[str], counts: np.ndarray, digest_key: bytes) -> None:
    firsts = np.concatenate(([0], np.cumsum(counts)[:-1])).tolist()
    shared = {
        "codes": codes,
        "firsts": firsts,
        "phones": country.phones,
        "stride": _STRIDE,
        "seed": str(country.seed),
        "key": digest_key,
        "day": country.day,
    }

    def chunk(part: int) -> None:
        first = part * _CHUNK
        bounds = {"first": first, "last": min(first + _CHUNK, country.phones) - 1}
        with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
            connection.execute(_INSTALLATION, shared | bounds)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(chunk, range(math.ceil(country.phones / _CHUNK))))
