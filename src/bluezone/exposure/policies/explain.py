"""Explain why somebody is warned, in plain Vietnamese and English: when, how long, how close, how sure, and by which
rule.

It never says who it was, nor the minute: the day, and a length rounded to quarters of an hour, are all that is taken
from the log. Phone and authority show the same sentences (catalogue `locale/vi/LC_MESSAGES/exposure.po`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum

from bluezone.errors import N_
from bluezone.exposure.policies.base import Evidence
from bluezone.i18n import Catalogue, Language, Translator, format_long_date

_TEXTS = Catalogue("bluezone.exposure", "exposure")


class Closeness(Enum):
    """Name how near the meeting was, as far as the strength of a signal can tell."""

    VERY_NEAR = "very near"
    ABOUT_TWO_METRES = "about two metres"
    FARTHER = "farther"

    @classmethod
    def of(cls, attenuation_db: float) -> Closeness:
        """Judge by typical attenuation: 55 dB stand for about 2 m, 63 dB for about 3 m, as most health authorities set
        them."""
        if attenuation_db <= 50:
            return cls.VERY_NEAR
        return cls.ABOUT_TWO_METRES if attenuation_db <= 60 else cls.FARTHER


@dataclass(frozen=True, slots=True)
class Explanation:
    """Hold the facts of an alert, already coarse enough to be shown.

    `quarters`: how long, in quarters of an hour, rounded (0: less than one); `chances_in_ten`: how probable it is that
    it was within 2 m for 15 minutes, with the lower and the upper end, None where the policy does not say;
    `dose_minutes`: set where it was many meetings together rather than one that led to the alert.
    """

    day: dt.date
    quarters: int
    closeness: Closeness
    chances_in_ten: tuple[int, int, int] | None
    dose_minutes: int | None
    policy: str
    policy_version: str

    def sentences(self, language: Language) -> tuple[str, ...]:
        """Return the explanation, one thought a sentence."""
        speaks = _TEXTS.translator(language)
        translate = speaks.gettext
        said = [
            translate(
                "On {date} your phone was near the phone of a person who has since been confirmed infected."
            ).format(date=format_long_date(self.day, language)),
            self._length(speaks),
            translate(_CLOSENESS[self.closeness]),
            *self._certainty(speaks),
            translate("This was decided by the rule {policy}, version {version}.").format(
                policy=self.policy, version=self.policy_version
            ),
            translate("Who it was and at what minute is not shown. Nobody is told that you were warned."),
        ]
        return tuple(said)

    def _length(self, speaks: Translator) -> str:
        translate = speaks.gettext
        if self.quarters == 0:
            return translate("Together it was less than a quarter of an hour.")
        if self.quarters < 4:
            return translate("Together it was about {minutes} minutes.").format(minutes=15 * self.quarters)
        if self.quarters < 7:
            return translate("Together it was about an hour.")
        return translate("Together it was about {hours} hours.").format(hours=round(self.quarters / 4))

    def _certainty(self, speaks: Translator) -> list[str]:
        translate = speaks.gettext
        said = []
        if self.dose_minutes is not None:
            said.append(
                translate(
                    "No single meeting was near and long enough; all meetings of the day together count as much as "
                    "{minutes} minutes at two metres."
                ).format(minutes=self.dose_minutes)
            )
        if self.chances_in_ten is None:
            said.append(translate("This rule counts time and signal strength; it does not say how sure it is."))
            return said
        likely, low, high = self.chances_in_ten
        said.append(
            translate(
                "How sure: of ten such signals about {likely} (between {low} and {high}) come from people within two "
                "metres for 15 minutes or more. Bluetooth cannot tell it better."
            ).format(likely=likely, low=low, high=high)
        )
        return said


_CLOSENESS = {
    Closeness.VERY_NEAR: N_("The signal was strong, as it is within an arm's length or two."),
    Closeness.ABOUT_TWO_METRES: N_("The signal was as strong as it is at about two metres."),
    Closeness.FARTHER: N_("The signal was weaker than it is at two metres; walls, bags and bodies weaken it too."),
}


def explain_evidence(
    day_start_s: int, evidence: Evidence, policy: str, policy_version: str, *, by_dose: bool = False
) -> Explanation:
    """Explain an alert from what is kept of it: midnight of its day, evidence, and the policy that made it.

    by_dose: many meetings together led to the alert, and no single one.
    """
    chances = None
    if evidence.probability is not None and evidence.probability_range is not None:
        low, high = evidence.probability_range
        chances = _tenths(evidence.probability), _tenths(low), _tenths(high)
    return Explanation(
        day=dt.datetime.fromtimestamp(day_start_s, dt.UTC).date(),
        quarters=round(evidence.heard_s / 900),
        closeness=Closeness.of(evidence.attenuation_db),
        chances_in_ten=chances,
        dose_minutes=5 * round(evidence.dose_minutes / 5) if by_dose and evidence.dose_minutes is not None else None,
        policy=policy,
        policy_version=policy_version,
    )


def _tenths(probability: float) -> int:
    """Of ten; neither none nor all, for neither is ever known."""
    return min(9, max(1, round(10 * probability)))
