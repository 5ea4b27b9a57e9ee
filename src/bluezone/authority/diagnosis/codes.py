"""Issue and redeem one-time codes and verification tokens. Decisions are in `rules.py` and `guessing.py`."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.db import IntegrityError, transaction

from bluezone.authority.device_api.callers import Origin, Platform
from bluezone.authority.device_api.refusals import Refusal, Refused
from bluezone.authority.diagnosis import code_store, guessing, rules
from bluezone.authority.diagnosis.code_store import Diagnosis, StoredCode, Use
from bluezone.authority.diagnosis.guessing import Budgets
from bluezone.authority.diagnosis.models import Case, OneTimeCode
from bluezone.authority.diagnosis.rules import CodeFacts, TokenFacts, TokenVerdict, Verdict
from bluezone.authority.site import secrets as keyed
from bluezone.authority.site.environment import Environment
from bluezone.protocol import one_time_codes
from bluezone.protocol.one_time_codes import Kind, ReadCode
from bluezone.protocol.verification import CertifiedReport

_CODE, _TOKEN, _KEYS, _NONCE = "one-time code", "verification token", "certified keys", "nonce of a code"
_TOKEN_OF_CODE = "verification token of a code"  # noqa: S105 (the name of a key)

#: what counts as a guess that missed
_WRONG = frozenset({Verdict.UNKNOWN, Verdict.OTHER_NONCE})
#: what the statistics count of a verdict, if not a wrong code; not one that was used, as the reference does not
_COUNTED: dict[Verdict, tuple[Refusal, ...]] = {
    Verdict.ACCEPTED: (), Verdict.REPEATED: (), Verdict.USED: (), Verdict.OTHER_NONCE: (Refusal.CODE, Refusal.NONCE),
}  # fmt: skip
_NO_LIMIT = 2**31 - 1


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
    case.codes.filter(used_at=None, burnt_at=None).update(burnt_at=now)
    return _issue(case, None, now, nonce)


def issue_contact_code(exposed_on: dt.date, now: dt.datetime) -> tuple[IssuedCode, OneTimeCode]:
    """Issue a code with which a contact may warn others, to be shown once, and return it with its row: only keys of
    days (UTC) from the exposure on are taken with it. Who issued it and to whom is kept by the caller."""
    return _issue(None, exposed_on, now)


def _issue(
    case: Case | None, exposed_on: dt.date | None, now: dt.datetime, nonce: bytes = b""
) -> tuple[IssuedCode, OneTimeCode]:
    conf: Environment = settings.BLUEZONE
    while True:
        code = IssuedCode(
            one_time_codes.draw_short(conf.code_digits, secrets.randbelow),
            one_time_codes.draw_long(conf.long_code_signs, secrets.randbelow),
        )
        try:
            with transaction.atomic():
                row = OneTimeCode.objects.create(
                    case=case,
                    exposed_on=exposed_on,
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
    """Hold what became of a code. `token` and `diagnosis` only where it was accepted, now or before from the same
    phone."""

    verdict: Verdict
    token: str = ""
    diagnosis: Diagnosis | None = None


def redeem_code(
    code: str,
    accept: Sequence[str],
    origin: Origin,
    now: dt.datetime,
    nonce: bytes = b"",
    platform: Platform | None = None,
) -> Redeemed:
    """Turn a code into a token, or count a wrong one where it came from.

    Every outcome asks the database the same: one statement to look, the same to store. What is not found or not counted
    takes the same path with conditions that no row meets. A decoy is an empty code.

    `nonce`: what the phone drew for this code. Whoever used a code with it gets the same token again with it.
    `platform`: under which a refusal is counted; None, for a decoy: none is.
    """
    read = one_time_codes.read_code(code)
    digests = keyed.digests(_CODE, read.text)
    while True:
        with code_store.turn():
            done = _redeem(read, digests, accept, origin, now, nonce, platform)
        if done is not None:
            return done


def _redeem(
    read: ReadCode,
    digests: Sequence[str],
    accept: Sequence[str],
    origin: Origin,
    now: dt.datetime,
    nonce: bytes,
    platform: Platform | None,
) -> Redeemed | None:
    """Look, decide, store. None where it could not be stored: another request of the network or of this code came
    between, and what it stored may decide otherwise. Of those that meet, one always gets on."""
    found = code_store.look_for_code(digests, origin, now, is_long=read.kind is Kind.LONG)
    conf: Environment = settings.BLUEZONE
    budgets = _budgets(conf.code_digits, conf.wrong_codes_a_day)
    left = guessing.left(budgets, found.address, found.network, found.everywhere)
    row = found.code
    verdict = _judge(read, row, nonce, accept, now, spent=left <= 0)
    token = _token_of(row, nonce) if row and verdict in {Verdict.ACCEPTED, Verdict.REPEATED} else ""
    used_with = keyed.digest(_NONCE, nonce) if nonce else ""
    use = Use(row.id, used_with, keyed.digest(_TOKEN, token)) if row and verdict is Verdict.ACCEPTED else None
    # Guesses that come at once: so many wrong ones may come between that the budget is not spent. No more, or who sends
    # a hundred at once would have them all looked at for one. A long code has no budget.
    most = found.wrong_this_hour + left if read.kind is Kind.SHORT else _NO_LIMIT
    refused = _refused(_COUNTED.get(verdict, (Refusal.CODE,)), platform, now)
    if not code_store.settle(origin, now, use, refused, wrong=verdict in _WRONG, most=most):
        return None
    return Redeemed(verdict, token, row.diagnosis if row and token else None)


def _refused(kinds: tuple[Refusal, ...], platform: Platform | None, now: dt.datetime) -> Refused:
    return Refused(now, Platform.UNKNOWN) if platform is None else Refused(now, platform, kinds)


@lru_cache(maxsize=8)
def _budgets(digits: int, everywhere: int) -> Budgets:
    return guessing.budgets(one_time_codes.combinations(Kind.SHORT, digits), everywhere)


def _judge(
    read: ReadCode, row: StoredCode | None, nonce: bytes, accept: Sequence[str], now: dt.datetime, *, spent: bool
) -> Verdict:
    if read.kind is None:
        return Verdict.MALFORMED
    facts = None
    if row is not None:
        facts = CodeFacts(
            expires_at=row.long_expires_at if read.kind is Kind.LONG else row.expires_at,
            used=row.used,
            burnt=row.burnt,
            report=rules.CERTIFIED[row.diagnosis.report_type],
            nonce=row.nonce in keyed.digests(_NONCE, nonce) if row.nonce else None,
        )
    verdict = rules.judge_code(facts, accept, now)
    if read.kind is Kind.SHORT and spent and verdict is not Verdict.REPEATED:
        return Verdict.LONG_ASKED
    return verdict


def _token_of(row: StoredCode, nonce: bytes) -> str:
    """Return the token that a code gives with a nonce: always the same one, of which only a digest is stored.

    Empty where it gave another: under a secret that is not in use any more.
    """
    candidates = keyed.digests(_TOKEN_OF_CODE, f"{row.digest} {nonce.hex()}")
    if not row.used:
        return candidates[0]
    return next((one for one in candidates if row.token_digest in keyed.digests(_TOKEN, one)), "")


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


def redeem_token(token: str, tek_mac: bytes, now: dt.datetime, platform: Platform | None = None) -> RedeemedToken:
    """Use a token for the keys of an HMAC. Every outcome asks the database the same; a decoy is an empty token.
    `platform`: as in `redeem_code`."""
    digests, used_for = keyed.digests(_TOKEN, token), keyed.digests(_KEYS, tek_mac)
    while True:  # where another request used it between look and store, look again
        row = code_store.look_for_token(digests)
        facts = TokenFacts(row.expires_at, row.used, row.used_for in used_for) if row else None
        verdict = rules.judge_token(facts, now)
        good = row if verdict is TokenVerdict.GOOD else None
        refused = _refused(() if good else (Refusal.TOKEN,), platform, now)
        if code_store.settle_token(good, used_for[0], now, refused):
            break
    if good is None:
        return RedeemedToken(verdict)
    onset = rules.onset_for_keys(good.diagnosis.onset_date, good.diagnosis.test_date)
    assert onset is not None  # a constraint of the table
    return RedeemedToken(verdict, Vouched(rules.CERTIFIED[good.diagnosis.report_type], onset))


def certified_digests(tek_mac: bytes) -> list[str]:
    """Return the digests under which it may be stored for which keys a token was used, the newest secret's first."""
    return keyed.digests(_KEYS, tek_mac)


def note_published(tek_mac: bytes, now: dt.datetime) -> None:
    """Note with the code that led to these keys the hour in which they were published; the first time counts. One
    statement, for keys of a code or of none."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    code_store.note_published(keyed.digests(_KEYS, tek_mac), hour)
