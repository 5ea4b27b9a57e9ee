"""Issue and redeem one-time codes and verification tokens. Decisions are in `rules.py` and `guessing.py`."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from bluezone.authority.device_api.callers import Origin
from bluezone.authority.diagnosis import guessing, rules, tries
from bluezone.authority.diagnosis.models import Case, OneTimeCode, VerificationToken
from bluezone.authority.diagnosis.rules import CodeFacts, TokenFacts, TokenVerdict, Verdict
from bluezone.authority.site import secrets as keyed
from bluezone.authority.site.environment import Environment
from bluezone.authority.site.locks import take_turns
from bluezone.protocol import one_time_codes
from bluezone.protocol.one_time_codes import Kind, ReadCode
from bluezone.protocol.verification import CertifiedReport

_CODE, _TOKEN, _KEYS, _NONCE = "one-time code", "verification token", "certified keys", "nonce of a code"
_TOKEN_OF_CODE = "verification token of a code"  # noqa: S105 (the name of a key)

# Inserts a row or none, in the same words. (The same on SQLite and PostgreSQL.)
_INSERT_TOKEN = f"""
    INSERT INTO {VerificationToken._meta.db_table} (code_id, digest, issued_at, expires_at, used_for)
    SELECT %s, %s, %s, %s, '' WHERE %s
"""


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """Hold the two forms of a code, to be shown once: `short` to read out, `long` for a link. One uses up both."""

    short: str
    long: str


@transaction.atomic
def issue_code(case: Case, now: dt.datetime, nonce: bytes = b"") -> tuple[IssuedCode, OneTimeCode]:
    """Issue a code for a case, to be shown once, and return it with its row. Codes of the case not used yet stop
    working.

    With a nonce, the code is good only for a phone that names it too.
    """
    conf: Environment = settings.BLUEZONE
    case.codes.filter(used_at=None, burnt_at=None).update(burnt_at=now)
    while True:
        code = IssuedCode(
            one_time_codes.draw_short(conf.code_digits, secrets.randbelow),
            one_time_codes.draw_long(conf.long_code_signs, secrets.randbelow),
        )
        try:
            with transaction.atomic():
                row = OneTimeCode.objects.create(
                    case=case,
                    digest=keyed.digest(_CODE, code.short),
                    long_digest=keyed.digest(_CODE, code.long),
                    issued_at=now,
                    expires_at=now + dt.timedelta(seconds=conf.code_life_s),
                    long_expires_at=now + dt.timedelta(seconds=conf.long_code_life_s),
                    nonce=keyed.digest(_NONCE, nonce) if nonce else "",
                )
        except IntegrityError:  # the same digits are out already: draw again
            continue
        return code, row


@dataclass(frozen=True, slots=True)
class Redeemed:
    """Hold what became of a code. `token` and `case` only where it was accepted, now or before from the same phone."""

    verdict: Verdict
    token: str = ""
    case: Case | None = None


@transaction.atomic
def redeem_code(code: str, accept: Sequence[str], origin: Origin, now: dt.datetime, nonce: bytes = b"") -> Redeemed:
    """Turn a code into a token, or count a wrong one where it came from.

    Every outcome asks the database the same: the code, the counts, one update, two inserts. What is not found or not
    counted takes the same path with conditions that no row meets. A decoy is an empty code.

    `nonce`: what the phone drew for this code. Whoever used a code with it gets the same token again with it.
    """
    take_turns(f"codes from {origin.network}")  # many requests at once are still counted one by one
    read = one_time_codes.read_code(code)
    column = "long_digest__in" if read.kind is Kind.LONG else "digest__in"
    row = (
        OneTimeCode.objects.select_for_update(of=("self",))
        .select_related("case", "token")
        .filter(**{column: keyed.digests(_CODE, read.text)})
        .first()
    )
    verdict = _judge(read, _facts(row, read, nonce), origin, accept, now)
    good = verdict is Verdict.ACCEPTED
    token = _token_of(row, nonce) if row and verdict in {Verdict.ACCEPTED, Verdict.REPEATED} else ""
    OneTimeCode.objects.filter(id=row.id if row and good else 0).update(
        used_at=now, nonce=keyed.digest(_NONCE, nonce) if nonce else ""
    )
    _insert_token(row, token, now, wanted=good)
    tries.count(origin, verdict, now)
    return Redeemed(verdict, token, row.case if row and token else None)


def _judge(read: ReadCode, facts: CodeFacts | None, origin: Origin, accept: Sequence[str], now: dt.datetime) -> Verdict:
    conf: Environment = settings.BLUEZONE
    combinations = one_time_codes.combinations(Kind.SHORT, conf.code_digits)
    spent = guessing.is_spent(guessing.budgets(combinations, conf.wrong_codes_a_day), *tries.counted(origin, now))
    if read.kind is None:
        return Verdict.MALFORMED
    verdict = rules.judge_code(facts, accept, now)
    if read.kind is Kind.SHORT and spent and verdict is not Verdict.REPEATED:
        return Verdict.LONG_ASKED
    return verdict


def _facts(row: OneTimeCode | None, read: ReadCode, nonce: bytes) -> CodeFacts | None:
    if row is None:
        return None
    expires_at = row.long_expires_at if read.kind is Kind.LONG else row.expires_at
    assert expires_at is not None  # it has a long code
    return CodeFacts(
        expires_at=expires_at,
        used=row.used_at is not None,
        burnt=row.burnt_at is not None,
        report=rules.CERTIFIED[row.case.report_type],
        nonce=row.nonce in keyed.digests(_NONCE, nonce) if row.nonce else None,
    )


def _token_of(row: OneTimeCode, nonce: bytes) -> str:
    """Return the token that a code gives with a nonce: always the same one, of which only a digest is stored.

    Empty where it gave another: under a secret that is not in use any more.
    """
    candidates = keyed.digests(_TOKEN_OF_CODE, f"{row.digest} {nonce.hex()}")
    if row.used_at is None:
        return candidates[0]
    return next((one for one in candidates if row.token.digest in keyed.digests(_TOKEN, one)), "")


def _insert_token(row: OneTimeCode | None, token: str, now: dt.datetime, *, wanted: bool) -> None:
    moment = connection.ops.adapt_datetimefield_value
    code_id = row.id if row else 0
    values = (code_id, keyed.digest(_TOKEN, token), moment(now), moment(now + rules.TOKEN_LIFE), wanted)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_TOKEN, values)


@dataclass(frozen=True, slots=True)
class Vouched:
    """Hold what a token stands for: the report and the day to count from."""

    report: CertifiedReport
    onset: dt.date


@dataclass(frozen=True, slots=True)
class RedeemedToken:
    """Hold what became of a token. `vouched` only where it was good."""

    verdict: TokenVerdict
    vouched: Vouched | None = None


@transaction.atomic
def redeem_token(token: str, tek_mac: bytes, now: dt.datetime) -> RedeemedToken:
    """Use a token for the keys of an HMAC. Every outcome asks the database the same; a decoy is an empty token."""
    row = (
        VerificationToken.objects.select_for_update(of=("self",))
        .select_related("code__case")
        .filter(digest__in=keyed.digests(_TOKEN, token))
        .first()
    )
    same_keys = row is not None and row.used_for in keyed.digests(_KEYS, tek_mac)
    verdict = rules.judge_token(TokenFacts(row.expires_at, row.used_at is not None, same_keys) if row else None, now)
    good = verdict is TokenVerdict.GOOD
    VerificationToken.objects.filter(id=row.id if row and good else 0).update(
        used_at=now, used_for=keyed.digest(_KEYS, tek_mac)
    )
    if not row or not good:
        return RedeemedToken(verdict)
    case = row.code.case
    onset = rules.onset_for_keys(case.onset_date, case.test_date)
    assert onset is not None  # a constraint of the table
    return RedeemedToken(verdict, Vouched(rules.CERTIFIED[case.report_type], onset))
