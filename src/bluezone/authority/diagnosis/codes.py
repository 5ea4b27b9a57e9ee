"""Issue and redeem one-time codes and verification tokens. Decisions are in `rules.py`."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from bluezone.authority.diagnosis import rules
from bluezone.authority.diagnosis.models import Case, OneTimeCode, VerificationToken, WrongTry
from bluezone.authority.diagnosis.rules import CodeFacts, TokenFacts, Verdict
from bluezone.authority.site import secrets as keyed
from bluezone.authority.site.locks import take_turns
from bluezone.protocol.verification import CertifiedReport

_CODE, _TOKEN, _KEYS = "one-time code", "verification token", "certified keys"


@transaction.atomic
def issue_code(case: Case, now: dt.datetime) -> tuple[str, OneTimeCode]:
    """Issue a code for a case, to be shown once, and return it with its row. Codes of the case not used yet stop
    working."""
    case.codes.filter(used_at=None, burnt_at=None).update(burnt_at=now)
    newest_try = WrongTry.objects.aggregate(newest=Max("id"))["newest"] or 0
    while True:
        code = f"{secrets.randbelow(10**rules.CODE_DIGITS):0{rules.CODE_DIGITS}d}"
        try:
            with transaction.atomic():
                row = OneTimeCode.objects.create(
                    case=case,
                    digest=keyed.digest(_CODE, code),
                    issued_at=now,
                    expires_at=now + rules.CODE_LIFE,
                    tries_before=newest_try,
                )
        except IntegrityError:  # the same eight digits are out already: draw again
            continue
        return code, row


@dataclass(frozen=True, slots=True)
class Redeemed:
    """Hold what became of a code. `token` and `case` only where it was accepted."""

    verdict: Verdict
    token: str = ""
    case: Case | None = None


@transaction.atomic
def redeem_code(code: str, accept: Sequence[str], caller: str, now: dt.datetime, allowed_tries: int) -> Redeemed:
    """Turn a code into a token, or note a wrong try of `caller` (a digest).

    Every outcome asks the database the same: the code, the caller's tries, one update, one insert. An unknown code
    takes the same path as a burnt one, with rows that match nothing.
    """
    take_turns(f"tries of {caller}")  # many requests at once are still counted one by one
    row = (
        OneTimeCode.objects.select_for_update(of=("self",))
        .select_related("case")
        .filter(digest__in=keyed.digests(_CODE, code))
        .first()
    )
    tries = WrongTry.objects.filter(caller=caller, id__gt=row.tries_before if row else 0).count()
    verdict = rules.judge_code(_facts(row), tries, accept, now, allowed_tries)
    token = secrets.token_urlsafe(32)
    this = OneTimeCode.objects.filter(id=row.id if row else 0)
    if verdict is Verdict.ACCEPTED:
        assert row is not None
        this.update(used_at=now)
        VerificationToken.objects.create(
            code=row, digest=keyed.digest(_TOKEN, token), issued_at=now, expires_at=now + rules.TOKEN_LIFE
        )
        return Redeemed(verdict, token, row.case)
    if verdict is Verdict.EXHAUSTED:
        this.update(burnt_at=now)
    else:
        this.update(tries=F("tries") + int(verdict is Verdict.UNSUPPORTED))
    WrongTry.objects.create(caller=caller, at=now)
    return Redeemed(verdict)


def _facts(row: OneTimeCode | None) -> CodeFacts | None:
    if row is None:
        return None
    return CodeFacts(
        expires_at=row.expires_at,
        used=row.used_at is not None,
        burnt=row.burnt_at is not None,
        tries=row.tries,
        report=rules.CERTIFIED[row.case.report_type],
    )


@dataclass(frozen=True, slots=True)
class Vouched:
    """Hold what a token stands for: the report and the day to count from."""

    report: CertifiedReport
    onset: dt.date


@transaction.atomic
def redeem_token(token: str, tek_mac: bytes, now: dt.datetime) -> Vouched | None:
    """Use a token for the keys of an HMAC; None where it is unknown, expired or used for other keys."""
    row = (
        VerificationToken.objects.select_for_update(of=("self",))
        .select_related("code__case")
        .filter(digest__in=keyed.digests(_TOKEN, token))
        .first()
    )
    same_keys = row is not None and row.used_for in keyed.digests(_KEYS, tek_mac)
    good = rules.token_is_good(TokenFacts(row.expires_at, row.used_at is not None, same_keys) if row else None, now)
    VerificationToken.objects.filter(id=row.id if row and good else 0).update(
        used_at=now, used_for=keyed.digest(_KEYS, tek_mac)
    )
    if not row or not good:
        return None
    case = row.code.case
    onset = rules.onset_for_keys(case.onset_date, case.test_date)
    assert onset is not None  # a constraint of the table
    return Vouched(rules.CERTIFIED[case.report_type], onset)
