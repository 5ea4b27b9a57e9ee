"""Many days together: which seeds, and what their scores come to."""

from __future__ import annotations

import pytest

from bluezone.town.errors import TownError
from bluezone.town.findings import Score
from bluezone.town.run import Options
from bluezone.town.seeds import parse_seeds, precision, rehearse_seeds, sensitivity


@pytest.mark.parametrize(
    ("text", "seeds"), [("7", [7]), ("1-3", [1, 2, 3]), (" 3, 1-2 ,2", [1, 2, 3]), ("0", [0]), ("5-5", [5])]
)
def test_seeds_are_numbers_and_spans(text, seeds):
    assert parse_seeds(text) == seeds


@pytest.mark.parametrize("text", ["", "x", "1-", "-3", "5-1", "1--2", "1,,2", "1-5000", "0-999,2000", "99999999999"])
def test_other_seeds_are_refused_in_a_sentence(text):
    with pytest.raises(TownError, match="seeds"):
        parse_seeds(text)


def test_shares_have_median_worst_and_the_persons_of_all_days_together():
    scores = [Score(4, 4, 4), Score(4, 8, 2), Score(1, 1, 1), Score(0, 3, 0), Score(2, 0, 0)]
    share = sensitivity(scores)
    assert (share.days, share.median, share.worst, share.perfect_days) == (4, 0.75, 0.0, 2)
    assert share.pooled == pytest.approx(7 / 11)
    assert (share.pooled_low, share.pooled_high) == pytest.approx((0.354, 0.848), abs=0.001)
    share = precision(scores)
    assert (share.days, share.median, share.worst, share.perfect_days) == (4, 0.625, 0.0, 2)
    assert share.lower_quartile == pytest.approx(0.1875)


def test_without_a_contact_or_a_warning_there_is_nothing_to_say():
    assert sensitivity([Score(0, 0, 0)]).median is None
    assert precision([]).days == 0


@pytest.mark.thorough
def test_each_seed_is_a_rehearsal_of_its_own(tmp_path):
    options, seen = Options(4, 0, tmp_path, 0.6, "en-v1-buckets"), []
    scores = list(rehearse_seeds([5, 13], options, lambda *news: seen.append(news)))
    assert [one.seed for one in scores] == [5, 13]
    assert {one.policy for one in scores} == {"en-v1-buckets"}
    assert seen == [(0, 2), (1, 2), (2, 2)]
    assert scores[1].score.true_contacts > 0
    assert not list(tmp_path.iterdir())
