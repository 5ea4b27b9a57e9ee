"""Codes and tokens that are presented at once: nothing is locked while it is decided, and the rules hold all the same.

On PostgreSQL. On SQLite whoever looks a code up is alone until it is stored; `test_flow.py` asks a server there.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from bluezone.authority.device_api.callers import Origin
from bluezone.authority.diagnosis import code_store, codes, guessing, services
from bluezone.authority.diagnosis.codes import IssuedCode
from bluezone.authority.diagnosis.guessing import EVERYWHERE
from bluezone.authority.diagnosis.models import Case, OneTimeCode, VerificationToken, WrongTry
from bluezone.authority.diagnosis.rules import TokenVerdict, Verdict
from bluezone.protocol.one_time_codes import Kind, combinations, draw_short

HOME = "198.51.100.7"
NONCE, MAC = b"n" * 256, bytes(range(32))
THREADS = 8
BUDGETS = guessing.budgets(combinations(Kind.SHORT, 12))

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="of PostgreSQL: BLUEZONE_TEST_DATABASE_URL"),
]


@pytest.fixture
def code(now) -> IssuedCode:
    return services.open_case(services.NewCase("confirmed", onset_date=now.date()), None, now)[1]


def redeem(code: str, now: dt.datetime, address: str = HOME, nonce: bytes = b"") -> codes.Redeemed:
    return codes.redeem_code(code, (), Origin.of(address), now, nonce)


def guess(now: dt.datetime, address: str = HOME) -> Verdict:
    return redeem(draw_short(12, secrets.randbelow), now, address).verdict


def at_once(ask: Callable[[int], Any], times: int = THREADS) -> list[Any]:
    """Ask from so many threads at the same moment, each with a connection of its own."""
    start = Barrier(THREADS)

    def one(number: int) -> Any:
        try:
            connection.ensure_connection()
            if number < THREADS:
                start.wait(timeout=30)
            return ask(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(times)))


def counts(address: str) -> dict[str, tuple[int, int]]:
    origin = Origin.of(address)
    names = {origin.address: "address", origin.network: "network", EVERYWHERE: "everywhere"}
    return {names[row.scope]: (row.wrong, row.accepted) for row in WrongTry.objects.filter(scope__in=names)}


@pytest.mark.parametrize("form", ["short", "long"])
def test_a_code_is_accepted_once(code, now, form):
    done = at_once(lambda _: redeem(getattr(code, form), now))
    assert Counter(each.verdict for each in done) == {Verdict.ACCEPTED: 1, Verdict.USED: THREADS - 1}
    assert VerificationToken.objects.count() == 1
    assert counts(HOME) == {"address": (0, 1), "network": (0, 1)}


def test_both_forms_of_a_code_use_up_one(code, now):
    done = at_once(lambda number: redeem(code.short if number % 2 else code.long, now))
    assert Counter(each.verdict for each in done) == {Verdict.ACCEPTED: 1, Verdict.USED: THREADS - 1}


def test_the_phone_that_asks_again_while_it_is_answered_gets_one_token(code, now):
    done = at_once(lambda _: redeem(code.short, now, nonce=NONCE))
    assert Counter(each.verdict for each in done) == {Verdict.ACCEPTED: 1, Verdict.REPEATED: THREADS - 1}
    assert len({each.token for each in done}) == 1
    assert all(each.token and each.diagnosis for each in done)


def test_no_guess_is_looked_at_beyond_the_budget(now):
    """Of an address, and of a network whose addresses guess together."""
    verdicts = Counter(at_once(lambda _: guess(now), BUDGETS.address + 3 * THREADS))
    assert verdicts == {Verdict.UNKNOWN: BUDGETS.address, Verdict.LONG_ASKED: 3 * THREADS}
    addresses = [f"203.0.113.{number}" for number in range(12)]
    asked = BUDGETS.network + 3 * THREADS
    verdicts = Counter(at_once(lambda number: guess(now, addresses[number % 12]), asked))
    assert verdicts == {Verdict.UNKNOWN: BUDGETS.network, Verdict.LONG_ASKED: 3 * THREADS}
    assert counts(addresses[0])["network"] == (BUDGETS.network, 0)
    assert counts(addresses[0])["everywhere"] == (BUDGETS.address + BUDGETS.network, 0)


def test_a_token_is_used_for_one_set_of_keys(code, now):
    token = redeem(code.short, now).token
    done = at_once(lambda number: codes.redeem_token(token, bytes([number]) * 32, now).verdict)
    assert Counter(done) == {TokenVerdict.GOOD: 1, TokenVerdict.INVALID: THREADS - 1}


def test_a_token_that_is_presented_twice_for_the_same_keys_is_good_twice(code, now):
    token = redeem(code.short, now).token
    assert set(at_once(lambda _: codes.redeem_token(token, MAC, now).verdict)) == {TokenVerdict.GOOD}


# --- what comes between the look and what is stored -------------------------------------------------------------------


@pytest.fixture
def between(monkeypatch) -> Callable[[Callable[[], object]], None]:
    """Have something done after the next look, before anything is stored."""

    def arrange(act: Callable[[], object]) -> None:
        for name in ("look_for_code", "look_for_token"):
            look = getattr(code_store, name)
            waiting = [act]

            def looked(*given, look=look, waiting=waiting, **named):
                found = look(*given, **named)
                if waiting:
                    waiting.pop()()
                return found

            monkeypatch.setattr(code_store, name, looked)

    return arrange


def test_a_right_code_is_not_taken_where_guesses_spent_the_budget_meanwhile(code, now, between):
    """Or of many guesses at once all would be looked at for the price of one."""
    for _ in range(BUDGETS.address - 1):
        guess(now)
    between(lambda: guess(now))
    assert redeem(code.short, now).verdict is Verdict.LONG_ASKED
    assert redeem(code.long, now).verdict is Verdict.ACCEPTED


def test_others_may_err_meanwhile_where_the_budget_is_wide(code, now, between, monkeypatch):
    between(lambda: guess(now))
    stored = []
    settle = code_store.settle
    monkeypatch.setattr(code_store, "settle", lambda *given, **named: stored.append(1) or settle(*given, **named))
    assert redeem(code.short, now).verdict is Verdict.ACCEPTED
    assert len(stored) == 2  # the guess, and the code at the first time


def test_a_code_that_is_stopped_meanwhile_is_not_taken(code, now, between):
    between(lambda: codes.issue_code(Case.objects.get(), now))
    assert redeem(code.short, now).verdict is Verdict.BURNT
    assert not OneTimeCode.objects.exclude(used_at=None).exists()
    assert counts(HOME) == {}


def test_a_token_that_is_used_meanwhile_for_other_keys_is_not_good(code, now, between):
    token = redeem(code.short, now).token
    between(lambda: codes.redeem_token(token, bytes(32), now))
    assert codes.redeem_token(token, MAC, now).verdict is TokenVerdict.INVALID
