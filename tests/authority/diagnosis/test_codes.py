"""One-time codes and tokens: short to read out, long for a link, good once, told again to the phone that used them."""

from __future__ import annotations

import datetime as dt
import secrets

import pytest
from django.db import connection

from bluezone.authority.device_api.callers import Origin
from bluezone.authority.diagnosis import codes, rules, services
from bluezone.authority.diagnosis.code_store import Diagnosis
from bluezone.authority.diagnosis.models import Case, OneTimeCode, VerificationToken, WrongTry
from bluezone.authority.diagnosis.rules import TokenVerdict, Verdict
from bluezone.protocol.one_time_codes import draw_long, draw_short

MAC = bytes(range(32))
NONCE, OTHER_NONCE = b"n" * 256, b"m" * 256
HOME = "198.51.100.7"

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(now) -> Case:
    case, _, _ = services.open_case(services.NewCase("confirmed", onset_date=now.date()), None, now)
    return case


@pytest.fixture
def code(case, now) -> codes.IssuedCode:
    return codes.issue_code(case, now)[0]


def redeem(
    code: str, now: dt.datetime, address: str = HOME, accept: tuple[str, ...] = (), nonce: bytes = b""
) -> codes.Redeemed:
    return codes.redeem_code(code, accept, Origin.of(address), now, nonce)


def a_wrong_code() -> str:
    return draw_short(12, secrets.randbelow)


def test_a_code_has_a_short_form_for_an_hour_and_a_long_one_for_a_day(case, now):
    code, row = codes.issue_code(case, now)
    assert (len(code.short), len(code.long)) == (12, 16)
    assert code.short.isdecimal()
    assert (row.expires_at, row.long_expires_at) == (now + dt.timedelta(hours=1), now + dt.timedelta(hours=24))


@pytest.mark.parametrize(("digits", "signs"), [(8, 16), (10, 12), (16, 32)])
def test_the_lengths_are_settings(case, now, environment, digits, signs):
    environment(code_digits=digits, long_code_signs=signs, code_life_s=900, long_code_life_s=7_200)
    code, row = codes.issue_code(case, now)
    assert (len(code.short), len(code.long)) == (digits, signs)
    assert (row.expires_at, row.long_expires_at) == (now + dt.timedelta(minutes=15), now + dt.timedelta(hours=2))
    assert redeem(code.short, now).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("form", ["short", "long"])
def test_a_code_opens_its_case_once_by_either_form(case, code, now, form):
    first = redeem(getattr(code, form), now)
    assert (first.verdict, first.diagnosis) == (Verdict.ACCEPTED, Diagnosis("confirmed", case.onset_date, None))
    assert {redeem(each, now).verdict for each in (code.short, code.long)} == {Verdict.USED}


def test_a_code_is_taken_as_it_was_typed(code, now):
    assert redeem(f" {code.long[:4]}-{code.long[4:].lower()} ", now).verdict is Verdict.ACCEPTED


def test_each_form_runs_out_in_its_time(code, now):
    assert redeem(code.short, now + dt.timedelta(hours=1)).verdict is Verdict.EXPIRED
    assert redeem(code.long, now + dt.timedelta(hours=24)).verdict is Verdict.EXPIRED
    assert redeem(code.long, now + dt.timedelta(hours=23)).verdict is Verdict.ACCEPTED


def test_neither_code_nor_token_nor_nonce_stands_in_the_database(code, now, database_text):
    token = redeem(code.short, now, nonce=NONCE).token
    dump = database_text()
    assert OneTimeCode.objects.get(used_at=now).digest in dump
    for secret in (code.short, code.long, token, NONCE.hex()):
        assert secret not in dump


def test_a_stolen_database_does_not_give_codes_away(code, now, settings):
    """Without the installation's secret, trying all codes finds none: the digests are keyed."""
    settings.SECRET_KEY = "the thief's guess at the secret"
    assert redeem(code.short, now).verdict is Verdict.UNKNOWN


def test_a_rotated_secret_still_knows_the_codes_of_before(code, now, settings):
    token = redeem(code.short, now, nonce=NONCE).token
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the new secret"
    assert redeem(code.short, now, nonce=NONCE).token == token
    assert codes.redeem_token(token, MAC, now).verdict is TokenVerdict.GOOD


def test_a_new_code_stops_both_forms_of_the_one_before(case, code, now):
    codes.issue_code(case, now)
    assert {redeem(each, now).verdict for each in (code.short, code.long)} == {Verdict.BURNT}


# --- the answer was lost ----------------------------------------------------------------------------------------------


def test_the_phone_that_used_a_code_gets_the_same_token_again(case, code, now):
    first = redeem(code.short, now, nonce=NONCE)
    later = now + dt.timedelta(minutes=59)
    again = redeem(code.short, later, address="203.0.113.9", nonce=NONCE)  # another network by now
    assert (again.verdict, again.token, again.diagnosis) == (Verdict.REPEATED, first.token, first.diagnosis)
    assert redeem(code.long, later, nonce=NONCE).token == first.token
    assert VerificationToken.objects.count() == 1


@pytest.mark.parametrize("nonce", [OTHER_NONCE, b""])
def test_no_other_phone_does(code, now, nonce):
    redeem(code.short, now, nonce=NONCE)
    assert redeem(code.short, now, nonce=nonce).verdict is Verdict.USED


def test_it_does_while_the_code_would_be_good(code, now):
    redeem(code.short, now, nonce=NONCE)
    assert redeem(code.short, now + dt.timedelta(hours=1), nonce=NONCE).verdict is Verdict.USED


def test_a_code_that_a_phone_asked_for_is_good_for_that_phone_only(case, now):
    code, _ = codes.issue_code(case, now, NONCE)
    assert {redeem(code.short, now, nonce=nonce).verdict for nonce in (b"", OTHER_NONCE)} == {Verdict.OTHER_NONCE}
    assert redeem(code.short, now, nonce=NONCE).verdict is Verdict.ACCEPTED


# --- the same work, whatever comes of it ------------------------------------------------------------------------------


def test_every_outcome_asks_the_database_the_same(case, code, now, django_assert_num_queries, environment):
    """Accepted, again, used, expired, stopped, another's, unknown, malformed, not looked at, a decoy: the same
    statements in the same order."""
    used, _ = codes.issue_code(case, now)
    redeem(used.short, now, nonce=NONCE)
    stopped, _ = codes.issue_code(case, now)
    live, _ = codes.issue_code(case, now)
    short, long = live.short, live.long
    other = Case.objects.create(report_type="self", test_date=now.date(), created_at=now)
    asked_for, _ = codes.issue_code(other, now, NONCE)
    seen, verdicts = set(), set()
    for presented, at, nonce, budget in [
        (used.short, now, b"", 0),
        (used.short, now, NONCE, 0),
        (stopped.short, now, b"", 0),
        (asked_for.short, now, OTHER_NONCE, 0),
        (short, now + dt.timedelta(hours=1), b"", 0),
        (a_wrong_code(), now, b"", 0),
        (draw_long(16, secrets.randbelow), now, b"", 0),
        ("1234 5678 9012", now, b"", 0),
        ("", now, b"", 0),
        (short, now, b"", 1),
        (long, now, b"", 1),
    ]:
        environment(wrong_codes_a_day=budget)
        # A look and one statement that stores; on SQLite four, between two for the transaction.
        with django_assert_num_queries(2 if connection.vendor == "postgresql" else 7) as asked:
            verdicts.add(redeem(presented, at, nonce=nonce).verdict)
        seen.add(tuple(query["sql"].split()[0] for query in asked.captured_queries))
    assert len(seen) == 1
    assert verdicts == set(Verdict) - {Verdict.UNSUPPORTED}


def test_every_token_asks_the_database_the_same(code, now, django_assert_num_queries):
    token = redeem(code.short, now).token
    seen = set()
    for presented, mac, at in [
        ("", MAC, now),  # a decoy
        ("invented", MAC, now),
        (token, MAC, now),
        (token, MAC, now),
        (token, bytes(32), now),
        (token, MAC, now + rules.TOKEN_LIFE),
    ]:
        # A look and one statement that stores; on SQLite two.
        with django_assert_num_queries(2 if connection.vendor == "postgresql" else 3) as asked:
            codes.redeem_token(presented, mac, at)
        seen.add(tuple(query["sql"].split()[0] for query in asked.captured_queries))
    assert len(seen) == 1


# --- tokens -----------------------------------------------------------------------------------------------------------


def test_a_token_is_good_for_one_set_of_keys(code, now):
    token = redeem(code.short, now).token
    first = codes.redeem_token(token, MAC, now)
    assert first.vouched is not None
    assert (first.vouched.report, first.vouched.onset) == ("confirmed", now.date())
    assert codes.redeem_token(token, bytes(32), now).verdict is TokenVerdict.INVALID
    assert codes.redeem_token(token, MAC, now) == first  # the first certificate may have been lost on the way
    assert codes.redeem_token(token, MAC, now + rules.TOKEN_LIFE).verdict is TokenVerdict.EXPIRED


def test_tries_and_tokens_leave_with_their_case(case, code, now):
    redeem(code.short, now)
    case.delete()
    assert not OneTimeCode.objects.exists()
    assert not VerificationToken.objects.exists()


def test_a_count_of_tries_holds_no_address(now):
    redeem(a_wrong_code(), now)
    assert {field.name for field in WrongTry._meta.fields} == {"id", "scope", "hour", "wrong", "accepted"}
    assert all(
        HOME not in scope and len(scope) in {64, 10} for scope in WrongTry.objects.values_list("scope", flat=True)
    )
