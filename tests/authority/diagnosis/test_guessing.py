"""The arithmetic of guessing, and the page that tells it."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from bluezone.authority.diagnosis import guessing
from bluezone.authority.diagnosis.guessing import Budgets, Counted
from bluezone.protocol.one_time_codes import SHORT_LENGTHS, Kind, combinations

PAGE = Path(__file__).parents[3] / "docs/why/guessing.md"
#: a botnet that can be rented, and the codes that are out in an hour of a bad day
ADDRESSES, NETWORKS, CODES_OUT = 10_000, 1_000, 300
#: what two cores can answer (docs/measurements/server.md), all day and for nobody else
SERVER_A_DAY = 3_000 * 86_400


@pytest.mark.parametrize(
    ("guesses", "out", "could_be", "chance"),
    [
        (0, 300, 10**8, 0.0),
        (100, 0, 10**8, 0.0),
        (1, 300, 10**8, 3e-6),
        (333, 300, 10**8, 0.000_998_5),
        (10**8, 300, 10**8, 1.0),
        (1, 1, 32**15, 32.0**-15),
        (1, 10, 10, 1.0),
    ],
)
def test_the_chance_of_a_hit(guesses, out, could_be, chance):
    assert guessing.chance_of_a_hit(guesses, out, could_be) == pytest.approx(chance, rel=1e-3)


@pytest.mark.parametrize("digits", SHORT_LENGTHS)
def test_one_guess_more_than_allowed_is_too_many(digits):
    could_be = combinations(Kind.SHORT, digits)
    allowed = guessing.guesses_allowed(1e-3, CODES_OUT, could_be)
    assert guessing.chance_of_a_hit(allowed, CODES_OUT, could_be) <= 1e-3 * (1 + 1e-9)
    assert guessing.chance_of_a_hit(allowed + 1, CODES_OUT, could_be) > 1e-3 * (1 - 1e-9)


def test_eight_digits_bear_with_333_guesses_a_day_in_all():
    assert guessing.budgets(10**8) == Budgets(address=5, network=5, everywhere=333)


def test_an_installation_may_set_its_own_budget():
    assert guessing.budgets(10**11, 30_000) == Budgets(address=5, network=10, everywhere=30_000)


BUDGETS = Budgets(address=2, network=4, everywhere=8)
NOTHING = Counted()


@pytest.mark.parametrize(
    ("address", "network", "everywhere", "spent"),
    [
        (NOTHING, NOTHING, NOTHING, False),
        (Counted(1), Counted(3), Counted(7), False),
        (Counted(2), Counted(2), Counted(2), True),
        (NOTHING, Counted(4), Counted(4), True),
        (NOTHING, NOTHING, Counted(8), True),
        (Counted(2, accepted=1), Counted(2, accepted=1), Counted(2), False),  # as many more as were right
        (Counted(3, accepted=1), Counted(3, accepted=1), Counted(3), True),
        (Counted(1), Counted(5, accepted=2), Counted(5), False),
        (Counted(1, accepted=9), Counted(1, accepted=9), Counted(8), True),
    ],
)
def test_short_codes_rest_when_a_budget_is_spent(address, network, everywhere, spent):
    assert (guessing.left(BUDGETS, address, network, everywhere) <= 0) is spent


@pytest.mark.parametrize(
    ("addresses", "networks", "guesses"), [(1, 1, 2), (2, 1, 4), (100, 1, 4), (2, 2, 4), (3, 3, 6), (100, 100, 8)]
)
def test_what_a_botnet_has_is_bounded_by_each_budget(addresses, networks, guesses):
    assert guessing.most_guesses(BUDGETS, addresses, networks) == guesses


def test_the_default_bears_with_the_botnet_of_the_requirement_and_still_takes_honest_codes():
    could_be = combinations(Kind.SHORT, 12)
    budgets = guessing.budgets(could_be)
    guesses = guessing.most_guesses(budgets, ADDRESSES, NETWORKS)
    assert guessing.chance_of_a_hit(guesses, CODES_OUT, could_be) < 1 / 1_000
    assert guesses < budgets.everywhere  # it cannot spend what there is for all


def lengths() -> list[str]:
    rows = []
    for digits in SHORT_LENGTHS:
        could_be = combinations(Kind.SHORT, digits)
        budgets = guessing.budgets(could_be)
        guesses = guessing.most_guesses(budgets, ADDRESSES, NETWORKS)
        chance = guessing.chance_of_a_hit(guesses, CODES_OUT, could_be)
        rests = "rest" if guesses == budgets.everywhere else "go on"
        cells = (digits, f"10^{round(math.log10(could_be))}", f"{budgets.everywhere:,}", f"{budgets.network:,}")
        cells += (f"{budgets.address:,}", f"{guesses:,}", f"{chance:.1e}", rests)
        rows.append(f"| {' | '.join(str(cell) for cell in cells)} |")
    return rows


def codes_out() -> list[str]:
    rows = []
    for out in (30, 300, 3_000, 20_000):
        cells = [f"{out:,}"]
        for digits in (12, 14, 16):
            could_be = combinations(Kind.SHORT, digits)
            guesses = min(guessing.budgets(could_be).everywhere, SERVER_A_DAY)
            cells.append(f"{guessing.chance_of_a_hit(guesses, out, could_be):.1e}")
        cells.append(f"{guessing.chance_of_a_hit(SERVER_A_DAY, out, combinations(Kind.LONG, 16)):.1e}")
        rows.append(f"| {' | '.join(cells)} |")
    return rows


@pytest.mark.parametrize("table", [lengths, codes_out])
def test_the_page_holds_what_the_code_computes(table):
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    assert [row for row in table() if row not in lines] == []
