"""Say how near a fit to weekly cases came, in Vietnamese and English."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from bluezone.epidemic.effects import Estimate
from bluezone.epidemic.posterior import Posterior
from bluezone.epidemic.weekly import TOLERANCE, WEEK, Fit
from bluezone.epidemic.words import percent, ranged
from bluezone.i18n import Translator, format_date


def answer(place: str, first: dt.date, fit: Fit, language: Translator) -> list[str]:
    """Return how far simulated cases are from those recorded, where the goal is missed, and what the shares mean."""
    translate = language.gettext
    sentences = [
        translate(
            "{place}: simulated cases of a week are at most {worst} away from those recorded, in {weeks} weeks "
            "(goal: {goal})."
        ).format(
            place=place,
            worst=percent(fit.worst, language, 0),
            weeks=language.number(len(fit.wanted)),
            goal=percent(TOLERANCE, language, 0),
        )
    ]
    missed = [first + dt.timedelta(days=WEEK * k) for k, miss in enumerate(fit.misses) if abs(miss) > TOLERANCE]
    if missed:
        sentences.append(
            translate("The goal is missed in the weeks from {dates}.").format(
                dates=", ".join(format_date(day, language.language) for day in missed)
            )
        )
    sentences.append(
        translate(
            "Contacts left: outside the home, of what they are when nobody does anything. Whatever makes a contact "
            "less dangerous, as masks, or more, as another strain, is counted as fewer or more of them."
        )
    )
    return sentences


def headings(language: Translator) -> list[str]:
    """Return the headings of the table of weeks."""
    translate = language.gettext
    return [
        translate("week from"),
        translate("cases recorded"),
        translate("cases simulated"),
        translate("difference"),
        translate("contacts left"),
    ]


def rows(first: dt.date, recorded: Sequence[int], fit: Fit, language: Translator) -> list[list[str]]:
    """Return the table of weeks; simulated cases are scaled to the place."""
    return [
        [
            format_date(first + dt.timedelta(days=WEEK * week), language.language),
            language.number(cases),
            language.number(round(cases * (1 + miss))),
            ("+" if miss > 0 else "") + percent(miss, language, 0),
            percent(share, language, 0 if share >= 0.1 else 1),
        ]
        for week, (cases, miss, share) in enumerate(zip(recorded, fit.misses, fit.contacts, strict=True))
    ]


def drawn(found: Posterior, language: Translator) -> list[str]:
    """Say between what the contacts of each week may have been, and how near the draws come."""
    translate = language.gettext
    low, middle, high = found.interval()[:, 1:]
    weeks = "; ".join(
        ranged(Estimate(mid, least, most), lambda share: percent(share, language, 0), language)
        for least, mid, most in zip(low, middle, high, strict=True)
    )
    return [
        translate(
            "What the contacts may have been, from the second week on, in nine of ten of {draws} draws that come "
            "within a factor of {near} of every week: {weeks}."
        ).format(
            draws=language.number(len(found.weights)),
            near=language.number(float(np.exp(found.tolerance)), 1),
            weeks=weeks,
        )
    ]


def go_on(options: str, language: Translator) -> str:
    """Say how to ask what adoption buys in such weeks."""
    return language.gettext("To go on with these weeks: bluezone epidemic run {options}").format(options=options)
