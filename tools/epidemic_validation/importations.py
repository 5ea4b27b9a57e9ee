"""Measure what happens when three infected people come in: the sentences and the figure of the page."""

from __future__ import annotations

from dataclasses import replace

from bluezone.epidemic import figures, importation
from bluezone.epidemic import importation_words as words
from bluezone.epidemic.importation import LADDER, SPENDINGS
from bluezone.epidemic.presets import vietnam_2020
from bluezone.epidemic.words import translator
from bluezone.i18n import Language
from bluezone.vega import Spec

ENGLISH = translator(Language.ENGLISH)

UPTAKES = (0.0, 0.0754, 0.30, 0.60)
_INFECTED, _DAYS = 3, 120


def importations(outbreaks: int, rate: float | None = None) -> tuple[str, Spec]:
    """Follow so many outbreaks of each kind: (sentences, the figure). rate: of the strain, if another."""
    base = replace(vietnam_2020(), days=_DAYS, initial_infections=_INFECTED)
    if rate is not None:
        base = replace(base, disease=base.disease.with_rate(rate))
    clusters = {
        (step.name, uptake): importation.follow_all(
            importation.with_measures(base, step.name).with_uptake(uptake), range(outbreaks)
        )
        for step in LADDER
        for uptake in UPTAKES
    }
    found = {name: importation.summary(each) for name, each in clusters.items()}
    before = importation.with_measures(replace(base, days=importation.SPENT_DAYS), "f1").with_uptake(UPTAKES[1])
    spent = importation.bought(
        importation.follow_all(before, range(outbreaks), uncut=True),
        {each.name: importation.follow_all(importation.spent_on(before, each.name), range(outbreaks), uncut=True)
         for each in SPENDINGS},
        {each.name: each.cost for each in SPENDINGS},
    )  # fmt: skip
    step, none, shown = words.shown_of(found)
    pairs = importation.paired(clusters[step, none], clusters[step, shown])
    sentences = words.answer(found, pairs, _INFECTED, _DAYS, ENGLISH)
    caveat, spending = (
        words.caveat(outbreaks, ENGLISH),
        words.spending(spent, ENGLISH),
    )
    drawn = figures.dying_out(found, ENGLISH), sentences[0]
    return "\n".join(["> " + " ".join(sentences), "", caveat, "", spending]), drawn
