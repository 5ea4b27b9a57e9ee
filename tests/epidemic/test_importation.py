"""A few infected people come in: what ends, what is counted, and what each measure adds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bluezone.epidemic import importation, importation_words, presenter
from bluezone.epidemic.effects import Estimate
from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.importation import (
    GROWN,
    LADDER,
    SPENDINGS,
    Cluster,
    bought,
    follow,
    paired,
    probability,
    summary,
)
from bluezone.epidemic.presets import vietnam_2020
from bluezone.epidemic.words import translator
from bluezone.i18n import Language, Translator

ENGLISH, VIETNAMESE = translator(Language.ENGLISH), translator(Language.VIETNAMESE)

BASE = replace(vietnam_2020(), days=90, initial_infections=3)


def followed(scenario, outbreaks: int = 60) -> list[Cluster]:
    return importation.follow_all(scenario, range(outbreaks))


def test_without_transmission_every_importation_dies_out_with_those_who_came() -> None:
    quiet = replace(BASE, disease=BASE.disease.with_rate(0.0))
    for each in followed(quiet, 10):
        assert (each.infections, each.grown) == (3, False)


def test_an_outbreak_is_the_same_twice_and_ends_when_it_has_grown() -> None:
    wild = replace(BASE, initial_infections=20)
    first = follow(wild, 1)
    assert first == follow(wild, 1)
    assert first.grown
    assert GROWN <= first.infections < 4 * GROWN  # not followed to the end
    assert follow(wild, 1, uncut=True).infections > 10 * GROWN


@pytest.mark.thorough
def test_each_step_of_the_practice_of_2020_ends_more_outbreaks() -> None:
    share = [summary(followed(importation.with_measures(BASE, step.name), 250)).dies_out.mean for step in LADDER]
    assert share[0] < share[1] <= share[2] + 0.03
    assert share[3] >= share[1] - 0.03


def test_the_app_ends_more_outbreaks() -> None:
    base = importation.with_measures(BASE, "tests")
    few, many = (summary(followed(base.with_uptake(uptake), 300)).dies_out for uptake in (0.0, 0.65))
    assert many.mean > few.mean


def test_f2_are_quarantined_only_where_that_is_the_rule() -> None:
    f1, f2 = (followed(importation.with_measures(BASE, name), 40) for name in ("f1", "f2"))
    assert sum(each.quarantined for each in f2) > 1.3 * sum(each.quarantined for each in f1)
    assert all(each.quarantined == 0 for each in followed(importation.with_measures(BASE, "tests"), 20))


def test_mass_tests_begin_with_the_first_case_true_or_false() -> None:
    none, mass = (followed(importation.with_measures(BASE, name), 30) for name in ("f2", "mass"))
    for before, after in zip(none, mass, strict=True):
        assert after.found_day <= before.found_day or before.found_day < 0
    assert sum(each.tests for each in mass) > 2 * sum(each.tests for each in none)


def test_measures_that_do_not_exist_are_refused() -> None:
    with pytest.raises(EpidemicError, match="choose of tests, f1, f2, mass"):
        importation.with_measures(BASE, "prayer")
    with pytest.raises(EpidemicError, match="uptake, results, interviewers"):
        importation.spent_on(BASE, "prayer")


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0)],  # Wilson's intervals, as published tables
)
def test_probabilities_have_wilsons_interval(hits: int, of: int, low: float, high: float) -> None:
    found = probability(hits, of)
    assert (found.mean, found.low, found.high) == pytest.approx((hits / of, low, high), abs=1e-4)


def cluster(infections: int, found_day: int = 5, quarantined: int = 10, grown: bool = False) -> Cluster:
    return Cluster(infections, found_day, quarantined, 3, grown)


def test_a_summary_counts_what_grew_as_not_died_out() -> None:
    found = summary([cluster(3), cluster(9, 7), cluster(5, -1), cluster(400, 3, 900, True)])
    assert found.dies_out.mean == 0.75
    assert found.size == (5, 9)
    assert found.found_share == 0.75
    assert found.found_day == (5, 7)
    assert found.quarantined == 10
    with pytest.raises(EpidemicError, match="no outbreaks"):
        summary([])


def test_the_app_is_judged_by_the_pairs_that_go_apart() -> None:
    """Of 300 pairs two die out with the app alone and one without it alone: the change lies within about a point."""
    dies, grows = cluster(3), cluster(400, grown=True)
    without = [dies] * 190 + [grows] * 107 + [grows, grows, dies]
    found = paired(without, [dies] * 190 + [grows] * 107 + [dies, dies, grows])
    assert (found.pairs, found.only_with, found.only_without) == (300, 2, 1)
    assert (found.change.mean, found.change.low, found.change.high) == pytest.approx(
        (0.0033, -0.0096, 0.0162), abs=1e-4
    )
    (said,) = [each for each in importation_words.answer({("f1", 0.3): summary(without)}, found, 3, 120, ENGLISH)
               if "pairs" in each]  # fmt: skip
    assert said == (
        "Of 300 pairs of outbreaks alike but for the app, 2 die out with it alone and 1 without it alone: it changes "
        "the "
        "probability by -1.0 to 1.6 points."
    )


def test_a_false_positive_elsewhere_finds_no_outbreak() -> None:
    """Nobody who is infected is tested; one healthy person in fifty is, each day, and every hundredth test errs."""
    blind = replace(BASE.diagnosis, symptomatic_share=0.0, sensitivity=0.0, specificity=0.9, background_daily_share=0.0)
    mild = replace(BASE.disease, severe=(0.0,) * 9)
    for seed in range(5):
        assert follow(replace(BASE, days=30, disease=mild, diagnosis=blind), seed).found_day == -1


def test_a_thing_is_best_if_nothing_averts_as_much_for_less() -> None:
    before = [cluster(100 + k) for k in range(20)]
    after = {
        "uptake": [cluster(80 + k) for k in range(20)],
        "results": [cluster(60 + k) for k in range(20)],
        "interviewers": [cluster(70 + k) for k in range(20)],
    }
    found = {each.name: each for each in bought(before, after, {"uptake": 10, "results": 20, "interviewers": 30})}
    assert [found[name].best for name in after] == [True, True, False]
    assert found["uptake"].cost_of_one == pytest.approx(0.5)
    assert found["results"].averted == Estimate(40, 40, 40)
    assert found["results"].of == 109.5


def test_what_averts_nothing_has_no_price() -> None:
    before = [cluster(100 + k) for k in range(20)]
    (found,) = bought(before, {"uptake": before}, {"uptake": 10})
    assert found.cost_of_one == float("inf")
    assert not found.best


def test_sizes_are_told_of_the_outbreaks_that_die_out_and_of_no_others() -> None:
    """Most grow beyond all bounds here: that "6 people were infected in the median" would be false of all of them."""
    mostly = [cluster(6, quarantined=41), *(cluster(400, 3, 900, True) for _ in range(3))]
    alike = paired(mostly, mostly)
    *_, told = importation_words.answer({("f1", 0.3): summary(mostly)}, alike, 3, 120, ENGLISH)
    assert told == (
        "Where it dies out, 6 people are infected in the median (nine of ten times fewer than 7), and 41 are in "
        "quarantine on average; where it does not, it grows to 300 infections and more, or goes on after 120 days."
    )
    never = {("f1", 0.3): summary(mostly[1:])}
    assert all("dies out," not in each for each in importation_words.answer(never, alike, 3, 120, ENGLISH)[2:])


@pytest.mark.parametrize("language", [ENGLISH, VIETNAMESE])
def test_it_is_told_in_sentences_and_rows(language: Translator) -> None:
    found = {
        (step.name, uptake): summary([cluster(3 + k, 4 + k, grown=k > 15 + uptake * 10) for k in range(20)])
        for step in LADDER
        for uptake in (0.0, 0.3)
    }
    alike = [cluster(3)] * 5
    part = presenter.importations(found, paired(alike, alike), 3, 120, 20, language)
    assert "30" in " ".join(part.sentences)
    assert {len(row) for row in part.tables[0].rows} == {len(part.tables[0].headings)}
    assert part.figure is not None
    spent = bought(
        [cluster(100 + k) for k in range(20)],
        {each.name: [cluster(90 + k) for k in range(20)] for each in SPENDINGS},
        {each.name: each.cost for each in SPENDINGS},
    )
    part = presenter.spending(spent, language)
    assert "40" in part.sentences[0]
    assert {len(row) for row in part.tables[0].rows} == {len(part.tables[0].headings)}
