"""One-time codes: eight digits, a day, one use, five tries."""

from __future__ import annotations

import datetime as dt
from itertools import count

import pytest
from django.core.management import call_command
from django.db import connection

from bluezone.authority.diagnosis import codes, rules, services
from bluezone.authority.diagnosis.models import Case, OneTimeCode, VerificationToken, WrongTry
from bluezone.authority.diagnosis.rules import Verdict

MAC = bytes(range(32))

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(now) -> Case:
    case, _, _ = services.open_case(
        report_type="confirmed", onset_date=now.date(), test_date=None, issuer=None, now=now
    )
    return case


@pytest.fixture
def code(case, now) -> str:
    return codes.issue_code(case, now)[0]


def redeem(code: str, now: dt.datetime, caller: str = "home", accept: tuple[str, ...] = ()) -> codes.Redeemed:
    return codes.redeem_code(code, accept, caller, now, allowed_tries=5)


def wrong_codes(right: str):
    """Codes that are not `right`."""
    return (f"{(int(right) + step) % 10**8:08d}" for step in count(1))


def guess(right: str, times: int, now: dt.datetime, caller: str = "home") -> None:
    for _, wrong in zip(range(times), wrong_codes(right), strict=False):
        assert redeem(wrong, now, caller).verdict is Verdict.UNKNOWN


def test_a_code_is_eight_digits_and_good_for_a_day(case, now):
    code, row = codes.issue_code(case, now)
    assert len(code) == 8
    assert code.isdecimal()
    assert row.expires_at == now + dt.timedelta(hours=24)


def test_a_code_opens_its_case_once(case, code, now):
    first = redeem(code, now)
    assert (first.verdict, first.case) == (Verdict.ACCEPTED, case)
    assert redeem(code, now).verdict is Verdict.USED


def test_a_code_runs_out(code, now):
    assert redeem(code, now + rules.CODE_LIFE).verdict is Verdict.EXPIRED


def test_neither_code_nor_token_stands_in_the_database(code, now, database_text):
    token = redeem(code, now).token
    dump = database_text()
    assert OneTimeCode.objects.get(used_at=now).digest in dump
    assert code not in dump
    assert token not in dump


def test_a_stolen_database_does_not_give_codes_away(code, now, settings):
    """Without the installation's secret, trying all codes finds none: the digests are keyed."""
    settings.SECRET_KEY = "the thief's guess at the secret"
    assert redeem(code, now).verdict is Verdict.UNKNOWN


def test_a_rotated_secret_still_knows_the_codes_of_before(code, now, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the new secret"
    assert redeem(code, now).verdict is Verdict.ACCEPTED


def test_four_wrong_tries_are_forgiven(code, now):
    guess(code, 4, now)
    assert redeem(code, now).verdict is Verdict.ACCEPTED


def test_five_wrong_tries_burn_the_code(code, now):
    guess(code, 5, now)
    assert redeem(code, now).verdict is Verdict.EXHAUSTED
    assert redeem(code, now, caller="another").verdict is Verdict.BURNT


def test_wrong_tries_of_others_do_not_count(code, now):
    guess(code, 20, now, caller="another")
    assert redeem(code, now).verdict is Verdict.ACCEPTED


def test_a_new_code_starts_at_nought(case, code, now):
    guess(code, 5, now)
    new, _ = codes.issue_code(case, now)
    assert redeem(new, now).verdict is Verdict.ACCEPTED


def test_a_guesser_is_stopped_at_every_code_alike(case, now):
    """Who has used up the tries at one code has used them up at all that were out by then."""
    issued = [
        codes.issue_code(Case.objects.create(report_type="self", test_date=now.date(), created_at=now), now)[0]
        for _ in range(3)
    ]
    guess(issued[0], 5, now, caller="guesser")
    assert {redeem(code, now, caller="guesser").verdict for code in issued} == {Verdict.EXHAUSTED}


def test_a_use_that_names_the_code_counts_on_the_code(now):
    _, code, _ = services.open_case(report_type="clinical", onset_date=now.date(), test_date=None, issuer=None, now=now)
    verdicts = [redeem(code, now, f"caller {n}", ("confirmed",)).verdict for n in range(6)]
    assert verdicts == [Verdict.UNSUPPORTED] * 5 + [Verdict.EXHAUSTED]


def test_a_new_code_stops_the_one_before(case, code, now):
    codes.issue_code(case, now)
    assert redeem(code, now).verdict is Verdict.BURNT


def test_every_refusal_asks_the_database_the_same(case, code, now, django_assert_num_queries):
    """Used, expired, burnt, exhausted, unknown: the same statements in the same order."""
    used, _ = codes.issue_code(case, now)
    redeem(used, now)
    burnt, _ = codes.issue_code(case, now)
    live, _ = codes.issue_code(case, now)
    guess(live, 5, now, caller="guesser")
    seen = set()
    for presented, at, caller in [
        (used, now, "home"),
        (burnt, now, "home"),
        (live, now + rules.CODE_LIFE, "home"),
        (live, now, "guesser"),
        (next(wrong_codes(live)), now, "home"),
    ]:
        # savepoint, code, tries, update, insert, savepoint; PostgreSQL takes a lock first, where SQLite has one anyway
        with django_assert_num_queries(7 if connection.vendor == "postgresql" else 6) as asked:
            assert redeem(presented, at, caller).token == ""
        seen.add(tuple(query["sql"].split()[0] for query in asked.captured_queries))
    assert len(seen) == 1


def test_a_token_is_good_for_one_set_of_keys(code, now):
    token = redeem(code, now).token
    vouched = codes.redeem_token(token, MAC, now)
    assert (vouched.report, vouched.onset) == ("confirmed", now.date())
    assert codes.redeem_token(token, bytes(32), now) is None
    assert codes.redeem_token(token, MAC, now) == vouched  # the first certificate may have been lost on the way
    assert codes.redeem_token(token, MAC, now + rules.TOKEN_LIFE) is None


def test_a_token_runs_out(code, now):
    token = redeem(code, now).token
    assert codes.redeem_token(token, MAC, now + rules.TOKEN_LIFE) is None


def test_an_invented_token_is_nothing(now):
    assert codes.redeem_token("x" * 43, MAC, now) is None


def test_tries_and_tokens_leave_with_their_case(case, code, now):
    redeem(code, now)
    case.delete()
    assert not OneTimeCode.objects.exists()
    assert not VerificationToken.objects.exists()


def test_a_wrong_try_holds_no_address(code, now):
    guess(code, 1, now, caller="digest of an address")
    assert {field.name for field in WrongTry._meta.fields} == {"id", "caller", "at"}


def test_models_and_migrations_agree():
    call_command("makemigrations", "--check", "--dry-run")
