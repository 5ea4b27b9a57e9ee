"""Look up what decides on a code or a token, and store what was decided: one statement each, of few words to build.

Nothing is locked between the two. What was decided is stored only while that which it was decided by still holds;
where it does not, nothing is stored, and `codes` looks again.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection, transaction

from bluezone.authority.device_api import refusals
from bluezone.authority.device_api.callers import Origin
from bluezone.authority.device_api.refusals import Refused
from bluezone.authority.diagnosis import rules
from bluezone.authority.diagnosis.guessing import EVERYWHERE, HOURS, Counted, hour_of
from bluezone.authority.diagnosis.models import Case, OneTimeCode, VerificationToken, WrongTry
from bluezone.authority.site import statements
from bluezone.authority.site.locks import writing

_CASE, _CODE = Case._meta.db_table, OneTimeCode._meta.db_table
_TOKEN, _TRY = VerificationToken._meta.db_table, WrongTry._meta.db_table


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Hold what a code or a token tells: the case's word for the report and its dates; of a contact, that it is one
    and the day of its exposure."""

    report_type: str
    onset_date: dt.date | None
    test_date: dt.date | None

    @classmethod
    def stored(
        cls, exposed_on: dt.date | None, report_type: str, onset_date: dt.date | None, test_date: dt.date | None
    ) -> Diagnosis:
        """Return what the columns of a code and its case say."""
        return cls(report_type, onset_date, test_date) if exposed_on is None else cls(rules.CONTACT, exposed_on, None)


@dataclass(frozen=True, slots=True)
class StoredCode:
    """Hold what is stored of a code. `token_digest`: of the token that it gave."""

    id: int
    digest: str
    expires_at: dt.datetime
    long_expires_at: dt.datetime
    used: bool
    burnt: bool
    nonce: str
    token_digest: str | None
    diagnosis: Diagnosis


@dataclass(frozen=True, slots=True)
class Found:
    """Hold what came in the last 24 hours from the address, from its network, and from everywhere; how many wrong
    codes of the network in this hour; and the code, if there is one."""

    address: Counted
    network: Counted
    everywhere: Counted
    wrong_this_hour: int
    code: StoredCode | None


@dataclass(frozen=True, slots=True)
class StoredToken:
    """Hold what is stored of a token."""

    id: int
    expires_at: dt.datetime
    used: bool
    used_for: str
    diagnosis: Diagnosis


@dataclass(frozen=True, slots=True)
class Use:
    """Hold what a code that is accepted becomes: its row, the digest of the nonce that used it, and of its token."""

    code_id: int
    nonce_digest: str
    token_digest: str


@contextlib.contextmanager
def turn() -> Iterator[None]:
    """Return a block in which a look and what is stored after it belong together: on SQLite, where storing takes
    several statements, a transaction, which is alone; on PostgreSQL none, one statement stores all."""
    with writing(), contextlib.nullcontext() if connection.vendor == "postgresql" else transaction.atomic():
        yield


# --- look -------------------------------------------------------------------------------------------------------------

# Each scope by itself: planned for a new table, a search for three of them would read all of it, and go on so.
_COUNTS = f"""
    SELECT COALESCE(SUM(wrong), 0) AS wrong, COALESCE(SUM(accepted), 0) AS accepted,
        COALESCE(SUM(CASE WHEN hour = %s THEN wrong ELSE 0 END), 0) AS now
    FROM {_TRY} WHERE scope = %s AND hour >= %s
"""  # noqa: S608 (the names are ours)


@lru_cache(maxsize=8)
def _look(column: str, digests: int) -> str:
    """Return the statement that finds the counts, and the code by the digest in `column` under so many secrets."""
    return f"""
        SELECT address.wrong, address.accepted, network.wrong, network.accepted, network.now, everywhere.wrong,
            code.id, code.digest, code.expires_at, code.long_expires_at, code.used_at, code.burnt_at, code.nonce,
            token.digest, code.exposed_on, facts.report_type, facts.onset_date, facts.test_date
        FROM ({_COUNTS}) AS address CROSS JOIN ({_COUNTS}) AS network CROSS JOIN ({_COUNTS}) AS everywhere
        LEFT JOIN {_CODE} AS code ON code.{column} IN ({", ".join(["%s"] * digests)})
        LEFT JOIN {_CASE} AS facts ON facts.id = code.case_id
        LEFT JOIN {_TOKEN} AS token ON token.code_id = code.id
    """  # noqa: S608 (the names are ours)


def look_for_code(digests: Sequence[str], origin: Origin, now: dt.datetime, *, is_long: bool = False) -> Found:
    """Return what decides on a code of one of these digests (of its short or long form) that came from an origin."""
    hour = hour_of(now)
    values: list[Any] = []
    for scope in (origin.address, origin.network, EVERYWHERE):
        values += [hour, scope, hour - HOURS]
    done = statements.run(_look("long_digest" if is_long else "digest", len(digests)), [*values, *digests])
    wrong, accepted, wrong_of_network, accepted_of_network, this_hour, wrong_everywhere, *row = done.rows[0]
    code_id, digest, expires_at, long_expires_at, used_at, burnt_at, nonce, token_digest, *case = row
    code = None
    if code_id is not None:
        expires, long_expires = statements.moment(expires_at), statements.moment(long_expires_at)
        assert expires is not None  # a column that is never empty
        assert long_expires is not None
        used, burnt = used_at is not None, burnt_at is not None
        told = Diagnosis.stored(*case)
        code = StoredCode(code_id, digest, expires, long_expires, used, burnt, nonce, token_digest, told)
    return Found(
        Counted(int(wrong), int(accepted)),
        Counted(int(wrong_of_network), int(accepted_of_network)),
        Counted(int(wrong_everywhere)),
        int(this_hour),
        code,
    )


@lru_cache(maxsize=8)
def _look_for_token(digests: int) -> str:
    return f"""
        SELECT token.id, token.expires_at, token.used_at, token.used_for,
            code.exposed_on, facts.report_type, facts.onset_date, facts.test_date
        FROM {_TOKEN} AS token
        JOIN {_CODE} AS code ON code.id = token.code_id
        LEFT JOIN {_CASE} AS facts ON facts.id = code.case_id
        WHERE token.digest IN ({", ".join(["%s"] * digests)})
    """  # noqa: S608 (the names are ours)


def look_for_token(digests: Sequence[str]) -> StoredToken | None:
    """Return the token of one of these digests."""
    rows = statements.run(_look_for_token(len(digests)), digests).rows
    if not rows:
        return None
    token_id, expires_at, used_at, used_for, *case = rows[0]
    expires = statements.moment(expires_at)
    assert expires is not None  # a column that is never empty
    return StoredToken(token_id, expires, used_at is not None, used_for, Diagnosis.stored(*case))


# --- store ------------------------------------------------------------------------------------------------------------

_COUNT_ON = """
    ON CONFLICT (scope, hour) DO UPDATE SET
        wrong = known.wrong + excluded.wrong, accepted = known.accepted + excluded.accepted
"""
_COUNT = f"INSERT INTO {_TRY} AS known (scope, hour, wrong, accepted)"

# All or nothing. First the code: unused, and locked until the end, or none. Then its network, whose row is locked and
# read as it is now, not as it was when the statement began: where too many wrong ones have come since, nothing follows.
# Addresses come after their network, then "everywhere", then the count of refusals, for all requests alike: none waits
# for one another.
_SETTLE = f"""
    WITH code AS (
        SELECT id FROM {_CODE} WHERE id = %(code)s AND used_at IS NULL AND burnt_at IS NULL FOR UPDATE
    ), network AS (
        {_COUNT}
        SELECT %(network)s, %(hour)s::integer, %(wrong)s::integer, %(accepted)s::integer
        WHERE %(wrong)s::integer > 0 OR EXISTS (SELECT FROM code)
        {_COUNT_ON} WHERE known.wrong < %(most)s
        RETURNING hour
    ), address AS (
        {_COUNT}
        SELECT %(address)s, hour, %(wrong)s::integer, %(accepted)s::integer FROM network {_COUNT_ON} RETURNING hour
    ), everywhere AS (
        {_COUNT}
        SELECT '{EVERYWHERE}', hour, %(wrong)s::integer, 0 FROM address WHERE %(wrong)s::integer > 0 {_COUNT_ON}
        RETURNING hour
    ), refused AS (
        {refusals.counted("%(wrong)s::integer = 0 OR EXISTS (SELECT FROM everywhere)")}
    ), used AS (
        UPDATE {_CODE} AS stored SET used_at = %(now)s::timestamptz, nonce = %(nonce)s
        FROM code, network WHERE stored.id = code.id
    ), token AS (
        INSERT INTO {_TOKEN} (code_id, digest, issued_at, expires_at, used_for)
        SELECT code.id, %(token)s, %(now)s::timestamptz, %(until)s::timestamptz, '' FROM code, network
    )
    SELECT count(*) FROM network
"""  # noqa: S608 (the names are ours)

# SQLite writes by one statement to one table.
_USE = f"UPDATE {_CODE} SET used_at = %s, nonce = %s WHERE id = %s"  # noqa: S608
_INSERT_TOKEN = f"""
    INSERT INTO {_TOKEN} (code_id, digest, issued_at, expires_at, used_for) SELECT %s, %s, %s, %s, '' WHERE %s
"""
_ROW = "SELECT %s, %s, %s, %s WHERE %s"
_COUNT_ALL = f"{_COUNT} {_ROW} UNION ALL {_ROW} UNION ALL {_ROW} {_COUNT_ON}"


def settle(origin: Origin, now: dt.datetime, use: Use | None, refused: Refused, *, wrong: bool, most: int) -> bool:
    """Use a code, or count a wrong one, or (neither) do the same work for nothing; and count what was refused. False,
    and nothing is stored, where the code is used or stopped by now, or the network has had `most` wrong ones in this
    hour, or more.

    Raises DatabaseError.
    """
    hour, until = hour_of(now), now + rules.TOKEN_LIFE
    use_of_none = use or Use(0, "", "")
    if connection.vendor != "postgresql":
        refusals.count(refused)
        return _settle_alone(origin, now, use_of_none, int(wrong), int(use is not None))
    values = {
        "code": use_of_none.code_id, "nonce": use_of_none.nonce_digest, "token": use_of_none.token_digest,
        "network": origin.network, "address": origin.address, "hour": hour, "wrong": int(wrong),
        "accepted": int(use is not None), "most": most, "now": now, "until": until, **refused.values(),
    }  # fmt: skip
    stored: int = statements.run(_SETTLE, values).rows[0][0]
    return stored > 0 or not (wrong or use)


def _settle_alone(origin: Origin, now: dt.datetime, use: Use, wrong: int, accepted: int) -> bool:
    """Do it on SQLite, in a `turn`: nobody else can have stored anything since the look."""
    at, until = statements.stored_moment(now), statements.stored_moment(now + rules.TOKEN_LIFE)
    hour, counted = hour_of(now), bool(wrong or accepted)
    statements.run(_USE, (at, use.nonce_digest, use.code_id))
    statements.run(_INSERT_TOKEN, (use.code_id, use.token_digest, at, until, bool(accepted)))
    rows = (
        (origin.network, hour, wrong, accepted, counted),
        (origin.address, hour, wrong, accepted, counted),
        (EVERYWHERE, hour, wrong, 0, bool(wrong)),
    )
    statements.run(_COUNT_ALL, [value for row in rows for value in row])
    return True


_USE_TOKEN = f"""
    UPDATE {_TOKEN} SET used_at = %(now)s, used_for = %(used_for)s WHERE id = %(token)s AND used_for = %(before)s
"""  # noqa: S608 (the names are ours)
_SETTLE_TOKEN = f"""
    WITH used AS ({_USE_TOKEN} RETURNING id), refused AS ({refusals.counted("TRUE")}) SELECT count(*) FROM used
"""  # noqa: S608 (the names are ours)


def settle_token(token: StoredToken | None, used_for: str, now: dt.datetime, refused: Refused) -> bool:
    """Use a token for the keys of a digest, or (none) count what was refused. False, and nothing is stored, where it
    was used since the look."""
    token_id, before = (token.id, token.used_for) if token else (0, "")
    values = {"now": statements.stored_moment(now), "used_for": used_for, "token": token_id, "before": before}
    if connection.vendor == "postgresql":
        stored: int = statements.run(_SETTLE_TOKEN, values | refused.values()).rows[0][0]
    else:
        with writing():
            stored = statements.run(_USE_TOKEN, values).count
            refusals.count(refused)
    return stored > 0 or token is None


@lru_cache(maxsize=8)
def _note_published(digests: int) -> str:
    return f"""
        UPDATE {_CODE} SET published_at = %s WHERE published_at IS NULL AND id IN (
            SELECT code_id FROM {_TOKEN} WHERE used_for <> '' AND used_for IN ({", ".join(["%s"] * digests)})
        )
    """  # noqa: S608 (the names are ours)


def note_published(used_for: Sequence[str], hour: dt.datetime) -> None:
    """Note the hour of publishing with the code whose token was used for keys of one of these digests; the first time
    counts."""
    with writing():
        statements.run(_note_published(len(used_for)), [statements.stored_moment(hour), *used_for])
