"""From the export to the owner's notice, on the phones' own schedule."""

from __future__ import annotations

import pytest

from bluezone.phone.app.schedule import CHECK_EVERY_S, SPREAD
from bluezone.town.delivery import Delay, first_delay_s, summary
from bluezone.town.report import document
from bluezone.town.run import Options, rehearsal


@pytest.mark.thorough
def test_who_is_warned_is_told_within_one_turn_of_its_checks_and_nobody_else_is(tmp_path, prepared):
    options = Options(4, 2, tmp_path, 1, "en-v1-buckets", notices=True)
    with rehearsal(options, lambda *_: None, like=prepared) as (outcome, _):
        told = outcome.notice_delays_s
    assert set(told) == set(outcome.warned)
    assert all(0 < delay_s <= CHECK_EVERY_S * (1 + SPREAD) + 60 for delay_s in told.values())
    found = document(outcome)["notices"]
    assert found["told"] == len(outcome.warned) > 0
    assert 0 < found["median_h"] <= found["worst_h"] <= 4.5


@pytest.mark.parametrize(
    ("shown_s", "delay_s"),
    [([], None), ([130.0], 30.0), ([20.0], None), ([20.0, 150.0, 170.0], 50.0)],
)
def test_a_notice_of_an_earlier_export_is_not_counted(shown_s, delay_s):
    assert first_delay_s(shown_s, 100.0) == delay_s


def test_a_summary_has_the_middle_and_the_longest():
    assert summary([3_600.0, 7_200.0, 14_400.0]) == Delay(3, 2.0, 4.0)
    assert summary([]) is None
