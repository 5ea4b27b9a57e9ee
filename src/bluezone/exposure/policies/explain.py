"""Explain a day's exposure in plain Vietnamese and English: when, how long, how close, how much it amounts to, how
sure, how it is graded, and by which rule. What to do is the authority's to say (`protocol.guidance`), and not here.

The dose comes with its 80 % range and its distance: one rule counts minutes at 2 m, another at 1 m. The grade rises by
degrees, and not at a step between 13 and 15 minutes.

It never says who it was, nor the minute: the day, and a length rounded to quarters of an hour, are all that is taken
from the log. Phone and authority show the same sentences (catalogue `locale/vi/LC_MESSAGES/exposure.po`).
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from bluezone.errors import N_
from bluezone.exposure.policies.base import DayRisk, Evidence, Grade
from bluezone.i18n import Catalogue, Language, Translator, format_long_date

_TEXTS = Catalogue("bluezone.exposure", "exposure")


@dataclass(frozen=True, slots=True)
class Said:
    """Hold the sentences of an explanation; `dose` and `grade` are empty where the policy does not say them."""

    signal: str
    length: str
    near: str
    dose: tuple[str, ...]
    certainty: str
    grade: str
    rule: str
    unshown: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Hold the facts of an alert, already coarse enough to be shown.

    `quarters`: how long, in quarters of an hour, rounded (0: less than one); `chances_in_ten`: how probable it is that
    it was within 2 m for 15 minutes, with the lower and the upper end, None where the policy does not say;
    `dose_minutes`: minutes at `dose_distance_m` that the day amounts to, with the lower and the upper end, None where
    the policy does not say; `by_dose`: many meetings together led to the alert, and no single one; `grade`: None where
    an earlier version of the app kept it.
    """

    day: dt.date
    quarters: int
    near_minutes: tuple[int, int, int] | None
    chances_in_ten: tuple[int, int, int] | None
    dose_minutes: tuple[int, int, int] | None
    dose_distance_m: float
    by_dose: bool
    grade: Grade | None
    policy: str
    policy_version: str

    def said(self, language: Language) -> Said:
        """Return the explanation by what each sentence is about."""
        speaks = _TEXTS.translator(language)
        translate = speaks.gettext
        return Said(
            signal=translate(
                "On {date} your phone received the signal of the phone of a person who has since been "
                "confirmed infected."
            ).format(date=format_long_date(self.day, language)),
            length=self._length(speaks),
            near=self._near(speaks),
            dose=tuple(self._dose(speaks)),
            certainty=self._certainty(speaks),
            grade="" if self.grade is None else translate(_GRADES[self.grade]),
            rule=translate("This was decided by the rule {policy}, version {version}.").format(
                policy=self.policy, version=self.policy_version
            ),
            unshown=translate(
                "Who it was is not known, and at what minute is not shown. The phone tells nobody that you were "
                "warned: that is up to you."
            ),
        )

    def sentences(self, language: Language) -> tuple[str, ...]:
        """Return the explanation, one thought a sentence."""
        said = self.said(language)
        every = (said.signal, said.length, said.near, *said.dose, said.certainty, said.grade, said.rule, said.unshown)
        return tuple(filter(None, every))

    def _length(self, speaks: Translator) -> str:
        translate = speaks.gettext
        if self.quarters == 0:
            return translate("Together it was less than a quarter of an hour.")
        if self.quarters < 4:
            return translate("Together it was about {minutes} minutes.").format(minutes=15 * self.quarters)
        if self.quarters < 7:
            return translate("Together it was about an hour.")
        return translate("Together it was about {hours} hours.").format(hours=round(self.quarters / 4))

    def _near(self, speaks: Translator) -> str:
        translate = speaks.gettext
        if self.near_minutes is None:
            return translate("How much of it was within two metres was not kept.")
        about, low, high = self.near_minutes
        return translate(
            "About {minutes} minutes of it were within two metres; in eight of ten such warnings it is {low} to {high}."
            " The rest was farther away, or behind walls, bags and bodies."
        ).format(minutes=about, low=low, high=high)

    def _dose(self, speaks: Translator) -> list[str]:
        translate = speaks.gettext
        said = []
        if self.by_dose:
            said.append(
                translate("No single meeting was near and long enough; it was all meetings of the day together.")
            )
        if self.dose_minutes is not None:
            minutes, low, high = self.dose_minutes
            said.append(
                translate(
                    "Farther away counts less: all in all it was as much as about {minutes} minutes at {distance} "
                    "(between {low} and {high})."
                ).format(minutes=minutes, low=low, high=high, distance=_metres(self.dose_distance_m, speaks))
            )
        return said

    def _certainty(self, speaks: Translator) -> str:
        translate = speaks.gettext
        if self.chances_in_ten is None:
            return translate("This rule counts time and signal strength; it does not say how sure it is.")
        likely, low, high = self.chances_in_ten
        return translate(
            "Of ten such warnings about {likely} (between {low} and {high}) come from people within two metres for "
            "15 minutes or more. Bluetooth cannot tell it better."
        ).format(likely=likely, low=low, high=high)


def _metres(distance_m: float, speaks: Translator) -> str:
    return speaks.ngettext("{metres} metre", "{metres} metres", round(distance_m)).format(metres=f"{distance_m:g}")


_GRADES = {
    Grade.NONE: N_("By this rule that is no exposure to act on."),
    Grade.LOW: N_("By this rule the exposure was low, less than it warns of."),
    Grade.RAISED: N_("By this rule the exposure was raised."),
    Grade.HIGH: N_("By this rule the exposure was high, at least twice what it warns of."),
}


def explain_evidence(
    day_start_s: int,
    evidence: Evidence,
    policy: str,
    policy_version: str,
    *,
    by_dose: bool = False,
    near_minutes: tuple[float, float, float] | None = None,
) -> Explanation:
    """Explain an alert from what is kept of it: midnight of its day, evidence, and the policy that made it.

    by_dose: many meetings together led to the alert, and no single one.
    """
    chances = None
    if evidence.probability is not None and evidence.probability_range is not None:
        low, high = evidence.probability_range
        chances = _tenths(evidence.probability), _tenths(low), _tenths(high)
    doses, dose = None, evidence.dose_minutes
    if dose is not None:
        low_dose, high_dose = evidence.dose_range or (dose, dose)
        doses = _minutes(dose), 5 * math.floor(low_dose / 5), 5 * math.ceil(high_dose / 5)
    return Explanation(
        day=dt.datetime.fromtimestamp(day_start_s, dt.UTC).date(),
        quarters=round(evidence.heard_s / 900),
        near_minutes=None if near_minutes is None else _fives(near_minutes, evidence.heard_s / 60),
        chances_in_ten=chances,
        dose_minutes=doses,
        dose_distance_m=evidence.dose_distance_m or 2.0,
        by_dose=by_dose,
        grade=evidence.grade,
        policy=policy,
        policy_version=policy_version,
    )


def explain_day(day: DayRisk, policy: str, policy_version: str, threshold: float) -> Explanation:
    """Explain a day of an assessment, warned of or not; `threshold`: of the policy."""
    by_dose = day.alert and day.score < threshold
    return explain_evidence(day.day_start_s, day.evidence, policy, policy_version, by_dose=by_dose)


def _minutes(dose: float) -> int:
    """Round to what can be known: to five minutes from ten on."""
    return round(dose) if dose < 10 else 5 * round(dose / 5)


def _tenths(probability: float) -> int:
    """Of ten; neither none nor all, for neither is ever known."""
    return min(9, max(1, round(10 * probability)))


def _fives(minutes: tuple[float, float, float], heard_min: float) -> tuple[int, int, int]:
    """Return minutes in fives, the range never narrower than it is, and no more than the phone was heard: within two
    metres is a part of the length, as that is said."""
    about, low, high = minutes
    whole = 5 * math.ceil(heard_min / 5)
    most = 15 * round(heard_min / 15) or whole
    return min(5 * round(about / 5), most), 5 * math.floor(low / 5), min(5 * math.ceil(high / 5), max(whole, most))
