"""Attacks on codes, against the functions that the device API calls: botnets, shared addresses, decoys, spite.

By default a fiftieth of each botnet and 500 honest phones. BLUEZONE_ATTACK_SCALE=50 plays botnets whole, 200 a
carrier's 100,000 phones (hours).
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import os
import re
import secrets
from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bluezone.authority.device_api.callers import Origin
from bluezone.authority.diagnosis import code_store, codes, guessing, services
from bluezone.authority.diagnosis.codes import IssuedCode
from bluezone.authority.diagnosis.models import OneTimeCode
from bluezone.authority.diagnosis.rules import Verdict
from bluezone.protocol.messages import VerifyCode, VerifyRequest
from bluezone.protocol.one_time_codes import Kind, combinations, draw_short, read_code

pytestmark = pytest.mark.django_db
SCALE = float(os.environ.get("BLUEZONE_ATTACK_SCALE", "1"))
BOT_NETWORKS, BOTS_IN_A_NETWORK = round(20 * SCALE), 10
HONEST = round(500 * SCALE)
#: where patients are, and no bot is
HOME, CARRIER = "198.51.100.7", "203.0.113.1"
BUDGETS = guessing.budgets(combinations(Kind.SHORT, 12))


def issue(now: dt.datetime) -> IssuedCode:
    _, code, _ = services.open_case(services.NewCase("confirmed", onset_date=now.date()), None, now)
    return code


def redeem(code: str, address: str, now: dt.datetime) -> Verdict:
    return codes.redeem_code(code, (), Origin.of(address), now).verdict


def guess(address: str, now: dt.datetime) -> Verdict:
    return redeem(draw_short(12, secrets.randbelow), address, now)


def bots(networks: int, in_each: int) -> Iterator[str]:
    """Addresses of a botnet, each with a /64 of its own, so many in each /48."""
    first = int(ipaddress.IPv6Address("2001:db8::"))
    for network in range(networks):
        for bot in range(in_each):
            yield str(ipaddress.IPv6Address(first + (network << 80) + (bot << 64) + 1))


def test_a_botnet_has_less_than_one_chance_in_a_thousand_and_stops_no_patient(now):
    """Each bot guesses until it is asked for the long code. Ten bots of a network share its budget."""
    patients = [issue(now) for _ in range(3)]
    looked_at = 0
    for address in bots(BOT_NETWORKS, BOTS_IN_A_NETWORK):
        while guess(address, now) is Verdict.UNKNOWN:
            looked_at += 1
    assert looked_at == BOT_NETWORKS * BUDGETS.network
    whole = looked_at * 1_000 // BOT_NETWORKS
    assert guessing.chance_of_a_hit(whole, 300, combinations(Kind.SHORT, 12)) < 1 / 1_000
    # A patient elsewhere notices nothing; one in a bot's network uses the long code, at once.
    bot = next(bots(1, 1))
    assert redeem(patients[0].short, HOME, now) is Verdict.ACCEPTED
    assert redeem(patients[1].short, bot, now) is Verdict.LONG_ASKED
    assert redeem(patients[1].long, bot, now) is Verdict.ACCEPTED
    assert redeem(patients[2].short, HOME, now) is Verdict.ACCEPTED


def test_a_botnet_of_any_size_ends_at_the_budget_of_all_and_long_codes_go_on(now, environment):
    environment(wrong_codes_a_day=300)
    patient, another = issue(now), issue(now)
    verdicts = Counter(guess(address, now) for address in bots(200, 5))  # a thousand addresses
    assert verdicts == {Verdict.UNKNOWN: 300, Verdict.LONG_ASKED: 700}
    assert redeem(patient.short, HOME, now) is Verdict.LONG_ASKED
    assert redeem(patient.long, HOME, now) is Verdict.ACCEPTED
    assert redeem(another.short, HOME, now + dt.timedelta(minutes=59)) is Verdict.LONG_ASKED


@pytest.mark.parametrize("hours", [5, 24])
def test_no_day_has_more_guesses_than_its_budget(now, environment, hours):
    """Whoever comes back at every hour gains nothing: what was used comes back a day after it was used."""
    environment(wrong_codes_a_day=30)
    used: list[dt.datetime] = []
    for hour in range(0, 72, hours):
        at = now + dt.timedelta(hours=hour)
        for address in bots(8, 1):
            while guess(address, at) is Verdict.UNKNOWN:
                used.append(at)
    day = dt.timedelta(hours=24)
    assert max(sum(one <= other < one + day for other in used) for one in used) == 30
    assert len(used) > 30


def test_3000_networks_of_one_48_are_one_network(now):
    verdicts = Counter(guess(f"2001:db8:7:{network:x}::1", now) for network in range(3_000 if SCALE >= 10 else 300))
    assert verdicts[Verdict.UNKNOWN] == BUDGETS.network


def test_phones_behind_one_address_lose_no_code(now):
    """A carrier's address. One in twenty mistypes: mostly what a check digit finds, which an app of another make sends
    all the same; one in 250 sends a wrong code that no check can find."""
    lost = 0
    for number in range(HONEST):
        code = issue(now)
        if number % 20 == 0:
            mistyped = code.short[:5] + str((int(code.short[5]) + 1) % 10) + code.short[6:]
            assert redeem(mistyped, CARRIER, now) is Verdict.MALFORMED
        if number % 250 == 249:
            assert guess(CARRIER, now) is Verdict.UNKNOWN
        lost += redeem(code.short, CARRIER, now) is not Verdict.ACCEPTED
    assert lost == 0


def test_wrong_codes_grow_with_right_ones_only(now):
    """Who guesses behind a carrier's address has its budget, and one more for each code that was really redeemed."""
    for _ in range(3):
        assert redeem(issue(now).short, CARRIER, now) is Verdict.ACCEPTED
    looked_at = 0
    while guess(CARRIER, now) is Verdict.UNKNOWN:
        looked_at += 1
    assert looked_at == BUDGETS.address + 3


def test_nobody_stops_a_code_that_they_do_not_know(now):
    """Out of spite, from the patient's own address: the code stays good, by its long form at once, by its short one
    elsewhere."""
    code, other = issue(now), issue(now)
    for _ in range(BUDGETS.address + 50):
        guess(HOME, now)
    assert redeem(code.long, HOME, now) is Verdict.ACCEPTED
    assert redeem(other.short, CARRIER, now) is Verdict.ACCEPTED
    assert not OneTimeCode.objects.exclude(burnt_at=None).exists()


def test_what_was_a_code_once_is_no_guess(now):
    """A patient who tries a used code, or one that ran out, again and again spends nobody's budget."""
    used, late = issue(now), issue(now)
    redeem(used.short, HOME, now)
    for _ in range(BUDGETS.address + 1):
        assert redeem(used.short, CARRIER, now) is Verdict.USED
        assert redeem(late.short, CARRIER, now + dt.timedelta(hours=1)) is Verdict.EXPIRED
        assert redeem(late.short[:-1], CARRIER, now) is Verdict.MALFORMED
    assert code_store.look_for_code([""], Origin.of(CARRIER), now).address.wrong == 0


# --- decoys -----------------------------------------------------------------------------------------------------------

DECOY = json.dumps({"padding": "x" * 1_000}).encode()


def test_decoys_neither_lock_an_address_out_nor_count_against_it(phone, issue, environment):
    environment(rate_limit=20)
    for _ in range(40):  # twice the limit: those beyond it look the same
        answer = phone.post("/api/verify", DECOY, HTTP_X_CHAFF="1")
        assert (answer.status_code, len(answer.content)) == (200, 4_096)
    assert code_store.look_for_code([""], Origin.of("127.0.0.1"), phone.clock.now).address.wrong == 0
    assert phone.verify(issue()).token


def test_real_requests_leave_decoys_alone_too(phone, environment):
    environment(rate_limit=2)
    statuses = [phone.post("/api/verify", VerifyRequest("1").to_json()).status_code for _ in range(3)]
    assert statuses == [400, 400, 429]
    assert phone.post("/api/verify", DECOY, HTTP_X_CHAFF="1").status_code == 200


@pytest.mark.parametrize(
    ("path", "real"),
    [
        ("/api/verify", VerifyRequest("1234 5678 9018").to_json()),
        ("/api/certificate", json.dumps({"token": "invented", "ekeyhmac": "A" * 43 + "="}).encode()),
    ],
)
def test_a_decoy_asks_the_database_for_what_a_real_request_does(phone, path, real):
    def asked(body: bytes, **headers: str) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            phone.post(path, body, **headers)
        return [re.sub(r'"s\d+_x\d+"', "", query["sql"])[:60] for query in captured.captured_queries]

    asked(real), asked(DECOY, HTTP_X_CHAFF="1")  # what a worker looks up once
    decoy = asked(DECOY, HTTP_X_CHAFF="1")
    assert decoy == asked(real)
    assert len(decoy) >= 2  # look, and store


def test_a_carriers_address_may_ask_often(phone, issue):
    """300 requests in ten minutes were the limit; a hundred thousand phones make more."""
    answers = {phone.post("/api/verify", VerifyRequest("0").to_json()).status_code for _ in range(400)}
    assert answers == {400}
    assert phone.verify(issue()).token
    assert phone.verify("0").error_code == VerifyCode.CODE_INVALID


def test_a_check_digit_is_no_secret():
    """Who guesses works it out: it adds nothing to what is guessed, and the arithmetic leaves it out."""
    assert all(read_code(draw_short(12, secrets.randbelow)).kind is Kind.SHORT for _ in range(100))
    assert combinations(Kind.SHORT, 12) == 10**11
